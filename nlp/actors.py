"""Who did it, is suspected, claimed it or denied it; never the operator and never the source who speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from spacy.tokens import Doc, Token

from nlp.gazetteer import NameMatch
from nlp.parsing import text_of
from nlp.records import ActorArgument, Claimant, Span, Where
from nlp.speakers import dateline_end
from nlp.syntax import phrase_span

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
    "secessionists islamist islamists dissident dissidents partisan partisans mercenary mercenaries herdsman "
    "herdsmen cultist cultists squad",
    "criminals": "pirate pirates robber robbers bandit bandits thief thieves vandal vandals criminal criminals gang "
    "gangs looter looters smuggler smugglers kidnapper kidnappers intruder intruders arsonist arsonists "
    "perpetrator perpetrators scavenger scavengers burglar burglars siphoner siphoners",
    "hacker_group": "hacker hackers hacktivist hacktivists cybercriminal cybercriminals",
    "protesters": "protester protesters protestor protestors demonstrator demonstrators activist activists villager "
    "villagers resident residents campaigner campaigners youth youths farmer farmers picketer picketers climber "
    "climbers rioter rioters mob crowd crowds squatter squatters student students trucker truckers",
    "unknown": "person persons man men individual individuals people group groups culprit culprits "
    "miscreant miscreants someone boarder boarders boy boys teenager teenagers woman women",
}.items():
    for _word in _words.split():
        _KINDS[_word] = _kind
_ARMED = frozenset("armed masked unidentified unknown suspected hooded disguised".split())
# Those who guard the works and answer attacks on them; where they attack, their full name is a known one.
_KEEPERS = frozenset({"police", "guard", "guards", "coastguard"})
_NO_FORCE = frozenset(
    "external outside brute natural excessive mechanical driving lateral vertical full work labour labor".split()
)
_WEAPONS = frozenset(
    "drone drones missile missiles rocket rockets shell shells airstrike airstrikes artillery bomb bombs uav uavs jet "
    "jets strike strikes attack attacks raid raids shelling bombing bombardment warplane warplanes helicopter "
    "helicopters quadcopter projectile projectiles hackers hacker".split()
)


# Of the weapons, those that somebody sits in or serves.
_PLATFORMS = frozenset(
    "jet jets warplane warplanes helicopter helicopters artillery aircraft plane planes gunboat gunboats".split()
)


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
    opening = dateline_end(text_of(doc))
    if end <= opening:
        return None
    start = _undated(doc, max(start, opening), end)
    if " - " in text_of(doc)[start:end]:
        return None  # "hit by rocket - army": the source behind the dash
    for left, right, name in known:
        touching = left < end and start < right and left <= token.idx + len(token)
        if touching and name.kind == "actor":
            return ActorSpan(
                left, right, text_of(doc)[left:right], name.entry_kind or "armed_group", name.country, True
            )
    for prep in token.children:
        # "guerrillas of the National Liberation Army", "fighters from the group"
        if prep.dep_ == "prep" and prep.lower_ in ("of", "from"):
            for child in prep.children:
                for left, right, name in known:
                    if name.kind == "actor" and left <= child.idx < right:
                        return ActorSpan(
                            left, right, text_of(doc)[left:right], name.entry_kind or "armed_group", name.country, True
                        )
    lower = token.lower_
    country = next((c for c in countries if c.start < end and start < c.end and c.start >= opening), None)
    own = country is not None and country.start <= token.idx < country.end
    if own and country is not None and text_of(doc)[country.end : country.end + 1] == ":":
        return None  # "Angola: rebels hit power line"
    if lower in _KINDS and lower not in _KEEPERS:
        kind = _KINDS[lower]
        if (
            kind == "unknown"
            and not any(c.lower_ in _ARMED for c in token.children)
            and not any(c.dep_ == "nummod" for c in token.children)
        ):
            return None
        if lower in ("force", "forces") and any(c.lower_ in _NO_FORCE for c in token.children):
            return None  # "an external force": pressure, wind, a digger
        if kind in ("armed_group", "unknown") and country is not None and lower in ("troops", "forces"):
            kind = "state_force"
        words = text_of(doc)[start:end]
        if (
            lower == words.lower()
            and lower in ("forces", "force", "troops", "army", "military")
            and any(c.dep_ == "poss" for c in token.children)
        ):
            return None  # "its forces": named by whose they are
        for left, right, name in known:
            if name.kind == "actor" and left == end + 1:  # "the militia Kataib Hezbollah"
                return ActorSpan(left, right, text_of(doc)[left:right], name.entry_kind or kind, name.country, True)
        named = named_beside(doc, token)
        if named is not None:
            return ActorSpan(*named, text_of(doc)[named[0] : named[1]], kind, None, False)
        end = _described(token, end) if kind != "state_force" else end
        return ActorSpan(start, end, text_of(doc)[start:end], kind, country.country if country else None, False)
    if own and country is not None:
        return ActorSpan(country.start, country.end, country.name, "state_force", country.country, False)
    if (
        country is not None
        and lower in ("ministry", "military", "defence", "defense", "command", "staff", "force")
        and any(c.lower_ in ("defence", "defense", "general") or lower != "ministry" for c in token.children)
    ):
        # Who says that its forces did it is who did it.
        return ActorSpan(country.start, country.end, country.name, "state_force", country.country, False)
    if lower in _PLATFORMS and country is not None and country.start < token.idx:
        return ActorSpan(start, end, text_of(doc)[start:end], "state_force", country.country, False)
    if lower in _WEAPONS and country is not None:
        return ActorSpan(country.start, country.end, country.name, "state_force", country.country, False)
    return None


_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday yesterday today overnight".split())


def _undated(doc: Doc, start: int, end: int) -> int:
    """Where a phrase starts without the day that the parse has put before it: "Sunday gunmen"."""
    for token in doc:
        if start <= token.idx < end and token.lower_ in _DAYS:
            start = min(end, token.idx + len(token.text_with_ws))
        elif token.idx >= start:
            break
    return start


def named_beside(doc: Doc, token: Token) -> tuple[int, int] | None:
    """The span of the name beside a common noun: "the group Killnet", "a gang calling itself Night Heron"."""
    for child in token.rights:
        if child.dep_ == "appos" and child.pos_ == "PROPN" and child.i - token.i <= 4:
            return phrase_span(child)
        if child.dep_ == "acl" and child.lemma_ in ("call", "name", "know", "style") and child.i - token.i <= 2:
            names = [t for t in child.subtree if t.text[:1].isupper() and t.i > child.i]
            if names:
                last = names[0]
                while last.i + 1 < len(doc) and doc[last.i + 1].pos_ == "PROPN":
                    last = doc[last.i + 1]
                return names[0].idx, last.idx + len(last)
    return None


def described(token: Token, span: tuple[int, int]) -> tuple[int, int]:
    """The span of a noun with what tells strangers apart: "two men on a motorbike", "guards under Ibrahim Jathran"."""
    return span[0], _described(token, span[1])


def stretch(doc: Doc, actor: ActorSpan, token: Token) -> ActorSpan:
    """An actor by the name that stands beside its noun, where one does."""
    named = named_beside(doc, token)
    if named is None:
        return actor
    return ActorSpan(*named, text_of(doc)[named[0] : named[1]], actor.kind, actor.country, False)


def _described(token: Token, end: int) -> int:
    """Strangers are described after the noun: "two men on a motorbike", "youths from Egi"."""
    for child in token.rights:
        if child.dep_ == "prep" and child.i == token.i + 1 and child.lower_ in (
            "on", "in", "with", "from", "of", "under", "at",
        ):  # fmt: skip
            objects = [c for c in child.children if c.dep_ == "pobj" and c.ent_type_ not in ("DATE", "TIME")]
            if objects and objects[0].i - token.i <= 7:
                return max(end, objects[0].idx + len(objects[0]))
    return end


_DEEDS = frozenset(
    "bomb blow attack shell storm raid hijack kidnap seize burn torch sabotage ambush dynamite destroy board abduct "
    "strike hit shoot fire occupy capture hack breach blockade block vandalise vandalize steal rob loot damage "
    "overrun detonate cut target".split()
)


def stranger(
    doc: Doc, token: Token, known: Sequence[tuple[int, int, NameMatch]], countries: Sequence[CountryWord]
) -> ActorSpan | None:
    """A proper name that no list knows and that is no company, place, ship or hour."""
    if token.pos_ != "PROPN" or token.ent_type_ in _NOT_ACTING:
        return None
    start, end = phrase_span(token)
    start = max(start, dateline_end(text_of(doc)))
    if start >= end or any(left < end and start < right for left, right, _ in known) or text_of(doc).isupper():
        return None
    country = next((c for c in countries if c.start < end and start < c.end), None)
    if country is not None:
        return ActorSpan(country.start, country.end, country.name, "state_force", country.country, False)
    if any(t.lower_ in _NO_ACTOR or t.lower_ in _WEAPONS for t in doc if start <= t.idx < end):
        return None
    words = text_of(doc)[start:end]
    return None if " - " in words else ActorSpan(start, end, words, "armed_group", None, False)


def _stranger(
    doc: Doc, token: Token, known: Sequence[tuple[int, int, NameMatch]], countries: Sequence[CountryWord]
) -> ActorSpan | None:
    """A proper name that no list knows, as the subject of a violent verb: no company, place, ship or hour."""
    verb = token.head if token.dep_ == "nsubj" else token.head.head if token.head.dep_ == "agent" else None
    if verb is None or verb.lemma_.lower() not in _DEEDS or token.pos_ != "PROPN" or token.ent_type_ in _NOT_ACTING:
        return None
    if token.dep_ == "nsubj" and not any(c.dep_ in ("dobj", "prt", "prep") for c in verb.children):
        return None
    return stranger(doc, token, known, countries)


_NOT_ACTING = frozenset("GPE LOC FAC DATE TIME PRODUCT EVENT MONEY QUANTITY CARDINAL WORK_OF_ART LAW".split())
_NO_ACTOR = frozenset(
    """ransomware malware virus wiper worm trojan unidentified actor researchers investigators
    hurricane typhoon cyclone storm tropical tanker vessel ship mv mt ss company corp inc ltd plc energy oil gas
    power electric petroleum refinery pipeline ministry earthquake brent court union commission treasury opec""".split()
)


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
        actor = name_actor(doc, agent, known, countries) or _stranger(doc, agent, known, countries)
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
