"""Small diagrams, readable in a test: `diagram(start("s"), user("a"), end("e"), chain("s", "a", "e"))`.

Names follow the office's manner by default, so that a diagram has only the mistakes a test draws into it.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from engine.bundle import Bundle
from engine.check import Finding, check

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)


def node(kind: str, identity: str, inner: str = "", name: str | None = None, **attributes: str) -> str:
    label = "" if name == "" else f" name={quoteattr(name or f'Kerjakan {identity}')}"
    extra = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f'<bpmn:{kind} id="{identity}"{label}{extra}>{inner}</bpmn:{kind}>'


def extension(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def properties(**values: str) -> str:
    items = "".join(f'<spiffworkflow:property name="{k}" value={quoteattr(v)}/>' for k, v in values.items())
    return f"<spiffworkflow:properties>{items}</spiffworkflow:properties>"


def start(identity: str = "s", inner: str = "", **attributes: str) -> str:
    return node("startEvent", identity, inner, **attributes)


def end(identity: str = "e", inner: str = "", **attributes: str) -> str:
    return node("endEvent", identity, inner, **attributes)


def user(identity: str, inner: str = "", pre: str = "", post: str = "", **attributes: str) -> str:
    values = {"kelengkapan": "berkas", "output": "hasil", "waktu": "0.5", "form": "umum/f"}
    scripts = f"<spiffworkflow:preScript>{escape(pre)}</spiffworkflow:preScript>" if pre else ""
    scripts += f"<spiffworkflow:postScript>{escape(post)}</spiffworkflow:postScript>" if post else ""
    return node("userTask", identity, extension(properties(**values) + scripts) + inner, **attributes)


def manual(identity: str, inner: str = "", **attributes: str) -> str:
    return node("manualTask", identity, inner, **attributes)


def service(identity: str, operator: str | None = "notifikasi/ingatkan", result: str = "", **params: str) -> str:
    if operator is None:
        return node("serviceTask", identity)
    inner = "".join(f'<spiffworkflow:parameter id="{k}" type="str" value={quoteattr(v)}/>' for k, v in params.items())
    into = f' resultVariable="{result}"' if result else ""
    return node(
        "serviceTask",
        identity,
        extension(
            f'<spiffworkflow:serviceTaskOperator id="{operator}"{into}><spiffworkflow:parameters>{inner}'
            "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
        ),
    )


def script(identity: str, text: str) -> str:
    return node("scriptTask", identity, f"<bpmn:script>{escape(text)}</bpmn:script>")


def call(identity: str, called: str, inner: str = "") -> str:
    return node("callActivity", identity, inner, calledElement=called)


def sub(identity: str, *parts: str, kind: str = "subProcess", **attributes: str) -> str:
    return node(kind, identity, "".join(parts), **attributes)


def xor(identity: str, default: str | None = None, kind: str = "exclusiveGateway") -> str:
    return node(kind, identity, name="Sudah benar?", **({"default": default} if default else {}))


def inclusive(identity: str, default: str | None = None) -> str:
    return xor(identity, default, "inclusiveGateway")


def parallel(identity: str) -> str:
    return node("parallelGateway", identity, name="")


def event_gateway(identity: str) -> str:
    return node("eventBasedGateway", identity, name="Mana yang lebih dulu?")


def catch(identity: str, definition: str) -> str:
    return node("intermediateCatchEvent", identity, definition)


def throw(identity: str, definition: str) -> str:
    return node("intermediateThrowEvent", identity, definition)


def boundary(identity: str, attached: str, definition: str, interrupting: bool = True) -> str:
    cancel = "true" if interrupting else "false"
    return node("boundaryEvent", identity, definition, attachedToRef=attached, cancelActivity=cancel)


def timer(text: str, kind: str = "timeDate") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def message(ref: str = "M_pesan") -> str:
    return f'<bpmn:messageEventDefinition messageRef="{ref}"/>'


def signal(ref: str = "S_tanda") -> str:
    return f'<bpmn:signalEventDefinition signalRef="{ref}"/>'


def error(ref: str = "E_ditolak") -> str:
    return f'<bpmn:errorEventDefinition errorRef="{ref}"/>'


def escalation(ref: str = "X_naik") -> str:
    return f'<bpmn:escalationEventDefinition escalationRef="{ref}"/>'


def condition(text: str) -> str:
    return (
        "<bpmn:conditionalEventDefinition><bpmn:condition>"
        f"{escape(text)}</bpmn:condition></bpmn:conditionalEventDefinition>"
    )


def terminate() -> str:
    return "<bpmn:terminateEventDefinition/>"


def multi(collection: str = "instansi", output: str | None = "tanggapan", sequential: bool = False) -> str:
    out = f"<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>" if output else ""
    item = f'<bpmn:outputDataItem id="{output}_ini" name="{output}_ini"/>' if output else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>{out}"
        f'<bpmn:inputDataItem id="instansi_ini" name="instansi_ini"/>{item}</bpmn:multiInstanceLoopCharacteristics>'
    )


def loop(condition: str, maximum: str = "3") -> str:
    return (
        f'<bpmn:standardLoopCharacteristics loopMaximum="{maximum}"><bpmn:loopCondition>{escape(condition)}'
        "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )


def flow(source: str, target: str, condition: str | None = None, identity: str | None = None, name: str = "ya") -> str:
    inner = ""
    if condition is not None:
        inner = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
    return node(
        "sequenceFlow", identity or f"F_{source}_{target}", inner, name=name, sourceRef=source, targetRef=target
    )


def chain(*ids: str) -> str:
    return "".join(flow(left, right) for left, right in zip(ids, ids[1:], strict=False))


def process(identity: str, *parts: str, executable: bool = True) -> str:
    return f'<bpmn:process id="{identity}" isExecutable="{str(executable).lower()}">{"".join(parts)}</bpmn:process>'


def lanes(**members: Iterable[str]) -> str:
    inner = "".join(
        f'<bpmn:lane id="L_{name}" name="{name}">{"".join(f"<bpmn:flowNodeRef>{m}</bpmn:flowNodeRef>" for m in ids)}'
        "</bpmn:lane>"
        for name, ids in members.items()
    )
    return f'<bpmn:laneSet id="LS">{inner}</bpmn:laneSet>'


def definitions(*processes: str, drawing: str = "") -> bytes:
    roots = (
        '<bpmn:error id="E_ditolak" name="ditolak" errorCode="ditolak"/><bpmn:message id="M_pesan" name="pesan"/>'
        '<bpmn:signal id="S_tanda" name="tanda"/><bpmn:escalation id="X_naik" name="naik" escalationCode="naik"/>'
    )
    text = (
        f'<bpmn:definitions {NAMESPACES} id="d" targetNamespace="d">{roots}{"".join(processes)}{drawing}'
        "</bpmn:definitions>"
    )
    return text.encode()


def diagram(*parts: str, identity: str = "P") -> bytes:
    return definitions(process(identity, *parts))


FORM = b"""{"type": "default", "id": "f", "components": [
  {"type": "radio", "id": "a", "key": "benar", "label": "Benar?", "values": [{"value": "ya", "label": "Ya"}]},
  {"type": "number", "id": "b", "key": "luas", "label": "Luas"}]}"""


def bundle(*parts: str, **files: bytes) -> Bundle:
    """A bundle of one process P; other files by name with `__` for `/` and the suffix left out for .bpmn."""
    named = {f"shared/{name}.bpmn": content for name, content in files.items()}
    return Bundle("P", {"sop.bpmn": diagram(*parts), "forms/umum/f.json": FORM, **named})


def errors(subject: Bundle, operators: frozenset[str] | None = None) -> set[tuple[str | None, str]]:
    """(element, rule) of every error."""
    return {(f.element, f.rule) for f in check(subject, operators) if f.severity == "error"}


def warnings_of(subject: Bundle) -> set[tuple[str | None, str]]:
    return {(f.element, f.rule) for f in check(subject) if f.severity == "warning"}


def find(findings: list[Finding], rule: str) -> list[Finding]:
    return [finding for finding in findings if finding.rule == rule]
