"""What the configuration and the sources make of the fetcher's settings."""

from __future__ import annotations

import resource
from dataclasses import replace

import pytest

from crawler.records import Feed, Source
from linewalker.config import CrawlConfig
from linewalker.crawling import fetch_settings, open_files, unverified_hosts
from linewalker.errors import ConfigError
from store.database import open_ledger
from tests.linewalker.nights import SampleNights


def source(source_id: str, *feeds: str, insecure: bool, homepage: str | None = None) -> Source:
    return Source(
        id=source_id,
        publisher=source_id,
        family=source_id,
        country="GB",
        language="en",
        reliability="B",
        cadence_hours=24.0,
        feeds=tuple(Feed(url=url, source_id=source_id) for url in feeds),
        homepage=homepage,
        insecure_tls=insecure,
    )


def test_only_the_own_hosts_of_a_source_that_says_so_go_unverified() -> None:
    sources = [
        source(
            "a", "https://feeds.a.example/x", "https://a.example/y", insecure=True, homepage="https://www.a.example/"
        ),
        source("b", "https://b.example/feed", insecure=False),
        source("c", "https://a.example/z", insecure=True),
    ]
    assert unverified_hosts(sources) == ("feeds.a.example", "a.example", "www.a.example")
    assert fetch_settings(CrawlConfig(), sources).unverified_hosts == unverified_hosts(sources)
    assert fetch_settings(CrawlConfig()).unverified_hosts == ()


def test_a_proxy_is_taken_from_the_configuration_or_a_variable_that_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://unasked.example:3128")
    monkeypatch.setenv("OUR_PROXY", "http://me:secret@proxy.example:3128")
    assert fetch_settings(CrawlConfig()).proxy is None
    assert fetch_settings(CrawlConfig(proxy="http://proxy.example:3128")).proxy == "http://proxy.example:3128"
    for name in ("$OUR_PROXY", "${OUR_PROXY}"):
        settings = fetch_settings(CrawlConfig(proxy=name))
        assert settings.proxy == "http://me:secret@proxy.example:3128"
        assert "secret" not in repr(settings)


@pytest.mark.parametrize("proxy", ["$NOT_SET_ANYWHERE", "socks5://me:secret@proxy.example", "me:secret@proxy.example"])
def test_a_proxy_that_cannot_be_used_is_a_clear_error_without_its_password(proxy: str) -> None:
    with pytest.raises(ConfigError, match=r"crawl\.proxy") as caught:
        fetch_settings(CrawlConfig(proxy=proxy))
    assert "secret" not in str(caught.value)


def test_a_crawl_that_is_too_short_says_so_and_the_next_one_makes_up_for_it(nights: SampleNights) -> None:
    config = nights.config
    hurried = replace(nights, config=replace(config, crawl=replace(config.crawl, max_hours=1e-9)))
    short = hurried.run(1, steps=("crawl",))
    listed = short.counts["feeds_listed"]
    assert (short.exit_code, short.counts["feeds_left"]) == (2, listed)
    assert f"the night was too short for {listed} of {listed} due feeds (crawl.max_hours)" in short.reasons
    assert not any("online" in reason for reason in short.reasons)
    assert nights.server.requests == []
    told = "SELECT outcome, reason, count(*) FROM stored.fetch_log WHERE kind = 'feed' AND run_id = ? GROUP BY ALL"
    with open_ledger(config.ledger_path, read_only=True) as ledger:
        ((run_id,),) = ledger.rows("SELECT run_id FROM run")
        ((outcome, reason, count),) = ledger.rows(told, [run_id])
    assert (outcome, count) == ("skipped", listed)
    assert reason.startswith("the night's budget of ")
    made_up = nights.run(1, steps=("crawl",))
    assert made_up.counts["feeds_due"] == listed
    assert made_up.counts["articles_new"] > 0
    assert "feeds_left" not in made_up.counts


@pytest.mark.parametrize(
    ("files", "hosts", "most"),
    [(1_000_000, 32, 256), (1024, 32, 256), (1024, 600, 148), (256, 32, 48), (64, 32, 8)],
)
def test_no_more_connections_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch, files: int, hosts: int, most: int
) -> None:
    monkeypatch.setattr("linewalker.crawling.open_files", lambda: files)
    settings = fetch_settings(CrawlConfig(hosts_at_once=hosts))
    assert (settings.max_slow, settings.max_idle_hosts) == (most, most)


def test_a_low_limit_on_open_files_is_raised_as_far_as_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = [(256, 4096)]
    monkeypatch.setattr("resource.getrlimit", lambda _: limits[-1])
    monkeypatch.setattr("resource.setrlimit", lambda _, new: limits.append(new))
    assert open_files() == 1024
    assert limits[1:] == [(1024, 4096)]
    assert open_files() == 1024
    assert len(limits) == 2
    limits.append((256, 512))
    assert open_files() == 512


def test_many_feeds_can_be_asked_at_once_without_a_file_too_many() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    settings = fetch_settings(CrawlConfig())
    assert settings.hosts_at_once + settings.max_slow + settings.max_idle_hosts < open_files() - 64
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
