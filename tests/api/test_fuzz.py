"""Whatever JSON is sent to whatever command: it is understood or refused, and never breaks anything."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Client

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.sampled_from(["ya", "tidak", "Sari", "UJI", "baru", "3275010101800001", "\x00", "\ufeff", "%00", "' OR 1=1 --"]),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
NAMES = st.sampled_from(
    "type variant applicant name id npwp phone email answers values berkas_sah kekurangan reason missing "
    "life_days".split()
) | st.text(max_size=8)
BODIES = st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES, max_size=6), max_size=5) | VALUES
COMMANDS = [
    ("POST", "loket", "/cases"),
    ("POST", "loket", "/cases/1/withdraw"),
    ("POST", "loket", "/cases/1/resume"),
    ("POST", "bidang", "/tasks/2/complete"),
    ("POST", "bidang", "/tasks/2/return"),
    ("POST", "bidang", "/tasks/2/claim"),
    ("PUT", "bidang", "/tasks/2/draft"),
    ("POST", "bidang", "/tokens"),
    ("POST", "admin", "/incidents/1/retry"),
]


@pytest.fixture
def busy(api: Client) -> Client:
    """Case 1 waits at its task 2."""
    assert api.desk.registered() == 1
    assert api.task(1, "periksa") == 2
    return api


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=BODIES)
def test_bodies(busy: Client, body: object) -> None:
    raw = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    for method, who, path in COMMANDS:
        answer = busy.ask(method, who, path, data=raw, content_type="application/json")
        assert answer.status_code < 500, (path, body, answer.json)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    name=st.sampled_from(["search", "after", "limit", "list", "code", "element", "process", "operator", "nix"]),
    value=st.text(st.characters(codec="utf-8"), max_size=30) | st.integers().map(str),
)
def test_queries(busy: Client, name: str, value: str) -> None:
    for who, path in (
        ("bidang", "/tasks"),
        ("bidang", "/cases"),
        ("bidang", "/cases/1/history"),
        ("bidang", "/cases/1/diagram"),
        ("admin", "/incidents"),
    ):
        query = {name: value} if path != "/cases" or name == "search" else {"search": "s", name: value}
        answer = busy.get(who, path, query_string=query)
        assert answer.status_code < 500, (path, name, value, answer.json)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    header=st.sampled_from(
        ["Idempotency-Key", "If-Match", "Accept-Language", "Content-Type", "Authorization", "Cookie"]
    ),
    value=st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=70),
)
def test_headers(busy: Client, header: str, value: str) -> None:
    answer = busy.post("bidang", "/tasks/2/complete", {"answers": {"berkas_sah": "x"}}, headers={header: value})
    assert 400 <= answer.status_code < 500
