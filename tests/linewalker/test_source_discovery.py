"""`linewalker sources discover`: a site's feeds are found, asked, told and added, over loopback."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawler.sources import country_of
from linewalker.cli import app
from linewalker.config import load_config
from linewalker.errors import ConfigError
from linewalker.source_discovery import Discovered, choose, discover_feeds, render_discovered
from linewalker.sources import add_discovered
from tests.linewalker.sites import SiteFolder, SiteServer, moved, page, serve_sites

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOST = "www.harbour-news.no"
TEXT = "Crews closed the valve before noon and the operator said that pumping would begin again in the evening. "


def rss(
    title: str = "Harbour News", *, entries: int = 8, every_h: float = 24, text: str = TEXT, host: str = HOST
) -> str:
    items = "".join(
        f"<item><title>The pipeline at berth {n} was repaired</title><link>https://{host}/{title[:3]}/{n}</link>"
        f"<guid isPermaLink='false'>{title}-{n}</guid><description>{text}</description>"
        f"<pubDate>{format_datetime(NOW - timedelta(hours=1 + n * every_h))}</pubDate></item>"
        for n in range(entries)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


def news_sitemap(host: str = HOST, *, days: float = 0.5) -> str:
    at = (NOW - timedelta(days=days)).isoformat()
    urls = "".join(
        f"<url><loc>https://{host}/n/{n}</loc><n:news><n:publication><n:name>Harbour</n:name><n:language>en"
        f"</n:language></n:publication><n:publication_date>{at}</n:publication_date><n:title>Port {n} is open again"
        f"</n:title></n:news></url>"
        for n in range(4)
    )
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )


@pytest.fixture(scope="module")
def server() -> Iterator[SiteServer]:
    with serve_sites() as running:
        yield running


@pytest.fixture
def folder(server: SiteServer, tmp_path: Path) -> SiteFolder:
    server.sites.clear()
    server.requests.clear()
    made = SiteFolder(tmp_path / "watch", server)
    made.write(HOST, "other.example", "feeds.harbour-news.no")
    return made


def look(folder: SiteFolder, *targets: str) -> list[Discovered]:
    config = load_config(folder.path / "linewalker.toml")
    return discover_feeds(config, targets, now=lambda: NOW, tell=folder.told.append)


def test_all_that_a_site_tells_of_is_asked_and_told(folder: SiteFolder) -> None:
    head = (
        '<meta property="og:site_name" content="Harbour News">'
        '<link rel="alternate" type="application/rss+xml" title="All news" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">'
        '<link rel="alternate" type="application/atom+xml" href="http://feeds.harbour-news.no/ports">'
        '<link rel="alternate" type="application/rss+xml" href="/gone.xml">'
        '<link rel="alternate" type="application/rss+xml" href="/feed?again">'
    )
    folder.server.sites[HOST] = {
        "/": page(f"<html><head>{head}</head><body><a href='/rss'>RSS</a></body></html>"),
        "/feed/": page(rss(), "application/rss+xml"),
        "/feed?again": moved("/feed/"),
        "/comments/feed/": page(rss("Comments"), "application/rss+xml"),
        "/rss": page("<html><body><h1>Feeds</h1><a href='/rss/ports.xml'>Ports</a></body></html>"),
        "/rss/ports.xml": page(rss("Ports", every_h=168, text=TEXT * 20), "text/xml"),
        "/robots.txt": page("User-agent: *\nDisallow: /x\nSitemap: /sitemap_index.xml\n", "text/plain"),
        "/sitemap_index.xml": page(
            f"<sitemapindex><sitemap><loc>http://{HOST}/pages.xml</loc></sitemap>"
            f"<sitemap><loc>http://{HOST}/news-today.xml</loc></sitemap></sitemapindex>",
            "application/xml",
        ),
        "/news-today.xml": page(news_sitemap(), "application/xml"),
    }
    folder.server.sites["feeds.harbour-news.no"] = {"/ports": page(rss("Quay", entries=0), "application/rss+xml")}
    found = look(folder, f"http://{HOST}/")
    told = {one.url.partition("://")[2]: one for one in found}
    assert set(told) == {
        f"{HOST}/feed/", f"{HOST}/comments/feed/", f"{HOST}/rss/ports.xml", f"{HOST}/gone.xml",
        f"{HOST}/news-today.xml", "feeds.harbour-news.no/ports",
    }  # fmt: skip
    main, ports, news = (told[f"{HOST}{path}"].seen for path in ("/feed/", "/rss/ports.xml", "/news-today.xml"))
    assert main is not None
    assert ports is not None
    assert news is not None
    assert (main.title, main.language, main.entries, main.text) == ("Harbour News", "en", 8, "teasers")
    assert (main.gap_hours, main.cadence_hours) == (24.0, 24.0)
    assert (ports.gap_hours, ports.cadence_hours, ports.text) == (168.0, 168.0, "full text")
    assert (news.kind, news.entries, news.newest_at) == ("sitemap", 4, NOW - timedelta(hours=12))
    assert told[f"{HOST}/comments/feed/"].found.comments
    assert "404" in (told[f"{HOST}/gone.xml"].problem or "")
    assert found[-1].seen is None, "what is no feed comes last"
    table = render_discovered(found, NOW)
    assert "readers' comments" in table
    assert "7 days" in table
    assert "no entries" in table
    # Well-known paths are a last resort, and nothing is asked twice.
    asked = folder.server.paths(HOST)
    assert "/atom.xml" not in asked
    assert len(asked) == len(set(asked)) + asked.count("/feed/") - 1
    assert "/pages.xml" not in asked


def test_a_site_that_tells_of_nothing_is_asked_at_the_usual_paths_one_by_one(folder: SiteFolder) -> None:
    folder.server.sites[HOST] = {
        "/": page("<html><body>Welcome</body></html>"),
        "/robots.txt": page("User-agent: *\nDisallow: /feed\n", "text/plain"),
        "/atom.xml": page(rss(), "application/xml"),
    }
    (one,) = look(folder, f"http://{HOST}/")
    assert one.url == f"http://{HOST}/atom.xml"
    assert one.found.how == "well-known path"
    asked = folder.server.paths(HOST)
    assert asked == ["/robots.txt", "/", "/rss.xml", "/atom.xml"], "robots.txt forbids /feed and /feed.xml"


def test_a_bare_host_is_tried_with_and_without_tls_and_a_feed_is_found_at_its_own_address(folder: SiteFolder) -> None:
    folder.server.sites[HOST] = {"/": page("<html><a href='/rss.xml'>RSS</a></html>"), "/rss.xml": page(rss())}
    assert [one.url for one in look(folder, HOST)] == [f"http://{HOST}/rss.xml"]
    (given,) = look(folder, f"http://{HOST}/rss.xml")
    assert (given.found.how, given.seen is not None) == ("given", True)


def test_a_saved_page_says_its_own_address(folder: SiteFolder, tmp_path: Path) -> None:
    saved = tmp_path / "page.html"
    saved.write_text(
        f'<html><head><link rel="canonical" href="http://{HOST}/about"/>'
        '<link rel="alternate" type="application/rss+xml" href="feed.xml"></head></html>'
    )
    folder.server.sites[HOST] = {"/feed.xml": page(rss())}
    assert [one.url for one in look(folder, str(saved))] == [f"http://{HOST}/feed.xml"]


def test_what_cannot_be_read_is_told_and_costs_the_others_nothing(folder: SiteFolder) -> None:
    folder.server.sites[HOST] = {"/": page("<html><a href='/rss.xml'>RSS</a></html>"), "/rss.xml": page(rss())}
    hostile = "<a href='/x/feed'>" * 100_000 + "<a '" * 300_000
    folder.server.sites["other.example"] = {"/": page(hostile)}
    found = look(folder, "http://127.1/", "http://other.example/", f"http://{HOST}/")
    assert [one.url for one in found] == [f"http://{HOST}/rss.xml"]
    assert "disguised" in folder.told[0]
    assert folder.told[1] == "http://other.example/: no feed and no news sitemap was found"
    assert len(folder.server.paths("other.example")) <= 12


def test_what_is_chosen_is_added_behind_the_own_sources_and_nothing_is_overwritten(folder: SiteFolder) -> None:
    mine = (
        '# mine\n[[source]]\nid = "harbour-news"\npublisher = "Another"\nfamily = "another"\ncountry = "GB"\n'
        'language = "en"\nreliability = "B"\ncadence_hours = 24\nfeeds = ["https://another.example/feed"]\n'
    )
    folder.write(HOST, sources=mine)
    folder.server.sites[HOST] = {
        "/": page(
            '<html><head><meta property="og:site_name" content="Harbour News"></head>'
            '<a href="/rss/a.xml">A</a><a href="/rss/b.xml">B</a></html>'
        ),
        "/rss/a.xml": page(rss("A", every_h=48)),
        "/rss/b.xml": page(rss("B", every_h=6)),
    }
    found = look(folder, f"http://{HOST}/")
    with pytest.raises(ConfigError, match="1 to 2"):
        choose(found, ["3"], False)
    path, added, known = add_discovered(folder.path, choose(found, [], True))
    text = path.read_text(encoding="utf-8")
    assert text.startswith(mine)
    (source,) = added
    assert (source.id, source.country, source.family) == ("harbour-news-2", "NO", "harbour-news-no")
    assert (source.reliability, source.language, source.cadence_hours) == ("F", "en", 6.0)
    assert tomllib.loads(text)["source"][1]["feeds"] == [one.url for one in found]
    assert known == 0
    again = add_discovered(folder.path, found)
    assert (again[1], again[2]) == ([], 2)
    assert path.read_text(encoding="utf-8") == text


def test_a_country_that_the_domain_does_not_tell_is_asked_for(folder: SiteFolder) -> None:
    folder.write("other.example")
    folder.server.sites["other.example"] = {"/feed": page(rss(host="other.example"))}
    found = look(folder, "http://other.example/feed")
    with pytest.raises(ConfigError, match="--country"):
        add_discovered(folder.path, found)
    _, (source,), _ = add_discovered(folder.path, found, country="kz", publisher="The Other")
    assert (source.country, source.publisher, source.id) == ("KZ", "The Other", "the-other")


@pytest.mark.parametrize(
    ("domain", "country"),
    [("a.no", "NO"), ("a.co.uk", "GB"), ("a.com", None), ("a.eu", None), ("a.io", None), ("a.com.kz", "KZ")],
)
def test_a_country_is_known_by_its_own_domains(domain: str, country: str | None) -> None:
    assert country_of(domain) == country


def test_the_command_tells_and_adds(folder: SiteFolder) -> None:
    folder.server.sites[HOST] = {"/feed": page(rss())}
    runner = CliRunner()
    result = runner.invoke(app, ["sources", "discover", f"http://{HOST}/feed", "-c", str(folder.path), "--add", "1"])
    assert result.exit_code == 0, result.output
    assert "Harbour News" in result.output
    assert "added www-harbour-news-no" in result.output or "added harbour-news-no" in result.output
    assert runner.invoke(app, ["sources", "discover", "http://other.example", "-c", str(folder.path)]).exit_code == 2
