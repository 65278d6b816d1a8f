"""Facilities that a mention reaches through another word: a pronoun, or the works whose return to service is told."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Token

from nlp.arguments import Linked, head_token, link_facilities
from nlp.facility_refs import FacilityRef
from nlp.syntax import chain, subjects
from nlp.triggers import Entry

_RESUMES = frozenset("resume restart restore reopen return recover reconnect repower recommission".split())
_PRONOUNS = frozenset({"it", "they", "which", "that"})


def link_facilities_of(
    doc: Doc,
    trigger: Token,
    entry: Entry,
    refs: list[FacilityRef],
    offset: int,
    *,
    title: bool = False,
    others: frozenset[int] = frozenset(),
) -> Linked:
    """What `link_facilities` gives; a pronoun that is the target stands for the subject of the clause above."""
    if entry.pos == "verb" and refs and _pronoun_target(trigger, entry):
        for governor in chain(trigger)[1:]:
            if governor.pos_ not in ("VERB", "AUX") or governor.dep_ in ("relcl", "acl"):
                continue
            for subject in subjects(governor):
                found = [r for r in refs if not r.company and lies_below(doc, r, subject, offset)]
                if found:
                    return Linked(found[:1], 1.0, False)
            break
    return link_facilities(doc, trigger, entry, refs, offset, title=title, others=others)


def _pronoun_target(trigger: Token, entry: Entry) -> bool:
    wanted = {"nsubjpass", "dobj"} | ({"nsubj"} if entry.slot in ("both", "subject") else set())
    return trigger.dep_ in ("advcl", "ccomp", "conj") and any(
        c.dep_ in wanted and c.lower_ in ("it", "they", "them") for c in trigger.children
    )


def lies_below(doc: Doc, ref: FacilityRef, top: Token, offset: int) -> bool:
    """Whether a facility's noun is a token, or stands in its phrase."""
    token = head_token(doc, ref, offset)
    return token is not None and any(t.i == top.i for t in chain(token)[:6])


def link_resumed(doc: Doc, refs: Sequence[FacilityRef], offset: int) -> Linked | None:
    """The facility that a sentence tells to be back: what interrupted it interrupted that facility."""
    for token in doc:
        if token.lemma_.lower() not in _RESUMES or token.pos_ != "VERB":
            continue
        phrases = [c for c in token.children if c.dep_ in ("nsubj", "nsubjpass", "dobj", "prep")]
        for phrase in phrases:
            for ref in refs:
                if not ref.company and lies_below(doc, ref, phrase, offset):
                    return Linked([ref], 2.0, False)
    return None


_AFTER = frozenset({"after", "following", "because", "when", "as", "since", "due", "amid"})


def link_main_clause(doc: Doc, trigger: Token, entry: Entry, refs: Sequence[FacilityRef], offset: int) -> Linked | None:
    """The works that the main clause is about, of a cause behind "after": "The cable tripped after a joint failed".

    An energy company is the one an intrusion befell: "Recope sold fuel with paper forms after a ransomware attack".
    """
    if entry.strength == "weak":
        return None
    token = trigger
    if token.dep_ == "pobj" and token.head.dep_ in ("prep", "pcomp") and token.head.lower_ in _AFTER:
        main = token.head.head
    elif token.dep_ in ("advcl", "pcomp") and (
        any(c.dep_ in ("mark", "advmod") and c.lower_ in _AFTER for c in token.children) or token.head.lower_ in _AFTER
    ):
        main = token.head if token.dep_ == "advcl" else token.head.head
    else:
        return None
    for governor in chain(main)[:3]:
        if governor.pos_ not in ("VERB", "AUX"):
            continue
        for subject in subjects(governor):
            found = [
                r
                for r in refs
                if (not r.company or entry.event_type == "cyberattack")
                and r.facility_type != "chokepoint"
                and lies_below(doc, r, subject, offset)
            ]
            if found:
                return Linked(found[:1], 2.4, False)
    return None


def link_owned(trigger: Token, entry: Entry, refs: Sequence[FacilityRef], offset: int) -> Linked | None:
    """The works whose part is acted on: "they drove up to the pumping station and shot out its instruments"."""
    if entry.pos != "verb" or entry.event_type not in ("attack", "accident", "sabotage", "theft"):
        return None
    owned = any(
        t.lower_ in ("its", "their")
        for c in trigger.children
        if c.dep_ in ("dobj", "nsubjpass")
        for t in c.subtree
        if t.dep_ == "poss"
    )
    if not owned:
        return None
    before = [r for r in refs if not r.company and r.facility_type != "chokepoint" and r.start - offset < trigger.idx]
    return Linked([before[-1]], 2.6, False) if before else None
