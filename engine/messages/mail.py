"""E-mail: one message to one address, over one connection as long as the batch lasts."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Self

from engine.message_settings import SmtpSettings
from engine.messages.carriers import Rejected, TryLater, Unreachable

_METHOD = re.compile(r"^METHOD:([A-Z]+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Attachment:
    """A file that goes along. mime: `application/pdf`."""

    name: str
    mime: str
    content: bytes


def compose(
    settings: SmtpSettings,
    office_name: str,
    to: str,
    subject: str,
    body: str,
    *,
    message_id: str,
    language: str,
    at: datetime,
    files: Sequence[Attachment] = (),
    calendar: str | None = None,
) -> EmailMessage:
    """The e-mail as it is sent. calendar: an iCalendar text, shown by mail programs as an invitation."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(office_name, addr_spec=settings.sender)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = subject
    mail["Date"] = at
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    mail["Content-Language"] = language  # set_content takes away what it finds of content
    if calendar:
        method = _METHOD.search(calendar)
        mail.add_alternative(calendar, subtype="calendar")
        mail.get_payload()[-1].set_param("method", method[1] if method else "REQUEST")  # type: ignore[union-attr, index]
    for file in files:
        main, _, sub = file.mime.partition("/")
        mail.add_attachment(file.content, maintype=main, subtype=sub or "octet-stream", filename=file.name)
    return mail


class Mailer:
    """A connection to the mail server, opened at the first message. Use as a context."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.settings = settings
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, mail: EmailMessage, to: str) -> str:
        """Hand over one message; what the server said. Raises TryLater, Unreachable, Rejected."""
        server = self._open()
        try:
            server.send_message(mail, from_addr=self.settings.sender, to_addrs=[to])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _refused(code, text) from error
        except smtplib.SMTPSenderRefused as error:
            self.close()
            raise Unreachable(f"Server surel menolak pengirim {self.settings.sender}: {_said(error)}") from error
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Rejected(f"Server surel tidak dapat memuat alamat itu: {error}") from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TryLater(f"Sambungan ke server surel terputus: {_said(error)}") from error
        return f"diterima {self.settings.host}"

    def takes(self, mail: EmailMessage) -> bool:
        """Whether the server takes a message of this size, as far as it says. Raises Unreachable."""
        said = self._open().esmtp_features.get("size", "")
        return not said.isdecimal() or int(said) == 0 or len(mail.as_bytes()) <= int(said)

    def close(self) -> None:
        """Say goodbye, where there is still somebody to say it to."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _open(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        wanted = self.settings
        try:
            self._server = self._connect()
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable(f"Server surel {wanted.host} menolak nama pengguna atau kata sandi.") from error
        except (smtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise Unreachable(
                f"Server surel {wanted.host}:{wanted.port} tidak dapat dihubungi: {_said(error)}"
            ) from error
        return self._server

    def _connect(self) -> smtplib.SMTP:
        wanted = self.settings
        name = socket.gethostname() if "." in socket.gethostname() else "localhost.localdomain"
        trust = ssl.create_default_context(cafile=wanted.ca_file)
        server: smtplib.SMTP
        if wanted.implicit_tls:
            server = smtplib.SMTP_SSL(wanted.host, wanted.port, name, timeout=wanted.timeout, context=trust)
        else:
            server = smtplib.SMTP(wanted.host, wanted.port, name, timeout=wanted.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if not wanted.implicit_tls and wanted.starttls != "never":
                if server.has_extn("starttls"):
                    server.starttls(context=trust)
                    server.ehlo()
                elif wanted.starttls == "required":
                    raise smtplib.SMTPNotSupportedError("server tidak menawarkan STARTTLS")
            if wanted.user:
                server.login(wanted.user, wanted.password)
        except BaseException:
            server.close()
            raise
        return server


def _refused(code: int, text: bytes | str) -> TryLater | Rejected:
    words = f"Server surel: {code} {_text(text)}"
    return TryLater(words) if 400 <= code < 500 else Rejected(words)


def _said(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:300]
