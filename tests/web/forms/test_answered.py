"""Stored answers in words."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from markupsafe import Markup

from engine.forms import compile_form
from tests.engine.forms.build import choice, component, form
from web.forms import answered

pytestmark = pytest.mark.usefixtures("app")
FORMS = Path(__file__).parents[3] / "forms"


def test_answers_in_words() -> None:
    made = form(
        component("textarea", "uraian"),
        component("number", "luas", properties={"satuan": "m²"}),
        component("number", "biaya", properties={"uang": "ya"}),
        {"type": "datetime", "id": "d", "key": "hari", "subtype": "date", "dateLabel": "Hari"},
        {"type": "datetime", "id": "w", "key": "jam", "subtype": "time", "timeLabel": "Jam"},
        {"type": "datetime", "id": "m", "key": "saat", "subtype": "datetime", "dateLabel": "Saat"},
        choice("radio", "sah", "ya", "tidak"),
        choice("checklist", "guna", "a", "b"),
        component("checkbox", "ktp"),
        component("filepicker", "denah", multiple=True),
        component("textfield", "npwp", properties={"npwp": "ya"}),
        component("textfield", "kosong"),
    )
    stored = made.load(
        {"uraian": "satu <b>\ndua", "luas": "12,5", "biaya": "Rp187.625", "hari": "2016-07-06", "jam": "14.30"}
        | {"saat": "2016-07-06T09:00", "sah": "tidak", "guna": ["a", "b"], "ktp": "on", "denah": ["x1", "x2"]}
        | {"npwp": "012345678432000"}
    )
    rows = answered(made, stored, {"x1": "denah.pdf"})
    assert [str(row["value"]) for row in rows] == [
        *("satu &lt;b&gt;<br>dua", "12,5 m²", "Rp187.625", "Rabu, 6 Juli 2016", "14.30 WIB"),
        *("Rabu, 6 Juli 2016 09.00 WIB", "TIDAK", "A<br>B", "ya", "denah.pdf<br>x2", "01.234.567.8-432.000"),
    ]
    assert isinstance(rows[0]["value"], Markup)
    assert [row["label"] for row in rows][:2] == ["Uraian", "Luas"]


def test_answers_of_an_older_form_are_shown_as_far_as_known() -> None:
    made = form(choice("radio", "sah", "ya"), component("textfield", "hari"))
    assert answered(made, {"sah": "dulu", "lain": "x", "hari": 5}) == [
        {"label": "Sah", "value": "dulu"},
        {"label": "Hari", "value": "5"},
    ]


@pytest.mark.parametrize("path", sorted(FORMS.rglob("*.json")), ids=lambda path: path.stem)
def test_every_example_can_be_read(path: Path) -> None:
    made, rng = compile_form(path.read_bytes(), path.stem), random.Random(2)
    for _ in range(20):
        assert all(row["value"] and row["label"] for row in answered(made, made.load(made.example(rng))))
