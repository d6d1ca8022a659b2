"""What is read from a diagram's XML."""

from __future__ import annotations

import pytest

from engine.model import after, before, boundary_events, expressions_of, read_diagram
from engine.xml_safe import XmlRefused

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="d">'
)
BODY = """
<bpmn:error id="E1" name="ditolak" errorCode="ditolak"/><bpmn:message id="M1" name="ditarik"/>
<bpmn:collaboration id="K"><bpmn:participant id="Pool" name="HO: 7 hari kerja" processRef="HO"/></bpmn:collaboration>
<bpmn:process id="HO" name="Izin Gangguan" isExecutable="true">
  <bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property name="waktu" value="7"/>
  </spiffworkflow:properties></bpmn:extensionElements>
  <bpmn:laneSet id="LS">
    <bpmn:lane id="L0" name="Pemohon"><bpmn:flowNodeRef>lengkapi</bpmn:flowNodeRef></bpmn:lane>
    <bpmn:lane id="L1" name="Bidang"><bpmn:flowNodeRef>mulai</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>periksa</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>isi</bpmn:flowNodeRef></bpmn:lane>
  </bpmn:laneSet>
  <bpmn:startEvent id="mulai" name="Resi diberikan"/>
  <bpmn:userTask id="periksa" name="Periksa berkas"><bpmn:extensionElements>
      <spiffworkflow:properties><spiffworkflow:property name="form" value="umum/periksa"/></spiffworkflow:properties>
      <spiffworkflow:postScript>a = 1</spiffworkflow:postScript></bpmn:extensionElements>
    <bpmn:multiInstanceLoopCharacteristics isSequential="false">
      <bpmn:loopDataInputRef>instansi</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>tanggapan</bpmn:loopDataOutputRef>
      <bpmn:inputDataItem id="instansi_ini" name="x"/><bpmn:outputDataItem id="tanggapan_ini" name="y"/>
    </bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>
  <bpmn:boundaryEvent id="batas" name="2 hari kerja" attachedToRef="periksa" cancelActivity="false">
    <bpmn:timerEventDefinition id="T"><bpmn:timeDate>hari_kerja(2)</bpmn:timeDate></bpmn:timerEventDefinition>
  </bpmn:boundaryEvent>
  <bpmn:serviceTask id="ingat" name="Ingatkan bidang"><bpmn:extensionElements>
    <spiffworkflow:serviceTaskOperator id="notifikasi/ingatkan" resultVariable="hasil"><spiffworkflow:parameters>
      <spiffworkflow:parameter id="kepada" type="str" value="'bidang'"/></spiffworkflow:parameters>
    </spiffworkflow:serviceTaskOperator></bpmn:extensionElements></bpmn:serviceTask>
  <bpmn:exclusiveGateway id="sah" name="Berkas sah?" default="f3"/>
  <bpmn:userTask id="lengkapi" name="Lengkapi berkas"/>
  <bpmn:subProcess id="isi" name="Isi"><bpmn:startEvent id="s1"/><bpmn:scriptTask id="s2" name="Kosongkan daftar">
    <bpmn:script>tanggapan = []</bpmn:script></bpmn:scriptTask><bpmn:endEvent id="s3"/>
    <bpmn:sequenceFlow id="g1" sourceRef="s1" targetRef="s2"/><bpmn:sequenceFlow id="g2" sourceRef="s2" targetRef="s3"/>
  </bpmn:subProcess>
  <bpmn:callActivity id="panggil" name="Bahas berkas" calledElement="pembahasan"/>
  <bpmn:boundaryEvent id="tarik" attachedToRef="panggil">
    <bpmn:messageEventDefinition messageRef="M1"/></bpmn:boundaryEvent>
  <bpmn:endEvent id="tolak" name="Ditolak"><bpmn:errorEventDefinition errorRef="E1"/></bpmn:endEvent>
  <bpmn:sequenceFlow id="f1" sourceRef="mulai" targetRef="periksa"/>
  <bpmn:sequenceFlow id="f2" sourceRef="periksa" targetRef="sah"/>
  <bpmn:sequenceFlow id="f3" name="ya" sourceRef="sah" targetRef="isi"/>
  <bpmn:sequenceFlow id="f4" name="tidak" sourceRef="sah" targetRef="lengkapi">
    <bpmn:conditionExpression>sah == 'tidak'</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="f5" sourceRef="lengkapi" targetRef="periksa"/>
</bpmn:process>
<bpmndi:BPMNDiagram id="D"><bpmndi:BPMNPlane id="P" bpmnElement="K">
  <bpmndi:BPMNShape id="p_di" bpmnElement="periksa">
    <dc:Bounds x="10" y="20" width="110" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="q_di" bpmnElement="lengkapi"><dc:Bounds x="nan" y="b" width="1" height="1"/></bpmndi:BPMNShape>
  <bpmndi:BPMNEdge id="f1_di" bpmnElement="f1"><di:waypoint x="1" y="2"/><di:waypoint x="3" y="4"/></bpmndi:BPMNEdge>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>
"""
DIAGRAM = read_diagram((HEAD + BODY).encode(), "sop.bpmn")


def test_process_lanes_and_properties() -> None:
    process = DIAGRAM.process
    assert process is not None
    assert (process.id, process.name, process.executable) == ("HO", "Izin Gangguan", True)
    assert process.properties == {"waktu": "7"}
    assert [(lane.name, lane.members) for lane in process.lanes] == [
        ("Pemohon", ("lengkapi",)),
        ("Bidang", ("mulai", "periksa", "isi")),
    ]
    assert DIAGRAM.pool == "HO: 7 hari kerja"
    assert process.elements["s2"].lane == "Bidang"  # a sub-process lends its lane
    assert process.elements["s2"].parent == "isi"
    assert process.elements["sah"].lane is None


def test_elements() -> None:
    element = DIAGRAM.element
    periksa, batas, ingat = element("periksa"), element("batas"), element("ingat")
    assert periksa and batas and ingat
    assert periksa.properties["form"] == "umum/periksa"
    assert periksa.post_script == "a = 1"
    multi = periksa.multi_instance
    assert multi is not None
    assert (multi.parallel, multi.collection, multi.item, multi.output, multi.output_item) == (
        True,
        "instansi",
        "instansi_ini",
        "tanggapan",
        "tanggapan_ini",
    )
    assert (batas.attached_to, batas.interrupting, batas.event) == ("periksa", False, "timer")
    assert batas.timer is not None
    assert (batas.timer.kind, batas.timer.text) == ("date", "hari_kerja(2)")
    assert ingat.operator is not None
    assert (ingat.operator.id, dict(ingat.operator.params), ingat.operator.result) == (
        "notifikasi/ingatkan",
        {"kepada": "'bidang'"},
        "hasil",
    )
    tolak, tarik, panggil, sah = element("tolak"), element("tarik"), element("panggil"), element("sah")
    assert tolak and tarik and panggil and sah
    assert (tolak.event, tolak.event_ref) == ("error", "ditolak")
    assert (tarik.event, tarik.event_ref, tarik.interrupting) == ("message", "ditarik", True)
    assert panggil.called_element == "pembahasan"
    assert sah.default == "f3"
    assert element("tidak_ada") is None


def test_neighbours() -> None:
    process = DIAGRAM.process
    assert process is not None
    assert after(process, "sah") == ("isi", "lengkapi")
    assert before(process, "periksa") == ("mulai", "lengkapi")
    assert [event.id for event in boundary_events(process, "periksa")] == ["batas"]
    assert process.flows["f4"].condition == "sah == 'tidak'"
    assert process.flows["g1"].parent == "isi"


def test_every_text_of_the_language_is_found() -> None:
    assert set(expressions_of(DIAGRAM)) == {
        ("periksa", "a = 1", "postScript"),
        ("periksa", "instansi", "collection"),
        ("batas", "hari_kerja(2)", "timer"),
        ("ingat", "'bidang'", "parameter"),
        ("s2", "tanggapan = []", "script"),
        ("f4", "sah == 'tidak'", "gateway"),
    }


def test_drawing_keeps_only_real_numbers() -> None:
    assert DIAGRAM.has_layout
    assert set(DIAGRAM.shapes) == {"periksa"}
    assert DIAGRAM.shapes["periksa"].width == 110
    assert DIAGRAM.edges["f1"] == ((1.0, 2.0), (3.0, 4.0))


def test_mistakes_are_read_as_they_stand() -> None:
    body = (
        '<bpmn:process id="P"><bpmn:userTask id="a"/><bpmn:userTask id="a"/><bpmn:userTask/>'
        '<bpmn:sequenceFlow sourceRef="a" targetRef="hilang"/></bpmn:process></bpmn:definitions>'
    )
    diagram = read_diagram((HEAD + body).encode(), "x.bpmn")
    assert diagram.repeated_ids == ("a",)
    assert diagram.without_id == ("userTask", "sequenceFlow")
    assert not diagram.has_layout
    process = diagram.process
    assert process is not None
    assert after(process, "a") == ("hilang",)


@pytest.mark.parametrize("content", [b"<a/>", b"<definitions/>"])
def test_other_xml_is_not_a_diagram(content: bytes) -> None:
    with pytest.raises(XmlRefused) as caught:
        read_diagram(content, "x")
    assert caught.value.code == "not-bpmn"


def test_a_file_without_process_has_none() -> None:
    assert read_diagram((HEAD + "</bpmn:definitions>").encode(), "x").process is None
