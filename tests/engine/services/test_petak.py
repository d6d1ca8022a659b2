"""A burial plot is given out once, except as the rules of tumpang tindih and daftar ulang allow."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from engine.errors import Invalid
from engine.services.petak import plot_key
from engine.storage.plot_tables import plot_claims
from engine.storage.schema import answers
from tests.engine.services.conftest import Desk

PLOT = {"tpu": "Jatisari", "blok": "A12", "petak": "7"}


def taken(desk: Desk, until: str | None = None, plot: str = "JATISARI/A12/7", **columns: str) -> int:
    """Another case has the plot; until: the last day of its term, once somebody lies there."""
    case_id = desk.another_case(resi="BPPT-2016-000777", permit_number="503/0007/IPTM/BPPT/2016", **columns)
    task, now = desk.task("x", "x", "loket", state="done"), desk.office.now()
    said = {"IPTM/permohonan": {"nama_almarhum": "Budi"}}
    if until is not None:
        said["IPTM/buku_makam"] = {"berlaku_sampai": until}
    with desk.office.db.write() as connection:
        row = {"plot": plot, "label": "petak", "case_id": case_id, "at": now}
        connection.execute(insert(plot_claims).values(**row))
        for form, data in said.items():
            values = {"case_id": case_id, "task_id": task, "form": form, "data": data, "at": now}
            connection.execute(insert(answers).values(**values))
    return case_id


def asked(desk: Desk, variant: str = "baru", **plot: str) -> None:
    desk.change(variant=variant)
    desk.answer("IPTM/petak", **{**PLOT, **plot}, petak_tersedia="ya")
    desk.serve("petak/kunci")


def refused(desk: Desk, variant: str = "baru", **plot: str) -> str:
    before = desk.rows(plot_claims)
    with pytest.raises(Invalid) as caught:
        asked(desk, variant, **plot)
    assert desk.rows(plot_claims) == before
    [message] = caught.value.fields["petak"]
    return message


def test_a_free_plot_is_given_once(desk: Desk) -> None:
    asked(desk)
    asked(desk)  # the step was done again
    [claim] = desk.rows(plot_claims)
    assert (claim.plot, claim.label, claim.case_id) == (
        "JATISARI/A12/7",
        "TPU Jatisari, blok A12, petak 7",
        desk.case_id,
    )
    assert len(desk.statements) <= 3


@pytest.mark.parametrize("plot", [{"petak": "007"}, {"blok": "a 12"}, {"blok": "Blok A.12", "petak": "No. 7"}])
def test_however_it_is_written_it_is_the_same_plot(desk: Desk, plot: dict[str, str]) -> None:
    taken(desk)
    assert refused(desk, **plot) == "Petak itu sudah dipesan untuk permohonan BPPT-2016-000777."


def test_another_plot_is_another_plot(desk: Desk) -> None:
    taken(desk)
    asked(desk, petak="70")
    assert plot_key("Jatisari", "A1", "27") != plot_key("Jatisari", "A12", "7")


def test_while_its_term_runs_a_plot_is_refused_and_the_grave_named(desk: Desk) -> None:
    taken(desk, "2018-05-01")
    assert refused(desk) == ("Petak itu dipakai Budi, IPTM 503/0007/IPTM/BPPT/2016, berlaku sampai 1 Mei 2018.")


def test_after_its_term_only_another_burial_in_the_same_grave(desk: Desk) -> None:
    taken(desk, "2015-12-31")
    assert "habis 31 Desember 2015. Pemakaman di situ hanya sebagai tumpang tindih" in refused(desk)


@pytest.mark.parametrize("state", ["ditolak", "ditarik"])
def test_a_plot_of_a_case_that_came_to_nothing_is_free(desk: Desk, state: str) -> None:
    taken(desk, state=state, outcome=state)
    asked(desk)
    assert [row.ended_at is None for row in desk.rows(plot_claims)] == [False, True]


def test_whoever_had_it_before_a_rejected_case_has_it_still(desk: Desk) -> None:
    taken(desk, "2018-05-01")
    desk.answer("IPTM/persetujuan", persetujuan="ada")
    asked(desk, "tumpang_tindih")
    desk.change(state="ditolak", outcome="ditolak")
    desk.case_id = desk.another_case(state="berjalan", outcome=None)
    assert "dipakai Budi" in refused(desk)


@pytest.mark.parametrize("until", ["2018-05-01", "2011-01-01"])
def test_with_the_heirs_consent_another_burial_is_allowed(desk: Desk, until: str) -> None:
    taken(desk, until)
    desk.answer("IPTM/persetujuan", persetujuan="ada")
    asked(desk, "tumpang_tindih")
    assert [row.ended_at is None for row in desk.rows(plot_claims)] == [False, True]


def test_without_consent_only_after_three_years_of_arrears(desk: Desk) -> None:
    taken(desk, "2013-01-06")
    desk.answer("IPTM/persetujuan", persetujuan="menunggak")
    assert "belum menunggak lebih dari 3 tahun. Diperlukan persetujuan" in refused(desk, "tumpang_tindih")
    desk.clock.set(datetime(2016, 1, 7, 3, tzinfo=UTC))
    asked(desk, "tumpang_tindih")


def test_the_years_of_arrears_are_data_of_the_type(desk: Desk) -> None:
    taken(desk, "2013-01-01")
    desk.with_permit(petak={"menunggak_tahun": 5})
    desk.answer("IPTM/persetujuan", persetujuan="menunggak")
    assert "5 tahun" in refused(desk, "tumpang_tindih")


def test_nobody_is_buried_over_a_plot_that_is_only_reserved(desk: Desk) -> None:
    taken(desk)
    desk.answer("IPTM/persetujuan", persetujuan="ada")
    assert "sudah dipesan" in refused(desk, "tumpang_tindih")


def test_a_renewal_names_the_permit_that_has_the_plot(desk: Desk) -> None:
    taken(desk, "2016-03-01")
    desk.answer("IPTM/permohonan", no_iptm_lama="503/0008/IPTM/BPPT/2016")
    assert "bukan nomor IPTM lama yang disebut pemohon" in refused(desk, "daftar_ulang")
    desk.answer("IPTM/permohonan", no_iptm_lama="503/7/iptm/bppt/2016")
    asked(desk, "daftar_ulang")


def test_a_renewal_of_a_grave_older_than_the_register_is_taken_in(desk: Desk) -> None:
    desk.answer("IPTM/permohonan", no_iptm_lama="474.3/12/2010")
    asked(desk, "daftar_ulang")
    assert len(desk.rows(plot_claims)) == 1


def test_a_case_that_is_sent_back_may_take_another_plot(desk: Desk) -> None:
    asked(desk)
    asked(desk, petak="8")
    assert [row.plot for row in desk.rows(plot_claims)] == ["JATISARI/A12/8"]
    desk.case_id = desk.another_case()
    asked(desk)
