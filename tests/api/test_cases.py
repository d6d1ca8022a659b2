"""Cases over HTTP."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.api.conftest import Client

APPLICATION = {"type": "UJI", "variant": "baru", "applicant": {"name": "Sari", "id": "3275010101800001"}}


def _png() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (2, 2), "white").save(content, "PNG")
    return content.getvalue()


PNG = _png()


def test_open_then_read(api: Client) -> None:
    english = {**APPLICATION, "applicant": {**APPLICATION["applicant"], "language": "en"}}
    made = api.post("loket", "/cases", english)
    assert made.status_code == 201, made.json
    (waiting,) = made.json["opened"]
    task = api.task(made.json["case_id"], "daftar")
    assert waiting == {"element": "daftar", "task_id": task, "name": "daftar", "lane": "Loket", "group": "loket"}
    assert made.headers["ETag"] == f'"{made.json["version"]}"'
    assert made.headers["Location"] == f"/api/v1/cases/{made.json['case_id']}"
    case = api.app.test_client().get(
        made.headers["Location"], headers={"Authorization": f"Bearer {api.token('loket')}"}
    )
    assert case.headers["ETag"] == made.headers["ETag"]
    assert case.json["applicant"]["name"] == "Sari"
    assert case.json["applicant"]["id"] == "3275010101800001"
    assert case.json["applicant"]["language"] == "en"
    assert case.json["opened_at"] == "2016-07-18T02:00:00Z"
    assert case.json["promise_days"] == 4
    assert [task["element"] for task in case.json["tasks"]] == ["daftar"]
    assert case.json["bills"] == []
    assert {"process": "UJI", "name": "UJI"} in case.json["drawings"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "type"),
        ({"type": "UJI", "variant": "baru"}, "applicant"),
        ({**APPLICATION, "applicant": {"name": "  "}}, "applicant.name"),
        ({**APPLICATION, "applicant": {"name": "x" * 201}}, "applicant.name"),
        ({**APPLICATION, "applicant": {"name": "Sari", "id": "12"}}, "applicant.id"),
        ({**APPLICATION, "applicant": {"name": "Sari", "kecamatan": "x" * 41}}, "applicant.kecamatan"),
        ({**APPLICATION, "applicant": {"name": "Sari", "language": "jv"}}, "applicant.language"),
        ({**APPLICATION, "state": "selesai"}, "state"),
        ([], ""),
    ],
)
def test_open_wrong(api: Client, body: object, field: str) -> None:
    answer = api.post("loket", "/cases", body)
    assert answer.status_code == 422
    assert answer.json["errors"][field]


def test_open_unknown_type(api: Client) -> None:
    assert api.post("loket", "/cases", {**APPLICATION, "type": "NIX"}).status_code == 404
    assert api.post("loket", "/cases", {**APPLICATION, "variant": "nix"}).status_code == 404


def test_open_is_not_for_everybody(api: Client) -> None:
    answer = api.post("bidang", "/cases", APPLICATION)
    assert answer.status_code == 403
    assert "case.open" in answer.json["detail"]


def test_the_same_key_opens_once(api: Client) -> None:
    key = {"Idempotency-Key": "buka-1"}
    first = api.post("loket", "/cases", APPLICATION, headers=key)
    again = api.post("loket", "/cases", APPLICATION, headers={"Idempotency-Key": '"buka-1"'})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json["case_id"] == first.json["case_id"]
    assert (first.json["repeated"], again.json["repeated"]) == (False, True)
    other = api.post("loket", "/cases", {**APPLICATION, "variant": "ulang"}, headers=key)
    assert other.status_code == 409
    for bad in ("", "a b", "x" * 61):
        assert api.post("loket", "/cases", APPLICATION, headers={"Idempotency-Key": bad}).status_code == 400


def test_search_pages_by_cursor(api: Client) -> None:
    opened = [api.desk.open() for _ in range(5)]
    seen: list[int] = []
    after = ""
    while True:
        page = api.get("bidang", f"/cases?search=sar&limit=2{after}").json
        seen += [row["id"] for row in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
        api.desk.open()  # what is new does not shift the pages behind
    assert seen == opened[::-1]
    assert api.get("bidang", "/cases").json["errors"]["search"]
    assert api.get("bidang", "/cases?search=x&limit=0").json["errors"]["limit"]
    assert api.get("bidang", "/cases?search=x&after=a").json["errors"]["after"]
    assert api.get("bidang", "/cases?search=x&nix=1").json["errors"]["nix"]
    assert api.get("bplh", "/cases?search=x").status_code == 403


def test_history_is_paged_and_tells_who(api: Client) -> None:
    case_id = api.desk.registered()
    whole = api.get("bidang", f"/cases/{case_id}/history?limit=100").json
    assert [line["seq"] for line in whole["items"]] == list(range(1, len(whole["items"]) + 1))
    assert whole["items"][0]["kind"] == "case_opened"
    assert whole["items"][0]["person"] == "Lina Loket"
    assert len(whole["items"][0]["hash"]) == 64
    first = api.get("bidang", f"/cases/{case_id}/history?limit=1").json
    rest = api.get("bidang", f"/cases/{case_id}/history?after={first['next']}&limit=100").json
    assert first["items"] + rest["items"] == whole["items"]


def test_diagram_lights_the_step(api: Client) -> None:
    case_id = api.desk.registered()
    sop = api.get("bidang", f"/cases/{case_id}/diagram").json
    assert sop["active"] == ["periksa"]
    assert sop["xml"].startswith("<")
    frame = api.get("bidang", f"/cases/{case_id}/diagram?process=kerangka").json
    assert "daftar" in frame["done"]
    assert api.get("bidang", f"/cases/{case_id}/diagram?process=nix").status_code == 404


def test_a_case_of_others_is_closed_to_agencies(api: Client) -> None:
    case_id = api.desk.registered()
    assert api.get("bplh", f"/cases/{case_id}").status_code == 200
    with api.desk.office.db.write() as connection:
        connection.exec_driver_sql('UPDATE case_file SET facts = \'{"instansi": ["DISHUB"]}\'')
    for path in ("", "/history", "/diagram"):
        assert api.get("bplh", f"/cases/{case_id}{path}").status_code == 403
    upload = {"kind": "ktp", "file": (io.BytesIO(PNG), "ktp.png")}
    assert api.ask("POST", "bplh", f"/cases/{case_id}/documents", data=upload).status_code == 403
    assert api.desk.row(case_id).version == 2


def test_unknown_cases(api: Client) -> None:
    for number in ("999", str(2**63 - 1), str(2**63), "9" * 40, "-1", "x"):
        assert api.get("bidang", f"/cases/{number}").status_code == 404
        assert api.post("loket", f"/cases/{number}/withdraw", {"reason": "x"}).status_code == 404


def test_withdraw(api: Client) -> None:
    case_id = api.desk.registered()
    path = f"/cases/{case_id}/withdraw"
    assert api.post("loket", path, {"reason": " "}).json["errors"]["reason"]
    assert api.post("bplh", path, {"reason": "pindah"}).status_code == 403
    stale = api.post("loket", path, {"reason": "pindah"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 409
    assert stale.json["type"].endswith("#stale")
    assert stale.json["version"] == 2
    key = {"Idempotency-Key": "tarik", "If-Match": '"2"'}
    done = api.post("loket", path, {"reason": "pindah"}, headers=key)
    assert (done.status_code, done.json["state"]) == (200, "ditarik")
    assert api.post("loket", path, {"reason": "pindah"}, headers=key).json["repeated"] is True
    gone = api.post("loket", path, {"reason": "pindah"})
    assert (gone.status_code, gone.json["type"].rpartition("#")[2]) == (410, "gone")


def test_return_and_resume(api: Client) -> None:
    case_id = api.desk.registered()
    task = api.task(case_id, "periksa")
    assert api.post("bidang", f"/tasks/{task}/return", {}).json["errors"]["missing"]
    back = api.post("bidang", f"/tasks/{task}/return", {"missing": "Denah lokasi"}, headers={"If-Match": '"2"'})
    assert back.status_code == 200
    assert back.json["opened"][0]["group"] == "pemohon"
    assert api.get("loket", f"/cases/{case_id}").json["promised_at"] is None
    path = f"/cases/{case_id}/resume"
    assert api.post("loket", path, {"answers": {"nix": 1}}).json["errors"]["nix"]
    assert api.post("bidang", path, {"answers": {}}).status_code == 403
    assert api.post("loket", path, {"answers": {}}, headers={"If-Match": '"2"'}).status_code == 409
    key = {"Idempotency-Key": "lanjut"}
    done = api.post("loket", path, {"answers": {"catatan": "denah"}}, headers=key)
    assert [step["element"] for step in done.json["opened"]] == ["periksa"]
    assert api.post("loket", path, {"answers": {"catatan": "denah"}}, headers=key).json["repeated"] is True
    assert api.post("loket", path, {"answers": {}}).status_code == 410


def test_documents_are_judged_by_content(api: Client) -> None:
    case_id = api.desk.registered()
    path = f"/cases/{case_id}/documents"

    def send(content: bytes, name: str = "ktp.png", headers: dict[str, str] | None = None, **form: str) -> object:
        data = {"kind": "ktp", "file": (io.BytesIO(content), name), **form}
        return api.ask("POST", "loket", path, data=data, headers=headers)

    key = {"Idempotency-Key": "unggah"}
    made = send(PNG, headers=key)
    assert made.status_code == 201, made.json
    assert send(PNG, headers=key).json["repeated"] is True
    listed = api.get("loket", f"/cases/{case_id}").json["documents"]
    assert [(d["kind"], d["title"], d["mime"], d["person"]) for d in listed] == [
        ("ktp", "ktp.png", "image/png", "Lina Loket")
    ]
    assert send(b"MZ\x90", "ktp.png").json["errors"]["berkas"]
    assert send(PNG, "ktp.pdf").json["errors"]["berkas"]
    assert send(PNG, kind="../x").json["errors"]["kind"]
    assert send(PNG, headers={"If-Match": '"1"'}).status_code == 409
    assert send(PNG, "../../etc/pass\u202ewd.png").status_code == 201
    assert api.post("loket", path, {"kind": "ktp"}).status_code == 415
    assert api.ask("POST", "loket", path, data={"kind": "ktp", "x": (io.BytesIO(b"1"), "y")}).json["errors"]["file"]
    assert api.ask("POST", "admin", path, data={}).status_code == 403
    names = [d["file_name"] for d in api.get("loket", f"/cases/{case_id}").json["documents"]]
    assert names == ["ktp.png", "passwd.png"]
    file = api.get("loket", f"/documents/{listed[0]['id']}")
    assert (file.status_code, file.data, file.mimetype) == (200, PNG, "image/png")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file.headers["Content-Security-Policy"]
    same = api.get("loket", f"/documents/{listed[0]['id']}", headers={"If-None-Match": file.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert api.get("loket", "/documents/999").status_code == 404
    assert api.get("admin", f"/documents/{listed[0]['id']}").status_code == 403


def test_a_closed_case_takes_no_documents(api: Client) -> None:
    case_id = api.desk.open()
    api.post("loket", f"/cases/{case_id}/withdraw", {"reason": "pindah"})
    upload = {"kind": "ktp", "file": (io.BytesIO(PNG), "ktp.png")}
    assert api.ask("POST", "loket", f"/cases/{case_id}/documents", data=upload).status_code == 410
