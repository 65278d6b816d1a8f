"""Prints one incident with its evidence, its conflicting values and its history, as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from reports.countries import country_name
from reports.figures import figure_groups, in_conflict
from reports.sentences import state_of
from reports.severity import grade_severity
from reports.text import clean_text, safe_url
from reports.words import (
    CREDIBILITY_WORDS,
    FIELD_LABELS,
    ROLES,
    STATUS_WORDS,
    TIER_WORDS,
    event_noun,
    format_amount,
    format_day,
    format_period,
)
from store.records import Fact, IncidentView, Quote, Revision

WIDTH = 100
# What a denial is of, where it is not of the happening itself.
_DENIAL_OF = {"cause": " as to its cause", "effect": " as to what it brought", "part": " as to their part in it"}
_ORDER = ("factuality", "facility", "place", "country", "occurred_on", "actor", "claimed_by", *ROLES, "other")


def render_incident(view: IncidentView) -> str:
    """Renders everything the ledger holds on an incident; control characters are taken out of all article text."""
    lines = [f"{event_noun(view)} — incident {clean_text(view.id)}", ""]
    lines += _table(_summary(view))
    lines += _evidence(view)
    lines += _conflicts(view)
    lines += _decisions(view)
    lines += _history(view)
    lines += _articles(view)
    return "\n".join(lines).rstrip() + "\n"


def _summary(view: IncidentView) -> list[tuple[str, str]]:
    level, why, _ = grade_severity(view)
    state = state_of(view)
    when = "not known"
    if view.occurred_on:
        when = format_period(view.occurred_on, view.occurred_until, view.date_precision)
    where = ", ".join(part for part in (view.place or "", country_name(view.country) if view.country else "") if part)
    if view.latitude is not None and view.longitude is not None:
        where += f" ({view.latitude:.2f}, {view.longitude:.2f})"
    articles = len({report.article_id for report in view.reports})
    sure = f"{_counted(articles, 'article')}, {view.independent_reports} independent; confidence {view.confidence:.2f}"
    if view.credibility is not None and view.evidence_tier is not None:
        words = CREDIBILITY_WORDS.get(view.credibility, "")
        sure += f"; {TIER_WORDS.get(view.evidence_tier, view.evidence_tier)}, credibility {view.credibility} ({words})"
    rows = [
        ("Status", STATUS_WORDS.get(state, state) + (f" ({view.factuality})" if view.factuality != state else "")),
        ("Out of use", _tell_days(view)),
        ("Severity", f"{level}: {why}" if why else level),
        ("Facility", ", ".join(view.facilities) or (view.facility_type or "not known").replace("_", " ")),
        ("Facility id", ", ".join(view.facility_ids)),
        ("Where", where or "not known"),
        ("When", when),
        ("Behind it", ", ".join(view.actors)),
        ("Claimed by", ", ".join(view.claimed_by)),
        ("Means", ", ".join(view.modes).replace("_", " ")),
        ("Risks", ", ".join(view.risks).replace("_", " ")),
        ("How sure", sure),
        ("Part of", view.parent_id or ""),
        ("Merged into", view.merged_into or ""),
        ("Verdict", _verdict(view)),
        ("First told", f"{view.first_reported_at:%Y-%m-%d %H:%M} UTC"),
        ("Last told", f"{view.last_reported_at:%Y-%m-%d %H:%M} UTC"),
    ]  # fmt: skip
    return [(label, clean_text(text)) for label, text in rows if text]


def _tell_days(view: IncidentView) -> str:
    if view.days_out is None:
        return ""
    end = f"until {format_day(view.restored_on)}" if view.restored_on else "as far as is told"
    return f"{_counted(view.days_out, 'day')}, {end}"


def _evidence(view: IncidentView) -> list[str]:
    lines = _head("Evidence")
    known = [field for field in _ORDER if any(fact.field == field for fact in view.facts)]
    other = sorted({fact.field for fact in view.facts} - set(_ORDER))
    for field in (*known, *other):
        lines.append(f"{FIELD_LABELS.get(field, clean_text(field).replace('_', ' ').capitalize())}")
        for fact in sorted((f for f in view.facts if f.field == field), key=lambda f: (f.superseded, f.claim_id)):
            lines += _wrapped(_value(fact), "  - ", "    ")
            lines += _quoted(fact.quote)
    return [*lines, ""] if len(lines) > 2 else [*lines, "None.", ""]


def _value(fact: Fact) -> str:
    told = format_amount(fact) or clean_text(fact.value)
    if fact.field == "factuality":
        told = STATUS_WORDS.get(fact.value, clean_text(fact.value)) + _DENIAL_OF.get(fact.detail or "", "")
    elif fact.factuality not in ("asserted", "attributed"):
        told += f" [{clean_text(fact.factuality)}]"
    if fact.speaker:
        told += f", according to {clean_text(fact.speaker)}"
    if fact.superseded:
        told += " [since corrected]"
    return told


def _quoted(quote: Quote) -> list[str]:
    published = f", {format_day(quote.published_at.date())}" if quote.published_at else ""
    where = ", title" if quote.where == "title" else f", characters {quote.start} to {quote.end}"
    lines = _wrapped(f"“{clean_text(quote.sentence)}”", "      ", "      ")
    lines += _wrapped(f"{clean_text(quote.publisher)}{published}{where}", "      ", "      ")
    return [*lines, f"      {_address(quote.url)}"]


def _conflicts(view: IncidentView) -> list[str]:
    lines = _head("Conflicting values")
    for field in ROLES:
        for groups in figure_groups(view, field):
            if not in_conflict(groups):
                continue
            lines.append(FIELD_LABELS.get(field, field))
            for group in groups:
                who = ", ".join(dict.fromkeys(clean_text(fact.quote.publisher) for fact in group))
                lines += _wrapped(f"{format_amount(group[0])}: {who}", "  - ", "    ")
    return [*lines, ""] if len(lines) > 2 else [*lines, "None.", ""]


def _verdict(view: IncidentView) -> str:
    if view.verdict is None:
        return ""
    at = f", {view.reviewed_at:%Y-%m-%d %H:%M} UTC" if view.reviewed_at else ""
    return f"{view.verdict} by {view.reviewed_by or 'an analyst'}{at}"


def _decisions(view: IncidentView) -> list[str]:
    if not view.decisions:
        return []
    lines = _head("Decisions")
    for one in view.decisions:
        taken_back = " [taken back]" if one.withdrawn else ""
        told = f"{one.at:%Y-%m-%d %H:%M} UTC  {clean_text(one.by)}: {clean_text(one.text)}{taken_back}"
        told += f". {clean_text(one.note)}" if one.note else ""
        lines += _wrapped(f"{told} ({clean_text(one.decision_id)})", "  - ", "    ")
    return [*lines, ""]


def _history(view: IncidentView) -> list[str]:
    lines = _head("History")
    before: Revision | None = None
    # The ledger's own order holds within one moment: a founding comes before what follows from it.
    for revision in sorted(view.revisions, key=lambda revision: revision.revised_at):
        label = FIELD_LABELS.get(revision.field, clean_text(revision.field))
        change = f"{label}: {clean_text(revision.old or 'not known')} → {clean_text(revision.new or 'not known')}"
        if before is not None and _told_with(before, revision):
            lines += _wrapped(change, "    ", "      ")
            continue
        told = f"{revision.revised_at:%Y-%m-%d %H:%M} UTC  {change}. {clean_text(revision.reason)}"
        lines += [*_wrapped(told, "  - ", "    "), *_cause(revision)]
        before = revision
    return [*lines, ""] if len(lines) > 2 else [*lines, "No change since it was entered.", ""]


_CAUSES = {
    "claim": "because of a report", "edit": "because an article was edited",
    "rules": "because other models or rules read the same words otherwise", "decision": "because of a decision",
}  # fmt: skip


def _told_with(one: Revision, other: Revision) -> bool:
    """Whether the second of two changes came with the first, from one cause."""
    if one.cause_id is None:
        return False
    names = ("revised_at", "reason", "cause_kind", "cause_id")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _cause(revision: Revision) -> list[str]:
    if revision.cause_kind not in _CAUSES:
        return []
    told = f"{_CAUSES[revision.cause_kind]}: {clean_text(revision.cause_id or 'not known')}"
    return [*_wrapped(told, "    ", "    "), *(_quoted(revision.quote) if revision.quote is not None else [])]


def _articles(view: IncidentView) -> list[str]:
    lines = _head("Articles")
    for report in sorted(
        view.reports, key=lambda report: (report.published_at or report.fetched_at, report.article_id)
    ):
        at = report.published_at or report.fetched_at
        wire = f", from {clean_text(report.wire)}" if report.wire else ""
        told = f"{at:%Y-%m-%d %H:%M} UTC  {clean_text(report.publisher)} [{clean_text(report.reliability)}]{wire}: "
        lines += _wrapped(told + clean_text(report.title), "  - ", "    ")
        lines.append(f"    {_address(report.url)}")
    return lines


def _address(url: str) -> str:
    return safe_url(url) or f"(address not shown: {clean_text(url)[:60]})"


def _head(title: str) -> list[str]:
    return [title, "-" * len(title)]


def _table(rows: Iterable[tuple[str, str]]) -> list[str]:
    lines: list[str] = []
    for label, text in rows:
        lines += _wrapped(text, f"{label:<12} ", " " * 13)
    return [*lines, ""]


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
