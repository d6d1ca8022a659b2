"""The layout: what a reader may rely on in every picture, and that the meaning of a file is left alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.cli.layout import layout
from engine.errors import Invalid
from engine.layout import has_layout, lay_out
from engine.layout.text import box, wrap
from engine.xml_safe import XmlRefused, parse
from tests.diagrams.geometry import DI, Picture, faults

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t">'
)
SHIPPED = sorted((Path(__file__).parents[2] / "processes").glob("*/*.bpmn"))

# id: (tag, lane, name or host); flows: (source, target, name), the first of a gateway is its default.
Nodes = dict[str, tuple[str, int, str]]
Flows = list[tuple[str, str, str]]


def diagram(nodes: Nodes, flows: Flows, lanes: int) -> bytes:
    """A BPMN file without positions."""
    members = dict.fromkeys(range(lanes), "")
    body = ""
    for key, (tag, lane, name) in nodes.items():
        members[lane] += f"<bpmn:flowNodeRef>{key}</bpmn:flowNodeRef>"
        out = [number for number, flow in enumerate(flows) if flow[0] == key]
        default = f' default="f{out[0]}"' if tag == "exclusiveGateway" and len(out) > 1 else ""
        if tag == "boundaryEvent":
            default = f' attachedToRef="{name}" cancelActivity="false"'
            name = "2 hari kerja"
        inner = "<bpmn:timerEventDefinition/>" if tag == "boundaryEvent" else ""
        body += f'<bpmn:{tag} id="{key}" name="{name}"{default}>{inner}</bpmn:{tag}>'
    for number, (source, target, name) in enumerate(flows):
        body += f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}" name="{name}"/>'
    drawn = (f'<bpmn:lane id="lane{lane}" name="Lajur {lane}">{refs}</bpmn:lane>' for lane, refs in members.items())
    pool = '<bpmn:participant id="p" name="Izin: 3 hari kerja" processRef="x"/>'
    process = f'<bpmn:laneSet id="s">{"".join(drawn)}</bpmn:laneSet>{body}'
    return (
        f'{HEAD}<bpmn:collaboration id="c">{pool}</bpmn:collaboration>'
        f'<bpmn:process id="x">{process}</bpmn:process></bpmn:definitions>'
    ).encode()


SOP: Nodes = {
    "mulai": ("startEvent", 1, "Resi diberikan"),
    "periksa": ("userTask", 1, "Periksa keabsahan berkas"),
    "t": ("boundaryEvent", 1, "periksa"),
    "ingat": ("serviceTask", 1, "Ingatkan bidang"),
    "diingatkan": ("endEvent", 1, "Diingatkan"),
    "sah": ("exclusiveGateway", 1, "Berkas sah?"),
    "lengkapi": ("userTask", 0, "Lengkapi berkas"),
    "tolak": ("endEvent", 1, "Ditolak"),
    "ketik": ("userTask", 2, "Ketik surat"),
    "selesai": ("endEvent", 2, "Izin terbit"),
}
SOP_FLOWS: Flows = [
    ("mulai", "periksa", ""),
    ("t", "ingat", ""),
    ("ingat", "diingatkan", ""),
    ("periksa", "sah", ""),
    ("sah", "ketik", "ya"),
    ("sah", "lengkapi", "tidak"),
    ("sah", "tolak", "tolak"),
    ("lengkapi", "periksa", ""),
    ("ketik", "selesai", ""),
]


@pytest.fixture(scope="module")
def picture() -> Picture:
    return Picture(lay_out(diagram(SOP, SOP_FLOWS, 3)))


def test_nothing_covers_anything(picture: Picture) -> None:
    assert list(faults(picture)) == []


def test_time_runs_to_the_right_and_lanes_stand_below_each_other(picture: Picture) -> None:
    path = ["mulai", "periksa", "sah", "ketik", "selesai"]
    lefts = [picture.boxes[key][0] for key in path]
    assert lefts == sorted(lefts)
    centres = [(picture.boxes[key][0] + picture.boxes[key][2]) / 2 for key in path]
    assert {b - a for a, b in zip(centres, centres[1:], strict=False)} == {150}
    assert [picture.boxes[f"lane{lane}"][1] for lane in range(3)] == [80, 200, 560]


def test_the_normal_path_is_straight_within_a_lane(picture: Picture) -> None:
    assert picture.ways["f0"][0][1] == picture.ways["f0"][-1][1] and len(picture.ways["f0"]) == 2
    assert len(picture.ways["f3"]) == 2


def test_the_applicants_return_goes_up_and_stands_above_its_question(picture: Picture) -> None:
    up, back = picture.ways["f5"], picture.ways["f7"]
    assert len(up) == 2 and up[0][0] == up[1][0] and up[1][1] < up[0][1]
    assert back[-1][1] == picture.boxes["periksa"][1]


def test_exceptions_stand_in_rows_below(picture: Picture) -> None:
    main = picture.boxes["sah"][3]
    assert picture.boxes["tolak"][1] > main and picture.boxes["ingat"][1] > main


def test_a_deadline_sits_on_the_lower_right_corner(picture: Picture) -> None:
    task, event = picture.boxes["periksa"], picture.boxes["t"]
    assert (event[0] + event[2]) / 2 > (task[0] + task[2]) / 2
    assert (event[1] + event[3]) / 2 == task[3]
    assert picture.labels["t"][2] < event[0]


def test_a_question_stands_above_left_and_answers_at_the_start(picture: Picture) -> None:
    gate = picture.boxes["sah"]
    assert picture.labels["sah"][2] <= (gate[0] + gate[2]) / 2 and picture.labels["sah"][1] < gate[1]
    for flow in ("f4", "f5", "f6"):
        (x, y), label = picture.ways[flow][0], picture.labels[flow]
        assert min(abs(x - label[0]), abs(x - label[2])) < 20 and min(abs(y - label[1]), abs(y - label[3])) < 20


def test_sizes(picture: Picture) -> None:
    def size(key: str) -> tuple[float, float]:
        left, top, right, bottom = picture.boxes[key]
        return right - left, bottom - top

    assert size("periksa") == (110, 80) and size("sah") == (50, 50) and size("mulai") == size("t") == (36, 36)


def test_two_exceptions_share_the_lower_corner_when_every_side_is_used() -> None:
    nodes: Nodes = {
        "m": ("startEvent", 1, "Mulai"),
        "a": ("userTask", 1, "Bahas permohonan"),
        "g": ("exclusiveGateway", 1, "Hasil?"),
        "x": ("endEvent", 1, "Lanjut"),
        "y": ("endEvent", 1, "Perlu ke lapangan"),
        "z": ("endEvent", 1, "Ditolak"),
        "u": ("userTask", 0, "Lengkapi berkas"),
    }
    flows: Flows = [
        ("m", "a", ""),
        ("a", "g", ""),
        ("g", "x", "lanjut"),
        ("g", "u", "lengkapi"),
        ("g", "y", "lapangan"),
        ("g", "z", "tolak"),
        ("u", "a", ""),
    ]
    picture = Picture(lay_out(diagram(nodes, flows, 2)))
    assert list(faults(picture)) == []
    assert picture.ways["f4"][0] == picture.ways["f5"][0]
    assert picture.labels["f4"] != picture.labels["f5"]


def test_a_task_with_several_deadlines_is_as_wide_as_they_need() -> None:
    nodes: Nodes = {
        "m": ("startEvent", 0, "Mulai"),
        "a": ("callActivity", 0, "Jalankan SOP"),
        "e": ("endEvent", 0, "Selesai"),
    }
    flows: Flows = [("m", "a", ""), ("a", "e", "")]
    for number in range(4):
        nodes |= {f"t{number}": ("boundaryEvent", 0, "a"), f"s{number}": ("endEvent", 0, "Diingatkan")}
        flows.append((f"t{number}", f"s{number}", ""))
    picture = Picture(lay_out(diagram(nodes, flows, 1)))
    assert list(faults(picture)) == []
    assert picture.boxes["a"][2] - picture.boxes["a"][0] > 300
    assert picture.boxes["s2"][1] > picture.boxes["s3"][1], "the right one runs above the left one: no crossing"


def _meaning(content: bytes) -> str:
    root = parse(content)
    for plane in root.findall(f"{DI}BPMNDiagram"):
        root.remove(plane)
    for element in root.iter():
        element.tail = None
        element.text = (element.text or "").strip() or None
    etree.cleanup_namespaces(root)
    return etree.tostring(root, method="c14n").decode()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_shipped_diagrams_read_well_and_keep_their_meaning(path: Path) -> None:
    content = path.read_bytes()
    assert list(faults(Picture(content))) == []
    again = lay_out(content)
    assert _meaning(again) == _meaning(content)
    assert lay_out(again) == again


@st.composite
def procedures(draw: st.DrawFn) -> bytes:
    """A normal path over lanes, with questions that send back, skip, or end, and deadlines."""
    lanes, rng = draw(st.integers(1, 4)), random.Random(draw(st.integers(0, 10**6)))
    nodes: Nodes = {"n0": ("startEvent", rng.randrange(lanes), "Mulai")}
    flows: Flows = []
    last, tasks = "n0", []
    for number in range(1, draw(st.integers(2, 7))):
        lane = rng.randrange(lanes)
        nodes[f"n{number}"] = ("userTask", lane, "Periksa berkas permohonan")
        flows.append((last, f"n{number}", ""))
        last = f"n{number}"
        tasks.append(last)
        if rng.random() < 0.3:
            nodes |= {f"t{number}": ("boundaryEvent", lane, last), f"e{number}": ("endEvent", lane, "Diingatkan")}
            flows.append((f"t{number}", f"e{number}", ""))
        if rng.random() < 0.6:
            gate = f"g{number}"
            nodes[gate] = ("exclusiveGateway", lane, "Berkas sah?")
            flows.append((last, gate, ""))
            after = f"h{number}"
            nodes[after] = ("userTask", rng.randrange(lanes), "Lanjutkan")
            flows.append((gate, after, "ya"))
            kind = rng.choice(["back", "fix", "end", "skip"])
            if kind == "back":
                flows.append((gate, rng.choice(tasks), "kembalikan"))
            elif kind == "end":
                nodes[f"x{number}"] = ("endEvent", lane, "Ditolak")
                flows.append((gate, f"x{number}", "tolak"))
            else:
                nodes[f"k{number}"] = ("userTask", rng.randrange(lanes), "Lengkapi berkas")
                flows.append((gate, f"k{number}", "tidak"))
                flows.append((f"k{number}", rng.choice(tasks) if kind == "fix" else after, ""))
            last = after
            tasks.append(after)
    nodes["z"] = ("endEvent", rng.randrange(lanes), "Izin terbit")
    flows.append((last, "z", ""))
    return diagram(nodes, flows, lanes)


@settings(max_examples=60, deadline=None)
@given(procedures())
def test_any_procedure_is_placed_without_faults(content: bytes) -> None:
    placed = lay_out(content)
    assert _meaning(placed) == _meaning(content)
    assert list(faults(Picture(placed))) == []


def test_the_inside_of_a_sub_process_gets_a_plane_of_its_own() -> None:
    inner = '<bpmn:startEvent id="i"/><bpmn:endEvent id="j"/><bpmn:sequenceFlow id="k" sourceRef="i" targetRef="j"/>'
    body = f'<bpmn:subProcess id="s" name="Nilai">{inner}</bpmn:subProcess>'
    root = parse(lay_out(f'{HEAD}<bpmn:process id="x">{body}</bpmn:process></bpmn:definitions>'.encode()))
    planes = [plane.get("bpmnElement") for plane in root.iter(f"{DI}BPMNPlane")]
    assert planes == ["x", "s"]
    assert root.find(f".//{DI}BPMNShape[@bpmnElement='s']").get("isExpanded") == "false"


def test_has_layout_tells_files_apart() -> None:
    bare = diagram(SOP, SOP_FLOWS, 3)
    assert not has_layout(bare) and has_layout(lay_out(bare))


def test_what_is_refused() -> None:
    with pytest.raises(Invalid):
        lay_out(f"{HEAD}</bpmn:definitions>".encode())
    with pytest.raises(XmlRefused):
        lay_out(b"<!DOCTYPE x []><x/>")


def test_labels_wrap_at_words() -> None:
    assert wrap("Berkas permohonan lengkap?", 84) == ["Berkas", "permohonan", "lengkap?"] or len(wrap("a b", 84)) == 1
    assert wrap("Pertanggungjawaban", 20) == ["Pertanggungjawaban"]
    assert box("", 84) == (0, 0)


def test_the_command_prints_or_writes(tmp_path: Path) -> None:
    file = tmp_path / "sop.bpmn"
    file.write_bytes(diagram(SOP, SOP_FLOWS, 3))
    printed = CliRunner().invoke(layout, [str(file)])
    assert printed.exit_code == 0 and "BPMNShape" in printed.stdout and not has_layout(file.read_bytes())
    assert CliRunner().invoke(layout, [str(file), "--write"]).exit_code == 0
    assert has_layout(file.read_bytes())
    file.write_text("bukan xml")
    broken = CliRunner().invoke(layout, [str(file)])
    assert broken.exit_code == 1 and "Galat" in broken.stderr
