"""Repairs in words: what each is, what it will do, why a second person must agree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext

from engine.dossier import CaseView
from engine.repair import CHECKLIST, Fallen, Kept, Preview
from web.case import words
from web.case.history import told
from web.case.repaired import deed
from web.kit import rupiah, tanggal

__all__ = ["about", "asked", "consequences", "deed", "fallen", "field", "kept", "state", "why"]


def about(name: str) -> str:
    """What it means, in a sentence."""
    texts = {
        "suspend": gettext("Jam dan semua tenggat berhenti, tugas tidak dapat dikerjakan sampai dilanjutkan."),
        "resume": gettext("Semua tenggat bergeser tepat selama waktu penangguhan, lalu tugas dapat dikerjakan lagi."),
        "send_back": gettext("Permohonan mengulang dari langkah itu; nomor, tagihan, dan surat yang sudah ada tetap."),
        "reassign": gettext("Tugas yang terbuka diserahkan kepada orang atau kelompok lain."),
        "applicant": gettext("Nama, NIK, alamat, dan kontak pemohon; data lama tetap tercatat dalam riwayat."),
        "answers": gettext("Isian formulir sebuah langkah; jawaban lama tetap tersimpan."),
        "skip": gettext("Langkah ditutup tanpa dikerjakan, dengan nilai yang Anda sebutkan; perlu orang kedua."),
    }
    return texts.get(name, "")


def field(name: str) -> str:
    """A field of the applicant."""
    names = {
        "name": gettext("Nama"),
        "id": "NIK",
        "npwp": "NPWP",
        "phone": gettext("Telepon"),
        "email": gettext("Surel"),
        "address": gettext("Alamat"),
        "kecamatan": gettext("Kecamatan"),
        "kelurahan": gettext("Kelurahan"),
        "proxy": gettext("Kuasa"),
    }
    return names.get(name, name)


def why(consent: str) -> str:
    """Why a second person must agree."""
    texts = {
        "sop": gettext("SOP ini meminta persetujuan orang kedua untuk setiap perbaikan."),
        "lewati": gettext("Langkah hanya dilewati dengan persetujuan orang kedua."),
        "bertanda_tangan": gettext(
            "Perbaikan ini mundur melewati hal yang sudah bernomor, ditandatangani, atau dibayar."
        ),
    }
    return texts.get(consent, consent)


def state(name: str) -> str:
    """What became of a proposal."""
    texts = {
        "menunggu": gettext("menunggu persetujuan"),
        "dijalankan": gettext("disetujui dan dijalankan"),
        "ditolak": gettext("ditolak"),
        "ditarik": gettext("ditarik pengusul"),
    }
    return texts.get(name, name)


def consequences(seen: Preview, view: CaseView, args: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What will happen, by heading: [{title, lines}]; headings without lines are left out."""
    blocks = [
        (gettext("Yang diubah"), [_change(name, pair, view, args) for name, pair in seen.changes.items()]),
        (gettext("Tugas yang ditutup"), list(seen.closes)),
        (gettext("Tugas yang dibuka"), list(seen.opens)),
        (gettext("Tenggat"), [_clock(clock) for clock in seen.clocks]),
        (gettext("Langkah otomatis"), [_automatic(step, cause) for step, cause in seen.automatic]),
        (gettext("Rapat dan kunjungan"), [fallen(each) for each in seen.falls]),
        (gettext("Tetap berlaku dan dipakai lagi"), [kept(each) for each in seen.kept]),
        (gettext("Pesan yang dikirim"), [_message(*each) for each in seen.messages]),
        (gettext("Akibat lain dalam riwayat"), [told(kind, data).title for kind, data in seen.story]),
    ]
    return [{"title": title, "lines": lines} for title, lines in blocks if lines]


def kept(each: Kept) -> str:
    """Something that stays."""
    if each.kind == "nomor":
        return gettext("Nomor %(nomor)s (register %(register)s)", nomor=each.text, register=each.of)
    if each.kind == "tagihan":
        return gettext("Tagihan %(nomor)s (%(keadaan)s)", nomor=each.text, keadaan=words.answer(each.of))
    if each.kind == "pembayaran":
        return gettext("Pembayaran %(jumlah)s, bukti %(bukti)s", jumlah=rupiah(int(each.text)), bukti=each.of or "–")
    if each.kind == "surat":
        return gettext("Surat “%(judul)s” %(nomor)s", judul=each.text, nomor=each.of)
    if each.kind in ("rapat", "kunjungan"):
        about = {"nomor": each.text, "hasil": words.answer(each.of) if each.of else "–"}
        if each.kind == "rapat":
            return gettext("Rapat %(nomor)s yang sudah dicatat: %(hasil)s", **about)
        return gettext("Kunjungan %(nomor)s yang sudah dicatat: %(hasil)s", **about)
    return gettext("Tanda tangan: %(apa)s (%(siapa)s)", apa=each.text, siapa=words.agency(each.of))


def fallen(each: Fallen) -> str:
    """A meeting or visit that the case waits for no more."""
    when = tanggal(datetime.fromisoformat(each.at)) if each.at else gettext("hari belum ditetapkan")
    about = {"nomor": each.number, "kapan": when}
    if each.kind == "kunjungan":
        return gettext("Kunjungan %(nomor)s, %(kapan)s: dibatalkan", **about)
    if each.fate == "dibatalkan":
        return gettext("Rapat %(nomor)s, %(kapan)s: dibatalkan", **about)
    if each.fate == "tanpa_permohonan":
        return gettext("Rapat %(nomor)s, %(kapan)s: berlangsung tanpa permohonan ini", **about)
    return gettext("Rapat %(nomor)s, %(kapan)s: sudah berlangsung dan tetap tercatat", **about)


def asked(name: str, view: CaseView, form_key: str) -> dict[str, Any]:
    """A value that must be said of a skipped step: {name, label, options: [(value, label)]}; no options: a text."""
    if name == CHECKLIST:
        options = [("ya", gettext("Berkas lengkap")), ("tidak", gettext("Berkas kurang"))]
        return {"name": name, "label": gettext("Kelengkapan berkas"), "options": options}
    item = view.version.form(form_key).by_key[name]
    options = [(option.value, option.label) for option in item.options]
    return {"name": name, "label": item.label, "options": options}


def _change(name: str, pair: Any, view: CaseView, args: Mapping[str, Any]) -> str:
    label = field(name)
    row = next((row for row in view.answers if row.id == args.get("answer")), None)
    if row is not None and name in view.version.form(row.form).by_key:
        label = view.version.form(row.form).by_key[name].label
    old, new = (_shown(value) for value in pair)
    return gettext("%(apa)s: %(lama)s menjadi %(baru)s", apa=label, lama=old, baru=new)


def _shown(value: Any) -> str:
    if value is None or value == "" or value == []:
        return gettext("kosong")
    if isinstance(value, bool):
        return gettext("ya") if value else gettext("tidak")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return f"“{value}”"


def _clock(clock: Any) -> str:
    name = clock.name or gettext("Janji selesai")
    moments = {"nama": name, "lama": _moment(clock.before), "baru": _moment(clock.after)}
    if clock.fate == "berhenti":
        return gettext("%(nama)s berhenti (semula %(lama)s)", **moments)
    if clock.fate == "berjalan":
        return gettext("%(nama)s berjalan lagi: %(baru)s", **moments)
    if clock.fate == "gugur":
        return gettext("%(nama)s gugur (semula %(lama)s)", **moments)
    if clock.fate == "baru":
        return gettext("%(nama)s dipasang baru: %(baru)s", **moments)
    return gettext("%(nama)s pindah dari %(lama)s ke %(baru)s", **moments)


def _moment(at: datetime | None) -> str:
    return tanggal(at) if at is not None else gettext("berhenti")


def _automatic(step: str, cause: str) -> str:
    if cause:
        return gettext("“%(langkah)s” akan gagal: %(sebab)s", langkah=step, sebab=cause)
    return gettext("“%(langkah)s” dikerjakan sistem sesudahnya", langkah=step)


def _message(recipient: str, template: str) -> str:
    return f"{words.template(template)}: {words.recipient(recipient)}"
