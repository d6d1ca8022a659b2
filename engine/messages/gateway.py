"""SMS and WhatsApp: one request to a gateway of the operator's choice. Redirections are not followed: the request
carries a secret."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson

from engine.message_settings import GatewaySettings
from engine.messages.carriers import Rejected, TryLater, Unreachable

_MOST = 65_536  # bytes of an answer that are read
_LONGEST_WAIT = 3600  # seconds that a gateway may ask for
_LATER = frozenset({408, 425, 429})
_OURS = frozenset({401, 403, 404, 405, 407})  # it is us that the gateway does not want, not this message


def send_text(settings: GatewaySettings, name: str, number: str, text: str, message_id: str) -> str:
    """Hand `text` for `number` (+62...) to the gateway called `name` in messages to staff; its answer, shortened.

    message_id goes along as Idempotency-Key and as {id}. Raises TryLater, Unreachable, Rejected.
    """
    places = {"nomor": number, "teks": text, "id": message_id}
    parts = urlsplit(_put_in_url(settings.url, places))
    headers = {"Accept": "application/json", "Idempotency-Key": message_id, **settings.headers}
    content = _content(settings, headers, places)
    connection = _connection(settings, str(parts.hostname), parts.port, parts.scheme == "https")
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(settings.method, path, body=content, headers=headers)
        answer = connection.getresponse()
        status, said = answer.status, answer.read(_MOST).decode("utf-8", "replace")
        wait = answer.headers.get("Retry-After", "")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(
            f"Gateway {name} ({parts.hostname}) tidak dapat dihubungi: {error or type(error).__name__}"
        ) from error
    finally:
        connection.close()
    words = f"Gateway {name}: {status} {' '.join(said.split())[:300]}".rstrip()
    if 200 <= status < 300:
        if settings.accepted is not None and not settings.accepted.search(said):
            raise Rejected(words)
        return words
    if status in _LATER or status >= 500:
        raise TryLater(words, min(int(wait), _LONGEST_WAIT) if wait.isdecimal() and len(wait) < 9 else None)
    if status in _OURS:
        raise Unreachable(words)
    raise Rejected(words)


def _connection(settings: GatewaySettings, host: str, port: int | None, tls: bool) -> http.client.HTTPConnection:
    if tls:
        trust = ssl.create_default_context(cafile=settings.ca_file)
        return http.client.HTTPSConnection(host, port, timeout=settings.timeout, context=trust)
    return http.client.HTTPConnection(host, port, timeout=settings.timeout)


def _content(settings: GatewaySettings, headers: dict[str, str], places: Mapping[str, str]) -> bytes | None:
    if settings.body is None:
        return None
    body = _put(settings.body, places)
    kind = next((value for key, value in headers.items() if key.lower() == "content-type"), None)
    if kind is None:
        headers["Content-Type"] = kind = "application/json"
    if "x-www-form-urlencoded" in kind and isinstance(body, Mapping):
        return urlencode(body, doseq=True).encode()
    return orjson.dumps(body)


def _put(value: Any, places: Mapping[str, str]) -> Any:
    """The body with its places filled: only inside texts, so that no text can change its shape."""
    if isinstance(value, str):
        return _filled(value, places)
    if isinstance(value, Mapping):
        return {key: _put(inner, places) for key, inner in value.items()}
    if isinstance(value, list):
        return [_put(inner, places) for inner in value]
    return value


def _put_in_url(url: str, places: Mapping[str, str]) -> str:
    return _filled(url, {name: quote(value, safe="") for name, value in places.items()})


def _filled(text: str, places: Mapping[str, str]) -> str:
    parts = text.split("{")
    filled = [parts[0]]
    for part in parts[1:]:  # one pass: a text that itself holds {nomor} is not filled again
        name, closed, rest = part.partition("}")
        filled.append(places[name] + rest if closed and name in places else "{" + part)
    return "".join(filled)
