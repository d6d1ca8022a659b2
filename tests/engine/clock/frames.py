"""UJI with more clocks on its frame than the one it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.bundle import Bundle
from tests.engine.core.conftest import bundle
from tests.engine.stepping import diagrams as d


class Clock(NamedTuple):
    """A timer on the SOP's call after so many working days, and the service task behind it with its parameters."""

    name: str
    days: str
    operator: str
    params: Mapping[str, str]


def with_clocks(*clocks: Clock) -> Bundle:
    """UJI with these clocks, drawn in this order."""
    base = bundle()
    frame = base.files["kerangka.bpmn"].decode()
    drawn = "".join(
        d.timer(f"t_{clock.name}", "sop", f"hari_kerja({clock.days})")
        + _service(f"s_{clock.name}", clock)
        + d.end(f"e_{clock.name}")
        + _flow(f"t_{clock.name}", f"s_{clock.name}")
        + _flow(f"s_{clock.name}", f"e_{clock.name}")
        for clock in clocks
    )
    nodes = [f"{kind}_{clock.name}" for clock in clocks for kind in ("t", "s", "e")]
    lane = "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes)
    frame = frame.replace("</bpmn:lane>", f"{lane}</bpmn:lane>", 1)
    frame = frame.replace("</bpmn:process>", f"{drawn}</bpmn:process>")
    return Bundle("UJI", {**base.files, "kerangka.bpmn": frame.encode()})


def _service(ident: str, clock: Clock) -> str:
    params = "".join(
        f'<spiffworkflow:parameter id="{name}" type="str" value="\'{value}\'"/>' for name, value in clock.params.items()
    )
    return (
        f'<bpmn:serviceTask id="{ident}" name="{ident}"><bpmn:extensionElements>'
        f'<spiffworkflow:serviceTaskOperator id="{clock.operator}"><spiffworkflow:parameters>{params}'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></bpmn:extensionElements></bpmn:serviceTask>"
    )


def _flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="F_{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
