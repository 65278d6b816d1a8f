"""Who speaks with authority about a happening: the operator of the works, a ministry, a regulator, police."""

from __future__ import annotations

import re
from functools import lru_cache

from nlp.folding import fold_word
from nlp.gazetteer import load_gazetteer
from nlp.places import load_places
from nlp.records import HAPPENED, Event, Report

# Publishers that speak of what they run or watch over themselves, as kinds of sources.toml.
OFFICIAL_SOURCES = frozenset({"operator", "government", "regulator"})
_BODIES = frozenset({"operator", "company", "agency", "regulator", "ministry"})  # kinds of the gazetteer's bodies
_OFFICE = re.compile(
    r"\b(?:ministr(?:y|ies)|minister|regulators?|police|prosecutors?|coast ?guards?|navy|army|military|armed forces|"
    r"air force|defen[cs]e forces?|governors?|mayors?|governments?|authorit(?:y|ies)|municipality|prefecture|council|"
    r"officials?|commission|president(?:ial)?|premier|cabinet|chancellor|kremlin|white house|"
    r"fire (?:brigade|department|service|chief)s?|firefighters|civil (?:defen[cs]e|protection)|emergenc(?:y|ies)|"
    r"rescue services?|operators?|utilit(?:y|ies)|consortium|compan(?:y|ies)|corporation|corp|firm|subsidiary|owners?|"
    r"refiners?|producers?|management|managers?|port (?:authority|captain|office)|harbour ?master|"
    r"department of|(?:energy|interior|transport|oil|power|electricity|gas|nuclear|maritime|environment\w*|cyber\w*)"
    r"(?: \w+)? (?:department|agency|board|commission|committee|administration|inspectorate|authority|office|service)|"
    r"security service|secret service|intelligence service|court|judge|state secretary|commissioner|"
    r"(?:plc|inc|ltd|llc|gmbh|oao|pao|jsc|s\.a\.|ag|asa|spa))\b",
    re.IGNORECASE,
)
# Who has no office, whatever it stands beside: "company sources", "union officials", "state media", "former minister".
_NO_OFFICE = re.compile(
    r"\b(?:sources?|unions?|media|news|newspapers?|channels?|television|tv|radio|agency reports?|analysts?|experts?|"
    r"traders?|brokers?|residents?|witness(?:es)?|eyewitness(?:es)?|activists?|protesters?|rebels?|militants?|insurgents?|"
    r"hackers?|militia|guerrillas?|separatists?|gang|opposition|exiled|former|ex|retired|anonymous|shipping agents?|"
    r"neighbou?rs?|villagers?|consultanc(?:y|ies)|security (?:company|firm|consultant)s?|"
    r"(?:research|tracking|data|intelligence) (?:company|firm)s?|self-(?:styled|proclaimed|declared)|claimed)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")
# Words of names that make nobody the same: the National Oil Corporation is no part of a National Liberation Army.
_COMMON = frozenset(
    """the and for its their his her national state united general central northern southern eastern western north south
    east west army navy force forces military ministry defence defense interior oil gas energy power company corporation
    group front people popular liberation islamic republic democratic free new security service guard guards police
    government unknown unidentified armed""".split()
)
# Those of a country who act against it: its army is no party to what its rebels do.
_OF_NO_STATE = frozenset({"armed_group", "criminals", "protesters", "workers"})
_NO_STATE = re.compile(
    r"\b(?:rebels?|militants?|insurgents?|guerrillas?|separatists?|protest[eo]rs?|activists?|gang\w*|pirates?|bandits?)\b",
    re.IGNORECASE,
)


def is_official(report: Report) -> bool:
    """Whether somebody with authority says in a report that it is so: who speaks, or who publishes."""
    event = report.event
    if report.source_kind in OFFICIAL_SOURCES and report.wire is None:
        return True
    return any(
        claim.speaker is not None
        and claim.about is None
        and (claim.factuality == event.factuality or {claim.factuality, event.factuality} <= HAPPENED)
        and has_office(claim.speaker)
        and not is_party(claim.speaker, event)
        for claim in event.claims
    )


@lru_cache(maxsize=4096)
def has_office(speaker: str) -> bool:
    """Whether a speaker's words name an office, a company or a body of the gazetteer that answers for what it says."""
    if _NO_OFFICE.search(speaker):
        return False
    if _OFFICE.search(speaker):
        return True
    return any(
        match.kind == "facility" or (match.kind == "organisation" and match.entry_kind in _BODIES)
        for match in load_gazetteer().find_names(speaker)
    )


def is_party(speaker: str, event: Event) -> bool:
    """Whether a speaker is one of those who did it or are said to have: a boast confirms nothing."""
    kinds = {claimant.name: None for claimant in event.claimed_by} | {
        actor.name: actor.kind for actor in event.actors if actor.role != "denied"
    }
    said = _names(speaker)
    return any(
        not said.isdisjoint(_own_names(name) if kind in _OF_NO_STATE else _names(name)) for name, kind in kinds.items()
    )


@lru_cache(maxsize=4096)
def _names(words: str) -> frozenset[str]:
    """The names among some words and the countries: "Iran's navy" and "Iranian forces" share one."""
    if _NO_STATE.search(words):
        return _own_names(words)
    places = load_places().find_places(words)
    forces = [m for m in load_gazetteer().find_names(words) if m.entry_kind == "state_force"]
    countries = [p.country for p in places if p.precision == "country"] + [m.country for m in forces]
    return _own_names(words) | {f"country:{country}" for country in countries if country}


@lru_cache(maxsize=4096)
def _own_names(words: str) -> frozenset[str]:
    """The bodies of the gazetteer among some words, and the words of names that are no place's."""
    bodies = [m for m in load_gazetteer().find_names(words) if m.kind != "facility"]
    if any(m.entry_kind in _OF_NO_STATE for m in bodies):
        words_left = ""  # a known group is known by its id: its name may hold a country's or a people's
    else:
        words_left = words
        for place in reversed(load_places().find_places(words)):
            words_left = f"{words_left[: place.start]} {words_left[place.end :]}"
    told = {
        fold_word(word)
        for word in _WORD.findall(re.sub(r"[’']s\b", "", words_left))
        if word[0].isupper() and word.lower() not in _COMMON and not _OFFICE.fullmatch(word)
    }
    return frozenset(f"body:{m.id}" for m in bodies) | frozenset(told)
