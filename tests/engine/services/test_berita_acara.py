"""Minutes: every agency answers, objections are counted, repaired minutes are signed anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.minutes import check_signatures, content_hash, minutes_problems
from engine.services import ServiceError
from engine.storage.service_tables import berita_acara, berita_acara_signatures
from tests.engine.services.conftest import Desk

SIGN = "umum/tanda_tangan_berita_acara"


def _sign(desk: Desk, agency: str, response: str = "setuju", **more: str) -> None:
    desk.clock.advance(minutes=5)
    desk.answer(SIGN, agency=agency, tanggapan_ini=response, **more)


def _signatures(desk: Desk, minutes: int) -> dict[str, tuple[str | None, str | None]]:
    rows = [row for row in desk.rows(berita_acara_signatures) if row.berita_acara_id == minutes]
    return {row.agency: (row.response, row.reason) for row in rows}


def test_opened_with_a_number_and_a_row_an_agency(desk: Desk) -> None:
    desk.answer("umum/susun_berita_acara", ringkasan="Layak dengan peredam", kesimpulan="setuju")
    desk.serve("berita_acara/buka")
    [minutes] = desk.rows(berita_acara)
    assert (minutes.number, minutes.round, minutes.state) == ("503/0001/BA/BPPT/I/2016", 1, "terbuka")
    assert (minutes.summary, minutes.conclusion) == ("Layak dengan peredam", "setuju")
    assert _signatures(desk, minutes.id) == dict.fromkeys(("bplh", "dishub", "satpol_pp"), (None, None))
    assert len(desk.statements) <= 6


def test_all_agree(desk: Desk) -> None:
    desk.serve("berita_acara/buka")
    for agency in ("satpol_pp", "bplh", "dishub"):
        _sign(desk, agency)
    assert desk.serve("berita_acara/rekap") == {"keberatan": 0}
    assert len(desk.statements) <= 4
    [minutes] = desk.rows(berita_acara)
    assert (minutes.state, minutes.objections, minutes.closed_at) == ("direkap", 0, desk.clock.now())
    assert set(_signatures(desk, minutes.id).values()) == {("setuju", None)}


def test_objections_are_counted_with_their_reasons(desk: Desk) -> None:
    desk.serve("berita_acara/buka")
    _sign(desk, "bplh", "keberatan", alasan="Bising malam hari")
    _sign(desk, "dishub")
    _sign(desk, "satpol_pp", "keberatan", alasan="Jalan sempit")
    assert desk.serve("berita_acara/rekap") == {"keberatan": 2}
    [minutes] = desk.rows(berita_acara)
    assert _signatures(desk, minutes.id)["bplh"] == ("keberatan", "Bising malam hari")


def test_a_silent_agency_is_named_and_nothing_is_counted(desk: Desk) -> None:
    desk.serve("berita_acara/buka")
    _sign(desk, "bplh")
    with pytest.raises(ServiceError, match=r"belum ditandatangani oleh: dishub, satpol_pp\."):
        desk.serve("berita_acara/rekap")
    [minutes] = desk.rows(berita_acara)
    assert minutes.state == "terbuka"


def test_the_last_word_of_an_agency_counts(desk: Desk) -> None:
    desk.serve("berita_acara/buka")
    _sign(desk, "bplh", "keberatan", alasan="Bising")
    for agency in ("bplh", "dishub", "satpol_pp"):
        _sign(desk, agency)
    assert desk.serve("berita_acara/rekap") == {"keberatan": 0}


def test_repaired_minutes_need_every_signature_again(desk: Desk) -> None:
    desk.serve("berita_acara/buka")
    for agency in ("bplh", "dishub", "satpol_pp"):
        _sign(desk, agency, "keberatan", alasan="Kurang jelas")
    assert desk.serve("berita_acara/rekap") == {"keberatan": 3}
    desk.clock.advance(hours=1)
    desk.serve("berita_acara/buka")
    _sign(desk, "bplh")
    with pytest.raises(ServiceError, match="dishub, satpol_pp"):
        desk.serve("berita_acara/rekap")
    _sign(desk, "dishub")
    _sign(desk, "satpol_pp")
    assert desk.serve("berita_acara/rekap") == {"keberatan": 0}
    first, second = desk.rows(berita_acara)
    assert (first.state, first.lapsed_at, second.lapsed_at) == ("gugur", desk.clock.now() - timedelta(minutes=15), None)
    assert first.content_hash != second.content_hash
    signed = [row for row in desk.rows(berita_acara_signatures) if row.berita_acara_id == first.id]
    assert {check.why for check in check_signatures(first, signed)} == {"gugur: isi berita acara diubah sesudahnya"}
    assert (first.number, first.round, first.objections) == (second.number, 1, 3)
    assert (second.round, second.objections) == (2, 0)
    assert _signatures(desk, first.id)["dishub"] == ("keberatan", "Kurang jelas")


def test_a_signature_is_of_exactly_this_content(desk: Desk) -> None:
    desk.answer("umum/susun_berita_acara", ringkasan="Layak", syarat_khusus="Peredam", kesimpulan="setuju")
    desk.serve("berita_acara/buka")
    for agency in ("bplh", "dishub", "satpol_pp"):
        _sign(desk, agency)
    desk.serve("berita_acara/rekap")
    [minutes] = desk.rows(berita_acara)
    signatures = desk.rows(berita_acara_signatures)
    assert minutes.content["syarat_khusus"] == "Peredam"
    assert {row.content_hash for row in signatures} == {minutes.content_hash} == {content_hash(minutes.content)}
    assert all(check.holds for check in check_signatures(minutes, signatures))
    with desk.office.db.write() as connection:
        assert minutes_problems(connection) == []
        connection.execute(update(berita_acara).values(content={**minutes.content, "ringkasan": "Layak sekali"}))
    [changed] = desk.rows(berita_acara)
    assert not any(check.holds for check in check_signatures(changed, signatures))
    with desk.office.db.read() as connection:
        assert minutes_problems(connection) == [
            f"berita acara {minutes.number} putaran 1: isi tidak cocok dengan sidiknya"
        ]


def test_nothing_to_count_before_it_is_opened(desk: Desk) -> None:
    with pytest.raises(ServiceError, match="Belum ada berita acara"):
        desk.serve("berita_acara/rekap")


def test_an_answer_of_another_agency_does_not_help(desk: Desk) -> None:
    desk.serve("berita_acara/buka")
    for agency in ("bplh", "dishub", "dinkes"):
        _sign(desk, agency)
    with pytest.raises(ServiceError, match=r"oleh: satpol_pp\."):
        desk.serve("berita_acara/rekap")
