"""Policy and market in brief: what is told but is no incident on a facility; each note understood by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import pycountry

from reports.countries import country_forms, country_name
from reports.desk import Desk
from reports.records import BriefingSettings, Group, Item, Section, Sentence
from reports.sentences import tell_note
from reports.text import clean_text
from reports.words import MONTHS, TYPE_NOUNS
from store.records import Note, Quote

_ATTACHED = 2  # notes under one incident
# Words at the beginning that point at something said before; a sentence that begins so says little alone.
_POINTING = re.compile(
    r"(?i)(?:he|she|it|they|we|his|her|its|their|this|that|these|those|such|both|another|others?"
    r"|some of (?:the|them)|but|and|so|however|meanwhile|instead|separately|earlier|later|still|then|there|also"
    r"|according to (?:him|her|them))\b"
)
# "The command has arrested ...": a common noun that stood with its name in a sentence before.
_DEFINITE = re.compile(r"The (?:[a-z][\w’'-]*\s+){1,3}")
_POINTED = re.compile(r"(?i)\bon the (?:news|announcement|report|incident|attack)\b|\bafter the (?:attack|incident)\b")
_DATES = frozenset({*MONTHS, *"Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()})
_AT_FIRST = frozenset({"OPEC", "Brent", "NATO", "Brussels", "Parliament"})  # names though they begin a sentence
_NAME = re.compile(r"\b[A-Z][\w’'&-]*[A-Za-z]\b|\b[A-Z]{2,}\b|\b[A-Z]\.[A-Z]\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNotes:
    """The section, what was put under incidents told above, and the best notes in their order."""

    section: Section
    attached: Mapping[str, tuple[Sentence, ...]]
    best: tuple[Sentence, ...]


def tell_notes(
    desk: Desk, notes: Sequence[Note], settings: BriefingSettings, told: Mapping[str, str] | None = None
) -> ToldNotes:
    """Sanctions, diplomacy and markets in their articles' own words, one a story, the most told and relevant first.

    `told` gives the incident under which each incident of the briefing stands: a note of an article that tells one, or
    follows it up, stands with it. One of an article about another incident, known before, is left out unless its words
    say by themselves what they speak of.
    """
    in_story: Counter[str | None] = Counter(note.story_id for note in notes)
    ranked = sorted(notes, key=lambda note: _rank(note, in_story))
    attached: dict[str, list[Sentence]] = {}
    groups: dict[str, list[Item]] = {}
    best: list[tuple[bool, Sentence]] = []  # courts and talks after measures and prices
    seen: set[str] = set()
    for note in ranked:
        quote = choose_words(note)
        own = next((told[one] for one in (*note.tells, note.follows) if told and one is not None and one in told), None)
        if own is None and note.tells and (quote is None or quote.where == "title"):
            continue
        quote = note.quote if own is not None or quote is None else quote
        keys = {clean_text(quote.sentence).casefold(), f"story {note.story_id}" if note.story_id else ""} - {""}
        if keys & seen:
            continue
        if own is not None and note.event_type == "legal_diplomatic" and note.tells:
            continue  # its arrests, charges and statements are told of the incident itself
        line = tell_note(replace(note, quote=quote), settings.quote_characters)
        if own is not None:
            if len(attached.get(own, ())) < _ATTACHED and desk.passes(also := _also(line), "a note", own):
                attached.setdefault(own, []).append(also)
                seen |= keys
            continue
        if desk.passes(line, "a note", None):
            seen |= keys
            item = Item(id="", heading=None, sentences=(line,), tag=_note_tag(note))
            groups.setdefault(note.event_type, []).append(item)
            if not item.tag:
                best.append((note.event_type == "legal_diplomatic", line))
    shown = settings.notes_per_type
    return ToldNotes(
        section=Section(
            key="notes",
            title="Policy and market in brief",
            groups=tuple(
                Group(title=TYPE_NOUNS[kind], items=tuple(groups[kind][:shown]))
                for kind in ("sanction", "legal_diplomatic", "market")
                if kind in groups
            ),
            more=sum(max(0, len(items) - shown) for items in groups.values()),
            empty="Nothing reported.",
        ),
        attached={incident_id: tuple(lines) for incident_id, lines in attached.items()},
        best=tuple(line for _, line in sorted(best, key=lambda pair: pair[0])),
    )


def choose_words(note: Note) -> Quote | None:
    """The sentence that tells the note where it can be understood alone, else the title, else the lead; else none."""
    if stands_alone(note.quote.sentence):
        return note.quote
    for quote in (note.title, note.lead):
        if quote is not None and (quote.where == "title" or stands_alone(quote.sentence)) and quote.sentence.strip():
            return quote
    return None if note.title is not None or note.lead is not None else note.quote


def stands_alone(words: str) -> bool:
    """Whether a sentence names what it speaks of and does not point at something said before."""
    text = clean_text(words)
    if _POINTING.match(text) or _DEFINITE.match(text) or _POINTED.search(text):
        return False
    first = next(iter(re.findall(r"[\w’'-]+", text)), "")
    rest = text[text.find(first) + len(first) :]
    names = [name for name in _NAME.findall(rest) if name not in _DATES]
    return bool(names) or first in _country_words() or first in _AT_FIRST


@cache
def _country_words() -> frozenset[str]:
    names = (country_name(country.alpha_2) for country in pycountry.countries)
    return frozenset(form for name in names for form in country_forms(name))


def _also(line: Sentence) -> Sentence:
    return replace(line, text=f"Also reported: {line.text}.")


def _rank(note: Note, in_story: Counter[str | None]) -> tuple[float, float, float, str, int]:
    published = note.quote.published_at
    told = in_story[note.story_id] if note.story_id is not None else 1
    relevance = round(note.relevance, 1) if note.relevance is not None else 0.5
    return (-told, -relevance, -published.timestamp() if published else 0.0, note.quote.article_id, note.quote.start)


def _note_tag(note: Note) -> str:
    plain = note.factuality in ("asserted", "attributed")
    return "" if plain else note.factuality.capitalize()
