"""What a briefing is made of: sentences whose every figure and name points at the words that say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from store.records import Fact, Quote, WeekCount

SlotKind = Literal[
    "number",  # a figure with its unit, from facts
    "date",  # when it happened, from facts
    "published",  # the publication date of the cited article
    "facility", "place", "country", "actor", "speaker",  # names
    "publisher",  # of a cited quote
    "quote",  # words of the cited span, verbatim
    "count",  # counted by the ledger: articles, publishers, incidents
    "grade",  # a source's reliability on the Admiralty scale
    "kept",  # a value as the ledger kept it, for which no words are cited; printed with LEDGER_MARK
    "reason",  # the ledger's own reason for a change, or an analyst's
    "group",  # what the ledger counts by: a region, a country, a commodity
    "event",  # what happened, in words; ledger: the type, then the modes
    "status",  # how it stands, in words; ledger: the status or grade
    "share",  # a loss in per cent of a whole; facts: the loss, then the whole; ledger: the whole, where no words say it
]  # fmt: skip
Level = Literal["severe", "serious", "moderate", "minor"]

LEDGER_MARK = "†"  # follows every name or value that the ledger knows and the cited words do not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A part of a sentence that came from outside the template, with what it rests on."""

    kind: SlotKind
    text: str  # exactly as it stands in the sentence
    facts: tuple[Fact, ...] = ()
    cites: tuple[Quote, ...] = ()  # quotes that are no fact's
    ledger: str | None = None  # the ledger's own value, where no words are cited

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The words that the slot rests on; empty for what only the ledger says."""
        return (*(fact.quote for fact in self.facts), *self.cites)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One rendered sentence; its slots stand in the order of the text."""

    text: str
    slots: tuple[Slot, ...] = ()
    echoed: bool = False  # a heading, whose unmarked names stand again, marked, in the sentence under it

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """All words cited, each span once, in the order of the text."""
        seen: dict[tuple[str, str, int, int], Quote] = {}
        for slot in self.slots:
            for quote in slot.quotes:
                seen.setdefault((quote.version_id, quote.where, quote.start, quote.end), quote)
        return tuple(seen.values())

    def marked(self, quote: Quote) -> tuple[tuple[int, int], ...]:
        """The spans inside the quote's sentence that hold the values told here, merged and in order."""
        spans = sorted(
            (fact.value_start - quote.start, fact.value_end - quote.start)
            for slot in self.slots
            for fact in slot.facts
            if fact.quote == quote and fact.value_start is not None and fact.value_end is not None
            if quote.start <= fact.value_start < fact.value_end <= quote.end
        )
        merged: list[tuple[int, int]] = []
        for start, end in spans:
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a sentence may not be printed. The message does not repeat the doubtful value."""

    kind: str  # the slot's kind, or "text" for what no slot accounts for
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A sentence that was left out, with the reasons."""

    incident_id: str | None
    about: str  # what the sentence was to tell, in the template's words
    sentence: Sentence
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a section."""

    id: str  # incident id; empty for notes
    heading: Sentence | None
    sentences: tuple[Sentence, ...]
    level: Level | None = None
    why_level: str = ""
    tag: str = ""  # a word or two before the heading
    number: int | None = None  # on the map
    sureness: tuple[Sentence, ...] = ()  # how well it is borne out, in smaller type
    parts: tuple[Sentence, ...] = ()  # headings of the incidents that are parts of this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items under one small heading."""

    title: str
    items: tuple[Item, ...]
    counted: bool = True  # False: what the section's number leaves out, as the briefing's first line does


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: groups in full, then rows of a table, or one plain line where there is nothing."""

    key: str
    title: str
    groups: tuple[Group, ...] = ()
    rows: tuple[Item, ...] = ()
    outro: tuple[Sentence, ...] = ()  # what is counted and not shown
    intro: str = ""
    empty: str = ""
    more: int = 0  # items that are counted and not shown

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item of the section, those of the table last."""
        return (*(item for group in self.groups for item in group.items), *self.rows)

    @property
    def number(self) -> int:
        """How many items it has, shown or not."""
        return sum(len(group.items) for group in self.groups if group.counted) + len(self.rows) + self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source that did not do what was expected of it."""

    publisher: str
    url: str
    problem: str
    since: date | None  # day of the last success


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGroup:
    title: str
    lines: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Entries that gave no article, counted by outcome and reason, with one address as an example."""

    outcome: str
    reason: str
    entries: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the monitor could and could not see."""

    coverage: tuple[Sentence, ...]
    groups: tuple[SourceGroup, ...]
    languages: tuple[tuple[str, int], ...]  # name of the language, articles
    missed: tuple[Missed, ...]
    missed_total: int
    offline: bool = False  # nothing at all could be reached


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    """One incident on the map; the number is the item's."""

    number: int | None
    latitude: float  # degrees north
    longitude: float  # degrees east
    state: Literal["new", "changed", "open"]
    id: str = ""  # of the incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How often something was told in the period against its habit in the 90 days before it."""

    kind: Literal["all", "event_type", "region", "country", "commodity"]
    label: str  # as printed: "Attacks", "Middle East"
    count: int  # incidents that happened in the period
    usual: float  # mean of equally long periods in the baseline
    low: float  # the range in which nine of ten such periods lie
    high: float
    periods: int  # how many whole periods the baseline held
    unusual: bool  # outside the range, with enough of a baseline to say so
    told: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One incident in the HTML edition's sortable table: values as printed, with what they sort by."""

    id: str
    number: int | None
    state: Literal["new", "changed", "resolved", "open"]
    name: str  # facility or place
    event: str
    country: str
    occurred_on: date | None
    level: Level
    points: int  # of severity
    articles: int
    independent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineMark:
    """One happening on the timeline."""

    id: str
    number: int | None
    on: date
    what: Literal["happened", "reported", "changed", "restored", "ahead"]
    level: Level
    event_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingSettings:
    """How much is shown; the defaults are those of the nightly run."""

    title: str = "Energy security briefing"
    note: str = ""  # a plain line under the title, such as where the articles come from
    full_items: int = 30  # more new incidents than this go into a table
    table_rows: int = 200  # and more than this are only counted
    open_items: int = 20
    notes_per_type: int = 6
    missed_rows: int = 15
    source_rows: int = 25
    chart_weeks: int = 12
    quote_characters: int = 280  # of a note's quoted sentence
    kind: Literal["daily", "weekly", "period"] = "daily"
    since_last: bool = True  # whether the period began with the last briefing
    version: str = ""  # of the program, for the front matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """Everything that both editions print."""

    title: str
    note: str
    date_line: str
    period_line: str
    generated_at: datetime
    nothing_new: bool
    counts: tuple[Sentence, ...]
    top: tuple[tuple[str, Sentence], ...]  # incident id, one line
    sections: tuple[Section, ...]
    sources: SourceState
    withheld: tuple[Withheld, ...]
    weeks: tuple[WeekCount, ...]  # as shown in the chart
    points: tuple[MapPoint, ...]
    unplaced: int  # incidents told here that have no position
    titles: tuple[tuple[str, str], ...] = ()  # article version id -> title, for the list of quotes
    kind: Literal["daily", "weekly", "period"] = "daily"
    scope: str = ""  # what it was narrowed to, as printed: "Europe; gas"; empty: everything
    trends: tuple[Trend, ...] = ()
    table: tuple[TableRow, ...] = ()
    table_left_out: int = 0  # incidents that the table has no row for
    timeline: tuple[TimelineMark, ...] = ()
    trends_note: str = ""  # why there are no trends
    since: datetime | None = None  # the beginning of the period
    tallies: tuple[tuple[str, int], ...] = ()  # what was counted, for programs: the front matter
    versions: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of the program, the models and the gazetteer

    @property
    def told_trends(self) -> tuple[Trend, ...]:
        """The trends worth a sentence: of everything, the unusual ones, and those of several incidents."""
        worth = [trend for trend in self.trends if trend.kind == "all" or trend.unusual or trend.count > 1]
        return tuple(worth[:8])

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence that is printed, in reading order."""
        told: list[Sentence] = [*self.counts, *(line for _, line in self.top)]
        for section in self.sections:
            for item in section.items:
                told += [*((item.heading,) if item.heading else ()), *item.sentences, *item.sureness, *item.parts]
            told += section.outro
        told += [trend.told for trend in self.told_trends]
        return (*told, *self.sources.coverage)


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingFiles:
    """Where a briefing was written."""

    markdown: Path
    html: Path
    chart: Path | None
    map: Path | None
    problems: tuple[str, ...] = ()  # templates of the user's own that were not usable, with file and line
