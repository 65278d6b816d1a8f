from __future__ import annotations

from datetime import date

import pytest

from nlp.event_risks import at_war
from tests.nlp.annotator import annotate, happenings, the_event


def test_two_occurrences_at_two_named_sites_stay_two_events() -> None:
    text = (
        "Drones hit the Ryazan refinery in Russia on Monday. Separately, thieves tapped a fuel pipeline in Puebla, "
        "Mexico, on Sunday."
    )
    found = happenings(annotate(text))
    assert {e.event_type for e in found} == {"attack", "theft"}
    assert {e.country for e in found} == {"RU", "MX"}


def test_a_fire_belongs_to_the_deed_and_the_stop_that_it_brought_is_an_event_of_its_own() -> None:
    found = happenings(
        annotate("Missiles hit a power plant in Kharkiv on Monday, causing a fire and a blackout across the city.")
    )
    assert sorted(e.event_type for e in found) == ["attack", "outage"]
    assert {str(e.date.start) for e in found if e.date is not None} == {"2025-06-09"}


def test_an_outage_told_first_keeps_beside_it_the_cause_told_later() -> None:
    found = happenings(
        annotate("Millions were left without power in Khuzestan. A bomb had wrecked a substation, officials said.")
    )
    assert sorted(e.event_type for e in found) in (["attack", "outage"], ["outage", "sabotage"])
    assert {e.country for e in found} == {"IR"}


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("Lightning set a crude tank ablaze at the Paulinia refinery in Brazil.", "natural_hazard"),
        ("An excavator struck a gas pipeline outside Ghent.", "accident"),
        ("Hackers hit a power company in Tallinn with ransomware.", "cyberattack"),
        ("Protesters shut down the Salina Cruz refinery.", "blockade"),
        ("Saboteurs damaged a transformer at a substation in Kamloops.", "attack"),
    ],
)
def test_the_cause_decides_the_type(text: str, event_type: str) -> None:
    found = happenings(annotate(text))
    assert found[0].event_type in (event_type, "accident" if event_type == "natural_hazard" else event_type)


def test_counts_are_of_victims() -> None:
    event = the_event(
        "Gunmen attacked a gas plant at Tigantourine in Algeria on Monday, killing three guards and wounding seven "
        "workers. Nine attackers were killed."
    )
    assert event.killed is not None
    assert event.injured is not None
    assert (event.killed.minimum, event.injured.minimum) == (3, 7)


def test_amounts_of_the_event_are_its_own() -> None:
    annotation = annotate("A leak at the Aktau oil terminal in Kazakhstan spilled 300 barrels of crude on Monday.")
    (event,) = happenings(annotation)
    assert [annotation.quantities[i].role for i in event.quantities] == ["spilled"]


@pytest.mark.parametrize(
    ("text", "conflict"),
    [
        ("Russian missiles hit a substation in Lviv on Monday.", True),
        ("Vandals set fire to a transformer in Turin on Monday.", False),
    ],
)
def test_an_act_of_war_is_marked_as_one(text: str, conflict: bool) -> None:
    assert ("armed_conflict" in the_event(text).risks) == conflict


@pytest.mark.parametrize(
    ("country", "on", "war"),
    [
        ("UA", date(2023, 1, 1), True),
        ("UA", date(2010, 1, 1), False),
        ("KW", date(1990, 9, 1), True),
        (None, None, False),
    ],
)
def test_the_table_of_wars_is_asked_by_year(country: str | None, on: date | None, war: bool) -> None:
    assert at_war(country, on) == war


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("The United States imposed sanctions on Iran's oil tankers.", "sanction"),
        ("Brent crude jumped 5% after OPEC+ cut output.", "market"),
        ("Kazakhstan urged Europe to help protect the CPC pipeline.", "legal_diplomatic"),
    ],
)
def test_policy_and_price_are_events_without_being_happenings(text: str, event_type: str) -> None:
    annotation = annotate(text)
    assert event_type in {e.event_type for e in annotation.events}
    assert happenings(annotation) == []
