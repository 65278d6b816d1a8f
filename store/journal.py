"""The ledger's journal (DuckDB's write-ahead log), looked at before DuckDB opens it: what it would drop is told.

DuckDB itself refuses an entry whose checksum is wrong. In silence it takes a file that is no journal for an empty one,
and stops at the first entry that does not fit into the file, whatever is committed behind it: a damaged length loses
the rest of the night. Nothing here depends on what the entries say.
"""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

JournalState = Literal["whole", "torn", "broken", "foreign", "newer"]

_KIND, _VERSION, _END = 100, 101, 0xFFFF  # of the fields of DuckDB's serialized records
_HEADER_KIND = 98
_KNOWN_VERSION = 2  # the first with checksums
_HEAD_BYTES = 64  # a header with the database's id takes up to 55
_FRAME = struct.Struct("<QQ")  # length and checksum before each entry
_COMMIT = b"d\x00d\xff\xff"  # the entry that ends a transaction holds nothing else
# A commit's entry, found anywhere: by its length, or by its checksum where the length is what was damaged. Texts are
# UTF-8, which knows no byte 0xFF.
_LOST_COMMIT = re.compile(rb"(?:\x05\x00{7}.{8}|\xe7\xfe\x7d\x72\x2f\xed\x3d\x5e)d\x00d\xff\xff", re.DOTALL)
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """What lies in a journal that is not empty."""

    state: JournalState
    size: int  # bytes
    readable: int = 0  # bytes up to the first entry that is not all there
    commits: tuple[int, ...] = ()  # where each whole transaction ends, in bytes
    zeros: bool = False  # whether it ends in zeros: what a file system leaves of a write that a power cut met


def find_journal(ledger_path: Path) -> Path:
    """Where DuckDB keeps the journal of a database file."""
    return ledger_path.with_name(f"{ledger_path.name}.wal")


def read_journal(path: Path) -> Journal | None:
    """The journal's frame; None where there is none, or an empty one."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            return None
        head = file.read(_HEAD_BYTES)
        written = _find_end(file, size)
        if not written:  # nothing was stored yet
            return Journal(state="torn", size=size, zeros=True)
        version, end = _read_header(head)
        if version is None:
            return Journal(state="torn" if end and size < _HEAD_BYTES else "foreign", size=size)
        if version != _KNOWN_VERSION:  # a ledger's format is younger than version 1
            return Journal(state="newer" if version > _KNOWN_VERSION else "foreign", size=size)
        return _walk(file, end, written, size)


def _walk(file: BinaryIO, start: int, written: int, size: int) -> Journal:
    at, commits = start, []
    while at < written:
        file.seek(at)
        frame = file.read(_FRAME.size + len(_COMMIT))
        if len(frame) < _FRAME.size:
            break
        length = _FRAME.unpack_from(frame)[0]
        if not length or length > written - at - _FRAME.size:
            break
        at += _FRAME.size + length
        if length == len(_COMMIT) and frame.endswith(_COMMIT):
            commits.append(at)
    if at == size:
        return Journal(state="whole", size=size, readable=at, commits=tuple(commits))
    state: JournalState = "broken" if _is_commit_behind(file, at, written) else "torn"
    return Journal(state=state, size=size, readable=at, commits=tuple(commits), zeros=written < size)


def _find_end(file: BinaryIO, size: int) -> int:
    """Where what was written ends: an entry ends in 0xFF, so that zeros at the end were never written."""
    while size:
        start = max(0, size - _CHUNK)
        file.seek(start)
        chunk = file.read(size - start).rstrip(b"\0")
        if chunk:
            return start + len(chunk)
        size = start
    return 0


def _is_commit_behind(file: BinaryIO, at: int, end: int) -> bool:
    """Whether a commit lies between two places; what a writer adds meanwhile is none of it."""
    file.seek(at)
    kept = b""
    while chunk := file.read(min(_CHUNK, end - file.tell())):
        if _LOST_COMMIT.search(kept + chunk):
            return True
        kept = chunk[-32:]
    return False


def _read_header(head: bytes) -> tuple[int | None, int]:
    """The format's version and where the header ends.

    Without a version: (None, 1) where what is there is the beginning of a header, else (None, 0).
    """
    at, version, expected = 0, None, _KIND
    try:
        while True:
            (name,) = struct.unpack_from("<H", head, at)
            at += 2
            if name == _END and version is not None:
                return version, at
            if name < expected or name > _KIND + 8:
                return None, 0
            value, at = _read_number(head, at)
            if name == _KIND and value != _HEADER_KIND:
                return None, 0
            if name == _VERSION:
                version = value
            if name == _VERSION + 1:  # the database's own id: a list of numbers
                for _ in range(value):
                    _, at = _read_number(head, at)
            expected = name + 1
    except (struct.error, IndexError):
        return None, 1


def _read_number(head: bytes, at: int) -> tuple[int, int]:
    """A LEB128 number, and where it ends."""
    value = shift = 0
    while True:
        byte = head[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
