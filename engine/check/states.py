"""Can a process get stuck or never end? Walks every marking of tokens that its drawing allows.

Conditions are not looked at: any flow of a choice may be taken. Called phases and sub-processes are one step that may
end, or be left through any of their boundary events; each sub-process is walked on its own. Tokens move through steps
without a choice at once, which changes no outcome and keeps the number of states small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TypeAlias

from engine.check.context import Context, called
from engine.check.finding import Finding
from engine.check.scope import ACTIVITIES, JOINS, Scope
from engine.model import Element

MAX_STATES = 20_000  # per scope
MAX_TOKENS = 2  # in one place; where a round adds more and more, nothing new is seen beyond
MAX_WORK = 1_500_000  # tokens moved, per bundle
MAX_WIDE = 6  # flows of an inclusive gateway whose subsets are all tried

# A token waits on a flow, or is at work in an activity with boundary events; `fired` are those that rang already.
Token: TypeAlias = tuple[str, str, tuple[str, ...]]  # ("flow" | "busy", id, fired)
Marking: TypeAlias = tuple[Token, ...]


class Enough(Exception):
    """The walk has cost as much as it may."""


@dataclass
class Budget:
    """Tokens that may still be moved; shared by all scopes of a bundle, so that no bundle takes for ever."""

    left: int = MAX_WORK

    def spend(self, tokens: int) -> None:
        """Raises Enough when nothing is left."""
        self.left -= tokens
        if self.left < 0:
            raise Enough


@dataclass
class Walk:
    """The markings of one scope. `complete` is False when the bound was hit, `cut` are those with too many tokens."""

    scope: Scope
    budget: Budget = field(default_factory=Budget)
    successors: dict[Marking, tuple[Marking, ...]] = field(default_factory=dict)
    cut: set[Marking] = field(default_factory=set)
    complete: bool = True
    doubled: set[str] = field(default_factory=set)  # nodes that two tokens came to at once

    def walk(self, start: Element) -> None:
        """Visits every marking from `start` on."""
        try:
            self._walk_from(start)
        except Enough:
            self.complete = False

    def _walk_from(self, start: Element) -> None:
        first = self._settled([("flow", name, ()) for name in start.outgoing if name in self.scope.flows])
        todo = [first]
        while todo:
            marking = todo.pop()
            if marking in self.successors or marking in self.cut:
                continue
            if any(marking[at] == marking[at + MAX_TOKENS] for at in range(len(marking) - MAX_TOKENS)):
                self.cut.add(marking)
                continue
            if len(self.successors) >= MAX_STATES:
                self.complete = False
                return
            self.successors[marking] = tuple(dict.fromkeys(self._steps(marking)))
            todo.extend(self.successors[marking])

    def place(self, token: Token) -> Element:
        """The node that a token is at work in, or waits to enter."""
        kind, name, _ = token
        return self.scope.elements[name if kind == "busy" else self.scope.flows[name].target]

    def goes_on(self, element: Element) -> bool:
        """Whether a flow leads out of the node (one that leads nowhere has a finding of its own)."""
        return bool(self._out(element))

    def stuck(self) -> list[Marking]:
        """Markings with tokens and no way on."""
        return [marking for marking, following in self.successors.items() if marking and not following]

    def endless(self) -> list[Marking]:
        """Markings from which the scope can never end, though something always moves."""
        back: dict[Marking, list[Marking]] = {}
        for marking, following in self.successors.items():
            for target in following:
                back.setdefault(target, []).append(marking)
        ends: list[Marking] = [marking for marking in self.successors if not marking]
        ends.extend(self.stuck())
        ends.extend(self.cut)
        good = set(ends)
        while ends:
            for marking in back.get(ends.pop(), ()):
                if marking not in good:
                    good.add(marking)
                    ends.append(marking)
        return [marking for marking in self.successors if marking not in good]

    def _settled(self, tokens: list[Token]) -> Marking:
        """The marking after every token has slid as far as it can without a choice."""
        self.budget.spend(1 + sum(1 + len(fired) for _, _, fired in tokens))
        resting: list[Token] = []
        for kind, name, fired in tokens:
            if kind == "busy":
                resting.append((kind, name, fired))
                continue
            for end in self._slide(name):
                resting.append(("flow", end, ()))
        resting.sort()
        for index, token in enumerate(resting):
            if token in resting[index + 1 : index + 2]:
                self.doubled.add(self.place(token).id)
        return tuple(resting)

    def _slide(self, name: str) -> tuple[str, ...]:
        """Where a token on a flow comes to rest: one flow, or nowhere when it ends."""
        if name not in self._rest:
            self._rest[name] = self._slid(name)
        return self._rest[name]

    def _slid(self, name: str) -> tuple[str, ...]:
        seen: set[str] = set()
        while name not in seen:
            seen.add(name)
            self.budget.spend(1)
            element = self.scope.elements[self.scope.flows[name].target]
            if element.kind == "endEvent":
                return () if element.event not in ("terminate", "error", "cancel") else (name,)
            single = element.kind in ACTIVITIES or element.kind.endswith("Event") or element.kind == "exclusiveGateway"
            if not single or element.id in self.scope.attached or len(self._out(element)) != 1:
                return (name,)
            name = self._out(element)[0]
        return (name,)

    def _out(self, element: Element) -> tuple[str, ...]:
        if element.id not in self._leaving:
            self._leaving[element.id] = tuple(name for name in element.outgoing if name in self.scope.flows)
        return self._leaving[element.id]

    def _steps(self, marking: Marking) -> Iterator[Marking]:
        here = {name for kind, name, _ in marking if kind == "flow"}
        joins: dict[str, Element] = {}
        for name in here:
            element = self.scope.elements[self.scope.flows[name].target]
            if element.kind in JOINS and len(element.incoming) > 1:
                joins[element.id] = element
        for element in joins.values():
            # A parallel join that is complete takes nothing from anybody else: doing it first loses no outcome.
            if element.kind == "parallelGateway" and self._complete(element, here):
                yield from self._join(element, here, list(marking))
                return
        for position, token in enumerate(marking):
            if position == 0 or marking[position - 1] != token:
                yield from self._step(token, [*marking[:position], *marking[position + 1 :]])
        for element in joins.values():
            if element.kind == "inclusiveGateway" and not self._may_still_come(element, here, marking):
                yield from self._join(element, here, list(marking))

    def _step(self, token: Token, rest: list[Token]) -> Iterator[Marking]:
        """What one token can do by itself."""
        kind, name, fired = token
        element = self.place(token)
        if kind == "busy":
            yield from self._leave(element, fired, rest)
        elif element.kind == "endEvent":
            yield ()  # terminates the scope, or leaves it by an error
        elif element.kind in JOINS and len(element.incoming) > 1:
            return
        elif element.id in self.scope.attached:
            yield self._settled([*rest, ("busy", element.id, ())])
        else:
            yield from self._choose(element, rest)

    def _leave(self, element: Element, fired: tuple[str, ...], rest: list[Token]) -> Iterator[Marking]:
        """An activity with boundary events ends, is interrupted, or one of its clocks rings while it goes on."""
        yield self._settled([*rest, *self._tokens(element)])
        for event in self.scope.attached[element.id]:
            if event.interrupting:
                yield self._settled([*rest, *self._tokens(event)])
            elif event.id not in fired:
                self.budget.spend(len(fired))
                busy: Token = ("busy", element.id, tuple(sorted((*fired, event.id))))
                yield self._settled([*rest, busy, *self._tokens(event)])

    def _tokens(self, element: Element) -> list[Token]:
        return [("flow", name, ()) for name in self._out(element)]

    def _choose(self, element: Element, rest: list[Token]) -> Iterator[Marking]:
        out = self._tokens(element)
        if element.kind in ("exclusiveGateway", "eventBasedGateway"):
            for token in out:
                yield self._settled([*rest, token])
        elif element.kind == "inclusiveGateway":
            usual = [token for token in out if token[1] == element.default]
            others = [token for token in out if token[1] != element.default]
            if usual:
                yield self._settled([*rest, *usual])
            # Very wide ones: each flow alone, and all together.
            sizes = range(1, len(others) + 1) if len(others) <= MAX_WIDE else (1, len(others))
            for size in sizes:
                for some in combinations(others, size):
                    yield self._settled([*rest, *some])
        elif out:
            yield self._settled([*rest, *out])

    def _complete(self, join: Element, here: set[str]) -> bool:
        self.budget.spend(1)
        return all(name in here for name in join.incoming if name in self.scope.flows)

    def _join(self, join: Element, here: set[str], tokens: list[Token]) -> Iterator[Marking]:
        for name in join.incoming:
            if name in here:
                tokens.remove(("flow", name, ()))
        yield from self._choose(join, tokens)

    def _may_still_come(self, join: Element, here: set[str], marking: Marking) -> bool:
        """An inclusive join waits while a token elsewhere can reach one of its empty flows."""
        flows = [name for name in join.incoming if name in self.scope.flows]
        full = {self.scope.flows[name].source for name in flows if name in here}
        empty = {self.scope.flows[name].source for name in flows} - full
        for token in marking:
            place = self.place(token).id
            if place != join.id and self._without(join.id, place) & empty:
                return True
        return False

    def _without(self, join: str, place: str) -> frozenset[str]:
        """Nodes that a token at `place` can reach without passing `join`."""
        key = (join, place)
        if key not in self._reach:
            seen, todo = set(), [place]
            while todo:
                node = todo.pop()
                if node not in seen and node != join:
                    self.budget.spend(1)
                    seen.add(node)
                    todo.extend(self.scope.next[node])
            self._reach[key] = frozenset(seen)
        return self._reach[key]

    @cached_property
    def _leaving(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _rest(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _reach(self) -> dict[tuple[str, str], frozenset[str]]:
        return {}


def can_end(context: Context) -> Iterator[Finding]:
    """Deadlocks, endless rounds, steps that would be done twice."""
    budget = Budget()
    for scope in context.scopes:
        host = scope.process.elements.get(scope.id or "")
        if not scope.starts or (host is not None and (host.kind == "adHocSubProcess" or host.triggered_by_event)):
            continue
        yield from _judged(scope, budget)


def _judged(scope: Scope, budget: Budget) -> Iterator[Finding]:
    walk = Walk(scope, budget)
    walk.walk(scope.starts[0])
    if not walk.complete:
        message = f"Diagram terlalu bercabang untuk diperiksa sampai habis ({MAX_STATES} keadaan). Pecah menjadi tahap."
        yield Finding(scope.file, scope.id, "bound-reached", "warning", message)
    named: set[str] = set()
    for marking in walk.stuck():
        for element in map(walk.place, marking):
            # A dead end has a finding of its own.
            if element.id not in named and walk.goes_on(element):
                named.add(element.id)
                message = (
                    f"Permohonan dapat macet di {called(element)}: ia menunggu cabang yang tidak akan datang. "
                    "Gabungkan "
                    "dengan jenis gerbang yang sama dengan gerbang yang membagi alur."
                )
                yield Finding(scope.file, element.id, "deadlock", "error", message)
    if walk.complete and not named:
        yield from _endless(scope, walk)
    for name in sorted(walk.doubled - named):
        element = scope.elements[name]
        message = (
            f"{called(element)} dapat dikerjakan dua kali, karena dua cabang yang berjalan bersama masuk tanpa "
            "digabung. "
            "Gabungkan dulu dengan gerbang, atau akhiri salah satu cabang."
        )
        yield Finding(scope.file, element.id, "done-twice", "warning", message)


def _endless(scope: Scope, walk: Walk) -> Iterator[Finding]:
    trapped = walk.endless()
    if not trapped:
        return
    # The smallest trap names the place best.
    element = walk.place(min(trapped, key=len)[0])
    message = (
        f"Permohonan tidak pernah selesai: dari {called(element)} tidak ada jalan ke akhir. Gambar gerbang dengan "
        "jalan "
        "keluar dari putaran itu."
    )
    yield Finding(scope.file, element.id, "never-ends", "error", message)


RULES = (can_end,)
