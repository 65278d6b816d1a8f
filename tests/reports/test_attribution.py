from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reports.attribution import tell_actors, tell_denials, tell_sureness
from reports.records import Sentence
from reports.verify import verify_sentence
from store.records import Fact, IncidentView
from tests.reports.builders import Told, incident


def texts(told: list[Sentence]) -> list[str]:
    assert [(one.text, problem) for one in told for problem in verify_sentence(one)] == []
    return [one.text for one in told]


def view_of(*sentences: tuple[str, str, str | None], publisher: str = "Alpha News", **fields: Any) -> IncidentView:
    """One article: words, grade and speaker of each sentence."""
    article = Told(id="a", publisher=publisher, sentences=tuple(words for words, _, _ in sentences))
    facts = [replace(article.grade(grade, words, speaker), claim_id=words) for words, grade, speaker in sentences]
    return incident("inc-1", (article,), tuple(facts), **fields)


@pytest.mark.parametrize(
    ("words", "speaker", "text"),
    [
        ("It was hit, the energy ministry said.", "energy ministry", "the energy ministry"),
        ("Police said that it was hit.", "Police", "police"),
        ("Saudi Aramco said that it was hit.", "Saudi Aramco", "Saudi Aramco"),
        ("An official said that it was hit.", "An official", "an official"),
        ("Two shipping agents said that it was hit.", "Two shipping agents", "two shipping agents"),
    ],
)
def test_a_speaker_stands_as_a_reader_would_write_it(words: str, speaker: str, text: str) -> None:
    assert texts(tell_sureness(view_of((words, "attributed", speaker))))[1:] == [f"According to {text} (Alpha News)."]


@pytest.mark.parametrize("speaker", ["one", "he", "group", "the statement", "people"])
def test_a_pronoun_is_no_speaker(speaker: str) -> None:
    view = view_of((f"It was hit, {speaker} said.", "attributed", speaker))
    assert len(texts(tell_sureness(view))) == 1


def test_a_short_name_gives_way_to_the_full_one() -> None:
    view = view_of(
        ("It was hit, the National Oil Corporation said.", "attributed", "National Oil Corporation"),
        ("It burned, NOC said.", "attributed", "NOC"),
        ("It was shut, the corporation said.", "attributed", "corporation"),
    )
    assert texts(tell_sureness(view))[1:] == ["According to the National Oil Corporation (Alpha News)."]


def test_a_bare_noun_is_told_by_the_full_name_of_the_same_article() -> None:
    view = view_of(
        ("Drones hit the Caspian Pipeline Consortium terminal.", "asserted", None),
        ("Loading stopped, the consortium said.", "attributed", "consortium"),
    )
    assert texts(tell_sureness(view))[1:] == ["According to the Caspian Pipeline Consortium (Alpha News)."]


def test_a_fuller_name_from_another_article_is_found_by_the_verifier() -> None:
    view = view_of(
        ("Drones hit the Caspian Pipeline Consortium terminal.", "asserted", None),
        ("Loading stopped, the consortium said.", "attributed", "consortium"),
    )
    told = tell_sureness(view)[1]
    slot = told.slots[0]
    other = replace(slot, cites=tuple(replace(quote, article_id="z") for quote in slot.cites))
    assert verify_sentence(replace(told, slots=(other, *told.slots[1:])))


def test_an_article_that_the_words_do_not_have_is_found() -> None:
    view = view_of(("Rosneft said that it was hit.", "attributed", "Rosneft"))
    told = tell_sureness(view)[1]
    slots = tuple(replace(one, text="the Rosneft") if one.kind == "speaker" else one for one in told.slots)
    assert verify_sentence(replace(told, text=told.text.replace("Rosneft", "the Rosneft"), slots=slots))


def test_who_says_it_how_many_and_how_graded_are_told_in_plain_words() -> None:
    one, other = (
        Told(id=id_, publisher=name, sentences=("It was hit.",))
        for id_, name in (("a", "Alpha News"), ("b", "Beta Wire"))
    )
    facts = (one.grade("asserted", "It was hit"), other.grade("asserted", "It was hit"))
    view = incident("inc-1", (one, other), facts)
    lines = [
        "2 articles from 2 independent publishers (the best graded B, usually reliable).",
        "Stated as fact by Alpha News and Beta Wire.",
    ]
    assert texts(tell_sureness(view)) == lines
    low = replace(view, confidence=0.3)
    assert texts(tell_sureness(low)) == [*lines, "Read with low confidence."]


def test_an_article_that_names_its_source_states_nothing_outright() -> None:
    one = Told(id="a", publisher="Alpha News", title="Drones hit it", sentences=("It was hit, the mayor said.",))
    facts = (one.grade("asserted", "Drones hit it"), one.grade("attributed", "It was hit", speaker="the mayor"))
    assert texts(tell_sureness(incident("inc-1", (one,), facts))) == [
        "1 article, by Alpha News (graded B, usually reliable).",
        "According to the mayor (Alpha News).",
    ]


def test_a_count_of_publishers_is_that_of_those_cited() -> None:
    many = [Told(id=f"a{n}", publisher=f"Paper {n}", sentences=("It was hit.",)) for n in range(5)]
    facts = tuple(one.grade("asserted", "It was hit") for one in many)
    told = tell_sureness(incident("inc-1", tuple(many), facts))[1]
    assert told.text == "Stated as fact by Paper 0, Paper 1 and 3 more."
    slots = tuple(replace(slot, text="4", ledger="4") if slot.text == "3" else slot for slot in told.slots)
    assert verify_sentence(replace(told, text=told.text.replace("and 3", "and 4"), slots=slots))


def test_denials_are_one_sentence() -> None:
    view = view_of(
        ("Saudi Aramco denied it.", "denied", "Saudi Aramco"),
        ("The mayor denied it too.", "denied", "mayor"),
        ("He called it a lie.", "denied", "He"),
    )
    assert texts(tell_denials(view)) == ["Denied by Saudi Aramco and the mayor (Alpha News)."]


def test_a_denial_by_a_pronoun_is_told_of_the_publisher() -> None:
    assert texts(tell_denials(view_of(("He denied it.", "denied", "He")))) == ["Denied, according to Alpha News."]
    assert texts(tell_denials(view_of(("No one has claimed it.", "denied", "one")))) == []


def test_that_nobody_was_hurt_is_no_denial_of_the_incident() -> None:
    article = Told(id="a", publisher="A", sentences=("The consortium said there were no casualties.",))
    facts = (
        article.grade("denied", "no casualties", "consortium"),
        article.number("killed", 0, "no casualties"),
    )
    assert tell_denials(incident("inc-1", (article,), facts)) == []


def actor(words: str, name: str, detail: str = "perpetrator", field: str = "actor", **more: Any) -> Fact:
    return Told(id=words, publisher="Alpha News", sentences=(words,)).fact(field, name, name, detail=detail, **more)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([actor("Unidentified men blew it up.", "Unidentified men")], ["By unidentified men (Alpha News)."]),
        ([actor("Rebels of the Red Front bombed it.", "Red Front")], ["By the Red Front (Alpha News)."]),
        (
            [actor("The Red Front bombed it, the army said.", "Red Front", factuality="attributed", speaker="army")],
            ["Blamed: the Red Front (Alpha News)."],
        ),
        ([actor("Police suspect Night Heron.", "Night Heron", "suspected")], ["Suspected: Night Heron (Alpha News)."]),
        (
            [
                actor("Night Heron claimed it.", "Night Heron", field="claimed_by"),
                actor("Night Heron hit it.", "Night Heron"),
            ],
            ["Claimed by Night Heron (Alpha News)."],
        ),
        ([actor("Iran denies a part in it.", "Iran", "denied")], ["Iran denies it (Alpha News)."]),
        ([actor("A group hit it.", "group")], []),
        ([actor("SINGAPORE, March 9 (Wire) - Drones hit it.", "SINGAPORE")], []),
        (
            [actor("Saboteurs cut it.", "Saboteurs"), actor("The Red Front cut it.", "Red Front")],
            ["By the Red Front (Alpha News)."],
        ),
        (
            [actor("Iran took it.", "Iran"), actor("Iran's Revolutionary Guards took it.", "Revolutionary Guards")],
            ["By Revolutionary Guards (Alpha News)."],
        ),
    ],
)
def test_who_is_behind_it_is_told_by_role(facts: list[Fact], expected: list[str]) -> None:
    assert texts(tell_actors(incident("inc-1", (), tuple(facts)))) == expected


def test_a_denial_of_the_cause_or_of_a_consequence_is_none_of_the_happening() -> None:
    view = view_of(
        ("A fire broke out, the governor said.", "attributed", "governor"),
        ("The oil ministry ruled out an attack.", "denied", "oil ministry"),
        ("There was no spill, the company said.", "denied", "company"),
    )
    about = {"oil ministry": "cause", "company": "effect"}
    facts = tuple(replace(fact, detail=about.get(fact.speaker or "")) for fact in view.facts)
    view = replace(view, facts=facts)
    assert texts(tell_denials(view)) == []
    assert texts(tell_sureness(view))[1:] == [
        "According to the governor (Alpha News).",
        "That it was an attack or sabotage is denied by the oil ministry (Alpha News).",
    ]


@pytest.mark.parametrize(
    ("credibility", "tier", "end"),
    [
        (1, "official", "Credibility: confirmed by other sources, told by an official source."),
        (2, "corroborated", "Credibility: probably true."),
        (4, "disputed", "Credibility: doubtful."),
        (6, "single_source", "Credibility: cannot be judged."),
        (None, None, "1 article, by Alpha News (graded B, usually reliable), stated as fact."),
    ],
)
def test_how_far_it_can_be_believed_is_told_in_words(credibility: int | None, tier: str | None, end: str) -> None:
    view = view_of(("It was hit.", "asserted", None), credibility=credibility, evidence_tier=tier)
    assert texts(tell_sureness(view))[-1] == end
