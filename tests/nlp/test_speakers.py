from __future__ import annotations

import pytest

from nlp.records import Event
from nlp.speakers import dateline_end
from tests.nlp.annotator import annotate


def _first(text: str, title: str = "") -> Event:
    events = annotate(text, title).events
    assert events
    return events[0]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (
            "A fire broke out at the Mathura refinery on Tuesday, plant manager Sagar Rao said.",
            "plant manager Sagar Rao",
        ),
        ("Guerrillas dynamited the Cano Limon pipeline on Monday, Ecopetrol said.", "Ecopetrol"),
        ("An explosion hit a gas pipeline near Ahvaz, IRNA reported, quoting the provincial governor.", "IRNA"),
        (
            "A gas pipeline exploded in Khuzestan, according to the semi-official agency Mehr.",
            "semi-official agency Mehr",
        ),
        ("Citing two traders, Argus said the Pernis refinery had shut a crude unit.", "Argus"),
        (
            "Engineers at the Gudda dam said a bomb had damaged a power station at the site.",
            "Engineers at the Gudda dam",
        ),
        ("It was reported that a bomb had damaged the Kirkuk pipeline.", None),
        ("BAGHDAD, June 10 (Wire) - A bomb damaged a pipeline near Kirkuk on Monday, police said.", "police"),
    ],
)
def test_a_source_is_named_in_full(text: str, speaker: str | None) -> None:
    event = _first(text)
    assert event.factuality == "attributed"
    assert speaker in {c.speaker for c in event.claims}


@pytest.mark.parametrize(
    "text",
    [
        "LEAKING FLANGE REPORTED AT THE CUSHING OIL TERMINAL. CRUDE OIL LEAK REPORTED.",
        "One said a fire had broken out at the Sines refinery.",
        "She said a fire had broken out at the Sines refinery.",
    ],
)
def test_neither_causes_nor_pronouns_speak(text: str) -> None:
    assert {c.speaker for e in annotate(text).events for c in e.claims} <= {None}


def test_a_pronoun_is_named_by_the_sentence_before() -> None:
    event = _first("Governor Anton Rudenko spoke in Kharkiv on Tuesday. A drone had struck a substation, he said.")
    assert {c.speaker for c in event.claims} == {"Governor Anton Rudenko"}


def test_a_headline_asserts_nothing_that_the_body_attributes() -> None:
    event = _first("A pump fire stopped the Sarroch refinery on Tuesday, the operator said.", "Fire stops refinery")
    assert event.factuality == "attributed"


@pytest.mark.parametrize(
    "text",
    [
        "The minister blamed an operator for the blackout that hit the national grid of Chad on Monday.",
        "Thieves drilled into a diesel pipeline near Puebla on Monday. Repairs will take a day, the operator said.",
        "The operator declared force majeure at the Es Sider oil terminal on Monday.",
    ],
)
def test_what_is_taken_as_known_is_asserted(text: str) -> None:
    assert "asserted" in {e.factuality for e in annotate(text).events}


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("KUWAIT, Dec 12 1983 (Wire) - A bomb", 29),
        ("LAGOS - Militants", 8),
        ("Drones hit a depot", 0),
        ("NEW ZEALAND: A digger", 13),
    ],
)
def test_a_dateline_ends_where_the_report_starts(text: str, end: int) -> None:
    assert dateline_end(text) == end
