"""A page from an archive becomes an article, by the rules for a page that is fetched, or the reason why it is none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import unquote

from crawler.assemble import article_from_page
from crawler.decode import TooLargeError
from crawler.pages import told_problem
from crawler.records import Article, Entry, FetchResult, Page, Source
from crawler.sameness import canonical_url, choose_canonical, is_homepage, spellings
from crawler.sources import slugify
from crawler.urls import UrlError, registrable_domain, split_url
from crawler.warc import ArchiveRecord
from crawler.warc_http import AnswerError, parse_answer

MAX_PAGE = 8 * 1024 * 1024  # bytes decoded; the crawler's own limit
BACKFILL_AFTER = timedelta(days=7)  # between publication and import: older news is no news of this night
UNKNOWN_COUNTRY = "ZZ"  # CLDR's code of an unknown region

_NO_PAGE = re.compile(
    r"\s*(?:image|audio|video|font)/|\s*text/(?:css|javascript|csv|calendar|vtt)|"
    r"\s*application/(?:pdf|zip|gzip|msword|vnd\.|x-(?:zip|gzip|rar|7z|javascript|font|shockwave)|javascript|wasm|"
    r"(?:[\w.-]+\+)?json|(?:rss|atom|rdf)\+xml)",
    re.IGNORECASE,
)
UNREADABLE = "an answer that cannot be read"
_CUT_BY_LENGTH = "length"  # WARC-Truncated: a page longer than the archive keeps; its article stands in the beginning
_COUNTRY_SUFFIX = re.compile(r"\.([a-z]{2})\Z")
# Country suffixes that are not the ISO 3166-1 code, and those that stand for no country where they are used.
_SUFFIX_COUNTRY = {"uk": "GB", "su": "RU"} | dict.fromkeys(("eu", "ac", "tv", "io", "co", "me", "ai", "fm"), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """A page as an archive kept it, ready to be extracted."""

    url: str  # as it was asked
    body: bytes
    content_type: str | None
    captured_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Why a record gives no article: one short reason, the same for all of its sort, so that they can be counted."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version of an article that is stored already."""

    content_hash: str
    fetched_url: str | None


def open_record(record: ArchiveRecord, *, file_time: datetime, max_bytes: int = MAX_PAGE) -> ArchivedPage | Left:
    """The page in a record, or why it holds none; `file_time` dates a record that does not say when it was made."""
    match record.kind:
        case "damaged":
            return Left(reason="damaged")
        case "response" | "resource":
            pass
        case "revisit":
            return Left(reason="a revisit, which says that nothing had changed")
        case "warcinfo" | "request" | "metadata" | "conversion" | "continuation":
            return Left(reason=f"a {record.kind} record")
        case _:
            return Left(reason="a record of another type")
    url = record.url
    if url is None:
        return Left(reason="no address")
    if record.fields.get("warc-segment-number"):
        return Left(reason="a page in several records")
    reason = address_fault(url)
    if reason is not None:
        return Left(reason=reason)
    stated = record.fields.get("content-type", "")
    captured_at = record.captured_at or file_time
    cut = record.fields.get("warc-truncated", "").lower()
    if cut not in {"", _CUT_BY_LENGTH}:
        return Left(reason="cut off by the archive")
    if record.kind == "resource":
        if _NO_PAGE.match(stated):
            return Left(reason="not HTML")
        return ArchivedPage(url=url, body=record.block, content_type=stated or None, captured_at=captured_at)
    try:
        answer = parse_answer(record.block, max_bytes=max_bytes, cut=bool(cut))
    except AnswerError as error:
        return Left(reason="cut off" if "cut off" in str(error) else UNREADABLE)
    except TooLargeError:
        return Left(reason="too large")
    if answer.status != 200:
        return Left(reason=f"status {answer.status // 100}xx")
    content_type = answer.header("content-type") or record.fields.get("warc-identified-payload-type")
    if content_type and _NO_PAGE.match(content_type):
        return Left(reason="not HTML")
    return ArchivedPage(url=url, body=answer.body, content_type=content_type, captured_at=captured_at)


def address_fault(url: str) -> str | None:
    """Why an article at this address is not taken, or None."""
    try:
        split_url(url)
    except UrlError as error:
        return "not a web address" if "scheme" in str(error) or "absolute" in str(error) else "an address refused"
    return "a homepage" if is_homepage(url) else None


def judge_page(page: Page, archived: ArchivedPage, *, source: Source, origin: str, place: str) -> Article | Left:
    """The article on an extracted page, under the page's own URL; `choose_url` decides under which it is kept.

    `origin` and `place` say where it came from: the archive and the record in it.
    """
    if page.problem:
        return Left(reason=f"no article: {told_problem(page.problem)}")
    if not page.body.strip():
        return Left(reason=f"no article: {told_problem('empty')}")
    own = canonical_url(archived.url)
    result = FetchResult(
        url=archived.url,
        final_url=archived.url,
        outcome="ok",
        reason="from an archive",
        fetched_at=archived.captured_at,
        body=archived.body,
    )
    return article_from_page(
        page,
        Entry(id=own, link=own),
        source=source,
        feed_url=origin,
        key=place,
        url=own,
        result=result,
        now=archived.captured_at,
    )


def candidate_urls(own: str, declared: str | None) -> tuple[str, ...]:
    """Every URL under which this article may already be kept."""
    chosen = choose_canonical(own, declared)
    return tuple(dict.fromkeys((own, chosen, *spellings(own), *spellings(chosen))))


def choose_url(article: Article, declared: str | None, kept: Callable[[str], Sequence[Kept]]) -> Article:
    """The article under the URL where it belongs: the declared one where that can be trusted, as it is kept already.

    Two pages that name one canonical URL and say different things are two articles, unless the one there came from
    this very page: then it is a version of it.
    """
    own = article.url
    url = choose_canonical(own, declared)
    if url != own and (there := kept(url)):
        same = any(one.content_hash == article.content_hash or _is_of(one.fetched_url, own) for one in there)
        url = url if same else own
    if not kept(url):
        rest = url.partition("://")[2]
        for spelling in spellings(url):
            there = kept(spelling)
            same = any(one.content_hash == article.content_hash for one in there)
            if there and (same or spelling.partition("://")[2] == rest):
                url = spelling
                break
    return replace(article, url=url)


def _is_of(fetched_url: str | None, own: str) -> bool:
    try:
        return fetched_url is not None and canonical_url(fetched_url) == own
    except UrlError:
        return False


def mark_archived(article: Article, *, now: datetime) -> Article:
    """The article with the flag `archived`, and `backfill` where it is too old to be news of the coming night."""
    told_at = article.published_at or article.fetched_at
    old = told_at < now - BACKFILL_AFTER
    return replace(article, flags=(*article.flags, "archived", *(("backfill",) if old else ())))


class SourceFinder:
    """Whose article an address is: the listed source of its host and path, else one made of the host's name."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._listed: dict[str, list[tuple[str, str, Source]]] = {}
        self._by_id: dict[str, Source] = {}
        self._found: dict[str, Source] = {}
        for source in sources:
            self._by_id.setdefault(source.id, source)
            if source.kind == "gdelt":
                continue
            addresses = [source.homepage, *(feed.url for feed in source.feeds)]
            for rank, address in enumerate(addresses):
                self._add(source, address, is_home=rank == 0)

    def _add(self, source: Source, address: str | None, *, is_home: bool) -> None:
        try:
            parts = split_url(address or "")
        except UrlError:
            return
        host = parts.host.removeprefix("www.")
        path = parts.path.rstrip("/") if is_home else ""
        for domain in dict.fromkeys((host, registrable_domain(host))):
            self._listed.setdefault(domain, []).append((host, path, source))

    def by_id(self, source_id: str) -> Source | None:
        """The listed source with this id."""
        return self._by_id.get(source_id)

    def find(self, url: str) -> Source:
        """The source of an article; UrlError where the address is none."""
        parts = split_url(url)
        host = parts.host.removeprefix("www.")
        listed = self._listed.get(host) or self._listed.get(registrable_domain(host))
        if listed:
            return max(listed, key=lambda one: _nearness(one, host, parts.path))[2]
        domain = registrable_domain(host)
        if domain not in self._found:
            self._found[domain] = self._unlisted(domain)
        return self._found[domain]

    def is_listed(self, url: str) -> bool:
        """Whether a source that is listed speaks at this address."""
        try:
            host = split_url(url).host.removeprefix("www.")
        except UrlError:
            return False
        return host in self._listed or registrable_domain(host) in self._listed

    def _unlisted(self, domain: str) -> Source:
        source_id = slugify(domain.replace(".", "-"))
        if source_id in self._by_id:
            # A listed source of another domain bears the name already.
            source_id = f"{source_id}-{hashlib.sha256(domain.encode()).hexdigest()[:6]}"
        return Source(
            id=source_id,
            publisher=domain,
            family=source_id,
            country=_country_of(domain),
            language="en",
            reliability="F",
            cadence_hours=24.0,
            feeds=(),
            note="not listed; its articles came from an archive or a list of addresses",
        )


def _nearness(listed: tuple[str, str, Source], host: str, path: str) -> tuple[bool, bool, int]:
    own_host, own_path, _ = listed
    within = bool(own_path) and (unquote(path) + "/").startswith(unquote(own_path) + "/")
    return own_host == host, within, len(own_path) if within else -len(own_path)


def _country_of(domain: str) -> str:
    found = _COUNTRY_SUFFIX.search(domain)
    if found is None:
        return UNKNOWN_COUNTRY
    return _SUFFIX_COUNTRY.get(found[1], found[1].upper()) or UNKNOWN_COUNTRY
