"""JSON Feed 1.0 and 1.1 (jsonfeed.org) become entries."""

from __future__ import annotations

import json
from typing import Any

from crawler.encodings import decode_xml
from crawler.entries import MAX_CONTENT, MAX_ENTRIES, MAX_SUMMARY, MAX_TITLE, absolute_link, entry_id
from crawler.instants import parse_instant
from crawler.language import normalize_language
from crawler.plaintext import clean_line, html_to_text, plain_to_text
from crawler.records import Entry, ParsedFeed


def looks_like_json(body: bytes, content_type: str | None) -> bool:
    """Tells whether a body is JSON rather than XML, by its first character; the server's word decides nothing alone."""
    head = body[:400].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\t\n\r ")
    return head.startswith(b"{") or (head.startswith(b"[") and "json" in (content_type or "").lower())


def parse_json_feed(body: bytes, *, url: str) -> ParsedFeed:
    """Reads a JSON Feed; never raises, `error` says what was wrong."""
    try:
        # JSON is UTF-8 (RFC 8259); the other readings serve publishers that err.
        document = json.loads(decode_xml(body).text.lstrip("\ufeff"), strict=False)
    except json.JSONDecodeError as error:
        return ParsedFeed(error=f"JSON error at line {error.lineno}: {error.msg}")
    except (ValueError, RecursionError):
        return ParsedFeed(error="JSON that is nested too deeply or holds a number too long")
    if not isinstance(document, dict):
        return ParsedFeed(error="JSON, but no feed: an object was expected")
    items = document.get("items")
    version = document.get("version")
    if not isinstance(items, list):
        return ParsedFeed(error="JSON, but no feed: it has no list of items")
    base = url or _string(document, "feed_url") or _string(document, "home_page_url")
    language = normalize_language(_string(document, "language"))
    entries = tuple(_entry(item, base, language) for item in items[:MAX_ENTRIES] if isinstance(item, dict))
    known = isinstance(version, str) and "jsonfeed.org/version/" in version
    problem = None if known or entries else "JSON, but no feed: no jsonfeed.org version"
    if len(entries) < len(items):
        problem = f"{len(items) - len(entries)} items are no objects and were left out"
    return ParsedFeed(
        title=clean_line(plain_to_text(_string(document, "title")))[:MAX_TITLE],
        entries=entries,
        error=problem,
        without_id=sum(item.get("id") in (None, "") for item in items[:MAX_ENTRIES] if isinstance(item, dict)),
    )


def _entry(item: dict[str, Any], base: str, language: str | None) -> Entry:
    link = absolute_link(base, _string(item, "url")) or absolute_link(base, _string(item, "external_url"))
    title = clean_line(plain_to_text(_string(item, "title")))[:MAX_TITLE]
    content = html_to_text(_string(item, "content_html")) or plain_to_text(_string(item, "content_text"))
    summary = plain_to_text(_string(item, "summary")) or content
    identity = item.get("id")
    # Version 1.0 allowed numbers as ids.
    stated = str(identity) if isinstance(identity, (str, int, float)) and not isinstance(identity, bool) else ""
    published = parse_instant(_string(item, "date_published"))
    updated = parse_instant(_string(item, "date_modified"))
    first = published or updated
    return Entry(
        id=entry_id(stated, link, title, summary),
        link=link,
        title=title,
        summary=summary[:MAX_SUMMARY],
        content=content[:MAX_CONTENT],
        authors=_authors(item),
        published_at=first.at if first else None,
        updated_at=updated.at if updated else None,
        language=normalize_language(_string(item, "language")) or language,
    )


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    several = item.get("authors")
    people = several if isinstance(several, list) else [item.get("author")]
    names = [clean_line(_string(person, "name"))[:200] for person in people if isinstance(person, dict)]
    return tuple(dict.fromkeys(name for name in names if name))


def _string(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""
