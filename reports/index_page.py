"""The page that lists past briefings, made again from the files that lie in the folder and from the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from reports.templating import content_policy, read_asset, render_template
from reports.text import clean_text, shorten
from reports.words import MONTHS, format_day

FULL = 40  # briefings listed with their top line before the older ones are folded by year
_HEAD_BYTES = 32_768
_OTHERS = frozenset({"index", "latest"})
_PERIODS = frozenset({"weekly", "period"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBriefing:
    """One briefing in the folder, as its own first lines tell of it."""

    stem: str  # of the file's name
    generated_at: datetime
    kind: str = ""
    days: str = ""  # which it tells: a week or another period ends before the day it is dated
    scope: str = ""
    counts: str = ""  # how many incidents are new, changed and open
    top: str = ""  # its first line
    markdown: bool = False  # whether that edition lies beside it

    @property
    def day(self) -> str:
        if self.days and self.kind in _PERIODS:
            return self.days[0].upper() + self.days[1:]
        return format_day(self.generated_at.date())

    @property
    def last(self) -> datetime:
        """The last moment it tells of: a period that ends at midnight belongs to the day before."""
        return self.generated_at - timedelta(microseconds=1) if self.kind in _PERIODS else self.generated_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    title: str
    briefings: tuple[PastBriefing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    title: str
    months: tuple[Month, ...]
    number: int


class _Start(HTMLParser):
    """The attributes of the page's first element."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html" and self.found is None:
            self.found = {name: value or "" for name, value in attrs}


def find_briefings(folder: Path, recorded: Mapping[str, datetime] | None = None) -> list[PastBriefing]:
    """The briefings in a folder, the latest first; `recorded` gives the instants of those that do not tell their own.

    Files that are neither are left alone. A file that cannot be read is passed over: the index is made again next time.
    """
    known = dict(recorded or {})
    found = []
    for path in sorted(folder.glob("*.html")):
        if path.stem in _OTHERS or path.name.startswith(".") or clean_text(path.stem) != path.stem:
            continue
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD_BYTES).decode("utf-8", "replace")
        except OSError:
            continue
        past = read_briefing(path.stem, head, known.get(path.stem), markdown=path.with_suffix(".md").is_file())
        if past is not None:
            found.append(past)
    return sorted(found, key=lambda past: (past.generated_at, past.stem), reverse=True)


def read_briefing(
    stem: str, head: str, recorded_at: datetime | None = None, *, markdown: bool = False
) -> PastBriefing | None:
    """What the beginning of an HTML edition tells; None for another page."""
    parser = _Start()
    parser.feed(head)
    told = parser.found or {}
    at = _instant(told.get("data-briefing", "")) or recorded_at
    if at is None:
        return None
    return PastBriefing(
        stem=stem,
        generated_at=at.astimezone(UTC),
        kind=clean_text(told.get("data-kind", "")),
        days=shorten(clean_text(told.get("data-days", "")), 60),
        scope=shorten(clean_text(told.get("data-scope", "")), 120),
        counts=shorten(clean_text(told.get("data-counts", "")), 240),
        top=shorten(clean_text(told.get("data-top", "")), 240),
        markdown=markdown,
    )


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def render_index(title: str, briefings: Sequence[PastBriefing], *, templates: Path | None = None) -> str:
    """The index as one self-contained page; raises TemplateProblemError for a broken template of the user's own."""
    style, script = read_asset("briefing.css", templates), ""
    values = {
        "title": clean_text(title),
        "months": _months(briefings[:FULL]),
        "years": _years(briefings[FULL:]),
        "number": len(briefings),
        "css": Markup(style),  # noqa: S704
        "policy": content_policy(style, script),
    }
    text = render_template("index.html.j2", "html", values, templates)
    return "\n".join(line for line in text.splitlines() if line.strip()) + "\n"


def _months(briefings: Iterable[PastBriefing]) -> tuple[Month, ...]:
    grouped = groupby(briefings, key=lambda past: (past.last.year, past.last.month))
    return tuple(Month(title=f"{MONTHS[month - 1]} {year}", briefings=tuple(group)) for (year, month), group in grouped)


def _years(briefings: Iterable[PastBriefing]) -> tuple[Year, ...]:
    years = []
    for year, group in groupby(briefings, key=lambda past: past.last.year):
        kept = tuple(group)
        years.append(Year(title=str(year), months=_months(kept), number=len(kept)))
    return tuple(years)
