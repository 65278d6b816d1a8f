"""What is only resolved upon, called or conceivable: a bill to close, a strike to be joined, "when a line fails"."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Token

from nlp.governing import CONDITION
from nlp.parsing import text_of
from nlp.records import Factuality

# Papers that a body votes on: what they provide for is yet to come.
_MEASURES = frozenset(
    "motion bill resolution law decree act measure proposal legislation amendment referendum draft petition "
    "instruction directive ruling mandate ordinance".split()
)
_REFUSING = frozenset("reject defeat veto fail oppose quash dismiss scrap withdraw block".split())
_ADOPTING = frozenset(
    "approve adopt pass back endorse authorise authorize ratify support enact mandate favour favor propose".split()
)
_ENDINGS = frozenset(
    "closure shutdown closing blockade phase-out phaseout halt cut-off strike walkout stoppage".split()
)
_WATERWAY = re.compile(r"\b(?:straits?|canal|waterway|shipping lanes?)\b", re.IGNORECASE)
_LABOUR = frozenset("strike walkout stoppage protest blockade boycott picket rally sit-in action".split())
_TAKING_PART = frozenset("join begin start hold stage launch extend observe resume go take continue call".split())
_FUTURE = frozenset({"will", "would", "shall", "'ll", "’ll"})
_THREATENED = frozenset(
    "stop shut close cut halt block blockade switch turn attack bomb hit destroy seize suspend sever disconnect".split()
)
_TAUGHT = re.compile(
    r"\b(?:(?:had |has |have )?taught (?:us|them|me|him|her|it|its|the|people|\w+ (?:how|to|that|a|one))|"
    r"(?:is|are|was|were) (?:still )?(?:fresh|remembered|recalled)\b)",
    re.IGNORECASE,
)
_REMEMBERED = re.compile(
    r"\b(?:remember(?:s|ed|ing)?|lessons? (?:of|from|learn(?:ed|t) (?:from|in|after))|memor(?:y|ies) of|haunted by|"
    r"reminded of)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(r"\b(?:so (?:that )?|ensur\w+|guarante\w+|designed|meant|requir\w+|enabl\w+|allow\w+|can)\b", re.I)
_ALWAYS = frozenset({"whenever", "everytime"})
_LIGHTING = frozenset("ignite explode detonate burn combust".split())
_STOPS = frozenset("shut trip stop close fail scram lose cease".split())
_CAPTIVE = re.compile(
    r"\b(?:releas\w+|free[sd]?|let go)\b.*\bafter (?:\w+ ){0,2}?(?:(?:a|one|two|three|four|five|\d+)[- ]"
    r"(?:\w+ )?years?|(?:four|five|six|seven|eight|nine|ten|eleven|\d{1,2}) months?)\b",
    re.IGNORECASE,
)
_STILL = re.compile(
    r"\bwill (?:be|remain|stay|lie) (?:\w+ )?(?:shut|closed|idle|offline|down|out(?: of (?:service|action|operation))?|"
    r"halted|suspended)\b[^.;]{0,40}\b(?:days?|weeks?|months?)\b[^.;]{0,20}\b(?:after|following|because of|due to)\b"
    r"[^.;]{0,30}\b(?:explosions?|blasts?|fires?|attacks?|strikes?|leaks?|spills?|collisions?|floods?|storms?|"
    r"earthquakes?|hurricanes?|accidents?|failures?|ruptures?|crash|collapse|derailment)\b",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(r"\b(?:last year|(?:19|20)\d\d|a year (?:ago|earlier)|years (?:ago|earlier))\b", re.IGNORECASE)


def grade_by_pending(doc: Doc, trigger: Token, governors: list[Token], *, nominal: bool) -> Factuality | None:
    """The grade of what is resolved, called, supposed of any day or remembered; None where nothing of it is told."""
    return (
        _resolved(doc, trigger, governors, nominal=nominal)
        or _to_be_joined(trigger, governors, nominal=nominal)
        or _unless(trigger, governors, nominal=nominal)
        or _of_any_day(doc, trigger, governors)
        or _remembered(doc, trigger, governors)
    )


def is_stopped_for(text: str) -> bool:
    """Whether works lie still already: "will be shut for at least three weeks after an explosion"."""
    return bool(_STILL.search(text))


def tells_no_effect(trigger: Token, *, sourced: bool) -> bool:
    """Whether a negated verb only says what an accident did not bring: "the gas did not ignite", "it did not trip"."""
    verb = trigger if trigger.pos_ in ("VERB", "AUX") else trigger.head
    lemma = verb.lemma_.lower()
    if not any(c.dep_ == "neg" for c in verb.children) or not any(c.lower_ in ("did", "does") for c in verb.children):
        return False
    return lemma in _LIGHTING - {"explode", "detonate"} or (
        not sourced and (lemma in _STOPS or (lemma in _LIGHTING and verb.dep_ == "conj"))
    )


def _resolved(doc: Doc, trigger: Token, governors: list[Token], *, nominal: bool) -> Factuality | None:
    for position, governor in enumerate(governors[1:5], start=1):
        below = governors[position - 1]
        lemma = governor.lemma_.lower()
        if lemma in _MEASURES and governor.pos_ in ("NOUN", "PROPN"):
            infinitive = below.dep_ in ("acl", "relcl", "xcomp") and any(c.lower_ == "to" for c in below.children)
            gerund = below.dep_ == "prep" and below.lower_ in ("for", "on", "of") and position <= 2
            if not infinitive and not (gerund and (not nominal or trigger.lemma_.lower() in _ENDINGS)):
                return None
            if governor.head.lemma_.lower() in _REFUSING and governor.dep_ in ("dobj", "nsubjpass", "nsubj"):
                return "hypothetical"
            return _meant(doc)
        if lemma in ("vote", "votes") and below.dep_ in ("acl", "xcomp") and _is_infinitive(below):
            return _meant(doc)
        if governor.pos_ == "VERB":
            if lemma == "vote" and below.dep_ in ("xcomp", "advcl") and _is_infinitive(below):
                return _meant(doc)
            if (
                lemma in _ADOPTING
                and below.i == trigger.i
                and below.dep_ in ("dobj", "nsubjpass", "xcomp", "pcomp")
                and (trigger.lemma_.lower() in _ENDINGS if nominal else trigger.tag_ == "VBG")
            ):
                return _meant(doc)
            if below.dep_ == "dobj" and below.pos_ == "NOUN" and nominal and position <= 2:
                continue
        if below.dep_ not in ("conj", "xcomp", "pobj", "pcomp", "prep", "dobj"):
            return None
    return None


def _meant(doc: Doc) -> Factuality:
    """To close a waterway is no operator's plan but a threat to others."""
    return "threatened" if _WATERWAY.search(text_of(doc)) else "planned"


def _is_infinitive(verb: Token) -> bool:
    return any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children)


def _is_future(verb: Token) -> bool:
    if any(c.dep_ == "aux" and c.lower_ in _FUTURE for c in verb.children):
        return True
    return _is_infinitive(verb) and verb.dep_ == "xcomp" and verb.head.lemma_ in ("be", "set", "due", "agree", "decide")


def _has_unless(verb: Token) -> bool:
    return any(c.dep_ == "advcl" and any(g.lower_ == "unless" for g in c.children) for c in verb.children)


def _to_be_joined(trigger: Token, governors: list[Token], *, nominal: bool) -> Factuality | None:
    """A strike that workers will join, begin, go on."""
    if not nominal or trigger.lemma_.lower() not in _LABOUR:
        return None
    for position, verb in enumerate(governors[1:3], start=1):
        if verb.pos_ != "VERB" or verb.lemma_.lower() not in _TAKING_PART:
            continue
        if governors[position - 1].dep_ in ("dobj", "prep") and _is_future(verb):
            return "threatened" if _has_unless(verb) or _has_unless(verb.head) else "planned"
    return None


def _unless(trigger: Token, governors: list[Token], *, nominal: bool) -> Factuality | None:
    """What somebody will do unless he gets his way."""
    verb = trigger if not nominal else next((g for g in governors[1:3] if g.pos_ == "VERB"), None)
    if verb is None or verb.lemma_.lower() not in _THREATENED or not _is_future(verb):
        return None
    return "threatened" if _has_unless(verb) else None


def _of_any_day(doc: Doc, trigger: Token, governors: list[Token]) -> Factuality | None:
    """A time clause in the present under a purpose: "so that pumps keep running when the line fails"."""
    for position, clause in enumerate(governors[:3]):
        if position and governors[position - 1].dep_ not in ("dobj", "nsubj", "pobj", "prep", "conj", "ccomp"):
            return None
        if clause.pos_ not in ("VERB", "AUX"):
            continue
        finite = (
            clause
            if clause.tag_ in ("VBZ", "VBP")
            else next((c for c in clause.children if c.dep_ in ("aux", "auxpass") and c.tag_ in ("VBZ", "VBP")), None)
        )
        if finite is None:
            return None
        marks = {c.lower_ for c in clause.children if c.dep_ in ("advmod", "mark")}
        if marks & _ALWAYS:
            return "hypothetical"
        above = clause.head
        if clause.dep_ == "advcl" and marks & {"when", "if", "once", "should"}:
            begun = above.dep_ == "xcomp" and above.head.lemma_ in ("begin", "start", "come", "continue", "have")
            purpose = (above.tag_ == "VB" and not begun) or any(
                c.lower_ in ("so", "that") and c.dep_ in ("mark", "advmod") for c in above.children
            )
            return "hypothetical" if purpose or _BOUND.search(text_of(doc)[: clause.idx]) else None
        if clause.dep_ in ("advcl", "ROOT", "relcl"):
            return None
    return None


def _remembered(doc: Doc, trigger: Token, governors: list[Token]) -> Factuality | None:
    text = text_of(doc)
    taught = _TAUGHT.search(text)
    if taught is not None and trigger.idx < taught.start() and _under_subject(governors):
        return "historical"
    remembered = _REMEMBERED.search(text)
    if remembered is not None and remembered.end() <= trigger.idx < remembered.end() + 80:
        return "historical"
    if _CAPTIVE.search(text) and trigger.lemma_.lower() in ("release", "free", "captivity", "hijack", "seize"):
        return "historical"
    if trigger.dep_ == "pobj" and trigger.head.lower_ == "since":
        after = text[trigger.idx : trigger.idx + 40]
        return "historical" if _LONG_AGO.search(after) else None
    return None


def _under_subject(governors: list[Token]) -> bool:
    return any(g.dep_ in ("nsubj", "csubj") and g.head.lemma_ in ("teach", "be") for g in governors[:4]) or any(
        g.lemma_ == "teach" for g in governors[:5]
    )


def is_supposed_with(trigger: Token) -> bool:
    """Whether a verb stands beside another one under the same "if": "if a ship struck it or a cloud caught fire"."""
    verb: Token = trigger
    for _ in range(4):
        if verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX"):
            if any(c.dep_ in ("mark", "advmod") and c.lower_ in CONDITION for c in verb.head.children):
                return True
        elif verb.dep_ not in ("dobj", "nsubj", "nsubjpass", "prep", "pobj", "acomp"):
            return False
        verb = verb.head
    return False
