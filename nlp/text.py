"""What of a document is prose: lines sorted by kind, sentences, and same-length copies that a parser reads better."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from nlp.folding import count_cases
from nlp.records import Where

# A night brings an occasional dump of megabytes on one line; what a newsroom writes ends long before this.
MAX_TEXT = 200_000
MAX_SENTENCE = 900

LineKind = Literal["prose", "heading", "bullet", "advice", "table", "code"]

_BULLET = re.compile(r"^\s{0,8}(?:[-*+•‣◦▪–·]|\(?\d{1,2}[.)]|[a-z]\))\s+(?=\S)")
_TABLE = re.compile(r"^\s*\|.*\||^\s*[-:|+=\s]{6,}$|\t[^\t]+\t|(?:\S\s{3,}){2,}\S")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+")
_CODE = re.compile(r"^\s*(?:```|~~~|<[a-z!/][^>]*>\s*$|\{\s*\"|https?://\S+\s*$)")
_END = re.compile(r"[.!?:;…][\"'”’)\]*_]*\s*$")

# The lead-in of a list says what its items are: steps that someone advises, or things that took place.
_ADVICE_LEAD = re.compile(
    r"\b(?:recommend\w*|advi[sc]e\w*|steps?|measures?|actions?|initiatives?|priorit\w+|propos\w+|should|must|need(?:s|"
    r"ed)? to|"
    r"concerns?|tips|best practices?|guidelines?|lessons?|options?|strateg\w+|mitigat\w+|considerations?|checklist|"
    r"questions?|scenarios?|challenges?|factors?|benefits?|objectives?|goals?|watch)\b",
    re.IGNORECASE,
)
_HAPPENED_LEAD = re.compile(
    r"\b(?:incidents?|attacks?|outages?|strikes?|events?|casualties|overnight|reported|occurred|happened|"
    r"were (?:hit|struck|damaged|affected)|in brief|headlines?)\b",
    re.IGNORECASE,
)
_ADVICE_HEADING = re.compile(
    r"\b(?:recommendations?|conclusion|how to|what (?:should|can|you)|lessons?|best practices?|way forward|"
    r"risk (?:matrix|register|factors?)|mitigation|countermeasures?|checklist|next steps)\b",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Sgt|Cpl|Gov|Sen|Rep|Rev|St|Mt|No|Nos|Co|Corp|Inc|Ltd|vs|approx|est|ca|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|e\.g|i\.e|Ft|Fla|Calif|Tex|La|Okla|"
    r"km|cu|sq|bbl|bbls|ft|in|mi|hrs?|Rd|Ave|Blvd|pres|gen|lt|col|gov|sen|st|lat|long|nm)|"
    r"\b[A-Za-z](?:\.[A-Za-z])*)\.$",
)
_HEADER = re.compile(
    r"\s*((?:[A-Z][\w'’()-]*|of|and|the|off|de|del|-|/|,|\.)(?:[ ,.-]{1,2}(?:[A-Z][\w'’()-]*|of|and|the|off|de|del|"
    r"&)){0,6}[.)]?):\s*(?=[\w\"])"
)
_OPENER = re.compile(
    r"\s+(?:The|This|That|These|It|Its|He|She|They|We|In|On|At|A|An|But|And|However|After|Before|Meanwhile|No|There|"
    r"According|Officials)\b"
)
_BREAK = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*(?=\s|$)|[.!?][\"'”’]*(?=[A-Z][a-z])|\s[—–]{1,2}\s(?=[A-Z\"“][^.]{80,})")

_COPY = {
    ord("\u00a0"): " ", ord("\u202f"): " ", ord("\u2009"): " ", ord("\u200a"): " ", ord("\u2007"): " ",
    ord("\u200b"): " ", ord("\u200c"): " ", ord("\u200d"): " ", ord("\u200e"): " ", ord("\u200f"): " ",
    ord("\u202a"): " ", ord("\u202b"): " ", ord("\u202c"): " ", ord("\u2060"): " ", ord("\ufeff"): " ",
    ord("\ufe0f"): " ", ord("\u2066"): " ", ord("\u2067"): " ", ord("\u2068"): " ", ord("\u2069"): " ",
    ord("\u2018"): "'", ord("\u2019"): "'", ord("\u02bc"): "'", ord("\u201c"): '"', ord("\u201d"): '"',
    ord("\u201e"): '"', ord("\u00ab"): '"', ord("\u00bb"): '"', ord("\u2010"): "-", ord("\u2011"): "-",
    ord("\u2212"): "-", ord("\r"): " ", ord("\t"): " ", ord("\v"): " ", ord("\f"): " ",
}  # fmt: skip
_EMPHASIS = re.compile(
    r"(?<![\w*_])[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?![\w*_])|`+|^\s{0,3}>+|^\s{0,3}#{1,6}(?=\s)", re.MULTILINE
)
_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\([^)\s]{0,500}\)")
_URL = re.compile(r"\bhttps?://\S+|\bwww\.\S+")
_SYMBOL = re.compile("[\u2190-\u2bff\u3000-\u303f\ufff0-\uffff\U0001f000-\U0010ffff]")
_PICTOGRAPH = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_PICTOGRAPHS = re.compile(f"(?<=[^\\W_] )[{_PICTOGRAPH}][{_PICTOGRAPH} \ufe0f]*")
_GOES_ON = frozenset("at in on of near by with from after and or to for as off over under amid".split())
_WORD = re.compile(r"[^\W\d_]+(?:[-'.&][^\W_]+)*|\d+(?:[.,:/-]\d+)*(?:st|nd|rd|th)?", re.UNICODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence window: `text` is the copy for reading, as long as the original piece that it stands for."""

    index: int  # -1 for the title
    start: int
    end: int
    text: str
    where: Where = "text"
    kind: LineKind = "prose"
    paragraph: int = 0


def words(text: str) -> Iterator[re.Match[str]]:
    """The words and numbers of a text, as matches with offsets."""
    return iter(_remembered_words(text)) if len(text) <= 2 * MAX_SENTENCE else _WORD.finditer(text)


@lru_cache(maxsize=256)  # facilities, triggers and vocabulary are read off one sentence in turn
def _remembered_words(text: str) -> tuple[re.Match[str], ...]:
    return tuple(_WORD.finditer(text))


def reading_copy(text: str) -> str:
    """A copy of the same length without what misleads a parser: links, emphasis, emoji, invisible characters."""
    copy = text.translate(_COPY)
    if "[" in copy:
        copy = _LINK.sub(_link, copy)
    if "://" in copy or "www." in copy:
        copy = _URL.sub(lambda m: " " * len(m.group()), copy)
    copy = _SYMBOL.sub(" ", _PICTOGRAPHS.sub(_pause, copy))
    return _EMPHASIS.sub(lambda m: " " * len(m.group()), copy)


def _pause(run: re.Match[str]) -> str:
    """What stands for pictographs behind a word: a comma where a clause ends with them, else space."""
    word = _WORD.match(run.string, run.end())
    inside = word is not None and word.group().lower() not in _GOES_ON
    return ("," if inside else " ").ljust(len(run.group()))


def _link(match: re.Match[str]) -> str:
    label = match.start(1) - match.start()
    return " " * label + match.group(1) + " " * (match.end() - match.end(1))


def shouted(text: str) -> bool:
    """Whether a text is written in capitals throughout, as incident forms and old wires are."""
    beginning = text[:2000]
    upper, lower = count_cases(beginning)
    if upper <= 0.82 * lower:  # more lower-case letters than that leave no room: most texts end here
        return False
    if beginning.isascii():
        return upper + lower > 12 and upper > 0.82 * (upper + lower)
    letters = [c for c in beginning if c.isalpha()]
    return len(letters) > 12 and sum(c.isupper() for c in letters) > 0.82 * len(letters)


def headline_case(text: str) -> bool:
    """Whether nearly every long word begins with a capital, as in American headlines."""
    long_words = [w for w in (m.group() for m in words(text)) if len(w) > 3 and w[0].isalpha()]
    return len(long_words) >= 3 and sum(w[0].isupper() for w in long_words) >= 0.85 * len(long_words)


def sort_lines(text: str) -> list[tuple[int, int, LineKind]]:
    """The lines of a text as (start, end, kind); advice is an item of a list that recommends or speculates."""
    lines: list[tuple[int, int, LineKind]] = []
    lead = ""
    under_advice = False
    position = 0
    pieces = text.split("\n")
    several = sum(bool(p.strip()) for p in pieces) > 2
    for piece in pieces:
        start, end = position, position + len(piece)
        position = end + 1
        if not piece.strip():
            continue
        kind = _line_kind(piece, several)
        if kind == "heading":
            under_advice = bool(_ADVICE_HEADING.search(piece))
            lead = ""
        elif kind == "bullet":
            if under_advice or (_ADVICE_LEAD.search(lead) and not _HAPPENED_LEAD.search(lead)):
                kind = "advice"
        elif kind == "prose":
            stripped = piece.rstrip()
            lead = stripped[max(0, len(stripped) - 260) :] if stripped.endswith(":") else ""
        lines.append((start, end, kind))
    if lines and not any(kind in ("prose", "bullet") for _, _, kind in lines):
        # A text of nothing but headings is a list of headlines.
        lines = [(s, e, "prose" if kind == "heading" else kind) for s, e, kind in lines]
    return lines


def _line_kind(line: str, several: bool) -> LineKind:
    if _CODE.match(line):
        return "code"
    if _HEADING.match(line):
        return "heading"
    if _BULLET.match(line):
        return "bullet"
    if _TABLE.search(line):
        return "table"
    if several and not _END.search(line):
        count = sum(1 for _ in words(line[:400]))
        if count <= 3 or (count <= 16 and (headline_case(line) or shouted(line)) and len(line) < 140):
            return "heading"
    return "prose"


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentence windows of text[start:end], linear and rough; an abbreviation or an initial does not end one."""
    begin = start
    for match in _BREAK.finditer(text, start, end):
        stop = match.end()
        before = text[max(begin, stop - 12) : stop]
        if before.endswith((" no.", " nos.", "(no.")) and text[stop : stop + 2].strip().isdigit():
            continue
        if match.group()[0] == "." and _ABBREVIATION.search(before):
            following = text[stop : stop + 2]
            if not (
                len(following) == 2 and following[1].isupper() and re.search(r"\b(?:[a-z]{2,}|[ap]\.m|U\.S)\.$", before)
            ):
                continue
            if before.endswith(".S.") and not _OPENER.match(text, stop, stop + 14):
                continue
            if re.search(r"\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Sgt|Gov|Sen|Rep|St|Mt|No|gen|lt|col|st)\.$", before):
                continue
        if (
            match.group()[0] == "."
            and stop < end - 1
            and text[stop : stop + 2].strip()[:1].islower()
            and not text[begin:stop].islower()
        ):
            continue
        yield from _bounded(text, begin, stop)
        begin = stop
    yield from _bounded(text, begin, end)


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        window = text[start : start + MAX_SENTENCE]
        cut = max(window.rfind("; "), window.rfind(", "))
        if cut < MAX_SENTENCE // 3:
            cut = window.rfind(" ")
        cut = cut if cut > 0 else MAX_SENTENCE
        yield start, start + cut
        start += cut
        while start < end and (text[start].isspace() or text[start] in ",;"):
            start += 1
    if end > start and any(c.isalpha() for c in text[start:end]):
        yield start, end


def find_sentences(text: str, title: str = "") -> list[Sentence]:
    """The sentences of title and text that may tell something, in reading order; tables and code are left out."""
    sentences: list[Sentence] = []
    if title.strip():
        heading = reading_copy(title[:MAX_SENTENCE].rstrip())
        sentences.append(Sentence(index=-1, start=0, end=len(heading), text=heading, where="title"))
    copy = reading_copy(text[:MAX_TEXT])
    same_as_title = " ".join(title.lower().split())
    index = 0
    for paragraph, (start, end, kind) in enumerate(sort_lines(copy)):
        if kind in ("table", "code"):
            continue
        begin = start
        if kind in ("bullet", "advice") and (bullet := _BULLET.match(copy[start:end])):
            begin = start + bullet.end()
        if same_as_title and " ".join(copy[begin:end].lower().split()) == same_as_title:
            continue
        if header := _HEADER.match(copy, begin, end):
            # "NIGERIA: On 3 June ...", "Gulf of Aden:Tanker boarded": where, then what.
            sentences.append(
                Sentence(
                    index=index,
                    start=header.start(1),
                    end=header.end(1),
                    text=header[1],
                    kind="heading",
                    paragraph=paragraph,
                )
            )
            index += 1
            begin = header.end()
        for left, right in split_sentences(copy, begin, end):
            sentences.append(
                Sentence(index=index, start=left, end=right, text=copy[left:right], kind=kind, paragraph=paragraph)
            )
            index += 1
    return sentences
