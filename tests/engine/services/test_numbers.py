"""Numbers follow one another without gaps, also when many ask at once and some fail."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from engine.services import ServiceError
from engine.services.numbers import REGISTERS, Number, next_number, secret_code
from engine.storage.service_tables import register_entries, register_numbers
from tests.engine.services.conftest import Desk


def _take(desk: Desk, register: str, case_id: int | None = None, fail: bool = False) -> Number | None:
    try:
        with desk.office.db.write() as connection:
            unit = desk.unit(connection)
            if case_id is not None:
                unit.lock(case_id)
            number = next_number(unit, unit.case, register, "uji")
            if fail:
                raise InterruptedError
            unit.flush()
            return number
    except InterruptedError:
        return None


def test_numbers_count_up_from_one_and_print_as_the_register_says(desk: Desk) -> None:
    assert [_take(desk, "skrd") for _ in range(3)] == [
        Number(2016, 1, "973/00001/SKRD/BPPT/2016"),
        Number(2016, 2, "973/00002/SKRD/BPPT/2016"),
        Number(2016, 3, "973/00003/SKRD/BPPT/2016"),
    ]
    assert _take(desk, "undangan") == Number(2016, 1, "005/0001/UND/BPPT/I/2016")


def test_a_year_begins_at_midnight_in_bekasi(desk: Desk) -> None:
    desk.clock.set(datetime(2016, 12, 31, 16, 59, 59, tzinfo=UTC))
    assert _take(desk, "arsip") == Number(2016, 1, "ARS-2016-000001")
    desk.clock.set(datetime(2016, 12, 31, 17, 0, tzinfo=UTC))
    assert _take(desk, "arsip") == Number(2017, 1, "ARS-2017-000001")


def test_permits_count_per_type(desk: Desk) -> None:
    other = desk.another_case(code="SIUP")
    assert _take(desk, "izin") == Number(2016, 1, "503/0001/HO/BPPT/2016")
    assert _take(desk, "izin", other) == Number(2016, 1, "503/0001/SIUP/BPPT/2016")
    assert _take(desk, "izin") == Number(2016, 2, "503/0002/HO/BPPT/2016")


def test_a_type_may_print_its_numbers_its_own_way(desk: Desk) -> None:
    desk.with_permit(nomor={"izin": "{urut:3}/IG/{bulan}/{tahun}"})
    assert _take(desk, "izin") == Number(2016, 1, "001/IG/I/2016")


def test_a_format_without_running_number_is_refused(desk: Desk) -> None:
    desk.with_permit(nomor={"izin": "IG/{tahun}"})
    with pytest.raises(ServiceError, match="urut"):
        _take(desk, "izin")


def test_an_unknown_register_is_named(desk: Desk) -> None:
    with pytest.raises(ServiceError, match="'buku_tamu'"):
        _take(desk, "buku_tamu")


def test_a_number_that_was_not_kept_is_given_again(desk: Desk) -> None:
    assert _take(desk, "resi") == Number(2016, 1, "BPPT-2016-000001")
    assert _take(desk, "resi", fail=True) is None
    assert _take(desk, "resi") == Number(2016, 2, "BPPT-2016-000002")


def test_no_gap_and_no_double_when_many_ask_at_once_and_some_fail(desk: Desk) -> None:
    others = [desk.another_case() for _ in range(4)]

    def ask(turn: int) -> Number | None:
        return _take(desk, "penolakan", others[turn % 4], fail=turn % 5 == 0)

    with ThreadPoolExecutor(8) as pool:
        given = sorted(number.sequence for number in pool.map(ask, range(60)) if number is not None)
    assert given == list(range(1, 49))
    with desk.office.db.read() as connection:
        kept = list(
            connection.execute(select(register_entries.c.sequence).order_by(register_entries.c.sequence)).scalars()
        )
        last = connection.execute(select(register_numbers.c.last)).scalar_one()
    assert kept == given
    assert last == 48


@pytest.mark.parametrize("name", sorted(REGISTERS))
def test_every_register_prints_a_number_that_fits_its_column(desk: Desk, name: str) -> None:
    number = _take(desk, name)
    assert number is not None
    assert "2016" in number.text
    assert "{" not in number.text
    assert len(number.text) <= 40


def test_secret_codes_are_random_and_can_be_repeated_for_a_replay() -> None:
    assert len({secret_code() for _ in range(200)}) == 200
    assert secret_code(random.Random(5)) == secret_code(random.Random(5))
    assert secret_code(random.Random(5)) != secret_code(random.Random(6))
    assert set(secret_code()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert len(secret_code()) == 10
