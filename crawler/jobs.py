"""What hostile bytes can hang, as plain functions for a worker process; the parsers are imported only there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crawler.records import FeedKind, Page, ParsedFeed

if TYPE_CHECKING:
    from crawler.discovery import SitePage
    from crawler.seen_feeds import SeenFeed


def parse_document(kind: FeedKind, body: bytes, url: str, content_type: str | None) -> ParsedFeed:
    """A feed's or sitemap's entries, or the files that a list of GDELT names."""
    if kind == "sitemap":
        from crawler.sitemaps import parse_sitemap

        parsed = parse_sitemap(body, url=url, content_type=content_type)
        if parsed.error is None or parsed.entries or parsed.children:
            return parsed
        from crawler.feeds import parse_feed

        # The protocol allows a feed in a sitemap's place (sitemaps.org, "Other Sitemap formats").
        as_feed = parse_feed(body, url=url, content_type=content_type)
        return as_feed if as_feed.entries and not as_feed.is_sitemap else parsed
    if kind == "gdelt":
        from crawler.gdelt import parse_file_list

        return parse_file_list(body)
    from crawler.feeds import parse_feed

    return parse_feed(body, url=url, content_type=content_type)


def parse_gdelt_file(body: bytes, child: str, themes: tuple[str, ...], places: tuple[str, ...]) -> ParsedFeed:
    """The articles that the wanted rows of one GDELT file point at."""
    from crawler.gdelt import DEFAULT_THEMES, GdeltFilter, parse_gdelt, split_child

    return parse_gdelt(
        body, file=split_child(child), wanted=GdeltFilter(themes=themes or DEFAULT_THEMES, places=places)
    )


def examine_feed(kind: FeedKind, body: bytes, url: str, content_type: str | None, now: datetime) -> SeenFeed | str:
    """What a candidate for the list of sources holds, or why it is no feed."""
    from crawler.seen_feeds import look_at_feed

    return look_at_feed(kind, body, url, content_type, now)


def read_site_page(body: bytes, url: str, content_type: str | None) -> SitePage:
    """The feeds that a page tells of."""
    from crawler.discovery import read_page

    return read_page(body, url, content_type)


def extract_document(body: bytes, url: str, content_type: str | None, now: datetime) -> Page:
    """A page's article, or what it is instead."""
    from crawler.extract import extract_page

    return extract_page(body, url=url, content_type=content_type, now=now)


def detect_text_language(text: str) -> str | None:
    """The language of a text that came without a page."""
    from crawler.language import detect_language

    return detect_language(text)
