"""Nodes and flows that hang together: ids, ends, reachability, joins, defaults."""

from __future__ import annotations

from collections.abc import Iterator

from engine.check.context import Context, called
from engine.check.finding import Finding
from engine.check.scope import CHOICES, JOINS


def ids(context: Context) -> Iterator[Finding]:
    """Every id once in a file, every process once in a bundle."""
    seen: dict[str, str] = {}
    for file, diagram in context.diagrams.items():
        for identity in diagram.repeated_ids:
            yield Finding(
                file, identity, "id-twice", "error", f"Id `{identity}` dipakai lebih dari sekali. Beri id lain."
            )
        for tag in diagram.without_id:
            yield Finding(file, None, "no-id", "error", f"Ada {tag} tanpa id. Beri setiap unsur satu id.")
        for process in diagram.processes:
            if process.id in seen:
                message = f"Proses `{process.id}` sudah ada di {seen[process.id]}. Beri id lain."
                yield Finding(file, process.id, "id-twice", "error", message)
            seen.setdefault(process.id, file)
        if not diagram.processes:
            yield Finding(
                file, None, "no-process", "error", "Diagram tidak berisi proses. Gambar satu kolam berisi alur."
            )
        for process in diagram.processes:
            if not process.executable:
                message = "Proses tidak ditandai dapat dijalankan (isExecutable). Tandai pada panel proses."
                yield Finding(file, process.id, "not-executable", "error", message)


def loose_flow(context: Context) -> Iterator[Finding]:
    """A flow joins two nodes of the same scope."""
    for file, process in context.processes:
        for flow in process.flows.values():
            source, target = process.elements.get(flow.source), process.elements.get(flow.target)
            if source is None or target is None:
                message = "Alur ini tidak menghubungkan dua unsur. Sambungkan kedua ujungnya, atau hapus."
                yield Finding(file, flow.id, "loose-flow", "error", message)
            elif source.parent != target.parent:
                message = (
                    "Alur ini menembus batas subproses. Akhiri alur di dalam subproses, lalu lanjutkan dari "
                    "subproses itu."
                )
                yield Finding(file, flow.id, "loose-flow", "error", message)


def dead_end(context: Context) -> Iterator[Finding]:
    """The engine accepts it in silence, and the case stops (or ends) there."""
    for scope in context.scopes:
        host = scope.process.elements.get(scope.id or "")
        if host is not None and host.kind == "adHocSubProcess":
            continue
        for element in scope.elements.values():
            aside = element.triggered_by_event or element.is_compensation or "link" in element.events
            if element.kind == "endEvent":
                if element.outgoing:
                    message = (
                        f"Dari akhir {called(element)} masih keluar alur. Hapus alurnya atau jadikan peristiwa antara."
                    )
                    yield Finding(scope.file, element.id, "after-end", "error", message)
            elif not element.outgoing and not aside:
                message = (
                    f"Alur buntu di {called(element)}: tidak ada kelanjutannya. Sambungkan ke langkah berikut atau ke "
                    "akhir (end event)."
                )
                yield Finding(scope.file, element.id, "dead-end", "error", message)
            if element.kind in ("startEvent", "boundaryEvent") and element.incoming:
                message = (
                    f"Ke {called(element)} masuk alur, padahal ia memulai alur. Arahkan alur ke langkah sesudahnya."
                )
                yield Finding(scope.file, element.id, "before-start", "error", message)


def unreachable(context: Context) -> Iterator[Finding]:
    """A node that no flow from the start reaches is never done."""
    for scope in context.scopes:
        host = scope.process.elements.get(scope.id or "")
        if not scope.starts or (host is not None and host.kind == "adHocSubProcess"):
            continue
        for element in scope.elements.values():
            aside = element.triggered_by_event or element.is_compensation or "link" in element.events
            if (
                element.id not in scope.reached
                and not aside
                and not _attached_aside(scope.reached, element.attached_to)
            ):
                message = f"{called(element)} tidak pernah tercapai dari mulai. Sambungkan alur kepadanya, atau hapus."
                yield Finding(scope.file, element.id, "unreachable", "error", message)


def _attached_aside(reached: frozenset[str], host: str | None) -> bool:
    """The host itself is already named, or a boundary event is misplaced: said by other findings."""
    return host is not None and host not in reached


def join_on_cycle(context: Context) -> Iterator[Finding]:
    """In the second round the join fires after the first branch: a permit goes on with an approval missing."""
    for scope in context.scopes:
        for element in scope.elements.values():
            if element.kind in JOINS and len(element.incoming) > 1 and element.id in scope.on_cycle:
                yield Finding(
                    scope.file,
                    element.id,
                    "join-on-cycle",
                    "error",
                    f"Gerbang penggabung {called(element)} berada pada alur yang berulang: pada putaran kedua ia "
                    "meneruskan setelah cabang pertama saja, sehingga satu persetujuan terlewat. Pindahkan bagian "
                    "paralel ke dalam subproses atau panggilan (call activity); setiap putaran lalu mulai dari awal.",
                )


def gateway_flows(context: Context) -> Iterator[Finding]:
    """A choice has a default, and a condition on every other flow; nothing else carries conditions."""
    for file, process in context.processes:
        for element in process.elements.values():
            leaving = [process.flows[name] for name in element.outgoing]
            if element.kind not in CHOICES:
                for flow in leaving:
                    if flow.condition is not None:
                        message = (
                            f"Syarat pada alur dari {called(element)} tidak diperiksa. Gambar gerbang eksklusif "
                            "dan beri "
                            "syarat pada alur keluarnya."
                        )
                        yield Finding(file, flow.id, "condition-ignored", "error", message)
                continue
            if element.default is not None and element.default not in element.outgoing:
                message = f"Jalur biasa (default) gerbang {called(element)} bukan alur keluarnya. Pilih salah satu."
                yield Finding(file, element.id, "no-default", "error", message)
            elif element.default is None and (len(leaving) > 1 or any(flow.condition is not None for flow in leaving)):
                message = (
                    f"Gerbang {called(element)} tidak mempunyai jalur biasa (default): bila tidak ada syarat yang "
                    "terpenuhi, permohonan berhenti. Tandai alur yang normal sebagai default."
                )
                yield Finding(file, element.id, "no-default", "error", message)
            for flow in leaving:
                if len(leaving) > 1 and not flow.condition and flow.id != element.default:
                    message = (
                        f"Alur dari gerbang {called(element)} tidak mempunyai syarat. Tulis syarat seperti "
                        "`berkas_sah == 'tidak'`, atau jadikan default."
                    )
                    yield Finding(file, flow.id, "no-condition", "error", message)


def event_gateway(context: Context) -> Iterator[Finding]:
    """After an event-based gateway only waiting events may follow, each entered from it alone."""
    for file, process in context.processes:
        for element in process.elements.values():
            if element.kind != "eventBasedGateway":
                continue
            for name in element.outgoing:
                target = process.elements.get(process.flows[name].target)
                waits = target is not None and (
                    target.kind == "receiveTask" or (target.kind == "intermediateCatchEvent" and target.event)
                )
                if target is not None and not (waits and len(target.incoming) == 1):
                    message = (
                        f"Sesudah gerbang peristiwa {called(element)}, {called(target)} harus berupa peristiwa yang "
                        "ditunggu (pesan, pewaktu, sinyal) dan hanya dimasuki dari gerbang itu."
                    )
                    yield Finding(file, target.id, "event-gateway", "error", message)


RULES = (ids, loose_flow, dead_end, unreachable, join_on_cycle, gateway_flows, event_gateway)
