"""What one take of a feed teaches about it: its habit, and what is odd about its ids and its server."""

from __future__ import annotations

from datetime import datetime

from crawler.habits import Answer, learn
from crawler.identity import tell_notes
from crawler.polling import PolledFeed
from crawler.records import FeedState, Habit, Source
from crawler.schedule import found_lie
from crawler.selection import Selection


def learn_take(
    source: Source,
    state: FeedState,
    polled: PolledFeed,
    selection: Selection | None,
    *,
    own: int,
    echoes: int,
    now: datetime,
) -> tuple[Habit, list[str]]:
    """The habit after an answer, and what the fetch log is to say of it.

    `selection` is None where nothing had changed. Of the entries that were new, `own` led to articles that nobody had
    brought before, and `echoes` to those of other feeds.
    """
    before = state.succeeded_at
    result = polled.result
    headers = result.headers if result is not None else None
    if selection is None:
        return learn(state.habit, Answer(headers=headers), zone=source.timezone, now=now, before=before), []
    news_at = _news_at(selection)
    lie = found_lie(state, result, news_at, now) if before is not None else None
    answer = Answer(
        news_at=news_at,
        renewed=selection.renewed,
        echo=bool(echoes) and not own,
        parsed=polled.parsed,
        headers=headers,
        lied=lie is not None,
        oddities=selection.oddities,
    )
    notes = tell_notes(selection.oddities)
    if lie is not None:
        notes.append(f"the server's 304 is not believed from now on: {lie}")
    return learn(state.habit, answer, zone=source.timezone, now=now, before=before), notes


def _news_at(selection: Selection) -> tuple[datetime | None, ...]:
    entries = [candidate.entry for candidate in selection.candidates if candidate.is_new]
    return tuple(entry.published_at or entry.updated_at for entry in entries)
