"""The worker of the outbox: takes rows, writes their words, and hands them to mail server and gateways.

A message is sent before that is written down, never after: a machine that dies in between sends it again, under the
same Message-ID (and Idempotency-Key), which mail programs and gateways may know it by. Nothing is lost.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timedelta
from email.message import EmailMessage
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Connection, select

from engine.message_settings import SmtpSettings
from engine.messages import queue
from engine.messages.addresses import EMAIL, addresses
from engine.messages.carriers import Rejected, TryLater, Unreachable
from engine.messages.channels import carrier_of, gateway_of, open_channels
from engine.messages.gateway import send_text
from engine.messages.letters import letters_with
from engine.messages.mail import Attachment, Mailer, compose
from engine.messages.queue import Leased
from engine.messages.texts import Message, TextError, write_message
from engine.messages.words import LANGUAGES
from engine.office import Office
from engine.services.invitations import RECIPIENT
from engine.storage.schema import cases

PAUSE = timedelta(seconds=30)  # a channel whose server is down is left alone for so long
LETTER_LOOK = timedelta(seconds=30)  # when to look again whether a letter is there that goes along
log = structlog.get_logger()


class Sender:
    """Works off the outbox of an office. One a worker; several workers may run side by side."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._paused: dict[str, datetime] = {}

    def run(self, limit: int = 200) -> int:
        """Send what may go now. How many rows were taken."""
        done = 0
        with ExitStack() as stack:
            settings = self.office.settings.messages.smtp
            mailer = stack.enter_context(Mailer(settings)) if settings else None
            while done < limit:
                rows = queue.lease(self.office, self._channels(), min(queue.BATCH, limit - done))
                if not rows:
                    break
                for row in rows:
                    done += 1
                    self._one(row, mailer)
        return done

    def _channels(self) -> list[str]:
        now = self.office.now()
        wanted = open_channels(self.office.settings.messages, now)
        return [channel for channel in wanted if self._paused.get(channel, now) <= now]

    def _one(self, row: Leased, mailer: Mailer | None) -> None:
        if self._paused.get(row.channel, self.office.now()) > self.office.now():
            queue.put_back(self.office, row, PAUSE)
            return
        try:
            self._send(row, mailer)
        except Exception as error:  # one broken message must not stop the others
            log.exception("message failed", message=row.id, template=row.template)
            queue.fail(self.office, row, f"{type(error).__name__}: {error}")

    def _send(self, row: Leased, mailer: Mailer | None) -> None:
        office = self.office
        carrier = carrier_of(office.settings.messages, row.channel)
        with office.db.read() as connection:
            found = addresses(connection, row.channel, row.recipient, _language(connection, row))
        try:
            written = {language: self._written(row, language) for language in {one.language for one in found}}
        except TextError as error:
            queue.fail(office, row, str(error))
            return
        files: list[Attachment] | None = []
        if mailer is not None and row.channel == EMAIL:
            kinds = [str(kind) for kind in row.data.get("lampiran") or next(iter(written.values())).attached]
            files = letters_with(office, row, kinds, mailer.settings.attach) if kinds else []
        if files is None:
            queue.put_back(office, row, LETTER_LOOK)
            return
        known = queue.deliveries(office, row, found, carrier)
        if known is None:
            return
        wait: timedelta | None = None
        for delivery in known:
            if delivery.state != queue.QUEUED:
                continue
            words = written.get(delivery.language) or self._written(row, delivery.language)
            try:
                answer = self._carry(row, delivery, words, files, mailer)
            except Rejected as error:
                held = queue.attempted(office, row, delivery.address, state=queue.FAILED, error=str(error))
            except TryLater as error:
                held = queue.attempted(office, row, delivery.address, state=queue.QUEUED, error=str(error))
                wait = timedelta(seconds=error.seconds) if error.seconds else wait
                if isinstance(error, Unreachable):
                    self._paused[row.channel] = office.now() + PAUSE
                    break
            else:
                held = queue.attempted(office, row, delivery.address, state=queue.SENT, answer=answer, carrier=carrier)
            if not held:
                return
        state = queue.close(office, row, wait=wait)
        log.info("message", message=row.id, template=row.template, channel=carrier, state=state)

    def _carry(self, row: Leased, delivery: Any, words: Message, files: list[Attachment], mailer: Mailer | None) -> str:
        settings = self.office.settings
        ident = message_id(settings.public_url, row.id, delivery.address)
        if row.channel != EMAIL:
            gateway = gateway_of(settings.messages, row.channel)
            assert gateway is not None
            name = "WhatsApp" if carrier_of(settings.messages, row.channel) == "whatsapp" else "SMS"
            return send_text(gateway, name, delivery.address, words.short, ident.strip("<>"))
        assert mailer is not None
        if files:
            with_files = self._written(row, delivery.language, len(files))
            mail = self._mail(row, delivery, with_files, files, mailer.settings, ident)
            if mailer.takes(mail):
                names = ", ".join(file.name for file in files)
                return f"{mailer.send(mail, delivery.address)}; terlampir: {names}"
        return mailer.send(self._mail(row, delivery, words, [], mailer.settings, ident), delivery.address)

    def _mail(
        self, row: Leased, delivery: Any, words: Message, files: list[Attachment], smtp: SmtpSettings, ident: str
    ) -> EmailMessage:
        entry = row.data.get("ics")
        return compose(
            smtp,
            self.office.settings.office_name,
            delivery.address,
            words.subject,
            words.body,
            message_id=ident,
            language=delivery.language,
            at=self.office.now(),
            files=files,
            calendar=str(entry).replace(RECIPIENT, delivery.address) if entry else None,
        )

    def _written(self, row: Leased, language: str, attached: int = 0) -> Message:
        """The words; attached: how many letters go along, which the words may name (`terlampir`)."""
        settings = self.office.settings
        facts = {**row.data, "terlampir": attached} if attached else row.data
        return write_message(settings.processes_dir, row.template, language, facts, settings.office_name)


def message_id(public_url: str, outbox_id: int, address: str) -> str:
    """The Message-ID of a row for one address: always the same."""
    host = urlsplit(public_url).hostname or "simyandu.invalid"
    who = sha256(address.encode()).hexdigest()[:12]
    return f"<pesan-{outbox_id}-{who}@{host}>"


def _language(connection: Connection, row: Leased) -> str:
    """The language of people outside the office: what the case says, else Bahasa Indonesia."""
    wanted = connection.execute(select(cases.c.language).where(cases.c.id == row.case_id)).scalar_one_or_none()
    return wanted if wanted in LANGUAGES else LANGUAGES[0]
