"""Form as its callers use it: load, visible, missing, example."""

from __future__ import annotations

import random
from typing import Any

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from engine.errors import Invalid
from engine.forms import Form, Requirement
from tests.engine.forms.build import choice, component, form, hide, required


@pytest.fixture(scope="module")
def check() -> Form:
    return form(
        component("textarea", "kekurangan", validate=required(), conditional=hide('sah != "tidak"')),
        component("textfield", "catatan"),
        choice("radio", "sah", "ya", "tidak", validate=required(), properties={"keputusan": "ya"}),
    )


def fields_of(made: Form, answers: dict[str, Any], context: dict[str, Any] | None = None) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        made.load(answers, context)
    return caught.value.fields


def test_a_hidden_field_is_neither_demanded_nor_stored(check: Form) -> None:
    assert check.load({"sah": "ya"}) == {"sah": "ya"}
    assert check.load({"sah": "ya", "kekurangan": "KTP"}) == {"sah": "ya"}
    assert check.load({"sah": "ya", "kekurangan": 17}) == {"sah": "ya"}
    assert fields_of(check, {"sah": "tidak"}) == {"kekurangan": ["Harus diisi."]}
    assert check.load({"sah": "tidak", "kekurangan": "KTP"}) == {"sah": "tidak", "kekurangan": "KTP"}


def test_every_wrong_field_is_told_at_once(check: Form) -> None:
    said = fields_of(check, {"sah": "mungkin", "catatan": "a" * 3000, "lain": 1})
    assert said == {
        "sah": ["Pilih dari daftar."],
        "catatan": ["Paling banyak 2000 huruf."],
        "lain": ["Isian tidak dikenal."],
    }
    assert fields_of(check, {}) == {"sah": ["Harus diisi."]}
    assert len(fields_of(check, {f"x{n}": 1 for n in range(500)})) <= 21


def test_empty_is_absent(check: Form) -> None:
    assert check.load({"sah": "ya", "catatan": "  "}) == {"sah": "ya"}
    assert check.load({"sah": "ya", "catatan": None}) == {"sah": "ya"}
    assert fields_of(check, {"sah": "tidak", "kekurangan": "\n "}) == {"kekurangan": ["Harus diisi."]}


def test_conditions_read_values_as_they_are_stored() -> None:
    made = form(
        component("textfield", "alasan", validate=required(), conditional=hide("luas < 100")),
        component("number", "luas"),
        component("checkbox", "kuasa"),
        component("textfield", "surat", validate=required(), conditional=hide("kuasa = false")),
        choice("checklist", "guna", "usaha", "tinggal"),
        component("textfield", "usaha", validate=required(), conditional=hide('not(list contains(guna, "usaha"))')),
    )
    assert made.visible({"luas": "99", "kuasa": "on"}) == {"luas", "kuasa", "surat", "guna"}
    assert made.visible({"luas": "1.000.000", "guna": "usaha"}) == {"alasan", "luas", "kuasa", "guna", "usaha"}
    assert made.visible({"luas": "banyak"}) == {"alasan", "luas", "kuasa", "guna"}


def test_a_hidden_field_counts_as_empty_for_others() -> None:
    made = form(
        component("textfield", "c", conditional=hide('b != "x"')),
        component("textfield", "b", conditional=hide('a != "x"')),
        component("textfield", "a"),
    )
    assert made.load({"a": "x", "b": "x", "c": "1"}) == {"a": "x", "b": "x", "c": "1"}
    assert made.load({"a": "y", "b": "x", "c": "1"}) == {"a": "y"}


def test_context_is_read_and_a_field_goes_before_it() -> None:
    made = form(component("textfield", "x", conditional=hide('varian = "Baru"')), component("textfield", "kode"))
    assert made.visible({}, {"varian": "Baru"}) == {"kode"}
    assert made.visible({}, {"varian": "Perpanjangan"}) == {"x", "kode"}
    assert made.visible({}) == {"x", "kode"}
    assert made.facts({"kode": "a"}, {"kode": "SIUP", "varian": "Baru"}) == {"kode": "a", "varian": "Baru", "x": None}


def test_a_group_hides_all_of_it() -> None:
    inner = component("textfield", "akta", validate=required(), conditional=hide('bentuk = "cv"'))
    group = {
        "type": "group",
        "id": "g",
        "label": "Badan",
        "conditional": hide('bentuk = "orang"'),
        "components": [inner],
    }
    made = form(choice("radio", "bentuk", "orang", "cv", "pt", validate=required()), group)
    assert made.load({"bentuk": "orang"}) == {"bentuk": "orang"}
    assert made.load({"bentuk": "cv"}) == {"bentuk": "cv"}
    assert fields_of(made, {"bentuk": "pt"}) == {"akta": ["Harus diisi."]}


def test_requirements() -> None:
    made = form(
        component("checkbox", "ktp", label="KTP", properties={"syarat": "wajib", "sumber": "assumed"}),
        component("checkbox", "akta", label="Akta", properties={"syarat": "wajib"}, conditional=hide('bentuk != "pt"')),
        component("checkbox", "npwp", properties={"syarat": "bila_ada"}),
        choice("radio", "bentuk", "orang", "pt"),
    )
    assert made.has_requirements
    assert made.missing({"bentuk": "pt"}) == [Requirement("ktp", "KTP"), Requirement("akta", "Akta")]
    assert made.missing({"bentuk": "orang", "ktp": "on"}) == []
    stored = made.load({"bentuk": "pt", "ktp": "on"})
    assert stored == {"bentuk": "pt", "ktp": True, "akta": False, "npwp": False}
    assert made.missing(stored) == [Requirement("akta", "Akta")]
    assert made.missing(made.example(random.Random(1))) == []


def test_example_follows_what_is_fixed(check: Form) -> None:
    rng = random.Random(3)
    for _ in range(50):
        assert "kekurangan" not in check.example(rng, sah="ya")
        assert check.example(rng, decision="tidak").keys() >= {"sah", "kekurangan"}
        assert "catatan" not in check.example(rng, catatan=None)
    with pytest.raises(KeyError):
        check.example(rng, tak_ada="x")


def test_example_is_the_same_for_the_same_seed(check: Form) -> None:
    def runs(seed: int) -> list[dict[str, Any]]:
        rng = random.Random(seed)
        return [check.example(rng) for _ in range(20)]

    assert runs(1) == runs(1)
    assert runs(1) != runs(2)


def test_openapi_sees_the_limits(check: Form) -> None:
    spec = APISpec("uji", "1", "3.0.3", plugins=[MarshmallowPlugin()])
    extra = form(
        component("number", "n", properties={"uang": "ya"}, validate={"max": 5}), choice("checklist", "c", "a")
    )
    spec.components.schema("Periksa", schema=check.schema)
    spec.components.schema("Lain", schema=extra.schema)
    schemas = spec.to_dict()["components"]["schemas"]
    assert schemas["Periksa"]["required"] == ["sah"]
    assert schemas["Periksa"]["properties"]["sah"]["enum"] == ["ya", "tidak"]
    assert schemas["Periksa"]["properties"]["catatan"]["maxLength"] == 2000
    assert schemas["Lain"]["properties"]["n"] | {"title": ""} == {
        "type": "integer",
        "minimum": 0,
        "maximum": 5,
        "title": "",
    }
    assert schemas["Lain"]["properties"]["c"]["items"]["enum"] == ["a"]


def test_the_place_is_where_the_first_address_is() -> None:
    keys = ("nama", "alamat_usaha", "alamat_gudang")
    made = form(*(component("textfield", key) for key in keys))
    assert made.site is not None and made.site.key == "alamat_usaha"
    assert form(component("textfield", "alamat")).site is None
