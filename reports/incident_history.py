"""How an incident has gone on: its days in the world, and the changes of its entry in the ledger, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from reports.countries import country_name
from reports.incident_evidence import day_words, make_quoted, plain_words
from reports.page_records import Entry, Quoted, Section
from reports.text import clean_text, shorten
from reports.words import (
    CREDIBILITY_WORDS,
    FIELD_LABELS,
    STATUS_WORDS,
    TIER_WORDS,
    TYPE_NOUNS,
    UNIT_PHRASES,
    event_noun,
    format_day,
    format_number,
    format_period,
)
from store.incident_context import IncidentContext, OfflineSpan
from store.records import IncidentView, Revision

# Kept for machines and models; `--all` shows them.
_BY_REQUEST = frozenset({"latitude", "longitude", "date_precision", "facility_ids", "facility_type", "countries"})
_SETS = frozenset({"risks", "modes", "actors", "claimed_by", "facilities", "countries", "facility_ids"})
_LABELS = {
    "killed_min": "Killed", "killed_max": "Killed, at most", "killed_low": "Killed, lowest value told",
    "killed_high": "Killed, highest value told", "injured_min": "Injured", "injured_max": "Injured, at most",
    "injured_low": "Injured, lowest value told", "injured_high": "Injured, highest value told", "losses": "Lost",
    "days_out": "Out of use", "restored_on": "Back in use", "created": "Entered", "report": "Article",
    "latitude": "Degrees north", "longitude": "Degrees east", "factuality": "How it is told",
}  # fmt: skip
_CAUSES = {
    "edit": "because an article was edited", "rules": "because other models or rules read the same words otherwise",
}  # fmt: skip
_HAPPENS = {"planned": "planned for this day", "threatened": "threatened for this day", "foiled": "foiled"}
_LEAST_CONFIDENCE = 0.05  # a smaller change of confidence tells a reader nothing
_LONGEST = 160


def timeline_section(view: IncidentView, context: IncidentContext) -> Section:
    """What happened on which day, as far as the articles tell it, oldest first."""
    marks: list[tuple[date, int, str]] = []
    if view.occurred_on is not None:
        told = _HAPPENS.get(view.status, event_noun(view)[0].lower() + event_noun(view)[1:])
        when = ""
        if view.occurred_until not in (None, view.occurred_on) or view.date_precision not in (None, "day", "hour"):
            when = f" ({format_period(view.occurred_on, view.occurred_until, view.date_precision)})"
        marks.append((view.occurred_on, 0, told + when))
    marks += [(span.first_on, 1, _offline(span)) for span in context.offline]
    marks += [(day, 2, told) for day, told in _reports(view)]
    marks += [(_told_on(one), 3, told) for one in view.revisions for told in _turns(one)]
    if view.restored_on is not None:
        marks.append((view.restored_on, 4, "back in use"))
    marks += [
        (one.at.date(), 5, f"{clean_text(one.by)} decided: {clean_text(one.text)}")
        for one in view.decisions
        if not one.withdrawn
    ]
    rows: dict[date, list[str]] = {}
    for day, _, told in sorted(marks, key=lambda mark: mark[:2]):
        if told not in rows.setdefault(day, []):
            rows[day].append(told)
    return Section(title="Timeline", rows=tuple((format_day(day), tuple(told)) for day, told in rows.items()))


def history_section(view: IncidentView, numbers: Mapping[str, int], *, everything: bool) -> Section:
    """The changes of the ledger's entry: those that one article or decision brought together, or each alone.

    `numbers`: the sentences that stand on the page already.
    """
    revisions = sorted(view.revisions, key=lambda one: one.revised_at)
    if everything:
        entries = [
            Entry(
                text=f"{_instant(one.revised_at)}  {_change(one)}. {clean_text(one.reason)}{_cause_id(one)}",
                quotes=_words(one, numbers),
            )
            for one in revisions
        ]
        return Section(title="Changes in the ledger", entries=tuple(entries), note="" if entries else "None.")
    entries = []
    hidden = 0
    for together in _together(revisions):
        told = [_change(one) for one in together if not _is_minor(one, together)]
        told += _joined(view, [one for one in together if one.field == "report"])
        hidden += len(together) - sum(not _is_minor(one, together) or one.field == "report" for one in together)
        if told:
            quotes = [quoted for one in together if not _is_minor(one, together) for quoted in _words(one, numbers)]
            entries.append(
                Entry(
                    text=f"{_instant(together[0].revised_at)}  {'; '.join(told)}",
                    under=_why(together),
                    quotes=tuple({quoted.source: quoted for quoted in quotes}.values())[:2],
                )
            )
    note = "None." if not entries else ""
    if hidden:
        note = f"{hidden} smaller {'change is' if hidden == 1 else 'changes are'} left out; --all shows every one."
    return Section(title="Changes in the ledger", entries=tuple(entries), note=note)


def value_words(field: str, value: str | None) -> str:
    """A kept value as a reader writes it: no JSON, no column's words."""
    value = clean_text(value or "")
    if not value:
        return "none" if field in ("merged_into", "parent_id", "verdict") else "not known"
    if field == "losses":
        return _losses(value)
    if field in ("status", "factuality", "verdict"):
        return STATUS_WORDS.get(value, clean_text(value))
    if field == "evidence_tier":
        return TIER_WORDS.get(value, clean_text(value))
    if field in ("event_type", "created"):
        return TYPE_NOUNS.get(value, clean_text(value)).lower()
    if field == "credibility" and value.isdigit():
        return CREDIBILITY_WORDS.get(int(value), value)
    if field in ("country", "countries"):
        return ", ".join(country_name(one) if re.fullmatch("[A-Z]{2}", one) else clean_text(one)
                         for one in value.split(", "))  # fmt: skip
    if field in ("risks", "modes", "facility_type"):
        return " ".join(value.replace("_", " ").split()) or "not known"
    if field == "days_out":
        return f"{clean_text(value)} {'day' if value == '1' else 'days'}"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return _day(value)
    return shorten(clean_text(value), _LONGEST)


def _day(value: str) -> str:
    try:
        return format_day(date.fromisoformat(value))
    except ValueError:
        return value


def _losses(kept: str) -> str:
    """The column's JSON as amounts: "320,000 barrels a day"; a value in another form as it stands."""
    try:
        told = []
        for row in json.loads(kept):
            low, high, unit = row.get("minimum"), row.get("maximum"), str(row.get("unit", ""))
            words = f" {UNIT_PHRASES.get(unit, clean_text(unit))}"
            if low is None and high is None:
                continue
            if low is None or high is None:
                known = high if low is None else low
                told.append(f"{'up to' if low is None else 'at least'} {format_number(float(known))}{words}")
            elif low == high:
                told.append(f"{format_number(float(low))}{words}")
            else:
                told.append(f"{format_number(float(low))} to {format_number(float(high))}{words}")
    except (ValueError, TypeError, AttributeError):
        return shorten(clean_text(kept), _LONGEST)
    return ", ".join(told) or "nothing told"


def _reports(view: IncidentView) -> list[tuple[date, str]]:
    """A mark a day: who reported it."""
    days: dict[date, list[str]] = {}
    for report in sorted(view.reports, key=lambda one: (one.published_at or one.fetched_at, one.article_id)):
        at = report.published_at or report.fetched_at
        days.setdefault(at.date(), []).append(clean_text(report.publisher))
    told = []
    for number, (day, names) in enumerate(days.items()):
        if number:
            told.append((day, f"further reported by {', '.join(dict.fromkeys(names))}"))
        else:
            rest = ", ".join(dict.fromkeys(names[1:]))
            told.append((day, f"first reported by {names[0]}" + (f", then by {rest}" if rest else "")))
    return told


def _offline(span: OfflineSpan) -> str:
    days = day_words((span.first_on, span.last_on))
    how_long = days if span.end_known else f"{days}, as far as is told"
    much = ""
    if span.amount is not None:
        much = f": {format_number(span.amount)} {UNIT_PHRASES.get(span.unit or '', clean_text(span.unit or ''))}"
        much += f", {span.share:.0%} of its capacity" if span.share is not None else ""
    count = len(span.others)
    with_others = f", with {count} other {'incident' if count == 1 else 'incidents'}" if count else ""
    return f"{clean_text(span.facility)} out of use{much} ({how_long}{with_others})"


def _turns(revision: Revision) -> Iterable[str]:
    """The changes that belong into the timeline: of state, of people, of what is lost."""
    if revision.cause_kind in ("rules", "decision") or revision.old is None:
        return
    if revision.field in ("status", "losses", "killed_min", "injured_min"):
        yield _change(revision)[0].lower() + _change(revision)[1:]


def _told_on(revision: Revision) -> date:
    at = revision.quote.published_at if revision.quote is not None else None
    return (at or revision.revised_at).date()


def _change(revision: Revision) -> str:
    field = revision.field
    label = _LABELS.get(field) or FIELD_LABELS.get(field) or clean_text(field).replace("_", " ").capitalize()
    if field == "created":
        return f"Entered as {value_words(field, revision.new)}"
    if field == "report":
        return f"Article joined: {clean_text(revision.new or '')}" if revision.new else (
            f"Article left: {clean_text(revision.old or '')}"
        )  # fmt: skip
    return f"{label}: {value_words(field, revision.old)} → {value_words(field, revision.new)}"


def _is_minor(revision: Revision, together: Sequence[Revision]) -> bool:
    """Whether a change is left out of the short history, as being said by another or of use to machines only."""
    field, old, new = revision.field, revision.old, revision.new
    if field in _BY_REQUEST or field.endswith(("_low", "_high")) or field == "report":
        return True
    if field in _SETS and old and new and set(old.split(", ")) == set(new.split(", ")):
        return True
    if field.endswith("_max"):
        twin = field.removesuffix("max") + "min"
        return any((one.field, one.old, one.new) == (twin, old, new) for one in together)
    if field == "confidence":
        try:
            return abs(float(old or 0) - float(new or 0)) < _LEAST_CONFIDENCE
        except ValueError:
            return True
    return value_words(field, old) == value_words(field, new)


def _together(revisions: Sequence[Revision]) -> list[list[Revision]]:
    """The changes that one run or decision brought, for one reason."""
    groups: list[list[Revision]] = []
    for one in revisions:
        last = groups[-1][0] if groups else None
        names = ("revised_at", "run_id", "reason")
        if last is not None and all(getattr(last, name) == getattr(one, name) for name in names):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _joined(view: IncidentView, reports: Sequence[Revision]) -> list[str]:
    names = {report.url: clean_text(report.publisher) for report in view.reports}
    told = []
    for words, urls in (
        ("joined", [one.new for one in reports if one.new]),
        ("left", [one.old for one in reports if one.old and not one.new]),
    ):
        if urls:
            who = ", ".join(dict.fromkeys(names.get(url, clean_text(url)) for url in urls))
            told.append(f"{len(urls)} {'article' if len(urls) == 1 else 'articles'} {words}: {who}")
    return told


def _why(together: Sequence[Revision]) -> tuple[str, ...]:
    reason = clean_text(together[0].reason)
    if together[0].field == "created":
        return ()
    kinds = dict.fromkeys(one.cause_kind for one in together)
    if any(one.field == "report" and one.new for one in together) and "decision" not in kinds:
        return (f"taken for the same incident: {reason}",)
    told = next((_CAUSES[kind] for kind in kinds if kind in _CAUSES), "")
    return tuple(one for one in (told, reason) if one)[:1] if told else (reason,) if reason else ()


def _cause_id(revision: Revision) -> str:
    return f" [{revision.cause_kind} {clean_text(revision.cause_id or '')}]" if revision.cause_kind else ""


def _words(revision: Revision, numbers: Mapping[str, int]) -> tuple[Quoted, ...]:
    if revision.quote is None or revision.field == "report":
        return ()
    number = numbers.get(plain_words(revision.quote))
    if number is None:
        return (make_quoted(revision.quote, (), 0),)
    full = make_quoted(revision.quote, (), number)
    return (Quoted(number=number, pieces=(), again=True, source=full.source, url=None),)


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
