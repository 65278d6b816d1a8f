"""Earlier cases that a text tells beside its news, and headlines that only ask or deny."""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlp.dates import DateMatch
from nlp.records import Where
from nlp.text import Sentence

# Words before a date that make it an end, a start or a due day instead of the day of the deed.
_OTHERWISE = re.compile(
    r"\b(?:since|until|till|by|before|from|through|expected|due|planned|next|after|between|of)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_MONTH_AGO = timedelta(days=25)
_QUARTER_AGO = timedelta(days=90)
_OPENING = 48  # characters at the start of a sentence in which its date dates what it tells
_DOUBTING = re.compile(
    r"\?|\b(?:den(?:y|ies|ied|ial|ying)|no|not|never|nobody|rejects?|dismiss(?:es|ed)?|rumou?rs?|hoax|false|untrue|"
    r"invention|refutes?|debunks?|says? no)\b",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"\b(?:foil\w*|thwart\w*|repel\w*|repuls\w*|attempt(?:s|ed)? fails?|fails|failed|averted|prevented|fend\w*|"
    r"turns? (?:back|away)|beats? (?:back|off)|escapes? (?:hijack\w*|attack|pirates|boarding)|"
    r"(?:attempted|aborted|suspicious) \w+)\b",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"\b(?:stole\w*|hijacked|kidnap\w*|killed|wounded|injured|damaged|destroyed|ablaze|got through|escaped with|"
    r"made off with)\b",
    re.IGNORECASE,
)


def tells_earlier_case(sentence: Sentence, dates: dict[Where, list[DateMatch]], published_on: date | None) -> bool:
    """Whether a date of long ago opens a sentence of the body: "In March the carrier ..."."""
    if published_on is None or sentence.where != "text" or sentence.index < 1:
        return False
    inside = [
        d for d in dates["text"] if sentence.start <= d.start and d.end <= sentence.end and not (d.dateline or d.prefix)
    ]
    if any(d.last >= published_on - _MONTH_AGO and d.precision != "year" for d in inside):
        return False  # it tells of these days too
    for found in inside:
        before = sentence.text[: found.start - sentence.start]
        if _OTHERWISE.search(before) or len(before) > _OPENING:
            continue
        if found.last < published_on - (_MONTH_AGO if found.precision == "month" else _QUARTER_AGO):
            return True
    return False


def is_doubting(title: str) -> bool:
    """Whether a headline asks whether it happened, or says that it did not."""
    return bool(_DOUBTING.search(title))


_WORKS_FAIL = re.compile(
    r"\b(?:cables?|lines?|pipelines?|links?|plants?|units?|reactors?|turbines?|transformers?|grids?|valves?|pumps?|power|"
    r"interconnectors?|substations?|supply|seals?|dams?)\s(?:has |have )?fail(?:s|ed)?\b",
    re.IGNORECASE,
)


def tells_failure(title: str, text: str) -> bool:
    """Whether a headline says that an attempt came to nothing, and the text tells of no loss."""
    return bool(_FAILED.search(title)) and not _WORKS_FAIL.search(title) and not _LOST.search(text[:1500])
