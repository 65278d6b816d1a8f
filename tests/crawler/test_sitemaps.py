"""News sitemaps, URL sets and sitemap indexes become entries and children."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.feeds import entries_json
from crawler.jobs import parse_document
from crawler.sitemaps import is_sitemap, parse_sitemap
from tests.crawler.servers import gzipped

URL = "https://wire.example/sitemap.xml"
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><loc> https://wire.example/a?x=1&amp;y=2 </loc><lastmod>2026-11-21</lastmod>
<xhtml:link rel="alternate" hreflang="fr" href="https://wire.example/fr/a"/>
<news:news><news:publication><news:name>The Wire</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-11-21T08:15:00+01:00</news:publication_date><news:title>Tanker &amp;amp; port</news:title>
</news:news>
<image:image><image:loc>https://wire.example/a.jpg</image:loc><image:title>A picture</image:title></image:image></url>
<url><loc>/b</loc></url><url><loc>mailto:x@y.example</loc></url><url/></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://wire.example/old.xml</loc><lastmod>2026-01-01</lastmod></sitemap>
<sitemap><loc>https://wire.example/new.xml.gz</loc><lastmod>2026-11-20T10:00:00Z</lastmod></sitemap>
<sitemap><loc>/undated.xml</loc></sitemap></sitemapindex>"""


def test_news_sitemap_gives_titles_dates_and_languages() -> None:
    parsed = parse_sitemap(NEWS.encode(), url=URL)

    first, second = parsed.entries
    assert (parsed.title, parsed.error) == ("The Wire", None)
    assert first.id == first.link == "https://wire.example/a?x=1&y=2"
    assert (first.title, first.language) == ("Tanker & port", "en")
    assert first.published_at == datetime(2026, 11, 21, 7, 15, tzinfo=UTC)
    assert first.updated_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert (second.link, second.title, second.published_at) == ("https://wire.example/b", "", None)


def test_index_names_its_sitemaps_newest_first() -> None:
    assert parse_sitemap(INDEX.encode(), url=URL).children == (
        "https://wire.example/new.xml.gz",
        "https://wire.example/old.xml",
        "https://wire.example/undated.xml",
    )
    assert parse_sitemap(INDEX.encode(), url=URL).entries == ()


@pytest.mark.parametrize(
    "body",
    [NEWS.encode(), gzipped(NEWS.encode()), NEWS.replace("UTF-8", "UTF-16").encode("utf-16")],
    ids=["plain", "packed", "wide"],
)
def test_packed_plain_and_wide_sitemaps_are_the_same(body: bytes) -> None:
    assert parse_sitemap(body, url=URL) == parse_sitemap(NEWS.encode(), url=URL)


def test_truncated_gzip_gives_what_was_there_and_says_so() -> None:
    many = "".join(f"<url><loc>https://wire.example/{n}/{n * 7919 % 10007}</loc></url>" for n in range(3_000))
    packed = gzipped(f"<urlset>{many}</urlset>".encode())
    parsed = parse_sitemap(packed[: len(packed) // 2], url=URL)

    assert 100 < len(parsed.entries) < 3_000
    assert parsed.error == "truncated gzip"


def test_gzip_bomb_is_cut_at_the_cap() -> None:
    parsed = parse_sitemap(gzipped(b"<urlset>" + b" " * 80_000_000), url=URL)
    assert "32 MiB" in (parsed.error or "")


def test_broken_xml_keeps_the_entries_before_the_fault() -> None:
    body = "<urlset><url><loc>https://wire.example/1</loc></url><url><loc>https://wire.example/2</url>"
    parsed = parse_sitemap(body.encode(), url=URL)

    assert parsed.entries[0].link == "https://wire.example/1"
    assert (parsed.error or "").startswith("XML error at line 1")


def test_plain_text_sitemap_is_one_address_a_line() -> None:
    parsed = parse_sitemap(b"# all\nhttps://wire.example/1\nhttps://wire.example/2\n", url=URL)
    assert [entry.link for entry in parsed.entries] == ["https://wire.example/1", "https://wire.example/2"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty document"),
        (b"<html><body>404</body></html>", "an HTML page, not a sitemap"),
        (b"<rss/>", "an XML document <rss>, not a sitemap"),
        (b"nothing here", "not a sitemap"),
        (b"\x1f\x8b\x08broken", "gzip"),
    ],
)
def test_what_is_no_sitemap_says_why(body: bytes, words: str) -> None:
    assert words in (parse_sitemap(body, url=URL).error or "")


def test_external_and_nested_entities_stay_closed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://wire.example/hunter2")
    body = f"""<!DOCTYPE urlset [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY a "b"><!ENTITY c "&a;&a;">]>
<urlset><url><loc>https://wire.example/&x;</loc></url><url><loc>https://wire.example/&c;&a;</loc></url></urlset>"""
    links = [entry.link for entry in parse_sitemap(body.encode(), url=URL).entries]

    assert "hunter2" not in repr(links)
    assert links[1].endswith("&c;b")


def test_a_sitemap_is_told_from_a_feed_by_its_first_element(tmp_path: Path) -> None:
    path = tmp_path / "map.xml.gz"
    path.write_bytes(gzipped(NEWS.encode()))

    assert is_sitemap(NEWS.encode())
    assert is_sitemap(path.read_bytes())
    assert not is_sitemap(b"<rss/>")
    assert entries_json(path)["entries"][0]["published"] == "2026-11-21T07:15:00Z"


A = "<url><loc>https://wire.example/a</loc><lastmod>2026-03-01T10:00+00:00</lastmod></url>"


@pytest.mark.parametrize(
    "body",
    [
        f"<urlset>{A}</urlset>",
        f'<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9">{A}</s:urlset>',
        f'<urlset xmlns="http://www.google.com/schemas/sitemap/0.84">{A}</urlset>',
        f"<URLSET>{A.upper().replace('HTTPS://WIRE.EXAMPLE/A', 'https://wire.example/a')}</URLSET>",
        f"<urlset><urls>{A}</urls></urlset>",
        f"<urlset><url><news:news><news:title>T</news:title></news:news>{A[5:]}</urlset>",
    ],
)
def test_a_sitemap_is_read_whatever_its_namespaces(body: str) -> None:
    parsed = parse_sitemap(body.encode(), url=URL)
    (entry,) = parsed.entries
    assert (entry.link, entry.updated_at, parsed.error) == (
        "https://wire.example/a",
        datetime(2026, 3, 1, 10, tzinfo=UTC),
        None,
    )


def test_a_sitemap_that_was_packed_twice_is_unpacked_twice() -> None:
    packed = gzipped(gzipped(NEWS.encode()))
    assert parse_sitemap(packed, url=URL).entries == parse_sitemap(NEWS.encode(), url=URL).entries


def test_an_undated_index_is_read_from_its_news_and_its_latest_month() -> None:
    names = ("2024", "posts-2026-02", "authors", "posts-2026-03", "news")
    index = "".join(f"<sitemap><loc>/{name}.xml</loc></sitemap>" for name in names)
    found = parse_sitemap(f"<sitemapindex>{index}</sitemapindex>".encode(), url=URL).children
    assert [link.rpartition("/")[2] for link in found] == [
        "posts-2026-03.xml", "posts-2026-02.xml", "news.xml", "2024.xml", "authors.xml",
    ]  # fmt: skip


def test_a_feed_may_stand_in_a_sitemaps_place(tmp_path: Path) -> None:
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>x</title>"
        "<link href='https://wire.example/a'/></entry></feed>"
    )
    parsed = parse_document("sitemap", atom.encode(), URL, None)
    assert [entry.link for entry in parsed.entries] == ["https://wire.example/a"]
    assert "not a sitemap" in (parse_document("sitemap", b"<rss/>", URL, None).error or "")


PIECES = st.sampled_from(
    [
        *(
            "<urlset>",
            "<sitemapindex>",
            "<url>",
            "<loc>",
            "</loc>",
            "https://a.example/",
            "<a:b c='",
            "<!--",
            "]]>",
            "&x;",
        ),
        *("\x00", "<news:title>", "<lastmod>", "2026-99-99", "\x1f\x8b", "<urlset:"),
    ]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=20))
def test_no_bytes_make_the_reader_raise(parts: list[str]) -> None:
    for body in ("".join(parts).encode(), ("<urlset>" + "".join(parts)).encode()):
        assert all(entry.link for entry in parse_sitemap(body, url=URL).entries)
