"""What speaks against exit code 0: a source is told on the night on which it crosses its limit, not on every one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linewalker.briefing import FAILURE_LIMIT, newly_unwell
from store.records import SourceHealth

SINCE = datetime(2026, 3, 10, 4, tzinfo=UTC)
WELL = SourceHealth(
    source_id="gulf-wire",
    publisher="Gulf Wire",
    feed_url="http://gulf-wire.example/feed.xml",
    outcome="ok",
    reason="ok",
    http_status=200,
    checked_at=SINCE + timedelta(days=1),
    succeeded_at=SINCE + timedelta(days=1),
    last_entry_at=SINCE,
    failures=0,
    quiet=False,
    articles=9,
    articles_this_run=0,
    skipped_this_run=0,
    disabled=False,
)


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (WELL, WELL, []),
        (
            replace(WELL, failures=FAILURE_LIMIT, reason="answered 503"),
            replace(WELL, failures=FAILURE_LIMIT - 1),
            ["Gulf Wire has now failed 3 times in a row: answered 503"],
        ),
        (replace(WELL, failures=FAILURE_LIMIT + 1), WELL, []),
        (replace(WELL, quiet=True), WELL, ["Gulf Wire has gone quiet beyond its habit"]),
        (replace(WELL, quiet=True), replace(WELL, quiet=True), []),
        (replace(WELL, quiet=True, checked_at=SINCE - timedelta(days=2)), WELL, []),
    ],
)
def test_a_source_is_told_when_it_crosses_its_limit(now: SourceHealth, before: SourceHealth, told: list[str]) -> None:
    assert newly_unwell((now,), (before,), SINCE) == told
