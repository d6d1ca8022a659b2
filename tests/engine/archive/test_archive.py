"""Files on the shelves: found, moved, lent and brought back, each with its trace; and what has outlived its time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import insert, update

from engine.archive import lend_file, move_file, return_file
from engine.errors import Gone, Invalid, NotAllowed, NotFound
from engine.insight.archive import archived_file, documents_due, files_due, search_archive
from engine.people import Person
from engine.retention import schedule, years_before
from engine.settings import ROOT
from engine.storage.people_tables import persons
from engine.storage.schema import cases, documents
from engine.storage.service_tables import archive_records
from engine.verify import verify
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk, desk  # noqa: F401  (a fixture)
from tests.engine.test_statements import counted

PAIP = Person(9, "paip", "Pipit", (("paip", None),))


@pytest.fixture
def shelf(desk: Desk) -> list[int]:  # noqa: F811
    """Three archived files of two cases, and Pipit of PAIP."""
    first, second = desk.registered(), desk.registered()
    with desk.office.db.write() as connection:
        person = {"id": 9, "username": "paip", "name": "Pipit", "password_hash": "-", "active": True, "locale": "id"}
        connection.execute(insert(persons).values(**person, created_at=MONDAY))
        connection.execute(
            update(cases)
            .where(cases.c.id == second)
            .values(applicant_name="CV Sinar 100%", applicant_key="cv sinar 100%", permit_number="503/0007/HO/2016")
        )
        ids = [
            connection.execute(
                insert(archive_records)
                .values(
                    case_id=case_id,
                    number=f"ARS-2016-{number:06}",
                    shelf=place[0],
                    box=place[1],
                    stored_at=MONDAY,
                    keep_until=until,
                )
                .returning(archive_records.c.id)
            ).scalar_one()
            for number, (case_id, place, until) in enumerate(
                [
                    (first, ("R-01", "B-1"), "2016-07-18"),
                    (second, ("R-01", "B-2"), None),
                    (second, ("R-02", "B-1"), "2026-07-18"),
                ],
                start=1,
            )
        ]
    return [int(ident) for ident in ids]


def found(desk: Desk, text: str = "", **place: Any) -> list[int]:  # noqa: F811
    return [file.id for file in search_archive(desk.office, PAIP, text, **place).files]


def test_files_are_found_by_what_people_know(desk: Desk, shelf: list[int]) -> None:  # noqa: F811
    a, b, c = shelf
    assert found(desk) == [c, b, a]
    assert found(desk, "uji-000001") == [a] and found(desk, "000002") == [c, b]
    assert found(desk, "ars-2016-000002") == [b] and found(desk, "503/0007/HO/2016") == [c, b]
    assert found(desk, "sinar 100%") == [c, b] and found(desk, "100_") == []
    assert found(desk, shelf="R-01") == [b, a] and found(desk, shelf="R-01", box="B-1") == [a]
    first = search_archive(desk.office, PAIP, size=2)
    assert first.after == b and [file.id for file in search_archive(desk.office, PAIP, after=first.after).files] == [a]
    with pytest.raises(NotAllowed):
        search_archive(desk.office, PEOPLE["loket"])


def test_a_file_is_lent_and_comes_back(desk: Desk, shelf: list[int]) -> None:  # noqa: F811
    ident, due = shelf[0], date(2016, 7, 20)
    with counted(desk) as cost:
        lend_file(desk.office, ident, "Budi, Bidang Jasa Usaha", "Pemeriksaan ulang", due, by=PAIP, key="a")
    assert cost.commits == 1 and len(cost.statements) <= 15
    lend_file(desk.office, ident, "Budi, Bidang Jasa Usaha", "Pemeriksaan ulang", due, by=PAIP, key="a")
    with pytest.raises(Gone, match="pada Budi, Bidang Jasa Usaha sejak 18-7-2016"):
        lend_file(desk.office, ident, "Ani", "Lihat", due, by=PAIP, key="b")
    assert found(desk, standing="keluar") == [ident] and found(desk, standing="lewat") == []
    desk.clock.advance(days=3)
    page = search_archive(desk.office, PAIP, standing="lewat")
    assert (page.out, page.overdue, [(f.taker, f.late) for f in page.files]) == (
        1,
        1,
        [("Budi, Bidang Jasa Usaha", True)],
    )
    return_file(desk.office, ident, "Lengkap", by=PAIP, key="c")
    with pytest.raises(Gone, match="Terakhir diterima Pipit pada 21-7-2016"):
        return_file(desk.office, ident, by=PAIP, key="d")
    lend_file(desk.office, ident, "Ani", "Audit", date(2016, 8, 1), by=PAIP, key="e")
    view = archived_file(desk.office, PAIP, ident)
    assert view.file.taker == "Ani" and not view.file.late
    assert [(row.taker, row.given, row.received, row.note) for row in view.loans] == [
        ("Ani", "Pipit", None, None),
        ("Budi, Bidang Jasa Usaha", "Pipit", "Pipit", "Lengkap"),
    ]
    events = desk.history(view.file.case_id)
    assert events.count("archive_lent") == 2 and events.count("archive_returned") == 1
    assert verify(desk.office).ok


@pytest.mark.parametrize(
    ("taker", "reason", "due", "fields"),
    [
        (" ", "x", date(2016, 7, 20), {"peminjam"}),
        ("Ani", "", date(2016, 7, 20), {"alasan"}),
        ("Ani", "x", None, {"kembali_pada"}),
        ("Ani", "x", date(2016, 7, 17), {"kembali_pada"}),
        ("Ani", "x", date(2018, 7, 17), {"kembali_pada"}),
        ("A" * 501, "x" * 501, date(2016, 7, 18), {"peminjam", "alasan"}),
    ],
)
def test_who_why_and_until_when_must_be_said(
    desk: Desk,  # noqa: F811
    shelf: list[int],
    taker: str,
    reason: str,
    due: date | None,
    fields: set[str],
) -> None:
    with pytest.raises(Invalid) as refused:
        lend_file(desk.office, shelf[0], taker, reason, due, by=PAIP, key="a")
    assert set(refused.value.fields) == fields
    assert found(desk, standing="keluar") == []


def test_a_file_is_in_one_hand_only(desk: Desk, shelf: list[int]) -> None:  # noqa: F811
    def lend(number: int) -> bool:
        try:
            lend_file(desk.office, shelf[1], f"Orang {number}", "x", date(2016, 7, 20), by=PAIP, key=f"k{number}")
        except Gone:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lend, range(8))) == 1
    assert len(archived_file(desk.office, PAIP, shelf[1]).loans) == 1


def test_a_file_is_moved_and_the_way_is_kept(desk: Desk, shelf: list[int]) -> None:  # noqa: F811
    ident = shelf[0]
    move_file(desk.office, ident, " R-09 ", "B-3", "Rak lama penuh", by=PAIP, key="a")
    move_file(desk.office, ident, "R-10", "B-3", "Dipisah", by=PAIP, key="b")
    view = archived_file(desk.office, PAIP, ident)
    assert (view.file.shelf, view.file.box) == ("R-10", "B-3") and found(desk, shelf="R-09") == []
    assert [(row.from_shelf, row.to_shelf, row.reason, row.person) for row in view.moves] == [
        ("R-09", "R-10", "Dipisah", "Pipit"),
        ("R-01", "R-09", "Rak lama penuh", "Pipit"),
    ]
    for shelf_, box, reason, fields in (
        ("", "B", "x", {"rak"}),
        ("R", "B" * 21, "", {"boks", "alasan"}),
        ("R-10", "B-3", "x", {"rak"}),
    ):
        with pytest.raises(Invalid) as refused:
            move_file(desk.office, ident, shelf_, box, reason, by=PAIP, key=f"{shelf_}{box}")
        assert set(refused.value.fields) == fields


def test_only_the_archive_may(desk: Desk, shelf: list[int]) -> None:  # noqa: F811
    for who in ("loket", "bidang", "bplh", "admin"):
        with pytest.raises(NotAllowed):
            move_file(desk.office, shelf[0], "R", "B", "x", by=PEOPLE[who])
        with pytest.raises(NotAllowed):
            lend_file(desk.office, shelf[0], "A", "x", date(2016, 7, 20), by=PEOPLE[who])
        with pytest.raises(NotAllowed):
            return_file(desk.office, shelf[0], by=PEOPLE[who])
        with pytest.raises(NotAllowed):
            archived_file(desk.office, PEOPLE[who], shelf[0])
        with pytest.raises(NotAllowed):
            files_due(desk.office, PEOPLE[who])
        with pytest.raises(NotAllowed):
            documents_due(desk.office, PEOPLE[who])
    for deed in (
        lambda: move_file(desk.office, 999, "R", "B", "x", by=PAIP),
        lambda: return_file(desk.office, 999, by=PAIP),
        lambda: archived_file(desk.office, PAIP, 999),
    ):
        with pytest.raises(NotFound):
            deed()


def test_files_whose_time_is_over(desk: Desk, shelf: list[int]) -> None:  # noqa: F811
    assert [file.id for file in files_due(desk.office, PAIP)] == [shelf[0]]
    desk.clock.set(datetime(2026, 7, 17, 17, 0, tzinfo=UTC))  # midnight in Bekasi
    assert [file.id for file in files_due(desk.office, PAIP)] == [shelf[0], shelf[2]]


def test_documents_that_outlived_their_rule(desk: Desk) -> None:  # noqa: F811
    desk.office.settings = replace(desk.office.settings, processes_dir=ROOT / "processes")
    closed = {"baru": datetime(2016, 1, 1, tzinfo=UTC), "lama": datetime(2008, 6, 30, 17, tzinfo=UTC)}
    with desk.office.db.write() as connection:
        for name, moment in closed.items():
            case_id = desk_case(connection, desk, name, moment)
            for kind in ("izin", "undangan", "ktp"):
                connection.execute(
                    insert(documents).values(
                        case_id=case_id,
                        kind=kind,
                        title=kind,
                        file_name="x.pdf",
                        sha256="0" * 64,
                        mime="application/pdf",
                        size=1,
                        at=moment,
                    )
                )
    assert {(due.kind, due.rule.fate, due.count) for due in documents_due(desk.office, PAIP)} == {
        ("undangan", "musnah", 1),
        ("ktp", "musnah", 1),
    }
    desk.clock.set(datetime(2018, 6, 30, 16, 59, tzinfo=UTC))
    assert {(due.kind, due.count) for due in documents_due(desk.office, PAIP)} == {("undangan", 2), ("ktp", 1)}
    desk.clock.set(datetime(2018, 7, 1, 17, tzinfo=UTC))  # the day after ten years in Bekasi
    assert ("izin", "permanen", 1) in {(d.kind, d.rule.fate, d.count) for d in documents_due(desk.office, PAIP)}


def desk_case(connection: Any, desk: Desk, name: str, closed_at: datetime) -> int:  # noqa: F811
    version = desk.office.definitions.active(connection, "UJI", desk.office.now())
    values = {
        "code": "UJI",
        "variant": "baru",
        "bidang": "jasa_usaha",
        "version_hash": version.hash,
        "state": "selesai",
        "applicant_name": name,
        "applicant_key": name,
        "opened_at": closed_at,
        "closed_at": closed_at,
        "promise_minutes": 480,
        "paused_minutes": 0,
        "late": False,
        "incidents_open": 0,
        "facts": {},
        "version": 0,
        "seq": 0,
        "head": b"",
    }
    return int(connection.execute(insert(cases).values(values).returning(cases.c.id)).scalar_one())


def test_the_schedule_that_ships_can_be_read_and_says_where_it_is_from() -> None:
    rules = schedule(ROOT / "processes", date(2016, 9, 27))
    assert rules.of("izin").fate == "permanen" and rules.of("apa saja") == rules.other
    every = (*rules.kinds.values(), *rules.files.values(), rules.other, rules.other_file)
    assert {rule.source for rule in every} == {"assumed"}
    families = {yaml.safe_load(path.read_text())["family"] for path in (ROOT / "processes").glob("*/permit.yaml")}
    assert families <= rules.files.keys()
    assert years_before(date(2016, 2, 29), 5) == date(2011, 2, 28)


GOOD = "{tahun: 5, nama: x, nasib: musnah, sumber: y}"
WHOLE = f"berkas: {{lainnya: {GOOD}}}, jenis: {{lainnya: {GOOD}}}"


def written(folder: Path, *schedules: str) -> Path:
    """A folder of processes with these schedules."""
    (folder / "shared").mkdir()
    rows = "".join(f"- {{{row}}}\n" for row in schedules)
    (folder / "shared" / "retensi.yaml").write_text(f"jadwal:\n{rows}")
    return folder


@pytest.mark.parametrize(
    "row",
    ["{tahun: 0, nama: x, nasib: musnah, sumber: y}", "{tahun: 5, nama: x, nasib: dibakar, sumber: y}", "5", "{}"],
)
@pytest.mark.parametrize("part", ["jenis", "berkas"])
def test_a_schedule_that_cannot_be_meant_names_the_line(tmp_path: Path, row: str, part: str) -> None:
    other = "berkas" if part == "jenis" else "jenis"
    rules = f"{part}: {{izin: {row}, lainnya: {GOOD}}}, {other}: {{lainnya: {GOOD}}}"
    with pytest.raises(ValueError, match=f"{part} izin"):
        schedule(written(tmp_path, f"berlaku: 2016-01-01, dasar: x, {rules}"), date(2016, 5, 1))


@pytest.mark.parametrize(
    ("schedules", "told"),
    [
        ((f"dasar: x, {WHOLE}",), "berlaku"),
        ((f"berlaku: 2016-01-01, {WHOLE}",), "dasar"),
        ((f"berlaku: 2016-01-01, dasar: x, jenis: {{lainnya: {GOOD}}}",), "berkas"),
        ((f"berlaku: 2016-01-01, dasar: x, {WHOLE}",) * 2, "dua jadwal"),
        ((f"berlaku: 2017-01-01, dasar: x, {WHOLE}",), "2016-05-01"),
    ],
)
def test_a_schedule_must_be_dated_and_whole(tmp_path: Path, schedules: tuple[str, ...], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        schedule(written(tmp_path, *schedules), date(2016, 5, 1))


def test_the_newest_schedule_that_is_in_force_counts(tmp_path: Path) -> None:
    longer = GOOD.replace("5", "30")
    new = f"berlaku: 2016-07-01, dasar: Perwal baru, berkas: {{lainnya: {longer}}}, jenis: {{lainnya: {GOOD}}}"
    folder = written(tmp_path, new, f"berlaku: 2011-01-01, dasar: x, {WHOLE}")
    assert schedule(folder, date(2016, 6, 30)).of_file("teknis").years == 5
    assert schedule(folder, date(2016, 7, 1)).of_file("teknis").years == 30


def test_a_file_that_is_gone_or_changed_is_a_problem(desk: Desk) -> None:  # noqa: F811
    case_id = desk.registered()
    good, gone = (desk.office.documents.put(f"%PDF-1.4 {name}".encode(), made_here=True) for name in ("satu", "dua"))
    with desk.office.db.write() as connection:
        for stored in (good, good, gone):
            connection.execute(
                insert(documents).values(
                    case_id=case_id,
                    kind="izin",
                    title="Izin",
                    file_name="izin.pdf",
                    sha256=stored.sha256,
                    mime=stored.mime,
                    size=stored.size,
                    at=MONDAY,
                )
            )
    assert (verify(desk.office, files=True).ok, verify(desk.office, case_id, files=True).files) == (True, 2)
    desk.office.documents.path(gone.sha256).unlink()
    assert verify(desk.office).ok, "files are only read when asked for"
    [problem] = verify(desk.office, files=True).problems
    assert gone.sha256 in problem and "izin.pdf" in problem
    path = desk.office.documents.path(good.sha256)
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.4 lain")
    assert len(verify(desk.office, files=True).problems) == 2
