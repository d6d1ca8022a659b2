"""What an izin gangguan costs by its own permit.yaml and tarif.dmn: area x class of area x street x zone x nuisance."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from engine.bundle import read_bundle
from engine.forms import compile_form
from engine.services.tarif import Nota, calculate, problems
from engine.settings import ROOT

FOLDER = ROOT / "processes" / "HO"
SHOP = {
    "varian": "baru",
    "luas_usaha_m2": 80,
    "fungsi_jalan": "lokal",
    "kawasan": "perumahan",
    "kelas_gangguan": "sedang",
}


def _cost(answers: dict[str, Any]) -> Nota:
    biaya = yaml.safe_load((FOLDER / "permit.yaml").read_text(encoding="utf-8"))["biaya"]
    return calculate(biaya, {"tarif.dmn": (FOLDER / "tarif.dmn").read_bytes()}, answers)


@pytest.mark.parametrize(
    ("change", "total"),
    [
        ({}, 216_000),  # 80 x 900 x 1.5 x 2 x 1
        ({"luas_usaha_m2": 25}, 75_000),  # up to 25 m2 Rp1,000
        ({"luas_usaha_m2": 25.5}, 68_850),  # above it Rp900
        ({"luas_usaha_m2": 600}, 1_080_000),  # above 500 m2 Rp600
        ({"fungsi_jalan": "arteri"}, 504_000),  # street 3.5
        ({"kawasan": "industri"}, 108_000),  # zone 1
        ({"kelas_gangguan": "besar"}, 432_000),  # nuisance 2
    ],
)
def test_what_it_costs(change: dict[str, Any], total: int) -> None:
    assert _cost(SHOP | change).total == total


def test_registering_again_costs_only_when_something_changed() -> None:
    again = SHOP | {"varian": "daftar_ulang"}
    assert _cost(again | {"data_usaha": "tetap"}).total == 0
    assert _cost(again | {"data_usaha": "berubah"}).total == 216_000


def test_every_name_of_the_tariff_is_asked_and_every_choice_has_a_row() -> None:
    bundle = read_bundle("HO", ROOT / "processes", ROOT / "forms")
    biaya = bundle.permit["biaya"]
    keys = [key.replace("{KODE}", "HO") for key in biaya["isian"]]
    forms = {key: compile_form(bundle.files[f"forms/{key}.json"], key) for key in keys}
    names = {"varian"} | {field.key for form in forms.values() for field in form.fields}
    assert problems(biaya, bundle.files, names) == []
    for form in forms.values():
        for name in {"fungsi_jalan", "kawasan", "kelas_gangguan"} & form.by_key.keys():
            for option in form.by_key[name].options:
                assert _cost(SHOP | {name: option.value}).total > 0
