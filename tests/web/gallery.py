"""A small application that shows every part of web/templates once: for looking at, and for the tests of the kit.

`python -m tests.web.gallery [PORT]` serves it on 127.0.0.1 under the policy that all pages are made for.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, flash, jsonify, redirect, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from web import kit

HERE = Path(__file__).resolve().parent
DIAGRAM = HERE / "contoh.bpmn"
MOMENT = datetime(2016, 7, 6, 7, 30, tzinfo=UTC)
ERRORS = ("403", "404", "409", "410", "422", "429", "500", "csrf")

NAV = [
    {"href": "/", "text": "Tugas", "current": True, "count": 12},
    *({"href": f"/{word.lower()}", "text": word} for word in ("Permohonan", "Loket", "Rapat", "Masalah", "SOP")),
]
PERSON = {"name": "Siti Rahmawati", "role": "Loket pendaftaran"}
CASE = {
    "resi": "HO-2016-001234",
    "type": "Izin Gangguan (HO)",
    "variant": "Baru",
    "applicant": "PT Sumber Rejeki Abadi",
    "promise": MOMENT,
    "promise_days": 7,
    "clock": "stopped",
    "clock_why": "menunggu pemohon melengkapi berkas",
    "minutes_left": -720,
    "state": "late",
}
STATE = {
    "active": ["bahas"],
    "done": ["mulai", "periksa", "g_sah"],
    "flows": ["f1", "f2", "f3"],
    "late": ["ba", "bukan_di_diagram_ini"],
    "counts": {"bahas": {"waiting": 3, "median": "1,5 hk"}, "ba": {"waiting": 12, "median": "6,4 hk"}, "hilang": {}},
    "links": {"bahas": "/permohonan?langkah=bahas", "hilang": "/tidak"},
}


def page_values() -> dict[str, Any]:
    """What the gallery's template shows; the tests put hostile text into a copy of it."""
    return {
        "nav": NAV,
        "person": PERSON,
        "sign_out_url": "/keluar",
        "case": CASE,
        "rows": [
            {
                "cells": [
                    {"text": "HO-2016-001234", "href": "/t/1"},
                    "Izin Gangguan (HO)",
                    "PT Sumber Rejeki Abadi",
                    "Periksa keabsahan berkas",
                    {"text": "terlambat 1,5 hari kerja", "note": "Tim Teknis: BPLH"},
                ],
                "href": "/t/1",
                "claim": "/ambil/1",
                "state": "late",
            },
            {
                "cells": [
                    {"text": "SIUP-2016-0009", "href": "/t/2"},
                    "SIUP",
                    "Budi Santoso",
                    {"html": claim_form("/ambil/2")},
                    "sisa 3 jam kerja",
                ],
                "href": "/t/2",
                "claim": "/ambil/2",
            },
        ],
        "url": lambda number: f"/?halaman={number}",
        "events": [
            {
                "title": "Berkas dikembalikan",
                "who": "Siti Rahmawati",
                "at": MOMENT,
                "used": 720,
                "text": "Fotokopi PBB tahun berjalan belum ada.",
                "state": "waiting_applicant",
            },
            {"title": "Resi diberikan", "who": "Loket 3", "at": MOMENT},
        ],
        "steps": [
            {"name": "Resi diberikan", "lane": "Pemohon", "kind": "start"},
            {"name": "Periksa berkas", "lane": "Bidang Jasa Usaha", "waktu": 480, "output": "Hasil", "state": "done"},
            {"name": "Berkas sah?", "lane": "Bidang Jasa Usaha", "kind": "gateway"},
            {"name": "Pembahasan teknis", "lane": "Tim Teknis", "kind": "phase", "waktu": 960, "state": "active"},
            {"name": "Tanda tangani", "lane": "Kepala Badan", "waktu": "setengah hari", "kelengkapan": "Konsep"},
        ],
    }


def claim_form(action: str) -> Markup:
    """The form that the key c submits, as Markup."""
    return Markup('<form method="post" action="{}"><button class="govuk-button">Ambil</button></form>').format(action)


def gallery_app() -> Flask:
    """The gallery, with the header that every page of SIMYANDU carries."""
    app = Flask("gallery", template_folder=str(kit.HERE / "templates"), static_folder=str(kit.STATIC))
    app.secret_key = "galeri"
    kit.register(app)
    found = app.jinja_loader
    assert found is not None
    app.jinja_loader = ChoiceLoader([found, FileSystemLoader(HERE)])

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = kit.CONTENT_SECURITY_POLICY
        return response

    @app.get("/")
    def gallery() -> str:
        if "pesan" in request.args:
            flash("Berita acara disahkan. Berikutnya: nota perhitungan retribusi.", "success")
        return render_template("gallery.html", **page_values())

    @app.get("/diagram")
    def only_diagram() -> str:
        return render_template("only_diagram.html", xml=request.args.get("xml", "/sop.bpmn"), nav=NAV, wide=True)

    @app.get("/masuk")
    def sign_in() -> str:
        return render_template("sign_in.html", area="public", error=request.args.get("error"))

    @app.get("/galat/<name>")
    def error(name: str) -> str:
        return render_template(f"errors/{name}.html", reference="7f3a-22", sign_in_url="/masuk", home_url="/")

    @app.get("/sop.bpmn")
    def diagram() -> Response:
        return Response(DIAGRAM.read_bytes(), mimetype="application/xml")

    @app.get("/state.json")
    def state() -> Response:
        return jsonify(STATE)

    @app.get("/bagian")
    def part() -> str:
        return render_template("part.html", came_by=request.headers.get("HX-Request", "halaman"))

    @app.get("/didahului")
    def taken() -> tuple[str, int]:
        return "Sudah diambil Rina pukul 09.12", 409

    @app.post("/ambil/<number>")
    def claim(number: str) -> BaseResponse:
        return redirect(f"/diambil/{number}")

    @app.get("/<path:anywhere>")
    def anywhere(anywhere: str) -> str:
        return f"<title>{anywhere}</title>"

    return app


if __name__ == "__main__":
    gallery_app().run(port=int(sys.argv[1]) if len(sys.argv) > 1 else 5077)
