"""Decision tables: cells, hit policies, and tables that cannot be read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.services.tarif_dmn import Decision, read_decisions
from engine.services.tarif_values import TariffError, exact
from engine.services.unary_tests import CellError, compile_tests

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t" namespace="x">'


def _table(rows: list[tuple[str, ...]], policy: str = "", inputs: tuple[str, ...] = ("a",), default: str = "") -> bytes:
    columns = "".join(f"<input><inputExpression><text>{text}</text></inputExpression></input>" for text in inputs)
    entry = f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    body = ""
    for row in rows:
        cells = "".join(f"<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>" for cell in row[: len(inputs)])
        outs = "".join(f"<outputEntry><text><![CDATA[{cell}]]></text></outputEntry>" for cell in row[len(inputs) :])
        body += f"<rule>{cells}{outs}</rule>"
    table = f'<decisionTable {policy}>{columns}<output name="hasil">{entry}</output>{body}</decisionTable>'
    return f'{HEAD}<decision id="d">{table}</decision></definitions>'.encode()


def _decide(content: bytes, **data: Any) -> Any:
    [decision] = read_decisions(content)
    return decision.decide({name: exact(value) for name, value in data.items()})["hasil"]


@pytest.mark.parametrize(
    ("cell", "yes", "no"),
    [
        ("-", [1, "x", None, True], []),
        ("", [1, "x", None], []),
        ('"x"', ["x"], ["y", "X", None, 1]),
        ('"a", "b"', ["a", "b"], ["c", None]),
        ('"a, b"', ["a, b"], ["a"]),
        ('"ku\\"tip"', ['ku"tip'], ["kutip"]),
        ("5", [5, 5.0], [4, "5", None, True]),
        ("-2.5", [-2.5], [2.5]),
        (">= 5", [5, 6.5], [4.999, None, "6", True]),
        ("< 5", [4.999, -1], [5, None]),
        ("<= 5", [5], [5.001]),
        ("> 5", [5.001], [5]),
        ("= 5", [5], [6]),
        ("!= 5", [6, "x", None], [5]),
        ("[1..10]", [1, 5.5, 10], [0.99, 10.01, None, "5"]),
        ("]25..100]", [25.01, 100], [25, 100.1]),
        ("(1..10)", [1.5, 9.9], [1, 10]),
        ("[1..10[", [1, 9.99], [10]),
        ("[1..2], [5..6], 9", [1.5, 5, 9], [3, 7]),
        ('not("x", "y")', ["z", None], ["x", "y"]),
        ("true", [True], [False, 1, "true", None]),
        ("false", [False], [True, 0]),
        ("null", [None], [0, "", False]),
    ],
)
def test_a_cell_holds_for_these_and_not_for_those(cell: str, yes: list[Any], no: list[Any]) -> None:
    test = compile_tests(cell)
    assert [value for value in yes if not test(exact(value))] == []
    assert [value for value in no if test(exact(value))] == []


@pytest.mark.parametrize(
    "cell", ["x", "5 6", "[1..", "[1,2]", '"x', ">= ", "not 5", "not(5", "a > 5", "__import__", "5;"]
)
def test_a_cell_that_cannot_be_read_is_told(cell: str) -> None:
    with pytest.raises(CellError, match="tidak terbaca"):
        compile_tests(cell)


@given(st.text(max_size=40), st.one_of(st.none(), st.booleans(), st.decimals(allow_nan=False), st.text(max_size=5)))
def test_no_cell_does_worse_than_that(cell: str, value: Any) -> None:
    try:
        test = compile_tests(cell)
    except CellError:
        return
    assert test(value) in (True, False)


ROWS = [("< 10", "1"), (">= 5", "2"), ('"x"', "3")]


def test_unique_takes_the_one_row_that_holds() -> None:
    assert _decide(_table(ROWS), a=3) == 1
    assert _decide(_table(ROWS), a=12) == 2
    assert _decide(_table(ROWS), a="x") == 3


def test_unique_names_the_rows_that_contradict_each_other() -> None:
    with pytest.raises(TariffError, match="baris 1, 2 sama-sama berlaku"):
        _decide(_table(ROWS), a=7)


def test_first_takes_the_first() -> None:
    assert _decide(_table(ROWS, 'hitPolicy="FIRST"'), a=7) == 1


def test_any_wants_agreement() -> None:
    assert _decide(_table([("< 10", "1"), (">= 5", "1")], 'hitPolicy="ANY"'), a=7) == 1
    with pytest.raises(TariffError, match="sama-sama berlaku"):
        _decide(_table(ROWS, 'hitPolicy="ANY"'), a=7)


@pytest.mark.parametrize(("how", "expected"), [("SUM", 3), ("MIN", 1), ("MAX", 2), ("COUNT", 2)])
def test_collect_puts_all_rows_together(how: str, expected: int) -> None:
    assert _decide(_table(ROWS, f'hitPolicy="COLLECT" aggregation="{how}"'), a=7) == expected


def test_the_sum_of_nothing_is_nothing_and_the_least_of_nothing_an_error() -> None:
    assert _decide(_table(ROWS, 'hitPolicy="COLLECT" aggregation="SUM"'), a="z") == 0
    with pytest.raises(TariffError, match="tidak ada baris yang berlaku"):
        _decide(_table(ROWS, 'hitPolicy="COLLECT" aggregation="MIN"'), a="z")


def test_no_row_names_the_value_unless_there_is_a_default() -> None:
    with pytest.raises(TariffError, match="tabel d: tidak ada baris untuk a = z"):
        _decide(_table(ROWS), a="z")
    assert _decide(_table(ROWS, default="9.5"), a="z") == Decimal("9.5")


def test_what_was_not_asked_fits_null_and_dash_only() -> None:
    content = _table([("null", '"1"', "1"), ("-", '"2"', "2")], inputs=("a", "b"))
    assert _decide(content, b="1") == 1
    assert _decide(content, a=5, b="2") == 2
    with pytest.raises(TariffError, match="a = -, b = 3"):
        _decide(content, b="3")


def test_inputs_and_outputs_may_be_expressions() -> None:
    content = _table([("> 100", "a * 0.5"), ("<= 100", "a * 1.1")], inputs=("a * b",))
    assert _decide(content, a=50, b=3) == 25
    assert _decide(content, a=50, b=2) == Decimal("55.0")


def test_several_outputs_are_known_by_their_names() -> None:
    content = _table([("1", "10", "20")]).replace(
        b'<output name="hasil"></output>', b'<output name="kecil" /><output name="besar" />'
    )
    [decision] = read_decisions(content)
    assert decision.decide({"a": exact(1)}) == {"kecil": 10, "besar": 20}


def test_a_literal_expression_is_known_by_its_decision() -> None:
    content = (
        f'{HEAD}<decision id="hsbg"><literalExpression><text>4500</text></literalExpression></decision></definitions>'
    )
    [decision] = read_decisions(content.encode())
    assert isinstance(decision, Decision)
    assert decision.decide({}) == {"hsbg": 4500}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_table([("5 6", "1")]), "tabel d, baris 1: isi sel tidak terbaca"),
        (_table([("5", "1"), ("6", "import os")]), "baris 2: 'import os'"),
        (_table([("5", "().__class__")]), "baris 1: .*kode program"),
        (_table([("5",)]), "jumlah sel tidak sama"),
        (_table([], 'hitPolicy="RULE ORDER"'), "RULE ORDER tidak didukung"),
        (_table([], 'hitPolicy="COLLECT"'), "COLLECT tidak didukung"),
        (_table([], inputs=("a b",)), "masukan: 'a b'"),
        (_table([]).replace(b'name="hasil"', b'name="hasil hitung"'), "perlu nama"),
        (f"{HEAD}</definitions>".encode(), "tidak ada tabel"),
        (f'{HEAD}<decision id="d"/></definitions>'.encode(), "bukan tabel keputusan"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "tarif.dmn"),
        (b"bukan xml", "tarif.dmn"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(content: bytes, words: str) -> None:
    with pytest.raises(TariffError, match=words):
        read_decisions(content)


def test_two_tables_may_not_make_the_same_value() -> None:
    one = _table([("1", "1")])
    body = one[len(HEAD) : -len("</definitions>")]
    with pytest.raises(TariffError, match="'hasil' dihasilkan lebih dari satu tabel"):
        read_decisions(HEAD.encode() + body + body + b"</definitions>")
