"""What two versions differ in is said element by element; a drawing that only moved is the same."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.bundle import Bundle
from engine.definitions import Version
from engine.insight.differences import Change, Differences, differences
from tests.engine.core.conftest import bundle


def changed(change: Callable[[dict[str, bytes]], None]) -> Differences:
    first = bundle()
    files = dict(first.files)
    change(files)
    second = Bundle(first.code, files)
    return differences(Version(first.hash, "UJI", 1, first), Version(second.hash, "UJI", 2, second))


def test_the_same_bundle_has_no_differences() -> None:
    found = changed(lambda files: None)
    assert not found.any
    assert (found.code, found.first, found.second) == ("UJI", 1, 2)


def test_a_share_of_time_and_a_name_that_changed() -> None:
    def change(files: dict[str, bytes]) -> None:
        text = files["sop.bpmn"].decode()
        start = text.index('id="periksa"')
        tail = text[start:].replace('name="waktu" value="1"', 'name="waktu" value="2"', 1)
        files["sop.bpmn"] = (text[:start] + tail).encode()

    assert changed(change).changed == (Change("UJI", "periksa", "periksa", ("properties.waktu",)),)


def test_an_element_that_came_and_one_that_went() -> None:
    def change(files: dict[str, bytes]) -> None:
        files["shared/tanda.bpmn"] = (
            files["shared/tanda.bpmn"].replace(b'"verifikasi"', b'"telaah"').replace(b">verifikasi<", b">telaah<")
        )

    found = changed(change)
    assert [place[:2] for place in found.added] == [("tanda", "telaah")]
    assert [place[:2] for place in found.removed] == [("tanda", "verifikasi")]
    assert found.flows_added == ("tanda: teken > telaah", "tanda: telaah > q")
    assert found.flows_removed == ("tanda: teken > verifikasi", "tanda: verifikasi > q")


def test_ids_of_flows_do_not_matter_and_other_files_do() -> None:
    def change(files: dict[str, bytes]) -> None:
        text = files["shared/tanda.bpmn"].decode()
        files["shared/tanda.bpmn"] = re.sub(r"F_p_teken", "Jalur_lain", text).encode()
        files["forms/umum/hasil.json"] = files["forms/umum/hasil.json"].replace(b"hasil", b"Hasil", 1)
        files["letter.html"] = b"<p>baru</p>"

    found = changed(change)
    assert (found.added, found.removed, found.changed, found.flows_added, found.flows_removed) == ((),) * 5
    assert found.files == ("forms/umum/hasil.json", "letter.html")


def test_a_condition_that_changed_is_another_way() -> None:
    def change(files: dict[str, bytes]) -> None:
        files["sop.bpmn"] = files["sop.bpmn"].replace(b"hasil == 'ditolak'", b"hasil != 'disetujui'")

    found = changed(change)
    assert found.flows_removed == ("UJI: g_hasil > tolak [hasil == 'ditolak']",)
    assert found.flows_added == ("UJI: g_hasil > tolak [hasil != 'disetujui']",)
