"""A permit that is out does not hold for ever: a letter that names it revokes it, or its fee that lapses unpaid."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from engine.insight.letters import check_letter
from engine.services.tanda_tangan import put_signature
from engine.storage.letter_tables import letters
from engine.storage.schema import events
from engine.unit import Unit
from engine.verify import verify
from tests.engine.payments.conftest import desk_of
from tests.engine.signing.conftest import Writing


def test_a_letter_of_revocation_takes_away_what_its_application_names(desk: Writing) -> None:
    desk.signed()
    [permit] = desk.rows(letters)
    case_id = desk.to_sign(usaha=f" {permit.number} ")
    office = desk.office
    with office.db.write() as connection:
        connection.execute(
            letters.insert().values(
                case_id=case_id,
                kind="pencabutan",
                number="503/0001/CABUT.TAHAP/BPPT/2016",
                code="AAAAAAAAAA",
                edition="asli",
                round=0,
                state="naskah",
                title="Surat pencabutan",
                holder="Sari",
                draft_sha256=permit.draft_sha256,
                drawn_at=office.now(),
            )
        )
    drawn = desk.rows(letters)[-1]
    signed = {"letter": drawn.id, "jenis": drawn.kind, "nomor": drawn.number, "sha256": permit.sha256, "size": 1}
    signed |= {"mime": "application/pdf", "signer_id": 4, "signer": "Amit Riyadi", "signer_as": "kepala_badan"}
    with office.db.write() as connection:
        unit = Unit(office, connection, None, office.now(), None, "")
        unit.lock(case_id)
        put_signature(unit, unit.case, {**signed, "decree": "", "certificate": None})
        unit.flush()
    found = check_letter(office, permit.code)
    assert (found.state, found.why) == ("dicabut", f"Dicabut dengan surat nomor {drawn.number}")
    [told] = [row.data for row in desk.rows(events) if row.kind == "letter_revoked"]
    assert told["nomor"] == [permit.number]


def test_a_permit_whose_fee_lapses_is_revoked(database_url: str, tmp_path: Path) -> None:
    found = desk_of(database_url, tmp_path, ["penerbitan", "retribusi"])
    desk = Writing(found.office, found.clock)
    case_id = desk.signed()
    desk.do("bidang", case_id, "nota")
    desk.do("kabid", case_id, "ttd_nota", tanda_tangan="ya")
    desk.do("kepala", case_id, "ttd_skrd", tanda_tangan="ya")
    desk.work()
    permit = next(row for row in desk.rows(letters) if row.kind == "izin")
    assert check_letter(desk.office, permit.code).state == "berlaku"
    skrd = next(row for row in desk.rows(letters) if row.kind == "skrd")
    assert check_letter(desk.office, skrd.code).bill == "terbit"
    desk.clock.set(desk.bill(case_id).due_at + timedelta(seconds=1))
    desk.dunned(case_id)
    desk.clock.set(desk.bill(case_id).lapses_at + timedelta(seconds=1))
    desk.work()
    assert check_letter(desk.office, permit.code).state == "dicabut"
    assert check_letter(desk.office, skrd.code).bill == "gugur"
    assert "letter_revoked" in desk.history(case_id)
    assert {row.kind for row in desk.rows(letters)} == {"izin", "skrd", "strd"}
    assert verify(desk.office).problems == [] and desk.troubles() == []
    desk.office.close()
