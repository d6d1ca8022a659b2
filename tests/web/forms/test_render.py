"""What a form looks like in HTML: every field reachable, every rule visible, nothing that anybody wrote executed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from markupsafe import Markup

from engine.forms import Form, compile_form
from tests.engine.forms.build import choice, component, form, hide, required
from web.forms import render_decision, render_form

pytestmark = pytest.mark.usefixtures("app")
FORMS = Path(__file__).parents[3] / "forms"


def tree(markup: Markup) -> Any:
    return html.fromstring(f"<main>{markup}</main>")


def one(root: Any, path: str) -> Any:
    found = root.xpath(path)
    assert len(found) == 1, f"{path}: {len(found)}"
    return found[0]


def text(node: Any) -> str:
    return " ".join(node.text_content().split())


ALL = form(
    {"type": "text", "id": "t", "text": "# Judul\n\nBaca **ini** <b>dulu</b>.\n\n- satu\n- dua"},
    component("textfield", "nama", description="Sesuai KTP.", validate=required()),
    component("textfield", "nik", properties={"nik": "ya"}),
    component("textfield", "surel", validate={"validationType": "email"}),
    component("textfield", "titik", properties={"geo": "ya"}),
    component("textarea", "uraian"),
    component("number", "luas", properties={"satuan": "m²"}),
    component("number", "biaya", properties={"uang": "ya"}),
    {"type": "datetime", "id": "d", "key": "hari", "subtype": "date", "dateLabel": "Hari"},
    {"type": "datetime", "id": "w", "key": "jam", "subtype": "time", "timeLabel": "Jam"},
    choice("select", "pilih", "a", "b"),
    choice("radio", "bulat", "a", "b"),
    choice("checklist", "kotak", "a", "b", "c"),
    component("checkbox", "ktp", label="KTP", properties={"syarat": "wajib", "sumber": "rahasia perancang"}),
    component("filepicker", "denah", accept=".pdf", multiple=True),
    {"type": "group", "id": "g", "label": "Badan", "components": [component("textfield", "akta")]},
)


def test_every_field_has_a_control_with_a_label_and_ids_are_unique() -> None:
    root = tree(render_form(ALL))
    assert {node.get("name") for node in root.xpath("//input|//textarea|//select")} == set(ALL.by_key)
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    labels = set(root.xpath("//label/@for"))
    assert all(node.get("id") in labels for node in root.xpath("//input|//textarea|//select"))
    described = " ".join(root.xpath("//@aria-describedby")).split()
    assert set(described) <= set(ids)


def test_nothing_that_the_page_policy_refuses() -> None:
    markup = render_form(ALL, {}, {"nama": ["Harus diisi."]}) + render_decision(ALL.by_key["bulat"], {"a": "lanjut"})
    root = tree(markup)
    assert not root.xpath("//script|//style|//@style|//*[@*[starts-with(name(), 'on')]]")


def test_kinds_of_control() -> None:
    root = tree(render_form(ALL))
    kinds = {node.get("name"): node.get("type") for node in root.xpath("//input")}
    assert (kinds["hari"], kinds["jam"], kinds["surel"], kinds["denah"]) == ("date", "time", "email", "file")
    assert one(root, "//input[@name='nik']").get("inputmode") == "numeric"
    assert one(root, "//input[@name='titik']").get("data-geo") == "Pakai lokasi saya"
    assert "m²" in text(one(root, "//div[@data-field='luas']"))
    assert "Rp" in text(one(root, "//div[@data-field='biaya']"))
    assert one(root, "//input[@name='denah']").get("accept") == ".pdf"
    assert one(root, "//input[@name='denah']").get("multiple") is not None
    assert one(root, "//fieldset[.//input[@name='akta']]/legend").text_content().strip() == "Badan"
    assert text(one(root, "//label[@for='isian-nama']")) == "Nama"
    assert text(one(root, "//label[@for='isian-luas']")) == "Luas (boleh dikosongkan)"
    assert "Wajib" in text(one(root, "//div[@data-field='ktp']"))
    assert "rahasia perancang" not in root.text_content()


def test_texts_are_read_not_run() -> None:
    root = tree(render_form(ALL))
    assert [text(node) for node in root.xpath("//li")] == ["satu", "dua"]
    assert one(root, "//p/strong").text == "ini"
    assert not root.xpath("//b")
    assert "<b>dulu</b>" in root.text_content()


def test_values_are_shown_as_people_write_them_and_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    values = {
        "nama": evil,
        "uraian": f"a\n   b\n\n\n{evil}</textarea>",
        "luas": 12.5,
        "biaya": 1500000,
        "hari": "6/7/2016",
        "pilih": "b",
        "bulat": "a",
        "kotak": ["a", "c"],
        "ktp": True,
        "denah": ["ab12"],
    }
    root = tree(render_form(ALL, values, files={"ab12": "denah <lantai> 1.pdf"}))
    assert one(root, "//input[@name='nama']").get("value") == evil
    assert one(root, "//textarea").text == values["uraian"]
    assert one(root, "//input[@name='luas']").get("value") == "12,5"
    assert one(root, "//input[@name='biaya']").get("value") == "1.500.000"
    assert one(root, "//input[@name='hari']").get("value") == "2016-07-06"
    assert one(root, "//select/option[@selected]").get("value") == "b"
    checked = [(node.get("name"), node.get("value")) for node in root.xpath("//input[@checked]")]
    assert sorted(checked) == [("bulat", "a"), ("denah", "ab12"), ("kotak", "a"), ("kotak", "c"), ("ktp", "on")]
    assert "denah <lantai> 1.pdf" in root.text_content()
    assert not root.xpath("//script")


def test_mistyped_values_come_back_as_typed() -> None:
    root = tree(render_form(ALL, {"luas": "dua belas", "hari": "besok", "kotak": 3, "denah": None}))
    assert one(root, "//input[@name='luas']").get("value") == "dua belas"
    assert one(root, "//input[@name='hari']").get("value") == "besok"


def test_first_values() -> None:
    made = form(component("textfield", "kota", defaultValue="Bekasi"))
    assert one(tree(render_form(made)), "//input").get("value") == "Bekasi"
    assert one(tree(render_form(made, {})), "//input").get("value") == ""


def test_errors_stand_at_the_field_and_in_the_summary() -> None:
    errors = {
        "nama": ["Harus diisi."],
        "kotak": ["Pilih dari daftar."],
        "lain": ["Isian tidak dikenal."],
        "": ["Umum."],
    }
    root = tree(render_form(ALL, {}, errors))
    links = root.xpath("//div[contains(@class,'govuk-error-summary')]//li")
    assert [text(link) for link in links] == [
        *("Nama: Harus diisi.", "Kotak: Pilih dari daftar.", "lain: Isian tidak dikenal.", "Umum.")
    ]
    ids = set(root.xpath("//@id"))
    assert all(target.removeprefix("#") in ids for target in root.xpath("//ul//a/@href"))
    assert one(root, "//input[@name='nama']").get("aria-describedby") == "isian-nama-hint isian-nama-error"
    assert not tree(render_form(ALL, {}, errors, summary=False)).xpath("//ul[contains(@class,'error-summary')]")


CONDITIONAL = form(
    choice("radio", "hubungan", "sendiri", "kuasa"),
    component("checkbox", "punya"),
    component("textfield", "surat", conditional=hide('hubungan != "kuasa" or varian = "Baru"')),
    component("textfield", "nomor", conditional=hide("not(punya)")),
    component("textfield", "baru", conditional=hide('varian != "Baru"')),
    component("textfield", "kurang", conditional=hide('sah != "tidak"'), validate=required()),
    component("textfield", "selalu", conditional=hide("sah = null")),
    {"type": "group", "id": "g", "label": "Badan", "conditional": hide("not(punya)"), "components": [
        component("textfield", "akta"), component("textfield", "cabang", conditional=hide('hubungan = "kuasa"'))]},
    choice("radio", "sah", "ya", "tidak", properties={"keputusan": "ya"}, validate=required()),
)  # fmt: skip


def part(root: Any, key: str) -> Any:
    return one(root, f"//div[@data-field='{key}']")


def test_conditions_travel_as_data_with_the_facts_of_the_case_filled_in() -> None:
    root = tree(render_form(CONDITIONAL, context={"varian": "Perpanjangan"}))
    surat = part(root, "surat")
    assert json.loads(surat.get("data-hide-when")) == ["!=", ["name", "hubungan"], ["value", "kuasa"]]
    assert text(one(surat, "./div[@data-when]")) == "Diisi bila Hubungan: KUASA."
    assert text(one(part(root, "nomor"), "./div[@data-when]")) == "Diisi bila “Punya” dicentang."
    assert not root.xpath("//input[@name='baru']")
    again = tree(render_form(CONDITIONAL, context={"varian": "Baru"}))
    assert part(again, "baru").get("data-hide-when") is None
    assert not again.xpath("//input[@name='surat']")


def test_what_an_outcome_needs_is_shown_before_the_button_is_pressed() -> None:
    root = tree(render_form(CONDITIONAL))
    kurang = part(root, "kurang")
    assert kurang.get("data-hide-when") is None
    assert text(kurang.xpath("./div[contains(@class, 'sy-when')]")[0]) == "Diisi bila Anda memilih “TIDAK”."
    assert kurang.xpath("./div[contains(@class, 'sy-when')]")[0].get("data-when") is None
    assert part(root, "selalu").xpath("./div[contains(@class, 'sy-when')]") == []


def test_a_group_says_its_condition_once() -> None:
    root = tree(render_form(CONDITIONAL))
    group = one(root, "//div[contains(@class,'sy-part--group')]")
    assert json.loads(group.get("data-hide-when")) == ["not", ["name", "punya"]]
    assert part(root, "akta").get("data-hide-when") is None
    assert json.loads(part(root, "cabang").get("data-hide-when")) == ["=", ["name", "hubungan"], ["value", "kuasa"]]


def test_the_decision_is_buttons_apart_or_radios() -> None:
    apart = tree(render_form(CONDITIONAL))
    assert not apart.xpath("//*[@name='sah']")
    guard = apart.xpath("//button")[0]
    assert guard.get("name") is None
    assert one(tree(render_form(CONDITIONAL, decision=True)), "//div[@data-field='sah']").xpath(
        ".//input[@type='radio']"
    )
    assert CONDITIONAL.decision is not None
    steps = {"ya": "ke paraf Kabag TU, 1 hari kerja"}
    root = tree(render_decision(CONDITIONAL.decision, steps, value="tidak", error=["Harus diisi."]))
    buttons = root.xpath("//button")
    assert [(b.get("type"), b.get("name"), b.get("value"), text(b)) for b in buttons] == [
        ("submit", "sah", "ya", "YA"),
        ("submit", "sah", "tidak", "TIDAK"),
    ]
    assert text(one(root, f"//*[@id='{buttons[0].get('aria-describedby')}']")) == "→ ke paraf Kabag TU, 1 hari kerja"
    assert "Harus diisi." in text(one(root, "//fieldset"))


@pytest.mark.parametrize("path", sorted(FORMS.rglob("*.json")), ids=lambda path: path.stem)
def test_every_form_of_the_office_can_be_shown(path: Path) -> None:
    made: Form = compile_form(path.read_bytes(), path.stem)
    root = tree(render_form(made, decision=True))
    names = {node.get("name") for node in root.xpath("//input|//textarea|//select")}
    facts_decide = {field.key for field in made.fields if field.conditional and field.conditional.names & made.outside}
    assert set(made.by_key) - facts_decide <= names
    assert len(render_form(made)) < 60_000
