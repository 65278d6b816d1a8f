"""WARC files (ISO 28500, versions 0.17 to 1.1) become records; what is damaged is told and stepped over.

Lengths are believed where the next record stands behind them. Where it does not, the record ends at the next head that
is found; nothing inside a record whose length is right is ever taken for a record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from crawler.instants import parse_instant
from crawler.limits import size_text
from crawler.warc_stream import ARC_ADVICE, ARC_MAGIC, START, ArchiveError, ArchiveStream, Position

MAX_BLOCK = 16 * 1024 * 1024  # bytes of a record that is read; pages are smaller

_HEAD = 16
_MAX_LINE = 16 * 1024
_MAX_FIELDS = 64 * 1024  # bytes of a record's own headers
_MAX_BLANK = 64  # bytes between two records; the standard has four
_MAX_RETURNS = 20  # times that an archive in one gzip member is read again from a record whose length lies
_VERSION = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")
_FRACTION = re.compile(r"(\.\d{6})\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRecord:
    """One record of an archive, or a damaged place in it."""

    at: Position
    after: Position  # where to go on once it is dealt with
    kind: str  # WARC-Type in lower case; "damaged" where there is no record to be read
    fields: Mapping[str, str] = field(default_factory=dict)  # lower-case names; the first of each name
    block: bytes = b""
    fault: str | None = None  # what is wrong with it; a record that is not "damaged" is whole all the same

    @property
    def url(self) -> str | None:
        """The address that was asked; some writers put it in angle brackets."""
        stated = self.fields.get("warc-target-uri", "").strip()
        return stated.removeprefix("<").removesuffix(">").replace(" ", "%20") or None

    @property
    def captured_at(self) -> datetime | None:
        """When it was captured (UTC), as told by the record."""
        stated = _FRACTION.sub(r"\1", self.fields.get("warc-date", "").strip())
        if match := _STAMP.fullmatch(stated):
            stated = "{}-{}-{}T{}:{}:{}Z".format(*match.groups())
        found = parse_instant(stated) if stated else None
        return found.at if found is not None else None


def read_records(
    file: BinaryIO,
    at: Position = START,
    *,
    max_block: int = MAX_BLOCK,
) -> Iterator[ArchiveRecord]:
    """Every record of an archive from a position on, in order; raises ArchiveError where the file is no archive.

    Memory is bounded by `max_block` (bytes), whatever the file says or unpacks to.
    """
    stream = ArchiveStream(file, at)
    if at == START and stream.peek(_HEAD).startswith(ARC_MAGIC):
        raise ArchiveError(ARC_ADVICE)
    held: list[ArchiveRecord] | None = [] if at == START else None
    for record in _Reader(file, stream, max_block).records():
        if held is None:
            yield record
        elif record.kind == "damaged":
            held.append(record)
        else:
            yield from held
            yield record
            held = None
    if held is not None:
        told = f" ({held[0].fault})" if held else ""
        raise ArchiveError(f"no WARC record that can be read was found in it{told}")


class _Reader:
    def __init__(self, file: BinaryIO, stream: ArchiveStream, max_block: int) -> None:
        self._file = file
        self._stream = stream
        self._max_block = max_block
        self._returns = 0

    def records(self) -> Iterator[ArchiveRecord]:
        while True:
            stream = self._stream
            stream.mark()
            self._pass_blank()
            head = stream.peek(_HEAD)
            at = stream.position
            is_record = _VERSION.match(head) is not None
            damage = list(self._damage(at, before=is_record))
            yield from damage
            if not head:
                return
            if is_record:
                yield self._record(at)
                continue
            gone = stream.leap() or stream.seek_record()
            stream.take_faults()
            if not damage:
                yield self._told(at, "bytes that are no record", ended=not gone)
            if not gone:
                return

    def _damage(self, at: Position, *, before: bool) -> Iterator[ArchiveRecord]:
        """What could not be unpacked; with `before`, only what is not of the member that the next record begins in."""
        for place, reason in self._stream.take_faults():
            if before and place.offset == at.offset:
                self._stream.faults.append((place, reason))
            else:
                yield ArchiveRecord(at=place, after=at, kind="damaged", fault=reason)

    def _told(self, at: Position, reason: str, *, ended: bool = False) -> ArchiveRecord:
        after = at if ended else self._stream.position
        return ArchiveRecord(at=at, after=after, kind="damaged", fault=reason)

    def _lost(self, at: Position, reason: str) -> ArchiveRecord:
        """A record that cannot be read; damage to the packed data explains it better than what it did to the record."""
        faults = self._stream.take_faults()
        return self._told(at, faults[0][1] if faults else reason)

    def _pass_blank(self) -> None:
        blank = self._stream.peek(_MAX_BLANK)
        self._stream.take(len(blank) - len(blank.lstrip(b"\r\n")))

    def _record(self, at: Position) -> ArchiveRecord:
        stream = self._stream
        stream.line(_MAX_LINE)
        fields, fault = self._fields()
        if fault is not None:
            self._next_head()
            return self._lost(at, fault)
        stated = fields.get("content-length", "").strip()
        length = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 19 else None
        if length is not None and length > self._max_block:
            return self._too_large(at, length)
        start = stream.cursor
        if length is None:
            return self._until_next(at, fields, start, start, "no Content-Length that can be read")
        got = len(stream.take(length))
        inside = stream.member_within(start, stream.cursor)
        if inside is not None and (inside[1] or inside[0] < stream.cursor):
            stream.rewind(inside[0])
            if inside[1]:
                return self._lost(at, "damaged gzip data")
            return self._mended(at, fields, start, inside[0])
        if got < length:
            found = stream.find_record(start, stream.cursor)
            if found is None:
                return self._lost(at, "the file ends within the record")
            stream.rewind(found)
            return self._mended(at, fields, start, found)
        end = stream.cursor
        self._pass_blank()
        if self._at_boundary():
            return self._whole(at, fields, stream.between(start, end))
        # The length may end within the next head.
        found = stream.find_record(start, end + _HEAD)
        if found is not None:
            stream.rewind(found)
            return self._mended(at, fields, start, found)
        return self._until_next(at, fields, start, end, "a wrong Content-Length")

    def _fields(self) -> tuple[dict[str, str], str | None]:
        """The record's headers, and what is wrong with them."""
        found: dict[str, str] = {}
        name, size = "", 0
        while line := self._stream.line(_MAX_LINE):
            size += len(line)
            if size > _MAX_FIELDS or not line.endswith(b"\n"):
                return found, "headers without an end"
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            if not text:
                return found, None
            if text[0] in " \t" and name:
                found[name] += " " + text.strip()
                continue
            name, colon, value = text.partition(":")
            name = name.strip().lower()
            if not colon:
                return found, "a header line without a colon"
            found.setdefault(name, value.strip())
        return found, "the file ends within the record's headers"

    def _at_boundary(self) -> bool:
        head = self._stream.peek(_HEAD)
        if not head or _VERSION.match(head):
            return True
        inside = self._stream.member_within(self._stream.cursor - 1, self._stream.cursor)
        return inside is not None

    def _until_next(self, at: Position, fields: Mapping[str, str], start: int, end: int, reason: str) -> ArchiveRecord:
        """A record that ends where the next one begins."""
        stream = self._stream
        while True:
            found = stream.find_record(end, stream.cursor + _HEAD)
            inside = stream.member_within(start, stream.cursor)
            if inside is not None and (found is None or inside[0] <= found):
                stream.rewind(inside[0])
                if inside[1]:
                    return self._lost(at, "damaged gzip data")
                return self._mended(at, fields, start, inside[0], reason)
            if found is not None:
                stream.rewind(found)
                return self._mended(at, fields, start, found, reason)
            end = max(end, stream.cursor - _HEAD)
            if stream.cursor - start > self._max_block:
                self._next_head()
                return self._lost(at, f"{reason}, and no end within {size_text(self._max_block)}")
            if not stream.take(64 * 1024):
                if stream.faults:
                    return self._lost(at, reason)
                return self._mended(at, fields, start, stream.cursor, reason)

    def _too_large(self, at: Position, length: int) -> ArchiveRecord:
        """Passes over a record that is not read: without unpacking it where the next one can be found so."""
        stream = self._stream
        reason = f"a record of {size_text(length)}, more than {size_text(self._max_block)}"
        begins = stream.position
        if stream.leap():
            stream.take_faults()
            return self._told(at, reason)
        passed = stream.skip(length)
        self._pass_blank()
        if passed == length and self._at_boundary():
            return self._told(at, reason)
        # Its length lies too: what stands in it is looked through from its beginning.
        self._returns += 1
        if self._returns > _MAX_RETURNS:
            self._next_head()
            return self._told(at, reason)
        self._stream = ArchiveStream(self._file, begins)
        self._stream.seek_record()
        return self._told(at, f"{reason}, which is wrong")

    def _next_head(self) -> None:
        if not self._stream.leap():
            self._stream.seek_record()

    def _whole(self, at: Position, fields: Mapping[str, str], block: bytes, fault: str | None = None) -> ArchiveRecord:
        kind = fields.get("warc-type", "").strip().lower() or "unnamed"
        return ArchiveRecord(at=at, after=self._stream.position, kind=kind, fields=fields, block=block, fault=fault)

    def _mended(
        self,
        at: Position,
        fields: Mapping[str, str],
        start: int,
        end: int,
        reason: str = "a wrong Content-Length",
    ) -> ArchiveRecord:
        block = self._stream.between(start, end)
        if block.endswith(b"\r\n\r\n"):
            block = block[:-4]
        return self._whole(at, fields, block, f"{reason}; the record was read up to the next one")
