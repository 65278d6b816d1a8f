"""Which value of a field is best: independent origins first, then the reliability of the source, then recency.

The rules stand in docs/design/resolution.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from nlp.records import Count, Event, Report

V = TypeVar("V", bound=Hashable)
Range = tuple[float | None, float | None]
Losses = tuple[tuple[str, float | None, float | None], ...]  # unit, minimum, maximum

_NEVER = datetime.min.replace(tzinfo=UTC)
_FRESH = timedelta(days=2)  # what the last two days say of a toll or a loss outweighs the first flash
# Who cannot be judged (F) stands below the fairly reliable and above the known unreliable.
_RELIABILITY = {"A": 5, "B": 4, "C": 3, "D": 2, "F": 1, "E": 0}


@dataclass(frozen=True, slots=True)
class Best(Generic[V]):
    """The best value of a field and the report that gave it: the latest of those that state it."""

    value: V
    event_id: str


@dataclass(frozen=True, slots=True)
class Toll:
    """A number of people: the best value, and the least and most that the last words of any origin leave open."""

    best: Best[tuple[int, int | None]]
    low: int
    high: int | None  # None: open


def origin_of(report: Report) -> str:
    """Whose words a report is: an agency's outlets, copies of its text and publishers of one owner are one origin."""
    return report.wire or report.family or report.source_id or report.article_id


def told_at(report: Report) -> datetime:
    """When a report was published, else fetched."""
    return report.published_at or report.fetched_at


def order(reports: Iterable[Report]) -> list[Report]:
    """The reports oldest first, in a total order."""
    return sorted(reports, key=lambda r: (told_at(r), r.event_id))


def settle_origins(ordered: Sequence[Report]) -> list[Report]:
    """The reports with the grade and kind of source that their origin had first: reprinting words lends them none."""
    first: dict[str, Report] = {}
    for report in ordered:
        known = first.get(origin_of(report))
        if known is None or _precedence(report) < _precedence(known):
            first[origin_of(report)] = report
    return [
        replace(
            report,
            reliability=first[origin].reliability,
            source_kind=report.source_kind if report.source_kind == first[origin].source_kind else None,
        )
        for report in ordered
        for origin in (origin_of(report),)
    ]


def _precedence(report: Report) -> tuple[datetime, int, bool]:
    # Of two at one time the lesser source counts.
    return told_at(report), reliability_rank(report), report.source_kind is not None


def reliability_rank(report: Report) -> int:
    """The Admiralty grade as a number, the more reliable the higher; an unknown letter cannot be judged."""
    return _RELIABILITY.get(report.reliability, _RELIABILITY["F"])


def vote(reports: Iterable[Report], value_of: Callable[[Report], V | None], *, rising: bool = False) -> Best[V] | None:
    """The value of most independent origins; on a tie that of the most reliable source, then that told latest.

    `rising`: figures that move as more is known; of these the later comes before the better source.
    """
    origins: dict[V, set[str]] = defaultdict(set)
    grade: dict[V, int] = {}
    latest: dict[V, tuple[datetime, str]] = {}
    for report in reports:
        value = value_of(report)
        if value is None:
            continue
        origins[value].add(origin_of(report))
        grade[value] = max(grade.get(value, 0), reliability_rank(report))
        latest[value] = max(latest.get(value, (_NEVER, "")), (told_at(report), report.event_id))
    if not origins:
        return None
    if rising:
        best = max(origins, key=lambda value: (len(origins[value]), latest[value]))
    else:
        best = max(origins, key=lambda value: (len(origins[value]), grade[value], latest[value]))
    return Best(best, latest[best][1])


def last_words(ordered: Iterable[Report], value_of: Callable[[Report], V | None]) -> list[Report]:
    """The last report of each origin that gives a value at all, oldest first."""
    last: dict[str, Report] = {}
    for report in ordered:
        if value_of(report) is not None:
            last.pop(origin_of(report), None)
            last[origin_of(report)] = report
    return list(last.values())


def _current(ordered: Sequence[Report], value_of: Callable[[Report], V | None]) -> Best[V] | None:
    said = [r for r in ordered if value_of(r) is not None]
    if not said:
        return None
    newest = max(told_at(r) for r in said)
    return vote([r for r in said if newest - told_at(r) <= _FRESH], value_of, rising=True)


def best_toll(ordered: Sequence[Report], count_of: Callable[[Event], Count | None]) -> Toll | None:
    """The best number of people and its range; a zero of the first flash does not stand against a later toll."""

    def value(report: Report) -> tuple[int, int | None] | None:
        count = count_of(report.event)
        return (count.minimum, count.maximum) if count is not None else None

    known = [r for r in ordered if value(r) is not None]
    positive = [r for r in known if value(r) != (0, 0)]
    best = _current(positive or known, value)
    if best is None:
        return None
    since = told_at(positive[0]) if positive else _NEVER
    said = [told for r in last_words(known, value) if (told := value(r)) and (told != (0, 0) or told_at(r) >= since)]
    low = min(told[0] for told in said)
    most = [told[1] for told in said]
    high = None if None in most else max(one for one in most if one is not None)
    return Toll(best=best, low=low, high=high)


def best_losses(ordered: Sequence[Report]) -> tuple[Losses, Losses, str | None]:
    """Of each unit the best figure of what is lost, its range over the origins' last words, and who gave the last."""
    units = sorted({q.unit for r in ordered for q in r.quantities if q.role == "lost" and not q.superseded})
    best: list[tuple[str, float | None, float | None]] = []
    ranges: list[tuple[str, float | None, float | None]] = []
    givers: list[str] = []
    for unit in units:

        def value(report: Report, unit: str = unit) -> Range | None:
            told = [q for q in report.quantities if q.role == "lost" and q.unit == unit and not q.superseded]
            return (told[-1].minimum, told[-1].maximum) if told else None

        found = _current(ordered, value)
        if found is None:
            continue
        said = [told for r in last_words(ordered, value) if (told := value(r)) is not None]
        best.append((unit, *found.value))
        ranges.append((unit, *_spread(said)))
        givers.append(found.event_id)
    placed = {r.event_id: index for index, r in enumerate(ordered)}
    return tuple(best), tuple(ranges), max(givers, key=placed.__getitem__) if givers else None


def _spread(said: Sequence[Range]) -> Range:
    """From the least to the most that is told; an end that somebody leaves open is open."""
    lows = [low for low, _ in said]
    highs = [high for _, high in said]
    low = None if None in lows else min(one for one in lows if one is not None)
    high = None if None in highs else max(one for one in highs if one is not None)
    return low, high
