"""Turns an incident's revisions since the last briefing into sentences: old -> new, and why."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime

from nlp.sphere import distance_km
from reports.countries import country_name
from reports.read_names import says_name
from reports.read_status import says_status
from reports.records import LEDGER_MARK, Sentence, Slot, SlotKind
from reports.sentences import tell_further_reports
from reports.shares import tell_share
from reports.slots import Part, amount, country_parts, dated, listed, publishers, sentence, surface
from reports.speakers import find_speakers
from reports.text import clean_text, shorten
from reports.words import FIELD_LABELS, ROLES, STATUS_WORDS, TIER_WORDS, TYPE_NOUNS, format_day, format_number
from store.records import Fact, IncidentView, Revision

# Kept for the analyst, of no use to a reader; new articles are told in a line of their own.
_UNTOLD = frozenset(
    {
        "latitude",
        "longitude",
        "independent_reports",
        "reports",
        "last_reported_at",
        "first_reported_at",
        "risks",
        "facility_ids",
        "countries",
        "date_precision",
        "facility_type",
        "modes",
        "report",
        "created",
        "confidence",
        "occurred_until",
        "parent_id",
        "merged_into",
        "verdict",
        "killed_max",
        "injured_max",
        "killed_low",
        "killed_high",
        "injured_low",
        "injured_high",
        "credibility",
        "restored_on",
        "days_out",
    }
)
_FACT_FIELDS = {
    "actors": "actor",
    "facilities": "facility",
    "occurred_until": "occurred_on",
}
_NOT_FAR = 50.0  # km: a place that moved less was only told more precisely,
_FAR = 1000.0  # or a country, of which only the middle was known
_NAME_KINDS: dict[str, SlotKind] = {
    "place": "place",
    "facility": "facility",
    "facilities": "facility",
    "actor": "actor",
    "actors": "actor",
    "claimed_by": "actor",
}


def tell_changes(view: IncidentView, since: datetime | None) -> list[Sentence]:
    """One sentence a changed field: its value at the last briefing, its value now, and who says so; then new articles.

    The resolver's reasons for joining an article to the incident are none of a change: the words of the article are.
    """
    folded: dict[str, list[Revision]] = {}
    for revision in sorted(view.revisions, key=lambda revision: revision.revised_at):
        if since is None or revision.revised_at > since:
            folded.setdefault(revision.field, []).append(revision)
    fresh = {report.version_id for report in view.reports if since is None or report.fetched_at > since}
    told: list[Sentence] = []
    for field, revisions in folded.items():
        if field == "place" and _only_closer(view, folded):
            continue
        for name, old, new in _told_values(field, revisions[0].old, revisions[-1].new):
            told.append(_tell_change(view, name, old, new, revisions[-1], fresh))
            share = tell_share(view, _as_number(new)) if name == "lost" and new else None
            told += [share] if share is not None else []
    told = list({one.text: one for one in told}.values())
    reports = [report for report in view.reports if since is not None and report.fetched_at > since]
    if reports:
        told.append(tell_further_reports(reports))
    return told


def _only_closer(view: IncidentView, folded: Mapping[str, Sequence[Revision]]) -> bool:
    """Whether a changed place is the old one told more precisely: the facility is known, or the position stayed."""
    first = folded["place"][0].old
    if first is None:
        return False
    names = {country_name(code) for code in (view.country, *view.countries) if code}
    moved = _moved(view, folded)
    if moved is None:
        return first in names or bool(view.facility_ids)
    return moved < (_FAR if first in names else _NOT_FAR)


def _moved(view: IncidentView, folded: Mapping[str, Sequence[Revision]]) -> float | None:
    """How far the position moved, km; None where it did not, or is not known."""
    if view.latitude is None or view.longitude is None or not {"latitude", "longitude"} & folded.keys():
        return None
    now = {"latitude": view.latitude, "longitude": view.longitude}
    before = {axis: _as_number(folded[axis][0].old or "") if axis in folded else now[axis] for axis in now}
    if before["latitude"] is None or before["longitude"] is None:
        return None
    return distance_km(before["latitude"], before["longitude"], view.latitude, view.longitude)


def _told_values(field: str, old: str | None, new: str | None) -> list[tuple[str, str | None, str | None]]:
    """The changes that a reader is told of one changed column: field, old value, new value."""
    if old == new or field in _UNTOLD or field.startswith("_"):
        return []
    if field != "losses":
        return [(field.removesuffix("_min"), old, new)]
    before, after = _losses(old), _losses(new)
    return [
        ("lost", before.get(unit), after.get(unit))
        for unit in sorted(before.keys() | after.keys())
        if before.get(unit) != after.get(unit)
    ]


def _losses(kept: str | None) -> dict[str, str]:
    """The column's JSON as amounts by unit: {"bbl/d": "500000 bbl/d"}; a value in another form is read as none."""
    try:
        rows = json.loads(kept or "[]")
        amounts = [(row["unit"], row["maximum"] if row["minimum"] is None else row["minimum"]) for row in rows]
    except (ValueError, TypeError, KeyError):
        return {}
    return {unit: f"{amount:.15g} {unit}" for unit, amount in amounts if isinstance(amount, int | float)}


def _tell_change(
    view: IncidentView, field: str, old: str | None, new: str | None, cause: Revision, fresh: Collection[str]
) -> Sentence:
    label = FIELD_LABELS.get(field)
    name = clean_text(field)
    head: list[Part] = [label] if label else [Slot(kind="kept", text=name, ledger=name), LEDGER_MARK]
    corrected = _corrected(view, field, old, fresh)
    before = (
        [amount([corrected])] if corrected else _value_parts(view, field, old, None, lambda fact: not _new(fact, fresh))
    )
    now = _value_parts(view, field, new, cause, lambda fact: _new(fact, fresh))
    return sentence(
        *head, *([", corrected"] if corrected else []), ": ", *before, " → ", *now, *_who(view, now, cause), "."
    )


def _new(fact: Fact, fresh: Collection[str]) -> bool:
    return fact.quote.version_id in fresh


def _corrected(view: IncidentView, field: str, old: str | None, fresh: Collection[str]) -> Fact | None:
    """The old figure in the words of a new article that calls it wrong."""
    if old is None or field not in ROLES:
        return None
    said = (fact for fact in view.facts if fact.field == field and fact.superseded and _new(fact, fresh))
    return next((fact for fact in said if _gives(fact, old)), None)


def _who(view: IncidentView, now: Sequence[Part], cause: Revision) -> list[Part]:
    """Who says the new value: publishers, and whom they cite; or the analyst who decided it, with the note."""
    if cause.cause_kind == "decision":
        made = next((one for one in view.decisions if one.decision_id == cause.cause_id), None)
        if made is None:
            return [", decided by an analyst"]
        note = shorten(clean_text(made.note or ""), 200)
        by = clean_text(made.by)
        why: list[Part] = [": “", Slot(kind="reason", text=note, ledger=note), "”"] if note else []
        return [", decided by ", Slot(kind="reason", text=by, ledger=by), *why]
    slots = [part for part in now if isinstance(part, Slot)]
    quotes = [quote for slot in slots for quote in slot.quotes]
    if quotes:
        facts = [fact for slot in slots if slot.kind == "number" for fact in slot.facts]
        said = find_speakers(facts)
        named = said and all(fact.speaker for fact in facts)
        citing: list[Part] = [", citing ", *listed([[slot] for slot in said[:2]])] if named else []
        return [" (", *publishers(quotes), *citing, ")"]
    if cause.cause_kind == "rules":
        return [", as the articles are now read"]
    return []


def _value_parts(
    view: IncidentView, field: str, value: str | None, cause: Revision | None, preferred: Callable[[Fact], bool]
) -> list[Part]:
    """The value with the words that say it, those of the `preferred` facts if any; `cause` moved it there."""
    if value is None or not value.strip():
        return ["not known"]
    if field in ("status", "factuality") and value in STATUS_WORDS:
        if cause is None:
            return [STATUS_WORDS[value]]
        quote = cause.quote
        if quote is not None and says_status(clean_text(quote.sentence), value):
            return [Slot(kind="status", text=STATUS_WORDS[value], cites=(quote,), ledger=value)]
        return [Slot(kind="status", text=STATUS_WORDS[value], ledger=value), LEDGER_MARK]
    if field == "evidence_tier" and value in TIER_WORDS:
        return [TIER_WORDS[value]]
    if field == "event_type" and value in TYPE_NOUNS:
        return [Slot(kind="event", text=TYPE_NOUNS[value].lower(), ledger=value)]
    if field == "country" and re.fullmatch(r"[A-Z]{2}", value) and country_name(value) != value:
        return country_parts(value, [fact.quote for fact in view.facts])
    if field in ("facilities", "actors", "claimed_by") and ", " in value:
        return listed([_value_parts(view, field, name, cause, preferred) for name in value.split(", ")[:4]])
    facts = [fact for fact in view.facts if fact.field == _FACT_FIELDS.get(field, field) and _gives(fact, value)]
    facts = [fact for fact in facts if not fact.superseded] or facts
    facts = [fact for fact in facts if preferred(fact)] or facts
    if field in ROLES and facts:
        # The same value told with another bound, "at least 4", is another figure.
        alike = [fact for fact in facts if (fact.minimum, fact.maximum) == (facts[0].minimum, facts[0].maximum)]
        once = {fact.quote.publisher: fact for fact in reversed(alike)}
        told = [fact for fact in alike if fact in once.values()] if cause else alike[:1]
        return [amount(told[:4])]
    if field in _NAME_KINDS and facts:
        saying = [
            fact for fact in facts if says_name(surface(fact) or clean_text(fact.quote.sentence), clean_text(value))
        ]
        if saying:
            return [Slot(kind=_NAME_KINDS[field], text=clean_text(value), facts=(saying[0],))]
    day = _as_date(value)
    if day and field == "occurred_on" and (slot := dated(view.facts, day, None, None)):
        return [slot]
    text = format_day(day) if day else _plain_number(value)
    return [Slot(kind="kept", text=text, ledger=text), LEDGER_MARK]


def _gives(fact: Fact, value: str) -> bool:
    if fact.value == value:
        return True
    number, unit = _as_number(value), value.partition(" ")[2]
    return number is not None and number in (fact.minimum, fact.maximum) and unit in ("", fact.unit)


def _as_number(value: str) -> float | None:
    try:
        return float(value.split(" ", 1)[0].replace(",", ""))
    except ValueError:
        return None


def _as_date(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _plain_number(value: str) -> str:
    number, _, unit = value.partition(" ")
    if re.fullmatch(r"-?\d+(?:\.\d+)?", number):
        return f"{format_number(float(number))} {clean_text(unit)}".strip()
    return shorten(clean_text(value), 120)
