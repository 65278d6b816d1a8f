"""The list of sources is read strictly, and a user's own is laid over it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sources import (
    KINDS,
    SourcesError,
    load_sources,
    merge_sources,
    parse_sources,
    select_sources,
    slugify,
)

GOOD = """[[source]]
id = "harbour-wire"
publisher = "Harbour Wire"
family = "harbour-media"
country = "NO"
language = "en"
reliability = "B"
cadence_hours = 6
feeds = ["https://wire.example/feed"]
"""


def test_shipped_sources_are_many_distinct_and_unverified() -> None:
    sources = load_sources()

    assert len(sources) >= 90
    assert len({source.id for source in sources}) == len(sources)
    assert len({source.country for source in sources}) >= 40
    assert {source.kind for source in sources} == set(KINDS)
    assert all(source.feeds and source.homepage and not source.verified for source in sources)
    assert all(
        feed.url.startswith("http") and feed.source_id == source.id for source in sources for feed in source.feeds
    )
    assert sum(source.language == "en" for source in sources) > 0.9 * len(sources)


def test_shipped_families_join_what_one_owner_publishes() -> None:
    families = {source.id: source.family for source in load_sources()}

    assert families["upstream"] == families["tradewinds"] == families["recharge"]
    assert families["reuters-energy"] != families["ap-news"]


def test_a_table_becomes_a_source_with_defaults() -> None:
    (source,) = parse_sources(GOOD, name="own.toml")

    assert (source.timezone, source.kind, source.enabled, source.verified) == ("UTC", "press", True, False)
    assert [(feed.url, feed.kind, feed.source_id) for feed in source.feeds] == [
        ("https://wire.example/feed", "feed", "harbour-wire")
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("cadence_hours = 6", "cadence_hour = 6"), "unknown key 'cadence_hour'; did you mean 'cadence_hours'?"),
        (("feeds", "feed"), "did you mean 'feeds'?"),
        (('"B"', '"G"'), "`reliability` must be a letter of the Admiralty scale"),
        (('"B"', '"b"'), "`reliability`"),
        (('"NO"', '"UK"'), "`country` must be an ISO 3166-1 alpha-2 code"),
        (('"NO"', '"no"'), "`country`"),
        (('"en"', '"english"'), "`language` must be an ISO 639-1 code"),
        (("= 6", "= 0"), "`cadence_hours` must lie above 0"),
        (("= 6", '= "6"'), "`cadence_hours` must be a number"),
        (("= 6", "= true"), "`cadence_hours` must be a number"),
        (("= 6", "= nan"), "`cadence_hours`"),
        (("= 6", '= 6\ntimezone = "Oslo"'), "`timezone` must be an IANA zone"),
        (("= 6", '= 6\ntimezone = "../etc/passwd"'), "`timezone`"),
        (("= 6", '= 6\nkind = "pres"'), "unknown kind 'pres'; did you mean 'press'?"),
        (("https://wire.example/feed", "ftp://wire.example/feed"), "must hold http(s) addresses"),
        (('["https://wire.example/feed"]', "[]"), "neither `feeds` nor `sitemaps`"),
        (('["https://wire.example/feed"]', '"https://wire.example/feed"'), "`feeds` must be a list of strings"),
        (('"harbour-wire"', '"Harbour Wire"'), "`id` must be a slug"),
        (('family = "harbour-media"\n', ""), "`family` is missing"),
        (('"Harbour Wire"', '" "'), "`publisher` is empty"),
        (("[[source]]", "[[sources]]"), "unknown key 'sources'; did you mean 'source'?"),
        (("[[source]]", "[source]"), "written [[source]]"),
        (("id =", "id"), "no valid TOML"),
    ],
)
def test_a_fault_names_the_file_the_source_and_what_is_right(change: tuple[str, str], words: str) -> None:
    with pytest.raises(SourcesError) as caught:
        parse_sources(GOOD.replace(*change), name="own.toml")

    assert words in str(caught.value)
    assert str(caught.value).startswith("own.toml")


def test_all_faults_of_a_file_are_told_at_once() -> None:
    text = GOOD.replace('"B"', '"G"') + GOOD.replace("harbour-wire", "other").replace('"NO"', '"XX"') + GOOD
    with pytest.raises(SourcesError) as caught:
        parse_sources(text, name="own.toml")

    assert "'harbour-wire'" in str(caught.value)
    assert "'other'" in str(caught.value)


def test_an_id_and_a_feed_are_used_once() -> None:
    with pytest.raises(SourcesError, match="its id is used twice"):
        parse_sources(GOOD + GOOD, name="own.toml")
    with pytest.raises(SourcesError, match="is also that of 'harbour-wire'"):
        parse_sources(GOOD + GOOD.replace("harbour-wire", "copy"), name="own.toml")


def test_own_file_changes_switches_off_and_adds(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[[source]]\nid = "tass"\nenabled = false\n\n[[source]]\nid = "dw"\nreliability = "B"\n\n' + GOOD)
    shipped = load_sources()
    merged = merge_sources(shipped, load_sources(path))
    by_id = {source.id: source for source in merged}

    assert len(merged) == len(shipped) + 1
    assert [source.id for source in merged[:-1]] == [source.id for source in shipped]
    assert (by_id["tass"].enabled, by_id["dw"].reliability) == (False, "B")
    assert by_id["dw"].feeds == next(source.feeds for source in shipped if source.id == "dw")
    assert "tass" not in {source.id for source in select_sources(merged)}


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match=r"absent\.toml: cannot be read"):
        load_sources(tmp_path / "absent.toml")
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(SourcesError, match="is not UTF-8"):
        load_sources(tmp_path / "latin.toml")


def test_selection_is_by_id_and_by_kind() -> None:
    sources = load_sources()

    assert [source.id for source in select_sources(sources, only=["dw", "iea"])] == ["iea", "dw"]
    assert {source.kind for source in select_sources(sources, kinds=["security"])} == {"security"}
    with pytest.raises(SourcesError, match="unknown source 'gcaptan'; did you mean 'gcaptain'"):
        select_sources(sources, only=["gcaptan"])
    with pytest.raises(SourcesError, match="unknown kind"):
        select_sources(sources, kinds=["blog"])


@pytest.mark.parametrize(
    ("name", "slug"), [("Café Énergie!", "cafe-energie"), ("  --  ", "source"), ("A" * 99, "a" * 60)]
)
def test_names_become_slugs(name: str, slug: str) -> None:
    assert slugify(name) == slug


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_the_loader_raise_anything_else(text: str) -> None:
    with suppress(SourcesError):
        assert parse_sources(text, name="any.toml") == ()
