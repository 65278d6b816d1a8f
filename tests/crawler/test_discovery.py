"""The feeds that a page and a robots.txt tell of, without asking for any."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import (
    MAX_FOUND,
    WELL_KNOWN,
    find_announced,
    find_sitemaps,
    find_well_known,
    looks_like_news,
    read_page,
)
from crawler.feeds import parse_feed
from crawler.jobs import examine_feed
from crawler.seen_feeds import SeenFeed
from tests.crawler.servers import NOW

PAGE = "https://www.site.example/en/energy/"
RSS = 'rel="alternate" type="application/rss+xml"'


def found(body: str, url: str = PAGE) -> list[tuple[str, str]]:
    return [(feed.how, feed.url) for feed in read_page(body.encode(), url).feeds]


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        (f'<link {RSS} href="/feed">', "https://www.site.example/feed"),
        (f"<LINK {RSS.upper()} HREF='rss.xml'>", "https://www.site.example/en/energy/rss.xml"),
        (f'<link {RSS} href="//feeds.other.example/x">', "https://feeds.other.example/x"),
        (f'<link {RSS} title="A > B" href="/f?a=1&amp;b=2"/>', "https://www.site.example/f?a=1&b=2"),
        (f'<base href="/de/"><link {RSS} href="feed">', "https://www.site.example/de/feed"),
        ("<link rel=alternate type=application/atom+xml href=/atom>", "https://www.site.example/atom"),
        ('<link rel="alternate" type="application/feed+json" href="/f.json">', "https://www.site.example/f.json"),
        ('<link rel="feed" href="/news">', "https://www.site.example/news"),
        ('<link rel="alternate" type="text/xml" href="/rss.php">', "https://www.site.example/rss.php"),
        (f'<link {RSS.replace("rss+xml", "rss+xml; charset=utf-8")} href="/f">', "https://www.site.example/f"),
        (f'<svg><style>a{{}}</style></svg>\n<link\n{RSS}\nhref="/f"\n>', "https://www.site.example/f"),
    ],
)
def test_an_announced_feed_is_found_however_it_is_written(markup: str, url: str) -> None:
    assert found(f"<html><head>{markup}</head></html>") == [("announced", url)]
    assert find_announced(markup.encode(), PAGE) == (url,)


@pytest.mark.parametrize(
    "href",
    [
        "/rss", "/feeds/", "/en/rss.xml", "/news.rss", "/rss/energy", "/feeds/energy.xml", "/?feed=rss2",
        "/news?format=feed&amp;type=rss", "/energy/feed/", "/feed/atom/", "https://feeds.site.example/energy",
        "feed://www.site.example/x.rss", "https://feeds.burner.example/site", "/export/rss2.php",
    ],
)  # fmt: skip
def test_a_link_that_looks_like_a_feed_is_found(href: str) -> None:
    (one,) = read_page(f'<a class="x" href="{href}">Our feed</a>'.encode(), PAGE).feeds
    assert (one.how, one.title) == ("linked", "Our feed")


@pytest.mark.parametrize(
    "markup",
    [
        f'<!-- <link {RSS} href="/feed"> -->',
        f"<script>document.write('<link {RSS} href=\"/feed\">')</script>",
        '<link rel="alternate" hreflang="fr" href="/fr/">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed?url=feed">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" type="application/activity+json" href="/feed">',
        '<link rel="stylesheet" href="/rss.css">',
        f'<link {RSS} href="javascript:alert(1)">',
        f'<link {RSS} href="">',
        '<a href="/about/feedback">Feedback</a>',
        '<a href="/news/why-rss-is-not-dead">RSS</a>',
        '<a href="https://feedly.example/i/subscription/feed/https://www.site.example/feed">+</a>',
        '<a href="https://elsewhere.example/rss.xml">a friend</a>',
        '<a href="mailto:feed@site.example">x</a>',
    ],
)
def test_what_is_no_feed_of_the_site_is_left_out(markup: str) -> None:
    assert found(markup) == []


def test_comments_are_marked_and_last_and_never_named_to_the_operator() -> None:
    page = (
        f'<link {RSS} title="Site &raquo; Comments Feed" href="/comments/feed/"><link {RSS} title="Site" href="/feed/">'
        f'<link {RSS} title="Kommentare" href="/k"><a href="/rss">RSS</a>'
    )
    feeds = read_page(page.encode(), PAGE).feeds
    assert [(feed.url.rpartition(".example")[2], feed.comments) for feed in feeds] == [
        ("/feed/", False), ("/rss", False), ("/comments/feed/", True), ("/k", True),
    ]  # fmt: skip
    assert find_announced(page.encode(), PAGE) == ("https://www.site.example/feed/",)


def test_one_feed_is_told_once_and_a_page_never_as_its_own() -> None:
    page = f'<a href="/feed">x</a><link {RSS} href="http://www.site.example/feed/"><link {RSS} href="/feed#top">'
    assert found(page) == [("announced", "http://www.site.example/feed/")]
    assert find_announced(page.encode(), "https://www.site.example/feed") == ()


def test_a_saved_page_says_where_it_was() -> None:
    head = f'<link rel="canonical" href="https://site.example/x"><link {RSS} href="feed">'
    page = f'{head}<meta property="og:site_name" content="The Site">'
    read = read_page(page.encode(), "")
    assert (read.url, read.name, read.feeds[0].url) == (
        "https://site.example/x",
        "The Site",
        "https://site.example/feed",
    )
    assert read_page(f'<link {RSS} href="feed">'.encode(), "").feeds == ()


def test_a_feeds_reason_names_what_the_page_announces() -> None:
    parsed = parse_feed(
        f'<!doctype html><html><link {RSS} href="/a"/><link {RSS} href="/b"/></html>'.encode(), url=PAGE
    )
    assert parsed.announced == ("https://www.site.example/a", "https://www.site.example/b")
    assert parsed.error == (
        "an HTML page, not a feed; it announces https://www.site.example/a and 1 more: put that into sources.toml"
    )


def test_robots_txt_names_sitemaps_news_first() -> None:
    robots = (
        "User-agent: *\nDisallow: /\nSitemap: https://site.example/sitemap.xml\nSITEMAP : /google-news.xml # news\n"
        "Sitemap: https://site.example/sitemap.xml\nSitemap:\nSitemap: javascript:1\n"
    )
    assert [feed.url for feed in find_sitemaps(robots.encode(), "https://site.example/")] == [
        "https://site.example/google-news.xml",
        "https://site.example/sitemap.xml",
    ]
    assert looks_like_news("https://site.example/sitemap-news.xml")
    assert not looks_like_news("https://site.example/sitemap-products.xml")


def test_well_known_paths_are_few() -> None:
    assert len(find_well_known("https://site.example/x/y")) == len(WELL_KNOWN) <= 8
    assert find_well_known("https://site.example:8443/x")[0].url == "https://site.example:8443/feed"


@pytest.mark.parametrize(
    "body",
    [
        "".join(f'<a href="/{n}/feed">x</a>' for n in range(100_000)),
        '<a "' * 500_000,
        "<a" * 1_000_000,
        "<link " + "a=b " * 500_000 + ">",
        "<a '\"" * 500_000,
        "<script>" * 200_000,
        "<!--" * 400_000,
        f"<link {RSS} href='/" + "x" * 2_000_000 + "'>",
        "<a href='" + "&amp;" * 400_000 + "'>",
    ],
    ids=["links", "quotes", "open", "attributes", "mixed", "scripts", "comments", "long", "entities"],
)
def test_a_hostile_page_is_bounded(body: str) -> None:
    assert len(read_page(body.encode(), PAGE).feeds) <= MAX_FOUND


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([f"<link {RSS} ", "href=", "'", '"', ">", "<a ", "<!--", "/feed", "\x00", "&#x;", "é"]))
)
def test_no_bytes_make_the_reader_raise(parts: list[str]) -> None:
    read = read_page("".join(parts).encode(), PAGE)
    assert all(feed.url.startswith("http") for feed in read.feeds)


def test_what_a_candidate_holds_is_told() -> None:
    item = "<item><title>Valve closed at the northern berth</title><link>https://site.example/{n}</link></item>"
    body = f"<rss version='2.0'><channel>{''.join(item.format(n=n) for n in range(4))}</channel></rss>"
    seen = examine_feed("feed", body.encode(), PAGE, None, NOW)
    assert isinstance(seen, SeenFeed)
    assert (seen.entries, seen.text, seen.notes) == (4, "titles only", ("no dates", "it gives no ids"))
    empty = examine_feed("feed", b"<rss version='2.0'><channel><title>E</title></channel></rss>", PAGE, None, NOW)
    assert isinstance(empty, SeenFeed)
    assert empty.notes == ("no entries",)
    assert examine_feed("feed", b"<html></html>", PAGE, None, NOW) == "an HTML page, not a feed"
