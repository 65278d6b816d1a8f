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
# What leads from "two of the employees injured" to "have died": where it happened and when, no clause of its own.
_SINCE_DIED = re.compile(
    r"(?P<between>(?:[\s,]+[^\s.;:,]+){0,18}?)[\s,]+"
    r"(?:(?:have|has|had|later|since|also|subsequently|then|now|both|all)\s+){0,3}(?:died|passed\s+away|succumbed)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:and|but|while|whereas|whose|another|others?|remain\w*|said|say|says|were|was|is|are|that)\b"
    r"|\b(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s+(?:[\w-]+\s+){0,2}?(?:"
    r"people|persons?|workers?|employees?|men|man|women|woman|guards?|soldiers?|staff|crew\w*|colleagues?|residents?"
    r"|contractors?|engineers?|technicians?|firefighters?|civilians?|children|child|operators?|sailors?)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\bwh(?:o|ich)\b", re.IGNORECASE)
_MAIN_VERB = re.compile(r"\b(?:was|were|been|got|are|is|left)\b", re.IGNORECASE)
# A toll told as the sum holds those who died later already.
_SUM = re.compile(
    r"\b(?:toll|number\s+of\s+(?:the\s+)?(?:dead|deaths|fatalities)|total)\b|\b(?:bring|brought|rais|tak)\w*\b[^.;]{0,40}\bto\b",
    re.IGNORECASE,
)


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
                if not any(d.start < m.end() and amount.start < d.end for d in later):  # "two of the nine injured"
                    later.append(casualty(text, amount.start, m.end(), "killed", n, n, "victims"))
        for m in THE_INJURED_ONE.finditer(text, low, high):
            if any(d.start <= m.start() < d.end or THE_INJURED_ONE.match(d.text) for d in later):
                continue  # the same person told twice
            later.append(casualty(text, m.start(), m.end(), "killed", 1, 1, "victims"))
    later += [dead for hurt in found if (dead := _since_died(text, hurt)) and not _overlaps(dead, later)]
    result = list(found)
    for death in sorted(later, key=lambda one: one.start):
        if CULPRIT_RE.search(death.text):
            continue
        result = _counted_already(result, death) if _in_a_sum(text, death, found) else _moved(result, death)
    return result


def _since_died(text: str, hurt: CasualtyMatch) -> CasualtyMatch | None:
    """The same people as dead, where their sentence goes on to say that they died."""
    if hurt.kind != "injured" or hurt.of != "victims" or not hurt.minimum or hurt.minimum != hurt.maximum:
        return None
    died = _SINCE_DIED.match(text, hurt.end)
    relative = _RELATIVE.search(hurt.text)
    if died is None or _CLAUSE.search(died["between"]) or (_MAIN_VERB.search(hurt.text) and not relative):
        return None
    if re.search(r"\b(?:when|as|after|if)\b", died["between"], re.IGNORECASE) and not relative:
        return None
    return casualty(text, hurt.start, died.end(), "killed", hurt.minimum, hurt.minimum, "victims")


def _overlaps(one: CasualtyMatch, others: list[CasualtyMatch]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _in_a_sum(text: str, death: CasualtyMatch, found: list[CasualtyMatch]) -> bool:
    """Whether the sentence gives the toll as it stands now: "bringing the death toll to four"."""
    return any(
        one.kind == "killed" and one.minimum >= death.minimum and not _overlaps(one, [death])
        and not re.search(r"[.!?]\s", text[min(one.end, death.end) : max(one.start, death.start)])
        and _SUM.search(text[max(0, one.start - 30) : one.end])
        for one in found
    )  # fmt: skip


def _counted_already(found: list[CasualtyMatch], death: CasualtyMatch) -> list[CasualtyMatch]:
    """Without the words that call the dead injured; what was told of the injured before holds them still."""
    kept = [m for m in found if not (m.start < death.end and death.start < m.end)]
    return _less_hurt(kept, death.start, death.minimum)


def _less_hurt(found: list[CasualtyMatch], before: int, gone: int) -> list[CasualtyMatch]:
    earlier = [m for m in found if before - _REACH <= m.start < before and m.of == "victims"]
    hurt = next((m for m in reversed(earlier) if m.kind == "injured" and m.minimum), None)
    return [
        replace(m, minimum=m.minimum - gone, maximum=None if m.maximum is None else max(0, m.maximum - gone))
        if m is hurt
        else m
        for m in found
        if not (m is hurt and m.minimum <= gone)
    ]


def _moved(found: list[CasualtyMatch], death: CasualtyMatch) -> list[CasualtyMatch]:
    result = [m for m in found if not (m.start < death.end and death.start < m.end)]
    earlier = [m for m in result if death.start - _REACH <= m.start < death.start and m.of == "victims"]
    dead = next((m for m in reversed(earlier) if m.kind == "killed" and m.minimum), None)
    if dead is not None:
        total = dead.minimum + death.minimum
        death = replace(death, minimum=total, maximum=None if dead.maximum is None else total)
        # the sum stands where the first count stood as well, so that each sentence tells the same
        result = [replace(m, minimum=death.minimum, maximum=death.maximum) if m is dead else m for m in result]
    result = _less_hurt(result, death.start, death.minimum - (dead.minimum if dead is not None else 0))
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
