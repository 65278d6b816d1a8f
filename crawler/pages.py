"""One entry, from its link to an article, or to the reason why there is none."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import dataclass, replace
from typing import NamedTuple

from crawler.assemble import article_from_entry, article_from_page, feed_text
from crawler.failures import one_line
from crawler.identity import alike, tells_of
from crawler.jobs import detect_text_language, extract_document
from crawler.night import Night, is_passing
from crawler.records import Article, ArticleOutcome, CostlyError, Feed, FetchResult, Outcome, Page, Source
from crawler.sameness import canonical_url, choose_canonical, is_homepage, leads_away, spellings
from crawler.secrets import without_userinfo
from crawler.selection import FINAL, MAX_ATTEMPTS, Candidate

_ACCEPT_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.8,text/plain;q=0.7,*/*;q=0.2"
_PROBLEMS = {
    "login": "a login page",
    "consent": "a consent page",
    "challenge": "a page that tests for robots",
    "error": "an error page",
    "paywall": "behind a paywall",
    "empty": "a page without text",
    "not_html": "not an HTML page",
}
_BRIEF = 200  # characters of a page that are too few for most articles, and what errors and walls have
_PASSING = frozenset({"challenge", "error"})  # what a site shows for an hour while it is attacked or mended
_MOST_HOPS = 8  # redirects, of whatever kind, before a page's own wish to send its reader on is passed over
_NOTHING = 1_000  # bytes of a page without text; a larger one is drawn by scripts, and will be the same tomorrow
_LOG = logging.getLogger(__name__)


def told_problem(problem: str) -> str:
    """Why a page is no article, in words."""
    return _PROBLEMS.get(problem, one_line(problem))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    outcome: Outcome
    reason: str
    passing: bool = False
    flags: tuple[str, ...] = ()


class Taken(NamedTuple):
    """An entry's outcome, and whether it failed in passing, so that the feed is to bring it again."""

    outcome: ArticleOutcome
    again: bool = False
    echo: bool = False  # the article is one that another feed has brought


class EntryTaker:
    """Takes the entries of one feed."""

    def __init__(self, night: Night, source: Source, feed: Feed) -> None:
        self._night = night
        self._source = source
        self._feed = feed

    async def take(self, candidate: Candidate) -> Taken:
        """What becomes of one entry; never raises.

        A page that an entry of another feed leads to as well is asked for once: the second entry gets the first one's
        outcome, without the article.
        """
        link = candidate.link if self._source.fetch_pages else None
        claims = self._night.claims
        if link is not None and link in claims:
            return self._like(await asyncio.shield(claims[link]), candidate)
        claim: asyncio.Future[tuple[ArticleOutcome, bool]] = asyncio.get_running_loop().create_future()
        if link is not None:
            claims[link] = claim
        try:
            taken = await (self._from_feed_alone(candidate) if link is None else self._from_page(candidate, link))
        except asyncio.CancelledError:
            claim.cancel()
            raise
        except Exception as error:
            _LOG.exception("entry %s of %s", one_line(candidate.key), one_line(self._feed.url))
            reason = f"internal error: {type(error).__name__}: {one_line(error)}"
            taken = self._told(candidate, "broken", reason, passing=True)
        claim.set_result((replace(taken.outcome, article=None, raw_body=None), taken.again))
        return taken

    def skip(self, candidate: Candidate, reason: str) -> Taken:
        """Leaves an entry for the next night; that does not count as an attempt."""
        return self._told(candidate, "skipped", reason)

    async def _from_page(self, candidate: Candidate, link: str) -> Taken:
        night = self._night
        wanted = candidate.entry.link or link
        passed: tuple[str, ...] = ()
        while True:
            decision = await night.robots.decide(wanted)
            if not decision.allowed:
                failure = _Failure(outcome=decision.outcome, reason=decision.reason, passing=decision.passing)
                return await self._without_page(candidate, link, failure)
            if reason := night.budget_reason(self._source.id):
                return self.skip(candidate, reason)
            night.count_page(self._source.id)
            async with night.document(wanted, max_bytes=night.settings.max_page_bytes, accept=_ACCEPT_PAGE) as result:
                result = replace(result, redirects=(*passed, *result.redirects))
                taken = await self._judge(candidate, link, result)
            if isinstance(taken, Taken):
                return taken
            passed, wanted = (*result.redirects, result.final_url), taken

    async def _judge(self, candidate: Candidate, link: str, result: FetchResult) -> Taken | str:
        """What becomes of an entry by its page, or the address to which the page sends its reader on."""
        night = self._night
        if result.outcome != "ok":
            failure = _Failure(
                outcome=result.outcome, reason=result.reason, passing=is_passing(result.outcome, result.status)
            )
            return await self._without_page(candidate, link, failure)
        if is_homepage(result.final_url):
            reason = "the link leads to a homepage"
            return await self._without_page(candidate, link, _Failure(outcome="not_article", reason=reason))
        page = await self._extract(result)
        if isinstance(page, _Failure):
            return await self._without_page(candidate, link, page)
        if onward := _sends_on(page, result):
            return onward
        if another := _why_no_article(page, result) or _why_another(candidate, page, result):
            return await self._without_page(candidate, link, another)
        own = feed_text(candidate.entry)
        if len(own) >= max(night.settings.min_feed_text, 2 * len(page.body)) and _is_prose(own):
            failure = _Failure(outcome="not_article", reason="the page holds less than the feed")
            return await self._without_page(candidate, link, failure)
        return self._taken(candidate, page, result)

    async def _extract(self, result: FetchResult) -> Page | _Failure:
        content_type = result.headers.get("content-type")
        try:
            return await self._night.run(
                extract_document, result.body, result.final_url, content_type, self._night.now()
            )
        except CostlyError as error:
            self._night.costly[self._source.id] += 1
            return _Failure(outcome="too_costly", reason=f"extraction was stopped: {one_line(error)}")
        except Exception as error:
            # An extractor that breaks on a page is that page's outcome.
            return _Failure(
                outcome="not_article", reason=f"extraction failed: {type(error).__name__}: {one_line(error)}"
            )

    def _taken(self, candidate: Candidate, page: Page, result: FetchResult) -> Taken:
        night = self._night
        own = canonical_url(result.final_url)
        url = choose_canonical(result.final_url, page.canonical, passed=result.redirects)
        article = article_from_page(
            page,
            candidate.entry,
            source=self._source,
            feed_url=self._feed.url,
            key=candidate.key,
            url=url,
            result=result,
            now=night.now(),
        )
        if url != own and article.content_hash in {night.taken.get(own), night.known.content_hash(own)}:
            url = own  # two pages that name each other: it is kept under the one's address that came first
            article = replace(article, url=own)
        if url != own and night.taken.get(url) != article.content_hash and self._is_of_another(url, candidate):
            article, url = replace(article, url=own), own
        if url != own:
            kept = night.taken.get(url)
            # Nor is an edited article that was kept at its own address put over the one that has the canonical URL.
            if kept is None and (candidate.is_new or candidate.known_url != url):
                kept = night.known.content_hash(url)
            if kept not in {None, article.content_hash}:
                # Two pages that name one canonical URL and say different things: it is a section's or a template's.
                article = replace(article, url=own)
        article = replace(article, url=self._kept_spelling(article))
        if candidate.kept_url is not None and night.known.content_hash(candidate.kept_url) is not None:
            # The entry's link has changed, the article has not: it is kept where it was.
            article = replace(article, url=candidate.kept_url)
        if article.url in night.taken:
            told = self._told(candidate, "ok", "already taken this run under its canonical URL", url=article.url)
            return told._replace(echo=True)
        night.taken[article.url] = article.content_hash
        if night.known.content_hash(article.url) == article.content_hash:
            told = self._told(candidate, "ok", "the same content as stored", article=article)
            return told._replace(echo=True)
        return self._told(candidate, "ok", result.reason, article=article, raw_body=result.body)

    def _is_of_another(self, url: str, candidate: Candidate) -> bool:
        """Whether a declared URL is where another entry leads, under another headline: a template's mistake."""
        title = candidate.entry.title
        told = (self._night.titles.get(spelling) for spelling in (url, *spellings(url)))
        return bool(title) and any(other is not None and not alike(other, title) for other in told)

    def _kept_spelling(self, article: Article) -> str:
        """The URL under which this article is kept already, where only scheme or last slash differ."""
        night = self._night
        if article.url in night.taken or night.known.content_hash(article.url) is not None:
            return article.url
        rest = article.url.partition("://")[2]
        for spelling in spellings(article.url):
            kept = night.taken.get(spelling) or night.known.content_hash(spelling)
            # Under another scheme it is the same page whatever it says by now; with another slash if it says the same.
            if kept == article.content_hash or (kept is not None and spelling.partition("://")[2] == rest):
                return spelling
        return article.url

    async def _without_page(self, candidate: Candidate, link: str, failure: _Failure) -> Taken:
        """The entry's own text in place of its page, where that is enough and nothing better is stored."""
        failed = self._told(candidate, failure.outcome, failure.reason, passing=failure.passing)
        enough = len(feed_text(candidate.entry)) >= self._night.settings.min_feed_text
        if (failed.again and failure.outcome != "not_article") or not enough or failure.outcome == "refused":
            return failed
        url = _entry_url(link, candidate) if is_homepage(link) else link
        urls = (url, *spellings(url), *([candidate.kept_url] if candidate.kept_url else []))
        if any(kept in self._night.taken or self._night.known.content_hash(kept) is not None for kept in urls):
            return failed
        return await self._from_entry(candidate, url, f"the feed's own text: {failure.reason}", failure.flags)

    async def _from_feed_alone(self, candidate: Candidate) -> Taken:
        entry = candidate.entry
        if candidate.refusal and self._source.fetch_pages:
            return self._told(candidate, "refused", one_line(candidate.refusal))
        if len(feed_text(entry)) < self._night.settings.min_own_text:
            return self._told(candidate, "not_article", "the entry has no page of its own and hardly any text")
        if candidate.link is not None and not is_homepage(candidate.link):
            url = candidate.link
        else:
            shared = entry.link if entry.link and not candidate.refusal else self._feed.url
            url = _entry_url(canonical_url(shared), candidate)
        return await self._from_entry(candidate, url, "the feed's own text", ())

    async def _from_entry(self, candidate: Candidate, url: str, reason: str, flags: tuple[str, ...]) -> Taken:
        night = self._night
        if url in night.taken:
            return self._told(candidate, "ok", "already taken this run under its canonical URL", url=url)
        language: str | None = None
        try:
            language = await night.run(detect_text_language, feed_text(candidate.entry))
        except Exception as error:
            _LOG.warning("language of %s: %s", one_line(url), one_line(error))
        article = article_from_entry(
            candidate.entry,
            source=self._source,
            feed_url=self._feed.url,
            key=candidate.key,
            url=url,
            fetched_at=night.now(),
            now=night.now(),
            language=language,
            flags=flags,
        )
        night.taken[url] = article.content_hash
        return self._told(candidate, "ok", reason, article=article)

    def _like(self, first: tuple[ArticleOutcome, bool], candidate: Candidate) -> Taken:
        outcome, again = first
        if outcome.outcome == "ok":
            told = self._told(candidate, "ok", f"already taken this run from {outcome.feed_url}", url=outcome.url)
            return told._replace(echo=True)
        return self._told(candidate, outcome.outcome, outcome.reason, passing=again)

    def _told(
        self,
        candidate: Candidate,
        outcome: Outcome,
        reason: str,
        *,
        article: Article | None = None,
        raw_body: bytes | None = None,
        url: str | None = None,
        passing: bool = False,
    ) -> Taken:
        skipped = outcome == "skipped"
        attempts = 1 if outcome in FINAL else candidate.attempts + (0 if skipped else 1)
        if outcome == "not_article":
            attempts = candidate.attempts + 1 if passing else 0
        told = ArticleOutcome(
            feed_url=self._feed.url,
            source_id=self._source.id,
            url=article.url if article else url or candidate.link or without_userinfo(candidate.entry.id),
            outcome=outcome,
            reason=reason,
            article=article,
            raw_body=raw_body,
            at=self._night.now(),
            entry_id=candidate.key,
            fingerprint=candidate.fingerprint,
            attempts=attempts,
        )
        return Taken(told, skipped or (passing and attempts < MAX_ATTEMPTS))


def _sends_on(page: Page, result: FetchResult) -> str | None:
    """Where a page without a text of its own sends its reader, as `meta refresh` does; not where error pages do."""
    passed = {*result.redirects, result.final_url}
    if page.refresh is None or len(page.body) >= _BRIEF or page.problem not in {None, "empty", "error"}:
        return None
    if page.refresh in passed or len(passed) > _MOST_HOPS:
        return None
    return None if is_homepage(page.refresh) or leads_away(result.final_url, page.refresh) else page.refresh


def _why_no_article(page: Page, result: FetchResult) -> _Failure | None:
    """Why a page is no article by what it says itself, None where it is one."""
    problem = page.problem or (None if page.body.strip() else "empty")
    if problem is None:
        return None
    return _Failure(
        outcome="not_article",
        reason=f"no article: {told_problem(problem)}",
        flags=("paywall",) if problem == "paywall" else (),
        passing=problem in _PASSING or (problem == "empty" and len(result.body) < _NOTHING),
    )


def _why_another(candidate: Candidate, page: Page, result: FetchResult) -> _Failure | None:
    """Why a page is not what its entry tells of, None where it is: errors and walls are written in every language."""
    title = candidate.entry.title
    if (
        result.redirects
        and title
        and not alike(page.title, title)
        and leads_away(candidate.link or "", result.final_url)
    ):
        reason = "the link leads to no article, but to another part of the site"
        return _Failure(outcome="not_article", reason=reason)
    if len(page.body) < _BRIEF and not tells_of(title, page.title, page.body):
        reason = "the page is short, and tells of something else than the feed"
        return _Failure(outcome="not_article", reason=reason)
    return None


def _is_prose(text: str) -> bool:
    """Whether a text is mostly letters: a page is not given up for a feed's faces or brackets, however many."""
    return 5 * sum(map(str.isalpha, text)) >= 2 * len(text)


def _entry_url(page: str, candidate: Candidate) -> str:
    """A URL of its own for an entry that is read on a page which it shares with others."""
    name = candidate.key if candidate.link is None else f"{candidate.entry.id}#{candidate.entry.title}"
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{page.partition('#')[0]}#entry-{mark}"
