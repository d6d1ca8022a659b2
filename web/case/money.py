"""Payments, overdue bills, signatures, corrections and duplicates in the history of a case, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext

from web.kit import rupiah

Data = Mapping[str, Any]


def told(kind: str, data: Data) -> tuple[str, str]:
    """Title and text of a line; kind: of KINDS."""
    return _SAID[kind](data)


def _money(value: Any) -> str:
    return rupiah(value) if isinstance(value, int) and not isinstance(value, bool) else str(value or "–")


def _edition(d: Data) -> str:
    return gettext("duplikat") if d.get("jenis") == "duplikat" else gettext("perbaikan")


def _problem(d: Data) -> str:
    from web.payments.words import problem

    return problem(str(d.get("masalah") or ""))


def _strd(d: Data) -> tuple[str, str]:
    text = gettext("Bunga %(n)s bulan: %(jumlah)s", n=d.get("bulan", "–"), jumlah=_money(d.get("bunga")))
    return gettext("STRD %(nomor)s terbit atas %(tagihan)s", nomor=d.get("nomor"), tagihan=d.get("tagihan")), text


def _lapsed(d: Data) -> tuple[str, str]:
    return gettext("Tagihan %(nomor)s gugur, tidak dibayar", nomor=d.get("nomor")), _money(d.get("jumlah"))


def _received(d: Data) -> tuple[str, str]:
    return gettext("Pembayaran dari bank dibukukan"), str(d.get("referensi") or d.get("langkah") or "")


def _matched(d: Data) -> tuple[str, str]:
    return gettext("Pembayaran dicocokkan dengan tangan"), str(d.get("referensi") or d.get("langkah") or "")


def _unclear(d: Data) -> tuple[str, str]:
    text = gettext("%(jumlah)s, referensi %(ref)s", jumlah=_money(d.get("jumlah")), ref=d.get("referensi"))
    return gettext("Pembayaran perlu diselesaikan: %(masalah)s", masalah=_problem(d)), text


def _waits(d: Data) -> tuple[str, str]:
    return gettext("Pembayaran masuk sebelum langkahnya; dibukukan nanti"), str(d.get("referensi") or "")


def _refunded(d: Data) -> tuple[str, str]:
    title = gettext("Pembayaran dikembalikan: %(jumlah)s", jumlah=_money(d.get("jumlah")))
    return title, str(d.get("alasan") or "")


def _ignored(d: Data) -> tuple[str, str]:
    return gettext("Pembayaran diabaikan: %(ref)s", ref=d.get("referensi")), str(d.get("alasan") or "")


def _signed(d: Data) -> tuple[str, str]:
    right = f" ({d['decree']})" if d.get("decree") else ""
    title = gettext("Surat %(nomor)s ditandatangani secara elektronik", nomor=d.get("nomor") or "")
    return title, f"{d.get('signer') or '–'}{right}"


def _revoked(d: Data) -> tuple[str, str]:
    numbers = ", ".join(str(number) for number in d.get("nomor") or [])
    return gettext("Surat dicabut: %(nomor)s", nomor=numbers), str(d.get("sebab") or "")


def _asked(d: Data) -> tuple[str, str]:
    changed = "; ".join(f"{name}: {pair[0]} → {pair[1]}" for name, pair in (d.get("perubahan") or {}).items())
    title = gettext("Diminta %(apa)s surat %(nomor)s", apa=_edition(d), nomor=d.get("nomor") or "")
    return title, "; ".join(part for part in (str(d.get("alasan") or ""), changed) if part)


def _approved(d: Data) -> tuple[str, str]:
    return gettext("Permintaan %(apa)s surat disetujui", apa=_edition(d)), ""


def _refused(d: Data) -> tuple[str, str]:
    return gettext("Permintaan %(apa)s surat ditolak", apa=_edition(d)), str(d.get("alasan") or "")


def _reissued(d: Data) -> tuple[str, str]:
    title = gettext("Surat %(nomor)s terbit lagi: %(apa)s", nomor=d.get("nomor") or "", apa=_edition(d))
    return title, str(d.get("alasan") or "")


_SAID: dict[str, Callable[[Data], tuple[str, str]]] = {
    "strd_issued": _strd,
    "bill_lapsed": _lapsed,
    "payment_received": _received,
    "payment_booked": _received,
    "payment_matched": _matched,
    "payment_unclear": _unclear,
    "payment_waits": _waits,
    "payment_refunded": _refunded,
    "payment_ignored": _ignored,
    "letter_signed": _signed,
    "letter_revoked": _revoked,
    "reissue_asked": _asked,
    "reissue_approved": _approved,
    "reissue_refused": _refused,
    "letter_reissued": _reissued,
}
KINDS = tuple(_SAID)
