"""Files to be imported: of which kind each is, what it is known by, and what stands in it, piece by piece."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal, cast

from crawler.warc import ArchiveRecord, read_records
from crawler.warc_stream import GZIP_MAGIC, Position
from linewalker.texts import MAX_LINE_MB

FileKind = Literal["warc", "jsonl", "html"]
NAMES: dict[FileKind, str] = {"warc": "WARC", "jsonl": "JSON Lines", "html": "saved page"}

_SAMPLE = 1024 * 1024  # bytes of the beginning and of the end
_SMALL_SAMPLE = 16 * 1024
_SMALL_SAMPLES = 64  # between them
_SNIFFED = 1024
_MAX_LINE = MAX_LINE_MB * 1_000_000
_MARK = b"\xef\xbb\xbf"


class UnreadableError(Exception):
    """A file of which nothing can be read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """One file that is to be imported."""

    path: Path
    kind: FileKind
    packed: bool
    size: int
    digest: str
    changed_at: datetime  # dates what does not say when it was captured


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What stands at one place of a file: a record, a line, or a whole page; or damage."""

    at: Position
    after: Position  # where to go on once it is dealt with
    record: ArchiveRecord | None = None
    line: bytes | None = None
    fault: str | None = None

    @property
    def size(self) -> int:
        """Bytes that it holds in memory."""
        return len(self.record.block) if self.record is not None else len(self.line or b"")


def look_at(path: Path) -> ImportFile:
    """What a file is; UnreadableError where it is nothing that can be imported."""
    try:
        status = path.stat()
        if path.is_dir():
            raise UnreadableError("a folder; name the files in it")
        if not path.is_file():
            raise UnreadableError("no ordinary file; save what comes from it to one first")
        with path.open("rb") as file:
            head = file.read(_SNIFFED)
            if not head:
                raise UnreadableError("empty")
            digest = _digest(file, status.st_size)
    except OSError as error:
        hint = "; standard input is not read, save it to a file first" if str(path) == "-" else ""
        raise UnreadableError(f"cannot be read: {error.strerror or error}{hint}") from error
    packed = head.startswith(GZIP_MAGIC)
    kind = _kind(path, _unpacked(head) if packed else head)
    if kind is None:
        raise UnreadableError("neither WARC nor JSON Lines nor HTML")
    return ImportFile(
        path=path,
        kind=kind,
        packed=packed,
        size=status.st_size,
        digest=digest,
        changed_at=datetime.fromtimestamp(status.st_mtime, UTC),
    )


def read_pieces(file: ImportFile, at: Position) -> Generator[Piece, None, None]:
    """What stands in a file from a position on; raises ArchiveError and OSError."""
    if file.kind == "warc":
        with file.path.open("rb") as opened:
            for record in read_records(opened, at):
                yield Piece(at=record.at, after=record.after, record=record, fault=record.fault)
        return
    opener = gzip.open if file.packed else open
    with cast(BinaryIO, opener(file.path, "rb")) as opened:
        if file.kind == "html":
            yield from _page(opened, at)
        else:
            yield from _lines(opened, at)


def _page(file: BinaryIO, at: Position) -> Generator[Piece, None, None]:
    if at.offset:
        return
    try:
        body = file.read(_MAX_LINE)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Piece(at=at, after=Position(offset=1), fault=f"damaged gzip data ({error})")
        return
    yield Piece(at=at, after=Position(offset=len(body) or 1), line=body)


def _lines(file: BinaryIO, at: Position) -> Generator[Piece, None, None]:
    """Each line that is not blank; one that is longer than may be is damage, and so is the end of torn gzip data."""
    file.seek(at.offset)
    offset = at.offset
    while True:
        begins = Position(offset=offset)
        try:
            line = file.readline(_MAX_LINE)
            offset += len(line)
            fault = None
            while len(line) >= _MAX_LINE and not line.endswith(b"\n"):
                fault = f"a line longer than {MAX_LINE_MB} MB"
                line = file.readline(_MAX_LINE)
                offset += len(line)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            yield Piece(at=begins, after=begins, fault=f"damaged gzip data ({error})")
            return
        if fault is not None:
            yield Piece(at=begins, after=Position(offset=offset), fault=fault)
        elif not line:
            return
        elif line.strip():
            yield Piece(
                at=begins, after=Position(offset=offset), line=line if begins.offset else line.removeprefix(_MARK)
            )


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, _SNIFFED)
    except zlib.error:
        return b""


def _kind(path: Path, head: bytes) -> FileKind | None:
    text = head.removeprefix(_MARK).lstrip()
    names = [suffix.lower() for suffix in path.suffixes[-2:]]
    if text.startswith((b"WARC/", b"filedesc://")) or ".warc" in names or ".arc" in names:
        return "warc"
    if text.startswith(b"{"):
        return "jsonl"
    if text.startswith(b"<") or {".html", ".htm", ".xhtml"} & set(names):
        return "html"
    if {".jsonl", ".ndjson"} & set(names):
        return "jsonl"
    # What is packed and cannot be told may be an archive whose first record is damaged.
    return "warc" if not text and head == b"" else None


def _digest(file: BinaryIO, size: int) -> str:
    """SHA-256 over the size, both ends and samples between: a terabyte of archives is known again within minutes.

    The samples tell a file apart that was allotted whole and filled later.
    """
    digest = hashlib.sha256(f"{size}\n".encode())
    places = [0, max(size - _SAMPLE, 0)]
    lengths = [_SAMPLE, _SAMPLE]
    if size > 2 * _SAMPLE:
        step = (size - 2 * _SAMPLE) / _SMALL_SAMPLES
        places += [_SAMPLE + int(step * number) for number in range(_SMALL_SAMPLES)]
        lengths += [_SMALL_SAMPLE] * _SMALL_SAMPLES
    for place, length in zip(places, lengths, strict=True):
        file.seek(place)
        digest.update(file.read(length))
    return digest.hexdigest()
