"""Every operator of the contract has somebody who carries it out."""

from __future__ import annotations

import pytest

from engine.services import UnknownOperator, find, handler, known_operators, known_params

CONTRACT = {
    "penomoran/resi",
    "penomoran/surat",
    "notifikasi/kirim",
    "notifikasi/ingatkan",
    "notifikasi/eskalasi",
    "rapat/undang",
    "rapat/catat",
    "kunjungan/jadwalkan",
    "kunjungan/catat",
    "berita_acara/buka",
    "berita_acara/rekap",
    "retribusi/hitung",
    "retribusi/terbitkan",
    "retribusi/lunas",
    "retribusi/strd",
    "retribusi/gugur",
    "tanda_tangan/bubuhkan",
    "dokumen/surat",
    "petak/kunci",
    "arsip/daftarkan",
}


def test_all_are_there_and_only_letters_wait() -> None:
    shipped = {name for name in known_operators() if not name.startswith("uji/")}  # other tests bring their own
    assert shipped == CONTRACT
    assert {name for name in CONTRACT if find(name).is_deferred} == {"dokumen/surat", "tanda_tangan/bubuhkan"}
    assert all((find(name).short is None) is find(name).is_deferred for name in CONTRACT)


def test_the_parameters_they_understand() -> None:
    assert known_params("notifikasi/kirim") == {"kepada", "templat"}
    assert known_params("dokumen/surat") == {"jenis", "langkah", "templat"}
    assert known_params("arsip/daftarkan") == frozenset()


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(UnknownOperator, match="'rapat/bubarkan'"):
        find("rapat/bubarkan")


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        handler("rapat/undang")(lambda unit, case, params: None)
