"""What maps need of the page: points as data, and leave to fetch tiles where the office has some."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response

from web.kit import CONTENT_SECURITY_POLICY
from web.security import office


def map_data(points: list[dict[str, Any]], line: list[tuple[float, float]] | None = None) -> str:
    """The value of data-map; see web/assets/src/map.js."""
    return json.dumps({"points": points, "line": line or []})


def tiles() -> dict[str, str]:
    """The tiles' address and whom their licence names; both empty for a plain grid."""
    settings = office().settings
    return {"tiles_url": settings.tiles_url, "tiles_credit": settings.tiles_credit}


def with_map(page: str, status: int = 200) -> Response:
    """The page, allowed to show pictures of the tiles' host."""
    answer = make_response(page, status)
    parts = urlsplit(office().settings.tiles_url.replace("{s}.", "*."))
    if parts.scheme in ("http", "https") and parts.netloc:
        origin = f"{parts.scheme}://{parts.netloc}"
        policy = CONTENT_SECURITY_POLICY.replace("img-src 'self' data:", f"img-src 'self' data: {origin}")
        answer.headers["Content-Security-Policy"] = policy
    return answer
