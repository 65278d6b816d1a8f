"""OPML comes in from any feed reader, and what Linewalker writes comes back as it was."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.opml import parse_opml, render_opml
from crawler.sources import SourcesError, load_sources

READER = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Subs</title></head><body>
<outline text="Energy"><outline title="Ports" text="Ports">
<outline type="rss" text="Harbour &amp;amp; Wire" xmlUrl="https://www.wire.example/feed?a=1&amp;b=2" htmlUrl="https://wire.example/"/>
<outline type="rss" title="Harbour &amp; Wire" XMLURL="https://wire.example/other" language="FR-ca"/></outline>
<outline xmlUrl="https://feeds.grid.example/rss"/><outline text="no feed"/><outline text="bad" xmlUrl="javascript:1"/>
<outline text="again" xmlUrl="https://feeds.grid.example/rss"/></outline></body></opml>"""


def test_a_readers_list_becomes_sources_with_defaults() -> None:
    first, second, third = parse_opml(READER.encode())

    assert (first.id, first.publisher, first.family) == ("harbour-wire", "Harbour & Wire", "wire-example")
    assert (first.reliability, first.cadence_hours, first.timezone, first.kind) == ("F", 24.0, "UTC", "press")
    assert first.feeds[0].url == "https://www.wire.example/feed?a=1&b=2"
    assert first.homepage == "https://wire.example/"
    assert (second.id, second.language, second.feeds[0].source_id) == ("harbour-wire-2", "fr", "harbour-wire-2")
    assert (third.publisher, third.id) == ("grid.example", "grid-example")


def test_what_is_written_comes_back_as_it_was() -> None:
    sources = load_sources()
    odd = replace(sources[0], note='Quote " & <angle>', enabled=False, cadence_hours=0.1, verified=True)

    assert parse_opml(render_opml((odd, *sources[1:])).encode()) == (odd, *sources[1:])


@pytest.mark.parametrize("body", [b"", b"<rss/>", b"<html/>", b"no xml", b"\x00\xff"])
def test_what_is_no_opml_is_refused(body: bytes) -> None:
    with pytest.raises(SourcesError, match="no OPML document"):
        parse_opml(body)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    body = f"""<!DOCTYPE opml [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY a "{"z" * 150}"><!ENTITY b "&a;&a;&a;">]>
<opml><body><outline text="&x;&b;name" xmlUrl="https://wire.example/"/></body></opml>"""
    (source,) = parse_opml(body.encode())

    assert source.publisher == "&x;&b;name"


def test_a_wrong_field_falls_back_and_the_rest_is_kept() -> None:
    (source,) = load_sources()[:1]
    text = render_opml([source]).replace('reliability="A"', 'reliability="Z"').replace("America/New_York", "Mars/Base")
    (read,) = parse_opml(text.encode())

    assert (read.reliability, read.timezone, read.id) == ("F", "UTC", source.id)


A = 'text="A" xmlUrl="https://a.example/f"'


@pytest.mark.parametrize(
    "body",
    [
        f'<opml xmlns="http://opml.org/spec2"><body><outline {A}/></body></opml>',
        '<OPML><BODY><OUTLINE TEXT="A" XMLURL="https://a.example/f"/></BODY></OPML>',
        f'<o:opml xmlns:o="x"><o:outline {A}></o:outline></o:opml>',
        '<opml><outline text="A" type="rss" url="https://a.example/f"/><outline type="link" url="https://b.example/"/></opml>',
        '<opml><outline text="A" xmlUrl="feed:https://a.example/f"/></opml>',
        "<opml>" + '<outline text="folder">' * 5000 + f"<outline {A}/>" + "</outline>" * 5000 + "</opml>",
        f"<opml><outline {A}/><outline {' '.join(f'a{n}=1' for n in range(100_000))} xmlUrl='https://b.example/'/></opml>",
        f"<opml><outline {A}/><outline text='B' xmlUrl='http://me:pw@b.example/'/><outline {A}",
    ],
    ids=["namespace", "upper", "prefix", "url", "feed:", "deep", "attributes", "broken"],
)
def test_an_odd_list_gives_its_feeds_all_the_same(body: str) -> None:
    (source,) = parse_opml(body.encode())
    assert (source.id, source.publisher, source.feeds[0].url) == ("a", "A", "https://a.example/f")


def test_a_thousand_feeds_of_one_name_are_told_apart_by_number() -> None:
    outlines = "".join(f'<outline text="N" xmlUrl="https://a.example/{n}"/>' for n in range(1000))
    found = parse_opml(f"<opml>{outlines}</opml>".encode())
    assert (found[0].id, found[999].id) == ("n", "n-1000")


def test_what_the_address_tells_is_taken_where_the_list_says_nothing() -> None:
    body = '<opml><outline text="Энергетика" xmlUrl="https://www.wire.com.kz/f"/></opml>'
    (source,) = parse_opml(body.encode())
    assert (source.id, source.publisher, source.country) == ("wire-com-kz", "Энергетика", "KZ")


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=4))
def test_any_names_survive_as_distinct_sources(names: list[str]) -> None:
    base = load_sources()[0]
    feed = base.feeds[0]
    sources = [
        replace(
            base, id=f"s{n}", publisher=name, feeds=(replace(feed, url=f"https://x.example/{n}", source_id=f"s{n}"),)
        )
        for n, name in enumerate(names)
    ]
    read = parse_opml(render_opml(sources).encode())

    assert [source.id for source in read] == [source.id for source in sources]


PIECES = st.sampled_from(
    [
        "<opml>",
        "<outline ",
        "text='a'",
        "xmlUrl='http://a.example'",
        "/>",
        "</opml>",
        "&x;",
        "<!DOCTYPE a [",
        "\x00",
        "<a:b ",
    ]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(PIECES, max_size=20))
def test_no_bytes_make_the_reader_raise_anything_else(parts: list[str]) -> None:
    with suppress(SourcesError):
        assert isinstance(parse_opml("".join(parts).encode()), tuple)
