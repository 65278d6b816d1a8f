"""The templates: an incident's facts become short sentences, each with the words that bear it out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from nlp.lifecycle import UNDERWAY
from nlp.records import HAPPENED
from reports.covering import narrowed
from reports.figures import figure_groups, in_conflict, mixed_units
from reports.headings import NAMES, named_facilities, tell_heading, unnamed_facility, where_parts
from reports.records import Sentence, Slot, SlotKind
from reports.slots import (
    Part,
    amount,
    count,
    date_slot,
    event_slot,
    facility_parts,
    listed,
    phrase,
    published_slot,
    publisher,
    sentence,
)
from reports.text import clean_text, shorten
from reports.words import ROLES, a_or_an, kind_phrase, preposition, with_article
from store.records import IncidentReport, IncidentView, Note

_STATE_PREFIX = {
    "threatened": "threatened",
    "planned": "planned",
    "foiled": "foiled",
    "denied": "denied",
    "disputed": "disputed",
    "retracted": "since retracted",
    "hypothetical": "hypothetical",
    "recommended": "recommended against",
    "exercise": "an exercise",
    "historical": "told as history",
}
_STATE_SUFFIX = {
    "ongoing": "still going on", "partly_restored": "partly restored", "restored": "since restored",
}  # fmt: skip
_OPEN_WORDS = {"planned": "planned for ", "threatened": "threatened for "}
TOLD_AS_HAPPENED = UNDERWAY | HAPPENED  # of what state_of gives


def state_of(view: IncidentView) -> str:
    """The word that tells a happening from what is none: a status or a grade of factuality."""
    if view.status in UNDERWAY and view.factuality not in HAPPENED:
        return view.factuality
    return view.status


def tell_top(view: IncidentView, *, echoed: bool = False) -> Sentence:
    """The heading with the two figures that weigh most; `echoed` as for tell_heading."""
    heading = tell_heading(view, echoed=echoed, narrow=False)
    told: list[list[Part]] = []
    for field in ("killed", "lost", "customers", "at_risk", "injured"):
        groups = figure_groups(view, field)
        values = sorted((group[0] for group in groups[0]), key=lambda fact: fact.minimum or 0.0) if groups else []
        if len(told) == 2 or not values or values[-1].maximum == 0:
            continue
        before, after = ROLES[field]
        plain = mixed_units(groups[0])
        first: list[Part] = [before, amount(values[:1], plain=plain)]
        if in_conflict(groups[0]):  # the ends of what is said; who says which stands below
            last = amount(values[-1:], plain=plain)
            first = [before, _without_unit(amount(values[:1], plain=plain), last)]
            first += [" or " if len(values) == 2 else " to ", last]
        told.append([*first, after])
    figures = listed(told, last=", ")
    if not figures:
        return narrowed(heading, lambda slot: slot.kind in NAMES)
    weight = phrase(*figures)
    line = replace(heading, text=f"{heading.text} — {weight.text}", slots=(*heading.slots, *weight.slots))
    return narrowed(line, lambda slot: slot.kind in NAMES)


def _without_unit(first: Slot, last: Slot) -> Slot:
    """The first of two figures that share a unit: "500,000" in "500,000 or 700,000 barrels a day"."""
    unit = re.search(r"(?<=[\d])(?: [mbt]r?illion)?( [a-z].*|%)$", last.text)
    if not unit or not first.text.endswith(unit.group(1)) or not re.fullmatch(r"[\d,.]+.*", first.text):
        return first
    return replace(first, text=first.text.removesuffix(unit.group(1)))


def tell_lead(view: IncidentView, without: Collection[SlotKind] = ()) -> Sentence:
    """What happened to which facility, where and when."""
    state = state_of(view)
    prefix = _STATE_PREFIX.get(state)
    parts: list[Part] = [Slot(kind="status", text=prefix, ledger=state), ": "] if prefix else []
    parts.append(event_slot(view, lower=bool(prefix)))
    named = named_facilities(view)
    if named and "facility" not in without:
        shown = [facility_parts(view, index) for index in named[:3]]
        told = [[with_article(_text(facility[0])), *facility] for facility in shown]
        parts += [f" {preposition(view)} ", *listed(told)]
        if len(named) > 3:
            parts += [" and ", count(len(named) - 3), " more"]
    elif "facility" not in without and (unnamed := unnamed_facility(view)) is not None:
        parts += [f" {preposition(view)} ", a_or_an(unnamed.text), unnamed]
    elif kind := kind_phrase(view.facility_type):
        parts.append(f" {preposition(view)} {kind}")
    parts += where_parts(view, " in ", without)
    day = date_slot(view) if "date" not in without else None
    if day is not None:
        lead = ", from " if " to " in day.text else ", on " if re.match(r"\d{1,2} ", day.text) else ", in "
        parts += [lead, day]
    elif (published := published_slot(view)) is not None and "published" not in without:
        parts += [", reported on ", published]
    suffix = _STATE_SUFFIX.get(view.status)
    stands: list[Part] = ["; ", Slot(kind="status", text=suffix, ledger=view.status)] if suffix else []
    return narrowed(sentence(*parts, *stands, "."), lambda slot: slot.kind in NAMES)


def _text(part: Part) -> str:
    return part if isinstance(part, str) else part.text


def tell_further_reports(reports: Sequence[IncidentReport]) -> Sentence:
    """How many articles were added since the last briefing."""
    number = len({report.article_id for report in reports})
    return sentence(count(number), f" further {'article' if number == 1 else 'articles'}.")


def tell_note(note: Note, characters: int) -> Sentence:
    """A policy or market development in its article's own words."""
    words = shorten(clean_text(note.quote.sentence), characters)
    return sentence("“", Slot(kind="quote", text=words, cites=(note.quote,)), "” (", publisher(note.quote), ")")


def tell_open(view: IncidentView) -> Sentence:
    """When it happened and how many articles tell it, for the list of what is still open."""
    day = date_slot(view)
    words = "since " if view.status == "ongoing" else _OPEN_WORDS.get(state_of(view), "")
    parts: list[Part] = [words, day] if day else []
    if not day and (published := published_slot(view)):
        parts = ["reported on ", published]
    articles = len({report.article_id for report in view.reports})
    return sentence(
        *[part for part in parts if part],
        "; " if parts else "",
        count(articles),
        " article" if articles == 1 else " articles",
        ", ",
        count(view.independent_reports),
        " independent.",
    )
