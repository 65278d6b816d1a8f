"""Towns that no table holds, told with the state or country that does; states behind a town; stray namesakes."""

from __future__ import annotations

import pytest

from nlp.place_held import find_held
from nlp.places import load_places
from tests.nlp.annotator import annotate, the_event


def held(text: str) -> list[tuple[str, str]]:
    return [(text[h.start : h.end], h.holder.canonical) for h in find_held(text, load_places().find_places(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Men blew up a line near Zorgarhabad, Balochistan, on Tuesday.", [("Zorgarhabad", "Balochistan")]),
        ("A LEAK WAS FOUND ON THE ROAD NEAR MAYPORTVILLE, PENNSYLVANIA.", [("MAYPORTVILLE", "Pennsylvania")]),
        ("A leak was found in Mayportville, PA.", [("Mayportville", "Pennsylvania")]),
        ("the village of Tiptopi, in Zamfara state, Nigeria", [("Tiptopi", "Zamfara")]),
        ("A LEAK IN THE TOWN OF EVANSHOLM, ERIE COUNTY, NY.", [("EVANSHOLM", "New York"), ("ERIE COUNTY", "New York")]),
        ("THE LEAK WAS IN THE VALVE, OR IN THE FLANGE, ON THE PIPE.", []),
        ("Said Omar Khattab, Iraq's oil minister", []),
        ("the line was dug up in April, Texas regulators said", []),
    ],
)
def test_a_name_before_the_place_that_holds_it_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert held(text) == expected


def test_a_town_without_a_row_takes_its_country_and_coordinates_from_its_state() -> None:
    event = the_event("Gunmen blew up a gas pipeline near Zorgarhabad, Balochistan, on Tuesday.")
    place = event.places[0]
    assert (place.name, place.country, place.precision) == ("Zorgarhabad", "PK", "admin1")
    assert place.latitude is not None
    assert event.country == "PK"


@pytest.mark.parametrize(
    ("text", "name", "region"),
    [
        ("IN MARYVILLE, IL. NO ONE WAS HURT", "MARYVILLE", "US-IL"),
        ("a blast in Maryville, Tenn., on Monday", "Maryville", "US-TN"),
        ("in Columbia, S.C., crews shut the main", "Columbia", "US-SC"),
    ],
)
def test_a_state_behind_a_town_says_which_town_is_meant(text: str, name: str, region: str) -> None:
    assert {p.text: p.admin1 for p in load_places().find_places(text)}[name] == region


@pytest.mark.parametrize(
    "text",
    [
        "GAS COLLECTED AT THE BOTTOM OF THE DITCH IN TEXAS.",
        "THE REPORT WAS SENT TO THE SOUTHERN REGION OF THE AGENCY IN TEXAS.",
        "THE CREW OF A PLANT IN COLUMBUS, OHIO, CLOSED VALVES IN ORDER TO STOP THE LEAK, OR TO SLOW IT.",
    ],
)
def test_capitals_make_no_place_of_common_words(text: str) -> None:
    assert {p.country for p in load_places().find_places(text)} == {"US"}
    assert len(load_places().find_places(text)) <= 2


def test_the_town_of_a_control_centre_is_not_where_the_line_broke() -> None:
    event = the_event(
        "A gas pipeline ruptured near Coolidge, Arizona, on Monday. The operator's Colorado Springs control center saw "
        "the pressure fall."
    )
    assert event.places[0].name == "Coolidge"
    assert "Colorado Springs" not in {p.name for p in event.places}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("A pipeline exploded near Bodo in Nigeria's Rivers State on Sunday, police said.", "NG"),
        ("A pipeline was blown up near Bodo, Nigeria, on Sunday.", "NG"),
        ("Gunmen attacked a gas plant near Lancaster in Nigeria's Rivers State on Sunday.", "NG"),
        ("A fire broke out at a substation in Bodo, northern Norway, on Sunday.", "NO"),
        ("Explosions were reported in Freeport, Mexico and Canada on Monday at fuel depots.", "US"),
        ("A fire broke out at a refinery in Baytown, Mexico's Pemex said.", "US"),
    ],
)
def test_a_small_town_lies_in_the_country_said_to_hold_it_also_where_the_table_has_its_namesake_only(
    text: str, country: str
) -> None:
    assert the_event(text).country == country


@pytest.mark.parametrize(
    ("text", "country"),
    [
        # The town has a namesake abroad that is written with another letter.
        ("The Trans Niger Pipeline was shut on Monday after an explosion near Bodo, the operator said.", "NG"),
        ("A blaze hit the Nyhamna gas plant on Monday; crews came from Bodo.", "NO"),
        ("A fire broke out at a substation in Bodo on Monday.", "NO"),
    ],
)
def test_a_facility_says_in_which_country_a_small_town_beside_it_lies(text: str, country: str) -> None:
    found = annotate(text).events
    assert {place.country for event in found for place in event.places} == {country}


def test_a_line_through_many_countries_leaves_its_towns_where_they_are() -> None:
    text = "The Druzhba pipeline was shut on Monday after a leak near Schwedt, and flows to Hungary stopped."
    found = annotate(text).events
    assert any(place.country == "DE" for event in found for place in event.places)
