"""What newer articles say of an incident that was told before and has not changed: their newest words, quoted."""

from __future__ import annotations

import re
from datetime import datetime

from reports.records import Sentence, Slot
from reports.slots import Part, publisher, sentence
from reports.text import clean_text, shorten
from store.records import IncidentView, Quote

_WORD = re.compile(r"[^\W\d_]{4,}|\d[\d.,]*")  # short words are the same in every text
_LEAST_NEW = 4  # words, and
_LEAST_SHARE = 0.35  # of a sentence's words, in which no earlier article told of the incident
_MOST = 2  # sentences, of one article
# What only the sentence before could explain.
_POINTING = re.compile(r"(?:he|she|it|they|this|that|these|those|such|his|her|its|their|but|and|however)\b", re.I)


def tell_retelling(view: IncidentView, since: datetime | None, characters: int) -> Sentence | None:
    """The sentences of one of the period's articles that say most of what no earlier one said; None where none does.

    A copy, or a repetition in other words, is no news; a cause, a finding or a date of return is, though it changes no
    figure that the ledger keeps.
    """
    fresh = {report.version_id for report in view.reports if since is not None and report.fetched_at > since}
    if all(report.version_id in fresh for report in view.reports):
        return None  # nothing was told before
    known: set[str] = set()
    for report in view.reports:
        known |= _words(report.before if report.version_id in fresh else report.title)
    quotes: dict[tuple[str, int], Quote] = {}
    for fact in view.facts:
        if fact.quote.version_id not in fresh:
            known |= _words(fact.quote.sentence)
        elif fact.quote.where == "text":
            quotes[fact.quote.version_id, fact.quote.start] = fact.quote
    chosen: list[Quote] = []
    for quote in sorted(
        quotes.values(), key=lambda one: (-len(_words(one.sentence) - known), one.article_id, one.start)
    ):
        words = _words(quote.sentence)
        news = words - known
        if len(news) < _LEAST_NEW or len(news) < _LEAST_SHARE * len(words) or _POINTING.match(quote.sentence):
            continue
        if not chosen or (len(chosen) < _MOST and quote.version_id == chosen[0].version_id):
            chosen.append(quote)
            known |= words
    if not chosen:
        return None
    parts: list[Part] = []
    for quote in sorted(chosen, key=lambda one: one.start):
        words_told = shorten(clean_text(quote.sentence), characters)
        parts += ["“", Slot(kind="quote", text=words_told, cites=(quote,)), "” "]
    return sentence(*parts, "(", publisher(chosen[0]), ")")


def _words(text: str) -> set[str]:
    return {word.casefold().rstrip(".,") for word in _WORD.findall(text)}
