"""The sentence that holds a figure, and whether it gives the figure as one since corrected."""

from __future__ import annotations

import re
from bisect import bisect_right

_EARLIER = r"(?:earlier|previous|prior|initial|original|preliminary|first|old)"
_SUPERSEDED_BEFORE = re.compile(
    rf"(?:\bcorrect(?:s|ed|ing|ion\sof)\s+(?:\w+\s+){{0,3}}?(?:figures?|estimates?|reports?|statements?|numbers?"
    rf"|counts?|tolls?|tall(?:y|ies))?\s*(?:of|from|that\s+said|saying)?\s*"
    rf"|\b(?:revis(?:ed|es|ing|ion)|amended|corrected|updated|changed|upgraded|downgraded"
    rf"|adjusted)\s+(?:\w+\s+){{0,2}}?from\s+(?:an?\s+)?(?:{_EARLIER}\s+)?(?:figure\s+of\s+|estimate\s+of\s+)?"
    rf"|\b(?:up|down|higher|lower|compared\swith)\s+from\s+(?:an?\s+|the\s+)?(?:{_EARLIER}\s+)?(?:\w+\s+)?(?:of\s+)?"
    rf"|\b(?:rather\s+than|instead\s+of|as\s+opposed\s+to)\s+(?:the\s+)?(?:{_EARLIER}(?:ly)?\s+)?(?:\w+\s+){{0,2}}?"
    rf"|\b{_EARLIER}\s+(?:\w+\s+)?(?:figures?|estimates?|reports?|statements?|numbers?|counts?|tolls?|tall(?:y"
    rf"|ies)|assessments?|claims?)\s+(?:\w+\s+){{0,3}}?(?:of|at|was|were|that|said|put"
    rf"|spoke\sof)\s+(?:\w+\s+){{0,3}}?"
    rf"|\b(?:(?:had|was|were|been)\s+)?(?:earlier|initially|originally|previously|at\s+first"
    rf"|first)\s+(?:\w+\s+){{0,2}}?(?:said|put|reported|estimated|stated|announced|given|told|thought|believed"
    rf"|spoken)\s+(?:\w+\s+){{0,6}}?"
    rf"|\bnot\s+(?:the\s+)?(?=\S+\s+(?:\S+\s+){{0,4}}as\s+(?:first|earlier|initially|originally|previously)))$",
    re.IGNORECASE,
)
# "revised the loss to 720 MW, from 1,400 MW"; "an earlier version of this story gave the loss as 600,000 b/d"
_RESTATED = re.compile(
    r"(?:\b(?:revis|amend|correct|updat|adjust)(?:e|es|ed|ing|s)\b[^.;]{1,120}?\bto\s[^.;]{2,40}?,?\sfrom\s+(?:an?\s+)?"
    r"|\b(?:cut|lower(?:ed|s)|rais(?:ed|es)|reduc(?:ed|es)|trim(?:med|s))\s(?:its|the|their|an?)\s(?:\w+\s){0,2}?"
    r"(?:estimates?|figures?|tolls?|counts?|tall(?:y|ies))\b[^.;]{1,90}?\bto\s[^.;]{2,40}?,?\sfrom\s+(?:an?\s+)?"
    rf"|\b{_EARLIER}\s(?:version|article|story|report|item|headline|dispatch|copy)s?\b[^.;\d]{{0,60}}?"
    r"\b(?:gave|put|said|stated|reported|had|misstated)\b[^.;\d]{0,50}?)$",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(r"\bnot\s+(?:the\s+)?$", re.IGNORECASE)
_SUPERSEDED_AFTER = re.compile(
    r"[^.;]{0,30}?\b(?:as\s+(?:(?:was|were|had\s+been)\s+)?|(?:that\s+)?(?:was|were|had\s+been)\s+"
    r"|had\s+)?(?:first|earlier|initially|originally|previously)\s+"
    r"(?:reported|stated|said|thought|announced|estimated|given|claimed|believed|feared)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile("[.!?][\"'”’)]*(?=\\s+[\"'“‘(]?[A-Z0-9])|\n+|;")
_ABBREVIATION = re.compile(
    r"(?<![A-Za-z])(?:[A-Z]|bbls?|Mr|Mrs|Ms|Dr|St|No|Nos|Gov|Gen|Col|Lt|Sgt|Capt|Co|Inc|Ltd|Corp|vs|approx|mln"
    r"|bln|ca|Rs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)$",
    re.IGNORECASE,
)
_REACH = 220  # characters; a cue farther off says nothing about a figure


def sentence_starts(text: str) -> list[int]:
    """Where sentences and lines begin, with 0 first; semicolons end one too."""
    starts = [0]
    for m in _SENTENCE_END.finditer(text):
        if m.group()[0] == "." and _ABBREVIATION.search(text, max(0, m.start() - 8), m.start()):
            continue
        starts.append(m.end())
    return starts


def sentence_around(starts: list[int], start: int, end: int, length: int) -> tuple[int, int]:
    """The sentence that holds a span, cut to a bounded reach on both sides."""
    i = bisect_right(starts, start) - 1
    low = starts[i]
    j = bisect_right(starts, max(start, end - 1))
    high = starts[j] if j < len(starts) else length
    return max(low, start - _REACH), min(high, end + _REACH)


def is_superseded(before: str, figure: str, after: str) -> bool:
    """Whether the sentence gives this figure as one that has since been corrected."""
    if _SUPERSEDED_BEFORE.search(before[-110:]) or _RESTATED.search(before[-200:]):
        return True
    follow = _SUPERSEDED_AFTER.match(after)
    if follow is None:
        return False
    return bool(_NOT_BEFORE.search(before)) or "," not in follow.group()
