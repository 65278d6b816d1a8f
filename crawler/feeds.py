"""Feeds become entries: RSS 0.90 to 2.0, RDF and Atom through feedparser, JSON Feed by a reader of our own.

feedparser runs without its HTML sanitiser and URL rewriting (three times faster); markup becomes plain text here.
Documents go through `prepare_xml` first, so that no entity is ever expanded by an XML parser.
"""

from __future__ import annotations

import calendar
import io
import re
import xml.sax
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
import feedparser.api

from crawler.discovery import find_announced
from crawler.entries import MAX_CONTENT, MAX_ENTRIES, MAX_SUMMARY, MAX_TITLE, absolute_link, entry_id
from crawler.instants import parse_instant
from crawler.jsonfeed import looks_like_json, parse_json_feed
from crawler.language import normalize_language
from crawler.plaintext import clean_line, html_to_text, plain_to_text
from crawler.records import Entry, ParsedFeed
from crawler.sitemaps import parse_sitemap
from crawler.xmltext import XmlText, inflate, prepare_xml

feedparser.api.PREFERRED_XML_PARSERS[:] = ["crawler.saxdriver"]
_MAX_FEED = 6 * 1024 * 1024  # bytes; feedparser takes up to forty times as much memory
_HEAD = 100_000  # bytes in which a document's first element is looked for
_SITEMAP_ROOTS = frozenset({"urlset", "sitemapindex"})
_ISO_DATE = re.compile(r"\s*[+-]?\d{4,}-\d{1,2}-\d{1,2}")
# feedparser looks for a mail address in every author with a search that is quadratic in the length of a word: 64 KB
# take it over 20 s. No word in a feed is this long but in attacks and embedded images.
_LONG_WORD = re.compile(rb"(?<![A-Za-z0-9_.+\-])[A-Za-z0-9_.+\-]{2000,}")
_WORD_KEPT = 300
# 300,000 attributes take feedparser minutes.
_HUGE_TAG = re.compile(rb"<([A-Za-z][A-Za-z0-9_.:\-]*)\s[^<>]{50000,}?(/?)>")
_SKIP = re.compile(rb"<skip(hours|days)>(.{0,4000}?)</skip\1>", re.IGNORECASE | re.DOTALL)
_FARTHEST_ZONE = timedelta(hours=14)  # from UTC
_WEEKDAYS = (b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun")
_UPDATE_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}


def parse_feed(body: bytes, *, url: str, content_type: str | None = None) -> ParsedFeed:
    """Reads a feed of any known format; `url` resolves relative links. Never raises: `error` says what was wrong.

    A sitemap at a feed's address is read as what it is.
    """
    data, problem = inflate(body)
    if not data.strip(b"\x00\t\n\r "):
        return ParsedFeed(error=problem or "empty document")
    if looks_like_json(data, content_type):
        return parse_json_feed(data, url=url)
    if prepare_xml(data[:_HEAD], content_type=content_type).root in _SITEMAP_ROOTS:
        return parse_sitemap(body, url=url, content_type=content_type)
    if len(data) > _MAX_FEED:
        data, problem = data[:_MAX_FEED], f"larger than {_MAX_FEED // 1024 // 1024} MiB, cut there"
    document = prepare_xml(data, content_type=content_type)
    if not document.root:
        return ParsedFeed(error=problem or "no XML element could be read: not a feed")
    try:
        return _parse_xml(document, url, problem)
    except Exception as error:  # feedparser lets the faults of its handlers through, of many classes
        return ParsedFeed(error=f"could not be read: {type(error).__name__}: {clean_line(str(error))[:200]}")


def entries_json(path: Path) -> dict[str, Any]:
    """Reads a saved feed or sitemap into the record that `linewalker entries` prints; never raises."""
    try:
        body = path.read_bytes()
    except OSError as error:
        return {"file": str(path), "title": "", "entries": [], "error": f"cannot be read: {error.strerror or error}"}
    parsed = parse_feed(body, url="")
    entries = [
        {
            "id": entry.id,
            "link": entry.link,
            "title": entry.title,
            "published": _iso(entry.published_at or entry.updated_at),
            "summary": entry.summary,
        }
        for entry in parsed.entries
    ]
    return {"file": str(path), "title": parsed.title, "entries": entries, "error": parsed.error}


def _parse_xml(document: XmlText, url: str, problem: str | None) -> ParsedFeed:
    headers = {"content-type": "application/xml; charset=utf-8"}
    if url and b"xml:base" in document.data:
        headers["content-location"] = url  # else links are resolved here, and feedparser need not try every value
    data = _HUGE_TAG.sub(rb"<\1\2>", document.data)
    data = _LONG_WORD.sub(lambda match: match[0][:_WORD_KEPT], data)
    result = feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    feed = result["feed"]
    base = url or _own_address(feed)
    language = normalize_language(_text(feed, "language"))
    entries = tuple(_entry(item, base, language) for item in result["entries"][:MAX_ENTRIES])
    fault = _fault(result, entries)
    if not entries and not dict.get(result, "version"):
        if document.is_html:
            return html_in_place(data, url)
        fault = fault or f"an XML document <{document.root}>, not a feed"
    skip_hours, skip_days = _skipped(document.data)
    return ParsedFeed(
        title=clean_line(_plain(feed, "title"))[:MAX_TITLE],
        entries=entries,
        error=problem or fault,
        ttl_minutes=_ttl(feed),
        skip_hours=skip_hours,
        skip_days=skip_days,
        without_id=sum(not _text(item, "id") for item in result["entries"][:MAX_ENTRIES]),
    )


def html_in_place(body: bytes, url: str) -> ParsedFeed:
    """What is told of a web page at a feed's address: which feeds it announces, if any."""
    announced = find_announced(body, url)
    if not announced:
        return ParsedFeed(error="an HTML page, not a feed")
    others = f" and {len(announced) - 1} more" if len(announced) > 1 else ""
    return ParsedFeed(
        error=f"an HTML page, not a feed; it announces {announced[0]}{others}: put that into sources.toml",
        announced=announced,
    )


def _skipped(data: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Hours (UTC) and weekdays in which an RSS feed is not to be read (RSS 2.0, skipHours and skipDays)."""
    hours: set[int] = set()
    days: set[int] = set()
    for match in _SKIP.finditer(data[:_HEAD]):
        inside = match[2]
        if match[1].lower() == b"hours":
            numbers = map(int, re.findall(rb"<hour>\s*(\d{1,2})\s*</hour>", inside, re.IGNORECASE))
            hours |= {number % 24 for number in numbers if number <= 24}  # RSS 0.91 counts to 24, for midnight
        else:
            names = re.findall(rb"<day>\s*([A-Za-z]{3})", inside, re.IGNORECASE)
            days |= {_WEEKDAYS.index(name.lower()) for name in names if name.lower() in _WEEKDAYS}
    # A feed that may never be read says nothing.
    return tuple(sorted(hours)) if len(hours) < 24 else (), tuple(sorted(days)) if len(days) < 7 else ()


def _fault(result: dict[str, Any], entries: tuple[Entry, ...]) -> str | None:
    if not dict.get(result, "bozo"):
        return None
    error = dict.get(result, "bozo_exception")
    if isinstance(error, xml.sax.SAXParseException):
        where = f"XML error at line {error.getLineNumber()}: {clean_line(error.getMessage())}"
    elif isinstance(error, xml.sax.SAXException):
        where = f"XML error: {clean_line(str(error))}"
    else:
        return None
    return f"{where}; read leniently, {len(entries)} entries" if entries else where


def _entry(item: dict[str, Any], base: str, feed_language: str | None) -> Entry:
    link = _link(item, base)
    title = clean_line(_plain(item, "title"))[:MAX_TITLE]
    # feedparser gives a content without a summary as both: the same words are read once.
    read = cache(_to_text)
    summary = read(_text(item, "summary"), _detail(item, "summary").get("type"))
    contents = [read(part.get("value") or "", part.get("type")) for part in dict.get(item, "content", ())]
    content = max(contents, key=len, default="")
    published = _instant(item, "published") or _instant(item, "created")
    updated = _instant(item, "updated")
    detail = _detail(item, "title") or _detail(item, "summary")
    return Entry(
        id=entry_id(_text(item, "id"), link, title, summary),
        link=link,
        title=title,
        summary=summary[:MAX_SUMMARY],
        content=content[:MAX_CONTENT],
        authors=_authors(item),
        # RSS 1.0 has dc:date only, and many Atom feeds only `updated`: the best there is for "when was this published".
        published_at=published or updated,
        updated_at=updated,
        language=normalize_language(detail.get("language")) or feed_language,
    )


def _text(item: dict[str, Any], key: str) -> str:
    # dict.get, because feedparser's own lookup maps absent keys to others, with a deprecation warning.
    value = dict.get(item, key)
    return value if isinstance(value, str) else ""


def _detail(item: dict[str, Any], key: str) -> dict[str, Any]:
    value = dict.get(item, f"{key}_detail")
    return value if isinstance(value, dict) else {}


def _plain(item: dict[str, Any], key: str) -> str:
    return _to_text(_text(item, key), _detail(item, key).get("type"))


def _to_text(value: str, kind: str | None) -> str:
    return plain_to_text(value) if kind == "text/plain" else html_to_text(value)


def _link(item: dict[str, Any], base: str) -> str | None:
    candidates = [_text(item, "feedburner_origlink"), _text(item, "link")]
    for link in dict.get(item, "links", ()):
        if link.get("rel") in {"alternate", "related", "via", None}:
            candidates.append(link.get("href") or "")
    candidates.append(_text(item, "id") if _text(item, "id").startswith(("http://", "https://")) else "")
    return next((found for found in (absolute_link(base, text) for text in candidates) if found), None)


def _own_address(feed: dict[str, Any]) -> str:
    """The feed's address by its own word, for a saved file whose address is not known."""
    links = dict.get(feed, "links", ())
    stated = [link.get("href") or "" for link in links if link.get("rel") == "self"] + [_text(feed, "link")]
    return next((link for link in stated if link.startswith(("http://", "https://"))), "")


def _instant(item: dict[str, Any], key: str) -> datetime | None:
    text = _text(item, key)
    written = parse_instant(text)
    if written is not None:
        return written.at
    if _ISO_DATE.match(text):
        return None  # feedparser rolls 31 February over into March
    parts = dict.get(item, f"{key}_parsed")
    try:
        found = datetime.fromtimestamp(calendar.timegm(parts), UTC) if parts else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    if found is None or not 1970 <= found.year <= 2099:
        return None
    # Of a date that it knows by its year alone feedparser makes today's month and day, or the first.
    days = {(found + shift).day for shift in (-_FARTHEST_ZONE, timedelta(), _FARTHEST_ZONE)}
    return found if days & {int(number) for number in re.findall(r"\d{1,4}", text)} else None


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    names: Iterable[Any] = [author.get("name") for author in dict.get(item, "authors", ())]
    cleaned = [plain_to_text(name).replace("\n", " ") for name in names if isinstance(name, str)]
    return tuple(dict.fromkeys(name[:200] for name in cleaned if name and "@" not in name))


def _ttl(feed: dict[str, Any]) -> int | None:
    """Minutes between polls as the publisher asks: <ttl>, else the syndication module."""
    ttl = _text(feed, "ttl").strip()
    if ttl.isdecimal() and len(ttl) < 8:
        return int(ttl) or None
    period = _UPDATE_PERIODS.get(_text(feed, "sy_updateperiod").strip().lower())
    frequency = _text(feed, "sy_updatefrequency").strip()
    if period is None:
        return None
    times = int(frequency) if frequency.isdecimal() and 0 < len(frequency) < 5 else 1
    return max(1, period // max(1, times))


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
