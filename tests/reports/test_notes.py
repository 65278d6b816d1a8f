from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reports.briefing import build_briefing
from reports.desk import Desk
from reports.notes import choose_words, stands_alone, tell_notes
from reports.records import BriefingSettings
from store.records import Note
from tests.reports.builders import Told, note, snapshot
from tests.reports.nights import terminal_attack


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The European Union imposed sanctions on 31 tankers.", True),
        ("Brent crude rose 4% to $81.", True),
        ("Russian exports fell.", True),
        ("Prices in Texas doubled on Friday.", True),
        ("The command has arrested three suspects, correcting an earlier figure of two.", False),
        ("The ministry in Baghdad said that talks had failed.", False),
        ("He said that Iran would respond.", False),
        ("It was the third such measure against Russia.", False),
        ("European diesel margins rose by 4% on the news.", False),
        ("Prices rose on Monday in March.", False),
        ("However, Norway will not join.", False),
        ("", False),
    ],
)
def test_a_sentence_stands_alone_if_it_names_and_does_not_point(words: str, expected: bool) -> None:
    assert stands_alone(words) is expected


def told(words: str, title: str, **more: Any) -> Note:
    article = Told(id=more.pop("id", "n1"), publisher="Alpha News", title=title, sentences=(words,))
    made = note(article, words, more.pop("event_type", "market"))
    return replace(made, title=article.quote(title), lead=made.quote, **more)


def test_a_pointing_sentence_gives_way_to_the_headline() -> None:
    one = told("It rose by 4% on the news.", "Diesel margins rally across Europe")
    chosen = choose_words(one)
    assert chosen is not None
    assert (chosen.where, chosen.sentence) == ("title", "Diesel margins rally across Europe")
    assert choose_words(replace(one, title=None)) is None


def run(*notes: Note, under: dict[str, str] | None = None) -> tuple[list[str], dict[str, list[str]], int]:
    desk = Desk()
    found = tell_notes(desk, notes, BriefingSettings(), under)
    shown = [line.text for item in found.section.items for line in item.sentences]
    return shown, {key: [line.text for line in lines] for key, lines in found.attached.items()}, len(desk.withheld)


def test_a_note_about_an_incident_told_above_stands_with_it() -> None:
    one = told("European diesel margins rose by 4% on the news.", "Refinery burns", tells=("inc-1",))
    line = "Also reported: “European diesel margins rose by 4% on the news.” (Alpha News)."
    assert run(one, under={"inc-1": "inc-9"}) == ([], {"inc-9": [line]}, 0)
    talks = told("Ankara protested to Moscow.", "Ankara protests", follows="inc-1", event_type="legal_diplomatic")
    assert list(run(talks, under={"inc-1": "inc-1"})[1]) == ["inc-1"]


def test_what_the_incident_tells_itself_is_no_note() -> None:
    one = told("Police in Rivers arrested Ade Bello.", "Blast", tells=("inc-1",), event_type="legal_diplomatic")
    assert run(one, under={"inc-1": "inc-1"}) == ([], {}, 0)


def test_a_note_of_an_incident_known_before_must_say_what_it_speaks_of() -> None:
    assert run(told("The command has arrested three suspects.", "Pipeline shut", tells=("inc-1",))) == ([], {}, 0)
    assert len(run(told("Brent rose 4% to $81.", "Pipeline shut", tells=("inc-1",)))[0]) == 1


def test_one_story_is_told_once_by_its_most_relevant_article() -> None:
    first = told("Brent rose 4%.", "A", id="n1", story_id="s1", relevance=0.7)
    second = told("Brent gained 4% in London.", "B", id="n2", story_id="s1", relevance=0.95)
    assert run(first, second)[0] == ["“Brent gained 4% in London.” (Alpha News)"]


def test_stories_told_by_many_come_first() -> None:
    lone = told("Brent rose 4%.", "A", id="n1", story_id="s1", relevance=0.99)
    many = [told(f"OPEC cut output in step {n}.", f"B{n}", id=f"m{n}", story_id="s2") for n in range(3)]
    assert run(lone, *many)[0][0].startswith("“OPEC cut output")


def test_an_attached_note_is_printed_in_the_incidents_entry() -> None:
    one = told("Freight rates for Aframax tankers doubled.", "Rates", follows="inc-0041")
    briefing = build_briefing(snapshot(new=(terminal_attack(),), notes=(one,)))
    (item,) = briefing.sections[0].items
    assert item.sentences[-1].text.startswith("Also reported: “Freight rates")
    assert briefing.withheld == ()
