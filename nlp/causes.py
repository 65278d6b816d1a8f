"""What brought an event about: the doers of a trigger, and the kinds of cause that the words around it name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from spacy.tokens import Token

from nlp.actors import is_doer
from nlp.syntax import (
    by_phrase,
    chain,
    has_object,
    is_passive,
    objects_of,
    subjects,
    with_conjuncts,
)
from nlp.triggers import Entry

Cause = Literal["hostile", "nature", "machine", "cyber", "protest", "labour", "thief"]


_WORD_CAUSES: dict[Cause, frozenset[str]] = {
    "nature": frozenset(
        "hurricane gust gusts fog storm typhoon cyclone flood flooding floodwater earthquake quake tsunami "
        "lightning landslide hail hailstorm "
        "mudslide avalanche rain rainfall "
        "wildfire bushfire wind winds gale tornado snow snowfall snowstorm blizzard ice icing frost freeze cold "
        "heatwave heat volcano eruption drought weather monsoon "
        "sandstorm thunderstorm derecho surge thunderbolt aftershock wave waves river erosion geomagnetic "
        "magnitude".split()
    ),
    "machine": frozenset(
        "excavator backhoe bulldozer digger contractor truck lorry car train plane seaplane helicopter aircraft ship "
        "vessel anchor trawler barge "
        "farmer plow plough crane tree bird squirrel snake driver tractor auger dredger machine machinery equipment "
        "vehicle boat drill bus "
        "excavation construction glitch error fault overload short-circuit circuit corrosion pressure surge".split()
    ),
    "hostile": frozenset(
        "drone uav quadcopter missile rocket shell mortar artillery airstrike bomb bomber warplane jet gunman gunmen "
        "militant rebel insurgent guerrilla "
        "terrorist attacker assailant saboteur armed masked hooded force troop army military navy fighter "
        "separatist pirate bandit robber "
        "commando soldier warship "
        "jihadist extremist tribesman arsonist kamikaze projectile attack strike raid assault bombing bombardment "
        "shelling sabotage explosive ied "
        "dynamite grenade torpedo militia hijacker houthi taliban raider intruder perpetrator suspect sniper gunship "
        "rpg munition fpv shahed".split()
    ),
    "cyber": frozenset(
        "hacker ransomware malware cyberattack cyber-attack wiper cybercriminal hacktivist "
        "trojan ddos phishing".split()
    ),
    "protest": frozenset(
        "protester protestor demonstrator activist protest demonstration picketer villager resident local farmer "
        "tribe campaigner blockade guard indigenous community "
        "tribesmen sit-in environmentalist youth".split()
    ),
    "labour": frozenset("worker union striker employee strike walkout stoppage staff crew trucker".split()),
    "thief": frozenset("thief thieves vandal looter bunkerer scavenger siphoner pilferer tapping tap theft".split()),
}  # fmt: skip


def agents_of(trigger: Token, entry: Entry) -> list[Token]:
    """Who or what does it: subject of the active verb, "by" phrase, or what stands before the noun."""
    found: list[Token] = []
    if entry.pos == "verb":
        passive = is_passive(trigger)
        if not passive and (entry.slot in ("object", "any") or has_object(trigger)):
            found += [s for s in subjects(trigger) if s.dep_ != "nsubjpass"]
        if not found and not passive and trigger.i and trigger.nbor(-1).pos_ in ("NOUN", "PROPN"):
            # Messages without articles lose their subjects in the parse: "EXCAVATOR STRUCK LINE".
            found.append(trigger.nbor(-1))
        found += by_phrase(trigger)
        found += list(objects_of(trigger, frozenset({"with"})))
    else:
        found += by_phrase(trigger)
        found += [c for c in trigger.children if c.dep_ in ("compound", "amod", "poss", "nmod")]
        verb = trigger.head
        if trigger.dep_ == "dobj" and verb.lemma_ in (
            "carry",
            "launch",
            "conduct",
            "stage",
            "mount",
            "perpetrate",
            "commit",
            "make",
            "claim",
            "wage",
            "begin",
            "step",
            "resume",
            "order",
        ):
            found += [s for s in subjects(verb) if s.dep_ != "nsubjpass"] + by_phrase(verb)
        elif trigger.dep_ in ("nsubjpass",) and verb.lemma_ in (
            "carry",
            "launch",
            "conduct",
            "stage",
            "mount",
            "perpetrate",
            "commit",
            "cause",
            "trigger",
            "blame",
            "start",
        ):
            found += by_phrase(verb)
        elif trigger.dep_ == "dobj" and verb.lemma_ in (
            "cause",
            "trigger",
            "spark",
            "start",
            "lead",
            "force",
            "ignite",
        ):
            found += [s for s in subjects(verb) if s.dep_ != "nsubjpass"]
        found += list(objects_of(trigger, frozenset({"from", "with"})))
    return [t for agent in found for t in with_conjuncts(agent)]


def causes_of(trigger: Token, entry: Entry, agents: list[Token]) -> set[Cause]:
    """The kinds of cause that the agents, the joined words and a causal phrase name."""
    words: set[str] = set()
    for agent in agents:
        words |= {
            agent.lemma_.lower(),
            agent.lower_,
            *(c.lemma_.lower() for c in agent.children if c.dep_ in ("compound", "amod", "nmod")),
        }
    for verb in {
        trigger.i: trigger,
        trigger.head.i: trigger.head if trigger.pos_ in ("NOUN", "PROPN") and trigger.head.pos_ == "VERB" else trigger,
    }.values():
        for prep in verb.children:
            if prep.dep_ in ("prep", "agent", "mark", "advcl") and prep.lower_ in (
                "after",
                "following",
                "by",
                "from",
                "due",
                "amid",
                "during",
                "because",
                "in",
                "with",
                "when",
            ):
                for child in prep.children:
                    if child.dep_ in ("pobj", "pcomp"):
                        words |= {
                            child.lemma_.lower(),
                            child.lower_,
                            *(c.lemma_.lower() for c in child.children if c.dep_ in ("compound", "amod", "nmod")),
                        }
                    if child.dep_ == "prep":
                        words |= {g.lemma_.lower() for g in child.children if g.dep_ == "pobj"}
            if prep.dep_ == "advcl":
                words |= {c.lemma_.lower() for c in prep.children if c.dep_ in ("nsubj", "nsubjpass", "dobj")}
                words |= {prep.lemma_.lower()} & {"attack", "strike", "bomb", "shell", "raid", "hack"}
        for phrase in objects_of(verb, frozenset({"due", "because"})):
            words |= {phrase.lemma_.lower(), *(c.lemma_.lower() for c in phrase.children)}
    if words & {"lightning", "bird", "thunderbolt"}:
        words -= {"strike"}
    return {cause for cause, known in _WORD_CAUSES.items() if words & known}


def is_force(token: Token) -> bool:
    """Whether a noun is a doer or a force that acts on works: "wildfires", "gunmen", and no thing that is acted on."""
    lemma = token.lemma_.lower()
    return lemma in _WORD_CAUSES["nature"] or lemma in _WORD_CAUSES["hostile"]


def has_hostile_word(text: str) -> bool:
    """Whether a sentence holds any word of deliberate violence."""
    return any(
        w in _WORD_CAUSES["hostile"] or w.rstrip("s") in _WORD_CAUSES["hostile"]
        for w in re.findall(r"[a-z-]+", text.lower())
    )


_PRONOUNS = frozenset({"it", "they", "he", "she", "we", "who", "which", "that"})


def resolve_agents(agents: Sequence[Token], trigger: Token) -> list[Token]:
    """Agents with a pronoun replaced by whom it stands for: "the Houthis said they had hit ..."."""
    found: list[Token] = []
    for agent in agents:
        if agent.lower_ in _PRONOUNS:
            for governor in chain(trigger)[1:]:
                if agent.lower_ in ("who", "which", "that") and governor.pos_ in ("NOUN", "PROPN"):
                    found.append(governor)
                    break
                if governor.pos_ == "VERB" and agent.i not in {c.i for c in governor.children}:
                    own = [s for s in subjects(governor) if s.lower_ not in _PRONOUNS]
                    if own:
                        found += own
                        break
            continue
        if any(c.dep_ == "poss" and c.lower_ in ("its", "their", "his") for c in agent.children) and is_doer(agent):
            speaker = next(
                (
                    s
                    for g in chain(trigger)[1:]
                    if g.pos_ == "VERB"
                    for s in subjects(g)
                    if s.i != agent.i and s.lower_ not in _PRONOUNS
                ),
                None,
            )
            if speaker is not None:
                found.append(speaker)
        found.append(agent)
    return found
