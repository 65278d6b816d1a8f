"""Scores events on the third-party incident sets: found or not, false alarms, and each argument of the best event.

The measures are those that the sets' README defines: of several predicted events of a text the one that fits the gold
best is scored; precision counts values given where the gold has one, recall the gold's values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nlp.records import HAPPENED, HAPPENINGS, Annotation, Event
from nlp.scoring_values import (
    any_name_agrees,
    country_code,
    facility_agrees,
    facility_group,
    means_agree,
    ratio,
)
from nlp.sphere import distance_km

FIELDS = ("date", "date_exact", "country", "place", "asset", "risk_type", "weapon", "actor", "killed", "injured")
_COUNTS = ("killed", "injured")
_NEAR_KM = (50, 161)
_FEWEST = 10  # gold values below which a field says too little for the mean
_PIPELINE_PLACES = ["pipeline", "gas_processing", "storage", "lng"]
_RISK_OF_TYPE: Mapping[str, str] = {
    "sabotage": "physical_attack", "theft": "physical_attack", "seizure": "physical_attack",
    "cyberattack": "cyberattack", "accident": "accident", "outage": "accident", "natural_hazard": "accident",
    "blockade": "market_supply",
}  # fmt: skip

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCase:
    """One row of a set: what is asked of it."""

    id: str
    gold: Values | None  # None: not scored, or a text that tells of no incident
    negative: bool  # an event here is a false alarm
    told_on: str | None = None  # ISO date of the text, where it has one


def read_case(row: Mapping[str, Any]) -> IncidentCase:
    """What a row of the current events, PHMSA or ASAM sets asks."""
    identifier = str(row["id"])
    if "incident" in row:
        gold = row.get("gold")
        return IncidentCase(id=identifier, gold=gold, negative=row["incident"] is False, told_on=row.get("date"))
    values: dict[str, Any] | None = None
    if identifier.startswith("phmsa-"):
        values = {
            "date": row["date"], "place": [p for p in (row.get("city"), row.get("county")) if p],
            "lat": row.get("lat"), "lon": row.get("lon"), "asset": _PIPELINE_PLACES, "risk_type": ["accident"],
            "killed": row["killed"], "injured": row["injured"],
        }  # fmt: skip
    elif row.get("energy"):
        values = {
            "date": row["date"], "lat": row.get("lat"), "lon": row.get("lon"), "asset": row.get("asset") or [],
            "risk_type": ["physical_attack"],
        }  # fmt: skip
    return IncidentCase(id=identifier, gold=values, negative=values is None)


def happenings(annotation: Annotation) -> list[Event]:
    """The events of a text that are said to have happened to an energy facility: what counts as an incident."""
    return [
        e
        for e in annotation.events
        if e.factuality in HAPPENED and e.event_type in HAPPENINGS and (e.facilities or e.facility_type)
    ]


def risk_type_of(event: Event) -> str | None:
    """The sets' risk type of an event."""
    if event.event_type == "attack":
        return "armed_conflict" if "armed_conflict" in event.risks else "physical_attack"
    return _RISK_OF_TYPE.get(event.event_type)


def values_of(event: Event) -> dict[str, Any]:
    """An event's arguments as the sets name them; empty lists and None where nothing is told."""
    spot = next((p for p in event.places if p.latitude is not None), None)
    own = [] if event.facility_type is None else [event.facility_type]
    types = [f.facility_type for f in event.facilities] or own
    countries = [event.country] if event.country else [p.country for p in event.places if p.country][:1]
    told_on = None if event.date is None else event.date.start.isoformat()
    risk = risk_type_of(event)
    return {
        "date": told_on, "date_exact": told_on, "country": countries,
        "place": [p.name for p in event.places] + [f.name for f in event.facilities if f.name],
        "lat": None if spot is None else spot.latitude, "lon": None if spot is None else spot.longitude,
        "asset": [facility_group(t) for t in types], "risk_type": [risk] if risk else [],
        "weapon": [m.replace("_", " ") for m in event.modes if m != "unknown"],
        "actor": [a.name for a in event.actors],
        "killed": None if event.killed is None else event.killed.minimum,
        "injured": None if event.injured is None else event.injured.minimum,
    }  # fmt: skip


def _within_a_day(found: str, gold: str) -> bool:
    return abs((date.fromisoformat(found) - date.fromisoformat(gold)).days) <= 1


_RIGHT: Mapping[str, Callable[[Any, Any], bool]] = {
    "date": _within_a_day,
    "date_exact": lambda found, gold: bool(found == gold),
    "country": lambda found, gold: bool({country_code(f) for f in found} & {country_code(g) for g in gold}),
    "place": any_name_agrees,
    "asset": facility_agrees,
    "risk_type": lambda found, gold: bool(set(found) & set(gold)),
    "weapon": means_agree,
    "actor": any_name_agrees,
    "killed": lambda found, gold: int(found) == int(gold),
    "injured": lambda found, gold: int(found) == int(gold),
}


def asked(gold: Values, field: str) -> Any:
    """The gold's value of a field; None where it has none."""
    value = gold.get("date" if field == "date_exact" else field)
    return None if value in (None, "", []) else value


def given(found: Values, field: str) -> Any:
    """The predicted value of a field; None where it has none."""
    value = found[field]
    return None if value in (None, "", []) else value


def is_right(field: str, found: Any, gold: Any) -> bool:
    """Whether a predicted value counts as the gold one."""
    return _RIGHT[field](found, gold)


def best_event(gold: Values, found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The event with most fields right, the first of several."""

    def fit(values: dict[str, Any]) -> int:
        pairs = ((f, given(values, f), asked(gold, f)) for f in FIELDS)
        return sum(p is not None and g is not None and is_right(f, p, g) for f, p, g in pairs)

    return max(found, key=fit)


def score_incidents(cases: Iterable[IncidentCase], annotations: Mapping[str, Annotation]) -> dict[str, Any]:
    """All figures of a set; None where the set cannot give one."""
    fields: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    positives = found_positives = negatives = alarms = 0
    per_row: Counter[int] = Counter()
    apart: list[float] = []
    other_day: Counter[str] = Counter()
    for case in cases:
        annotation = annotations.get(case.id)
        found = [values_of(e) for e in happenings(annotation)] if annotation is not None else []
        if case.negative:
            negatives += 1
            alarms += bool(found)
        if case.gold is None or case.negative:
            continue
        positives += 1
        found_positives += bool(found)
        per_row[len(found)] += 1
        best = best_event(case.gold, found) if found else None
        for field in FIELDS:
            _count(fields[field], field, case.gold, best)
        if case.told_on is not None and case.gold.get("date") != case.told_on:
            other_day["items"] += 1
            # Where the coders left the date open, any but the day of the news will do.
            right = best is not None and (best["date"] == case.gold["date"] or case.gold["date"] is None)
            other_day["right"] += right and best is not None and best["date"] != case.told_on
        if best is not None and case.gold.get("lat") is not None and best["lat"] is not None:
            apart.append(distance_km(case.gold["lat"], case.gold["lon"], best["lat"], best["lon"]))
    figures: dict[str, Any] = {
        "detection_recall": ratio(found_positives, positives), "gold_incidents": positives,
        "false_alarm_rate": ratio(alarms, negatives), "negatives": negatives,
        "incidents_per_positive_row": {str(n): rows for n, rows in sorted(per_row.items())},
        "fields": {field: _figures(counts) for field, counts in fields.items() if counts.total()},
    }  # fmt: skip
    if other_day["items"]:
        figures["other_day"] = {"items": other_day["items"], "right": other_day["right"]}
    means = [f for f in figures["fields"].values() if f["recall"] is not None and f["gold"] >= _FEWEST]
    if means:
        figures["macro_recall"] = round(sum(f["recall"] for f in means) / len(means), 4)
        figures["macro_precision"] = round(sum(f["precision"] or 0.0 for f in means) / len(means), 4)
    if apart:
        figures["geo"] = distances(apart)
    return figures


def distances(apart: Sequence[float]) -> dict[str, Any]:
    """Median and shares within 50 and 161 km of distances in kilometres."""
    ordered = sorted(apart)
    near = {f"acc_{limit}km": ratio(sum(d <= limit for d in ordered), len(ordered)) for limit in _NEAR_KM}
    return {"n": len(ordered), "median_km": round(ordered[len(ordered) // 2], 1), **near}


def _count(counts: Counter[str], field: str, gold: Values, best: Values | None) -> None:
    wanted = asked(gold, field)
    found = None if best is None else given(best, field)
    if wanted is not None and found is not None:
        counts["right" if is_right(field, found, wanted) else "wrong"] += 1
    elif wanted is not None and best is not None and field in _COUNTS and wanted == 0:
        counts["zero_silent"] += 1  # silence is right where nobody was hurt
    elif wanted is not None:
        counts["missed"] += 1
    elif found is not None:
        counts["unasked"] += 1


def _figures(counts: Counter[str]) -> dict[str, Any]:
    given_, gold = counts["right"] + counts["wrong"], counts["right"] + counts["wrong"] + counts["missed"]
    return {
        "precision": ratio(counts["right"], given_), "recall": ratio(counts["right"], gold),
        "gold": gold + counts["zero_silent"], "zero_silent": counts["zero_silent"],
        "given_though_gold_silent": counts["unasked"],
    }  # fmt: skip
