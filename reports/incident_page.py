"""The page of one incident: a first screen, its timeline, its evidence, what stands around it, and its history."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.records import HAPPENED
from reports.attribution import tell_actors, tell_denials, tell_sureness
from reports.countries import country_name
from reports.incident_evidence import evidence_section, figure_rows, join_place
from reports.incident_history import history_section, timeline_section
from reports.page_records import Entry, Page, Section
from reports.records import LEDGER_MARK, Sentence
from reports.sentences import state_of
from reports.severity import explain_severity, grade_severity
from reports.text import clean_text, safe_url
from reports.words import (
    CREDIBILITY_WORDS,
    STATUS_WORDS,
    TIER_WORDS,
    TYPE_NOUNS,
    event_noun,
    format_day,
    format_period,
    preposition,
    with_article,
)
from store.incident_context import NEAR_DAYS, IncidentContext, IncidentLine
from store.records import IncidentView

_SHOWN = 20  # incidents of one list, unless everything is asked for
_NO_CONTEXT = IncidentContext()


def make_page(
    view: IncidentView,
    context: IncidentContext = _NO_CONTEXT,
    *,
    everything: bool = False,
    notices: Sequence[str] = (),
) -> Page:
    """Everything that an analyst reads of an incident; `everything`: every quote and every revision.

    Control characters are taken out of all article text here; escaping is the renderers'.
    """
    numbers: dict[str, int] = {}
    sections = [
        timeline_section(view, context),
        evidence_section(view, numbers, everything=everything),
        _follow_ups(context),
        _family(context),
        _decisions(view),
        _related(context, everything),
        history_section(view, numbers, everything=everything),
        _articles(view),
    ]
    return Page(
        title=_title(view),
        id=clean_text(view.id),
        notices=tuple(clean_text(notice) for notice in notices),
        summary=_summary(view, context),
        sections=tuple(section for section in sections if section.rows or section.entries or section.note),
    )


def _title(view: IncidentView) -> str:
    where = _facility(view)
    named = f" {preposition(view)} {with_article(where)}{where}" if where else ""
    state = state_of(view)
    told = "" if state in ("occurred", "ongoing", "partly_restored", "restored") else STATUS_WORDS.get(state, state)
    return event_noun(view) + named + (f" — {told}" if told else "")


def _facility(view: IncidentView) -> str:
    if not view.facilities:
        kind = (view.facility_type or "").replace("_", " ").replace("lng", "LNG")
        return "" if kind in ("", "other") else kind
    names = [clean_text(name) for name in view.facilities]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _summary(view: IncidentView, context: IncidentContext) -> tuple[tuple[str, tuple[str, ...]], ...]:
    when = "not known"
    if view.occurred_on:
        when = format_period(view.occurred_on, view.occurred_until, view.date_precision)
    facility = _facility(view) or "not known"
    if view.facility_ids:
        facility += f" ({', '.join(view.facility_ids)})"
    modes = [mode.replace("_", " ") for mode in view.modes if mode != "unknown"]
    rows: list[tuple[str, Sequence[str]]] = [
        ("What", [event_noun(view) + (f" (means: {', '.join(modes)})" if modes else "")]),
        ("Facility", [facility]),
        ("Where", [_where(view)]),
        ("When", [when]),
        ("Status", [_status(view)]),
        ("Out of use", [_tell_days(view)]),
        ("How sure", _sureness(view)),
        ("Severity", _severity(view)),
        ("Verdict", [_verdict(view)]),
        *figure_rows(view),
        ("Behind it", [_plain(one) for one in tell_actors(view)]),
        ("Who says it", _sayers(view)),
        ("Who denies it", [_plain(one) for one in tell_denials(view)]),
        ("Risks", [", ".join(view.risks).replace("_", " ")]),
        ("Part of", [_line(context.whole)] if context.whole else [view.parent_id or ""]),
        ("Merged into", [view.merged_into or ""]),
        ("First told", [f"{view.first_reported_at:%Y-%m-%d %H:%M} UTC"]),
        ("Last told", [f"{view.last_reported_at:%Y-%m-%d %H:%M} UTC"]),
    ]  # fmt: skip
    cleaned = ((label, tuple(clean_text(line) for line in lines if line)) for label, lines in rows)
    return tuple((label, lines) for label, lines in cleaned if lines)


def _where(view: IncidentView) -> str:
    where = join_place(view.place or "", view.country)
    others = [country_name(code) for code in view.countries if code != view.country]
    if not view.country and others:
        where = ", ".join(part for part in (where, " and ".join(others)) if part)
    if view.latitude is not None and view.longitude is not None:
        where += f" ({view.latitude:.2f}, {view.longitude:.2f})"
    return where.strip() or "not known"


def _status(view: IncidentView) -> str:
    state = state_of(view)
    told = STATUS_WORDS.get(state, state)
    grade = STATUS_WORDS.get(view.factuality, view.factuality)
    return f"{told}; {grade}" if view.factuality != state and view.factuality in HAPPENED else told


def _tell_days(view: IncidentView) -> str:
    if view.days_out is None:
        return ""
    end = f"until {format_day(view.restored_on)}" if view.restored_on else "as far as is told"
    return f"{_counted(view.days_out, 'day')}, {end}"


def _sureness(view: IncidentView) -> list[str]:
    articles = len({report.article_id for report in view.reports})
    told = f"{_counted(articles, 'article')}, {view.independent_reports} independent; confidence {view.confidence:.2f}"
    if view.credibility is not None and view.evidence_tier is not None:
        words = CREDIBILITY_WORDS.get(view.credibility, "")
        told += f"; {TIER_WORDS.get(view.evidence_tier, view.evidence_tier)}, credibility {view.credibility} ({words})"
    return [told]


def _severity(view: IncidentView) -> list[str]:
    """The level, and each written rule that counted, with its points."""
    level, _, points = grade_severity(view)
    told = [
        f"- {one.wording}{f' ({one.inputs})' if one.inputs else ''}: {one.points}" for one in explain_severity(view)
    ]
    return [f"{level}: {_counted(points, 'point')}", *told]


def _sayers(view: IncidentView) -> list[str]:
    denials = tell_denials(view)
    told = [_plain(one) for one in tell_sureness(view)[1:] if one not in denials]
    said = [re.sub(r"^According to ", "", one) for one in told]
    return said or [", ".join(dict.fromkeys(report.publisher for report in view.reports))]


def _plain(told: Sentence) -> str:
    # On this page everything that is said stands with its words below: the briefing's mark would say nothing.
    return told.text.replace(LEDGER_MARK, "").removesuffix(".")


def _verdict(view: IncidentView) -> str:
    if view.verdict is None:
        return ""
    at = f", {view.reviewed_at:%Y-%m-%d %H:%M} UTC" if view.reviewed_at else ""
    return f"{view.verdict} by {view.reviewed_by or 'an analyst'}{at}"


def _follow_ups(context: IncidentContext) -> Section:
    entries = [
        Entry(
            text=f"{one.published_at.strftime('%Y-%m-%d %H:%M UTC') if one.published_at else 'no date'}  "
            f"{clean_text(one.publisher)}: {clean_text(one.title)}",
            url=safe_url(one.url),
            under=(clean_text(one.reason),) if one.reason else (),
        )
        for one in context.follow_ups
    ]
    return Section(title="Articles that only speak of it", entries=tuple(entries))


def _family(context: IncidentContext) -> Section:
    entries = [Entry(text=f"part: {_line(one)}", incident_id=one.id) for one in context.parts]
    if context.whole is not None:
        entries.append(Entry(text=f"whole: {_line(context.whole)}", incident_id=context.whole.id))
    entries += [Entry(text=f"other part: {_line(one)}", incident_id=one.id) for one in context.siblings]
    return Section(title="Parts of it" if context.parts else "Part of a whole", entries=tuple(entries))


def _related(context: IncidentContext, everything: bool) -> Section:
    shown = context.related if everything else context.related[-_SHOWN:]
    left = len(context.related) - len(shown)
    note = f"and {_counted(left, 'earlier one')}; --all shows them" if left else ""
    entries = tuple(Entry(text=_line(one), incident_id=one.id) for one in shown)
    return Section(title=f"At the same facility within {NEAR_DAYS} days", entries=entries, note=note)


def _line(one: IncidentLine) -> str:
    """One incident in a line: day, what, where, state, id."""
    day = one.occurred_on or one.first_reported_at.date()
    what = TYPE_NOUNS.get(one.event_type, one.event_type).lower()
    where = ", ".join(clean_text(name) for name in one.facilities[:3])
    more = f" and {len(one.facilities) - 3} more" if len(one.facilities) > 3 else ""
    place = join_place(clean_text(one.place or ""), one.country)
    told = ", ".join(part for part in (where + more, place) if part)
    state = STATUS_WORDS.get(one.status, one.status)
    return f"{format_day(day)}  {what}: {told or 'place not told'}; {state} ({one.id})"


def _decisions(view: IncidentView) -> Section:
    entries = []
    for one in view.decisions:
        taken_back = " [taken back]" if one.withdrawn else ""
        told = f"{one.at:%Y-%m-%d %H:%M} UTC  {clean_text(one.by)}: {clean_text(one.text)}{taken_back}"
        told += f". {clean_text(one.note)}" if one.note else ""
        entries.append(Entry(text=f"{told} ({clean_text(one.decision_id)})"))
    return Section(title="Decisions", entries=tuple(entries))


def _articles(view: IncidentView) -> Section:
    entries = []
    for report in sorted(view.reports, key=lambda one: (one.published_at or one.fetched_at, one.article_id)):
        at = report.published_at or report.fetched_at
        wire = f", from {clean_text(report.wire)}" if report.wire else ""
        who = f"{clean_text(report.publisher)} [{clean_text(report.reliability)}]{wire}"
        entries.append(
            Entry(
                text=f"{at:%Y-%m-%d %H:%M} UTC  {who}: {clean_text(report.title)} ({clean_text(report.article_id)})",
                url=safe_url(report.url),
                under=() if safe_url(report.url) else ("its address is not safe to print",),
            )
        )
    note = "In brackets how reliable the source is, A to F on the Admiralty scale." if entries else ""
    return Section(title="Articles", entries=tuple(entries), note=note)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
