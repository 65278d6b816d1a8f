"""Who is blamed for a deed, charged with it, or denies a part in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc, Token

from nlp.actors import ActorSpan
from nlp.capitals import capital_of
from nlp.parsing import text_of
from nlp.syntax import by_phrase, phrase_span, subjects

_AGENT = re.compile(r"(?:[^aeiou]er|or|ist|man|men|ian|woman|ant|ee|national)s?$", re.IGNORECASE)
_SUSPECT_VERBS = frozenset({"blame", "accuse", "suspect", "attribute", "point", "implicate", "link"})
# Verbs of police and courts, whose object is who is thought to have done it.
_LAW_VERBS = frozenset(
    "charge arrest indict detain jail sentence convict imprison stop catch surprise hold capture nab".split()
)
_VICTIMS = frozenset("soldier policeman crew sailor hostage tanker vessel ship boat worker engineer guard".split())
TELLING = frozenset("say announce claim declare state post boast admit write tell report confirm add".split())


def blamed_tokens(doc: Doc) -> Iterator[Token]:
    """Those whom a sentence blames, suspects, arrests or tries, and those that it says clashed."""
    for token in doc:
        lemma = token.lemma_.lower()
        if lemma in ("attempt", "bid", "plot") and token.pos_ == "NOUN":
            yield from by_phrase(token)
        if lemma in ("hand", "work") and token.pos_ == "NOUN":  # "see the hand of", "was the work of"
            for prep in token.children:
                if prep.dep_ == "prep" and prep.lower_ == "of" and token.dep_ in ("dobj", "attr"):
                    yield from (c for c in prep.children if c.dep_ == "pobj")
        if lemma in ("clash", "fighting", "battle", "crossfire", "fight", "skirmish") and token.pos_ == "NOUN":
            for prep in token.children:
                if prep.dep_ == "prep" and prep.lower_ == "between":
                    yield from (c for c in prep.children if c.dep_ == "pobj")
        if token.pos_ != "VERB":
            continue
        after = [c for c in token.children if c.dep_ == "prep"]
        if lemma in _SUSPECT_VERBS:
            each = [c for c in token.children if c.dep_ == "dobj" and c.lower_ in ("other", "another")]
            if each and each[0].i and doc[each[0].i - 1].lower_ in ("each", "one"):
                yield from (s for s in subjects(token) if s.dep_ == "nsubj")
                continue
            if lemma in ("accuse", "suspect", "implicate"):
                yield from (c for c in token.children if c.dep_ in ("dobj", "nsubjpass"))
            yield from (g for c in after if c.lower_ in ("on", "to", "at") for g in c.children if g.dep_ == "pobj")
            if lemma == "blame":
                yield from (c for c in token.children if c.dep_ == "dobj" and not any(p.lower_ == "on" for p in after))
        elif lemma in ("trade", "exchange", "swap") and any(
            c.dep_ == "dobj" and c.lemma_.lower() in ("blame", "accusation", "charge", "recrimination")
            for c in token.children
        ):
            yield from (s for s in subjects(token) if s.dep_ == "nsubj")
        elif lemma in ("order", "pay", "hire", "recruit", "instruct", "train") and any(
            c.dep_ in ("xcomp", "ccomp") for c in token.children
        ):
            yield from (s for s in subjects(token) if s.dep_ == "nsubj" and s.pos_ in ("NOUN", "PROPN"))
        elif lemma == "belong":
            yield from (g for c in after if c.lower_ == "to" for g in c.children if g.dep_ == "pobj")
        elif lemma == "speak":
            yield from (g for c in after if c.lower_ == "of" for g in c.children if g.dep_ == "pobj")
        elif lemma in _LAW_VERBS:
            yield from (
                c for c in token.children if c.dep_ in ("dobj", "nsubjpass") and c.lemma_.lower() not in _VICTIMS
            )


def denying_tokens(doc: Doc) -> Iterator[Token]:
    """Those who deny a part in a deed."""
    for token in doc:
        if token.pos_ != "VERB":
            continue
        rest = text_of(doc)[token.idx :]
        if (
            token.lemma_.lower() == "deny"
            and re.search(
                r"\b(?:involvement|responsib\w+|role|behind|part|link|accusation|allegation|blame|any|having)\b",
                rest,
                re.IGNORECASE,
            )
        ) or (
            token.lemma_.lower() in TELLING
            and re.search(
                r"^\w+ (?:that )?(?:it|they|he) (?:was|were|is|are|had|has)(?: not|n't) "
                r"(?:behind|responsible|involved|to "
                r"blame|any(?:thing)? to do)\b",
                rest,
                re.IGNORECASE,
            )
        ):
            yield from subjects(token)


def accused(doc: Doc, token: Token) -> ActorSpan | None:
    """Anybody whom a court or the police hold for a deed: "charged a diver over the blasts"."""
    verb = token.head
    if verb.lemma_.lower() not in ("charge", "indict", "sentence", "jail", "convict", "arrest", "imprison"):
        return None
    if not any(c.dep_ == "prep" and c.lower_ in ("over", "for", "with", "of", "on", "in") for c in verb.children):
        return None
    if token.ent_type_ not in ("PERSON", "NORP") and not _AGENT.search(token.lower_):
        return None
    start, end = phrase_span(token)
    return ActorSpan(start, end, text_of(doc)[start:end], "unknown", None, False)


def capital(doc: Doc, token: Token) -> ActorSpan | None:
    """A government by the name of its capital."""
    country = capital_of(token.text)
    if country is None:
        return None
    return ActorSpan(token.idx, token.idx + len(token), token.text, "government", country, False)
