"""Process versions: immutable bundles known by their hash, parsed once per process and shared by all their cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any

import yaml
from sqlalchemy import Connection, func, insert, select

from engine.bundle import Bundle
from engine.errors import NotFound
from engine.forms import Form, compile_form
from engine.model import Element, Process
from engine.stepping import Blueprint, parse_blueprint
from engine.storage.schema import activations, process_versions

FRAME = "kerangka"
# When the frame's clocks strike, unless permit.yaml or a variant says otherwise: the reminder after this share of the
# promise, the second escalation so many working days after it. Both assumed.
CLOCK_DEFAULTS: Mapping[str, float] = {"ingat_awal": 0.5, "ingat_pada": 0.8, "lewat_hk": 1}  # assumed


@dataclass(frozen=True)
class Performer:
    """Who a lane is. role: of engine.permissions.ROLES, or 'pemohon'. scope: bidang, instansi, kecamatan or None.
    delegable: whoever signs; a delegation (engine.delegations) hands its tasks to the Camat."""

    role: str
    scope: str | None
    delegable: bool = False

    def group(self, bidang: str, agency: str | None, kecamatan: str | None) -> str:
        """The group key of a task in this lane."""
        scope = {"bidang": bidang, "instansi": agency, "kecamatan": kecamatan}.get(self.scope or "")
        return f"{self.role}:{scope}" if scope else self.role


@dataclass
class Version:
    """One version of one type. number counts up per code; promise_days is the SOP's term in working days."""

    hash: str
    code: str
    number: int
    bundle: Bundle

    @cached_property
    def permit(self) -> Mapping[str, Any]:
        """permit.yaml as it was when the version was made."""
        return self.bundle.permit

    @property
    def name(self) -> str:
        return str(self.permit["nama"])

    @property
    def family(self) -> str:
        return str(self.permit["family"])

    @property
    def bidang(self) -> str:
        return str(self.permit["bidang"])

    @property
    def promise_days(self) -> int:
        return int(self.permit["waktu"]["hari_kerja"])

    @cached_property
    def blueprint(self) -> Blueprint:
        """The parsed diagrams."""
        diagrams = {name: content for name, content in self.bundle.files.items() if name.endswith(".bpmn")}
        tables = {name: content for name, content in self.bundle.files.items() if name.endswith(".dmn")}
        return parse_blueprint(diagrams, FRAME, self.bundle.reads, tables)

    @cached_property
    def processes(self) -> Mapping[str, Process]:
        """Everything that is drawn, by process id."""
        return {process.id: process for diagram in self.bundle.diagrams.values() for process in diagram.processes}

    @cached_property
    def diagram_of(self) -> Mapping[str, str]:
        """Process id -> name of its file in the bundle."""
        return {process.id: name for name, diagram in self.bundle.diagrams.items() for process in diagram.processes}

    @cached_property
    def lanes(self) -> Mapping[str, Performer]:
        """Lane name -> who that is."""
        table = yaml.safe_load(self.bundle.files["pelaksana.yaml"])
        return {
            lane: Performer(row["peran"], row.get("lingkup"), bool(row.get("delegasi"))) for lane, row in table.items()
        }

    @cached_property
    def _forms(self) -> dict[str, Form]:
        return {}

    def form(self, key: str) -> Form:
        """A compiled form. Raises NotFound."""
        key = self.form_key(key)
        if key not in self._forms:
            content = self.bundle.files.get(f"forms/{key}.json")
            if content is None:
                raise NotFound(f"Formulir {key} tidak ada dalam versi {self.number} {self.code}.")
            self._forms[key] = compile_form(content, key)
        return self._forms[key]

    def form_key(self, key: str) -> str:
        """A form's path with the type's code put in."""
        return key.replace("{KODE}", self.code)

    def element(self, process: str, element: str) -> Element:
        """What the diagram says of an element."""
        return self.processes[process].elements[element]

    def kept(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What of `data` goes into workflow data: the names that some expression of the bundle reads."""
        return {name: value for name, value in data.items() if name in self.bundle.reads}

    def variant(self, code: str) -> Mapping[str, Any]:
        """A variant's row of permit.yaml. Raises NotFound."""
        for row in self.permit.get("varian") or []:
            if row["kode"] == code:
                return dict(row)
        raise NotFound(f"{self.code} tidak mempunyai varian {code}.")

    def promise_of(self, variant: str) -> float:
        """Working days that a case of this variant is promised."""
        return float(self.variant(variant).get("waktu") or self.promise_days)

    def clock_names(self, variant: str) -> dict[str, float]:
        """The names that the frame's clocks read, of CLOCK_DEFAULTS: a variant's own, else the type's, else those."""
        row = self.variant(variant)
        return {
            name: row.get(name, self.permit.get(name, default))
            for name, default in CLOCK_DEFAULTS.items()
            if name in self.bundle.reads
        }


class Definitions:
    """The versions an office knows; a cache in front of process_version. Safe to share between threads."""

    def __init__(self) -> None:
        self._versions: dict[str, Version] = {}
        self._lock = Lock()

    def version(self, connection: Connection, digest: str) -> Version:
        """The version with that hash. Raises NotFound."""
        found = self._versions.get(digest)
        if found is None:
            row = connection.execute(
                select(process_versions.c.code, process_versions.c.number, process_versions.c.content).where(
                    process_versions.c.hash == digest
                )
            ).one_or_none()
            if row is None:
                raise NotFound("Versi SOP itu tidak ada.")
            with self._lock:
                found = self._versions.setdefault(
                    digest, Version(digest, row.code, row.number, Bundle.from_bytes(row.content))
                )
        return found

    def active(self, connection: Connection, code: str, now: datetime) -> Version:
        """The version that a case opened now gets. Raises NotFound."""
        digest = connection.execute(
            select(activations.c.hash)
            .where(activations.c.code == code, activations.c.from_at <= now)
            .order_by(activations.c.from_at.desc(), activations.c.id.desc())
            .limit(1)
        ).scalar_one_or_none()
        if digest is None:
            raise NotFound(f"Jenis izin {code} belum diberlakukan.")
        return self.version(connection, digest)

    def active_all(self, connection: Connection, now: datetime) -> list[Version]:
        """The active version of every type, by code."""
        codes = connection.execute(select(activations.c.code).where(activations.c.from_at <= now).distinct()).scalars()
        return [self.active(connection, code, now) for code in sorted(codes)]

    def add(self, connection: Connection, bundle: Bundle, now: datetime) -> Version:
        """Keep a bundle; the same bundle again is the same version."""
        digest = bundle.hash
        known = connection.execute(select(process_versions.c.hash).where(process_versions.c.hash == digest)).scalar()
        if known is None:
            number = 1 + (
                connection.execute(
                    select(func.max(process_versions.c.number)).where(process_versions.c.code == bundle.code)
                ).scalar()
                or 0
            )
            fresh = Version(digest, bundle.code, number, bundle)
            connection.execute(
                insert(process_versions).values(
                    hash=digest,
                    code=bundle.code,
                    number=number,
                    name=fresh.name,
                    family=fresh.family,
                    bidang=fresh.bidang,
                    promise_days=fresh.promise_days,
                    content=bundle.to_bytes(),
                    created_at=now,
                )
            )
        return self.version(connection, digest)

    def activate(
        self, connection: Connection, bundle: Bundle, *, from_at: datetime, by_name: str, decree: str, now: datetime
    ) -> Version:
        """Make a checked bundle the version of its type from a moment on. The caller has run the check."""
        version = self.add(connection, bundle, now)
        connection.execute(
            insert(activations).values(
                code=bundle.code, hash=version.hash, from_at=from_at, by_name=by_name, decree=decree, at=now
            )
        )
        return version
