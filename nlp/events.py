"""Joins the mentions of one occurrence in a document and makes events of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from nlp.candidates import Candidate, SentenceFacts
from nlp.casualties import CasualtyMatch
from nlp.dates import DateMatch
from nlp.event_risks import risks_of
from nlp.joining import Group
from nlp.location import locate
from nlp.places import PlaceMatch
from nlp.positions import Position
from nlp.reading import Reading
from nlp.records import (
    HAPPENED,
    HAPPENINGS,
    Count,
    Event,
    EventType,
    FacilityArgument,
    FacilityType,
    Factuality,
    Mode,
    Quantity,
    Span,
    Trigger,
    Where,
)
from nlp.resumption import extent_of, tells_resumption
from nlp.telling import actors_of, claims_of, event_grade
from nlp.text import Sentence
from nlp.timing import Mood, date_of, is_old
from nlp.vessels import ship_name, vessel_key


@dataclass(slots=True)
class Findings:
    """What the finders gave for one document, by text and title."""

    places: dict[Where, list[PlaceMatch]]
    positions: dict[Where, list[Position]]
    dates: dict[Where, list[DateMatch]]
    casualties: dict[Where, list[CasualtyMatch]]
    quantities: tuple[Quantity, ...]
    facts: dict[int, SentenceFacts]
    published_on: date | None = None
    regions: dict[str, str] = field(default_factory=dict)
    deeds: int = 1  # how many deeds of people the text tells of, the foiled and the old ones too
    sentences: dict[int, Sentence] = field(default_factory=dict)  # those that `facts` were read from


_ARMS = frozenset({"missile", "drone", "artillery", "air_strike", "firearms", "explosive", "mine"})


# Which of the types told of one occurrence names it: the deed before its consequences.
_ORDER: tuple[EventType, ...] = (
    "cyberattack", "sabotage", "attack", "theft", "seizure", "blockade", "natural_hazard", "accident", "outage",
    "sanction", "legal_diplomatic", "market",
)  # fmt: skip

# How a grading bears on the day: see nlp/timing.py. What may come has its day ahead.
_MOODS: dict[Factuality, Mood] = {
    "asserted": "happened",
    "attributed": "happened",
    "denied": "happened",
    "historical": "past",
    "exercise": "staged",
    "foiled": "staged",
}


def build(reading: Reading, group: Group, findings: Findings, *, alone: bool) -> Event | None:
    """One event from its mentions; None where it has no facility and is a happening."""
    leading = [c for c in group.candidates if c.happened] or group.candidates
    event_type = type_of(leading)
    happening = event_type in HAPPENINGS
    implied = next((c.implied for c in group.candidates if c.implied), None)
    if happening and not group.facilities and implied is None:
        return None
    candidates = _by_weight(leading)
    factuality = event_grade(group.candidates, event_type)
    witnesses = [*candidates, *_by_weight(group.others)]
    group.date = date_of(
        reading, witnesses, findings.dates, findings.published_on, mood=_MOODS.get(factuality, "unreal")
    )
    claims = claims_of(group.candidates, event_type)
    if happening and factuality in HAPPENED and is_old(group.date, findings.published_on):
        factuality = "historical"
        claims = tuple(replace(c, factuality="historical") if c.factuality in HAPPENED else c for c in claims)
    if factuality not in HAPPENED and group.date is not None and group.date.basis == "publication":
        group.date = None
    modes = _modes(candidates, event_type)
    actors, claimed_by = actors_of(group, findings, alone=alone and findings.deeds <= 1)
    if event_type in ("outage", "natural_hazard") and factuality != "threatened":
        actors, claimed_by = (), ()  # whose deed brought it stands with the deed
    places, country, countries = locate(
        reading, witnesses, group.facilities, findings.places, findings.positions, findings.regions
    )
    sentences = _evidence(group)
    killed, injured, missing, detained = (
        _casualties(reading, sentences, findings, alone=alone)
        if happening and not (event_type == "outage" and group.others)
        else (None, None, None, None)
    )
    back = [
        doc
        for sentence in sentences
        if factuality in HAPPENED and (doc := reading.docs.get(sentence.index)) is not None and tells_resumption(doc)
    ]
    facilities = _facility_arguments(reading, group)
    facility_type: FacilityType | None = facilities[0].facility_type if facilities else implied
    lead = candidates[0]
    where = lead.sentence.where
    start = lead.sentence.start + lead.match.start
    return Event(
        event_type=event_type,
        factuality=factuality,
        trigger=Trigger(
            text=reading_text(reading, where)[start : lead.sentence.start + lead.match.end],
            span=Span(start=start, end=lead.sentence.start + lead.match.end, where=where),
        ),
        claims=claims,
        evidence=tuple(Span(start=s.start, end=s.end, where=s.where) for s in sentences),
        modes=modes,
        risks=risks_of(event_type, actors, modes, country, group.date, facilities, facility_type, factuality),
        facilities=facilities,
        facility_type=facility_type,
        actors=actors,
        claimed_by=claimed_by,
        places=places,
        country=country,
        countries=countries,
        date=group.date,
        killed=killed,
        injured=injured,
        missing=missing,
        detained=detained,
        quantities=_quantities(sentences, findings.quantities, alone=alone),
        resumed=bool(back),
        resumption=extent_of(back),
        confidence=_confidence(group, factuality, reading),
    )


def reading_text(reading: Reading, where: Where) -> str:
    """The original text or title."""
    return reading.document.title if where == "title" else reading.document.text


def type_of(candidates: Sequence[Candidate]) -> EventType:
    """Which of the types told of one occurrence names it."""
    types = {c.event_type for c in candidates}
    if "cyberattack" in types and not any(m in _ARMS for c in candidates for m in c.modes):
        return "cyberattack"
    if "attack" in types and "sabotage" in types:
        means = {m for c in candidates for m in c.modes}
        return "attack" if means & {"missile", "drone", "artillery", "air_strike", "firearms"} else "sabotage"
    if types >= {"attack", "seizure"} and any(
        c.event_type == "seizure" and any(f.facility_type == "tanker" for f in c.facilities) for c in candidates
    ):
        means = {m for c in candidates for m in c.modes}
        return "attack" if means & {"missile", "drone", "artillery", "air_strike"} else "seizure"
    if "attack" in types and types & {"theft", "seizure"}:
        if any(a.kind == "state_force" for c in candidates for a, _ in c.actors):
            return "attack"
        first = min(
            (c for c in candidates if c.event_type in ("attack", "theft", "seizure")),
            key=lambda c: (c.cost, c.sentence.index),
        )
        return first.event_type
    if "natural_hazard" in types and "accident" in types:
        return (
            "natural_hazard"
            if any("nature" in c.causes for c in candidates)
            and min(candidates, key=lambda c: c.cost).event_type != "accident"
            else "accident"
        )
    return next(t for t in _ORDER if t in types)


def _by_weight(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The mentions with the best told one first: near its facility, early, in the text rather than the title."""
    return sorted(
        candidates,
        key=lambda c: (
            c.cost >= 50,
            c.sentence.where == "title" and len(candidates) > 1,
            min(max(c.sentence.index, 0), 3) + 0.4 * c.cost,
        ),
    )


def _evidence(group: Group) -> list[Sentence]:
    sentences = {c.sentence.index: c.sentence for c in group.candidates}
    return [sentences[i] for i in sorted(sentences)]


def _modes(candidates: Sequence[Candidate], event_type: EventType) -> tuple[Mode, ...]:
    if event_type in ("accident", "outage", "natural_hazard", "sanction", "legal_diplomatic", "market"):
        return tuple(dict.fromkeys(m for c in candidates for m in c.modes if m == "anchor_or_vessel"))
    found = dict.fromkeys(m for c in candidates for m in c.modes)
    if event_type != "cyberattack":
        for m in ("ransomware", "malware", "ddos", "intrusion"):
            found.pop(m, None)
    if found.keys() & {"drone", "missile", "air_strike", "artillery"}:
        found.pop("arson", None)  # what sets the works ablaze is then the weapon, not a match
    if not found and event_type in ("attack", "sabotage", "cyberattack"):
        return ("unknown",)
    return tuple(found)


def _casualties(
    reading: Reading, sentences: Sequence[Sentence], findings: Findings, *, alone: bool
) -> tuple[Count | None, Count | None, Count | None, Count | None]:
    indexes = {s.index for s in sentences if s.where == "text"}
    near = indexes | ({i + d for i in indexes for d in ((1, 2, -1) if alone else (1,))})
    # In a text that tells of one event alone, people counted some sentences on were hurt in it.
    far = {i + d for i in indexes for d in range(-3, 7)} if alone else set()
    found: dict[str, list[tuple[int, CasualtyMatch, Where]]] = {}
    for where in ("text", "title"):
        for c in findings.casualties[where]:
            if c.of == "perpetrators" and c.kind != "detained":
                continue
            home = next((s for s in reading.sentences if s.where == where and s.start <= c.start < s.end), None)
            if home is None or (where == "text" and home.index not in near and home.index not in far):
                continue
            rank = 0 if home.index in indexes else 1 if home.index in near else 3
            found.setdefault(c.kind, []).append((rank if where == "text" else 2, c, where))

    def count(kind: str) -> Count | None:
        options = found.get(kind)
        if not options:
            return None
        best = min(o[0] for o in options)
        c, where = max(((o[1], o[2]) for o in options if o[0] == best), key=lambda o: o[0].minimum)
        return Count(minimum=c.minimum, maximum=c.maximum, span=Span(start=c.start, end=c.end, where=where))

    return count("killed"), count("injured"), count("missing"), count("detained")


def _facility_arguments(reading: Reading, group: Group) -> tuple[FacilityArgument, ...]:
    found: dict[str, FacilityArgument] = {}
    for ref in group.facilities:
        source = ref.antecedent or ref
        ship = ship_name(reading, source)
        key = source.facility_id or f"{source.facility_type}:{(ship or source.proper or source.noun).lower()}"
        if key in found:
            continue
        found[key] = FacilityArgument(
            name=ship or source.name, facility_type=source.facility_type if not ref.known else ref.facility_type,
            span=Span(start=ref.start, end=ref.end, where=ref.where), facility_id=source.facility_id,
            latitude=source.latitude, longitude=source.longitude, countries=source.countries,
        )  # fmt: skip
    named = [f for f in found.values() if f.facility_id or (f.facility_type == "tanker" and vessel_key(f.name))]
    if named:
        # "the pipeline" beside the pipeline's name is the same pipeline.
        return tuple(
            f for f in found.values()
            if f in named or not any(f.facility_type == n.facility_type and not _has_name(f.name) for n in named)
        )  # fmt: skip
    return tuple(found.values())


def _has_name(text: str) -> bool:
    return any(w[0].isupper() for w in text.split()[:-1] if w) and not text.isupper()


def _quantities(sentences: Sequence[Sentence], quantities: Sequence[Quantity], *, alone: bool) -> tuple[int, ...]:
    reach = 600 if alone else 0
    return tuple(
        i
        for i, q in enumerate(quantities)
        if any(s.where == q.span.where and s.start - reach <= q.span.start < s.end + reach for s in sentences)
        and (
            q.role not in ("price", "other")
            or any(s.where == q.span.where and s.start <= q.span.start < s.end for s in sentences)
        )
    )


def _confidence(group: Group, factuality: Factuality, reading: Reading) -> float:
    best = min(group.candidates, key=lambda c: c.cost)
    score = {"strong": 0.78, "medium": 0.68, "weak": 0.55, "topic": 0.6}[best.entry.strength]
    score -= 0.05 * min(best.cost, 4.0)
    score += 0.06 * min(len({c.sentence.index for c in group.candidates}) - 1, 2)
    score += 0.08 if any(f.known for f in group.facilities) else 0.0
    score -= 0.15 if best.borrowed else 0.0
    score -= 0.08 if factuality == "attributed" else 0.0
    if reading.relevance is not None:
        score += 0.1 * (reading.relevance - 0.5)
    return round(min(0.97, max(0.1, score)), 2)
