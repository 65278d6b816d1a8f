"""Counts of people killed, injured, missing, detained or kidnapped; victims apart from perpetrators."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from nlp.amounts import Amount, find_amounts
from nlp.casualty_later import find_all_aboard, with_later_deaths
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
    TOLL_BEFORE,
    WORD,
    CasualtyMatch,
    casualty,
)
from nlp.casualty_singles import coordinated, find_of_one, find_singles, kind_of, whose
from nlp.casualty_windows import REACH, find_cues, windows_around
from nlp.casualty_words import ANIMAL, PERSON, CasualtyKind
from nlp.casualty_zeros import find_nobody
from nlp.numbers import GAP, find_numbers

__all__ = ["CasualtyKind", "CasualtyMatch", "find_casualties"]

_AGED = re.compile(r"[^\W\d_],\s$")
_INJURIES = re.compile(r"^(?!.*(?:death|fatal|died|killed|life)).*injur", re.IGNORECASE)


def find_casualties(text: str) -> list[CasualtyMatch]:
    """Counts of people by kind; 0 only where the text says nobody, `maximum` None where it leaves the count open."""
    cues = find_cues(text)
    if not cues:
        return []
    breaks = [0]
    ends: list[int] = []
    for m in BREAKS.finditer(text):
        ends.append(m.start())
        breaks.append(m.end())
    ends.append(len(text))
    found: list[CasualtyMatch] = []
    windows = windows_around(cues, len(text))
    zeros = find_nobody(text, windows)
    found.extend(zeros)
    for low, high in windows:
        amounts = find_amounts(text, find_numbers(text, low, high))
        counted = [
            [] if any(z.start <= a.number_start < z.end for z in zeros) else _of_amount(text, a) for a in amounts
        ]
        found.extend(_added_up(text, amounts, counted))
    for extra in (find_singles, find_of_one, find_all_aboard):
        taken = [(m.start, m.end) for m in found]
        for single in extra(text, windows):
            if not any(s < single.end and single.start < e for s, e in _around(taken, single.start)):
                found.append(_with_more(text, single))
    found.sort(key=lambda m: (m.start, m.end, m.kind))
    found = with_later_deaths(text, found, windows)
    if any(m.kind == "killed" and m.minimum for m in found):
        found = [m for m in found if not (m.kind == "killed" and m.maximum == 0 and _INJURIES.search(m.text))]
    found.sort(key=lambda m: (m.start, m.end, m.kind))
    return _distinct([_in_clause(m, breaks, ends, text) for m in found])


def _added_up(text: str, amounts: list[Amount], counted: list[list[CasualtyMatch]]) -> list[CasualtyMatch]:
    """Joins "two soldiers and three civilians were killed" and "killing two soldiers and three civilians"."""
    for i in range(len(amounts) - 1, 0, -1):
        left, right, first = amounts[i - 1], amounts[i], counted[i - 1]
        if _is_upper_figure(text, left, right):
            counted[i - 1] = [_ranged(text, m, left, right) for m in first or counted[i]]
            counted[i] = []
            continue
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


_HEDGE = r"(?:perhaps|possibly|maybe|potentially|conceivably|even)"
_BETWEEN_FIGURES = re.compile(
    rf"(?:{GAP}(?:{PERSON}))?(?:\s?[,(–—-])?(?:{GAP})?(?:(?:and|or|but)\b)?(?:{GAP})?(?P<hedge>{_HEDGE})?(?:{GAP})?",
    FLAGS,
)


def _is_upper_figure(text: str, left: Amount, right: Amount) -> bool:
    """Whether a second figure bounds the first from above: "at least 100 people, and perhaps as many as 150"."""
    low, high = _count(left), right.maximum
    gap = _BETWEEN_FIGURES.fullmatch(text, left.end, right.start) if right.start - left.end < 60 else None
    if gap is None or low is None or high is None or high <= low[0]:
        return False
    hedged = gap["hedge"] is not None or re.match(_HEDGE, right.text, FLAGS) is not None
    return hedged and (right.minimum is None or right.minimum == high)


def _ranged(text: str, match: CasualtyMatch, left: Amount, right: Amount) -> CasualtyMatch:
    start, count = min(match.start, left.start), _count(left)
    low = match.minimum if count is None else count[0]
    end = max(match.end, right.end)
    return replace(match, start=start, end=end, text=text[start:end], minimum=low, maximum=int(right.maximum or low))


def _plus(
    text: str, match: CasualtyMatch, count: tuple[int, int | None], *, start: int | None = None, end: int | None = None
) -> CasualtyMatch:
    low, high = count
    begin, stop = match.start if start is None else start, match.end if end is None else end
    total = None if match.maximum is None or high is None else match.maximum + high
    return replace(match, start=begin, end=stop, text=text[begin:stop], minimum=match.minimum + low, maximum=total)


def _with_more(text: str, single: CasualtyMatch) -> CasualtyMatch:
    """ "Killing a British surveyor and two Omani escorts": those behind the first count too."""
    m = AND.match(text, single.end) if single.kind in ("killed", "injured") else None
    gap = re.match(rf",?{GAP}and{GAP}", text[single.end : single.end + 8], FLAGS)
    if m is None and gap is None:
        return single
    position = single.end + (gap.end() if gap is not None else 0)
    numbers = find_numbers(text, position, min(len(text), position + 12))
    if not numbers or numbers[0].start != position:
        return single
    amount = find_amounts(text, numbers[:1])[0]
    target, count = OBJECT.match(text, amount.end), _count(amount)
    if target is None or count is None or whose(target.group(), single.kind) != single.of:
        return single
    if OBJECT_END.match(text, target.end()) is None or PASSIVE.match(text, amount.end) is not None:
        return single
    return _plus(text, single, count, end=target.end())


def _around(taken: list[tuple[int, int]], position: int) -> list[tuple[int, int]]:
    return [t for t in taken if abs(t[0] - position) < 2 * REACH]


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
    if re.search(rf"\bof{GAP}(?:its|his|her|their|the){GAP}$", before, FLAGS):
        return []  # "three of its eleven hands are missing"
    if amount.digits and text[amount.end : amount.end + 1] == "," and _AGED.search(before):
        return []  # "a repairman, 54, died"
    low, high = count
    window = text[amount.end : amount.end + REACH]
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
    if passive["one_more"] and CULPRIT_RE.search(nouns) and not CULPRIT_RE.search(passive["one_more"]):
        lone = casualty(text, start, end, kind, 1, 1, "victims")  # "six attackers and a guard were killed"
        return [casualty(text, start, end, kind, low, high, "perpetrators"), replace(lone, start=start + 1)]
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
