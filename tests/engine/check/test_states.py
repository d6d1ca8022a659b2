"""Deadlocks, rounds without end, steps done twice; and diagrams that end."""

from __future__ import annotations

import time

from engine.check import check
from engine.check.states import MAX_STATES
from tests.engine.check.builder import (
    boundary,
    bundle,
    call,
    chain,
    diagram,
    end,
    error,
    errors,
    find,
    flow,
    inclusive,
    manual,
    parallel,
    service,
    start,
    sub,
    timer,
    user,
    warnings_of,
    xor,
)


def test_a_choice_joined_in_parallel_deadlocks() -> None:
    subject = bundle(
        start(),
        xor("g", "F_g_b"),
        user("a"),
        user("b"),
        parallel("j"),
        end(),
        chain("s", "g"),
        flow("g", "a", "luas > 1"),
        flow("g", "b"),
        chain("a", "j", "e"),
        chain("b", "j"),
    )
    assert errors(subject) == {("j", "deadlock")}


def test_a_choice_joined_as_a_choice_does_not() -> None:
    subject = bundle(
        start(),
        xor("g", "F_g_b"),
        user("a"),
        user("b"),
        xor("j"),
        end(),
        chain("s", "g"),
        flow("g", "a", "luas > 1"),
        flow("g", "b"),
        chain("a", "j", "e"),
        chain("b", "j"),
    )
    assert errors(subject) == set()


def test_an_inclusive_choice_joined_in_parallel_can_deadlock() -> None:
    subject = bundle(
        start(),
        inclusive("g", "F_g_b"),
        user("a"),
        user("b"),
        parallel("j"),
        end(),
        chain("s", "g"),
        flow("g", "a", "luas > 1"),
        flow("g", "b"),
        chain("a", "j", "e"),
        chain("b", "j"),
    )
    assert ("j", "deadlock") in errors(subject)


def test_a_branch_that_can_leave_starves_the_join() -> None:
    subject = bundle(
        start(),
        parallel("g"),
        user("a"),
        boundary("x", "a", timer("hari_kerja(2)")),
        user("b"),
        parallel("j"),
        end(),
        end("e2", name="Lewat waktu"),
        chain("s", "g", "a", "j", "e"),
        chain("g", "b", "j"),
        chain("x", "e2"),
    )
    assert errors(subject) == {("j", "deadlock")}


def test_a_clock_that_does_not_interrupt_starves_nobody() -> None:
    subject = bundle(
        start(),
        parallel("g"),
        user("a"),
        boundary("x", "a", timer("hari_kerja(2)"), interrupting=False),
        service("ingat"),
        user("b"),
        parallel("j"),
        end(),
        end("e2", name="Diingatkan"),
        chain("s", "g", "a", "j", "e"),
        chain("g", "b", "j"),
        chain("x", "ingat", "e2"),
    )
    assert errors(subject) == set()
    assert not [rule for _, rule in warnings_of(subject) if rule == "done-twice"]


def test_an_error_of_a_called_phase_may_starve_a_join() -> None:
    phase = diagram(start(), user("ca"), end("ce", error()), chain("s", "ca", "ce"), identity="C")
    subject = bundle(
        start(),
        parallel("g"),
        call("a", "C"),
        boundary("x", "a", error()),
        user("b"),
        parallel("j"),
        end(),
        end("e2", name="Gugur"),
        chain("s", "g", "a", "j", "e"),
        chain("g", "b", "j"),
        chain("x", "e2"),
        C=phase,
    )
    assert ("j", "deadlock") in errors(subject)


def test_a_round_without_a_way_out_never_ends() -> None:
    subject = bundle(
        start(),
        user("a"),
        user("b"),
        user("c"),
        end(),
        xor("x", "F_x_c"),
        chain("s", "a", "b", "a"),
        chain("x", "c", "e"),
    )
    assert ("a", "never-ends") in errors(subject) or ("b", "never-ends") in errors(subject)


def test_a_choice_into_a_trap_never_ends() -> None:
    subject = bundle(
        start(),
        xor("x", "F_x_e"),
        user("a"),
        xor("y", "F_y_a"),
        manual("b"),
        end(),
        chain("s", "x"),
        flow("x", "a", "luas > 1"),
        flow("x", "e"),
        chain("a", "y"),
        flow("y", "a"),
        flow("y", "b", "luas > 2"),
        chain("b", "a"),
    )
    assert {rule for _, rule in errors(subject)} == {"never-ends"}


def test_a_rework_loop_with_a_way_out_ends() -> None:
    subject = bundle(
        start(),
        user("a"),
        xor("x", "F_x_e"),
        end(),
        chain("s", "a", "x"),
        flow("x", "a", "benar == 'tidak'"),
        flow("x", "e"),
    )
    assert errors(subject) == set()


def test_a_reminder_that_every_round_may_add_is_no_error() -> None:
    """The rework loop may leave one reminder open a round: counted up to two, and said, not refused."""
    subject = bundle(
        start(),
        user("a"),
        boundary("t", "a", timer("hari_kerja(1)"), interrupting=False),
        user("ingat"),
        boundary("u", "ingat", timer("hari_kerja(1)")),
        xor("x", "F_x_e"),
        end(),
        end("e2", name="Diingatkan"),
        end("e3", name="Lewat"),
        chain("s", "a", "x"),
        flow("x", "a", "benar == 'tidak'"),
        flow("x", "e"),
        chain("t", "ingat", "e2"),
        chain("u", "e3"),
    )
    assert errors(subject) == set()
    assert ("ingat", "done-twice") in warnings_of(subject)


def test_two_branches_that_meet_without_a_join_do_a_step_twice() -> None:
    subject = bundle(
        start(), parallel("g"), user("a"), user("b"), xor("m"), user("c"), end(),
        boundary("t", "c", timer("hari_kerja(1)")), end("e2", name="Lewat"),
        chain("s", "g", "a", "m", "c", "e"), chain("g", "b", "m"), chain("t", "e2"),
    )  # fmt: skip
    assert errors(subject) == set()
    assert ("c", "done-twice") in warnings_of(subject)


def test_a_sub_process_is_walked_on_its_own() -> None:
    inner = (
        start("s1"),
        xor("g", "F_g_b"),
        user("a"),
        user("b"),
        parallel("j"),
        end("e1"),
        chain("s1", "g"),
        flow("g", "a", "luas > 1"),
        flow("g", "b"),
        chain("a", "j", "e1"),
        chain("b", "j"),
    )
    assert errors(bundle(start(), sub("x", *inner), end(), chain("s", "x", "e"))) == {("j", "deadlock")}


def test_the_bound_is_said_and_kept() -> None:
    """Ten parallel branches of five choices each: more states than anybody walks."""
    parts = [start(), parallel("g"), parallel("j"), end(), chain("s", "g"), chain("j", "e")]
    for branch in range(10):
        last = "g"
        for step in range(5):
            gate, task = f"x{branch}_{step}", f"a{branch}_{step}"
            parts += [user(task), boundary(f"t{branch}_{step}", task, timer("hari_kerja(1)")), xor(gate)]
            parts += [chain(last, task, gate), flow(f"t{branch}_{step}", gate)]
            last = gate
        parts.append(flow(last, "j"))
    begun = time.perf_counter()
    found = check(bundle(*parts))
    assert [finding.severity for finding in find(found, "bound-reached")] == ["warning"]
    assert str(MAX_STATES) in find(found, "bound-reached")[0].message
    assert not [finding for finding in found if finding.severity == "error"]
    assert time.perf_counter() - begun < 10
