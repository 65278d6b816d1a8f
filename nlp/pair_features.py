"""One report beside one incident, in numbers: where, when, what, who, and how alike the words are.

The numbers go to the learned score of nlp/resolver_model.py; the reasons are for the reader of the ledger.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from nlp.compatibility import date_gap, facility_compatibility, slack_days, type_compatibility
from nlp.fold_status import LASTING
from nlp.fold_values import told_at
from nlp.pairing import (
    GROUPS,
    Case,
    countries_of,
    facility_types_of,
    interval_of,
    named_targets,
    numbers_of,
    place_names_of,
    points_of,
    related,
    vessels_of,
)
from nlp.records import FollowUp, Report
from nlp.sphere import distance_km

FEATURES = (
    "is_event", "same_facility", "related_facility", "other_facility", "one_facility", "shared_facility", "same_vessel",
    "within_25_km", "within_100_km", "far", "same_place", "same_country", "other_country", "kind_fit", "same_days",
    "near_days", "days_apart", "days_conflict", "same_told_day", "site_days_conflict", "what", "other_group",
    "words_best", "words_mean", "told_apart", "words_late", "shared_numbers", "same_actor", "other_actor",
)  # fmt: skip
_LONGEST = 30.0  # days; what lies farther apart is another happening (nlp/reach.py hands out no more)
_LASTS_DAYS = 21

# The likeness of two articles' words, 0 to 1; None where one's words are not known.
Alike = Callable[[str, str], float | None]


@dataclass(slots=True)
class Pair:
    """The features of a pair by name, NaN where not known; why, in words; or why the two cannot be one."""

    values: dict[str, float] = field(default_factory=lambda: dict.fromkeys(FEATURES, 0.0))
    reasons: list[str] = field(default_factory=list)
    veto: str | None = None
    sure: bool = False  # one site on the same days: needs no likeness of words


def compare_report(report: Report, case: Case, alike: Alike, *, vetoes: bool = True) -> Pair:
    """Compares a report with an incident; with `vetoes` only as far as the first one."""
    pair = Pair()
    pair.values["is_event"] = 1.0
    _compare_what(pair, report, case)
    if pair.veto is None or not vetoes:
        _compare_where(pair, report, case)
    if pair.veto is None or not vetoes:
        _compare_when(pair, report, case)
        _compare_company(pair, report, case)
        _compare_words(pair, report.article_id, told_at(report), case, alike)
        wordless = math.isnan(pair.values["words_best"])
        if wordless and pair.values["kind_fit"] == 0.0 and pair.veto is None:
            # Kinds are often told wrongly; where there are no words to tell, they decide.
            pair.veto = "different kinds of facility"
        same_site = pair.values["same_facility"] or pair.values["same_vessel"]
        told_together = pair.values["same_days"] and not pair.values["days_conflict"]
        told_together = told_together or (wordless and pair.values["near_days"])
        pair.sure = bool(same_site and told_together and pair.values["what"] >= 0.5)
    return pair


def compare_follow_up(follow_up: FollowUp, case: Case, alike: Alike) -> Pair:
    """Compares an article without a happening of its own with an incident, by words, names and day."""
    pair = Pair()
    values = pair.values
    values["kind_fit"] = 0.5
    values["shared_facility"] = float(not follow_up.facility_ids.isdisjoint(_mentioned(case.reports)))
    if follow_up.countries and case.countries:
        values["same_country" if follow_up.countries & case.countries else "other_country"] = 1.0
    if not (values["shared_facility"] or values["same_country"]):
        # A page's furniture ("press office, weekdays 9 to 17") makes strangers alike: words alone are no reason.
        pair.veto = "neither a facility nor a country in common"
    _compare_words(pair, follow_up.article_id, follow_up.told_at, case, alike)
    if values["shared_facility"]:
        pair.reasons.insert(0, "names the same facility")
    return pair


def _compare_what(pair: Pair, report: Report, case: Case) -> None:
    event, values = report.event, pair.values
    values["what"] = max(type_compatibility(event.event_type, other) for other in case.types)
    values["other_group"] = float(GROUPS[event.factuality] not in case.groups)
    if values["what"] == 0.0:
        pair.veto = f"{event.event_type} is not {'/'.join(sorted(case.types))}"
    elif values["other_group"]:
        pair.veto = "one is a threat, the other a happening"


def _compare_where(pair: Pair, report: Report, case: Case) -> None:
    event, values = report.event, pair.values
    facilities = {f.facility_id for f in named_targets(event) if f.facility_id}
    kinds = facility_types_of(event)
    fits = [facility_compatibility(a, b) for a in kinds for b in case.facility_types]
    values["kind_fit"] = max(fits, default=0.5)
    if facilities and case.facility_ids:
        if facilities & case.facility_ids:
            values["same_facility"] = 1.0
            pair.reasons.append("same facility")
        elif values["kind_fit"] and any(related(a, b) for a in facilities for b in case.facility_ids):
            values["related_facility"] = 1.0
            pair.reasons.append("parts of one system")
        else:
            values["other_facility"] = 1.0
            pair.veto = "different named facilities"
    values["one_facility"] = float(bool(facilities) != bool(case.facility_ids))
    values["shared_facility"] = float(not _mentioned([report]).isdisjoint(_mentioned(case.reports)))
    vessels = vessels_of(event)
    if vessels and case.vessels:
        if vessels & case.vessels:
            values["same_vessel"] = 1.0
            pair.reasons.append("same vessel")
        else:
            pair.veto = "different vessels"
    pairs = [(distance_km(a[0], a[1], b[0], b[1]), a[2] and b[2]) for a in points_of(event) for b in case.points]
    distance = min(pairs)[0] if pairs else 0.0
    if pairs:
        values["within_25_km"] = float(distance <= 25)
        values["within_100_km"] = float(25 < distance <= 100)
        values["far"] = float(distance > 150 and all(precise for _, precise in pairs))
        if not facilities & case.facility_ids:
            pair.reasons.append(f"{distance:.0f} km apart")
    if place_names_of(event) & case.places:
        values["same_place"] = 1.0
        pair.reasons.append("same place name")
    countries = countries_of(event)
    if countries and case.countries:
        same = bool(countries & case.countries)
        values["same_country" if same else "other_country"] = 1.0
        pair.reasons.append("same country" if same else "other country")
        if values["far"] and not same:
            pair.veto = f"other country, {distance:.0f} km apart"


def _compare_when(pair: Pair, report: Report, case: Case) -> None:
    values, own = pair.values, interval_of(report)
    gaps = [(date_gap(own, interval_of(other)), slack_days(other.event.date)) for other in case.reports]
    gap, slack = min(gaps)
    slack = max(slack, slack_days(report.event.date))
    if gap and _still_going_on(report, case) and gap <= _LASTS_DAYS:
        pair.reasons.append(f"{gap} days into an interruption of the same facility")
        gap = 0
    if gap > _LONGEST:
        pair.veto = f"{gap} days apart"
    values["same_days"] = float(gap == 0)
    values["near_days"] = float(0 < gap <= min(slack, 3))
    values["days_apart"] = min(float(gap), _LONGEST) / 10
    dated = [other for other in case.reports if _is_dated(other)] if _is_dated(report) else []
    if dated:
        apart = min(date_gap(own, interval_of(other)) for other in dated)
        values["days_conflict"] = float(apart > 1 and gap > 0)
        values["same_told_day"] = float(apart == 0)
    at_site = values["same_facility"] or values["within_25_km"]
    values["site_days_conflict"] = values["days_conflict"] if at_site else 0.0
    pair.reasons.append("same days" if gap == 0 else "1 day apart" if gap == 1 else f"{gap} days apart")


def _compare_company(pair: Pair, report: Report, case: Case) -> None:
    values = pair.values
    if numbers_of(report) & case.numbers:
        values["shared_numbers"] = 1.0
        pair.reasons.append("shared numbers")
    actors = {a.name.casefold() for a in report.event.actors if a.kind not in (None, "unknown")}
    if actors and case.actors:
        same = bool(actors & case.actors)
        values["same_actor" if same else "other_actor"] = 1.0
        pair.reasons.append("same actor" if same else "other actor")


def _compare_words(pair: Pair, article_id: str, at: datetime, case: Case, alike: Alike) -> None:
    values = pair.values
    others = {one: when for one, when in case.told_at.items() if one != article_id}
    known = [value for value in (alike(article_id, other) for other in others) if value is not None]
    values["words_best"] = max(known) if known else math.nan
    values["words_mean"] = sum(known) / len(known) if known else math.nan
    days = min((abs(at - when).total_seconds() / 86_400 for when in others.values()), default=0.0)
    values["told_apart"] = min(days, _LONGEST) / 10
    values["words_late"] = values["told_apart"] * values["words_best"]
    if known:
        pair.reasons.append(f"words {max(known):.0%} alike")


def _is_dated(report: Report) -> bool:
    span = report.event.date
    return span is not None and span.basis != "publication" and span.precision in ("day", "hour")


def _mentioned(reports: Iterable[Report]) -> set[str]:
    return {f.facility_id for report in reports for f in report.event.facilities if f.facility_id is not None}


def _still_going_on(report: Report, case: Case) -> bool:
    """Whether the report can be news of an interruption that is told already: dated by its end, or by today."""
    targets = {f.facility_id for f in named_targets(report.event)}
    if not targets & case.facility_ids or report.event.event_type not in LASTING or not case.types & LASTING:
        return False
    if any(other.event.resumed or any(q.role == "restored" for q in other.quantities) for other in case.reports):
        return False
    began = min(interval_of(other)[0] for other in case.reports)
    return interval_of(report)[1] >= began
