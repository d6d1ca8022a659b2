"""The history of a case in words: one sentence per kind of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext

from web.case import money, places, repaired, words
from web.escalations.words import causes
from web.kit import hari_kerja, rupiah, tanggal

Data = Mapping[str, Any]


class Told(NamedTuple):
    """title: what happened. text: more of it. state: a badge of kit/page.html."""

    title: str
    text: str = ""
    state: str = ""


def timeline(events: list[Any], newest_first: bool = True) -> list[dict[str, Any]]:
    """Rows of the event table (with `person`) -> what kit/case.html's timeline shows."""
    rows = [_shown(row) for row in events]
    return rows[::-1] if newest_first else rows


def told(kind: str, data: Data) -> Told:
    """The sentence of one event; a kind that nobody wrote words for is shown plainly."""
    said = _KINDS.get(kind)
    if said is None:
        return Told(gettext("Kejadian: %(jenis)s", jenis=kind.replace("_", " ")))
    return said(data)


def _shown(row: Any) -> dict[str, Any]:
    what = told(row.kind, row.data)
    return {
        "kind": row.kind,
        "title": what.title,
        "text": " ".join(part for part in (what.text, _behalf(row.data.get("atas_nama"))) if part),
        "state": what.state,
        "who": row.person or gettext("sistem"),
        "at": row.at,
        "used": row.data.get("menit"),
    }


def _behalf(absent: Mapping[str, Any] | None) -> str:
    """For whom it was done, and by what order."""
    if not absent:
        return ""
    as_what = gettext("Plh") if absent.get("sebagai") == "plh" else gettext("pengganti")
    return gettext(
        "Atas nama %(siapa)s (%(sebagai)s, %(dasar)s).", siapa=absent["nama"], sebagai=as_what, dasar=absent["dasar"]
    )


def _moment(value: Any) -> str:
    with suppress(TypeError, ValueError):
        at = datetime.fromisoformat(value)
        return tanggal(at if at.tzinfo else at.date())
    return str(value or "–")


def _list(values: Any) -> str:
    return ", ".join(str(value) for value in values or [])


def _people(values: Any) -> str:
    return ", ".join(dict.fromkeys(words.recipient(str(value)) for value in values or []))


def _money(value: Any) -> str:
    return rupiah(value) if isinstance(value, int) else str(value)


def _opened(d: Data) -> Told:
    text = gettext("%(jenis)s, versi SOP %(versi)s", jenis=d.get("jenis", ""), versi=d.get("versi", "–"))
    return Told(gettext("Permohonan didaftarkan"), text)


def _resi(d: Data) -> Told:
    promise = gettext("Janji selesai: %(saat)s. Jam SOP mulai berjalan.", saat=_moment(d.get("janji")))
    return Told(gettext("Resi %(resi)s diberikan", resi=d.get("resi", "")), promise)


def _struck(d: Data) -> Told:
    return Told(gettext("Tenggat tiba: %(nama)s", nama=_list(d.get("tenggat"))))


def _paused(d: Data) -> Told:
    left = d.get("sisa_menit")
    text = gettext("Menunggu pemohon.")
    if left is not None:
        text = gettext("Menunggu pemohon; sisa waktu %(sisa)s disimpan.", sisa=hari_kerja(left))
    return Told(gettext("Jam SOP berhenti"), text, "paused")


def _resumed(d: Data) -> Told:
    promise = d.get("janji")
    text = gettext("Janji selesai yang baru: %(saat)s.", saat=_moment(promise)) if promise else ""
    return Told(gettext("Jam SOP berjalan lagi"), text)


def _shifted(d: Data) -> Told:
    old, new = d.get("lama"), d.get("baru")
    parts = [gettext("Dasar: %(keputusan)s.", keputusan=d.get("keputusan") or "–")]
    if isinstance(old, str) and isinstance(new, str) and old != new:
        parts.append(gettext("Janji dari %(lama)s menjadi %(baru)s.", lama=_moment(old), baru=_moment(new)))
    elif isinstance(old, int) and isinstance(new, int) and old != new:
        parts.append(gettext("Sisa waktu dari %(lama)s menjadi %(baru)s.", lama=hari_kerja(old), baru=hari_kerja(new)))
    for row in d.get("tenggat") or []:
        name = row.get("nama") or row.get("langkah")
        if row.get("baru"):
            parts.append(gettext("%(nama)s: %(baru)s.", nama=name, baru=_moment(row["baru"])))
    return Told(gettext("Kalender kantor berubah, tenggat bergeser"), " ".join(parts))


def _skipped(d: Data) -> Told:
    why = gettext("Eskalasinya sudah jatuh tempo.")
    if d.get("sebab") != "eskalasi":
        why = gettext("Beberapa jatuh tempo bersamaan: hanya yang terakhir dikirim.")
    return Told(gettext("Pesan yang tidak perlu dilewati"), f"{why} {_people(d.get('kepada'))}".strip())


def _breach(d: Data) -> Told:
    cause = causes().get(str(d.get("sebab")), str(d.get("sebab", "")))
    return Told(gettext("Sebab keterlambatan: %(sebab)s", sebab=cause), str(d.get("uraian", "")), "late")


def _missed(d: Data) -> Told:
    return Told(gettext("Janji terlewati"), gettext("Di langkah: %(langkah)s", langkah=d.get("langkah") or "–"), "late")


def _closed(d: Data) -> Told:
    return Told(gettext("Permohonan ditutup: %(hasil)s", hasil=words.ending(str(d.get("hasil", "")))))


def _incident(d: Data) -> Told:
    title = gettext("Langkah otomatis gagal: %(langkah)s", langkah=d.get("langkah", ""))
    return Told(title, str(d.get("sebab", "")), "incident")


def _escalated(d: Data) -> Told:
    title = gettext("Dilaporkan kepada %(siapa)s", siapa=words.group(str(d.get("kepada", ""))))
    held = d.get("langkah")
    return Told(title, gettext("Langkah yang tertahan: %(langkah)s", langkah=held) if held else "")


def _sent(d: Data) -> Told:
    about = words.template(str(d.get("templat", "")))
    text = gettext("Kepada %(siapa)s", siapa=_people(d.get("kepada"))) if d.get("kepada") else ""
    return Told(gettext("Pesan disiapkan: %(perihal)s", perihal=about), text)


def _reminded(d: Data) -> Told:
    text = _list(d.get("langkah"))
    return Told(gettext("Pengingat disiapkan"), gettext("Untuk langkah: %(langkah)s", langkah=text) if text else "")


def _number(d: Data) -> Told:
    kind = words.letter(str(d.get("register", "")))
    return Told(gettext("Nomor %(jenis)s: %(nomor)s", jenis=kind, nomor=d.get("nomor", "")))


def _letter(d: Data) -> Told:
    number = str(d.get("nomor") or "")
    kind = words.letter(str(d.get("jenis", "")))
    return Told(
        gettext("Surat dibuat: %(jenis)s", jenis=kind), gettext("Nomor %(nomor)s", nomor=number) if number else ""
    )


def _document(d: Data) -> Told:
    return Told(gettext("Berkas ditambahkan: %(nama)s", nama=d.get("berkas", "")))


def _meeting(d: Data) -> Told:
    invited = ", ".join(words.agency(code) for code in d.get("instansi") or [])
    text = gettext("%(saat)s; diundang: %(siapa)s", saat=_moment(d.get("waktu")), siapa=invited or "–")
    return Told(gettext("Rapat diundang, nomor %(nomor)s", nomor=d.get("nomor", "")), text)


def _met(d: Data) -> Told:
    return Told(gettext("Hasil rapat dicatat: %(hasil)s", hasil=words.answer(d.get("hasil"))))


def _planned(d: Data) -> Told:
    cases = len(d.get("permohonan") or [])
    title = gettext("Rapat %(nomor)s dijadwalkan untuk %(n)s permohonan", nomor=d.get("nomor", ""), n=cases)
    return Told(title, _moment(d.get("waktu")))


def _moved(d: Data) -> Told:
    title = gettext("Rapat %(nomor)s dipindah ke %(saat)s", nomor=d.get("nomor", ""), saat=_moment(d.get("waktu")))
    return Told(title, str(d.get("alasan") or ""))


def _cancelled(d: Data) -> Told:
    return Told(gettext("Rapat %(nomor)s dibatalkan", nomor=d.get("nomor", "")), str(d.get("alasan") or ""))


def _left(d: Data) -> Told:
    title = gettext("Dikeluarkan dari rapat %(nomor)s", nomor=d.get("nomor", ""))
    return Told(title, str(d.get("alasan") or ""))


def _replied(d: Data) -> Told:
    answers = {
        "hadir": gettext("akan hadir"),
        "diwakilkan": gettext("mewakilkan"),
        "tidak": gettext("tidak dapat hadir"),
    }
    answer = answers.get(str(d.get("jawaban")), str(d.get("jawaban") or ""))
    title = gettext("%(instansi)s menjawab undangan: %(jawaban)s", instansi=_agency(d), jawaban=answer)
    how = gettext("lewat tautan undangan") if d.get("lewat") == "tautan" else ""
    return Told(title, "; ".join(part for part in (str(d.get("catatan") or ""), how) if part))


def _agency_reminded(d: Data) -> Told:
    return Told(gettext("%(instansi)s diingatkan menjawab undangan rapat", instansi=_agency(d)))


def _agency_silent(d: Data) -> Told:
    return Told(gettext("%(instansi)s tidak menjawab undangan; Kepala Bidang diberi tahu", instansi=_agency(d)))


def _attended(d: Data) -> Told:
    title = gettext("Kehadiran rapat %(nomor)s dicatat", nomor=d.get("nomor", ""))
    absent = ", ".join(words.agency(code) for code in d.get("tidak_hadir") or [])
    return Told(title, gettext("Tidak hadir: %(siapa)s", siapa=absent) if absent else "")


def _agency(d: Data) -> str:
    return words.agency(str(d.get("instansi") or ""))


def _minutes(d: Data) -> Told:
    signers = ", ".join(words.agency(code) for code in d.get("instansi") or [])
    title = gettext("Berita acara %(nomor)s dibuka, putaran %(n)s", nomor=d.get("nomor", ""), n=d.get("putaran", 1))
    return Told(title, gettext("Menunggu tanda tangan: %(siapa)s", siapa=signers) if signers else "")


def _counted(d: Data) -> Told:
    objections = d.get("keberatan") or 0
    text = gettext("Semua setuju.")
    if objections:
        text = gettext("%(n)s instansi keberatan.", n=objections)
        said = [f"{_agency(row)}: {row.get('alasan') or '–'}" for row in d.get("alasan") or []]
        text = " ".join([text, "; ".join(said)]).strip()
    return Told(gettext("Berita acara %(nomor)s direkap", nomor=d.get("nomor", "")), text)


def _levy(d: Data) -> Told:
    free = d.get("alasan_bebas")
    text = gettext("Bebas: %(alasan)s", alasan=free) if free else _money(d.get("jumlah"))
    return Told(gettext("Nota perhitungan %(jenis)s dibuat", jenis=d.get("jenis", "")), text)


def _bill(d: Data) -> Told:
    title = gettext("%(jenis)s %(nomor)s terbit", jenis=d.get("jenis", ""), nomor=d.get("nomor", ""))
    due = _moment(d.get("jatuh_tempo"))
    return Told(title, gettext("%(jumlah)s, jatuh tempo %(saat)s", jumlah=_money(d.get("jumlah")), saat=due))


def _paid(d: Data) -> Told:
    text = gettext("%(jumlah)s, bukti %(bukti)s", jumlah=_money(d.get("jumlah")), bukti=d.get("bukti") or "–")
    return Told(gettext("Tagihan %(nomor)s lunas", nomor=d.get("nomor", "")), text)


def _archived(d: Data) -> Told:
    text = gettext("Rak %(rak)s, boks %(boks)s", rak=d.get("rak", "–"), boks=d.get("boks", "–"))
    return Told(gettext("Berkas diarsipkan, nomor %(nomor)s", nomor=d.get("nomor", "")), text)


def _moved_file(d: Data) -> Told:
    before, now = d.get("dari") or ["–", "–"], d.get("ke") or ["–", "–"]
    return Told(
        gettext("Berkas arsip dipindahkan ke rak %(rak)s, boks %(boks)s", rak=now[0], boks=now[1]),
        gettext(
            "Dari rak %(rak)s, boks %(boks)s. %(alasan)s", rak=before[0], boks=before[1], alasan=d.get("alasan", "")
        ),
    )


def _lent_file(d: Data) -> Told:
    back = words.day(str(d.get("kembali_pada", "")))
    text = gettext("%(alasan)s. Kembali paling lambat %(hari)s.", alasan=d.get("alasan", ""), hari=back)
    return Told(gettext("Berkas arsip keluar, pada %(siapa)s", siapa=d.get("peminjam", "")), text)


def _condemned(d: Data) -> Told:
    title = gettext("Berkas mengandung virus dan dikarantina: %(nama)s", nama=d.get("berkas", ""))
    return Told(title, str(d.get("virus", "")), "incident")


def _again(d: Data) -> Told:
    about = words.template(str(d.get("templat", "")))
    to = words.recipient(str(d.get("kepada", "")))
    return Told(gettext("Pesan dikirim lagi: %(perihal)s", perihal=about), gettext("Kepada %(siapa)s", siapa=to))


def _step(text: Callable[[str], str], state: str = "") -> Callable[[Data], Told]:
    return lambda d: Told(text(str(d.get("langkah") or "")), "", state)


_KINDS: dict[str, Callable[[Data], Told]] = {
    **{kind: (lambda d, kind=kind: Told(*money.told(kind, d))) for kind in money.KINDS},  # type: ignore[misc]
    **{kind: (lambda d, kind=kind: Told(*repaired.told(kind, d))) for kind in repaired.KINDS},  # type: ignore[misc]
    **{kind: (lambda d, kind=kind: Told(*places.told(kind, d))) for kind in places.KINDS},  # type: ignore[misc]
    "case_opened": _opened,
    "task_claimed": _step(lambda step: gettext("Tugas diambil: %(langkah)s", langkah=step)),
    "task_released": _step(lambda step: gettext("Tugas dilepas: %(langkah)s", langkah=step)),
    "task_completed": _step(lambda step: gettext("%(langkah)s: selesai", langkah=step)),
    "task_returned": _step(lambda step: gettext("%(langkah)s: dikembalikan untuk dilengkapi pemohon", langkah=step)),
    "case_resumed": _step(lambda step: gettext("Pemohon melengkapi: %(langkah)s", langkah=step)),
    "case_withdrawn": lambda d: Told(gettext("Permohonan ditarik oleh pemohon"), str(d.get("alasan", "")), "withdrawn"),
    "case_closed": _closed,
    "document_added": _document,
    "clock_struck": _struck,
    "clock_paused": _paused,
    "clock_resumed": _resumed,
    "promise_missed": _missed,
    "deadline_moved": _shifted,
    "messages_skipped": _skipped,
    "breach_recorded": _breach,
    "escalation_seen": lambda d: Told(gettext("Laporan dijawab atasan"), str(d.get("uraian", ""))),
    "signing_delegated": lambda d: Told(
        gettext("Ditandatangani Camat %(kecamatan)s", kecamatan=d.get("kecamatan", "")),
        gettext("Dasar: %(keputusan)s.", keputusan=d.get("keputusan", "")),
    ),
    "work_finished": _step(lambda step: gettext("Langkah otomatis selesai: %(langkah)s", langkah=step)),
    "incident_opened": _incident,
    "incident_again": lambda d: Told(gettext("Percobaan ulang masih gagal"), str(d.get("sebab", "")), "incident"),
    "incident_retried": _step(lambda step: gettext("Langkah otomatis dicoba lagi: %(langkah)s", langkah=step)),
    "resi_given": _resi,
    "number_given": _number,
    "letter_drawn": _letter,
    "message_sent": _sent,
    "reminded": _reminded,
    "escalated": _escalated,
    "meeting_called": _meeting,
    "meeting_recorded": _met,
    "meeting_planned": _planned,
    "meeting_moved": _moved,
    "meeting_cancelled": _cancelled,
    "meeting_left": _left,
    "meeting_replied": _replied,
    "meeting_reminded": _agency_reminded,
    "meeting_silent": _agency_silent,
    "meeting_attended": _attended,
    "minutes_opened": _minutes,
    "minutes_counted": _counted,
    "levy_calculated": _levy,
    "bill_issued": _bill,
    "bill_paid": _paid,
    "bill_kept": lambda d: Told(
        gettext("Tagihan %(nomor)s tetap berlaku", nomor=d.get("nomor", "")),
        gettext("sudah lunas") if d.get("lunas") else _money(d.get("jumlah")),
    ),
    "archived": _archived,
    "archive_moved": _moved_file,
    "archive_lent": _lent_file,
    "archive_returned": lambda d: Told(gettext("Berkas arsip kembali dari %(siapa)s", siapa=d.get("peminjam", ""))),
    "document_condemned": _condemned,
    "message_retried": _again,
    "letter_posted": lambda d: Told(gettext("Surat dikirim: %(cara)s", cara=d.get("cara", ""))),
}
CLOCK_KINDS = frozenset(
    {"deadline_moved", "clock_paused", "clock_resumed", "clock_struck", "promise_missed", "resi_given", "case_repaired"}
)
"""Kinds of events that move a deadline."""
