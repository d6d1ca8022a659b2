"""A case put back to an earlier step: what is foreseen is what happens, and nothing signed is lost in silence."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from engine.dossier import case_view, diagram_state
from engine.errors import Gone, Invalid
from engine.repair import NeedsConsent, consent, preview, proposals, propose, repair
from engine.repair.choices import places
from engine.storage.service_tables import register_entries
from engine.verify import verify
from tests.engine.core.conftest import Desk
from tests.engine.repair.conftest import ADMIN, HEAD, last_repair, timers


def back(shop: Desk, case_id: int, element: str, process: str = "UJI") -> None:
    args = {"process": process, "element": element}
    repair(shop.office, case_id, "send_back", args, "Berkas keliru", by=HEAD)


def offered(shop: Desk, case_id: int) -> list[str]:
    view = case_view(shop.office, ADMIN, case_id)
    return [f"{place.process}/{place.element}" for place in places(shop.office, view) if not place.refused]


def to_check(shop: Desk) -> int:
    case_id = shop.to_signatures()
    for who in ("bplh", "dishub"):
        shop.do(who, case_id, "teken", tanggapan_ini="setuju")
    return case_id


def test_back_from_a_phase_to_the_sop_and_on_again_to_the_end(shop: Desk) -> None:
    case_id = to_check(shop)
    assert offered(shop, case_id) == ["tanda/teken", "UJI/periksa"]
    promised, reminder = shop.row(case_id).promised_at, timers(shop, case_id)["ingat"]
    seen = preview(shop.office, HEAD, case_id, "send_back", {"process": "UJI", "element": "periksa"})
    assert (seen.closes, seen.opens, seen.kept, seen.consent) == (("verifikasi",), ("periksa",), (), "")
    back(shop, case_id, "periksa")
    assert shop.at(case_id) == ["periksa"] and offered(shop, case_id) == []
    assert shop.row(case_id).promised_at == promised, "the promise stays"
    assert timers(shop, case_id)["ingat"] == reminder
    assert last_repair(shop, case_id).data["dari"] == ["verifikasi"]
    assert verify(shop.office).problems == []
    _, lit = diagram_state(shop.office, ADMIN, case_id)
    assert lit["active"] == ["periksa"] and "fase" not in lit["done"]
    shop.do("bidang", case_id, "periksa", berkas_sah="ya")
    for who in ("bplh", "dishub"):
        shop.do(who, case_id, "teken", tanggapan_ini="setuju")
    shop.do("bidang", case_id, "verifikasi", hasil="disetujui")
    shop.work()
    shop.do("loket", case_id, "serahkan")
    assert shop.row(case_id).state == "selesai" and verify(shop.office).problems == []


def test_back_to_the_signatures_asks_every_agency_again(shop: Desk) -> None:
    case_id = to_check(shop)
    back(shop, case_id, "teken", "tanda")
    assert sorted(row.agency for row in shop.tasks(case_id)) == ["BPLH", "DISHUB"]
    assert verify(shop.office).problems == []


def test_into_a_phase_that_has_ended(shop: Desk) -> None:
    from tests.engine.core.conftest import failing

    case_id = to_check(shop)
    failing["uji/surat"] = "printer rusak"
    shop.do("bidang", case_id, "verifikasi", hasil="disetujui")
    shop.work()
    assert shop.row(case_id).incidents_open == 1
    back(shop, case_id, "verifikasi", "tanda")
    row = shop.row(case_id)
    assert shop.at(case_id) == ["verifikasi"] and row.incidents_open == 0
    assert verify(shop.office).problems == []
    failing.clear()
    shop.do("bidang", case_id, "verifikasi", hasil="ditolak")
    assert shop.at(case_id) == ["surat_penolakan"]


def test_from_the_applicants_step_the_clock_goes_on(shop: Desk) -> None:
    case_id = to_check(shop)
    back(shop, case_id, "periksa")
    shop.do("bidang", case_id, "periksa", berkas_sah="tidak")
    assert shop.row(case_id).paused_at is not None
    assert offered(shop, case_id) == ["UJI/periksa"]
    back(shop, case_id, "periksa")
    assert shop.row(case_id).paused_at is None and timers(shop, case_id)["ingat"].due_at is not None
    assert verify(shop.office).problems == []


@pytest.mark.parametrize(
    ("process", "element"),
    [("UJI", "lengkapi"), ("tanda", "verifikasi"), ("kerangka", "daftar"), ("UJI", "fase"), ("UJI", ""), ("x", "y")],
)
def test_where_it_has_not_been_it_does_not_go(shop: Desk, process: str, element: str) -> None:
    case_id = to_check(shop)
    with pytest.raises(Invalid):
        back(shop, case_id, element, process)


def test_not_before_the_resi_nor_after_the_decision(shop: Desk) -> None:
    fresh = shop.open()
    with pytest.raises(Invalid):
        back(shop, fresh, "periksa")
    case_id = to_check(shop)
    shop.do("bidang", case_id, "verifikasi", hasil="ditolak")
    with pytest.raises(Gone):
        back(shop, case_id, "periksa")
    assert offered(shop, case_id) == []


def test_over_a_number_two_persons_and_the_number_is_kept(shop: Desk) -> None:
    case_id = to_check(shop)
    entry: dict[str, Any] = {"case_id": case_id, "register": "izin.UJI", "year": 2016, "sequence": 1}
    with shop.office.db.write() as connection:
        entry |= {"number": "503/1/UJI", "subject": "x", "at": shop.clock.at}
        connection.execute(insert(register_entries).values(**entry))
    args = {"process": "UJI", "element": "periksa"}
    seen = preview(shop.office, ADMIN, case_id, "send_back", args)
    assert [(each.kind, each.text) for each in seen.kept] == [("nomor", "503/1/UJI")]
    assert seen.consent == "bertanda_tangan"
    with pytest.raises(NeedsConsent):
        back(shop, case_id, "periksa")
    propose(shop.office, case_id, "send_back", args, "Berkas keliru", by=ADMIN)
    consent(shop.office, proposals(shop.office, HEAD)[0].id, by=HEAD)
    assert shop.at(case_id) == ["periksa"]
    assert shop.row(case_id).facts["nomor_disimpan"] == {"izin.UJI": "503/1/UJI"}
    assert verify(shop.office).problems == []
