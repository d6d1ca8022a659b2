"""A letter becomes a real PDF document of the case, drawn outside any transaction."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.people import add_person
from engine.services import ServiceError
from engine.storage.schema import documents, events
from tests.engine.services.conftest import Desk
from tests.engine.services.test_renderers import pictures, text_of

LETTER = """<html><body><img src="{{ qr }}"><h1>{{ permit.nama }}</h1><p>Nomor {{ nomor }} tanggal {{ tanggal }}</p>
<p>{{ case.applicant_name }}, {{ case.address }}; usaha {{ data.jenis_usaha }}; {{ varian }};
{{ surat.isi_tambahan }}</p>
<p>{{ penanda_tangan.nama }}, {{ penanda_tangan.jabatan }}</p></body></html>"""
BILL = """<p>{{ nomor }}</p>{% for baris in tagihan.lines %}
<p>{{ baris.uraian }}: {{ baris.hitungan }} = {{ baris.jumlah|rupiah }}</p>
{% endfor %}<p>Jumlah {{ tagihan.total|rupiah }} ({{ tagihan.total|terbilang }} rupiah),
paling lambat {{ tagihan.due_at|hari_tanggal }}, rekening {{ tagihan.virtual_account }}</p>"""
INVITATION = """<p>Nomor {{ nomor }}: {{ rapat.held_at|waktu }} di {{ rapat.place }}</p>
{% for nama in rapat.instansi %}<p>{{ loop.index }}. {{ nama }}</p>{% endfor %}"""
AGENCIES = b"bplh: {nama: Badan Pengelolaan Lingkungan Hidup}\ndishub: Dinas Perhubungan\n"


def _drawn(desk: Desk, **params: str) -> str:
    return text_of(desk.office.documents.open(desk.draw(**params)["sha256"]))


def test_a_permit_letter_is_a_document_of_the_case(desk: Desk) -> None:
    desk.with_permit({"letter.html": LETTER.encode()})
    with desk.office.db.write() as connection:
        head = add_person(connection, "kaban", "Amit Riyadi", [("kepala_badan", None)], desk.clock.now())
    desk.answer("HO/permohonan", jenis_usaha="Bengkel <motor>")
    desk.answer("umum/ketik_surat", perihal="Izin", isi_tambahan="Tidak beroperasi malam hari.")
    desk.answer("umum/tanda_tangan", by=head.id, tanda_tangan="ya")
    desk.serve("penomoran/surat", register="izin")
    result = desk.draw(jenis="izin")
    content = desk.office.documents.open(result["sha256"])
    words = text_of(content)
    for wanted in (
        "Izin Gangguan (HO)",
        "Nomor 503/0001/HO/BPPT/2016 tanggal 6 Januari 2016",
        "PT Maju Jaya, Jl. Juanda 1, Bekasi Timur",
        "usaha Bengkel <motor>; Baru; Tidak beroperasi malam hari.",
        "Amit Riyadi, Kepala Badan Pelayanan Perizinan Terpadu",
    ):
        assert wanted in words
    assert pictures(content) == 1
    [row] = desk.rows(documents)
    assert (row.kind, row.title, row.file_name) == (
        "izin",
        "Surat izin Izin Gangguan (HO)",
        "izin-503-0001-HO-BPPT-2016.pdf",
    )
    assert (row.sha256, row.size, row.mime) == (result["sha256"], len(content), "application/pdf")
    assert [event.kind for event in desk.rows(events)] == ["number_given", "letter_drawn"]


def test_a_bill_shows_its_lines(desk: Desk) -> None:
    desk.with_permit({"skrd.html": BILL.encode()})
    desk.answer("HO/permohonan", luas_usaha_m2=80)
    desk.serve("retribusi/hitung")
    desk.serve("retribusi/terbitkan", jenis="SKRD")
    words = _drawn(desk, jenis="skrd", templat="skrd.html")
    assert "973/00001/SKRD/BPPT/2016" in words
    assert "Izin 80 m2: 80 × 900 = Rp72.000" in words
    assert "(tujuh puluh dua ribu rupiah), paling lambat Jumat, 5 Februari 2016" in words


def test_an_invitation_names_the_agencies_in_their_order(desk: Desk) -> None:
    desk.with_permit({"shared/letters/undangan.html": INVITATION.encode(), "instansi.yaml": AGENCIES})
    desk.answer("umum/undang_rapat", tanggal="2016-01-12", jam="09.30", tempat="Ruang Rapat", agenda="Dampak")
    desk.serve("rapat/undang")
    words = _drawn(desk, jenis="undangan", templat="undangan.html")
    assert "Nomor 005/0001/UND/BPPT/I/2016: Selasa, 12 Januari 2016 09.30 WIB di Ruang Rapat" in words
    assert "1. Badan Pengelolaan Lingkungan Hidup 2. Dinas Perhubungan 3. satpol_pp" in words


def test_the_secret_code_is_not_for_letters(desk: Desk) -> None:
    desk.serve("penomoran/resi")
    desk.with_permit({"letter.html": b"{{ case.public_code }}|{{ case.resi }}"})
    assert _drawn(desk).startswith("-|BPPT-2016-000001")


def test_a_refusal_carries_its_reason(desk: Desk) -> None:
    desk.with_permit({"penolakan.html": b"<p>{{ nomor }}: {{ penolakan.alasan_penolakan }}</p>"})
    desk.answer("umum/surat_penolakan", alasan_penolakan="Tidak sesuai peruntukan", dasar_hukum="Perda")
    desk.serve("penomoran/surat", register="penolakan")
    words = _drawn(desk, jenis="penolakan", templat="penolakan.html")
    assert "503/0001/TOLAK/BPPT/I/2016: Tidak sesuai peruntukan" in words


@pytest.mark.parametrize(
    ("letter", "params", "words"),
    [
        (b"{{ nomer }}", {}, "Surat izin: surat letter.html: 'nomer' is undefined"),
        (b"{{ case.keys() }}", {}, "Call tidak diperbolehkan"),
        (b"x", {"templat": "hilang.html"}, "tidak ada surat bernama hilang.html"),
        (b"x", {"jenis": "puisi"}, "'puisi' tidak dikenal"),
    ],
)
def test_a_letter_that_cannot_be_drawn_says_why(desk: Desk, letter: bytes, params: dict[str, str], words: str) -> None:
    desk.with_permit({"letter.html": letter})
    with pytest.raises(ServiceError, match=words):
        desk.draw(**params)
    assert desk.rows(documents) == []
    assert not list(Path(desk.office.documents.folder).rglob("*"))


def test_drawing_holds_no_lock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the PDF is drawn, somebody else may write to the same case."""
    from engine.services import dokumen

    desk.with_permit({"letter.html": b"<p>Isi</p>"})
    real = dokumen.make_renderer

    def meanwhile(*names: str) -> object:
        desk.change(outcome="ditulis sementara surat digambar")
        return real(*names)

    monkeypatch.setattr(dokumen, "make_renderer", meanwhile)
    desk.draw()
    assert desk.case.outcome == "ditulis sementara surat digambar"
    assert len(desk.rows(documents)) == 1
