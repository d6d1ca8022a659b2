"""The parts of a replay: counts, shares, what an answer leads to, letters, looks at the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from engine import services  # noqa: F401  (its import registers what diagrams call)
from engine.bundle import read_bundle
from engine.definitions import Version
from engine.errors import Invalid
from engine.replay.agenda import look_after, look_from
from engine.replay.behaviour import meeting_slots
from engine.replay.choices import Choices
from engine.replay.counts import _apportion, cases_of, year_counts
from engine.replay.letters import plain_pdf
from engine.replay.progress import StepTimes
from engine.settings import ROOT

SHARED = ROOT / "processes" / "shared"
NINE = ("SIUP", "TDP", "IPTM", "IUI", "IMB", "HO", "REKLAME", "RSEKOLAH", "CABUTSIUP")


def version(code: str) -> Version:
    bundle = read_bundle(code, ROOT / "processes", ROOT / "forms")
    return Version(bundle.hash, code, 1, bundle)


def test_counts_of_2016_are_the_office_s() -> None:
    counts = year_counts(SHARED, 2016)
    assert counts["SIUP"] == (5366, {"PERUSAHAAN KECIL": 3472, "PERUSAHAAN MENENGAH": 1736, "PERUSAHAAN BESAR": 158})
    assert sum(counts[code][0] for code in NINE) == 36_616
    assert sum(total for total, _ in counts.values()) == 56_989
    with pytest.raises(Invalid):
        year_counts(SHARED, 2010)


def test_the_type_s_row_rules() -> None:
    """HO's variants add up to 1,074, its own row says 1,029."""
    total, by_name = year_counts(SHARED, 2016)["HO"]
    assert (total, sum(by_name.values())) == (1029, 1074)
    opened = cases_of(version("HO"), total, by_name, 1.0)
    assert sum(opened.values()) == 1029


@pytest.mark.parametrize("code", NINE)
@pytest.mark.parametrize("share", [1.0, 0.1, 0.002])
def test_share_is_right_to_within_one_case(code: str, share: float) -> None:
    total, by_name = year_counts(SHARED, 2016)[code]
    assert abs(sum(cases_of(version(code), total, by_name, share).values()) - total * share) < 1


@given(st.integers(0, 10_000), st.lists(st.integers(0, 5_000), min_size=1, max_size=8).filter(any))
def test_apportion(total: int, weights: list[int]) -> None:
    parts = _apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1


def test_what_an_answer_leads_to() -> None:
    choices = Choices(version("SIUP"))

    def of(process: str, element: str, field: str) -> dict[str, str]:
        form = choices.version.form(choices.version.element(process, element).properties["form"])
        return dict(choices.of(process, element, form.by_key[field]))

    assert of("SIUP", "periksa", "berkas_sah") == {"ya": "on", "tidak": "applicant"}
    assert of("SIUP", "telaah", "hasil_telaah") == {"setuju": "on", "perbaiki": "applicant", "tolak": "reject"}
    assert of("penerbitan", "ttd", "tanda_tangan") == {"ya": "on", "kembalikan": "again"}


def test_short_letter_is_a_pdf_that_says_what_it_is() -> None:
    content = plain_pdf(["Surat izin", "Nomor: 503/0001/SIUP/BPPT/2016", "Pemohon: PT (Maju) \\ Jaya"])
    text = PdfReader(BytesIO(content)).pages[0].extract_text()
    assert "503/0001/SIUP/BPPT/2016" in text and "PT (Maju) \\ Jaya" in text
    assert plain_pdf(["a"]) == plain_pdf(["a"]) != plain_pdf(["b"])


@given(st.integers(0, 366 * 86_400).map(lambda second: datetime(2016, 1, 1, tzinfo=UTC) + timedelta(seconds=second)))
def test_looks_are_on_one_grid(moment: datetime) -> None:
    look = look_from(moment)
    assert moment <= look and look_from(look) == look and look < look_after(look)
    assert timedelta(hours=1) <= look - look.replace(hour=0, minute=0, second=0, microsecond=0) <= timedelta(hours=9)
    assert look.minute % 10 == 0 and look.second == look.microsecond == 0
    assert look - moment < timedelta(hours=16, minutes=10)


@given(st.sets(st.frozensets(st.sampled_from("abcdef"), min_size=1), max_size=35))
def test_agencies_have_no_two_meetings_at_once(groups: set[frozenset[str]]) -> None:
    slots = meeting_slots(groups)
    taken = [(slot.hour, day) for slot in slots.values() for day in slot.weekdays]
    assert len(taken) == len(set(taken)) and all(slot.weekdays for slot in slots.values())


def test_percentiles_are_right_to_two_per_cent() -> None:
    times = StepTimes()
    for number in range(1, 1001):
        times.add(number / 1000)
    assert times.percentile(0.5) == pytest.approx(500, rel=0.02)
    assert StepTimes(times.dump()).percentile(0.95) == pytest.approx(950, rel=0.02)
    assert StepTimes().percentile(0.5) == 0.0


def test_own_copy_of_the_figures() -> None:
    assert (SHARED / "issued-2011-2016.csv").is_file() and not Path(SHARED / "issued-2011-2016.csv").is_symlink()
