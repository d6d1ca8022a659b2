"""Whatever somebody points the check at gives findings, quickly, and never an exception."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bundle import Bundle
from engine.check import Finding, check, check_source
from tests.engine.check.builder import (
    FORM,
    NAMESPACES,
    boundary,
    bundle,
    call,
    chain,
    diagram,
    end,
    find,
    flow,
    multi,
    parallel,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.test_xml_safe import REFUSED

FRAME = diagram(
    start(),
    '<bpmn:callActivity id="sop" name="Jalankan SOP" calledElement="SOP"/>',
    end(),
    chain("s", "sop", "e"),
    identity="kerangka",
)
WHOLE = diagram(
    start(),
    user("a"),
    boundary("t", "a", timer("hari_kerja(2)"), interrupting=False),
    service("ingat", kepada="'tim_teknis'"),
    parallel("g"),
    user("b", multi()),
    sub("x", start("s1"), user("c"), end("e1"), chain("s1", "c", "e1")),
    parallel("j"),
    xor("y", "F_y_e"),
    end(),
    end("e2", name="Lain"),
    end("e3", name="Diingatkan"),
    chain("s", "a", "g", "b", "j", "y"),
    chain("g", "x", "j"),
    flow("y", "e2", "benar == 'tidak'"),
    flow("y", "e"),
    chain("t", "ingat", "e3"),
)


@pytest.fixture
def office(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "processes" / "shared").mkdir(parents=True)
    (tmp_path / "forms" / "umum").mkdir(parents=True)
    (tmp_path / "processes" / "shared" / "kerangka.bpmn").write_bytes(FRAME)
    (tmp_path / "forms" / "umum" / "f.json").write_bytes(FORM)
    return tmp_path / "processes", tmp_path / "forms"


def found(content: bytes, office: tuple[Path, Path]) -> list[Finding]:
    path = office[0].parent / "unggahan.bpmn"
    path.write_bytes(content)
    return check_source(path, *office)


@pytest.mark.parametrize("code", REFUSED)
def test_dangerous_xml_is_one_finding_at_once(code: str, office: tuple[Path, Path]) -> None:
    begun = time.perf_counter()
    findings = found(REFUSED[code], office)
    assert time.perf_counter() - begun < 2
    assert [(f.rule, f.severity, f.element) for f in findings] == [(code, "error", None)]
    assert findings[0].file.endswith("unggahan.bpmn")


def test_bombs_are_refused_in_little_memory(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom engine.check import check_source\n"
        "from tests.engine.test_xml_safe import REFUSED\n"
        "for code in ('doctype', 'too-large', 'too-many-elements'):\n"
        "    path = Path(sys.argv[1]) / 'x.bpmn'\n    path.write_bytes(REFUSED[code])\n"
        "    assert check_source(path, path.parent, path.parent)[0].rule == code\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert int(out.stdout) < 300_000  # KiB


def test_what_does_not_exist_is_a_finding(office: tuple[Path, Path]) -> None:
    for source in ("TIDAK_ADA", "", ".", "/", "\0", "a" * 5_000, office[0] / "tak_ada", "/dev/zero"):
        findings = check_source(source, *office)
        assert findings
        assert findings[0].severity == "error"


def test_the_file_is_the_one_that_was_given(office: tuple[Path, Path]) -> None:
    findings = found(diagram(start(), user("a"), chain("s", "a")), office)
    dead = next(f for f in findings if f.rule == "dead-end")
    assert dead.file.endswith("unggahan.bpmn")
    assert dead.element == "a"
    assert dead.as_dict().keys() == {"file", "element", "rule", "severity", "message"}


def test_a_whole_diagram_passes(office: tuple[Path, Path]) -> None:
    assert [f for f in found(WHOLE, office) if f.severity == "error"] == []


def test_many_small_mutilations(office: tuple[Path, Path]) -> None:
    """Tags, attributes and texts of a right diagram dropped, doubled, swapped or garbled, 250 times."""
    chance = random.Random(2016)
    pieces = re.findall(r"<[^>]*>|[^<]+", WHOLE.decode())
    for _ in range(250):
        cut = list(pieces)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(cut))
            match chance.randrange(5):
                case 0:
                    cut.pop(at)
                case 1:
                    cut.insert(at, chance.choice(cut))
                case 2:
                    other = chance.randrange(len(cut))
                    cut[at], cut[other] = cut[other], cut[at]
                case 3:
                    cut[at] = re.sub(
                        r'"[^"]*"', lambda _: chance.choice(['""', '"a"', '"j"', '"-1"', '"é"']), cut[at], count=1
                    )
                case _:
                    cut[at] = re.sub(
                        r"bpmn:\w+", "bpmn:" + chance.choice(["userTask", "subProcess", "endEvent"]), cut[at]
                    )
        content = "".join(cut).encode()
        assert not find(check(Bundle("P", {"sop.bpmn": content, "forms/umum/f.json": FORM})), "check-failed")


TAGS = [
    "process",
    "userTask",
    "subProcess",
    "boundaryEvent",
    "sequenceFlow",
    "exclusiveGateway",
    "parallelGateway",
    "endEvent",
]
TAGS += ["startEvent", "laneSet", "lane", "callActivity", "serviceTask", "scriptTask", "adHocSubProcess", "transaction"]
NAMES = st.sampled_from(["a", "b", "c", "", "P", "é", "a b", "__x__"])
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        ["id", "name", "sourceRef", "targetRef", "attachedToRef", "default", "calledElement", "isExecutable"]
    ),
    NAMES,
    max_size=5,
)
TREES = st.recursive(
    st.builds(lambda tag, attributes: (tag, attributes, ()), st.sampled_from(TAGS), ATTRIBUTES),
    lambda inner: st.builds(
        lambda t, a, c: (t, a, tuple(c)), st.sampled_from(TAGS), ATTRIBUTES, st.lists(inner, max_size=5)
    ),
    max_leaves=20,
)


def written(tree: Any) -> str:
    tag, attributes, children = tree
    text = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<bpmn:{tag}{text}>{''.join(map(written, children))}</bpmn:{tag}>"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TREES, max_size=4))
def test_random_trees_give_findings(trees: list[object]) -> None:
    content = f"<bpmn:definitions {NAMESPACES}>{''.join(map(written, trees))}</bpmn:definitions>"
    for finding in check(Bundle("P", {"sop.bpmn": content.encode()})):
        assert finding.message
        assert finding.severity in ("error", "warning")
        assert finding.rule != "check-failed"


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["sop.bpmn", "permit.yaml", "pelaksana.yaml", "tarif.dmn", "letter.html", "forms/a.json"]),
        st.binary(max_size=60),
    )
)
def test_random_files_give_findings(files: dict[str, bytes]) -> None:
    assert not find(check(Bundle("P", files)), "check-failed")


def line(*ids: str) -> str:
    """A chain of unnamed steps, small enough for thousands."""
    steps = "".join(f'<bpmn:manualTask id="{name}"/>' for name in ids)
    return steps + "".join(arrow(left, right) for left, right in zip(ids, ids[1:], strict=False))


def arrow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'


def nest(depth: int) -> str:
    inner = user("z")
    for level in range(depth):
        inner = sub(f"n{level}", inner)
    return inner


LARGE = {
    "a line": lambda: bundle(
        start(), line(*(f"a{n}" for n in range(4_000))), end(), arrow("s", "a0"), arrow("a3999", "e")
    ),
    "loose steps": lambda: bundle(start(), *(line(f"a{n}") for n in range(3_000)), end(), chain("s", "e")),
    "a nest": lambda: bundle(start(), nest(50), end(), chain("s", "n49", "e")),
    "joins within joins": lambda: bundle(
        start(),
        end(),
        chain("s", "g0"),
        *(
            parallel(f"g{n}")
            + parallel(f"j{n}")
            + line(f"a{n}")
            + arrow(f"g{n}", f"g{n + 1}")
            + arrow(f"g{n}", f"a{n}")
            + arrow(f"a{n}", f"j{n}")
            + arrow(f"j{n + 1}", f"j{n}")
            for n in range(400)
        ),
    ),  # fmt: skip
    "clocks on one step": lambda: bundle(
        start(),
        user("a"),
        end(),
        chain("s", "a", "e"),
        *(boundary(f"b{n}", "a", timer("hari_kerja(1)"), interrupting=False) + arrow(f"b{n}", "e") for n in range(500)),
    ),  # fmt: skip
    "a chain of calls": lambda: Bundle(
        "P",
        {
            f"shared/P{n}.bpmn": diagram(start(), call("a", f"P{n + 1}"), end(), chain("s", "a", "e"), identity=f"P{n}")
            for n in range(400)
        },
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_diagrams_are_judged_in_reasonable_time(name: str) -> None:
    subject = LARGE[name]()
    begun = time.perf_counter()
    findings = check(subject)
    assert time.perf_counter() - begun < 20  # a second or so on a quiet machine
    assert findings
    assert not find(findings, "check-failed")


def test_calls_within_calls_have_a_bound() -> None:
    assert find(check(LARGE["a chain of calls"]()), "call-too-deep")
