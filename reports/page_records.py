"""What a page about one thing is made of, before it becomes text, Markdown or HTML: rows, entries, quoted words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Words of an article, with those marked that state the value."""

    number: int  # by which the same words are called again further down the page
    pieces: tuple[tuple[str, bool], ...]  # text without control characters, whether it states the value
    again: bool  # the words stood in full before; here is what is around the value
    source: str  # "Gulf Wire, 8 March 2026, characters 0 to 215"
    url: str | None  # None: no address that is safe to print; also where the words stood before
    also: str = ""  # who else has the same words


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a list, with what stands under it."""

    text: str
    quotes: tuple[Quoted, ...] = ()
    under: tuple[str, ...] = ()  # lines before the quotes
    after: str = ""  # a line under them
    url: str | None = None
    incident_id: str | None = None  # of another incident that the entry names


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with rows of a label and its lines, or with a list."""

    title: str
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    entries: tuple[Entry, ...] = ()
    note: str = ""  # a line under the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: its title, what is said of it first, a first screen of rows, and sections."""

    title: str
    id: str
    notices: tuple[str, ...] = ()
    summary: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sections: tuple[Section, ...] = ()
