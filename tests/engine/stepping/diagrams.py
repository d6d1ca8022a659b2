"""Small diagrams for the engine's tests, written as text: one line a node, one a flow."""

from __future__ import annotations

NS = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)


def user(name: str, body: str = "") -> str:
    return f'<bpmn:userTask id="{name}" name="{name}">{body}</bpmn:userTask>'


def service(name: str, operator: str) -> str:
    return (
        f'<bpmn:serviceTask id="{name}" name="{name}"><bpmn:extensionElements>'
        f'<spiffworkflow:serviceTaskOperator id="{operator}"/></bpmn:extensionElements></bpmn:serviceTask>'
    )


def start(name: str = "mulai") -> str:
    return f'<bpmn:startEvent id="{name}"/>'


def end(name: str, body: str = "") -> str:
    return f'<bpmn:endEvent id="{name}">{body}</bpmn:endEvent>'


def call(name: str, process: str) -> str:
    return f'<bpmn:callActivity id="{name}" calledElement="{process}"/>'


def choice(name: str, default: str) -> str:
    return f'<bpmn:exclusiveGateway id="{name}" default="{default}"/>'


def timer(name: str, host: str, expression: str, interrupting: bool = False) -> str:
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">'
        f'<bpmn:timerEventDefinition><bpmn:timeDate xsi:type="bpmn:tFormalExpression">{expression}</bpmn:timeDate>'
        "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )


def message(name: str, host: str, reference: str) -> str:
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="true">'
        f'<bpmn:messageEventDefinition messageRef="{reference}"/></bpmn:boundaryEvent>'
    )


def error(name: str, host: str, reference: str) -> str:
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="true">'
        f'<bpmn:errorEventDefinition errorRef="{reference}"/></bpmn:boundaryEvent>'
    )


def each(collection: str, item: str, output: str, output_item: str) -> str:
    """A parallel multi-instance over a collection."""
    return (
        f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>"
        f"<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>"
        f'<bpmn:inputDataItem id="{item}" name="{item}"/><bpmn:outputDataItem id="{output_item}" name="{output_item}"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def process(ident: str, nodes: list[str], flows: list[str], roots: str = "") -> bytes:
    """flows: "a>b" or "a>b: condition"."""
    lines = []
    for flow in flows:
        path, _, condition = flow.partition(": ")
        source, target = path.split(">")
        inner = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
            if condition
            else ""
        )
        lines.append(
            f'<bpmn:sequenceFlow id="F_{source}_{target}" sourceRef="{source}" targetRef="{target}">'
            f"{inner}</bpmn:sequenceFlow>"
        )
    return (
        f'<bpmn:definitions {NS} id="D_{ident}" targetNamespace="test">{roots}'
        f'<bpmn:process id="{ident}" isExecutable="true">'
        + "".join(nodes)
        + "".join(lines)
        + "</bpmn:process></bpmn:definitions>"
    ).encode()


ROOTS = '<bpmn:error id="E_ditolak" name="ditolak" errorCode="ditolak"/><bpmn:message id="M_ditarik" name="ditarik"/>'

FRAME = process(
    "kerangka",
    [
        start(),
        user("daftar"),
        call("sop", "UJI"),
        timer("ingat", "sop", "hari_kerja(2)"),
        service("s_ingat", "uji/ingatkan"),
        end("diingatkan"),
        message("ditarik", "sop", "M_ditarik"),
        end("tutup"),
        error("ditolak", "sop", "E_ditolak"),
        user("surat_penolakan"),
        end("selesai_ditolak"),
        user("serahkan"),
        end("selesai"),
    ],
    [
        "mulai>daftar",
        "daftar>sop",
        "sop>serahkan",
        "serahkan>selesai",
        "ingat>s_ingat",
        "s_ingat>diingatkan",
        "ditarik>tutup",
        "ditolak>surat_penolakan",
        "surat_penolakan>selesai_ditolak",
    ],
    ROOTS,
)

SOP = process(
    "UJI",
    [
        start("m"),
        user("periksa"),
        choice("g_sah", "F_g_sah_fase"),
        user("lengkapi"),
        call("fase", "tanda"),
        choice("g_hasil", "F_g_hasil_surat"),
        end("tolak", '<bpmn:errorEventDefinition errorRef="E_ditolak"/>'),
        service("surat", "uji/surat"),
        end("terbit"),
    ],
    [
        "m>periksa",
        "periksa>g_sah",
        "g_sah>lengkapi: berkas_sah == 'tidak'",
        "lengkapi>periksa",
        "g_sah>fase",
        "fase>g_hasil",
        "g_hasil>tolak: hasil == 'ditolak'",
        "g_hasil>surat",
        "surat>terbit",
    ],
    ROOTS,
)

PHASE = process(
    "tanda",
    [
        start("p"),
        user("teken", each("instansi", "instansi_ini", "tanggapan", "tanggapan_ini")),
        user("verifikasi"),
        end("q"),
    ],
    ["p>teken", "teken>verifikasi", "verifikasi>q"],
)

DIAGRAMS = {"kerangka.bpmn": FRAME, "sop.bpmn": SOP, "shared/tanda.bpmn": PHASE}
READS = frozenset({"berkas_sah", "hasil", "instansi", "tanggapan_ini", "tanggapan"})
