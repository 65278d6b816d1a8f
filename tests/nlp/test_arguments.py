from __future__ import annotations

from datetime import date

import pytest

from nlp.positions import find_positions
from tests.nlp.annotator import annotate, happenings, the_event


@pytest.mark.parametrize(
    "text",
    [
        "Gunmen attacked a village ten miles from the Rumaila oil field.",
        "A fire in a kitchen near the power plant injured a cook.",
        "Refinery margins collapsed after the attack on the parliament.",
        "An explosion destroyed a bakery opposite the oil company's offices.",
    ],
)
def test_a_facility_beside_what_was_hit_is_no_target(text: str) -> None:
    assert happenings(annotate(text)) == []


def test_several_targets_of_one_act_are_one_event() -> None:
    event = the_event("Missiles struck a refinery, two substations and a gas storage site in Odesa on Sunday.")
    assert {f.facility_type for f in event.facilities} >= {"refinery", "substation", "storage"}


def test_staff_of_a_field_are_part_of_the_target() -> None:
    event = the_event("Gunmen ambushed workers at the Palogue oil field in South Sudan on Friday.")
    assert event.facility_type == "oil_field"


def test_the_country_is_where_it_happened_and_no_flag_nor_attacker() -> None:
    event = the_event("Ukrainian drones hit an oil depot in Klintsy, Russia, on Monday.")
    assert event.country == "RU"
    event = the_event("Pirates boarded the Panama-flagged tanker Vega Sun in the Gulf of Guinea on Monday.")
    assert event.country is None


def test_a_place_that_is_not_told_is_unknown() -> None:
    event = the_event("Thieves drilled into a fuel pipeline.")
    assert [p.name for p in event.places] == ["unknown"]
    assert event.country is None


def test_the_date_is_the_events_own_and_not_after_publication() -> None:
    event = the_event("On Tuesday the minister said that Sunday's blast at the Lanzhou refinery killed two.")
    assert event.date is not None
    assert event.date.start == date(2025, 6, 8)
    event = the_event("A blast hit the Lanzhou refinery. It will reopen on 20 June.")
    assert event.date is not None
    assert event.date.end <= date(2025, 6, 11)


def test_without_any_date_news_is_dated_by_its_publication_and_else_not_at_all() -> None:
    text = "A blast hit the Lanzhou refinery in China."
    dated, undated = the_event(text), the_event(text, published=None)
    assert dated.date is not None
    assert dated.date.basis == "publication"
    assert undated.date is None


def test_what_lies_long_back_is_historical() -> None:
    annotation = annotate("In September 2019 drones struck the Abqaiq plant in Saudi Arabia.")
    assert {e.factuality for e in annotation.events if e.event_type == "attack"} == {"historical"}


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("in position 03-50N 056-23E, off", (3.83, 56.38)),
        ("at 06-53.06S 81-43.08W, 50NM", (-6.88, -81.72)),
        ("position 14 14.5N, 050 29.7E.", (14.24, 50.49)),
        ("14°30'N 049°12'E", (14.5, 49.2)),
        ("at 57.7089, 11.9746 today", (57.71, 11.97)),
    ],
)
def test_positions_in_degrees_are_read(text: str, position: tuple[float, float]) -> None:
    (found,) = find_positions(text)
    assert (round(found.latitude, 2), round(found.longitude, 2)) == position
