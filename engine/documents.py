"""Files of cases: named by their SHA-256, kept outside the web root, never overwritten.

A file lies at `<folder>/ab/cd/<sha256>`. It is written beside its place, synced, and renamed, so that a name either
is not there or holds the whole content, whatever happens to the machine in between.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine.errors import NotFound
from engine.upload_checks import check_upload, kind_of

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Stored:
    """A file that is on disk. `sha256` in hex, `size` in bytes, `mime` by content."""

    sha256: str
    size: int
    mime: str


class DocumentStore:
    """The files below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes, *, name: str | None = None, made_here: bool = False) -> Stored:
        """Keeps `content` and returns its address; the same content twice is one file.

        `name` is the name the sender gave, used only to refuse a file that claims to be something else. A file drawn
        by the office itself (`made_here`) is not put through the checks of uploads. Raises Invalid: not a sound PDF,
        JPEG or PNG, or too large.
        """
        mime = kind_of(content) if made_here else check_upload(content, name)
        digest = hashlib.sha256(content).hexdigest()
        target = self._place(digest)
        if not (target.exists() and target.read_bytes() == content):
            self._write(target, content)
        return Stored(digest, len(content), mime)

    def path(self, sha256: str) -> Path:
        """Where the file lies. Raises NotFound (also for anything that is not an address)."""
        if not _SHA256.fullmatch(sha256):
            raise NotFound("Berkas tidak ditemukan.")
        target = self._place(sha256)
        if not target.is_file():
            raise NotFound("Berkas tidak ditemukan.")
        return target

    def open(self, sha256: str) -> bytes:
        """The content. Raises NotFound."""
        return self.path(sha256).read_bytes()

    def verify(self, sha256: str) -> bool:
        """Whether the file is there and still is what it was when stored."""
        try:
            path = self.path(sha256)
        except NotFound:
            return False
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest() == sha256

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256

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
