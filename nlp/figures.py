"""Figures of speech in which a word of force or of stopping tells no happening to works."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Token

from nlp.actors import is_doer
from nlp.parsing import text_of
from nlp.triggers import Entry

_LIT_UNDER = re.compile(r"\b(?:light|lights|lit|lighting|set|sets) a fire under\b", re.IGNORECASE)
_DEFENCES = frozenset("disposal squad technician detector shelter siren".split())
_UNDERTAKINGS = frozenset(
    "referendum motion bill vote talk negotiation proposal petition bid amendment resolution lawsuit appeal merger "
    "deal takeover candidate candidacy campaign".split()
)
_STOPS = frozenset("stop halt block prevent stall check deter".split())
# What is stopped by a defence: weapons and those who bear them, not works or flows.
_INTRUDERS = frozenset(
    "drone missile rocket uav bomb shell weapon projectile bullet thief robber intruder burglar hacker attacker "
    "saboteur vandal pirate raider smuggler terrorist trespasser leak theft crime attack intrusion".split()
)


def is_figure(doc: Doc, token: Token, entry: Entry) -> bool:
    """Whether a trigger is used in a sense that no list of words around it can tell, but its grammar does."""
    lower = token.lower_
    if lower in ("stricken", "strickened"):
        return True  # "the stricken tanker" is one in distress, from whatever cause
    if entry.pos == "noun" and token.dep_ == "compound" and token.head.lemma_.lower() in _DEFENCES:
        return True  # "waited for the bomb disposal squad"
    if entry.phrase == "fire" and entry.pos == "noun":
        return bool(_LIT_UNDER.search(text_of(doc)[max(0, token.idx - 12) : token.idx + 12]))
    if lower == "board" and token.tag_ == "NN":
        return True  # "the board approved"
    if entry.pos != "verb":
        return False
    if entry.phrase == "fail" and any(
        c.dep_ in ("nsubj", "nsubjpass") and c.lemma_.lower() in _UNDERTAKINGS for c in token.children
    ):
        return True  # "a referendum to close the plant failed"
    if entry.phrase == "shell" and any(c.dep_ in ("prt", "advmod") and c.lower_ == "out" for c in token.children):
        return True  # "shelled out 40 million dollars"
    objects = [c for c in token.children if c.dep_ in ("dobj", "nsubjpass")]
    if entry.phrase == "seize":
        return not objects and any(
            c.dep_ == "prep"
            and c.lower_ in ("on", "upon")
            and any(g.ent_type_ not in ("DATE", "TIME") for g in c.children)
            for c in token.children
        )
    if entry.phrase in _STOPS and entry.event_type == "outage":
        return bool(objects) and all(o.lemma_.lower() in _INTRUDERS or is_doer(o) for o in objects)
    return False
