"""One task: what it shows, finishing it, what refuses it, and that nothing typed is lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from PIL import Image

from engine import cases
from engine.bundle import Bundle
from engine.dossier import task_view
from engine.storage.schema import cases as case_table
from engine.storage.schema import drafts
from tests.engine.core.conftest import PEOPLE, Desk, bundle, form, radio
from tests.web.conftest import Answer, Visitor

Enter = Callable[[str], Visitor]


def picture(colour: str = "white") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(content, "PNG")
    return content.getvalue()


def task_of(desk: Desk, case_id: int, element: str | None = None) -> int:
    return int(next(row.id for row in desk.tasks(case_id) if element in (None, row.element)))


def opened(visitor: Visitor, task_id: int) -> tuple[Answer, Any]:
    page = visitor.get(f"/tugas/{task_id}")
    assert page.status == 200
    return page, page.form(f"/tugas/{task_id}")


def typed(desk: Desk, name: str, task_id: int) -> dict[str, Any]:
    return dict(task_view(desk.office, PEOPLE[name], task_id).values)


def errors_at(page: Answer, key: str) -> str:
    return " ".join(page.doc.xpath(f"//*[@id='isian-{key}-error']")[0].text_content().split())


def test_the_page_shows_the_form_the_ground_and_where_the_step_stands(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    task_id = task_of(desk, case_id)
    page, form = opened(visit("bidang"), task_id)
    assert [button.get("value") for button in form.xpath(".//button[@name='berkas_sah']")] == ["ya", "tidak"]
    assert "→ lengkapi (Pemohon, 1 hari kerja)" in page.text
    found = page.doc.xpath("//section[@aria-label='Temuan langkah sebelumnya']")[0].text_content()
    assert "Warung" in found and "Usaha" in found and "Lina Loket" in found
    assert "UJI-000001" in page.text and "Sari" in page.text
    drawn = page.doc.xpath("//*[contains(@class, 'sy-diagram ')or @class='sy-diagram']")[0]
    assert "proses=UJI" in drawn.get("data-xml")


def test_finishing_says_what_happened_what_is_next_and_who_has_it(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    bidang = visit("bidang")
    _, form = opened(bidang, task_of(desk, case_id))
    after = bidang.send(form, berkas_sah="ya")
    assert after.path == "/tugas"
    assert "“periksa” selesai. Berikutnya: teken (Tim Teknis (BPLH)); teken (Tim Teknis (DISHUB))." in after.text
    assert desk.at(case_id) == ["teken", "teken"]


def test_the_end_of_a_case_is_said(visit: Enter, desk: Desk) -> None:
    case_id = desk.to_signatures()
    desk.do("bplh", case_id, "teken", tanggapan_ini="setuju")
    desk.do("dishub", case_id, "teken", tanggapan_ini="setuju")
    bidang, loket = visit("bidang"), visit("loket")
    _, form = opened(bidang, task_of(desk, case_id))
    assert "langkah otomatis" in bidang.send(form, hasil="disetujui").text
    desk.work()
    _, form = opened(loket, task_of(desk, case_id))
    assert "Permohonan ditutup: selesai." in loket.send(form).text


def test_a_double_press_finishes_once_and_looks_the_same(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    bidang = visit("bidang")
    _, form = opened(bidang, task_of(desk, case_id))
    first, second = (bidang.send(form, berkas_sah="ya") for _ in range(2))
    assert first.path == second.path == "/tugas"
    assert "Berikutnya: teken" in second.text
    assert desk.history(case_id).count("task_completed") == 2


def test_mistakes_are_shown_at_their_fields_and_nothing_typed_is_lost(visit: Enter, desk: Desk) -> None:
    case_id = desk.open()
    loket = visit("loket")
    task_id = task_of(desk, case_id)
    _, form = opened(loket, task_id)
    page = loket.send(form, usaha="", ktp="on")
    assert page.status == 422
    assert "usaha" in page.doc.xpath("//*[contains(@class, 'govuk-error-summary')]//a/@href")[0]
    assert errors_at(page, "usaha")
    assert page.doc.xpath("//input[@name='ktp' and @checked]")
    assert typed(desk, "loket", task_id)["ktp"] is True


def test_a_draft_is_kept_shown_again_and_gone_once_the_task_is_done(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    task_id = task_of(desk, case_id)
    bidang = visit("bidang")
    _, form = opened(bidang, task_id)
    saved = bidang.send(form, to=f"/tugas/{task_id}/konsep", kekurangan="NPWP tidak terbaca")
    assert saved.path == f"/tugas/{task_id}" and "Konsep tersimpan 09.00" in saved.text
    page, form = opened(bidang, task_id)
    assert page.doc.xpath("//textarea[@name='kekurangan']")[0].text.strip() == "NPWP tidak terbaca"
    assert (
        not visit("bidang2").get(f"/tugas/{task_id}").doc.xpath("//textarea[@name='kekurangan'][contains(., 'NPWP')]")
    )
    bidang.send(form, berkas_sah="tidak")
    with desk.office.db.read() as connection:
        assert connection.execute(drafts.select()).first() is None


def test_the_script_gets_the_time_of_the_draft(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    path = f"/tugas/{task_of(desk, case_id)}/konsep"
    answer = visit("bidang").post(path, {"kekurangan": "x"}, headers={"Accept": "application/json"})
    assert answer.response.get_json() == {"text": "Konsep tersimpan 09.00"}


def test_a_draft_after_the_session_ended_is_refused_so_that_the_page_can_say_so(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    bidang = visit("bidang")
    task_id = task_of(desk, case_id)
    _, form = opened(bidang, task_id)
    desk.clock.advance(hours=1)
    sent = {"csrf_token": form.fields["csrf_token"], "kekurangan": "lama"}
    headers = {"Accept": "application/json", "HX-Request": "true"}
    answer = bidang.client.post(f"/tugas/{task_id}/konsep", data=sent, headers=headers)
    assert answer.status_code == 401
    assert bidang.client.get("/tugas/kunci", headers=headers).status_code == 401


def test_somebody_was_faster_and_what_was_typed_is_kept(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    task_id = task_of(desk, case_id)
    bidang = visit("bidang")
    _, form = opened(bidang, task_id)
    desk.do("bidang2", case_id, "periksa", berkas_sah="ya")
    page = bidang.send(form, berkas_sah="tidak", kekurangan="KTP kabur")
    assert page.status == 409
    assert "Bela Bidang" in page.text and "18 Juli 2016 09.00" in page.text
    assert "KTP kabur" in page.text and "tersimpan sebagai konsep" in page.text
    assert typed(desk, "bidang", task_id)["kekurangan"] == "KTP kabur"
    dropped = bidang.send(page.form(f"/tugas/{task_id}/konsep/buang"))
    assert dropped.status == 200 and typed(desk, "bidang", task_id) == {}


def test_a_task_that_another_holds_is_for_reading(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    task_id = task_of(desk, case_id)
    cases.claim(desk.office, task_id, by=PEOPLE["bidang2"])
    bidang = visit("bidang")
    page = bidang.get(f"/tugas/{task_id}")
    assert "Sedang dikerjakan oleh Bela Bidang" in page.text
    assert not [form for form in page.doc.forms if form.get("action") == f"/tugas/{task_id}"]
    taken = bidang.post(f"/tugas/{task_id}/ambil")
    assert taken.status == 409 and "Bela Bidang" in taken.text
    assert bidang.post(f"/tugas/{task_id}", {"berkas_sah": "ya"}).status == 409


def test_another_groups_task_is_for_reading_and_refuses_work(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    task_id = task_of(desk, case_id)
    loket = visit("loket")
    assert "Hanya untuk dibaca" in loket.get(f"/tugas/{task_id}").text
    assert loket.post(f"/tugas/{task_id}", {"berkas_sah": "ya"}).status == 403
    assert loket.post(f"/tugas/{task_id}/konsep", {"kekurangan": "x"}).status == 403
    assert desk.at(case_id) == ["periksa"]


def test_take_and_give_back(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    task_id = task_of(desk, case_id)
    bidang = visit("bidang")
    page = bidang.send(bidang.get(f"/tugas/{task_id}").form(f"/tugas/{task_id}/ambil"))
    assert desk.tasks(case_id)[0].holder_id == 2
    back = bidang.send(page.form(f"/tugas/{task_id}/lepas"))
    assert back.path == "/tugas" and "kembali ke kelompok" in back.text
    assert desk.tasks(case_id)[0].holder_id is None


def test_what_changed_meanwhile_is_named_and_a_second_press_goes_through(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    task_id = task_of(desk, case_id)
    bidang = visit("bidang")
    _, form = opened(bidang, task_id)
    stored = desk.office.documents.put(picture(), name="ktp.png")
    cases.add_document(desk.office, case_id, "ktp", "KTP", "ktp.png", stored, by=PEOPLE["loket"])
    page = bidang.send(form, berkas_sah="ya", catatan="sudah dicek", kekurangan="tetap ada")
    assert page.status == 409
    assert "Berkas ditambahkan: ktp.png" in page.text
    assert page.doc.xpath("//textarea[@name='kekurangan']")[0].text.strip() == "tetap ada"
    assert bidang.send(page.form(f"/tugas/{task_id}"), berkas_sah="ya").path == "/tugas"


def test_signing_side_by_side_does_not_get_in_each_others_way(visit: Enter, desk: Desk) -> None:
    case_id = desk.to_signatures()
    bplh = visit("bplh")
    mine = next(row.id for row in desk.tasks(case_id) if row.agency == "BPLH")
    _, form = opened(bplh, mine)
    desk.do("dishub", case_id, "teken", tanggapan_ini="setuju")
    assert bplh.send(form, tanggapan_ini="keberatan").path == "/tugas"


def test_a_cancelled_task_says_that_the_case_went_on(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    task_id = task_of(desk, case_id)
    bidang = visit("bidang")
    _, form = opened(bidang, task_id)
    cases.withdraw(desk.office, case_id, "batal", by=PEOPLE["loket"])
    sent = bidang.send(form, berkas_sah="tidak", kekurangan="hampir selesai")
    assert sent.status == 410 and "hampir selesai" in sent.text
    assert bidang.get(f"/tugas/{task_id}").status == 410


def test_a_finished_task_shows_its_answers_and_who_gave_them(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    task_id = task_of(desk, case_id)
    desk.do("bidang", case_id, "periksa", berkas_sah="ya")
    page = visit("bidang2").get(f"/tugas/{task_id}")
    assert "Diselesaikan oleh Budi Bidang" in page.text and "berkas_sah" in page.text


def test_a_requirements_file_comes_with_the_form_once_and_ticks_it(visit: Enter, desk: Desk) -> None:
    case_id = desk.open()
    loket = visit("loket")
    _, form = opened(loket, task_of(desk, case_id))

    def send() -> Answer:
        return loket.send(form, usaha="Warung", **{"berkas-ktp": (io.BytesIO(picture()), "ktp.png")})

    assert send().path == "/tugas" and send().path == "/tugas"
    assert desk.at(case_id) == ["periksa"]
    assert desk.history(case_id).count("document_added") == 1
    shown = visit("bidang").get(f"/tugas/{task_of(desk, case_id)}")
    assert "ktp.png" in shown.text and "KTP" in shown.text


def test_a_refused_file_is_a_mistake_at_its_requirement(visit: Enter, desk: Desk) -> None:
    case_id = desk.open()
    loket = visit("loket")
    _, form = opened(loket, task_of(desk, case_id))
    page = loket.send(form, usaha="Warung", **{"berkas-ktp": (io.BytesIO(b"MZ program"), "ktp.png")})
    assert page.status == 422 and "ktp.png" in errors_at(page, "ktp")
    assert desk.at(case_id) == ["daftar"] and "document_added" not in desk.history(case_id)


def test_photos_are_kept_with_the_draft_and_end_up_in_the_dossier(visit: Enter, desk: Desk) -> None:
    files = dict(bundle().files)
    photos = {"type": "filepicker", "key": "foto", "label": "Foto", "multiple": True}
    files["forms/umum/periksa.json"] = form("periksa", radio("berkas_sah", "ya", "tidak"), photos)
    now = desk.office.now()
    with desk.office.db.write() as connection:
        desk.office.definitions.activate(
            connection, Bundle("UJI", files), from_at=now, by_name="Uji", decree="Kep. 2", now=now
        )
    case_id = desk.registered()
    task_id = task_of(desk, case_id)
    bidang = visit("bidang")
    _, sheet = opened(bidang, task_id)
    bidang.send(sheet, to=f"/tugas/{task_id}/konsep", foto=(io.BytesIO(picture("red")), "depan.png"))
    page, sheet = opened(bidang, task_id)
    assert "depan.png" in page.text and len(typed(desk, "bidang", task_id)["foto"]) == 1
    kept = sheet.xpath(".//input[@name='foto' and @type='checkbox']/@value")
    bidang.send(sheet, berkas_sah="ya", foto=[*kept, (io.BytesIO(picture("blue")), "samping.png")])
    done = task_view(desk.office, PEOPLE["loket"], task_id).view
    assert [(row.kind, row.file_name) for row in done.documents] == [("foto", "depan.png"), ("foto", "samping.png")]
    assert done.answers[-1].data["foto"] == [row.sha256 for row in done.documents]


def test_what_is_missing_becomes_a_list_to_print(visit: Enter, desk: Desk) -> None:
    case_id = desk.open()
    loket = visit("loket")
    page, form = opened(loket, task_of(desk, case_id))
    assert "Bila ada yang kurang → lengkapi_awal" in page.text
    after = loket.send(form, usaha="Warung")
    assert after.path == f"/permohonan/{case_id}/kekurangan"
    assert [item.text_content() for item in after.doc.xpath("//ol/li")] == ["KTP"]
    assert after.doc.xpath("//button[@data-print]")


def test_going_on_with_the_next_task_if_wished(visit: Enter, desk: Desk) -> None:
    first, second = desk.registered(), desk.registered()
    bidang = visit("bidang")
    _, form = opened(bidang, task_of(desk, first))
    after = bidang.send(form, berkas_sah="ya", lanjut="1")
    assert after.path == f"/tugas/{task_of(desk, second)}"
    assert "“periksa” selesai" in after.text
    assert after.doc.xpath("//input[@name='lanjut' and @checked]")


def test_a_post_without_the_forms_token_changes_nothing(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    task_id = task_of(desk, case_id)
    assert visit("bidang").client.post(f"/tugas/{task_id}", data={"berkas_sah": "ya"}).status_code == 400
    assert desk.at(case_id) == ["periksa"]


def test_an_agency_does_not_see_the_cases_of_others(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    with desk.office.db.write() as connection:
        connection.execute(case_table.update().values(facts={"instansi": ["DISHUB"]}))
    assert visit("bplh").get(f"/tugas/{task_of(desk, case_id)}").status == 403
    assert visit("bplh").get(f"/permohonan/{case_id}").status == 403


def test_hostile_text_stays_text(visit: Enter, desk: Desk) -> None:
    case_id = desk.open()
    desk.do("loket", case_id, "daftar", usaha="<script>alert(1)</script>", ktp=True)
    page = visit("bidang").get(f"/tugas/{task_of(desk, case_id)}")
    assert "<script>alert(1)</script>" in page.text and not page.doc.xpath("//script[contains(., 'alert')]")
