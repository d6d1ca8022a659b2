"""Warnings on words, size, properties and drawing; never errors."""

from __future__ import annotations

import pytest

from engine.bundle import Bundle
from engine.check import check
from tests.engine.check.builder import (
    FORM,
    boundary,
    bundle,
    chain,
    definitions,
    diagram,
    end,
    errors,
    extension,
    find,
    flow,
    node,
    process,
    properties,
    start,
    timer,
    user,
    warnings_of,
    xor,
)

LINE = chain("s", "a", "e")


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("Periksa berkas", True),
        ("Verifikasi berita acara", True),
        ("Periksa", False),
        ("Proses 2", False),
        ("", False),
    ],
)
def test_a_task_is_a_verb_and_its_object(name: str, good: bool) -> None:
    subject = bundle(start(), user("a", name=name), end(), LINE)
    assert (("a", "task-name") not in warnings_of(subject)) is good
    assert errors(subject) == set()


def choice(question: str, answer: str) -> Bundle:
    gate = node("exclusiveGateway", "g", name=question, default="F_g_e")
    return bundle(
        start(),
        gate,
        user("a"),
        end(),
        chain("s", "g"),
        flow("g", "a", "luas > 1", name=answer),
        flow("g", "e"),
        chain("a", "e"),
    )


def test_a_gateway_asks_and_its_flows_answer() -> None:
    assert not {("g", "gateway-name"), ("F_g_a", "flow-name")} & warnings_of(choice("Berkas sah?", "tidak"))
    assert ("g", "gateway-name") in warnings_of(choice("Pemeriksaan", "tidak"))
    assert ("F_g_a", "flow-name") in warnings_of(choice("Berkas sah?", ""))


def test_ends_have_names_of_their_own() -> None:
    assert ("e", "end-name") in warnings_of(bundle(start(), user("a"), end(name=""), LINE))
    two = (
        start(),
        xor("g", "F_g_e"),
        end(name="Selesai"),
        chain("s", "g"),
        flow("g", "e"),
        flow("g", "e2", "luas > 1"),
    )
    assert ("e", "end-name") in warnings_of(bundle(*two, end("e2", name="Selesai")))
    assert ("e", "end-name") not in warnings_of(bundle(*two, end("e2", name="Ditolak")))


def test_size() -> None:
    def line(tasks: int) -> Bundle:
        names = [f"a{n}" for n in range(tasks)]
        return bundle(start(), *map(user, names), end(), chain("s", *names, "e"))

    assert (None, "size") in warnings_of(line(5))
    assert (None, "size") not in warnings_of(line(6))
    assert (None, "size") not in warnings_of(line(18))
    assert (None, "size") in warnings_of(line(19))


def test_a_phase_of_one_task() -> None:
    phase = diagram(start(), user("b"), end(), chain("s", "b", "e"), identity="C")
    subject = bundle(start(), node("callActivity", "a", calledElement="C"), end(), LINE, C=phase)
    assert ("b", "single-task") in warnings_of(subject)


def test_properties_of_a_step() -> None:
    def task(**values: str) -> Bundle:
        return bundle(start(), node("userTask", "a", extension(properties(form="umum/f", **values))), end(), LINE)

    assert ("a", "step-property") not in warnings_of(task(kelengkapan="berkas", output="resi", waktu="0.5"))
    assert ("a", "step-property") in warnings_of(task(kelengkapan="berkas", output="resi"))
    assert ("a", "step-property") in warnings_of(task(kelengkapan="berkas", output="resi", waktu="setengah hari"))


Place = tuple[float, float, float, float]
PLACES: dict[str, Place] = {"s": (0, 22, 36, 36), "a": (100, 0, 110, 80), "e": (300, 22, 36, 36)}
WAYS: dict[str, list[tuple[float, float]]] = {"F_s_a": [(36, 40), (100, 40)], "F_a_e": [(210, 40), (300, 40)]}


def drawn(*parts: str, places: dict[str, Place], ways: dict[str, list[tuple[float, float]]]) -> Bundle:
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{n}_di" bpmnElement="{n}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/>'
        "</bpmndi:BPMNShape>"
        for n, (x, y, w, h) in places.items()
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{n}_di" bpmnElement="{n}">'
        + "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
        + "</bpmndi:BPMNEdge>"
        for n, points in ways.items()
    )
    plane = (
        f'<bpmndi:BPMNDiagram id="D"><bpmndi:BPMNPlane id="PL" bpmnElement="P">{shapes}{edges}'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )
    content = definitions(process("P", *parts), drawing=plane)
    return Bundle("P", {"sop.bpmn": content, "forms/umum/f.json": FORM})


SIMPLE = (start(), user("a"), end(), LINE)
DRAWING = {"no-layout", "no-shape", "task-size", "overlap", "flow-crosses", "slanted"}


def drawing_of(subject: Bundle) -> set[tuple[str | None, str]]:
    assert errors(subject) == set()
    return {(element, rule) for element, rule in warnings_of(subject) if rule in DRAWING}


def test_a_tidy_drawing() -> None:
    assert drawing_of(drawn(*SIMPLE, places=PLACES, ways=WAYS)) == set()
    assert drawing_of(bundle(*SIMPLE)) == {(None, "no-layout")}


def test_untidy_drawings() -> None:
    missing = {name: place for name, place in PLACES.items() if name != "e"}
    assert ("e", "no-shape") in drawing_of(drawn(*SIMPLE, places=missing, ways=WAYS))
    assert drawing_of(drawn(*SIMPLE, places=PLACES, ways={"F_s_a": WAYS["F_s_a"]})) == {("F_a_e", "no-shape")}
    small = PLACES | {"a": (100, 0, 100, 80)}
    assert drawing_of(drawn(*SIMPLE, places=small, ways=WAYS)) == {("a", "task-size")}
    over = PLACES | {"e": (200, 22, 36, 36)}
    assert drawing_of(drawn(*SIMPLE, places=over, ways=WAYS)) == {("e", "overlap")}
    slanted = WAYS | {"F_a_e": [(210.0, 40.0), (300.0, 90.0)]}
    assert drawing_of(drawn(*SIMPLE, places=PLACES, ways=slanted)) == {("F_a_e", "slanted")}


def test_a_flow_over_a_shape() -> None:
    parts = (start(), user("a"), user("b"), end(), chain("s", "a", "b", "e"))
    places = {"s": (0, 22, 36, 36), "a": (100, 0, 110, 80), "b": (250, 0, 110, 80), "e": (400, 22, 36, 36)}
    ways = {"F_s_a": [(36, 40), (100, 40)], "F_a_b": [(210, 40), (250, 40)], "F_b_e": [(360, 40), (400, 40)]}
    assert drawing_of(drawn(*parts, places=places, ways=ways)) == set()  # type: ignore[arg-type]
    back = ways | {"F_b_e": [(250, 40), (50, 40), (50, 200), (418, 200), (418, 58)]}
    assert drawing_of(drawn(*parts, places=places, ways=back)) == {("F_b_e", "flow-crosses")}  # type: ignore[arg-type]


def test_a_clock_sits_on_its_task() -> None:
    parts = (*SIMPLE, boundary("t", "a", timer("hari_kerja(1)")), end("e2", name="Lewat"), flow("t", "e2"))
    places = PLACES | {"t": (170, 62, 36, 36), "e2": (300, 122, 36, 36)}
    ways = WAYS | {"F_t_e2": [(188, 98), (188, 140), (300, 140)]}
    assert drawing_of(drawn(*parts, places=places, ways=ways)) == set()


def test_a_wide_call_may_carry_several_clocks() -> None:
    clocks = [boundary(f"t{n}", "a", timer(f"hari_kerja({n})")) + flow(f"t{n}", "e") for n in range(3)]
    places = {"s": (0, 22, 36, 36), "a": (100, 0, 300, 80), "e": (600, 22, 36, 36)}
    subject = drawn(*SIMPLE, *clocks, places=places, ways=WAYS)  # type: ignore[arg-type]
    assert not find(check(subject), "task-size")
