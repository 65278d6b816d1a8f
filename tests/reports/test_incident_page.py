from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.incident_history import value_words
from reports.incident_json import incident_data, render_json
from reports.incident_page import make_page
from reports.page_markup import render_html, render_markdown
from reports.page_text import display_width, render_text, wrap
from reports.text import clean_text
from store.incident_context import FollowingArticle, IncidentContext, IncidentLine, OfflineSpan
from store.records import IncidentView, ToldDecision
from tests.reports.attacks import ATTACKS
from tests.reports.builders import Told, incident, revision
from tests.reports.nights import changed_refinery, ransomware, terminal_attack

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CONTEXT = IncidentContext(
    whole=IncidentLine(
        id="inc-whole", event_type="attack", status="occurred", modes=("drone",), facilities=("Three refineries",),
        facility_ids=(), place="Norway", country="NO", occurred_on=date(2026, 11, 20), first_reported_at=AT,
    ),
    related=(
        IncidentLine(
            id="inc-before", event_type="outage", status="restored", modes=(), facilities=("A terminal",),
            facility_ids=("a",), place=None, country=None, occurred_on=None, first_reported_at=AT,
        ),
    ),
    follow_ups=(
        FollowingArticle(
            article_id="f1", version_id="f1-1", url="https://daily.example/f1", title="Repairs go on",
            publisher="The Daily", published_at=AT, score=0.5, reason="words 40% alike",
        ),
    ),
    offline=(
        OfflineSpan(
            facility_id="a", facility="A terminal", first_on=date(2026, 11, 20), last_on=date(2026, 11, 22),
            amount=320000, unit="bbl/d", share=0.4, end_known=False, others=(),
        ),
    ),
)  # fmt: skip


def page_text(view: IncidentView, context: IncidentContext = CONTEXT, *, everything: bool = False) -> str:
    return render_text(make_page(view, context, everything=everything))


def test_the_first_screen_tells_what_where_when_how_sure_and_what_is_in_conflict() -> None:
    page = page_text(terminal_attack())
    head = page.partition("\nTimeline\n")[0]
    assert len(head.splitlines()) <= 40
    assert head.splitlines()[0].endswith("incident inc-0041")
    for label in ("What", "Facility", "Where", "When", "Status", "How sure", "Severity", "Who says it", "Part of"):
        assert re.search(rf"^{label} ", head, re.MULTILINE), label
    told = " ".join(head.split())
    assert "Killed conflicting: - " in told
    assert re.search(r"- 5: Beta Wire[^-]*Courier Online", told)
    assert "- 3: Alpha News" in told


def test_each_sentence_stands_in_full_once_and_is_called_by_number_after_that() -> None:
    page = " ".join(page_text(terminal_attack(), everything=True).split())
    for fact in terminal_attack().facts:
        words = " ".join(fact.quote.sentence.split())
        plain = page.replace("«", "").replace("»", "")
        assert plain.count(f"] “{words}” {fact.quote.publisher},") <= 1
    assert "as above" in page


def test_every_sentence_of_every_fact_is_on_the_page_with_its_span() -> None:
    page = " ".join(page_text(ransomware(), everything=True).split()).replace("«", "").replace("»", "")
    for fact in ransomware().facts:
        assert clean_text(fact.quote.sentence) in page
        assert f"characters {fact.quote.start} to {fact.quote.end}" in page


def test_the_value_is_marked_in_its_words() -> None:
    article = Told(id="a", publisher="Alpha News", sentences=("The blast killed at least 7 people.",))
    view = incident("inc-1", (article,), (article.number("killed", 7, "at least 7", maximum=None),))
    page = make_page(view)
    assert "killed «at least 7» people" in render_text(page)
    assert "killed **at least 7** people" in render_markdown(page)
    assert "killed <mark>at least 7</mark> people" in render_html(page)


def test_the_same_words_in_two_papers_stand_once_with_both_names() -> None:
    lead = "Drones struck the depot, killing 4 people, the ministry said."
    one = Told(id="a", publisher="Alpha News", sentences=(f"SINGAPORE, March 9 (Wire) - {lead}",))
    two = Told(id="b", publisher="Beta Post", sentences=(f"LONDON, March 9 (Wire) - {lead}",))
    view = incident("inc-1", (one, two), (one.number("killed", 4, "4 people"), two.number("killed", 4, "4 people")))
    page = " ".join(page_text(view).split())
    evidence = page[page.index("Evidence") : page.index("Changes in the ledger")]
    assert evidence.count("Drones struck the depot") == 1
    assert "the same words: Beta Post, characters" in evidence


def test_what_stands_around_an_incident_is_on_its_page() -> None:
    page = " ".join(page_text(terminal_attack()).split())
    assert "The Daily: Repairs go on" in page
    assert "whole: 20 November 2026 attack: Three refineries, Norway; happened (inc-whole)" in page
    assert "20 November 2026 outage: A terminal; restored (inc-before)" in page
    assert (
        "A terminal out of use: 320,000 barrels a day, 40% of its capacity (20 to 22 November 2026, as far as" in page
    )


def test_a_place_that_is_its_country_is_named_once() -> None:
    told = Told(id="a", publisher="Alpha News", sentences=("It stopped.",))
    view = incident("inc-1", (told,), (), place="Norway", country="NO", countries=("NO",))
    assert "Norway, Norway" not in page_text(view)
    assert re.search(r"^Where +Norway$", page_text(view), re.MULTILINE)


def test_history_is_told_in_words_and_in_full_only_when_asked() -> None:
    losses = json.dumps([{"unit": "bbl/d", "minimum": 320000.0, "maximum": 320000.0, "low": 1, "high": 2}])
    revisions = (
        revision("inc-1", "losses", "[]", losses, "a further report"),
        revision("inc-1", "confidence", "0.941", "0.942", "a further report"),
        revision("inc-1", "risks", "maritime, cyber", "cyber, maritime", "a further report"),
    )
    view = incident("inc-1", (), (), revisions=revisions)
    page = page_text(view)
    assert "Lost: nothing told → 320,000 barrels a day" in page
    assert "0.942" not in page
    assert "2 smaller changes are left out; --all shows every one." in page
    assert '"minimum"' not in page
    assert "Confidence: 0.941 → 0.942" in page_text(view, everything=True)


def test_history_of_figures_and_corrections_is_kept() -> None:
    page = page_text(changed_refinery())
    assert "[since corrected]" in page
    assert "Killed: 2 → 4" in page


@pytest.mark.parametrize("field", ["losses", "status", "countries", "report", "confidence", "occurred_on", "modes"])
@given(value=st.text(max_size=40))
def test_any_kept_value_becomes_one_clean_line(field: str, value: str) -> None:
    told = value_words(field, value)
    assert told == " ".join(told.split())
    assert told


def test_an_incident_without_facts_says_so() -> None:
    page = page_text(incident("inc-1", (), ()))
    assert "Evidence\n--------\nNone.\n" in page
    assert "Changes in the ledger\n---------------------\nNone.\n" in page


def test_decisions_stand_with_who_when_and_why() -> None:
    made = ToldDecision(
        decision_id="dec-1", text="inc-1 is no incident", by="ada", at=AT, note="a drill", withdrawn=True
    )
    page = page_text(incident("inc-1", (), (), decisions=(made,)))
    assert "2026-11-20 08:00 UTC  ada: inc-1 is no incident [taken back]. a drill (dec-1)" in page
    assert "ada decided" not in page.partition("Decisions")[0]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: repr(attack[:30]))
def test_nothing_that_an_article_says_is_active_on_a_page(attack: str) -> None:
    told = Told(id="h", publisher=attack, title=attack, sentences=(f"{attack} hit it.",))
    view = incident("i", (told,), (told.fact("actor", attack, attack, speaker=attack),), place=attack,
                    facilities=(attack,), revisions=(revision("i", attack, attack, attack, attack),))  # fmt: skip
    page = make_page(view, CONTEXT, everything=True)
    for line in render_text(page).split("\n"):
        assert clean_text(line) == " ".join(line.split())
    reader = _Tags()
    reader.feed(render_html(page))
    assert reader.tags <= _PLAIN_TAGS
    assert all(value.startswith(("http://", "https://")) for value in reader.links)
    assert not re.search(r"(?<!\\)<(?!https?://|>)", render_markdown(page).replace("](<>)", ""))


@pytest.mark.parametrize("width", [20, 40, 80, 132])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    told = Told(id="w", publisher="日本海新聞", title="製油所" * 40, sentences=("製油所" * 60 + " burned.",))
    view = incident("inc-1", (told,), (told.fact("place", "x", "burned"),))
    for one in (view, terminal_attack()):
        text = render_text(make_page(one, CONTEXT, everything=True), width)
        assert max(map(display_width, text.splitlines())) <= width


@given(text=st.text(alphabet="ab 日́", max_size=80), width=st.integers(2, 30))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(display_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_in_a_pipe_nothing_is_broken() -> None:
    told = Told(id="x" * 180, publisher="Alpha News", sentences=("It stopped.",))
    view = incident("inc-1", (told,), (told.grade("asserted", "stopped"),))
    assert told.url in page_text(view)


def test_json_holds_everything_and_its_reference_names_every_field() -> None:
    view = replace(terminal_attack(), parent_id="inc-whole")
    data = json.loads(render_json(view, CONTEXT))
    assert data == incident_data(view, CONTEXT)
    assert {field.name for field in fields(IncidentView)} | {field.name for field in fields(IncidentContext)} < set(
        data
    )
    assert [fact["quote"]["sentence"] for fact in data["facts"]] == [fact.quote.sentence for fact in view.facts]
    reference = Path(__file__).parents[2].joinpath("docs/reference/incident-json.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)`", reference, re.MULTILINE)) >= set(data)


_PLAIN_TAGS = set(
    "html head meta title style body main h1 h2 p code dl dt dd br section ul li a blockquote footer mark".split()
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not any(name.startswith("on") for name, _ in attrs)
