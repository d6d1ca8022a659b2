"""Photos of a visit: checked, turned upright, made small enough, and rid of everything but the picture; when and where
it was taken is read from the camera's own notes before."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image, ImageOps

from engine.errors import Invalid
from engine.upload_checks import check_upload
from engine.working_time import JAKARTA

LONGEST_SIDE = 1600  # pixels that are kept
QUALITY = 80
_TAKEN, _OFFSET = ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal


@dataclass(frozen=True)
class Photo:
    """content: JPEG. taken_at, point: as the camera noted them (None where it did not)."""

    content: bytes
    width: int
    height: int
    taken_at: datetime | None
    point: tuple[float, float] | None


def make_photo(content: bytes, name: str | None = None) -> Photo:
    """Raises Invalid (field foto): too large, no picture, damaged."""
    try:
        mime = check_upload(content, name)
    except Invalid as refused:
        raise Invalid({"foto": [refused.detail]}, refused.detail) from None
    if mime not in ("image/jpeg", "image/png"):
        raise Invalid({"foto": ["Foto harus JPEG atau PNG."]}, "Foto harus JPEG atau PNG.")
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
        taken, point = _notes(opened)
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        plain = upright.convert("RGB")
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Photo(out.getvalue(), plain.width, plain.height, taken, point)


def _notes(image: Any) -> tuple[datetime | None, tuple[float, float] | None]:
    """Moment and position from EXIF; whatever cannot be read counts as not there."""
    try:
        exif = image.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        where = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # EXIF is written by a thousand cameras; a broken one must not cost the photo
        return None, None
    return _moment(details.get(_TAKEN), details.get(_OFFSET)), _position(where)


def _moment(text: Any, offset: Any) -> datetime | None:
    try:
        moment = datetime.strptime(str(text).strip(), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  (the zone comes below)
    except ValueError:
        return None
    try:
        return datetime.fromisoformat(f"{moment.isoformat()}{offset}") if offset else moment.replace(tzinfo=JAKARTA)
    except ValueError:
        return moment.replace(tzinfo=JAKARTA)


def _position(where: Any) -> tuple[float, float] | None:
    try:
        latitude = _degrees(where[ExifTags.GPS.GPSLatitude], where.get(ExifTags.GPS.GPSLatitudeRef) == "S")
        longitude = _degrees(where[ExifTags.GPS.GPSLongitude], where.get(ExifTags.GPS.GPSLongitudeRef) == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return None
    inside = -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude, longitude) != (0.0, 0.0)
    return (latitude, longitude) if inside else None


def _degrees(parts: Any, negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts[:3])
    value = degrees + minutes / 60 + seconds / 3600
    return -value if negative else value
