"""Who is asking, and their own tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response, g

from api.access import needs, office, person, signed_in
from api.conditions import no_body
from api.reading import Blueprint
from api.schemas.office import Me, TokenIn, TokenList, TokenMade
from engine.cases import acting_groups
from engine.people import create_token, revoke_token, tokens_of
from engine.people.secret import secret_hash
from engine.permissions import PERMISSIONS

me = Blueprint("me", __name__, url_prefix="/api/v1/me", description="The person asking.")
tokens = Blueprint("tokens", __name__, url_prefix="/api/v1/tokens", description="Own tokens of the API.")


@me.route("")
@signed_in
@me.response(200, Me())
def who() -> Any:
    """Who is asking: roles, groups, permissions."""
    asking = person()
    return {
        "id": asking.id,
        "username": asking.username,
        "name": asking.name,
        "memberships": [{"role": role, "scope": scope} for role, scope in asking.memberships],
        "groups": sorted(acting_groups(asking)),
        "permissions": [name for name in PERMISSIONS if asking.may(name)],
    }


@tokens.route("")
@needs("token.own")
@tokens.response(200, TokenList())
def list_tokens() -> Any:
    """Own tokens, without their secrets."""
    with office().db.read() as connection:
        return {"items": tokens_of(connection, person().id)}


@tokens.route("", methods=["POST"])
@needs("token.own")
@tokens.arguments(TokenIn())
@tokens.response(201, TokenMade())
def make_token(body: Mapping[str, Any]) -> Any:
    """A new token, shown this once. One that is made with a token ends no later than that token."""
    asking, now = person(), office().now()
    life = timedelta(days=body["life_days"])
    with office().db.write() as connection:
        if g.token_hash is not None:
            end = next(t.expires_at for t in tokens_of(connection, asking.id) if t.token_hash == g.token_hash)
            life = min(life, end - now)
        secret = create_token(connection, asking.id, body["name"], now, life)
        kept = secret_hash(secret)
        made = next(t for t in tokens_of(connection, asking.id) if t.token_hash == kept)
    shown = {name: getattr(made, name) for name in ("token_hash", "name", "created_at", "expires_at", "last_used_at")}
    return {**shown, "token": secret}


@tokens.route("/<string(length=64):token_id>", methods=["DELETE"])
@needs("token.own")
@tokens.response(204)
def revoke(token_id: str) -> Response:
    """Make a token worthless, at once."""
    with office().db.write() as connection:
        revoke_token(connection, person().id, token_id)
    return no_body()
