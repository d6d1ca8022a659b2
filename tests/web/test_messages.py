"""The log of messages: filters, what waits and why, trying again, letters on paper; and the case's own list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update

from engine.message_settings import MessageSettings
from engine.storage.message_tables import message_deliveries
from engine.storage.schema import outbox
from tests.engine.core.conftest import Desk
from tests.web.conftest import Visitor

Enter = Callable[[str], Visitor]


def put(desk: Desk, case_id: int, state: str = "queued", channel: str = "email", **more: object) -> int:
    values = {
        "case_id": case_id,
        "channel": channel,
        "recipient": "bidang:jasa_usaha",
        "template": "ingatkan",
        "data": {"rahasia": "<b>isi</b>"},
        "state": state,
        "attempts": 1 if state == "failed" else 0,
        "created_at": desk.office.now(),
        **more,
    }
    with desk.office.db.write() as connection:
        return int(connection.execute(insert(outbox).values(values).returning(outbox.c.id)).scalar_one())


def state_of(desk: Desk, ident: int) -> str:
    with desk.office.db.read() as connection:
        return str(connection.execute(select(outbox.c.state).where(outbox.c.id == ident)).scalar_one())


@pytest.fixture
def case_id(desk: Desk) -> int:
    ident = desk.registered()
    with desk.office.db.write() as connection:
        connection.execute(outbox.delete())
    return ident


def test_nothing_yet(visit: Enter, case_id: int) -> None:
    page = visit("admin").get("/pesan")
    assert page.status == 200 and "Tidak ada pesan" in page.text and "Pesan" in page.doc.xpath("//h1")[0].text_content()


def test_who_what_when_and_why_not(visit: Enter, desk: Desk, case_id: int) -> None:
    ident = put(desk, case_id, "failed", error="tidak dikenal <script>")
    with desk.office.db.write() as connection:
        for address, person, state in (("budi@bppt.example", 2, "sent"), ("bela@bppt.example", 3, "failed")):
            connection.execute(
                insert(message_deliveries).values(
                    outbox_id=ident,
                    address=address,
                    channel="email",
                    person_id=person,
                    language="id",
                    state=state,
                    attempts=1,
                )
            )
    for page in (visit("admin").get("/pesan?keadaan=failed"), visit("bidang").get(f"/permohonan/{case_id}/pesan")):
        assert "Budi Bidang, budi@bppt.example: terkirim" in page.text
        assert "Bela Bidang, bela@bppt.example: gagal" in page.text
        assert "tidak dikenal <script>" in page.text and not page.doc.xpath("//td//script")
        assert "Pengingat tenggat" in page.text and "rahasia" not in page.text


def test_a_channel_without_settings_says_so(visit: Enter, desk: Desk, case_id: int) -> None:
    put(desk, case_id)
    put(desk, case_id, channel="sms")
    page = visit("admin").get("/pesan")
    assert "Surel belum dikonfigurasi" in page.text and "SIMYANDU_SMTP_URL" in page.text
    assert "SMS belum dikonfigurasi" in page.text and "SIMYANDU_SMS_URL" in page.text
    assert page.text.count("belum dikonfigurasi") == 4, "two notices, two rows"


def test_quiet_hours_are_told(visit: Enter, desk: Desk, case_id: int) -> None:
    sms = MessageSettings.from_env({"SIMYANDU_SMS_URL": "https://g.example"}, "https://x.example")
    desk.office.settings = replace(desk.office.settings, messages=sms)
    put(desk, case_id, channel="sms")
    desk.clock.advance(hours=13)  # 22.00 WIB
    assert "SMS menunggu sampai jam tenang (20.00-07.00) lewat." in visit("admin").get("/pesan").text


def test_filters(visit: Enter, desk: Desk, case_id: int) -> None:
    put(desk, case_id, "failed", template="resi")
    put(desk, case_id, "sent", channel="sms", template="tagihan")
    admin = visit("admin")
    failed = admin.get("/pesan?keadaan=failed")
    assert len(failed.doc.xpath("//tbody/tr")) == 1 and "Resi dan janji selesai" in failed.text
    assert len(admin.get("/pesan?saluran=sms").doc.xpath("//tbody/tr")) == 1
    assert "Tidak ada pesan" in admin.get("/pesan?saluran=sms&keadaan=queued").text
    assert len(admin.get("/pesan?saluran=apa&keadaan=apa&sebelum=x").doc.xpath("//tbody/tr")) == 2
    assert "Tidak ada pesan yang gagal" in admin.get("/pesan?saluran=sms&keadaan=failed").text


def test_a_failed_one_is_sent_again_once(visit: Enter, desk: Desk, case_id: int) -> None:
    ident = put(desk, case_id, "failed")
    admin = visit("admin")
    form = admin.get("/pesan").form(f"/pesan/{ident}/ulang")
    assert "dikirim lagi dalam beberapa saat" in admin.send(form).text
    assert state_of(desk, ident) == "queued"
    admin.send(form)
    assert desk.history(case_id).count("message_retried") == 1
    with desk.office.db.write() as connection:
        connection.execute(update(outbox).values(state="sent"))
    assert "sudah terkirim" in admin.post(f"/pesan/{ident}/ulang").text


def test_all_that_failed_are_sent_again(visit: Enter, desk: Desk, case_id: int) -> None:
    idents = [put(desk, case_id, "failed") for _ in range(3)]
    sent = put(desk, case_id, "sent")
    admin = visit("admin")
    page = admin.send(admin.get("/pesan").form("/pesan/ulang"))
    assert "3 pesan dikirim lagi" in page.text
    assert [state_of(desk, ident) for ident in (*idents, sent)] == ["queued"] * 3 + ["sent"]
    assert "Tidak ada pesan yang perlu diulang" in admin.post("/pesan/ulang").text


def test_a_letter_is_noted_as_posted(visit: Enter, desk: Desk, case_id: int) -> None:
    ident = put(desk, case_id, channel="surat", recipient="Jl. Juanda 1", template="undangan_rapat")
    admin = visit("admin")
    form = admin.get("/pesan").form(f"/pesan/{ident}/pos")
    assert "Sebutkan bagaimana" in admin.send(form).text and state_of(desk, ident) == "queued"
    page = admin.send(admin.get("/pesan").form(f"/pesan/{ident}/pos"), cara="Pos kilat 77")
    assert state_of(desk, ident) == "sent" and "Pos kilat 77" in page.text
    assert "Surat dikirim: Pos kilat 77" in visit("bidang").get(f"/permohonan/{case_id}").text


def test_only_those_who_may(visit: Enter, desk: Desk, case_id: int) -> None:
    ident = put(desk, case_id, "failed")
    for who in ("loket", "bidang", "bplh"):
        visitor = visit(who)
        assert visitor.get("/pesan").status == 403
        assert visitor.post(f"/pesan/{ident}/ulang").status == 403
        assert visitor.post("/pesan/ulang").status == 403 and visitor.post(f"/pesan/{ident}/pos").status == 403
    assert state_of(desk, ident) == "failed"
