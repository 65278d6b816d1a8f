"""robots.txt after RFC 9309: what may be fetched, and how often a host wishes to be asked."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from protego import Protego

from crawler.pace import MAX_SPACING_S
from crawler.records import Fetcher, FetchResult, Outcome
from crawler.urls import UrlError, split_url

MAX_RULES_BYTES = 500 * 1024  # section 2.5: at least this much is parsed; the rest is not read
_MAX_BODY_BYTES = 4 * 1024 * 1024  # a file longer than the rules that are read is no reason to stay away; an endless is
_KEPT = timedelta(hours=24)  # section 2.4
_MAX_KEPT_BYTES = 3 * 1024 * 1024  # of all robots.txt together; parsed, a file can take sixty times its size
_PARSED_INLINE = 32 * 1024  # bytes; a larger file takes up to 0.7 s, in which others' requests must go on
_FAILURE_KEPT = timedelta(seconds=10)  # less than the wait before a second try (crawler/night.py)
# A host that is down may be back by the next night; what robots.txt itself says will be the same.
_PASSING: frozenset[Outcome] = frozenset({"timeout", "unreachable", "skipped", "http_error", "broken"})


@runtime_checkable
class Paced(Protocol):
    """A fetcher that can be told to ask a host less often."""

    def set_spacing(self, host: str, spacing_s: float) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsDecision:
    """Whether a URL may be fetched, why, and whether a refusal may be gone tomorrow."""

    allowed: bool
    reason: str
    outcome: Outcome = "ok"  # where not allowed: disallowed, or what became of the robots.txt itself
    passing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    parsed: Protego | None  # None: there are none, and `refusal` decides
    refusal: RobotsDecision | None
    reason: str
    expires_at: datetime
    size: int = 0  # of the file, in bytes


def product_token(user_agent: str) -> str:
    """The name by which robots.txt files address us: `Linewalker/1.0 (+…)` gives `Linewalker` (section 2.2.1)."""
    match = re.match(r"[A-Za-z_-]+", user_agent.strip())
    return match[0] if match else "*"


def parse_robots(body: bytes) -> Protego:
    """The rules in a robots.txt; any bytes give some rules, and only the first 500 KiB are read."""
    if len(body) > MAX_RULES_BYTES:
        # A rule that is cut in the middle could forbid or allow more than was meant.
        cut = max(body.rfind(b"\n", 0, MAX_RULES_BYTES), body.rfind(b"\r", 0, MAX_RULES_BYTES))
        body = body[: cut if cut > 0 else MAX_RULES_BYTES]
    return Protego.parse(body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))


class RobotsCache:
    """The robots.txt of each origin, fetched once a day and kept for this run."""

    def __init__(self, fetcher: Fetcher, user_agent: str, now: Callable[[], datetime]) -> None:
        self._fetcher = fetcher
        self._agent = product_token(user_agent)
        self._now = now
        self._rules: dict[str, _Rules] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._one_parser = asyncio.Lock()  # two threads that compute would leave the event loop a third of its time

    async def allowed(self, url: str) -> tuple[bool, str]:
        """Whether this URL may be fetched, and why."""
        decision = await self.decide(url)
        return decision.allowed, decision.reason

    async def decide(self, url: str) -> RobotsDecision:
        """Whether this URL may be fetched, why, and whether a refusal may be gone tomorrow."""
        try:
            parts = split_url(url)
        except UrlError as error:
            return RobotsDecision(allowed=False, reason=str(error), outcome="refused")
        if parts.path == "/robots.txt":
            return RobotsDecision(allowed=True, reason="robots.txt itself may always be read")
        rules = await self._rules_of(parts.origin, parts.host)
        if rules.refusal is not None:
            return rules.refusal
        if rules.parsed is None or rules.parsed.can_fetch(str(parts), self._agent):
            return RobotsDecision(allowed=True, reason=rules.reason)
        reason = f"robots.txt of {parts.netloc} disallows {self._agent} this path"
        return RobotsDecision(allowed=False, reason=reason, outcome="disallowed")

    async def crawl_delay(self, url: str) -> float | None:
        """Seconds between requests that the origin of this URL wishes, at most 30; None where it wishes none."""
        try:
            parts = split_url(url)
        except UrlError:
            return None
        rules = await self._rules_of(parts.origin, parts.host)
        return _delay(rules.parsed, self._agent)

    async def _rules_of(self, origin: str, host: str) -> _Rules:
        async with self._locks.setdefault(origin, asyncio.Lock()):
            rules = self._rules.get(origin)
            if rules is None or rules.expires_at <= self._now():
                result = await self._fetcher.fetch(
                    f"{origin}/robots.txt", max_bytes=_MAX_BODY_BYTES, accept="text/plain,*/*;q=0.5"
                )
                rules = self._rules[origin] = await self._judge(result, origin)
                self._forget_largest(origin)
                delay = _delay(rules.parsed, self._agent)
                if delay and isinstance(self._fetcher, Paced):
                    self._fetcher.set_spacing(host, delay)
            return rules

    def _forget_largest(self, newest: str) -> None:
        """Keeps what is remembered bounded: a page can link to a thousand hosts, each with a giant robots.txt.

        The largest goes first and is fetched anew when it is needed, so that ordinary files stay.
        """
        total = sum(rules.size for rules in self._rules.values())
        while total > _MAX_KEPT_BYTES:
            largest = max((name for name in self._rules if name != newest), key=lambda name: self._rules[name].size)
            total -= self._rules.pop(largest).size

    async def _judge(self, result: FetchResult, origin: str) -> _Rules:
        """Section 2.3.1: unavailable (4xx, too many redirects) allows all, unreachable (5xx, network) forbids all."""
        kept_until = self._now() + _KEPT
        if result.outcome == "ok":
            size = len(result.body)
            if size > _PARSED_INLINE:
                async with self._one_parser:
                    rules = await asyncio.to_thread(parse_robots, result.body)
            else:
                rules = parse_robots(result.body)
            reason = "robots.txt allows it"
            return _Rules(
                parsed=rules,
                refusal=None,
                reason=reason,
                expires_at=kept_until,
                size=min(size, MAX_RULES_BYTES),
            )
        status = result.status or 0
        too_many_redirects = result.outcome == "too_large" and 300 <= status < 400
        if (result.outcome == "http_error" and 300 <= status < 500) or too_many_redirects:
            reason = f"there is no robots.txt ({result.reason})"
            return _Rules(parsed=None, refusal=None, reason=reason, expires_at=kept_until)
        passing = result.outcome in _PASSING
        refused = result.outcome == "refused"
        refusal = RobotsDecision(
            allowed=False,
            reason=result.reason
            if refused
            else f"robots.txt of {origin} could not be read, so nothing is fetched: {result.reason}",
            outcome=result.outcome if passing or refused else "disallowed",
            passing=passing,
        )
        expires_at = self._now() + _FAILURE_KEPT if passing else kept_until
        return _Rules(parsed=None, refusal=refusal, reason=refusal.reason, expires_at=expires_at)


def _delay(rules: Protego | None, agent: str) -> float | None:
    delay = rules.crawl_delay(agent) if rules else None
    if delay is None or not math.isfinite(delay) or delay <= 0:
        return None
    return min(float(delay), MAX_SPACING_S)
