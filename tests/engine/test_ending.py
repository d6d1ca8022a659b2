"""Holders whose permits end soon are told once at each moment that the type names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import insert, update

from engine.bundle import Bundle, read_bundle
from engine.check import check
from engine.ending import remind_ending, stages_of
from engine.errors import NotAllowed
from engine.insight.ending import permits_ending
from engine.people import Person
from engine.settings import ROOT
from engine.storage.letter_tables import letters
from engine.storage.plot_tables import plot_claims
from engine.storage.schema import cases, events, outbox
from tests.engine.services.conftest import Desk, open_desk

PAIP = Person(1, "paip", "Pita PAIP", (("paip", None),))


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(database_url, tmp_path / "var")
    desk.with_permit(pengingat_habis={"hari_sebelum": [30, 90]})
    yield desk
    desk.office.close()


def permit(desk: Desk, until: str, state: str = "berlaku", signed: str = "2015-01-05", **more: Any) -> int:
    """A letter in force of a case of its own."""
    case_id = desk.another_case(resi=None)
    with desk.office.db.write() as connection:
        row = {
            "case_id": case_id,
            "kind": "izin",
            "number": f"503/{case_id}/HO",
            "code": f"KODE{case_id}",
            "edition": "asli",
            "round": 0,
            "state": state,
            "title": "Izin Gangguan",
            "holder": "PT Maju Jaya",
            "draft_sha256": "0" * 64,
            "drawn_at": datetime(2015, 1, 5, tzinfo=UTC),
            "signed_at": datetime.fromisoformat(signed).replace(tzinfo=UTC),
            "valid_until": until,
            **more,
        }
        return int(connection.execute(insert(letters).values(**row).returning(letters.c.id)).scalar_one())


def day(desk: Desk, text: str) -> None:
    desk.clock.set(datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC) + timedelta(hours=3))


def told(desk: Desk) -> list[tuple[str, int]]:
    """(number, days left) of every reminder, in order."""
    return [(row.data["nomor"], row.data["hari"]) for row in desk.rows(events) if row.kind == "permit_ending"]


def test_at_each_moment_once(desk: Desk) -> None:
    letter = permit(desk, "2016-06-30")
    number = desk.rows(letters)[0].number
    for on, count in (("2016-03-31", 0), ("2016-04-01", 1), ("2016-04-02", 0), ("2016-05-31", 1), ("2016-06-30", 0)):
        day(desk, on)
        assert remind_ending(desk.office) == count, on
    assert told(desk) == [(number, 90), (number, 30)]
    assert desk.sent("masa_habis") == [("email", "maju@contoh.id"), ("sms", "+628123456789")] * 2
    message = desk.rows(outbox)[0].data
    assert (message["nomor"], message["sampai"], message["hari"]) == (number, "2016-06-30", 90)
    assert letter == desk.rows(letters)[0].id


def test_after_a_standstill_only_the_last_that_is_due(desk: Desk) -> None:
    permit(desk, "2016-06-30")
    day(desk, "2016-06-20")
    assert remind_ending(desk.office) == 1 and remind_ending(desk.office) == 0
    assert [left for _, left in told(desk)] == [10]


@pytest.mark.parametrize("state", ["naskah", "diganti", "dicabut"])
def test_a_letter_that_is_not_in_force_is_left_alone(desk: Desk, state: str) -> None:
    permit(desk, "2016-06-30", state)
    day(desk, "2016-06-20")
    assert remind_ending(desk.office) == 0


def test_one_that_is_younger_than_the_moment_is_not_reminded_of_it(desk: Desk) -> None:
    permit(desk, "2016-06-30", signed="2016-05-20")
    day(desk, "2016-05-25")
    assert remind_ending(desk.office) == 0
    day(desk, "2016-05-31")
    assert remind_ending(desk.office) == 1


def test_a_type_that_names_no_days_reminds_nobody(desk: Desk) -> None:
    desk.with_permit(pengingat_habis=None)
    permit(desk, "2016-06-30")
    day(desk, "2016-06-20")
    assert remind_ending(desk.office) == 0


def test_a_grave_that_was_renewed_is_not_asked_for_again(desk: Desk) -> None:
    permit(desk, "2016-06-30")
    with desk.office.db.write() as connection:
        row = {"plot": "A/1/1", "label": "x", "case_id": desk.rows(letters)[0].case_id, "at": desk.office.now()}
        connection.execute(insert(plot_claims).values(**row, ended_at=desk.office.now()))
    day(desk, "2016-06-20")
    assert remind_ending(desk.office) == 0
    assert permits_ending(desk.office, PAIP).soon == 0


def test_many_at_once_a_few_at_a_time_and_none_twice(desk: Desk) -> None:
    for _ in range(5):
        permit(desk, "2016-06-30")
    day(desk, "2016-06-20")
    assert [remind_ending(desk.office, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert len({number for number, _ in told(desk)}) == 5


def test_the_office_sees_what_ends_and_what_has_ended(desk: Desk) -> None:
    for until in ("2016-05-01", "2016-06-30", "2016-07-15", "2017-01-01"):
        permit(desk, until)
    with desk.office.db.write() as connection:
        newest = desk.rows(letters)[-1].case_id
        connection.execute(update(cases).where(cases.c.id == newest).values(code="IPTM"))
    day(desk, "2016-06-20")
    remind_ending(desk.office)
    found = permits_ending(desk.office, PAIP)
    assert [(row.valid_until, row.days) for row in found.items] == [("2016-06-30", 10), ("2016-07-15", 25)]
    assert (found.soon, found.ended, found.after) == (2, 1, None)
    assert [row.reminded_at for row in found.items] == [desk.office.now()] * 2
    assert [row.days for row in permits_ending(desk.office, PAIP, ended=True).items] == [-50]
    first = permits_ending(desk.office, PAIP, 365, size=1)
    assert first.after == ("2016-06-30", first.items[0].letter_id)
    rest = permits_ending(desk.office, PAIP, 365, after=first.after)
    assert [row.valid_until for row in rest.items] == ["2016-07-15", "2017-01-01"]
    assert [row.code for row in permits_ending(desk.office, PAIP, 365, code="IPTM").items] == ["IPTM"]
    with pytest.raises(NotAllowed):
        permits_ending(desk.office, Person(2, "camat", "Camat", (("camat", "Bekasi Timur"),)))


@pytest.mark.parametrize(("said", "days"), [(90, [90]), ([30, 90, 30], [90, 30]), (None, [])])
def test_days_are_data(said: Any, days: list[int]) -> None:
    assert stages_of({"pengingat_habis": {"hari_sebelum": said}}) == days and stages_of({}) == []


@pytest.mark.parametrize("said", [{"hari_sebelum": "90"}, {"hari_sebelum": [0]}, {"hari_sebelum": True}, 90])
def test_what_is_no_number_of_days_is_said_at_the_check(said: Any) -> None:
    shipped = read_bundle("HO", ROOT / "processes", ROOT / "forms")
    permit_yaml = yaml.safe_load(shipped.files["permit.yaml"]) | {"pengingat_habis": said}
    files = {**shipped.files, "permit.yaml": yaml.safe_dump(permit_yaml, allow_unicode=True).encode()}
    wrong = [found for found in check(Bundle("HO", files)) if found.rule == "reminder"]
    assert len(wrong) == 1 and wrong[0].severity == "error"
