"""A web archive's bytes, unpacked piece by piece: where each came from is known, and damage is stepped over.

Archives are compressed a record a gzip member (so that one can be sought), in one member for all, or not at all. A
window of what was unpacked is kept from the mark on, so that a record whose length lies can be read again from there.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from dataclasses import dataclass
from typing import BinaryIO

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGICS = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
ARC_MAGIC = b"filedesc://"
ARC_ADVICE = "an ARC file, the format before WARC; turn it into WARC first (warcio recompress)"

_STEP = 64 * 1024  # bytes read, and at most unpacked, at once
_RECORD = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n")
_HEAD = 16  # bytes that a record is known by
_AHEAD = 1024 * 1024  # bytes looked at together when the next record is searched for


class ArchiveError(Exception):
    """A file that cannot be read as a web archive at all; the message says what it is."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Position:
    """A place in an archive: the byte of the file at which a gzip member begins, and bytes unpacked from there."""

    offset: int = 0  # in a file that is not compressed, the byte itself
    inner: int = 0

    def __str__(self) -> str:
        return f"{self.offset}+{self.inner}" if self.inner else str(self.offset)


START = Position()


@dataclass(slots=True)
class _Piece:
    """A run of bytes of the window that lies together in the file."""

    start: int  # in the window
    position: Position
    broken: bool = False  # what stood before it could not be unpacked, or was stepped over


class ArchiveStream:
    """Reads one archive from a position on; raises ArchiveError where it is none."""

    def __init__(self, file: BinaryIO, at: Position = Position()) -> None:
        self._file = file
        file.seek(0)
        head = file.read(_HEAD)
        self.packed = head.startswith(GZIP_MAGIC)
        if head.startswith(ZSTD_MAGICS):
            raise ArchiveError("compressed with zstd, which is not read here; unpack it first (zstd -d)")
        if head.startswith(ARC_MAGIC):
            raise ArchiveError(ARC_ADVICE)
        self._window = bytearray()
        self._pieces: list[_Piece] = []
        self._cursor = 0
        self._ended = False
        self._unpacker: zlib._Decompress | None = None
        self._rest = b""  # read and not unpacked yet
        self._rest_at = at.offset  # of its first byte in the file
        self.faults: list[tuple[Position, str]] = []  # since they were last taken
        file.seek(at.offset)
        if self.packed:
            self._skip(at)
        else:
            self._pieces.append(_Piece(0, at))

    @property
    def position(self) -> Position:
        """Where the next byte comes from."""
        return self._position(self._cursor)

    @property
    def cursor(self) -> int:
        """Bytes from the mark to the next one."""
        return self._cursor

    def mark(self) -> None:
        """Lets go of all that was read; what comes now can be read again."""
        del self._window[: self._cursor]
        position = self._position(self._cursor)
        index = self._index(self._cursor)
        later = [_Piece(one.start - self._cursor, one.position, one.broken) for one in self._pieces[index + 1 :]]
        begins = index >= 0 and self._pieces[index].start == self._cursor
        self._pieces = [_Piece(0, position, self._pieces[index].broken if begins else False), *later]
        self._cursor = 0

    def rewind(self, cursor: int) -> None:
        """Goes back to a number of bytes after the mark."""
        self._cursor = cursor

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer at the end, without taking them."""
        self._fill(self._cursor + size)
        return bytes(self._window[self._cursor : self._cursor + size])

    def take(self, size: int) -> bytes:
        """The next bytes, fewer at the end."""
        taken = self.peek(size)
        self._cursor += len(taken)
        return taken

    def line(self, limit: int) -> bytes:
        """The next line with its end, or as much of it as the limit allows; nothing at the end of the archive."""
        searched = self._cursor
        while (found := self._window.find(b"\n", searched, self._cursor + limit)) < 0:
            searched = len(self._window)
            if searched >= self._cursor + limit or not self._more():
                break
        end = found + 1 if found >= 0 else min(len(self._window), self._cursor + limit)
        taken = bytes(self._window[self._cursor : end])
        self._cursor = end
        return taken

    def between(self, start: int, end: int) -> bytes:
        """Bytes that were read since the mark."""
        return bytes(self._window[start:end])

    def find_record(self, start: int, end: int) -> int | None:
        """Where in what was read since the mark the head of a record stands at the beginning of a line, or None."""
        for match in _RECORD.finditer(self._window, start, min(end, len(self._window))):
            if match.start() == start or self._window[match.start() - 1] == 0x0A:
                return match.start()
        return None

    def member_within(self, start: int, end: int) -> tuple[int, bool] | None:
        """The first gzip member that begins with a record's head in what was read since the mark, and if after damage.

        A place after damage counts whatever follows: what stands on both sides of it does not belong together.
        """
        for piece in self._pieces:
            if start < piece.start <= end and (
                piece.broken or _RECORD.match(bytes(self._window[piece.start : piece.start + _HEAD]))
            ):
                return piece.start, piece.broken
        return None

    def seek_record(self) -> bool:
        """Goes to the next record's head from here on; False where there is none. What is passed over is let go of."""
        while True:
            found = self.find_record(self._cursor, len(self._window))
            if found is not None:
                self._cursor = found
                return True
            # A head may lie across what has been unpacked and what has not.
            self._cursor = max(self._cursor, len(self._window) - _HEAD)
            tail = self._window.rfind(b"\n", self._cursor) + 1
            self._cursor = max(self._cursor, tail)
            self.mark()
            if not self._more():
                return False

    def skip(self, size: int) -> int:
        """Passes over bytes, which are let go of; gives how many there were."""
        left = size
        while left > 0 and (gone := len(self.take(min(left, _STEP)))):
            left -= gone
            self.mark()
        return size - left

    def take_faults(self) -> list[tuple[Position, str]]:
        """What could not be unpacked since this was last asked."""
        faults, self.faults = self.faults, []
        return faults

    def leap(self) -> bool:
        """Goes on at the next gzip member that begins a record, without unpacking what lies between; False if none."""
        if not self.packed:
            return False
        for piece in self._pieces:
            if piece.start > self._cursor and _RECORD.match(bytes(self._window[piece.start : piece.start + _HEAD])):
                self._cursor = piece.start
                return True
        begins = self._rest_at
        found = self._next_member(begins)
        if found is None:
            self._file.seek(begins + len(self._rest))
            return False
        self._window.clear()
        self._pieces = []
        self._cursor = 0
        self._restart(found)
        self._more()
        return True

    def _position(self, cursor: int) -> Position:
        index = self._index(cursor)
        piece = self._pieces[index]
        past = cursor - piece.start
        if not self.packed:
            return Position(offset=piece.position.offset + past)
        return Position(offset=piece.position.offset, inner=piece.position.inner + past)

    def _index(self, cursor: int) -> int:
        return bisect_right(self._pieces, cursor, key=lambda piece: piece.start) - 1

    def _fill(self, size: int) -> None:
        while len(self._window) < size and self._more():
            pass

    def _more(self) -> bool:
        """Adds to the window; False at the end of the archive."""
        if self._ended:
            return False
        if not self.packed:
            data = self._file.read(_STEP)
            self._window += data
            self._ended = not data
            return bool(data)
        before = len(self._window)
        while len(self._window) == before:
            if not self._unpack():
                return False
        return True

    def _unpack(self) -> bool:
        if not self._rest:
            self._rest = self._file.read(_STEP)
            if not self._rest:
                self._ended = True
                if self._unpacker is not None:
                    self._unpacker = None
                    self.faults.append((self._position(len(self._window)), "the file ends within a gzip member"))
                return False
        if self._unpacker is None and not self._open_member():
            return not self._ended
        assert self._unpacker is not None
        try:
            out = self._unpacker.decompress(self._rest, _STEP)
        except zlib.error as error:
            self._recover(f"damaged gzip data ({str(error).split(': ')[-1]})")
            return not self._ended
        self._window += out
        rest = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
        self._rest_at += len(self._rest) - len(rest)
        self._rest = rest
        if self._unpacker.eof:
            self._unpacker = None
        return True

    def _open_member(self) -> bool:
        """Begins the next gzip member; what stands between two members is damage, unless it is padding."""
        while len(self._rest) < len(GZIP_MAGIC) and (more := self._file.read(_STEP)):
            self._rest += more
        if not self._rest.startswith(GZIP_MAGIC):
            padding = len(self._rest) - len(self._rest.lstrip(b"\x00"))
            if padding:
                self._rest, self._rest_at = self._rest[padding:], self._rest_at + padding
                return False
            self._recover("bytes that are no gzip data")
            return False
        self._unpacker = zlib.decompressobj(wbits=31)
        self._begin(broken=False)
        return True

    def _begin(self, *, broken: bool) -> None:
        here = len(self._window)
        if self._pieces and self._pieces[-1].start == here:
            broken = broken or self._pieces.pop().broken
        self._pieces.append(_Piece(here, Position(offset=self._rest_at), broken))

    def _recover(self, reason: str) -> None:
        self.faults.append((self._position(len(self._window)) if self._pieces else Position(), reason))
        begins = self._pieces[-1].position.offset + 1 if self._unpacker is not None else self._rest_at + 1
        found = self._next_member(begins)
        self._unpacker = None
        if found is None:
            self._ended = True
            return
        self._restart(found)

    def _restart(self, at: int) -> None:
        self._file.seek(at)
        self._rest, self._rest_at = b"", at
        self._unpacker = zlib.decompressobj(wbits=31)
        self._begin(broken=True)

    def _next_member(self, begins: int) -> int | None:
        """The next place in the file at which a gzip member begins that unpacks to a record's head."""
        self._file.seek(begins)
        base, data = begins, b""
        while chunk := self._file.read(_AHEAD):
            data += chunk
            searched = 0
            while (found := data.find(GZIP_MAGIC, searched)) >= 0:
                head = data[found : found + 4096]
                if len(head) < 4096:
                    head += self._file.read(4096)
                    self._file.seek(base + len(data))
                if _begins_record(head):
                    return base + found
                searched = found + 1
            keep = len(GZIP_MAGIC) - 1
            base, data = base + len(data) - keep, data[-keep:]
        return None

    def _skip(self, at: Position) -> None:
        self._pieces.append(_Piece(0, Position(offset=at.offset)))
        if self.skip(at.inner) < at.inner or (at.inner and self.position.offset != at.offset):
            raise ArchiveError(f"the file is not the one that was read before: nothing lies at {at}")


def _begins_record(packed: bytes) -> bool:
    try:
        head = zlib.decompressobj(wbits=31).decompress(packed, _HEAD)
    except zlib.error:
        return False
    return _RECORD.match(head) is not None
