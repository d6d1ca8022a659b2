"""Bundle: the immutable files of one process version, known by their hash.

Canonical names inside: `kerangka.bpmn` (the frame, its call to `SOP` filled in), `sop.bpmn`, `shared/<id>.bpmn` (phases
that are reached by calls), `permit.yaml`, `letter*.html`, `*.dmn`, `pelaksana.yaml`, `instansi.yaml`,
`shared/letters/*.html` (the office's common letters), `forms/<key>.json` (those a `form` property names).

A bundle is read here and judged in `engine.check`: what is named but does not exist is simply not among the files.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import yaml

from engine.expressions import ExpressionError, compile_assignments, compile_expression
from engine.model import SCRIPT_ROLES, Diagram, read_diagram
from engine.xml_safe import MAX_BYTES, XmlRefused, parse

MAX_BUNDLE = 50_000_000  # bytes of all files together
MAX_YAML_ITEMS = 50_000  # entries of permit.yaml, repeated ones (aliases) counted each time

FRAME = "kerangka.bpmn"
SOP = "sop.bpmn"
FRAME_CALL = "SOP"  # what the frame calls before a bundle is put together

_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_FORM_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_-]*)*")
_FRAME_CALL = re.compile(rb"calledElement\s*=\s*([\"'])SOP\1")
_DMN_TEXT = "{*}text"


class BundleError(ValueError):
    """What cannot be read, in plain words (Bahasa Indonesia), with the `file` and a stable `code`."""

    def __init__(self, message: str, file: str | None = None, code: str = "unreadable") -> None:
        self.message, self.file, self.code = message, file, code
        super().__init__(f"{file}: {message}" if file else message)


@dataclass(frozen=True)
class Bundle:
    """The files of one process version.

    `code` is the SOP's process id; `origins` says where each file was read from (no part of what the bundle is).
    """

    code: str
    files: Mapping[str, bytes]
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) over the sorted names and the SHA-256 of each content."""
        total = hashlib.sha256()
        for name in sorted(self.files):
            total.update(f"{name}\0{hashlib.sha256(self.files[name]).hexdigest()}\n".encode())
        return total.hexdigest()

    def __hash__(self) -> int:
        return hash(self.hash)

    @cached_property
    def permit(self) -> dict[str, Any]:
        """permit.yaml as a mapping; empty when the bundle has none. Raises BundleError."""
        content = self.files.get("permit.yaml")
        return {} if content is None else read_yaml(content, "permit.yaml")

    @cached_property
    def diagrams(self) -> dict[str, Diagram]:
        """File name -> diagram, for every .bpmn file. Raises BundleError for one that cannot be read."""
        return {name: self._diagram(name) for name in sorted(self.files) if name.endswith(".bpmn")}

    def _diagram(self, name: str) -> Diagram:
        try:
            return read_diagram(self.files[name], name)
        except XmlRefused as refused:
            raise BundleError(refused.reason, name, refused.code) from refused

    @cached_property
    def reads(self) -> frozenset[str]:
        """Names that some expression of the bundle reads: only these are kept in workflow data.

        Conditions, timers, parameters, scripts, multi-instance collections and the item each instance hands back,
        tables. A text that does not compile reads nothing here; the check tells.
        """
        names: set[str] = set()
        for diagram in self.diagrams.values():
            for _, text, role in diagram.expressions:
                names |= names_read(text, script=role in SCRIPT_ROLES)
            for process in diagram.processes:
                for element in process.elements.values():
                    if element.multi_instance is not None:
                        multi = element.multi_instance
                        names |= {name for name in (multi.collection, multi.output, multi.output_item) if name}
        for name, content in self.files.items():
            if name.endswith(".dmn"):
                for text in table_texts(content):
                    names |= names_read(text)
        return frozenset(names)

    def form_keys(self) -> tuple[str, ...]:
        """Form keys that elements name, `{KODE}` replaced, sorted."""
        return tuple(sorted({key for diagram in self.diagrams.values() for key in _form_keys(diagram, self.code)}))

    def text(self, name: str) -> str:
        """The file `name` as text. Raises KeyError if the bundle has none of that name."""
        return self.files[name].decode("utf-8")

    def to_bytes(self) -> bytes:
        """The whole bundle in one compressed value, the same bytes for the same files."""
        files = {name: base64.b64encode(self.files[name]).decode("ascii") for name in sorted(self.files)}
        return zlib.compress(orjson.dumps({"code": self.code, "files": files}), 6)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Bundle:
        """The bundle that `to_bytes` stored. Raises BundleError if it is something else."""
        try:
            unpacked = zlib.decompressobj().decompress(stored, 2 * MAX_BUNDLE)
            document = orjson.loads(unpacked)
            files = {str(name): base64.b64decode(text) for name, text in document["files"].items()}
            return cls(str(document["code"]), files)
        except (zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BundleError(f"versi proses yang tersimpan tidak terbaca: {error}") from error


def names_read(text: str, *, script: bool = False) -> frozenset[str]:
    """Names that one text reads; a script's own names only where they are read before they are set."""
    try:
        if not script:
            return compile_expression(text).names
        names: set[str] = set()
        made: set[str] = set()
        for name, expression in compile_assignments(text):
            names |= expression.names - made
            made.add(name)
        return frozenset(names)
    except ExpressionError:
        return frozenset()


def table_texts(content: bytes) -> tuple[str, ...]:
    """Every text of a DMN table's cells and heads; nothing for a file that cannot be read."""
    try:
        root = parse(content)
    except XmlRefused:
        return ()
    return tuple((node.text or "").strip() for node in root.iter(_DMN_TEXT) if (node.text or "").strip())


def read_yaml(content: bytes, name: str) -> dict[str, Any]:
    """A YAML file whose top is a mapping. Raises BundleError: unreadable, something else, or endlessly repeated."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(content, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = "" if mark is None else f" (baris {mark.line + 1})"
        raise BundleError(f"bukan YAML yang utuh{where}", name, "not-yaml") from error
    if not isinstance(document, dict):
        raise BundleError("isinya harus berupa pasangan nama dan nilai", name, "not-yaml")
    left, stack = MAX_YAML_ITEMS, [document]
    while stack:
        value = stack.pop()
        if isinstance(value, (dict, list)):
            left -= len(value) + 1
            stack.extend(value.values() if isinstance(value, dict) else value)
        if left < 0:
            raise BundleError("isinya terlalu banyak", name, "too-large")
    return document


def _form_keys(diagram: Diagram, code: str) -> Iterator[str]:
    for process in diagram.processes:
        for element in process.elements.values():
            key = element.properties.get("form")
            if key:
                yield key.replace("{KODE}", code)


def _read(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            raise BundleError("berkas tidak ada", name, "missing")
        if path.stat().st_size > MAX_BYTES:
            raise BundleError(f"berkas lebih besar dari {MAX_BYTES // 1_000_000} MB", name, "too-large")
        return path.read_bytes()
    except OSError as error:
        raise BundleError(f"berkas tidak dapat dibaca: {error.strerror}", name) from error


def _find(source: str | Path, processes_dir: Path) -> tuple[Path, str | None]:
    """The SOP's file, and the code it was asked by (None when asked by path)."""
    text = str(source)
    if isinstance(source, str) and _CODE.fullmatch(text) and (processes_dir / text).is_dir():
        return processes_dir / text / SOP, text
    path = Path(text)
    try:
        if path.is_dir():
            return path / SOP, None
        if path.is_file():
            return path, None
    except (OSError, ValueError) as error:
        raise BundleError("nama berkas tidak dapat dibaca", text) from error
    raise BundleError("bukan kode jenis izin, folder, atau berkas yang ada", text, "missing")


class _Gathering:
    """The files of a bundle while they are being put together."""

    def __init__(self, processes_dir: Path, forms_dir: Path) -> None:
        self.shared = processes_dir / "shared"
        self.forms_dir = forms_dir
        self.files: dict[str, bytes] = {}
        self.origins: dict[str, str] = {}

    def add(self, name: str, path: Path, content: bytes | None = None) -> bytes:
        self.files[name] = content = _read(path, str(path)) if content is None else content
        self.origins[name] = str(path)
        if sum(map(len, self.files.values())) > MAX_BUNDLE:
            raise BundleError("berkas-berkasnya bersama-sama terlalu besar", code="too-large")
        return content

    def add_called(self, name: str, code: str) -> None:
        """Adds the phases that the diagram `name` calls, theirs too, and the forms they name."""
        todo = [name]
        while todo:
            current = todo.pop()
            try:
                diagram = read_diagram(self.files[current], current)
            except XmlRefused:
                continue  # kept as it is: the check names the file and the reason
            for key in _form_keys(diagram, code):
                path = self.forms_dir / f"{key}.json"
                if _FORM_KEY.fullmatch(key) and f"forms/{key}.json" not in self.files and path.is_file():
                    self.add(f"forms/{key}.json", path)
            for process in diagram.processes:
                for element in process.elements.values():
                    called = element.called_element or ""
                    path = self.shared / f"{called}.bpmn"
                    wanted = f"shared/{called}.bpmn"
                    if _CODE.fullmatch(called) and called != code and wanted not in self.files and path.is_file():
                        self.add(wanted, path)
                        todo.append(wanted)


def read_bundle(source: str | Path, processes_dir: Path, forms_dir: Path) -> Bundle:
    """The bundle of a code, a folder with sop.bpmn, or a .bpmn file.

    A file that lies alone (no permit.yaml beside it) borrows permit.yaml, letters and tables of
    `processes_dir/<its process id>/`, if there are any. The frame itself gives a bundle without `sop.bpmn`.

    Raises BundleError: no such source, not readable, no process in it, or the code asked for is not the process id.
    """
    path, asked = _find(source, processes_dir)
    content = _read(path, str(path))
    try:
        diagram = read_diagram(content, str(path))
    except XmlRefused as refused:
        raise BundleError(refused.reason, str(path), refused.code) from refused
    process = diagram.process
    if process is None or not _CODE.fullmatch(process.id):
        raise BundleError("diagram tidak berisi proses dengan id yang sah", str(path), "no-process")
    code = process.id
    if asked is not None and code != asked:
        raise BundleError(f"diagram di folder {asked} berisi proses {code}", str(path), "process-id")
    gathering = _Gathering(processes_dir, forms_dir)
    frame = processes_dir / "shared" / FRAME
    if code == Path(FRAME).stem:
        gathering.add(FRAME, path, content)
    else:
        gathering.add(SOP, path, content)
        frame_content = _FRAME_CALL.sub(f'calledElement="{code}"'.encode(), _read(frame, str(frame)))
        gathering.add(FRAME, frame, frame_content)
        gathering.add_called(SOP, code)
        _add_companions(gathering, path.parent, processes_dir / code)
    gathering.add_called(FRAME, code)
    for name in ("pelaksana.yaml", "instansi.yaml"):
        if (gathering.shared / name).is_file():
            gathering.add(name, gathering.shared / name)
    for letter in sorted((gathering.shared / "letters").glob("*.html")):
        gathering.add(f"shared/letters/{letter.name}", letter)
    return Bundle(code, gathering.files, gathering.origins)


def _add_companions(gathering: _Gathering, beside: Path, shipped: Path) -> None:
    folder = beside if (beside / "permit.yaml").is_file() else shipped
    if not (folder / "permit.yaml").is_file():
        return
    for pattern in ("permit.yaml", "letter*.html", "*.dmn"):
        for path in sorted(folder.glob(pattern)):
            gathering.add(path.name, path)
