"""What a form's author is refused, and that the component is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.forms import FormError, Group, Text, compile_form, form_names
from tests.engine.forms.build import choice, component, form, hide, required, source


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"type":"default"}',
        b'{"type":"default","components":[3]}',
        b'{"type":"lain","components":[]}',
    ],
)
def test_not_a_form(content: bytes) -> None:
    with pytest.raises(FormError, match="uji/x"):
        compile_form(content, "uji/x")


def test_bounds_of_the_file() -> None:
    with pytest.raises(FormError, match="256 KiB"):
        compile_form(b" " * 300_000, "uji/x")
    with pytest.raises(FormError, match="lebih dari 300"):
        form(*(component("separator", f"s{n}") for n in range(301)))
    with pytest.raises(FormError):
        compile_form(b"[" * 100_000, "uji/x")
    nested = component("textfield", "x")
    for n in range(10):
        nested = {"type": "group", "id": f"g{n}", "components": [nested]}
    with pytest.raises(FormError, match="bertingkat"):
        form(nested)
    with pytest.raises(FormError, match="dua kali"):
        compile_form(b'{"type":"default","type":"default","components":[]}', "uji/x")


BAD: list[dict[str, Any]] = [
    component("html", "x", content="<b>"),
    component("dynamiclist", "x", components=[]),
    component("iframe", "x", url="https://contoh.id"),
    component("expression", "x", expression="=1"),
    component("textfield", "a.b"),
    component("textfield", "_x"),
    component("textfield", "class"),
    component("textfield", "csrf_token"),
    component("textfield", "x" * 65),
    component("textfield", "x", label="=nama"),
    component("textfield", "x", label="Halo {{nama}}"),
    component("textfield", "x", disabled=True),
    component("textfield", "x", readonly=True),
    component("textfield", "x", conditional={"hide": "a + 1"}),
    component("textfield", "x", conditional={"show": "=a"}),
    component("textfield", "x", conditional=hide("a + 1")),
    component("textfield", "x", conditional=hide('x = "a"')),
    component("textfield", "x", validate={"pattern": "("}),
    component("textfield", "x", validate={"pattern": "(a+)+$"}),
    component("textfield", "x", validate={"pattern": "(a|b|ab)*c"}),
    component("textfield", "x", validate={"pattern": ".*.*.*.*a"}),
    component("textfield", "x", validate={"pattern": r"(a)\1"}),
    component("textfield", "x", validate={"pattern": "(?=a)b"}),
    component("textfield", "x", validate={"pattern": "a" * 201}),
    component("textfield", "x", validate={"pattern": "^$"}),
    component("textfield", "x", validate={"maxLength": 5000}),
    component("textfield", "x", validate={"minLength": 5, "maxLength": 4}),
    component("textfield", "x", validate={"minLength": -1}),
    component("textfield", "x", validate={"validationType": "url"}),
    component("textfield", "x", validate={"required": "ya"}),
    component("textfield", "x", properties={"nik": "ya", "npwp": "ya"}),
    component("textfield", "x", properties={"nik": "iya"}),
    component("textfield", "x", properties={"syarta": "wajib"}),
    component("textfield", "x", properties={"syarat": "wajib"}),
    component("textfield", "x", properties={"uang": "ya"}),
    component("textfield", "x", properties={"geo": "ya", "batas": "1,2,3"}),
    component("textfield", "x", properties={"geo": "ya", "batas": "1,2,0,3"}),
    component("textfield", "x", properties={"keputusan": "ya"}),
    component("textfield", "x", defaultValue="a" * 3000),
    component("textarea", "x", properties={"nik": "ya"}),
    component("number", "x", validate={"min": 5, "max": 4}),
    component("number", "x", validate={"min": "a"}),
    component("number", "x", validate={"max": 1e20}),
    component("number", "x", decimalDigits=20),
    component("number", "x", decimalDigits=2, properties={"uang": "ya"}),
    component("number", "x", defaultValue="dua"),
    component("number", "x", decimalDigits=0, validate={"min": 1.2, "max": 1.8}),
    component("radio", "x"),
    component("radio", "x", values=[]),
    component("radio", "x", valuesKey="daftar"),
    component("radio", "x", values=[{"value": 1, "label": "satu"}]),
    component("radio", "x", values=[{"value": "a"}, {"value": "a"}]),
    choice("radio", "x", "a", defaultValue="z"),
    component("checkbox", "x", properties={"syarat": "boleh"}),
    component("checkbox", "x", properties={"syarat": "wajib"}, validate=required()),
    component("datetime", "x", subtype="minggu"),
    component("datetime", "x", disallowPassedDates=True),
    {"type": "group", "id": "Isian_x", "path": "alamat", "components": []},
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: json.dumps(bad)[:70])
def test_refused_with_the_component_named(bad: dict[str, Any]) -> None:
    with pytest.raises(FormError) as caught:
        form(component("textfield", "baik"), bad)
    assert caught.value.component == bad["id"]
    assert str(caught.value).startswith(f"uji/contoh: komponen {bad['id']}: ")


def test_contradictions_between_components() -> None:
    with pytest.raises(FormError, match="nama yang sama"):
        form(component("textfield", "x"), component("number", "x"))
    with pytest.raises(FormError, match="satu isian boleh menjadi keputusan"):
        form(*(choice("radio", key, "a", properties={"keputusan": "ya"}) for key in "ab"))
    with pytest.raises(FormError, match="berputar"):
        form(
            component("textfield", "a", conditional=hide("b = null")),
            component("textfield", "b", conditional=hide("a = null")),
        )
    with pytest.raises(FormError, match="apa pun"):
        form(component("text", "x", text="halo"))


def test_title_parts_and_names() -> None:
    made = form(
        {"type": "text", "id": "t", "text": "# Periksa berkas\n\nTeliti."},
        component("button", "b"),
        {
            "type": "group",
            "id": "g",
            "label": "Alamat",
            "conditional": hide("kode = null"),
            "components": [
                component("textfield", "jalan", conditional=hide("varian = 1")),
                component("text", "u", text="Isi."),
            ],
        },
        choice("select", "putusan", "ya", "tidak", properties={"keputusan": "ya", "satuan": "x"}),
    )
    assert made.title == "Periksa berkas"
    text, group, field = made.parts
    assert isinstance(text, Text)
    assert text.markdown == "Teliti."
    assert isinstance(group, Group)
    assert group.label == "Alamat"
    assert [part.id for part in group.parts] == ["Isian_jalan", "Isian_u"]
    assert made.decision is field
    assert form_names(made) == {"jalan", "putusan"}
    assert made.outside == {"kode", "varian"}
    assert compile_form(source(component("textfield", "x")), "umum/periksa_berkas").title == "Periksa berkas"


def test_unit_default_and_labels() -> None:
    made = form(
        component("number", "luas", properties={"satuan": "m²"}, defaultValue=3),
        component("number", "tinggi", appearance={"suffixAdorner": "m"}),
        {"type": "datetime", "id": "d", "key": "hari", "subtype": "date", "dateLabel": "Hari rapat"},
        {"type": "textfield", "id": "n", "key": "nama_usaha"},
    )
    assert [field.unit for field in made.fields] == ["m²", "m", "", ""]
    assert [field.label for field in made.fields] == ["Luas", "Tinggi", "Hari rapat", "Nama usaha"]
    assert made.fields[0].default == 3


@pytest.mark.parametrize(
    "pattern", [r"^\d{2}(\.\d{3}){2}$", "^[A-Z]{1,3}-[0-9]+$", "^(IMB|HO)/[0-9]{4}$", "[^a]b", "^a.c?$"]
)
def test_honest_patterns_are_kept(pattern: str) -> None:
    made = form(component("textfield", "x", validate={"pattern": pattern}))
    assert made.fields[0].pattern == pattern
