"""Grades an incident by written rules: people, what is lost, kind of facility, intent, whether it goes on."""

from __future__ import annotations

from reports.records import Level
from store.records import Fact, IncidentView

# Points for a figure at or above each threshold, by unit; written down in docs/design/briefing.md.
_LOSSES: dict[str, tuple[tuple[float, int], ...]] = {
    "bbl/d": ((500_000, 5), (100_000, 4), (20_000, 3), (0, 2)),
    "bbl": ((500_000, 4), (50_000, 3), (1_000, 2), (0, 1)),
    "m3/d": ((50_000_000, 5), (10_000_000, 4), (1_000_000, 3), (0, 2)),
    "bcm/y": ((20, 5), (5, 4), (1, 3), (0, 2)),
    "MW": ((2_000, 5), (500, 4), (100, 3), (0, 2)),
    "t/d": ((50_000, 5), (10_000, 4), (1_000, 3), (0, 2)),
    "customers": ((1_000_000, 5), (100_000, 4), (10_000, 3), (500, 2), (0, 1)),
    "people": ((1_000_000, 5), (100_000, 4), (10_000, 3), (500, 2), (0, 1)),
    "%": ((75, 4), (30, 3), (5, 2), (0, 1)),
}
_CRITICAL = {
    "nuclear_plant": 3, "chokepoint": 3, "lng_terminal": 2, "oil_pipeline": 2, "gas_pipeline": 2, "oil_terminal": 2,
    "refinery": 2, "gas_processing": 2, "power_grid": 2, "control_system": 2, "cable": 2, "hydro_dam": 2, "port": 2,
    "transmission_line": 1, "substation": 1, "power_plant": 1, "oil_field": 1, "gas_field": 1, "platform": 1,
    "storage": 1, "product_pipeline": 1, "pump_or_compressor_station": 1, "tanker": 1, "fuel_depot": 1,
}  # fmt: skip
_INTENT = {"attack": 2, "sabotage": 2, "cyberattack": 2, "seizure": 2, "blockade": 1, "natural_hazard": 1, "outage": 1}
_LEVELS: tuple[tuple[int, Level], ...] = ((9, "severe"), (6, "serious"), (3, "moderate"), (0, "minor"))
LEVELS: tuple[Level, ...] = ("severe", "serious", "moderate", "minor")


def grade_severity(view: IncidentView) -> tuple[Level, str, int]:
    """Returns the level, its reasons in words without figures, and the points for ordering."""
    facts = [fact for fact in view.facts if not fact.superseded]
    reasons: list[str] = []
    points = 0
    killed, injured = _most(facts, "killed"), _most(facts, "injured")
    people = 5 if killed >= 10 else 4 if killed >= 1 else 2 if injured >= 1 else 0
    if people:
        reasons.append("people killed" if killed >= 1 else "people injured")
    points += people
    loss = max((_loss_points(fact) for fact in facts if fact.field in ("lost", "customers", "at_risk")), default=0)
    if loss:
        reasons.append("large loss" if loss >= 4 else "some loss")
    points += loss
    critical = _CRITICAL.get(view.facility_type or "", 0)
    if critical >= 2:
        reasons.append("critical kind of facility")
    points += critical
    if _INTENT.get(view.event_type, 0) == 2:
        reasons.append("deliberate")
    points += _INTENT.get(view.event_type, 0)
    if view.status == "ongoing":
        points += 1
        reasons.append("still going on")
    elif view.status == "partly_restored":
        points -= 1
        reasons.append("partly restored")
    elif view.status == "restored":
        points -= 2
        reasons.append("since restored")
    level = next(level for least, level in _LEVELS if points >= least or least == 0)
    return level, ", ".join(reasons), points


def _most(facts: list[Fact], field: str) -> float:
    return max((fact.maximum or fact.minimum or 0.0 for fact in facts if fact.field == field), default=0.0)


def _loss_points(fact: Fact) -> int:
    value = max(fact.minimum or 0.0, fact.maximum or 0.0)
    if value <= 0:
        return 0
    points = next((points for least, points in _LOSSES.get(fact.unit or "", ()) if value >= least), 1)
    return max(points - 1, 1) if fact.field == "at_risk" else points
