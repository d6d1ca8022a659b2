"""What each role may do. Deny by default: what stands in no list is not allowed.

Whose task it is (a bidang, an agency, a kecamatan) is a second question, answered by `Person.groups`:
both must say yes.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog

# Tests set this to True, so that a misspelt permission fails them instead of locking people out in the office.
unknown_raises = False

PERMISSIONS: dict[str, str] = {
    "inbox.view": "Membuka daftar tugas",
    "task.view": "Membaca tugas kelompoknya",
    "task.claim": "Mengambil tugas kelompoknya",
    "task.release": "Melepas tugas yang dipegangnya",
    "task.assign": "Mengalihkan tugas kepada pegawai lain",
    "task.complete": "Menyelesaikan tugas",
    "loket.view": "Membuka halaman loket",
    "case.open": "Mendaftarkan permohonan",
    "case.view": "Melihat permohonan dan riwayatnya",
    "case.search": "Mencari permohonan di seluruh kantor",
    "case.return": "Mengembalikan permohonan untuk dilengkapi",
    "case.withdraw": "Mencatat penarikan permohonan oleh pemohon",
    "case.repair": "Memperbaiki permohonan: menangguhkan, mengembalikan langkah, mengalihkan, membetulkan data",
    "document.view": "Melihat berkas permohonan",
    "document.add": "Menambah berkas permohonan",
    "agenda.view": "Melihat jadwal rapat dan kunjungan lapangan",
    "calendar.own": "Menulis kesibukannya sendiri dan instansinya",
    "meeting.schedule": "Menjadwalkan, memindahkan, dan membatalkan rapat",
    "meeting.reply": "Menjawab undangan rapat atas nama instansinya",
    "meeting.record": "Mencatat kehadiran dan notulen rapat",
    "visit.record": "Mencatat hasil kunjungan lapangan",
    "map.view": "Mencari permohonan menurut tempat",
    "message.view": "Melihat catatan pesan",
    "message.retry": "Mengulang pesan yang gagal dan mencatat surat yang diposkan",
    "archive.view": "Mencari berkas di arsip",
    "archive.lend": "Mengeluarkan dan menerima kembali berkas arsip",
    "archive.move": "Memindahkan berkas arsip",
    "incident.view": "Melihat masalah pekerjaan otomatis",
    "incident.retry": "Mengulang pekerjaan otomatis yang gagal",
    "process.view": "Melihat SOP dan diagramnya",
    "process.draft": "Menyusun rancangan SOP",
    "process.activate": "Memberlakukan versi SOP",
    "process.migrate": "Memindahkan permohonan berjalan ke versi SOP lain",
    "today.view": "Melihat ringkasan hari ini",
    "bottleneck.view": "Melihat simpul kemacetan",
    "report.view": "Melihat laporan",
    "calendar.view": "Melihat kalender kantor",
    "calendar.edit": "Mengubah kalender kantor",
    "absence.view": "Melihat siapa yang tidak hadir dan penggantinya",
    "absence.edit": "Mencatat ketidakhadiran, pengganti, Plh dan pendelegasian",
    "escalation.view": "Melihat permohonan yang dieskalasi",
    "case.breach": "Mencatat sebab keterlambatan permohonan",
    "payment.view": "Melihat pembayaran, tunggakan, dan rekap harian",
    "payment.record": "Mencatat pembayaran dari bank",
    "payment.import": "Memasukkan berkas mutasi bank",
    "payment.settle": "Menyelesaikan pembayaran yang tidak cocok",
    "letter.reissue": "Meminta perbaikan atau duplikat surat yang sudah terbit",
    "letter.approve": "Menyetujui dan menandatangani perbaikan atau duplikat surat",
    "token.own": "Membuat token API miliknya",
    "admin.users": "Mengelola pengguna dan peran",
}

ROLES: dict[str, str] = {
    "loket": "Petugas loket",
    "paip": "Bidang PAIP",
    "bidang": "Bidang Pengendalian",
    "kabid": "Kepala Bidang",
    "tim_teknis": "Tim Teknis",
    "tata_usaha": "Bagian Tata Usaha",
    "kepala_badan": "Kepala Badan",
    "camat": "Camat",
    "bendahara": "Bendahara",
    "designer": "Penyusun SOP",
    "management": "Pimpinan",
    "admin": "Pengelola sistem",
}

# Roles held for a bidang, an agency or a kecamatan; all others are held for the whole office.
SCOPED_ROLES = frozenset({"bidang", "kabid", "tim_teknis", "camat"})

_SEE = {"process.view", "token.own", "calendar.view", "absence.view"}
_WORK = _SEE | {
    "inbox.view",
    "task.view",
    "task.claim",
    "task.release",
    "task.complete",
    "case.view",
    "document.view",
    "document.add",
}
_DESK = _WORK | {"case.search", "agenda.view"}
_MEET = {"calendar.own", "meeting.schedule", "meeting.record", "visit.record", "map.view"}
_ARCHIVE = {"archive.view", "archive.lend", "archive.move"}
_WATCH = {"today.view", "bottleneck.view", "report.view"}

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    "loket": frozenset(_DESK | {"loket.view", "case.open", "case.return", "case.withdraw"}),
    "paip": frozenset(
        _DESK
        | _ARCHIVE
        | {"map.view", "today.view", "report.view", "incident.view", "incident.retry", "case.return"}
        | {"message.view", "message.retry"}
        | {"letter.reissue", "payment.view"}
    ),
    "bidang": frozenset(_DESK | _MEET | {"case.return", "case.withdraw", "incident.view"}),
    "kabid": frozenset(
        _DESK
        | _WATCH
        | _MEET
        | {
            "case.return",
            "case.withdraw",
            "case.repair",
            "task.assign",
            "incident.view",
            "incident.retry",
            "escalation.view",
            "case.breach",
        }
    ),
    # An officer of another agency sees the dossiers that are put before the agency, not the whole office's.
    "tim_teknis": frozenset(
        _WORK | {"agenda.view", "calendar.own", "meeting.reply", "meeting.record", "visit.record", "map.view"}
    ),
    "tata_usaha": frozenset(_DESK | _WATCH | {"case.return", "task.assign", "escalation.view", "absence.edit"}),
    "kepala_badan": frozenset(
        _DESK
        | _WATCH
        | {
            "letter.approve",
            "payment.view",
            "case.return",
            "task.assign",
            "incident.view",
            "process.activate",
            "process.migrate",
            "escalation.view",
            "case.breach",
            "absence.edit",
        }
    ),
    "camat": frozenset(_WORK | {"letter.approve"}),
    "bendahara": frozenset(
        _WORK | {"case.search", "report.view", "payment.view", "payment.record", "payment.import", "payment.settle"}
    ),
    "designer": frozenset(_SEE | {"bottleneck.view", "process.draft", "process.activate", "process.migrate"}),
    "management": frozenset(
        _SEE | _WATCH | {"map.view"} | {"case.view", "case.search", "escalation.view", "payment.view"}
    ),
    "admin": frozenset(
        _SEE
        | {"incident.view", "incident.retry", "message.view", "message.retry"}
        | {"admin.users", "calendar.edit", "absence.edit"}
        | {"case.view", "case.search", "case.repair"}
    ),
}


def may(roles: Iterable[str], permission: str) -> bool:
    """Does any of `roles` carry `permission`? A role or permission that nobody defined carries nothing.

    Raises: KeyError for an unknown permission while `unknown_raises` is set (in tests).
    """
    if permission not in PERMISSIONS:
        if unknown_raises:
            raise KeyError(f"no such permission: {permission!r}")
        structlog.get_logger().error("unknown permission", permission=permission)
        return False
    return any(permission in ROLE_PERMISSIONS.get(role, frozenset()) for role in roles)
