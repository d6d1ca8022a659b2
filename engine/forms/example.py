"""Plausible valid answers for one field, from pools made once: a replay asks for them some hundred thousand times."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, TypeAlias

from marshmallow import ValidationError

from engine.forms.failure import FormError
from engine.forms.parts import Field
from engine.forms.patterns import samples
from engine.forms.schema import marshmallow_field
from engine.forms.texts import INDONESIA

Maker: TypeAlias = Callable[[random.Random], Any]

_FIRST = ("Siti", "Ahmad", "Dewi", "Budi", "Rina", "Agus", "Nurul", "Hendra", "Yanti", "Dedi", "Maya", "Rizky", "Tuti")
_LAST = ("Nurhayati", "Suryana", "Lestari", "Santoso", "Wulandari", "Hidayat", "Maulana", "Saputra", "Handayani")
_STREETS = ("Ir. H. Juanda", "Ahmad Yani", "Cut Meutia", "Chairil Anwar", "Kartini", "Pekayon Raya", "Jatiasih Raya")
_FIRMS = ("PT Maju Bersama", "CV Karya Mandiri", "UD Sumber Rejeki", "PT Bekasi Sentosa", "Koperasi Warga Sejahtera")
_PLACES = ("Ruang rapat lantai 2", "Aula kantor", "Ruang bidang", "Ruang rapat Tata Usaha")
_SENTENCES = (
    "Sudah diperiksa bersama dan dicatat.",
    "Sesuai keterangan pemohon dan berkas yang diserahkan.",
    "Mohon diperhatikan ketentuan yang berlaku.",
    "Lokasi mudah dijangkau dan batasnya jelas.",
    "Ditindaklanjuti pada hari kerja berikutnya.",
    "Tidak ada keberatan dari warga sekitar.",
)
_FIRST_DAY = date(2016, 1, 4)


def maker(field: Field) -> Maker:
    """A function of a random source that gives valid answers as they are stored. Raises: FormError (none is found)."""
    if field.type in ("select", "radio"):
        return _pick(field.values)
    if field.type == "checkbox":
        must = field.required or field.requirement == "wajib"
        return (lambda rng: True) if must else (lambda rng: rng.random() < 0.5)
    if field.type == "checklist":
        return _some(field.values)
    if field.type == "upload":
        return lambda rng: [f"{rng.getrandbits(256):064x}"]
    return _number(field) if field.type == "number" else _pick(_texts(field))


def _pick(pool: Sequence[Any]) -> Maker:
    count = len(pool)
    return lambda rng: pool[int(rng.random() * count)]


def _some(values: tuple[str, ...]) -> Maker:
    def some(rng: random.Random) -> list[str]:
        one = int(rng.random() * len(values))
        return [value for place, value in enumerate(values) if place == one or rng.random() < 0.4]

    return some


def _number(field: Field) -> Maker:
    low, high = field.min or 0, field.max or 0
    if field.money:
        low, high = _typical(low, high, 50_000, 5_000_000)
        step = 1_000 if high - low >= 2_000 else 1
        return lambda rng: min(-(-int(low + rng.random() * (high - low)) // step) * step, int(high))
    low, high = _typical(low, high, 1, 500)
    digits = 2 if field.decimals is None else field.decimals
    scale = 10**digits
    first, last = -int(-low * scale // 1), int(high * scale // 1)
    if first > last:
        raise FormError("tidak ada angka yang memenuhi batasnya", field.id)
    pool = [first + (last - first) * step // 199 for step in range(200)]
    return _pick([n // scale if n % scale == 0 else n / scale for n in pool])


def _typical(low: float, high: float, usual_low: float, usual_high: float) -> tuple[float, float]:
    """The usual range where it meets the field's, else the field's own."""
    first, last = max(low, usual_low), min(high, usual_high)
    return (first, last) if first <= last else (low, high)


def _texts(field: Field) -> Sequence[str]:
    rng = random.Random(field.key)
    if "contoh" in field.properties:
        pool = [field.properties["contoh"]]
    elif field.pattern:
        pool = samples(field.pattern, field.key)
    else:
        pool = _CHECKED[field.check](field, rng) if field.check else _DATED.get(field.type, _free)(field, rng)
    good = _stored(field, pool) or _stored(field, [_padded(field)])
    if not good:
        raise FormError("tidak ditemukan contoh isian yang sah; tulis satu di properti contoh", field.id)
    return good


def _stored(field: Field, pool: list[str]) -> list[str]:
    """Those of the pool that the field takes, as it stores them."""
    rule, good = marshmallow_field(field, required=False), set()
    for text in pool:
        with suppress(ValidationError):
            good.add(rule.deserialize(text))
    good.discard("")  # an empty text is no answer
    return sorted(good)


def _padded(field: Field) -> str:
    text = _SENTENCES[0] * (field.min_length // len(_SENTENCES[0]) + 1)
    return text[: max(field.min_length, min(field.max_length, 20))].replace(" ", "-").strip()


def _free(field: Field, rng: random.Random) -> list[str]:
    key = field.key
    names = [f"{rng.choice(_FIRST)} {rng.choice(_LAST)}" for _ in range(60)]
    if "alamat" in key or "lokasi" in key:
        return [f"Jl. {rng.choice(_STREETS)} No. {rng.randint(1, 250)}" for _ in range(60)]
    if "perusahaan" in key or "badan" in key:
        return list(_FIRMS)
    if any(word in key for word in ("nama", "petugas", "penerima", "penanggung")):
        return names
    if "tempat" in key:
        return list(_PLACES)
    if any(word in key for word in ("nomor", "bukti", "nop", "rak", "boks")):
        return [f"{rng.randint(1, 99999):05}" for _ in range(60)] + [str(n) for n in range(1, 10)]
    if field.type == "textarea" and "hadir" in key:
        return [f"{rng.choice(names)}\n{rng.choice(names)}" for _ in range(30)]
    return [*_SENTENCES, *(f"{one} {two}" for one in _SENTENCES[:3] for two in _SENTENCES[3:])]


def _geo(field: Field, rng: random.Random) -> list[str]:
    south, west, north, east = field.bounds or INDONESIA
    # From the middle third: bounds are drawn generously, and an example should not lie in the sea.
    points = (
        (south + (north - south) * (1 + rng.random()) / 3, west + (east - west) * (1 + rng.random()) / 3)
        for _ in range(100)
    )
    return [f"{lat:.6f},{lon:.6f}" for lat, lon in points]


def _nik(field: Field, rng: random.Random) -> list[str]:
    return [
        f"3275{rng.randint(1, 12):02}{rng.randint(1, 28):02}{rng.randint(1, 12):02}{rng.randint(60, 98)}{number:04}"
        for number in range(1, 101)
    ]


def _npwp(field: Field, rng: random.Random) -> list[str]:
    return [f"{rng.randint(1, 99):02}{rng.randint(0, 9999999):07}432000" for _ in range(100)]


def _phone(field: Field, rng: random.Random) -> list[str]:
    return [f"+628{rng.randint(100000000, 999999999)}" for _ in range(100)]


def _email(field: Field, rng: random.Random) -> list[str]:
    return [f"{rng.choice(_FIRST).lower()}.{rng.choice(_LAST).lower()}{n}@contoh.id" for n in range(50)]


def _dates(field: Field, rng: random.Random) -> list[str]:
    return [(_FIRST_DAY + timedelta(days=n)).isoformat() for n in range(360)]


def _hours(field: Field, rng: random.Random) -> list[str]:
    return [f"{hour:02}:{minute}" for hour in range(8, 16) for minute in ("00", "30")]


def _moments(field: Field, rng: random.Random) -> list[str]:
    return [f"{day}T{rng.choice(('09:00', '13:30'))}" for day in _dates(field, rng)]


_CHECKED: dict[str | None, Callable[[Field, random.Random], list[str]]] = {
    "nik": _nik,
    "npwp": _npwp,
    "phone": _phone,
    "email": _email,
    "geo": _geo,
}
_DATED: dict[str, Callable[[Field, random.Random], list[str]]] = {"date": _dates, "time": _hours, "datetime": _moments}
