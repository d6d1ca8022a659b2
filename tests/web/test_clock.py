"""Pages of the clock: the calendar, who is absent, what is delegated, what was reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import work
from engine.calendar_admin import Draft, add_line
from engine.calendar_moves import move_due
from engine.people import add_person
from engine.storage.people_tables import persons
from tests.engine.clock.frames import Clock, with_clocks
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk
from tests.web.conftest import Visitor

Visit = Callable[[str], Visitor]
LINE = {"first": "2016-07-20", "kind": "libur", "note": "Pemilihan umum", "decree": "Keppres 9/2016", "source": "law"}


def test_everybody_reads_the_year(visit: Visit, desk: Desk) -> None:
    page = visit("bidang").get("/kalender?tahun=2016")
    assert page.status == 200 and "Kantor terbakar" in page.text and "Hari Kemerdekaan" in page.text
    assert page.doc.xpath("count(//table[contains(@class, 'sy-month__grid')])") == 12
    assert not page.doc.xpath("//a[contains(@href, '/kalender/baris')]"), "only who may edit is offered to"
    assert visit("bidang").get("/kalender/baris").status == 403
    assert visit("bidang").get("/kalender?tahun=1999").status == 404


def test_a_line_is_seen_before_it_is_saved(visit: Visit, desk: Desk) -> None:
    case_id = desk.registered()
    admin = visit("admin")
    form = admin.get("/kalender/baris?tanggal=2016-07-20").form("/kalender/baris")
    seen = admin.send(form, **LINE)
    assert "2 tenggat akan bergeser" in seen.text and "1 janji menjadi lebih lambat" in seen.text
    assert desk.office.working_time.version == 0, "nothing is saved yet"
    saved = admin.send(seen.form("/kalender/baris"), langkah="simpan")
    assert saved.path == "/kalender" and "Kalender diubah" in saved.text and "0 dari 1 permohonan" in saved.text
    assert saved.doc.xpath("//*[@id='gerak']/@hx-get") == ["/kalender/perubahan"]
    move_due(desk.office)
    part = admin.get("/kalender/perubahan")
    assert "2 tenggat bergeser pada 1 permohonan" in part.text and not part.doc.xpath("//*[@hx-get]")
    [task] = desk.tasks(case_id)
    history = visit("bidang").get(f"/permohonan/{case_id}").text
    assert "Kalender kantor berubah" in history and "Keppres 9/2016" in history and "22 Juli 2016" in history
    assert task.due_at is not None


def test_what_is_wrong_with_a_line_is_said_at_its_field_and_nothing_is_lost(visit: Visit, desk: Desk) -> None:
    admin = visit("admin")
    form = admin.get("/kalender/baris").form("/kalender/baris")
    page = admin.send(form, **{**LINE, "decree": "", "kind": "jam", "jam_senin": "15:00-08:00"})
    assert page.status == 422
    assert page.doc.xpath("//input[@name='note']/@value") == ["Pemilihan umum"]
    assert page.doc.xpath("//input[@name='jam_senin']/@value") == ["15:00-08:00"]
    assert "tutup sebelum buka" in page.text and "keputusan" in page.text
    links = page.doc.xpath("//*[contains(@class, 'govuk-error-summary__list')]//a/@href")
    assert links and all(page.doc.xpath(f"//*[@id='{link[1:]}']") for link in links)


def test_withdrawing_asks_for_the_decree(visit: Visit, desk: Desk) -> None:
    desk.registered()
    add_line(desk.office, Draft("2016-07-20", "2016-07-20", "libur", "Tutup", "SK 1", {}), by=PEOPLE["admin"])
    move_due(desk.office)
    admin = visit("admin")
    page = admin.get("/kalender/baris/1/cabut")
    assert "1 janji menjadi lebih cepat" in page.text
    again = admin.send(page.form("/kalender/baris/1/cabut"), decree="")
    assert again.status == 422 and "keputusan yang mencabutnya" in again.text
    done = admin.send(again.form("/kalender/baris/1/cabut"), decree="SK 2")
    assert "Dicabut" in done.text and "SK 2" in done.text
    assert "sudah dicabut dengan SK 2" in admin.get("/kalender/baris/1/cabut").text
    assert admin.get("/kalender/baris/9/cabut").status == 404


def test_absence_is_noted_and_the_tasks_follow(visit: Visit, desk: Desk) -> None:
    case_id = desk.registered()
    admin = visit("admin")
    form = admin.get("/ketidakhadiran").form("/ketidakhadiran")
    wrong = admin.send(form, person="2", first="2016-07-18", kind="cuti", substitute="2", decree="Surat 1")
    assert wrong.status == 422 and "Pengganti haruslah orang lain" in wrong.text
    done = admin.send(wrong.form("/ketidakhadiran"), substitute="4")
    assert "Budi Bidang" in done.text and "Tono Teknis" in done.text
    tono = visit("bplh")
    page = tono.get("/ketidakhadiran")
    assert "Anda menggantikan Budi Bidang" in page.text and "Cuti" not in page.text, "why is not everybody's to know"
    task = desk.tasks(case_id)[0]
    assert tono.get(f"/tugas/{task.id}").status == 200
    sent = tono.send(tono.get(f"/tugas/{task.id}").form(f"/tugas/{task.id}"), berkas_sah="ya")
    assert sent.status == 200
    assert "Atas nama Budi Bidang (pengganti, Surat 1)" in visit("bidang").get(f"/permohonan/{case_id}").text
    admin.send(admin.get("/ketidakhadiran").form("/ketidakhadiran/1/cabut"))
    assert "Anda menggantikan" not in tono.get("/ketidakhadiran").text
    assert not tono.get("/ketidakhadiran").doc.xpath("//form[@action='/ketidakhadiran']")


def test_delegation_is_noted_and_withdrawn(visit: Visit, desk: Desk) -> None:
    admin = visit("admin")
    form = admin.get("/pendelegasian").form("/pendelegasian")
    assert admin.send(form, what="", first="2016-07-18", decree="Kepwal 5").status == 422
    done = admin.send(form, what="UJI:ulang", first="2016-07-18", decree="Kepwal 5")
    assert "Daftar Ulang" in done.text and "Kepwal 5" in done.text
    gone = admin.send(done.form("/pendelegasian/1/cabut"))
    assert "Dicabut" in gone.text
    assert not visit("loket").get("/pendelegasian").doc.xpath("//form[@action='/pendelegasian']")


@pytest.fixture
def reported(desk: Desk) -> int:
    """A case that is late and reported to its Kabid, who can sign in as `kabid`."""
    shipped = with_clocks(Clock("janji", "4", "notifikasi/eskalasi", {"kepada": "kabid"}))
    with desk.office.db.write() as connection:
        desk.office.definitions.activate(
            connection, shipped, from_at=MONDAY, by_name="Uji", decree="Kep. 2", now=MONDAY
        )
    case_id = desk.registered()
    desk.clock.advance(days=7)
    work.fire_all(desk.office)
    return case_id


@pytest.fixture
def kabid(app: object, desk: Desk, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Visitor]:
    with desk.office.db.write() as connection:
        head = add_person(connection, "kabid", "Kuntum Kabid", [("kabid", "jasa_usaha")], MONDAY)
        assert connection.execute(persons.select().where(persons.c.id == head.id)).one()
    monkeypatch.setitem(PEOPLE, "kabid", head)
    return lambda: visit("kabid")


def test_the_superior_answers_with_the_reason(reported: int, kabid: Callable[[], Visitor], visit: Visit) -> None:
    head = kabid()
    page = head.get("/eskalasi")
    assert "1 hari kerja" in page.text and "Sari" in page.text and "Catat sebab" in page.text
    assert "menunggu jawaban" in head.get("/hari-ini").text
    form = head.get(f"/eskalasi/{reported}").form(f"/eskalasi/{reported}")
    wrong = head.send(form, words="")
    assert wrong.status == 422 and "Pilih sebabnya" in wrong.text
    done = head.send(wrong.form(f"/eskalasi/{reported}"), cause="tim_teknis", words="BPLH tidak hadir")
    assert done.path == "/eskalasi" and "Tidak ada yang menunggu jawaban" in done.text
    case = visit("bidang").get(f"/permohonan/{reported}").text
    assert "BPLH tidak hadir" in case and "Tim Teknis tidak hadir" in case
    today = head.get("/hari-ini").text
    assert "Sebab keterlambatan yang dicatat hari itu" in today and "menunggu jawaban" not in today
    assert visit("bidang").get("/eskalasi").status == 403
    assert visit("bidang").get(f"/eskalasi/{reported}").status == 403
