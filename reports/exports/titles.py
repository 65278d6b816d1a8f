"""What an incident is called outside the ledger: no threat, plan or denial may read like a happening."""

from __future__ import annotations

from typing import cast

from nlp.lifecycle import UNDERWAY
from reports.countries import country_name
from reports.exports import values
from reports.words import CREDIBILITY_WORDS, TIER_WORDS, event_noun, format_number, format_period, preposition
from store.exporting import ExportedIncident
from store.records import IncidentView

CLOSED = ("retracted", "merged", "dismissed")
_BEFORE = {
    "threatened": "Threatened, has not happened: ", "planned": "Planned, has not happened: ",
    "foiled": "Foiled, has not happened: ", "denied": "Denied by all who tell of it: ",
    "disputed": "Disputed, not established: ", "retracted": "Withdrawn, no article tells it any more: ",
    "merged": "Withdrawn, part of another incident: ", "dismissed": "Withdrawn, dismissed by an analyst: ",
}  # fmt: skip


def happened(incident: ExportedIncident) -> bool:
    """Whether the ledger counts it as having happened."""
    return incident.status in UNDERWAY


def make_title(incident: ExportedIncident) -> str:
    """What, where and when in one line, with what it is not in front: "Threatened, has not happened: attack in …"."""
    view = cast("IncidentView", incident)  # of which the words below read only type and modes
    noun = event_noun(view)
    where = ""
    if incident.facilities:
        shown = ", ".join(incident.facilities[:3])
        more = len(incident.facilities) - 3
        where = f" {preposition(view)} {shown}" + (f" and {more} more" if more > 0 else "")
    elif incident.place:
        where = f", {incident.place}"
    if incident.country and country_name(incident.country) not in where:
        where += f", {country_name(incident.country)}"
    when = ""
    if incident.occurred_on is not None:
        when = f", {format_period(incident.occurred_on, incident.occurred_until, incident.date_precision)}"
    before = _BEFORE.get(incident.status, "")
    return before + (noun[0].lower() + noun[1:] if before else noun) + where + when


def make_description(incident: ExportedIncident, quotes: int = 3) -> str:
    """A few plain sentences: how sure, who is named, what was lost, and the words of some articles."""
    told = [f"Status: {incident.status.replace('_', ' ')}; graded {incident.factuality}."]
    sure = []
    if incident.credibility in CREDIBILITY_WORDS:
        sure.append(f"credibility {incident.credibility} of 6 ({CREDIBILITY_WORDS[incident.credibility]})")
    if incident.evidence_tier in TIER_WORDS and incident.evidence_tier not in ("disputed", "retracted"):
        sure.append(f"rests on {TIER_WORDS[incident.evidence_tier]}")
    sure.append(
        f"{_count(incident.reports, 'article')} of {_count(incident.independent_reports, 'independent origin')}"
    )
    told.append("; ".join(sure).capitalize() + ".")
    for word, low, high in (
        ("Killed", incident.killed_min, incident.killed_max),
        ("Injured", incident.injured_min, incident.injured_max),
    ):
        if low is not None or high is not None:
            told.append(f"{word}: {'nobody' if high == 0 else _range(low, high)}.")
    for loss in incident.losses:
        told.append(f"Lost: {_range(loss.minimum, loss.maximum)} {loss.unit}.")
    if incident.claimed_by:
        told.append(f"Claimed by: {', '.join(incident.claimed_by)}.")
    if incident.actors:
        told.append(f"Named by articles as behind it, no finding of this ledger: {', '.join(incident.actors)}.")
    if incident.restored_on is not None:
        told.append(f"Restored on {incident.restored_on.isoformat()}.")
    told += [f"“{sentence}” ({publisher})" for sentence, publisher in _quotes(incident, quotes)]
    return values.inert(" ".join(told), values.DESCRIPTION) or ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"up to {format_number(high)}" if high is not None else f"at least {format_number(low or 0)}"
    return format_number(low) if low == high else f"{format_number(low)} to {format_number(high)}"


def _quotes(incident: ExportedIncident, most: int) -> list[tuple[str, str]]:
    """The sentences that state the happening itself, one an article."""
    found: dict[str, tuple[str, str]] = {}
    for fact in incident.facts:
        if fact.field == "event_type" and fact.quote.article_id not in found and len(found) < most:
            sentence = values.plain(fact.quote.sentence, values.TITLE)
            if sentence:
                found[fact.quote.article_id] = (sentence, values.plain(fact.quote.publisher) or "")
    return list(found.values())
