"""The line over an item: which facility, where, and what happened, in one form for all."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from reports.covering import narrowed
from reports.read_names import is_telling, says_name, tokens_of
from reports.records import LEDGER_MARK, Sentence, Slot, SlotKind
from reports.slots import (
    Part,
    count,
    country_parts,
    event_slot,
    facility_parts,
    listed,
    name_text,
    place_parts,
    sentence,
    surface,
)
from reports.text import clean_text
from reports.words import kind_phrase, with_article
from store.records import IncidentView

_NAMES_SHOWN = 3
NAMES: frozenset[SlotKind] = frozenset({"facility", "place", "country", "date", "event"})  # one note of each is enough
_NEAR = re.compile(r"(?i)\b(?:(near|outside|off)|close (?:to|by)|not far from) (?:the )?(?:[\w’'-]+ (?:of|in) )?$")
# Words for a kind of facility or its state that read_names takes for telling; in a headline they have capitals too.
_COMMON = frozenset(
    """control systems seized damaged mooring moorings pylon pylons tower towers high-voltage high voltage low
    transmission tanks tank farm units train trains well wells rig rigs jetty jetties berth berths buoy buoys dock docks
    electricity electric water rail road bridge train loading single point cables lines substations refineries stations
    valve valves gasket gaskets weld welds flange flanges seal seals pipe pipes tubing fitting fittings meter meters
    regulator regulators tap taps bolt bolts hose hoses vessel vessels inch one two three several main mains balance
    header headers manifold trap traps scraper pig launcher receiver relief check block gate ball suction discharge
    plants terminals fields stricken burning struck attacked major key big huge large small local""".split()
)


def tell_heading(view: IncidentView, *, echoed: bool = False, narrow: bool = True) -> Sentence:
    """Facility, place and country, then what happened: "Gas pipeline near Kashmore, Pakistan: bomb attack".

    `echoed`: the sentence under it names the same again, so that the ledger's marks can stand there alone.
    `narrow`: keeps few notes; a line that goes on with figures keeps all until it has its figures.
    """
    parts = _subject(view)
    where = where_parts(view, ", " if parts else "", frozenset())
    if not where and not parts:
        return sentence(_plain(event_slot(view)))
    parts = [*parts, *where]
    if echoed:
        parts = [part for part in parts if part != LEDGER_MARK]
    told = sentence(*parts, ": ", _plain(event_slot(view, lower=True)))
    told = narrowed(told, lambda slot: slot.kind in NAMES) if narrow else told
    return replace(told, echoed=echoed)


def _plain(slot: Slot) -> Slot:
    """Without words of its own: a heading's stand under it."""
    return replace(slot, facts=())


def _subject(view: IncidentView) -> list[Part]:
    named = named_facilities(view)
    if named:
        together = _together(view, named)
        if together:
            return together
        shown = [_short(facility_parts(view, index)) for index in named[:2]]
        if len(named) > 2:
            return [*listed(shown, last=", "), " and ", count(len(named) - 2), " more"]
        return listed(shown)
    unnamed = unnamed_facility(view)
    if unnamed:
        return [replace(unnamed, text=unnamed.text[:1].upper() + unnamed.text[1:])]
    kind = re.sub(r"^(?:an?|the) ", "", kind_phrase(view.facility_type))
    return [kind[:1].upper() + kind[1:]] if kind else []


def _short(parts: list[Part]) -> list[Part]:
    """A facility without the other name that its article uses; the sentence under the heading has it."""
    return parts[:2] if len(parts) > 2 else parts


def _together(view: IncidentView, named: list[int]) -> list[Part]:
    """Several facilities of one kind: "Slavyansk, Afipsky and Ilsky refineries"; nothing where that cannot be said."""
    kinds = {view.facilities[index].rpartition(" ")[2] for index in named}
    kind = kinds.pop() if len(kinds) == 1 else ""
    if len(named) < 2 or not kind.islower():
        return []
    shown: list[list[Part]] = []
    for index in named[:_NAMES_SHOWN]:
        first, *rest = _short(facility_parts(view, index))
        if not isinstance(first, Slot) or not first.text.endswith(f" {kind}"):
            return []
        shown.append([replace(first, text=first.text.removesuffix(f" {kind}")), *rest])
    plural = kind[:-1] + "ies" if kind.endswith("y") else kind + "s"
    more = len(named) - len(shown)
    if more:
        return [*listed(shown, last=", "), " and ", count(more), f" other {plural}"]
    return [*listed(shown), f" {plural}"]


def named_facilities(view: IncidentView) -> list[int]:
    """The indexes of the facilities with a name of their own: not "the pipeline" nor "a seized tanker"."""
    known = len(view.facility_ids) == len(view.facilities)
    return [index for index, name in enumerate(view.facilities) if known or _is_name(view, name)]


def _is_name(view: IncidentView, name: str) -> bool:
    words = clean_text(name).split()
    proper = [
        word for word in words
        if (word[0].isupper() or word[0].isdigit()) and is_telling(word) and not set(tokens_of(word)) <= _COMMON
    ]  # fmt: skip
    if not proper:
        return False
    # A capital that only begins a sentence or a headline is none.
    lowered = re.compile(rf"(?<!\w){re.escape(proper[0][0].lower() + proper[0][1:])}(?!\w)")
    return not (len(proper) == 1 and any(lowered.search(fact.quote.sentence) for fact in view.facts))


def unnamed_facility(view: IncidentView) -> Slot | None:
    """The facility in the words used of it, "high-voltage substation", where it has no name and they say something."""
    for name in view.facilities:
        facts = [fact for fact in view.facts if fact.field == "facility" and fact.value == name]
        for fact in sorted(facts, key=lambda fact: not says_name(surface(fact), name)):
            said = surface(fact)
            if 0 < len(said) <= 60 and _says_kind(said):
                proper = any(word[:1].isupper() for word in said.split()[1:]) and not said.isupper()
                plain = said.lower() if said.isupper() else said if proper else said[:1].lower() + said[1:]
                return Slot(kind="facility", text=plain, facts=(fact,), ledger=name_text(name))
    return None


def _says_kind(words: str) -> bool:
    """Whether the words say more than "site" or "line"."""
    return len(words.split()) > 1 or is_telling(words)


def where_parts(view: IncidentView, before: str, without: Collection[SlotKind]) -> list[Part]:
    """Place and country after `before` (" in ", or ", " in a heading), or after "near" where the words say so."""
    parts: list[Part] = []
    place = place_parts(view) if view.place and "place" not in without else None
    named = " ".join(view.facilities[:2]).casefold()
    if place and view.place and not any(name.casefold() in named for name in (view.place, _text(place[0]))):
        near = _nearness(view)
        lead = f" {near} " if near else before
        article = with_article(_text(place[0])) if lead[:1] == " " else ""
        parts += [lead if before else lead.lstrip(), article, *place]
    if view.country and "country" not in without:
        naming = [fact.quote for fact in view.facts if fact.field in ("place", "country", "facility", "factuality")]
        country = country_parts(view.country, naming)
        if not (place and _text(place[0]) == _text(country[0])):
            article = with_article(_text(country[0])) if not parts and before == " in " else ""
            parts += [", " if parts else before, article, *country]
    return [part for part in parts if part]


def _nearness(view: IncidentView) -> str:
    """ "near" or the like where the words that give the place say so; empty otherwise."""
    said = set()
    for fact in view.facts:
        if fact.field == "place" and fact.value == view.place and fact.value_start is not None:
            found = _NEAR.search(fact.quote.sentence[: max(0, fact.value_start - fact.quote.start)])
            said.add((found.group(1) or "near").lower() if found else "")
    return min(said - {""}, default="")


def _text(part: Part) -> str:
    return part if isinstance(part, str) else part.text
