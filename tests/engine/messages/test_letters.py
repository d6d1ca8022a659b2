"""The signed letter goes along with the message to the applicant's own address, in the applicant's language; nobody
else gets it, and what is too large is fetched at the counter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from engine.message_settings import MEGABYTE, MessageSettings, WrongSetting
from engine.messages.commands import retry_message
from engine.messages.sender import Sender
from engine.signing import trust_roots, verify_pdf
from engine.storage.letter_tables import letters
from engine.storage.message_tables import message_deliveries
from engine.storage.people_tables import persons
from engine.storage.schema import cases, documents, outbox
from tests.engine.messages.servers import Mailbox, mail_server
from tests.engine.payments.conftest import PEOPLE, desk_of
from tests.engine.signing.conftest import Writing

OWN = "sari@contoh.id"


@dataclass
class Mailing:
    """An office that signs letters, and the mail server that it sends them through."""

    desk: Writing
    box: Mailbox
    phases: list[str]

    def set(self, **smtp: Any) -> None:
        settings = self.desk.office.settings
        messages = settings.messages
        assert messages.smtp is not None
        self.desk.office.settings = replace(settings, messages=replace(messages, smtp=replace(messages.smtp, **smtp)))

    def mails(self, template: str) -> list[EmailMessage]:
        """What the outbox now sends of a template."""
        with self.desk.office.db.write() as connection:
            connection.execute(update(outbox).where(outbox.c.template != template).values(state="sent"))
        Sender(self.desk.office).run()
        return [mail for _, mail in self.box.got]

    def row(self, template: str) -> Any:
        with self.desk.office.db.read() as connection:
            query = select(outbox).where(outbox.c.template == template, outbox.c.channel == "email")
            return connection.execute(query.order_by(outbox.c.id.desc()).limit(1)).one()

    def case(self, case_id: int, **values: Any) -> None:
        with self.desk.office.db.write() as connection:
            connection.execute(update(cases).where(cases.c.id == case_id).values(**values))


def parts(mail: EmailMessage) -> tuple[str, list[EmailMessage]]:
    """(text, attached files)."""
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content(), [part for part in mail.iter_attachments() if isinstance(part, EmailMessage)]


@pytest.fixture
def mailing(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Mailing]:
    phases = getattr(request, "param", ["penerbitan"])
    found = desk_of(database_url, tmp_path, phases)
    box = Mailbox()
    with mail_server(box) as port:
        env = {"SIMYANDU_SMTP_URL": f"smtp://127.0.0.1:{port}", "SIMYANDU_SMTP_FROM": "perizinan@bppt.example"}
        messages = MessageSettings.from_env(env, "https://simyandu.example")
        found.office.settings = replace(found.office.settings, messages=messages)
        yield Mailing(Writing(found.office, found.clock), box, phases)
    found.office.close()


def test_the_permit_comes_by_mail_signed(mailing: Mailing) -> None:
    desk = mailing.desk
    desk.signed()
    [mail] = mailing.mails("izin_siap")
    text, [file] = parts(mail)
    assert mail["To"] == OWN and mail["Subject"] == "Izin Uji Tahap terbit"
    assert "Suratnya terlampir dan ditandatangani secara elektronik" in text and "loket pengambilan" in text
    assert file.get_content_type() == "application/pdf"
    assert file.get_filename() == "izin-503-0001-TAHAP-BPPT-2016-ttd.pdf"
    [letter] = desk.rows(letters)
    content = file.get_content()
    assert content == desk.office.documents.open(letter.sha256)
    assert verify_pdf(content, trust_roots(desk.office.settings), desk.office.now())[0].good
    with desk.office.db.read() as connection:
        [answer] = connection.execute(select(message_deliveries.c.answer)).scalars()
    assert answer.endswith("; terlampir: izin-503-0001-TAHAP-BPPT-2016-ttd.pdf")


def test_in_the_language_that_the_applicant_wants(mailing: Mailing) -> None:
    mailing.case(mailing.desk.signed(), language="en")
    [mail] = mailing.mails("izin_siap")
    text, files = parts(mail)
    assert (mail["Subject"], len(files)) == ("Izin Uji Tahap was issued", 1)
    assert "in Bahasa Indonesia and electronically signed" in text
    assert mail.get_body(("plain",))["Content-Language"] == "en"  # type: ignore[index]


def test_nobody_but_the_applicant_gets_the_letter(mailing: Mailing) -> None:
    case_id = mailing.desk.signed()
    row = mailing.row("izin_siap")
    with mailing.desk.office.db.write() as connection:
        for to in ("lain@contoh.id", "bidang:tertentu", "SARI@contoh.id"):
            values = {name: getattr(row, name) for name in ("case_id", "channel", "template", "data", "state")}
            more = {"attempts": 0, "created_at": row.created_at, "recipient": to}
            connection.execute(insert(outbox).values(**values, **more))
    with mailing.desk.office.db.write() as connection:
        connection.execute(update(persons).values(email=persons.c.username + "@bppt.example"))
    got = {mail["To"]: parts(mail) for mail in mailing.mails("izin_siap")}
    assert {to: len(files) for to, (_, files) in got.items()} == {
        OWN: 1,
        "SARI@contoh.id": 1,
        "lain@contoh.id": 0,
        "bidang@bppt.example": 0,
    }
    assert "terlampir" not in got["lain@contoh.id"][0]
    assert mailing.desk.at(case_id) == ["serahkan"]


@pytest.mark.parametrize("mailing", [["penerbitan"], ["retribusi"]], indirect=True)
def test_a_draft_is_never_sent(mailing: Mailing) -> None:
    desk = mailing.desk
    permit = mailing.phases == ["penerbitan"]
    case_id = desk.signed() if permit else desk.billed()
    with desk.office.db.write() as connection:
        connection.execute(update(letters).where(letters.c.case_id == case_id).values(state="naskah", sha256=None))
    template = "izin_siap" if permit else "tagihan"
    assert mailing.mails(template) == [], "it waits for the signed one"
    assert mailing.row(template).state == "queued"
    desk.clock.advance(minutes=11)
    [mail] = mailing.mails(template)
    assert parts(mail)[1] == [] and "terlampir" not in parts(mail)[0]


@pytest.mark.parametrize("mailing", [["retribusi"]], indirect=True)
def test_a_bill_waits_for_its_signature_and_brings_the_letter(mailing: Mailing) -> None:
    desk = mailing.desk
    case_id = desk.billed(draw=False)
    assert mailing.mails("tagihan") == []
    desk.work()
    desk.clock.advance(minutes=1)
    [mail] = mailing.mails("tagihan")
    text, [file] = parts(mail)
    assert "SKRD yang ditandatangani terlampir." in text
    assert file.get_content() == desk.office.documents.open(desk.rows(letters)[0].sha256)
    desk.clock.set(desk.bill(case_id).due_at + timedelta(seconds=1))
    desk.dunned(case_id)
    strd = mailing.mails("strd")[-1]
    text, [file] = parts(strd)
    assert "STRD yang ditandatangani terlampir." in text and file.get_filename().startswith("strd-")  # type: ignore[union-attr]


def test_a_refusal_comes_with_its_reason(mailing: Mailing) -> None:
    desk = mailing.desk
    case_id = desk.open()
    desk.do("paip", case_id, "ketik")
    with desk.office.db.write() as connection:
        values = {"case_id": case_id, "channel": "email", "recipient": OWN, "template": "permohonan_ditolak"}
        facts = {"resi": "BPPT-2016-000001", "izin": "Izin Uji Tahap", "pemohon": "Sari"}
        more = {"data": facts, "state": "queued", "attempts": 0, "created_at": desk.office.now()}
        connection.execute(insert(outbox).values(**values, **more))
        stored = desk.office.documents.put(b"%PDF-1.4 penolakan", made_here=True)
        signed = {"kind": "penolakan", "number": "1", "code": "AAAAAAAAAA", "edition": "asli", "round": 0}
        signed |= {"state": "berlaku", "title": "Surat penolakan", "holder": "Sari", "draft_sha256": "x"}
        connection.execute(
            insert(letters).values(case_id=case_id, sha256=stored.sha256, drawn_at=desk.office.now(), **signed)
        )
        kept = {"title": "Surat penolakan", "file_name": "penolakan.pdf", "mime": "application/pdf", "size": 18}
        connection.execute(
            insert(documents).values(
                case_id=case_id, kind="penolakan", sha256=stored.sha256, at=desk.office.now(), **kept
            )
        )
    [mail] = mailing.mails("permohonan_ditolak")
    text, [file] = parts(mail)
    assert "Alasannya ada dalam surat penolakan yang terlampir." in text and file.get_filename() == "penolakan.pdf"


@pytest.mark.parametrize("limit", [0, 20_000])
def test_what_is_too_large_stays_here(mailing: Mailing, limit: int) -> None:
    mailing.set(attach=limit)
    mailing.desk.signed()
    [mail] = mailing.mails("izin_siap")
    text, files = parts(mail)
    assert files == [] and mail["Subject"] == "Izin Uji Tahap siap diambil" and "terlampir" not in text


def test_a_server_that_takes_less_gets_the_message_without_it(mailing: Mailing) -> None:
    small = Mailbox()
    with mail_server(small, data_size_limit=30_000) as port:
        mailing.set(port=port)
        mailing.desk.signed()
        mailing.mails("izin_siap")
        [(_, mail)] = small.got
        text, files = parts(mail)
        assert files == [] and "terlampir" not in text
        assert mailing.row("izin_siap").state == "sent"


def test_sent_again_it_brings_the_letter_again(mailing: Mailing) -> None:
    mailing.desk.signed()
    mailing.box.refuse = {OWN: "550 tidak dikenal"}
    assert mailing.mails("izin_siap") == []
    mailing.box.refuse.clear()
    retry_message(mailing.desk.office, mailing.row("izin_siap").id, by=PEOPLE["admin"], key="lagi")
    [mail] = mailing.mails("izin_siap")
    assert len(parts(mail)[1]) == 1


def test_the_limit_is_a_setting() -> None:
    env = {"SIMYANDU_SMTP_URL": "smtp://x"}
    for text, wanted in (("", 7 * MEGABYTE), ("0", 0), ("12", 12 * MEGABYTE)):
        smtp = MessageSettings.from_env({**env, "SIMYANDU_SMTP_ATTACH": text}, "http://x").smtp
        assert smtp is not None and smtp.attach == wanted
    for wrong in ("banyak", "-1", "1.5", "9999"):
        with pytest.raises(WrongSetting, match="SIMYANDU_SMTP_ATTACH"):
            MessageSettings.from_env({**env, "SIMYANDU_SMTP_ATTACH": wrong}, "http://x")
