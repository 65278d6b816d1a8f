"""Turns an incident's revisions since the last briefing into sentences: old -> new, and why."""

from __future__ import annotations

import json
import re
from datetime import date, datetime

from reports.countries import country_name
from reports.read_names import says_name
from reports.records import LEDGER_MARK, Sentence, Slot, SlotKind
from reports.sentences import tell_further_reports
from reports.slots import Part, amount, country_parts, dated, listed, publishers, sentence, surface
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
# The resolver's reasons for joining an article to an incident, and what they tell a reader.
_JOIN = re.compile(
    r"(?:same|related|other|shared|parts of one|place not told|told apart|one is a threat|different|the first report"
    r"|an earlier version|reported \d+ days|-?\d+ km apart|-?\d+ days)\b.*|without a date"
)
_MATCHES = (
    ("facility", "^same facility|^parts of one system|of the same facility"), ("place", "^same place| km apart"),
    ("day", "^same days"), ("kind of event", "^(?:same|related) kind of event"), ("story", "^same story"),
    ("numbers", "^shared numbers"),
)  # fmt: skip
_NAME_KINDS: dict[str, SlotKind] = {
    "place": "place",
    "facility": "facility",
    "facilities": "facility",
    "actor": "actor",
    "actors": "actor",
    "claimed_by": "actor",
}


def tell_changes(view: IncidentView, since: datetime | None) -> list[Sentence]:
    """One sentence a changed field, from its value at the last briefing to its value now; why; and new articles."""
    folded: dict[str, list[Revision]] = {}
    for revision in sorted(view.revisions, key=lambda revision: revision.revised_at):
        if since is None or revision.revised_at > since:
            folded.setdefault(revision.field, []).append(revision)
    told: list[Sentence] = []
    reasons: dict[str, None] = {}
    for field, revisions in folded.items():
        for name, old, new in _told_values(field, revisions[0].old, revisions[-1].new):
            told.append(_tell_change(view, name, old, new))
            reasons[shorten(clean_text(revisions[-1].reason), 200).rstrip(".")] = None
    joins = [matched for why in reasons if (matched := _matched(why))]
    if joins and not any({"facility", "place"} & set(matched) for matched in joins):
        told.append(sentence("joined by ", *listed([[word] for word in joins[0]]), ", not by name of the facility."))
    whys = [[Slot(kind="reason", text=why, ledger=why)] for why in list(reasons)[:3] if why and _matched(why) is None]
    if whys:
        told.append(sentence("why: ", *listed(whys, glue="; ", last="; "), "."))
    reports = [report for report in view.reports if since is not None and report.fetched_at > since]
    if reports:
        told.append(tell_further_reports(reports))
    return told


def _matched(reason: str) -> list[str] | None:
    """What made the resolver join an article, in a reader's words; None where the reason is another."""
    parts = reason.split(", ")
    if not all(_JOIN.fullmatch(part) for part in parts):
        return None
    return [word for word, mark in _MATCHES if any(re.search(mark, part) for part in parts)]


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


def _tell_change(view: IncidentView, field: str, old: str | None, new: str | None) -> Sentence:
    label = FIELD_LABELS.get(field)
    name = clean_text(field)
    head: list[Part] = [label, ": "] if label else [Slot(kind="kept", text=name, ledger=name), LEDGER_MARK, ": "]
    now = _value_parts(view, field, new)
    quotes = [quote for part in now if isinstance(part, Slot) and part.facts for quote in part.quotes]
    who: list[Part] = [" (", *publishers(quotes), ")"] if quotes else []
    return sentence(*head, *_value_parts(view, field, old), " → ", *now, *who, ".")


def _value_parts(view: IncidentView, field: str, value: str | None) -> list[Part]:
    if value is None or not value.strip():
        return ["not known"]
    if field in ("status", "factuality") and value in STATUS_WORDS:
        return [STATUS_WORDS[value]]
    if field == "evidence_tier" and value in TIER_WORDS:
        return [TIER_WORDS[value]]
    if field == "event_type" and value in TYPE_NOUNS:
        return [TYPE_NOUNS[value].lower()]
    if field == "country" and re.fullmatch(r"[A-Z]{2}", value) and country_name(value) != value:
        return country_parts(value, [fact.quote for fact in view.facts])
    if field in ("facilities", "actors", "claimed_by") and ", " in value:
        return listed([_value_parts(view, field, name) for name in value.split(", ")[:4]])
    facts = [fact for fact in view.facts if fact.field == _FACT_FIELDS.get(field, field) and _gives(fact, value)]
    if field in ROLES and facts:
        return [amount(facts[:4])]
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
