"""What the briefing says of sources: which group each stands in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.records import UNVERIFIED
from reports.sources import trouble_of
from store.records import SourceHealth

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
WELL = SourceHealth(
    source_id="wire",
    publisher="Wire",
    feed_url="https://wire.example/feed",
    outcome="ok",
    reason="3 entries",
    http_status=200,
    checked_at=NOW,
    succeeded_at=NOW,
    last_entry_at=NOW,
    failures=0,
    quiet=False,
    articles=3,
    articles_this_run=3,
    skipped_this_run=0,
    disabled=False,
)


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        ({}, None),
        ({"reason": f"3 entries; {UNVERIFIED}"}, "unverified"),
        ({"outcome": "not_modified", "reason": f"not modified; {UNVERIFIED}"}, "unverified"),
        ({"quiet": True, "reason": f"3 entries; {UNVERIFIED}"}, "quiet"),
        ({"outcome": "http_error", "http_status": 500, "reason": f"status 500; {UNVERIFIED}"}, "failing"),
        ({"disabled": True}, "disabled"),
        ({"outcome": "disallowed"}, "blocked"),
    ],
)
def test_a_source_stands_in_the_group_of_its_trouble(changes: dict[str, object], group: str | None) -> None:
    assert trouble_of(replace(WELL, **changes)) == group  # type: ignore[arg-type]
