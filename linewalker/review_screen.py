"""What an analyst sees of one article, and how keys are read: single keys on a terminal, one line each elsewhere."""

from __future__ import annotations

import os
import sys
import termios
import textwrap
import time
import tty
import unicodedata
from collections.abc import Sequence
from typing import Protocol, TextIO

from rich.console import Console
from rich.text import Text

from nlp.labelled import RISK_LABELS
from nlp.records import RiskLabel
from nlp.relevance import RelevanceModel
from nlp.review_queue import Asked
from nlp.risk import RiskModel
from store.reviews import ReviewItem

LEAD = 600  # characters shown at first
_PASTE_S = 0.05  # in which the rest of a paste arrives
REASONS = 4  # words and events a label
WIDEST = 100  # columns of running text
KEYS = "[a]ccept  [l]abels  [r]elevance  [n]ote  [m]ore  [s]kip  [u]ndo  [q]uit  [?] help"
HELP = """\
a  accept: the model is right, all of it
l  labels: type numbers or names; +market -cyber changes what the model gave; 0 means relevant, but no label
r  relevance: the model is wrong about it; an article that is not relevant has no labels
n  note: a line for yourself and others; the article stays on the screen
m  more: the rest of what the model has read
s  skip: leave it open; it comes again only with --skipped
u  undo: take the last answer back and see its article again
q  quit: every answer is kept already
"""


class Keys(Protocol):
    """Where answers come from; both calls give None at the end of input."""

    def key(self) -> str | None: ...

    def line(self, prompt: str) -> str | None: ...


class TerminalKeys:
    """Single key presses of a terminal, without Enter."""

    def __init__(self, console: Console, stream: TextIO) -> None:
        self._console = console
        self._stream = stream

    def key(self) -> str | None:
        """The next key; what an arrow or function key sends counts as one unknown key."""
        descriptor = self._stream.fileno()
        before = termios.tcgetattr(descriptor)
        try:
            tty.setcbreak(descriptor, termios.TCSADRAIN)
            pressed = os.read(descriptor, 64)
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        if pressed in (b"", b"\x04"):
            return None
        # What comes at once is no key press but a paste or keys typed ahead, answers to what nobody has seen yet: none
        # of it counts, nor what of it is still on its way.
        typed = pressed.decode("utf-8", "replace")
        if len(typed) > 1:
            time.sleep(_PASTE_S)
            termios.tcflush(descriptor, termios.TCIFLUSH)
        return typed if len(typed) == 1 and typed != "\x1b" else ""

    def line(self, prompt: str) -> str | None:
        self._console.print(Text(prompt, style="bold"), end="")
        text = self._stream.readline()
        return text.rstrip("\n") if text else None


class LineKeys:
    """One answer a line, for pipes and terminals that know no single keys."""

    def __init__(self, console: Console, stream: TextIO) -> None:
        self._console = console
        self._stream = stream

    def key(self) -> str | None:
        text = self._stream.readline()
        if not text:
            return None
        # A line of several letters is no key: its first letter would decide what nobody meant.
        typed = text.strip()
        return typed if len(typed) == 1 else ""

    def line(self, prompt: str) -> str | None:
        self._console.print(Text(prompt), end="")
        text = self._stream.readline()
        return text.rstrip("\n") if text else None


def make_keys(console: Console, stream: TextIO | None = None) -> Keys:
    """The keys that fit the standard input."""
    stream = stream if stream is not None else sys.stdin
    return TerminalKeys(console, stream) if stream.isatty() else LineKeys(console, stream)


class Screen:
    """Prints articles with what the model says of them and why."""

    def __init__(self, console: Console, relevance: RelevanceModel, risk: RiskModel) -> None:
        self.console = console
        self._relevance = relevance
        self._risk = risk

    def show(self, item: ReviewItem, asked: Asked, *, number: int, total: int) -> None:
        """One article: place in the queue and why it is asked, title, lead, tags with reasons, keys."""
        console = self.console
        width = min(console.width, WIDEST)
        console.print()
        console.print(Text(f"─── {number} of {total} · {asked.reason} ".ljust(width, "─"), style="dim"))
        self._wrapped(item.title or "(no title)", "bold")
        told = "no date" if item.published_at is None else f"{item.published_at:%-d %B %Y, %H:%M} UTC"
        self._wrapped(f"{item.publisher} · {told} · {item.url}", "dim")
        console.print()
        self._wrapped(_shorten(item.text, LEAD))
        console.print()
        for line in self._judgement(item):
            console.print(line, soft_wrap=False, overflow="ellipsis", no_wrap=True)
        if item.notes:
            console.print(Text(f"notes: {' / '.join(map(clean, item.notes))}", style="italic"))
        self.keys()

    def more(self, item: ReviewItem) -> None:
        """All that the model has read of the text."""
        self.console.print()
        self._wrapped(item.text)
        self.keys()

    def keys(self) -> None:
        self.console.print(Text(KEYS, style="bold"))

    def help(self) -> None:
        self.console.print(HELP, markup=False, highlight=False, end="")
        self.keys()

    def vocabulary(self, chosen: Sequence[RiskLabel]) -> None:
        """The labels with their numbers; those that hold now are marked."""
        cells = [f"{'*' if one in chosen else ' '}{n:>2} {one}" for n, one in enumerate(RISK_LABELS, start=1)]
        wide = max(map(len, cells)) + 2
        columns = max(1, min(4, self.console.width // wide))
        rows = -(-len(cells) // columns)
        for row in range(rows):
            self.console.print(
                "".join(cell.ljust(wide) for cell in cells[row::rows]).rstrip(), markup=False, highlight=False
            )

    def tell(self, text: str, style: str = "") -> None:
        self.console.print(Text(clean(text), style=style))

    def _judgement(self, item: ReviewItem) -> list[Text]:
        words = [word for word, weight in self._relevance.explain(item.title, item.text, most=REASONS) if weight > 0]
        verdict = {True: "relevant", False: "not relevant", None: "not read"}[item.relevant]
        score = "    " if item.relevance is None else f"{item.relevance:.2f}"
        lines = [_row(verdict, score, item.relevance, words)]
        for tag in item.tags if item.relevant else ():
            reasons = self._risk.explain(tag.label, item.title, item.text, item.events, most=REASONS)
            lines.append(
                _row(tag.label, f"{tag.probability:.2f}", tag.probability, [reason.text for reason in reasons])
            )
        if item.relevant and not item.tags:
            lines.append(Text("no risk label", style="yellow"))
        return lines

    def _wrapped(self, text: str, style: str = "") -> None:
        for part in clean(text, keep="\n").split("\n"):
            for line in textwrap.wrap(part, min(self.console.width, WIDEST)) or ([""] if part else []):
                self.console.print(Text(line, style=style))


def clean(text: str, keep: str = "") -> str:
    """The text without characters that could move the cursor or hide what is written: articles are hostile text."""
    return "".join(
        c if c in keep or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else " " for c in text
    )


def _row(name: str, score: str, share: float | None, words: Sequence[str]) -> Text:
    filled = round(10 * (share or 0.0))
    line = Text(f"{name:<18}", style="bold")
    line.append(f"{score}  ", style="")
    line.append("█" * filled + "░" * (10 - filled), style="cyan")
    line.append("  " + ", ".join(clean(word) for word in words), style="")
    return line


def _shorten(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    head = text[:most]
    end = max(head.rfind(mark) for mark in (". ", "! ", "? ", "\n"))
    return head[: end + 1].rstrip() + " […]" if end > most // 2 else head.rstrip() + "…"
