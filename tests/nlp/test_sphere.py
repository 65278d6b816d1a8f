"""Distances on a sphere beside known ones, and that a projected point lies as far away as it was projected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.sphere import distance_km, project


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ((0, 0), (0, 1), 111.2),
        ((90, 0), (-90, 0), 20015.1),
        ((0, 179.5), (0, -179.5), 111.2),
        ((51.4775, -0.4614), (40.6398, -73.7789), 5540),  # London Heathrow to New York JFK: 5,540 km great circle
    ],
)
def test_known_distances(one: tuple[float, float], other: tuple[float, float], kilometres: float) -> None:
    assert distance_km(*one, *other) == pytest.approx(kilometres, rel=0.005)


@given(st.floats(-85, 85), st.floats(-180, 180), st.floats(0, 360), st.floats(0.1, 15_000))
def test_projected_point_lies_as_far_away_as_it_was_projected(
    latitude: float, longitude: float, bearing: float, kilometres: float
) -> None:
    there = project(latitude, longitude, bearing, kilometres)
    assert -180 <= there[1] <= 180
    assert distance_km(latitude, longitude, *there) == pytest.approx(kilometres, abs=0.01)
