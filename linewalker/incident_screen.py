"""What an analyst sees of an incident, or of two that may be one, side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from linewalker.review_screen import clean
from reports.words import STATUS_WORDS, TYPE_NOUNS, format_period
from store.records import IncidentView, Quote

WIDEST = 150  # columns, for two incidents side by side
_REPORTS = 4  # shown of each
_QUOTES = 3
_TELLING = ("factuality", "event_type", "occurred_on", "killed", "injured", "lost", "place", "facility")
PAIR_KEYS = "[m]erge  [k]eep apart  [c]onfirm  [d]ismiss  [f]ield  [n]ote  [s]kip  [u]ndo  [q]uit  [?] help"
ONE_KEYS = "[c]onfirm  [d]ismiss  [f]ield  [m]erge  [n]ote  [s]kip  [u]ndo  [q]uit  [?] help"
HELP = """\
m  merge: the left one is part of the right one, which keeps its id; of a single one: you name the other
k  keep apart: they are two, and are not asked about again
c  confirm: it is right as it stands; of a pair you say which, a or b
d  dismiss: it is no incident; it leaves briefings and counts
f  field: correct one; you give its name and its value
n  note: a line that goes with your next decision
s  skip: leave it open
u  undo: take your last decision back and see it again
q  quit: every decision is kept already
"""


class IncidentScreen:
    """Prints incidents with their reports and the words that tell them."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def show(self, views: Sequence[IncidentView], why: str, *, number: int, total: int) -> None:
        """One incident or two: place in the queue and why it is asked, what it says, who tells it, keys."""
        width = min(self.console.width, WIDEST if len(views) > 1 else 100)
        self.console.print()
        self.console.print(Text(f"─── {number} of {total} · {clean(why)} ".ljust(width, "─"), style="dim"))
        each = (width - 3 * (len(views) - 1)) // len(views)
        table = Table.grid(padding=(0, 3, 0, 0))
        for _ in views:
            table.add_column(width=each)
        names = ("a", "b") if len(views) > 1 else ("",)
        table.add_row(*(_told(view, name, each) for view, name in zip(views, names, strict=True)))
        self.console.print(table)
        self.keys(len(views))

    def keys(self, views: int) -> None:
        self.console.print(Text(PAIR_KEYS if views > 1 else ONE_KEYS, style="bold"))

    def help(self, views: int) -> None:
        self.console.print(HELP, markup=False, highlight=False, end="")
        self.keys(views)

    def tell(self, text: str, style: str = "") -> None:
        self.console.print(Text(clean(text), style=style))


def _told(view: IncidentView, name: str, width: int) -> Text:
    lines: list[tuple[str, str]] = []

    def add(text: str, style: str = "") -> None:
        lines.extend((line, style) for line in textwrap.wrap(clean(text), width) or [""])

    what = TYPE_NOUNS.get(view.event_type, view.event_type)
    where = ", ".join(view.facilities) or view.place or "place not told"
    add(f"{name}  {what}: {where}".strip(), "bold")
    add(f"{view.id} · {STATUS_WORDS.get(view.status, view.status)} · confidence {view.confidence:.2f}", "dim")
    day = "day not told"
    if view.occurred_on:
        day = format_period(view.occurred_on, view.occurred_until, view.date_precision)
    add(" · ".join(part for part in (day, view.place or "", view.country or "", ", ".join(view.actors)) if part))
    articles = len({report.article_id for report in view.reports})
    add(f"{articles} {'article' if articles == 1 else 'articles'}, {view.independent_reports} independent")
    for report in view.reports[:_REPORTS]:
        at = report.published_at or report.fetched_at
        add("")
        add(f"{report.publisher}, {at:%-d %B %Y, %H:%M} UTC  [{report.article_id}]", "dim")
        add(report.title, "italic")
        for quote in _quotes(view, report.article_id):
            add(f"“{quote.sentence}”")
    if len(view.reports) > _REPORTS:
        add("")
        add(f"and {len(view.reports) - _REPORTS} more reports: linewalker incident {view.id}", "dim")
    if view.verdict:
        add(f"{view.verdict} by {view.reviewed_by}", "green")
    return Text("\n").join(Text(line, style=style) for line, style in lines)


def _quotes(view: IncidentView, article_id: str) -> list[Quote]:
    """The sentences of an article that say most about the incident, each once."""
    facts = [fact for fact in view.facts if fact.quote.article_id == article_id and fact.field in _TELLING]
    facts.sort(key=lambda fact: (_TELLING.index(fact.field), fact.quote.where, fact.quote.start))
    found = {fact.quote.sentence: fact.quote for fact in facts if fact.quote.where == "text"}
    return list(found.values())[:_QUOTES]
