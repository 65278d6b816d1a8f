"""Mentions of events in single sentences: trigger, sense, facility, cause, grade, actors; events.py joins them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc, Token

from nlp.actors import ActorRole, ActorSpan, CountryWord
from nlp.announced import is_survived, is_to_come
from nlp.arguments import Linked
from nlp.bridging import lies_below, link_facilities_of, link_main_clause, link_owned, link_resumed
from nlp.causes import Cause, agents_of, causes_of, resolve_agents
from nlp.claimants import find_claims
from nlp.doers import find_doers, find_threatener
from nlp.facility_refs import FacilityRef
from nlp.factuality import Grade, grade
from nlp.figures import is_figure
from nlp.gazetteer import NameMatch
from nlp.guesses import guess_facility
from nlp.idioms import is_idiom
from nlp.imposers import find_imposers
from nlp.modes import find_modes
from nlp.parsing import text_of
from nlp.picking import pick_entry
from nlp.prospects import UNREAL, as_threat, nearest_facility, settle_prospect
from nlp.reading import Reading
from nlp.records import HAPPENINGS, EventType, FacilityType, Mode
from nlp.routine import is_routine
from nlp.senses import decide_type
from nlp.standing import (
    has_old_year,
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
from nlp.syntax import subjects
from nlp.text import Sentence
from nlp.topics import grade_topic
from nlp.triggers import Entry, TriggerMatch

_SUPPLY_REACH = 1.45  # how far a blackout's own facility may stand from it


_BACK = frozenset("return restore resume restart reconnect".split())
_ATTEMPTS = frozenset("plot attempt bid plan attack raid hijack hijacking effort coup sabotage".split())
_MEANT = frozenset({"planned", "threatened", "hypothetical", "recommended", "foiled"})
# Nouns of deeds that name a kind without a plural.
_MASS = frozenset({"sabotage", "theft", "vandalism", "terrorism", "piracy", "arson"})


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
    guessed: FacilityType | None = None  # what a threat or plan is about, where no text around it names the works
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
    rebuttals: list[tuple[str | None, Sentence]] = field(default_factory=list)  # who denies it in a sentence of its own

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
    *,
    earlier: bool = False,
) -> list[Candidate]:
    """The event mentions of one parsed sentence; `earlier`: it opens with a date of long ago."""
    refs = reading.facilities.get(sentence.index, [])
    found: list[Candidate] = []
    if reading.frame in ("fiction", "sport", "computing"):
        return found
    previous = reading.sentence(sentence.index - 1) if sentence.index > 0 else None
    lenient = sentence.where == "title" or len(doc) < 14
    tokens = frozenset(
        p[2].i
        for m in reading.triggers.get(sentence.index, ())
        if (p := pick_entry(m, doc, lenient=lenient))
        and p[1].strength not in ("topic", "weak")
        and not p[1].grade
        and not (p[1].pos == "verb" and p[2].dep_ == "amod")  # "a ruptured line spilled oil": the line is the spill's
    )
    for match in reading.triggers.get(sentence.index, ()):
        picked = pick_entry(match, doc, lenient=lenient)
        if picked is None:
            continue
        whole = match
        match, entry, token = picked
        if entry.phrase == "fail" and any(s.lemma_.lower() in _ATTEMPTS for s in subjects(token)):
            continue  # "plot fails"
        if token.pos_ == "PROPN" and any(left <= token.idx < right and n.kind == "actor" for left, right, n in names):
            continue  # the "Typhoon" of a group's name
        if (
            is_idiom(doc, token, entry)
            or is_figure(doc, token, entry)
            or _is_facility_noun(token, entry, refs, sentence.start)
        ):
            continue
        nominal = entry.pos == "noun"
        if entry.strength == "topic":
            told = grade_topic(reading, sentence, doc, token, entry, refs, countries)
            if told is not None:
                imposers = find_imposers(doc, token, names, countries) if entry.event_type != "legal_diplomatic" else []
                found.append(
                    Candidate(
                        sentence=sentence,
                        match=match,
                        token=token,
                        entry=entry,
                        event_type=entry.event_type,
                        facilities=[r for r in refs if not r.company][:2],
                        cost=2.0,
                        grade=told,
                        nominal=nominal,
                        actors=[(a, "perpetrator") for a in imposers],
                    )
                )
            continue
        agents = resolve_agents(agents_of(token, entry), token)
        causes = causes_of(token, entry, agents)
        # What hackers cripple is struck as by an intrusion: it can be a company.
        told_as = entry
        if causes == {"cyber"}:
            told_as = replace(entry, event_type="cyberattack")
        elif "hostile" in causes and entry.event_type == "accident" and entry.pos == "verb":
            told_as = replace(entry, event_type="attack")
        linked = link_facilities_of(
            doc, token, told_as, refs, sentence.start, title=sentence.where == "title", others=tokens - {token.i}
        )
        if not linked.facilities and not linked.rival:
            linked = (
                link_resumed(doc, refs, sentence.start)
                or link_main_clause(doc, token, entry, refs, sentence.start)
                or link_owned(token, entry, refs, sentence.start)
                or linked
            )
        if entry.implies == "power_grid" and linked.facilities and linked.cost > _SUPPLY_REACH:
            linked = Linked([], 99.0, False)  # "the raid on the depot caused a blackout": the network is dark
        if sentence.where == "title" and nominal and is_background(token):
            linked = Linked([f for f in linked.facilities if lies_below(doc, f, token, sentence.start)], 99.0, False)
        graded = grade(
            doc,
            token,
            nominal=nominal,
            context=previous.text if previous else "",
            # "the 2020 fire" makes "the fire" of the same sentence that of 2020.
            year_gap=nominal
            and any(has_old_year(t, reading.year) for t in doc if t.i == token.i or t.lemma_ == token.lemma_),
        )
        if graded.silent:
            continue
        if entry.strength == "weak" and graded.factuality in UNREAL:
            entry = next((e for e in whole.entries if e.grade == "unreal" and e.pos == entry.pos), entry)
        if entry.phrase.split()[0] in _BACK and graded.factuality in _MEANT:
            continue  # "is expected to return to service": no stop is planned
        if earlier and graded.factuality in ("asserted", "attributed") and entry.event_type in HAPPENINGS:
            graded = Grade("historical", graded.speaker)
        settled = settle_prospect(entry, graded, doc, token)
        if settled is None:
            continue
        graded = settled
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
            standing = standing_of(doc, token, entry)
            if standing is None and reading.frame in ("exercise", "advice"):
                standing = "exercise" if reading.frame == "exercise" else "recommended"
            if standing is not None:
                graded = Grade(standing, graded.speaker)
        if (
            not linked.facilities
            and not linked.rival
            and reading.relevant
            and graded.factuality in UNREAL | {"denied"}
            and (earlier or not (graded.factuality == "historical" and nominal))
        ):
            linked = Linked(nearest_facility(doc, token, refs, sentence.start), 5.0, False)
        event_type = decide_type(doc, token, entry, causes, linked.facilities, sentence.start)
        if event_type is None:
            continue
        graded = as_threat(graded, event_type, doc)
        if graded.factuality == "planned" and event_type in ("natural_hazard", "accident"):
            graded = replace(graded, factuality="hypothetical")  # a forecast
        if graded.factuality == "hypothetical" and reading.frame == "exercise":
            graded = replace(graded, factuality="exercise")
        implied = entry.implies if not linked.facilities else None
        guessed = (
            guess_facility(text_of(doc))
            if not linked.facilities
            and implied is None
            and reading.relevant
            and not linked.rival
            and graded.factuality in _MEANT
            and entry.strength != "weak"
            and not (nominal and is_generic(doc, token, linked.facilities))
            else None
        )
        if implied is not None and (
            is_side_effect(token, doc)
            or not (reading.relevant or names_power(text_of(doc), match.text))
            or (entry.phrase == "outage" and not is_electric(reading, doc, token))
        ):
            implied = None
        if graded.factuality in ("asserted", "attributed") and is_to_come(token, title=sentence.where == "title"):
            graded = Grade("planned", graded.speaker)
        if nominal and graded.factuality in ("asserted", "attributed") and is_survived(token):
            graded = Grade("hypothetical", graded.speaker)
        routine = (
            event_type == "outage"
            and not causes & {"nature", "hostile", "cyber", "machine"}
            and is_routine(text_of(doc), entry)
        )
        if routine and graded.factuality in ("asserted", "attributed"):
            graded = Grade("planned", graded.speaker)
        actors: list[tuple[ActorSpan, ActorRole]] = (
            []
            if event_type in ("accident", "outage", "natural_hazard") or entry.grade == "foiled"
            else [(a, "perpetrator") for a in find_imposers(doc, token, names, countries)]
            if event_type == "sanction"
            else find_doers(doc, token, agents, event_type, names, countries, nominal=nominal)
        )
        if graded.factuality == "threatened" and not actors and event_type not in ("accident", "natural_hazard"):
            actors = find_threatener(doc, token, event_type, names, countries)
            if event_type == "outage" and actors:
                event_type = "blockade"  # not the operator, who would only plan a stop
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
                guessed=guessed,
                modes=find_modes(text_of(doc), entry, event_type),
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


def sentence_facts(
    doc: Doc, names: Sequence[tuple[int, int, NameMatch]], countries: Sequence[CountryWord]
) -> SentenceFacts:
    """Claims of responsibility, accusations and denials in a sentence."""
    return SentenceFacts(*find_claims(doc, names, countries))
