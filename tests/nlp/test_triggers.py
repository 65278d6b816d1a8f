from __future__ import annotations

from typing import get_args

import pytest

from nlp.records import EventType, FacilityType, Mode
from nlp.triggers import find_triggers, inflect, load_triggers


def _found(text: str) -> list[tuple[str, str]]:
    return [(m.text, m.entries[0].event_type) for m in find_triggers(text)]


def test_the_lexicon_speaks_the_vocabulary() -> None:
    for entry in load_triggers():
        assert entry.event_type in get_args(EventType)
        assert set(entry.modes) <= set(get_args(Mode))
        assert entry.implies is None or entry.implies in get_args(FacilityType)
        assert entry.pos in ("verb", "noun", "adj")
        assert entry.strength in ("strong", "medium", "weak", "topic")
        assert entry.slot in ("object", "subject", "both", "any")


@pytest.mark.parametrize(
    ("word", "pos", "form"),
    [
        ("bomb", "verb", "bombing"),
        ("hijack", "verb", "hijacked"),
        ("strike", "verb", "struck"),
        ("blow", "verb", "blown"),
        ("theft", "noun", "thefts"),
        ("seize", "verb", "seizing"),
        ("occupy", "verb", "occupied"),
        ("throw", "verb", "threw"),
    ],
)
def test_forms_of_a_lemma(word: str, pos: str, form: str) -> None:
    assert form in inflect(word, pos)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("rebels blew the line up", ("blew", "attack")),
        ("they set the big depot on fire", ("set", "attack")),
        ("two power outages followed", ("power outages", "outage")),
        ("a drone-attack overnight", ("attack", "attack")),
        ("crews went on strike", ("went on strike", "blockade")),
    ],
)
def test_phrases_with_and_without_a_gap_are_found(text: str, wanted: tuple[str, str]) -> None:
    assert wanted in _found(text)


def test_the_carrier_of_a_compound_is_its_last_word_and_of_a_phrasal_verb_its_first() -> None:
    (blast,) = find_triggers("a ransomware attack")
    assert blast.spans[0][2] == 13
    (verb,) = find_triggers("blew up")
    assert verb.spans[0][2] == 0


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("the release of gas from the line", True),
        ("the press release of gas data", False),
        ("a release of the album", False),
    ],
)
def test_a_sense_needs_the_words_it_needs(text: str, fits: bool) -> None:
    matches = [m.fitting(set(text.split())) for m in find_triggers(text)]
    assert any(m is not None for m in matches) == fits
