"""Numbers the words cited for the Markdown edition: the same words of several publishers have one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import overload

from markupsafe import Markup

from reports.covering import Segment, bearing, cover, segments
from reports.records import Briefing, Sentence
from reports.text import clean_text, escape_markdown, safe_url, shorten
from store.records import Quote

_TITLE = 300  # characters of an article's title


@dataclass(slots=True, kw_only=True, eq=False)
class CitedWords:
    """One entry of the list of quotes: the words, and every article that has them."""

    title: str  # of the first article
    number: int = 0  # 0 until something refers to it
    quotes: list[Quote] = field(default_factory=list)
    also: list[CitedWords] = field(default_factory=list)  # other words for the same, counted and not named

    @property
    def first(self) -> Quote:
        """The quote that the number links to."""
        return self.quotes[0]

    @property
    def others(self) -> list[str]:
        """The other publishers that have the same words."""
        return [name for name in dict.fromkeys(_publisher(quote) for quote in self.quotes[1:])
                if name != _publisher(self.first)]  # fmt: skip

    @property
    def further(self) -> list[CitedWords]:
        """Other words for the same that have no entry of their own."""
        return [entry for entry in self.also if not entry.number]


class Listed(Sequence[CitedWords]):
    """The entries that something referred to so far, in the order of their numbers: read it after the sentences."""

    def __init__(self) -> None:
        self._entries: list[CitedWords] = []

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, at: int) -> CitedWords: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[CitedWords]: ...
    def __getitem__(self, at: int | slice) -> CitedWords | Sequence[CitedWords]:
        return self._entries[at]

    def number(self, entry: CitedWords) -> int:
        """The entry's number: the next one, where it has none."""
        if not entry.number:
            self._entries.append(entry)
            entry.number = len(self._entries)
        return entry.number


class Citations:
    """The numbers of a briefing's quotes, in the order in which the references are printed."""

    def __init__(self, briefing: Briefing) -> None:
        self.listed = Listed()
        self._entries: dict[str, CitedWords] = {}
        titles = dict(briefing.titles)
        for sentence in briefing.sentences:
            for quote in sentence.quotes:
                entry = self._entry(quote, titles.get(quote.version_id, ""))
                if quote not in entry.quotes:
                    entry.quotes.append(quote)

    def _entry(self, quote: Quote, title: str = "") -> CitedWords:
        return self._entries.setdefault(clean_text(quote.sentence), CitedWords(title=shorten(title, _TITLE)))

    def numbers(self, sentence: Sentence) -> tuple[int, ...]:
        """The numbers of all words that the sentence cites."""
        return tuple(sorted({self.listed.number(self._entry(quote)) for quote in sentence.quotes}))

    def told(self, sentence: Sentence, following: Sequence[Sentence] = ()) -> Markup:
        """The sentence for Markdown, each reference right after the part that it bears out.

        At its end none stands that the next sentence of its paragraph begins with: the two are read together.
        """
        parts = segments(sentence)
        shown = self._shown(parts)
        text = ""
        for at, (part, entries) in enumerate(zip(parts, shown, strict=True)):
            text += " " * part.text.startswith(" ") + escape_markdown(part.text)
            again = at + 1 < len(parts) and shown[at + 1] == entries
            if at + 1 == len(parts) and following:
                again = len(parts) == 1 and self._shown(segments(following[0])) == shown
            if not again:
                text += self._references(entries, part)
        return Markup(text)  # noqa: S704

    def references(self, sentence: Sentence, following: Sequence[Sentence] = ()) -> Markup:
        """The references of the whole sentence together, for a template that prints its text itself."""
        parts = segments(sentence)
        shown = self._shown(parts)
        if following and self._shown(segments(following[0])) == shown:
            return Markup("")
        once = {id(entry): entry for entries in shown for entry in entries}
        whole = Segment(text=sentence.text, slots=sentence.slots)
        return Markup(self._references(list(once.values()), whole))  # noqa: S704

    def _shown(self, parts: Sequence[Segment]) -> list[list[CitedWords]]:
        """The notes of each part: one for every figure, name and publisher in it, and few in all."""
        shown: list[list[CitedWords]] = []
        words: list[str] = []
        for part in parts:
            here = [slot for slot in part.slots if slot.kind != "count"] or part.slots
            obligations = [
                [clean_text(quote.sentence) for quote in options] for slot in here for options in bearing(slot)
            ]
            chosen = cover(obligations, words)
            words += chosen
            shown.append([self._entries[one] for one in chosen])
        return shown

    def _references(self, entries: Sequence[CitedWords], part: Segment) -> str:
        numbered = sorted(entries, key=lambda entry: entry.number or self.listed.number(entry))
        if numbered:
            counted = (quote for slot in part.slots if slot.kind == "count" for quote in slot.cites)
            for entry in (self._entry(quote) for quote in counted):
                if entry not in numbered and entry not in numbered[-1].also:
                    numbered[-1].also.append(entry)
        return "".join(f" {_reference(entry)}" for entry in numbered)


def _publisher(quote: Quote) -> str:
    return clean_text(quote.publisher)


def _reference(entry: CitedWords) -> str:
    """A link by reference, whose address stands at the end; without an address, the number alone."""
    return f"[[{entry.number}]]" if safe_url(entry.first.url) else f"\\[{entry.number}\\]"


def markdown_url(url: str) -> str:
    """Keeps an address inside the round brackets of a Markdown link."""
    return url.replace("(", "%28").replace(")", "%29").replace("*", "%2A").replace("_", "\\_")
