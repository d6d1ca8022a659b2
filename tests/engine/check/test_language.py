"""Expressions, scripts, working time, names."""

from __future__ import annotations

import pytest

from engine.bundle import Bundle
from engine.check import check
from tests.engine.check.builder import (
    FORM,
    boundary,
    bundle,
    catch,
    chain,
    condition,
    diagram,
    end,
    errors,
    find,
    flow,
    loop,
    multi,
    script,
    service,
    start,
    timer,
    user,
    warnings_of,
    xor,
)

LINE = chain("s", "a", "e")


def choice(text: str) -> Bundle:
    return bundle(
        start(),
        xor("g", "F_g_e"),
        user("a"),
        end(),
        chain("s", "g"),
        flow("g", "a", text),
        flow("g", "e"),
        chain("a", "e"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "benar ==",
        "().__class__.__base__.__subclasses__()",
        "open('/etc/passwd')",
        "benar.upper() == 'YA'",
        "[x for x in luas]",
        "import os",
        "${benar == 'ya'}",
        "benar = 'ya'",
    ],
)
def test_code_is_refused_where_an_expression_stands(text: str) -> None:
    assert errors(choice(text)) == {("F_g_a", "expression")}
    assert errors(choice("benar == 'tidak' and luas > 10")) == set()


def test_code_is_found_wherever_the_engine_would_evaluate_it() -> None:
    bad = "luas.real"
    subject = bundle(
        start(),
        user("a", loop(bad)),
        user("b", multi().replace(">instansi<", f">{bad}<")),
        service("c", kepada=bad),
        catch("d", condition(bad)),
        catch("f", timer(bad)),
        user("h", pre=bad, post="import os"),
        end(),
        chain("s", "a", "b", "c", "d", "f", "h", "e"),
    )
    found = errors(subject)
    for element in "abcdf":
        assert (element, "expression") in found
    assert ("h", "script") in found


@pytest.mark.parametrize("text", ["import os", "luas", "for x in y: z = 1", "a.b = 1", "a = open('x')", "", "min = 3"])
def test_a_script_is_assignments_and_nothing_else(text: str) -> None:
    assert errors(bundle(start(), script("a", text), end(), LINE)) == {("a", "script")}
    assert errors(bundle(start(), script("a", "x = luas * 2\ny = [x]"), end(), LINE)) == set()


def clock(text: str, kind: str = "timeDate") -> Bundle:
    return bundle(
        start(),
        user("a"),
        boundary("b", "a", timer(text, kind), interrupting=False),
        service("c"),
        end(),
        end("e2", name="Diingatkan"),
        LINE,
        chain("b", "c", "e2"),
    )


@pytest.mark.parametrize(
    ("text", "kind", "rule"),
    [
        ("P5D", "timeDuration", "wall-clock"),
        ("'P5D'", "timeDuration", "wall-clock"),
        ("hari_kerja(2)", "timeDuration", "wall-clock"),
        ("P5D", "timeDate", "wall-clock"),
        ("'P5D'", "timeDate", "wall-clock"),
        ("'2016-09-29T08:00:00+07:00'", "timeDate", "wall-clock"),
        ("5", "timeDate", "wall-clock"),
        ("R3/PT1H", "timeCycle", "cycle-timer"),
        ("'R3/PT1H'", "timeCycle", "cycle-timer"),
        ("", "timeDate", "no-time"),
    ],
)
def test_time_that_is_not_working_time(text: str, kind: str, rule: str) -> None:
    assert ("b", rule) in errors(clock(text, kind))


@pytest.mark.parametrize("text", ["hari_kerja(2)", "jam_kerja(4)", "hari_kerja(janji_hk * 0.8)", "jatuh_tempo"])
def test_working_time(text: str) -> None:
    assert errors(clock(text)) == set()


def test_an_unquoted_date_is_said_to_be_no_working_time() -> None:
    assert ("b", "wall-clock") in errors(clock("2016-09-29T08:00"))


def test_a_field_with_a_functions_name() -> None:
    form = FORM.replace(b'"luas"', b'"sekarang"')
    subject = Bundle("P", {"sop.bpmn": diagram(start(), user("a"), end(), LINE), "forms/umum/f.json": form})
    found = find(check(subject), "reserved-name")
    assert [(finding.file, finding.severity) for finding in found] == [("forms/umum/f.json", "error")]
    assert "sekarang" in found[0].message


def test_a_result_with_a_functions_name() -> None:
    assert ("a", "reserved-name") in errors(bundle(start(), service("a", result="len"), end(), LINE))
    assert errors(bundle(start(), service("a", result="nomor"), end(), LINE)) == set()


def test_a_gateway_that_reads_what_nobody_supplies() -> None:
    assert ("F_g_a", "unknown-name") in warnings_of(choice("tak_dikenal == 'ya'"))
    for name in ("benar", "luas", "varian", "janji_hk"):
        assert ("F_g_a", "unknown-name") not in warnings_of(choice(f"{name} == 1"))


def test_names_that_services_scripts_and_lists_supply() -> None:
    def reading(name: str) -> Bundle:
        return bundle(
            start(),
            service("a", result="nomor"),
            script("b", "sisa = 1"),
            user("c", multi()),
            xor("g", "F_g_e"),
            user("d"),
            end(),
            chain("s", "a", "b", "c", "g"),
            flow("g", "d", f"{name} == 1"),
            flow("g", "e"),
            chain("d", "e"),
        )

    for name in ("nomor", "sisa", "tanggapan"):
        assert ("F_g_d", "unknown-name") not in warnings_of(reading(name))
    assert ("F_g_d", "unknown-name") in warnings_of(reading("lain"))


def test_what_one_instance_answers_is_not_the_cases() -> None:
    """The form of a multi-instance task fills the list; a gateway behind it cannot read its fields."""

    def after(inner: str) -> Bundle:
        return bundle(
            start(), user("a", inner), xor("g", "F_g_e"), end(), end("e2", name="Lain"),
            chain("s", "a", "g"), flow("g", "e2", "benar == 'tidak'"), flow("g", "e"),
        )  # fmt: skip

    assert ("F_g_e2", "unknown-name") in warnings_of(after(multi()))
    assert ("F_g_e2", "unknown-name") not in warnings_of(after(""))


def test_the_ticks_of_a_checklist_tell_whether_the_dossier_is_whole() -> None:
    ticked = FORM.replace(
        b'{"type": "number", "id": "b", "key": "luas", "label": "Luas"}',
        b'{"type": "checkbox", "id": "b", "key": "ktp", "label": "KTP", "properties": {"syarat": "wajib"}}',
    )
    subject = choice("berkas_lengkap == 'tidak'")
    assert ("F_g_a", "unknown-name") in warnings_of(subject)
    assert ("F_g_a", "unknown-name") not in warnings_of(Bundle("P", {**subject.files, "forms/umum/f.json": ticked}))


@pytest.mark.parametrize(
    ("permit", "wrong"),
    [
        (b"kode: P\nnama: Izin\nbidang: tertentu\nfamily: teknis\nwaktu: {hari_kerja: 7}\n", False),
        (b"kode: Q\nnama: Izin\nbidang: tertentu\nfamily: teknis\nwaktu: {hari_kerja: 7}\n", True),
        (b"kode: P\nnama: Izin\nbidang: tertentu\nfamily: teknis\nwaktu: 7\n", True),
        (b"kode: P\nbidang: tertentu\nfamily: teknis\nwaktu: {hari_kerja: 7}\n", True),
        (b"- bukan\n", True),
        (b"a: [", True),
    ],
)
def test_permit(permit: bytes, wrong: bool) -> None:
    files = {"sop.bpmn": diagram(start(), user("a"), end(), LINE), "permit.yaml": permit, "forms/umum/f.json": FORM}
    assert bool(find(check(Bundle("P", files)), "permit")) is wrong
