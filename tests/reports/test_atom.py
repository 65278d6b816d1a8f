from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from reports.atom import ENTRIES, FeedSettings, render_briefings_feed, render_incidents_feed
from reports.index_page import PastBriefing
from reports.text import clean_text
from store.records import IncidentView
from tests.reports.attacks import ATTACKS, BAD_LINKS
from tests.reports.builders import NOW, Told, incident
from tests.reports.nights import changed_refinery, rich_night, terminal_attack

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "data" / "atom.rng"))
SETTINGS = FeedSettings(title="Desk <one> & all", ledger="20260310T040000Z-run")
ATOM = "{http://www.w3.org/2005/Atom}"
PAST = PastBriefing(stem="briefing-2026-11-22", generated_at=NOW, counts="1 new.", top="A < B & C", markdown=True)


def parsed(text: str) -> feedparser.FeedParserDict:
    """Checked by the schema, by what a schema cannot say, and by a reader that was not written here."""
    root = etree.fromstring(text.encode())
    SCHEMA.assertValid(root)
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))  # 4.1.1: one version of an entry
    for holder in (root, *root.iter(f"{ATOM}entry")):
        links = [(link.get("rel"), link.get("type")) for link in holder.findall(f"{ATOM}link")]
        assert len(links) == len(set(links))  # 4.1.1, 4.1.2: one alternate of a type
    read = feedparser.parse(text.encode())
    assert not read.bozo, read.get("bozo_exception")
    return read


def incidents(*views: IncidentView, settings: FeedSettings = SETTINGS) -> str:
    return render_incidents_feed([(view, NOW) for view in views], [PAST], settings)


def test_a_feed_of_briefings_is_valid_and_names_its_files() -> None:
    read = parsed(render_briefings_feed([PAST], SETTINGS))
    assert read.feed.title == "Desk <one> & all"
    (entry,) = read.entries
    assert entry.id == "tag:linewalker.invalid,2026:20260310T040000Z-run/briefing/briefing-2026-11-22"
    assert entry.updated == "2026-11-22T05:30:00Z"
    assert [link.href for link in entry.links] == ["briefing-2026-11-22.html", "briefing-2026-11-22.md"]
    assert entry.summary == "1 new. A < B & C"


def test_a_feed_of_incidents_is_valid_and_tells_what_the_verifier_lets_through() -> None:
    night = rich_night()
    read = parsed(incidents(*night.new, *night.changed, *night.open))
    assert len(read.entries) == len(night.new) + len(night.changed) + len(night.open)
    entry = next(one for one in read.entries if one.id.endswith("/incident/inc-0030"))
    assert "Ryazan refinery" in entry.title
    assert "4 killed" in entry.content[0].value
    assert "Four people have now died" in entry.content[0].value
    assert entry.link == "briefing-2026-11-22.html#i-inc-0030"
    terms = {(tag.scheme.rpartition(":")[2], tag.term) for tag in entry.tags}
    assert {("type", "accident"), ("country", "RU")} <= terms


def test_addresses_are_absolute_where_the_folder_has_one() -> None:
    settings = replace(SETTINGS, base_url="https://desk.example/briefings/")
    for text in (render_briefings_feed([PAST], settings), incidents(terminal_attack(), settings=settings)):
        links = [link.get("href") for link in etree.fromstring(text.encode()).iter(f"{ATOM}link")]
        assert all(href.startswith("https://desk.example/briefings/") for href in links)


def test_an_id_outlives_a_change_and_a_move() -> None:
    one = parsed(incidents(changed_refinery())).entries[0]
    moved = replace(SETTINGS, base_url="https://elsewhere.example/")
    later = render_incidents_feed([(changed_refinery(), NOW + timedelta(days=1))], [PAST], moved)
    other = parsed(later).entries[0]
    assert one.id == other.id
    assert one.updated < other.updated


def test_the_entry_leads_to_the_first_briefing_after_the_change() -> None:
    later = replace(PAST, stem="briefing-2026-11-23", generated_at=NOW + timedelta(days=1))
    text = render_incidents_feed([(terminal_attack(), NOW - timedelta(hours=1))], [later, PAST], SETTINGS)
    assert parsed(text).entries[0].link.startswith("briefing-2026-11-22.html#")


@pytest.mark.parametrize("status", ["merged", "dismissed", "retracted"])
def test_what_was_ruled_out_says_so(status: str) -> None:
    entry = parsed(incidents(replace(terminal_attack(), status=status))).entries[0]
    assert entry.title.startswith(("Merged", "Dismissed", "Retracted"))


def test_an_empty_feed_is_valid() -> None:
    assert parsed(render_briefings_feed([], SETTINGS)).entries == []
    assert parsed(incidents()).entries == []


def test_feeds_are_capped_and_the_same_each_time() -> None:
    many = [replace(PAST, stem=f"b{n}", generated_at=NOW - timedelta(days=n)) for n in range(ENTRIES + 30)]
    text = render_briefings_feed(many, SETTINGS)
    assert len(parsed(text).entries) == ENTRIES
    assert text == render_briefings_feed(many, SETTINGS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: repr(attack[:30]))
def test_hostile_text_stays_text_in_a_feed(attack: str) -> None:
    told = Told(id="h", publisher=f"Pub {attack}", title=attack, sentences=(f"{attack} hit the plant on Saturday.",))
    view = incident("i-1", (told,), (told.fact("facility", attack, attack), told.grade("asserted", "hit")),
                    facilities=(attack,), risks=(attack,), country="RU")  # fmt: skip
    settings = replace(SETTINGS, title=attack)
    parsed(incidents(view, settings=settings))
    told_past = replace(PAST, counts=clean_text(attack), top=clean_text(attack), scope=clean_text(attack))
    parsed(render_briefings_feed([told_past], settings))


@pytest.mark.parametrize("url", BAD_LINKS, ids=lambda url: repr(url[:40]))
def test_a_hostile_address_is_no_link_in_a_feed(url: str) -> None:
    told = Told(id="h", publisher="Pub", sentences=("The Ryazan refinery burnt.",))
    fact = told.fact("facility", "Ryazan refinery", "Ryazan refinery")
    fact = replace(fact, quote=replace(fact.quote, url=url))
    view = incident("i-1", (told,), (fact,), facilities=("Ryazan refinery",), facility_ids=("r",))
    root = etree.fromstring(incidents(view).encode())
    assert not list(root.iter("{http://www.w3.org/1999/xhtml}a"))


def test_instants_are_in_utc() -> None:
    assert datetime.fromisoformat(parsed(incidents(terminal_attack())).feed.updated).tzinfo == UTC
