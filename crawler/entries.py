"""What all readers of feeds and sitemaps share: identity, links and lengths of entries."""

from __future__ import annotations

import hashlib
from urllib.parse import urljoin, urlsplit

from crawler.plaintext import clean_line

MAX_ENTRIES = 50_000  # of one document; the sitemap protocol's own limit
MAX_TITLE = 1_000  # characters; the rest is cut
MAX_SUMMARY = 20_000
MAX_CONTENT = 500_000
_MAX_ID = 2_000


def entry_id(stated: str, link: str | None, title: str, summary: str) -> str:
    """The publisher's id, else the link, else a hash of the words: what an entry is known by between nights."""
    stated = clean_line(stated)
    if stated and len(stated) <= _MAX_ID:
        return stated
    if link and not stated:
        return link
    return "sha256:" + hashlib.sha256((stated or f"{title}\n{summary}").encode("utf-8", "replace")).hexdigest()[:40]


def absolute_link(base: str, link: str) -> str | None:
    """Resolves a link to an absolute http(s) address, None where it is none."""
    link = link.replace("\n", "").replace("\r", "").replace("\t", "").strip().replace(" ", "%20")
    if not link:
        return None
    try:
        joined = urljoin(base, link)
        parts = urlsplit(joined)
        port = parts.port
    except ValueError:
        return None
    return joined if parts.scheme in {"http", "https"} and parts.hostname and port != 0 else None
