"""Reassigning, putting data right, skipping a step; and the second person who must agree."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine import inbox
from engine.errors import Gone, Invalid, NotAllowed, NotFound
from engine.repair import NeedsConsent, consent, preview, proposal, proposals, propose, refuse, repair, waiting_count
from engine.storage.schema import answers, tasks
from engine.verify import verify
from tests.engine.core.conftest import PEOPLE, Desk, failing
from tests.engine.repair.conftest import ADMIN, HEAD, OTHER, STRANGER, last_repair


def proposed(shop: Desk, case_id: int, deed: str, args: dict[str, Any], by: Any = ADMIN) -> int:
    propose(shop.office, case_id, deed, args, "Pejabat wafat", by=by)
    return proposals(shop.office, by, case_id)[-1].id


# -- reassign -----------------------------------------------------------------------------------------------------


def test_a_task_goes_to_another_person_of_its_group(shop: Desk) -> None:
    case_id = shop.registered()
    (task,) = shop.tasks(case_id)
    repair(shop.office, case_id, "reassign", {"task": task.id, "person": 3}, "Beban kerja", by=HEAD)
    assert [entry.id for entry in inbox.page(shop.office, PEOPLE["bidang2"], "mine").entries] == [task.id]
    line = last_repair(shop, case_id)
    assert line.task_id == task.id and line.data["pemegang"] == "Bela Bidang"
    with pytest.raises(Invalid):
        repair(shop.office, case_id, "reassign", {"task": task.id, "person": 3}, "Lagi", by=HEAD)
    assert verify(shop.office).problems == []


def test_a_task_goes_to_another_group_and_is_done_there(shop: Desk) -> None:
    case_id = shop.registered()
    (task,) = shop.tasks(case_id)
    args = {"task": task.id, "group": "kabid:jasa_usaha", "person": HEAD.id}
    repair(shop.office, case_id, "reassign", args, "Bidang cuti", by=ADMIN)
    (row,) = shop.tasks(case_id)
    assert (row.group_key, row.holder_id) == ("kabid:jasa_usaha", HEAD.id)
    assert inbox.page(shop.office, PEOPLE["bidang"]).entries == ()
    assert verify(shop.office).problems == []


@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({"person": 4}, "person"),
        ({"person": 99}, "person"),
        ({"group": "pemohon"}, "task"),
        ({"group": "bidang:tidak_ada"}, "group"),
        ({"group": "camat:Rawalumbu"}, "group"),
    ],
)
def test_reassigning_to_who_cannot_do_it_is_refused(shop: Desk, args: dict[str, Any], field: str) -> None:
    case_id = shop.registered()
    (task,) = shop.tasks(case_id)
    with pytest.raises(Invalid) as refused:
        repair(shop.office, case_id, "reassign", {"task": task.id, **args}, "Coba", by=ADMIN)
    assert list(refused.value.fields) == [field]


def test_an_agencys_step_stays_with_the_agency(shop: Desk) -> None:
    case_id = shop.to_signatures()
    mine = next(row for row in shop.tasks(case_id) if row.agency == "BPLH")
    with pytest.raises(Invalid):
        repair(shop.office, case_id, "reassign", {"task": mine.id, "group": "tim_teknis:DISHUB"}, "x", by=ADMIN)
    other = shop.registered()
    with pytest.raises(NotFound):
        repair(shop.office, other, "reassign", {"task": mine.id, "person": 4}, "x", by=ADMIN)


# -- data ---------------------------------------------------------------------------------------------------------


def test_the_applicants_data_are_put_right_and_the_history_keeps_the_old(shop: Desk) -> None:
    case_id = shop.registered()
    args = {"name": "Sari Dewi", "phone": "0811", "npwp": ""}
    seen = preview(shop.office, HEAD, case_id, "applicant", args)
    assert seen.changes == {"name": ["Sari", "Sari Dewi"], "phone": [None, "0811"]} and seen.clocks == ()
    repair(shop.office, case_id, "applicant", args, "Salah ketik", by=HEAD)
    row = shop.row(case_id)
    assert (row.applicant_name, row.applicant_key, row.phone) == ("Sari Dewi", "sari dewi", "0811")
    assert last_repair(shop, case_id).data["ubah"]["name"] == ["Sari", "Sari Dewi"]
    for wrong in ({"name": " "}, {"id": "12"}, {"nama": "x"}, {"name": "Sari Dewi"}):
        with pytest.raises(Invalid):
            repair(shop.office, case_id, "applicant", wrong, "Salah ketik", by=HEAD)


def given(shop: Desk, case_id: int, form: str) -> list[Any]:
    query = select(answers).where(answers.c.case_id == case_id, answers.c.form == form).order_by(answers.c.id)
    with shop.office.db.read() as connection:
        return list(connection.execute(query))


def test_an_answer_is_put_right_in_a_row_of_its_own(shop: Desk) -> None:
    case_id = shop.registered()
    (old,) = given(shop, case_id, "UJI/permohonan")
    values = {"usaha": "Toko", "ktp": True}
    repair(shop.office, case_id, "answers", {"answer": old.id, "values": values}, "Salah baca", by=ADMIN)
    first, second = given(shop, case_id, "UJI/permohonan")
    assert first == old and second.data["usaha"] == "Toko" and second.by_id == ADMIN.id
    assert second.task_id == old.task_id
    for args in ({"answer": old.id, "values": values}, {"answer": second.id, "values": values}, {"answer": 99}):
        with pytest.raises(Invalid):
            repair(shop.office, case_id, "answers", args, "Lagi", by=ADMIN)
    with pytest.raises(Invalid) as refused:
        repair(shop.office, case_id, "answers", {"answer": second.id, "values": {}}, "Kosong", by=ADMIN)
    assert "usaha" in refused.value.fields
    assert verify(shop.office).problems == []


def test_a_decision_and_an_agencys_answer_are_not_changed_as_data(shop: Desk) -> None:
    case_id = shop.to_signatures()
    (checked,) = given(shop, case_id, "umum/periksa")
    args = {"answer": checked.id, "values": {"berkas_sah": "tidak"}}
    with pytest.raises(Invalid) as refused:
        repair(shop.office, case_id, "answers", args, "x", by=ADMIN)
    assert "berkas_sah" in refused.value.fields
    shop.do("bplh", case_id, "teken", tanggapan_ini="keberatan")
    (signed,) = given(shop, case_id, "umum/teken")
    with pytest.raises(Invalid):
        repair(
            shop.office, case_id, "answers", {"answer": signed.id, "values": {"tanggapan_ini": "setuju"}}, "x", by=ADMIN
        )


# -- skip, and the second person ----------------------------------------------------------------------------------


def test_a_step_is_skipped_once_a_second_person_agrees(shop: Desk) -> None:
    case_id = shop.registered()
    (task,) = shop.tasks(case_id)
    args = {"task": task.id, "values": {"berkas_sah": "ya"}}
    seen = preview(shop.office, ADMIN, case_id, "skip", args)
    assert (seen.closes, seen.opens, seen.consent) == (("periksa",), ("teken", "teken"), "lewati")
    with pytest.raises(NeedsConsent):
        repair(shop.office, case_id, "skip", args, "Pejabat wafat", by=ADMIN)
    ident = proposed(shop, case_id, "skip", args)
    assert shop.at(case_id) == ["periksa"]
    assert [waiting_count(shop.office, who) for who in (ADMIN, OTHER, HEAD, STRANGER)] == [0, 1, 1, 0]
    assert proposals(shop.office, STRANGER) == [] and proposal(shop.office, ADMIN, ident).mine
    for who in (ADMIN, STRANGER, PEOPLE["bidang"]):
        with pytest.raises(NotAllowed):
            consent(shop.office, ident, by=who)
    consent(shop.office, ident, by=HEAD, key="setuju")
    assert shop.at(case_id) == ["teken", "teken"]
    assert consent(shop.office, ident, by=HEAD, key="setuju").repeated
    with shop.office.db.read() as connection:
        row = connection.execute(select(tasks).where(tasks.c.id == task.id)).one()
    assert (row.state, row.closed_by, row.worked_minutes) == ("skipped", HEAD.id, None)
    assert given(shop, case_id, "umum/periksa") == [], "nobody has answered"
    line = last_repair(shop, case_id)
    assert line.data["langkah"] == "periksa" and line.data["nilai"] == {"berkas_sah": "ya"}
    assert "repair_consented" in shop.history(case_id)
    with pytest.raises(Gone):
        consent(shop.office, ident, by=OTHER)
    done = proposal(shop.office, OTHER, ident)
    assert (done.state, done.by, done.decided_by) == ("dijalankan", "Ani Admin", "Kiki Kabid")
    assert verify(shop.office).problems == []


def test_what_gateways_read_must_be_said(shop: Desk) -> None:
    case_id = shop.registered()
    (task,) = shop.tasks(case_id)
    for values in ({}, {"berkas_sah": "mungkin"}, {"kekurangan": "x"}):
        with pytest.raises(Invalid) as refused:
            propose(shop.office, case_id, "skip", {"task": task.id, "values": values}, "x", by=ADMIN)
        assert list(refused.value.fields) == ["berkas_sah"]
    assert proposals(shop.office, ADMIN) == []


def test_a_skipped_signature_is_nobodys(shop: Desk) -> None:
    case_id = shop.to_signatures()
    shop.do("bplh", case_id, "teken", tanggapan_ini="setuju")
    (task,) = shop.tasks(case_id)
    ident = proposed(shop, case_id, "skip", {"task": task.id, "values": {"tanggapan_ini": "setuju"}})
    consent(shop.office, ident, by=OTHER)
    assert shop.at(case_id) == ["verifikasi"]
    assert [row.by_id for row in given(shop, case_id, "umum/teken")] == [4]
    assert verify(shop.office).problems == []


def test_a_preview_shows_the_automatic_step_that_will_fail(shop: Desk) -> None:
    case_id = shop.open()
    (task,) = shop.tasks(case_id)
    failing["uji/resi"] = "printer rusak"
    seen = preview(shop.office, ADMIN, case_id, "skip", {"task": task.id, "values": {"berkas_lengkap": "ya"}})
    assert seen.automatic == (("resi", "printer rusak"),)
    assert shop.row(case_id).resi is None and shop.at(case_id) == ["daftar"]


def test_a_proposal_is_refused_or_taken_back(shop: Desk) -> None:
    case_id = shop.registered()
    (task,) = shop.tasks(case_id)
    args = {"task": task.id, "values": {"berkas_sah": "ya"}}
    first, second = proposed(shop, case_id, "skip", args), proposed(shop, case_id, "skip", args, HEAD)
    with pytest.raises(Invalid):
        refuse(shop.office, first, " ", by=OTHER)
    refuse(shop.office, first, "Belum perlu", by=OTHER)
    refuse(shop.office, second, "Keliru", by=HEAD)
    states = [each.state for each in proposals(shop.office, ADMIN, case_id)]
    assert states == ["ditolak", "ditarik"] and shop.at(case_id) == ["periksa"]
    for ident in (first, second):
        with pytest.raises(Gone):
            consent(shop.office, ident, by=OTHER)
    with pytest.raises(NotFound):
        consent(shop.office, 99, by=OTHER)


def test_consent_comes_too_late(shop: Desk) -> None:
    case_id = shop.registered()
    (task,) = shop.tasks(case_id)
    ident = proposed(shop, case_id, "skip", {"task": task.id, "values": {"berkas_sah": "ya"}})
    shop.do("bidang", case_id, "periksa", berkas_sah="tidak")
    with pytest.raises(NotFound):
        consent(shop.office, ident, by=OTHER)
    assert shop.at(case_id) == ["lengkapi"] and proposal(shop.office, OTHER, ident).state == "menunggu"
