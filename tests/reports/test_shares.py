from __future__ import annotations

from dataclasses import replace

import pytest

from reports.records import Sentence
from reports.shares import find_share, tell_share
from reports.verify import verify_sentence
from store.records import FacilityCapacity, Fact, IncidentView
from tests.reports.builders import Told, incident

TOLD = Told(
    id="a1",
    publisher="Alpha News",
    sentences=(
        "Exports fell by 320,000 barrels a day.", "An official spoke of 400,000 b/d.",
        "The line normally carries 1.3 million barrels a day.", "It can take 2 million barrels a day.",
        "The whole 1.3 million b/d is lost, another said.",
    ),
)  # fmt: skip
LOST = TOLD.number("lost", 320_000, "320,000 barrels a day", "bbl/d")
MORE = TOLD.number("lost", 400_000, "400,000 b/d", "bbl/d")
ALL = TOLD.number("lost", 1_300_000, "1.3 million b/d", "bbl/d")
USUAL = TOLD.number("throughput", 1_300_000, "1.3 million barrels a day", "bbl/d")
CAPACITY = TOLD.number("capacity", 2_000_000, "2 million barrels a day", "bbl/d")
LISTED = FacilityCapacity(
    facility_id="cpc", name="CPC pipeline", facility_type="oil_pipeline", capacity=1_340_000, unit="bbl/d"
)


def view_of(*facts: Fact, **fields: object) -> IncidentView:
    return incident("inc-1", (TOLD,), facts, facilities=("CPC pipeline",), facility_ids=("cpc",), **fields)


@pytest.mark.parametrize(
    ("facts", "listed", "told"),
    [
        ((LOST, USUAL), (), "That is about 25% of what it normally carries, 1.3 million barrels a day."),
        ((LOST, MORE, USUAL), (), "That is about 25 to 31% of what it normally carries, 1.3 million barrels a day."),
        ((LOST, CAPACITY), (), "That is about 16% of its capacity, 2 million barrels a day."),
        ((LOST,), (LISTED,), "That is about 24% of its capacity, 1.34 million barrels a day†."),
        ((LOST, USUAL), (LISTED,), "That is about 25% of what it normally carries, 1.3 million barrels a day."),
        ((ALL, USUAL), (), "That is all of what it normally carries, 1.3 million barrels a day."),
    ],
)  # fmt: skip
def test_a_loss_is_told_as_a_share_of_what_there_is(
    facts: tuple[Fact, ...], listed: tuple[FacilityCapacity, ...], told: str
) -> None:
    sentence = tell_share(view_of(*facts, capacities=listed))
    assert sentence is not None
    assert sentence.text == told
    assert verify_sentence(sentence) == []


@pytest.mark.parametrize(
    "view",
    [
        view_of(LOST),
        view_of(USUAL),
        view_of(replace(LOST, superseded=True), USUAL),
        view_of(LOST, replace(USUAL, unit="MW")),
        view_of(LOST, USUAL, status="threatened"),
        replace(view_of(LOST, USUAL), facilities=("CPC pipeline", "Druzhba pipeline")),
        view_of(replace(LOST, minimum=2e6, maximum=2e6), USUAL),
    ],
)
def test_no_share_is_told_where_the_whole_is_not_known_or_not_one(view: IncidentView) -> None:
    assert tell_share(view) is None


def test_a_whole_that_is_far_from_the_listed_one_is_another_thing() -> None:
    share = find_share(view_of(LOST, USUAL, capacities=(replace(LISTED, capacity=20_000_000),)))
    assert share is not None
    assert share.wholes == ()


def altered(told: Sentence, old: str, new: str) -> Sentence:
    slots = tuple(replace(slot, text=slot.text.replace(old, new)) for slot in told.slots)
    return replace(told, text=told.text.replace(old, new), slots=slots)


@pytest.mark.parametrize(
    ("facts", "listed", "old", "new"),
    [
        ((LOST, USUAL), (), "25%", "26%"),
        ((LOST, USUAL), (), "25%", "52%"),
        ((LOST, USUAL), (), "normally carries", "capacity"),
        ((LOST, USUAL), (), "1.3 million", "1.2 million"),
        ((LOST, USUAL), (), "about ", ""),
        ((LOST, USUAL), (), "what it normally carries", "its capacity"),
        ((LOST, MORE, USUAL), (), "31%", "30%"),
        ((LOST,), (LISTED,), "†", ""),
        ((LOST,), (LISTED,), "1.34", "1.43"),
        ((LOST,), (LISTED,), "its capacity", "what it normally carries"),
        ((ALL, USUAL), (), "all", "95%"),
    ],
)
def test_the_verifier_does_the_arithmetic_again(
    facts: tuple[Fact, ...], listed: tuple[FacilityCapacity, ...], old: str, new: str
) -> None:
    sentence = tell_share(view_of(*facts, capacities=listed))
    assert sentence is not None
    assert verify_sentence(altered(sentence, old, new))


def test_a_share_of_a_figure_that_its_words_do_not_state_is_refused() -> None:
    wrong = replace(USUAL, minimum=1_400_000.0, maximum=1_400_000.0)
    sentence = tell_share(view_of(LOST, wrong))
    assert sentence is not None
    assert verify_sentence(sentence)
