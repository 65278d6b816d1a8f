"""Feeds whose habit is known, in whole runs: who is asked when, how that is told, and what old ledgers know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from crawler.habits import find_habit
from linewalker.config import Config, load_config
from linewalker.health import show_status
from linewalker.nightly import NightResult, configured_sources, run_night
from store.coverage import get_source_health
from store.database import Ledger, open_ledger
from store.sources import add_feed_outcome, get_feed_states, learn_habits, sync_sources
from tests.linewalker.nights import Collected
from tests.linewalker.sites import SiteFolder, page, serve_sites
from tests.store.samples import add, make_article, make_feed_outcome, make_source

START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HOSTS = ("weekly.example", "wire.example", "dead.example")


def source(host: str) -> str:
    name = host.partition(".")[0]
    return (
        f'[[source]]\nid = "{name}"\npublisher = "{name.title()}"\nfamily = "{name}"\ncountry = "GB"\n'
        f'language = "en"\nreliability = "B"\ncadence_hours = 24\nfetch_pages = false\nfeeds = ["http://{host}/feed"]\n\n'
    )


def rss(moments: list[datetime]) -> str:
    items = "".join(
        f"<item><title>Story {at:%d %H %M}</title><guid isPermaLink='false'>{at:%d%H%M}</guid>"
        f"<description>The valve at berth {at:%d%H%M} was closed and then opened again by the crew.</description>"
        f"<pubDate>{format_datetime(at)}</pubDate></item>"
        for at in moments
    )
    return f"<rss version='2.0'><channel><title>W</title>{items}</channel></rss>"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[SiteFolder]:
    with serve_sites() as server:
        made = SiteFolder(tmp_path / "watch", server)
        made.write(*HOSTS, sources="".join(map(source, HOSTS)))
        yield made


def run(folder: SiteFolder, at: datetime, *, force: bool = False) -> NightResult:
    """A crawl at this time over what had been published by then."""
    week = [START - n * 7 * DAY - 20 * HOUR for n in range(-3, 9)]
    pieces = [START - n * HOUR / 2 for n in range(-1200, 600)]
    for host, moments in (("weekly.example", week), ("wire.example", pieces)):
        told = sorted((one for one in moments if one <= at), reverse=True)[:40]
        folder.server.sites[host] = {"/feed": page(rss(told), "application/rss+xml")}
    folder.server.requests.clear()
    config = load_config(folder.path / "linewalker.toml")
    return run_night(
        config, configured_sources(config), now=lambda: at, output=Collected(), steps=("crawl",), force=force
    )


def asked(folder: SiteFolder) -> set[str]:
    return {host for host, path, _ in folder.server.requests if path == "/feed"}


def rows(config: Config, sql: str) -> list[tuple[object, ...]]:
    with open_ledger(config.ledger_path, read_only=True) as ledger:
        return ledger.rows(sql)


def test_an_hourly_operator_does_not_ask_a_weekly_feed_each_hour_and_every_feed_is_told_each_time(
    folder: SiteFolder,
) -> None:
    config = load_config(folder.path / "linewalker.toml")
    for night in range(5):
        run(folder, START + night * DAY)
        # Each night asks all that answer; an immediate second run does too, as long as little is known.
        assert {"weekly.example", "wire.example"} <= asked(folder)
    last = START + 4 * DAY
    run(folder, last + HOUR)
    assert asked(folder) == {"wire.example"}
    result = run(folder, last + 2 * HOUR)
    assert asked(folder) == {"wire.example"}
    assert (result.counts["feeds_listed"], result.counts["feeds_due"], result.exit_code) == (3, 1, 0)
    told = rows(
        config,
        "SELECT run_id, count(*), count(DISTINCT feed_url) FROM stored.fetch_log WHERE kind = 'feed' GROUP BY run_id",
    )
    assert [row[1:] for row in told] == [(3, 3)] * 7
    (reason,) = rows(
        config,
        "SELECT reason FROM stored.fetch_log WHERE kind = 'feed' AND source_id = 'weekly' "
        "ORDER BY noted_at DESC LIMIT 1",
    )
    assert reason == ("not due: brings news about every 7 days, asked 2 hours ago",)
    # What was not asked is still well, and its validators are kept.
    health = rows(config, "SELECT outcome, quiet, usual_gap_hours FROM source_health WHERE source_id = 'weekly'")
    assert health == [("not_modified", False, pytest.approx(168))]
    status = show_status(config, last + 2 * HOUR)
    assert "Not asked in the last run, by their habit: 1 feeds" in status
    assert "not due: brings news about every 7 days" in status
    run(folder, last + 3 * HOUR, force=True)
    assert asked(folder) == {"weekly.example", "wire.example", "dead.example"}
    run(folder, last + 22 * HOUR)
    assert {"weekly.example", "wire.example"} <= asked(folder), "a run once a night asks everything"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.duckdb") as opened:
        yield opened


def test_a_ledger_from_before_habits_knows_them_by_its_history(ledger: Ledger) -> None:
    listed = make_source(cadence_hours=24.0)
    sync_sources(ledger, [listed])
    for night in range(40):
        at = START + night * DAY
        if night % 7 == 3:
            url = f"https://daily.example/{night}"
            add(ledger, make_article(url, at=at, published_at=at - 5 * HOUR))
        add_feed_outcome(ledger, make_feed_outcome(at=at), f"r{night}")
    states = get_feed_states(ledger)
    (feed,) = listed.feeds
    assert states[feed.url].habit is None
    learnt = learn_habits(ledger, [listed], states)[feed.url]
    assert learnt.habit is not None
    assert (learnt.habit.answers, learnt.habit.since) == (40, START)
    assert learnt.usual_gap_hours == pytest.approx(168, abs=1)
    assert learnt.quiet_at == find_habit(learnt.habit, "Europe/London")[1]
    assert learn_habits(ledger, [listed], {feed.url: learnt}) == {feed.url: learnt}


@pytest.mark.parametrize(("hours", "quiet"), [(100, False), (400, True)])
def test_quiet_is_measured_by_the_habit_where_it_is_known(ledger: Ledger, hours: int, quiet: bool) -> None:
    sync_sources(ledger, [make_source()])
    add(ledger, make_article(at=START))
    outcome = make_feed_outcome(
        at=START + hours * HOUR, usual_gap_hours=168.0, quiet_at=START + 336 * HOUR, oddities="its ids changed"
    )
    add_feed_outcome(ledger, outcome, "r1")
    (health,) = get_source_health(ledger, now=START + hours * HOUR, run_id=None)
    assert (health.quiet, health.usual_gap_hours, health.oddities) == (quiet, 168.0, "its ids changed")
    assert ledger.rows("SELECT quiet FROM source_health") == [(quiet,)]
