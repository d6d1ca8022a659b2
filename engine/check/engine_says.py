"""What SpiffWorkflow's own parser says, as the last word."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from engine.bundle import SOP
from engine.check.context import Context
from engine.check.finding import Finding
from engine.xml_safe import XmlRefused, parse


def unreadable(context: Context) -> Iterator[Finding]:
    """A diagram of the bundle that is not safe XML, or no BPMN."""
    assert context.diagrams is not None  # reads them all, which fills `refused`
    for file, refused in context.refused.items():
        message = f"Berkas tidak dapat dibaca: {refused.reason}. Simpan ulang diagramnya dari editor."
        yield Finding(file, None, refused.code, "error", message)


def parser_accepts(context: Context, judged: frozenset[str]) -> Iterator[Finding]:
    """The engine's parser on every process of a file without such errors (`judged`: files that have some).

    Rules before this one say the same in plainer words and with the element; so a file they refused is left out.
    """
    parser = SpiffBpmnParser()
    suffixes = (".bpmn", ".dmn") if any(e.kind == "businessRuleTask" for _, _, e in context.elements()) else (".bpmn",)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for file in sorted(context.bundle.files):
            if file.endswith(suffixes):
                try:
                    root = parse(context.bundle.files[file])
                    if file.endswith(".dmn"):
                        parser.add_dmn_xml(root, file)
                    else:
                        parser.add_bpmn_xml(root, file)
                except XmlRefused:
                    continue  # said by `unreadable`
                except Exception as error:  # a parser of foreign files may fail in any way; all of them are findings
                    if file not in judged:
                        yield _said(file, error)
        for process in parser.get_process_ids():
            file = next((name for name, drawn in context.processes if drawn.id == process), SOP)
            try:
                parser.get_spec(process)
            except Exception as error:
                if file not in judged:
                    yield _said(file, error)


def _said(file: str, error: Exception) -> Finding:
    element = error.id or None if isinstance(error, ValidationException) else None
    text = " ".join(str(error).split())[:300] or type(error).__name__
    if isinstance(error, RecursionError):
        text = "alurnya terlalu panjang untuk satu diagram; pecah menjadi tahap (call activity)"
    return Finding(file, element, "engine-refuses", "error", f"Mesin proses menolak diagram ini: {text}.")
