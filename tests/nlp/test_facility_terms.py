from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.facility_table import load_terms
from nlp.facility_terms import find_typed_facilities
from nlp.records import FacilityType


def _found(text: str) -> list[tuple[str, str]]:
    return [(f.text, f.facility_type) for f in find_typed_facilities(text) if f.bare == "yes"]


def test_the_table_speaks_the_vocabulary() -> None:
    for rows in load_terms().values():
        for row in rows:
            assert row.facility_type in get_args(FacilityType)
            assert row.bare in ("yes", "no", "context", "coref", "hostile")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a gas pipeline near Kashmore", ("gas pipeline", "gas_pipeline")),
        ("two 132 kV pylons fell", ("132 kV pylons", "transmission_line")),
        ("an oil tanker off Fujairah", ("oil tanker", "tanker")),
        ("the city's thermal power station", ("thermal power station", "power_plant")),
        ("a nuclear power plant", ("nuclear power plant", "nuclear_plant")),
        ("the Kremenchuk Oil Refinery burned", ("Kremenchuk Oil Refinery", "refinery")),
        ("a 10-inch natural gas transmission line", ("natural gas transmission line", "gas_pipeline")),
        ("an underground gas storage facility", ("gas storage facility", "storage")),
        ("the undersea power cable", ("undersea power cable", "cable")),
        ("THE 8-INCH CRUDE OIL LINE", ("CRUDE OIL LINE", "oil_pipeline")),
        ("a solar farm's control building", ("solar farm", "wind_or_solar")),
        ("a grid operator was hacked", ("grid operator", "company")),
    ],
)
def test_a_noun_with_its_qualifiers_gives_a_type(text: str, wanted: tuple[str, str]) -> None:
    assert any(name.endswith(wanted[0]) and kind == wanted[1] for name, kind in _found(text)), _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "the sales pipeline",
        "a data pipeline",
        "a water tanker",
        "a gas station on the ring road",
        "a copper refinery",
        "a water treatment plant",
        "the airport terminal",
        "an aircraft carrier",
        "an ammunition depot",
        "a battle tank",
        "a petrol station",
        "an internet cable",
        "a gold mine",
        "the underwater tunnel",
        "a trading platform",
    ],
)
def test_false_friends_are_no_energy_facility(text: str) -> None:
    assert _found(text) == []


def test_a_list_of_names_before_a_plural_gives_each_its_own() -> None:
    (facility,) = find_typed_facilities("fires at the Tuapse, Afipsky and Ilsky refineries")
    assert [name for _, _, name in facility.members] == ["Tuapse refinery", "Afipsky refinery", "Ilsky refinery"]


def test_a_joined_noun_does_not_lend_its_name() -> None:
    found = _found("a fuel depot and three ammunition warehouses")
    assert found == [("fuel depot", "fuel_depot")]


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_spans_inside_it(text: str) -> None:
    end = 0
    for facility in find_typed_facilities(text):
        assert end <= facility.start <= facility.head < facility.end <= len(text)
        end = facility.end
