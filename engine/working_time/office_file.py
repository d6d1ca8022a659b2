"""Reads the office's dated calendar, processes/shared/kalender.yaml (its head says how it is written)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast, get_args

import yaml

from engine.working_time.arithmetic import WorkingTime
from engine.working_time.calendar import WEEKDAYS, Calendar, CalendarError, Hours, Kind, Line

DEFAULT_PATH = Path(__file__).resolve().parents[2] / "processes" / "shared" / "kalender.yaml"
SOURCES = ("seed", "law", "assumed")

_HEAD = {"jam_buka", "jam_tambahan", "tanggal"}
_KEYS = {"tanggal", "sampai", "jenis", "jam", "keterangan", "dasar", "sumber"}
_HOURS = re.compile(r"([01]\d|2[0-3])[:.]([0-5]\d)\s*-\s*([01]\d|2[0-3])[:.]([0-5]\d)")
_cache: dict[Path, tuple[tuple[int, int], WorkingTime]] = {}


def office_calendar(path: Path | None = None) -> WorkingTime:
    """The working time of the office whose calendar file is `path` (default: the one that ships), read again only when
    the file has changed. CalendarError when it is missing or wrong."""
    where = path or DEFAULT_PATH
    try:
        stat = where.stat()
    except OSError as error:
        raise CalendarError(f"{where}: kalender tidak terbaca ({error.strerror})") from error
    stamp = (stat.st_mtime_ns, stat.st_size)
    kept = _cache.get(where)
    if kept is None or kept[0] != stamp:
        kept = (stamp, WorkingTime(read_calendar(where.read_text(encoding="utf-8"))))
        _cache[where] = kept
    return kept[1]


def read_calendar(text: str) -> Calendar:
    """The calendar that a file's text describes. CalendarError names the line's date and what is wrong with it."""
    try:
        # Everything stays text: YAML would read 08:00 as a number in base sixty, and stop at 30 February unnamed.
        content = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise CalendarError(f"kalender bukan YAML yang benar: {' '.join(str(error).split())}") from error
    head = _mapping(content, "kepala", _HEAD)
    week = read_hours(head.get("jam_buka"), "jam_buka")
    fallback = _hours(head["jam_tambahan"], "jam_tambahan") if "jam_tambahan" in head else None
    rows = head.get("tanggal") or []
    if not isinstance(rows, list):
        raise CalendarError("tanggal: harus berupa daftar")
    lines = [_line(row) for row in rows]
    if not week:
        raise CalendarError("jam_buka: tidak ada hari kerja")
    return Calendar(lines, week, fallback or next(iter(week.values())))


def _line(row: object) -> Line:
    name = str(row.get("tanggal", row)) if isinstance(row, dict) else str(row)
    cells = _mapping(row, name, _KEYS)
    first = _date(cells.get("tanggal"), name)
    kind = cells.get("jenis")
    if kind not in get_args(Kind):
        raise CalendarError(f"{name}: jenis {kind!r} tidak dikenal (libur, kerja, jam atau pekan)")
    source = cells.get("sumber")
    if source not in SOURCES:
        raise CalendarError(f"{name}: sumber {source!r} tidak dikenal ({', '.join(SOURCES)})")
    for needed in ("keterangan", "dasar"):
        if not isinstance(cells.get(needed), str) or not cells[needed].strip():
            raise CalendarError(f"{name}: {needed} belum diisi")
    if kind == "libur" and "jam" in cells:
        raise CalendarError(f"{name}: hari libur tidak punya jam")
    if kind in ("jam", "pekan") and "jam" not in cells:
        raise CalendarError(f"{name}: jam belum diisi")
    if kind == "pekan" and not isinstance(cells["jam"], dict):
        raise CalendarError(f"{name}: jam sepekan ditulis per hari, hari yang tidak disebut tutup")
    return Line(
        first=first,
        last=_date(cells["sampai"], name) if "sampai" in cells else first,
        kind=cast(Kind, kind),
        note=cells["keterangan"].strip(),
        basis=cells["dasar"].strip(),
        source=source,
        hours=read_hours(cells["jam"], name) if "jam" in cells else {},
    )


def _mapping(value: object, name: str, allowed: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CalendarError(f"{name}: bukan pasangan nama dan nilai")
    unknown = sorted(set(map(str, value)) - allowed)
    if unknown:
        raise CalendarError(f"{name}: nama tidak dikenal: {', '.join(unknown)}")
    return value


def read_hours(value: object, name: str) -> Mapping[int, Hours]:
    """Hours by weekday (0 = Monday), from one text for every day ("08:00-15:00") or a mapping of names of days.
    CalendarError says of `name` what is wrong."""
    if isinstance(value, str):
        hours = _hours(value, name)
        return dict.fromkeys(range(7), hours)
    cells = _mapping(value, name, set(WEEKDAYS))
    return {WEEKDAYS.index(day): _hours(text, name) for day, text in cells.items()}


def _hours(value: object, name: str) -> Hours:
    found = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise CalendarError(f"{name}: jam {value!r} tidak terbaca (contoh: 08:00-16:00)")
    h1, m1, h2, m2 = map(int, found.groups())
    hours = Hours(h1 * 60 + m1, h2 * 60 + m2)
    if hours.open >= hours.close:
        raise CalendarError(f"{name}: jam {value!r} tutup sebelum buka")
    return hours


def _date(value: object, name: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise CalendarError(f"{name}: {value!r} bukan tanggal (contoh: 2016-09-27)") from None
