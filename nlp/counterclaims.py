"""Who says that it happened in a sentence in which another denies it."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from nlp.governing import load_cues, modality_of
from nlp.speakers import Source, is_speech, name_source
from nlp.syntax import chain, subjects

# Nouns of talk that nobody stands behind: their denial meets no claim of a named party.
_TALK = frozenset("report rumour rumor post claim allegation talk suggestion story".split())


def counterclaim(doc: Doc, trigger: Token, denier: Source | None) -> str | None:
    """The name of a second party that says the opposite of a denial: "contradicting guards who said they did"."""
    above = {t.i for t in chain(trigger)}
    for verb in doc:
        if verb.i in above or not is_speech(verb) or load_cues().get((verb.lemma_.lower(), "verb")) != "attributed":
            continue
        told = [c for c in verb.children if c.dep_ == "ccomp"]
        relative = verb.dep_ == "relcl" and verb.head.i in above | {trigger.i}
        if not (told or relative) or any(modality_of(c) == "denied" for c in told):
            continue
        if any(t.lemma_.lower() in _TALK for t in chain(verb)[1:]):
            continue
        for subject in subjects(verb):
            if subject.lower_ in ("which", "that", "who"):
                subject = verb.head
            if subject.i in above or subject.i == trigger.i:
                continue
            found = name_source(doc, subject)
            if found and found.name and (denier is None or found.name != denier.name):
                return found.name
    return None
