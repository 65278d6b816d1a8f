"""Counts that build on an earlier one: injured people who died later, all those who were on board."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.amounts import find_amounts
from nlp.casualty_patterns import (
    ALL_ABOARD,
    CARRIED,
    CULPRIT_RE,
    OF_INJURED,
    SMALL,
    THE_INJURED_ONE,
    CasualtyMatch,
    casualty,
)
from nlp.numbers import find_numbers

_REACH = 900  # characters between the first count and the later word on it
_DIED = re.compile(r"died|dies|passed|succumb", re.IGNORECASE)


def with_later_deaths(text: str, found: list[CasualtyMatch], windows: list[tuple[int, int]]) -> list[CasualtyMatch]:
    """Adds those of the injured who died to the dead told before, and takes them from the injured."""
    later: list[CasualtyMatch] = []
    for low, high in windows:
        if not _DIED.search(text, low, high):
            continue
        for amount in find_amounts(text, find_numbers(text, low, high)):
            m = OF_INJURED.match(text, amount.end)
            if m is not None and amount.minimum is not None and amount.minimum == int(amount.minimum) < 1000:
                n = int(amount.minimum)
                later.append(casualty(text, amount.start, m.end(), "killed", n, n, "victims"))
        for m in THE_INJURED_ONE.finditer(text, low, high):
            if any(d.start <= m.start() < d.end or THE_INJURED_ONE.match(d.text) for d in later):
                continue  # the same person told twice
            later.append(casualty(text, m.start(), m.end(), "killed", 1, 1, "victims"))
    result = list(found)
    for death in later:
        if CULPRIT_RE.search(death.text):
            continue
        result = _moved(result, death)
    return result


def _moved(found: list[CasualtyMatch], death: CasualtyMatch) -> list[CasualtyMatch]:
    result = [m for m in found if not (m.start < death.end and death.start < m.end)]
    earlier = [m for m in result if death.start - _REACH <= m.start < death.start and m.of == "victims"]
    dead = next((m for m in reversed(earlier) if m.kind == "killed" and m.minimum), None)
    hurt = next((m for m in reversed(earlier) if m.kind == "injured" and m.minimum), None)
    if dead is not None:
        total = dead.minimum + death.minimum
        death = replace(death, minimum=total, maximum=None if dead.maximum is None else total)
        # the sum stands where the first count stood as well, so that each sentence tells the same
        result = [replace(m, minimum=death.minimum, maximum=death.maximum) if m is dead else m for m in result]
    if hurt is not None:
        gone = death.minimum - (dead.minimum if dead is not None else 0)
        result = [
            replace(m, minimum=m.minimum - gone, maximum=None if m.maximum is None else max(0, m.maximum - gone))
            if m is hurt and m.minimum > gone
            else m
            for m in result
            if not (m is hurt and m.minimum <= gone)
        ]
    result.append(death)
    return result


def find_all_aboard(text: str, windows: list[tuple[int, int]]) -> list[CasualtyMatch]:
    """ "Carrying 16 workers ... all on board died": as many dead as were aboard."""
    found = []
    for low, high in windows:
        for m in ALL_ABOARD.finditer(text, low, high):
            aboard = list(CARRIED.finditer(text, max(0, m.start() - 300), m.start()))
            if not aboard:
                continue
            told = aboard[-1]["low"] or aboard[-1]["two"]
            count = SMALL.get(told.lower()) or (int(told) if told.isdigit() else 0)
            if count:
                found.append(casualty(text, m.start(), m.end(), "killed", count, count, "victims"))
    return found
