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

from crawler.failures import FailedError, one_line
from crawler.pace import MAX_SPACING_S
from crawler.records import Fetcher, FetchResult, HostMemory, Outcome, RobotsState
from crawler.urls import UrlError, split_url

MAX_RULES_BYTES = 500 * 1024  # section 2.5: at least this much is parsed; the rest is not read
_MAX_BODY_BYTES = MAX_RULES_BYTES + 1024  # one byte more shows where the rest was cut off
_KEPT = timedelta(hours=24)  # section 2.4
_MAX_KEPT_BYTES = 3 * 1024 * 1024  # of all robots.txt together; parsed, a file can take sixty times its size
_PARSED_INLINE = 32 * 1024  # bytes; a larger file takes up to 0.7 s, in which others' requests must go on
_FAILURE_KEPT = timedelta(seconds=10)  # less than the wait before a second try (crawler/night.py)
_UNREACHABLE_FOR = timedelta(days=30)  # section 2.3.1.4: after that the file may be taken as not being there
_CLOCKS_APART = timedelta(minutes=5)  # what was noted later than now, by a clock since set back, is not believed
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
    return Protego.parse(_parsed_part(body).removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))


class RobotsCache:
    """The robots.txt of each origin, fetched once a day: kept for this run, and between runs by `memory`."""

    def __init__(
        self, fetcher: Fetcher, user_agent: str, now: Callable[[], datetime], memory: HostMemory | None = None
    ) -> None:
        self._fetcher = fetcher
        self._agent = product_token(user_agent)
        self._now = now
        self._memory = memory
        self._rules: dict[str, _Rules] = {}
        self._kept_bytes = 0  # of all files whose rules are remembered
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
            return RobotsDecision(allowed=False, reason=one_line(error), outcome="refused")
        if parts.path == "/robots.txt":
            return RobotsDecision(allowed=True, reason="robots.txt itself may always be read")
        rules = await self._rules_of(parts.origin, parts.host)
        if rules.refusal is not None:
            return rules.refusal
        if rules.parsed is None or rules.parsed.can_fetch(str(parts), self._agent):
            return RobotsDecision(allowed=True, reason=rules.reason)
        reason = f"robots.txt of {parts.netloc} disallows {self._agent} this path"
        return RobotsDecision(allowed=False, reason=reason, outcome="disallowed")

    async def permit(self, url: str) -> None:
        """Raises FailedError where a redirect leads to what may not be fetched."""
        decision = await self.decide(url)
        if not decision.allowed:
            raise FailedError(decision.outcome, f"redirected to {one_line(url)}: {decision.reason}")

    async def crawl_delay(self, url: str) -> float | None:
        """Seconds between requests that the origin of this URL wishes, at most 30; None where it wishes none."""
        try:
            parts = split_url(url)
        except UrlError:
            return None
        rules = await self._rules_of(parts.origin, parts.host)
        return _delay(rules.parsed, self._agent)

    async def _rules_of(self, origin: str, host: str) -> _Rules:
        rules = self._rules.get(origin)
        if rules is not None and rules.expires_at > self._now():
            return rules
        async with self._locks.setdefault(origin, asyncio.Lock()):
            rules = self._rules.get(origin)
            if rules is None or rules.expires_at <= self._now():
                rules = await self._judge(await self._state(origin))
                self._keep(origin, rules)
                delay = _delay(rules.parsed, self._agent)
                if delay and isinstance(self._fetcher, Paced):
                    self._fetcher.set_spacing(host, delay)
            return rules

    async def _state(self, origin: str) -> RobotsState:
        """What is known of a robots.txt: as it was read within the last day, else as it is read now."""
        now = self._now()
        kept = self._memory.robots(origin) if self._memory else None
        if kept and not kept.unreachable_since and now - _KEPT < kept.fetched_at <= now + _CLOCKS_APART:
            return kept
        result = await self._fetcher.fetch(
            f"{origin}/robots.txt", max_bytes=_MAX_BODY_BYTES, accept="text/plain,*/*;q=0.5"
        )
        state = next_robots_state(kept, origin, result, self._now())
        if self._memory and state.outcome in {"ok", "http_error", "timeout", "unreachable"}:
            self._memory.keep_robots(state)
        return state

    def _keep(self, origin: str, rules: _Rules) -> None:
        """Keeps what is remembered bounded: a page can link to a thousand hosts, each with a giant robots.txt.

        The largest goes first and is fetched anew when it is needed, so that ordinary files stay.
        """
        before = self._rules.pop(origin, None)
        self._kept_bytes += rules.size - (before.size if before else 0)
        while self._kept_bytes > _MAX_KEPT_BYTES and self._rules:
            largest = max(self._rules, key=lambda name: self._rules[name].size)
            self._kept_bytes -= self._rules.pop(largest).size
        self._rules[origin] = rules

    async def _judge(self, state: RobotsState) -> _Rules:
        if state.outcome == "ok":
            if len(state.body) > _PARSED_INLINE:
                async with self._one_parser:
                    parsed = await asyncio.to_thread(parse_robots, state.body)
            else:
                parsed = parse_robots(state.body)
            return _Rules(
                parsed=parsed,
                refusal=None,
                reason="robots.txt allows it",
                expires_at=state.fetched_at + _KEPT,
                size=len(state.body),
            )
        refusal = refuse_without_rules(state, self._now())
        if refusal is None:
            reason = f"there is no robots.txt ({state.reason})"
            return _Rules(parsed=None, refusal=None, reason=reason, expires_at=state.fetched_at + _KEPT)
        expires_at = self._now() + (_FAILURE_KEPT if refusal.passing else _KEPT)
        return _Rules(parsed=None, refusal=refusal, reason=refusal.reason, expires_at=expires_at)


def next_robots_state(old: RobotsState | None, origin: str, result: FetchResult, now: datetime) -> RobotsState:
    """What is remembered of a robots.txt after a fetch; of its body what is parsed."""
    status = result.status or 0
    unreachable = result.outcome in {"timeout", "unreachable", "broken"} or (
        result.outcome == "http_error" and (status >= 500 or status == 429)
    )
    since = old.unreachable_since if old else None
    if unreachable:
        since = since or now
    elif result.outcome != "skipped":
        since = None
    return RobotsState(
        origin=origin,
        fetched_at=now,
        outcome=result.outcome,
        reason=result.reason,
        status=result.status,
        body=_parsed_part(result.body),
        unreachable_since=since,
    )


def refuse_without_rules(state: RobotsState, now: datetime) -> RobotsDecision | None:
    """Why nothing is fetched from an origin whose robots.txt gave no rules, or None where everything may be.

    Section 2.3.1: unavailable (4xx, too many redirects) allows all, unreachable (5xx, network) forbids all, for thirty
    days. A 429 is a 4xx, by which a crawler "may" go on; but it is asked to slow down, and waits for the next night.
    """
    status = state.status or 0
    if state.outcome == "http_error" and 300 <= status < 500 and status != 429:
        return None
    if state.outcome == "too_large" and 300 <= status < 400:
        return None
    if state.unreachable_since and now - state.unreachable_since >= _UNREACHABLE_FOR:
        return None
    passing = state.outcome in _PASSING
    refused = state.outcome == "refused"
    told = f"robots.txt of {state.origin} could not be read, so nothing is fetched: {state.reason}"
    return RobotsDecision(
        allowed=False,
        reason=state.reason if refused else told,
        outcome=state.outcome if passing or refused else "disallowed",
        passing=passing,
    )


def _parsed_part(body: bytes) -> bytes:
    """The first 500 KiB, up to the end of a line: a rule that is cut could forbid or allow more than was meant."""
    if len(body) <= MAX_RULES_BYTES:
        return body
    cut = max(body.rfind(b"\n", 0, MAX_RULES_BYTES), body.rfind(b"\r", 0, MAX_RULES_BYTES))
    return body[: cut if cut > 0 else MAX_RULES_BYTES]


def _delay(rules: Protego | None, agent: str) -> float | None:
    delay = rules.crawl_delay(agent) if rules else None
    if delay is None or not math.isfinite(delay) or delay <= 0:
        return None
    return min(float(delay), MAX_SPACING_S)
