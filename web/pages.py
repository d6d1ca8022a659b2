"""Which page families there are, and what the menu offers to whom."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint

from web.account.views import account


class Item(NamedTuple):
    """endpoint: where the menu leads; prefix: endpoints under it count as current."""

    text: str
    endpoint: str
    prefix: str
    permission: str


BLUEPRINTS: tuple[Blueprint, ...] = (account,)

NAVIGATION: tuple[Item, ...] = ()
