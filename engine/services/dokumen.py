"""Letters as PDF documents of the case. Drawing takes a tenth of a second or more, so it is done with no lock held."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from engine.case_row import CaseRow
from engine.letters import LetterError, fill, make_renderer
from engine.services.common import permit_name
from engine.services.letter_facts import KINDS, gather, templates_of
from engine.services.letter_rows import put_letter
from engine.services.protocols import Job, Unit
from engine.services.registry import ServiceError, deferred
from engine.storage.schema import documents

DEFAULT_TEMPLATE = "letter.html"


@deferred("dokumen/surat", "jenis", "templat", "langkah")
class Surat:
    """One letter of kind `jenis` from the template file `templat`; who signs it did the step `langkah`."""

    def work(self, job: Job) -> dict[str, Any]:
        """Fills the template with what is known of the case and stores the PDF. Raises ServiceError with what is
        wrong with the letter."""
        kind = str(job.params.get("jenis") or "izin")
        if kind not in KINDS:
            raise ServiceError(f"Jenis surat '{kind}' tidak dikenal. Yang ada: {', '.join(KINDS)}.")
        template = str(job.params.get("templat") or DEFAULT_TEMPLATE)
        with job.office.db.read() as connection:
            facts = gather(job, connection, kind)
        try:
            html = fill(template, templates_of(job), facts)
            footer = f"{job.office.settings.office_name} · {facts['nomor'] or facts['case']['resi'] or job.case.code}"
            drawn = make_renderer().render(html, footer=footer)
        except LetterError as error:
            raise ServiceError(f"{KINDS[kind]}: {error}") from error
        stored = job.office.documents.put(drawn, made_here=True)
        return {
            "jenis": kind,
            "judul": f"{KINDS[kind]} {permit_name(job.bundle)}",
            "nomor": facts["nomor"],
            "sha256": stored.sha256,
            "size": stored.size,
            "mime": stored.mime,
            "templat": template,
            "kode": facts["kode"],
            "putaran": facts["putaran"],
        }

    def finish(self, unit: Unit, case: CaseRow, result: dict[str, Any]) -> None:
        """The document's row, and of letters that people may check the letter's."""
        if result.get("kode"):
            put_letter(unit, case, result)
        unit.connection.execute(
            insert(documents).values(
                case_id=case.id,
                kind=result["jenis"],
                title=result["judul"],
                file_name=_file_name(result["jenis"], result["nomor"] or case.resi or case.code),
                sha256=result["sha256"],
                mime=result["mime"],
                size=result["size"],
                by_id=None,
                at=unit.now,
            )
        )
        unit.emit("letter_drawn", {"jenis": result["jenis"], "nomor": result["nomor"], "sha256": result["sha256"]})


def _file_name(kind: str, number: str) -> str:
    plain = "".join(letter if letter.isalnum() else "-" for letter in number)
    return f"{kind}-{plain}.pdf"
