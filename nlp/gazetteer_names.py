"""The names under which a facility or a body is looked up, and how much each needs beside it to count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from nlp.facility_heads import VAGUE_HEADS, head_ending, strip_head
from nlp.folding import fold_key, key_variants
from nlp.gazetteer_rows import ActorEntry, Facility, Organisation
from nlp.head_nouns import HEADS, MODIFIERS
from nlp.matching import Kind, NameIndex, Sense, Strength

# Types whose facilities bear names of their own; the others are mostly called after the town beside them.
_OWN_NAMES = frozenset(
    "oil_pipeline gas_pipeline product_pipeline cable transmission_line platform oil_field gas_field chokepoint".split()
)
_SHORT = 6
_WORD = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"\d+[a-z]?|[ivx]+|[a-z]")
# Words that tell one works from another of the same place and so name none: "Plant 1", "Central", "New Solar".
_GENERIC = (
    MODIFIERS
    | {word for head in HEADS for word in head.split()}
    | frozenset(
        "north south east west northern southern eastern western upper lower inner outer middle central centre center "
        "nearby local regional national international federal municipal city town village county district public "
        "private industrial industry general common community rural urban first second third fourth last next one two "
        "three four five unit units phase phases block blocks train stage section segment expansion extension part "
        "area zone site sites location project projects works plant plants power electric electrical energy "
        "generation generating generator solar photovoltaic pv wind hydro hydel hydropower tidal wave biomass biogas "
        "waste landfill geothermal steam turbine diesel gasoil lignite peat chp chpp tpp tes tets gres hpp npp ccgt "
        "ocgt ccpp cogen cogeneration peaker peaking backup emergency standby temporary mobile small medium mini "
        "micro mega great grand little long short high low green blue black white golden silver clean renewable eco "
        "norte sur este oeste nord sud est ouest centro nueva nuevo nova novo usina central centrale planta parque "
        "solaire eolico eolica eolienne termica termoelectrica hidroelectrica unnamed unknown other various no "
        "number and of the a an in at on de la el le les du des do da".split()
    )
)


def is_generic(words: Sequence[str]) -> bool:
    """Whether a folded name says only what a works is, or which of several: "plant 1", "central", "solar park"."""
    return all(word in _GENERIC or _NUMBER.fullmatch(word) for word in words)


def first_words(names: str) -> set[str]:
    """The folded first words of names divided by semicolons: under these a facility waits until a text has one."""
    if names.isascii() and "'" not in names:
        lowered = names.lower()
        if ";" not in lowered:
            found = _WORD.search(lowered)
            return {found.group()} if found else set()
        return {found.group() for name in lowered.split(";") if (found := _WORD.search(name))}
    return {key.partition(" ")[0] for name in names.split(";") for key in key_variants(name)}


def index_facility(index: NameIndex, facility: Facility, order: int, bodies: set[str]) -> None:
    """Puts a facility's names into an index; `bodies` are the folded names of organisations, which no works claims."""
    for key, sense in _facility_senses(facility, order, bodies):
        index.add_key(key, sense)


def _facility_senses(facility: Facility, order: int, bodies: set[str]) -> Iterator[tuple[str, Sense]]:
    context, against = _contexts(facility.context) if facility.context else ((), ())
    imported = facility.imported
    exact = {alias[1:] for alias in facility.aliases if alias[0] == "!"}
    senses: dict[tuple[Strength, bool, bool], Sense] = {}

    def sense(strength: Strength, acronym: bool = False, guarded: bool = False) -> Sense:
        made = senses.get((strength, acronym, guarded))
        if made is None:
            told = context
            if strength == "vague" or guarded:
                told = tuple(key for text in (facility.place, facility.operator) if text and (key := fold_key(text)))
            made = senses[strength, acronym, guarded] = Sense(
                "facility", facility.id, strength, facility.facility_type, facility.countries, acronym, told, against,
                order, guarded,
            )  # fmt: skip
        return made

    own = facility.facility_type in _OWN_NAMES
    for position, alias in enumerate((facility.name, *facility.aliases)):
        mark, name = (alias[0], alias[1:]) if alias[0] in "~!" else ("", alias)
        for key in (fold_key(name),) if name.isascii() and "'" not in name else sorted(key_variants(name)):
            words = key.split()
            if not words:
                continue
            core = strip_head(words)
            acronym = len(name) < _SHORT and len(words) == 1 and name.isupper()
            headed = len(core) < len(words)
            guarded = imported and not mark
            strength: Strength = "strong"
            if mark == "~":
                strength = "weak"
            elif guarded and is_generic(core):
                strength = "vague"
            elif guarded:
                strength = "strong" if headed and head_ending(words) not in VAGUE_HEADS else "core"
            elif mark != "!" and len(words) == 1:
                named = own and position > 0 and len(key) >= _SHORT
                strength = "strong" if named else "weak" if acronym else "core"
            yield key, sense(strength, acronym, guarded)
            # "North Sea Link" says nothing of other North Sea cables, nor "Motiva refinery" of Motiva's other plants.
            generic = is_generic(core) and strength != "vague"
            if headed and not generic and name not in exact and mark != "~" and (bare := " ".join(core)) not in bodies:
                yield bare, sense("vague" if strength == "vague" else "core", False, guarded)


def index_body(
    index: NameIndex,
    body: Organisation | ActorEntry,
    kind: Kind,
    country_words: Mapping[str, tuple[str, ...]],
    order: int,
) -> None:
    """Puts an organisation's or an actor's names into an index."""
    context, against = _contexts(body.context)
    countries = (body.country,) if body.country else ()
    names = (body.name, *body.aliases)
    # A short acronym means this body where the document spells it out or is about its country.
    told = (*(fold_key(n) for n in names if " " in n), *country_words.get(body.country or "", ()))
    for alias in names:
        mark, name = (alias[0], alias[1:]) if alias[0] in "~!" else ("", alias)
        acronym = name.isupper() and len(name) < _SHORT and " " not in name
        weak = mark == "~" or (acronym and not mark and body.country is not None and len(name) < _SHORT - 1)
        speaking = context if context or mark == "~" else told if weak else ()
        strength: Strength = "weak" if weak else "strong"
        index.add(name, Sense(kind, body.id, strength, body.kind, countries, acronym, speaking, against, order))


def _contexts(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    speaking = tuple(fold_key(w) for w in words if not w.startswith("-"))
    against = tuple(f"{'>' if w.startswith('->') else ''}{fold_key(w[1:])}" for w in words if w.startswith("-"))
    return speaking, against
