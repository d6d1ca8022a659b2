"""What permits cost: the worked examples, exact to the rupiah, and what is wrong with a tariff told in words."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.services.tarif import Nota, calculate, problems
from engine.services.tarif_values import TariffError, exact, formula, show

EXAMPLES = Path(__file__).parent / "tarif"
IMB = {
    "jenis_kegiatan": "bangun_baru",
    "fungsi": "hunian",
    "luas_lantai_m2": 100,
    "kompleksitas": "sederhana",
    "permanensi": "permanen",
    "risiko_kebakaran": "sedang",
    "zona_gempa": "4",
    "kepadatan": "sedang",
    "jumlah_lantai": 1,
    "kepemilikan": "perorangan",
    "pagar_m2": 60,
    "ipal_m3": 3,
}
HO = {"luas_usaha_m2": 80, "fungsi_jalan": "lokal", "kawasan": "perumahan", "kelas_gangguan": "sedang"}
REKLAME = {
    "panjang_m": 4,
    "lebar_m": 2.5,
    "kelas_jalan": "I",
    "tgl_pasang": "2016-07-01",
    "tgl_bongkar": "2016-07-30",
}


def _example(code: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    biaya = yaml.safe_load((EXAMPLES / f"{code}.yaml").read_text())
    return biaya, {"tarif.dmn": (EXAMPLES / f"{code}.dmn").read_bytes()}


def _cost(code: str, answers: dict[str, Any]) -> Nota:
    return calculate(*_example(code), answers)


def _simple(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"jenis": "retribusi", "baris": list(lines), **more}


def test_the_worked_example_of_a_building_permit() -> None:
    nota = _cost("IMB", IMB)
    assert [(line.uraian, line.hitungan, line.jumlah) for line in nota.baris] == [
        ("Bangunan 100 m2, indeks 0,3125", "100 × 0,3125 × 1 × 4.500", 140_625),
        ("Pagar 60 m2", "60 × 1 × 500", 30_000),
        ("Pengolahan air limbah 3 m3", "3 × 1 × 4.000", 12_000),
        ("Formulir", "5.000", 5_000),
    ]
    assert nota.total == 187_625
    assert nota.alasan_bebas is None


@pytest.mark.parametrize(("damage", "amount"), [("sedang", 63_281), ("berat", 91_406)])
def test_a_renovation_counts_by_damage(damage: str, amount: int) -> None:
    # 140,625 x 0.45 = 63,281.25; x 0.65 = 91,406.25
    nota = _cost("IMB", IMB | {"jenis_kegiatan": "renovasi", "tingkat_kerusakan": damage, "pagar_m2": 0, "ipal_m3": 0})
    assert [line.jumlah for line in nota.baris] == [amount, 5_000]


@pytest.mark.parametrize(("floors", "total"), [(4, 187_625), (5, 194_375), (8, 194_375), (9, 201_125)])
def test_height_counts_by_floors(floors: int, total: int) -> None:
    # Each 0.3 of height is 0.3 x 0.10 x 0.5 x 100 m2 x Rp4,500 = Rp6,750.
    assert _cost("IMB", IMB | {"jumlah_lantai": floors}).total == total


def test_a_house_of_prayer_costs_nothing() -> None:
    nota = _cost("IMB", IMB | {"fungsi": "keagamaan"})
    assert (nota.total, nota.baris) == (0, ())
    assert nota.alasan_bebas == "Rumah ibadah dan gedung pemerintah: indeks 0"


@pytest.mark.parametrize(
    ("area", "rate"),
    [(24, 1000), (25, 1000), (25.5, 900), (100, 900), (100.01, 800), (200, 800), (500, 700), (500.5, 600)],
)
def test_nuisance_counts_by_area_class(area: float, rate: int) -> None:
    nota = _cost("HO", HO | {"luas_usaha_m2": area})
    assert nota.total == int((Decimal(str(area)) * rate * 6).to_integral_value(ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("variant", "amount"), [("baru", 100_000), ("daftar_ulang", 75_000), ("tumpang_tindih", 50_000)]
)
def test_a_grave_by_variant(variant: str, amount: int) -> None:
    assert _cost("IPTM", {"varian": variant}).total == amount
    assert _cost("IPTM", {"varian": variant, "sktm": False}).total == amount


def test_a_poor_family_pays_nothing_for_a_grave() -> None:
    nota = _cost("IPTM", {"varian": "baru", "sktm": True})
    assert (nota.total, nota.alasan_bebas) == (0, "Warga tidak mampu (SKTM)")


def test_advertising_is_a_tax_by_days_and_road_class() -> None:
    nota = _cost("REKLAME", REKLAME)
    assert (nota.jenis, nota.total) == ("pajak", 10 * 30 * 20_000)
    assert nota.baris[0].uraian == "Reklame 10 m2, 1 buah, 30 hari"


def test_additions_and_reductions_add_up() -> None:
    assert _cost("REKLAME", REKLAME | {"produk": "rokok", "tinggi_m": 20}).total == 10 * 30 * 20_000 * 17 // 10
    assert _cost("REKLAME", REKLAME | {"letak": "dalam_ruang"}).total == 10 * 30 * 20_000 // 2
    assert _cost("REKLAME", REKLAME | {"tinggi_m": 15}).total == 10 * 30 * 20_000


@pytest.mark.parametrize("code", ["IMB", "HO", "IPTM", "REKLAME"])
def test_the_examples_are_sound(code: str) -> None:
    assert problems(*_example(code)) == []


def test_a_field_that_no_form_supplies_is_told_beforehand() -> None:
    biaya, files = _example("HO")
    names = frozenset({"luas_usaha_m2", "fungsi_jalan", "kelas_gangguan"})
    assert problems(biaya, files, names) == ["tidak ada isian bernama 'kawasan'"]
    assert problems(biaya, files, names | {"kawasan"}) == []


# --- exactness -------------------------------------------------------------------------------------------------


def test_literals_and_answers_are_exact() -> None:
    # In floats 0.7 * 15 is 10.5 and 1.1 * 1.1 * 100 is 121.00000000000001; 2.675 * 100 is 267.49999999999994.
    assert formula("15 * 0.7").evaluate({}) == Decimal("10.5")
    assert formula("a * 100").evaluate({"a": exact(2.675)}) == Decimal("267.5")
    assert formula("1.1 * 1.1 * 100").evaluate({}) == Decimal("121")
    assert formula("1 / 8 * b").evaluate({"b": exact(8)}) == 1
    assert calculate(_simple({"uraian": "x", "rumus": "2.675 * 100"}), {}, {}).total == 268


@pytest.mark.parametrize(
    ("text", "amount"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("0.4999", 0), ("2.4999999", 2), ("1 / 3 * 3.5", 1)]
)
def test_half_a_rupiah_is_rounded_up_once_a_line(text: str, amount: int) -> None:
    assert calculate(_simple({"uraian": "x", "rumus": text}), {}, {}).baris[0].jumlah == amount


@given(st.lists(st.decimals(0, 10**6, places=3), min_size=1, max_size=10), st.decimals(0, 1000, places=2))
def test_the_total_is_the_sum_of_what_is_printed(areas: list[Decimal], rate: Decimal) -> None:
    lines = [{"uraian": f"l{number}", "rumus": f"luas_{number} * tarif"} for number in range(len(areas))]
    answers = {f"luas_{number}": float(area) for number, area in enumerate(areas)} | {"tarif": float(rate)}
    nota = calculate(_simple(*lines), {}, answers)
    expected = [int((area * rate).to_integral_value(ROUND_HALF_UP)) for area in areas]
    assert [line.jumlah for line in nota.baris] == expected
    assert nota.total == sum(expected)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1.234.567"),
        (Decimal("0.31250"), "0,3125"),
        (Decimal("4500.50"), "4.500,5"),
        (Decimal("100"), "100"),
        (Decimal("0"), "0"),
        (Decimal("-1200"), "-1.200"),
        (None, "-"),
        (True, "ya"),
        ("kelas I", "kelas I"),
    ],
)
def test_values_are_shown_as_indonesians_write_them(value: Any, text: str) -> None:
    assert show(value) == text


# --- what goes wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("biaya", "answers", "words"),
    [
        (_simple({"uraian": "Tarif", "rumus": "luas * 5"}), {}, "Tarif: isian 'luas' belum ada"),
        (_simple({"uraian": "Tarif", "rumus": "luas * 5"}), {"luas": None}, "isian 'luas' belum ada"),
        (_simple({"uraian": "Tarif", "rumus": "luas * 5"}), {"luas": "besar"}, "Tarif: .* tidak dapat dihitung"),
        (_simple({"uraian": "Tarif", "rumus": "'gratis'"}), {}, "bukan angka"),
        (_simple({"uraian": "Tarif", "rumus": "ada(luas)"}), {}, "bukan angka"),
        (_simple({"uraian": "Tarif", "rumus": "-5"}), {}, "kurang dari nol"),
        (_simple({"uraian": "Tarif", "rumus": "10 ** 15"}), {}, "terlalu besar"),
        (_simple({"uraian": "Tarif", "rumus": "1 / 0"}), {}, "pembagian dengan nol"),
        (_simple({"uraian": "Tarif", "rumus": "().__class__"}), {}, "kode program"),
        (_simple({"uraian": "Tarif"}), {}, "ekspresi kosong"),
        (_simple({"uraian": "Tarif", "rumus": "5", "bila": "luas >"}), {}, "tidak terbaca"),
        (_simple(nilai=[{"rumus": "5"}]), {}, "perlu 'nama'"),
        (_simple(baris="gratis"), {}, "harus berupa daftar"),
        (_simple(tabel="tarif.dmn"), {}, "tabel tarif tarif.dmn tidak ada"),
        ({"jenis": "sumbangan"}, {}, "'sumbangan' tidak dikenal"),
        (_simple(formulir="lima ribu"), {}, "formulir: hasilnya bukan angka"),
    ],
)
def test_a_wrong_tariff_says_what_is_wrong(biaya: dict[str, Any], answers: dict[str, Any], words: str) -> None:
    with pytest.raises(TariffError, match=words):
        calculate(biaya, {}, answers)


def test_steps_that_need_each_other_are_told() -> None:
    steps = [{"nama": "a", "rumus": "b + 1"}, {"nama": "b", "rumus": "a + 1"}]
    with pytest.raises(TariffError, match="'a' memerlukan dirinya sendiri"):
        calculate(_simple({"uraian": "x", "rumus": "a"}, nilai=steps), {}, {})


def test_steps_may_stand_in_any_order() -> None:
    steps = [{"nama": "b", "rumus": "a * 2"}, {"nama": "a", "rumus": "luas + 1"}]
    assert calculate(_simple({"uraian": "x", "rumus": "b"}, nilai=steps), {}, {"luas": 4}).total == 10


def test_what_an_applicant_sends_does_not_replace_what_is_counted() -> None:
    biaya, files = _example("HO")
    assert calculate(biaya, files, HO | {"tarif_luas": 1, "indeks_jalan": 0}).total == 432_000


def test_a_value_that_the_table_does_not_know_is_named() -> None:
    with pytest.raises(TariffError, match="tabel indeks_jalan: tidak ada baris untuk fungsi_jalan = gang"):
        _cost("HO", HO | {"fungsi_jalan": "gang"})


def test_a_branch_not_taken_needs_no_answer() -> None:
    biaya = _simple({"uraian": "x", "rumus": "harga if ada(harga) else 700"})
    assert calculate(biaya, {}, {}).total == 700
    assert calculate(biaya, {}, {"harga": 900}).total == 900


def test_words_for_readers_are_passed_over() -> None:
    biaya = _simple(
        {"uraian": "x", "rumus": "5"}, rumus="L x T", sumber="assumed", tarif=[{"teks": "Rp5"}], catatan="-"
    )
    assert calculate(biaya, {}, {}).total == 5
    assert problems(biaya, {}) == []


@pytest.mark.parametrize("biaya", [None, {}, {"jenis": "none", "sumber": "assumed"}])
def test_no_fee(biaya: dict[str, Any] | None) -> None:
    nota = calculate(biaya, {}, {})
    assert (nota.jenis, nota.total, nota.baris) == ("none", 0, ())
    assert problems(biaya, {}) == []


@pytest.mark.parametrize(
    ("biaya", "words"),
    [
        ({"jenis": "retribusi"}, "tidak berisi 'baris'"),
        (_simple({"uraian": "T", "rumus": "luas *"}), "T: 'luas \\*'"),
        (_simple({"uraian": "T", "rumus": "5"}, tabel="hilang.dmn"), "hilang.dmn tidak ada"),
        (_simple({"uraian": "T", "rumus": "5"}, bebas={"alasan": "x"}), "ekspresi kosong"),
        ({"jenis": "lain"}, "tidak dikenal"),
    ],
)
def test_problems_are_found_before_a_case_meets_them(biaya: dict[str, Any], words: str) -> None:
    [found] = problems(biaya, {})
    assert re.search(words, found)


@given(
    st.dictionaries(
        st.sampled_from(sorted([*IMB, "hsbg", "it"])),
        st.one_of(st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(), st.text(max_size=20)),
    )
)
def test_whatever_the_answers_the_result_is_rupiah_or_words(answers: dict[str, Any]) -> None:
    try:
        nota = _cost("IMB", IMB | answers)
    except TariffError:
        return
    assert isinstance(nota.total, int)
    assert nota.total >= 0
