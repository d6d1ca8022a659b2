"""Constructs that the engine (SpiffWorkflow 3.2.0) does not run as BPMN means them. Each was tried; see the tests."""

from __future__ import annotations

from collections.abc import Iterator

from engine.check.context import Context, called
from engine.check.finding import Finding
from engine.check.scope import ACTIVITIES, SUB_KINDS, TASK_KINDS


def event_subprocess(context: Context) -> Iterator[Finding]:
    """Interrupting: interrupts nothing. Timer: keeps the case open. Others: rewire the shared specification."""
    for file, _, element in context.elements():
        if element.kind in SUB_KINDS and element.triggered_by_event:
            yield Finding(
                file,
                element.id,
                "event-subprocess",
                "error",
                f"Subproses peristiwa {called(element)} tidak dijalankan sesuai BPMN: yang sedang berjalan tidak "
                "dihentikan, atau permohonan lain ikut berubah. Gambar peristiwa batas (boundary event) pada kegiatan "
                "atau pada panggilan SOP di kerangka.",
            )


def link_event(context: Context) -> Iterator[Finding]:
    """The flow ends there: the case hangs with nothing to do."""
    for file, _, element in context.elements():
        if "link" in element.events:
            yield Finding(
                file,
                element.id,
                "link-event",
                "error",
                f"Peristiwa penghubung (link) {called(element)} tidak diteruskan: permohonan berhenti di sana. Gambar "
                "alur (sequence flow) langsung ke tujuannya.",
            )


def compensation(context: Context) -> Iterator[Finding]:
    """A compensation throw is passed over; its boundary and its tasks are never reached."""
    for file, _, element in context.elements():
        if "compensate" in element.events or element.is_compensation:
            yield Finding(
                file,
                element.id,
                "compensation",
                "error",
                f"Kompensasi {called(element)} dilewati tanpa dijalankan. Gambar langkah pembatalan sebagai tugas "
                "biasa pada alurnya.",
            )


def ad_hoc(context: Context) -> Iterator[Finding]:
    """Raises while running."""
    for file, _, element in context.elements():
        if element.kind == "adHocSubProcess":
            yield Finding(
                file,
                element.id,
                "ad-hoc",
                "error",
                f"Subproses ad-hoc {called(element)} gagal ketika dijalankan. Gambar gerbang paralel atau inklusif "
                "dengan tugas-tugasnya.",
            )


def start_event(context: Context) -> Iterator[Finding]:
    """A case that starts with an event has nothing to do until it comes; a second start never runs."""
    for scope in context.scopes:
        host = scope.process.elements.get(scope.id or "")
        if host is not None and host.triggered_by_event:
            continue
        for element in scope.starts:
            if element.event is None:
                continue
            rule = "timer-start" if "timer" in element.events else "event-start"
            yield Finding(
                scope.file,
                element.id,
                rule,
                "error",
                f"Mulai {called(element)} menunggu peristiwa, sehingga permohonan dibuka tanpa ada yang dapat "
                "dikerjakan. Pakai mulai biasa: permohonan dibuka oleh petugas atau pemohon; jadwal berada di luar "
                "diagram.",
            )
        for element in scope.starts[1:]:
            yield Finding(
                scope.file,
                element.id,
                "many-starts",
                "error",
                f"Mulai {called(element)} adalah mulai kedua; hanya satu yang berjalan. Gambar satu mulai, lalu "
                "gerbang yang membagi alur.",
            )
        if not scope.starts and (host is None or host.kind != "adHocSubProcess"):
            where = "Subproses" if host is not None else "Proses"
            yield Finding(
                scope.file,
                scope.id,
                "no-start",
                "error",
                f"{where} tidak mempunyai mulai (start event). Gambar satu mulai di awal alurnya.",
            )


def two_flows(context: Context) -> Iterator[Finding]:
    """Refused by the parser, which does not say where."""
    for file, _, element in context.elements():
        leaving = len(element.outgoing)
        if leaving > 1 and not element.kind.endswith("Gateway") and element.kind not in ("startEvent", "endEvent"):
            yield Finding(
                file,
                element.id,
                "two-flows",
                "error",
                f"Dari {called(element)} keluar {leaving} alur. Gambar satu alur ke gerbang (eksklusif untuk memilih, "
                "paralel untuk mengerjakan bersama), lalu bagi dari sana.",
            )


def complex_gateway(context: Context) -> Iterator[Finding]:
    for file, _, element in context.elements():
        if element.kind == "complexGateway":
            yield Finding(
                file,
                element.id,
                "complex-gateway",
                "error",
                f"Gerbang kompleks {called(element)} tidak dikenal. Gambar gerbang eksklusif, paralel, atau inklusif.",
            )


def plain_task(context: Context) -> Iterator[Finding]:
    """A `task` without a kind waits like a person's task."""
    for file, _, element in context.elements():
        if element.kind == "task":
            yield Finding(
                file,
                element.id,
                "plain-task",
                "error",
                f"Tugas {called(element)} tidak menyebut jenisnya, dan menunggu seperti tugas orang. Jadikan tugas "
                "pengguna (user task) bila dikerjakan orang, tugas layanan (service task) bila dikerjakan sistem.",
            )


def cancel_event(context: Context) -> Iterator[Finding]:
    """A cancel event belongs to a transaction; elsewhere the parser refuses it or nothing hears it."""
    for file, process, element in context.elements():
        if "cancel" not in element.events:
            continue
        host = process.elements.get((element.attached_to if element.attached_to else element.parent) or "")
        if host is None or host.kind != "transaction":
            yield Finding(
                file,
                element.id,
                "cancel-event",
                "error",
                f"Peristiwa batal {called(element)} hanya berlaku pada transaksi. Gambar akhir galat (error end event) "
                "dan tangkap di batas kegiatan.",
            )


def loop_bounds(context: Context) -> Iterator[Finding]:
    """A standard loop needs an end; a multi-instance task needs its collection."""
    for file, _, element in context.elements():
        loop, multi = element.loop, element.multi_instance
        if loop is not None and loop.condition is None and not (loop.maximum or "").isdigit():
            yield Finding(
                file,
                element.id,
                "endless-loop",
                "error",
                f"Pengulangan {called(element)} tidak mempunyai syarat atau batas. Isi syarat pengulangan atau jumlah "
                "paling banyak.",
            )
        if multi is not None and (multi.collection is None) == (multi.cardinality is None):
            yield Finding(
                file,
                element.id,
                "multi-instance-input",
                "error",
                f"Tugas berulang {called(element)} harus menyebut satu daftar yang dibagikan, misalnya `instansi`.",
            )


def boundary_host(context: Context) -> Iterator[Finding]:
    """A boundary event sits on an activity of its own scope and waits for something."""
    for scope in context.scopes:
        for element in scope.elements.values():
            if element.kind != "boundaryEvent":
                continue
            host = scope.elements.get(element.attached_to or "")
            if host is None or host.kind not in ACTIVITIES:
                yield Finding(
                    scope.file,
                    element.id,
                    "boundary-host",
                    "error",
                    f"Peristiwa batas {called(element)} tidak menempel pada kegiatan mana pun. Tempelkan pada tugas, "
                    "panggilan, atau subproses yang dijaganya.",
                )
            elif element.event is None:
                yield Finding(
                    scope.file,
                    element.id,
                    "boundary-event",
                    "error",
                    f"Peristiwa batas {called(element)} tidak menyebut apa yang ditunggu. Jadikan pewaktu, pesan, "
                    "galat, eskalasi, atau sinyal.",
                )
            elif host.kind in TASK_KINDS and not element.interrupting and element.event == "error":
                yield Finding(
                    scope.file,
                    element.id,
                    "boundary-event",
                    "error",
                    f"Galat {called(element)} selalu menghentikan kegiatannya. Jadikan peristiwa batas yang memutus.",
                )


RULES = (
    event_subprocess,
    link_event,
    compensation,
    ad_hoc,
    start_event,
    two_flows,
    complex_gateway,
    plain_task,
    cancel_event,
    loop_bounds,
    boundary_host,
)
