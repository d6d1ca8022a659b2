"""What an IMB costs by its own permit.yaml and tarif.dmn: the worked example to the rupiah, and what changes it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from engine.bundle import read_bundle
from engine.forms import compile_form
from engine.services.tarif import Nota, calculate, problems
from engine.settings import ROOT

FOLDER = ROOT / "processes" / "IMB"
HOUSE = {
    "varian": "rumah_tinggal",
    "jenis_kegiatan": "bangun_baru",
    "fungsi": "hunian",
    "luas_lantai_m2": 100,
    "jumlah_lantai": 1,
    "kompleksitas": "sederhana",
    "permanensi": "permanen",
    "risiko_kebakaran": "sedang",
    "kepadatan": "sedang",
    "kepemilikan": "perorangan",
    "waktu_penggunaan": "tetap",
    "pagar_m2": 60,
    "ipal_m2": 3,
}
BARE = {**HOUSE, "pagar_m2": 0, "ipal_m2": 0}
FORM = 5_000


def _cost(answers: dict[str, Any]) -> Nota:
    biaya = yaml.safe_load((FOLDER / "permit.yaml").read_text(encoding="utf-8"))["biaya"]
    return calculate(biaya, {"tarif.dmn": (FOLDER / "tarif.dmn").read_bytes()}, answers)


def test_the_worked_example() -> None:
    # 100 m2 x 0.3125 x 1.00 x Rp4,500; fence 60 m2 x Rp500; water treatment 3 m2 x Rp4,000; form Rp5,000.
    nota = _cost(HOUSE)
    assert [(line.uraian, line.jumlah) for line in nota.baris] == [
        ("Bangunan 100 m2, indeks 0,3125", 140_625),
        ("Pagar 60 m2", 30_000),
        ("Pengolahan air limbah 3 m2", 12_000),
        ("Formulir", 5_000),
    ]
    assert nota.total == 187_625


@pytest.mark.parametrize(
    ("change", "amount"),
    [
        ({"jenis_kegiatan": "renovasi", "tingkat_kerusakan": "sedang"}, 63_281),  # 140,625 x 0.45
        ({"jenis_kegiatan": "renovasi", "tingkat_kerusakan": "berat"}, 91_406),  # 140,625 x 0.65
        ({"jenis_kegiatan": "pelestarian", "tingkat_pelestarian": "utama"}, 42_188),  # 140,625 x 0.30
        ({"luas_teras_m2": 20}, 154_688),  # a terrace counts half: 110 m2
        ({"luas_basement_m2": 10}, 158_906),  # a basement counts 1.3: 113 m2
        ({"fungsi": "usaha"}, 843_750),  # index 3 in place of 0.5
        ({"jumlah_lantai": 9}, 154_125),  # 0.6 more of height: 0.06 x 0.5 x 100 x 4,500
        ({"waktu_penggunaan": "sementara_pendek"}, 56_250),  # 140,625 x 0.4
    ],
)
def test_what_changes_the_amount(change: dict[str, Any], amount: int) -> None:
    assert [line.jumlah for line in _cost(BARE | change).baris] == [amount, FORM]


def test_a_split_permit_costs_half() -> None:
    # The form does not ask a split permit for its kind of work.
    split = {name: value for name, value in BARE.items() if name != "jenis_kegiatan"}
    assert [line.jumlah for line in _cost(split | {"varian": "pecahan"}).baris] == [70_313, FORM]


@pytest.mark.parametrize("use", ["keagamaan", "pemerintah"])
def test_houses_of_prayer_and_government_buildings_pay_nothing(use: str) -> None:
    nota = _cost(HOUSE | {"fungsi": use})
    assert (nota.total, nota.baris) == (0, ())
    assert nota.alasan_bebas


def test_infrastructure_alone_has_no_building_line() -> None:
    nota = _cost({"varian": "usaha_lain", "jenis_kegiatan": "prasarana", "fungsi": "usaha", "pagar_m2": 60})
    assert [line.jumlah for line in nota.baris] == [30_000, FORM]


def test_every_name_of_the_tariff_is_asked_and_every_choice_has_a_row() -> None:
    bundle = read_bundle("IMB", ROOT / "processes", ROOT / "forms")
    form = compile_form(bundle.files["forms/IMB/permohonan.json"], "IMB/permohonan")
    assert problems(bundle.permit["biaya"], bundle.files, {field.key for field in form.fields}) == []
    for name in ("fungsi", "kompleksitas", "permanensi", "risiko_kebakaran", "kepadatan", "kepemilikan"):
        for option in form.by_key[name].options:
            assert _cost(HOUSE | {name: option.value}).total >= 0
