"""The sense of a trigger in its sentence: the event type, by its cause and by who does it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from nlp.actors import is_doer
from nlp.causes import Cause, agents_of
from nlp.facility_refs import FacilityRef
from nlp.parsing import text_of
from nlp.records import EventType
from nlp.sieve import sieve
from nlp.syntax import is_passive, subjects
from nlp.triggers import Entry

_IMPACT = frozenset(
    "hit strike damage wreck cripple destroy destruction knock out sever cut topple rock take burn collapse burst "
    "break".split()
) | frozenset(
    {
        "knock out",
        "knock ... out",
        "knock offline",
        "knock ... offline",
        "take out",
        "cut cable",
        "cable cut",
        "burn down",
    }
)


_CYBER_ATTACK = sieve(
    r"\b(?:cyber\w*|hack(?:ed|ers?|ing)?|ransomware|malware|ddos|denial|phishing|online|digital|computer)\b",
    re.IGNORECASE,
)


_PROTEST_STOPS = frozenset({"protest", "labour"})


_FORCE_OF_NATURE = sieve(r"\b(?:external|outside|mechanical|physical|third-party) forces?\b", re.IGNORECASE)


_TROUBLES = frozenset(
    "cut outage blackout demand price sanction delay problem shortage fire leak explosion blast failure fault spill "
    "strike crisis loss malfunction issue maintenance power technical".split()
)


_ACCIDENT_WORD = sieve(r"\b(?:fires?|blaze|explosions?|blast|inferno|flames)\b", re.IGNORECASE)


_SET_ALIGHT = frozenset(
    {"set fire", "set ... on fire", "set ... ablaze", "set ablaze", "set alight", "set ... alight", "torch"}
    | {"burn down", "flood"}
)


_UNPAID = sieve(
    r"\b(?:fees?|payments?|unpaid|paid|pay|debts?|arrears|bills?|roubles?|rubles?|contracts?|sanctions?|transit "
    r"(?:deal|agreement|contract))\b",
    re.IGNORECASE,
)


_UPKEEP = sieve(r"\b(?:maintenance|turnarounds?|overhauls?|repairs?|refuell?ing|inspection)\b", re.IGNORECASE)


_ELECTROCUTED = re.compile(r"\belectrocut\w+", re.IGNORECASE)


def decide_type(
    doc: Doc, token: Token, entry: Entry, causes: set[Cause], facilities: Sequence[FacilityRef], offset: int = 0
) -> EventType | None:
    """The event type of a mention: that of its trigger, unless the cause says otherwise."""
    base = entry.event_type
    impact = entry.phrase in _IMPACT
    if entry.phrase in ("storm", "storming") and causes & {"protest"} and "hostile" not in causes:
        return "blockade"
    if base == "attack" and entry.phrase in _SET_ALIGHT and "hostile" not in causes and causes & {"nature", "machine"}:
        return "natural_hazard" if "nature" in causes else "accident"
    if entry.phrase == "steal" and any(
        c.lemma_.lower() in ("datum", "data", "file", "email", "record", "detail", "password", "credential")
        for c in token.children
        if c.dep_ in ("dobj", "nsubjpass")
    ):
        return "cyberattack"
    if entry.phrase in _GOES_UP and "hostile" not in causes and not is_passive(token) and not _has_target(token):
        return "accident"  # "a depot blew up": nobody is told to have done it
    if base == "attack" and not impact:
        joined = doc[token.left_edge.i : token.i + 1].text if entry.pos == "noun" else ""
        if (
            _CYBER_ATTACK.search(joined)
            or causes == {"cyber"}
            or (any(f.facility_type == "control_system" for f in facilities) and "cyber" in causes)
        ):
            return "cyberattack"
        return base
    if "cyber" in causes and base in ("accident", "outage", "attack"):
        return "cyberattack"
    if entry.phrase in ("burn", "destroy", "smash") and "protest" in causes:
        return "attack"
    if impact:
        if "hostile" in causes:
            if causes == {"hostile"} and _FORCE_OF_NATURE.search(text_of(doc)):
                return base if base != "attack" else "accident"
            return "attack" if base != "outage" or entry.phrase.startswith("knock") else base
        if "nature" in causes:
            return "natural_hazard"
        if "machine" in causes or "thief" in causes:
            return "theft" if "thief" in causes else "accident"
        if (
            base == "attack"
            and entry.phrase in ("hit", "strike")
            and any(
                g.lemma_.lower() in _TROUBLES for c in token.children if c.dep_ in ("agent", "prep") for g in c.children
            )
        ):
            return "accident"
        if (
            base == "attack"
            and entry.phrase in ("hit", "strike")
            and not is_passive(token)
            and (doers := [s for s in map(_antecedent, subjects(token)) if s.pos_ in ("NOUN", "PROPN")])
            and (any(s.pos_ == "NOUN" for s in doers))
        ):
            if any(_is_stop(s) for s in doers):
                return None  # "a blackout hit the city": the blackout is the event
            # What hits without being a weapon or a fighter is a vehicle, a tree or a problem.
            direct = any(
                c.dep_ == "dobj" and any(f.start <= c.idx + offset < f.end for f in facilities) for c in token.children
            )
            if not any(is_doer(s) for s in doers if s.pos_ == "NOUN"):
                return "accident" if direct and not _ELECTROCUTED.search(text_of(doc)) else None
        if (
            base == "attack"
            and entry.phrase in ("destroy", "destruction", "burn down", "take out")
            and _ACCIDENT_WORD.search(text_of(doc))
        ):
            return "accident"
        return base
    if (
        base == "accident"
        and _ELECTROCUTED.search(text_of(doc))
        and any(f.facility_type in ("transmission_line", "power_grid") for f in facilities)
    ):
        # The victim of a live wire: nothing befell the line.
        return None
    if base == "accident":
        modifiers = {c.lemma_.lower() for c in token.children if c.dep_ in ("compound", "amod", "nmod")}
        if modifiers & {"bomb", "ied", "mine", "grenade", "deliberate", "intentional"} or "hostile" in causes:
            return "attack"
        if "thief" in causes:
            return "theft"
        return "natural_hazard" if "nature" in causes and entry.strength != "strong" else base
    if (
        base == "outage"
        and "hostile" in causes
        and entry.pos == "verb"
        and not (token.tag_ == "VBG" and token.dep_ == "advcl")  # "bombed the line, halting it" is what came of it
        and any(_doer(a) for a in agents_of(token, entry))
    ):
        return (
            "attack"
            if entry.phrase in ("disconnect", "trip", "interrupt", "disrupt", "take ... offline", "take offline")
            else "blockade"
        )
    if (
        base == "outage"
        and entry.strength == "weak"
        and _UNPAID.search(text_of(doc))
        and not _UPKEEP.search(text_of(doc))
        and not causes & {"nature", "machine", "hostile"}
    ):
        return "sanction"
    if base == "outage":
        if causes & _PROTEST_STOPS and entry.phrase in (
            "shut",
            "shut down",
            "close",
            "halt",
            "stop",
            "suspend",
            "shutdown",
            "shut in",
            "disrupt",
            "disruption",
        ):
            return "blockade"
        if "nature" in causes and entry.phrase in ("shut", "shut down", "shut in", "halt", "shutdown"):
            return "natural_hazard"
        return base
    if base == "seizure" and causes & {"protest"} and entry.phrase in ("occupy", "seize", "take over"):
        return "blockade"
    return base


_GOES_UP = frozenset({"blow up", "blow apart", "blow ... up", "slam into"})


def _has_target(token: Token) -> bool:
    """Whether a verb has an object that is acted on."""
    return any(c.dep_ in ("dobj", "pobj", "dative") for c in token.children) or any(
        c.dep_ == "prep" and c.lower_ == "into" for c in token.children
    )


def _antecedent(subject: Token) -> Token:
    """The noun that a relative pronoun stands for; any other subject as it is."""
    if subject.lower_ in ("that", "which", "who") and subject.head.dep_ == "relcl":
        return subject.head.head
    return subject


_STOPS = frozenset("blackout outage shortage shutdown stoppage brownout".split())


def _is_stop(token: Token) -> bool:
    """Whether a noun names an interruption of supply: a blackout, a power cut, a power failure."""
    lemma = token.lemma_.lower()
    return lemma in _STOPS or (
        lemma in ("cut", "failure", "loss", "interruption", "disruption", "rationing")
        and any(c.lower_ in ("power", "electricity", "supply", "gas", "fuel") for c in token.children)
    )


def _doer(agent: Token) -> bool:
    """Whether an agent is people under arms, who stop a plant themselves; a strike that stops it is a cause."""
    return agent.lemma_.lower() in (
        "force",
        "troop",
        "army",
        "gunman",
        "gunmen",
        "militant",
        "rebel",
        "fighter",
        "soldier",
        "group",
        "militia",
        "tribesman",
        "insurgent",
    )
