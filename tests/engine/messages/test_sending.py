"""Messages reach a real mail server and a real gateway, once; what goes wrong is tried again or shown."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from engine.errors import Gone, Invalid, NotAllowed, NotFound
from engine.insight.messages import failed_messages, message_log, messages_of
from engine.message_settings import SmtpSettings
from engine.messages import queue
from engine.messages.commands import mark_posted, retry_message
from engine.messages.mail import Mailer
from engine.messages.sender import Sender, message_id
from engine.storage.people_tables import persons
from engine.storage.schema import documents
from engine.work import Scheduler
from tests.engine.core.conftest import PEOPLE
from tests.engine.messages.conftest import Post
from tests.engine.messages.servers import Mailbox, mail_server, own_certificate, password_is

ADMIN = PEOPLE["admin"]


def test_an_email_arrives_and_is_written_down(post: Post) -> None:
    ident = post.put(template="resi")
    assert post.send() == 1
    [(to, mail)] = post.box.got
    assert to == ["sari@contoh.id"]
    assert mail["Subject"] == "Resi BPPT-2016-000123"
    assert mail["From"] == "BPPT Kota Bekasi <perizinan@bppt.example>"
    assert mail["Message-ID"] == message_id("https://simyandu.example", ident, "sari@contoh.id")
    assert mail["Message-ID"].endswith("@simyandu.example>")
    assert (mail.get_content_type(), mail["Content-Language"]) == ("text/plain", "id")
    text = mail.get_content()
    assert "Jumat, 15 Januari 2016 (7 hari kerja)" in text and text.rstrip().endswith("BPPT Kota Bekasi")
    assert post.state(ident) == "sent"
    [delivery] = post.deliveries(ident).values()
    assert (delivery.state, delivery.sent_at, delivery.channel) == ("sent", post.desk.clock.now(), "email")
    assert post.send() == 0


def test_a_group_is_its_active_members_each_in_their_language(post: Post) -> None:
    with post.desk.office.db.write() as connection:
        connection.execute(update(persons).where(persons.c.id == PEOPLE["bidang2"].id).values(locale="en"))
    ident = post.put(to="bidang:jasa_usaha", template="ingatkan")
    post.send()
    subjects = {to[0]: mail["Subject"] for to, mail in post.box.got}
    assert subjects == {
        "bidang@bppt.example": "Pengingat: BPPT-2016-000123 menunggu",
        "bidang2@bppt.example": "Reminder: BPPT-2016-000123 is waiting",
    }
    assert {row.person_id for row in post.deliveries(ident).values()} == {2, 3}
    with post.desk.office.db.write() as connection:
        connection.execute(update(persons).where(persons.c.id == PEOPLE["bidang2"].id).values(active=False))
    post.put(to="bidang:jasa_usaha", template="eskalasi")
    post.put(to=f"person:{PEOPLE['bplh'].id}", template="eskalasi")
    post.send()
    assert Counter(post.box.to) == {"bidang@bppt.example": 2, "bidang2@bppt.example": 1, "bplh@bppt.example": 1}


def test_a_group_whom_nobody_can_reach_fails_visibly_and_the_case_goes_on(post: Post) -> None:
    with post.desk.office.db.write() as connection:
        connection.execute(update(persons).values(email=None))
    nobody = post.put(to="tim_teknis:SATPOL", template="ingatkan")
    without = post.put(to="bidang:jasa_usaha", template="ingatkan")
    post.send()
    assert post.state(nobody) == post.state(without) == "failed"
    assert "Tidak ada orang aktif" in post.row(nobody).error
    assert "Belum ada alamat surel pada akun Budi Bidang, Bela Bidang" in post.row(without).error
    assert post.desk.row(post.case_id).incidents_open == 0
    post.desk.do("bidang", post.case_id, "periksa", berkas_sah="ya")
    # Once somebody has written an address into the account, trying again reaches it.
    with post.desk.office.db.write() as connection:
        connection.execute(update(persons).where(persons.c.id == 2).values(email="budi@bppt.example"))
    retry_message(post.desk.office, without, by=ADMIN, key="lagi")
    post.send()
    assert (post.state(without), post.box.to) == ("sent", ["budi@bppt.example"])


def test_unknown_words_fail_the_message_never_the_case(post: Post) -> None:
    unknown, path = post.put(template="kabar_lain"), post.put(template="../resi")
    good = post.put(template="umum")
    post.send()
    assert post.state(unknown) == post.state(path) == "failed"
    assert "Tidak ada kata-kata untuk pesan 'kabar_lain'" in post.row(unknown).error
    assert post.state(good) == "sent"


def test_a_busy_server_is_asked_again_later(post: Post) -> None:
    post.box.answers = ["451 sibuk", "451 masih sibuk"]
    ident = post.put()
    post.send()
    row = post.row(ident)
    assert (row.state, row.attempts, row.run_at - post.desk.clock.now()) == ("queued", 1, queue.BACK_OFF[0])
    assert "451 sibuk" in row.error
    assert post.send() == 0, "not before its time"
    post.later(minutes=1)
    post.send()
    assert post.row(ident).attempts == 2
    post.later(minutes=5)
    post.send()
    assert (post.state(ident), post.row(ident).error, len(post.box.got)) == ("sent", None, 1)


def test_a_refusal_for_good_is_not_repeated(post: Post) -> None:
    post.box.refuse = {"tak.ada@contoh.id": "550 tidak dikenal"}
    post.box.answers = ["554 isi ditolak"]
    unknown, refused = post.put(to="tak.ada@contoh.id"), post.put()
    post.send()
    assert (post.state(unknown), post.state(refused)) == ("failed", "failed")
    assert "550 tidak dikenal" in post.row(unknown).error and "554 isi ditolak" in post.row(refused).error
    post.later(days=3)
    assert post.send() == 0
    assert failed_messages(post.desk.office, ADMIN) == [unknown, refused]
    post.box.refuse.clear()
    retry_message(post.desk.office, unknown, by=ADMIN, key="r1")
    with pytest.raises(Gone):
        retry_message(post.desk.office, unknown, by=ADMIN, key="r2")
    post.send()
    assert post.box.to == ["tak.ada@contoh.id"]
    assert "message_retried" in post.desk.history(post.case_id)


def test_of_a_group_only_those_not_reached_are_tried_again(post: Post) -> None:
    post.box.refuse = {"bidang2@bppt.example": "450 kotak penuh"}
    ident = post.put(to="bidang:jasa_usaha", template="ingatkan")
    post.send()
    assert {row.address: row.state for row in post.deliveries(ident).values()} == {
        "bidang@bppt.example": "sent",
        "bidang2@bppt.example": "queued",
    }
    post.box.refuse.clear()
    post.later(minutes=1)
    post.send()
    assert post.box.to == ["bidang2@bppt.example", "bidang@bppt.example"]
    assert post.state(ident) == "sent"


def test_a_dead_server_uses_up_no_message_at_once_and_gives_up_in_the_end(post: Post) -> None:
    assert post.desk.office.settings.messages.smtp is not None
    alive = post.desk.office.settings.messages.smtp
    post.configure(smtp=replace(alive, port=1))
    idents = [post.put(template=name) for name in ("umum", "resi", "izin_siap")]
    sender = Sender(post.desk.office)
    sender.run()
    assert sorted(post.row(ident).attempts for ident in idents) == [0, 0, 1], "one try tells that the server is down"
    assert all(post.state(ident) == "queued" for ident in idents)
    for wait in (*queue.BACK_OFF, timedelta(minutes=1)):
        post.desk.clock.advance(seconds=wait.total_seconds())
        Sender(post.desk.office).run()
    assert "failed" in {post.state(ident) for ident in idents}
    assert "tidak dapat dihubungi" in post.row(idents[0]).error
    post.configure(smtp=alive)
    for ident in idents:
        if post.state(ident) == "failed":
            retry_message(post.desk.office, ident, by=ADMIN, key=f"lagi{ident}")
    post.later(days=2)
    Sender(post.desk.office).run()
    assert {post.state(ident) for ident in idents} == {"sent"} and len(post.box.got) == 3


def test_an_invitation_carries_calendar_and_letter_and_waits_for_the_letter(post: Post) -> None:
    entry = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
        "ATTENDEE:mailto:penerima@undangan.invalid\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    ident = post.put(to="tim_teknis:BPLH", template="undangan_rapat", ics=entry, tautan="https://simyandu.example/u/1")
    post.send()
    assert (post.state(ident), post.row(ident).attempts, post.box.got) == ("queued", 0, [])
    stored = post.desk.office.documents.put(b"%PDF-1.4 undangan", made_here=True)
    with post.desk.office.db.write() as connection:
        connection.execute(
            insert(documents).values(
                case_id=post.case_id,
                kind="undangan",
                title="Undangan",
                file_name="undangan.pdf",
                sha256=stored.sha256,
                mime="application/pdf",
                size=stored.size,
                at=post.desk.office.now(),
            )
        )
    post.later(minutes=1)
    post.send()
    [(_, mail)] = post.box.got
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert set(parts) >= {"text/plain", "text/calendar", "application/pdf"}
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert "mailto:bplh@bppt.example" in parts["text/calendar"].get_content()
    assert parts["application/pdf"].get_filename() == "undangan.pdf"
    assert parts["application/pdf"].get_content() == b"%PDF-1.4 undangan"
    assert "https://simyandu.example/u/1" in parts["text/plain"].get_content()
    late = post.put(to="tim_teknis:DISHUB", template="undangan_rapat", lampiran=["belum_ada"])
    post.later(minutes=11)
    post.send()
    assert post.state(late) == "sent", "a letter that never comes does not hold the message back"


def test_only_the_newest_of_the_same_matter_is_sent(post: Post) -> None:
    old, other = post.put(template="ingatkan", langkah=["Lama"]), post.put(to="lain@contoh.id", template="ingatkan")
    bill, second_bill = post.put(template="tagihan", nomor="1"), post.put(template="tagihan", nomor="2")
    new = post.put(template="ingatkan", langkah=["Baru"])
    post.send()
    states = {ident: post.state(ident) for ident in (old, other, bill, second_bill, new)}
    assert states == {old: "replaced", other: "sent", bill: "sent", second_bill: "sent", new: "sent"}
    assert sum("Lama" in mail.get_content() for _, mail in post.box.got) == 0


def test_nothing_configured_means_waiting_not_failing(post: Post) -> None:
    post.configure(smtp=None, sms=None)
    mail, sms, paper = post.put(), post.put("sms", "08123456789"), post.put("surat", "Jl. Juanda 1")
    assert post.send() == 0
    assert {post.state(ident) for ident in (mail, sms, paper)} == {"queued"}
    log = message_log(post.desk.office, ADMIN)
    assert log.closed == {"email": "unset", "sms": "unset"}
    assert {entry.waits for entry in log.entries} == {"unset", "by_hand"}
    assert post.desk.row(post.case_id).incidents_open == 0


def test_a_channel_set_up_after_weeks_does_not_send_old_news(post: Post) -> None:
    smtp = post.desk.office.settings.messages.smtp
    post.configure(smtp=None)
    old = post.put()
    post.later(days=8)
    new = post.put(template="resi")
    post.configure(smtp=smtp)
    post.send()
    assert (post.state(old), post.state(new), len(post.box.got)) == ("lapsed", "sent", 1)
    retry_message(post.desk.office, old, by=ADMIN, key="tetap")
    post.send()
    assert post.state(old) == "sent", "somebody wants it sent all the same"


def test_a_letter_on_paper_is_noted_by_hand(post: Post) -> None:
    paper, mail = post.put("surat", "Jl. Juanda 1"), post.put()
    with pytest.raises(Invalid):
        mark_posted(post.desk.office, paper, " ", by=ADMIN, key="a")
    with pytest.raises(Invalid):
        mark_posted(post.desk.office, mail, "pos", by=ADMIN, key="b")
    with pytest.raises(NotAllowed):
        mark_posted(post.desk.office, paper, "pos", by=PEOPLE["loket"], key="c")
    with pytest.raises(NotFound):
        mark_posted(post.desk.office, 9999, "pos", by=ADMIN, key="d")
    mark_posted(post.desk.office, paper, "Pos kilat, resi 77", by=ADMIN, key="e")
    mark_posted(post.desk.office, paper, "Pos kilat, resi 77", by=ADMIN, key="e")
    assert post.state(paper) == "sent" and post.deliveries(paper)["Jl. Juanda 1"].answer == "Pos kilat, resi 77"
    with pytest.raises(Gone):
        mark_posted(post.desk.office, paper, "lagi", by=ADMIN, key="f")
    assert post.desk.history(post.case_id).count("letter_posted") == 1


def test_two_workers_send_nothing_twice(post: Post) -> None:
    idents = [post.put(to=f"orang{n}@contoh.id") for n in range(60)]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: Sender(post.desk.office).run(), range(4)))
    assert Counter(post.box.to) == {f"orang{n}@contoh.id": 1 for n in range(60)}
    assert sum(taken) == 60
    assert {post.state(ident) for ident in idents} == {"sent"}


def test_a_worker_that_died_leaves_its_rows_to_the_next(post: Post) -> None:
    sent, unsent = post.put(), post.put(template="resi")
    dead = queue.lease(post.desk.office, ["email"])
    assert [row.id for row in dead] == [sent, unsent]
    assert post.send() == 0, "they are in other hands"
    post.later(minutes=6)
    post.send()
    assert (post.state(sent), post.state(unsent), len(post.box.got)) == ("sent", "sent", 2)
    # The dead worker wakes up: what it wants to write about rows it lost changes nothing.
    queue.fail(post.desk.office, dead[0], "terlambat")
    assert queue.deliveries(post.desk.office, dead[0], [], "email") is None
    queue.close(post.desk.office, dead[0])
    assert post.state(sent) == "sent" and post.row(sent).error is None


def test_sent_again_after_a_crash_it_has_the_same_message_id(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    ident = post.put()
    with monkeypatch.context() as patched:
        patched.setattr(queue, "attempted", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            post.send()
    assert post.state(ident) == "queued" and len(post.box.got) == 1
    post.later(minutes=6)
    post.send()
    first, second = (mail["Message-ID"] for _, mail in post.box.got)
    assert first == second and post.state(ident) == "sent"


def _power_cut(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_starttls_and_password_against_a_server_that_insists(tmp_path: Path) -> None:
    certificate, context = own_certificate(tmp_path)
    box = Mailbox()
    with mail_server(
        box,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=password_is("bppt", "r4hasia"),
    ) as port:
        good = SmtpSettings("127.0.0.1", port, "a@bppt.example", "bppt", "r4hasia", starttls="required", timeout=10)
        trusting = replace(good, ca_file=str(certificate))
        with Mailer(trusting) as mailer:
            mailer.send(_mail(), "b@contoh.id")
        assert box.to == ["b@contoh.id"]
        for wrong, words in (
            (good, "tidak dapat dihubungi"),  # nobody vouches for the certificate
            (replace(trusting, password="salah"), "menolak nama pengguna"),
        ):
            with Mailer(wrong) as mailer, pytest.raises(Exception, match=words):
                mailer.send(_mail(), "b@contoh.id")
    with (
        mail_server(Mailbox()) as port,
        Mailer(replace(good, port=port)) as mailer,
        pytest.raises(Exception, match="STARTTLS"),
    ):
        mailer.send(_mail(), "b@contoh.id")
    implicit = SmtpSettings("127.0.0.1", 0, "a@b.id", implicit_tls=True, ca_file=str(certificate), timeout=10)
    with mail_server(box, ssl_context=context) as port, Mailer(replace(implicit, port=port)) as mailer:
        mailer.send(_mail(), "c@contoh.id")
    assert box.to == ["b@contoh.id", "c@contoh.id"]


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "uji"
    mail.set_content("uji")
    return mail


def test_the_case_shows_its_messages(post: Post) -> None:
    post.box.refuse = {"bidang2@bppt.example": "550 tidak dikenal"}
    post.put(to="bidang:jasa_usaha", template="ingatkan")
    post.send()
    [entry] = messages_of(post.desk.office, post.case_id)
    assert (entry.state, entry.resi) == ("failed", "UJI-000001")
    assert {(one.person, one.state) for one in entry.deliveries} == {("Budi Bidang", "sent"), ("Bela Bidang", "failed")}


def test_the_log_goes_page_by_page_and_only_for_those_who_may(post: Post) -> None:
    idents = [post.put(to=f"o{n}@contoh.id") for n in range(5)]
    with pytest.raises(NotAllowed):
        message_log(post.desk.office, PEOPLE["loket"])
    with pytest.raises(NotAllowed):
        failed_messages(post.desk.office, PEOPLE["loket"])
    first = message_log(post.desk.office, ADMIN, size=3)
    second = message_log(post.desk.office, ADMIN, size=3, after=first.after)
    assert [entry.id for entry in (*first.entries, *second.entries)] == idents[::-1] and second.after is None
    assert first.counts["queued"] == 5
    assert message_log(post.desk.office, ADMIN, state="sent").entries == ()
    assert len(message_log(post.desk.office, ADMIN, channel="email", template="umum").entries) == 5


def test_the_background_half_sends_by_itself(post: Post) -> None:
    ident = post.put()
    scheduler = Scheduler(post.desk.office)
    scheduler.start()
    try:
        assert post.box.seen.wait(30)
    finally:
        scheduler.stop()
    assert post.state(ident) == "sent"
