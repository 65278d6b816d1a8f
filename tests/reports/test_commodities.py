from __future__ import annotations

import typing

import pytest

from nlp.records import FacilityType
from reports.commodities import COMMODITIES, commodities_of


@pytest.mark.parametrize(
    ("kind", "names", "units", "expected"),
    [
        ("refinery", ("Gas Valley refinery",), (), ("oil",)),
        ("lng_terminal", (), (), ("gas",)),
        ("nuclear_plant", (), (), ("power", "nuclear")),
        ("power_plant", ("Orrin power plant",), ("m3/d",), ("power",)),
        ("power_plant", ("Orrin coal power plant",), (), ("power", "coal")),
        ("tanker", (), (), ("oil",)),
        ("tanker", ("LNG carrier Meltem",), (), ("gas",)),
        ("storage", (), ("bbl",), ("oil",)),
        ("platform", (), ("m3/d",), ("gas",)),
        ("platform", (), ("m3/d", "bbl/d"), ("oil", "gas")),
        ("mine", (), (), ("coal",)),
        ("mine", ("Tamar uranium mine",), (), ("nuclear",)),
        (None, ("the electricity grid",), (), ("power",)),
        ("company", ("Meridian",), (), ()),
        (None, (), (), ()),
    ],
)
def test_kind_name_and_unit_say_the_commodity(
    kind: str | None, names: tuple[str, ...], units: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert set(commodities_of(kind, names, units)) == set(expected)


@pytest.mark.parametrize("kind", typing.get_args(FacilityType))
def test_every_kind_of_facility_gives_known_commodities(kind: str) -> None:
    assert set(commodities_of(kind)) <= set(COMMODITIES)
