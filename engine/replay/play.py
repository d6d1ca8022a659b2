"""The play itself: one thing after another on a clock that is set, each through the command that a page would call.

What comes next is always derived from the database and the seed, never from something only this process knows. So a
run that was killed goes on with exactly what the whole run would have done: what is stored is a beginning of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, exists, func, select

from engine import automatic, cases
from engine.case_row import COLUMNS, CaseRow
from engine.cases import form_context
from engine.clock import FixedClock
from engine.deadlines import due_cases, next_due
from engine.definitions import Version
from engine.errors import Gone, Invalid, Refused, Taken
from engine.letters.words import office_date
from engine.office import Office
from engine.payments.commands import record
from engine.payments.incoming import Incoming
from engine.people import Person
from engine.replay.agenda import CLAIM, CLOCKS, OPENING, STEP, WITHDRAWAL, Agenda, Item, Live, look_after, look_from
from engine.replay.arrivals import Arrival
from engine.replay.behaviour import CLAIMED, Answerer, meeting_slots, plan_of, step_minutes
from engine.replay.choices import Choices
from engine.replay.letters import SIGNATURE, SURAT, letter_number, plain_pdf, short_letter, short_signature
from engine.services import registry
from engine.services.owed import owed
from engine.signing import SigningRefused
from engine.storage.schema import cases as case_table
from engine.storage.schema import deadlines, incidents, work_items
from engine.storage.service_tables import bills
from engine.unit import Done
from engine.work import Job

APPLICANT, PAYMENT, BANK = "pemohon", "umum/bayar", "BJB"
CLOSED = frozenset({"selesai", "ditolak", "ditarik"})
ATTEMPTS = 6  # at a form that is refused, before it is left
RETRY_AFTER = 240  # working minutes that an incident lies before somebody tries again. assumed
_SUFFIX = {CLAIM: "a", WITHDRAWAL: "t"}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_READY = select(work_items.c.case_id).where(work_items.c.state == "ready", work_items.c.run_at <= bindparam("now"))
_ANYTHING = select(
    exists().where(deadlines.c.due_at <= bindparam("now")),
    _READY.exists(),
    exists().where(incidents.c.state == "open", incidents.c.attempts == 1),
)
_WORK = select(work_items).where(work_items.c.case_id == bindparam("case"), work_items.c.state == "ready")
_CASE = select(*(case_table.c[name] for name in COLUMNS)).where(case_table.c.id == bindparam("case"))
_BILLS = select(bills.c.total, bills.c.due_at, bills.c.virtual_account).where(bills.c.case_id == bindparam("case"))
_BILL = _BILLS.order_by(bills.c.id.desc()).limit(1)
log = structlog.get_logger()


class Player:
    """Plays applicants, officials and the office's own clocks.

    wrong_payments: share of payments that the bank tells and that are not what the bill says: they wait for a person.
    full_letters: how many letters are drawn as the running office draws them; the others are short
    (engine.replay.letters). no_token: from this moment on the device that signs does not answer for one letter in four.
    """

    def __init__(
        self,
        office: Office,
        clock: FixedClock,
        versions: Mapping[str, Version],
        staff: Mapping[str, list[Person]],
        seed: object,
        *,
        wrong_payments: float = 0.0,
        full_letters: int = 0,
        no_token: datetime | None = None,
        on_step: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self.office, self.clock, self.versions, self.staff, self.seed = office, clock, versions, staff, seed
        self.time = office.working_time
        self.wrong_payments, self.full_letters, self.on_step = wrong_payments, full_letters, on_step
        self.no_token = no_token
        self.agenda = Agenda()
        self.live: dict[int, Live] = {}  # by case id
        self.by_no: dict[int, Live] = {}
        self.busy: dict[int, datetime] = {}  # person -> until when what was given to them takes
        self.last_task = 0  # newest task that was given to somebody
        self.refused: list[str] = []
        self._look: datetime | None = None  # the next look at the clocks
        self._looked: datetime | None = None  # the last one
        # Everything random in a command, the engine's ids too (`ids_from(player.luck)`): seeded afresh for each.
        self.office.random = self.luck = random.Random(0)
        self._answerers: dict[str, Answerer] = {}
        self._slots = meeting_slots(frozenset(v.permit.get("instansi") or ()) for v in versions.values())
        self._sample = office.documents.put(plain_pdf(["Lampiran contoh (putar ulang)"]), made_here=True).sha256
        self._opening: Iterator[Arrival] = iter(())

    # -- the course of things -----------------------------------------------------------------------------------
    def play(self, opening: Iterable[Arrival], until: datetime | None = None) -> Iterator[Item]:
        """Play what comes in and everything that follows, until nothing is left or `until` is past; yields what is
        done. The clock is left at the last moment."""
        self._opening = iter(opening)
        self._next_opening()
        self._look_ahead()
        while (item := self.agenda.next()) is not None:
            if until is not None and item.at > until:
                break
            if item.rank == CLOCKS and item.at != self._look:
                continue  # an earlier look took its place
            self.clock.set(item.at)
            self.luck.seed(f"{self.seed}/{item.no}/{item.ordinal}/{item.rank}")
            try:
                self._do(item)
            except (Gone, Taken):
                pass  # the case went another way meanwhile
            except Refused as refused:
                self._refuse(item, refused)
            yield item
        if until is not None:
            self.clock.set(until)

    def _do(self, item: Item) -> None:
        if item.rank > OPENING and item.no not in self.by_no:
            return  # closed meanwhile
        if item.rank == CLOCKS:
            self._clocks(item)
        elif item.rank == OPENING:
            self._open(item.what)
        elif item.rank == WITHDRAWAL:
            self._withdraw(item)
        elif item.rank == CLAIM:
            task, person = item.what
            cases.claim(self.office, task.id, by=person, key=self._key(item))
        else:
            self._step(item)

    def _refuse(self, item: Item, refused: Refused) -> None:
        what = getattr(item.what, "element", "") if item.rank == STEP else ""
        fields = getattr(refused, "fields", None)
        self.refused.append(f"permohonan no. {item.no} {what}: {refused} {fields or ''}".strip())
        log.warning("refused", number=item.no, step=what, why=str(refused), fields=fields)

    # -- people -------------------------------------------------------------------------------------------------
    def _next_opening(self) -> None:
        arrival = next(self._opening, None)
        if arrival is not None:
            self.agenda.add(Item(arrival.at, OPENING, arrival.no, 0, arrival))

    def _open(self, arrival: Arrival) -> None:
        clerk = self._pick("loket", self.luck)
        key = opening_key(self.seed, arrival.no)
        done = cases.open_case(self.office, arrival.code, arrival.variant, arrival.applicant, by=clerk, key=key)
        live = Live(arrival.no, done.case_id, arrival.code, plan_of(self.seed, arrival.no))
        bidang = self.versions[arrival.code].bidang
        facts = {"code": arrival.code, "variant": arrival.variant, "bidang": bidang}
        live.facts = form_context({**facts, "kecamatan": arrival.applicant.kecamatan})
        self.follow(live, self.clock.now())
        self._next_opening()
        self._after(live, done)

    def follow(self, live: Live, opened: datetime, since: datetime | None = None) -> None:
        """Take a case into the play; what was to happen before `since` has happened."""
        self.live[live.case_id] = self.by_no[live.no] = live
        if live.plan.withdraw_after is not None:
            at = self.time.add(opened, live.plan.withdraw_after)
            if since is None or at >= since:
                self.agenda.add(Item(at, WITHDRAWAL, live.no, 0, live))

    def _withdraw(self, item: Item) -> None:
        live: Live = item.what
        by = self._pick("loket", self.luck)
        why = "Pemohon membatalkan rencananya."
        self._after(live, cases.withdraw(self.office, live.case_id, why, by=by, key=self._key(item)))

    def _step(self, item: Item) -> None:
        live = self.by_no[item.no]
        if live.code not in self._answerers:
            slot = self._slots.get(frozenset(self.versions[live.code].permit.get("instansi") or ()))
            self._answerers[live.code] = Answerer(Choices(self.versions[live.code]), self.time, self._sample, slot)
        for attempt in range(ATTEMPTS):
            begun = perf_counter()
            try:
                done = self._answer(item, live, attempt)
                break
            except Invalid:  # an hour that somebody else has taken: another one
                if attempt == ATTEMPTS - 1:
                    raise
        self.on_step(perf_counter() - begun)
        self._after(live, done)

    def _answer(self, item: Item, live: Live, attempt: int) -> Done:
        task, person = item.what
        now, first = self.clock.now(), item.ordinal == 1
        answers = self._answerers[live.code].fill(task, live.facts, live.plan, now, self.luck, first, attempt)
        key = self._key(item)
        if task.form == PAYMENT:
            bill, wanted = self._bill(live)
            answers |= {"jumlah": wanted, "bukti": f"FT{live.no:06d}{item.ordinal}"}
            if self.luck.random() < self.wrong_payments:
                paid = Incoming(
                    BANK, answers["bukti"], wanted + 1_000, answers["tanggal_bayar"], bill.virtual_account or ""
                )
                return record(self.office, paid, "api", None, None, by=person, key=key)
        if task.group_key == APPLICANT and live.waiting == 1 and task.form != PAYMENT:
            return cases.resume(self.office, live.case_id, answers, by=person, key=key)
        return cases.complete(self.office, task.id, answers, by=person, key=key)

    # -- the office itself --------------------------------------------------------------------------------------
    def _clocks(self, item: Item) -> None:
        """Let due timers strike, take up work whose time has come, and try once more what failed some hours ago."""
        now = self.clock.now()
        self._look, self._looked = None, item.at
        with self.office.db.read() as connection:
            due, waiting, failed = [], [], []
            if any(connection.execute(_ANYTHING, {"now": now}).one()):
                due = due_cases(connection, now, 100_000)
                waiting = list(connection.execute(_READY, {"now": now}).scalars())
                failed = self._failed(connection, now)
        for case_id in sorted(set(due) & self.live.keys()):
            live = self._turn(case_id, item, "jam")
            self._after(live, automatic.fire(self.office, case_id, key=None))
        for case_id in sorted(set(waiting) & self.live.keys()):
            if case_id in self.live:
                self.work(self.live[case_id])
        for incident_id, case_id in failed:
            if case_id in self.live:
                live = self._turn(case_id, item, f"ulang{incident_id}")
                clerk = self._pick("paip", self.luck)
                self._after(live, automatic.retry_incident(self.office, incident_id, by=clerk))
        self._look_ahead()

    def _turn(self, case_id: int, item: Item, what: str) -> Live:
        """The case, with luck of its own: what happened to others at this look must not matter after a restart."""
        live = self.live[case_id]
        self.luck.seed(f"{self.seed}/{live.no}/{what}/{item.at.isoformat()}")
        return live

    def _look_ahead(self) -> None:
        """Plan the next look at the clocks, for what the database says."""
        with self.office.db.read() as connection:
            ready = select(func.min(work_items.c.run_at)).where(work_items.c.state == "ready")
            moments = [next_due(connection), connection.execute(ready).scalar()]
            moments += [self.time.add(made, RETRY_AFTER) for _, _, made in self._failed_once(connection)]
        for moment in moments:
            self._want_look(moment)

    def _want_look(self, moment: datetime | None) -> None:
        """Look at the clocks when `moment` has come, unless that is planned."""
        if moment is None:
            return
        at = look_from(self.time.next_open(moment))
        if self._looked is not None and at <= self._looked:
            at = look_from(self.time.next_open(look_after(self._looked)))
        if self._look is None or at < self._look:
            self._look = at
            self.agenda.add(Item(at, CLOCKS, 0))

    def _failed(self, connection: Connection, now: datetime) -> list[tuple[int, int]]:
        """Incidents that failed once and have lain for half a working day."""
        rows = self._failed_once(connection)
        return [(ident, case_id) for ident, case_id, made in rows if self.time.between(made, now) >= RETRY_AFTER]

    def _failed_once(self, connection: Connection) -> list[tuple[int, int, datetime]]:
        query = select(incidents.c.id, incidents.c.case_id, incidents.c.created_at)
        query = query.where(incidents.c.state == "open", incidents.c.attempts == 1).order_by(incidents.c.id)
        return [(row.id, row.case_id, row.created_at) for row in connection.execute(query)]

    def _after(self, live: Live, done: Done) -> None:
        """A command was done: whoever is next gets it on the table, and deferred work is done at once."""
        if done.state in CLOSED:
            self.forget(live)
            return
        self._hand_on(live, done)
        if done.deferred:
            self.work(live)

    def _hand_on(self, live: Live, done: Done) -> None:
        live.waiting = len(done.tasks)
        self._want_look(done.next_due)
        if done.incidents:
            self._look_ahead()
        self.take_up(live, [task for task in done.tasks if task.id > live.last_task])

    def forget(self, live: Live) -> None:
        """The case is closed."""
        self.live.pop(live.case_id, None)
        self.by_no.pop(live.no, None)

    def _bill(self, live: Live) -> tuple[Any, int]:
        """The case's bill, and what it comes to today."""
        with self.office.db.read() as connection:
            bill = connection.execute(_BILL, {"case": live.case_id}).one()
        return bill, owed(bill.total, bill.due_at, office_date(self.clock.now())).total

    def take_up(self, live: Live, fresh: Iterable[Any]) -> None:
        """Give new tasks to people and plan when they are done. A task that is done already only kept somebody busy."""
        for task in fresh:
            live.steps, live.last_task = live.steps + 1, max(live.last_task, task.id)
            self.last_task = max(self.last_task, task.id)
            rng = random.Random(f"{self.seed}/langkah/{live.no}/{live.steps}")
            applicant = task.group_key == APPLICANT
            group = ("bendahara" if task.form == PAYMENT else "loket") if applicant else task.group_key
            person = self._least_busy(group, rng)
            lead, busy = step_minutes(rng, self._share(live.code, task), live.plan, applicant)
            free = self.time.add(max(self.busy.get(person.id, task.created_at), task.created_at), busy)
            self.busy[person.id] = free
            if task.state == "open":
                self.put(live, task, live.steps, max(self.time.add(task.created_at, lead), free), person)

    def put(self, live: Live, task: Any, ordinal: int, at: datetime, person: Person) -> None:
        """Plan one step of a case: done at `at`, and sometimes taken on the list before."""
        chance = random.Random(f"{self.seed}/ambil/{live.no}/{ordinal}").random()
        if chance < CLAIMED and task.group_key != APPLICANT and task.holder_id is None:
            half = self.time.between(task.created_at, at) // 2
            self.agenda.add(Item(self.time.add(task.created_at, half), CLAIM, live.no, ordinal, (task, person)))
        self.agenda.add(Item(at, STEP, live.no, ordinal, (task, person)))

    def planned(self) -> list[list[Any]]:
        """Steps on the agenda: [task id, ordinal, moment, person id], as JSON."""
        return [
            [item.what[0].id, item.ordinal, item.at.isoformat(), item.what[1].id]
            for item in self.agenda
            if item.rank == STEP
        ]

    def _share(self, code: str, task: Any) -> float:
        version = self.versions[code]
        return float(version.element(task.process, task.element).properties.get("waktu") or 0.1)

    def _least_busy(self, group: str, rng: random.Random) -> Person:
        people = self.staff[group]
        start = rng.randrange(len(people))
        order = people[start:] + people[:start]
        return min(order, key=lambda person: self.busy.get(person.id, _LONG_AGO))

    def _pick(self, group: str, rng: random.Random) -> Person:
        return rng.choice(self.staff[group])

    def work(self, live: Live) -> None:
        """Do the deferred work of a case that is ready, and what it leads to."""
        more = True
        while more:
            more = False
            for item, case, number in self._ready(live):
                self.luck.seed(f"{self.seed}/{live.no}/kerja/{item.token}/{item.attempts}")
                done = self._defer(live, case, item, number)
                if done.state in CLOSED:
                    self.forget(live)
                    return
                more = more or done.deferred
                self._hand_on(live, done)

    def _ready(self, live: Live) -> list[tuple[Any, CaseRow, str | None]]:
        """Work items of a case that may be done now, with the case and the letter's number."""
        with self.office.db.read() as connection:
            now = self.clock.now()
            items = [row for row in connection.execute(_WORK, {"case": live.case_id}) if row.run_at <= now]
            if not items:
                return []
            case = CaseRow.of(dict(connection.execute(_CASE, {"case": live.case_id}).mappings().one()))
            return [(item, case, letter_number(connection, case, item.params)) for item in items]

    def _defer(self, live: Live, case: CaseRow, item: Any, number: str | None) -> Done:
        job = Job(self.office, case, item.params, self.versions[live.code].bundle)
        operator = registry.find(item.operator)
        assert operator.deferred is not None
        try:
            if item.operator == SIGNATURE and self._no_token(live):
                raise SigningRefused("Token tanda tangan tidak dapat dibuka: tidak terpasang.")
            if item.operator == SURAT and self.full_letters <= 0:
                result = short_letter(job, number)
            elif item.operator == SIGNATURE and self.full_letters <= 0:
                result = short_signature(job)
            else:
                self.full_letters -= item.operator == SURAT
                result = operator.deferred.work(job)
        except Exception as error:
            return automatic.fail_work(self.office, live.case_id, item.id, str(error), key=None)
        return automatic.finish_work(self.office, live.case_id, item.id, result, key=None)

    def _no_token(self, live: Live) -> bool:
        if self.no_token is None or self.clock.now() < self.no_token:
            return False
        return random.Random(f"{self.seed}/token/{live.no}").random() < 0.25

    def _key(self, item: Item) -> str:
        return f"r-{self.seed}-{item.no}-{item.ordinal}{_SUFFIX.get(item.rank, '')}"


def opening_key(seed: object, no: int) -> str:
    """The idempotency key under which case `no` is opened."""
    return f"r-{seed}-{no}-0"
