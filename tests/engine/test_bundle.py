"""Putting a process version together from files, and keeping it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bundle import Bundle, BundleError, names_read, read_bundle, read_yaml

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="d">'
)


def bpmn(process: str, body: str = "") -> str:
    return f'{HEAD}<bpmn:process id="{process}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'


def task(identity: str, form: str) -> str:
    return (
        f'<bpmn:userTask id="{identity}"><bpmn:extensionElements><spiffworkflow:properties>'
        f'<spiffworkflow:property name="form" value="{form}"/></spiffworkflow:properties></bpmn:extensionElements>'
        "</bpmn:userTask>"
    )


def call(identity: str, called: str) -> str:
    return f'<bpmn:callActivity id="{identity}" calledElement="{called}"/>'


CONDITION = (
    '<bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b">'
    "<bpmn:conditionExpression>berkas_sah == 'tidak'</bpmn:conditionExpression></bpmn:sequenceFlow>"
)
MULTI = (
    '<bpmn:userTask id="m"><bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>instansi'
    "</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>tanggapan</bpmn:loopDataOutputRef>"
    '<bpmn:outputDataItem id="tanggapan_ini"/></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>'
)
TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="tarif"><decisionTable>'
    "<input><inputExpression><text>luas_bangunan</text></inputExpression></input></decisionTable></decision>"
    "</definitions>"
)
SCRIPT = '<bpmn:scriptTask id="s"><bpmn:script>sisa = batas - 1\nlebih = sisa + 1</bpmn:script></bpmn:scriptTask>'


@pytest.fixture
def dirs(tmp_path: Path) -> tuple[Path, Path]:
    files = {
        "processes/shared/kerangka.bpmn": bpmn("kerangka", call("sop", "SOP") + call("lain", "pengambilan")),
        "processes/shared/pengambilan.bpmn": bpmn("pengambilan", task("ambil", "umum/ambil")),
        "processes/shared/pembahasan.bpmn": bpmn("pembahasan", MULTI + call("kembali", "pembahasan")),
        "processes/shared/tak_dipanggil.bpmn": bpmn("tak_dipanggil"),
        "processes/shared/pelaksana.yaml": "Pemohon: {group: pemohon}\n",
        "processes/shared/instansi.yaml": "DLH: {nama: Dinas}\n",
        "processes/HO/sop.bpmn": bpmn(
            "HO", task("a", "{KODE}/periksa") + task("b", "umum/tak_ada") + CONDITION + SCRIPT + call("c", "pembahasan")
        ),
        "processes/HO/permit.yaml": "kode: HO\nnama: Izin Gangguan\nwaktu: {hari_kerja: 7}\n",
        "processes/HO/letter.html": "<p>Izin</p>",
        "processes/HO/letter_penolakan.html": "<p>Tolak</p>",
        "processes/HO/tarif.dmn": TABLE,
        "processes/shared/letters/penolakan.html": "<p>Ditolak</p>",
        "processes/HO/catatan.txt": "bukan bagian",
        "forms/umum/ambil.json": "{}",
        "forms/HO/periksa.json": "{}",
        "forms/umum/lain.json": "{}",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "processes", tmp_path / "forms"


def test_a_code_gives_exactly_what_belongs_to_it(dirs: tuple[Path, Path]) -> None:
    bundle = read_bundle("HO", *dirs)
    assert bundle.code == "HO"
    assert sorted(bundle.files) == [
        "forms/HO/periksa.json",
        "forms/umum/ambil.json",
        "instansi.yaml",
        "kerangka.bpmn",
        "letter.html",
        "letter_penolakan.html",
        "pelaksana.yaml",
        "permit.yaml",
        "shared/letters/penolakan.html",
        "shared/pembahasan.bpmn",
        "shared/pengambilan.bpmn",
        "sop.bpmn",
        "tarif.dmn",
    ]
    assert bundle.permit["nama"] == "Izin Gangguan"
    assert bundle.form_keys() == ("HO/periksa", "umum/ambil", "umum/tak_ada")
    assert bundle.origins["sop.bpmn"] == str(dirs[0] / "HO" / "sop.bpmn")
    frame = bundle.diagrams["kerangka.bpmn"].element("sop")
    assert frame is not None
    assert frame.called_element == "HO"


def test_names_read_are_the_data_to_keep(dirs: tuple[Path, Path]) -> None:
    assert read_bundle("HO", *dirs).reads == {
        "berkas_sah",
        "batas",
        "instansi",
        "tanggapan",
        "tanggapan_ini",
        "luas_bangunan",
    }
    assert names_read("import os") == frozenset()


def test_folder_and_file_give_the_same_bundle(dirs: tuple[Path, Path]) -> None:
    by_code = read_bundle("HO", *dirs)
    assert read_bundle(dirs[0] / "HO", *dirs) == by_code
    assert read_bundle(str(dirs[0] / "HO" / "sop.bpmn"), *dirs).hash == by_code.hash


def test_a_file_that_lies_alone_borrows_its_permit(dirs: tuple[Path, Path], tmp_path: Path) -> None:
    alone = tmp_path / "unggahan.bpmn"
    alone.write_text(bpmn("HO", task("baru", "umum/lain")), encoding="utf-8")
    bundle = read_bundle(alone, *dirs)
    assert bundle.permit["kode"] == "HO"
    assert "tarif.dmn" in bundle.files
    assert bundle.files["sop.bpmn"] == alone.read_bytes()
    other = tmp_path / "baru.bpmn"
    other.write_text(bpmn("BARU"), encoding="utf-8")
    bundle = read_bundle(other, *dirs)
    assert bundle.permit == {}
    assert bundle.code == "BARU"


def test_a_copied_folder_brings_its_own_permit(dirs: tuple[Path, Path], tmp_path: Path) -> None:
    folder = tmp_path / "usulan"
    folder.mkdir()
    (folder / "sop.bpmn").write_text(bpmn("HO"), encoding="utf-8")
    (folder / "permit.yaml").write_text("kode: HO\nnama: Usulan\n", encoding="utf-8")
    bundle = read_bundle(folder, *dirs)
    assert bundle.permit["nama"] == "Usulan"
    assert "tarif.dmn" not in bundle.files


def test_the_frame_alone(dirs: tuple[Path, Path]) -> None:
    bundle = read_bundle(dirs[0] / "shared" / "kerangka.bpmn", *dirs)
    assert bundle.code == "kerangka"
    assert "sop.bpmn" not in bundle.files
    assert "shared/pengambilan.bpmn" in bundle.files


def test_hash_knows_names_and_contents() -> None:
    first = Bundle("A", {"a": b"1", "b": b"2"})
    assert first.hash == Bundle("A", {"b": b"2", "a": b"1"}).hash
    assert first.hash != Bundle("A", {"a": b"2", "b": b"1"}).hash
    assert first.hash != Bundle("A", {"a": b"1", "c": b"2"}).hash
    assert len(first.hash) == 64


def test_stored_and_read_back(dirs: tuple[Path, Path]) -> None:
    bundle = read_bundle("HO", *dirs)
    stored = bundle.to_bytes()
    back = Bundle.from_bytes(stored)
    assert back == bundle
    assert back.hash == bundle.hash
    assert back.to_bytes() == stored
    assert back.text("letter.html") == "<p>Izin</p>"
    for broken in (b"", stored[:20], b"xyz"):
        with pytest.raises(BundleError):
            Bundle.from_bytes(broken)


def test_what_cannot_be_read_is_said(dirs: tuple[Path, Path], tmp_path: Path) -> None:
    def refused(content: bytes | str) -> BundleError:
        path = tmp_path / "x.bpmn"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(BundleError) as caught:
            read_bundle(path, *dirs)
        return caught.value

    assert refused("<a>").code == "not-xml"
    assert refused("<a/>").code == "not-bpmn"
    assert refused(b"<a>" + b" " * 10_000_000).code == "too-large"
    assert refused("<!DOCTYPE a><a/>").code == "doctype"
    assert refused(HEAD + "</bpmn:definitions>").code == "no-process"
    assert refused(bpmn("../../etc")).code == "no-process"
    for source in ("TIDAK_ADA", "../x", "\0", tmp_path / "kosong"):
        with pytest.raises(BundleError):
            read_bundle(source, *dirs)
    (dirs[0] / "HO" / "sop.bpmn").write_text(bpmn("IMB"), encoding="utf-8")
    with pytest.raises(BundleError) as caught:
        read_bundle("HO", *dirs)
    assert caught.value.code == "process-id"


def test_a_broken_phase_stays_in_the_bundle_for_the_check(dirs: tuple[Path, Path]) -> None:
    (dirs[0] / "shared" / "pembahasan.bpmn").write_text("<rusak", encoding="utf-8")
    bundle = read_bundle("HO", *dirs)
    assert bundle.files["shared/pembahasan.bpmn"] == b"<rusak"
    with pytest.raises(BundleError, match="pembahasan"):
        _ = bundle.diagrams


def test_no_path_leads_out_of_the_folders(dirs: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "rahasia.json").write_text("{}", encoding="utf-8")
    (tmp_path / "rahasia.bpmn").write_text(bpmn("rahasia"), encoding="utf-8")
    path = tmp_path / "x.bpmn"
    path.write_text(bpmn("X", task("a", "../rahasia") + call("b", "../../rahasia")), encoding="utf-8")
    assert not [name for name in read_bundle(path, *dirs).files if "rahasia" in name]


@pytest.mark.parametrize(
    "content",
    [
        b"- daftar",
        b"a: [",
        b"a: !!python/object/apply:os.system ['true']",
        b"\xff\xfe\x00",
        b"[" * 3000,
        b"a0: &a0 [x]\n"
        + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 9)),
    ],
)
def test_yaml_that_is_refused(content: bytes) -> None:
    with pytest.raises(BundleError) as caught:
        read_yaml(content, "permit.yaml")
    assert caught.value.file == "permit.yaml"
