"""What one HTTP request is sent with, how its answer is read, and what it means; no connection is opened here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import httpx

from crawler.decode import ACCEPT_ENCODING, BodyDecoder, BodyTooLargeError, TooLargeError
from crawler.limits import size_text
from crawler.meter import Meter
from crawler.records import Outcome

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_DRAIN_BYTES = 32 * 1024  # a rest this small is read, so that the connection can be used again
_SENDABLE = re.compile(r"[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?\Z")
_DEFAULT_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"


class Answer(NamedTuple):
    """Status, headers (lower-case names, values as Latin-1, which gives every byte back) and decompressed body."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((value for key, value in self.headers if key == name), None)

    def joined_headers(self) -> Mapping[str, str]:
        """All headers, those given more than once joined by commas (RFC 9110, section 5.3)."""
        joined: dict[str, str] = {}
        for name, value in self.headers:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        return joined

    def location(self) -> str | None:
        """Where a redirect leads, as the server wrote it; None where this is no redirect."""
        value = self.header("location") if self.status in REDIRECTS else None
        if value is None:
            return None
        # Servers put raw UTF-8 here although only ASCII is allowed.
        try:
            return value.encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return value

    def content_length(self) -> int | None:
        """The announced size of the body in bytes, None where there is none to be believed."""
        value = self.header("content-length") or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def request_headers(
    user_agent: str, *, etag: str | None, last_modified: str | None, accept: str | None
) -> list[tuple[bytes, bytes]]:
    """The headers of a GET, with the validators byte for byte as they were received.

    A stored validator that no server can have sent (a line break in it) is left out.
    """
    headers = {
        "User-Agent": user_agent,
        "Accept": accept or _DEFAULT_ACCEPT,
        "Accept-Language": "en;q=1.0, *;q=0.5",
        "Accept-Encoding": ACCEPT_ENCODING,
    }
    if etag and _SENDABLE.match(etag):
        headers["If-None-Match"] = etag
    if last_modified and _SENDABLE.match(last_modified):
        headers["If-Modified-Since"] = last_modified
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]


async def read_answer(response: httpx.Response, meter: Meter, *, max_bytes: int, cut: bool = False) -> Answer:
    """Reads a streamed response up to `max_bytes` of decompressed body; TooLargeError and BrokenBodyError say why not.

    Only a success has a body to keep. What else comes is at most drained. With `cut` a body that is larger is read so
    far, and counts as whole.
    """
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers.raw]
    if sum(len(name) + len(value) + 4 for name, value in headers) > meter.max_header_bytes:
        raise TooLargeError(f"the headers are larger than {size_text(meter.max_header_bytes)}")
    if len(headers) > meter.max_headers:
        raise TooLargeError(f"there are more than {meter.max_headers} headers")
    answer = Answer(response.status_code, headers)
    length = answer.content_length()
    if not 200 <= answer.status < 300:
        if answer.status == 304 or (length is not None and length <= _DRAIN_BYTES):
            with suppress(httpx.TransportError):
                async for _ in response.aiter_raw():
                    pass
        return answer
    if length is not None and length > meter.max_wire_bytes and not cut:
        raise TooLargeError(f"a body of {size_text(length)} is announced, more than {size_text(meter.max_wire_bytes)}")
    encodings = ",".join(value for name, value in headers if name == "content-encoding")
    decoder = BodyDecoder(encodings, max_bytes)
    try:
        async for chunk in response.aiter_raw():
            for _ in decoder.steps(chunk):
                await asyncio.sleep(0)
    except BodyTooLargeError:
        if not cut:
            raise
        return answer._replace(body=decoder.head())
    return answer._replace(body=decoder.finish())


def judge_status(status: int, *, conditional: bool) -> tuple[Outcome, str]:
    """What a final answer's status means for the fetch."""
    if status == 304:
        if conditional:
            return "not_modified", "not modified since the last complete take (304)"
        return "http_error", "status 304 although nothing was asked conditionally"
    if status == 206:
        return "broken", "status 206: a part of the body, although the whole was asked for"
    if 200 <= status < 300:
        return "ok", f"status {status}"
    names = {401: "unauthorised", 403: "forbidden", 404: "not found", 410: "gone", 429: "too many requests"}
    name = names.get(status, "server error" if status >= 500 else "redirect that leads nowhere" if status < 400 else "")
    return "http_error", f"status {status}{f' ({name})' if name else ''}"
