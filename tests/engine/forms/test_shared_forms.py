"""The forms that every SOP may use."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.forms import Form, compile_form

FORMS = Path(__file__).parents[3] / "forms"
SHARED = sorted(FORMS.glob("umum/*.json"))
DECISIONS = {
    "periksa_berkas": ("berkas_sah", ("ya", "tidak")),
    "notulen_rapat": ("hasil_pembahasan", ("lanjut", "lapangan", "lengkapi", "tolak")),
    "hasil_kunjungan": ("kesesuaian", ("sesuai", "tidak")),
    "susun_berita_acara": ("kesimpulan", ("setuju", "tolak")),
    "tanda_tangan_berita_acara": ("tanggapan_ini", ("setuju", "keberatan")),
    "verifikasi_berita_acara": ("hasil", ("disetujui", "diperbaiki", "ditolak")),
    "paraf": ("paraf", ("ya", "kembalikan")),
    "tanda_tangan": ("tanda_tangan", ("ya", "kembalikan")),
    "mediasi": ("hasil_mediasi", ("sepakat", "tidak_sepakat")),
}


def read(path: Path) -> Form:
    return compile_form(path.read_bytes(), path.relative_to(FORMS).with_suffix("").as_posix())


def test_there_are_some() -> None:
    assert len(SHARED) >= 18
    assert {path.stem for path in SHARED} >= set(DECISIONS)


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_each_compiles_and_its_examples_load(path: Path) -> None:
    made, rng = read(path), random.Random(7)
    assert made.title != ""
    assert made.outside == frozenset()
    for _ in range(100):
        example = made.example(rng)
        assert made.load(example) == example


@pytest.mark.parametrize(("name", "decision"), DECISIONS.items())
def test_gateways_find_their_answer(name: str, decision: tuple[str, tuple[str, ...]]) -> None:
    made, rng = read(FORMS / "umum" / f"{name}.json"), random.Random(7)
    assert made.decision is not None
    assert made.decision.required
    assert (made.decision.key, made.decision.values) == decision
    for value in decision[1]:
        assert made.load(made.example(rng, decision=value))[decision[0]] == value
