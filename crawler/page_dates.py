"""When a page was published and last changed, from what it says to machines, then from what it shows to readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from htmldate import find_date
from lxml import etree

from crawler.instants import Instant, parse_instant
from crawler.page_metadata import PageMetadata, types_of

_PUBLISHED = (
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "citation_publication_date",
    "publish-date",
    "publish_date",
    "publishdate",
    "published_time",
    "published-date",
    "pubdate",
    "pub_date",
    "article.published",
    "article_date_original",
    "originalpublicationdate",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "date.issued",
)
_MODIFIED = (
    "article:modified_time",
    "article:modified",
    "og:updated_time",
    "og:modified_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "article.updated",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDates:
    """A page's dates; `published_at` is midnight UTC of the written date where no time was written."""

    published_at: datetime | None = None
    published_has_time: bool = False
    published_offset_minutes: int | None = None
    is_guess: bool = False  # no word of the page for machines, but some date that stands on it
    modified_at: datetime | None = None


def find_dates(tree: etree._Element, metadata: PageMetadata, *, url: str, now: datetime | None = None) -> PageDates:
    """Finds the dates of a page; `now` bounds what is believed (a day later counts as wrong)."""
    latest = now + timedelta(days=1) if now else None
    published = _first(_stated_publications(tree, metadata), latest)
    is_guess = published is None
    if published is None:
        published = _shown(tree, url, latest)
    elif not published.has_time:
        published = _with_time(tree, published)
    modified = _first([metadata.article.get("dateModified"), *(metadata.meta.get(name) for name in _MODIFIED)], latest)
    if published is None:
        return PageDates(modified_at=modified.at if modified else None)
    at = published.at
    if not published.has_time:
        at = datetime(published.on.year, published.on.month, published.on.day, tzinfo=UTC)
    return PageDates(
        published_at=at,
        published_has_time=published.has_time,
        published_offset_minutes=published.offset_minutes if published.has_time else None,
        is_guess=is_guess,
        modified_at=modified.at if modified else None,
    )


def _first(texts: list[Any], latest: datetime | None) -> Instant | None:
    for text in texts:
        if isinstance(text, list):
            text = text[0] if text else None
        instant = parse_instant(text) if isinstance(text, str) else None
        if instant is not None and instant.at.year >= 1995 and (latest is None or instant.at <= latest):
            return instant
    return None


def _stated_publications(tree: etree._Element, metadata: PageMetadata) -> list[Any]:
    texts: list[Any] = [metadata.article.get("datePublished"), *(metadata.meta.get(name) for name in _PUBLISHED)]
    for element in tree.iter():
        if isinstance(element.tag, str) and "datepublished" in (element.get("itemprop") or "").lower():
            texts.append(element.get("content") or element.get("datetime") or "".join(element.itertext())[:200])
    for element in tree.iter("time"):
        if element.get("pubdate") is not None:
            texts.append(element.get("datetime") or "".join(element.itertext())[:200])
    for item in metadata.objects:
        if not {"WebPage", "ItemPage", "NewsEvent", "VideoObject"}.isdisjoint(types_of(item)):
            texts.append(item.get("datePublished"))
    return texts


def _shown(tree: etree._Element, url: str, latest: datetime | None) -> Instant | None:
    """The date that htmldate finds in the rest of the page, with the time of a <time> element that agrees."""
    try:
        # The parsed tree, or htmldate would guess the encoding anew. It reads the clock where no bound is given.
        text = find_date(
            tree,
            extensive_search=True,
            original_date=True,
            outputformat="%Y-%m-%d",
            url=url or None,
            min_date="1995-01-01",
            max_date=latest.date().isoformat() if latest else None,
        )
    except Exception:  # a hostile page may break any of htmldate's many readers; no date is the honest answer
        return None
    found = parse_instant(text)
    # Of a year alone ("© 2024" in a footer, "outlook-2025" in an address) htmldate makes its first of January.
    if found is None or (found.on.month, found.on.day) == (1, 1):
        return None
    return _with_time(tree, found)


def _with_time(tree: etree._Element, date: Instant) -> Instant:
    for element in tree.iter("time"):
        instant = parse_instant(element.get("datetime"))
        if instant is not None and instant.has_time and instant.on == date.on:
            return instant
    return date
