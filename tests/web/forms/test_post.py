"""From a posted page to stored answers."""

from __future__ import annotations

import random

import pytest
from werkzeug.datastructures import MultiDict

from engine.errors import Invalid
from engine.forms import Form
from tests.engine.forms.build import choice, component, form, hide, required
from web.forms import parse_request_form, upload_slots


@pytest.fixture(scope="module")
def made() -> Form:
    return form(
        component("textfield", "nama", validate=required()),
        component("checkbox", "ktp", properties={"syarat": "wajib"}),
        choice("checklist", "guna", "a", "b"),
        component("filepicker", "denah", multiple=True, conditional=hide("not(ktp)")),
        choice("radio", "sah", "ya", "tidak", properties={"keputusan": "ya"}, validate=required()),
    )


def test_only_the_forms_own_fields_are_taken(made: Form) -> None:
    posted = MultiDict(
        [("csrf_token", "x"), ("nama", "Siti"), ("guna", "b"), ("guna", "a"), ("ktp", "on"), ("sah", "ya")]
    )
    answers = parse_request_form(made, posted)
    assert answers == {"nama": "Siti", "ktp": True, "guna": ["b", "a"], "denah": [], "sah": "ya"}
    assert made.load(answers) == {"nama": "Siti", "ktp": True, "guna": ["a", "b"], "sah": "ya"}


def test_without_a_button_the_decision_is_missing(made: Form) -> None:
    with pytest.raises(Invalid) as caught:
        made.load(parse_request_form(made, MultiDict([("nama", "Siti")])))
    assert caught.value.fields == {"sah": ["Harus diisi."]}


def test_an_answer_sent_twice_is_refused(made: Form) -> None:
    with pytest.raises(Invalid) as caught:
        made.load(parse_request_form(made, MultiDict([("nama", "a"), ("nama", "b"), ("sah", "ya")])))
    assert set(caught.value.fields) == {"nama"}


def test_upload_slots_follow_the_conditions(made: Form) -> None:
    assert [field.key for field in upload_slots(made, {"ktp": True})] == ["denah"]
    assert upload_slots(made, {}) == ()


def test_examples_survive_the_way_through_a_page(made: Form) -> None:
    rng = random.Random(5)
    for _ in range(50):
        stored = made.load(made.example(rng))
        pairs = [
            (key, item) for key, value in stored.items() for item in (value if isinstance(value, list) else [value])
        ]
        posted = MultiDict([(key, "on" if item is True else str(item)) for key, item in pairs if item is not False])
        assert made.load(parse_request_form(made, posted)) == stored
