"""Each construct that the engine does not run as BPMN means it is refused: the element, the rule, and what to draw."""

from __future__ import annotations

import pytest

from engine.bundle import Bundle
from engine.check import check
from tests.engine.check.builder import (
    boundary,
    bundle,
    call,
    catch,
    chain,
    diagram,
    end,
    errors,
    find,
    flow,
    inclusive,
    loop,
    message,
    multi,
    node,
    parallel,
    script,
    service,
    signal,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)
from tests.engine.check.running import Play

LINK = '<bpmn:linkEventDefinition name="L"/>'
COMPENSATE = "<bpmn:compensateEventDefinition/>"
LINE = chain("s", "a", "e")


def aside(kind_of_start: str) -> Bundle:
    """A process with an event sub-process beside its normal path."""
    inner = (start("s1", kind_of_start), user("b"), end("e1"), chain("s1", "b", "e1"))
    return bundle(start(), user("a"), end(), LINE, sub("x", *inner, triggeredByEvent="true"))


REFUSED: dict[str, tuple[Bundle, str, str]] = {
    "parallel join on a cycle": (
        bundle(
            start(),
            user("r"),
            parallel("g"),
            user("a"),
            user("b"),
            parallel("j"),
            xor("x", "F_x_e"),
            end(),
            chain("s", "r", "g", "a", "j", "x"),
            chain("g", "b", "j"),
            flow("x", "r", "benar == 'tidak'"),
            flow("x", "e"),
        ),
        "j",
        "join-on-cycle",
    ),
    "inclusive join on a cycle": (
        bundle(
            start(),
            user("r"),
            inclusive("g", "F_g_b"),
            user("a"),
            user("b"),
            inclusive("j"),
            xor("x", "F_x_e"),
            end(),
            chain("s", "r", "g"),
            flow("g", "a", "luas > 1"),
            flow("g", "b"),
            chain("a", "j", "x"),
            chain("b", "j"),
            flow("x", "r", "benar == 'tidak'"),
            flow("x", "e"),
        ),
        "j",
        "join-on-cycle",
    ),
    "join on a cycle inside a sub-process": (
        bundle(
            start(),
            sub(
                "y",
                start("s1"),
                user("r"),
                parallel("g"),
                parallel("j"),
                user("a"),
                user("b"),
                xor("x", "F_x_e1"),
                end("e1"),
                chain("s1", "r", "g", "a", "j", "x"),
                chain("g", "b", "j"),
                flow("x", "r", "benar == 'tidak'"),
                flow("x", "e1"),
            ),
            end(),
            chain("s", "y", "e"),
        ),
        "j",
        "join-on-cycle",
    ),
    "event sub-process by message": (aside(message()), "x", "event-subprocess"),
    "event sub-process by timer": (aside(timer("hari_kerja(2)")), "x", "event-subprocess"),
    "event sub-process by signal": (aside(signal()), "x", "event-subprocess"),
    "event sub-process by error": (aside('<bpmn:errorEventDefinition errorRef="E_ditolak"/>'), "x", "event-subprocess"),
    "link thrown": (
        bundle(
            start(),
            user("a"),
            throw("t", LINK),
            catch("c", LINK),
            user("b"),
            end(),
            chain("s", "a", "t"),
            chain("c", "b", "e"),
        ),
        "t",
        "link-event",
    ),
    "compensation thrown": (
        bundle(start(), user("a"), throw("t", COMPENSATE), end(), chain("s", "a", "t", "e")),
        "t",
        "compensation",
    ),
    "compensation boundary": (
        bundle(start(), user("a"), boundary("b", "a", COMPENSATE), end(), LINE),
        "b",
        "compensation",
    ),
    "compensating task": (
        bundle(start(), user("a"), service("u").replace(">", ' isForCompensation="true">', 1), end(), LINE),
        "u",
        "compensation",
    ),
    "ad-hoc sub-process": (
        bundle(start(), sub("x", user("b"), kind="adHocSubProcess"), end(), chain("s", "x", "e")),
        "x",
        "ad-hoc",
    ),
    "timer start": (bundle(start("s", timer("hari_kerja(1)")), user("a"), end(), LINE), "s", "timer-start"),
    "message start": (bundle(start("s", message()), user("a"), end(), LINE), "s", "event-start"),
    "second start": (
        bundle(start(), start("s2"), user("a"), user("b"), end(), LINE, chain("s2", "b", "e")),
        "s2",
        "many-starts",
    ),
    "no start": (bundle(user("a"), end(), chain("a", "e")), None, "no-start"),  # type: ignore[dict-item]
    "dead end": (bundle(start(), user("a"), chain("s", "a")), "a", "dead-end"),
    "boundary path that leads nowhere": (
        bundle(start(), user("a"), boundary("b", "a", timer("hari_kerja(1)")), end(), LINE),
        "b",
        "dead-end",
    ),
    "unreachable": (bundle(start(), user("a"), user("b"), end(), LINE, chain("b", "e")), "b", "unreachable"),
    "island that goes round": (
        bundle(start(), user("a"), user("b"), user("c"), end(), LINE, chain("b", "c", "b")),
        "b",
        "unreachable",
    ),
    "two flows out of a task": (
        bundle(start(), user("a"), user("b"), end(), LINE, flow("a", "b"), chain("b", "e")),
        "a",
        "two-flows",
    ),
    "two flows out of a call": (
        bundle(
            start(),
            call("a", "C"),
            user("b"),
            end(),
            LINE,
            flow("a", "b"),
            chain("b", "e"),
            C=diagram(start(), user("ca"), user("cb"), end(), chain("s", "ca", "cb", "e"), identity="C"),
        ),
        "a",
        "two-flows",
    ),
    "complex gateway": (
        bundle(start(), node("complexGateway", "g"), user("a"), end(), chain("s", "g", "a", "e")),
        "g",
        "complex-gateway",
    ),
    "service task without operator": (bundle(start(), service("a", None), end(), LINE), "a", "no-operator"),
    "unknown operator": (bundle(start(), service("a", "tidak/ada"), end(), LINE), "a", "unknown-operator"),
    "rule task without table": (bundle(start(), node("businessRuleTask", "a"), end(), LINE), "a", "no-table"),
    "exclusive without default": (
        bundle(
            start(),
            xor("g"),
            user("a"),
            end(),
            chain("s", "g"),
            flow("g", "a", "luas > 1"),
            flow("g", "e", "luas <= 1"),
            chain("a", "e"),
        ),
        "g",
        "no-default",
    ),
    "inclusive without default": (
        bundle(
            start(),
            inclusive("g"),
            user("a"),
            end(),
            chain("s", "g"),
            flow("g", "a", "luas > 1"),
            flow("g", "e", "luas <= 1"),
            chain("a", "e"),
        ),
        "g",
        "no-default",
    ),
    "default that is somebody else's flow": (
        bundle(start(), xor("g", "F_s_g"), user("a"), end(), chain("s", "g", "a", "e"), flow("g", "e", "luas > 1")),
        "g",
        "no-default",
    ),
    "flow without condition": (
        bundle(start(), xor("g", "F_g_e"), user("a"), end(), chain("s", "g", "a", "e"), flow("g", "e")),
        "F_g_a",
        "no-condition",
    ),
    "condition where nobody looks": (
        bundle(start(), user("a"), end(), chain("s", "a"), flow("a", "e", "luas > 1")),
        "F_a_e",
        "condition-ignored",
    ),
    "cycle timer": (
        bundle(
            start(),
            user("a"),
            boundary("b", "a", timer("R3/P1D", "timeCycle"), interrupting=False),
            service("c"),
            end(),
            LINE,
            chain("b", "c", "e"),
        ),
        "b",
        "cycle-timer",
    ),
    "plain task": (bundle(start(), node("task", "a"), end(), LINE), "a", "plain-task"),
    "cancel outside a transaction": (
        bundle(start(), user("a"), end("e", "<bpmn:cancelEventDefinition/>"), LINE),
        "e",
        "cancel-event",
    ),
    "loop without end": (
        bundle(start(), user("a", "<bpmn:standardLoopCharacteristics/>"), end(), LINE),
        "a",
        "endless-loop",
    ),
    "multi-instance without collection": (
        bundle(start(), user("a", "<bpmn:multiInstanceLoopCharacteristics/>"), end(), LINE),
        "a",
        "multi-instance-input",
    ),
    "boundary on nothing": (
        bundle(start(), user("a"), boundary("b", "z", message()), user("c"), end(), LINE, chain("b", "c", "e")),
        "b",
        "boundary-host",
    ),
    "boundary that waits for nothing": (
        bundle(start(), user("a"), boundary("b", "a", ""), user("c"), end(), LINE, chain("b", "c", "e")),
        "b",
        "boundary-event",
    ),
    "flow to nowhere": (bundle(start(), user("a"), end(), LINE, flow("a", "z")), "F_a_z", "loose-flow"),
    "flow through a wall": (
        bundle(
            start(),
            sub("x", start("s1"), user("b"), end("e1"), chain("s1", "b", "e1")),
            user("a"),
            end(),
            chain("s", "x", "a", "e"),
            flow("b", "a"),
        ),
        "F_b_a",
        "loose-flow",
    ),
    "id twice": (bundle(start(), user("a"), user("a"), end(), LINE), "a", "id-twice"),
    "flow out of an end": (bundle(start(), user("a"), end(), LINE, flow("e", "a")), "e", "after-end"),
    "flow into a start": (bundle(start(), user("a"), end(), LINE, flow("a", "s")), "s", "before-start"),
    "event gateway that leads to a task": (
        bundle(
            start(),
            node("eventBasedGateway", "g"),
            catch("c", message()),
            user("a"),
            end(),
            chain("s", "g", "c", "e"),
            chain("g", "a", "e"),
        ),
        "a",
        "event-gateway",
    ),
    "call without a name": (bundle(start(), node("callActivity", "a"), end(), LINE), "a", "call-missing"),
    "multi-instance in a loop": (
        bundle(
            start(),
            user("a", multi()),
            xor("x", "F_x_e"),
            end(),
            chain("s", "a", "x"),
            flow("x", "a", "benar == 'tidak'"),
            flow("x", "e"),
        ),
        "a",
        "multi-instance-again",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_its_element_and_rule(name: str) -> None:
    subject, element, rule = REFUSED[name]
    assert (element, rule) in errors(subject, frozenset({"notifikasi/ingatkan"}))
    for finding in find(check(subject, frozenset({"notifikasi/ingatkan"})), rule):
        assert finding.message.endswith(".") and finding.message.count(" ") >= 6


ALONE = {
    *("parallel join on a cycle", "event sub-process by message", "compensation thrown", "timer start", "plain task"),
    *("two flows out of a task", "complex gateway", "service task without operator", "exclusive without default"),
    *("cycle timer", "multi-instance in a loop", "dead end", "unreachable", "join on a cycle inside a sub-process"),
}


@pytest.mark.parametrize("name", sorted(ALONE))
def test_nothing_else_is_said_of_it(name: str) -> None:
    """One mistake, one finding: the rest of the diagram is right."""
    subject, element, rule = REFUSED[name]
    assert errors(subject, frozenset({"notifikasi/ingatkan"})) == {(element, rule)}


# What the refusals rest on: the engine itself, tried.


def test_a_parallel_join_on_a_cycle_really_misfires() -> None:
    """First round a then b; in the second the join fires after b alone, though a has not agreed."""
    subject = REFUSED["parallel join on a cycle"][0]
    run = Play(subject.files, {"benar": "tidak"})
    run.do("r")
    run.do("a")
    run.do("b")
    run.do("r")
    assert run.open() == ["a", "b"]
    run.do("b")
    assert run.open() == ["a", "r"]  # `r` is open again although `a` still waits


def test_a_multi_instance_met_with_a_full_list_really_raises() -> None:
    run = Play(REFUSED["multi-instance in a loop"][0].files, {"instansi": ["A"], "benar": "tidak"})
    with pytest.raises(Exception, match="output must be empty"):
        run.do("a", tanggapan_ini=1)


def test_a_condition_on_a_tasks_flow_is_really_ignored() -> None:
    subject = bundle(start(), user("a"), user("b"), end(), chain("s", "a"), flow("a", "b", "1 == 2"), chain("b", "e"))
    run = Play(subject.files)
    run.do("a")
    assert run.open() == ["b"]


def test_a_second_start_really_never_runs() -> None:
    assert Play(REFUSED["second start"][0].files).open() == ["a"]


def test_a_dead_end_really_passes_for_an_end() -> None:
    run = Play(REFUSED["dead end"][0].files)
    run.do("a")
    assert run.over


def test_loops_are_bounded_by_a_condition() -> None:
    subject = bundle(
        start(), user("a", loop("benar == 'tidak'")), script("c", "luas = 1"), end(), chain("s", "a", "c", "e")
    )
    assert errors(subject) == set()
