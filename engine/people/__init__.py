"""Persons of the office: their accounts and roles, how they log in, and how a session or an API token is known.

Every function takes a Connection inside the caller's transaction; the caller commits. The two
`..._visitor` functions take the Database instead, since they decide themselves whether there is anything to write.
"""

from .accounts import (
    add_person,
    by_username,
    contact_of,
    find,
    list_persons,
    set_active,
    set_contact,
    set_password,
)
from .login import Throttled, authenticate
from .person import Person, StandIn
from .sessions import end_all_sessions, end_session, session_person, session_visitor, start_session
from .substitutes import local_day, with_substitutions
from .sweep import sweep
from .tokens import ApiToken, create_token, revoke_token, token_person, token_visitor, tokens_of

__all__ = [
    "ApiToken",
    "Person",
    "StandIn",
    "Throttled",
    "add_person",
    "authenticate",
    "by_username",
    "contact_of",
    "create_token",
    "end_all_sessions",
    "end_session",
    "find",
    "list_persons",
    "local_day",
    "revoke_token",
    "session_person",
    "session_visitor",
    "set_active",
    "set_contact",
    "set_password",
    "start_session",
    "sweep",
    "token_person",
    "token_visitor",
    "tokens_of",
    "with_substitutions",
]
