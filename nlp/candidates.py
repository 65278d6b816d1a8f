"""Mentions of events in single sentences: trigger, sense, facility, cause, grade, actors; events.py joins them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from nlp.actors import ActorRole, ActorSpan, CountryWord, find_perpetrators
from nlp.arguments import Linked, pick_entry
from nlp.bridging import lies_below, link_facilities_of, link_resumed
from nlp.causes import Cause, agents_of, causes_of, has_hostile_word, resolve_agents
from nlp.claimants import find_claims
from nlp.facility_refs import FacilityRef
from nlp.factuality import Grade, grade
from nlp.gazetteer import NameMatch
from nlp.imposers import find_imposers
from nlp.modes import find_modes
from nlp.reading import Reading
from nlp.records import EventType, FacilityType, Mode
from nlp.senses import decide_type, is_idiom
from nlp.standing import (
    is_aimed_at_place,
    is_background,
    is_electric,
    is_generic,
    is_series,
    is_side_effect,
    is_tried,
    names_power,
    standing_of,
)
from nlp.text import Sentence
from nlp.triggers import Entry, TriggerMatch

_MAINTENANCE = re.compile(
    r"\b(?:(?<!un)(?<!un-)(?:planned|scheduled|routine|regular|annual|seasonal) (?:\w+ ){0,2}?(?:maintenance|"
    r"overhauls?|turnarounds?|outages?|shutdowns?|repairs|works?|inspection)|refuell?ing outage|turnaround|for "
    r"maintenance|maintenance (?:work|outage|season)|commissioning|decommission\w+)\b",
    re.IGNORECASE,
)

# Nouns of deeds that name a kind without a plural.
_MASS = frozenset({"sabotage", "theft", "vandalism", "terrorism", "piracy", "arson"})


_UNPLANNED = re.compile(r"\b(?:unplanned|unscheduled|emergency|forced|unexpected)\b", re.IGNORECASE)


_BUSINESS = re.compile(
    r"\b(?:permanent(?:ly)?|for good|phase[sd]?[- ]out|retir(?:e|ed|ing|ement)|decommission\w*|mothball\w*|"
    r"bankrupt\w*|buyers?|unprofitable|margins?|weak(?:er)? demand|demand (?:loss|slump|collapse|destruction)|"
    r"economics|"
    r"covid\w*|coronavirus|pandemic|cut(?:ting)? (?:jobs|costs|emissions)|net[- ]zero|by 20[2-5]\d|climate|"
    r"acquisition|divest\w*|investment|lay[- ]?offs?|sale of|end of (?:its )?life|coal exit|transition|oversupply|"
    r"glut|permit|approval|court|lawsuit|regulators? (?:order|approv|reject|clear|ask)\w*|"
    r"low(?:er)? prices|price (?:crash|collapse|slump|war))\b",
    re.IGNORECASE,
)


_TOPIC = re.compile(
    r"\b(?:oil|gas|lng|crude|petroleum|energy|pipelines?|nuclear power|nuclear plant|electricity|power|coal|gasoline|"
    r"diesel|fuel|brent|wti|opec\+?|refiner\w+|tankers?|vlccs?|suezmax\w*|cargoes|"
    r"barrels?|gazprom|rosneft|aramco|nord stream|uranium|bpd)\b",
    re.IGNORECASE,
)


_COURT_NEWS = frozenset("court jury judge verdict ruling fine sentence jail convict sue lawsuit arbitration".split())


@dataclass(slots=True)
class Candidate:
    """One mention of an event in one sentence; token offsets are relative to the sentence."""

    sentence: Sentence
    match: TriggerMatch
    token: Token
    entry: Entry
    event_type: EventType
    facilities: list[FacilityRef]
    cost: float
    grade: Grade
    implied: FacilityType | None = None
    modes: tuple[Mode, ...] = ()
    causes: frozenset[Cause] = frozenset()
    actors: list[tuple[ActorSpan, ActorRole]] = field(default_factory=list)
    claimed: list[ActorSpan] = field(default_factory=list)
    rival: bool = False
    nominal: bool = False
    definite: bool = False
    routine: bool = False  # planned maintenance or a business decision
    elsewhere: bool = False  # its target is a place of its own: "strikes on Odessa"
    given: bool = False  # "the damaged plant": told as known, founds no event of its own
    borrowed: bool = False  # the facility stands in a neighbouring sentence

    @property
    def happened(self) -> bool:
        return self.grade.factuality in ("asserted", "attributed")

    @property
    def told(self) -> bool:
        """Whether the mention is of a happening, claimed or denied."""
        return self.happened or self.grade.factuality == "denied"


@dataclass(slots=True)
class SentenceFacts:
    """What a parsed sentence gives besides its triggers."""

    claimed: list[ActorSpan]
    blamed: list[ActorSpan]
    denied: list[ActorSpan]


def find_candidates(
    reading: Reading,
    sentence: Sentence,
    doc: Doc,
    names: Sequence[tuple[int, int, NameMatch]],
    countries: Sequence[CountryWord],
    facts: SentenceFacts,
) -> list[Candidate]:
    """The event mentions of one parsed sentence."""
    refs = reading.facilities.get(sentence.index, [])
    found: list[Candidate] = []
    if reading.frame in ("fiction", "sport"):
        return found
    previous = reading.sentence(sentence.index - 1) if sentence.index > 0 else None
    lenient = sentence.where == "title" or len(doc) < 14
    tokens = frozenset(
        p[2].i
        for m in reading.triggers.get(sentence.index, ())
        if (p := pick_entry(m, doc, lenient=lenient)) and p[1].strength not in ("topic", "weak")
    )
    for match in reading.triggers.get(sentence.index, ()):
        picked = pick_entry(match, doc, lenient=lenient)
        if picked is None:
            continue
        match, entry, token = picked
        if is_idiom(doc, token, entry) or _is_facility_noun(token, entry, refs, sentence.start):
            continue
        nominal = entry.pos == "noun"
        if entry.strength == "topic":
            candidate = _topic(reading, sentence, doc, match, token, entry, refs)
            if candidate is not None:
                candidate.actors = [(a, "perpetrator") for a in find_imposers(doc, token, names, countries)]
                found.append(candidate)
            continue
        linked = link_facilities_of(
            doc, token, entry, refs, sentence.start, title=sentence.where == "title", others=tokens - {token.i}
        )
        if not linked.facilities and not linked.rival:
            linked = link_resumed(doc, refs, sentence.start) or linked
        if sentence.where == "title" and nominal and is_background(token):
            linked = Linked([f for f in linked.facilities if lies_below(doc, f, token, sentence.start)], 99.0, False)
        agents = resolve_agents(agents_of(token, entry), token)
        causes = causes_of(token, entry, agents)
        graded = grade(doc, token, nominal=nominal, context=previous.text if previous else "")
        if graded.silent:
            continue
        if nominal and graded.factuality in ("asserted", "attributed") and is_series(token):
            graded = Grade("historical", graded.speaker)
        elif nominal and graded.factuality in ("asserted", "attributed") and is_generic(doc, token, linked.facilities):
            graded = Grade("hypothetical", graded.speaker)
        if (
            nominal
            and not linked.facilities
            and graded.factuality in ("hypothetical", "recommended")
            and (token.lemma_.lower() in _MASS or is_generic(doc, token, linked.facilities))
        ):
            continue  # "in the event of attacks or sabotage": advice about nothing in particular
        if graded.factuality in ("foiled", "planned") and is_tried(doc, token):
            graded = Grade("historical", graded.speaker)
        if graded.factuality in ("asserted", "attributed"):
            standing = standing_of(doc, token, entry, reading.year)
            if standing is None and reading.frame in ("exercise", "advice"):
                standing = "exercise" if reading.frame == "exercise" else "recommended"
            if standing is not None:
                graded = Grade(standing, graded.speaker)
        event_type = decide_type(doc, token, entry, causes, linked.facilities, sentence.start)
        if event_type is None:
            continue
        implied = entry.implies if not linked.facilities else None
        if implied is not None and (
            is_side_effect(token, doc)
            or not (reading.relevant or names_power(doc.text, match.text))
            or (entry.phrase == "outage" and not is_electric(reading, doc, token))
        ):
            implied = None
        routine = (
            event_type == "outage"
            and not causes & {"nature", "hostile", "cyber", "machine"}
            and _routine(doc.text, entry)
        )
        if routine and graded.factuality in ("asserted", "attributed"):
            graded = Grade("planned", graded.speaker)
        actors = (
            []
            if event_type in ("accident", "outage", "natural_hazard")
            else find_perpetrators(doc, agents, names, countries, nominal=nominal)
        )
        found.append(
            Candidate(
                sentence=sentence,
                match=match,
                token=token,
                entry=entry,
                event_type=event_type,
                facilities=linked.facilities,
                cost=linked.cost,
                grade=graded,
                implied=implied,
                modes=find_modes(doc.text, entry, event_type),
                causes=frozenset(causes),
                actors=actors,
                rival=linked.rival,
                nominal=nominal,
                routine=routine,
                elsewhere=is_aimed_at_place(token, entry),
                given=entry.pos == "verb" and token.dep_ == "amod" and token.tag_ != "VBG" and " " not in entry.phrase,
                definite=any(
                    c.dep_ in ("det", "poss") and c.lower_ in ("the", "this", "that", "these", "those", "its", "both")
                    for c in token.children
                ),
            )
        )
    setting = [c for c in found if c.entry.phrase.startswith("set ")]
    found = [c for c in found if c.entry.phrase not in ("ablaze", "on fire") or not any(_covers(s, c) for s in setting)]
    for candidate in found:
        candidate.claimed = list(facts.claimed)
    return found


def _covers(whole: Candidate, part: Candidate) -> bool:
    """Whether one mention is the end of another's words: the "ablaze" of "set the tank ablaze"."""
    return whole.match.start < part.match.start <= whole.match.start + 60


def _is_facility_noun(token: Token, entry: Entry, refs: Sequence[FacilityRef], offset: int) -> bool:
    """Whether the word is the noun of a facility instead: the "board" of "power board"."""
    return entry.pos == "verb" and token.pos_ in ("NOUN", "PROPN") and any(r.head - offset == token.idx for r in refs)


def _routine(text: str, entry: Entry) -> bool:
    if _UNPLANNED.search(text):
        return False
    if _MAINTENANCE.search(text):
        return True
    return entry.strength != "strong" and bool(_BUSINESS.search(text)) and not has_hostile_word(text)


def _topic(
    reading: Reading,
    sentence: Sentence,
    doc: Doc,
    match: TriggerMatch,
    token: Token,
    entry: Entry,
    refs: Sequence[FacilityRef],
) -> Candidate | None:
    """Sanctions, diplomacy and market moves: told of energy, in the first sentences or the title."""
    last = 6 if entry.event_type == "market" and reading.relevant else 2
    if not _TOPIC.search(doc.text) or (sentence.index > last and not refs):
        return None
    if sentence.kind == "bullet" or token.dep_ in ("amod", "compound"):
        return None
    if (
        entry.event_type == "legal_diplomatic"
        and entry.pos == "verb"
        and not any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children)
        and token.dep_ != "conj"
        and sentence.where != "title"
    ):
        return None
    if entry.event_type == "market" and entry.pos == "verb" and entry.phrase not in ("cut output", "cut production"):
        subject = " ".join(t.text for c in token.children if c.dep_ in ("nsubj", "dobj") for t in c.subtree)
        if not re.search(
            r"\b(?:prices?|brent|wti|crude|futures|oil|gas|premiums?|benchmark|contracts?|rates?|freight|power|diesel|"
            r"gasoil|coal|lng|uranium|cargoes)\b",
            subject,
            re.IGNORECASE,
        ):
            return None
    graded = grade(doc, token, nominal=entry.pos == "noun")
    if graded.silent:
        return None
    if entry.event_type == "legal_diplomatic" and graded.factuality == "historical" and entry.phrase in _COURT_NEWS:
        # The deed is an old one, the ruling is the news.
        graded = Grade("attributed" if graded.speaker else "asserted", graded.speaker)
    linked = [r for r in refs if not r.company][:2]
    return Candidate(
        sentence=sentence, match=match, token=token, entry=entry, event_type=entry.event_type, facilities=linked,
        cost=2.0, grade=graded,
        nominal=entry.pos == "noun",
    )  # fmt: skip


def sentence_facts(
    doc: Doc, names: Sequence[tuple[int, int, NameMatch]], countries: Sequence[CountryWord]
) -> SentenceFacts:
    """Claims of responsibility, accusations and denials in a sentence."""
    return SentenceFacts(*find_claims(doc, names, countries))
