"""OPML, the exchange format of feed readers (opml.org, 1.0 and 2.0), to and from sources."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from lxml import etree

from crawler.entries import absolute_link
from crawler.plaintext import clean_line, plain_to_text
from crawler.records import Feed, FeedKind, Source
from crawler.sources import KINDS, RELIABILITY, SourcesError, country_of, read_tables, slugify
from crawler.urls import check_url
from crawler.xmltext import prepare_xml

_NAMESPACE = "https://linewalker.example/opml"
_MAX_OUTLINES = 20_000
_MAX_TAG = 20_000  # characters
_OUTLINE = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?outline\b((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*'|[\"'])*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w.:-]*)\s*=\s*(\"[^\"]*\"|'[^']*')")
_PREFIX = re.compile(r"xmlns:([\w.-]+)\s*=\s*[\"']" + re.escape(_NAMESPACE) + r"[\"']")
_DEFAULTS = {"country": "US", "language": "en", "reliability": "F", "cadence_hours": 24.0}


@dataclass(frozen=True, slots=True)
class _Outline:
    """One outline's attributes, by lower-case name: those of OPML and those that Linewalker wrote."""

    given: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)


def parse_opml(body: bytes) -> tuple[Source, ...]:
    """Reads the feeds of an OPML document, folders and all; raises SourcesError where it is none.

    What OPML does not say is defaulted: reliability F ("cannot be judged"), a family of its own, a day's cadence.
    Outlines that Linewalker wrote carry all fields and come back as they were.
    """
    document = prepare_xml(body)
    if document.root != "opml":
        raise SourcesError(
            "no OPML document: its first element is " + (f"<{document.root}>" if document.root else "missing")
        )
    text = document.data.decode("utf-8", "replace")
    bound = _PREFIX.search(text)
    own_prefix = f"{bound[1].lower()}:" if bound else None
    found: dict[str, Source] = {}
    seen: set[str] = set()
    numbers: dict[str, int] = {}
    for outline in _outlines(text, own_prefix):
        link = _feed_link(outline)
        if link is None or link in seen:
            continue
        seen.add(link)
        source = _source(outline, link)
        same = found.get(source.id)
        if same is not None and outline.own.get("id"):
            # One source with several feeds is several outlines of one id.
            found[source.id] = _with_feed(same, source.feeds[0])
            continue
        identity = _free(source.id, found, numbers)
        found[identity] = _renamed(source, identity)
    return tuple(found.values())


def render_opml(sources: Iterable[Source], *, title: str = "Linewalker sources") -> str:
    """Writes sources as OPML 2.0, one outline a feed, with the fields that OPML lacks in a namespace of their own."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"lw": _NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = clean_line(title)
    body = etree.SubElement(root, "body")
    for source in sources:
        for feed in source.feeds:
            element = etree.SubElement(body, "outline", {"type": "rss", "text": source.publisher, "xmlUrl": feed.url})
            if source.homepage:
                element.set("htmlUrl", source.homepage)
            element.set("language", source.language)
            for key, value in _fields(source, feed).items():
                element.set(f"{{{_NAMESPACE}}}{key}", value)
    text: bytes = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return text.decode("utf-8")


def _fields(source: Source, feed: Feed) -> dict[str, str]:
    fields = {
        "id": source.id,
        "family": source.family,
        "country": source.country,
        "reliability": source.reliability,
        "cadence_hours": repr(source.cadence_hours),
        "timezone": source.timezone,
        "kind": source.kind,
        "feed": feed.kind,
        "verified": str(source.verified).lower(),
        "enabled": str(source.enabled).lower(),
        "fetch_pages": str(source.fetch_pages).lower(),
    }
    return fields | ({"note": source.note} if source.note else {})


def _outlines(text: str, own_prefix: str | None) -> Iterator[_Outline]:
    """The outlines, whatever folders they lie in; found tag by tag, as depth and number of attributes know no bound."""
    for number, match in enumerate(_OUTLINE.finditer(text)):
        if number >= _MAX_OUTLINES:
            return
        outline = _Outline()
        for attribute in _ATTRIBUTE.finditer(match[1][:_MAX_TAG]):
            # Names are compared without case, as feed readers differ in it.
            name = attribute[1].lower()
            value = html.unescape(attribute[2][1:-1]).strip()
            if own_prefix and name.startswith(own_prefix):
                outline.own.setdefault(name.removeprefix(own_prefix), value)
            else:
                outline.given.setdefault(name, value)
        yield outline


def _feed_link(outline: _Outline) -> str | None:
    given = outline.given.get("xmlurl", "")
    if not given and outline.given.get("type", "").lower() in {"rss", "atom", "feed"}:
        given = outline.given.get("url", "")
    if given.lower().startswith("feed:"):  # how pages once opened a reader
        rest = given[5:]
        given = f"http:{rest}" if rest.startswith("//") else rest
    link = absolute_link("", given)
    return link if link is not None and check_url(link) is None else None


def _source(outline: _Outline, link: str) -> Source:
    own, given = outline.own, outline.given
    host = (urlsplit(link).hostname or "").removeprefix("www.").removeprefix("feeds.").removeprefix("rss.")
    publisher = clean_line(plain_to_text(given.get("text") or given.get("title") or ""))[:200] or host
    table: dict[str, object] = {
        # A name in another script leaves no letters.
        "id": own.get("id") or (slugify(publisher) if re.search(r"[A-Za-z]", publisher) else slugify(host)),
        "publisher": publisher,
        "family": own.get("family", "") or slugify(host),
        **_DEFAULTS,
        "country": country_of(host) or _DEFAULTS["country"],
        "note": own.get("note", ""),
    }
    homepage = absolute_link("", given.get("htmlurl", ""))
    if homepage:
        table["homepage"] = homepage
    for key in ("country", "reliability", "timezone", "kind"):
        if own.get(key, ""):
            table[key] = own.get(key, "")
    language = given.get("language", "")[:2].lower()
    for key in ("verified", "enabled", "fetch_pages"):
        if own.get(key, ""):
            table[key] = own.get(key, "") == "true"
    try:
        table["cadence_hours"] = float(own.get("cadence_hours", "") or 24.0)
    except ValueError:
        table["cadence_hours"] = 24.0
    if not table["note"]:
        del table["note"]
    kind: FeedKind = "sitemap" if own.get("feed", "") == "sitemap" else "feed"
    table["feeds" if kind == "feed" else "sitemaps"] = [link]
    if language:
        table["language"] = language
    return _checked(table)


def _checked(table: dict[str, object]) -> Source:
    """The source of a table; a field that is wrong falls back to its default, for the rest is worth having."""
    fallback: dict[str, object] = {**_DEFAULTS, "timezone": "UTC", "kind": KINDS[1]}
    for key, default in fallback.items():
        if key not in table:
            continue
        trial = {**_PROBE, key: table[key]}
        try:
            read_tables([trial], name="OPML")
        except SourcesError:
            table[key] = default
    for key in ("id", "family"):
        table[key] = slugify(str(table[key]))
    return read_tables([table], name="OPML")[0]


_PROBE: dict[str, object] = {
    "id": "probe",
    "publisher": "Probe",
    "family": "probe",
    "country": "NO",
    "language": "en",
    "reliability": RELIABILITY[-1],
    "cadence_hours": 24.0,
    "feeds": ["https://probe.example/feed"],
}


def _free(slug: str, taken: dict[str, Source], numbers: dict[str, int]) -> str:
    """The slug, with a number behind it where it is taken; `numbers` are the last that were given."""
    identity = slug
    while identity in taken:
        numbers[slug] = numbers.get(slug, 1) + 1
        identity = f"{slug}-{numbers[slug]}"
    return identity


def _renamed(source: Source, identity: str) -> Source:
    feeds = tuple(replace(feed, source_id=identity) for feed in source.feeds)
    return replace(source, id=identity, feeds=feeds)


def _with_feed(source: Source, feed: Feed) -> Source:
    return replace(source, feeds=(*source.feeds, replace(feed, source_id=source.id)))
