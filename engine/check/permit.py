"""What permit.yaml says of agencies that join the Tim Teknis (`instansi_bila`), and of when holders are told that a
permit ends (`pengingat_habis`)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bundle import BundleError
from engine.check.context import Context
from engine.check.finding import Finding
from engine.ending import stages_of
from engine.forms import Form
from engine.services.agencies import agency_table
from engine.services.team import APPLICATION, team_problems

FACTS = frozenset({"kode", "varian", "kecamatan"})


def team(context: Context) -> Iterator[Finding]:
    """Each names an agency that exists and reads answers of the application."""
    if not context.complete:
        return
    try:
        permit = context.bundle.permit
    except BundleError:
        return  # said by `promise`
    form = context.forms.get(APPLICATION.replace("{KODE}", context.bundle.code))
    names = frozenset(form.by_key) if isinstance(form, Form) else frozenset()
    known = frozenset(agency_table(context.bundle.files.get("instansi.yaml") or b""))
    for problem in team_problems(permit, known, names | FACTS):
        yield Finding("permit.yaml", None, "team", "error", f"{problem[0].upper()}{problem[1:]}. Perbaiki permit.yaml.")


def reminders(context: Context) -> Iterator[Finding]:
    """Days before the end are numbers of days."""
    if not context.complete:
        return
    try:
        stages_of(context.bundle.permit)
    except BundleError:
        return  # said by `promise`
    except (ValueError, AttributeError) as error:
        said = str(error) if isinstance(error, ValueError) else "`pengingat_habis` haruslah {hari_sebelum: ...}"
        yield Finding("permit.yaml", None, "reminder", "error", f"{said}. Perbaiki permit.yaml.")


RULES = (team, reminders)
