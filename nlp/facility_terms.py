"""Facilities that have no entry in the gazetteer: a head noun with what stands before it gives the type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.facility_table import Bare, Row, rows_of
from nlp.records import FacilityType
from nlp.text import words

_MAX_LEFT = 7
_FUNCTION = frozenset(
    "the a an this that these those its their his her our your my of in on at to by for with from near off into onto "
    "after "
    "before during over under against between through across along outside inside beyond than as is are was were be "
    "been "
    "being has have had do does did will would could should may might must can not no who which what when where while "
    "if "
    "but so yet also both either neither said says it he she they we you i there here then".split()
)
_FLOATING_EXCLUDES = frozenset(
    "water sewage wastewater data sales drinking ammonia chlorine acid milk wine grain molasses nitrogen beer slurry "
    "fertiliser fertilizer".split()
)
# What may follow a facility and still mean the place itself, not something else that it qualifies.
_PRIORITY: tuple[FacilityType, ...] = (
    "nuclear_plant",
    "hydro_dam",
    "lng_terminal",
    "petrochemical_plant",
    "wind_or_solar",
)


@dataclass(frozen=True, slots=True)
class TypedFacility:
    """A facility without a known name; `head` is the offset of its noun, `bare` how far it can stand alone."""

    start: int
    end: int
    head: int
    text: str
    facility_type: FacilityType
    noun: str
    bare: Bare
    qualified: bool
    plural: bool
    definite: bool
    proper: str = ""  # the capitalised words before it, where there are any: "Kremenchuk" in "Kremenchuk oil refinery"
    members: tuple[
        tuple[int, int, str], ...
    ] = ()  # of a list ("the Tuapse, Afipsky and Ilsky refineries"): spans and names


def find_typed_facilities(text: str) -> list[TypedFacility]:
    """Typed facilities in a text, in order and without overlap; linear in the words."""
    tokens = [_bare(m.group(), m.start(), m.end()) for m in words(text)]
    found: list[TypedFacility] = []
    for index in range(len(tokens)):
        facility = _at(text, tokens, index)
        if facility is None:
            continue
        if found and found[-1].end > facility.start:
            if facility.noun in _GROUNDS and found[-1].qualified and facility.facility_type != found[-1].facility_type:
                continue  # "a gas pipeline site", "the power plant building site": the works, not the ground
            # "oil pipeline operator", "power station turbine": the last head is what the phrase names.
            if facility.qualified or facility.bare == "yes":
                found.pop()
            else:
                continue
        found.append(facility)
    return found


def _bare(word: str, start: int, end: int) -> tuple[str, int, int]:
    """A word without its possessive ending."""
    if word.endswith(("'s", "’s", "'S")):
        return word[:-2], start, end - 2
    return word, start, end


def _at(text: str, tokens: Sequence[tuple[str, int, int]], index: int) -> TypedFacility | None:
    word, start, end = tokens[index]
    lower = word.lower()
    head, rows = rows_of(lower)
    if rows is None:
        return None
    modifiers = _modifiers(text, tokens, index)
    names = [tokens[k][0].lower() for k in modifiers]
    exclude = frozenset().union(*(row.exclude for row in rows))
    if names and (
        names[0] in exclude or f"{names[1]}-{names[0]}" in exclude if len(names) > 1 else names[0] in exclude
    ):
        return None
    if any(n in _FLOATING_EXCLUDES and n in exclude for n in names[:3]):
        return None
    if not modifiers and _left_word(text, tokens, index) in exclude:
        return None
    if head == "station" and names[:1] == ["gas"]:
        return None
    row, used = _choose(rows, names)
    if (row is None or row.bare in ("coref", "context")) and head in _CARRIERS and _LADEN.match(text, end):
        row, used = Row(frozenset(), _CARRIERS[head], "yes", frozenset()), 0
    if row is None:
        return None
    qualified = bool(used)
    first = modifiers[used - 1] if used else index
    kind = row.facility_type
    if used and kind == "gas_processing" and {"oil", "gas"} <= set(names[:used]) and head != "plant":
        kind = "other"
    proper = _proper_words(text, tokens, modifiers, used)
    members = _members(text, tokens[first][1], head) if proper and lower != head else ()
    if not members and head in _SHIPS and lower != head:
        members = _ship_list(text, end)
    begin = min([tokens[proper[-1] if proper else first][1], *(m[0] for m in members)])
    before = text[max(0, begin - 6) : begin].lower()
    proper_name = "" if members else " ".join(tokens[k][0] for k in reversed(proper))
    ship = head in _SHIPS and lower == head and not (members or text.isupper())
    if ship and (name := _SHIP_NAME.match(text, end)) is not None:
        proper_name, end = name[1], name.end(1)
    return TypedFacility(
        start=begin,
        end=end,
        head=start,
        text=text[begin:end],
        facility_type=kind,
        noun=head,
        bare="yes" if qualified else row.bare,
        qualified=qualified,
        plural=lower != head,
        definite=bool(re.search(r"\b(?:the|this|that|its|'s) $", before)),
        proper=proper_name,
        members=members,
    )


_GROUNDS = frozenset("site complex facility installation infrastructure yard target object asset".split())

# A ship or vehicle is known by what it carries, told behind it: "a barge loaded with fuel oil".
_LADEN = re.compile(
    r"\s+(?:carrying|hauling|transporting|(?:fully )?(?:loaded|laden|filled) with|full of|with a cargo of)\s+"
    r"(?:[\w.,%-]+\s+){0,6}?(?:of\s+)?(?:crude|fuel oil|fuel|gas ?oil|diesel|petrol|gasoline|kerosene|jet fuel|naphtha|"
    r"lpg|lng|propane|butane|petroleum|condensate|bitumen|(?<!cooking )(?<!palm )(?<!olive )oil)\b",
    re.IGNORECASE,
)
_CARRIERS: dict[str, FacilityType] = {
    "barge": "tanker", "vessel": "tanker", "ship": "tanker", "boat": "tanker", "lighter": "tanker",
    "truck": "other", "lorry": "other", "train": "other", "wagon": "other", "railcar": "other", "trailer": "other",
}  # fmt: skip
_SHIPS = frozenset("tanker supertanker vlcc suezmax aframax carrier fpso fso fsru drillship rig".split())
_SHIP_NAME = re.compile(
    r"\s+[\"']?((?!On\b|In\b|At\b|The\b|Off\b|Near\b)(?:[A-Z][\w’'-]+)(?:\s(?:[A-Z][\w’'-]+|[IVX]+|\d{1,3}))"
    r"{0,3})[\"']?(?=[\s,.;)]|$)"
)


_SHIP_WORDS = r"[A-Z][\w’'-]+(?:\s(?:[A-Z][\w’'-]+|[IVX]+|\d{1,3}\b))*"
_SHIPS_NAMED = re.compile(rf"\s+({_SHIP_WORDS}(?:,\s{_SHIP_WORDS})*,?\s+and\s+{_SHIP_WORDS})")


def _ship_list(text: str, start: int) -> tuple[tuple[int, int, str], ...]:
    """The names in "tankers Blue Star, Al Noor and Maria", each with its span; nothing where there is no list."""
    match = _SHIPS_NAMED.match(text, start)
    if match is None or text.isupper():
        return ()
    return tuple(
        (match.start(1) + m.start(), match.start(1) + m.end(), m.group()) for m in re.finditer(_SHIP_WORDS, match[1])
    )


_LIST = re.compile(
    r"(?:[A-Z][\w’'-]+(?:\s[A-Z0-9][\w’'-]*){0,3})(?:\s*,\s*[A-Z][\w’'-]+(?:\s[A-Z0-9][\w’'-]*){0,3})*,?"
    r"\s+and\s+[A-Z][\w’'-]+(?:\s[A-Z0-9][\w’'-]*){0,3}\s+$"
)


def _members(text: str, stop: int, head: str) -> tuple[tuple[int, int, str], ...]:
    """The names of "A, B and C refineries", each with its span; nothing where there is no list."""
    offset = max(0, stop - 160)
    match = _LIST.search(text[offset:stop])
    if match is None:
        return ()
    found = []
    for name in re.finditer(r"[A-Z][\w’'-]+(?:\s[A-Z0-9][\w’'-]*){0,3}", match.group()):
        begin = offset + match.start() + name.start()
        words_in = name.group()
        if words_in.lower() in _SENTENCE_OPENERS or words_in.split()[0].lower() in _FUNCTION:
            continue
        found.append((begin, begin + len(words_in), f"{words_in} {head}"))
    return tuple(found) if len(found) > 1 else ()


def _left_word(text: str, tokens: Sequence[tuple[str, int, int]], index: int) -> str:
    return (
        tokens[index - 1][0].lower()
        if index and text[tokens[index - 1][2] : tokens[index][1]].strip() in ("", "-")
        else ""
    )


def _modifiers(text: str, tokens: Sequence[tuple[str, int, int]], index: int) -> list[int]:
    """Indexes of the words before a head that belong to its phrase, nearest first."""
    found: list[int] = []
    position = index
    while position > 0 and len(found) < _MAX_LEFT:
        gap = text[tokens[position - 1][2] : tokens[position][1]]
        if gap.strip() not in ("", "-", "/", "–", "&", "'s"):
            break
        word = tokens[position - 1][0].lower()
        if gap.strip() == "'s":
            # "Russia's oil depot" is a phrase of its own; the owner is no qualifier.
            break
        if word in ("and", "or"):
            # "oil and gas pipelines", but not "a depot and three ammunition warehouses".
            if position < 2 or text[tokens[position - 2][2] : tokens[position - 1][1]].strip() or position == index:
                break
            pair = (tokens[position][0], tokens[position - 2][0])
            if not all(w.lower() in _JOINABLE for w in pair) and not all(w[0].isupper() for w in pair):
                break
            position -= 1
            continue
        if word in _FUNCTION:
            break
        found.append(position - 1)
        position -= 1
    return found


def _choose(rows: Sequence[Row], names: Sequence[str]) -> tuple[Row | None, int]:
    """The row for these modifiers, and how many of them it reaches (0: the head alone)."""
    best: tuple[int, int, Row] | None = None
    for row in rows:
        if not row.qualifiers:
            continue
        for distance, name in enumerate(names):
            parts = {name, *name.split("-")} if "-" in name and not name.endswith("fired") else {name}
            if distance + 1 < len(names):
                parts.add(f"{names[distance + 1]}-{name}")
            if parts & row.qualifiers:
                rank = (
                    0
                    if row.facility_type in _PRIORITY
                    or (row.facility_type.endswith("pipeline") and name not in ("pipe", "steel", "inch"))
                    else 2
                    if row.facility_type == "other"
                    else 1
                )
                if best is None or (rank, distance) < best[:2]:
                    best = (rank, distance, row)
                break
    if best is not None:
        return best[2], _reach(rows, names, best[1])
    bare = next((row for row in rows if not row.qualifiers), None)
    if bare is None:
        bare = next((row for row in rows if row.bare == "yes"), None)
    if bare is None or bare.bare == "no":
        return None, 0
    used = 0
    if bare.bare == "yes":
        while used < len(names) and (names[used] in _DESCRIPTORS or names[used].replace(".", "").isdigit()):
            used += 1
    return bare, used


def _reach(rows: Sequence[Row], names: Sequence[str], distance: int) -> int:
    """How far left the qualifiers go: in "crude oil export terminal" three words belong to the phrase."""
    known = frozenset().union(*(row.qualifiers for row in rows)) | {
        "natural",
        "crude",
        "oil",
        "gas",
        "kv",
        "largest",
        "main",
        "major",
    }
    last = distance
    while last + 1 < len(names) and (names[last + 1] in known or names[last + 1].replace(".", "").isdigit()):
        last += 1
    return last + 1


def _proper_words(text: str, tokens: Sequence[tuple[str, int, int]], modifiers: Sequence[int], used: int) -> list[int]:
    """Capitalised words that stand directly before the qualifiers, nearest first."""
    found: list[int] = []
    expected = (modifiers[used - 1] if used else modifiers[0] + 1 if modifiers else 0) - 1
    for k in modifiers[used:]:
        if k != expected:
            # "the Onagawa plant and Tokyo Electric Power Company": what stands before "and" is another's name.
            break
        expected = k - 1
        word = tokens[k][0]
        if not (word[0].isupper() or (found and word[0].isdigit())) or (
            word.isupper() and len(word) > 4 and text.isupper()
        ):
            break
        if word.lower() in _FUNCTION or (k == 0 and word.lower() in _SENTENCE_OPENERS):
            break
        found.append(k)
        if len(found) == 5:
            break
    while found and tokens[found[-1]][0][0].isdigit():
        found.pop()
    return found


_JOINABLE = frozenset(
    "oil gas crude water power energy fuel petroleum lng lpg product products diesel gasoline petrol nuclear thermal "
    "hydro solar wind storage loading export "
    "electricity coal transmission distribution heat petrochemical refining chemical natural".split()
)
_DESCRIPTORS = frozenset(
    "oil gas crude chemical product products lng lpg fuel petroleum vlcc laden supertanker high-voltage voltage kv "
    "power "
    "electricity electrical electric transmission nuclear shadow-fleet shuttle".split()
)
_SENTENCE_OPENERS = frozenset(
    "massive huge large small major several many two three four five six some multiple new old another more big "
    "deadly fierce "
    "explosions explosion fire fires drones drone missiles russian ukrainian suspected crude natural".split()
)
