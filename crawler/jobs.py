"""What hostile bytes can hang, as plain functions for a worker process; the parsers are imported only there."""

from __future__ import annotations

from datetime import datetime

from crawler.records import FeedKind, Page, ParsedFeed


def parse_document(kind: FeedKind, body: bytes, url: str, content_type: str | None) -> ParsedFeed:
    """A feed's or sitemap's entries, or the files that a list of GDELT names."""
    if kind == "sitemap":
        from crawler.sitemaps import parse_sitemap

        return parse_sitemap(body, url=url)
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


def extract_document(body: bytes, url: str, content_type: str | None, now: datetime) -> Page:
    """A page's article, or what it is instead."""
    from crawler.extract import extract_page

    return extract_page(body, url=url, content_type=content_type, now=now)


def detect_text_language(text: str) -> str | None:
    """The language of a text that came without a page."""
    from crawler.language import detect_language

    return detect_language(text)
