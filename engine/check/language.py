"""Texts of the safe language: they compile, mean working time, and read names that somebody supplies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson

from engine.bundle import BundleError, names_read, table_texts
from engine.check.context import Context, called
from engine.check.finding import Finding
from engine.definitions import CLOCK_DEFAULTS
from engine.expressions import (
    CLOCK_FUNCTIONS,
    RESERVED_NAMES,
    ExpressionError,
    compile_assignments,
    compile_expression,
)
from engine.forms import Form
from engine.model import SCRIPT_ROLES
from engine.services.registry import find, known_operators

START_NAMES = frozenset({"kode", "varian", "janji_hk", "instansi", "bidang", "kecamatan", *CLOCK_DEFAULTS})
"""Names that a case has in workflow data when it is opened."""
COMPLETE_NAME = "berkas_lengkap"
"""What the ticks of a form with requirements say: 'ya' or 'tidak'."""

_PLACES = {
    "gateway": "Syarat alur",
    "timer": "Waktu",
    "condition": "Syarat peristiwa",
    "loop": "Syarat pengulangan",
    "completion": "Syarat selesai",
    "cardinality": "Jumlah pengulangan",
    "collection": "Daftar yang dibagikan",
    "parameter": "Parameter layanan",
    "payload": "Isi pesan",
    "correlation": "Kunci pesan",
    "script": "Skrip",
    "preScript": "Skrip awal",
    "postScript": "Skrip akhir",
}


def compiles(context: Context) -> Iterator[Finding]:
    """Every text is an expression, every script a list of assignments; anything else is code and refused."""
    for file, diagram in context.diagrams.items():
        for element, text, role in diagram.expressions:
            place = _PLACES[role]
            if role == "collection" and not text.isidentifier():
                message = f"{place} harus nama sebuah daftar, misalnya `instansi`, bukan `{_short(text)}`."
                yield Finding(file, element, "expression", "error", message)
                continue
            try:
                if role in SCRIPT_ROLES:
                    compile_assignments(text)
                else:
                    compile_expression(text)
            except ExpressionError as error:
                if role in SCRIPT_ROLES:
                    rule, advice = "script", "Skrip hanya boleh berisi baris `nama = ekspresi`."
                else:
                    rule, advice = (
                        "expression",
                        "Tulis perbandingan seperti `berkas_sah == 'tidak'`, tanpa kode program.",
                    )
                yield Finding(file, element, rule, "error", f"{place} `{_short(text)}`: {error}. {advice}")


def script_present(context: Context) -> Iterator[Finding]:
    for file, _, element in context.elements():
        if element.kind == "scriptTask" and not element.script:
            message = f"Tugas skrip {called(element)} kosong. Tulis `nama = ekspresi`, atau hapus tugasnya."
            yield Finding(file, element.id, "script", "error", message)
        if "conditional" in element.events and element.condition is None:
            message = f"Peristiwa bersyarat {called(element)} tidak mempunyai syarat. Tulis syaratnya."
            yield Finding(file, element.id, "expression", "error", message)


def working_time(context: Context) -> Iterator[Finding]:
    """Deadlines are working time: a date computed by the calendar, never a duration, a cycle or a fixed date."""
    for file, _, element in context.elements():
        if "timer" not in element.events:
            continue
        timer = element.timer
        if timer is None or not timer.text:
            message = f"Pewaktu {called(element)} tidak menyebut waktu. Isi tanggal dengan `hari_kerja(2)`."
            yield Finding(file, element.id, "no-time", "error", message)
        elif timer.kind == "cycle":
            message = (
                f"Pewaktu berulang {called(element)} menyala dua kali sekaligus. Gambar beberapa pewaktu tanggal, "
                "misalnya `hari_kerja(2)` dan `hari_kerja(4)`."
            )
            yield Finding(file, element.id, "cycle-timer", "error", message)
        elif timer.kind == "duration":
            message = (
                f"Pewaktu {called(element)} memakai lama waktu `{_short(timer.text)}`, yang berjalan juga pada "
                "malam dan "
                "hari libur. Isi tanggal (timeDate) dengan `hari_kerja(2)` atau `jam_kerja(4)`."
            )
            yield Finding(file, element.id, "wall-clock", "error", message)
        elif _fixed(timer.text):
            message = (
                f"Pewaktu {called(element)} memakai waktu tetap `{_short(timer.text)}`. Hitung dengan kalender kantor: "
                "`hari_kerja(2)` atau `jam_kerja(4)`."
            )
            yield Finding(file, element.id, "wall-clock", "error", message)


def _fixed(text: str) -> bool:
    """An ISO date, quoted or not, or anything else that does not depend on the clock or the case."""
    try:
        expression = compile_expression(text)
    except ExpressionError:
        return text.strip("'\" ")[:1] in ("P", "R") or text.strip("'\" ")[:4].isdigit()
    if (
        expression.text.isidentifier()
        and expression.text[:1] == "P"
        and any(mark.isdigit() for mark in expression.text)
    ):
        return True  # P5D without quotes is a name to the language, and a duration to whoever wrote it
    return not expression.names and not expression.calls & CLOCK_FUNCTIONS


def reserved_names(context: Context) -> Iterator[Finding]:
    """A form field that has the name of a function would never be read."""
    for name in sorted(context.bundle.files):
        if not name.startswith("forms/"):
            continue
        for key in sorted(field_keys(context.bundle.files[name]) & RESERVED_NAMES):
            message = f"Isian `{key}` memakai nama fungsi bahasa ekspresi. Beri isian itu nama lain."
            yield Finding(name, None, "reserved-name", "error", message)
    for file, _, element in context.elements():
        made = {element.variable, element.operator.result if element.operator else None}
        if element.multi_instance is not None:
            multi = element.multi_instance
            made |= {multi.item, multi.output, multi.output_item}
        for key in sorted(name for name in made if name and (name in RESERVED_NAMES or not name.isidentifier())):
            message = f"{called(element)} mengisi nama `{key}`, yang tidak dapat dibaca ekspresi. Beri nama lain."
            yield Finding(file, element.id, "reserved-name", "error", message)


@lru_cache(maxsize=512)
def field_keys(content: bytes) -> frozenset[str]:
    """Keys of a form's questions, also of a form that does not compile."""
    try:
        document: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        return frozenset()
    keys: set[str] = set()
    todo = [document]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            if isinstance(part.get("key"), str):
                keys.add(part["key"])
            components = part.get("components")
            todo.extend(components if isinstance(components, list) else ())
    return frozenset(keys)


def supplied(context: Context) -> frozenset[str]:
    """Names that start data, a form, a service, a script, a message or a multi-instance task puts into a case."""
    names: set[str] = set(START_NAMES)
    for name, content in context.bundle.files.items():
        if name.endswith(".dmn"):
            names |= {part for text in table_texts(content) for part in names_read(text)}
    if any(isinstance(form, Form) and form.has_requirements for form in context.forms.values()):
        names.add(COMPLETE_NAME)
    for _, _, element in context.elements():
        form = context.bundle.files.get(f"forms/{context.form_key(element)}.json")
        # What one instance answers goes into the list, not into the case.
        if form is not None and not (element.multi_instance and element.multi_instance.output):
            names |= field_keys(form)
        names |= {name for name in (element.variable, element.operator and element.operator.result) if name}
        if element.operator and element.operator.id in known_operators():
            names |= set(find(element.operator.id).gives)
        if element.multi_instance is not None:
            multi = element.multi_instance
            names |= {name for name in (multi.item, multi.output, multi.output_item) if name}
    for diagram in context.diagrams.values():
        for _, text, role in diagram.expressions:
            if role in SCRIPT_ROLES:
                try:
                    names |= {name for name, _ in compile_assignments(text)}
                except ExpressionError:
                    continue  # said by `compiles`
    return frozenset(names)


def unknown_name(context: Context) -> Iterator[Finding]:
    """A gateway that reads a name nobody supplies stops the case when it is reached."""
    known = supplied(context)
    for file, diagram in context.diagrams.items():
        for element, text, role in diagram.expressions:
            if role in SCRIPT_ROLES:
                continue
            for name in sorted(names_read(text) - known):
                message = (
                    f"{_PLACES[role]} membaca `{name}`, tetapi tidak ada formulir, layanan, atau skrip yang "
                    "mengisinya. "
                    "Samakan dengan nama isian formulir."
                )
                yield Finding(file, element, "unknown-name", "warning", message)


def promise(context: Context) -> Iterator[Finding]:
    """permit.yaml can be read and speaks of this process."""
    try:
        permit = context.bundle.permit
    except BundleError as error:
        yield Finding("permit.yaml", None, "permit", "error", f"permit.yaml: {error.message}. Perbaiki berkasnya.")
        return
    if not context.complete:
        if "sop.bpmn" in context.bundle.files:
            message = "Tidak ada permit.yaml: diagram diperiksa sendiri, dan tidak dapat diberlakukan sebelum ada."
            yield Finding("sop.bpmn", None, "no-permit", "warning", message)
        return
    if permit.get("kode") != context.bundle.code:
        message = f"permit.yaml berkode `{permit.get('kode')}`, prosesnya `{context.bundle.code}`. Samakan keduanya."
        yield Finding("permit.yaml", None, "permit", "error", message)
    term = permit.get("waktu")
    if not isinstance(term, dict) or not isinstance(term.get("hari_kerja"), int | float):
        message = "permit.yaml tidak menyebut `waktu: {hari_kerja: ...}`. Isi janji dalam hari kerja."
        yield Finding("permit.yaml", None, "permit", "error", message)
    for field in ("nama", "bidang", "family"):
        if not isinstance(permit.get(field), str):
            yield Finding("permit.yaml", None, "permit", "error", f"permit.yaml tidak menyebut `{field}`. Isi.")
    for row in (permit, *(row for row in permit.get("varian") or [] if isinstance(row, dict))):
        for name in ("ingat_awal", "ingat_pada"):
            share = row.get(name, 0.5)
            if not _number(share) or not 0 < share < 1:
                message = f"`{name}` haruslah bagian dari janji antara 0 dan 1, bukan `{share}`. Contoh: 0.8."
                yield Finding("permit.yaml", None, "permit", "error", message)
        after = row.get("lewat_hk", 1)
        if not _number(after) or not 0 < after <= 60:
            message = f"`lewat_hk` haruslah hari kerja sesudah janji, 0 sampai 60, bukan `{after}`. Contoh: 1."
            yield Finding("permit.yaml", None, "permit", "error", message)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "..."


RULES = (compiles, script_present, working_time, reserved_names, unknown_name, promise)
