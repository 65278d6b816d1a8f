from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.text import find_sentences, headline_case, reading_copy, shouted, sort_lines, split_sentences


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_the_reading_copy_is_as_long_as_the_text(text: str) -> None:
    assert len(reading_copy(text)) == len(text)


@given(st.text(max_size=400), st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_sentences_lie_in_order_inside_the_text(text: str, title: str) -> None:
    end = 0
    for sentence in find_sentences(text, title):
        assert len(sentence.text) == sentence.end - sentence.start
        if sentence.where == "text":
            assert end <= sentence.start < sentence.end <= len(text)
            end = sentence.end


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Gunmen struck at dawn. Two guards died.", 2),
        ("Lt. Gen. Karim said no. 2 pump was hit.", 1),
        ("It carries 45% of the U.S. East Coast's fuel. It is shut.", 2),
        ("The leak began at 6 a.m. Crews closed the valve.", 2),
        ("Output fell 3.5 percent to 1.2 mln b/d.", 1),
        ("guerrillas hit the line. exports stopped.", 2),
        ('"We lost a tank." He gave no date.', 2),
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str, count: int) -> None:
    assert len(list(split_sentences(text, 0, len(text)))) == count


def test_a_list_under_an_advising_line_is_advice_and_one_of_incidents_is_not() -> None:
    text = (
        "Operators should take these steps:\n- Patrol the line after attacks\n- Store spare pumps\n\n"
        "The following incidents were reported:\n- Drones hit the depot at Azov.\n"
    )
    kinds = [kind for _, _, kind in sort_lines(text)]
    assert kinds == ["prose", "advice", "advice", "prose", "bullet"]


def test_tables_code_and_the_repeated_title_give_no_sentence() -> None:
    text = "Fire at the Lavan refinery\n| Risk | Asset |\n|---|---|\n| Bomb | Pipeline |\nTwo tanks burned on Sunday."
    sentences = find_sentences(text, "Fire at the Lavan refinery")
    assert [s.text for s in sentences] == ["Fire at the Lavan refinery", "Two tanks burned on Sunday."]
    assert sentences[0].where == "title"


def test_a_place_before_a_colon_stands_apart_from_what_happened_there() -> None:
    sentences = find_sentences("GULF OF ADEN: Tanker boarded 12 May at anchor.")
    assert [(s.text, s.kind) for s in sentences] == [
        ("GULF OF ADEN", "heading"),
        ("Tanker boarded 12 May at anchor.", "prose"),
    ]


def test_markup_is_blanked_and_its_words_stay_in_place() -> None:
    text = "## Two **tanks** burned at [Azov](https://x.example/a?b=1)."
    copy = reading_copy(text)
    assert copy.split() == ["Two", "tanks", "burned", "at", "Azov", "."]
    assert copy.index("Azov") == text.index("Azov")


@pytest.mark.parametrize(
    ("text", "capitals", "headline"),
    [
        ("DRONES HIT AZOV OIL DEPOT", True, True),
        ("Drones Hit Azov Oil Depot Overnight", False, True),
        ("Drones hit an oil depot in Azov overnight", False, False),
    ],
)
def test_the_case_of_a_line_is_recognised(text: str, capitals: bool, headline: bool) -> None:
    assert (shouted(text), headline_case(text)) == (capitals, headline)
