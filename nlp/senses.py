"""The sense of a trigger in its sentence: figures of speech, event type by cause, and means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from nlp.actors import is_doer
from nlp.causes import Cause, agents_of
from nlp.facility_refs import FacilityRef
from nlp.records import EventType
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


_CYBER_ATTACK = re.compile(
    r"\b(?:cyber\w*|hack(?:ed|ers?|ing)?|ransomware|malware|ddos|denial|phishing|online|digital|computer)\b",
    re.IGNORECASE,
)


_PROTEST_STOPS = frozenset({"protest", "labour"})


_FORCE_OF_NATURE = re.compile(r"\b(?:external|outside|mechanical|physical|third-party) forces?\b", re.IGNORECASE)


_UNDER_FIRE = re.compile(
    r"\b(?:under|open(?:ed|s|ing)?|return(?:ed|s|ing)?|exchang\w+(?: of)?|small[- ]arms|artillery|mortar|rocket|"
    r"missile|tank|gun|machine[- ]gun|sniper|friendly|enemy|heavy|cross|ceasefire|hold|ceases?)[- ]fire\b",
    re.IGNORECASE,
)


def is_idiom(doc: Doc, token: Token, entry: Entry) -> bool:
    """Fixed phrases in which a trigger means something else."""
    if token.dep_ == "compound" and token.head.lemma_.lower() in _OTHER_HEADS.get(entry.phrase, ()):
        return True
    if entry.pos == "verb" and entry.event_type == "attack" and _illegal_target(token):
        return True
    if entry.phrase == "fire" and entry.pos == "noun":
        around = doc.text[max(0, token.idx - 14) : token.idx + 5]
        return (
            bool(_UNDER_FIRE.search(around))
            or token.nbor(1).lower_
            in (
                "station",
                "department",
                "brigade",
                "service",
                "services",
                "safety",
                "crews",
                "crew",
                "chief",
                "truck",
                "trucks",
                "engine",
                "engines",
                "season",
                "officials",
                "drill",
                "officer",
                "ants",
                "sale",
            )
            if token.i + 1 < len(doc)
            else False
        )
    if (
        entry.phrase in ("attack", "strike")
        and token.i + 1 < len(doc)
        and token.nbor(1).lower_
        in (
            "price",
            "rate",
            "zone",
            "aircraft",
            "helicopter",
            "group",
            "ads",
            "partnership",
            "submarine",
            "capability",
            "capabilities",
        )
    ):
        return True
    if entry.pos == "verb" and entry.phrase in _IDIOM_OBJECTS:
        objects = {c.lemma_.lower() for c in token.children if c.dep_ in ("dobj", "oprd", "attr")}
        if objects & _IDIOM_OBJECTS[entry.phrase]:
            return True
    if entry.pos == "verb" and token.i and token.nbor(-1).text == "-":
        return True
    if (
        entry.phrase in ("protester", "hijacker", "burn")
        and token.dep_ in ("pobj", "nsubj", "dobj")
        and token.head.lower_ in ("by", "with")
    ):
        return True
    if entry.phrase == "shoot" and any(c.dep_ == "prt" and c.lower_ == "down" for c in token.children):
        return True
    if entry.phrase == "shell" and entry.pos == "verb" and token.text == "Shell":
        return True
    if entry.phrase == "fire" and token.i + 1 < len(doc) and token.nbor(1).lower_ == "up":
        return True
    if entry.phrase == "release" and entry.pos == "verb" and token.tag_ in ("VBP", "VBZ") and _by_nature(token):
        return True
    if entry.phrase == "release" and token.i + 1 < len(doc) and token.nbor(1).lower_ in ("valve", "date"):
        return True
    return (
        entry.phrase == "explosion"
        and token.i + 1 < len(doc)
        and token.nbor(1).lower_ in ("in", "of")
        and any(w in doc.text.lower() for w in ("demand", "interest", "growth"))
    )


# What a trigger qualifies where it tells of no occurrence: "a leak site", "an explosion risk".
_OTHER_HEADS: dict[str, frozenset[str]] = {
    "leak": frozenset("site test detection detector repair survey".split()),
    "ransomware": frozenset("insurance market".split()),
    "outage": frozenset("map season schedule".split()),
    "storm": frozenset("drain water".split()),
    "strike": frozenset("ballot fund pay price rate".split()),
}


def _illegal_target(token: Token) -> bool:
    """Whether what is destroyed is itself the thieves' works: "troops burned 14 illegal refining sites"."""
    return any(
        t.lower_ in ("illegal", "illicit", "artisanal", "makeshift", "clandestine")
        for c in token.children
        if c.dep_ in ("dobj", "nsubjpass")
        for t in c.children
    )


def _by_nature(token: Token) -> bool:
    """Whether a present tense states what a thing does by nature: "the wells release methane"."""
    return any(
        c.dep_ == "dobj" and c.lower_ in ("methane", "emissions", "co2", "carbon", "gases", "energy", "heat")
        for c in token.children
    )


_IDIOM_OBJECTS: dict[str, frozenset[str]] = {
    "strike": frozenset(
        "deal balance agreement bargain accord gold oil chord truce pact tone note blow pose bargain partnership fear "
        "gas".split()
    ),
    "hit": frozenset(
        "record high low milestone snag market target demand roadblock profit peak level wall bottom ceiling price "
        "sale earnings stage road ground rock headline speed".split()
    ),
    "seize": frozenset("opportunity chance moment initiative".split()),
    "capture": frozenset(
        "share market carbon co2 emission attention imagination demand value methane image photo video footage".split()
    ),
    "board": frozenset("train plane flight bus".split()),
    "fail": frozenset(),
}


_TROUBLES = frozenset(
    "cut outage blackout demand price sanction delay problem shortage fire leak explosion blast failure fault spill "
    "strike crisis loss malfunction issue maintenance power technical".split()
)


_ACCIDENT_WORD = re.compile(r"\b(?:fires?|blaze|explosions?|blast|inferno|flames)\b", re.IGNORECASE)


_SET_ALIGHT = frozenset(
    {"set fire", "set ... on fire", "set ... ablaze", "set ablaze", "set alight", "set ... alight", "torch"}
    | {"burn down", "flood"}
)


_UNPAID = re.compile(
    r"\b(?:fees?|payments?|unpaid|paid|pay|debts?|arrears|bills?|roubles?|rubles?|contracts?|sanctions?|transit "
    r"(?:deal|agreement|contract))\b",
    re.IGNORECASE,
)


_UPKEEP = re.compile(r"\b(?:maintenance|turnarounds?|overhauls?|repairs?|refuell?ing|inspection)\b", re.IGNORECASE)


_ELECTROCUTED = re.compile(r"\belectrocut\w+", re.IGNORECASE)


def decide_type(
    doc: Doc, token: Token, entry: Entry, causes: set[Cause], facilities: Sequence[FacilityRef], offset: int = 0
) -> EventType | None:
    """The event type of a mention: that of its trigger, unless the cause says otherwise."""
    base = entry.event_type
    impact = entry.phrase in _IMPACT
    if base == "attack" and entry.phrase in _SET_ALIGHT and "hostile" not in causes and causes & {"nature", "machine"}:
        return "natural_hazard" if "nature" in causes else "accident"
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
    if impact:
        if "hostile" in causes:
            if causes == {"hostile"} and _FORCE_OF_NATURE.search(doc.text):
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
            and (doers := [s for s in subjects(token) if s.pos_ == "NOUN"])
        ):
            # What hits without being a weapon or a fighter is a vehicle, a tree or a problem.
            direct = any(
                c.dep_ == "dobj" and any(f.start <= c.idx + offset < f.end for f in facilities) for c in token.children
            )
            if not any(is_doer(s) for s in doers):
                return "accident" if direct and not _ELECTROCUTED.search(doc.text) else None
        if (
            base == "attack"
            and entry.phrase in ("destroy", "destruction", "burn down", "take out")
            and _ACCIDENT_WORD.search(doc.text)
        ):
            return "accident"
        return base
    if (
        base == "accident"
        and _ELECTROCUTED.search(doc.text)
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
        and _UNPAID.search(doc.text)
        and not _UPKEEP.search(doc.text)
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
    if base == "seizure" and causes & {"protest"} and entry.phrase in ("occupy", "storm", "seize", "take over"):
        return "blockade"
    return base


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
