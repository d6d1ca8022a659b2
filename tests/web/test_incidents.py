"""Troubles: what failed, where, when it is tried again, and trying it now."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import automatic, cases
from engine.errors import NotAllowed
from engine.insight.incidents import incident_page
from engine.people import Person
from tests.engine.core.conftest import PEOPLE, Desk, failing
from tests.web.conftest import Visitor

Enter = Callable[[str], Visitor]
PAIP = Person(9, "paip", "Pipit", (("paip", None),))


def letter_fails(desk: Desk, why: str = "Pencetak tidak menjawab") -> int:
    """A case whose letter (deferred work) failed once."""
    case_id = desk.to_signatures()
    desk.do("bplh", case_id, "teken", tanggapan_ini="setuju")
    desk.do("dishub", case_id, "teken", tanggapan_ini="setuju")
    desk.do("bidang", case_id, "verifikasi", hasil="disetujui")
    failing["uji/surat"] = why
    desk.work()
    return case_id


def resi_fails(desk: Desk) -> int:
    """A case whose resi (a short service) failed."""
    failing["uji/resi"] = "Nomor habis"
    case_id = desk.open()
    desk.do("loket", case_id, "daftar", usaha="Warung", ktp=True)
    return case_id


def test_the_list_says_cause_case_step_attempts_and_the_next_try(visit: Enter, desk: Desk) -> None:
    letter_fails(desk)
    row = visit("admin").get("/masalah").doc.xpath("//tbody/tr")[0]
    said = " ".join(row.text_content().split())
    assert "Pencetak tidak menjawab" in said and "UJI-000001" in said and "Sari" in said and "surat" in said
    assert "18 Jul 2016 09.00 1 Coba lagi" in said and "otomatis 18 Jul 2016 09.01" in said


def test_a_short_service_waits_for_a_person_and_runs_on_when_it_works(visit: Enter, desk: Desk) -> None:
    case_id = resi_fails(desk)
    admin = visit("admin")
    page = admin.get("/masalah")
    assert "menunggu Anda" in page.text
    form = page.form("/masalah/1/ulang")
    assert "masih gagal: Nomor habis" in admin.send(form).text
    failing.clear()
    done = admin.send(admin.get("/masalah").form("/masalah/1/ulang"))
    assert "Permohonan berjalan lagi" in done.text
    assert desk.at(case_id) == ["periksa"]
    assert (
        "Tidak ada masalah" in done.text and "Selesai dalam 7 hari terakhir" in done.text and "Ani Admin" in done.text
    )


def test_the_same_press_twice_tries_once(visit: Enter, desk: Desk) -> None:
    resi_fails(desk)
    admin = visit("admin")
    form = admin.get("/masalah").form("/masalah/1/ulang")
    admin.send(form)
    admin.send(form)
    assert incident_page(desk.office, PAIP).entries[0].attempts == 2


def test_deferred_work_is_left_to_the_worker(visit: Enter, desk: Desk) -> None:
    letter_fails(desk)
    failing.clear()
    admin = visit("admin")
    said = admin.send(admin.get("/masalah").form("/masalah/1/ulang")).text
    assert "dicoba lagi oleh sistem dalam beberapa saat" in said
    desk.work()
    assert "Tidak ada masalah" in admin.get("/masalah").text


def test_all_of_one_service_are_tried_again(visit: Enter, desk: Desk) -> None:
    letter_fails(desk)
    for _ in range(3):
        resi_fails(desk)
    failing.clear()
    admin = visit("admin")
    page = admin.get("/masalah?layanan=uji/resi")
    assert len(page.doc.xpath("//tbody/tr")) == 3
    after = admin.send(page.form("/masalah/ulang"))
    assert "3 selesai." in after.text
    assert [row.operator for row in incident_page(desk.office, PAIP).entries] == ["uji/surat"]


def test_settled_a_moment_ago_is_no_error(visit: Enter, desk: Desk) -> None:
    resi_fails(desk)
    admin = visit("admin")
    form = admin.get("/masalah").form("/masalah/1/ulang")
    failing.clear()
    automatic.retry_incident(desk.office, 1, by=PEOPLE["admin"])
    assert "Masalah ini sudah selesai" in admin.send(form).text


def test_pages_follow_each_other(desk: Desk) -> None:
    for _ in range(5):
        resi_fails(desk)
    first = incident_page(desk.office, PAIP, size=2)
    second = incident_page(desk.office, PAIP, after=first.after, size=2)
    third = incident_page(desk.office, PAIP, after=second.after, size=2)
    assert [entry.id for page in (first, second, third) for entry in page.entries] == [1, 2, 3, 4, 5]
    assert third.after is None and first.total == third.total == 5


def test_settled_ones_fall_out_of_sight_after_a_week(desk: Desk) -> None:
    case_id = resi_fails(desk)
    cases.withdraw(desk.office, case_id, "batal", by=PEOPLE["loket"])
    failing.clear()
    with pytest.raises(NotAllowed):
        incident_page(desk.office, PEOPLE["bplh"])
    resi_fails(desk)
    failing.clear()
    automatic.retry_incident(desk.office, 2, by=PEOPLE["admin"])
    assert 2 in [entry.id for entry in incident_page(desk.office, PAIP).recent]
    desk.clock.advance(days=8)
    assert incident_page(desk.office, PAIP).recent == ()


def test_who_may_see_may_not_always_retry(visit: Enter, desk: Desk) -> None:
    resi_fails(desk)
    page = visit("bidang").get("/masalah")
    assert page.status == 200 and not [f for f in page.doc.forms if "ulang" in (f.get("action") or "")]
    assert visit("bidang").post("/masalah/1/ulang").status == 403
    assert visit("bidang").post("/masalah/ulang").status == 403
    assert visit("loket").get("/masalah").status == 403
