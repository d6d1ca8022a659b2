"""From meeting and visit to a berita acara that everybody signed: drafted, objected to, repaired, verified, drawn."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader

from engine.dossier import task_view
from engine.minutes import check_signatures, latest_round
from engine.storage.schema import documents
from engine.storage.service_tables import berita_acara, berita_acara_signatures
from engine.verify import verify

from .conftest import NOTULEN, PEOPLE, Desk

WRITE, SIGN, VERIFY = "umum/susun_berita_acara", "umum/tanda_tangan_berita_acara", "umum/verifikasi_berita_acara"


def proposed(desk: Desk, who: str, case_id: int, form: str) -> dict[str, Any]:
    task = next(row for row in desk.tasks(case_id) if row.form == form)
    return task_view(desk.office, PEOPLE[who], task.id).values


def to_minutes(desk: Desk) -> int:
    case_id = desk.open("LAPANGAN")
    start = proposed(desk, "bidang", case_id, "umum/undang_rapat")
    assert (start["tanggal"], start["jam"]) == ("2016-07-18", "13:00")
    desk.do("bidang", case_id, "umum/undang_rapat", **start)
    desk.clock.set(desk.wib(18, 15))
    desk.do("bplh", case_id, NOTULEN, hadir="Tono", notulen="Bising malam hari.", hasil_pembahasan="lapangan")
    visit = proposed(desk, "bidang", case_id, "umum/jadwal_kunjungan")
    assert visit == {"tanggal": "2016-07-19", "jam": "09:00", "petugas": "Tono Teknis"}
    desk.do("bidang", case_id, "umum/jadwal_kunjungan", **visit)
    desk.clock.set(desk.wib(19, 11))
    found = {"titik": "-6.24,106.99", "temuan": "Peredam sudah dipasang.", "kesesuaian": "sesuai"}
    desk.do("bplh", case_id, "umum/hasil_kunjungan", **found)
    return case_id


def letter(desk: Desk, case_id: int, kind: str) -> str:
    [row] = desk.rows(documents, case_id=case_id, kind=kind)
    pages = PdfReader(io.BytesIO(desk.office.documents.open(row.sha256))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_draft_comes_from_meeting_and_visit(desk: Desk) -> None:
    case_id = to_minutes(desk)
    text = proposed(desk, "bidang", case_id, WRITE)["ringkasan"]
    for part in (
        "Rapat Tim Teknis nomor 005/0001",
        "Bising malam hari.",
        "surat tugas nomor 800/0001",
        "Peredam sudah",
    ):
        assert part in text
    order = letter(desk, case_id, "surat_tugas")
    assert "Tono Teknis" in order and "parkir" in order and "Jalan Sari" in order


def test_an_objection_makes_a_new_round_and_old_signatures_lapse(desk: Desk) -> None:
    case_id = to_minutes(desk)
    desk.do("bidang", case_id, WRITE, ringkasan="Layak tanpa syarat", kesimpulan="setuju")
    desk.do("bplh", case_id, SIGN, tanggapan_ini="setuju")
    now = latest_round(desk.office, case_id)
    assert now is not None and [(one.agency, one.response) for one in now.signatures] == [
        ("bplh", "setuju"),
        ("dishub", None),
    ]
    assert (now.signers, now.holds(now.signatures[0])) == ({4: "Tono Teknis"}, "sesuai isi")
    desk.do("dishub", case_id, SIGN, tanggapan_ini="keberatan", alasan="Parkir di badan jalan")
    assert desk.at(case_id) == ["perbaiki"]
    counted = latest_round(desk.office, case_id)
    assert counted is not None and [one.reason for one in counted.objections] == ["Parkir di badan jalan"]
    again = proposed(desk, "bidang", case_id, WRITE)
    assert again["ringkasan"] == "Layak tanpa syarat"
    desk.clock.advance(hours=1)
    desk.do("bidang", case_id, WRITE, **{**again, "syarat_khusus": "Parkir di dalam persil"})
    first, second = desk.rows(berita_acara)
    assert (first.round, first.state, second.round, second.state) == (1, "gugur", 2, "terbuka")
    signed = desk.rows(berita_acara_signatures, berita_acara_id=first.id)
    assert {row.agency: row.person_id for row in signed} == {"bplh": 4, "dishub": 5}
    assert [check.holds for check in check_signatures(first, signed)] == [False, False]
    assert desk.at(case_id) == ["tanda_tangani"] and len(desk.tasks(case_id)) == 2
    for who in ("bplh", "dishub"):
        desk.do(who, case_id, SIGN, tanggapan_ini="setuju")
    [second] = desk.rows(berita_acara, round=2)
    signed = desk.rows(berita_acara_signatures, berita_acara_id=second.id)
    assert all(check.holds for check in check_signatures(second, signed))
    desk.do("kabid", case_id, VERIFY, hasil="disetujui")
    text = letter(desk, case_id, "berita_acara")
    for part in (
        "putaran 2",
        "Parkir di dalam persil",
        "Tono Teknis",
        "Tini Teknis",
        "Setuju",
        second.content_hash[:12],
    ):
        assert part in text
    assert verify(desk.office).problems == []


def test_the_kabid_sends_it_back_for_repair(desk: Desk) -> None:
    case_id = to_minutes(desk)
    desk.do("bidang", case_id, WRITE, ringkasan="Layak", kesimpulan="setuju")
    for who in ("bplh", "dishub"):
        desk.do(who, case_id, SIGN, tanggapan_ini="setuju")
    desk.do("kabid", case_id, VERIFY, hasil="diperbaiki", alasan="Sebut nomor surat tugas")
    assert desk.at(case_id) == ["perbaiki"]
    desk.do("bidang", case_id, WRITE, ringkasan="Layak, surat tugas 800", kesimpulan="setuju")
    assert [row.state for row in desk.rows(berita_acara)] == ["gugur", "terbuka"]
    assert len(desk.tasks(case_id)) == 2
