"""The words of messages, by template name.

E-mail has subject and body; an SMS has one text of at most 160 characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.letters.words import hari_tanggal, rupiah, waktu

SMS_LENGTH = 160
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Message:
    """What is sent. `sms` is the short form."""

    subject: str
    body: str
    sms: str


# name: (subject, body, sms). Places: keys of the message's data; `jumlah` as rupiah, moments as dates.
_TEXTS: dict[str, tuple[str, str, str]] = {
    "umum": (
        "Permohonan {resi}",
        "Ada kabar tentang permohonan {izin} atas nama {pemohon}, nomor resi {resi}.",
        "{office}: ada kabar tentang permohonan {resi}.",
    ),
    "resi": (
        "Resi {resi}",
        "Permohonan {izin} atas nama {pemohon} sudah kami terima dengan nomor resi {resi}. "
        "Janji selesai: {janji} ({janji_hk} hari kerja).",
        "{office}: permohonan diterima, resi {resi}. Janji selesai {janji}.",
    ),
    "izin_siap": (
        "{izin} siap diambil",
        "{izin} atas nama {pemohon} sudah selesai dengan nomor {nomor}. "
        "Ambil di loket pengambilan; bawa resi {resi} dan kartu identitas.",
        "{office}: permohonan {resi} selesai. Ambil di loket, bawa resi dan kartu identitas.",
    ),
    "permohonan_ditolak": (
        "Permohonan {resi} ditolak",
        "Permohonan {izin} atas nama {pemohon}, resi {resi}, ditolak. Alasannya ada dalam surat penolakan yang dapat "
        "Anda ambil di loket. Anda berhak mengajukan keberatan.",
        "{office}: permohonan {resi} ditolak. Surat dan hak keberatan: tanyakan di loket.",
    ),
    "permohonan_ditarik": (
        "Permohonan {resi} ditarik",
        "Permohonan {izin} atas nama {pemohon}, resi {resi}, telah ditarik dan ditutup. Berkas dapat diambil di loket.",
        "{office}: permohonan {resi} telah ditarik dan ditutup.",
    ),
    "ingatkan": (
        "Pengingat: {resi} menunggu",
        "Permohonan {izin} atas nama {pemohon}, resi {resi}, menunggu: {langkah}. Tenggat: {tenggat}.",
        "{office}: {resi} menunggu: {langkah}. Tenggat {tenggat}.",
    ),
    "eskalasi": (
        "Eskalasi: {resi}",
        "Permohonan {izin} atas nama {pemohon}, resi {resi}, memerlukan perhatian Anda. "
        "Langkah yang tertahan: {langkah}.",
        "{office}: {resi} tertahan pada: {langkah}.",
    ),
    "undangan_rapat": (
        "Undangan rapat {nomor}",
        "Anda diundang membahas permohonan {izin} atas nama {pemohon}, resi {resi}.\n"
        "Waktu: {waktu}\nTempat: {tempat}\nAcara: {agenda}",
        "{office}: undangan rapat {nomor}, {waktu}, {tempat}.",
    ),
    "kunjungan": (
        "Kunjungan lapangan {nomor}",
        "Kunjungan lapangan untuk permohonan {izin} atas nama {pemohon}, resi {resi}.\n"
        "Waktu: {waktu}\nLokasi: {alamat}\nPetugas: {petugas}",
        "{office}: kunjungan lapangan {resi}, {waktu}.",
    ),
    "tagihan": (
        "{jenis} {nomor}",
        "{jenis} nomor {nomor} untuk permohonan {izin}, resi {resi}: {jumlah}. Bayar ke rekening {rekening} "
        "paling lambat {jatuh_tempo}. Jam layanan berhenti selama kami menunggu pembayaran.",
        "{office}: {jenis} {resi} {jumlah}, rekening {rekening}, paling lambat {jatuh_tempo}.",
    ),
}
TEMPLATES = frozenset(_TEXTS)


def write_message(template: str, data: Mapping[str, Any], office: str) -> Message:
    """The message `template` with `data`, as the outbox row holds them.

    A template without words of its own gets the general ones.
    """
    subject, body, short = _TEXTS.get(template, _TEXTS["umum"])
    shown = {name: _shown(name, value) for name, value in {**data, "office": office}.items()}

    def put(text: str) -> str:
        return _PLACE.sub(lambda place: shown.get(place[1], "-"), text)

    sms = put(short)
    sms = sms if len(sms) <= SMS_LENGTH else sms[: SMS_LENGTH - 3].rstrip() + "..."
    return Message(" ".join(put(subject).split()), f"{put(body)}\n\n{office}", sms)


def _shown(name: str, value: Any) -> str:
    if value is None or value == "" or value == []:
        return "-"
    if name == "jumlah":
        return rupiah(value)
    if name == "waktu":
        return waktu(value)
    if name in ("janji", "tenggat", "jatuh_tempo"):
        return hari_tanggal(datetime.fromisoformat(value))
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
