"""Undoes Content-Encoding piece by piece, so that a bomb stops at the cap and never lies in memory unpacked.

httpx decodes too, but each chunk whole: 64 KB of zstd may hold 2 GB. Here every stage hands on at most a few
megabytes before the cap is looked at.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator

import brotli  # type: ignore[import-untyped]
import zstandard

from crawler.limits import size_text

ACCEPT_ENCODING = "gzip, deflate, br, zstd"

_STEP = 256 * 1024  # bytes of output a stage gives at once, where its library can be held to that
_ZSTD_SLICE = 64  # a zstd block of 4 bytes may hold 128 KiB, and the library takes no limit: at most 2 MiB a slice
_ZSTD_WINDOW = 8 * 1024 * 1024  # what RFC 9659 lets a content coding demand
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_GZIP_MAGIC = b"\x1f\x8b\x08"
_MAX_CHAIN = 4


class BrokenBodyError(Exception):
    """The body is not what its Content-Encoding says, or it ends too early."""


class TooLargeError(Exception):
    """A cap was met; the message names it."""


class BodyTooLargeError(TooLargeError):
    """The cap on the decompressed body was met."""


class _Stage(ABC):
    """One coding. `decode` may be called until `finish`, which raises where the stream has not come to its end."""

    @abstractmethod
    def decode(self, data: bytes) -> Iterator[bytes]: ...

    @abstractmethod
    def finish(self) -> None: ...


class _Zlib(_Stage):
    """gzip (RFC 1952, several members) and deflate (RFC 1950, or the bare RFC 1951 that some servers send)."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._head = b""  # of a member, until there is enough to know it by
        self._stream: zlib._Decompress | None = None
        self._members = 0
        self._done = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data and not self._done:
            if self._stream is None:
                self._head += data
                if len(self._head) < len(_GZIP_MAGIC):
                    return
                data, self._head = self._head, b""
                if self._members and not (self._name == "gzip" and data.startswith(_GZIP_MAGIC)):
                    # Anything but another gzip member is padding after the end, which browsers pass over too.
                    self._done = True
                    return
                self._stream = self._open(data)
            try:
                out = self._stream.decompress(data, _STEP)
                while out:
                    yield out
                    # The library may hold output back although it has taken all input.
                    full = len(out) == _STEP and not self._stream.eof
                    out = self._stream.decompress(self._stream.unconsumed_tail, _STEP) if full else b""
            except zlib.error as error:
                raise BrokenBodyError(f"the body is not {self._name}: {error}") from error
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._stream.unused_data
                self._stream = None
                self._members += 1

    def finish(self) -> None:
        if self._stream is not None or (self._head and not self._members):
            raise BrokenBodyError(f"the {self._name} body ends too early")

    def _open(self, head: bytes) -> zlib._Decompress:
        if self._name == "gzip":
            return zlib.decompressobj(wbits=31)
        wrapped = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
        return zlib.decompressobj(wbits=15 if wrapped else -15)


class _Brotli(_Stage):
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._empty = True

    def decode(self, data: bytes) -> Iterator[bytes]:
        if data:
            self._empty = False
        if data and self._stream.is_finished():
            raise BrokenBodyError("the brotli body goes on after its end")
        try:
            while not self._stream.is_finished():
                out: bytes = self._stream.process(data, output_buffer_limit=_STEP)
                data = b""
                if out:
                    yield out
                elif self._stream.can_accept_more_data():
                    return
        except brotli.error as error:
            raise BrokenBodyError(f"the body is not brotli: {error}") from error

    def finish(self) -> None:
        if not self._empty and not self._stream.is_finished():
            raise BrokenBodyError("the brotli body ends too early")


class _Zstd(_Stage):
    def __init__(self) -> None:
        self._factory = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._head = b""  # of a frame, until there is enough to know it by
        self._stream: zstandard.ZstdDecompressionObj | None = None
        self._frames = 0
        self._done = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_SLICE):
            piece = data[start : start + _ZSTD_SLICE]
            while piece and not self._done:
                if self._stream is None:
                    self._head += piece
                    if len(self._head) < len(_ZSTD_MAGIC):
                        break
                    piece, self._head = self._head, b""
                    if self._frames and not piece.startswith(_ZSTD_MAGIC):
                        self._done = True
                        return
                    self._stream = self._factory.decompressobj()
                try:
                    out = self._stream.decompress(piece)
                except zstandard.ZstdError as error:
                    raise BrokenBodyError(f"the body is not zstd: {error}") from error
                if out:
                    yield out
                piece = b""
                if self._stream.eof:
                    piece = self._stream.unused_data
                    self._stream = None
                    self._frames += 1

    def finish(self) -> None:
        if self._stream is not None or (self._head and not self._frames):
            raise BrokenBodyError("the zstd body ends too early")


class BodyDecoder:
    """Takes a body as it comes off the wire and keeps it decompressed, never more than `max_bytes` of it."""

    def __init__(self, content_encoding: str | None, max_bytes: int) -> None:
        names = [name.strip().lower() for name in (content_encoding or "").split(",")]
        names = [name for name in names if name not in {"", "identity", "none"}]
        if len(names) > _MAX_CHAIN:
            raise TooLargeError(f"more than {_MAX_CHAIN} content encodings in a chain")
        self._stages = [_stage(name) for name in reversed(names)]
        self._max_bytes = max_bytes
        self._counts = [0] * len(self._stages)
        self._head = b""
        self._sniffed = False
        self._kept: list[bytes] = []
        self.size = 0

    def feed(self, data: bytes) -> None:
        """Decodes the next piece; BrokenBodyError and TooLargeError say why the body is given up."""
        for _ in self.steps(data):
            pass

    def steps(self, data: bytes) -> Iterator[None]:
        """The same a little at a time, so that others can have their turn: a few bytes may hold megabytes."""
        for chunk in self._through(0, data):
            yield from self._take(chunk)
            yield

    def finish(self) -> bytes:
        """The whole body; BrokenBodyError where a coding has not come to its end."""
        if not self._sniffed and self._head:
            self._sniffed = True
            self._keep(self._head)
        for stage in self._stages:
            stage.finish()
        return b"".join(self._kept)

    def head(self) -> bytes:
        """What was decoded before the body was given up."""
        return b"".join(self._kept)

    def _through(self, number: int, data: bytes) -> Iterator[bytes]:
        if number == len(self._stages):
            if data:
                yield data
            return
        for chunk in self._stages[number].decode(data):
            self._counts[number] += len(chunk)
            over = self._counts[number] - self._max_bytes
            if over > 0:
                yield from self._through(number + 1, chunk[:-over])  # where the first part counts, all of it does
                raise BodyTooLargeError(f"the body is larger than {size_text(self._max_bytes)} decompressed")
            yield from self._through(number + 1, chunk)

    def _take(self, chunk: bytes) -> Iterator[None]:
        if self._sniffed:
            self._keep(chunk)
            return
        # A sitemap.xml.gz, or a body compressed twice: gzip that no header tells of. No text begins with this mark.
        self._head += chunk
        if len(self._head) < len(_GZIP_MAGIC):
            return
        head, self._head, self._sniffed = self._head, b"", True
        if head.startswith(_GZIP_MAGIC):
            self._stages.append(_stage("gzip"))
            self._counts.append(0)
            for unpacked in self._through(len(self._stages) - 1, head):
                self._keep(unpacked)
                yield
        else:
            self._keep(head)

    def _keep(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self._max_bytes:
            self._kept.append(chunk[: self._max_bytes - self.size])
            raise BodyTooLargeError(f"the body is larger than {size_text(self._max_bytes)}")
        self._kept.append(chunk)


def _stage(name: str) -> _Stage:
    if name in {"gzip", "x-gzip"}:
        return _Zlib("gzip")
    if name == "deflate":
        return _Zlib("deflate")
    if name == "br":
        return _Brotli()
    if name == "zstd":
        return _Zstd()
    raise BrokenBodyError(f"the content encoding {name[:40]!r} is not known")
