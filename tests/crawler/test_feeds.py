"""Feeds of every format and fault become entries, and nothing in them is expanded, opened or raised."""

from __future__ import annotations

import gzip
import json
import os
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.feeds import entries_json, parse_feed

URL = "https://wire.example/news/feed.xml"
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Harbour Wire</title><link>https://wire.example/</link><language>en-gb</language><ttl>30</ttl>
<item><title><![CDATA[Fire at <b>Kalvik</b> terminal &amp; quay]]></title><link>/2026/fire?a=1&amp;b=2</link>
<guid isPermaLink="false">wire-77</guid><pubDate>Sat, 21 Nov 2026 09:30:00 +0300</pubDate>
<dc:creator>Ada Lund</dc:creator>
<description>&lt;p&gt;Crews fought a fire.&lt;/p&gt;&lt;p&gt;Loading stopped.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Crews fought a fire at the terminal.</p><script>alert(1)</script>
<p>Loading stopped.</p>]]></content:encoded></item></channel></rss>"""


def shared_feeds() -> Path:
    root = Path(os.environ.get("LINEWALKER_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
    if not (root / "feeds" / "expected.jsonl").exists():
        pytest.skip("the shared development data is not here")
    return root / "feeds"


def test_rss_entry_has_every_field_as_plain_text() -> None:
    parsed = parse_feed(RSS.encode(), url=URL)

    assert (parsed.title, parsed.error, parsed.ttl_minutes) == ("Harbour Wire", None, 30)
    (entry,) = parsed.entries
    assert entry.id == "wire-77"
    assert entry.link == "https://wire.example/2026/fire?a=1&b=2"
    assert entry.title == "Fire at Kalvik terminal & quay"
    assert entry.summary == "Crews fought a fire.\nLoading stopped."
    assert entry.content == "Crews fought a fire at the terminal.\nLoading stopped."
    assert entry.authors == ("Ada Lund",)
    assert entry.published_at == datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
    assert entry.language == "en"


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/a/"><title>T</title>
<entry><id>tag:1</id><title type="html">Oil &amp;lt; $50 &amp;amp; gas</title><link href="b/1"/>
<updated>2026-11-21T10:00:00.5Z</updated>
<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Up <b>3%</b></div></summary>
</entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://x.example/"><title>R</title></channel>
<item rdf:about="https://x.example/1"><title>One</title><link>https://x.example/1</link>
<dc:date>2026-11-21T10:00Z</dc:date></item></rdf:RDF>"""
RSS091 = """<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>N</title><item><title>Caf&eacute;</title><link>https://x.example/2</link></item></channel></rss>"""


def test_atom_resolves_links_against_xml_base_and_falls_back_to_updated() -> None:
    (entry,) = parse_feed(ATOM.encode(), url=URL).entries

    assert entry.link == "https://base.example/a/b/1"
    assert entry.title == "Oil < $50 & gas"
    assert entry.summary == "Up 3%"
    assert entry.published_at == entry.updated_at == datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_rdf_entry_takes_its_date_from_dublin_core() -> None:
    (entry,) = parse_feed(RDF.encode(), url=URL).entries

    assert (entry.id, entry.title) == ("https://x.example/1", "One")
    assert entry.published_at == datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_rss_091_with_a_doctype_and_a_named_entity_is_read() -> None:
    parsed = parse_feed(RSS091.encode(), url=URL)

    assert (parsed.entries[0].title, parsed.error) == ("Café", None)


def test_json_feed_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "language": "en-US",
        "items": [
            {
                "id": 7,
                "url": "/seven",
                "title": "Pipeline &amp; port",
                "content_html": "<p>A</p><p>B</p>",
                "date_published": "2026-11-21T12:00:00+02:00",
                "authors": [{"name": "Bo Ek"}],
            },
            "no item",
        ],
    }
    parsed = parse_feed(json.dumps(feed).encode(), url=URL)

    (entry,) = parsed.entries
    assert (entry.id, entry.link, entry.title) == ("7", "https://wire.example/seven", "Pipeline & port")
    assert (entry.content, entry.authors, entry.language) == ("A\nB", ("Bo Ek",), "en")
    assert entry.published_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert parsed.error == "1 items are no objects and were left out"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty document"),
        (b" \r\n\x00", "empty document"),
        (b"<!doctype html><html><head><title>Gone</title></head><body>No</body></html>", "an HTML page, not a feed"),
        (b"<HTML><body>Not here</body></HTML>", "an HTML page, not a feed"),
        (b"<settings><a/></settings>", "an XML document <settings>, not a feed"),
        (b"no feed at all", "not a feed"),
        (b'{"items": 3}', "no list of items"),
        (b'{"items": [', "JSON error at line 1"),
        (b"{" * 100_000, "JSON"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (b"%PDF-1.7 \x00\x01", "not a feed"),
        (b"\x1f\x8b\x08\x00broken", "gzip"),
        (RSS.encode()[:700], "XML error at line"),
    ],
)
def test_what_is_no_feed_says_why_in_one_line(body: bytes, words: str) -> None:
    parsed = parse_feed(body, url=URL)

    assert words in (parsed.error or "")
    assert "\n" not in (parsed.error or "")


def test_truncated_feed_keeps_the_entries_before_the_cut() -> None:
    items = "".join(f"<item><title>Entry {n}</title><link>https://x.example/{n}</link></item>" for n in range(9))
    body = f'<rss version="2.0"><channel><title>T</title>{items}'.encode()[:-20]
    parsed = parse_feed(body, url=URL)

    assert [entry.title for entry in parsed.entries][:8] == [f"Entry {n}" for n in range(8)]
    assert (parsed.error or "").startswith("XML error at line 1:")


def test_bare_ampersands_and_forbidden_characters_cost_nothing() -> None:
    body = RSS.replace("Crews fought", "R&D \x0b\x00 crews &unknown; &#7; fought")
    parsed = parse_feed(body.encode(), url=URL)

    assert parsed.error is None
    assert parsed.entries[0].summary.startswith("R&D crews &unknown; fought")


def test_control_and_bidi_characters_are_dropped() -> None:
    body = RSS.replace("Kalvik", "Kal\u202evik\u200b\u2066\ufeff\u0085")
    assert "Kalvik" in parse_feed(body.encode(), url=URL).entries[0].title


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("AT&amp;T wins", "AT&T wins"),
        ("AT&amp;amp;T wins", "AT&T wins"),
        ("Iran&amp;#8217;s port", "Iran’s port"),
        ("<![CDATA[Iran&#8217;s port]]>", "Iran’s port"),
        ("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"),
        ("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt; move", "Bold move"),
        ("Price &lt; $50 &gt; cost", "Price < $50 > cost"),
        ("<![CDATA[Flow <3 bcm]]>", "Flow <3 bcm"),
        ("Two\n   lines", "Two lines"),
        ("What is &amp;copy= here?", "What is &copy= here?"),
    ],
)
def test_titles_become_plain_text(raw: str, text: str) -> None:
    body = f'<rss version="2.0"><channel><item><title>{raw}</title></item></channel></rss>'
    assert parse_feed(body.encode(), url=URL).entries[0].title == text


@pytest.mark.parametrize(
    ("written", "hour_utc"),
    [
        ("Sat, 21 Nov 2026 14:00:00 GMT", 14),
        ("Sat, 21 Nov 2026 14:00:00 MSK", 11),
        ("21 Nov 26 14:00 EST", 19),
        ("2026-11-21T14:00:00+05:30", 8.5),
        ("2026-11-21 14:00:00", 14),
        ("Sat Nov 21 14:00:00 UTC 2026", 14),
        ("November 21, 2026 2:00 PM ET", 19),
        ("21.11.2026 14:00 +0300", 11),
        ("2026/11/21 14:00", 14),
        ("Saturday, 21 November 2026 - 14:00", 14),
    ],
)
def test_dates_become_utc_instants(written: str, hour_utc: float) -> None:
    body = f'<rss version="2.0"><channel><item><title>x</title><pubDate>{written}</pubDate></item></channel></rss>'
    (entry,) = parse_feed(body.encode(), url=URL).entries

    assert entry.published_at == datetime(2026, 11, 21, int(hour_utc), int(hour_utc % 1 * 60), tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["soon", "0000-00-00", "Sat, 99 Nov 2026", "2026-02-31", "9999-12-31T23:59:59-12:00", ""]
)
def test_a_date_that_is_none_is_left_out(written: str) -> None:
    body = f'<rss version="2.0"><channel><item><title>x</title><pubDate>{written}</pubDate></item></channel></rss>'
    assert parse_feed(body.encode(), url=URL).entries[0].published_at is None


@pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@b.example", "http://[bad", "https://h:port/", ""])
def test_a_link_that_cannot_be_fetched_is_none_and_the_id_is_a_hash(link: str) -> None:
    body = f'<rss version="2.0"><channel><item><title>x</title><link>{link}</link></item></channel></rss>'
    (entry,) = parse_feed(body.encode(), url="").entries

    assert entry.link is None
    assert entry.id.startswith("sha256:")
    assert entry.id == parse_feed(body.encode(), url="").entries[0].id


CYRILLIC = (
    '<?xml version="1.0" encoding="{}"?>'
    '<rss version="2.0"><channel><item><title>Взрыв на заводе</title></item></channel></rss>'
)


@pytest.mark.parametrize(
    ("codec", "declared", "content_type"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8-sig", "windows-1251", None),
        ("utf-8", "windows-1251", None),
        ("utf-8", "no-such-charset", None),
        ("utf-16", "utf-16", None),
        ("utf-16-le", "utf-16", None),
        ("utf-16-be", "utf-16", None),
        ("utf-32", "utf-32", None),
        ("utf-32-be", "utf-32", None),
        ("cp1251", "windows-1251", None),
        ("koi8-r", "koi8-r", "text/xml"),
        ("cp1251", "utf-8", "text/xml; charset=windows-1251"),
        ("cp1251", "utf-8", None),
        ("utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        ("utf-8", "utf-8", 'application/rss+xml; charset="UTF-8"'),
    ],
)
def test_encodings_declared_rightly_or_wrongly_are_read(codec: str, declared: str, content_type: str | None) -> None:
    body = CYRILLIC.format(declared).encode(codec)
    assert parse_feed(body, url=URL, content_type=content_type).entries[0].title == "Взрыв на заводе"


def test_one_foreign_byte_does_not_garble_a_utf8_feed() -> None:
    body = CYRILLIC.format("utf-8").encode().replace(" на".encode(), b" \x93" + "на".encode())
    assert parse_feed(body, url=URL).entries[0].title == "Взрыв “на заводе"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMBS = {
    "one line": f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]>',
    "lines": f'<!DOCTYPE rss [\n<!ENTITY l0 "lol">{LAUGHS.replace("<!", chr(10) + "<!")}\n]>',
    "comment with an element before it": f'<!-- <rss> --><!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]>',
    "instruction before it": f'<?x <a ?><!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]>',
    "parameter entities": f'<!DOCTYPE rss [<!ENTITY % p "x">%p;<!ENTITY l0 "lol">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE rss [<!ENTITY l11 "{"a" * 100_000}">]>',
}


@pytest.mark.parametrize("doctype", BOMBS.values(), ids=BOMBS.keys())
def test_entity_bombs_do_not_explode(doctype: str) -> None:
    title = "a " + "&l11;" * 2_000
    body = (
        f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><item><title>{title}</title></item></channel></rss>'
    )
    tracemalloc.start()
    began = time.perf_counter()
    parsed = parse_feed(body.encode(), url=URL)
    spent, peak = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert len(parsed.entries) == 1
    assert "lollol" not in parsed.entries[0].title
    assert spent < 5
    assert peak < 50_000_000


@pytest.mark.parametrize("place", ["file://{path}", "{path}"])
def test_external_entities_are_never_opened(tmp_path: Path, place: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    address = place.format(path=secret)
    body = f"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "{address}"><!ENTITY % y SYSTEM "{address}">%y;]>
<rss version="2.0"><channel><item><title>before &x; after</title></item></channel></rss>"""
    parsed = parse_feed(body.encode(), url=URL)

    assert parsed.entries[0].title.startswith("before")
    assert "hunter2" not in repr(parsed)


def test_declared_text_entities_and_the_line_numbers_survive() -> None:
    body = """<?xml version="1.0"?>
<!DOCTYPE rss [
<!ENTITY firm "Kalvik &#38; Sons">
]>
<rss version="2.0"><channel><item><title>&firm; port</title></item>
</channel></oops>"""
    parsed = parse_feed(body.encode(), url=URL)

    assert parsed.entries[0].title == "Kalvik & Sons port"
    assert (parsed.error or "").startswith("XML error at line 6")


def test_gzipped_feed_file_and_sitemap_at_a_feeds_address_are_read() -> None:
    sitemap = b"<urlset><url><loc>https://x.example/1</loc></url></urlset>"

    assert len(parse_feed(gzip.compress(RSS.encode()), url=URL).entries) == 1
    assert parse_feed(sitemap, url=URL).entries[0].link == "https://x.example/1"


def test_a_deep_or_wide_feed_is_read_in_good_time() -> None:
    deep = "<rss><channel><item><title>" + "<a>" * 20_000 + "x"
    began = time.perf_counter()
    parse_feed(deep.encode(), url=URL)
    assert time.perf_counter() - began < 10


def test_entries_json_writes_instants_and_names_what_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(RSS)
    record = entries_json(path)

    assert record["file"] == str(path)
    assert record["entries"][0] == {
        "id": "wire-77",
        "link": "https://wire.example/2026/fire?a=1&b=2",
        "title": "Fire at Kalvik terminal & quay",
        "published": "2026-11-21T06:30:00Z",
        "summary": "Crews fought a fire.\nLoading stopped.",
    }
    assert entries_json(tmp_path / "absent.xml")["error"].startswith("cannot be read")


def test_real_feeds_agree_with_feedparser_on_their_entries() -> None:
    folder = shared_feeds()
    rows = [json.loads(line) for line in (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines()]
    wrong = [row["file"] for row in rows if len(entries_json(folder / row["file"])["entries"]) != row["entries"]]

    assert len(wrong) <= 0.02 * len(rows), wrong


PIECES = st.sampled_from(
    [
        *(
            "<rss>",
            "<feed xmlns='http://www.w3.org/2005/Atom'>",
            "<channel>",
            "<item>",
            "<entry>",
            "<title>",
            "</title>",
        ),
        *("<link>", "</item>", "<![CDATA[", "]]>", "&amp;", "&#x0;", "&lol;", "<!DOCTYPE a [", "<!ENTITY x 'y'>", "]>"),
        *("<?xml encoding='utf-16'?>", "<dc:date>", "2026-13-45", "<guid>", "<content type='xhtml'>", "<div>", "text"),
        *("\x00", "\ufffe", "{", "<urlset>", "<url><loc>", "<a:b", "&", "&#99999999999;", "\u202e"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=25).map(lambda parts: "".join(parts).encode())))
def test_no_bytes_make_the_reader_raise(body: bytes) -> None:
    parsed = parse_feed(body, url=URL)

    assert parsed.entries or parsed.children or parsed.error or body.strip()
    assert all(entry.id for entry in parsed.entries)


def test_an_author_without_end_takes_no_time() -> None:
    feed = (
        "<rss version='2.0'><channel><title>Wire</title><item><title>Pump fire</title><link>http://news.example/a"
        f"</link><author>{'a' * 65_536}</author><description>{'word ' * 5000}</description></item></channel></rss>"
    )
    started = time.process_time()
    (entry,) = parse_feed(feed.encode(), url=URL).entries
    assert time.process_time() - started < 2
    assert (entry.title, entry.link) == ("Pump fire", "http://news.example/a")
    assert entry.summary.count("word") > 1000


KEYS = st.sampled_from(["items", "id", "url", "title", "authors", "name", "version", "date_published", "content_html"])
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=20
)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_no_json_makes_the_reader_raise(value: object) -> None:
    document = {"version": "https://jsonfeed.org/version/1", "items": [value]}
    assert len(parse_feed(json.dumps(document).encode(), url=URL).entries) <= 1


@pytest.mark.parametrize(
    ("markup", "hours", "days"),
    [
        ("<skipHours><hour>0</hour><hour> 5 </hour></skipHours>", (0, 5), ()),
        ("<skipHours><hour>24</hour><hour>99</hour><hour>x</hour></skipHours>", (0,), ()),
        ("<skipDays><day>Saturday</day><day>SUN</day><day>Someday</day></skipDays>", (), (5, 6)),
        ("<skipHours>" + "".join(f"<hour>{n}</hour>" for n in range(24)) + "</skipHours>", (), ()),
        ("<description>skipHours</description>", (), ()),
    ],
)
def test_the_hours_and_days_in_which_a_feed_is_not_to_be_read(
    markup: str, hours: tuple[int, ...], days: tuple[int, ...]
) -> None:
    body = f"<rss version='2.0'><channel><title>T</title>{markup}<item><title>a</title></item></channel></rss>"
    parsed = parse_feed(body.encode(), url="https://wire.example/feed")
    assert (parsed.skip_hours, parsed.skip_days) == (hours, days)


def test_entries_to_which_the_publisher_gave_no_id_are_counted() -> None:
    items = "<item><link>https://wire.example/1</link></item><item><guid>x</guid></item>"
    body = f"<rss version='2.0'><channel>{items}</channel></rss>"
    assert parse_feed(body.encode(), url="https://wire.example/feed").without_id == 1
    listed = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "https://wire.example/1"}, {"id": 2}]}'
    assert parse_feed(listed.encode(), url="https://wire.example/feed").without_id == 1


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026年3月3日 06:00", "2026-03-03T06:00"),
        ("2026. 3. 3. 06:00", "2026-03-03T06:00"),
        ("2026년 3월 3일 06:00", "2026-03-03T06:00"),
        ("Di, 03 Mär 2026 06:00:00 +0100", "2026-03-03T05:00"),
        ("2026-W10-2", None),
        ("2026 - soon", None),
    ],
)
def test_a_date_is_read_as_written_and_never_completed_from_the_clock(written: str, day: str | None) -> None:
    feed = f"<rss version='2.0'><channel><item><title>a</title><pubDate>{written}</pubDate></item></channel></rss>"
    found = parse_feed(feed.encode(), url="https://news.example.com/feed").entries[0].published_at
    assert (found.isoformat()[:16] if found else None) == day
