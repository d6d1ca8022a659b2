"""Tasks over HTTP."""

from __future__ import annotations

from threading import Barrier, Thread

from tests.api.conftest import PEOPLE, Client


def test_inbox_lists_and_filters(api: Client) -> None:
    cases = [api.desk.registered() for _ in range(3)]
    page = api.get("bidang", "/tasks").json
    assert [row["case_id"] for row in page["items"]] == cases
    row = page["items"][0]
    assert (row["type"], row["element"], row["group"], row["late"]) == ("UJI", "periksa", "bidang:jasa_usaha", False)
    assert row["left_minutes"] == 480
    assert row["due_at"].endswith("Z")
    assert api.get("bidang", "/tasks?list=mine").json["items"] == []
    assert api.get("bidang", "/tasks?element=nix").json["items"] == []
    assert len(api.get("bidang", "/tasks?code=UJI&element=periksa").json["items"]) == 3
    assert api.get("bidang", "/tasks/counts").json == {"mine": 0, "group": 3, "applicant": 0, "late": 0}
    assert api.get("admin", "/tasks").status_code == 403
    assert api.get("admin", "/tasks/counts").status_code == 403


def test_inbox_pages_by_cursor(api: Client) -> None:
    cases = [api.desk.registered() for _ in range(5)]
    seen, after = [], ""
    while after is not None:
        page = api.get("bidang", f"/tasks?limit=2{after and '&after=' + after}").json
        seen += [row["case_id"] for row in page["items"]]
        after = page["next"]
    assert seen == cases
    for bad in ("x", "1", "9" * 18 + ".1", "1.2.3", "\u0661.1"):
        assert api.get("bidang", f"/tasks?after={bad}").json["errors"]["after"]
    assert api.get("bidang", "/tasks?list=all").json["errors"]["list"]
    assert api.get("bidang", "/tasks?limit=101").json["errors"]["limit"]


def test_one_task_with_its_form(api: Client) -> None:
    case_id = api.desk.registered()
    task = api.task(case_id, "periksa")
    answer = api.get("bidang", f"/tasks/{task}")
    assert answer.headers["ETag"] == '"2"'
    told = answer.json
    assert told["case"]["applicant"]["name"] == "Sari"
    assert told["may_work"] is True
    assert told["form"]["decision"] == "berkas_sah"
    assert told["form"]["schema"]["required"] == ["berkas_sah"]
    assert told["form"]["schema"]["properties"]["berkas_sah"]["enum"] == ["ya", "tidak"]
    assert [field["key"] for field in told["form"]["fields"]] == ["berkas_sah", "kekurangan"]
    assert "lengkapi" in told["next_steps"]["tidak"]
    assert told["earlier"][0]["data"] == {"usaha": "Warung", "ktp": True}
    assert told["properties"]["kelengkapan"] == "berkas"
    assert api.get("loket", f"/tasks/{task}").json["may_work"] is False
    assert api.get("bidang", "/tasks/999").status_code == 404
    assert api.get("admin", f"/tasks/{task}").status_code == 403


def test_claim_and_release(api: Client) -> None:
    task = api.task(api.desk.registered(), "periksa")
    key = {"Idempotency-Key": "ambil"}
    mine = api.post("bidang", f"/tasks/{task}/claim", headers={**key, "If-Match": '"2"'})
    assert (mine.status_code, mine.headers["ETag"]) == (200, '"3"')
    again = api.post("bidang", f"/tasks/{task}/claim", headers=key)
    assert again.json["repeated"] is True
    taken = api.post("bidang2", f"/tasks/{task}/claim")
    assert taken.status_code == 409
    assert taken.json["type"].endswith("#taken")
    assert taken.json["by"] == "Budi Bidang"
    assert taken.json["at"] == "2016-07-18T02:00:00Z"
    assert api.post("bidang", f"/tasks/{task}/release", headers={"If-Match": '"2"'}).status_code == 409
    assert api.post("bidang", f"/tasks/{task}/release", headers={"If-Match": "nix"}).status_code == 400
    assert api.post("bplh", f"/tasks/{task}/claim").status_code == 403  # another group's
    assert api.post("admin", f"/tasks/{task}/claim").status_code == 403
    assert api.post("admin", f"/tasks/{task}/release").status_code == 403
    back = {"Idempotency-Key": "lepas"}
    assert api.post("bidang", f"/tasks/{task}/release", headers=back).status_code == 200
    assert api.post("bidang", f"/tasks/{task}/release", headers=back).json["repeated"] is True
    assert api.post("bidang2", f"/tasks/{task}/claim").status_code == 200
    assert api.post("bidang", "/tasks/999/claim").status_code == 404


def test_complete(api: Client) -> None:
    case_id = api.desk.registered()
    path = f"/tasks/{api.task(case_id, 'periksa')}/complete"
    wrong = api.post("bidang", path, {"answers": {"berkas_sah": "mungkin", "nix": 1}})
    assert wrong.status_code == 422
    assert set(wrong.json["errors"]) == {"berkas_sah", "nix"}
    assert api.post("bidang", path, {"answers": []}).json["errors"]["answers"]
    assert api.post("bidang", path, {"jawaban": {}}).json["errors"]["jawaban"]
    assert api.post("admin", path, {"answers": {"berkas_sah": "ya"}}).status_code == 403
    assert api.post("bplh", path, {"answers": {"berkas_sah": "ya"}}).status_code == 403
    assert api.post("bidang", path, {"answers": {"berkas_sah": "ya"}}, headers={"If-Match": '"1"'}).status_code == 409
    key = {"Idempotency-Key": "selesai-1", "If-Match": '"2"'}
    done = api.post("bidang", path, {"answers": {"berkas_sah": "ya"}}, headers=key)
    assert done.status_code == 200, done.json
    assert done.headers["ETag"] == '"3"'
    assert [step["group"] for step in done.json["opened"]] == ["tim_teknis:BPLH", "tim_teknis:DISHUB"]
    again = api.post("bidang", path, {"answers": {"berkas_sah": "ya"}}, headers=key)
    assert (again.status_code, again.json["repeated"]) == (200, True)
    assert again.json["version"] == 3
    taken = api.post("bidang2", path, {"answers": {"berkas_sah": "ya"}})
    assert (taken.status_code, taken.json["by"]) == (409, "Budi Bidang")
    assert api.desk.history(case_id).count("task_completed") == 2  # daftar and periksa


def test_one_of_many_completes(api: Client) -> None:
    path = f"/tasks/{api.task(api.desk.registered(), 'periksa')}/complete"
    start, found = Barrier(4), []
    for who in ("bidang", "bidang2"):
        api.token(who)

    def work(who: str) -> None:
        start.wait()
        found.append(api.post(who, path, {"answers": {"berkas_sah": "ya"}}).status_code)

    rivals = [Thread(target=work, args=(who,)) for who in ("bidang", "bidang2") * 2]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    assert sorted(found) == [200, 409, 409, 409]


def test_a_step_that_cannot_return(api: Client) -> None:
    case_id = api.desk.to_signatures()
    task = api.task(case_id, "teken")
    assert api.post("bplh", f"/tasks/{task}/return", {"missing": "x"}).status_code == 403
    assert api.post("bidang", f"/tasks/{task}/return", {"missing": "x"}).status_code == 403
    opened = api.task(api.desk.open(), "daftar")
    assert api.post("loket", f"/tasks/{opened}/return", {"missing": "x"}).json["errors"][""]


def test_return_again_with_the_same_key(api: Client) -> None:
    task = api.task(api.desk.registered(), "periksa")
    key = {"Idempotency-Key": "kembali", "If-Match": '"2"'}
    assert api.post("bidang", f"/tasks/{task}/return", {"missing": "x"}, headers={"If-Match": '"1"'}).status_code == 409
    assert api.post("bidang", f"/tasks/{task}/return", {"missing": "x"}, headers=key).status_code == 200
    assert api.post("bidang", f"/tasks/{task}/return", {"missing": "x"}, headers=key).json["repeated"] is True


def test_drafts_are_ones_own(api: Client) -> None:
    task = api.task(api.desk.registered(), "periksa")
    path = f"/tasks/{task}/draft"
    saved = api.ask("PUT", "bidang", path, json={"values": {"kekurangan": "Den"}})
    assert (saved.status_code, saved.json["saved_at"]) == (200, "2016-07-18T02:00:00Z")
    mine = api.get("bidang", f"/tasks/{task}").json
    assert (mine["values"], mine["draft_at"]) == ({"kekurangan": "Den"}, "2016-07-18T02:00:00Z")
    assert api.get("bidang2", f"/tasks/{task}").json["values"] == {}
    assert api.ask("PUT", "bidang", path, json={}).json["errors"]["values"]
    assert api.ask("PUT", "bidang", path, json={"values": {"x": "y" * 60_001}}).status_code == 422
    assert api.ask("PUT", "loket", path, json={"values": {}}).status_code == 403
    assert api.ask("PUT", "admin", path, json={"values": {}}).status_code == 403
    assert api.ask("PUT", "bidang", "/tasks/999/draft", json={"values": {}}).status_code == 404


def test_people_of_the_desk_are_those_of_the_tokens() -> None:
    assert PEOPLE["bidang"].name == "Budi Bidang"
