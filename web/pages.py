"""Which page families there are, and what the menu offers to whom."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint

from web.account.views import account
from web.archive import archive
from web.calendar import calendar
from web.case import case
from web.counter import counter
from web.designer import designer
from web.escalations import escalations
from web.inbox import inbox
from web.incidents import incidents
from web.management import bottlenecks, management
from web.meetings import meetings
from web.messages import messages
from web.payments import payments
from web.public import public_pages
from web.repairs import repairs
from web.visits import visits


class Item(NamedTuple):
    """endpoint: where the menu leads; prefix: endpoints under it count as current."""

    text: str
    endpoint: str
    prefix: str
    permission: str


BLUEPRINTS: tuple[Blueprint, ...] = (
    *(account, counter, inbox, case, incidents),
    *(management, bottlenecks, designer, public_pages),
    *(meetings, visits),
    *(messages, archive, repairs),
    *(calendar, escalations, payments),
)

NAVIGATION: tuple[Item, ...] = (
    Item("Loket", "counter.desk", "counter.", "loket.view"),
    Item("Tugas", "inbox.tasks", "inbox.", "inbox.view"),
    Item("Permohonan", "case.search", "case.", "case.search"),
    Item("Rapat", "meetings.board", "meetings.", "agenda.view"),
    Item("Kunjungan", "visits.day", "visits.day", "agenda.view"),
    Item("Peta", "visits.places", "visits.places", "map.view"),
    Item("Pembayaran", "payments.waiting", "payments.", "payment.view"),
    Item("Arsip", "archive.search", "archive.", "archive.view"),
    Item("Pesan", "messages.log", "messages.", "message.view"),
    Item("Masalah", "incidents.incidents", "incidents.", "incident.view"),
    Item("Eskalasi", "escalations.waiting", "escalations.", "escalation.view"),
    Item("Perbaikan", "repairs.waiting", "repairs.", "case.repair"),
    Item("Hari ini", "management.today", "management.", "today.view"),
    Item("Simpul kemacetan", "bottlenecks.types", "bottlenecks.", "bottleneck.view"),
    Item("SOP", "designer.index", "designer.", "process.view"),
    Item("Kalender", "calendar.year", "calendar.", "calendar.view"),
)
