"""What the configuration and the sources make of the fetcher's settings."""

from __future__ import annotations

import pytest

from crawler.records import Feed, Source
from linewalker.config import CrawlConfig
from linewalker.crawling import fetch_settings, unverified_hosts
from linewalker.errors import ConfigError


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
