"""Numbers in running text: digits with any separators, words, fractions and multipliers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.sieve import sieve

# White space between the words of one expression; zero-width and direction marks occur in copied text.
GAP = "(?:[\\s\u200b-\u200f\u2060\u202a-\u202e\ufeff]{1,3})"
DASH = "[-\u2010-\u2015\u2212]"

_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "lakh": 1e5, "lakhs": 1e5, "million": 1e6, "millions": 1e6, "crore": 1e7,
    "crores": 1e7, "billion": 1e9, "trillion": 1e12, "dozen": 12.0,
}  # fmt: skip
# Abbreviations only after digits; upper and lower case are told apart nowhere but in "M" of a unit (units.py).
_SHORT_SCALES = {
    "m": 1e6, "mn": 1e6, "mln": 1e6, "mil": 1e6, "mm": 1e6, "bn": 1e9, "bln": 1e9, "b": 1e9, "k": 1e3,
    "tn": 1e12, "trn": 1e12, "tr": 1e12,
}  # fmt: skip
_FRACTIONS = {"half": 0.5, "quarter": 0.25, "third": 1 / 3, "two-thirds": 2 / 3, "three-quarters": 0.75}
_GLYPHS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
# Plurals without a figure: the lowest count that the word allows, and the highest where it has one.
_VAGUE: dict[str, tuple[float, float | None]] = {
    "a couple": (2, 2), "couple": (2, 2), "a few": (2, None), "several": (2, None), "scores": (40, None),
    "a score": (20, 20),
    "dozens": (24, None), "hundreds": (200, None), "thousands": (2000, None),
    "tens of thousands": (20_000, None), "hundreds of thousands": (200_000, None),
    "millions": (2e6, None), "several dozen": (24, None), "several hundred": (200, None),
    "several thousand": (2000, None), "a few dozen": (24, None), "a few hundred": (200, None),
    "a few thousand": (2000, None), "a handful": (2, None),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberMatch:
    """One number as written; `minimum` and `maximum` differ only for words such as "dozens"."""

    start: int
    end: int
    text: str
    minimum: float
    maximum: float | None  # None: open above ("dozens")
    base: float  # the value before its multiplier: 7 of "7 million"
    scale: float  # 1e6 of "7 million"; 1 where there is none
    digits: bool


_ONE_WORD = "|".join([*_ONES, *_TENS])
_SCALE_WORD = "|".join(sorted(_SCALES, key=len, reverse=True))
_JOIN = f"(?:{GAP}(?:and{GAP})?|{DASH})"
_FRACTION = f"(?:one{DASH}|a{GAP})?(?:half|third|quarter)|two(?:{DASH}|{GAP})thirds|three(?:{DASH}|{GAP})quarters"
# Behind these, "1 060 MW" is one figure and "2,5 MW" has a decimal comma.
_BEHIND_SPACED = (
    "[kmgt]w(?:h|e|p)?|mega-?watts?|gigawatts?|barrels?|bbls?|b/d|bpd|tonnes?|tons?|bcm|mcm|litres?|liters?|customers?"
    "|households|homes|subscribers|consumers|residents|people|cubic|euros?|dollars|roubles|rubles|hryv\\w+|km|%"
    "|per(?:\\scent|cent)"
)
# "Unit 3 600 MW": the first figure numbers a thing
_NUMBERED = re.compile(
    r"\b(?:units?|blocks?|lines?|reactors?|trains?|phases?|sections?|no\.?|nos\.?|number|stages?|sets?|pump|tank|well)"
    r"[\s-]$",
    re.IGNORECASE,
)
_DIGITS = (
    "\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?"
    "|\\d{1,3}(?:[\u00a0\u2009\u202f]\\d{3})+(?:[.,]\\d{1,2}(?!\\d))?"
    "|\\d{1,3}(?:\\.\\d{3}){2,}(?!\\d)"
    "|\\d{1,3}(?: \\d{3}){0,3} 000(?!\\d)"
    f"|\\d{{1,3}}(?: \\d{{3}}){{1,3}}(?=(?:{GAP}|{DASH})?(?:{_BEHIND_SPACED})(?![\\w]))"
    f"|\\d{{1,3}},\\d{{1,2}}(?=(?:{GAP}|{DASH})?(?:{_SCALE_WORD}|mln|bln|bn|{_BEHIND_SPACED})(?![\\w]))"
    "|\\d+(?:\\.\\d+)?"
)
_NUMBER = re.compile(
    f"(?P<vague>(?<![\\w])(?:{'|'.join(w.replace(' ', GAP) for w in sorted(_VAGUE, key=len, reverse=True))})\\b"
    f"(?!{GAP}(?:{_SCALE_WORD})\\b))"
    f"|(?P<part>(?<![\\w])(?:{_FRACTION})(?:{GAP}of)?{GAP}(?:an?{GAP})(?P<part_scale>{_SCALE_WORD})\\b)"
    f"|(?P<fraction>(?<![\\w])(?:half|two(?:{DASH}|{GAP})thirds|three(?:{DASH}|{GAP})quarters|one{DASH}third"
    f"|one{DASH}quarter|one{DASH}half|a{GAP}third|a{GAP}quarter)(?={GAP}(?:of|a|an|the)\\b))"
    f"|(?P<one>(?<![\\w])an?{GAP}(?:half{DASH})?(?P<one_scale>{_SCALE_WORD})\\b(?:{GAP}and{GAP}a{GAP}half\\b)?)"
    f"|(?P<words>(?<![\\w])(?:{_ONE_WORD})(?:{_JOIN}(?:{_ONE_WORD}|{_SCALE_WORD})){{0,12}}\\b"
    f"(?:{GAP}and{GAP}(?P<extra>(?:a{GAP})?half|a{GAP}quarter"
    f"|three{DASH}quarters)(?:{GAP}(?P<extra_scale>{_SCALE_WORD}))?\\b"
    f"|{GAP}point{GAP}(?P<decimals>(?:{'|'.join(_ONES)})(?:{GAP}(?:{'|'.join(_ONES)}))?)"
    f"(?:{GAP}(?P<decimal_scale>{_SCALE_WORD}))?\\b)?)"
    f"|(?P<digits>(?<!\\d)(?<!\\d[.,])(?:(?<![^\\W\\d_])|(?<=USD)|(?<=EUR)|(?<=GBP)"
    f"|(?<=Rs)|(?<=(?<!\\w)[NR]))(?:{_DIGITS})(?P<glyph>{GAP}?[½¼¾⅓⅔])?"
    f"(?:(?:{GAP}|{DASH})?(?P<scale>{_SCALE_WORD})s?\\b(?:{GAP}(?P<scale2>million|billion)\\b)?"
    f"|(?:{GAP})?(?P<short>mln|mil|mn|bn|bln|trn|tn|tr|mm|m|b|k)(?![\\w³²/\"'’]|\\.\\w|{GAP}(?:³|/))"
    f"|(?P<short_dot>mln|bln|mn|bn|mil)\\.(?=\\s))?)"
    f"|(?P<glyph_only>[½¼¾](?={GAP}(?:{_SCALE_WORD}|of)\\b)(?:{GAP}(?P<glyph_scale>{_SCALE_WORD})\\b)?)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_FIGURE = re.compile(r"\d+|[½¼¾⅓⅔]")
_FIRST_WORDS = frozenset(
    {
        *_ONES,
        *_TENS,
        "a",
        "an",
        "half",
        "several",
        "scores",
        "dozens",
        "hundreds",
        "thousands",
        "tens",
        "millions",
        "couple",
        "third",
        "quarter",
    }
)
_FIRST_WORD = sieve(rf"(?<!\w)(?:{'|'.join(sorted(_FIRST_WORDS, key=len, reverse=True))})(?![^\W\d_])", re.IGNORECASE)
_LONGEST_FIGURE = 24  # characters; a longer run of digits is an identifier


def _words_value(words: str) -> tuple[float, float, float] | None:
    """The value of written-out cardinals, with the base and scale of its last multiplier."""
    total, current, last_scale, seen = 0.0, 0.0, 1.0, False
    previous_kind = ""
    for word in _WORD.findall(words.lower()):
        if word == "and":
            continue
        if word in _ONES:
            if previous_kind in ("one",) or (previous_kind == "ten" and _ONES[word] > 9):
                return None  # "two three": a list, not a number
            current += _ONES[word]
            previous_kind = "one"
        elif word in _TENS:
            if previous_kind in ("one", "ten"):
                return None
            current += _TENS[word]
            previous_kind = "ten"
        elif word in _SCALES:
            scale = _SCALES[word]
            current = max(current, 1.0) * scale
            if scale >= 1000 or scale == 12:
                total, current = total + current, 0.0
            last_scale = scale
            previous_kind = "scale"
        seen = True
    value = total + current
    return (value, value / last_scale, last_scale) if seen else None


def _figure(text: str) -> float:
    """The value of a figure written with any of the usual thousands separators."""
    compact = re.sub("[\\s\u00a0\u2009\u202f]", "", text)
    if compact.count(".") >= 2:
        compact = compact.replace(".", "")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", compact):
        compact = compact.replace(",", "")
    return float(compact.replace(",", "."))


def find_numbers(text: str, start: int = 0, end: int | None = None) -> list[NumberMatch]:
    """Numbers that begin between `start` and `end`, in order, without overlap; offsets are code points of `text`."""
    found: list[NumberMatch] = []
    done = start
    stop = len(text) if end is None else end
    # the grammar is tried only where a number can begin
    places = [m.start() for m in _FIGURE.finditer(text, start, stop)]
    places += [m.start() for m in _FIRST_WORD.finditer(text, start, stop)]
    places.sort()
    for position in places:
        if position < done:
            continue
        m = _NUMBER.match(text, position)
        number = _read(m) if m is not None else None
        if number is not None:
            found.append(number)
            done = number.end
    return found


def _read(m: re.Match[str]) -> NumberMatch | None:
    start, end = m.span()
    written = m.group()
    low: float
    high: float | None
    if m["vague"] is not None:
        low, high = _VAGUE[" ".join(_WORD.findall(written.lower()))]
        return NumberMatch(
            start=start, end=end, text=written, minimum=low, maximum=high, base=low, scale=1.0, digits=False
        )
    base, scale, digits = 1.0, 1.0, False
    if m["part"] is not None:
        words = written.lower()
        base = 0.75 if "three" in words else 2 / 3 if "two" in words else next(
            value for word, value in _FRACTIONS.items() if word in words
        )  # fmt: skip
        scale = _SCALES[m["part_scale"].lower()]
    elif m["fraction"] is not None:
        words = written.lower()
        base = 0.75 if "three" in words else 2 / 3 if "two" in words else next(
            value for word, value in _FRACTIONS.items() if word in words
        )  # fmt: skip
    elif m["one"] is not None:
        scale = _SCALES[m["one_scale"].lower()]
        halves = written.lower().count("half")
        if halves:
            base = 1.5 if re.search("and", written, re.IGNORECASE) else 0.5
    elif m["words"] is not None:
        core_end = m.start("extra") if m["extra"] else m.start("decimals") if m["decimals"] else end
        value = _words_value(m.string[start:core_end])
        if value is None:  # "five and seven": two numbers; the first ends where the words stop making one
            return _first_of_words(m.string, start, core_end)
        whole, base, scale = value
        if m["extra"]:
            part = 0.25 if "a" in m["extra"].lower().split()[:1] and "quarter" in m["extra"].lower() else 0.5
            if "three" in m["extra"].lower():
                part = 0.75
            # "one and a half million": the fraction belongs to the multiplier that follows it, or else to the last
            if m["extra_scale"]:
                base, scale = whole + part, _SCALES[m["extra_scale"].lower()]
            else:
                base += part
        elif m["decimals"]:
            places = "".join(str(_ONES[w]) for w in _WORD.findall(m["decimals"].lower()))
            base, scale = (
                whole + float(f"0.{places}"),
                _SCALES[(m["decimal_scale"] or "").lower()] if m["decimal_scale"] else 1.0,
            )
    elif m["glyph_only"] is not None:
        base = _GLYPHS[written[0]]
        scale = _SCALES[m["glyph_scale"].lower()] if m["glyph_scale"] else 1.0
    else:
        digits = True
        stop = min((m.start(g) for g in ("glyph", "scale", "short", "short_dot") if m[g] is not None), default=end)
        figure = re.match("[\\d.,\\s]*\\d", m.string[start : min(stop, start + _LONGEST_FIGURE + 1)])
        if figure is None or stop - start > _LONGEST_FIGURE + 3:
            return None
        if " " in figure.group() and _NUMBERED.search(m.string, max(0, start - 12), start):
            end = start + figure.group().index(" ")
            alone = float(m.string[start:end])
            return NumberMatch(
                start=start, end=end, text=m.string[start:end], minimum=alone, maximum=alone, base=alone, scale=1.0,
                digits=True,
            )  # fmt: skip
        if m.string[start - 1 : start] in ("N", "R", "n", "r") and not (
            m["scale"] or m["short"] or "," in figure.group()
        ):
            return None  # "N2" is nitrogen, "N2.4bn" is naira
        base = _figure(figure.group())
        if m["glyph"]:
            base += _GLYPHS[m["glyph"].strip()[-1]]
        if m["scale"]:
            scale = _SCALES[m["scale"].lower().rstrip("s") if m["scale"].lower() != "lakhs" else "lakh"]
            if m["scale2"]:
                scale *= _SCALES[m["scale2"].lower()]
        elif m["short"] or m["short_dot"]:
            scale = _SHORT_SCALES[(m["short"] or m["short_dot"]).lower()]
    value_ = clean(base * scale)
    return NumberMatch(
        start=start, end=end, text=written, minimum=value_, maximum=value_, base=base, scale=scale, digits=digits
    )


def _first_of_words(text: str, start: int, end: int) -> NumberMatch | None:
    """The longest leading run of number words that makes a number."""
    stops = [start + w.end() for w in _WORD.finditer(text[start:end]) if w.group().lower() != "and"]
    for stop in reversed(stops[:-1]):
        value = _words_value(text[start:stop])
        if value is not None:
            whole, base, scale = value
            whole = clean(whole)
            return NumberMatch(
                start=start, end=stop, text=text[start:stop], minimum=whole, maximum=whole, base=base, scale=scale,
                digits=False,
            )  # fmt: skip
    return None


def clean(value: float) -> float:
    """Drops the noise of binary multiplication: 1.3 x 1e6 is 1300000."""
    return float(f"{value:.12g}")
