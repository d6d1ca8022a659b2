"""Rows of a tariff that hold together, or leave something between them, are refused with both rows named."""

from __future__ import annotations

from typing import Any

import pytest

from engine.check import check
from engine.services.tarif import calculate, problems
from engine.services.tarif_dmn import read_decisions
from engine.services.tarif_periods import period_problems, table_on
from engine.services.tarif_rows import row_problems
from engine.services.tarif_values import TariffError
from tests.diagrams.walk import CODES, Sop


def dmn(
    *rows: tuple[str, ...], inputs: tuple[str, ...] = ("luas",), policy: str = "UNIQUE", default: str = ""
) -> bytes:
    columns = "".join(f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in inputs)
    other = f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    rules = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{_xml(cell)}</text></inputEntry>" for cell in row[:-1])
        + f"<outputEntry><text>{row[-1]}</text></outputEntry></rule>"
        for row in rows
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="t">'
        f'<decisionTable hitPolicy="{policy}">{columns}<output name="tarif">{other}</output>{rules}</decisionTable>'
        "</decision></definitions>"
    ).encode()


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def wrong(content: bytes, *whole: str) -> list[tuple[tuple[int, int], bool]]:
    return [(found.rows, found.overlap) for found in row_problems(read_decisions(content), frozenset(whole))]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((("<= 25", "1"), ("]25..100]", "2"), ("> 100", "3")), []),
        ((("<= 25", "1"), ("[25..100]", "2"), ("> 100", "3")), [((1, 2), True)]),
        ((("< 25", "1"), ("]25..100]", "2"), ("> 100", "3")), [((1, 2), False)]),
        ((("<= 25", "1"), ("[26..100]", "2"), ("> 100", "3")), [((1, 2), False)]),
        ((("[50..60]", "1"), ("> 0", "2")), [((1, 2), True)]),
        ((("-", "1"), ("5", "2")), [((1, 2), True)]),
        ((("5", "1"), ("7", "2")), [((1, 2), False)]),
        ((('"a"', "1"), ('"b"', "2")), []),
        ((('"a", "b"', "1"), ('"b"', "2")), [((1, 2), True)]),
        ((('not("a")', "1"), ('"b"', "2")), [((1, 2), True)]),
        ((("true", "1"), ("false", "2")), []),
    ],
)
def test_one_column(rows: tuple[tuple[str, ...], ...], found: list[Any]) -> None:
    assert wrong(dmn(*rows)) == found


def test_between_whole_numbers_nothing_is_missing() -> None:
    rows = (("<= 25", "1"), ("[26..100]", "2"), ("> 100", "3"))
    assert wrong(dmn(*rows), "luas") == []
    assert wrong(dmn(("<= 25", "1"), (">= 27", "2")), "luas") == [((1, 2), False)]


def test_two_columns_are_looked_at_together() -> None:
    fine = [('"a"', "<= 10", "1"), ('"a"', "> 10", "2"), ('"b"', "-", "3")]
    assert wrong(dmn(*fine, inputs=("jenis", "luas"))) == []
    gap = [('"a"', "<= 10", "1"), ('"a"', "> 20", "2"), ('"b"', "-", "3")]
    assert wrong(dmn(*gap, inputs=("jenis", "luas"))) == [((1, 2), False)]
    both = [('"a"', "<= 10", "1"), ("-", "[10..20]", "2")]
    assert ((1, 2), True) in wrong(dmn(*both, inputs=("jenis", "luas")))


def test_first_may_overlap_and_defaults_have_no_gap() -> None:
    assert wrong(dmn(("<= 25", "1"), ("<= 100", "2"), policy="FIRST")) == []
    assert wrong(dmn(("<= 25", "1"), ("> 50", "2"), default="0")) == []
    assert wrong(dmn(("<= 25", "1"), ("> 50", "2"), policy="FIRST")) == [((1, 2), False)]


def test_rows_with_dates() -> None:
    old, new = '< date("2016-07-01")', '>= date("2016-07-01")'
    assert wrong(dmn((old, "1"), (new, "2"), inputs=("tanggal_hitung",)), "tanggal_hitung") == []
    late = '>= date("2016-07-03")'
    [found] = row_problems(read_decisions(dmn((old, "1"), (late, "2"), inputs=("tanggal_hitung",))))
    assert found.message == (
        'tabel t: di antara baris 1 (< date("2016-07-01")) dan baris 2 (>= date("2016-07-03")) tidak ada baris untuk '
        "tanggal_hitung = 2016-07-01"
    )
    with pytest.raises(TariffError, match="2016-02-30 tidak ada"):
        read_decisions(dmn(('< date("2016-02-30")', "1")))


BIAYA = {"jenis": "retribusi", "baris": [{"uraian": "Izin", "rumus": "luas * tarif"}]}


def test_the_row_in_force_on_the_day_counts() -> None:
    table = dmn(('< date("2016-07-01")', "100"), ('>= date("2016-07-01")', "150"), inputs=("tanggal_hitung",))
    biaya, files = BIAYA | {"tabel": "t.dmn"}, {"t.dmn": table}
    assert calculate(biaya, files, {"luas": 2, "tanggal_hitung": "2016-06-30"}).total == 200
    assert calculate(biaya, files, {"luas": 2, "tanggal_hitung": "2016-07-01"}).total == 300
    assert problems(biaya, files, frozenset({"luas"})) == []


def test_the_table_in_force_on_the_day_counts() -> None:
    files = {"lama.dmn": dmn(("-", "100")), "baru.dmn": dmn(("-", "150"))}
    named = [{"berkas": "baru.dmn", "mulai": "2016-07-01"}, {"berkas": "lama.dmn", "sampai": "2016-06-30"}]
    biaya = BIAYA | {"tabel": named}
    assert calculate(biaya, files, {"luas": 2, "tanggal_hitung": "2016-06-30"}).total == 200
    assert calculate(biaya, files, {"luas": 2, "tanggal_hitung": "2017-01-01"}).total == 300
    assert period_problems(biaya) == []
    early = BIAYA | {"tabel": [{"berkas": "baru.dmn", "mulai": "2016-07-01"}]}
    with pytest.raises(TariffError, match="tidak ada tabel tarif yang berlaku pada 2016-06-30"):
        table_on(early, "2016-06-30")


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ({"sampai": "2016-06-30"}, {"mulai": "2016-06-30"}, "berlaku bersamaan"),
        ({"sampai": "2016-06-29"}, {"mulai": "2016-07-01"}, "ada hari tanpa tarif"),
        ({}, {"mulai": "2016-07-01"}, "berlaku bersamaan"),
    ],
)
def test_tables_follow_each_other(first: dict[str, str], second: dict[str, str], words: str) -> None:
    biaya = {"tabel": [{"berkas": "a.dmn", **first}, {"berkas": "b.dmn", **second}]}
    [message] = period_problems(biaya)
    assert words in message and "baris 1 (a.dmn" in message and "baris 2 (b.dmn" in message


@pytest.mark.parametrize("code", CODES)
def test_what_ships_has_neither_gap_nor_overlap(code: str) -> None:
    bundle = Sop(code).bundle
    tables = {"table-gap", "table-overlap", "tariff-period"}
    assert [found.message for found in check(bundle) if found.rule in tables] == []


def test_the_check_refuses_and_names_both_rows() -> None:
    from engine.bundle import Bundle

    bundle = Sop("HO").bundle
    table = dmn(("<= 25", "1"), ("[20..100]", "2"), ("> 120", "3"))
    found = [each for each in check(Bundle("HO", {**bundle.files, "lain.dmn": table})) if each.file == "lain.dmn"]
    assert [(each.rule, each.severity, each.element) for each in found] == [
        ("table-overlap", "error", "t"),
        ("table-gap", "error", "t"),
    ]
    assert "baris 1 (<= 25) dan baris 2 ([20..100])" in found[0].message
    assert "di antara baris 2 ([20..100]) dan baris 3 (> 120)" in found[1].message
