from __future__ import annotations

import pycountry
import pytest

from reports.regions import CHOKEPOINTS, REGIONS, countries_of, region_of, regions_of


def test_each_country_of_iso_3166_stands_in_exactly_one_region() -> None:
    listed = [code for region in REGIONS for code in countries_of(region)]
    assert len(listed) == len(set(listed))
    assert set(listed) == {country.alpha_2 for country in pycountry.countries}


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("UA", "Europe"), ("BY", "Europe"), ("CY", "Europe"), ("GE", "Russia and Central Asia"), ("TR", "Middle East"),
        ("IR", "Middle East"), ("EG", "North Africa"), ("SD", "North Africa"), ("SS", "Sub-Saharan Africa"),
        ("AF", "South Asia"), ("TW", "East Asia"), ("MM", "Southeast Asia"), ("GL", "North America"),
        ("MX", "Latin America and Caribbean"), ("XX", None),
    ],
)  # fmt: skip
def test_a_country_stands_where_a_desk_looks_for_it(code: str, region: str | None) -> None:
    assert region_of(code) == region


@pytest.mark.parametrize(
    ("kind", "names", "position", "expected"),
    [
        ("tanker", (), (26.5, 56.4), True),
        ("tanker", (), (1.3, 103.9), True),
        ("tanker", (), (36.0, -40.0), False),
        ("tanker", ("Gulf of Oman",), (None, None), True),
        ("refinery", ("Suez refinery",), (29.97, 32.5), False),
        ("refinery", (), (26.5, 56.4), False),
        ("chokepoint", ("Turkish Straits",), (None, None), True),
        (None, ("Strait of Hormuz",), (None, None), True),
        (None, ("Rome",), (None, None), False),
    ],
)
def test_a_strait_counts_where_it_is_named_or_a_ship_was_near(
    kind: str | None, names: tuple[str, ...], position: tuple[float | None, float | None], expected: bool
) -> None:
    found = regions_of((), facility_type=kind, names=names, latitude=position[0], longitude=position[1])
    assert (CHOKEPOINTS in found) is expected


def test_a_seizure_in_a_strait_is_in_its_country_and_at_sea() -> None:
    assert regions_of(["IR"], facility_type="tanker", latitude=26.5, longitude=56.4) == ("Middle East", CHOKEPOINTS)
