"""Trends: how many incidents the period has against what is usual in the 90 days before it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, exp, floor
from typing import Literal

from reports.countries import country_name
from reports.desk import Desk
from reports.records import Sentence, Slot, Trend
from reports.scope import Subject, subject_of
from reports.slots import Part, count, sentence
from store.records import IncidentView, Snapshot

BASELINE_DAYS = 90
MIN_PERIODS = 4  # fewer periods say nothing about what is usual
_EMPIRICAL = 20  # from so many on, the range is read off the counts themselves
_FEW = 3  # a smaller count is never called unusual
_MISSED = 5.0  # nor is a gap where fewer than this are usual
Kind = Literal["all", "event_type", "region", "country", "commodity"]
_PLURALS = {
    "attack": "attacks", "sabotage": "sabotage", "cyberattack": "cyberattacks", "theft": "thefts",
    "seizure": "seizures", "blockade": "blockades", "accident": "accidents", "outage": "outages",
    "natural_hazard": "natural hazards",
}  # fmt: skip
TOO_SHORT = "Too short a record for a baseline."


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What is usual in periods of one length."""

    usual: float
    low: int
    high: int
    periods: int


def tell_trends(desk: Desk, snapshot: Snapshot, new: Sequence[IncidentView]) -> tuple[tuple[Trend, ...], str]:
    """The trends of the new incidents, unusual ones first; and in words why there are none."""
    windows = find_windows(snapshot)
    if snapshot.since is None or len(windows) < MIN_PERIODS:
        return (), TOO_SHORT
    now: Counter[tuple[Kind, str]] = Counter()
    for view in new:
        now.update(_keys(subject_of(view)))
    told: dict[tuple[Kind, str], list[datetime]] = defaultdict(list)
    for one in snapshot.counted:
        if one.created_at <= snapshot.since:
            for key in _keys(subject_of(one)):
                told[key].append(one.created_at)
    days = round(len(windows) * (snapshot.generated_at - snapshot.since) / timedelta(days=1))
    trends = []
    for key in sorted({*now, *told, ("all", "")}):
        usual = measure(_count(sorted(told[key]), windows))
        unusual = is_unusual(now[key], usual)
        if key[0] == "all" or unusual or (now[key] and (key[0] != "country" or now[key] > 1)):
            line = _tell(key, now[key], usual, unusual, days)
            if desk.passes(line, "a trend", None):
                trends.append(_trend(key, now[key], usual, unusual, line))
    order = ("all", "event_type", "region", "country", "commodity")
    trends.sort(
        key=lambda trend: (trend.kind != "all", not trend.unusual, -trend.count, order.index(trend.kind), trend.label)
    )
    return tuple(trends), ""


def find_windows(snapshot: Snapshot) -> list[tuple[datetime, datetime]]:
    """The periods of the same length before this one, the latest first.

    One that began before the ledger did is left out, and so is one in which no run looked: nothing seen is no quiet.
    """
    if snapshot.since is None:
        return []
    length = snapshot.generated_at - snapshot.since
    if length <= timedelta(0) or not snapshot.watched or snapshot.record_since is None:
        return []
    watched = sorted(snapshot.watched)
    windows = []
    until = snapshot.since
    for _ in range(int(timedelta(days=BASELINE_DAYS) / length)):
        start = until - length
        if start < snapshot.record_since:
            break
        looked = bisect_right(watched, until) - bisect_right(watched, start)
        # Of a week, half of the nights at least.
        if looked >= max(1, floor(length / timedelta(days=2))):
            windows.append((start, until))
        until = start
    return windows


def measure(counts: Sequence[int]) -> Range:
    """Mean and range: between the 5th and 95th of a hundred counts, by Poisson's law where there are few."""
    usual = sum(counts) / len(counts) if counts else 0.0
    if len(counts) >= _EMPIRICAL:
        ranked = sorted(counts)
        low, high = ranked[floor(0.05 * (len(ranked) - 1))], ranked[ceil(0.95 * (len(ranked) - 1))]
    else:
        low, high = poisson_range(usual)
    return Range(usual=usual, low=low, high=high, periods=len(counts))


def poisson_range(mean: float) -> tuple[int, int]:
    """The least and the most that nine of ten counts with this mean lie between."""
    if mean > 500:  # by the normal law: its terms would vanish in floating point
        return max(0, floor(mean - 1.645 * mean**0.5)), ceil(mean + 1.645 * mean**0.5)
    term = exp(-mean)
    total, n, low = term, 0, 0 if term >= 0.05 else -1
    while total < 0.95:
        n += 1
        term *= mean / n
        total += term
        if low < 0 and total >= 0.05:
            low = n
    return max(low, 0), n


def is_unusual(number: int, usual: Range) -> bool:
    """Whether the count lies outside the range, with enough of a baseline and enough incidents to say so."""
    if usual.periods < MIN_PERIODS:
        return False
    more = number > usual.high and number >= _FEW and number >= 1.5 * usual.usual
    return more or (number < usual.low and usual.usual >= _MISSED)


def _count(moments: Sequence[datetime], windows: Iterable[tuple[datetime, datetime]]) -> list[int]:
    return [bisect_right(moments, until) - bisect_right(moments, start) for start, until in windows]


def _keys(subject: Subject) -> list[tuple[Kind, str]]:
    keys: list[tuple[Kind, str]] = [("all", ""), ("event_type", subject.event_type)]
    keys += [("region", region) for region in subject.regions]
    keys += [("country", code) for code in subject.countries]
    return keys + [("commodity", commodity) for commodity in subject.commodities]


def _label(key: tuple[Kind, str]) -> tuple[str, Part]:
    """As printed, and as a part of a sentence: words of the template's own, or a group's name."""
    kind, name = key
    if kind == "all":
        return "All incidents", "all incidents"
    if kind == "event_type":
        words = _PLURALS.get(name, "other incidents")
        return words[:1].upper() + words[1:], words
    label = country_name(name) if kind == "country" else name[:1].upper() + name[1:]
    return label, Slot(kind="group", text=label, ledger=label)


def _tell(key: tuple[Kind, str], number: int, usual: Range, unusual: bool, days: int) -> Sentence:
    label = _label(key)[1]
    spread: list[Part] = [count(usual.low)]
    if usual.high != usual.low:
        spread += [" to ", count(usual.high)]
    verdict = (", more than usual" if number > usual.high else ", fewer than usual") if unusual else ""
    return sentence(
        label, ": ", count(number), " in this period", verdict, "; usually ", *spread, " (", count(days), " days)."
    )


def _trend(key: tuple[Kind, str], number: int, usual: Range, unusual: bool, told: Sentence) -> Trend:
    return Trend(
        kind=key[0],
        label=_label(key)[0],
        count=number,
        usual=usual.usual,
        low=usual.low,
        high=usual.high,
        periods=usual.periods,
        unusual=unusual,
        told=told,
    )
