"""Who did it, is suspected, claimed it or denied it; never the operator and never the source who speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from spacy.tokens import Doc, Token

from nlp.gazetteer import NameMatch
from nlp.records import ActorArgument, Claimant, Span, Where
from nlp.syntax import by_phrase, chain, phrase_span, subjects, token_at, with_conjuncts

ActorRole = Literal["perpetrator", "suspected", "denied"]

_KINDS: dict[str, str] = {}
for _kind, _words in {
    "state_force": "force forces troop troops army military navy soldier soldiers airforce warplane warplanes warship "
    "warships jet jets commando commandos paratroopers marine marines gunship police coastguard guard "
    "guards intelligence separatist separatists bomber bombers submarine",
    "armed_group": "gunman gunmen militant militants rebel rebels insurgent insurgents guerrilla guerrillas guerilla "
    "guerillas terrorist terrorists fighter fighters militia militias militiamen jihadist jihadists "
    "jihadi jihadis extremist extremists separatist tribesman tribesmen attacker attackers assailant "
    "assailants saboteur saboteurs bomber hijacker hijackers commando raider raiders secessionist "
    "secessionists islamist islamists dissident dissidents",
    "criminals": "pirate pirates robber robbers bandit bandits thief thieves vandal vandals criminal criminals gang "
    "gangs looter looters smuggler smugglers kidnapper kidnappers intruder intruders arsonist arsonists "
    "perpetrator perpetrators scavenger scavengers",
    "hacker_group": "hacker hackers hacktivist hacktivists cybercriminal cybercriminals",
    "protesters": "protester protesters protestor protestors demonstrator demonstrators activist activists villager "
    "villagers resident residents campaigner campaigners youth youths farmer farmers picketer picketers",
    "workers": "worker workers striker strikers employee employees union unions",
    "unknown": "person persons man men individual individuals people suspect suspects group groups culprit culprits "
    "miscreant miscreants someone",
}.items():
    for _word in _words.split():
        _KINDS[_word] = _kind
_ARMED = frozenset("armed masked unidentified unknown suspected hooded disguised".split())
_WEAPONS = frozenset(
    "drone drones missile missiles rocket rockets shell shells airstrike airstrikes artillery bomb bombs uav uavs jet "
    "jets strike strikes attack attacks raid raids shelling bombing bombardment warplane warplanes helicopter "
    "helicopters quadcopter projectile projectiles hackers hacker".split()
)
_RESPONSIBILITY = re.compile(
    r"\b(?:claim\w*|took|taken|takes?|taking|accept\w*)\s+(?:\w+\s+)?responsib\w+|\bresponsib\w+ (?:for|was|has been|"
    r"\w+) \w*\s*claimed|\bclaimed (?:the|credit for|to have)\b",
    re.IGNORECASE,
)
_NO_CLAIM = re.compile(
    r"\b(?:no (?:one|group|body|organi[sz]ation|party|immediate)|nobody|not|none|neither)\b[^.]{0,60}\b(?:claim\w*|"
    r"responsib\w+)",
    re.IGNORECASE,
)
_SUSPECT_VERBS = frozenset({"blame", "accuse", "suspect", "attribute", "point", "implicate", "link"})


@dataclass(slots=True)
class ActorSpan:
    """Somebody who can act in a sentence; offsets into the sentence's text."""

    start: int
    end: int
    name: str
    kind: str
    country: str | None
    known: bool


@dataclass(frozen=True, slots=True)
class CountryWord:
    """A country's name or demonym in the sentence, for "Russian drones" and "Israel bombed"."""

    start: int
    end: int
    name: str
    country: str


def is_doer(token: Token) -> bool:
    """Whether a noun names fighters, offenders or weapons."""
    return (
        token.lower_ in _KINDS
        or token.lower_ in _WEAPONS
        or token.lemma_.lower() in _WEAPONS
        or token.lemma_.lower() in _KINDS
    )


def name_actor(
    doc: Doc, token: Token, known: Sequence[tuple[int, int, NameMatch]], countries: Sequence[CountryWord]
) -> ActorSpan | None:
    """The actor that a token stands for, or None where it is no actor: a weapon, a company, a ministry that speaks."""
    start, end = phrase_span(token)
    for left, right, name in known:
        touching = left < end and start < right and left <= token.idx + len(token)
        if touching and name.kind == "actor":
            return ActorSpan(left, right, doc.text[left:right], name.entry_kind or "armed_group", name.country, True)
    for prep in token.children:
        # "guerrillas of the National Liberation Army", "fighters from the group"
        if prep.dep_ == "prep" and prep.lower_ in ("of", "from"):
            for child in prep.children:
                for left, right, name in known:
                    if name.kind == "actor" and left <= child.idx < right:
                        return ActorSpan(
                            left, right, doc.text[left:right], name.entry_kind or "armed_group", name.country, True
                        )
    lower = token.lower_
    country = next((c for c in countries if c.start < end and start < c.end), None)
    own = country is not None and country.start <= token.idx < country.end
    if lower in _KINDS:
        kind = _KINDS[lower]
        if (
            kind == "unknown"
            and not any(c.lower_ in _ARMED for c in token.children)
            and not any(c.dep_ == "nummod" for c in token.children)
        ):
            return None
        if lower in ("guard", "guards", "worker", "workers", "people") and not own and kind != "workers":
            pass
        if kind in ("armed_group", "unknown") and country is not None and lower in ("troops", "forces"):
            kind = "state_force"
        words = doc.text[start:end]
        if (
            lower == words.lower()
            and lower in ("forces", "force", "troops", "army", "military")
            and any(c.dep_ == "poss" for c in token.children)
        ):
            return None  # "its forces": named by whose they are
        return ActorSpan(start, end, words, kind, country.country if country else None, False)
    if own and country is not None:
        return ActorSpan(country.start, country.end, country.name, "state_force", country.country, False)
    if (
        country is not None
        and lower in ("ministry", "military", "defence", "defense", "command", "staff", "force")
        and any(c.lower_ in ("defence", "defense", "general") or lower != "ministry" for c in token.children)
    ):
        # Who says that its forces did it is who did it.
        return ActorSpan(country.start, country.end, country.name, "state_force", country.country, False)
    if lower in _WEAPONS and country is not None:
        return ActorSpan(country.start, country.end, country.name, "state_force", country.country, False)
    return None


def find_perpetrators(
    doc: Doc,
    agents: Sequence[Token],
    known: Sequence[tuple[int, int, NameMatch]],
    countries: Sequence[CountryWord],
    *,
    nominal: bool,
) -> list[tuple[ActorSpan, ActorRole]]:
    """The actors among the agents of a trigger, suspected ones told apart."""
    found: list[tuple[ActorSpan, ActorRole]] = []
    for agent in agents:
        actor = name_actor(doc, agent, known, countries)
        if actor is None or any(a.start == actor.start for a, _ in found):
            continue
        if (
            nominal
            and agent.dep_ in ("amod", "compound", "poss", "nmod")
            and agent.pos_ == "ADJ"
            and actor.kind == "state_force"
            and not actor.known
            and not any(c.lower_ in _WEAPONS for c in (agent.head, *agent.head.children))
        ):
            # "a Russian fire" is where, not who; "Russian shelling" is who.
            continue
        suspected = any(
            c.lower_ in ("suspected", "alleged", "presumed", "apparent", "purported")
            for c in (*agent.children, *agent.head.children)
            if c.dep_ == "amod"
        )
        found.append((actor, "suspected" if suspected else "perpetrator"))
    return found


def find_claims(
    doc: Doc, known: Sequence[tuple[int, int, NameMatch]], countries: Sequence[CountryWord]
) -> tuple[list[ActorSpan], list[ActorSpan], list[ActorSpan]]:
    """Who claimed responsibility in a sentence, who is blamed, and who denies a part in it."""
    claimed: list[ActorSpan] = []
    blamed: list[ActorSpan] = []
    denied: list[ActorSpan] = []
    text = doc.text
    claims = _RESPONSIBILITY.search(text) and not _NO_CLAIM.search(text)
    for token in doc:
        lemma = token.lemma_.lower()
        if lemma in ("claim", "take", "accept") and claims and token.pos_ == "VERB":
            passive = any(c.dep_ == "nsubjpass" for c in token.children)
            candidates = (
                [g for c in token.children if c.dep_ in ("agent", "prep") and c.lower_ == "by" for g in c.children]
                if passive
                else subjects(token)
            )
            for subject in candidates:
                for one in with_conjuncts(subject):
                    actor = _claimant(doc, one, known, countries)
                    if actor is not None and all(a.start != actor.start for a in claimed):
                        claimed.append(actor)
        elif (
            lemma == "claim"
            and token.pos_ == "VERB"
            and (token.dep_ in ("acl", "relcl") or any(c.dep_ == "nsubjpass" for c in token.children))
        ):
            for claimant in by_phrase(token):
                actor = _claimant(doc, claimant, known, countries)
                if actor is not None:
                    claimed.append(actor)
        elif lemma in _SUSPECT_VERBS and token.pos_ == "VERB":
            objects = (
                [c for c in token.children if c.dep_ in ("dobj", "nsubjpass")]
                if lemma in ("accuse", "suspect", "implicate")
                else []
            )
            objects += [
                g
                for c in token.children
                if c.dep_ == "prep" and c.lower_ in ("on", "to", "at")
                for g in c.children
                if g.dep_ == "pobj"
            ]
            if lemma == "blame":
                objects += [
                    c
                    for c in token.children
                    if c.dep_ == "dobj" and not any(x.dep_ == "prep" and x.lower_ == "on" for x in token.children)
                ]
            for target in objects:
                for one in with_conjuncts(target):
                    actor = name_actor(doc, one, known, countries)
                    if actor is not None:
                        blamed.append(actor)
        elif (
            lemma == "deny"
            and token.pos_ == "VERB"
            and re.search(
                r"\b(?:involvement|responsib\w+|role|behind|part|link|accusation|allegation|blame|any)\b",
                text[token.idx :],
                re.IGNORECASE,
            )
        ):
            for subject in subjects(token):
                actor = name_actor(doc, subject, known, countries)
                if actor is not None:
                    denied.append(actor)
    match = _RESPONSIBILITY.search(text)
    if match and claims and not claimed:
        # The parser takes "Houthis claim responsibility" for one noun; the words before the claim are the claimant.
        left = next((k for k in known if k[2].kind == "actor" and 0 <= match.start() - k[1] <= 8), None)
        before = token_at(doc, max(0, match.start() - 2))
        if left is not None:
            claimed.append(
                ActorSpan(
                    left[0],
                    left[1],
                    text[left[0] : left[1]],
                    left[2].entry_kind or "armed_group",
                    left[2].country,
                    True,
                )
            )
        elif before is not None and before.pos_ == "PROPN":
            actor = _claimant(doc, before, known, countries)
            if actor is not None:
                claimed.append(actor)
    return claimed, blamed, denied


def _claimant(
    doc: Doc, token: Token, known: Sequence[tuple[int, int, NameMatch]], countries: Sequence[CountryWord]
) -> ActorSpan | None:
    actor = name_actor(doc, token, known, countries)
    if actor is not None:
        return actor
    if token.pos_ in ("PROPN", "NOUN") and token.lower_ not in (
        "official",
        "officials",
        "ministry",
        "company",
        "governor",
        "spokesman",
        "spokesperson",
    ):
        start, end = phrase_span(token)
        return ActorSpan(start, end, doc.text[start:end], "armed_group", None, False)
    return None


def to_argument(actor: ActorSpan, role: ActorRole, offset: int, where: Where) -> ActorArgument:
    """The record of an actor; `offset` is where the sentence starts."""
    return ActorArgument(
        name=actor.name,
        role=role,
        span=Span(start=offset + actor.start, end=offset + actor.end, where=where),
        kind=actor.kind,
        country=actor.country,
    )


def to_claimant(actor: ActorSpan, offset: int, where: Where) -> Claimant:
    """The record of who claimed it."""
    return Claimant(name=actor.name, span=Span(start=offset + actor.start, end=offset + actor.end, where=where))


__all__ = [
    "ActorSpan",
    "CountryWord",
    "chain",
    "find_claims",
    "find_perpetrators",
    "name_actor",
    "to_argument",
    "to_claimant",
    "token_at",
]
