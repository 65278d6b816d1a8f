"""An archived HTTP answer becomes status, headers and body, as the archive kept it or as its headers say.

Archives keep answers as they came over the wire, or undo the transfer coding, the content coding or both, and do not
always change the headers. So a coding that the body does not bear is taken as undone already.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.decode import BodyDecoder, BrokenBodyError

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t][^\r\n]*)?\r?\n", re.IGNORECASE)
_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_MAX_HEADERS = 256 * 1024


class AnswerError(Exception):
    """An answer that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedAnswer:
    """What a server answered when the archive was made."""

    status: int
    headers: tuple[tuple[str, str], ...]  # lower-case names
    body: bytes  # decoded

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((value for key, value in self.headers if key == name), None)


def parse_answer(block: bytes, *, max_bytes: int, cut: bool = False) -> ArchivedAnswer:
    """The answer in a record's block; AnswerError says why there is none, TooLargeError that it unpacks to too much.

    `cut`: the archive itself says that it kept only the beginning.
    """
    found = _STATUS.match(block)
    if found is None:
        raise AnswerError("no HTTP status line")
    headers, start = _headers(block, found.end())
    body = block[start:]
    transfer = ",".join(value for name, value in headers if name == "transfer-encoding").lower()
    chunked = "chunked" in transfer and _CHUNK.match(body) is not None
    if chunked:
        body, complete = _without_chunks(body, max_bytes)
        if not complete and not cut:
            raise AnswerError("the answer is cut off: its last chunk is missing")
    encodings = ",".join(value for name, value in headers if name == "content-encoding")
    decoded, undone = _decoded(body, encodings, max_bytes, cut=cut)
    if not chunked and not undone and not cut:
        _check_length(headers, body)
    return ArchivedAnswer(status=int(found[1]), headers=headers, body=decoded)


def _headers(block: bytes, start: int) -> tuple[tuple[tuple[str, str], ...], int]:
    found: list[tuple[str, str]] = []
    while True:
        end = block.find(b"\n", start, start + _MAX_HEADERS)
        if end < 0:
            # Headers and nothing else: an answer without a body may end so.
            return tuple(found), len(block)
        line = block[start:end].rstrip(b"\r").decode("latin-1")
        start = end + 1
        if not line:
            return tuple(found), start
        if line[0] in " \t" and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon:
            found.append((name.strip().lower(), value.strip()))


def _without_chunks(body: bytes, max_bytes: int) -> tuple[bytes, bool]:
    """The body without its chunk headers, and whether the last chunk came."""
    kept: list[bytes] = []
    start, size = 0, 0
    while match := _CHUNK.match(body, start):
        length = int(match[1], 16)
        start = match.end()
        if not length:
            return b"".join(kept), True
        piece = body[start : start + length]
        kept.append(piece)
        size += len(piece)
        if len(piece) < length or size > max_bytes:
            break
        start += length
        start += 2 if body.startswith(b"\r\n", start) else 1 if body.startswith(b"\n", start) else 0
    return b"".join(kept), False


def _decoded(body: bytes, encodings: str, max_bytes: int, *, cut: bool) -> tuple[bytes, bool]:
    """The body without its content coding, and whether a stated one had been undone by the archive."""
    try:
        decoder = BodyDecoder(encodings, max_bytes)
        decoder.feed(body)
        return decoder.finish(), False
    except BrokenBodyError as error:
        if _is_text(body):
            return body, True
        if cut or not encodings:
            raise AnswerError(f"the answer is cut off within its {encodings or 'gzip'} data") from error
        raise AnswerError(str(error)) from error


def _is_text(body: bytes) -> bool:
    """Whether bytes are a document as it is read: compressed data holds control characters from its beginning on."""
    head = body[:512]
    if not head.strip():
        return True
    odd = sum(byte < 9 or 13 < byte < 32 or byte == 127 for byte in head)
    return odd * 50 < len(head)


def _check_length(headers: tuple[tuple[str, str], ...], body: bytes) -> None:
    stated = next((value for name, value in headers if name == "content-length"), "")
    if stated.isascii() and stated.isdigit() and len(stated) < 19 and len(body) < int(stated):
        raise AnswerError(f"the answer is cut off: {len(body)} of {stated} bytes")
