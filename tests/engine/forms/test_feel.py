"""The subset of FEEL: what it means, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.forms.failure import FormError
from engine.forms.feel import any_of, compile_condition, from_tree, known

FACTS: dict[str, Any] = {"a": "x", "n": 5, "t": True, "f": False, "list_": ["x", "y"], "kosong": None, "pecahan": 0.5}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ('a = "x"', True),
        ('=a = "x"', True),
        ('a != "x"', False),
        ('a = "y"', False),
        ("n >= 5 and n <= 5", True),
        ("n < 5 or n > 4", True),
        ("n != 5", False),
        ("n > -1", True),
        ("pecahan < 0.75", True),
        ("not(t)", False),
        ("not(f)", True),
        ("not(kosong)", None),
        ("kosong = null", True),
        ("tak_ada = null", True),
        ('tak_ada != "x"', True),
        ('kosong = "x"', False),
        ("a = null", False),
        ("n = a", None),
        ("t = 1", None),
        ("n < a", None),
        ("kosong < 3", None),
        ("kosong < 3 or t", True),
        ("kosong < 3 and f", False),
        ("kosong < 3 and t", None),
        ('list contains(list_, "x")', True),
        ('list contains(list_, "z")', False),
        ('list contains(kosong, "z")', None),
        ('not(list contains(list_, "z")) and (t or f)', True),
        ("f and f or t", True),
        ("f and (f or t)", False),
        ('"a\\"b" = "a\\"b"', True),
        ('"true" = true', None),
        ("true", True),
    ],
)
def test_meaning(text: str, meaning: bool | None) -> None:
    condition = compile_condition(text)
    assert condition.evaluate(FACTS) is meaning
    assert condition.holds(FACTS) is (meaning is True)


@pytest.mark.parametrize(
    "text",
    [
        *("", "=", "a =", "= = 3", "a b", "and", "or a", "(a", "a)", "a == 3", "a + 1", "a.b", "a[1]", "'x' = a"),
        *(
            "sum(a)",
            "list contains(a)",
            "not a",
            "if a then b else c",
            "for x in a return x",
            "function(x) x",
            "x in [1,2]",
        ),
        *("@a", 'a = "x', '"\\x41" = a', "1e5 = n", "12abc = n", "a; b", "`a`", "__import__('os')", "1.2.3 = n"),
        "(" * 40 + "a" + ")" * 40,
        " or ".join(["a"] * 300),
        '"' + "x" * 2000 + '" = a',
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(FormError):
        compile_condition(text)


@given(st.text(max_size=80))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    try:
        condition = compile_condition(text)
    except FormError:
        return
    assert condition.evaluate({}) in (True, False, None) or condition.tree[0] in ("value", "name")


@given(
    st.recursive(
        st.sampled_from(['a = "x"', "n < 7", "t", "kosong = null"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
            inner.map(lambda p: f"not({p})"),
        ),
        max_leaves=8,
    )
)
def test_known_facts_change_nothing(text: str) -> None:
    condition = compile_condition(text)
    filled = from_tree(known(condition.tree, {"a": "x", "n": 5}))
    assert filled.evaluate(FACTS) is condition.evaluate(FACTS)
    assert not filled.names & {"a", "n"}


def test_names_and_union() -> None:
    first, second = compile_condition("a = 1"), compile_condition("not(b)")
    both = any_of(first, second)
    assert both is not None
    assert both.names == {"a", "b"}
    assert both.holds({"a": 2, "b": False})
    assert not both.holds({"a": 2, "b": True})
    assert any_of(None, first) is first
