"""What holds for every form and all answers."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Invalid
from engine.forms import Form
from tests.engine.forms.build import choice, component, form, hide, required

CONDITIONS = (
    "a0 = null",
    'a0 = "x"',
    "a1 < 7 or a2",
    'not(list contains(a3, "x"))',
    'kode = "SIUP"',
    'a4 != "y" and not(a2)',
)
LIMITS: dict[str, list[dict[str, Any]]] = {
    "textfield": [
        *({}, {"validate": {"minLength": 2, "maxLength": 9}}, {"validate": {"pattern": "^[A-Z]{2}-[0-9]{1,4}$"}}),
        *({"properties": {name: "ya"}} for name in ("nik", "npwp", "geo")),
        *({"validate": {"validationType": name}} for name in ("email", "phone")),
    ],
    "textarea": [{}, {"validate": {"minLength": 50, "maxLength": 60}}],
    "number": [
        *({}, {"properties": {"uang": "ya"}}, {"decimalDigits": 0, "validate": {"min": 3, "max": 4}}),
        *(
            {"validate": {"min": -2.5, "max": -1.5}},
            {"decimalDigits": 2},
            {"properties": {"uang": "ya"}, "validate": {"max": 3}},
        ),
    ],
    "checkbox": [{}, {"properties": {"syarat": "wajib"}}],
    "datetime": [{"subtype": "date"}, {"subtype": "time"}, {"subtype": "datetime"}],
    "filepicker": [{}, {"multiple": True}],
}
KINDS = [*LIMITS, "radio", "select", "checklist"]


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Forms of up to seven fields a0, a1..., perhaps required, perhaps hidden by a condition on those before."""
    components = []
    for n in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(KINDS))
        made = (
            choice(kind, f"a{n}", "x", "y", "z")
            if kind not in LIMITS
            else component(kind, f"a{n}", **draw(st.sampled_from(LIMITS[kind])))
        )
        if "syarat" not in made.get("properties", {}) and draw(st.booleans()):
            made["validate"] = made.get("validate", {}) | required()
        usable = [text for text in CONDITIONS if all(f"a{k}" not in text for k in range(n, 8))]
        if usable and draw(st.booleans()):
            made["conditional"] = hide(draw(st.sampled_from(usable)))
        components.append(made)
    return form(*components)


SCALARS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    st.sampled_from(
        ["x", "y", "on", "12", "1.500", "Rp5", "2016-07-06", "6/7/2016", "14.30", "-6.2,106.9", "081234567890"]
    ),
)
ANSWERS = st.dictionaries(
    st.sampled_from([*(f"a{n}" for n in range(8)), "lain", ""]),
    st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(st.text(max_size=3), SCALARS, max_size=2)),
    max_size=8,
)
CONTEXTS = st.sampled_from([None, {}, {"kode": "SIUP"}, {"kode": "HO", "bidang": "tertentu"}])


@given(forms(), ANSWERS, CONTEXTS)
def test_answers_are_loaded_or_refused_and_loading_is_idempotent(
    made: Form, answers: dict[str, Any], context: Any
) -> None:
    visible = made.visible(answers, context)
    made.missing(answers, context)
    try:
        stored = made.load(answers, context)
    except Invalid as refused:
        assert refused.fields
        assert set(refused.fields) <= visible | (set(answers) - set(made.by_key))
        assert all(said and all(isinstance(text, str) for text in said) for said in refused.fields.values())
        return
    assert set(stored) <= visible
    assert all(key in stored for key in visible if made.by_key[key].required)
    assert made.load(stored, context) == stored
    assert made.visible(stored, context) == visible
    assert str(stored).encode()


@given(forms(), CONTEXTS, st.integers(0, 2**32))
def test_an_example_is_always_valid(made: Form, context: Any, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(5):
        example = made.example(rng, context)
        stored = made.load(example, context)
        assert {key: value for key, value in stored.items() if value != []} == example
        assert made.missing(example, context) == []
