"""Fixed phrases, figures of speech and mere subject matter, in which a trigger tells of no occurrence."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Token

from nlp.parsing import text_of
from nlp.syntax import is_passive
from nlp.triggers import Entry

_UNDER_FIRE = re.compile(
    r"\b(?:under|open(?:ed|s|ing)?|return(?:ed|s|ing)?|exchang\w+(?: of)?|small[- ]arms|artillery|mortar|rocket|"
    r"missile|tank|gun|machine[- ]gun|sniper|friendly|enemy|heavy|cross|ceasefire|hold|ceases?)[- ]fire\b",
    re.IGNORECASE,
)


def is_idiom(doc: Doc, token: Token, entry: Entry) -> bool:
    """Fixed phrases in which a trigger means something else."""
    if token.dep_ in ("compound", "nmod", "amod") and entry.pos == "noun":
        lemma = token.head.lemma_.lower()
        if lemma in _OTHER_HEADS.get(entry.phrase, ()) or lemma in _KIND_HEADS:
            return True
    if entry.pos == "noun" and (_is_subject_matter(token) or _is_of_the_past(token)):
        return True
    if entry.pos == "noun" and entry.implies == "power_grid" and _of_another_thing(token):
        return True
    if entry.event_type == "natural_hazard" and entry.pos == "noun" and _of_words(token):
        return True
    if entry.phrase.startswith("lose ...") and token.tag_ in ("VB", "VBP"):
        return True  # "or lose 100 MW" is yet to come
    if entry.phrase in ("explosion", "blast", "detonation") and any(
        c.lower_ in ("controlled", "planned") for c in token.children
    ):
        return True
    if entry.pos == "verb" and token.dep_ == "relcl" and token.tag_ in ("VBP", "VBZ") and token.head.lemma_ in _ANYONE:
        return True  # "those who sabotage pipelines"
    if (
        entry.phrase == "blast"
        and token.i + 1 < len(doc)
        and token.nbor(1).lower_ in ("wall", "walls", "proof", "door")
    ):
        return True
    if (
        entry.phrase in ("fire", "blast")
        and token.dep_ in ("compound", "nmod")
        and token.head.lemma_.lower() in _FIRE_THINGS
    ):
        return True
    if entry.phrase == "cut" and not _cuts_a_thing(token):
        return True
    if entry.phrase == "release" and any(
        t.lemma_.lower() in ("treat", "hospitalise", "hospitalize", "examine", "evaluate", "question", "transport")
        for t in (token.head, *token.conjuncts)
    ):
        return True  # "one man was treated and released"
    if entry.implies == "power_grid" and entry.pos == "adj" and _of_one_building(token):
        return True
    if entry.phrase == "strike" and entry.event_type == "attack" and entry.pos == "verb" and _by_workers(token):
        return True  # "oil workers said they would strike for 24 hours"
    if entry.pos == "verb" and entry.event_type == "attack" and _illegal_target(token):
        return True
    if entry.phrase == "fire" and entry.pos == "noun":
        around = text_of(doc)[max(0, token.idx - 14) : token.idx + 5]
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
        objects = {
            one.lemma_.lower()
            for c in token.children
            if c.dep_ in ("dobj", "oprd", "attr", "nsubjpass")
            for one in (c, *c.conjuncts)
        } | {
            g.lemma_.lower()
            for c in token.children
            if c.dep_ == "prep" and c.lower_ in ("to", "in") and entry.phrase == "cut"
            for g in c.children
        }
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
    if (
        entry.phrase == "blast"
        and entry.pos == "verb"
        and any(
            (c.dep_ == "prep" and c.lower_ in ("over", "for", "as")) or (c.dep_ == "nsubj" and c.ent_type_ == "PERSON")
            for c in token.children
        )
    ):
        return True
    if (
        entry.phrase == "blast"
        and token.text.lower() == "blasts"
        and token.i + 1 < len(doc)
        and token.nbor(1).pos_ in ("PROPN", "DET", "NOUN", "ADJ", "PRON")
        and " over " in doc.text
    ):
        return True
    if entry.phrase == "fail" and any(c.dep_ == "xcomp" for c in token.children):
        return True  # "failed to agree"; machines that failed to start have an entry of their own
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
        and any(w in text_of(doc).lower() for w in ("demand", "interest", "growth"))
    )


# What any trigger qualifies where it names a kind of event and tells of no case.
_KIND_HEADS = frozenset(
    "risk risks threat warning fear insurance insurer bill cost concern prevention protection policy "
    "detection exercise "
    "simulation law rule regulation premium preparedness readiness resilience training prevention alarm suppression "
    "extinguisher hazard mitigation statistics forecast preparation drill expert lawyer analyst tracker "
    "procedure plan planning code standard guideline".split()
)

# What is said or written about a kind of event: "a consultation into disconnection", "rules on leaks".
_TREATISES = frozenset(
    "consultation guideline guidance rule law policy study research debate conference workshop standard bill insurance "
    "training course manual handbook seminar webinar book paper white-paper strategy roadmap code protocol tender "
    "legislation regulation".split()
)


def _is_of_the_past(token: Token) -> bool:
    """Whether a noun is a thing of former days: "the load-shedding of the past"."""
    return any(
        noun.lower_ in ("past", "yesterday", "yesteryear", "old")
        for prep in token.children
        if prep.dep_ == "prep" and prep.lower_ == "of"
        for noun in prep.children
    )


def _is_subject_matter(token: Token) -> bool:
    """Whether a noun without an article names what a text, a rule or a talk is about."""
    if token.dep_ != "pobj" or any(c.dep_ in ("det", "poss", "nummod") for c in token.children):
        return False
    prep = token.head
    if prep.lower_ not in ("into", "on", "about", "against", "for"):
        return False
    above = [prep.head, *(c for c in prep.head.children if prep.head.pos_ == "VERB" and c.dep_ == "dobj")]
    return any(t.lemma_.lower() in _TREATISES for t in above)


_CURRENT = frozenset(
    "power electricity energy supply current grid network feeder line city town capital island province region country "
    "state district area suburb neighbourhood half third quarter most part year decade century month week summer "
    "winter day hour two three".split()
)


def _of_another_thing(token: Token) -> bool:
    """Whether a blackout is one of something else: "a blackout of communication", "an outage of the platform"."""
    for prep in token.children:
        if prep.dep_ == "prep" and prep.lower_ == "of":
            for noun in prep.children:
                if noun.dep_ == "pobj" and noun.pos_ == "NOUN" and noun.tag_ != "CD":
                    words = {t.lemma_.lower() for t in noun.subtree}
                    return not (words & _CURRENT) and not any(c.isdigit() for t in noun.subtree for c in t.text)
    return False


_FIRE_THINGS = frozenset(
    "hose pump extinguisher alarm wall proof door main monitor party team watch tug boat water system code "
    "hydrant exit "
    "marshal inspector protection fighter".split()
)
_ANYONE = frozenset("those anyone person people someone whoever anybody everyone he they one vandal thief".split())
_BUILDINGS = frozenset(
    "school house home hotel shop building hospital church family flat stadium cinema theatre clinic farm mosque "
    "museum store restaurant".split()
)


def _of_one_building(token: Token) -> bool:
    """Whether a single house is without power: no effect on the network is told."""
    verb = token.head
    doers = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")] + ([verb] if verb.pos_ == "NOUN" else [])
    return any(
        d.lemma_.lower() in _BUILDINGS and d.tag_ == "NN" and not any(c.dep_ == "nummod" for c in d.children)
        for d in doers
    )


def _cuts_a_thing(token: Token) -> bool:
    """Whether "cut" has something that is cut: an object, or the subject of the passive."""
    if any(c.dep_ == "prep" and c.lower_ == "of" for c in token.children):
        return True
    if token.pos_ in ("NOUN", "PROPN"):
        return False
    return is_passive(token) or any(c.dep_ in ("dobj", "nsubjpass") for c in token.children)


def _of_words(token: Token) -> bool:
    """Whether a storm is a figure of speech: "a storm of requests", "a flood of imports"."""
    return any(
        noun.pos_ == "NOUN" and noun.lemma_.lower() not in _FORCES
        for prep in token.children
        if prep.dep_ == "prep" and prep.lower_ == "of"
        for noun in prep.children
        if noun.dep_ == "pobj"
    )


_FORCES = frozenset(
    "magnitude force year decade century season month week wind rain snow water dust sand strength scale night "
    "intensity category proportion kilometre mile generation memory ice lava ash speed".split()
)


# What a trigger qualifies where it tells of no occurrence: "a leak site", "an explosion risk".
_OTHER_HEADS: dict[str, frozenset[str]] = {
    "leak": frozenset("site test detection detector repair survey".split()),
    "ransomware": frozenset("insurance market".split()),
    "outage": frozenset("map season schedule".split()),
    "storm": frozenset("drain water".split()),
    "strike": frozenset("ballot fund pay price rate".split()),
}


_WORKERS = frozenset(
    "worker trucker driver union staff employee miner docker teacher nurse pilot engineer labourer laborer "
    "member tanker-driver stevedore dockworker federation crew electrician".split()
)


def _by_workers(verb: Token) -> bool:
    """Whether those who strike lay down work: nothing is struck, and they or who speaks for them are workers."""
    if any(c.dep_ in ("dobj", "nsubjpass") for c in verb.children):
        return False
    doers = [c for v in (verb, verb.head) for c in v.children if c.dep_ == "nsubj"]
    return any(d.lemma_.lower() in _WORKERS for doer in doers for d in (doer, *doer.conjuncts))


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
    "seize": frozenset("opportunity chance moment initiative asset barrel fuel property cash share stake".split()),
    "cut": frozenset(
        "price rate job output production forecast spending emission cost stake export import supply flow throughput "
        "delivery loading shipment volume power electricity capacity run feedgas sale demand quota tariff tax budget "
        "loss time funding subsidy dependence reliance deal ribbon bill dividend target estimate workforce guidance "
        "turbine plant megawatt mw gigawatt gw panel staff worker order reliance use consumption pollution waste "
        "risk tie link".split()
    ),
    "capture": frozenset(
        "share market carbon co2 emission attention imagination demand value methane image photo video footage".split()
    ),
    "board": frozenset("train plane flight bus".split()),
}
