"""The table of head nouns that make a facility, with the qualifiers that give its type: facility_terms.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from nlp.records import FacilityType

# yes: the head alone is enough. no: only with a qualifier. context: alone in a text that is about energy (type from
# the text). coref: alone only as a word for a facility that the text has named before. hostile: alone only as a
# target of violence (a dam).
Bare = Literal["yes", "no", "context", "coref", "hostile"]

_SINGULAR = {"facilities": "facility", "refineries": "refinery", "batteries": "battery", "companies": "company",
             "utilities": "utility", "collieries": "colliery", "jetties": "jetty", "switches": "switch",
             "gas": "gas", "bus": "bus", "pylons": "pylon", "harbours": "harbour", "harbors": "harbour",
             "harbor": "harbour"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the type of a head noun with one of these words before it."""

    qualifiers: frozenset[str]
    facility_type: FacilityType
    bare: Bare
    exclude: frozenset[str]


@lru_cache(maxsize=1)
def load_terms() -> dict[str, tuple[Row, ...]]:
    """The rows of facility_terms.csv by head noun."""
    table: dict[str, list[Row]] = {}
    with files("nlp").joinpath("facility_terms.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            table.setdefault(row["head"], []).append(
                Row(
                    frozenset(filter(None, row["qualifiers"].split("|"))),
                    cast(FacilityType, row["type"]),
                    cast(Bare, row["bare"]),
                    frozenset(filter(None, (row["exclude"] or "").split("|"))),
                )
            )
    return {head: tuple(rows) for head, rows in table.items()}


def singular(word: str) -> str:
    """The singular of a lower-case noun, by the few rules that head nouns of facilities need."""
    if word in _SINGULAR:
        return _SINGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("shes", "ches", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def facility_words() -> frozenset[str]:
    """Heads and qualifiers, lower case: words that a headline's capitals must not turn into names."""
    terms = load_terms()
    return frozenset(terms) | {q for rows in terms.values() for row in rows for q in row.qualifiers}


@lru_cache(maxsize=65_536)
def rows_of(lower: str) -> tuple[str, tuple[Row, ...] | None]:
    """The head noun that a word is, and the rows of the table for it; None for most words."""
    head = lower if lower in load_terms() else singular(lower)
    rows = load_terms().get(head)
    if rows is None and "-" in lower:
        head = singular(lower.rsplit("-", 1)[1])
        rows = (
            load_terms().get(head) if head in ("plant", "station", "pipeline", "depot", "refinery", "tanker") else None
        )
    return head, rows
