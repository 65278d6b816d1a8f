"""OPML, the exchange format of feed readers (opml.org, 1.0 and 2.0), to and from sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from lxml import etree

from crawler.entries import absolute_link
from crawler.plaintext import clean_line, plain_to_text
from crawler.records import Feed, FeedKind, Source
from crawler.sources import KINDS, RELIABILITY, SourcesError, read_tables, slugify
from crawler.xmltext import prepare_xml

_NAMESPACE = "https://linewalker.example/opml"
_MAX_OUTLINES = 20_000
_DEFAULTS = {"country": "US", "language": "en", "reliability": "F", "cadence_hours": 24.0}


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
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(document.data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourcesError(f"no OPML document: {error}") from error
    if root is None:
        raise SourcesError("no OPML document: it holds no readable element")
    found: dict[str, Source] = {}
    seen: set[str] = set()
    for number, element in enumerate(root.iter("outline", "Outline")):
        if number >= _MAX_OUTLINES:
            break
        link = absolute_link("", _attribute(element, "xmlUrl"))
        if link is None or link in seen:
            continue
        seen.add(link)
        source = _source(element, link)
        same = found.get(source.id)
        if same is not None and _own(element, "id"):
            # One source with several feeds is several outlines of one id.
            found[source.id] = _with_feed(same, source.feeds[0])
            continue
        found[_free(source.id, found)] = _renamed(source, _free(source.id, found))
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


def _attribute(element: etree._Element, name: str) -> str:
    """An attribute's value; names are compared without case, as feed readers differ in it."""
    exact = element.get(name)
    if exact is not None:
        return str(exact).strip()
    return next((str(value).strip() for key, value in element.attrib.items() if str(key).lower() == name.lower()), "")


def _own(element: etree._Element, name: str) -> str:
    return str(element.get(f"{{{_NAMESPACE}}}{name}") or "").strip()


def _source(element: etree._Element, link: str) -> Source:
    host = (urlsplit(link).hostname or "").removeprefix("www.").removeprefix("feeds.").removeprefix("rss.")
    publisher = clean_line(plain_to_text(_attribute(element, "text") or _attribute(element, "title")))[:200] or host
    table: dict[str, object] = {
        "id": _own(element, "id") or slugify(publisher),
        "publisher": publisher,
        "family": _own(element, "family") or slugify(host),
        **_DEFAULTS,
        "note": _own(element, "note"),
    }
    homepage = absolute_link("", _attribute(element, "htmlUrl"))
    if homepage:
        table["homepage"] = homepage
    for key in ("country", "reliability", "timezone", "kind"):
        if _own(element, key):
            table[key] = _own(element, key)
    language = _attribute(element, "language")[:2].lower()
    for key in ("verified", "enabled", "fetch_pages"):
        if _own(element, key):
            table[key] = _own(element, key) == "true"
    try:
        table["cadence_hours"] = float(_own(element, "cadence_hours") or 24.0)
    except ValueError:
        table["cadence_hours"] = 24.0
    if not table["note"]:
        del table["note"]
    kind: FeedKind = "sitemap" if _own(element, "feed") == "sitemap" else "feed"
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


def _free(slug: str, taken: dict[str, Source]) -> str:
    """The slug, with a number behind it where it is taken."""
    if slug not in taken:
        return slug
    number = 2
    while f"{slug}-{number}" in taken:
        number += 1
    return f"{slug}-{number}"


def _renamed(source: Source, identity: str) -> Source:
    feeds = tuple(replace(feed, source_id=identity) for feed in source.feeds)
    return replace(source, id=identity, feeds=feeds)


def _with_feed(source: Source, feed: Feed) -> Source:
    return replace(source, feeds=(*source.feeds, replace(feed, source_id=source.id)))
