"""Which event types, facility types and dates can belong to one happening: tables for the resolver."""

from __future__ import annotations

from datetime import date, timedelta

from nlp.records import DateSpan

# How well two event types go together, 0 to 1. An early report of an "explosion" (accident) often turns out to be
# an attack; an outage is what many happenings are reported as; a tapped line that burns is theft and accident.
_TYPE_PAIRS: dict[frozenset[str], float] = {
    frozenset({"attack", "sabotage"}): 0.9,
    frozenset({"attack", "accident"}): 0.6,
    frozenset({"attack", "outage"}): 0.7,
    frozenset({"attack", "seizure"}): 0.6,
    frozenset({"attack", "theft"}): 0.3,
    frozenset({"sabotage", "accident"}): 0.7,
    frozenset({"sabotage", "outage"}): 0.8,
    frozenset({"sabotage", "theft"}): 0.7,
    frozenset({"theft", "accident"}): 0.7,
    frozenset({"theft", "outage"}): 0.5,
    frozenset({"cyberattack", "outage"}): 0.7,
    frozenset({"cyberattack", "sabotage"}): 0.4,
    frozenset({"blockade", "outage"}): 0.8,
    frozenset({"blockade", "seizure"}): 0.6,
    frozenset({"accident", "outage"}): 0.8,
    frozenset({"natural_hazard", "outage"}): 0.9,
    frozenset({"natural_hazard", "accident"}): 0.6,
}

# Facility types that reports of one happening use for the same site.
_FACILITY_GROUPS: tuple[frozenset[str], ...] = (
    frozenset({"oil_terminal", "port", "storage", "fuel_depot", "oil_pipeline", "pump_or_compressor_station"}),
    frozenset({"gas_pipeline", "pump_or_compressor_station", "gas_processing", "storage"}),
    frozenset({"product_pipeline", "oil_pipeline", "fuel_depot", "storage", "pump_or_compressor_station"}),
    frozenset({"refinery", "petrochemical_plant", "storage", "fuel_depot"}),
    frozenset({"lng_terminal", "gas_processing", "port"}),
    frozenset({"oil_field", "gas_field", "platform", "gas_processing"}),
    frozenset({"power_plant", "nuclear_plant", "hydro_dam", "wind_or_solar", "power_grid", "substation"}),
    frozenset({"transmission_line", "power_grid", "substation", "cable"}),
    frozenset({"tanker", "port", "chokepoint"}),
    frozenset({"control_system", "company", "product_pipeline", "oil_pipeline", "gas_pipeline", "power_grid"}),
)

_SLACK_DAYS = {"hour": 1, "day": 1, "week": 3, "month": 10, "year": 60}


def type_compatibility(one: str, other: str) -> float:
    """How well two event types describe one happening, 0 (never) to 1 (the same)."""
    return 1.0 if one == other else _TYPE_PAIRS.get(frozenset({one, other}), 0.0)


def facility_compatibility(one: str | None, other: str | None) -> float:
    """How well two facility types describe one site; 0.5 where one is not known."""
    if one is None or other is None or "other" in (one, other):
        return 0.5
    if one == other:
        return 1.0
    return 0.7 if any(one in group and other in group for group in _FACILITY_GROUPS) else 0.0


def date_gap(one: tuple[date, date], other: tuple[date, date]) -> int:
    """Days between two intervals, 0 where they overlap."""
    if one[1] < other[0]:
        return (other[0] - one[1]).days
    if other[1] < one[0]:
        return (one[0] - other[1]).days
    return 0


def slack_days(span: DateSpan | None) -> int:
    """How many days a date as told may lie beside the true one."""
    if span is None:
        return 0
    # Told without a date: the report may come up to three days after the event.
    return 3 if span.basis == "publication" else _SLACK_DAYS[span.precision]


def widen(span: DateSpan) -> tuple[date, date]:
    """The interval in which the event may lie, seen from its telling."""
    if span.basis == "publication":
        return span.start - timedelta(days=3), span.end
    return span.start, span.end
