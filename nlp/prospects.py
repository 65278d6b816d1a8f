"""Events that are told although they have not happened: threats, plans, plots, advice, and what they are about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc, Token

from nlp.facility_refs import FacilityRef
from nlp.factuality import Grade
from nlp.parsing import text_of
from nlp.records import HAPPENED, EventType, Factuality
from nlp.standing import went_off, were_stopped
from nlp.triggers import Entry

UNREAL: frozenset[str] = frozenset(
    {"planned", "threatened", "hypothetical", "recommended", "exercise", "foiled", "historical"}
)
# Deeds that somebody announces to do are threats; what an operator or a union announces is a plan.
_DEEDS: frozenset[str] = frozenset({"attack", "sabotage", "seizure", "cyberattack", "theft"})
_PLOT = re.compile(
    r"\b(?:plot\w*|plan(?:s|ned|ning)?|conspir\w+|prepar\w+|intend\w*|scheduled|set to|due to)\b", re.IGNORECASE
)


def settle_prospect(entry: Entry, graded: Grade, doc: Doc, token: Token) -> Grade | None:
    """The grade of a mention by a trigger of prospects.csv; None where the words tell of a happening or of nothing."""
    if not entry.grade:
        return graded
    if entry.grade == "unreal":
        if entry.pos == "verb" and token.dep_ in ("amod", "compound", "nmod"):
            return None  # "blocking devices"
        return graded if graded.factuality in UNREAL else None
    if graded.factuality == "denied":
        return None
    if entry.grade == "weapon":
        if went_off(text_of(doc)):
            return None
        if graded.factuality in ("historical", "exercise"):
            return graded
        return replace(graded, factuality="foiled") if were_stopped(text_of(doc)) else None
    if graded.factuality in HAPPENED or (entry.grade == "threatened" and graded.factuality == "planned"):
        return replace(graded, factuality=_as_grade(entry.grade))
    return graded


def _as_grade(value: str) -> Factuality:
    for grade in ("planned", "threatened", "hypothetical", "recommended", "exercise", "foiled", "historical"):
        if value == grade:
            return grade
    raise ValueError(f"no grade of a prospect: {value!r}")


def as_threat(graded: Grade, event_type: EventType, doc: Doc) -> Grade:
    """Makes a threat of an announced attack, where no plot is told of."""
    if graded.factuality == "planned" and event_type in _DEEDS and not _PLOT.search(text_of(doc)):
        return replace(graded, factuality="threatened")
    return graded


def nearest_facility(doc: Doc, token: Token, refs: Sequence[FacilityRef], offset: int) -> list[FacilityRef]:
    """The facility of the sentence that stands nearest to a mention, what follows it first; a company at last."""
    best: tuple[float, int, FacilityRef] | None = None
    for order, ref in enumerate(refs):
        if ref.noun in ("output", "production"):
            continue
        gap = (
            ref.start - offset - (token.idx + len(token))
            if ref.start - offset > token.idx
            else token.idx - ref.start + offset
        )
        cost = gap * (1.0 if ref.start - offset > token.idx else 1.6) + (400.0 if ref.company else 0.0)
        if best is None or (cost, order) < (best[0], best[1]):
            best = (cost, order, ref)
    return [best[2]] if best is not None else []
