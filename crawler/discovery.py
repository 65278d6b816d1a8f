"""The feeds and sitemaps that a site tells of: in a page's links, in its robots.txt, and where others keep theirs.

Pages are hostile: tags are found one by one in a bounded part of the text, without a tree.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crawler.encodings import decode_html
from crawler.entries import absolute_link
from crawler.plaintext import clean_line
from crawler.records import FeedKind
from crawler.urls import UrlError, registrable_domain, split_url

MAX_FOUND = 40  # of one page
MAX_SITEMAPS = 20  # of one robots.txt
# Last resort, in order of how often they are met; each is a request.
WELL_KNOWN: tuple[tuple[str, FeedKind], ...] = (
    ("/feed", "feed"),
    ("/rss.xml", "feed"),
    ("/feed.xml", "feed"),
    ("/atom.xml", "feed"),
    ("/rss", "feed"),
    ("/news-sitemap.xml", "sitemap"),
    ("/sitemap-news.xml", "sitemap"),
)
_MAX_TEXT = 3_000_000  # characters of a page that are looked at
_MAX_TAGS = 30_000
_MAX_TAG = 6_000  # characters of one tag
# What is inside comments and scripts is no link. No part of a tag goes past the next "<": the search is linear.
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|template|svg)\b[^>]*>.*?(?:</\1\b|\Z)"
    r"|<(base|link|a|meta)\b((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*'|[\"'])*+)>(?:\s*([^<]{0,200}))?",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([A-Za-z][A-Za-z:_-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_FEED_TYPES = frozenset(
    "application/rss+xml application/atom+xml application/rdf+xml application/feed+json application/x-rss+xml "
    "application/x-atom+xml text/rss+xml text/rss text/atom+xml application/rss application/atom".split()
)
_MAYBE_TYPES = frozenset("application/xml text/xml application/json".split())
_OTHERS = re.compile(r"oembed|wp-json|opensearch|xmlrpc|wlwmanifest|activity\+json|manifest", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss|rss2|feed|feeds|atom|rdf)(?:\d?\.(?:xml|rdf|php|aspx?|jsp|json|cfm))?/?$"
    r"|\.(?:rss|atom|rdf)$|(?:rss|feed|atom)[^/]*\.xml$|/(?:rss|feeds?|atom)/[^.]*(?:\.(?:xml|rss|php|aspx?))?$"
    r"|(?:^|/)feed/(?:rss2?|atom|rdf)/?$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:feed=(?:rss2?|atom|rdf)|(?:format|type|output|alt)=(?:feed|rss|atom)|rss=\w+)(?:&|$)", re.I
)
_FEED_HOST = re.compile(r"^(?:feeds?|rss)\d?\.")
_READERS = re.compile(r"subscri|/add|share|intent|follow\.it|feedly|inoreader|netvibes|newsblur|theoldreader", re.I)
_COMMENTS = re.compile(
    r"\bcomments?\b|kommentar|comentario|comentário|commentaire|commenti\b|комментар|коментар|yorum|reacties|komentar|"
    r"التعليقات|评论|コメント",
    re.IGNORECASE,
)
_NEWS = re.compile(r"news|article|story|stories|post|latest|recent|today", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """An address that may be a feed's, not asked yet."""

    url: str
    kind: FeedKind = "feed"
    how: str  # announced, linked, robots.txt, sitemap index, well-known path, given
    title: str = ""
    comments: bool = False  # readers' comments, not news


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """What a page tells of its site."""

    feeds: tuple[FoundFeed, ...] = ()  # announced ones first, comments last
    name: str = ""  # of the site, by og:site_name
    url: str = ""  # its own address: as asked, else as it says itself


def read_page(body: bytes, url: str, content_type: str | None = None) -> SitePage:
    """The feeds that a page announces or links to; `url` may be empty for a saved page, which then says its own."""
    text = decode_html(body[: 4 * _MAX_TEXT], content_type=content_type).text[:_MAX_TEXT]
    tags = list(_tags(text))
    base = own = url or _own_address(tags)
    for name, attributes, _ in tags:
        if name == "base" and (based := absolute_link(own, attributes.get("href", ""))):
            base = based
            break
    found: dict[str, FoundFeed] = {}
    seen: set[tuple[str, str]] = set()
    for name, attributes, label in tags:
        link = (name, attributes.get("href", ""))
        if link in seen:
            continue
        if name == "a":
            seen.add(link)
        feed = _announced(attributes, base) if name == "link" else None
        feed = _linked(attributes, label, base) if name == "a" else feed
        if feed is None:
            continue
        key = address_key(feed.url)
        before = found.get(key)
        if before is None or (before.how == "linked" and feed.how == "announced"):
            found[key] = feed
    ranked = sorted(found.values(), key=lambda feed: (feed.comments, feed.how != "announced"))
    name = next((a.get("content", "") for n, a, _ in tags if n == "meta" and a.get("property") == "og:site_name"), "")
    return SitePage(feeds=tuple(ranked[:MAX_FOUND]), name=clean_line(name)[:200], url=own)


def find_announced(body: bytes, url: str) -> tuple[str, ...]:
    """The feeds that a page names in its head, comments left out: what an operator may have meant by its address."""
    if not url:
        return ()
    return tuple(
        feed.url
        for feed in read_page(body, url).feeds
        if feed.how == "announced" and not feed.comments and address_key(feed.url) != address_key(url)
    )


def find_sitemaps(robots: bytes, url: str) -> tuple[FoundFeed, ...]:
    """The sitemaps that a robots.txt names (sitemaps.org), those that look like news first."""
    found: dict[str, FoundFeed] = {}
    for line in robots[: 512 * 1024].decode("utf-8-sig", "replace").splitlines():
        name, colon, value = line.partition(":")
        if not colon or name.strip().lower() not in {"sitemap", "site-map"}:
            continue
        link = absolute_link(url, value.partition(" #")[0])
        if link is not None:
            found.setdefault(address_key(link), FoundFeed(url=link, kind="sitemap", how="robots.txt"))
    return tuple(sorted(found.values(), key=lambda feed: not looks_like_news(feed.url))[:MAX_SITEMAPS])


def find_well_known(url: str) -> tuple[FoundFeed, ...]:
    """Where many sites keep their feeds, for a site that tells of none."""
    origin = split_url(url).origin
    return tuple(FoundFeed(url=f"{origin}{path}", kind=kind, how="well-known path") for path, kind in WELL_KNOWN)


def looks_like_news(url: str) -> bool:
    """Whether a sitemap's address says that it holds news rather than all there is."""
    return bool(_NEWS.search(unquote(urlsplit(url).path)))


def _tags(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    number = 0
    for match in _TAG.finditer(text):
        name = match[2]
        if name is None:
            continue
        number += 1
        if number > _MAX_TAGS:
            return
        attributes: dict[str, str] = {}
        for found in _ATTRIBUTE.finditer(match[3][:_MAX_TAG]):
            value = found[2] if found[2] is not None else found[3] if found[3] is not None else found[4]
            attributes.setdefault(found[1].lower(), html.unescape(value).strip())
        yield name.lower(), attributes, html.unescape(match[4] or "").strip()


def _announced(attributes: dict[str, str], base: str) -> FoundFeed | None:
    rel = attributes.get("rel", "").lower().split()
    if not {"alternate", "feed"} & set(rel):
        return None
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    link = _link(attributes.get("href", ""), base)
    if link is None or _OTHERS.search(f"{kind} {link}"):
        return None
    hinted = _looks_like_feed(link)
    if not (kind in _FEED_TYPES or "feed" in rel or (kind in _MAYBE_TYPES and hinted)):
        return None
    title = clean_line(attributes.get("title", ""))[:200]
    return FoundFeed(url=link, how="announced", title=title, comments=_is_comments(link, title))


def _linked(attributes: dict[str, str], label: str, base: str) -> FoundFeed | None:
    link = _link(attributes.get("href", ""), base)
    if link is None or _OTHERS.search(link):
        return None
    kind = attributes.get("type", "").lower()
    if kind not in _FEED_TYPES and not _looks_like_feed(link):
        return None
    here, there = urlsplit(base).hostname or "", urlsplit(link).hostname or ""
    hosted = _FEED_HOST.match(there) is not None
    if here and registrable_domain(here) != registrable_domain(there) and not hosted:
        return None
    if _READERS.search(there) or (_READERS.search(urlsplit(link).path) and "http" in urlsplit(link).path[1:]):
        return None
    title = clean_line(attributes.get("title", "") or label)[:200]
    return FoundFeed(url=link, how="linked", title=title, comments=_is_comments(link, title))


def _looks_like_feed(link: str) -> bool:
    parts = urlsplit(link)
    path = unquote(parts.path)
    if _FEED_PATH.search(path) or _FEED_QUERY.search(parts.query):
        return True
    return _FEED_HOST.match(parts.hostname or "") is not None and len(path) > 1


def _is_comments(link: str, title: str) -> bool:
    return bool(_COMMENTS.search(unquote(urlsplit(link).path).replace("/", " ")) or _COMMENTS.search(title))


def _link(href: str, base: str) -> str | None:
    # "feed:" was once how a page opened a reader.
    if href.lower().startswith("feed:"):
        rest = href[5:]
        href = f"http:{rest}" if rest.startswith("//") else rest
    link = absolute_link(base, href)
    return None if link is None else link.partition("#")[0]


def address_key(url: str) -> str:
    """An address without its scheme and last slash: what names one feed.

    Not the canonical spelling, which leaves "?feed=rss2" out: that tells the way to an article, but names a feed.
    """
    try:
        return str(split_url(url)).partition("://")[2].rstrip("/")
    except UrlError:
        return url


def _own_address(tags: list[tuple[str, dict[str, str], str]]) -> str:
    """A saved page's address by its own word."""
    for name, attributes, _ in tags:
        if name == "link" and attributes.get("rel", "").lower() == "canonical":
            value = attributes.get("href", "")
        elif name == "meta" and attributes.get("property") == "og:url":
            value = attributes.get("content", "")
        else:
            continue
        if absolute_link("", value):
            return value
    return ""
