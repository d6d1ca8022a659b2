"""A process version, parsed once and shared by all its cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimeDateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.task_spec import ServiceTaskParser

from .specs import ClockTimer, OfficeServiceTask


class OfficeParser(SpiffBpmnParser):  # type: ignore[misc]
    """SpiffWorkflow's parser with service tasks that can wait."""

    OVERRIDE_PARSER_CLASSES = {
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("serviceTask"): (ServiceTaskParser, OfficeServiceTask),
    }


@dataclass(frozen=True)
class Blueprint:
    """spec: the frame's specification. subprocess_specs: by process id. reads: the names kept in workflow data."""

    spec: Any
    subprocess_specs: Mapping[str, Any]
    reads: frozenset[str]

    def spec_of(self, process: str) -> Any:
        """The specification of a process id: the frame or anything it calls."""
        return self.spec if process == self.spec.name else self.subprocess_specs[process]


def parse_blueprint(
    diagrams: Mapping[str, bytes], top: str, reads: frozenset[str], tables: Mapping[str, bytes] | None = None
) -> Blueprint:
    """Parse diagrams (name -> BPMN XML, already checked and safe) with `top` as the process that is started.

    tables: name -> DMN XML of the decision tables that rule tasks may use.

    Raises what SpiffWorkflow's parser raises; the check turns that into findings before anything is activated.
    """
    parser = OfficeParser(validator=None)
    safe = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for name in sorted(diagrams):
        parser.add_bpmn_xml(etree.fromstring(diagrams[name], safe), filename=name)
    for name, content in sorted((tables or {}).items()):
        parser.add_dmn_xml(etree.fromstring(content, safe), filename=name)
    spec = parser.get_spec(top)
    subprocess_specs = parser.get_subprocess_specs(top)
    for each in (spec, *subprocess_specs.values()):
        for task_spec in each.task_specs.values():
            _use_clock(task_spec)
            if isinstance(task_spec, LoopTask):
                _connect_instances(each, task_spec)
    return Blueprint(spec, subprocess_specs, reads)


def _use_clock(task_spec: Any) -> None:
    event = getattr(task_spec, "event_definition", None)
    if isinstance(event, TimeDateEventDefinition):
        task_spec.event_definition = _clock_timer(event)
    several = getattr(event, "event_definitions", None)
    if several is not None:  # an event-based gateway holds the events of its branches
        several[:] = [_clock_timer(e) if isinstance(e, TimeDateEventDefinition) else e for e in several]


def _clock_timer(event: Any) -> ClockTimer:
    return ClockTimer(event.name, event.expression, description=event.description)


def _connect_instances(spec: Any, loop: Any) -> None:
    """SpiffWorkflow connects an instance's end to its loop when it creates the instance: in another process, or after a
    restart, nobody has, and the loop would never learn that its instances are done."""
    instance = spec.task_specs[loop.task_spec]
    if not instance.completed_event.is_connected(loop.merge_child):
        instance.completed_event.connect(loop.merge_child)
