"""The head of an HTTP/1.1 answer, tidied as browsers read it, for a parser that takes only what is proper.

Servers send a Content-Length twice, beside chunks, or too short for what follows; lines without a colon; spaces before
one. Readers of a browser never notice, and a page is not lost for it here. What is ambiguous is left as it is, so that
the parser refuses it: two lengths that differ are the work of a fault or of somebody who wants to be read in two ways.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_STATUS = re.compile(rb"(?:HTTP/[0-9](?:\.[0-9])?|ICY) +([0-9]{3})(?: +(.*)|)\Z", re.DOTALL)
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_END = re.compile(rb"\r?\n\r?\n")
_BODILESS = frozenset({204, 304})


class Head(NamedTuple):
    """What is handed on to the parser, and what is known of the body behind it."""

    data: bytes
    status: int | None  # None: no HTTP answer; the parser says why
    body_bytes: int | None  # None: it ends in a last chunk, or with the connection


def find_end(data: bytes, start: int = 0) -> int | None:
    """Where the body begins, None where the head is not complete; `start` is how much was searched before."""
    match = _END.search(data, max(start - 3, 0))
    return match.end() if match else None


def looks_like_http(data: bytes) -> bool:
    """Whether an answer can still become a head, by its first bytes."""
    begin = data[:5]
    return b"HTTP/".startswith(begin) or b"ICY ".startswith(begin[:4])


def tidy_head(raw: bytes) -> Head:
    """One head, from its status line to its empty line, as the parser takes it."""
    lines = [line.rstrip(b"\r") for line in raw.split(b"\n")]
    match = _STATUS.match(lines[0])
    if match is None:
        return Head(raw, None, None)
    # What an HTTP/1.0 server keeps open it says so; newer ones, whatever they call themselves, speak 1.1 here.
    version = b"1.0" if lines[0].startswith((b"ICY", b"HTTP/0", b"HTTP/1.0")) else b"1.1"
    status = int(match[1])
    fields = _fields(lines[1:])
    codings = _listed(fields, b"transfer-encoding")
    if codings and set(codings) == {b"identity"}:
        fields = _without(fields, b"transfer-encoding")
        codings = []
    lengths = set(_listed(fields, b"content-length"))
    if codings:
        # RFC 9112, section 6.3: the chunks tell the length, whatever else is told.
        fields = _without(fields, b"content-length")
        lengths = set()
    elif len(lengths) == 1:
        fields = [*_without(fields, b"content-length"), (b"Content-Length", next(iter(lengths)))]
    body_bytes: int | None = None
    if status < 200 or status in _BODILESS:
        body_bytes = 0
    elif len(lengths) == 1 and (length := next(iter(lengths))).isdigit() and len(length) < 19:
        body_bytes = int(length)
    told = [b"HTTP/%s %03d %s" % (version, status, match[2] or b"")]
    told += [b"%s: %s" % pair for pair in fields]
    return Head(b"\r\n".join(told) + b"\r\n\r\n", status, body_bytes)


def _fields(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Names and values; a line that begins with a space goes on with the one before (RFC 9112, section 5.2)."""
    found: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in {b" ", b"\t"}:
            if found and line.strip():
                found[-1] = (found[-1][0], (found[-1][1] + b" " + _value(line)).strip(b" \t"))
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        if colon and _TOKEN.match(name):
            found.append((name, _value(value)))
    return found


def _value(told: bytes) -> bytes:
    return told.replace(b"\0", b"").replace(b"\r", b" ").strip(b" \t")


def _listed(fields: list[tuple[bytes, bytes]], wanted: bytes) -> list[bytes]:
    return [item.strip().lower() for name, value in fields if name.lower() == wanted for item in value.split(b",")]


def _without(fields: list[tuple[bytes, bytes]], unwanted: bytes) -> list[tuple[bytes, bytes]]:
    return [pair for pair in fields if pair[0].lower() != unwanted]
