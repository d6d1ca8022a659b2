"""Sign in, sign out, and who I am."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext

from engine.errors import Invalid, Refused
from engine.people import authenticate, contact_of, end_session, set_contact, start_session
from engine.people.sessions import ABSOLUTE
from engine.permissions import PERMISSIONS, ROLES
from web.security import COOKIE, office, person, public, signed_in

account = Blueprint("account", __name__)


@account.get("/masuk")
@public
def sign_in() -> Any:
    """The sign-in page."""
    if g.person is not None:
        return redirect(url_for("home"))
    return render_template("account/sign_in.html", next=_safe(request.args.get("next")), username="", error=None)


@account.post("/masuk")
@public
def sign_in_post() -> Any:
    """Check name and password; a new session for every sign-in."""
    username, password = request.form.get("name", ""), request.form.get("password", "")
    target = _safe(request.form.get("next"))
    error = gettext("Nama pengguna atau kata sandi tidak cocok.")
    who = None
    with office().db.write() as connection:
        try:
            who = authenticate(connection, username, password, office().now())
        except Refused as refused:
            error = refused.detail
        token = start_session(connection, who.id, office().now(), request.user_agent.string) if who else ""
    if who is None:
        page = render_template("account/sign_in.html", next=target, username=username, error=error)
        return page, 422
    session.clear()
    answer = redirect(target or url_for("home"), 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=office().settings.secure_cookies,
    )
    return answer


@account.post("/keluar")
@signed_in
def sign_out() -> Any:
    """End this session."""
    with office().db.write() as connection:
        end_session(connection, request.cookies.get(COOKIE, ""))
    session.clear()
    flash(gettext("Anda sudah keluar."), "success")
    answer = redirect(url_for("account.sign_in"), 303)
    answer.delete_cookie(COOKIE)
    return answer


@account.get("/saya")
@signed_in
def me() -> Any:
    """Who is signed in, with which roles and permissions, and where messages reach them."""
    return _me()


@account.post("/saya/kontak")
@signed_in
def contact() -> Any:
    """Change where messages reach oneself."""
    typed = {name: request.form.get(name, "") for name in ("email", "phone")}
    try:
        with office().db.write() as connection:
            set_contact(connection, person().id, typed["email"], typed["phone"])
    except Invalid as refused:
        return _me(typed, refused.fields), 422
    flash(gettext("Alamat surel dan nomor telepon Anda tersimpan."), "success")
    return redirect(url_for("account.me"), 303)


def _me(typed: dict[str, str] | None = None, errors: dict[str, list[str]] | None = None) -> Any:
    who = person()
    with office().db.read() as connection:
        email, phone = contact_of(connection, who.id)
    held = [(gettext(ROLES[role]), scope) for role, scope in who.memberships]
    may = [gettext(text) for name, text in PERMISSIONS.items() if who.may(name)]
    given = typed or {"email": email or "", "phone": phone or ""}
    return render_template("account/me.html", held=held, may=may, given=given, errors=errors or {})


def _safe(target: str | None) -> str:
    """A path of this site, or nothing: never another host."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return ""
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else ""
