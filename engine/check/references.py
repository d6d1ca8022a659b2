"""What a diagram names exists: processes, forms, operators, tables, letters, lanes, and whoever catches an error."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bundle import FRAME, FRAME_CALL, SOP, BundleError, read_yaml
from engine.check.context import Context, called
from engine.check.finding import Finding
from engine.check.lists import DEEPEST
from engine.check.scope import SUB_KINDS, Scope, cyclic
from engine.expressions import ExpressionError, compile_expression
from engine.forms import FormError
from engine.letters.templates import template_problems
from engine.model import Element
from engine.services.tarif_dmn import read_decisions
from engine.services.tarif_periods import CALCULATED_ON, period_problems
from engine.services.tarif_rows import row_problems
from engine.services.tarif_values import TariffError
from engine.xml_safe import XmlRefused, parse

DEEPEST_CALLS = 20  # calls within calls; frame, SOP and phase are three
LETTER_OPERATOR = "dokumen/surat"
_FORM_KEY = re.compile(r"[A-Za-z0-9_{}][A-Za-z0-9_{}/-]*")


def calls(context: Context) -> Iterator[Finding]:
    """A called process is drawn somewhere, and nothing calls itself without end."""
    for file, _, element in context.elements():
        if element.kind != "callActivity":
            continue
        wanted = element.called_element
        if not wanted:
            message = f"Panggilan {called(element)} tidak menyebut proses yang dipanggil. Isi called element."
            yield Finding(file, element.id, "call-missing", "error", message)
        elif wanted not in context.process_by_id and not (wanted == FRAME_CALL and SOP not in context.bundle.files):
            message = (
                f"Panggilan {called(element)} menuju proses `{wanted}` yang tidak ada. Pilih tahap yang ada di "
                "processes/shared, atau gambar tahap itu lebih dulu."
            )
            yield Finding(file, element.id, "call-missing", "error", message)
    yield from _endless_calls(context)
    reached = {element.called_element for _, _, element in context.elements()}
    if {FRAME, SOP} <= context.bundle.files.keys() and context.bundle.code not in reached:
        message = f"Kerangka tidak memanggil SOP. Gambar panggilan dengan called element `{FRAME_CALL}`."
        yield Finding(FRAME, None, "call-missing", "error", message)


def _endless_calls(context: Context) -> Iterator[Finding]:
    graph = {
        process.id: sorted({element.called_element for element in process.elements.values() if element.called_element})
        for _, process in context.processes
    }
    endless = cyclic(graph)
    for file, process in context.processes:
        for element in process.elements.values():
            wanted = element.called_element
            if process.id in endless and wanted in endless:
                message = (
                    f"Panggilan {called(element)} kembali ke proses ini sendiri tanpa akhir. Gambar alur berulang."
                )
                yield Finding(file, element.id, "endless-call", "error", message)
    if endless:
        return
    level = set(graph)
    for _ in range(DEEPEST_CALLS):
        level = {name for caller in level for name in graph.get(caller, ())}
    for file, process in context.processes:
        if process.id in level:
            message = f"Proses ini dipanggil lebih dari {DEEPEST_CALLS} tingkat dalamnya. Ratakan panggilannya."
            yield Finding(file, process.id, "call-too-deep", "error", message)


def forms(context: Context) -> Iterator[Finding]:
    """Every person's task has a form that exists and can be used."""
    for file, _, element in context.elements():
        key = context.form_key(element)
        if key is None:
            if element.kind == "userTask":
                message = (
                    f"Tugas {called(element)} tidak menyebut formulir. Isi properti `form`, misalnya `umum/paraf`."
                )
                yield Finding(file, element.id, "no-form", context.once_complete, message)
        elif not _FORM_KEY.fullmatch(key):
            message = f"Nama formulir `{key[:80]}` tidak sah. Tulis seperti `umum/paraf`."
            yield Finding(file, element.id, "form-missing", "error", message)
        elif key not in context.forms:
            message = f"Formulir `{key}` tidak ada. Buat forms/{key}.json, atau pilih formulir yang ada."
            # A diagram that lies alone has no forms of its own yet.
            own = "{KODE}" in element.properties.get("form", "")
            yield Finding(file, element.id, "form-missing", context.once_complete if own else "error", message)
        yield from _return_answer(context, file, element)
    for key, form in context.forms.items():
        if isinstance(form, FormError):
            yield Finding(f"forms/{key}.json", form.component, "form-broken", "error", f"Formulir {form}. Perbaiki.")


def _return_answer(context: Context, file: str, element: Element) -> Iterator[Finding]:
    answer = element.properties.get("kembalikan")
    if answer is None:
        return
    name, _, value = answer.partition("=")
    form = context.forms.get(context.form_key(element) or "")
    known = not hasattr(form, "by_key") or name.strip() in form.by_key  # type: ignore[union-attr]
    if not name.strip() or not value.strip() or not known:
        message = f"Properti `kembalikan` pada {called(element)} harus `isian=nilai` dari formulirnya."
        yield Finding(file, element.id, "return-answer", "error", message)


def operators(context: Context) -> Iterator[Finding]:
    """A service task names an operator that some module carries out."""
    for file, _, element in context.elements():
        if element.kind != "serviceTask":
            continue
        if element.operator is None or not element.operator.id:
            message = (
                f"Tugas layanan {called(element)} tidak menyebut layanan. Pilih operatornya, misalnya "
                "`arsip/daftarkan`."
            )
            yield Finding(file, element.id, "no-operator", "error", message)
        elif context.operators is not None and element.operator.id not in context.operators:
            message = f"Layanan `{element.operator.id}` pada {called(element)} tidak ada. Pilih layanan yang tersedia."
            yield Finding(file, element.id, "unknown-operator", "error", message)


def tables(context: Context) -> Iterator[Finding]:
    """A rule task names a table of the bundle; every table can be read."""
    known: set[str] = set()
    for name in sorted(context.bundle.files):
        if name.endswith(".dmn"):
            try:
                known |= {str(node.get("id")) for node in parse(context.bundle.files[name]).iter("{*}decision")}
                decisions = read_decisions(context.bundle.files[name], name)
            except (TariffError, XmlRefused) as error:
                yield Finding(name, None, "table-broken", "error", f"{error}. Perbaiki tabelnya.")
                continue
            whole = _whole_fields(context)
            for problem in row_problems(decisions, whole):
                rule = "table-overlap" if problem.overlap else "table-gap"
                yield Finding(name, problem.table, rule, "error", f"{problem.message}. Perbaiki kedua baris itu.")
    yield from _periods(context)
    for file, _, element in context.elements():
        if element.kind != "businessRuleTask":
            continue
        if not element.table:
            message = f"Tugas aturan {called(element)} tidak menyebut tabel keputusan. Pilih tabel DMN-nya."
            yield Finding(file, element.id, "no-table", "error", message)
        elif element.table not in known:
            message = f"Tabel keputusan `{element.table}` pada {called(element)} tidak ada. Tambahkan tabel DMN-nya."
            yield Finding(file, element.id, "table-missing", "error", message)


def _whole_fields(context: Context) -> frozenset[str]:
    """Fields whose answers are whole numbers: between 25 and 26 nothing is missing."""
    forms = [form for form in context.forms.values() if not isinstance(form, FormError)]
    whole = {f.key for form in forms for f in form.fields if f.money or (f.type == "number" and f.decimals == 0)}
    dates = {f.key for form in forms for f in form.fields if f.type == "date"}
    return frozenset(whole | dates | {CALCULATED_ON})


def _periods(context: Context) -> Iterator[Finding]:
    """The tables of a tariff follow each other without a day between them or twice covered."""
    if "permit.yaml" not in context.bundle.files:
        return
    try:
        biaya = context.bundle.permit.get("biaya")
    except BundleError:
        return  # said by `promise`
    if isinstance(biaya, dict):
        try:
            wrong = period_problems(biaya)
        except TariffError as error:
            wrong = [str(error)]
        for message in wrong:
            yield Finding("permit.yaml", None, "tariff-period", "error", f"{message}. Perbaiki masa berlakunya.")


def letters(context: Context) -> Iterator[Finding]:
    """The template of every letter is in the bundle, and every template can be used."""
    files = {n.rpartition("/")[2]: b.decode("utf-8", "replace") for n, b in context.bundle.files.items() if _letter(n)}
    for file, _, element in context.elements():
        if element.operator is None:
            continue
        wanted = {_constant(text) for text in element.operator.params.values()}
        if element.operator.id == LETTER_OPERATOR and "templat" not in element.operator.params:
            wanted.add("letter.html")
        for name in sorted(name for name in wanted if _letter(name) and name not in files):
            message = f"Surat `{name}` pada {called(element)} tidak ada. Buat berkasnya di folder jenis izin."
            # The type brings its own letters; a phase that lies alone has no type.
            severity = context.once_complete if name.startswith("letter") else "error"
            yield Finding(file, element.id, "letter-missing", severity, message)
    for name in sorted(context.bundle.files):
        if _letter(name):
            for problem in template_problems(name.rpartition("/")[2], files):
                yield Finding(name, None, "letter-broken", "error", f"{problem}. Perbaiki suratnya.")


def _letter(name: str) -> bool:
    return name.endswith(".html")


def _constant(text: str) -> str:
    try:
        expression = compile_expression(text)
        value = expression.evaluate({}) if not expression.names and not expression.calls else ""
    except ExpressionError:
        return ""
    return value if isinstance(value, str) else ""


def lanes(context: Context) -> Iterator[Finding]:
    """Who does a task is its lane, and the office knows the lane."""
    known: set[str] | None = None
    if "pelaksana.yaml" in context.bundle.files:
        try:
            known = set(read_yaml(context.bundle.files["pelaksana.yaml"], "pelaksana.yaml"))
        except BundleError as error:
            yield Finding("pelaksana.yaml", None, "lane-table", "error", f"pelaksana.yaml: {error.message}.")
    for file, process in context.processes:
        for element in process.elements.values():
            if element.kind in ("userTask", "manualTask") and not element.lane:
                message = f"Tugas {called(element)} tidak berada di lajur mana pun. Letakkan di lajur pelaksananya."
                severity = "error" if process.lanes else context.once_complete
                yield Finding(file, element.id, "no-lane", severity, message)
        for lane in process.lanes:
            if known is not None and lane.name not in known:
                message = (
                    f'Lajur "{lane.name}" tidak ada di pelaksana.yaml. Pakai salah satu: {", ".join(sorted(known))}.'
                )
                yield Finding(file, lane.id, "unknown-lane", context.once_complete, message)


def errors_caught(context: Context) -> Iterator[Finding]:
    """An error that nobody catches ends the case in silence, as if all had gone well."""
    if not {FRAME, SOP} <= context.bundle.files.keys():
        return  # without the frame nobody can tell who catches
    frame = next(iter(context.diagrams[FRAME].processes), None) if FRAME in context.diagrams else None
    if frame is None:
        return
    for file, element_id, code in sorted(_Escaping(context).leaving(frame.id, None), key=str):
        message = (
            f"Galat `{code}` tidak ditangkap siapa pun, sehingga permohonan berakhir seolah-olah selesai. Pakai kode "
            "yang ditangkap kerangka (`ditolak`), atau gambar peristiwa batas galat pada pemanggilnya."
        )
        yield Finding(file, element_id, "error-uncaught", "error", message)


class _Escaping:
    """The errors that leave a scope, those of its calls and sub-processes included; each scope is looked at once."""

    def __init__(self, context: Context) -> None:
        self.scopes = {(scope.process.id, scope.id): scope for scope in context.scopes}
        self.known: dict[tuple[str, str | None], frozenset[tuple[str, str, str | None]]] = {}
        self.depth = 0

    def leaving(self, process: str, scope_id: str | None) -> frozenset[tuple[str, str, str | None]]:
        """(file, element, code) of each; nothing for what does not exist or calls itself."""
        key = (process, scope_id)
        scope = self.scopes.get(key)
        if scope is None or self.depth > DEEPEST:
            return frozenset()
        if key not in self.known:
            self.known[key] = frozenset()
            self.depth += 1
            self.known[key] = frozenset(self._found(scope))
            self.depth -= 1
        return self.known[key]

    def _found(self, scope: Scope) -> Iterator[tuple[str, str, str | None]]:
        for element in scope.elements.values():
            if element.kind == "endEvent" and element.event == "error":
                yield scope.file, element.id, element.event_ref
            inner: frozenset[tuple[str, str, str | None]] = frozenset()
            if element.kind == "callActivity" and element.called_element:
                inner = self.leaving(element.called_element, None)
            elif element.kind in SUB_KINDS:
                inner = self.leaving(scope.process.id, element.id)
            caught = {event.event_ref for event in scope.attached.get(element.id, ()) if event.event == "error"}
            yield from (one for one in inner if None not in caught and one[2] not in caught)


RULES = (calls, forms, operators, tables, letters, lanes, errors_caught)
