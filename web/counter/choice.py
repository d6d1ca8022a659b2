"""The choice of a type and variant: one field to type into, understood however it is written."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from engine.insight.counter import Offer, Variant
from web.kit import DAY_MINUTES, hari_kerja

MOST = 8  # suggestions when what was typed fits several


@dataclass(frozen=True)
class Choice:
    """One type and variant. label: what stands in the list and in the field; hint: promise and cost."""

    offer: Offer
    variant: Variant

    @property
    def label(self) -> str:
        return f"{self.offer.code} · {self.offer.name} · {self.variant.name}"

    @property
    def hint(self) -> str:
        return " · ".join(
            (hari_kerja(self.variant.promise_days * DAY_MINUTES), self.offer.cost or gettext("tanpa biaya"))
        )


def choices(offers: list[Offer]) -> list[Choice]:
    """Everything that can be applied for."""
    return [Choice(offer, variant) for offer in offers for variant in offer.variants]


def understood(text: str, among: list[Choice]) -> tuple[Choice | None, list[Choice]]:
    """What was meant, or else what it may have been: the label itself, else words that fit exactly one."""
    wanted = " ".join(text.lower().replace("·", " ").split())
    if not wanted:
        return None, []
    exact = [one for one in among if " ".join(one.label.lower().replace("·", " ").split()) == wanted]
    if len(exact) == 1:
        return exact[0], []
    words = wanted.split()
    fitting = [one for one in among if all(word in f"{one.label} {one.offer.bidang}".lower() for word in words)]
    named = [one for one in fitting if one.offer.code.lower() in words]
    fitting = named or fitting
    return (fitting[0], []) if len(fitting) == 1 else (None, fitting[:MOST])
