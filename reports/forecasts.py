"""Tells how long something lasted from how long it is expected to last."""

from __future__ import annotations

from nlp.durations import is_ahead
from store.records import Fact


def is_forecast(fact: Fact) -> bool:
    """Whether the words of a duration speak of what is still to come: "will be shut for about six weeks"."""
    quote = fact.quote
    if fact.field != "duration" or fact.value_start is None or fact.value_end is None:
        return False
    if not quote.start <= fact.value_start < fact.value_end <= quote.end:
        return False
    return is_ahead(quote.sentence, fact.value_start - quote.start, fact.value_end - quote.start)
