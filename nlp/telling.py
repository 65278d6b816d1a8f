"""How one event is told in a document: its grade, who says what of it, who did it and who claims it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nlp.actors import ActorRole, ActorSpan, to_argument, to_claimant
from nlp.background import is_doubting
from nlp.records import ActorArgument, Claimant, DenialOf, EventType, FactClaim, Factuality, Span
from nlp.text import Sentence

if TYPE_CHECKING:
    from nlp.candidates import Candidate
    from nlp.events import Findings
    from nlp.joining import Group

_STRENGTH: tuple[Factuality, ...] = (
    "asserted", "attributed", "foiled", "planned", "threatened", "hypothetical", "recommended", "exercise",
    "historical", "denied",
)  # fmt: skip


def event_grade(candidates: Sequence[Candidate], event_type: EventType) -> Factuality:
    """The grade of an event: that of the sentence in which the body tells it; a headline alone counts where it must.

    A headline never names its source, and "the blast" of a later sentence asserts nothing anew.
    """
    body = [c for c in candidates if c.sentence.where == "text"]
    if not body:
        grade = _strongest(candidates)
        doubted = grade in ("asserted", "attributed") and is_doubting(candidates[0].sentence.text)
        return "hypothetical" if doubted else grade
    own = [c for c in body if c.event_type == event_type] or body
    told = [c for c in own if c.happened] or [c for c in body if c.happened]
    if not told:
        grade = _strongest(body)
        if grade in ("hypothetical", "recommended", "denied") and any(
            c.happened and not is_doubting(c.sentence.text) for c in candidates
        ):
            return "attributed" if grade == "denied" else _strongest(candidates)
        return grade
    founding = [c for c in told if not (c.given or (c.nominal and c.definite))] or told
    first = min(c.sentence.index for c in founding)
    return _strongest([c for c in founding if c.sentence.index == first])


def _strongest(candidates: Sequence[Candidate]) -> Factuality:
    grades = {c.grade.factuality for c in candidates}
    if "denied" in grades and any(c.grade.counter is not None for c in candidates):
        grades.add("attributed")
    return min(grades, key=_STRENGTH.index)


def claims_of(candidates: Sequence[Candidate], event_type: EventType) -> tuple[FactClaim, ...]:
    """Who says what of an event, a claim for each grade and speaker of a sentence."""
    found: dict[tuple[str, str | None, int], FactClaim] = {}

    def add(factuality: Factuality, speaker: str | None, sentence: Sentence, about: DenialOf | None = None) -> None:
        span = Span(start=sentence.start, end=sentence.end, where=sentence.where)
        claim = FactClaim(factuality=factuality, speaker=speaker, span=span, about=about)
        known = found.setdefault((factuality, speaker, sentence.index), claim)
        if known.about is not None and about is None:
            found[factuality, speaker, sentence.index] = claim

    for c in candidates:
        add(c.grade.factuality, c.grade.speaker, c.sentence, _denial_of(c, candidates, event_type))
        if c.grade.counter is not None:
            add("attributed", c.grade.counter, c.sentence)
        for denier, where in c.rebuttals:
            add("denied", denier, where)
    return tuple(found.values())


# What a happening may leave behind or not: that there was none of it denies no fire and no strike.
_EFFECTS = frozenset("spill leak leakage seepage release pollution contamination damage slick radiation".split())


def _denial_of(denied: Candidate, candidates: Sequence[Candidate], event_type: EventType) -> DenialOf | None:
    """What a denial is of, where others of the text tell the happening: "ruled out an attack" denies no explosion."""
    if denied.grade.factuality != "denied" or denied.grade.counter is not None:
        return None
    told = [c for c in candidates if c.happened]
    if not told:
        return None
    if denied.event_type in DEEDS and event_type not in DEEDS:
        return "cause"
    words = {denied.token.lemma_.lower(), *denied.entry.phrase.split()}
    if denied.event_type == "outage" and event_type != "outage":
        return "effect"
    if words & _EFFECTS and not any(words & _EFFECTS & {c.token.lemma_.lower(), *c.entry.phrase.split()} for c in told):
        return "effect"
    accused = (actor for actor, role in denied.actors if role == "perpetrator")
    return "part" if any(_role(denied, actor, "perpetrator") == "denied" for actor in accused) else None


_HOSTILE = frozenset({"attack", "sabotage", "cyberattack", "seizure", "theft", "blockade", "accident", "outage"})
DEEDS = _HOSTILE - {"accident", "outage"}


def actors_of(
    group: Group, findings: Findings, *, alone: bool
) -> tuple[tuple[ActorArgument, ...], tuple[Claimant, ...]]:
    """Those who did an event, are suspected or deny it, and those who claim it; `alone`: the text tells no other."""
    actors: dict[tuple[str, str], ActorArgument] = {}
    claimants: dict[str, Claimant] = {}

    def add(actor: ActorSpan, role: ActorRole, sentence: Sentence) -> None:
        argument = to_argument(actor, role, sentence.start, sentence.where)
        actors.setdefault((argument.name.lower(), role if role == "denied" else "did"), argument)

    for candidate in group.candidates:
        for actor, role in candidate.actors:
            add(actor, _role(candidate, actor, role), candidate.sentence)
        if candidate.grade.factuality == "threatened" and not candidate.actors:
            threatener = _threatener(candidate)
            if threatener is not None:
                add(threatener, "perpetrator", candidate.sentence)
    if not group.types & _HOSTILE:
        return tuple(actors.values()), ()
    seen = {c.sentence.index for c in group.candidates}
    near = set(seen)
    if group.types & DEEDS:
        near |= set(findings.facts) if alone else {i + 1 for i in seen}
    for index in sorted(near):
        facts, base = findings.facts.get(index), findings.sentences.get(index)
        if facts is None or base is None:
            continue
        for actor in facts.claimed:
            claimant = to_claimant(actor, base.start, base.where)
            claimants.setdefault(claimant.name.lower(), claimant)
            add(actor, "perpetrator", base)
        for actor in facts.blamed:
            add(actor, "suspected", base)
        for actor in facts.denied:
            add(actor, "denied", base)
    return _without_shorter(actors), tuple(claimants.values())


def _threatener(candidate: Candidate) -> ActorSpan | None:
    """Who says a threat of its own is who would do it."""
    speaker = candidate.grade.speaker
    start = candidate.sentence.text.find(speaker) if speaker else -1
    if speaker is None or start < 0 or candidate.event_type not in DEEDS or _REPORTING.search(speaker):
        return None
    return ActorSpan(start, start + len(speaker), speaker, "unknown", None, False)


_REPORTING = re.compile(
    r"\b(?:officials?|polic\w+|analysts?|experts?|company|ministry|minister|sources?|media|agency|agencies|reports?|"
    r"regulator|operator|centre|center|ukmto|governor|mayor|times|news|reuters|journal|tv|radio|press|newspaper)\b",
    re.IGNORECASE,
)


def _role(candidate: Candidate, actor: ActorSpan, role: ActorRole) -> ActorRole:
    """Who denies the deed denies a part in it; of others it is only said."""
    if candidate.grade.factuality != "denied" or role != "perpetrator":
        return role
    speaker = (candidate.grade.speaker or "").lower()
    return "denied" if actor.name.lower() in speaker or speaker in actor.name.lower() else "suspected"


_SAYING_NOTHING = frozenset(
    "group men man people person persons perpetrators attackers assailant suspects suspect gang members soldiers "
    "hacker individuals attacker perpetrator forces troops someone".split()
)


def _without_shorter(actors: dict[tuple[str, str], ActorArgument]) -> tuple[ActorArgument, ...]:
    """Drops "the gang" beside its name: an actor whose name is part of a longer one, or says nothing beside another."""
    names = [a.name.lower() for a in actors.values()]
    kept = tuple(
        a for a in actors.values() if not any(a.name.lower() != n and f" {a.name.lower()} " in f" {n} " for n in names)
    )
    telling = tuple(a for a in kept if a.name.lower() not in _SAYING_NOTHING)
    return telling or kept[:1]
