"""Which mentions of a document tell of one occurrence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nlp.borrowing import borrow
from nlp.candidates import Candidate
from nlp.compatibility import facility_compatibility, type_compatibility
from nlp.facility_refs import FacilityRef
from nlp.reading import Reading
from nlp.records import (
    HAPPENED,
    HAPPENINGS,
    DateSpan,
    EventType,
)


@dataclass(slots=True)
class Group:
    """The mentions of one occurrence."""

    candidates: list[Candidate]
    facilities: list[FacilityRef]
    date: DateSpan | None = None
    others: list[Candidate] = field(default_factory=list)  # of the cause of a stop, or of the stop that it brought

    @property
    def types(self) -> set[EventType]:
        return {c.event_type for c in self.candidates}

    @property
    def told(self) -> bool:
        return any(c.told for c in self.candidates)


def join(candidates: Sequence[Candidate], reading: Reading | None = None) -> list[Group]:
    """Groups of mentions, in reading order; those without a facility of their own are taken in by what they refer to.

    What finds no group may borrow the facility of a neighbouring sentence, in a text that is about energy.
    """
    groups: list[Group] = []
    loose: list[Candidate] = []
    ordered = sorted(candidates, key=lambda c: (c.sentence.index < 0, c.sentence.index, c.match.start))
    _name_intrusions(ordered)
    for candidate in ordered:
        if candidate.event_type not in HAPPENINGS:
            continue
        _take_grade(candidate, groups)
        if (not candidate.facilities and candidate.implied is None) or candidate.given:
            loose.append(candidate)
            continue
        home = next((g for g in reversed(groups) if _belongs(candidate, g)), None)
        if home is None:
            groups.append(Group([candidate], list(candidate.facilities)))
        else:
            _take(home, candidate)
    groups = _fuse(groups)
    for candidate in loose:
        if candidate.event_type == "attack" and candidate.definite and candidate.nominal and not candidate.facilities:
            # "the attack" of a text that tells of an intrusion is that intrusion.
            kinds = {t for g in groups for t in g.types}
            if "cyberattack" in kinds and not kinds & {"attack", "sabotage"}:
                candidate.event_type = "cyberattack"
        home = _home_of(candidate, groups)
        if home is not None:
            home.candidates.append(candidate)
        elif reading is not None and (ref := borrow(candidate, reading)) is not None:
            candidate.facilities, candidate.borrowed, candidate.cost = [ref], True, 5.0
            home = next((g for g in reversed(groups) if _belongs(candidate, g)), None)
            if home is None:
                groups.append(Group([candidate], [ref]))
            else:
                _take(home, candidate)
        elif candidate.guessed is not None:
            candidate.implied = candidate.guessed
            home = next((g for g in reversed(groups) if _belongs(candidate, g)), None)
            if home is None:
                groups.append(Group([candidate], []))
            else:
                home.candidates.append(candidate)
    groups = _merge_headlines(_drop_interceptions(_drop_limits(groups)))
    for group in groups:
        _drop_side_negations(group)
        group.candidates.sort(key=lambda c: (c.sentence.index < 0, c.sentence.index, c.match.start))
    return groups


def _name_intrusions(candidates: Sequence[Candidate]) -> None:
    """Makes "the pipeline attack" an intrusion in a text that tells of one and of no weapons."""
    kinds = {c.event_type for c in candidates if c.happened}
    if "cyberattack" not in kinds or "sabotage" in kinds:
        return
    plain = [c for c in candidates if c.event_type == "attack"]
    if all(c.entry.phrase in ("attack", "target", "hit", "strike") and not set(c.modes) - {"unknown"} for c in plain):
        for candidate in plain:
            candidate.event_type = "cyberattack"


def _take_grade(candidate: Candidate, groups: Sequence[Group]) -> None:
    """Makes "the blast at the depot" historical after a court heard of "a 2005 depot explosion"."""
    after = candidate.event_type in ("outage", "accident", "seizure") and candidate.sentence.where == "text"
    if not candidate.happened or any(g.told for g in groups):
        return
    if not (candidate.nominal and candidate.definite) and not after:
        return
    for group in groups:
        near = min(abs(candidate.sentence.index - c.sentence.index) for c in group.candidates) <= 2
        if {_status(c) for c in group.candidates} == {"historical"} and any(
            _compatible(candidate.event_type, t) or (near and candidate.event_type == "outage") for t in group.types
        ):
            candidate.grade = replace(candidate.grade, factuality="historical")
            return


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


_LIMITS = frozenset("damage interrupt disrupt interruption disruption outage release leak spill shut stop".split())


def _drop_limits(groups: list[Group]) -> list[Group]:
    """The groups without those that only say how far another went: "the substation was not damaged"."""
    if len(groups) < 2:
        return groups
    kept = [
        g for g in groups if not all(c.grade.factuality == "denied" and c.entry.phrase in _LIMITS for c in g.candidates)
    ]
    return kept or groups


def _drop_interceptions(groups: list[Group]) -> list[Group]:
    """The groups without "all drones were shot down" where the raid itself is told or denied."""
    raids = {"attack", "sabotage"}
    told = any(
        g.types & raids and any(_status(c) in ("told", "denied") and not c.entry.grade for c in g.candidates)
        for g in groups
    )
    return [g for g in groups if not (told and all(c.entry.phrase in _INTERCEPTED for c in g.candidates))]


_INTERCEPTED = frozenset({"intercept", "shoot down", "shoot ... down", "bring down", "down"})


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
        headline = candidate.sentence.where == "title" or all(c.sentence.where == "title" for c in group.candidates)
        if not (headline and {mine} | theirs <= _MEANT):
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


_MEANT = frozenset({"planned", "threatened", "hypothetical", "recommended"})


def _merge_headlines(groups: list[Group]) -> list[Group]:
    """Lets a headline's noun without a tense ("Seven-day outage to test cooling") be the plan that the body tells."""
    kept: list[Group] = []
    for group in groups:
        bare = all(c.sentence.where == "title" and c.happened and c.nominal for c in group.candidates)
        home = None
        if bare and not any(g.told for g in groups if g is not group):
            home = next(
                (
                    g
                    for g in groups
                    if g is not group
                    and {_status(c) for c in g.candidates} <= _MEANT | {"exercise", "foiled"}
                    and any(_compatible(a, b) for a in group.types for b in g.types)
                ),
                None,
            )
        if home is None:
            kept.append(group)
            continue
        for candidate in group.candidates:
            candidate.grade = replace(candidate.grade, factuality=home.candidates[0].grade.factuality)
        home.candidates += group.candidates
        home.facilities = home.facilities or group.facilities
    return kept


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
    """The group that a mention without a facility refers to: "the attack", "a fire broke out", nearby."""
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
