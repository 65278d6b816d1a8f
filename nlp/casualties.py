"""Counts of people killed, injured, missing, detained or kidnapped; victims apart from perpetrators."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from nlp.amounts import Amount, find_amounts
from nlp.casualty_patterns import (
    ACTIVE_BEFORE,
    AND,
    ANIMALS,
    BREAKS,
    CUE_BEFORE,
    CUE_NOUN,
    CULPRIT_RE,
    FAR_PASSIVE,
    FLAGS,
    INCLUDING,
    NOT_A_COUNT,
    OBJECT,
    OBJECT_END,
    ONE_AND,
    PASSIVE,
    STEMS,
    TOLL_BEFORE,
    TRIGGER,
    WORD,
    CasualtyMatch,
    casualty,
)
from nlp.casualty_singles import coordinated, find_singles, kind_of, whose
from nlp.casualty_words import ANIMAL, PERSON, CasualtyKind
from nlp.casualty_zeros import find_nobody
from nlp.numbers import GAP, find_numbers

__all__ = ["CasualtyKind", "CasualtyMatch", "find_casualties"]

_AGED = re.compile(r"[^\W\d_],\s$")
_WINDOW = 260  # characters that may separate a figure from its cue


def find_casualties(text: str) -> list[CasualtyMatch]:
    """Counts of people by kind; 0 only where the text says nobody, `maximum` None where it leaves the count open."""
    cues = _cues(text)
    if not cues:
        return []
    breaks = [0]
    ends: list[int] = []
    for m in BREAKS.finditer(text):
        ends.append(m.start())
        breaks.append(m.end())
    ends.append(len(text))
    found: list[CasualtyMatch] = []
    windows = _windows(cues, len(text))
    zeros = find_nobody(text, windows)
    found.extend(zeros)
    for low, high in windows:
        amounts = find_amounts(text, find_numbers(text, low, high))
        counted = [
            [] if any(z.start <= a.number_start < z.end for z in zeros) else _of_amount(text, a) for a in amounts
        ]
        found.extend(_added_up(text, amounts, counted))
    taken = [(m.start, m.end) for m in found]
    for single in find_singles(text, windows):
        if not any(s < single.end and single.start < e for s, e in _around(taken, single.start)):
            found.append(single)
    found.sort(key=lambda m: (m.start, m.end, m.kind))
    return _distinct([_in_clause(m, breaks, ends, text) for m in found])


def _added_up(text: str, amounts: list[Amount], counted: list[list[CasualtyMatch]]) -> list[CasualtyMatch]:
    """Joins "two soldiers and three civilians were killed" and "killing two soldiers and three civilians"."""
    for i in range(len(amounts) - 1, 0, -1):
        left, right, first = amounts[i - 1], amounts[i], counted[i - 1]
        people = OBJECT.match(text, left.end)
        end = left.end if people is None else people.end()
        if end > right.start or AND.fullmatch(text, end, right.start) is None:
            continue
        count = _count(left)
        if not first and counted[i] and counted[i][0].start == right.start and count is not None and people is not None:
            before = text[max(0, left.start - 30) : left.start]
            if INCLUDING.search(before) or counted[i][0].of != whose(people.group(), counted[i][0].kind):
                continue
            counted[i - 1] = [_plus(text, counted[i][0], count, start=left.start)]
            counted[i] = []
        elif len(first) == 1 and not counted[i] and first[0].end == end and first[0].start < left.start:
            target = OBJECT.match(text, right.end)
            extra = _count(right)
            alike = target is not None and whose(target.group(), first[0].kind) == first[0].of
            if target is not None and extra is not None and alike and OBJECT_END.match(text, target.end()):
                counted[i - 1] = [_plus(text, first[0], extra, end=target.end())]
    return [m for matches in counted for m in matches]


def _plus(
    text: str, match: CasualtyMatch, count: tuple[int, int | None], *, start: int | None = None, end: int | None = None
) -> CasualtyMatch:
    low, high = count
    begin, stop = match.start if start is None else start, match.end if end is None else end
    total = None if match.maximum is None or high is None else match.maximum + high
    return replace(match, start=begin, end=stop, text=text[begin:stop], minimum=match.minimum + low, maximum=total)


def _around(taken: list[tuple[int, int]], position: int) -> list[tuple[int, int]]:
    return [t for t in taken if abs(t[0] - position) < 2 * _WINDOW]


def _cues(text: str) -> list[int]:
    """Where the stems stand, in order."""
    lower = text.lower()
    if len(lower) != len(text):  # a letter such as U+0130 grows when lowered and would shift the offsets
        return [m.start() for m in TRIGGER.finditer(text)]
    cues: list[int] = []
    for stem in STEMS:
        position = lower.find(stem)
        while position >= 0:
            cues.append(position)
            position = lower.find(stem, position + 1)
    cues.sort()
    return cues


def _windows(cues: list[int], length: int) -> list[tuple[int, int]]:
    """The stretches within reach of a cue; outside them no figure can count people."""
    windows: list[tuple[int, int]] = []
    for cue in cues:
        low, high = max(0, cue - _WINDOW), min(length, cue + _WINDOW)
        if windows and windows[-1][1] >= low:
            windows[-1] = (windows[-1][0], high)
        else:
            windows.append((low, high))
    return windows


def _in_clause(match: CasualtyMatch, starts: list[int], ends: list[int], text: str) -> CasualtyMatch:
    i = bisect_right(starts, match.start) - 1
    low = starts[i]
    high = ends[min(bisect_left(ends, match.end), len(ends) - 1)]
    while low < match.start and text[low].isspace():
        low += 1
    return replace(match, clause_start=low, clause_end=max(high, match.end))


def _distinct(matches: list[CasualtyMatch]) -> list[CasualtyMatch]:
    """One count of a kind for one figure."""
    seen: set[tuple[int, CasualtyKind]] = set()
    kept: list[CasualtyMatch] = []
    for match in matches:
        if (match.start, match.kind) not in seen:
            seen.add((match.start, match.kind))
            kept.append(match)
    return kept


def _count(amount: Amount) -> tuple[int, int | None] | None:
    low, high = amount.minimum, amount.maximum
    if low is None:
        low = 1 if high else 0  # "up to 40": somebody, but how many is open below
    if low != int(low) or (high is not None and high != int(high)) or low > 1_000_000:
        return None
    return int(low), None if high is None else int(high)


def _of_amount(text: str, amount: Amount) -> list[CasualtyMatch]:
    count = _count(amount)
    if count is None or amount.currency:
        return []
    before = text[max(0, amount.start - 90) : amount.start]
    if INCLUDING.search(before) or NOT_A_COUNT.search(before):
        return []
    if amount.digits and text[amount.end : amount.end + 1] == "," and _AGED.search(before):
        return []  # "a repairman, 54, died"
    low, high = count
    window = text[amount.end : amount.end + _WINDOW]
    if ANIMALS.match(window) and not re.match(f"(?:{GAP}{WORD}){{0,1}}{GAP}(?:{PERSON})", window, FLAGS):
        return []
    active = ACTIVE_BEFORE.search(before)
    if active is not None:
        kind = kind_of(active)
        target = OBJECT.match(window)
        if kind is not None and (target is not None or OBJECT_END.match(window)):
            if (
                kind == "kidnapped"
                and active["kidnapped"].lower().startswith("t")
                and not re.match(r"[^.;]{0,60}\b(?:hostage|captive)", window, FLAGS)
            ):
                return []
            end = amount.end + (target.end() if target is not None else 0)
            start = amount.start - (len(before) - active.start())
            nouns = target.group() if target is not None else ""
            both = re.search(r"\bkill\w*\s+(?:and|or)\s+(?:\w+\s+)?(?:injur|wound)\w*$", before.rstrip(), FLAGS)
            if both is not None:
                return []
            if kind == "detained" and re.search(r"\b(?:crew|sailor|seafarer|seam[ae]n|hostage)", nouns, FLAGS):
                kind = "kidnapped"
            more = coordinated(text, end)
            return [
                casualty(text, start, end, kind, low + more, None if high is None else high + more, whose(nouns, kind))
            ]
    noun = CUE_NOUN.match(window)
    if noun is not None and not re.match(
        f"{GAP}(?:rate|risk|claims?|threat|penalt|sentence|row)", window[noun.end() :], FLAGS
    ):
        kind = kind_of(noun)
        if kind is not None:
            return [casualty(text, amount.start, amount.end + noun.end(), kind, low, high, whose("", kind))]
    passive = PASSIVE.match(window)
    if passive is not None:
        result = _of_passive(text, amount, passive, low, high)
        if result:
            return result
    far = FAR_PASSIVE.match(window) if passive is None else None
    if far is not None:
        far_kind: CasualtyKind | None = "killed" if far["died"] else kind_of(far)
        if far_kind is not None:
            end = amount.end + far.end()
            return [casualty(text, amount.start, end, far_kind, low, high, whose(far["nouns"], far_kind))]
    toll = TOLL_BEFORE.search(before)
    if toll is not None and not re.search(rf"(?<![\w])(?:{ANIMAL})(?![\w])", toll.group(), FLAGS):
        start = amount.start - (len(before) - toll.start())
        return [casualty(text, start, amount.end, "killed", low, high, "victims")]
    label = CUE_BEFORE.search(before)
    if label is not None:
        kind = kind_of(label)
        if kind is not None:
            start = amount.start - (len(before) - label.start())
            return [casualty(text, start, amount.end, kind, low, high, whose("", kind))]
    return []


def _of_passive(text: str, amount: Amount, passive: re.Match[str], low: int, high: int | None) -> list[CasualtyMatch]:
    kind = kind_of(passive)
    if kind is None:
        return []
    nouns, person = passive["nouns"], passive["person"]
    words = re.findall(WORD, nouns)
    if words and not person and not re.search(rf"(?<![\w])(?:{PERSON})(?![\w])", nouns, FLAGS):
        of_them = re.match(rf"{GAP}of{GAP}(?:them|those|whom)", nouns, FLAGS)
        if of_them is None and not all(w.lower() in ("more", "others", "other", "further", "in", "all") for w in words):
            return []
    cue = passive[kind].lower()
    after = text[amount.end + passive.end() : amount.end + passive.end() + 40]
    if cue in ("killed", "wounded", "injured", "dead", "hurt") and ANIMALS.match(after):
        return []
    if (
        not words
        and cue in ("dead",)
        and re.match(f"{GAP}(?:zones?|ends?|lines?|heats?|weights?|loads?)\\b", after, FLAGS)
    ):
        return []
    # "three militants killed two guards": the figure is the subject of an active verb
    if cue in (
        "killed",
        "injured",
        "wounded",
        "hurt",
        "captured",
        "arrested",
        "detained",
        "kidnapped",
        "abducted",
        "murdered",
        "executed",
    ) and not re.search(
        r"\b(?:was|were|are|is|been|being|be|got|reported|feared|confirmed)\b", passive.group()[len(nouns) :], FLAGS
    ):
        object_follows = re.match(
            rf"{GAP}(?:an?|the|at\sleast|some|about|\d|one|two|three|four|five|six|seven|eight|nine|ten|several"
            rf"|dozens)\b(?!{GAP}(?:were|was|others{GAP}were))",
            after,
            FLAGS,
        )
        if object_follows is not None and not re.match(
            rf"{GAP}(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+|several"
            rf"|dozens)(?:{GAP}others)?{GAP}(?:injured|wounded|hurt|missing)",
            after,
            FLAGS,
        ):
            return []
    end = amount.end + passive.end()
    start = amount.start
    lead = ONE_AND.search(text, max(0, start - 60), start)
    if lead is not None and CULPRIT_RE.search(lead.group()) is None and whose(nouns, kind) == "victims":
        low, high, start = low + 1, None if high is None else high + 1, lead.start()
    if passive["one_more"]:
        low, high = low + 1, None if high is None else high + 1
    result = [casualty(text, start, end, kind, low, high, whose(nouns, kind))]
    if lead is not None and start == amount.start and CULPRIT_RE.search(lead.group()) is None:
        result.append(
            casualty(text, lead.start(), end, kind, 1, 1, "victims")
        )  # "a guard and two attackers were killed"
    both = re.match(
        rf"(?:{GAP})?(?:and|or|/)(?:{GAP})?(?:(?:seriously|badly|critically){GAP})?(?:injured|wounded|hurt)\b",
        after,
        FLAGS,
    )
    if kind == "killed" and both is not None and not re.match(f"(?:{GAP})?and{GAP}\\w+{GAP}others", after, FLAGS):
        return []  # "20 people were killed or injured": how many of each is not told
    return result
