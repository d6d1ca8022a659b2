"""What a diagram names exists."""

from __future__ import annotations

from engine.bundle import Bundle
from engine.check import check
from tests.engine.check.builder import (
    FORM,
    boundary,
    bundle,
    call,
    chain,
    definitions,
    diagram,
    end,
    error,
    errors,
    extension,
    find,
    lanes,
    node,
    process,
    properties,
    service,
    start,
    sub,
    user,
    warnings_of,
)

LINE = chain("s", "a", "e")
PERMIT = b"kode: P\nnama: Izin\nbidang: tertentu\nfamily: teknis\nwaktu: {hari_kerja: 7}\n"
TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t" namespace="t">
<decision id="tarif" name="tarif"><decisionTable id="dt"><input id="i"><inputExpression id="ie"><text>luas</text>
</inputExpression></input><output id="o" name="biaya"/><rule id="r"><inputEntry id="c"><text>&gt; 10</text></inputEntry>
<outputEntry id="u"><text>luas * 2</text></outputEntry></rule></decisionTable></decision></definitions>"""


def with_files(*parts: str, **files: bytes) -> Bundle:
    base = bundle(*parts)
    return Bundle("P", {**base.files, **files})


def test_a_called_process_exists() -> None:
    assert errors(bundle(start(), call("a", "tidak_ada"), end(), LINE)) == {("a", "call-missing")}
    phase = diagram(start(), user("b"), user("c"), end(), chain("s", "b", "c", "e"), identity="C")
    assert errors(bundle(start(), call("a", "C"), end(), LINE, C=phase)) == set()


def test_calls_that_come_back_to_themselves() -> None:
    phase = diagram(start(), call("b", "P"), end(), chain("s", "b", "e"), identity="C")
    assert {("a", "endless-call"), ("b", "endless-call")} <= errors(
        bundle(start(), call("a", "C"), end(), LINE, C=phase)
    )


def test_a_form_exists_and_can_be_used() -> None:
    line = (start(), user("a"), end(), LINE)
    assert errors(bundle(*line)) == set()
    assert errors(Bundle("P", {"sop.bpmn": diagram(*line)})) == {("a", "form-missing")}
    broken = Bundle("P", {"sop.bpmn": diagram(*line), "forms/umum/f.json": b"{"})
    assert [f.file for f in find(check(broken), "form-broken")] == ["forms/umum/f.json"]
    outside = node("userTask", "a", extension(properties(form="../rahasia")))
    assert errors(bundle(start(), outside, end(), LINE)) == {("a", "form-missing")}


def test_a_task_without_form_is_an_error_once_the_type_is_whole() -> None:
    line = (start(), node("userTask", "a"), end(), LINE)
    assert ("a", "no-form") in warnings_of(bundle(*line))
    assert ("a", "no-form") in errors(with_files(*line, **{"permit.yaml": PERMIT}))


def test_an_answer_that_returns_the_case_is_one_of_the_forms() -> None:
    def task(answer: str) -> Bundle:
        return bundle(
            start(), node("userTask", "a", extension(properties(form="umum/f", kembalikan=answer))), end(), LINE
        )

    assert errors(task("benar=tidak")) == set()
    assert errors(task("salah=tidak")) == {("a", "return-answer")}
    assert errors(task("benar")) == {("a", "return-answer")}


def test_operators_are_judged_only_when_they_are_known() -> None:
    subject = bundle(start(), service("a", "apa/saja"), end(), LINE)
    assert errors(subject, None) == set()
    assert errors(subject, frozenset({"apa/saja"})) == set()
    assert errors(subject, frozenset()) == {("a", "unknown-operator")}


def test_a_rule_task_has_its_table() -> None:
    def task(table: str) -> str:
        return node(
            "businessRuleTask",
            "a",
            extension(f"<spiffworkflow:calledDecisionId>{table}</spiffworkflow:calledDecisionId>"),
        )

    dmn = {"tarif.dmn": TABLE}
    assert errors(with_files(start(), task("tarif"), end(), LINE, **dmn)) == set()
    assert errors(with_files(start(), task("lain"), end(), LINE, **dmn)) == {("a", "table-missing")}
    broken = with_files(start(), user("a"), end(), LINE, **{"tarif.dmn": TABLE.replace(b"luas * 2", b"luas.real")})
    assert errors(broken) == {(None, "table-broken")}


def test_a_letter_exists_and_can_be_used() -> None:
    def letter(**params: str) -> tuple[str, ...]:
        return (start(), service("a", "dokumen/surat", **params), end(), LINE)

    permit = {"permit.yaml": PERMIT}
    assert errors(with_files(*letter(templat="'tolak.html'"))) == {("a", "letter-missing")}
    assert errors(with_files(*letter(templat="'tolak.html'"), **{"shared/letters/tolak.html": b"<p></p>"})) == set()
    assert errors(with_files(*letter(jenis="'izin'"), **permit)) == {("a", "letter-missing")}
    assert errors(with_files(*letter(jenis="'izin'"), **permit, **{"letter.html": b"<p>{{ nama }}</p>"})) == set()
    broken = with_files(*letter(jenis="'izin'"), **permit, **{"letter.html": b"{% if %}"})
    assert errors(broken) == {(None, "letter-broken")}


def lane_bundle(name: str, members: tuple[str, ...], **files: bytes) -> Bundle:
    drawn = definitions(
        process("P", lanes(**{name: members}), start(), user("a"), user("b"), end(), chain("s", "a", "b", "e"))
    )
    return Bundle("P", {"sop.bpmn": drawn, "forms/umum/f.json": FORM, **files})


def test_who_does_a_task_is_its_lane() -> None:
    assert errors(lane_bundle("Loket", ("s", "a", "b", "e"))) == set()
    assert errors(lane_bundle("Loket", ("s", "a", "e"))) == {("b", "no-lane")}
    assert ("a", "no-lane") in warnings_of(bundle(start(), user("a"), end(), LINE))
    assert ("a", "no-lane") in errors(with_files(start(), user("a"), end(), LINE, **{"permit.yaml": PERMIT}))


def test_the_office_knows_the_lane() -> None:
    known = {"pelaksana.yaml": b"Loket: {peran: loket}\n", "permit.yaml": PERMIT}
    assert errors(lane_bundle("Loket", ("s", "a", "b", "e"), **known)) == set()
    assert errors(lane_bundle("Warung", ("s", "a", "b", "e"), **known)) == {("L_Warung", "unknown-lane")}


def framed(code: str, *inside: str) -> Bundle:
    frame = diagram(
        start("ks"),
        call("sop", "P"),
        boundary("tolak", "sop", error()),
        service("surat"),
        end("ke"),
        end("ke2", name="Ditolak"),
        chain("ks", "sop", "ke"),
        chain("tolak", "surat", "ke2"),
        identity="kerangka",
    )
    other = f'<bpmn:error id="E_lain" name="lain" errorCode="{code}"/></bpmn:definitions>'.encode()
    sop = diagram(start(), *inside).replace(b"</bpmn:definitions>", other)
    return Bundle("P", {"kerangka.bpmn": frame, "sop.bpmn": sop, "forms/umum/f.json": FORM})


def test_an_error_that_nobody_catches_would_pass_for_success() -> None:
    thrown = (user("a"), end("e", error("E_lain")), LINE)
    assert errors(framed("lain", *thrown)) == {("e", "error-uncaught")}
    assert errors(framed("ditolak", *thrown)) == set()
    caught = (
        sub("x", start("s1"), user("b"), end("e1", error("E_lain")), chain("s1", "b", "e1")),
        boundary("bb", "x", error("E_lain")),
        end(),
        end("e2", name="Gugur"),
        chain("s", "x", "e"),
        chain("bb", "e2"),
    )
    assert errors(framed("lain", *caught)) == set()


def test_a_frame_that_does_not_call_the_sop() -> None:
    frame = diagram(start("ks"), user("ka"), end("ke"), chain("ks", "ka", "ke"), identity="kerangka")
    sop = diagram(start(), user("a"), end(), LINE)
    assert errors(Bundle("P", {"kerangka.bpmn": frame, "sop.bpmn": sop, "forms/umum/f.json": FORM})) == {
        (None, "call-missing")
    }
