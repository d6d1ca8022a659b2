"""Lists of multi-instance tasks are followed through loops, calls and scripts."""

from __future__ import annotations

import pytest

from engine.bundle import Bundle
from tests.engine.check.builder import (
    bundle,
    call,
    chain,
    diagram,
    end,
    errors,
    flow,
    multi,
    script,
    start,
    sub,
    user,
    xor,
)
from tests.engine.check.running import Play

PHASE = diagram(start("cs"), user("m", multi()), end("ce"), chain("cs", "m", "ce"), identity="C")
CLEAN_PHASE = diagram(
    start("cs"), script("k", "tanggapan = []"), user("m", multi()), end("ce"), chain("cs", "k", "m", "ce"), identity="C"
)
AGAIN = {("m", "multi-instance-again")}


def twice(phase: bytes) -> Bundle:
    return bundle(start(), call("c1", "C"), call("c2", "C"), end(), chain("s", "c1", "c2", "e"), C=phase)


def looped(phase: bytes) -> Bundle:
    return bundle(
        start(),
        call("c1", "C"),
        xor("x", "F_x_e"),
        end(),
        chain("s", "c1", "x"),
        flow("x", "c1", "benar == 'tidak'"),
        flow("x", "e"),
        C=phase,
    )


@pytest.mark.parametrize("make", [twice, looped])
def test_a_phase_called_again_finds_its_list_full(make: object) -> None:
    assert errors(make(PHASE)) == AGAIN  # type: ignore[operator]
    assert errors(make(CLEAN_PHASE)) == set()  # type: ignore[operator]


def test_it_really_raises_on_the_second_call() -> None:
    run = Play(twice(PHASE).files, {"instansi": ["A"]})
    with pytest.raises(Exception, match="output must be empty"):
        run.do("m", tanggapan_ini=1)
    run = Play(twice(CLEAN_PHASE).files, {"instansi": ["A"]})
    run.do("m", tanggapan_ini=1)
    assert run.open() == ["m"]


def test_two_tasks_that_fill_the_same_list() -> None:
    def pair(second: str) -> Bundle:
        return bundle(start(), user("m0", multi()), user("m", multi(output=second)), end(), chain("s", "m0", "m", "e"))

    assert errors(pair("tanggapan")) == AGAIN
    assert errors(pair("jawaban")) == set()


def test_without_a_list_even_the_item_is_in_the_way() -> None:
    subject = bundle(
        start(), user("m0", multi(output=None)), user("m", multi(output=None)), end(), chain("s", "m0", "m", "e")
    )
    assert errors(subject) == AGAIN
    with pytest.raises(Exception, match="already exists"):
        Play(subject.files, {"instansi": ["A"]}).do("m0")


@pytest.mark.parametrize(
    "task",
    [
        user("m", multi(), pre="tanggapan = []"),
        user("m", multi(), post="tanggapan = []"),
        user("m", multi(), post="jumlah = len(tanggapan)\ntanggapan = []"),
    ],
)
def test_a_script_of_the_task_itself_empties_the_list(task: str) -> None:
    subject = bundle(
        start(),
        task,
        xor("x", "F_x_e"),
        end(),
        chain("s", "m", "x"),
        flow("x", "m", "benar == 'tidak'"),
        flow("x", "e"),
    )
    assert errors(subject) == set()
    run = Play(subject.files, {"instansi": ["A"], "benar": "tidak"})
    run.do("m", tanggapan_ini=1)
    assert run.open() == ["m"]


def test_emptied_on_one_way_only() -> None:
    """Two ways back, one of which forgets the list."""
    subject = bundle(
        start(),
        user("m", multi()),
        xor("x", "F_x_e"),
        script("k", "tanggapan = []"),
        end(),
        chain("s", "m", "x"),
        flow("x", "k", "benar == 'tidak'"),
        chain("k", "m"),
        flow("x", "m", "luas > 5"),
        flow("x", "e"),
    )
    assert errors(subject) == AGAIN


def test_a_sub_process_hands_its_list_back() -> None:
    inner = sub("y", start("s1"), user("m", multi()), end("e1"), chain("s1", "m", "e1"))
    subject = bundle(
        start(),
        inner,
        xor("x", "F_x_e"),
        end(),
        chain("s", "y", "x"),
        flow("x", "y", "benar == 'tidak'"),
        flow("x", "e"),
    )
    assert errors(subject) == AGAIN
