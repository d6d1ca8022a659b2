"""The UJI office with people who can be reached, and ways to put messages into its outbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from engine.message_settings import MessageSettings, SmtpSettings
from engine.messages.sender import Sender
from engine.storage.message_tables import message_deliveries
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import outbox
from tests.engine.core.conftest import PEOPLE, Desk, desk  # noqa: F401  (a fixture)
from tests.engine.messages.servers import Gateway, Mailbox, http_gateway, mail_server

FACTS = {
    "resi": "BPPT-2016-000123",
    "kode": "HO",
    "izin": "Izin Gangguan (HO)",
    "pemohon": "PT Maju Jaya",
    "nomor": "973/00001/SKRD/BPPT/2016",
    "janji": "2016-01-15T03:00:00+00:00",
    "janji_hk": 7.0,
    "tenggat": "2016-01-15T03:00:00+00:00",
    "langkah": ["Periksa berkas", "Ukur tempat usaha"],
    "waktu": "2016-01-12T09:30:00+07:00",
    "tempat": "Ruang Rapat BPPT",
    "agenda": "Dampak kebisingan",
    "alamat": "Jl. Juanda 1",
    "petugas": "Asep",
    "jenis": "SKRD",
    "jumlah": 432000,
    "rekening": "11041610000001",
    "jatuh_tempo": "2016-02-05T16:59:59+00:00",
    "tagihan": "SKRD 973/00001/SKRD/BPPT/2016",
    "bunga": 8640,
    "bulan": 1,
    "gugur": "2016-08-05T16:59:59+00:00",
    "sampai": "2016-10-04",
    "hari": 90,
    "keluar": "BPPT-2016-000124",
}


@dataclass
class Post:
    """The office's post room. box: what the mail server got; gateway: what the gateway got."""

    desk: Desk
    box: Mailbox
    gateway: Gateway
    case_id: int

    def configure(self, **changes: Any) -> None:
        """Other settings of messages from now on."""
        settings = self.desk.office.settings
        self.desk.office.settings = replace(settings, messages=replace(settings.messages, **changes))

    def put(self, channel: str = "email", to: str = "sari@contoh.id", template: str = "umum", **data: Any) -> int:
        """One row in the outbox, written now."""
        now = self.desk.office.now()
        with self.desk.office.db.write() as connection:
            return int(
                connection.execute(
                    insert(outbox)
                    .values(
                        case_id=self.case_id,
                        channel=channel,
                        recipient=to,
                        template=template,
                        data={**FACTS, **data},
                        state="queued",
                        attempts=0,
                        created_at=now,
                    )
                    .returning(outbox.c.id)
                ).scalar_one()
            )

    def row(self, message_id: int) -> Any:
        with self.desk.office.db.read() as connection:
            return connection.execute(select(outbox).where(outbox.c.id == message_id)).one()

    def state(self, message_id: int) -> str:
        return str(self.row(message_id).state)

    def deliveries(self, message_id: int) -> dict[str, Any]:
        with self.desk.office.db.read() as connection:
            query = select(message_deliveries).where(message_deliveries.c.outbox_id == message_id)
            return {row.address: row for row in connection.execute(query)}

    def later(self, **more: int) -> None:
        self.desk.clock.advance(**more)

    def send(self) -> int:
        """One round of a fresh worker."""
        return Sender(self.desk.office).run()


@pytest.fixture
def post(desk: Desk) -> Iterator[Post]:  # noqa: F811
    """Mail server and SMS gateway running, everybody with an address; the outbox empty."""
    case_id = desk.registered()
    office = desk.office
    with office.db.write() as connection:
        connection.execute(outbox.delete())
        for person in PEOPLE.values():
            connection.execute(
                update(persons)
                .where(persons.c.id == person.id)
                .values(email=f"{person.username}@bppt.example", phone=f"0812-0000-00{person.id:02}")
            )
            connection.execute(
                insert(memberships),
                [{"person_id": person.id, "role": role, "scope": scope or ""} for role, scope in person.memberships],
            )
    box, gateway = Mailbox(), Gateway()
    with mail_server(box) as port, http_gateway(gateway) as address:
        messages = MessageSettings.from_env(
            {
                "SIMYANDU_SMTP_URL": f"smtp://127.0.0.1:{port}",
                "SIMYANDU_SMTP_FROM": "perizinan@bppt.example",
                "SIMYANDU_SMTP_TIMEOUT": "10",
                "SIMYANDU_SMS_URL": f"{address}/kirim",
                "SIMYANDU_SMS_HEADERS": '{"Authorization": "Bearer rahasia"}',
            },
            "https://simyandu.example",
        )
        assert isinstance(messages.smtp, SmtpSettings)
        office.settings = replace(office.settings, messages=messages, public_url="https://simyandu.example")
        yield Post(desk, box, gateway, case_id)


MINUTE = timedelta(minutes=1)
