"""What a page says about itself: schema.org objects in JSON-LD, meta elements, title, authors, canonical address."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from crawler.entries import absolute_link
from crawler.plaintext import clean_line, plain_to_text

_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|Report|SocialMediaPosting)$")
_MAX_OBJECTS = 500
_MAX_SCRIPT = 2_000_000  # characters
_SEPARATOR = re.compile(r"\s+[|\-–—•·»:]+\s+|\s*\|\s*")
_REFRESH = re.compile(
    r"\s*(?:(\d{1,9})[\d.]*|\.[\d.]*)(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(.*)", re.IGNORECASE | re.DOTALL
)
_AT_ONCE_S = 30  # within which a reader who stays on the page is sent on
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}")
_BYLINE = re.compile(r"^(?:(?:story|reporting|written|posted|words?)\s+)?(?:by|von|par|por|di|door)\s+", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:;|\||\s+&\s+|,?\s+and\s+)\s*")
_NO_AUTHOR = re.compile(
    r"@|https?:|www\.|\d{2,}|^(?:admin|administrator|author|editor|user|guest|none|null|unknown)$", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """The machine-readable part of a page."""

    article: dict[str, Any] = field(default_factory=dict)  # the schema.org object of the article itself
    objects: tuple[dict[str, Any], ...] = ()  # all schema.org objects
    meta: dict[str, str] = field(default_factory=dict)  # lower-case name or property -> first content


def read_metadata(tree: etree._Element, url: str) -> PageMetadata:
    """Collects JSON-LD objects and meta elements; broken JSON is left out."""
    meta: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = (element.get("content") or "").strip()
        if name and content:
            meta.setdefault(name.strip().lower(), content)
    objects: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            _collect(_loads(script.text[:_MAX_SCRIPT]), objects)
    return PageMetadata(article=_own_article(objects, tree, url), objects=tuple(objects), meta=meta)


def _loads(text: str) -> Any:
    text = re.sub(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*$", "", text).strip().rstrip(";")
    for candidate in (text, re.sub(r",\s*([}\]])", r"\1", text), html.unescape(text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _collect(value: Any, objects: list[dict[str, Any]], depth: int = 0) -> None:
    if depth > 6 or len(objects) >= _MAX_OBJECTS:
        return
    if isinstance(value, list):
        for item in value:
            _collect(item, objects, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            objects.append(value)
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "@list"):
            _collect(value.get(key), objects, depth + 1)


def types_of(value: dict[str, Any]) -> tuple[str, ...]:
    """The schema.org types of an object, without their address."""
    kinds = value.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return tuple(kind.rsplit("/", 1)[-1] for kind in kinds if isinstance(kind, str))


def _own_article(objects: list[dict[str, Any]], tree: etree._Element, url: str) -> dict[str, Any]:
    articles = [item for item in objects if any(_ARTICLE_TYPE.search(kind) for kind in types_of(item))]
    if len(articles) < 2:
        return articles[0] if articles else {}
    canonical = canonical_link(tree, url) or url
    for item in articles:
        stated = {_address(item.get(key)) for key in ("url", "mainEntityOfPage", "@id")}
        if canonical in stated or url in stated:
            return item
    return next((item for item in articles if item.get("headline") and item.get("datePublished")), articles[0])


def _address(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value if isinstance(value, str) else ""


def canonical_link(tree: etree._Element, url: str) -> str | None:
    """<link rel=canonical>, else og:url, absolute; one that leads to the front page of the site is not believed."""
    found: list[str] = []
    for element in tree.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split():
            found.append(element.get("href") or "")
    for element in tree.iter("meta"):
        if (element.get("property") or "").lower() == "og:url":
            found.append(element.get("content") or "")
    for text in found:
        link = absolute_link(url, text)
        if link and (not re.fullmatch(r"https?://[^/]+/?(?:index\.\w+)?", link) or link.rstrip("/") == url.rstrip("/")):
            return link
    return None


def refresh_link(tree: etree._Element, url: str) -> str | None:
    """Where a page sends its reader within half a minute, absolute; None where it reloads itself or stays.

    The value is read as in WHATWG HTML, "shared declarative refresh steps". What stands in <noscript> is for readers
    of another kind, whom pages send to requests for scripts.
    """
    own = url.partition("#")[0]
    for element in tree.iter("meta"):
        if (element.get("http-equiv") or "").strip().lower() != "refresh":
            continue
        found = _REFRESH.match(element.get("content") or "")
        if found is None or any(True for _ in element.iterancestors("noscript")):
            continue
        seconds, wanted = found.groups()
        if wanted[:1] in {"'", '"'}:
            wanted = wanted[1:].partition(wanted[0])[0]
        base = next((absolute_link(url, element.get("href") or "") for element in tree.iter("base")), None)
        link = absolute_link(base or url, wanted)
        return link if link and int(seconds or 0) <= _AT_ONCE_S and link.partition("#")[0] != own else None
    return None


def find_title(tree: etree._Element, metadata: PageMetadata, suggest: Callable[[], str | None]) -> str:
    """The headline: the page's own word for it, without the name of the site; `suggest` guesses where it has none."""
    site = _site_names(metadata)
    headings = [clean_line("".join(element.itertext())) for element in tree.iter("h1")]
    headings = [heading for heading in headings if heading and heading.lower() not in site]
    titles = [element.text or "" for element in tree.iter("title")]
    candidates: tuple[Callable[[], str | None], ...] = (
        lambda: _string(metadata.article, "headline"),
        lambda: metadata.meta.get("og:title"),
        suggest,
        lambda: metadata.meta.get("twitter:title"),
        lambda: headings[0] if headings else None,
        lambda: titles[0] if titles else None,
    )
    for candidate in candidates:
        title = _without_site(clean_line(plain_to_text(candidate() or "")), site, headings)
        if not title or title.lower() in site:
            continue
        # Publishing systems cut long headlines; the page's heading has the rest.
        if title.endswith(("...", "…")):
            stem = title.rstrip(".… ").lower()
            title = next((heading for heading in headings if heading.lower().startswith(stem)), title)
        return title[:1000]
    return ""


def _site_names(metadata: PageMetadata) -> set[str]:
    names = [metadata.meta.get("og:site_name", ""), metadata.meta.get("application-name", "")]
    names += [_string(item, "name") for item in metadata.objects if "WebSite" in types_of(item)]
    publisher = metadata.article.get("publisher")
    if isinstance(publisher, dict):
        names.append(_string(publisher, "name"))
    return {clean_line(name).lower() for name in names if name.strip()} | {"home", "news"}


def _without_site(title: str, site: set[str], headings: list[str]) -> str:
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    first, last = parts[0].strip().lower(), parts[-1].strip().lower()
    if last in site or _HOST.fullmatch(last):
        return title[: title.rfind(parts[-1])].rstrip(" |-–—•·»:\t")
    if first in site:
        return title[len(parts[0]) :].lstrip(" |-–—•·»:\t")
    # The heading tells where the headline ends.
    whole = [heading for heading in headings if len(heading) >= 15 and title.lower().startswith(heading.lower())]
    return max(whole, key=len) if whole else title


def find_authors(metadata: PageMetadata, suggest: Callable[[], str | None]) -> tuple[str, ...]:
    """The names of the authors as written, without bylines, addresses and the name of the site."""
    site = _site_names(metadata)
    stated = metadata.article.get("author")
    people = stated if isinstance(stated, list) else [stated]
    raw = [person if isinstance(person, str) else _string(person, "name") for person in people if person]
    names = _names(raw, site)
    return names or _names((suggest() or "").split(";"), site)


def _names(raw: list[str], site: set[str]) -> tuple[str, ...]:
    found: list[str] = []
    for text in raw:
        for name in _JOINED.split(_BYLINE.sub("", clean_line(plain_to_text(text)))):
            name = name.strip(" ,.;:|-")
            if 2 < len(name) <= 80 and name.lower() not in site and not _NO_AUTHOR.search(name) and name not in found:
                found.append(name)
    return tuple(found[:20])


def _string(item: Any, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, str) else ""
