"""Distances from the packaged country outlines."""

from __future__ import annotations

import pytest

from nlp.outlines import load_outlines


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "low", "high"),
    [
        (48.86, 2.35, "FR", 0, 0),  # Paris
        (48.86, 2.35, "DE", 240, 300),
        (45.0, 34.1, "UA", 0, 0),  # Simferopol: ISO 3166 lists Crimea with Ukraine
        (45.0, 34.1, "RU", 150, 250),
        (56.55, 3.21, "NO", 230, 300),  # Ekofisk
        (66.0, -170.5, "RU", 0, 60),  # across the date line's bend
        (-17.0, 179.9, "FJ", 0, 60),
        (42.66, 21.16, "XK", 0, 0),  # Pristina
    ],
)
def test_distance_from_a_country_s_land(latitude: float, longitude: float, country: str, low: int, high: int) -> None:
    away = load_outlines().distance(latitude, longitude, country)
    assert away is not None
    assert low <= away <= high


def test_country_without_an_outline_has_no_distance() -> None:
    assert load_outlines().distance(0, 0, "ZZ") is None
    assert {"US", "CN", "NG", "MT", "SG", "BH"} <= load_outlines().countries
