"""Messages to telephones: a real gateway over HTTP, its failures, and the hours at which nobody is disturbed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.insight.messages import message_log
from engine.messages.sender import Sender, message_id
from tests.engine.core.conftest import PEOPLE
from tests.engine.messages.conftest import Post

ADMIN = PEOPLE["admin"]


def test_an_sms_goes_to_the_gateway(post: Post) -> None:
    ident = post.put("sms", "0812 3456-7890", "tagihan")
    group = post.put("sms", "tim_teknis:BPLH", "undangan_rapat", tautan="https://simyandu.example/undangan/1.BPLH.x")
    post.send()
    first, second = post.gateway.got
    assert (first.method, first.path, first.headers["authorization"]) == ("POST", "/kirim", "Bearer rahasia")
    assert first.json["to"] == "+6281234567890"
    assert "Rp432.000" in first.json["text"] and "5 Februari 2016" in first.json["text"]
    assert first.json["id"] == first.headers["idempotency-key"]
    assert first.json["id"] == message_id("https://simyandu.example", ident, "+6281234567890").strip("<>")
    assert second.json["to"] == "+6281200000004"
    assert second.json["text"].endswith("Jawab: https://simyandu.example/undangan/1.BPLH.x")
    assert (post.state(ident), post.state(group)) == ("sent", "sent")
    assert "200" in next(iter(post.deliveries(ident).values())).answer


def test_a_gateway_that_fails_and_then_works(post: Post) -> None:
    post.gateway.answers = [(500, "rusak", {}), (429, "pelan", {"Retry-After": "600"})]
    ident = post.put("sms", "08123456789")
    post.send()
    assert (post.state(ident), "500 rusak" in post.row(ident).error) == ("queued", True)
    post.later(minutes=1)
    post.send()
    row = post.row(ident)
    assert row.run_at - post.desk.clock.now() == timedelta(seconds=600), "the gateway's own wish is longer"
    post.later(minutes=10)
    post.send()
    assert (post.state(ident), len(post.gateway.got)) == ("sent", 3)
    assert len({request.json["id"] for request in post.gateway.got}) == 1, "the same key at every try"


@pytest.mark.parametrize("said", [(400, "nomor salah", {}), (302, "", {"Location": "http://127.0.0.1:1/"})])
def test_a_gateway_that_refuses_is_not_asked_again(post: Post, said: tuple[int, str, dict[str, str]]) -> None:
    post.gateway.answers = [said]
    ident = post.put("sms", "08123456789")
    post.send()
    assert (post.state(ident), str(said[0]) in post.row(ident).error, len(post.gateway.got)) == ("failed", True, 1)


def test_a_wrong_key_at_the_gateway_stops_the_channel_not_the_messages(post: Post) -> None:
    post.gateway.answers = [(401, "kunci salah", {})]
    first, second = post.put("sms", "08123456789"), post.put("sms", "08123456780")
    sender = Sender(post.desk.office)
    sender.run()
    assert (post.state(first), post.state(second), len(post.gateway.got)) == ("queued", "queued", 1)
    post.later(minutes=2)
    sender.run()
    assert (post.state(first), post.state(second)) == ("sent", "sent")


def test_a_number_that_is_none_fails(post: Post) -> None:
    ident = post.put("sms", "telepon rumah")
    post.send()
    assert post.state(ident) == "failed" and post.gateway.got == []


def test_whatsapp_can_carry_what_goes_to_telephones(post: Post) -> None:
    sms = post.desk.office.settings.messages.sms
    assert sms is not None
    wa = replace(sms, url=sms.url.replace("/kirim", "/wa/{nomor}"), body={"messages": [{"text": {"body": "{teks}"}}]})
    post.configure(whatsapp=wa, phone_channel="whatsapp")
    ident = post.put("sms", "08123456789", "izin_siap")
    post.send()
    [request] = post.gateway.got
    assert request.path == "/wa/%2B628123456789"
    assert request.json["messages"][0]["text"]["body"].startswith("BPPT Kota Bekasi: permohonan")
    assert next(iter(post.deliveries(ident).values())).channel == "whatsapp"


def test_telephones_are_left_alone_at_night(post: Post) -> None:
    post.desk.clock.set(datetime.fromisoformat("2016-07-18T21:15:00+07:00"))
    sms, mail = post.put("sms", "08123456789"), post.put()
    post.send()
    assert (post.state(sms), post.state(mail), post.gateway.got) == ("queued", "sent", [])
    [entry] = [entry for entry in message_log(post.desk.office, ADMIN).entries if entry.id == sms]
    assert entry.waits == "quiet" and message_log(post.desk.office, ADMIN).closed == {"sms": "quiet"}
    post.desk.clock.set(datetime.fromisoformat("2016-07-19T06:59:59+07:00"))
    assert post.send() == 0
    post.later(seconds=1)
    post.send()
    assert post.state(sms) == "sent"
    post.configure(quiet=None)
    post.desk.clock.set(datetime.fromisoformat("2016-07-19T23:00:00+07:00"))
    post.put("sms", "08123456789")
    assert post.send() == 1
