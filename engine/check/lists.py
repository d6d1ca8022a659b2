"""Multi-instance tasks that are entered again while their list still holds the answers of the last round.

The engine then raises ("output must be empty") and the case stands. A list is followed through the whole bundle, since
a called phase gets the caller's data and hands its own back: a second call, not only a loop, finds the list full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.check.context import Context, called
from engine.check.finding import Finding
from engine.check.scope import SUB_KINDS, Scope
from engine.expressions import ExpressionError, compile_assignments
from engine.model import Element

Full: TypeAlias = frozenset[str]  # names that may hold something
DEEPEST = 60  # scopes within scopes; deeper calls are refused by another rule
_EMPTY = frozenset({"[]", "{}"})


@dataclass
class _Follower:
    """Runs every scope with the set of full names it may be entered with; finds the tasks that meet their own."""

    context: Context
    found: dict[tuple[str, str], str] = field(default_factory=dict)
    results: dict[tuple[str, str | None, Full], Full] = field(default_factory=dict)
    running: set[tuple[str, str | None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.scopes = {(scope.process.id, scope.id): scope for scope in self.context.scopes}

    def run(self, process: str, scope_id: str | None, entered: Full) -> Full:
        """What may be full when the scope ends."""
        scope = self.scopes.get((process, scope_id))
        if scope is None or (process, scope_id) in self.running or len(self.running) > DEEPEST:
            return entered
        key = (process, scope_id, entered)
        if key not in self.results:
            self.running.add((process, scope_id))
            self.results[key] = self._spread(scope, entered)
            self.running.discard((process, scope_id))
        return self.results[key]

    def _spread(self, scope: Scope, entered: Full) -> Full:
        before: dict[str, Full] = {element.id: entered for element in scope.starts}
        left: Full = frozenset()
        todo = list(before)
        while todo:
            name = todo.pop()
            element = scope.elements[name]
            after = self._pass(scope, element, before[name])
            if not scope.next[name]:
                left |= after
            hooks = {event.id for event in scope.attached.get(name, ())}
            for target in scope.next[name]:
                arriving = before[name] if target in hooks else after
                if target not in before or not arriving <= before[target]:
                    before[target] = before.get(target, frozenset()) | arriving
                    todo.append(target)
        return left

    def _pass(self, scope: Scope, element: Element, full: Full) -> Full:
        full = _scripted(element.pre_script, full)
        multi = element.multi_instance
        if multi is not None:
            kept = multi.output if multi.output and multi.output_item else None
            held = kept if kept is not None else multi.item
            if held and held in full and held != multi.collection:
                self.found[scope.file, element.id] = held if kept else ""
        if element.kind == "callActivity" and element.called_element:
            full = self.run(element.called_element, None, full)
        elif element.kind in SUB_KINDS and not element.triggered_by_event:
            full = self.run(scope.process.id, element.id, full)
        if multi is not None:
            held = multi.output if multi.output and multi.output_item else multi.item
            full |= {held} if held else set()
        return _scripted(element.post_script, _scripted(element.script, full))


def _scripted(text: str | None, full: Full) -> Full:
    if not text:
        return full
    try:
        for name, expression in compile_assignments(text):
            full = full - {name} if expression.text in _EMPTY else full | {name}
    except ExpressionError:
        return full  # said by the rule on scripts
    return full


def entered_again(context: Context) -> Iterator[Finding]:
    """One finding for each multi-instance task that can meet a list which is not empty."""
    if not any(element.multi_instance for _, _, element in context.elements()):
        return
    follower = _Follower(context)
    reached = {element.called_element for _, _, element in context.elements() if element.called_element}
    roots = [process.id for _, process in context.processes if process.id not in reached]
    for root in roots or [process.id for _, process in context.processes]:
        follower.run(root, None, frozenset())
    drawn = {(file, element.id): element for file, _, element in context.elements()}
    for (file, element_id), name in sorted(follower.found.items()):
        element = drawn[file, element_id]
        if name:
            message = (
                f"Tugas berulang {called(element)} dapat dimasuki lagi ketika daftar `{name}` masih berisi "
                "jawaban putaran "
                f"sebelumnya, dan permohonan berhenti. Kosongkan daftarnya lebih dulu (`{name} = []`) pada "
                "langkah yang "
                "memutuskan pengulangan."
            )
        else:
            message = (
                f"Tugas berulang {called(element)} dapat dimasuki lagi tanpa daftar keluaran, dan permohonan berhenti. "
                "Beri daftar keluaran dan nama jawabannya (misalnya `tanggapan` dan `tanggapan_ini`), lalu kosongkan "
                "daftarnya sebelum mengulang."
            )
        yield Finding(file, element_id, "multi-instance-again", "error", message)


RULES = (entered_again,)
