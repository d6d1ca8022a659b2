"""Which page families there are, and what the menu offers to whom."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint

from web.account.views import account
from web.case import case
from web.inbox import inbox
from web.incidents import incidents


class Item(NamedTuple):
    """endpoint: where the menu leads; prefix: endpoints under it count as current."""

    text: str
    endpoint: str
    prefix: str
    permission: str


BLUEPRINTS: tuple[Blueprint, ...] = (account, inbox, case, incidents)

NAVIGATION: tuple[Item, ...] = (
    Item("Tugas", "inbox.tasks", "inbox.", "inbox.view"),
    Item("Permohonan", "case.search", "case.", "case.search"),
    Item("Masalah", "incidents.incidents", "incidents.", "incident.view"),
)
