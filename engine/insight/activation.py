"""Putting a SOP into force: checked, by somebody who may, on the ground of a decree."""

from __future__ import annotations

from datetime import datetime

from engine.bundle import SOP, BundleError, read_bundle
from engine.check import Finding, check, check_source
from engine.definitions import Version
from engine.errors import NotAllowed, NotFound
from engine.office import Office
from engine.people import by_username, list_persons
from engine.services import known_operators


class Unsound(Exception):
    """The check found an error; `findings` holds all that it found, errors first."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(findings[0].message)
        self.findings = findings


def activate_source(office: Office, source: str, *, username: str, decree: str, from_at: datetime) -> Version:
    """Make a code's files, or a file, the version of its type from `from_at` (UTC) on.

    Raises: NotFound (no such user), NotAllowed (may not, or account closed), Unsound.
    """
    settings = office.settings
    with office.db.read() as connection:
        person = by_username(connection, username)
        if all(active.id != person.id for active in list_persons(connection)):
            raise NotAllowed(f"Akun {person.username} sudah ditutup.")
        if not person.may("process.activate"):
            raise NotAllowed(f"{person.name} tidak berwenang memberlakukan SOP (process.activate).")
    try:
        bundle = read_bundle(source, settings.processes_dir, settings.forms_dir)
    except BundleError as error:
        unreadable = check_source(source, settings.processes_dir, settings.forms_dir, known_operators())
        raise Unsound(unreadable) from error
    if SOP not in bundle.files:
        raise NotFound("Berkas itu kerangka bersama, bukan SOP suatu jenis izin.")
    findings = check(bundle, known_operators())
    if any(finding.severity == "error" for finding in findings):
        raise Unsound(
            [Finding(bundle.origins.get(f.file, f.file), f.element, f.rule, f.severity, f.message) for f in findings]
        )
    with office.db.write() as connection:
        return office.definitions.activate(
            connection, bundle, from_at=from_at, by_name=person.name, decree=decree, now=office.now()
        )
