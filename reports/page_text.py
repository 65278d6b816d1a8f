"""A page as plain text: wrapped to a terminal's width, or, for pipes and files, with nothing cut."""

from __future__ import annotations

import unicodedata

from reports.page_records import Entry, Page, Quoted, Section
from reports.text import clean_text

WIDTH = 100  # of running text where there is no terminal; words longer than that stay whole
_LABEL = 14  # columns of the labels before rows
_NARROW = 56  # under this the labels stand on lines of their own
MARKS = ("«", "»")  # around the words that state a value


def render_text(page: Page, width: int | None = None) -> str:
    """The page, ending with a newline; `width`: of a terminal, which no line exceeds. None: nothing is broken."""
    lines: list[str] = []
    for notice in page.notices:
        lines += [*wrap(notice, width), ""]
    lines += [*wrap(f"{page.title} — incident {page.id}", width), ""]
    lines += _rows(page.summary, width)
    for section in page.sections:
        lines += ["", *_section(section, width)]
    return "\n".join(lines).rstrip() + "\n"


def display_width(text: str) -> int:
    """How many columns of a terminal the text takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in text
    )


def wrap(text: str, width: int | None, first: str = "", rest: str = "") -> list[str]:
    """The text in lines of at most `width` columns, long words broken; None: lines of WIDTH, words whole."""
    limit = WIDTH if width is None else max(width, 1)
    if display_width(rest) > limit // 2:
        rest = first = ""
    lines: list[str] = []
    # Two spaces stand between a time and what follows; elsewhere article text has single ones.
    line, free, fresh = first, limit - display_width(first), True
    for word in text.split(" "):
        wide = display_width(word)
        if not fresh and wide + 1 > free:
            lines.append(line.rstrip())
            line, free, fresh = rest, limit - display_width(rest), True
        elif not fresh:
            line, free = line + " ", free - 1
        while width is not None and display_width(word) > free:
            head = take_columns(word, free)
            lines.append(line + head)
            word = word[len(head) :]
            line, free = rest, limit - display_width(rest)
        line, free, fresh = line + word, free - display_width(word), False
    return [*lines, line.rstrip()]


def take_columns(word: str, free: int) -> str:
    """As much of a text as fits into so many columns, at least one character."""
    taken = 0
    for index, character in enumerate(word):
        taken += display_width(character)
        if taken > free and index:
            return word[:index]
    return word


def _section(section: Section, width: int | None) -> list[str]:
    title = wrap(section.title, width)
    lines = [*title, "-" * max(map(display_width, title)), *_rows(section.rows, width)]
    for entry in section.entries:
        lines += _entry(entry, width)
    return lines + (wrap(section.note, width) if section.note else [])


def _rows(rows: tuple[tuple[str, tuple[str, ...]], ...], width: int | None) -> list[str]:
    lines: list[str] = []
    column = max((_LABEL, *(display_width(label) + 2 for label, _ in rows)))
    for label, told in rows:
        if width is not None and width < _NARROW:
            lines += wrap(label, width)
            lines += [line for text in told for line in wrap(text, width, "  ", "  ")]
            continue
        for number, text in enumerate(told):
            head = label if not number else ""
            hang = "  " if text.startswith("- ") else ""
            lines += wrap(text, width, head + " " * (column - display_width(head)), " " * column + hang)
    return lines


def _entry(entry: Entry, width: int | None) -> list[str]:
    lines = wrap(entry.text, width, "  - ", "    ")
    for text in entry.under:
        lines += wrap(text, width, "    ", "    ")
    if entry.url:
        lines += wrap(entry.url, width, "    ", "    ")
    for quoted in entry.quotes:
        lines += _quoted(quoted, width)
    return lines + (wrap(entry.after, width, "      ", "      ") if entry.after else [])


def _quoted(quoted: Quoted, width: int | None) -> list[str]:
    number = f"[{quoted.number}] " if quoted.number else ""
    words = "".join(f"{MARKS[0]}{piece}{MARKS[1]}" if marked else piece for piece, marked in quoted.pieces)
    told = f"“{words}”" if words else ""
    if quoted.again:
        told = f"{number}{told} {quoted.source}" if told else f"{number}{quoted.source}, as above"
        return wrap(clean_text(told), width, "      ", "      ")
    also = f"; {quoted.also}" if quoted.also else ""
    lines = wrap(f"{number}{told}", width, "      ", "      ")
    lines += wrap(quoted.source + also, width, "      ", "      ")
    return lines + wrap(quoted.url or "(its address is not safe to print)", width, "      ", "      ")
