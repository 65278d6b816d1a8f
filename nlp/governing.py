"""What a governing word says about the event below it: plan, fear, deny, foil, rehearse, report."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import cast, get_args

from spacy.tokens import Token

from nlp.records import Factuality

_WOULD = frozenset({"would", "could", "might", "can"})


_STAYING = frozenset({"stay", "remain", "continue", "keep", "last"})


_SHOULD = frozenset({"should", "must", "ought", "shall"})


CONDITION = frozenset({"if", "unless", "whether", "lest", "should", "suppose"})


_HAPPENED_NOUN = frozenset(
    {"involvement", "responsibility", "role", "part", "link", "links", "connection", "hand", "ties", "behind", "blame"}
)


@lru_cache(maxsize=1)
def load_cues() -> dict[tuple[str, str], str]:
    """The cue words by (lemma, part of speech) with the grade they give."""
    with files("nlp").joinpath("factuality_cues.csv").open(encoding="utf-8") as lines:
        return {(row["word"], row["pos"]): row["grade"] for row in csv.DictReader(lines) if row["grade"]}


_GRADES = frozenset(get_args(Factuality))


def as_factuality(value: str | None) -> Factuality | None:
    """The grade that a cue's cell names, or None."""
    return cast(Factuality, value) if value in _GRADES else None


def names_cause(token: Token) -> bool:
    """Whether "due" opens a cause and no day: "tripped due to low vacuum", not "due to shut in May"."""
    doc, i = token.doc, token.i
    if token.lower_ != "due" or i + 2 >= len(doc) or doc[i + 1].lower_ != "to":
        return False
    return doc[i + 2].tag_ != "VB" or doc.text.isupper()


def modality_of(verb: Token) -> Factuality | None:
    """What the auxiliaries and conjunctions of one verb say."""
    if verb.pos_ not in ("VERB", "AUX"):
        return None
    perfect = any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children)
    for child in verb.children:
        lower = child.lower_
        if child.dep_ == "mark" and lower in CONDITION:
            return "hypothetical"
        if child.dep_ == "advmod" and lower == "if":
            return "hypothetical"
        if child.dep_ == "aux":
            if lower in ("will", "'ll", "wo", "would") and verb.lemma_ in _STAYING:
                return None  # "would stay shut for weeks": it is shut
            if lower in ("will", "'ll", "wo"):
                return "planned"
            if lower in _SHOULD:
                return "recommended"
            if lower in _WOULD:
                return "hypothetical"
            if lower == "to" and verb.dep_ in ("xcomp", "acl", "relcl") and verb.head.lemma_ == "be":
                unsure = verb.head.lower_ == "were" or any(c.lower_ in CONDITION for c in verb.head.children)
                return "hypothetical" if unsure else "planned"
            if lower == "may":
                return "attributed" if perfect else "hypothetical"
        if child.dep_ == "neg" and verb.lemma_ not in (
            "know",
            "say",
            "specify",
            "rule",
            "elaborate",
            "disclose",
            "clear",
        ):
            return "denied"
    return None


def grade_by_governor(governor: Token, below: Token | None, cues: dict[tuple[str, str], str]) -> Factuality | None:
    """What one governing word says of what stands below it; None where it says nothing."""
    if names_cause(governor):
        return None
    lemma = governor.lemma_.lower()
    pos = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "PROPN": "noun", "ADJ": "adj"}.get(governor.pos_, "")
    value = cues.get((lemma, pos)) or (
        cues.get((governor.lower_, "adj"))
        if governor.dep_ in ("acomp", "attr", "oprd", "amod") or governor.pos_ == "ADJ"
        else None
    )
    if (
        pos == "verb"
        and governor.lower_ in ("set", "due", "slated", "expected", "scheduled", "ready", "about", "poised")
        and below is not None
        and below.dep_ == "xcomp"
        and not names_cause(governor)
    ):
        return "planned"
    if value is None or below is None:
        if (
            lemma in ("need", "urge", "require")
            and pos == "verb"
            and below is not None
            and below.dep_ in ("xcomp", "ccomp")
        ):
            return "recommended"
        if (
            lemma in ("want", "hope", "seek", "decide", "agree", "look", "wish")
            and below is not None
            and below.dep_ in ("xcomp", "ccomp")
        ):
            return "planned"
        return None
    if value == "warn":
        return _warned(below)
    if lemma == "ready" and below.lower_ == "for":
        return None  # "should be ready for sabotage"
    if value == "denied" and lemma == "rule" and not any(c.lower_ == "out" for c in governor.children):
        return None
    if (
        value == "denied"
        and pos == "verb"
        and governor.lemma_ in ("deny", "dismiss", "refute", "reject")
        and below.lower_ in _HAPPENED_NOUN
    ):
        return "attributed"
    if (
        value == "denied"
        and lemma == "reject"
        and below.lemma_.lower()
        not in (
            "report",
            "claim",
            "allegation",
            "accusation",
            "suggestion",
            "rumour",
            "rumor",
            "charge",
            "talk",
            "idea",
            "notion",
            "story",
            "speculation",
        )
    ):
        return None
    if value == "denied" and pos == "verb" and below.dep_ == "ccomp" and below.i < governor.i:
        return "attributed"
    if value == "denied" and below.dep_ not in (
        "dobj",
        "ccomp",
        "xcomp",
        "prep",
        "pobj",
        "acl",
        "appos",
        "pcomp",
        "nsubjpass",
        "nsubj",
    ):
        return None
    if value == "attributed" and lemma in ("claim",) and below.lower_ in _HAPPENED_NOUN:
        return "attributed"
    if lemma in (
        "disrupt",
        "prevent",
        "address",
        "consider",
        "secure",
        "stage",
        "add",
        "post",
        "call",
        "note",
        "set",
        "aim",
        "prepare",
        "expect",
        "state",
        "plan",
    ) and below.dep_ in ("nsubj", "advcl"):
        return None
    if lemma == "disrupt" and below.lemma_ not in ("plot", "plan", "attempt"):
        return None
    if lemma == "expect" and below.dep_ == "dobj":
        return "planned"
    if lemma in ("call", "describe", "blame", "accuse", "condemn") and below.dep_ == "dobj":
        return None
    if lemma == "concern" and pos == "noun" and below.lower_ in ("after", "over"):
        return None
    if (
        value == "hypothetical"
        and pos == "noun"
        and below.dep_ not in ("prep", "acl", "relcl", "pobj")
        and lemma
        in (
            "defence",
            "defense",
            "protection",
            "resilience",
            "insurance",
            "case",
            "concern",
            "truce",
            "ceasefire",
            "moratorium",
            "pause",
            "worry",
            "potential",
            "chance",
        )
    ):
        return None
    if value == "threatened" and pos == "noun" and below.lower_ in ("of", "from"):
        return "hypothetical"
    if value in ("planned",) and lemma == "plan" and pos == "noun" and below.dep_ not in ("acl", "prep", "relcl"):
        return None
    if lemma == "report" and pos == "noun" and below.dep_ == "acl":
        return "attributed"
    return as_factuality(value)


def _warned(below: Token) -> Factuality | None:
    """Warned of an attack: none yet. Warned that forces have cut the line: someone says that they did."""
    if below.dep_ in ("prep", "dobj"):
        return "hypothetical"
    if below.dep_ in ("ccomp", "xcomp", "advcl"):
        if below.tag_ in ("VBD", "VBN", "VBZ", "VBP") and modality_of(below) is None:
            return "attributed"
        return "hypothetical"
    return "attributed"
