"""Files of cases: named by their SHA-256, kept outside the web root, never overwritten.

A file lies at `<folder>/ab/cd/<sha256>`. It is written beside its place, synced, and renamed, so that a name either
is not there or holds the whole content, whatever happens to the machine in between.

Where a virus scanner is set up, an upload with a virus is refused, and one that could not be scanned lies at
`<folder>/karantina/<sha256>`, out of everybody's reach, until it was (engine.quarantine).
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Invalid, NotFound
from engine.upload_checks import check_upload, kind_of
from engine.virus_scan import Scanner, ScannerDown

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20
QUARANTINE = "karantina"

NOT_SCANNED, CLEAN, WAITING, INFECTED = "tidak", "bersih", "menunggu", "virus"


class Quarantined(NotFound):
    """A file that is there but may not be read (yet)."""


@dataclass(frozen=True)
class Stored:
    """A file that is on disk. `sha256` in hex, `size` in bytes, `mime` by content. scan: bersih; menunggu (in
    quarantine until it is scanned); tidak (no scanner is set up, or the office drew the file itself)."""

    sha256: str
    size: int
    mime: str
    scan: str = NOT_SCANNED


class DocumentStore:
    """The files below one folder. scanner: looks at every upload; None where none is set up."""

    def __init__(self, folder: Path, scanner: Scanner | None = None) -> None:
        self.folder = folder
        self.scanner = scanner

    def put(self, content: bytes, *, name: str | None = None, made_here: bool = False) -> Stored:
        """Keeps `content` and returns its address; the same content twice is one file.

        `name` is the name the sender gave, used only to refuse a file that claims to be something else. A file drawn
        by the office itself (`made_here`) is not put through the checks of uploads. Raises Invalid: not a sound PDF,
        JPEG or PNG, too large, or with a virus.
        """
        mime = kind_of(content) if made_here else check_upload(content, name)
        scan = NOT_SCANNED if made_here else self._scan(content)
        digest = hashlib.sha256(content).hexdigest()
        target = self._place(digest)
        if target.exists() and target.read_bytes() == content:
            scan = NOT_SCANNED if scan == WAITING else scan  # it was taken in before and stays where it is
        else:
            self._write(self._aside(digest) if scan == WAITING else target, content)
        return Stored(digest, len(content), mime, scan)

    def _scan(self, content: bytes) -> str:
        if self.scanner is None:
            return NOT_SCANNED
        try:
            virus = self.scanner.virus_in(content)
        except ScannerDown:
            return WAITING
        if virus:
            words = f"Berkas mengandung virus ({virus}) dan tidak disimpan. Bersihkan komputer Anda, lalu unggah lagi."
            raise Invalid({"berkas": [words]}, words)
        return CLEAN

    def path(self, sha256: str) -> Path:
        """Where the file lies. Raises NotFound (also for anything that is not an address), Quarantined."""
        if not _SHA256.fullmatch(sha256):
            raise NotFound("Berkas tidak ditemukan.")
        target = self._place(sha256)
        if not target.is_file():
            if self._aside(sha256).is_file():
                raise Quarantined("Berkas ini dikarantina: belum dipindai dari virus, atau mengandung virus.")
            raise NotFound("Berkas tidak ditemukan.")
        return target

    def waiting(self) -> Iterator[str]:
        """Addresses of the files in quarantine, in order."""
        folder = self.folder / QUARANTINE
        if folder.is_dir():
            yield from sorted(path.name for path in folder.iterdir() if _SHA256.fullmatch(path.name))

    def quarantined(self, sha256: str) -> bytes:
        """The content of a file in quarantine, for the scanner. Raises NotFound."""
        if not _SHA256.fullmatch(sha256) or not self._aside(sha256).is_file():
            raise NotFound("Berkas tidak ditemukan.")
        return self._aside(sha256).read_bytes()

    def let_out(self, sha256: str) -> None:
        """Give a scanned file its place among the others. One that is there already is left alone."""
        target = self._place(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.replace(self._aside(sha256), target)
        except FileNotFoundError:
            return  # another worker was faster
        _sync_folder(target.parent)

    def open(self, sha256: str) -> bytes:
        """The content. Raises NotFound."""
        return self.path(sha256).read_bytes()

    def verify(self, sha256: str) -> bool:
        """Whether the file is there and still is what it was when stored."""
        try:
            path = self.path(sha256)
        except Quarantined:
            path = self._aside(sha256)
        except NotFound:
            return False
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest() == sha256

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def _aside(self, sha256: str) -> Path:
        return self.folder / QUARANTINE / sha256

    def _write(self, target: Path, content: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(dir=target.parent, prefix=".baru-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, target)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
