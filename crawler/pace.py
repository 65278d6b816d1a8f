"""How fast one host is asked: spacing, Retry-After, and a breaker for a host that does not answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from crawler.schedule import MAX_RETRY_AFTER_S

MAX_SPACING_S = 30.0  # a crawl-delay above this would keep a night's pages for weeks
BREAKER_FAILURES = 3  # in a row, without any answer
BREAKER_S = 900.0
_SHORT_WAIT_S = 30.0  # a Retry-After up to this is waited for within the run


@dataclass(slots=True)
class HostPace:
    """What one run knows of one host; instants are the event loop's, in seconds.

    The lock makes one request at a time of it: a host that is slow is not asked twice at once.
    """

    spacing_s: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    blocked_until: float = 0.0
    blocked_reason: str = ""
    wished: bool = False  # the block is the host's own Retry-After
    failures: int = 0

    def wait_s(self, now: float) -> float:
        """Seconds to wait before the next request."""
        return max(self.free_at, self.blocked_until if self.blocked_until > now else 0.0, now) - now

    def refusal(self, now: float) -> tuple[str, float | None] | None:
        """Why the host is not asked now, with what is left of its Retry-After; None where it may be, after `wait_s`."""
        left = self.blocked_until - now
        return (self.blocked_reason, left if self.wished else None) if left > _SHORT_WAIT_S else None

    def slow_down(self, spacing_s: float) -> None:
        """Keeps at least this distance from now on, up to the cap."""
        self.spacing_s = max(self.spacing_s, min(spacing_s, MAX_SPACING_S))

    def asked(self, now: float) -> None:
        """A request begins."""
        self.free_at = now + self.spacing_s

    def answered(self, now: float, *, status: int, retry_after_s: float | None) -> None:
        """The host answered, with whatever status."""
        self.failures = 0
        if status in {429, 503}:
            if retry_after_s:
                self.wished = True
                self.blocked_until = now + retry_after_s
                self.blocked_reason = f"the host asked to be left alone for {retry_after_s:.0f} s (status {status})"
            elif status == 429:
                self.slow_down(max(1.0, self.spacing_s * 2))

    def keep_away(self, now: float, left_s: float) -> None:
        """Keeps to what is left of a Retry-After of an earlier run, which can be a day at most."""
        if 0 < left_s <= MAX_RETRY_AFTER_S:
            self.wished = True
            self.blocked_until = now + left_s
            self.blocked_reason = f"the host asked in an earlier run to be left alone for {left_s:.0f} s more"

    def silent(self, now: float) -> None:
        """The host could not be reached or did not answer in time."""
        self.failures += 1
        if self.failures >= BREAKER_FAILURES:
            self.wished = False
            self.blocked_until = now + BREAKER_S
            self.blocked_reason = f"the host did not answer {self.failures} times in a row"
