"""Perbaikan: an administrator, or the head of the bidang, puts a case right.

Every repair has a reason, a preview (the deed itself, done and rolled back, so that what is shown is what will be) and
a line in the history. What was numbered, signed or paid stays; where the SOP says so a second person consents first.
"""

from .board import Proposal, proposal, proposals, waiting_count
from .commands import NeedsConsent, consent, propose, refuse, repair
from .deeds import APPLICANT_FIELDS, CHECKLIST, NAMES, asked_of
from .kept import Kept
from .places import Place, places_of
from .preview import Clock, Fallen, Preview, preview
from .rights import may_repair

__all__ = [
    "APPLICANT_FIELDS",
    "CHECKLIST",
    "NAMES",
    "Clock",
    "Fallen",
    "Kept",
    "NeedsConsent",
    "Place",
    "Preview",
    "Proposal",
    "asked_of",
    "consent",
    "may_repair",
    "places_of",
    "preview",
    "proposal",
    "proposals",
    "propose",
    "refuse",
    "repair",
    "waiting_count",
]
