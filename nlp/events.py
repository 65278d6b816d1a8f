"""Joins the mentions of one occurrence in a document and makes events of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from nlp.actors import ActorSpan, to_argument, to_claimant
from nlp.candidates import Candidate, SentenceFacts
from nlp.compatibility import facility_compatibility, type_compatibility
from nlp.location import DateFound, Place, Position, date_of, is_old, locate
from nlp.reading import FacilityRef, Reading
from nlp.records import (
    HAPPENED,
    HAPPENINGS,
    ActorArgument,
    Claimant,
    Count,
    DateSpan,
    Event,
    EventType,
    FacilityArgument,
    FacilityType,
    FactClaim,
    Factuality,
    Mode,
    Quantity,
    RiskLabel,
    Span,
    Trigger,
    Where,
)
from nlp.text import Sentence, shouted


class CasualtyFound(Protocol):
    """A count of people found in a text."""

    start: int
    end: int
    kind: str
    minimum: int
    maximum: int | None
    of: str


@dataclass(slots=True)
class Findings:
    """What the finders gave for one document, by text and title."""

    places: dict[Where, list[Place]]
    positions: dict[Where, list[Position]]
    dates: dict[Where, list[DateFound]]
    casualties: dict[Where, list[CasualtyFound]]
    quantities: tuple[Quantity, ...]
    facts: dict[int, SentenceFacts]
    published_on: date | None = None
    regions: dict[str, str] = field(default_factory=dict)
    sentences: dict[int, Sentence] = field(default_factory=dict)  # those that `facts` were read from


@dataclass(slots=True)
class Group:
    """The mentions of one occurrence."""

    candidates: list[Candidate]
    facilities: list[FacilityRef]
    date: DateSpan | None = None

    @property
    def types(self) -> set[EventType]:
        return {c.event_type for c in self.candidates}

    @property
    def told(self) -> bool:
        return any(c.told for c in self.candidates)


# Which of the types told of one occurrence names it: the deed before its consequences.
_ORDER: tuple[EventType, ...] = (
    "cyberattack", "sabotage", "attack", "theft", "seizure", "blockade", "natural_hazard", "accident", "outage",
    "sanction", "legal_diplomatic", "market",
)  # fmt: skip
_STRENGTH: tuple[Factuality, ...] = (
    "asserted", "attributed", "foiled", "planned", "threatened", "hypothetical", "recommended", "exercise", "historical", "denied",
)  # fmt: skip
_MILITARY = frozenset({"missile", "artillery", "air_strike"})
_WARS: dict[str, tuple[tuple[int, int], ...]] = {
    "UA": ((2014, 9999),), "RU": ((2022, 9999),), "YE": ((2014, 9999),), "SY": ((2011, 2025),), "LY": ((2011, 2020),),
    "SD": ((2023, 9999),), "IQ": ((1980, 1988), (1990, 1991), (2003, 2017)), "KW": ((1990, 1991),), "IR": ((1980, 1988), (2025, 2026)),
    "PS": ((2008, 9999),), "IL": ((2023, 9999),), "LB": ((2006, 2006), (2023, 2024)), "AZ": ((2020, 2020),), "AM": ((2020, 2020),),
    "MM": ((2021, 9999),), "ET": ((2020, 2022),), "SS": ((2013, 2020),), "AF": ((2001, 2021),),
}  # fmt: skip


def join(candidates: Sequence[Candidate], reading: Reading | None = None) -> list[Group]:
    """Groups of mentions, in reading order; those without a facility of their own are taken in by what they refer to.

    What finds no group may borrow the facility of a neighbouring sentence, in a text that is about energy.
    """
    groups: list[Group] = []
    loose: list[Candidate] = []
    ordered = sorted(candidates, key=lambda c: (c.sentence.index < 0, c.sentence.index, c.match.start))
    for candidate in ordered:
        if candidate.event_type not in HAPPENINGS:
            continue
        if (not candidate.facilities and candidate.implied is None) or candidate.given:
            loose.append(candidate)
            continue
        home = next((g for g in reversed(groups) if _belongs(candidate, g)), None)
        if home is None:
            groups.append(Group([candidate], list(candidate.facilities)))
        else:
            _take(home, candidate)
    groups = _fuse(groups)
    for group in groups:
        _drop_side_negations(group)
    for candidate in loose:
        home = _home_of(candidate, groups)
        if home is not None:
            home.candidates.append(candidate)
        elif reading is not None and (ref := _borrow(candidate, reading)) is not None:
            candidate.facilities, candidate.borrowed, candidate.cost = [ref], True, 5.0
            home = next((g for g in reversed(groups) if _belongs(candidate, g)), None)
            if home is None:
                groups.append(Group([candidate], [ref]))
            else:
                _take(home, candidate)
    for group in groups:
        group.candidates.sort(key=lambda c: (c.sentence.index < 0, c.sentence.index, c.match.start))
    return groups


def _drop_side_negations(group: Group) -> None:
    """Takes out "the plant was not damaged" beside a told attack: it limits the event and denies nothing of it."""
    told = {c.event_type for c in group.candidates if c.happened}
    if not told:
        return
    group.candidates = [
        c
        for c in group.candidates
        if c.grade.factuality != "denied" or c.event_type in told - {"accident", "outage"} or c.grade.speaker
    ]


def _take(group: Group, candidate: Candidate) -> None:
    group.candidates.append(candidate)
    for ref in candidate.facilities:
        same = any(_same_facility(ref, other) for other in group.facilities)
        if not same and (any(c.sentence is candidate.sentence for c in group.candidates[:-1]) or ref.known):
            group.facilities.append(ref)


def _same_facility(one: FacilityRef, other: FacilityRef) -> bool:
    one, other = one.antecedent or one, other.antecedent or other
    if one.known and other.known:
        return one.facility_id == other.facility_id
    if one.proper and other.proper and not (one.known or other.known):
        a, b = one.proper.lower(), other.proper.lower()
        return a in b or b in a
    return facility_compatibility(one.facility_type, other.facility_type) >= 0.5


def _belongs(candidate: Candidate, group: Group) -> bool:
    mine, theirs = _status(candidate), {_status(c) for c in group.candidates}
    same_sentence = any(c.sentence is candidate.sentence for c in group.candidates)
    if mine not in theirs and not ({mine} | theirs <= {"told", "denied"}):
        return False
    if not any(_compatible(candidate.event_type, t) for t in group.types):
        return False
    if candidate.implied is not None or not group.facilities:
        # A blackout belongs to what broke, wherever the text tells it.
        return True
    known = {f.facility_id for f in group.facilities if f.known}
    own = {(f.antecedent or f).facility_id for f in candidate.facilities if (f.antecedent or f).known}
    if own and known:
        if own & known:
            return True
        return same_sentence and candidate.event_type != "attack" and candidate.event_type in ("outage", "accident")
    if any(_same_facility(a, b) for a in candidate.facilities for b in group.facilities):
        fresh = any(not f.definite and f.proper and not f.known for f in candidate.facilities)
        old = any(f.proper and not f.known for f in group.facilities)
        if fresh and old and not own and not known:
            return any(_same_facility(a, b) and a.proper for a in candidate.facilities for b in group.facilities)
        return True
    distance = min(abs(candidate.sentence.index - c.sentence.index) for c in group.candidates)
    return (
        same_sentence
        or (distance <= 1 and candidate.event_type in ("outage", "accident", "natural_hazard"))
        or candidate.sentence.where == "title"
    )


def _borrow(candidate: Candidate, reading: Reading) -> FacilityRef | None:
    """The nearest facility within two sentences of a mention that names no target of its own."""
    form = shouted(reading.document.text)
    if candidate.given or candidate.facilities or not candidate.happened or candidate.event_type not in HAPPENINGS:
        return None
    if not form and (candidate.rival or not reading.relevant or candidate.entry.strength == "weak"):
        return None
    if candidate.entry.strength == "medium" and not form:
        return None
    index = candidate.sentence.index
    if not form and any(not r.company for r in reading.facilities.get(index, ())):
        return None  # its own sentence names a facility, and it is not about that one
    for near in (
        index,
        index - 1,
        index + 1,
        -1,
        index - 2,
        index + 2,
        *((index - 3, index + 3, index + 4) if form else ()),
    ):
        if near == index and not form:
            continue
        options = [
            r
            for r in reading.facilities.get(near, ())
            if not r.company and r.facility_type != "chokepoint" and r.noun not in ("output", "production")
        ]
        if options and (near < index + 2 or form):
            return options[0] if near > index else options[-1]
    return None


def _status(candidate: Candidate) -> str:
    factuality = candidate.grade.factuality
    return "told" if factuality in HAPPENED else factuality


def _compatible(one: EventType, other: EventType) -> bool:
    return (
        one == other
        or type_compatibility(one, other) >= 0.5
        or {one, other} <= {"attack", "seizure", "theft", "sabotage"}
    )


def _fuse(groups: list[Group]) -> list[Group]:
    """A blackout told first joins the cause told later; a denial told first joins what it denies."""
    result: list[Group] = []
    for group in groups:
        home = next(
            (
                g
                for g in result
                if (g.told and group.told)
                and (not g.facilities or not group.facilities)
                and any(_compatible(a, b) for a in g.types for b in group.types)
            ),
            None,
        )
        if home is None:
            result.append(group)
            continue
        home.candidates += group.candidates
        home.facilities = home.facilities or group.facilities
    return result


def _home_of(candidate: Candidate, groups: list[Group]) -> Group | None:
    """The group that a mention without a facility refers to: "the attack", "a fire broke out", in or after its sentence."""
    if candidate.rival and not candidate.definite:
        return None
    best: tuple[float, Group] | None = None
    for group in groups:
        statuses = {_status(c) for c in group.candidates}
        if _status(candidate) not in statuses and not (candidate.grade.factuality == "denied" and "told" in statuses):
            continue
        if not any(_compatible(candidate.event_type, t) for t in group.types):
            continue
        if candidate.elsewhere and not any(c.sentence is candidate.sentence for c in group.candidates):
            continue
        distance = min(
            abs(candidate.sentence.index - c.sentence.index) if c.sentence.where == candidate.sentence.where else 1
            for c in group.candidates
        )
        limit = 6 if candidate.definite else 1
        if distance <= limit and (best is None or distance < best[0]):
            best = (distance, group)
    return best[1] if best is not None else None


def topic_groups(candidates: Sequence[Candidate]) -> list[Group]:
    """Sanction, diplomacy and market events: one of each type and grade in a document."""
    groups: dict[tuple[EventType, str], Group] = {}
    for candidate in candidates:
        if candidate.event_type in HAPPENINGS:
            continue
        key = (candidate.event_type, _status(candidate))
        if key in groups:
            groups[key].candidates.append(candidate)
        elif len(groups) < 4:
            groups[key] = Group([candidate], list(candidate.facilities))
    return list(groups.values())


def build(reading: Reading, group: Group, findings: Findings, *, alone: bool) -> Event | None:
    """One event from its mentions; None where it has no facility and is a happening."""
    leading = [c for c in group.candidates if c.happened] or group.candidates
    event_type = _event_type(leading)
    happening = event_type in HAPPENINGS
    implied = next((c.implied for c in group.candidates if c.implied), None)
    if happening and not group.facilities and implied is None:
        return None
    candidates = _by_weight(leading)
    factuality = min((c.grade.factuality for c in group.candidates), key=_STRENGTH.index)
    told = factuality in (*HAPPENED, "denied", "historical")
    group.date = date_of(reading, candidates, findings.dates, findings.published_on, told=told)
    claims = _claims(group)
    if happening and factuality in HAPPENED and is_old(group.date, findings.published_on):
        factuality = "historical"
        claims = tuple(
            FactClaim(
                factuality="historical" if c.factuality in HAPPENED else c.factuality, speaker=c.speaker, span=c.span
            )
            for c in claims
        )
    if factuality not in HAPPENED and group.date is not None and group.date.basis == "publication":
        group.date = None
    modes = _modes(candidates, event_type)
    actors, claimed_by = _actors(group, findings)
    places, country, countries = locate(
        reading, candidates, group.facilities, findings.places, findings.positions, findings.regions
    )
    sentences = _evidence(group)
    killed, injured, missing, detained = (
        _casualties(reading, sentences, findings, alone=alone) if happening else (None, None, None, None)
    )
    facilities = _facility_arguments(group, event_type)
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
        risks=_risks(event_type, actors, modes, country, group.date, facilities, facility_type, factuality),
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
        confidence=_confidence(group, factuality, reading),
    )


def reading_text(reading: Reading, where: Where) -> str:
    """The original text or title."""
    return reading.document.title if where == "title" else reading.document.text


def _event_type(candidates: Sequence[Candidate]) -> EventType:
    types = {c.event_type for c in candidates}
    if "attack" in types and "sabotage" in types:
        means = {m for c in candidates for m in c.modes}
        return "attack" if means & {"missile", "drone", "artillery", "air_strike", "firearms"} else "sabotage"
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


def _claims(group: Group) -> tuple[FactClaim, ...]:
    found: dict[tuple[str, str | None, int], FactClaim] = {}
    for c in group.candidates:
        span = Span(start=c.sentence.start, end=c.sentence.end, where=c.sentence.where)
        key = (c.grade.factuality, c.grade.speaker, c.sentence.index)
        found.setdefault(key, FactClaim(factuality=c.grade.factuality, speaker=c.grade.speaker, span=span))
    return tuple(found.values())


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
    if not found and event_type in ("attack", "sabotage", "cyberattack"):
        return ("unknown",)
    return tuple(found)


def _actors(group: Group, findings: Findings) -> tuple[tuple[ActorArgument, ...], tuple[Claimant, ...]]:
    actors: dict[tuple[str, str], ActorArgument] = {}
    claimants: dict[str, Claimant] = {}

    def add(actor: ActorSpan, role: str, sentence: Sentence) -> None:
        argument = to_argument(actor, role, sentence.start, sentence.where)  # type: ignore[arg-type]
        actors.setdefault((argument.name.lower(), role if role == "denied" else "did"), argument)

    for candidate in group.candidates:
        for actor, role in candidate.actors:
            add(actor, role, candidate.sentence)
    seen = {c.sentence.index: c.sentence for c in group.candidates}
    hostile = group.types & {"attack", "sabotage", "cyberattack", "seizure", "theft", "blockade", "accident", "outage"}
    if hostile:
        for index, sentence in sorted(seen.items()):
            for near in (index, index + 1):
                facts = findings.facts.get(near)
                if facts is None:
                    continue
                base = sentence if near == index else findings.sentences.get(near)
                if base is None:
                    continue
                for actor in facts.claimed:
                    claimant = to_claimant(actor, base.start, base.where)
                    claimants.setdefault(claimant.name.lower(), claimant)
                    add(actor, "perpetrator", base)
                for actor in facts.blamed:
                    add(actor, "suspected", base)
                for actor in facts.denied:
                    add(actor, "denied", base)
    return tuple(actors.values()), tuple(claimants.values())


def _casualties(
    reading: Reading, sentences: Sequence[Sentence], findings: Findings, *, alone: bool
) -> tuple[Count | None, Count | None, Count | None, Count | None]:
    indexes = {s.index for s in sentences if s.where == "text"}
    near = indexes | ({i + d for i in indexes for d in ((1, 2, -1) if alone else (1,))})
    found: dict[str, list[tuple[int, CasualtyFound, Where]]] = {}
    for where in ("text", "title"):
        for c in findings.casualties[where]:  # type: ignore[index]
            if c.of == "perpetrators" and c.kind != "detained":
                continue
            home = next((s for s in reading.sentences if s.where == where and s.start <= c.start < s.end), None)
            if home is None or (where == "text" and home.index not in near):
                continue
            rank = 0 if home.index in indexes else 1
            found.setdefault(c.kind, []).append((rank if where == "text" else 2, c, where))  # type: ignore[arg-type]

    def count(kind: str) -> Count | None:
        options = found.get(kind)
        if not options:
            return None
        best = min(o[0] for o in options)
        c, where = max(((o[1], o[2]) for o in options if o[0] == best), key=lambda o: o[0].minimum)
        return Count(minimum=c.minimum, maximum=c.maximum, span=Span(start=c.start, end=c.end, where=where))

    return count("killed"), count("injured"), count("missing"), count("detained")


def _facility_arguments(group: Group, event_type: EventType) -> tuple[FacilityArgument, ...]:
    found: dict[str, FacilityArgument] = {}
    for ref in group.facilities:
        source = ref.antecedent or ref
        key = source.facility_id or f"{source.facility_type}:{source.proper.lower() or source.noun}"
        if key in found:
            continue
        found[key] = FacilityArgument(
            name=source.name, facility_type=source.facility_type if not ref.known else ref.facility_type,
            span=Span(start=ref.start, end=ref.end, where=ref.where), facility_id=source.facility_id,
            latitude=source.latitude, longitude=source.longitude, countries=source.countries,
        )  # fmt: skip
    named = [f for f in found.values() if f.facility_id]
    if named:
        # "the pipeline" beside the pipeline's name is the same pipeline.
        return tuple(
            f for f in found.values()
            if f.facility_id or not any(f.facility_type == n.facility_type and not _has_name(f.name) for n in named)
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


_RISK: dict[EventType, RiskLabel] = {
    "attack": "physical_attack", "sabotage": "sabotage", "cyberattack": "cyber", "theft": "theft_unrest", "seizure": "physical_attack",
    "blockade": "theft_unrest", "accident": "accident", "outage": "supply_disruption", "natural_hazard": "natural_hazard",
    "sanction": "sanctions_legal", "legal_diplomatic": "diplomatic", "market": "market",
}  # fmt: skip


def at_war(country: str | None, on: date | None) -> bool:
    """Whether a country was at war on a day, by the table of wars above; without a day, whether it is now."""
    year = on.year if on is not None else 2026
    return any(first <= year <= last for first, last in _WARS.get(country or "", ()))


def _risks(
    event_type: EventType,
    actors: Sequence[ActorArgument],
    modes: Sequence[Mode],
    country: str | None,
    when: DateSpan | None,
    facilities: Sequence[FacilityArgument],
    facility_type: FacilityType | None,
    factuality: Factuality,
) -> tuple[RiskLabel, ...]:
    found: dict[RiskLabel, None] = {_RISK[event_type]: None}
    if event_type in ("attack", "sabotage", "seizure"):
        forces = any(a.kind == "state_force" and a.role != "denied" for a in actors)
        war = at_war(country, when.start if when else None)
        houthi = any(
            "houthi" in a.name.lower() or "ansar allah" in a.name.lower() or "hezbollah" in a.name.lower()
            for a in actors
        )
        if (
            forces
            or houthi
            or (set(modes) & _MILITARY and event_type != "seizure")
            or (war and ("drone" in modes))
            or (country in ("UA",) and war)
        ):
            found["armed_conflict"] = None
    types = {f.facility_type for f in facilities} | {facility_type}
    if types & {"tanker", "chokepoint", "port"} and event_type in (
        "attack",
        "seizure",
        "accident",
        "blockade",
        "theft",
    ):
        found["maritime"] = None
    return tuple(found)


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
