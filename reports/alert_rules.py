"""Alert rules: what an incident must be for a rule to fire, and why it does, in the rule's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlp.folding import fold_key
from nlp.lifecycle import UNDERWAY
from nlp.records import HAPPENED
from nlp.sphere import distance_km
from reports.countries import country_name
from reports.records import Level
from reports.sentences import state_of
from reports.severity import LEVELS, grade_severity
from reports.words import STATUS_WORDS, TIER_WORDS, TYPE_NOUNS, UNIT_PHRASES, format_number
from store.records import Fact, IncidentView

GRADES = ("asserted", "attributed")  # the two ways of saying that it happened
# States in which an incident can be asked for; "happened" stands for all that is said to have happened.
STATES = ("happened", *GRADES, "disputed", "threatened", "planned", "foiled", "denied", "hypothetical", "recommended",
          "exercise", "historical")  # fmt: skip
TIERS = ("single_source", "corroborated", "official")  # each at least the one before it
LOSS_UNITS = ("bbl/d", "bbl", "m3/d", "m3", "bcm/y", "t/d", "t/y", "t", "MW", "MWh", "customers", "people", "%")
_LOSS_FIELDS = ("lost", "customers")
# Flows of one kind told by the day and by the year: unit, the one to compare in, factor.
_SAME_FLOW = {"bcm/y": ("m3/d", 1e9 / 365.25), "t/y": ("t/d", 1 / 365.25)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A threshold: at least so much of a canonical unit."""

    amount: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A point on the Earth and how far from it."""

    latitude: float  # degrees north
    longitude: float  # degrees east
    km: float
    name: str = ""  # of the facility in its middle
    facility_id: str | None = None  # whatever happens to it lies within


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """What to look for. All conditions hold together; several values of one are alternatives; empty: any."""

    name: str
    targets: tuple[str, ...] = ()  # names of who is told
    risks: tuple[str, ...] = ()
    event_types: tuple[str, ...] = ()
    severity: Level | None = None  # at least
    facilities: Mapping[str, str] | None = None  # id -> name
    facility_types: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2
    within: Circle | None = None
    actors: tuple[str, ...] = ()
    evidence: str | None = None  # tier, at least
    credibility: int | None = None  # Admiralty scale, this number or a lower one
    losses: tuple[Loss, ...] = ()
    states: tuple[str, ...] = ("happened",)
    parts: bool = False  # whether the parts of a salvo are told one by one


def match_rule(view: IncidentView, rule: AlertRule, level: Level | None = None) -> tuple[str, ...] | None:
    """The reasons why the rule fires on this incident, in the rule's own words; None where it does not.

    `level` is the incident's severity where the caller has it.
    """
    state = _state(view, rule.states)
    if state is None:
        return None
    told: list[str] = []
    checks = (
        _one_of("risk", rule.risks, view.risks),
        _one_of("event", rule.event_types, (view.event_type,)),
        _facility(view, rule),
        _one_of("facility type", rule.facility_types, (view.facility_type or "",)),
        _country(view, rule.countries),
        _near(view, rule.within),
        _actor(view, rule.actors),
        _grades(view, rule),
        _loss(view, rule.losses),
        _severe(view, rule.severity, level),
    )
    for reasons in checks:
        if reasons is None:
            return None
        told += reasons
    if rule.states != ("happened",):
        told.append(STATUS_WORDS.get(state, state))
    return tuple(told) or ("anything that is said to have happened",)


def told_killed(view: IncidentView) -> float:
    """The most deaths that an article in force states as a lower bound; 0 where none does."""
    return max((fact.minimum or 0.0 for fact in view.facts if fact.field == "killed" and _stands(fact)), default=0.0)


def told_losses(view: IncidentView) -> tuple[tuple[str, float], ...]:
    """The greatest loss by unit that an article in force states; "up to" and "at least" count as their figure."""
    most: dict[str, float] = {}
    for fact in view.facts:
        value = fact.minimum if fact.minimum is not None else fact.maximum
        if fact.field in _LOSS_FIELDS and fact.unit and value and _stands(fact):
            most[fact.unit] = max(most.get(fact.unit, 0.0), value)
    return tuple(sorted(most.items()))


def comparable(unit: str, amount: float) -> tuple[str, float]:
    """The amount in the unit in which flows told by the day and by the year meet: m3/d and t/d."""
    other, factor = _SAME_FLOW.get(unit, (unit, 1.0))
    return other, amount * factor


def show_loss(loss: Loss) -> str:
    """100,000 barrels a day."""
    phrase = UNIT_PHRASES.get(loss.unit, loss.unit)
    return f"{format_number(loss.amount)}{phrase}" if phrase == "%" else f"{format_number(loss.amount)} {phrase}"


def _stands(fact: Fact) -> bool:
    return not fact.superseded and fact.factuality in HAPPENED


def _state(view: IncidentView, wanted: Sequence[str]) -> str | None:
    state = state_of(view)
    happened = state in UNDERWAY or state in GRADES
    names = {"happened", view.factuality} if happened else {state}
    return state if names & set(wanted) else None


def _one_of(what: str, wanted: Sequence[str], given: Iterable[str]) -> list[str] | None:
    if not wanted:
        return []
    hits = [one for one in wanted if one in set(given)]
    words = [TYPE_NOUNS[one].lower() if what == "event" and one in TYPE_NOUNS else one.replace("_", " ")
             for one in hits]  # fmt: skip
    return [f"{what} {' and '.join(words)}"] if hits else None


def _facility(view: IncidentView, rule: AlertRule) -> list[str] | None:
    if not rule.facilities:
        return []
    hits = [rule.facilities[one] for one in view.facility_ids if one in rule.facilities]
    return [f"facility {', '.join(hits)}"] if hits else None


def _country(view: IncidentView, wanted: Sequence[str]) -> list[str] | None:
    if not wanted:
        return []
    hits = [one for one in wanted if one == view.country or one in view.countries]
    return [f"country {', '.join(country_name(one) for one in hits)}"] if hits else None


def _near(view: IncidentView, circle: Circle | None) -> list[str] | None:
    if circle is None:
        return []
    told = f"within {circle.km:g} km of {circle.name or f'{circle.latitude:g}, {circle.longitude:g}'}"
    if circle.facility_id is not None and circle.facility_id in view.facility_ids:
        return [told]
    if view.latitude is None or view.longitude is None:
        return None
    away = distance_km(circle.latitude, circle.longitude, view.latitude, view.longitude)
    return [told] if away <= circle.km else None


def _actor(view: IncidentView, wanted: Sequence[str]) -> list[str] | None:
    if not wanted:
        return []
    named = [f" {_words(name)} " for name in (*view.actors, *view.claimed_by)]
    hits = [one for one in wanted if (key := _words(one)) and any(f" {key} " in name for name in named)]
    return [f"actor {', '.join(hits)}"] if hits else None


def _words(name: str) -> str:
    """A name's words without case, accents and the plural's s: "the Houthis" holds "Houthi"."""
    return " ".join(word[:-1] if len(word) > 4 and word.endswith("s") else word for word in fold_key(name).split())


def _grades(view: IncidentView, rule: AlertRule) -> list[str] | None:
    told = []
    if rule.evidence is not None:
        if tier_rank(view.evidence_tier) < tier_rank(rule.evidence):
            return None
        told.append(f"evidence at least {TIER_WORDS[rule.evidence].removeprefix('a ').removeprefix('an ')}")
    if rule.credibility is not None:
        if view.credibility is None or view.credibility > rule.credibility:
            return None
        told.append(f"credibility {rule.credibility} or better")
    return told


def tier_rank(tier: str | None) -> int:
    """How much an evidence tier says; what is disputed or retracted says nothing."""
    return TIERS.index(tier) if tier in TIERS else -1


def _loss(view: IncidentView, wanted: Sequence[Loss]) -> list[str] | None:
    if not wanted:
        return []
    told: dict[str, float] = {}
    for name, amount in told_losses(view):
        unit, value = comparable(name, amount)
        told[unit] = max(told.get(unit, 0.0), value)
    for loss in wanted:
        unit, least = comparable(loss.unit, loss.amount)
        if told.get(unit, 0.0) >= least:
            return [f"loss of at least {show_loss(loss)}"]
    return None


def _severe(view: IncidentView, least: Level | None, level: Level | None) -> list[str] | None:
    if least is None:
        return []
    level = level or grade_severity(view)[0]
    return [f"severity at least {least}"] if LEVELS.index(level) <= LEVELS.index(least) else None
