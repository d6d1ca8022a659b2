"""Who applies: the first page's questions as a form of the engine, so that its rules are those of every other form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from engine.cases import Applicant
from engine.forms import Form, compile_form

SEPARATOR = " / "
Districts = Mapping[str, tuple[str, ...]]


def applicant_form(districts: Districts) -> Form:
    """The form; its kelurahan are those of wilayah.csv."""
    return _form(tuple(f"{kecamatan}{SEPARATOR}{name}" for kecamatan, names in districts.items() for name in names))


def applicant_of(answers: Mapping[str, Any]) -> Applicant:
    """What the form's loaded answers say, as the command takes it."""
    kecamatan, _, kelurahan = str(answers.get("kelurahan") or "").partition(SEPARATOR)
    return Applicant(
        name=str(answers["nama"]),
        id=answers.get("nik") or answers.get("nik_pengurus"),
        npwp=answers.get("npwp_badan") or answers.get("npwp"),
        phone=answers.get("telepon"),
        email=answers.get("email"),
        address=answers.get("alamat"),
        kecamatan=kecamatan or None,
        kelurahan=kelurahan or None,
        proxy=answers.get("penerima_kuasa"),
        language=answers.get("bahasa"),
    )


@lru_cache(maxsize=2)
def _form(places: tuple[str, ...]) -> Form:
    person_only, company_only = '=pemohon = "badan"', '=pemohon != "badan"'
    required = {"required": True}
    components: list[dict[str, Any]] = [
        {
            "type": "radio",
            "key": "pemohon",
            "label": "Siapa pemohonnya?",
            "values": _values(("orang", "Perorangan"), ("badan", "Badan usaha atau lembaga")),
            "defaultValue": "orang",
            "validate": required,
        },
        _text(
            "nama", "Nama pemohon", "Seperti pada KTP, atau pada akta bila badan usaha.", required | {"maxLength": 150}
        ),
        _text("nik", "NIK", "16 angka pada KTP.", required, hide=person_only, nik="ya"),
        _text("npwp", "NPWP", "15 angka.", {}, hide=person_only, npwp="ya"),
        _text("npwp_badan", "NPWP badan", "15 angka.", required, hide=company_only, npwp="ya"),
        _text("nik_pengurus", "NIK penanggung jawab", "16 angka.", {}, hide=company_only, nik="ya"),
        _text("telepon", "Nomor telepon", "Untuk pesan SMS.", required | {"validationType": "phone"}),
        _text("email", "Surel", "Surat yang terbit dikirim ke sini.", {"validationType": "email"}),
        {
            "type": "radio",
            "key": "bahasa",
            "label": "Bahasa pesan",
            "description": "SMS dan surel kepada pemohon. Surat izin tetap berbahasa Indonesia.",
            "values": _values(("id", "Indonesia"), ("en", "English")),
            "defaultValue": "id",
            "validate": required,
        },
        {
            "type": "textarea",
            "key": "alamat",
            "label": "Alamat pemohon",
            "validate": required | {"maxLength": 300},
        },
        {
            "type": "select",
            "key": "kelurahan",
            "label": "Kecamatan / kelurahan",
            "description": "Kosongkan bila di luar Kota Bekasi.",
            "values": [{"value": place, "label": place} for place in places],
        },
        {
            "type": "radio",
            "key": "pengurus",
            "label": "Siapa yang datang?",
            "values": _values(("sendiri", "Pemohon sendiri"), ("kuasa", "Orang lain dengan surat kuasa")),
            "defaultValue": "sendiri",
            "validate": required,
        },
        _text("penerima_kuasa", "Nama penerima kuasa", "", required | {"maxLength": 150}, hide='=pengurus != "kuasa"'),
    ]
    for component in components:
        component["id"] = f"Isian_{component['key']}"
    content = {"type": "default", "id": "pemohon", "schemaVersion": 18, "components": components}
    return compile_form(json.dumps(content).encode(), "loket/pemohon")


def _values(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in pairs]


def _text(
    key: str, label: str, hint: str, rules: dict[str, Any], hide: str | None = None, **properties: str
) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "textfield", "key": key, "label": label, "validate": rules}
    if hint:
        made["description"] = hint
    if hide:
        made["conditional"] = {"hide": hide}
    if properties:
        made["properties"] = properties
    return made
