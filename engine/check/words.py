"""Can the diagram be read aloud? Words, sizes and properties; warnings only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.bundle import FRAME, SOP
from engine.check.context import Context, called
from engine.check.finding import Finding
from engine.check.scope import CHOICES, TASK_KINDS

FEWEST_NODES, MOST_NODES = 8, 20
_COUNTED = ("kelengkapan", "output", "waktu")


def _warn(file: str, element: str | None, rule: str, message: str) -> Finding:
    return Finding(file, element, rule, "warning", message)


def task_names(context: Context) -> Iterator[Finding]:
    """A task is a verb and its object."""
    for file, _, element in context.elements():
        if element.kind not in TASK_KINDS | {"callActivity"}:
            continue
        words = element.name.split()
        if len(words) < 2 or any(word.strip("()").isdigit() for word in words):
            message = (
                f'Nama tugas {called(element)} belum berupa kata kerja dan objeknya. Tulis seperti "Periksa berkas".'
            )
            yield _warn(file, element.id, "task-name", message)


def gateway_names(context: Context) -> Iterator[Finding]:
    """A gateway that chooses asks a question, and every flow out of it is an answer."""
    for file, process, element in context.elements():
        if element.kind not in CHOICES or len(element.outgoing) < 2:
            continue
        if not element.name.endswith("?"):
            message = f'Gerbang {called(element)} belum berupa pertanyaan. Tulis seperti "Berkas sah?".'
            yield _warn(file, element.id, "gateway-name", message)
        for name in element.outgoing:
            if not process.flows[name].name:
                message = f'Alur dari gerbang {called(element)} belum menyebut jawabannya. Tulis seperti "ya".'
                yield _warn(file, name, "flow-name", message)


def event_names(context: Context) -> Iterator[Finding]:
    """An event is a state reached or awaited; two ends with one name are two outcomes that look alike."""
    for file, process in context.processes:
        ends = [element for element in process.elements.values() if element.kind == "endEvent"]
        for element in process.elements.values():
            if element.kind.endswith("Event") and not element.name and element.parent is None:
                rule = "end-name" if element.kind == "endEvent" else "event-name"
                message = f'Peristiwa {called(element)} belum bernama. Tulis keadaannya, seperti "Izin terbit".'
                yield _warn(file, element.id, rule, message)
        first = {(end.name, end.parent): end.id for end in reversed(ends)}
        for (name, parent), count in Counter((end.name, end.parent) for end in ends if end.name).items():
            if count > 1:
                message = (
                    f'Ada {count} akhir bernama "{name}". Satu akhir untuk satu hasil: satukan, atau bedakan namanya.'
                )
                yield _warn(file, first[name, parent], "end-name", message)


def size(context: Context) -> Iterator[Finding]:
    """8 to 20 nodes in a SOP; a phase has more than one task."""
    for file, diagram in context.diagrams.items():
        nodes = sum(len(process.elements) for process in diagram.processes)
        if nodes > MOST_NODES or (file == SOP and nodes < FEWEST_NODES):
            message = (
                f"Diagram berisi {nodes} unsur; yang mudah dibaca {FEWEST_NODES} sampai {MOST_NODES}. Pindahkan bagian "
                "yang utuh ke tahap (call activity), atau satukan tahap yang terlalu kecil."
            )
            yield _warn(file, None, "size", message)
        tasks = [e for p in diagram.processes for e in p.elements.values() if e.kind in TASK_KINDS | {"callActivity"}]
        if file not in (FRAME, SOP) and len(tasks) == 1:
            message = f"Tahap ini hanya berisi satu tugas, {called(tasks[0])}. Gambar tugas itu langsung di SOP-nya."
            yield _warn(file, tasks[0].id, "single-task", message)


def step_properties(context: Context) -> Iterator[Finding]:
    """What the table of Permenpan-RB 35/2012 shows of each step: kelengkapan, waktu, output."""
    for file, _, element in context.elements():
        if element.kind != "userTask":
            continue
        absent = [name for name in _COUNTED if not element.properties.get(name, "").strip()]
        if absent:
            message = f"Tugas {called(element)} belum mengisi {', '.join(absent)}. Isi di panel sifat tugas."
            yield _warn(file, element.id, "step-property", message)
        days = element.properties.get("waktu", "").strip()
        if days and not _days(days):
            message = f"Waktu tugas {called(element)} bukan jumlah hari kerja. Tulis seperti `0.5`."
            yield _warn(file, element.id, "step-property", message)


def _days(text: str) -> bool:
    whole, _, part = text.partition(".")
    return text.isascii() and whole.isdigit() and (part.isdigit() or "." not in text)


def process_promise(context: Context) -> Iterator[Finding]:
    """The SOP's process carries its promise in working days."""
    diagram = context.diagrams.get(SOP)
    process = diagram.process if diagram is not None else None
    if process is not None and context.complete and not _days(process.properties.get("waktu", "")):
        message = "Proses SOP belum menyebut janjinya. Isi properti `waktu` dengan jumlah hari kerja."
        yield _warn(SOP, process.id, "promise", message)


RULES = (task_names, gateway_names, event_names, size, step_properties, process_promise)
