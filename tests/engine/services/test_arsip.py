"""Where a finished file lies."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.services import ServiceError
from engine.storage.service_tables import archive_records
from tests.engine.services.conftest import Desk


def test_a_file_is_put_on_its_shelf(desk: Desk) -> None:
    desk.answer("umum/arsipkan", rak="R-03", boks="B-117", catatan="Lengkap")
    desk.serve("arsip/daftarkan")
    [record] = desk.rows(archive_records)
    assert (record.number, record.shelf, record.box, record.note) == ("ARS-2016-000001", "R-03", "B-117", "Lengkap")
    assert (record.stored_at, record.keep_until) == (desk.clock.now(), "2026-01-06")
    assert len(desk.statements) <= 4


@pytest.mark.parametrize(("years", "until"), [(5, "2021-03-01"), (4, "2020-02-29"), (0, None)])
def test_how_long_it_is_kept(desk: Desk, years: int, until: str | None) -> None:
    desk.with_permit(retensi_tahun=years)
    desk.clock.set(datetime(2016, 2, 29, 4, tzinfo=UTC))
    desk.answer("umum/arsipkan", rak="R", boks="B")
    desk.serve("arsip/daftarkan")
    assert desk.rows(archive_records)[0].keep_until == until


@pytest.mark.parametrize(("family", "until"), [("rekomendasi", "2021-01-06"), ("entah", "2026-01-06")])
def test_the_schedule_says_it_by_family(desk: Desk, family: str, until: str) -> None:
    desk.with_permit(family=family)
    desk.answer("umum/arsipkan", rak="R", boks="B")
    desk.serve("arsip/daftarkan")
    assert desk.rows(archive_records)[0].keep_until == until


def test_no_place_no_record(desk: Desk) -> None:
    with pytest.raises(ServiceError, match="umum/arsipkan"):
        desk.serve("arsip/daftarkan")


def test_a_retention_that_is_none_is_told(desk: Desk) -> None:
    desk.with_permit(retensi_tahun="selamanya")
    desk.answer("umum/arsipkan", rak="R", boks="B")
    with pytest.raises(ServiceError, match="selamanya"):
        desk.serve("arsip/daftarkan")
