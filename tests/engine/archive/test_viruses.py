"""Uploads are scanned where a scanner is set up; without a verdict they wait out of reach, and nothing is lost."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import cases, dossier
from engine.documents import CLEAN, INFECTED, NOT_SCANNED, WAITING, DocumentStore, Quarantined
from engine.errors import Invalid, NotFound
from engine.office import Office
from engine.quarantine import scan_waiting
from engine.settings import Settings
from engine.storage.schema import documents
from engine.verify import verify
from engine.virus_scan import CHUNK, Scanner, ScannerDown
from tests.engine.archive.clamd import EICAR, Clamd, clamd
from tests.engine.core.conftest import PEOPLE, Desk, desk  # noqa: F401  (a fixture)
from tests.engine.test_documents import image


def picture(hidden: bytes = b"") -> bytes:
    """A sound JPEG; what stands after its end is not looked at by viewers."""
    return image("JPEG") + hidden


def closed_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{taken.getsockname()[1]}"


def upload(desk: Desk, case_id: int, content: bytes) -> str:  # noqa: F811
    stored = desk.office.documents.put(content, name="a.jpg")
    cases.add_document(desk.office, case_id, "ktp", "KTP", "a.jpg", stored, by=PEOPLE["loket"])
    return stored.sha256


def rows(desk: Desk) -> list[tuple[str, str | None]]:  # noqa: F811
    with desk.office.db.read() as connection:
        query = select(documents.c.scan, documents.c.scan_note).order_by(documents.c.id)
        return [(row.scan, row.scan_note) for row in connection.execute(query)]


@pytest.mark.parametrize("unix", [False, True])
def test_clean_and_infected(tmp_path: Path, unix: bool) -> None:
    state = Clamd()
    with clamd(state, tmp_path / "clamd.ctl" if unix else None) as address:
        scanner = Scanner(address)
        large = bytes(range(256)) * (CHUNK // 100)
        assert scanner.virus_in(b"") is None and scanner.virus_in(large) is None
        assert scanner.virus_in(large + EICAR) == "Eicar-Test-Signature"
    assert state.scanned == [b"", large, large + EICAR], "every byte arrived, in order"


def test_what_is_no_verdict() -> None:
    for state in (Clamd(limit=10), Clamd(says=b"stream: Can't allocate memory ERROR\0"), Clamd(says=b"")):
        with clamd(state) as address, pytest.raises(ScannerDown):
            Scanner(address).virus_in(b"x" * 1000)
    with pytest.raises(ScannerDown):
        Scanner(closed_port()).virus_in(b"x")


def test_a_scanner_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(ScannerDown):
        Scanner(f"tcp://127.0.0.1:{deaf.getsockname()[1]}", timeout=0.2).virus_in(b"x")


@pytest.mark.parametrize("address", ["clamd", "unix:clamd.ctl", "http://a:1", "tcp://", "tcp://a:999999"])
def test_an_address_that_cannot_be_meant(address: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SIMYANDU_CLAMD"):
        Office(Settings(f"sqlite:///{tmp_path / 'x'}", tmp_path, clamd=address))


def test_an_upload_with_a_virus_is_refused_and_not_kept(tmp_path: Path) -> None:
    with clamd(Clamd()) as address:
        store = DocumentStore(tmp_path, Scanner(address))
        with pytest.raises(Invalid, match="Eicar-Test-Signature") as refused:
            store.put(picture(EICAR), name="foto.jpg")
        assert "tidak disimpan" in refused.value.fields["berkas"][0]
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
        assert store.put(picture(), name="foto.jpg").scan == CLEAN


def test_what_the_office_draws_itself_is_not_scanned(tmp_path: Path) -> None:
    state = Clamd()
    with clamd(state) as address:
        stored = DocumentStore(tmp_path, Scanner(address)).put(b"%PDF-1.4", made_here=True)
    assert (stored.scan, state.scanned) == (NOT_SCANNED, [])


def test_while_the_scanner_is_down_uploads_wait_and_then_come_out(desk: Desk) -> None:  # noqa: F811
    case_id = desk.open()
    store = desk.office.documents
    store.scanner = Scanner(closed_port())
    sha256 = upload(desk, case_id, picture())
    assert rows(desk) == [(WAITING, None)]
    with pytest.raises(Quarantined, match="dikarantina"):
        dossier.document(desk.office, PEOPLE["loket"], 1)
    assert verify(desk.office, files=True).ok, "it is there, only out of reach"
    assert scan_waiting(desk.office) == 0 and list(store.waiting()) == [sha256]
    with clamd(Clamd()) as address:
        store.scanner = Scanner(address)
        assert scan_waiting(desk.office) == 1
        assert scan_waiting(desk.office) == 0
    assert rows(desk) == [(CLEAN, None)] and list(store.waiting()) == []
    assert dossier.document(desk.office, PEOPLE["loket"], 1)[1][:2] == b"\xff\xd8"


def test_a_virus_found_later_is_told_in_the_history(desk: Desk) -> None:  # noqa: F811
    case_id = desk.open()
    store = desk.office.documents
    store.scanner = Scanner(closed_port())
    bad = picture(EICAR)
    upload(desk, case_id, bad)
    state = Clamd()
    with clamd(state) as address:
        store.scanner = Scanner(address)
        assert scan_waiting(desk.office) == 1
        assert scan_waiting(desk.office) == 0 and len(state.scanned) == 1, "known ones are not scanned again"
    assert rows(desk) == [(INFECTED, "Eicar-Test-Signature")]
    assert "document_condemned" in desk.history(case_id)
    with pytest.raises(NotFound):
        dossier.document(desk.office, PEOPLE["loket"], 1)
    assert verify(desk.office, files=True).ok


def test_a_file_that_is_in_already_stays_in(desk: Desk) -> None:  # noqa: F811
    case_id = desk.open()
    store = desk.office.documents
    content = picture()
    upload(desk, case_id, content)
    store.scanner = Scanner(closed_port())
    upload(desk, case_id, content)
    assert rows(desk) == [(NOT_SCANNED, None)] * 2 and list(store.waiting()) == []


def test_the_scan_can_be_faster_than_the_document(desk: Desk) -> None:  # noqa: F811
    """The file is let out between its being stored and its row being written."""
    case_id = desk.open()
    store = desk.office.documents
    store.scanner = Scanner(closed_port())
    stored = store.put(picture(), name="a.jpg")
    with clamd(Clamd()) as address:
        store.scanner = Scanner(address)
        assert scan_waiting(desk.office) == 1
        cases.add_document(desk.office, case_id, "ktp", "KTP", "a.jpg", stored, by=PEOPLE["loket"])
        assert rows(desk) == [(WAITING, None)]
        scan_waiting(desk.office)
    assert rows(desk) == [(CLEAN, None)]


def test_two_workers_at_one_quarantine(desk: Desk) -> None:  # noqa: F811
    case_id = desk.open()
    store = desk.office.documents
    store.scanner = Scanner(closed_port())
    for number in range(6):
        upload(desk, case_id, picture(bytes([number])))
    with clamd(Clamd()) as address:
        store.scanner = Scanner(address)
        threads = [threading.Thread(target=scan_waiting, args=[desk.office]) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert rows(desk) == [(CLEAN, None)] * 6 and verify(desk.office, files=True).ok
