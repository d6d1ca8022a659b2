"""What the phone talks to: the service worker, a form token, reports and photos. Refusals are JSON: {pesan, isian}."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

from flask import Response, jsonify, request
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from engine.errors import Invalid, Refused
from engine.visits.record import Report, send_photo, send_report
from web.kit import STATIC, asset
from web.posting import KEY
from web.security import needs, office, person, public, signed_in
from web.visits import visits

V = TypeVar("V", bound=Callable[..., Any])


def answers_json(view: V) -> V:
    """Refusals as JSON instead of a page."""

    @wraps(view)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except Invalid as refused:
            return jsonify(pesan=refused.detail, isian=refused.fields), 422
        except Refused as refused:
            who = refused.extra.get("by")
            return jsonify(pesan=f"{refused.detail} ({who})" if who else refused.detail), refused.status

    return call  # type: ignore[return-value]


@visits.get("/kunjungan/sw.js")
@public
def worker() -> Any:
    """The service worker; it may also govern /kunjungan itself, which lies above it."""
    name = asset("sw.js").rpartition("/")[2]
    answer = Response((STATIC / "build" / name).read_bytes(), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/kunjungan"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@visits.get("/kunjungan/kunci")
@signed_in
def token() -> Any:
    """A form token of the present session, and whose it is."""
    return jsonify(csrf_token=generate_csrf(), orang=person().id)


@visits.post("/kunjungan/<int:visit_id>/kirim")
@needs("visit.record")
@answers_json
def report(visit_id: int) -> Any:
    """A report as JSON: key, titik, temuan, kesesuaian, periksa. Answers {terkirim}: false when it was there before."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid({"": [gettext("Hasil kunjungan tidak terbaca.")]})
    rows = body.get("periksa")
    texts = {name: str(body.get(name) or "") for name in ("titik", "temuan", "kesesuaian")}
    found = Report(texts["titik"], texts["temuan"], texts["kesesuaian"], rows if isinstance(rows, list) else ())
    fresh = send_report(office(), visit_id, found, by=person(), key=_key(body.get("key")))
    return jsonify(terkirim=fresh)


@visits.post("/kunjungan/<int:visit_id>/foto")
@needs("visit.record")
@answers_json
def photo(visit_id: int) -> Any:
    """One photo (multipart: foto, key, keterangan, saat, titik)."""
    file = request.files.get("foto")
    if file is None:
        raise Invalid({"foto": [gettext("Foto tidak ada dalam kiriman.")]})
    fresh = send_photo(
        office(),
        visit_id,
        file.read(),
        file.filename or "",
        request.form.get("keterangan", ""),
        _moment(request.form.get("saat", "")),
        request.form.get("titik", "")[:60],
        by=person(),
        key=_key(request.form.get("key")),
    )
    return jsonify(terkirim=fresh)


def _key(given: Any) -> str:
    if not isinstance(given, str) or not KEY.fullmatch(given):
        raise Invalid({"key": [gettext("Kiriman ini tidak mempunyai kunci.")]})
    return given


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
