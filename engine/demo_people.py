"""The people of the demo office, as data. No name is meant to be anybody's; who sits where is assumed."""

from __future__ import annotations

from collections.abc import Sequence

Member = tuple[str, str, tuple[tuple[str, str | None], ...]]
"""username, name, memberships (role, scope)"""

OFFICE: Sequence[Member] = (
    ("loket", "Siti Nurhayati", (("loket", None),)),
    ("loket2", "Dedi Suryana", (("loket", None),)),
    ("loket3", "Rina Wulandari", (("loket", None),)),
    ("loket4", "Asep Hidayat", (("loket", None),)),
    ("paip", "Endang Permana", (("paip", None),)),
    ("paip2", "Lilis Handayani", (("paip", None),)),
    ("paip3", "Wahyu Saputra", (("paip", None),)),
    ("bidang.usaha", "Budi Santoso", (("bidang", "jasa_usaha"),)),
    ("bidang.usaha2", "Ika Rahayu", (("bidang", "jasa_usaha"),)),
    ("bidang.usaha3", "Joko Kurniawan", (("bidang", "jasa_usaha"),)),
    ("bidang.tertentu", "Maya Lestari", (("bidang", "tertentu"),)),
    ("bidang.tertentu2", "Fajar Nugroho", (("bidang", "tertentu"),)),
    ("bidang.nonizin", "Yusuf Maulana", (("bidang", "non_perizinan"),)),
    ("bidang.nonizin2", "Neneng Hasanah", (("bidang", "non_perizinan"),)),
    ("kabid.usaha", "Ratna Setiawan", (("kabid", "jasa_usaha"),)),
    ("kabid.tertentu", "Hendra Gunawan", (("kabid", "tertentu"),)),
    ("kabid.nonizin", "Dewi Siregar", (("kabid", "non_perizinan"),)),
    ("tatausaha", "Agus Simanjuntak", (("tata_usaha", None),)),
    ("kepala", "Nurul Hidayati", (("kepala_badan", None),)),
    ("bendahara", "Tuti Kurniasih", (("bendahara", None),)),
    ("penyusun", "Rizky Permadi", (("designer", None),)),
    ("pimpinan", "Iwan Gunadi", (("management", None),)),
    ("admin", "Mega Pratiwi", (("admin", None),)),
)

_NAMES = (
    *("Tono Wibowo", "Sri Astuti", "Bambang Irawan", "Lina Marlina", "Eko Prasetyo", "Yanti Susanti", "Rudi Hartono"),
    *("Nina Herlina", "Ujang Supriatna", "Wiwin Winarti", "Cecep Ruhiyat", "Ani Sumarni", "Dadang Sutisna"),
    *("Toto Sugiarto", "Mimin Mintarsih", "Jaja Sujana", "Popon Sopiah", "Didin Saepudin", "Iis Aisyah", "Euis Komala"),
)


def agency_people(agencies: Sequence[str]) -> list[Member]:
    """One officer for each agency of the Tim Teknis: `tim.bplh`."""
    return [
        (f"tim.{agency.replace('_', '-')}", _NAMES[place % len(_NAMES)], (("tim_teknis", agency),))
        for place, agency in enumerate(sorted(agencies))
    ]


def district_people(districts: Sequence[str]) -> list[Member]:
    """The Camat of each kecamatan: `camat.bekasi-timur`."""
    return [
        (f"camat.{_plain(district)}", f"Camat {district}", (("camat", district),)) for district in sorted(districts)
    ]


def _plain(text: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in text.lower())
