"""Who imposes a sanction, opens a case or sets a quota."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Token

from nlp.actors import ActorSpan, CountryWord
from nlp.gazetteer import NameMatch
from nlp.parsing import text_of
from nlp.speakers import dateline_end
from nlp.syntax import by_phrase, chain, phrase_span, subjects, with_conjuncts

Names = Sequence[tuple[int, int, NameMatch]]

_BLOCS = frozenset("us u.s. uk u.k. eu e.u. un u.n. western g7 g20 opec opec+ european american british".split())
_MUTUAL = frozenset("agree agreement deal talk pact treaty sign accord negotiate negotiation meeting summit".split())
_NO_IMPOSER = frozenset("court judge tribunal jury ship tanker vessel price prices output brent".split())


def find_imposers(doc: Doc, trigger: Token, known: Names, countries: Sequence[CountryWord]) -> list[ActorSpan]:
    """Who imposes a sanction, opens a case or sets a quota: the subject, or the bloc named before the noun."""
    tokens: list[Token] = []
    if trigger.pos_ != "VERB":
        tokens += [
            c
            for c in trigger.children
            if c.dep_ in ("compound", "poss", "nmod", "amod")
            and (c.dep_ == "poss" or c.lower_ in _BLOCS or (c.pos_ == "PROPN" and c.text.isupper()))
        ]
        tokens += by_phrase(trigger)
    verb = next((t for t in chain(trigger)[:4] if t.pos_ == "VERB"), None)
    if verb is not None and (verb.i == trigger.i or trigger.dep_ not in ("nsubj", "nsubjpass")):
        own = [s for s in subjects(verb) if s.dep_ == "nsubj"]
        if own and own[0].pos_ == "PRON" and verb.dep_ == "ccomp":
            own = [s for s in subjects(verb.head) if s.dep_ == "nsubj"]
        tokens += own + by_phrase(verb)
    if trigger.lemma_.lower() in _MUTUAL:
        return []
    for token in tokens:
        found = [f for one in with_conjuncts(token) if (f := _imposer(doc, one, known, countries)) is not None]
        if found:
            return found
    return []


def _imposer(doc: Doc, token: Token, known: Names, countries: Sequence[CountryWord]) -> ActorSpan | None:
    if token.lower_ in _NO_IMPOSER or token.ent_type_ in ("DATE", "TIME", "PRODUCT", "MONEY", "PERSON"):
        return None
    start, end = phrase_span(token)
    start = max(start, dateline_end(text_of(doc)))
    if start >= end:
        return None
    country = next((c for c in countries if c.start <= token.idx < c.end), None)
    if country is not None:
        return ActorSpan(country.start, country.end, country.name, "government", country.country, False)
    if any(left <= token.idx < right and n.kind == "facility" for left, right, n in known):
        return None
    if token.pos_ == "PROPN":
        return ActorSpan(start, end, text_of(doc)[start:end], "government", None, False)
    for child in token.children:  # "OPEC members", "EU envoys"
        if child.dep_ in ("compound", "nmod", "amod") and child.lower_ in _BLOCS:
            return ActorSpan(child.idx, child.idx + len(child), child.text, "government", None, False)
    return None
