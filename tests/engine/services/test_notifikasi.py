"""Who is told, reminded, and called in when a promise is in danger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.services import ServiceError
from engine.storage.schema import events, outbox
from engine.storage.service_tables import escalations
from tests.engine.services.conftest import NOW, Desk


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("pemohon", [("email", "maju@contoh.id"), ("sms", "+628123456789")]),
        ("bidang", [("email", "bidang:jasa_usaha")]),
        ("kabid", [("email", "kabid:jasa_usaha")]),
        ("loket", [("email", "loket")]),
        ("camat", [("email", "camat:bekasi_timur")]),
        ("tim_teknis", [("email", f"tim_teknis:{agency}") for agency in ("bplh", "dishub", "satpol_pp")]),
        ("loket, kabid, loket", [("email", "loket"), ("email", "kabid:jasa_usaha")]),
        (["paip", "bendahara"], [("email", "paip"), ("email", "bendahara")]),
    ],
)
def test_a_message_goes_to_whom_the_diagram_means(desk: Desk, to: object, expected: list[tuple[str, str]]) -> None:
    desk.serve("notifikasi/kirim", kepada=to, templat="izin_siap")
    assert desk.sent("izin_siap") == expected


def test_a_message_carries_the_case(desk: Desk) -> None:
    desk.change(resi="BPPT-2016-000009", permit_number="503/0001/HO/BPPT/2016")
    desk.serve("notifikasi/kirim", kepada="loket", templat="izin_siap")
    data = desk.rows(outbox)[0].data
    assert data == {
        "resi": "BPPT-2016-000009",
        "kode": "HO",
        "izin": "Izin Gangguan (HO)",
        "pemohon": "PT Maju Jaya",
        "nomor": "503/0001/HO/BPPT/2016",
    }


@pytest.mark.parametrize("to", ["walikota", "", None, 7, "camatt"])
def test_nobody_known_is_an_incident(desk: Desk, to: object) -> None:
    with pytest.raises(ServiceError, match=r"kepada"):
        desk.serve("notifikasi/kirim", kepada=to)
    assert desk.rows(outbox) == []


def test_a_reminder_goes_to_holder_group_and_agencies_once(desk: Desk) -> None:
    desk.task("periksa", "Periksa berkas", "bidang:jasa_usaha", holder_id=None)
    desk.task("ukur", "Ukur tempat usaha", "bidang:jasa_usaha", holder_id=42)
    desk.task("tanda_tangan", "Tanda tangani", "tim_teknis:bplh", agency="bplh")
    desk.serve("notifikasi/ingatkan", kepada="tim_teknis")
    assert desk.sent("ingatkan") == [
        ("email", "bidang:jasa_usaha"),
        ("email", "person:42"),
        ("email", "tim_teknis:bplh"),
        ("email", "tim_teknis:dishub"),
        ("email", "tim_teknis:satpol_pp"),
    ]
    assert desk.rows(outbox)[0].data["langkah"] == ["Periksa berkas", "Ukur tempat usaha", "Tanda tangani"]
    assert len(desk.statements) == 0


def test_a_type_without_agencies_is_reminded_all_the_same(desk: Desk) -> None:
    desk.change(facts={"instansi": []})
    desk.task("periksa", "Periksa berkas", "bidang:jasa_usaha")
    desk.serve("notifikasi/ingatkan", kepada="tim_teknis")
    assert desk.sent("ingatkan") == [("email", "bidang:jasa_usaha")]


def test_closed_steps_are_not_reminded(desk: Desk) -> None:
    desk.task("periksa", "Periksa berkas", "bidang:jasa_usaha", state="done")
    desk.serve("notifikasi/ingatkan")
    assert desk.sent("ingatkan") == []


def test_an_applicant_who_owes_something_is_reminded_at_home(desk: Desk) -> None:
    desk.task("bayar", "Bayar SKRD", "pemohon")
    desk.serve("notifikasi/ingatkan", kepada="pemohon")
    assert desk.sent("ingatkan") == [("email", "maju@contoh.id"), ("sms", "+628123456789")]


def test_an_escalation_before_the_promise_does_not_make_the_case_late(desk: Desk) -> None:
    desk.change(promised_at=NOW + timedelta(days=1))
    desk.task("periksa", "Periksa berkas", "bidang:jasa_usaha")
    desk.serve("notifikasi/eskalasi", kepada="kabid")
    assert desk.case.late is False
    assert [(row.group_key, row.late, row.element) for row in desk.rows(escalations)] == [
        ("kabid:jasa_usaha", False, "periksa")
    ]
    assert desk.sent("eskalasi") == [("email", "kabid:jasa_usaha")]


def test_past_the_promise_the_step_that_stood_longest_made_it_late(desk: Desk) -> None:
    desk.change(promised_at=NOW + timedelta(days=1))
    desk.task("bayar", "Bayar SKRD", "pemohon")
    desk.clock.advance(hours=1)
    desk.task("ukur", "Ukur tempat usaha", "bidang:jasa_usaha")
    desk.clock.advance(hours=1)
    desk.task("paraf", "Paraf surat", "tata_usaha")
    desk.clock.set(NOW + timedelta(days=1))
    desk.serve("notifikasi/eskalasi", kepada="kepala_badan")
    assert desk.case.late is True
    assert desk.case.late_element == "Ukur tempat usaha"
    assert [(row.group_key, row.late, row.element_name) for row in desk.rows(escalations)] == [
        ("kepala_badan", True, "Ukur tempat usaha")
    ]
    assert [row.kind for row in desk.rows(events)] == ["promise_missed", "escalated"]


def test_the_agencies_that_a_step_waits_for_are_named(desk: Desk) -> None:
    desk.change(promised_at=NOW)
    for agency in ("bplh", "dishub"):
        desk.task("tanda_tangani", "Tanda tangani berita acara", f"tim_teknis:{agency}", agency=agency)
    desk.task("tanda_tangani", "Tanda tangani berita acara", "tim_teknis:bimarta", state="done", agency="bimarta")
    desk.serve("notifikasi/eskalasi", kepada="kabid")
    [row] = desk.rows(escalations)
    assert row.element_name == "Tanda tangani berita acara: bplh, dishub"  # this bundle has no names
    assert desk.case.late_element == "Tanda tangani berita acara"


def test_a_second_escalation_leaves_the_first_culprit_in_place(desk: Desk) -> None:
    desk.change(promised_at=NOW, late=True, late_element="Periksa berkas")
    desk.task("paraf", "Paraf surat", "tata_usaha")
    desk.serve("notifikasi/eskalasi", kepada="kepala_badan")
    assert desk.case.late_element == "Periksa berkas"
    assert [row.kind for row in desk.rows(events)] == ["escalated"]


def test_an_escalation_to_the_applicant_makes_no_sense(desk: Desk) -> None:
    with pytest.raises(ServiceError, match="Eskalasi"):
        desk.serve("notifikasi/eskalasi", kepada="pemohon")
