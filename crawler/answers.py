"""What one HTTP request is sent with, and what its answer means; no socket is opened here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crawler.decode import ACCEPT_ENCODING
from crawler.records import Outcome

REDIRECTS = frozenset({301, 302, 303, 307, 308})

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
