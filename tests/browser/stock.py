"""What the demo office lacks and some page shows: a second version of a SOP, an application ready to be handed in, a
line of the calendar, a proposed repair, a file of the bank, a letter that a Camat signs. All of it through the
commands that pages call."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engine import calendar_admin, payments, repair, work
from engine.absences import add_absence
from engine.bundle import Bundle, read_bundle
from engine.cases import Applicant, complete, open_case
from engine.delegations import add_delegation
from engine.dossier import example_context, save_draft, task_view
from engine.letters.words import office_date
from engine.office import Office
from engine.people import Person
from engine.settings import ROOT
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import cases, tasks
from engine.storage.service_tables import bills

SIGNATURE = "Tanda tangani surat"
APPLICANT = Applicant("Sari Wulandari", id="3275014507900001", phone="081234567890", kecamatan="Bekasi Timur")


def put(office: Office) -> None:
    """Put all of it into the office."""
    bundle = read_bundle("SIUP", ROOT / "processes", ROOT / "forms")
    letter = bundle.files["letter.html"] + b"<p>Salinan sah.</p>"
    changed, now = Bundle(bundle.code, {**bundle.files, "letter.html": letter}), office.now()
    with office.db.write() as connection:
        office.definitions.activate(connection, changed, from_at=now, by_name="Rizky Permadi", decree="Kep. 2", now=now)
    _ready_to_hand_in(office)
    draft = calendar_admin.Draft("2016-12-30", "2016-12-30", "libur", "Pindah kantor", "SK Kepala Badan 12/2016", {})
    calendar_admin.add_line(office, draft, by=someone(office, "admin"))
    by = someone(office, "admin")
    repair.propose(office, running(office), "suspend", {}, "Lokasi disegel kepolisian", by=by)
    _waits_for_a_meeting(office)
    _file_of_the_bank(office)
    _letters_on_their_way(office)


def someone(office: Office, role: str, scope: str = "") -> Person:
    """The first person who holds the role (for that bidang, agency or kecamatan)."""
    held = select(memberships.c.person_id, memberships.c.scope).where(memberships.c.role == role)
    if scope:
        held = held.where(memberships.c.scope == scope)
    with office.db.read() as connection:
        found = connection.execute(held.order_by(memberships.c.person_id)).first()
        assert found is not None, role
        row = connection.execute(select(persons).where(persons.c.id == found.person_id)).one()
    return Person(row.id, row.username, row.name, ((role, found.scope or None),))


def advance(office: Office, case_id: int, until: str) -> int:
    """Do a case's steps one after the other, each by somebody whose it is and so that it goes on, until the one of this
    name is open; its id."""
    waiting = select(tasks.c.id, tasks.c.name, tasks.c.group_key)
    waiting = waiting.where(tasks.c.case_id == case_id, tasks.c.state == "open").order_by(tasks.c.id).limit(1)
    while True:
        with office.db.read() as connection:
            row = connection.execute(waiting).one()
        if row.name == until:
            return int(row.id)
        role, _, scope = row.group_key.partition(":")
        by = someone(office, "loket" if role == "pemohon" else role, scope)
        form = task_view(office, by, row.id).form
        assert form is not None
        good: dict[str, Any] = {field.key: True for field in form.fields if field.requirement}
        if form.decision is not None:
            good[form.decision.key] = form.decision.values[0]
        complete(office, *filled_in(office, by, case_id, **good), by=by)
        work.run_all(office)


def running(office: Office) -> int:
    """The id of a case on its way, neither begun only nor decided."""
    open_ = select(tasks.c.case_id).where(tasks.c.state == "open", tasks.c.group_key.like("bidang:%"))
    query = select(cases.c.id).where(
        cases.c.resi.is_not(None), cases.c.decided_at.is_(None), cases.c.closed_at.is_(None), cases.c.id.in_(open_)
    )
    with office.db.read() as connection:
        return int(connection.execute(query.order_by(cases.c.id).limit(1)).scalar_one())


def _file_of_the_bank(office: Office) -> None:
    """A day's statement: two that fit, one bill paid twice, one amount too high, one number that nobody knows."""
    waits = select(tasks.c.case_id).where(tasks.c.state == "open", tasks.c.form == "umum/bayar")
    query = select(bills.c.virtual_account, bills.c.total, cases.c.applicant_name).join(cases)
    query = query.where(bills.c.state == "terbit", bills.c.due_at > office.now(), bills.c.case_id.in_(waits))
    with office.db.read() as connection:
        owed = list(connection.execute(query.order_by(bills.c.id.desc()).limit(3)))
    lines = [(row.virtual_account, row.total, row.applicant_name) for row in owed]
    if lines:
        account, total, name = lines[-1]
        lines[-1] = (account, total + 25_000, name)
        lines.append(lines[0])
    lines.append(("11041699999999", 187_625, "Sari Wulandari"))
    day = office_date(office.now()).isoformat()
    told = [f"{day};FT{7711 + n};{account};{total};{name.upper()}" for n, (account, total, name) in enumerate(lines)]
    content = "\n".join(["tanggal;referensi;rekening_virtual;jumlah;pembayar", *told]).encode()
    payments.import_file(office, f"mutasi-bjb-{day}.csv", content, "BJB", by=someone(office, "bendahara"))


def _letters_on_their_way(office: Office) -> None:
    """The Kepala Badan is away next week; small SIUP are the Camat's to sign. One letter waits for him, one for the
    Kepala Badan, one to be typed."""
    head, deputy = someone(office, "kepala_badan"), someone(office, "tata_usaha")
    today = office_date(office.now())
    first, last = ((today + timedelta(days=days)).isoformat() for days in (5, 7))
    add_absence(office, head.id, first, last, "plh", deputy.id, "SP 800/112/BPPT/2016", by=head)
    add_delegation(office, "SIUP", "kecil", today.isoformat(), None, "Perwal 5/2016", by=head)
    for variant, step in (("kecil", SIGNATURE), ("menengah", SIGNATURE), ("menengah", "Ketik surat")):
        case_id = open_case(office, "SIUP", variant, APPLICANT, by=someone(office, "loket")).case_id
        advance(office, case_id, step)


def _ready_to_hand_in(office: Office) -> None:
    """An application whose form is filled in at the counter."""
    clerk = someone(office, "loket")
    case_id = open_case(office, "SIUP", "kecil", APPLICANT, by=clerk).case_id
    save_draft(office, clerk, *filled_in(office, clerk, case_id))


def _waits_for_a_meeting(office: Office) -> None:
    """An IMB whose dossier is sound: the Tim Teknis is to be invited."""
    clerk = someone(office, "loket")
    case_id = open_case(office, "IMB", "rumah_tinggal", APPLICANT, by=clerk).case_id
    complete(office, *filled_in(office, clerk, case_id), by=clerk)
    with office.db.read() as connection:
        bidang = connection.execute(select(cases.c.bidang).where(cases.c.id == case_id)).scalar_one()
    officer = someone(office, "bidang", bidang)
    complete(office, *filled_in(office, officer, case_id, berkas_sah="ya"), by=officer)


def filled_in(office: Office, person: Person, case_id: int, **fixed: Any) -> tuple[int, dict[str, Any]]:
    """The case's open task, and good answers for it."""
    open_ = select(tasks.c.id).where(tasks.c.case_id == case_id, tasks.c.state == "open")
    with office.db.read() as connection:
        task_id = connection.execute(open_).scalar_one()
    view = task_view(office, person, task_id)
    assert view.form is not None
    return task_id, view.form.example(random.Random(1), example_context(view.view), **fixed)
