"""Tasks follow whoever stands in; a Camat signs what is delegated to him."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml

from engine import cases, inbox
from engine.absences import absences_from, absent_on, acting, add_absence, withdraw_absence
from engine.bundle import Bundle
from engine.delegations import add_delegation, all_delegations, signing_official, withdraw_delegation
from engine.errors import Gone, Invalid, NotAllowed, NotFound, Taken
from engine.people import Person, add_person, session_person, start_session, with_substitutions
from engine.storage.people_tables import memberships
from engine.verify import verify
from tests.engine.core.conftest import LANES, MONDAY, PEOPLE, Desk, bundle

from .conftest import ADMIN, told

MONDAY_TEXT, FRIDAY_TEXT = "2016-07-18", "2016-07-22"


@pytest.fixture(autouse=True)
def roles(desk: Desk) -> None:
    """Everybody's roles stand in the tables too."""
    rows = [
        {"person_id": person.id, "role": role, "scope": scope or ""}
        for person in PEOPLE.values()
        for role, scope in person.memberships
    ]
    with desk.office.db.write() as connection:
        connection.execute(memberships.insert(), rows)


def absent(desk: Desk, who: str, substitute: str | None, kind: str = "cuti", first: str = MONDAY_TEXT) -> int:
    stands_in = PEOPLE[substitute].id if substitute else None
    return add_absence(desk.office, PEOPLE[who].id, first, FRIDAY_TEXT, kind, stands_in, "Surat cuti 1", by=ADMIN)


def person(desk: Desk, username: str, *held: tuple[str, str | None]) -> Person:
    with desk.office.db.write() as connection:
        return add_person(connection, username, f"Pak {username}", held, MONDAY)


def test_the_substitute_does_the_tasks_and_the_history_says_for_whom(desk: Desk) -> None:
    case_id = desk.registered()
    task = desk.tasks(case_id)[0]
    with pytest.raises(NotAllowed):
        cases.claim(desk.office, task.id, by=PEOPLE["bplh"])
    absent(desk, "bidang", "bplh")
    tono = acting(desk.office, PEOPLE["bplh"])
    assert "bidang:jasa_usaha" in cases.acting_groups(tono)
    assert [entry.id for entry in inbox.page(desk.office, tono).entries] == [task.id]
    cases.complete(desk.office, task.id, {"berkas_sah": "ya"}, by=tono)
    [line] = [line for line in told(desk, case_id, "task_completed") if "atas_nama" in line]
    assert line["atas_nama"] == {
        "id": PEOPLE["bidang"].id,
        "nama": "Budi Bidang",
        "sebagai": "cuti",
        "dasar": "Surat cuti 1",
    }
    desk.do("bplh", case_id, "teken", tanggapan_ini="setuju")
    assert "atas_nama" not in told(desk, case_id, "task_completed")[-1], "his own task is his own"
    assert verify(desk.office).problems == []


def test_what_the_absent_holds_is_offered_to_the_substitute_only(desk: Desk) -> None:
    case_id = desk.registered()
    task = desk.tasks(case_id)[0]
    cases.claim(desk.office, task.id, by=PEOPLE["bidang"])
    absent(desk, "bidang", "bidang2")
    bela = acting(desk.office, PEOPLE["bidang2"])
    assert [entry.id for entry in inbox.page(desk.office, bela, "mine").entries] == [task.id]
    with pytest.raises(Taken):
        cases.complete(desk.office, task.id, {"berkas_sah": "ya"}, by=PEOPLE["bidang2"])
    cases.complete(desk.office, task.id, {"berkas_sah": "ya"}, by=bela)
    assert told(desk, case_id, "task_completed")[-1]["atas_nama"]["nama"] == "Budi Bidang"


def test_it_begins_and_ends_with_its_dates(desk: Desk) -> None:
    absent(desk, "bidang", "bplh", first="2016-07-19")
    for days, stands in ((0, False), (1, True), (4, True), (5, False)):
        tono = acting(desk.office, PEOPLE["bplh"], MONDAY + timedelta(days=days))
        assert bool(tono.stands_for) is stands, days
    with desk.office.db.read() as connection:
        # Until midnight in Bekasi, not in Greenwich.
        assert absent_on(connection, MONDAY + timedelta(hours=14)) == set()
        assert absent_on(connection, MONDAY + timedelta(hours=16)) == {PEOPLE["bidang"].id}


def test_a_session_knows_whom_its_person_stands_in_for(desk: Desk) -> None:
    absent(desk, "bidang", "bplh")
    with desk.office.db.write() as connection:
        token = start_session(connection, PEOPLE["bplh"].id, MONDAY)
        found = session_person(connection, token, MONDAY)
    assert found is not None and [each.name for each in found.stands_for] == ["Budi Bidang"]


def test_a_substitute_who_is_absent_hands_on(desk: Desk) -> None:
    absent(desk, "bidang", "bidang2")
    absent(desk, "bidang2", "bplh", kind="sakit")
    tono = acting(desk.office, PEOPLE["bplh"])
    assert {each.name for each in tono.stands_for} == {"Budi Bidang", "Bela Bidang"}
    assert tono.hands == {PEOPLE[name].id for name in ("bplh", "bidang", "bidang2")}


def test_daily_work_is_lent_and_the_rest_is_not(desk: Desk) -> None:
    head = person(desk, "kepala", ("kepala_badan", None), ("admin", None))
    add_absence(desk.office, head.id, MONDAY_TEXT, FRIDAY_TEXT, "plh", PEOPLE["bplh"].id, "SPT 1", by=ADMIN)
    tono = acting(desk.office, PEOPLE["bplh"])
    assert tono.may("case.search") and tono.may("escalation.view")
    assert not tono.may("process.activate") and not tono.may("admin.users") and not tono.may("absence.edit")
    assert "kepala_badan" in cases.acting_groups(tono) and "admin" not in cases.acting_groups(tono)
    with desk.office.db.read() as connection:
        official = signing_official(connection, _case("UJI"), desk.clock.now())
        assert (official.as_what, official.decree, official.people) == ("plh", "SPT 1", (PEOPLE["bplh"],))
        back = signing_official(connection, _case("UJI"), MONDAY + timedelta(days=7))
        assert back.as_what == "kepala_badan" and back.people[0].name == "Pak kepala"


def test_wrong_absences_are_refused(desk: Desk) -> None:
    head = person(desk, "kepala", ("kepala_badan", None))
    loket, bidang = PEOPLE["loket"].id, PEOPLE["bidang"].id
    wrong = [
        ((loket, "2016-07-18", "2016-07-17", "cuti", None, "S"), "last"),
        ((loket, "besok", "2016-07-17", "cuti", None, "S"), "first"),
        ((loket, MONDAY_TEXT, FRIDAY_TEXT, "pergi", None, "S"), "kind"),
        ((loket, MONDAY_TEXT, FRIDAY_TEXT, "cuti", None, " "), "decree"),
        ((loket, MONDAY_TEXT, FRIDAY_TEXT, "cuti", loket, "S"), "substitute"),
        ((loket, MONDAY_TEXT, FRIDAY_TEXT, "plh", bidang, "S"), "kind"),
        ((head.id, MONDAY_TEXT, FRIDAY_TEXT, "plh", None, "S"), "substitute"),
        ((head.id, MONDAY_TEXT, FRIDAY_TEXT, "cuti", bidang, "S"), "kind"),
    ]
    for values, field in wrong:
        with pytest.raises(Invalid) as refused:
            add_absence(desk.office, *values, by=ADMIN)
        assert list(refused.value.fields) == [field], values
    absent(desk, "bidang", "bidang2")
    with pytest.raises(Invalid) as refused:
        absent(desk, "bidang", "bplh", first="2016-07-20")
    assert "Surat cuti 1" in refused.value.fields["first"][0]
    with pytest.raises(Invalid) as refused:
        absent(desk, "bidang2", "bidang")
    assert "Bela Bidang" in refused.value.fields["substitute"][0]
    with pytest.raises(NotAllowed):
        add_absence(desk.office, loket, MONDAY_TEXT, FRIDAY_TEXT, "cuti", None, "S", by=PEOPLE["bidang"])
    with pytest.raises(NotFound):
        add_absence(desk.office, 999, MONDAY_TEXT, FRIDAY_TEXT, "cuti", None, "S", by=ADMIN)


def test_withdrawn_absences_stay_to_be_read(desk: Desk) -> None:
    ident = absent(desk, "bidang", "bplh")
    assert absences_from(desk.office)[0].active
    withdraw_absence(desk.office, ident, by=ADMIN)
    [row] = absences_from(desk.office)
    assert row.withdrawn_at is not None and not row.active
    assert acting(desk.office, PEOPLE["bplh"]).stands_for == ()
    with pytest.raises(Gone):
        withdraw_absence(desk.office, ident, by=ADMIN)
    absent(desk, "bidang", "bidang2")


def test_the_same_key_is_one_absence(desk: Desk) -> None:
    values = (PEOPLE["bidang"].id, MONDAY_TEXT, FRIDAY_TEXT, "cuti", None, "S")
    ids = {add_absence(desk.office, *values, by=ADMIN, key="sekali") for _ in range(2)}
    assert len(ids) == 1


class _case:
    """A case as far as who signs it goes."""

    def __init__(self, code: str, variant: str = "baru", kecamatan: str | None = "Bekasi Timur") -> None:
        self.code, self.variant, self.kecamatan = code, variant, kecamatan


def test_a_delegated_letter_is_signed_by_the_camat_of_the_kecamatan(desk: Desk) -> None:
    """UJI's verification stands in a lane that can be delegated."""
    lanes = {**LANES, "Bidang": {"peran": "bidang", "lingkup": "bidang", "delegasi": "camat"}}
    files = {**bundle().files, "pelaksana.yaml": yaml.safe_dump(lanes).encode()}
    with desk.office.db.write() as connection:
        desk.office.definitions.activate(
            connection, Bundle("UJI", files), from_at=MONDAY, by_name="Uji", decree="Kep. 3", now=MONDAY
        )
    add_delegation(desk.office, "UJI", "baru", "2016-07-19", None, "Kepwal 5/2016", by=ADMIN)
    camat = person(desk, "camat", ("camat", "Bekasi Timur"))
    groups = []
    for kecamatan in ("Bekasi Timur", None):
        applicant = cases.Applicant("Sari", kecamatan=kecamatan)
        for variant in ("baru", "ulang"):
            case_id = cases.open_case(desk.office, "UJI", variant, applicant, by=PEOPLE["loket"]).case_id
            if desk.clock.now() == MONDAY:
                desk.clock.advance(days=1)
            desk.do("loket", case_id, "daftar", usaha="Warung", ktp=True)
            groups.append(desk.tasks(case_id)[0].group_key)
    assert groups == ["camat:Bekasi Timur", "bidang:jasa_usaha", "bidang:jasa_usaha", "bidang:jasa_usaha"]
    first = 1
    [line] = told(desk, first, "signing_delegated")
    assert (line["kecamatan"], line["keputusan"]) == ("Bekasi Timur", "Kepwal 5/2016")
    with desk.office.db.read() as connection:
        official = signing_official(connection, _case("UJI"), desk.clock.now())
    assert (official.as_what, official.people, official.decree) == ("camat", (camat,), "Kepwal 5/2016")
    assert verify(desk.office).problems == []


def test_wrong_delegations_are_refused_and_withdrawn_ones_end(desk: Desk) -> None:
    ident = add_delegation(desk.office, "UJI", None, MONDAY_TEXT, None, "Kepwal 5", by=ADMIN)
    with pytest.raises(Invalid) as refused:
        add_delegation(desk.office, "UJI", "baru", FRIDAY_TEXT, None, "Kepwal 6", by=ADMIN)
    assert "Kepwal 5" in refused.value.fields["first"][0]
    with pytest.raises(NotFound):
        add_delegation(desk.office, "UJI", "tiada", MONDAY_TEXT, None, "Kepwal 6", by=ADMIN)
    with pytest.raises(NotFound):
        add_delegation(desk.office, "ENTAH", None, MONDAY_TEXT, None, "Kepwal 6", by=ADMIN)
    with pytest.raises(Invalid):
        add_delegation(desk.office, "UJI", None, MONDAY_TEXT, "2016-07-01", "", by=ADMIN)
    with pytest.raises(NotAllowed):
        add_delegation(desk.office, "UJI", None, MONDAY_TEXT, None, "Kepwal 6", by=PEOPLE["bidang"])
    withdraw_delegation(desk.office, ident, by=ADMIN)
    with pytest.raises(Gone):
        withdraw_delegation(desk.office, ident, by=ADMIN)
    assert not all_delegations(desk.office)[0].active
    with desk.office.db.read() as connection:
        assert signing_official(connection, _case("UJI"), desk.clock.now()).as_what == "kepala_badan"


def test_nobody_absent_costs_one_look(desk: Desk) -> None:
    with desk.office.db.read() as connection:
        assert with_substitutions(connection, PEOPLE["bplh"], MONDAY) is PEOPLE["bplh"]
