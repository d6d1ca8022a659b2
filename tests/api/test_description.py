"""The API says truly what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.permissions import PERMISSIONS
from tests.api.conftest import Client


def refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from refs(part)
    elif isinstance(value, list):
        for part in value:
            yield from refs(part)


def test_every_route_is_described(api: Client) -> None:
    document = api.app.test_client().get("/api/openapi.json").json
    assert document["openapi"].startswith("3.1")
    told = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    for rule in api.app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1"):
            path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                assert (method, path) in told
                operation = document["paths"][path][method.lower()]
                assert operation["summary"]
                assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
                permission = api.app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
                assert operation.get("x-permission") == permission
                assert permission is None or permission in PERMISSIONS
                assert {"bearer": []} in operation["security"]


def test_references_lead_somewhere(api: Client) -> None:
    document = api.app.test_client().get("/api/openapi.json").json
    found = list(refs(document))
    assert found
    for ref in found:
        here = document
        for part in ref.removeprefix("#/").split("/"):
            here = here[part]


def test_commands_tell_their_headers(api: Client) -> None:
    document = api.app.test_client().get("/api/openapi.json").json
    for path, methods in document["paths"].items():
        names = {p["name"] for p in methods.get("post", {}).get("parameters", [])}
        exempt = path in ("/api/v1/tokens", "/api/v1/processes/check", "/api/v1/payments") or path.endswith("/preview")
        if "post" in methods and not exempt:
            assert "Idempotency-Key" in names, path
    assert "If-Match" in {
        p["name"] for p in document["paths"]["/api/v1/tasks/{task_id}/complete"]["post"]["parameters"]
    }


def test_the_page_for_people_needs_nothing_from_elsewhere(api: Client) -> None:
    client = api.app.test_client()
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "script" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script|style=|<img|https?://(?!127)", page.text)
    for link in re.findall(r'href="(/[^"#]*)"', page.text):
        assert client.get(link).status_code == 200
    anchors = set(re.findall(r'id="([^"]+)"', page.text))
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= anchors
    assert "/api/v1/tasks/{task_id}/complete" in page.text


def test_mounted_by_a_dispatcher(api: Client) -> None:
    from werkzeug.middleware.dispatcher import DispatcherMiddleware
    from werkzeug.test import Client as Wsgi

    mounted = Wsgi(DispatcherMiddleware(lambda e, s: [b""], {"/api": api.app}))
    answer = mounted.get("/api/v1/me", headers={"Authorization": f"Bearer {api.token('loket')}"})
    assert answer.status_code == 200
    made = mounted.post(
        "/api/v1/cases",
        json={"type": "UJI", "variant": "baru", "applicant": {"name": "Sari"}},
        headers={"Authorization": f"Bearer {api.token('loket')}"},
    )
    assert made.headers["Location"] == f"/api/v1/cases/{made.json['case_id']}"
