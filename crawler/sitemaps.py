"""Sitemaps, news sitemaps and sitemap indexes become entries (sitemaps.org 0.9, Google News sitemaps)."""

from __future__ import annotations

import re

from lxml import etree

from crawler.discovery import looks_like_news
from crawler.entries import MAX_ENTRIES, MAX_TITLE, absolute_link
from crawler.instants import parse_instant
from crawler.language import normalize_language
from crawler.plaintext import clean_line, plain_to_text
from crawler.records import Entry, ParsedFeed
from crawler.xmltext import XmlText, inflate, prepare_xml

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:[-_/]?(0[1-9]|1[0-2]))?(?:[-_/]?([0-3]\d))?(?!\d)")
_GZIP = b"\x1f\x8b"


def parse_sitemap(body: bytes, *, url: str, content_type: str | None = None) -> ParsedFeed:
    """Reads a sitemap, gzipped or not; an index gives no entries but `children`. Never raises."""
    data, problem = inflate(body)
    if data.startswith(_GZIP):  # a .gz file that its server has packed once more
        data, problem = inflate(data)
    if not data.strip():
        return ParsedFeed(error=problem or "empty document")
    document = prepare_xml(data, content_type=content_type)
    if not document.root:
        return _text_sitemap(data, url, problem)
    if document.root not in {"urlset", "sitemapindex"}:
        what = "an HTML page" if document.is_html else f"an XML document <{document.root}>"
        return ParsedFeed(error=f"{what}, not a sitemap")
    root, fault = _parse(document)
    problem = problem or fault
    if root is None:
        return ParsedFeed(error=problem or "no XML element could be read")
    if document.root == "sitemapindex" or not any(_name(element) == "url" for element in root.iter()):
        return ParsedFeed(children=_children(root, url), error=problem, is_sitemap=True)
    entries: list[Entry] = []
    for element in root.iter():
        if _name(element) == "url" and len(entries) < MAX_ENTRIES:
            entry = _entry(element, url)
            if entry is not None:
                entries.append(entry)
    return ParsedFeed(title=_publication(root), entries=tuple(entries), error=problem, is_sitemap=True)


def is_sitemap(body: bytes) -> bool:
    """Tells by its first element whether a body is a sitemap or a sitemap index."""
    data, _ = inflate(body[:200_000] if not body.startswith(b"\x1f\x8b") else body)
    return prepare_xml(data[:200_000]).root in {"urlset", "sitemapindex"}


def _parse(document: XmlText) -> tuple[etree._Element | None, str | None]:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(document.data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return None, f"XML error: {error}"
    # A prefix that was not declared is read all the same.
    faults = [
        entry
        for entry in parser.error_log
        if entry.level_name != "WARNING" and not str(entry.type_name).startswith("NS_")
    ]
    if not faults:
        return root, None
    return root, f"XML error at line {faults[0].line}: {clean_line(faults[0].message)}; what could be read was kept"


def _name(element: etree._Element) -> str:
    # Not etree.QName, which refuses names that a forgiving parser lets through.
    tag = element.tag
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1].lower() if isinstance(tag, str) else ""


def _texts(element: etree._Element) -> dict[str, str]:
    """First text of each descendant by local name; image, video and alternate links are left out."""
    found: dict[str, str] = {}
    for child in element:
        name = _name(child)
        if name in {"image", "video", "link"} or not name:
            continue
        if name in {"news", "publication"}:
            for inner, text in _texts(child).items():
                found.setdefault(f"{name}:{inner}" if name == "publication" else inner, text)
        else:
            found.setdefault(name, "".join(child.itertext()).strip())
    return found


def _entry(element: etree._Element, url: str) -> Entry | None:
    texts = _texts(element)
    link = absolute_link(url, texts.get("loc", ""))
    if link is None:
        return None
    published = parse_instant(texts.get("publication_date"))
    updated = parse_instant(texts.get("lastmod"))
    return Entry(
        id=link,
        link=link,
        title=plain_to_text(texts.get("title", "")).replace("\n", " ")[:MAX_TITLE],
        published_at=published.at if published else None,
        updated_at=updated.at if updated else None,
        language=normalize_language(texts.get("publication:language") or texts.get("language")),
    )


def _publication(root: etree._Element) -> str:
    for element in root.iter():
        if _name(element) == "publication":
            return plain_to_text(_texts(element).get("name", ""))[:MAX_TITLE]
    return ""


def _children(root: etree._Element, url: str) -> tuple[str, ...]:
    found: list[tuple[float, bool, list[int], str]] = []
    for element in root.iter():
        if _name(element) != "sitemap" or len(found) >= MAX_ENTRIES:
            continue
        texts = _texts(element)
        link = absolute_link(url, texts.get("loc", ""))
        changed = parse_instant(texts.get("lastmod"))
        if link is not None:
            # Where nothing tells when they changed: news before what else is there, and the latest month first.
            at = changed.at.timestamp() if changed else 0.0
            found.append((-at, not looks_like_news(link), _year_and_month(link), link))
    found.sort(key=lambda one: one[:3])
    return tuple(dict.fromkeys(link for *_, link in found))


def _year_and_month(link: str) -> list[int]:
    match = _YEAR.search(link)
    return [-int(number) for number in match.groups(default="0")] if match else [0]


def _text_sitemap(data: bytes, url: str, problem: str | None) -> ParsedFeed:
    """The plain text form: one address a line."""
    told = (line.strip() for line in data.decode("utf-8-sig", "replace").splitlines())
    lines = [line for line in told if line and not line.startswith("#")]
    links = [line for line in lines[:MAX_ENTRIES] if absolute_link("", line)]
    if not links or len(links) < len(lines[:MAX_ENTRIES]):
        return ParsedFeed(error=problem or "no XML element could be read: not a sitemap")
    found = tuple(Entry(id=link, link=link) for link in links)
    return ParsedFeed(entries=found, error=problem, is_sitemap=True)
