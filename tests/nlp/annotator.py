"""The one annotator of the tests: loading it takes seconds, so it is shared."""

from __future__ import annotations

from functools import lru_cache

from nlp.contract import parse_instant
from nlp.pipeline import Annotator, load_annotator
from nlp.records import HAPPENED, HAPPENINGS, Annotation, Document, Event

WEDNESDAY = "2025-06-11T09:00:00Z"


@lru_cache(maxsize=1)
def shared_annotator() -> Annotator:
    return load_annotator()


def annotate(text: str, title: str = "", published: str | None = WEDNESDAY, *, identifier: str = "d") -> Annotation:
    document = Document(
        id=identifier, text=text, title=title, published_at=parse_instant(published) if published else None
    )
    return next(iter(shared_annotator().annotate([document])))


def happenings(annotation: Annotation) -> list[Event]:
    """The events that are said to have happened to an energy facility."""
    return [
        e
        for e in annotation.events
        if e.factuality in HAPPENED and e.event_type in HAPPENINGS and (e.facilities or e.facility_type)
    ]


def the_event(text: str, title: str = "", published: str | None = WEDNESDAY) -> Event:
    """The only happening of a text."""
    found = happenings(annotate(text, title, published))
    assert len(found) == 1, found
    return found[0]
