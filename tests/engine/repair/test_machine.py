"""Random repairs among random commands: whatever is tried, what is stored stays true."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from sqlalchemy import select

from engine.errors import Refused
from engine.repair import consent, preview, propose, refuse, repair
from engine.storage.repair_tables import repair_proposals
from tests.engine.core.conftest import PEOPLE
from tests.engine.core.test_machine import NUMBER, Counter
from tests.engine.repair.conftest import REPAIRERS, seat

REPAIR = {"admin": PEOPLE["admin"], **{person.username: person for person in REPAIRERS}}
BY = st.sampled_from(sorted(REPAIR))
STEPS = st.sampled_from(["UJI/periksa", "UJI/lengkapi", "tanda/teken", "tanda/verifikasi", "kerangka/daftar"])
VALUES = ("berkas_sah=ya", "berkas_sah=tidak", "tanggapan_ini=setuju", "hasil=disetujui", "hasil=ditolak")


class Repairs(Counter):
    """The office of Counter, in which people repair as well."""

    @initialize()
    def office_opens(self) -> None:
        super().office_opens()
        seat(self.office)

    def mend(self, by: str, case: int, deed: str, args: dict[str, Any]) -> None:
        """Look first; carry it out, or propose it where a second person is needed: it does what was foreseen."""
        case_id, who, before = self.pick(case), REPAIR[by], self.story()
        try:
            seen = preview(self.office, who, case_id, deed, args)
        except Refused:
            seen = None
        assert self.story() == before, "looking changes nothing"
        asks = seen is not None and bool(seen.consent)
        self.keys += 1
        given = {"by": who, "key": f"k{self.keys}"}
        try:
            done = (propose if asks else repair)(self.office, case_id, deed, args, "Salah", **given)
        except Refused:
            assert seen is None and self.story() == before
            return
        assert seen is not None
        if not asks and seen.opens:
            assert set(seen.opens) <= {name for _, name, _, _ in done.opened}

    @rule(by=BY, case=NUMBER, deed=st.sampled_from(["suspend", "resume", "resume", "resume"]))
    def stand(self, by: str, case: int, deed: str) -> None:
        self.mend(by, case, deed, {})

    @rule(by=BY, case=NUMBER, step=STEPS)
    def put_back(self, by: str, case: int, step: str) -> None:
        process, _, element = step.partition("/")
        self.mend(by, case, "send_back", {"process": process, "element": element})

    @rule(by=BY, case=NUMBER, task=NUMBER, value=st.sampled_from(VALUES))
    def skip(self, by: str, case: int, task: int, value: str) -> None:
        rows = self.desk.tasks(self.pick(case))
        if rows:
            name, _, said = value.partition("=")
            values = {name: said, "berkas_lengkap": "ya"}
            self.mend(by, case, "skip", {"task": rows[task % len(rows)].id, "values": values})

    @rule(by=BY, case=NUMBER, task=NUMBER, person=st.sampled_from([2, 3, 4, 8, None]))
    def hand_over(self, by: str, case: int, task: int, person: int | None) -> None:
        rows = self.desk.tasks(self.pick(case))
        if rows:
            self.mend(by, case, "reassign", {"task": rows[task % len(rows)].id, "person": person})

    @rule(by=BY, case=NUMBER, name=st.sampled_from(["Sari", "Dewi", " "]))
    def rename(self, by: str, case: int, name: str) -> None:
        self.mend(by, case, "applicant", {"name": name})

    @rule(by=BY, number=NUMBER, agree=st.booleans())
    def decide(self, by: str, number: int, agree: bool) -> None:
        query = select(repair_proposals.c.id).where(repair_proposals.c.state == "menunggu")
        with self.office.db.read() as connection:
            ids = list(connection.execute(query).scalars())
        if not ids:
            return
        ident, before, self.keys = ids[number % len(ids)], self.story(), self.keys + 1
        given = {"by": REPAIR[by], "key": f"k{self.keys}"}
        try:
            if agree:
                consent(self.office, ident, **given)
            else:
                refuse(self.office, ident, "Tidak perlu", **given)
        except Refused:
            assert self.story() == before


TestRepairs = Repairs.TestCase
TestRepairs.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
