"""What the engine runs as BPMN means it passes the check, and really runs."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bundle import Bundle
from tests.engine.check.builder import (
    boundary,
    bundle,
    call,
    catch,
    chain,
    condition,
    diagram,
    end,
    error,
    errors,
    escalation,
    event_gateway,
    flow,
    inclusive,
    loop,
    manual,
    message,
    multi,
    node,
    parallel,
    script,
    service,
    signal,
    start,
    sub,
    terminate,
    throw,
    timer,
    user,
    xor,
)
from tests.engine.check.running import Play

LATER = "hari_kerja(2)"

NEIGHBOURS: dict[str, Bundle] = {
    "plain": bundle(start(), user("a"), manual("b"), service("c"), end(), chain("s", "a", "b", "c", "e")),
    "send and receive": bundle(
        start(),
        node("sendTask", "a", messageRef="M_pesan"),
        node("receiveTask", "b", messageRef="M_pesan"),
        end(),
        chain("s", "a", "b", "e"),
    ),
    "terminate end": bundle(
        start(),
        parallel("g"),
        user("a"),
        user("b"),
        end("e1", terminate(), name="Dihentikan"),
        end("e2", name="Selesai"),
        chain("s", "g", "a", "e1"),
        chain("g", "b", "e2"),
    ),
    "event-based gateway": bundle(
        start(),
        event_gateway("g"),
        catch("m", message()),
        catch("t", timer(LATER)),
        end(),
        chain("s", "g", "m", "e"),
        chain("g", "t", "e"),
    ),
    "inclusive outside loops": bundle(
        start(),
        inclusive("g", "F_g_b"),
        user("a"),
        user("b"),
        inclusive("j"),
        end(),
        flow("g", "a", "luas > 100"),
        flow("g", "b"),
        chain("s", "g"),
        chain("a", "j"),
        chain("b", "j", "e"),
    ),
    "inclusive choice in a loop, joined by nobody": bundle(
        start(),
        user("r"),
        inclusive("g", "F_g_r"),
        user("a"),
        end(),
        chain("s", "r", "g"),
        flow("g", "r"),
        flow("g", "a", "luas > 100"),
        chain("a", "e"),
    ),
    "escalation goes on": bundle(
        start(),
        sub("x", start("s1"), throw("t", escalation()), user("b"), end("e1"), chain("s1", "t", "b", "e1")),
        boundary("bb", "x", escalation(), interrupting=False),
        user("c"),
        end(),
        end("e2", name="Diingatkan"),
        chain("s", "x", "e"),
        chain("bb", "c", "e2"),
    ),
    "error through two levels": bundle(
        start(),
        call("x", "C"),
        boundary("bb", "x", error()),
        user("c"),
        end(),
        end("e2", name="Ditolak"),
        chain("s", "x", "e"),
        chain("bb", "c", "e2"),
        C=diagram(
            start("cs"),
            sub("cx", start("ds"), user("du"), end("de", error()), chain("ds", "du", "de")),
            end("ce"),
            chain("cs", "cx", "ce"),
            identity="C",
        ),
    ),
    "signal boundary": bundle(
        start(),
        user("a"),
        boundary("b", "a", signal()),
        user("c"),
        end(),
        chain("s", "a", "e"),
        chain("b", "c", "e"),
    ),
    "standard loop": bundle(start(), user("a", loop("benar == 'tidak'")), end(), chain("s", "a", "e")),
    "sequential multi-instance": bundle(start(), user("a", multi(sequential=True)), end(), chain("s", "a", "e")),
    "parallel multi-instance": bundle(start(), user("a", multi()), end(), chain("s", "a", "e")),
    "conditional catch": bundle(start(), catch("c", condition("luas > 1")), end(), chain("s", "c", "e")),
    "transaction": bundle(
        start(),
        sub("x", start("s1"), user("b"), end("e1"), chain("s1", "b", "e1"), kind="transaction"),
        end(),
        chain("s", "x", "e"),
    ),
    "boundary timer on a task in a loop": bundle(
        start(),
        user("a"),
        boundary("t", "a", timer(LATER), interrupting=False),
        service("ingat"),
        end("e2", name="Diingatkan"),
        xor("x", "F_x_e"),
        end(),
        chain("s", "a", "x"),
        flow("x", "a", "benar == 'tidak'"),
        flow("x", "e"),
        chain("t", "ingat", "e2"),
    ),
    "parallel review repeated inside a sub-process": bundle(
        start(),
        sub(
            "x",
            start("s1"),
            parallel("g"),
            user("a"),
            user("b"),
            parallel("j"),
            end("e1"),
            chain("s1", "g", "a", "j", "e1"),
            chain("g", "b", "j"),
        ),
        xor("y", "F_y_e"),
        end(),
        chain("s", "x", "y"),
        flow("y", "x", "benar == 'tidak'"),
        flow("y", "e"),
    ),
    "loop inside one branch": bundle(
        start(),
        parallel("g"),
        user("a"),
        xor("x", "F_x_j"),
        user("b"),
        parallel("j"),
        end(),
        chain("s", "g", "a", "x"),
        flow("x", "a", "benar == 'tidak'"),
        flow("x", "j"),
        chain("g", "b", "j", "e"),
    ),
    "multi-instance emptied before it is repeated": bundle(
        start(),
        user("a", multi()),
        xor("x", "F_x_e"),
        script("kosong", "tanggapan = []"),
        end(),
        chain("s", "a", "x"),
        flow("x", "kosong", "benar == 'tidak'"),
        chain("kosong", "a"),
        flow("x", "e"),
    ),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_passes(name: str) -> None:
    assert errors(NEIGHBOURS[name], frozenset({"notifikasi/ingatkan"})) == set()


def play(name: str, **data: Any) -> Play:
    return Play(NEIGHBOURS[name].files, data)


def test_escalation_runs_beside_the_work() -> None:
    assert play("escalation goes on").open() == ["b", "c"]


def test_an_error_passes_two_levels() -> None:
    run = play("error through two levels")
    run.do("du")
    assert run.open() == ["c"]


def test_inclusive_waits_for_both_branches() -> None:
    run = play("inclusive outside loops", luas=200)
    assert run.open() == ["a"]
    run.do("a")
    assert run.over


def test_terminate_stops_the_other_branch() -> None:
    run = play("terminate end")
    run.do("a")
    assert run.over


def test_a_message_is_awaited() -> None:
    run = play("send and receive")
    assert not run.over
    run.receive("pesan")
    assert run.over


def test_a_multi_instance_list_is_filled_and_emptied() -> None:
    run = play("multi-instance emptied before it is repeated", instansi=["A", "B"], benar="tidak")
    for _ in range(3):
        assert run.open() == ["a", "a"]
        run.do("a", tanggapan_ini=1)
        run.do("a", tanggapan_ini=2)


def test_a_fresh_scope_joins_rightly_in_every_round_and_order() -> None:
    run = play("parallel review repeated inside a sub-process", benar="tidak")
    for first, second in ("ab", "ba", "ab"):
        run.do(first)
        assert run.open() == [second]
        run.do(second)
        assert run.open() == ["a", "b"]


def test_an_empty_collection_goes_straight_on() -> None:
    assert play("parallel multi-instance", instansi=[]).over
