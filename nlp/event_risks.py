"""The risks of the vocabulary that one event itself shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nlp.records import (
    ActorArgument,
    DateSpan,
    EventType,
    FacilityArgument,
    FacilityType,
    Factuality,
    Mode,
    RiskLabel,
)

_MILITARY = frozenset({"missile", "artillery", "air_strike"})


_WARS: dict[str, tuple[tuple[int, int], ...]] = {
    "UA": ((2014, 9999),), "RU": ((2022, 9999),), "YE": ((2014, 9999),), "SY": ((2011, 2025),), "LY": ((2011, 2020),),
    "SD": ((2023, 9999),), "IQ": ((1980, 1988), (1990, 1991), (2003, 2017)), "KW": ((1990, 1991),), "IR": ((1980,
    1988), (2025, 2026)),
    "PS": ((2008, 9999),), "IL": ((2023, 9999),), "LB": ((2006, 2006), (2023, 2024)), "AZ": ((2020, 2020),),
    "AM": ((2020, 2020),),
    "MM": ((2021, 9999),), "ET": ((2020, 2022),), "SS": ((2013, 2020),), "AF": ((2001, 2021),),
}  # fmt: skip


_RISK: dict[EventType, RiskLabel] = {
    "attack": "physical_attack", "sabotage": "sabotage", "cyberattack": "cyber", "theft": "theft_unrest",
    "seizure": "physical_attack",
    "blockade": "theft_unrest", "accident": "accident", "outage": "supply_disruption",
    "natural_hazard": "natural_hazard",
    "sanction": "sanctions_legal", "legal_diplomatic": "diplomatic", "market": "market",
}  # fmt: skip


def at_war(country: str | None, on: date | None) -> bool:
    """Whether a country was at war on a day, by the table of wars above; without a day, whether it is now."""
    year = on.year if on is not None else 2026
    return any(first <= year <= last for first, last in _WARS.get(country or "", ()))


def risks_of(
    event_type: EventType,
    actors: Sequence[ActorArgument],
    modes: Sequence[Mode],
    country: str | None,
    when: DateSpan | None,
    facilities: Sequence[FacilityArgument],
    facility_type: FacilityType | None,
    factuality: Factuality,
) -> tuple[RiskLabel, ...]:
    """The risks of one event, that of its type first."""
    found: dict[RiskLabel, None] = {_RISK[event_type]: None}
    if event_type in ("attack", "sabotage", "seizure"):
        forces = any(a.kind == "state_force" and a.role != "denied" for a in actors)
        war = at_war(country, when.start if when else None)
        houthi = any(
            "houthi" in a.name.lower() or "ansar allah" in a.name.lower() or "hezbollah" in a.name.lower()
            for a in actors
        )
        if (
            forces
            or houthi
            or (set(modes) & _MILITARY and event_type != "seizure")
            or (war and ("drone" in modes))
            or (country in ("UA",) and war)
        ):
            found["armed_conflict"] = None
    types = {f.facility_type for f in facilities} | {facility_type}
    if types & {"tanker", "chokepoint", "port"} and event_type in (
        "attack",
        "seizure",
        "accident",
        "blockade",
        "theft",
    ):
        found["maritime"] = None
    return tuple(found)
