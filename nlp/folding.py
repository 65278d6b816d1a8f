"""Words of a text with their offsets, folded so that spellings of one name meet: case, accents, dashes, apostrophes."""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

CaseMode = Literal["mixed", "upper", "lower"]

# Combining marks and invisible joiners belong to the word they stand in; str.isalnum and \w leave them out.
_INSIDE = (
    "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u20d0-\u20ff"
    "\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff"
)
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_INSIDE}])*")
# The look-alike apostrophes of transliterations (hamza, ayn, soft sign) are all read as one.
_APOSTROPHES = "'’‘`´ʼʻʿʾ′"
_GAP = re.compile(rf"[ \t\u00a0\u2007\u2009\u202f\-\u2010-\u2015\u2212/&.\n\r{_APOSTROPHES}]{{0,3}}")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ə": "a",
        "ħ": "h", "ŧ": "t", "ŋ": "n", "ʻ": "", "ʼ": "", "ʿ": "", "ʾ": "", "ʹ": "", "ʺ": "",
    }
)  # fmt: skip
_SHORT_BEFORE_DOT = 4
_UPPER = string.ascii_uppercase.encode()
_LOWER = string.ascii_lowercase.encode()
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_REMEMBERED_UP_TO = 20_000  # characters; the tokens of a longer text are not kept


class Token(NamedTuple):
    """One word; a tuple, since a document has thousands."""

    start: int
    end: int
    text: str
    folded: str
    capital: bool  # begins with a capital letter or a digit


def fold_word(word: str) -> str:
    """Lower-case form without accents, marks and invisible characters."""
    if word.isascii():
        return word.lower()
    stripped = (
        c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.category(c).startswith(("M", "C"))
    )
    return "".join(stripped).translate(_LETTERS)


def find_tokens(text: str) -> tuple[Token, ...]:
    """All words of a text, in order, with code-point offsets."""
    return _find_tokens(text) if len(text) > _REMEMBERED_UP_TO else _remembered_tokens(text)


@lru_cache(maxsize=64)  # names and places are looked for in the same copies, a batch of documents apart
def _remembered_tokens(text: str) -> tuple[Token, ...]:
    return _find_tokens(text)


def _find_tokens(text: str) -> tuple[Token, ...]:
    tokens = []
    for found in _WORD.finditer(text):
        word = found.group()
        folded = fold_word(word)
        if folded:
            first = word[0]
            tokens.append(Token(found.start(), found.end(), word, folded, first.isupper() or first.isdigit()))
    return tuple(tokens)


def fold_key(name: str) -> str:
    """The key under which a name is looked up: its folded words, joined by single spaces."""
    if name.isascii():
        return " ".join(_ASCII_WORD.findall(name.lower()))
    return " ".join(t.folded for t in find_tokens(name))


def key_variants(name: str) -> set[str]:
    """The keys of a name as written and with its apostrophes closed up ("Sana'a", "Sanaa")."""
    keys = {fold_key(name)}
    if any(c in name for c in _APOSTROPHES):
        keys.add(fold_key("".join(c for c in name if c not in _APOSTROPHES)))
    keys.discard("")
    return keys


def joinable(text: str, left: Token, right: Token) -> bool:
    """Whether two neighbouring words can belong to one name: nothing between them ends a clause."""
    if right.start - left.end == 1:
        gap = text[left.end]
        if gap == " ":
            return True
        if gap == ".":
            return len(left.text) <= _SHORT_BEFORE_DOT
    gap = text[left.end : right.start]
    if len(gap) > 3 or not _GAP.fullmatch(gap):
        return False
    if "." in gap:
        return len(left.text) <= _SHORT_BEFORE_DOT and left.text.isalpha() and "\n" not in gap
    return gap.count("\n") <= 1


def count_cases(text: str) -> tuple[int, int]:
    """How many upper-case and how many lower-case characters a text has."""
    plain = text.encode("ascii", "ignore")
    upper = len(plain) - len(plain.translate(None, _UPPER))
    lower = len(plain) - len(plain.translate(None, _LOWER))
    if len(plain) < len(text):
        for c in _BEYOND_ASCII.findall(text):
            if c.isupper():
                upper += 1
            elif c.islower():
                lower += 1
    return upper, lower


def case_mode(text: str) -> CaseMode:
    """How a stretch of copy uses capitals: wire copy of old databases is often all upper or all lower case."""
    upper, lower = count_cases(text)
    if upper + lower < 12:
        return "mixed"
    if upper > 0.7 * (upper + lower):
        return "upper"
    return "lower" if upper <= 0.003 * lower else "mixed"


def case_modes(text: str) -> list[tuple[int, int, CaseMode]]:
    """(start, end, mode) of each line of a text, so that a headline in capitals does not decide for the article."""
    whole = case_mode(text)
    lines: list[tuple[int, int, CaseMode]] = []
    position = 0
    for line in text.splitlines(keepends=True):
        mode = case_mode(line)
        if mode == "lower" and whole == "mixed":
            mode = "mixed"
        lines.append((position, position + len(line), mode))
        position += len(line)
    return lines or [(0, len(text), whole)]
