"""A page's bytes become an article's text and metadata, or the reason why it is none. No address is ever opened."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import lxml.html
import trafilatura
from lxml import etree
from trafilatura.metadata import examine_meta, extract_author, extract_title

from crawler.encodings import decode_html
from crawler.language import detect_language
from crawler.page_dates import PageDates, find_dates
from crawler.page_metadata import (
    PageMetadata,
    canonical_link,
    find_authors,
    find_title,
    read_metadata,
    refresh_link,
)
from crawler.page_problems import find_problem, without_requests
from crawler.plaintext import clean_line, clean_text, tree_to_text
from crawler.records import Page
from crawler.xmltext import skip_prolog

# trafilatura and htmldate tell of every odd page; the outcome of a page says what matters.
for _name in ("trafilatura", "htmldate", "readability"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

MAX_HTML = 8_000_000  # characters that are parsed; longer pages are archives or attacks
MAX_BODY = 1_000_000
_MAX_TAGS = 150_000
_RETRY_BELOW = 400  # characters: precise extraction that gives less is repeated with the balanced rules
_RETRY_GAIN = 1.5
_MIN_OWN_SHARE = 0.7  # of the text: below it, lines that are links stay
_LEAD_IN = re.compile(
    r"^(?:(?:also )?(?:read|see|watch|click)(?: also| more| next| here)?|related(?: stor(?:y|ies)|"
    r" articles?)?|more(?: on this)?)\s*:\s*",
    re.I,
)
_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"RIFF",
    b"\x1f\x8b",
    b"OggS",
    b"ID3",
    b"\xd0\xcf\x11\xe0",
)
_BINARY_TYPE = re.compile(
    r"^\s*(?:image|audio|video|font)/|^\s*application/(?:pdf|zip|gzip|msword|vnd\.|x-(?:zip|gzip|rar|7z))", re.I
)
_DATA_TYPE = re.compile(
    r"^\s*(?:application|text)/(?:(?:[\w.-]+\+)?json|(?:rss|atom|rdf)\+xml|csv|calendar|css|javascript)", re.I
)
_FEED_ROOT = re.compile(r"<(?:rss|feed|rdf:RDF|urlset|sitemapindex|Error)\b")
_HUGE_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]*)\b[^<>]{20000,}>")
_WRAPPERS = re.compile(r"</?(?:font|center|big|tt|nobr)\b[^<>]*>", re.IGNORECASE)
_FURNITURE = re.compile(
    r"(?:advertisement|advertising|sponsored(?: content)?|share(?: this)?(?: article| story| post)?|"
    r"print(?: this page)?|save|"
    r"tweet|follow us.{0,120}|read more|related (?:articles|stories|topics|news|content|posts)|"
    r"recommended(?: for you)?|most read|"
    r"you (?:may|might) also like|sign up (?:for|to) (?:our|the) .{0,160}|"
    r"subscribe to (?:our|the) .{0,60}newsletter.{0,40}|"
    r"enter your e-?mail.{0,120}|get the .{0,60}newsletter.{0,60}|(?:read|see) also:? .{0,160}|"
    r"(?:copyright |©|\(c\)) ?(?:copyright |©|\(c\))?.{0,40}\d{4}.{0,80}|all rights reserved\.?|"
    r"story continues below(?: advertisement)?|"
    r"skip (?:to|past) .{0,60}|click here to .{0,80}|leave a (?:comment|reply)|comments?(?: \(\d+\))?|"
    r"tags?: .{0,120}|loading\.*|"
    r"photo(?: credit)?: .{0,80}|image(?: credit)?: .{0,80}|file photo\.?)",
    re.IGNORECASE,
)


def extract_page(body: bytes, *, url: str, content_type: str | None = None, now: datetime | None = None) -> Page:
    """Finds the article in a page; `problem` says why there is none. Never raises.

    `now` (aware) bounds the dates that are believed; without it today does.
    """
    reason = _not_html(body, content_type)
    if reason is not None:
        return Page(problem=reason)
    text = decode_html(body, content_type=content_type).text
    if _FEED_ROOT.match(skip_prolog(text[:5_000])):
        return Page(problem="not_html")
    if _is_plain(text, content_type):
        plain = clean_text(text)[:MAX_BODY]
        return Page(body=plain, language=detect_language(plain), problem=None if len(plain) > 40 else "empty")
    try:
        tree = _parse(text)
    except (etree.LxmlError, ValueError):
        tree = None
    if tree is None:
        return Page(problem="empty")
    try:
        return _read(tree, url, now)
    except RecursionError:
        return Page(problem="empty")


def article_json(path: Path) -> dict[str, Any]:
    """Reads a saved page into the record that `linewalker extract` prints; never raises.

    `published` is a date where the page gives no time, else an instant in the zone that the page wrote.
    """
    record: dict[str, Any] = {
        "file": str(path),
        "url": None,
        "title": "",
        "body": "",
        "authors": [],
        "published": None,
        "language": None,
        "problem": None,
        "error": None,
    }
    try:
        body = path.read_bytes()
        page = extract_page(body, url="")
    except OSError as error:
        return record | {"error": f"cannot be read: {error.strerror or error}"}
    except Exception as error:  # one page that breaks a parser must not end the list
        return record | {"error": f"could not be extracted: {type(error).__name__}: {str(error)[:200]}"}
    return record | {
        "url": page.canonical,
        "title": page.title,
        "body": page.body,
        "authors": list(page.authors),
        "published": _published(page),
        "language": page.language,
        "problem": page.problem,
    }


def _published(page: Page) -> str | None:
    if page.published_at is None:
        return None
    if not page.published_has_time:
        return page.published_at.date().isoformat()
    if not page.published_offset_minutes:
        return page.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    zone = timezone(timedelta(minutes=page.published_offset_minutes))
    return page.published_at.astimezone(zone).isoformat(timespec="seconds")


def _not_html(body: bytes, content_type: str | None) -> str | None:
    head = body[:2_000].lstrip(b"\xef\xbb\xbf\t\n\r ")
    if not head.strip(b"\x00"):
        return "empty"
    if head.startswith(_BINARY):
        return "not_html"
    stated = content_type or ""
    looks_marked = re.search(
        rb"<(?:!doctype|html|head|body|title|meta|div|p|article|script)\b", head.replace(b"\x00", b""), re.I
    )
    if (_BINARY_TYPE.search(stated) or _DATA_TYPE.search(stated)) and not looks_marked:
        return "not_html"
    control = sum(head.count(byte) for byte in (b"\x01", b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x0e", b"\x10"))
    if not looks_marked and control > 8:
        return "not_html"
    if not looks_marked and head.startswith((b"{", b"[")) and re.search(rb'^[{\[]\s*["{\[]', head):
        return "not_html"
    return None


def _is_plain(text: str, content_type: str | None) -> bool:
    if "<" not in text:
        return True
    return (content_type or "").lower().startswith("text/plain") and not re.search(
        r"<(?:html|body|p|div)\b", text[:5_000], re.I
    )


def _parse(text: str) -> etree._Element | None:
    """Parses HTML within bounds: what is too long, too deep or has too many attributes is cut, not read for minutes."""
    text = text[:MAX_HTML].replace("\x00", "")
    text = _HUGE_TAG.sub(r"<\1>", text)
    if len(_WRAPPERS.findall(text, 0)) > 500:
        text = _WRAPPERS.sub("", text)  # unclosed ones nest thousands deep, where libxml2 stops reading
    if text.count("<") > _MAX_TAGS:
        text = _without_unseen(text)
    if text.count("<") > _MAX_TAGS:
        cut = 0
        for _ in range(_MAX_TAGS):
            cut = text.index("<", cut) + 1
        text = text[: cut - 1]
    parser = lxml.html.HTMLParser(
        encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    return tree if len(tree) else None


def _without_unseen(text: str) -> str:
    """The text without its comments and scripts, which may hold any number of brackets; data for machines stays."""
    for begin, end in (("<!--", "-->"), ("<script", "</script>")):
        kept = []
        at = 0
        while (start := text.find(begin, at)) >= 0 and (stop := text.find(end, start)) >= 0:
            stop += len(end)
            stated = "ld+json" in text[start : start + 200].partition(">")[0]
            kept.append(text[at : stop if stated else start])
            at = stop
        text = "".join([*kept, text[at:]])
    return text


def _read(tree: etree._Element, url: str, now: datetime | None) -> Page:
    metadata = read_metadata(tree, url)
    canonical = canonical_link(tree, url)
    visible = cache(lambda: tree_to_text(tree, limit=60_000))
    dates = _dates(tree, metadata, canonical or url, now)
    title = find_title(tree, metadata, lambda: _guess(_headline, tree))
    body = _trim(tree, _body(tree, metadata, url), title)
    problem = find_problem(tree, metadata, title=title, body=body, visible=visible)
    if problem == "paywall":
        body = without_requests(body)
    elif problem is not None:
        body = ""
    return Page(
        title=title,
        body=body[:MAX_BODY],
        authors=find_authors(metadata, lambda: _guess(_byline, tree)),
        published_at=dates.published_at,
        published_has_time=dates.published_has_time,
        published_offset_minutes=dates.published_offset_minutes,
        published_is_guess=dates.is_guess,
        modified_at=dates.modified_at,
        language=detect_language(body or visible(), declared=tree.get("lang") or metadata.meta.get("og:locale")),
        canonical=canonical,
        refresh=refresh_link(tree, url),
        problem=problem,
    )


def _dates(tree: etree._Element, metadata: PageMetadata, url: str, now: datetime | None) -> PageDates:
    return find_dates(tree, metadata, url=url, now=now)


def _guess(find: Callable[[etree._Element], str | None], tree: etree._Element) -> str | None:
    try:
        return find(tree)
    except Exception:  # trafilatura's readers of metadata break on odd input in many ways; there are other sources
        return None


def _headline(tree: etree._Element) -> str | None:
    """The title by the page's tags, else by its looks."""
    return examine_meta(tree).title or extract_title(tree)


def _byline(tree: etree._Element) -> str | None:
    """The author by the page's tags, else by its looks; one word alone is a handle."""
    stated = examine_meta(tree).author
    return stated if stated and " " in stated else extract_author(tree)


def _body(tree: etree._Element, metadata: PageMetadata, url: str) -> str:
    """The article's text: precise rules first, balanced ones where those find little, then the page's articleBody."""
    text = _extract(tree, url, precise=True)
    if len(text) < _RETRY_BELOW:
        again = _extract(tree, url, precise=False)
        if len(again) > _RETRY_GAIN * len(text):
            text = again
    stated = metadata.article.get("articleBody")
    if isinstance(stated, str) and len(stated) > max(200, 2 * len(text)):
        text = clean_text(stated)
    return text


def _extract(tree: etree._Element, url: str, *, precise: bool) -> str:
    try:
        found = trafilatura.extract(
            tree,
            url=url or None,
            favor_precision=precise,
            include_comments=False,
            include_tables=True,
            with_metadata=False,
        )
    except RecursionError:
        raise
    except Exception:  # whatever breaks on hostile markup, the page has no text for us
        return ""
    return clean_text(found or "")


def _trim(tree: etree._Element, body: str, title: str) -> str:
    """Drops the headline, the page's furniture and its links to other articles from the text.

    A line that is one link and no sentence is the headline of another story, and would be read as news of this one.
    """
    lines = [line for line in body.split("\n") if not _FURNITURE.fullmatch(line.strip(" -*|"))]
    headlines = {title.lower()} | {clean_line("".join(element.itertext())).lower() for element in tree.iter("h1")}
    while lines and lines[0].strip(" #").lower() in headlines:
        lines = lines[1:]
    links = {clean_line("".join(element.itertext())) for element in tree.iter("a") if element.get("href")}
    kept = [line for line in lines if not _is_link(line, links)]
    # Where much of the text is links, the page is a list, and the links are what it says.
    return "\n".join(kept if sum(map(len, kept)) >= _MIN_OWN_SHARE * sum(map(len, lines)) else lines)


def _is_link(line: str, links: set[str]) -> bool:
    words = _LEAD_IN.sub("", line.strip(" -*|\u2022"))
    return 3 <= words.count(" ") <= 40 and words in links and words[-1] not in '.!?:;"”'
