"""Codes that are stored -> words that people read: states, groups, recipients, kinds of letters, services."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from flask_babel import gettext

from engine.agencies import agency_names
from engine.case_row import CaseRow
from engine.permissions import ROLES
from web.kit import tanggal
from web.security import office

_SCOPES = {
    "jasa_usaha": "Jasa Usaha",
    "tertentu": "Tertentu",
    "non_perizinan": "Non Perizinan",
}
_BADGES = {
    "terbit": "issued",
    "selesai": "done",
    "ditolak": "rejected",
    "ditarik": "withdrawn",
}


def badge_of(case: CaseRow) -> str:
    """The state of templates/kit/page.html's badge that says where a case stands."""
    if case.state in _BADGES:
        return _BADGES[case.state]
    if case.suspended_at is not None:
        return "suspended"
    if case.incidents_open:
        return "incident"
    if case.late:
        return "late"
    if case.registered_at is None:
        return gettext("Pendaftaran")
    return "waiting_applicant" if case.paused_at else "running"


def ending(state: str) -> str:
    """How a case ended, as the end of a sentence."""
    words = {
        "selesai": gettext("selesai"),
        "terbit": gettext("terbit"),
        "ditolak": gettext("ditolak"),
        "ditarik": gettext("ditarik oleh pemohon"),
    }
    return words.get(state, state)


def agency(code: str | None) -> str:
    """An agency's short name."""
    return agency_names(office().settings.processes_dir).get(code or "", code or "")


def group(key: str) -> str:
    """Who a group key is: "tim_teknis:bplh" -> "Tim Teknis (BPLH)"."""
    role, _, scope = key.partition(":")
    if role == "pemohon":
        return gettext("Pemohon")
    name = gettext(ROLES[role]) if role in ROLES else role
    if not scope:
        return name
    return f"{name} ({agency(scope) if role == 'tim_teknis' else _SCOPES.get(scope, scope)})"


def recipient(address: str) -> str:
    """Who a message goes to; addresses of people are shown as they are, a person of the office as such."""
    if address.startswith("person:"):
        return gettext("petugas yang memegang tugas")
    return address if "@" in address or address[:1].isdigit() or address[:1] == "+" else group(address)


def letter(kind: str) -> str:
    """A kind of letter, or a register of numbers."""
    words = {
        "izin": gettext("surat izin"),
        "rekomendasi": gettext("surat rekomendasi"),
        "penolakan": gettext("surat penolakan"),
        "pencabutan": gettext("surat pencabutan"),
        "undangan": gettext("undangan rapat"),
        "keterangan": gettext("surat keterangan"),
        "surat_tugas": gettext("surat tugas"),
        "berita_acara": gettext("berita acara"),
        "resi": gettext("resi"),
        "skrd": "SKRD",
        "skpd": "SKPD",
        "strd": "STRD",
    }
    return words.get(kind.lower(), kind)


def letter_state(state: str) -> str:
    """Whether a letter holds."""
    words = {
        "naskah": gettext("tanpa tanda tangan elektronik"),
        "berlaku": gettext("berlaku"),
        "diganti": gettext("sudah diganti"),
        "dicabut": gettext("sudah dicabut"),
    }
    return words.get(state, state)


def request_state(state: str) -> str:
    """Where a request for a correction or duplicate stands."""
    words = {
        "diminta": gettext("menunggu persetujuan"),
        "disetujui": gettext("disetujui, belum terbit"),
        "terbit": gettext("sudah terbit"),
        "ditolak": gettext("ditolak"),
    }
    return words.get(state, state)


def service(operator: str) -> str:
    """What a service task does, by the name that diagrams use."""
    words = {
        "penomoran/resi": gettext("Pemberian resi"),
        "penomoran/surat": gettext("Penomoran surat"),
        "notifikasi/kirim": gettext("Pengiriman pesan"),
        "notifikasi/ingatkan": gettext("Pengingat"),
        "notifikasi/eskalasi": gettext("Pelaporan keterlambatan"),
        "rapat/undang": gettext("Undangan rapat"),
        "rapat/catat": gettext("Pencatatan rapat"),
        "kunjungan/jadwalkan": gettext("Penjadwalan kunjungan"),
        "kunjungan/catat": gettext("Pencatatan kunjungan"),
        "berita_acara/buka": gettext("Pembukaan berita acara"),
        "berita_acara/rekap": gettext("Rekap berita acara"),
        "retribusi/hitung": gettext("Penghitungan retribusi"),
        "retribusi/terbitkan": gettext("Penerbitan SKRD/SKPD"),
        "retribusi/lunas": gettext("Pencatatan pembayaran"),
        "retribusi/strd": gettext("Penerbitan STRD"),
        "retribusi/gugur": gettext("Pengguguran tagihan"),
        "tanda_tangan/bubuhkan": gettext("Tanda tangan elektronik"),
        "dokumen/surat": gettext("Pembuatan surat"),
        "arsip/daftarkan": gettext("Pendaftaran arsip"),
    }
    return words.get(operator, operator)


def template(name: str) -> str:
    """What a message is about."""
    words = {
        "resi": gettext("Resi dan janji selesai"),
        "izin_siap": gettext("Izin siap diambil"),
        "permohonan_ditolak": gettext("Permohonan ditolak"),
        "permohonan_ditarik": gettext("Permohonan ditarik"),
        "ingatkan": gettext("Pengingat tenggat"),
        "eskalasi": gettext("Laporan keterlambatan"),
        "undangan_rapat": gettext("Undangan rapat"),
        "kunjungan": gettext("Kunjungan lapangan"),
        "tagihan": gettext("Tagihan"),
        "strd": gettext("Tagihan lewat jatuh tempo (STRD)"),
        "rapat_dipindah": gettext("Rapat dipindah"),
        "rapat_dibatalkan": gettext("Rapat dibatalkan"),
        "masa_habis": gettext("Izin akan habis masa berlakunya"),
        "rapat_berkurang": gettext("Permohonan keluar dari rapat"),
        "kunjungan_dibatalkan": gettext("Kunjungan lapangan dibatalkan"),
        "ingatkan_rapat": gettext("Undangan belum dijawab"),
        "siup_dicabut": gettext("Izin dicabut"),
        "umum": gettext("Kabar permohonan"),
    }
    return words.get(name, name.replace("_", " "))


def day(text: str) -> str:
    """A stored day (ISO) in full; anything else as it is."""
    with suppress(ValueError):
        return tanggal(date.fromisoformat(text))
    return text


def answer(value: str | None) -> str:
    """Outcomes that service tasks write down."""
    words = {
        "lanjut": gettext("dapat dilanjutkan"),
        "lapangan": gettext("perlu kunjungan lapangan"),
        "lengkapi": gettext("pemohon harus melengkapi"),
        "tolak": gettext("ditolak"),
        "sesuai": gettext("sesuai"),
        "tidak": gettext("tidak sesuai"),
        "setuju": gettext("setuju"),
        "keberatan": gettext("keberatan"),
        "menunggu": gettext("menunggu undangan"),
        "batal": gettext("dibatalkan"),
        "diundang": gettext("sudah diundang"),
        "dijadwal": gettext("terjadwal"),
        "selesai": gettext("selesai"),
        "terbuka": gettext("menunggu tanda tangan"),
        "direkap": gettext("sudah direkap"),
        "dihitung": gettext("sudah dihitung"),
        "bebas": gettext("bebas biaya"),
        "terbit": gettext("terbit, menunggu pembayaran"),
        "lunas": gettext("lunas"),
        "gugur": gettext("gugur, diganti putaran berikut"),
        "dibatalkan": gettext("dibatalkan"),
        "diganti": gettext("diganti tagihan lain"),
        "queued": gettext("menunggu dikirim"),
        "sent": gettext("terkirim"),
        "failed": gettext("gagal dikirim"),
    }
    return words.get(value or "", value or "")
