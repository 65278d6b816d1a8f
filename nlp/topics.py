"""Sanctions, diplomacy, courts and market moves: when a word for one of them tells an event, and its grade."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from nlp.actors import CountryWord
from nlp.facility_refs import FacilityRef
from nlp.factuality import Grade, grade
from nlp.intent import tells_stopped_plan
from nlp.parsing import text_of
from nlp.reading import Reading
from nlp.sieve import sieve
from nlp.text import Sentence
from nlp.triggers import Entry

_TOPIC = sieve(
    r"\b(?:oil|gas|lng|crude|petroleum|energy|pipelines?|nuclear power|nuclear plant|electricity|power|coal|gasoline|"
    r"diesel|fuel|brent|wti|opec\+?|refiner\w+|tankers?|vlccs?|suezmax\w*|cargoes|grid|substations?|interconnectors?|"
    r"barrels?|gazprom|rosneft|aramco|nord stream|uranium|bpd)\b",
    re.IGNORECASE,
)

# What police and courts do about a deed, wherever in the text; what states do only where two of them are named.
_LAWFUL = frozenset("arrest summon sentence jail indict charge court judge jury acquit sue".split())

_BETWEEN_STATES = frozenset({"agree", "accuse", "urge", "call on", "talks", "dispute", "agreement", "negotiation"})

_STATES = sieve(
    r"\b(?:ambassador|envoys?|foreign minist\w+|embassy|diplomats?|treaty|united nations|u\.?n\.?|iaea|nato|european "
    r"union|eu|europe|the west|kremlin|governments|both sides|neighbou?rs)\b",
    re.IGNORECASE,
)

_COURT_NEWS = frozenset("court jury judge verdict ruling fine sentence jail convict sue lawsuit arbitration".split())

# Deeds of diplomacy only where a state does them.
_OF_STATES = frozenset({"ask", "press", "complain", "urge"})
_MEANT = frozenset({"planned", "threatened", "hypothetical", "recommended", "foiled"})
_STATESMEN = frozenset("government minister ministry president premier leader chancellor king envoy ambassador".split())


def grade_topic(
    reading: Reading,
    sentence: Sentence,
    doc: Doc,
    token: Token,
    entry: Entry,
    refs: Sequence[FacilityRef],
    countries: Sequence[CountryWord],
) -> Grade | None:
    """The grade of a sanction, diplomacy or market move that is told of energy; None for what is no event."""
    last = 6 if entry.event_type == "market" and reading.relevant else 2
    outside = not _TOPIC.search(text_of(doc)) or (sentence.index > last and not refs)
    if entry.phrase == "arrest" and tells_stopped_plan(text_of(doc)):
        return None  # "arrested before they could": the foiled deed is the event
    lawful = entry.phrase in _LAWFUL and bool(reading.facilities)
    if outside and not (reading.relevant and sentence.index <= (8 if lawful else 6)):
        return None
    if entry.phrase in _BETWEEN_STATES and len({c.country for c in countries}) < 2 and not _STATES.search(text_of(doc)):
        return None
    if sentence.kind == "bullet" or token.dep_ in ("amod", "compound"):
        return None
    if entry.phrase in _OF_STATES and not _state_speaks(token):
        return None
    if (
        entry.event_type == "legal_diplomatic"
        and entry.pos == "verb"
        and not any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children)
        and token.dep_ != "conj"
        and sentence.where != "title"
    ):
        return None
    if entry.event_type == "market" and entry.pos == "verb" and entry.phrase not in ("cut output", "cut production"):
        subject = " ".join(t.text for c in token.children if c.dep_ in ("nsubj", "dobj") for t in c.subtree)
        if not re.search(
            r"\b(?:prices?|brent|wti|crude|futures|oil|gas|premiums?|benchmark|contracts?|rates?|freight|power|diesel|"
            r"gasoil|coal|lng|uranium|cargoes)\b",
            subject,
            re.IGNORECASE,
        ):
            return None
    graded = grade(doc, token, nominal=entry.pos == "noun")
    if graded.silent or (outside and not lawful and graded.factuality not in _MEANT):
        return None
    if entry.event_type == "legal_diplomatic" and graded.factuality == "historical" and entry.phrase in _COURT_NEWS:
        # The deed is an old one, the ruling is the news.
        graded = Grade("attributed" if graded.speaker else "asserted", graded.speaker)
    return graded


def _state_speaks(token: Token) -> bool:
    """Whether a verb's subject is a state, a body of states or who speaks for one."""
    return any(
        t.ent_type_ in ("GPE", "NORP", "ORG") or t.lemma_.lower() in _STATESMEN
        for c in token.children
        if c.dep_ in ("nsubj", "nsubjpass")
        for t in c.subtree
    )
