"""Positions in degrees in the forms that advisories use, and by distance and bearing from a place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.places import load_places
from nlp.positions import find_offset, find_positions
from tests.nlp.annotator import the_event


@pytest.mark.parametrize(
    ("text", "latitude", "longitude"),
    [
        ("fired upon at 04-42N 008-19E", 4.7, 8.3167),
        ("in position 12:14N – 045:45E", 12.2333, 45.75),
        ("in position 14 14.5N, 050 29.7E", 14.2417, 50.495),
        ("in position 06-12.9N 003-20E", 6.215, 3.3333),
        ("near 26°34′12″N 56°15′00″E", 26.57, 56.25),
        ("near 26°34'N, 56°15'E", 26.5667, 56.25),
        ("at N 26 34.2 E 056 15.0 on Monday", 26.57, 56.25),
        ("position 13.8N, 042.7E in the southern Red Sea", 13.8, 42.7),
        ("at 29.5301, 48.1002", 29.5301, 48.1002),
        ("at -6.1034, 106.8830", -6.1034, 106.883),
        ("LAT 01-06.5S LONG 103-36.2W", -1.1083, -103.6033),
        ("in position 1°14'S / 116°48'E", -1.2333, 116.8),
    ],
)
def test_a_position_in_degrees_is_read(text: str, latitude: float, longitude: float) -> None:
    (position,) = find_positions(text)
    assert (round(position.latitude, 4), round(position.longitude, 4)) == (latitude, longitude)


@pytest.mark.parametrize(
    "text",
    [
        "prices of 1.234, 5.678 and 9.012 dollars rose 3.2%",
        "Brent rose $1.20, 2.35% on the day",
        "in 1992, 24 E-class ships; 75-80 N. Sea wells",
        "at 99-42N 008-19E",
        "a 24-12 win",
        "the vote was 12:14 on Monday",
    ],
)
def test_other_numbers_are_no_position(text: str) -> None:
    assert find_positions(text) == []


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9))
def test_a_position_written_in_degrees_and_minutes_reads_back(latitude: float, longitude: float) -> None:
    def written(value: float, width: int, letters: str) -> str:
        whole, minutes = divmod(round(abs(value) * 600), 600)
        return f"{whole:0{width}d}-{minutes / 10:04.1f}{letters[value < 0]}"

    (position,) = find_positions(f"in position {written(latitude, 2, 'NS')} {written(longitude, 3, 'EW')}.")
    assert abs(position.latitude - latitude) < 0.002
    assert abs(position.longitude - longitude) < 0.002


@pytest.mark.parametrize(
    ("text", "latitude", "longitude"),
    [
        ("237 nm east of Hobyo, Somalia", 5.3, 52.5),
        ("330 NM SE OF SALALAH, OMAN", 13.1, 58.1),
        ("about 120 kilometres south-southwest of Kirkuk", 34.47, 43.9),
        ("80 nautical miles off Hobyo, Somalia", None, None),
        ("3 km east of Kirkuk", None, None),
    ],
)
def test_distance_and_bearing_from_a_place_give_a_position(
    text: str, latitude: float | None, longitude: float | None
) -> None:
    place = next(p for p in load_places().find_places(text) if p.precision == "locality")
    offset = find_offset(text, place)
    if latitude is None or longitude is None:
        assert offset is None
    else:
        assert offset is not None
        assert abs(offset.latitude - latitude) < 0.35
        assert abs(offset.longitude - longitude) < 0.35
        assert text[offset.start : offset.end].lower().endswith(place.text.lower())


def test_a_ship_attacked_far_off_a_town_lies_at_sea() -> None:
    event = the_event("On 3 June pirates in two skiffs fired upon a crude oil tanker 237 nm east of Hobyo, Somalia.")
    place = event.places[0]
    assert place.longitude is not None
    assert abs(place.longitude - 52.5) < 0.4
    assert place.country is None
