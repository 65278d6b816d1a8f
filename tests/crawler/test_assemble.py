"""What an article takes from its page and what from its feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.assemble import article_from_entry, choose_published, content_hash, date_flag, feed_text
from crawler.records import Entry, Page
from tests.crawler.test_schedule import SOURCE

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TODAY = datetime(2026, 3, 4, tzinfo=UTC)
AT_NINE = TODAY + timedelta(hours=9)
AT_TEN = TODAY + timedelta(hours=10)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
FAR_OFF = datetime(9999, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "flag"),
    [
        (None, "date_missing"),
        (LONG_AGO, "date_implausible"),
        (FAR_OFF, "date_in_future"),
        (NOW + timedelta(hours=20), None),
        (NOW + timedelta(hours=40), "date_in_future"),
        (AT_NINE, None),
    ],
)
def test_dates_are_flagged_not_dropped(published: datetime | None, flag: str | None) -> None:
    assert date_flag(published, NOW) == flag


@pytest.mark.parametrize(
    ("page", "named", "chosen"),
    [
        (Page(published_at=AT_NINE, published_has_time=True), AT_TEN, AT_NINE),
        (Page(published_at=TODAY), AT_TEN, AT_TEN),
        (Page(published_at=TODAY - timedelta(days=30)), AT_TEN, TODAY - timedelta(days=30)),
        (Page(published_at=TODAY), None, TODAY),
        (Page(), AT_TEN, AT_TEN),
        (None, AT_TEN, AT_TEN),
        (Page(published_at=LONG_AGO, published_has_time=True), AT_TEN, AT_TEN),
        (Page(published_at=AT_NINE - timedelta(days=400), published_is_guess=True), AT_TEN, AT_TEN),
        (Page(published_at=AT_NINE, published_has_time=True, published_is_guess=True), AT_TEN, AT_TEN),
        (Page(published_at=AT_NINE, published_has_time=True, published_is_guess=True), None, AT_NINE),
        (Page(published_at=TODAY - timedelta(days=9), published_is_guess=True), NOW, TODAY - timedelta(days=9)),
        (Page(published_at=FAR_OFF, published_has_time=True), None, FAR_OFF),
        (Page(), None, None),
    ],
)
def test_the_more_exact_and_plausible_date_wins(
    page: Page | None, named: datetime | None, chosen: datetime | None
) -> None:
    assert choose_published(page, Entry(id="x", link=None, published_at=named), NOW) == chosen


def test_an_entry_without_date_keeps_the_fetch_time_and_says_so() -> None:
    article = article_from_entry(
        Entry(id="x", link=None, title="T", summary="Body"),
        source=SOURCE,
        feed_url="f",
        key="k",
        url="u",
        fetched_at=NOW,
        now=NOW,
        language="en",
        flags=("paywall",),
    )
    assert (article.published_at, article.fetched_at) == (None, NOW)
    assert article.flags == ("date_missing", "paywall", "from_feed")
    assert article.content_hash == content_hash("T", "Body")


def test_title_and_text_cannot_be_confused() -> None:
    assert content_hash("ab", "c") != content_hash("a", "bc")


def test_the_longer_of_content_and_summary_is_the_feeds_text() -> None:
    assert feed_text(Entry(id="x", link=None, summary="Short", content="Much longer")) == "Much longer"
