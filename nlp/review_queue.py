"""Which articles an analyst is asked about, and in what order: those in doubt first, then a check on the sure ones."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from nlp.records import RiskTag

Why = Literal["uncertain", "check"]

DOUBTFUL = 0.5  # doubt at or above which the model counts as unsure: a relevance of 0.25 to 0.75
CHECK_SHARE = 0.2  # of the queue, kept for the sure ones however many are in doubt: else nobody sees confident errors
TAG_WEIGHT = 0.8  # one label of several in doubt is worth less of an analyst's time than the whole article
SURELY_NOT = 0.2  # no gate's threshold is below it: relevant all the same means that an event was found


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One article version that nobody has reviewed, as the model sees it."""

    version_id: str
    group: str  # its story, or itself: one of a story is asked in one sitting
    relevance: float | None
    relevant: bool
    uncertain: bool  # nlp.records.Annotation.uncertain
    tags: tuple[RiskTag, ...] = ()
    skipped: bool = False  # an analyst has passed over it


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One place in the queue."""

    version_id: str
    why: Why
    reason: str  # one clause for the screen
    doubt: float  # 0 sure .. 1


def order_queue(
    candidates: Iterable[Candidate], *, items: int, seed: int = 0, skipped: bool = False
) -> tuple[Asked, ...]:
    """The next `items` to ask: the most doubtful first, then a seeded random sample of the rest.

    At least a fifth of the places is kept for the sample, and it fills what the doubtful leave. The sample is drawn in
    turn from what the model calls relevant and what it does not. With `skipped`, what was passed over is asked again.
    """
    judged = [(candidate, *judge_doubt(candidate)) for candidate in candidates if skipped or not candidate.skipped]
    doubtful = [one for one in judged if one[1] >= DOUBTFUL]
    sure = [one for one in judged if one[1] < DOUBTFUL]
    doubtful.sort(key=lambda one: (-one[1], _chance(seed, one[0].version_id)))
    sure.sort(key=lambda one: _chance(seed, one[0].version_id))
    doubtful = _one_a_group(doubtful)
    asked = [
        Asked(version_id=one.version_id, why="uncertain", reason=reason, doubt=doubt) for one, doubt, reason in doubtful
    ]
    asked_groups = {one[0].group for one in doubtful}
    sure = [one for one in _one_a_group(sure) if one[0].group not in asked_groups]
    sample = _in_turn([one for one in sure if one[0].relevant], [one for one in sure if not one[0].relevant])
    kept = min(len(sample), math.ceil(items * CHECK_SHARE))
    asked = asked[: max(0, items - kept)]
    checks = [
        Asked(version_id=one.version_id, why="check", reason=f"a check on the sure ones: {_sure_of(one)}", doubt=doubt)
        for one, doubt, _ in sample
    ]
    return (*asked, *checks[: items - len(asked)])


def judge_doubt(candidate: Candidate) -> tuple[float, str]:
    """How unsure the model is, 0 to 1, and the clause that says why."""
    found: list[tuple[float, str]] = []
    relevance = candidate.relevance
    if relevance is not None:
        found.append((1 - abs(2 * relevance - 1), f"relevance is undecided: {relevance:.2f}"))
        if candidate.relevant and relevance < SURELY_NOT:
            found.append((0.9, f"an event was found in it, yet its words say not relevant ({relevance:.2f})"))
    if candidate.relevant:
        if candidate.uncertain and not candidate.tags:
            found.append((1.0, "relevant, but no risk label reaches its threshold"))
        elif candidate.uncertain:
            found.append((0.95, "the model marks it as unlike what it has learnt from"))
        if candidate.tags:
            nearest = min(candidate.tags, key=lambda tag: abs(tag.probability - 0.5))
            doubt = TAG_WEIGHT * (1 - abs(2 * nearest.probability - 1))
            found.append((doubt, f"{nearest.label} is undecided: {nearest.probability:.2f}"))
    return max(found, key=lambda one: one[0], default=(0.0, ""))


_Judged = tuple[Candidate, float, str]


def _one_a_group(judged: Sequence[_Judged]) -> list[_Judged]:
    firsts: dict[str, _Judged] = {}
    for one in judged:
        firsts.setdefault(one[0].group, one)
    return list(firsts.values())


def _in_turn(first: Sequence[_Judged], second: Sequence[_Judged]) -> list[_Judged]:
    ranked = [(place, 0, one) for place, one in enumerate(first)] + [
        (place, 1, one) for place, one in enumerate(second)
    ]
    return [one for _, _, one in sorted(ranked, key=lambda item: item[:2])]


def _sure_of(candidate: Candidate) -> str:
    if not candidate.relevant:
        return "not relevant"
    return ", ".join(tag.label for tag in candidate.tags) or "relevant"


def _chance(seed: int, version_id: str) -> str:
    # A hash, not a generator: what others have answered meanwhile does not deal the rest anew.
    return hashlib.sha256(f"{seed}\x1f{version_id}".encode()).hexdigest()
