"""Grades an incident by the written rules: people, what is lost against what there is, the facility, intent, time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reports.forecasts import is_forecast
from reports.records import Level
from reports.severity_rules import CRITICAL, LEVEL_POINTS, LOSS_STEPS, OTHER_KINDS, RULES, Rule
from reports.shares import find_share
from reports.words import format_amount, format_number
from store.records import CountryCapacity, Fact, IncidentView

LEVELS: tuple[Level, ...] = ("severe", "serious", "moderate", "minor")
_RULES = {rule.id: rule for rule in RULES}
_LOSS_RULES = ("loss-some", "loss-large", "loss-great", "loss-vast", "loss-extreme")
_LOSSES = ("lost", "customers", "at_risk")
_UNTOLD = frozenset({"hypothetical", "recommended", "exercise", "historical", "denied"})
_DELIBERATE = frozenset({"attack", "sabotage", "cyberattack", "seizure"})
_CLOSING = frozenset({"blockade", "outage"})
_MAY_BE_HARMLESS = frozenset({"accident", "cyberattack", "theft", "natural_hazard"})
_AHEAD = frozenset({"threatened", "planned", "foiled", "hypothetical", "recommended"})
_DOUBTED = frozenset({"denied", "disputed"})
_VOID = frozenset({"retracted", "exercise", "historical"})
_GENERATION = frozenset({"power_plant", "nuclear_plant", "hydro_dam", "wind_or_solar"})
_MOSTLY = 0.9
_MAIN, _FEWEST_LISTED = 0.2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePoints:
    """A rule that counted: its points and what it was applied to."""

    rule: str  # id, as in docs/design/severity.md
    points: int
    wording: str
    inputs: str  # "4 killed"; empty where the wording says all


def grade_whole(view: IncidentView, parts: Iterable[IncidentView]) -> tuple[Level, str, int]:
    """As grade_severity, of an incident with its parts: the gravest of them counts."""
    return max((grade_severity(one) for one in (view, *parts)), key=lambda graded: graded[2])


def grade_severity(view: IncidentView) -> tuple[Level, str, int]:
    """Returns the level, its reasons in words without figures, and the points for ordering."""
    counted = explain_severity(view)
    points = sum(one.points for one in counted)
    level: Level = next((level for least, level in LEVEL_POINTS if points >= least), "minor")
    telling = [one for one in counted if one.rule not in ("kind-other", "interruption") or len(counted) == 1]
    return level, ", ".join(dict.fromkeys(one.wording for one in telling)), points


def explain_severity(view: IncidentView) -> tuple[RulePoints, ...]:
    """Every rule that counted, in the order of the table, with its points and inputs: of each group the highest."""
    best: dict[str, tuple[Rule, str]] = {}
    for rule_id, inputs in _holding(view):
        rule = _RULES[rule_id]
        known = best.get(rule.group)
        if known is None or rule.points > known[0].points:
            best[rule.group] = (rule, inputs)
    if "region" in best:
        best.pop("size", None)  # a main facility's loss is a part of the country's already
    counted = sorted(best.values(), key=lambda pair: RULES.index(pair[0]))
    told = [
        RulePoints(rule=rule.id, points=rule.points, wording=rule.wording, inputs=inputs) for rule, inputs in counted
    ]
    return (*told, *_standing(view, told))


def _holding(view: IncidentView) -> Iterator[tuple[str, str]]:
    """The rules that hold, with what they were applied to; those of how it stands follow on the sum."""
    facts = [fact for fact in view.facts if not fact.superseded and fact.factuality not in _UNTOLD]
    yield from _people(view, facts)
    losses = [fact for fact in facts if fact.field in _LOSSES and _size(fact) > 0]
    yield from _losses(losses)
    yield from _shares(view, losses)
    yield from _kinds(view)
    if view.event_type in _DELIBERATE:
        yield "deliberate", ""
    elif view.event_type == "blockade":
        yield "blockade", ""
    elif view.event_type == "outage":
        yield "interruption", ""
    days = _days(view, facts)
    if days >= 7:
        yield "months-out" if days >= 30 else "week-out", f"{format_number(days)} days"


def _people(view: IncidentView, facts: list[Fact]) -> Iterator[tuple[str, str]]:
    for field, steps in (
        ("killed", ((10, "killed-many"), (3, "killed-several"), (1, "killed"))),
        ("injured", ((10, "injured-many"), (1, "injured"))),
        ("missing", ((1, "missing"),)),
        ("detained", ((1, "detained"),)),
    ):
        if field == "detained" and view.event_type != "seizure":
            continue  # elsewhere those who are detained are suspects
        number = max((_size(fact) for fact in facts if fact.field == field), default=0.0)
        rule = next((rule for least, rule in steps if number >= least), None)
        if rule:
            yield rule, f"{format_number(number)} {field}"


def _losses(losses: list[Fact]) -> Iterator[tuple[str, str]]:
    for fact in losses:
        steps = LOSS_STEPS.get(fact.unit or "", ())
        reached = sum(least is not None and _size(fact) >= least for least in steps) - (fact.field == "at_risk")
        role = "at risk" if fact.field == "at_risk" else "affected" if fact.field == "customers" else "lost"
        yield _LOSS_RULES[reached - 1] if reached > 0 else "loss-small", f"{format_amount(fact)} {role}"


def _shares(view: IncidentView, losses: list[Fact]) -> Iterator[tuple[str, str]]:
    share = find_share(view)
    if share is not None:
        inputs = f"{share.percent:.0f}% of {format_number(share.whole)} {share.unit}"
        if share.percent >= 100 * _MOSTLY:
            yield "facility-whole", inputs
        elif share.percent >= 50:
            yield "facility-half", inputs
    for fact in losses:
        whole = _country_whole(view, fact.unit)
        if fact.field != "lost" or whole is None or whole.facilities < _FEWEST_LISTED:
            continue
        part = min(1.0, _size(fact) / whole.capacity)
        inputs = f"{100 * part:.0f}% of the {format_number(whole.capacity)} {whole.unit} of {whole.facilities} listed"
        for least, rule in ((0.25, "country-quarter"), (0.1, "country-tenth"), (1 / 30, "country-part")):
            if part >= least:
                yield rule, inputs
                break


def _kinds(view: IncidentView) -> Iterator[tuple[str, str]]:
    kind = view.facility_type or ""
    told = kind.replace("_", " ")
    if kind == "chokepoint":
        closed = view.event_type in _CLOSING
        yield "chokepoint-closed" if closed else "kind-chokepoint", "; ".join(view.facilities[:1])
    elif kind == "nuclear_plant":
        yield "kind-nuclear", told
    elif kind in CRITICAL:
        yield "kind-critical", told
    elif kind in OTHER_KINDS:
        yield "kind-other", told
    for one in view.capacities:
        whole = next(
            (w for w in view.country_capacities if (w.kind, w.unit) == (_group(one.facility_type), one.unit)), None
        )
        if whole and whole.facilities >= _FEWEST_LISTED and one.capacity >= _MAIN * whole.capacity:
            yield "main-facility", f"{one.name}: {format_number(one.capacity)} {one.unit}"


def _country_whole(view: IncidentView, unit: str | None) -> CountryCapacity | None:
    """What the loss is held against: megawatts against all that makes power, else facilities of the same kind."""
    wanted = "generation" if unit == "MW" else _group(view.facility_type or "")
    return next((one for one in view.country_capacities if (one.kind, one.unit) == (wanted, unit)), None)


def _group(kind: str) -> str:
    return "generation" if kind in _GENERATION else kind


def _days(view: IncidentView, facts: list[Fact]) -> float:
    """Days out: as the ledger counts them, or as is expected."""
    expected = [_size(fact) for fact in facts if fact.field == "duration" and fact.unit == "day" and is_forecast(fact)]
    if view.status == "restored":
        expected = []
    return max([float(view.days_out or 0), *expected])


def _standing(view: IncidentView, told: list[RulePoints]) -> Iterator[RulePoints]:
    """What the sum is changed by: it is over, has not happened, is disputed, or did no harm."""
    points = sum(one.points for one in told)
    state = (
        view.factuality if view.status == "occurred" and view.factuality in _AHEAD | _DOUBTED | _VOID else view.status
    )
    if state in _VOID:
        yield _changed("void", -points, state)
    elif state in _AHEAD:
        yield _changed("ahead", points // 2 - points, state)
    elif state in _DOUBTED:
        yield _changed("in-doubt", points // 2 - points, state)
    elif state == "ongoing":
        yield _changed("going-on", _RULES["going-on"].points, "")
    elif state in ("partly_restored", "restored"):
        rule = _RULES["part-back" if state == "partly_restored" else "back"]
        # Who was killed or hurt is not restored.
        people = sum(one.points for one in told if _RULES[one.rule].group == "people")
        yield _changed(rule.id, max(rule.points, people - points), "")
    elif view.event_type in _MAY_BE_HARMLESS and not _harm(view, told):
        yield _changed("no-harm", max(_RULES["no-harm"].points, -points), "")


def _harm(view: IncidentView, told: list[RulePoints]) -> bool:
    return bool(view.days_out) or any(_RULES[one.rule].group in ("people", "loss", "share", "time") for one in told)


def _changed(rule: str, points: int, inputs: str) -> RulePoints:
    return RulePoints(rule=rule, points=points, wording=_RULES[rule].wording, inputs=inputs)


def _size(fact: Fact) -> float:
    return max(fact.minimum or 0.0, fact.maximum or 0.0)
