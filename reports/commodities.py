"""Which commodity an incident is about, from the kind of facility, its name and the unit of what was lost."""

from __future__ import annotations

import re
from collections.abc import Iterable

COMMODITIES: tuple[str, ...] = ("oil", "gas", "power", "coal", "nuclear", "renewables")
_KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("oil_pipeline", "product_pipeline", "refinery", "oil_terminal", "oil_field", "fuel_depot",
         "petrochemical_plant"), ("oil",)),
    **dict.fromkeys(("gas_pipeline", "lng_terminal", "gas_field", "gas_processing"), ("gas",)),
    **dict.fromkeys(("substation", "transmission_line", "power_grid", "cable"), ("power",)),
    "nuclear_plant": ("nuclear", "power"),
    **dict.fromkeys(("hydro_dam", "wind_or_solar"), ("renewables", "power")),
}  # fmt: skip
# Kinds that carry several commodities are read from the words; without a word for another, these hold.
_USUAL = {"tanker": ("oil",), "power_plant": ("power",), "mine": ("coal",)}
_UNITS = {"bbl/d": "oil", "bbl": "oil", "m3/d": "gas", "bcm/y": "gas", "MW": "power", "MWh": "power"}
_WORDS = (
    ("gas", r"gas|lng|lpg|methane"), ("oil", r"oil|crude|petroleum|diesel|gasoline|petrol|fuel|kerosene|naphtha"),
    ("coal", r"coal|lignite|colliery"), ("nuclear", r"nuclear|reactor|uranium"),
    ("renewables", r"wind|solar|hydro\w*|photovoltaic|geothermal"), ("power", r"power|grid|electric\w*|blackout"),
)  # fmt: skip
_PATTERNS = tuple((name, re.compile(rf"(?i)\b(?:{words})\b")) for name, words in _WORDS)


def commodities_of(facility_type: str | None, names: Iterable[str] = (), units: Iterable[str] = ()) -> tuple[str, ...]:
    """The commodities, in the order of COMMODITIES; none where neither kind, unit nor name says one."""
    if facility_type in _KINDS:
        return _KINDS[facility_type]
    found = {_UNITS[unit] for unit in units if unit in _UNITS} | words_of(" ".join(names))
    if facility_type == "power_plant":
        return tuple(name for name in COMMODITIES if name in {"power"} | (found & {"nuclear", "renewables", "coal"}))
    if not found:
        return _USUAL.get(facility_type or "", ())
    return tuple(name for name in COMMODITIES if name in found)


def words_of(text: str) -> set[str]:
    """The commodities that a text names."""
    return {name for name, pattern in _PATTERNS if pattern.search(text)}
