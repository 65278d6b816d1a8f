"""Archives as real writers make them, and as they should not be."""

from __future__ import annotations

import gzip

PAGE = (
    "<!doctype html><html lang=en><head><title>{title}</title>"
    '<meta property="og:type" content="article">{head}</head>'
    "<body><article><h1>{title}</h1>{text}</article></body></html>"
)
PARAGRAPH = (
    "The operator of the {name} terminal said on Tuesday that loading had stopped after a fire in the pump house, "
    "and that nobody was hurt. Repairs would take about a week, a spokesman told reporters in the town."
)


def make_page(name: str, *, date: str = "2024-03-05T10:00:00Z", canonical: str = "", more: str = "") -> bytes:
    """A page of a few hundred words of its own."""
    head = f'<meta property="article:published_time" content="{date}">' if date else ""
    head += f'<link rel="canonical" href="{canonical}">' if canonical else ""
    text = "".join(f"<p>{PARAGRAPH.format(name=f'{name} {word}')}</p>" for word in ("north", "south", "east"))
    return PAGE.format(title=f"Loading stops at {name}", head=head, text=text + more).encode()


def make_answer(body: bytes, *, status: str = "200 OK", headers: str = "Content-Type: text/html") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n".encode() + body


def make_record(
    url: str,
    block: bytes,
    *,
    kind: str = "response",
    date: str | None = "2024-03-06T12:00:00Z",
    length: int | str | None = -1,
    version: str = "1.0",
    more: str = "",
    end: bytes = b"\r\n\r\n",
) -> bytes:
    """One record; without a length it has no such header, with one that one."""
    lines = [f"WARC/{version}", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}"]
    lines += [f"WARC-Date: {date}"] if date else []
    lines += [f"Content-Length: {len(block) if length == -1 else length}"] if length is not None else []
    lines += [more] if more else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + block + end


def pack(*records: bytes) -> bytes:
    """A gzip member a record."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)
