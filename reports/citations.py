"""Numbers the words cited for the Markdown edition: the same words of several publishers have one number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from reports.records import Briefing, Sentence
from reports.text import clean_text, safe_url
from store.records import Quote

_SHOWN = 2  # references a sentence; the list of quotes has the others


@dataclass(slots=True, kw_only=True)
class CitedWords:
    """One entry of the list of quotes: the words, and every article that has them."""

    number: int
    title: str  # of the first article
    quotes: list[Quote] = field(default_factory=list)

    @property
    def first(self) -> Quote:
        """The quote that the number links to."""
        return self.quotes[0]

    @property
    def others(self) -> list[str]:
        """The other publishers that have the same words."""
        return [name for name in dict.fromkeys(_publisher(quote) for quote in self.quotes[1:])
                if name != _publisher(self.first)]  # fmt: skip


class Citations:
    """The numbers of a briefing's quotes, in the order in which the references are printed."""

    def __init__(self, briefing: Briefing) -> None:
        self._entries: dict[str, CitedWords] = {}
        titles = dict(briefing.titles)
        for sentence in (*_told(briefing), *briefing.sentences):
            for quote in sentence.quotes:
                key = clean_text(quote.sentence)
                entry = self._entries.setdefault(
                    key, CitedWords(number=len(self._entries) + 1, title=titles.get(quote.version_id, ""))
                )
                if quote not in entry.quotes:
                    entry.quotes.append(quote)

    @property
    def listed(self) -> list[CitedWords]:
        """The list of quotes, in the order of the numbers."""
        return list(self._entries.values())

    def references(self, sentence: Sentence, following: Sequence[Sentence] = ()) -> Markup:
        """At most two references for a sentence; none where the next sentence of its paragraph has the same."""
        shown = self._shown(sentence)
        if shown and following and self._shown(following[0]) == shown:
            return Markup("")
        return Markup("".join(f" {_reference(entry)}" for entry in shown))  # noqa: S704

    def _shown(self, sentence: Sentence) -> list[CitedWords]:
        """The first words of each publisher first: two publishers bear out more than two sentences of one."""
        entries: dict[int, CitedWords] = {}
        publishers: set[str] = set()
        again: dict[int, CitedWords] = {}
        for quote in sentence.quotes:
            entry = self._entries[clean_text(quote.sentence)]
            fresh = _publisher(quote) not in publishers
            publishers.add(_publisher(quote))
            (entries if fresh else again).setdefault(entry.number, entry)
        numbers = sorted([*entries, *(number for number in again if number not in entries)][:_SHOWN])
        return [entries.get(number) or again[number] for number in numbers]


def _told(briefing: Briefing) -> Iterator[Sentence]:
    """Sentences in the order in which their references are printed: headings carry none."""
    for section in briefing.sections:
        for item in section.items:
            yield from item.sentences
            yield from item.sureness
            yield from item.parts


def _publisher(quote: Quote) -> str:
    return clean_text(quote.publisher)


def _reference(entry: CitedWords) -> str:
    """A link by reference, whose address stands at the end; without an address, the number alone."""
    return f"[[{entry.number}]]" if safe_url(entry.first.url) else f"\\[{entry.number}\\]"


def markdown_url(url: str) -> str:
    """Keeps an address inside the round brackets of a Markdown link."""
    return url.replace("(", "%28").replace(")", "%29").replace("*", "%2A").replace("_", "\\_")
