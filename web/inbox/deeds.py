"""Taking and giving back tasks."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from engine.cases import claim, release
from engine.dossier import task_view
from engine.errors import Gone, Stale, Taken
from engine.inbox import next_task
from web.inbox import inbox
from web.inbox.lists import FILTERS
from web.inbox.refused import refused_page
from web.posting import back_to, posted_key
from web.security import needs, office, person

TRIES = 5  # colleagues who are faster by a blink


@inbox.post("/tugas/berikutnya")
@needs("task.claim")
def take_next() -> Any:
    """Take the most urgent task that nobody holds, and open it."""
    return next_redirect(posted_key())


def next_redirect(key: str) -> Any:
    """Claim the next task under this key and lead to it; to the list where there is none."""
    given = {FILTERS[name]: request.form.get(name, "")[:80] for name in FILTERS}
    for _ in range(TRIES):
        entry = next_task(office(), person(), given)
        if entry is None:
            break
        try:
            claim(office(), entry.id, by=person(), key=key)
        except (Taken, Gone):
            continue
        except Stale:  # the same press came twice: its first coming took a task, which stands in one's own list
            return redirect(url_for("inbox.tasks", daftar="saya"), 303)
        return redirect(url_for("inbox.task", task_id=entry.id), 303)
    flash(gettext("Tidak ada lagi tugas yang bisa diambil."), "information")
    return redirect(url_for("inbox.tasks", daftar="kelompok"), 303)


@inbox.post("/tugas/<int:task_id>/ambil")
@needs("task.claim")
def take(task_id: int) -> Any:
    """Take one task and open it."""
    try:
        claim(office(), task_id, by=person(), key=posted_key())
    except (Taken, Gone, Stale) as refused:
        return refused_page(task_view(office(), person(), task_id), refused)
    return redirect(url_for("inbox.task", task_id=task_id), 303)


@inbox.post("/tugas/<int:task_id>/lepas")
@needs("task.release")
def give_back(task_id: int) -> Any:
    """Give a task back to its group; the draft stays."""
    view = task_view(office(), person(), task_id)
    try:
        release(office(), task_id, by=person(), key=posted_key())
    except (Taken, Gone, Stale) as refused:
        return refused_page(view, refused)
    flash(gettext("“%(langkah)s” kembali ke kelompok. Konsep Anda tetap tersimpan.", langkah=view.task.name), "success")
    return redirect(back_to(url_for("inbox.tasks")), 303)
