"""The templates: an incident's facts become short sentences, each with the words that bear it out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from nlp.records import HAPPENED
from reports.read_names import says_name
from reports.records import Sentence, Slot, SlotKind
from reports.slots import (
    Part,
    amount,
    count,
    country_parts,
    date_slot,
    facility_parts,
    listed,
    named_facilities,
    phrase,
    place_parts,
    published_slot,
    publisher,
    publishers,
    sentence,
    speaker,
    surface,
)
from reports.text import clean_text, shorten
from reports.words import ROLES, event_noun, kind_phrase, preposition, with_article
from store.records import Fact, IncidentReport, IncidentView, Note

_STATE_PREFIX = {
    "threatened": "threatened: ",
    "planned": "planned: ",
    "foiled": "foiled: ",
    "denied": "denied: ",
    "disputed": "disputed: ",
    "retracted": "since retracted: ",
    "hypothetical": "hypothetical: ",
    "recommended": "recommended against: ",
    "exercise": "an exercise: ",
    "historical": "told as history: ",
}
_STATE_SUFFIX = {
    "ongoing": "; still going on", "partly_restored": "; partly restored", "restored": "; since restored",
}  # fmt: skip
_UNDERWAY = frozenset({"occurred", "ongoing", "partly_restored", "restored"})
_CONFIDENCE = ((0.8, "high"), (0.5, "medium"), (0.0, "low"))
FIGURES_SHOWN = 6


def state_of(view: IncidentView) -> str:
    """The word that tells a happening from what is none: a status or a grade of factuality."""
    if view.status in _UNDERWAY and view.factuality not in HAPPENED:
        return view.factuality
    return view.status


def tell_heading(view: IncidentView) -> Sentence:
    """Facility, what, where: the line that stands over an item."""
    what = event_noun(view)
    parts: list[Part] = []
    named = named_facilities(view)
    if named:
        parts += listed([facility_parts(view, index) for index in named[:2]])
        if len(named) > 2:
            parts += [" and ", count(len(named) - 2), " more"]
        parts += [": ", what[0].lower() + what[1:]]
    else:
        kind = kind_phrase(view.facility_type)
        parts.append(f"{what} {preposition(view)} {kind}" if kind else what)
    return sentence(*parts, *_where(view, ", ", frozenset()))


def tell_top(view: IncidentView) -> Sentence:
    """The heading with the two figures that weigh most."""
    heading = tell_heading(view)
    told: list[list[Part]] = []
    for field in ("killed", "lost", "customers", "at_risk", "injured"):
        groups = figure_groups(view, field)
        values = sorted((group[0] for group in groups[0]), key=lambda fact: fact.minimum or 0.0) if groups else []
        if len(told) == 2 or not values or values[-1].maximum == 0:
            continue
        before, after = ROLES[field]
        first: list[Part] = [before, amount(values[:1])]
        if in_conflict(groups[0]):  # the ends of what is said; who says which stands below
            first += [" or " if len(values) == 2 else " to ", amount(values[-1:])]
        told.append([*first, after])
    figures = listed(told, last=", ")
    if not figures:
        return heading
    weight = phrase(*figures)
    return Sentence(text=f"{heading.text} — {weight.text}", slots=(*heading.slots, *weight.slots))


def tell_lead(view: IncidentView, without: Collection[SlotKind] = ()) -> Sentence:
    """What happened to which facility, where and when."""
    state = state_of(view)
    what = event_noun(view)
    prefix = _STATE_PREFIX.get(state, "")
    parts: list[Part] = [prefix + (what[0].lower() + what[1:] if prefix else what)]
    named = named_facilities(view)
    if named and "facility" not in without:
        shown = [facility_parts(view, index) for index in named[:3]]
        told = [[with_article(_text(facility[0])), *facility] for facility in shown]
        parts += [f" {preposition(view)} ", *listed(told)]
        if len(named) > 3:
            parts += [" and ", count(len(named) - 3), " more"]
    elif kind := kind_phrase(view.facility_type):
        parts.append(f" {preposition(view)} {kind}")
    parts += _where(view, " in ", without)
    day = date_slot(view) if "date" not in without else None
    if day is not None:
        parts += [", " if day.text[0].isdigit() else ", in ", *(["on "] if day.text[:2].strip().isdigit() else []), day]
    elif (published := published_slot(view)) is not None and "published" not in without:
        parts += [", reported on ", published]
    return sentence(*parts, _STATE_SUFFIX.get(view.status, ""), ".")


def _where(view: IncidentView, before: str, without: Collection[SlotKind]) -> list[Part]:
    parts: list[Part] = []
    place = place_parts(view) if view.place and "place" not in without else None
    named = " ".join(view.facilities[:2]).casefold()
    if place and view.place and view.place.casefold() not in named:
        parts += [before, with_article(_text(place[0])) if before == " in " else "", *place]
    if view.country and "country" not in without:
        naming = [fact.quote for fact in view.facts if fact.field in ("place", "country", "facility", "factuality")]
        country = country_parts(view.country, naming)
        if not (place and _text(place[0]) == _text(country[0])):
            parts += [
                ", " if parts else before,
                with_article(_text(country[0])) if not parts and before != ", " else "",
                *country,
            ]
    return parts


def _text(part: Part) -> str:
    return part if isinstance(part, str) else part.text


def tell_actors(view: IncidentView) -> list[Sentence]:
    """Who is named as behind it, who denies it and who claims it, each with who says so."""
    told = []
    for field, open_words, close_words in (
        ("actor", "named as behind it: ", ""),
        ("actor_denied", "", " denies it"),
        ("claimed_by", "responsibility claimed by ", ""),
    ):
        named: dict[str, list[Fact]] = {}
        for fact in view.facts:
            denied = fact.factuality == "denied" or fact.detail == "denied"
            if fact.field == field.removesuffix("_denied") and denied == field.endswith("_denied"):
                named.setdefault(fact.value, []).append(fact)
        for value, facts in sorted(named.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:4]:
            saying = [
                fact for fact in facts if says_name(surface(fact) or clean_text(fact.quote.sentence), clean_text(value))
            ] or facts
            name = clean_text(value)
            if saying is facts and surface(facts[0]):
                name, saying = surface(facts[0]), facts[:1]  # the words used, where they are not the ledger's name
            who = Slot(kind="actor", text=name, facts=tuple(saying[:4]))
            parts: list[Part] = [open_words, who] if open_words else [who]
            told.append(sentence(*parts, close_words, " (", *publishers(who.quotes), ")."))
    return told


def figure_groups(view: IncidentView, field: str, *, superseded: bool = False) -> list[list[list[Fact]]]:
    """The field's figures by unit, then by value: facts that give the same value stand together, most told first."""
    units: dict[str | None, dict[tuple[float | None, float | None], list[Fact]]] = {}
    for fact in view.facts:
        known = fact.minimum is not None or fact.maximum is not None
        if (
            fact.field == field
            and known
            and fact.superseded == superseded
            and fact.factuality not in ("hypothetical", "recommended", "exercise", "historical")
        ):
            units.setdefault(fact.unit, {}).setdefault((fact.minimum, fact.maximum), []).append(fact)
    return [
        sorted(values.values(), key=lambda facts: (-len({fact.quote.family for fact in facts}), facts[0].claim_id))
        for _, values in sorted(units.items(), key=lambda pair: str(pair[0]))
    ]


def in_conflict(groups: Sequence[Sequence[Fact]]) -> bool:
    """Whether two of the values of one field and unit exclude each other."""
    bounds = [
        (
            group[0].minimum if group[0].minimum is not None else float("-inf"),
            group[0].maximum if group[0].maximum is not None else float("inf"),
        )
        for group in groups
    ]
    return any(one[0] > other[1] for one in bounds for other in bounds)


def tell_figures(
    view: IncidentView, keep: Callable[[Sentence], bool], fields: Collection[str] = tuple(ROLES)
) -> list[tuple[Sentence, bool]]:
    """One sentence a role and unit, values side by side with who said which, and whether they conflict.

    `keep` is asked about each value alone, so that one bad figure does not take the good ones with it.
    """
    told: list[tuple[Sentence, bool]] = []
    if view.status == "retracted":  # its facts stand only in versions that no longer count
        return told
    for field in ROLES:
        if field not in fields:
            continue
        for groups in figure_groups(view, field):
            kept = [group for group in groups if keep(_figure(group))]
            if kept:
                told.append((_joined(kept[:FIGURES_SHOWN]), in_conflict(kept)))
        for groups in figure_groups(view, field, superseded=True):
            for group in groups:
                corrected = sentence("since corrected: ", *_figure_parts(group), ".")
                if keep(corrected):
                    told.append((corrected, False))
    return told


def _figure(group: Sequence[Fact]) -> Sentence:
    return _joined([group])


def _joined(groups: Sequence[Sequence[Fact]]) -> Sentence:
    parts: list[Part] = []
    for index, group in enumerate(groups):
        parts += [" — "] if index else []
        parts += _figure_parts(group)
    return sentence(*parts, ".")


def _figure_parts(group: Sequence[Fact]) -> list[Part]:
    once = {fact.quote.publisher: fact for fact in reversed(group)}
    facts = [fact for fact in group if fact in once.values()]
    before, after = ROLES[facts[0].field]
    parts: list[Part] = [before, amount(facts), after, " (", *publishers(fact.quote for fact in facts)]
    if len({clean_text(fact.speaker or "") for fact in facts}) == 1 and (said := speaker(facts[0])):
        parts += [", citing ", said]
    return [part for part in [*parts, ")"] if part]


def tell_sureness(view: IncidentView) -> list[Sentence]:
    """How many articles and independent publishers, how good the sources are, and who states what."""
    articles = len({report.article_id for report in view.reports})
    grades = sorted({report.reliability for report in view.reports if report.reliability in tuple("ABCDEF")})
    confidence = next(word for least, word in _CONFIDENCE if view.confidence >= least)
    parts: list[Part] = [
        "how sure: ",
        count(articles),
        " article" if articles == 1 else " articles",
        ", ",
        count(view.independent_reports),
        " independent",
    ]
    if grades:
        parts += ["; best source graded ", Slot(kind="grade", text=grades[0], ledger=grades[0])]
    return [sentence(*parts, f"; confidence {confidence}."), *tell_gradings(view)]


def tell_gradings(view: IncidentView, only: str | None = None) -> list[Sentence]:
    """Who states it outright, who attributes it to whom, and who denies it; `only` one grade, if given."""
    facts = [fact for fact in view.facts if fact.field == "factuality" and only in (None, fact.value)]
    told = []
    stated = [fact.quote for fact in facts if fact.value == "asserted"]
    if stated:
        told.append(sentence("stated outright by ", *publishers(stated), "."))
    for value, words, alone in (
        ("attributed", " attributes it to ", "attributed to a source by "),
        ("denied", " reports a denial by ", "denied, according to "),
    ):
        anonymous = []
        seen: set[str] = set()
        for fact in facts:
            if fact.value != value:
                continue
            said = speaker(fact)
            if said:
                if said.text.casefold() not in seen and len(seen) < 3:
                    told.append(sentence(publisher(fact.quote), words, said, "."))
                seen.add(said.text.casefold())
            else:
                anonymous.append(fact.quote)
        if anonymous and not seen:
            told.append(sentence(alone, *publishers(anonymous), "."))
    for value in ("threatened", "planned", "foiled", "hypothetical", "recommended", "exercise", "historical"):
        quotes = [fact.quote for fact in facts if fact.value == value]
        if quotes:
            word = "history" if value == "historical" else value
            told.append(sentence(f"told as {word} by ", *publishers(quotes), "."))
    return told


def tell_further_reports(reports: Sequence[IncidentReport]) -> Sentence:
    """How many articles were added since the last briefing."""
    number = len({report.article_id for report in reports})
    return sentence(count(number), f" further {'article' if number == 1 else 'articles'} since the last briefing.")


def tell_note(note: Note, characters: int) -> Sentence:
    """A policy or market development in its article's own words."""
    words = shorten(clean_text(note.quote.sentence), characters)
    return sentence("“", Slot(kind="quote", text=words, cites=(note.quote,)), "” (", publisher(note.quote), ")")


def tell_open(view: IncidentView) -> Sentence:
    """When it happened and how many articles tell it, for the list of what is still open."""
    day = date_slot(view)
    parts: list[Part] = ["since " if view.status == "ongoing" else "", day] if day else []
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
