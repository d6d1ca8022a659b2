"""What every rule looks at: a bundle, read with patience."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from engine.bundle import Bundle
from engine.check.finding import Finding, Severity
from engine.check.scope import Scope, scopes_of
from engine.forms import Form, FormError, compile_form
from engine.model import Diagram, Element, Process, read_diagram
from engine.xml_safe import XmlRefused


@dataclass(frozen=True)
class Context:
    """`operators`: names a service task may call (None: not judged)."""

    bundle: Bundle
    operators: frozenset[str] | None = None
    refused: dict[str, XmlRefused] = field(default_factory=dict)

    @cached_property
    def diagrams(self) -> Mapping[str, Diagram]:
        """The diagrams that can be read; what cannot is kept in `refused`."""
        found: dict[str, Diagram] = {}
        for name in sorted(self.bundle.files):
            if name.endswith(".bpmn"):
                try:
                    found[name] = read_diagram(self.bundle.files[name], name)
                except XmlRefused as error:
                    self.refused[name] = error
        return found

    @cached_property
    def processes(self) -> tuple[tuple[str, Process], ...]:
        return tuple((file, process) for file, diagram in self.diagrams.items() for process in diagram.processes)

    @cached_property
    def process_by_id(self) -> Mapping[str, tuple[str, Process]]:
        found: dict[str, tuple[str, Process]] = {}
        for file, process in self.processes:
            found.setdefault(process.id, (file, process))
        return found

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        return tuple(scope for file, process in self.processes for scope in scopes_of(file, process))

    @cached_property
    def forms(self) -> Mapping[str, Form | FormError]:
        """Form key -> the compiled form, or why it cannot be used."""
        found: dict[str, Form | FormError] = {}
        for name in sorted(self.bundle.files):
            if name.startswith("forms/") and name.endswith(".json"):
                key = name.removeprefix("forms/").removesuffix(".json")
                try:
                    found[key] = compile_form(self.bundle.files[name], key)
                except FormError as error:
                    found[key] = error
                except Exception as error:  # whatever a broken file does to the compiler, the form cannot be used
                    found[key] = FormError(f"tidak terbaca ({type(error).__name__})", form=key)
        return found

    @property
    def complete(self) -> bool:
        """A permit type of its own (it has permit.yaml), not a diagram that lies alone."""
        return "permit.yaml" in self.bundle.files

    @property
    def once_complete(self) -> Severity:
        """How serious it is that something is missing which only a permit type of its own must have."""
        return "error" if self.complete else "warning"

    def elements(self) -> Iterator[tuple[str, Process, Element]]:
        for file, process in self.processes:
            for element in process.elements.values():
                yield file, process, element

    def form_key(self, element: Element) -> str | None:
        """The key of the form an element names, `{KODE}` replaced."""
        key = element.properties.get("form")
        return key.replace("{KODE}", self.bundle.code) if key else None


Rule: TypeAlias = Callable[[Context], Iterator[Finding]]


def called(element: Element) -> str:
    """How a message names an element: its label, else its id."""
    return f'"{" ".join(element.name.split())}"' if element.name else f"`{element.id}`"
