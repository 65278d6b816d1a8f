"""The trigger lexicon as data, and the linear scan that finds its forms in a text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from nlp.records import EventType, FacilityType, Mode
from nlp.text import words

PartOfSpeech = Literal["verb", "noun", "adj"]
Strength = Literal["strong", "medium", "weak", "topic"]
Slot = Literal["object", "subject", "both", "any"]

_MAX_GAP = 5  # words that may stand in "set the depot on fire"

_IRREGULAR: dict[str, tuple[str, ...]] = {
    "strike": ("strikes", "struck", "striking", "stricken"),
    "hit": ("hits", "hit", "hitting"),
    "blow": ("blows", "blew", "blown", "blowing"),
    "shoot": ("shoots", "shot", "shooting"),
    "set": ("sets", "set", "setting"),
    "cut": ("cuts", "cut", "cutting"),
    "shut": ("shuts", "shut", "shutting"),
    "burst": ("bursts", "burst", "bursting"),
    "break": ("breaks", "broke", "broken", "breaking"),
    "sink": ("sinks", "sank", "sunk", "sinking"),
    "steal": ("steals", "stole", "stolen", "stealing"),
    "lose": ("loses", "lost", "losing"),
    "take": ("takes", "took", "taken", "taking"),
    "go": ("goes", "went", "gone", "going"),
    "catch": ("catches", "caught", "catching"),
    "burn": ("burns", "burned", "burnt", "burning"),
    "leak": ("leaks", "leaked", "leaking"),
    "spill": ("spills", "spilled", "spilt", "spilling"),
    "overrun": ("overruns", "overran", "overrunning"),
    "fall": ("falls", "fell", "fallen", "falling"),
    "rise": ("rises", "rose", "risen", "rising"),
    "send": ("sends", "sent", "sending"),
    "see": ("sees", "saw", "seen", "seeing"),
    "saw": ("saws", "sawed", "sawn", "sawing"),
    "freeze": ("freezes", "froze", "frozen", "freezing"),
    "run": ("runs", "ran", "running"),
    "slide": ("slides", "slid", "sliding"),
    "hijack": ("hijacks", "hijacked", "hijacking"),
    "land": ("lands", "landed", "landing"),
    "walk": ("walks", "walked", "walking"),
    "fire": ("fires", "fired", "firing"),
    "rob": ("robs", "robbed", "robbing"),
    "trip": ("trips", "tripped", "tripping"),
    "rocket": ("rockets", "rocketed"),
    "target": ("targets", "targeted", "targeting", "targetted"),
    "drag": ("drags", "dragged", "dragging"),
    "plan": ("plans", "planned", "planning"),
    "slip": ("slips", "slipped", "slipping"),
    "drop": ("drops", "dropped", "dropping"),
    "stop": ("stops", "stopped", "stopping"),
    "ban": ("bans", "banned", "banning"),
    "overfill": ("overfills", "overfilled", "overfilling"),
    "kidnap": ("kidnaps", "kidnapped", "kidnaped", "kidnapping"),
    "flames": ("flame",),
    "talks": (),
    "machine-gun": ("machine-guns", "machine-gunned", "machine-gunning"),
    "gun": ("guns", "gunned", "gunning"),
    "snag": ("snags", "snagged", "snagging"),
    "strip": ("strips", "stripped", "stripping"),
    "black": ("blacks", "blacked", "blacking"),
    "rip": ("rips", "ripped", "ripping"),
    "ram": ("rams", "rammed", "ramming"),
    "dig": ("digs", "dug", "digging"),
    "throw": ("throws", "threw", "thrown", "throwing"),
    "sweep": ("sweeps", "swept", "sweeping"),
    "tear": ("tears", "tore", "torn", "tearing"),
    "shake": ("shakes", "shook", "shaken", "shaking"),
    "sue": ("sues", "sued", "suing"),
    "derated": (),
    "hacking": (),
    "bring": ("brings", "brought", "bringing"),
    "snap": ("snaps", "snapped", "snapping"),
    "give": ("gives", "gave", "given", "giving"),
    "trap": ("traps", "trapped", "trapping"),
    "grind": ("grinds", "ground", "grinding"),
    "put": ("puts", "put", "putting"),
    "leave": ("leaves", "left", "leaving"),
    "fell": ("fells", "felled", "felling"),
    "lie": ("lies", "lay", "lain", "lying"),
    "flee": ("flees", "fled", "fleeing"),
    "draw": ("draws", "drew", "drawn", "drawing"),
    "retake": ("retakes", "retook", "retaken", "retaking"),
    "come": ("comes", "came", "coming"),
    "stand": ("stands", "stood", "standing"),
    "overcome": ("overcomes", "overcame", "overcoming"),
    "bury": ("buries", "buried", "burying"),
    "keep": ("keeps", "kept", "keeping"),
    "split": ("splits", "split", "splitting"),
    "get": ("gets", "got", "gotten", "getting"),
    "sit": ("sits", "sat", "sitting"),
    "melt": ("melts", "melted", "molten", "melting"),
    "hold": ("holds", "held", "holding"),
    "hang": ("hangs", "hung", "hanging"),
    "make": ("makes", "made", "making"),
    "scram": ("scrams", "scrammed", "scramming"),
    "jam": ("jams", "jammed", "jamming"),
    "shed": ("sheds", "shed", "shedding"),
    "load-shed": ("load-sheds", "load-shed", "load-shedding"),
    "free": ("frees", "freed", "freeing"),
    "dip": ("dips", "dipped", "dipping"),
    "flooding": (),
    "lightning": (),
    "jellyfish": (),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One sense of one trigger; `only` and `unless` name words that the sentence must or must not hold."""

    phrase: str
    pos: PartOfSpeech
    event_type: EventType
    modes: tuple[Mode, ...]
    strength: Strength
    slot: Slot
    implies: FacilityType | None
    only: frozenset[str]
    unless: frozenset[str]
    grade: str = ""  # of prospects.csv: a factuality, "unreal" (told as no happening only) or "weapon"

    def fits(self, vocabulary: frozenset[str] | set[str]) -> bool:
        """Whether the words of the sentence allow this sense."""
        if self.only and not (self.only & vocabulary):
            return False
        return not (self.unless & vocabulary)


@dataclass(frozen=True, slots=True)
class TriggerMatch:
    """A form of a trigger: offsets of the whole, the offset of the word that carries it, and its possible senses."""

    start: int
    end: int
    head: int
    text: str
    entries: tuple[Entry, ...]  # longest phrase first
    spans: tuple[tuple[int, int, int], ...]  # start, end and head of each entry's words

    def fitting(self, vocabulary: set[str]) -> TriggerMatch | None:
        """The match with the senses that the words of the sentence allow; None where there is none."""
        own = {m.group().lower() for m in words(self.text)}
        kept = [k for k, e in enumerate(self.entries) if e.fits(vocabulary - own if e.unless & own else vocabulary)]
        return self.only(kept) if kept else None

    def only(self, kept: Sequence[int]) -> TriggerMatch:
        """The match with some of its senses, in the extent of the first of them."""
        start, end, head = self.spans[kept[0]]
        text = self.text[start - self.start : end - self.start]
        return TriggerMatch(
            start, end, head, text, tuple(self.entries[k] for k in kept), tuple(self.spans[k] for k in kept)
        )


@dataclass(frozen=True, slots=True)
class _Form:
    rest: tuple[str, ...]  # the words after the first
    gap: bool
    entry: Entry


_DOUBLING = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")  # tap, rob, rip: one syllable, one vowel, one consonant


def inflect(word: str, pos: str) -> tuple[str, ...]:
    """The regular and irregular written forms of a lemma."""
    if word in _IRREGULAR and (pos == "verb" or not _IRREGULAR[word]):
        return (word, *_IRREGULAR[word])
    if pos == "adj":
        return (word,)
    plural = word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")
    if word.endswith("y") and word[-2] not in "aeiou":
        plural = word[:-1] + "ies"
    if pos == "noun":
        return (word, plural)
    if word.endswith("e"):
        past, gerund = word + "d", word[:-1] + "ing"
    elif word.endswith("y") and word[-2] not in "aeiou":
        past, gerund = word[:-1] + "ied", word + "ing"
    elif _DOUBLING.fullmatch(word):
        past, gerund = word + word[-1] + "ed", word + word[-1] + "ing"
    else:
        past, gerund = word + "ed", word + "ing"
    return (word, plural, past, gerund)


@lru_cache(maxsize=1)
def load_triggers() -> tuple[Entry, ...]:
    """The senses in triggers.csv, then those in prospects.csv that tell of what has not happened, in file order."""
    entries = []
    for name in ("triggers.csv", "prospects.csv"):
        with files("nlp").joinpath(name).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                entries.append(
                    Entry(
                        phrase=row["phrase"],
                        pos=cast(PartOfSpeech, row["pos"]),
                        event_type=cast(EventType, row["event_type"]),
                        modes=cast("tuple[Mode, ...]", _listed(row["modes"])),
                        strength=cast(Strength, row["strength"]),
                        slot=cast(Slot, row["slot"]),
                        implies=cast("FacilityType | None", row["implies"] or None),
                        only=frozenset(_listed(row["only"])),
                        unless=frozenset(_listed(row["unless"])),
                        grade=row.get("grade") or "",
                    )
                )
    return tuple(entries)


def _listed(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (cell or "").split("|") if part.strip())


@lru_cache(maxsize=1)
def _forms() -> dict[str, tuple[_Form, ...]]:
    table: dict[str, list[_Form]] = {}
    for entry in load_triggers():
        parts = entry.phrase.split()
        gap = "..." in parts
        parts = [p for p in parts if p != "..."]
        if len(parts) == 1 or entry.pos == "verb":
            for form in inflect(parts[0], entry.pos):
                table.setdefault(form, []).append(_Form(tuple(parts[1:]), gap, entry))
        else:
            for form in inflect(parts[0], entry.pos) if gap else (parts[0],):
                table.setdefault(form, []).append(_Form(tuple(parts[1:]), gap, entry))
    return {key: tuple(sorted(forms, key=lambda f: -len(f.rest))) for key, forms in table.items()}


def trigger_words() -> frozenset[str]:
    """Every first word of a trigger in every form, lower case."""
    return frozenset(_forms())


def find_triggers(text: str) -> list[TriggerMatch]:
    """Trigger forms in a sentence or text, longest first where they overlap; linear in the words."""
    return list(_scan(text))


def _scan(text: str) -> Iterator[TriggerMatch]:
    tokens = [(m.group().lower(), m.start(), m.end()) for m in words(text)]
    forms = _forms()
    covered = -1
    for index, (word, start, end) in enumerate(tokens):
        candidates = forms.get(word)
        if candidates is None and "-" in word:
            # "drone-attack", "bomb-damaged": the last part may carry a trigger of one word.
            tail = word.rsplit("-", 1)[1]
            candidates = tuple(f for f in forms.get(tail, ()) if not f.rest)
            start = end - len(tail) if candidates else start
        if not candidates or index <= covered:
            continue
        found: list[tuple[Entry, tuple[int, int, int]]] = []
        for form in candidates:
            last = _match_rest(tokens, index, form)
            if last is None:
                continue
            # The noun of "power outage" is its last word, the verb of "blow up" its first.
            head = tokens[last][1] if form.entry.pos == "noun" and not form.gap else start
            stop = end if form.gap else tokens[last][2]
            found.append((form.entry, (start, max(stop, end), head)))
            if form.entry.pos == "noun" and not form.gap:
                covered = max(covered, last)
        if found:
            stop = max(span[1] for _, span in found)
            yield TriggerMatch(
                start,
                stop,
                found[0][1][2],
                text[start:stop],
                tuple(e for e, _ in found),
                tuple(span for _, span in found),
            )


def _match_rest(tokens: list[tuple[str, int, int]], index: int, form: _Form) -> int | None:
    if not form.rest:
        return index
    if not form.gap:
        last = index + len(form.rest)
        if last >= len(tokens):
            return None
        for offset, wanted in enumerate(form.rest, 1):
            if not _same(tokens[index + offset][0], wanted):
                return None
        return last
    for begin in range(index + 1, min(len(tokens) - len(form.rest) + 1, index + 2 + _MAX_GAP)):
        if all(_same(tokens[begin + k][0], wanted) for k, wanted in enumerate(form.rest)):
            return begin + len(form.rest) - 1
    return None


def _same(word: str, wanted: str) -> bool:
    return word == wanted or (word.startswith(wanted) and word[len(wanted) :] in ("s", "es", "ed", "ing"))
