"""The words of payments: where a line stands, and what keeps it from being booked by itself."""

from __future__ import annotations

MATCHED, WAITING, FOR_PERSON, REFUNDED, IGNORED = "cocok", "menunggu", "perlu", "kembali", "abai"
STATES = {
    MATCHED: "Cocok, sudah dibukukan",
    WAITING: "Cocok, menunggu langkahnya",
    FOR_PERSON: "Perlu diselesaikan",
    REFUNDED: "Dikembalikan",
    IGNORED: "Diabaikan",
}

UNKNOWN, WRONG_AMOUNT, TWICE, LAPSED, REPLACED = "tidak_dikenal", "beda_jumlah", "ganda", "gugur", "diganti"
REPEATED_LINE, REPEATED_FILE, NOT_IN = "baris_ulang", "berkas_ulang", "bukan_masuk"
PROBLEMS = {
    UNKNOWN: "Nomor tidak dikenal",
    WRONG_AMOUNT: "Jumlah berbeda",
    TWICE: "Tagihan sudah lunas",
    LAPSED: "Tagihan sudah gugur",
    REPLACED: "Tagihan sudah diganti",
    REPEATED_LINE: "Baris sudah pernah diterima",
    REPEATED_FILE: "Berkas sudah pernah dikirim",
    NOT_IN: "Pembatalan oleh bank",
}

BANK = "bank"  # `cara` of umum/bayar
PAYMENT_FORM = "umum/bayar"
BOOKING = "retribusi/lunas"  # the service that books the answer of that form
