"""What an advertisement costs by REKLAME's own permit.yaml and tarif.dmn: area x units x days x road class."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from engine.services.tarif import Nota, calculate
from engine.settings import ROOT

FOLDER = ROOT / "processes" / "REKLAME"
BILLBOARD = {
    "varian": "baru",
    "penyelenggara": "sendiri",
    "panjang_m": 4,
    "lebar_m": 2.5,
    "jumlah_sisi": 1,
    "jumlah": 1,
    "tinggi_m": 6,
    "letak": "luar_ruang",
    "produk": "umum",
    "kelas_jalan": "I",
    "lama_hari": 365,
}


def cost(**answers: Any) -> Nota:
    biaya = yaml.safe_load((FOLDER / "permit.yaml").read_text(encoding="utf-8"))["biaya"]
    return calculate(biaya, {"tarif.dmn": (FOLDER / "tarif.dmn").read_bytes()}, BILLBOARD | answers)


@pytest.mark.parametrize(("road", "rate"), [("khusus", 25_000), ("I", 20_000), ("II", 11_000), ("III", 6_000)])
def test_a_year_by_road_class(road: str, rate: int) -> None:
    nota = cost(kelas_jalan=road)
    assert (nota.jenis, nota.total) == ("pajak", 10 * 365 * rate)


def test_a_banner_counts_its_own_days() -> None:
    nota = cost(varian="insidental", lama_hari=None, lama_insidental=14, jumlah=20, kelas_jalan="III")
    assert nota.total == 10 * 20 * 14 * 6_000
    assert nota.baris[0].uraian == "Reklame 10 m2, 20 buah, 14 hari, kelas jalan III"


def test_height_and_cigarettes_add_indoors_takes_half() -> None:
    assert cost(produk="rokok", tinggi_m=15.5).total == 10 * 365 * 20_000 * 17 // 10
    assert cost(letak="dalam_ruang").total == 10 * 365 * 20_000 // 2


def test_the_government_pays_nothing() -> None:
    nota = cost(penyelenggara="pemerintah")
    assert (nota.total, nota.alasan_bebas) == (0, "Reklame pemerintah, bukan objek pajak")
