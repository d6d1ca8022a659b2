"""What people type, and what is stored of it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Invalid
from engine.forms import Form
from tests.engine.forms.build import choice, component, form, required


def one(made: Form, value: Any) -> Any:
    return made.load({"x": value})["x"]


def refused(made: Form, value: Any) -> list[str]:
    with pytest.raises(Invalid) as caught:
        made.load({"x": value})
    assert list(caught.value.fields) == ["x"]
    return caught.value.fields["x"]


def text(**more: Any) -> Form:
    return form(component("textfield", "x", **more))


def number(**more: Any) -> Form:
    return form(component("number", "x", **more))


def test_texts_are_cleaned() -> None:
    assert one(text(), "  Siti \t Nurhayati\n") == "Siti Nurhayati"
    assert one(text(), "e\u0301") == "\u00e9"
    assert one(form(component("textarea", "x")), " a\r\nb\rc ") == "a\nb\nc"


@pytest.mark.parametrize("value", ["a\x00b", "a\x1bb", "\ud800", "a\ufeffb", "a\x07b"])
def test_letters_that_cannot_be_stored(value: str) -> None:
    assert refused(text(), value) == ["Ada huruf yang tidak dapat disimpan."]
    assert refused(form(component("textarea", "x")), value)


@pytest.mark.parametrize("value", [3, 1.5, True, ["a"], {"a": 1}, b"a"])
def test_a_text_is_text(value: Any) -> None:
    assert refused(text(), value) == ["Tulis teks di sini."]


def test_every_text_is_bounded() -> None:
    assert one(text(), "a" * 2000) == "a" * 2000
    assert refused(text(), "a" * 2001) == ["Paling banyak 2000 huruf."]
    assert len(one(form(component("textarea", "x")), "a" * 10_000)) == 10_000
    assert refused(form(component("textarea", "x")), "a" * 10_001)
    assert refused(text(validate={"minLength": 3, "maxLength": 5}), "ab") == ["Antara 3 dan 5 huruf."]
    assert refused(text(validate={"minLength": 3, "maxLength": 5}), "abcdef")
    assert refused(text(), "a" * 100_001) == ["Terlalu panjang."]


@pytest.mark.parametrize(
    ("properties", "typed", "stored"),
    [
        ({"nik": "ya"}, "3275 0110 0582 0003", "3275011005820003"),
        ({"npwp": "ya"}, "01.234.567.8-432.000", "012345678432000"),
        ({"npwp": "ya"}, "012345678432000", "012345678432000"),
        ({"geo": "ya"}, "-6.23827 ; 106.9755731", "-6.238270,106.975573"),
    ],
)
def test_numbers_of_people_and_places(properties: dict[str, str], typed: str, stored: str) -> None:
    made = text(properties=properties)
    assert one(made, typed) == stored
    assert one(made, stored) == stored


@pytest.mark.parametrize(
    ("properties", "typed"),
    [
        ({"nik": "ya"}, "327501100582000"),
        ({"nik": "ya"}, "32750110058200034"),
        ({"nik": "ya"}, "327501100582000a"),
        ({"nik": "ya"}, "\u0663" * 16),
        ({"npwp": "ya"}, "01.234.567.8-432"),
        ({"geo": "ya"}, "106.97,-6.23"),
        ({"geo": "ya"}, "-6.23"),
        ({"geo": "ya"}, "51.5,0.1"),
        ({"geo": "ya", "batas": "-6.45,106.85,-6.10,107.15"}, "-6.9,107.6"),
    ],
)
def test_wrong_numbers_of_people_and_places(properties: dict[str, str], typed: str) -> None:
    assert refused(text(properties=properties), typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("(021) 88958880", "+622188958880"),
        ("021-88958880", "+622188958880"),
        ("halo", None),
        ("0812", None),
    ],
)
def test_phone(typed: str, stored: str | None) -> None:
    made = text(validate={"validationType": "phone"})
    assert refused(made, typed) if stored is None else one(made, typed) == stored


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("siti@Contoh.ID", True),
        ("a@b", False),
        ("a b@c.id", False),
        ("@c.id", False),
        ("a@" + "b." * 200 + "id", False),
    ],
)
def test_email(typed: str, good: bool) -> None:
    made = text(validate={"validationType": "email"})
    assert one(made, typed) == "siti@contoh.id" if good else refused(made, typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("12", 12),
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("1.234.567", 1234567),
        ("1.234,5", 1234.5),
        (7, 7),
        (7.0, 7),
        ("-3", -3),
    ],
)
def test_numbers(typed: Any, stored: float) -> None:
    found = one(number(), typed)
    assert found == stored
    assert type(found) is type(stored)


@pytest.mark.parametrize(
    "typed",
    ["dua", "1,2,3", "1.500", "NaN", "inf", "1e9", float("nan"), float("inf"), True, [1], 10**13, "٣", "--1", "1_000"],
)
def test_wrong_numbers(typed: Any) -> None:
    assert refused(number(), typed)


def test_dots_are_thousands_where_nothing_else_is_possible() -> None:
    assert one(number(decimalDigits=0), "1.500") == 1500
    assert one(number(decimalDigits=2), "1.500") == 1500
    assert refused(number(decimalDigits=0), "1,5") == ["Tulis angka bulat."]
    assert refused(number(decimalDigits=1), "1,25") == ["Paling banyak 1 angka di belakang koma."]


def test_range() -> None:
    made = number(validate={"min": 1, "max": "1500"})
    assert one(made, "1500") == 1500
    assert refused(made, 0) == ["Antara 1 dan 1.500."]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Rp187.625", 187625),
        ("Rp 1.500.000,00", 1500000),
        ("1500000", 1500000),
        (140625, 140625),
        ("1.500", 1500),
        (5.0, 5),
    ],
)
def test_money(typed: Any, stored: int) -> None:
    found = one(number(properties={"uang": "ya"}), typed)
    assert found == stored
    assert type(found) is int


@pytest.mark.parametrize("typed", ["1,5", "1.50", 0.5, "-1", -1, "USD 5", True])
def test_wrong_money(typed: Any) -> None:
    assert refused(number(properties={"uang": "ya"}), typed)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("date", "2016-07-06", "2016-07-06"),
        ("date", "6/7/2016", "2016-07-06"),
        ("date", "6 Juli 2016", "2016-07-06"),
        ("date", "29-02-2016", "2016-02-29"),
        ("date", "29-02-2015", None),
        ("date", "6 Bulan 2016", None),
        ("date", "0016-07-06", None),
        ("time", "14.30", "14:30"),
        ("time", "9:05 WIB", "09:05"),
        ("time", "14:30:00", "14:30"),
        ("time", "24:00", None),
        ("datetime", "2016-07-06T14:30", "2016-07-06T14:30"),
        ("datetime", "6/7/2016 14.30 WIB", "2016-07-06T14:30"),
        ("datetime", "2016-07-06T14:30+07:00", None),
        ("datetime", "besok", None),
    ],
)
def test_dates(kind: str, typed: str, stored: str | None) -> None:
    made = form(component("datetime", "x", subtype=kind))
    assert refused(made, typed) if stored is None else one(made, typed) == stored


def test_ticks_and_choices() -> None:
    box = form(component("checkbox", "x"))
    assert [one(box, value) for value in ("on", True, "off", False)] == [True, True, False, False]
    assert box.load({}) == {"x": False}
    assert refused(box, "mungkin")
    assert refused(box, 1)
    must = form(component("checkbox", "x", validate=required()))
    assert refused(must, False) == ["Harus dicentang."]
    with pytest.raises(Invalid):
        must.load({})
    for kind in ("radio", "select"):
        made = form(choice(kind, "x", "a", "b"))
        assert one(made, "b") == "b"
        assert refused(made, "c") == ["Pilih dari daftar."]
        assert refused(made, ["a"])


def test_several() -> None:
    made = form(choice("checklist", "x", "a", "b", "c"))
    assert one(made, ["c", "a", "c"]) == ["a", "c"]
    assert one(made, "b") == ["b"]
    assert made.load({}) == {"x": []}
    assert refused(made, ["a", "z"]) == ["Pilih dari daftar."]
    assert refused(made, ["a", 3])
    with pytest.raises(Invalid):
        form(choice("checklist", "x", "a", validate=required())).load({"x": []})


def test_uploads_are_references() -> None:
    made = form(component("filepicker", "x", accept=".pdf", validate=required()))
    assert one(made, "ab12") == ["ab12"]
    assert refused(made, ["a", "b"]) == ["Paling banyak 1 berkas."]
    assert refused(made, ["../../etc/passwd"])
    assert refused(made, []) == ["Harus diisi."]
    many = form(component("filepicker", "x", multiple=True))
    assert one(many, ["a", "b", "a"]) == ["a", "b"]
    assert refused(many, [str(n) for n in range(30)])


def test_pattern_may_match_anywhere() -> None:
    assert one(text(validate={"pattern": "[0-9]{3}"}), "no 123 a") == "no 123 a"
    assert refused(text(validate={"pattern": "^[0-9]{3}$"}), "1234") == ["Bentuk isian tidak sesuai."]
    assert refused(text(validate={"pattern": r"^\d$"}), "\u0663")
    assert refused(text(validate={"pattern": "a"}), "b" * 201) == ["Paling banyak 200 huruf."]
