"""A sieved pattern finds what the pattern itself finds."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.sieve import Sieve, sieve

PATTERNS = {
    "words": r"\b(?:in (?:the|a) (?:novel|film)|drills?\b(?! hole)|unions?|(?<!un)planned)\b",
    "optional beginnings": r"\b(?:pre-?)?(?:emptive|war)|(?:un)?planned\b|\b(?:a |the )?strike",
    "figures": r"(?<![\w-])(?:\d+|two|dozens? of) times\b",
    "groups": r"\b(?P<who>crew|men)(?: (?P<how>safe|hurt))?\b",
    "sets": r"(?<=[~<])(?:[a-c]bc)|\b[kK]V\b",
}
ALPHABET = st.sampled_from(
    "in the a novel film drill drills hole union reunion planned unplanned pre-war prewar strike 12 two times x2 ~abc "
    "<cbc kV KV crew safe men hurt _crew crew_ - . , \n é ſtrike İ ı K ß Ünion".split(" ")
)


@pytest.mark.parametrize("name", PATTERNS)
@given(st.lists(ALPHABET, max_size=14).map(" ".join) | st.text(max_size=40))
def test_gives_the_matches_of_the_pattern(name: str, text: str) -> None:
    pattern = re.compile(PATTERNS[name], re.IGNORECASE)
    sifted = Sieve(pattern)
    assert [m.span() for m in sifted.finditer(text)] == [m.span() for m in pattern.finditer(text)]
    assert sifted.findall(text) == pattern.findall(text)
    found, expected = sifted.search(text, 3), pattern.search(text, 3)
    assert (found and found.span()) == (expected and expected.span())
    assert [m.span() for m in sifted.finditer(text, 2, 20)] == [m.span() for m in pattern.finditer(text, 2, 20)]


@pytest.mark.parametrize("pattern", [r"\b(?:oil|gas)\b", r"(?<![\w-])oil", r"\b(?i:Oil)|\b\d{3}"])
def test_patterns_that_begin_with_a_word_are_sieved(pattern: str) -> None:
    assert sieve(pattern, re.IGNORECASE).sifts


@pytest.mark.parametrize("pattern", [r"oil", r"\b\w+ oil", r"^oil", r"[.!?] oil", r"\boil|,", r"\b", r"(?<=\w)oil"])
def test_patterns_that_begin_anywhere_are_not(pattern: str) -> None:
    assert not sieve(pattern, re.IGNORECASE).sifts


def test_the_sieves_of_the_readers_are_sieves() -> None:
    found = 0
    for path in sorted((Path(__file__).parents[2] / "nlp").glob("*.py")):
        if "sieve(" not in path.read_text(encoding="utf-8") or path.stem == "sieve":
            continue
        for name, value in vars(importlib.import_module(f"nlp.{path.stem}")).items():
            if isinstance(value, Sieve):
                assert value.sifts, f"{path.stem}.{name} begins with no word and gains nothing"
                found += 1
    assert found > 50
