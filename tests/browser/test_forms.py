"""Forms in a real browser: the script hides what the server would drop, and without it nothing is lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request, send_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from engine.errors import Invalid
from engine.forms.feel import from_tree
from tests.engine.forms.build import choice, component, form, hide, required
from web import kit
from web.forms import parse_request_form, render_decision, render_form

WEB = Path(kit.__file__).parent
FORM = form(
    choice("radio", "hubungan", "sendiri", "kuasa"),
    component("textfield", "surat", validate=required(), conditional=hide('hubungan != "kuasa"')),
    component("textfield", "meterai", conditional=hide('surat != "asli"')),
    component("number", "luas"),
    component("textfield", "besar", conditional=hide("luas <= 1000 or luas = null")),
    choice("checklist", "guna", "usaha", "tinggal"),
    component("textfield", "usaha", conditional=hide('not(list contains(guna, "usaha"))')),
    component("textarea", "kurang", validate=required(), conditional=hide('sah != "tidak"')),
    choice("radio", "sah", "ya", "tidak", validate=required(), properties={"keputusan": "ya"}),
)
PAGE = """<!doctype html><html lang="id"><meta charset="utf-8"><title>Uji</title>
<script type="module" src="/mulai.js"></script><form method="post" novalidate>{}{}</form><pre>{}</pre></html>"""
START = (
    "import * as forms from '/forms.js'; forms.start(document); window.forms = forms; document.body.dataset.siap = '';"
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A bare application that shows FORM, loads what is posted and shows what it would store."""
    app = Flask("uji", template_folder=str(WEB / "templates"), static_folder=str(WEB / "static"))
    kit.register(app)

    @app.route("/", methods=["GET", "POST"])
    def page() -> str:
        answers = parse_request_form(FORM, request.form)
        errors: dict[str, list[str]] = {}
        stored = ""
        if request.method == "POST":
            try:
                stored = json.dumps(FORM.load(answers))
            except Invalid as refused:
                errors = refused.fields
        assert FORM.decision is not None
        buttons = render_decision(FORM.decision, {"ya": "ke paraf"}, error=errors.get("sah", ()))
        return PAGE.format(render_form(FORM, answers, errors), buttons, stored)

    app.add_url_rule("/forms.js", "forms", lambda: send_file(WEB / "assets" / "src" / "forms.js"))
    app.add_url_rule("/mulai.js", "mulai", lambda: (START, {"Content-Type": "text/javascript"}))
    app.after_request(lambda response: _policed(response))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def _policed(response: Any) -> Any:
    response.headers["Content-Security-Policy"] = kit.CONTENT_SECURITY_POLICY
    return response


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector("body[data-siap]")
    return page


def test_parts_come_and_go_with_the_answers(page: Page, address: str) -> None:
    opened(page, address)
    surat, meterai = page.locator("[name=surat]"), page.locator("[name=meterai]")
    expect(surat).to_be_hidden()
    expect(page.locator("[data-when]").first).to_be_hidden()
    page.get_by_label("KUASA").check()
    expect(surat).to_be_visible()
    expect(meterai).to_be_hidden()
    surat.fill("asli")
    expect(meterai).to_be_visible()
    page.get_by_label("SENDIRI").check()
    expect(surat).to_be_hidden()
    expect(meterai).to_be_hidden()
    page.locator("[name=luas]").fill("1.000,5")
    expect(page.locator("[name=besar]")).to_be_visible()
    page.locator("[name=luas]").fill("999")
    expect(page.locator("[name=besar]")).to_be_hidden()
    page.get_by_role("checkbox", name="USAHA").check()
    expect(page.locator("[name=usaha]")).to_be_visible()


def test_what_is_hidden_is_not_stored_and_a_button_is_the_decision(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_label("KUASA").check()
    page.locator("[name=surat]").fill("asli")
    page.get_by_label("SENDIRI").check()
    page.get_by_role("button", name="YA").click()
    expect(page.locator("pre")).to_have_text('{"hubungan": "sendiri", "guna": [], "sah": "ya"}')


def test_an_outcome_that_needs_more_says_so(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_role("button", name="TIDAK").click()
    page.wait_for_selector("body[data-siap]")
    page.get_by_role("link", name="Kurang: Harus diisi.").click()
    expect(page.locator("[name=kurang]")).to_be_focused()
    page.locator("[name=kurang]").fill("KTP")
    page.get_by_role("button", name="TIDAK").click()
    expect(page.locator("pre")).to_contain_text('"kurang": "KTP"')


def test_the_enter_key_takes_no_decision(page: Page, address: str) -> None:
    opened(page, address)
    page.locator("[name=luas]").press("Enter")
    expect(page.get_by_role("link", name="Sah: Harus diisi.")).to_be_visible()


def test_without_javascript_everything_can_be_filled_in(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text("Diisi bila Hubungan: KUASA.")).to_be_visible()
    page.get_by_label("KUASA").check()
    page.locator("[name=surat]").fill("Nomor 5")
    page.get_by_role("button", name="YA").click()
    expect(page.locator("pre")).to_have_text('{"hubungan": "kuasa", "surat": "Nomor 5", "guna": [], "sah": "ya"}')
    context.close()


VALUES = st.sampled_from([None, True, False, "x", "y", "", 0, 7, 0.5, -3, ["x"], ["x", 7], []])
TREES = st.recursive(
    st.one_of(VALUES.map(lambda value: ["value", value]), st.sampled_from("abc").map(lambda name: ["name", name])),
    lambda inner: st.one_of(
        inner.map(lambda tree: ["not", tree]),
        st.tuples(st.sampled_from(["and", "or", "contains", "=", "!=", "<", "<=", ">", ">="]), inner, inner).map(list),
    ),
    max_leaves=8,
)


def test_browser_and_server_judge_alike(page: Page, address: str) -> None:
    opened(page, address)

    @settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(st.lists(st.tuples(TREES, st.dictionaries(st.sampled_from("abc"), VALUES)), min_size=1, max_size=20))
    def alike(pairs: list[tuple[list[Any], dict[str, Any]]]) -> None:
        script = "pairs => pairs.map(([tree, facts]) => window.forms.evaluate(tree, (name) => facts[name] ?? null))"
        found = page.evaluate(script, [list(pair) for pair in pairs])
        assert found == [from_tree(tree).evaluate(facts) for tree, facts in pairs]

    alike()


@pytest.mark.parametrize("typed", ["12", "12,5", "1.234.567", "1.234,5", "-3", "dua", "", "1,2,3", "0,5"])
def test_browser_and_server_read_numbers_alike(page: Page, address: str, typed: str) -> None:
    opened(page, address)
    facts = FORM.facts({"luas": typed})
    assert page.evaluate("typed => window.forms.number(typed)", typed) == facts["luas"]
