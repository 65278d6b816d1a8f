"""Annotated documents as the resolver wants them: a report for each event, a follow-up for each text without one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from nlp.fingerprint import Copy, CopyIndex, compute_digest, decide_origin, find_wire
from nlp.likeness import telling_words
from nlp.records import Annotation, Document, FollowUp, Report
from nlp.resolve import FOLLOW_RELEVANCE, makes_incident
from nlp.stories import StoryText, assign_stories


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one batch of documents gives the resolver, and the story of each document by id."""

    reports: tuple[Report, ...]
    follow_ups: tuple[FollowUp, ...]
    stories: dict[str, str]


def as_reports(pairs: Iterable[tuple[Document, Annotation]], now: datetime) -> Batch:
    """The reports and follow-ups of documents with unique ids; `now` is when those without a date count as told."""
    told = sorted(pairs, key=lambda pair: (pair[0].published_at or now, pair[0].id))
    assignments, _ = assign_stories(
        StoryText(id=d.id, title=d.title, text=d.text, told_at=d.published_at or now) for d, _ in told
    )
    stories = {one.article_id: one.story_id for one in assignments}
    index = CopyIndex()
    reports: list[Report] = []
    follow_ups: list[FollowUp] = []
    for document, annotation in told:
        found = _reports_of(document, annotation, stories[document.id], index, now)
        reports += found
        if not any(makes_incident(one) for one in found) and (annotation.relevance or 0.0) >= FOLLOW_RELEVANCE:
            follow_ups.append(
                FollowUp(
                    article_id=document.id,
                    told_at=document.published_at or now,
                    words=telling_words(document.title, document.text),
                    facility_ids=frozenset(m.facility_id for m in annotation.mentions if m.facility_id is not None),
                    countries=frozenset(m.country for m in annotation.mentions if m.country is not None),
                    story_id=stories[document.id],
                )
            )
    return Batch(reports=tuple(reports), follow_ups=tuple(follow_ups), stories=stories)


def _reports_of(
    document: Document, annotation: Annotation, story_id: str, index: CopyIndex, now: datetime
) -> list[Report]:
    digest = compute_digest(document.title, document.text)
    wire = find_wire(document.text)
    origin = decide_origin(family=document.source or document.id, wire=wire, original=index.find_original(digest))
    index.add(Copy(id=document.id, digest=digest, origin=origin))
    words = telling_words(document.title, document.text)
    return [
        Report(
            event_id=f"{document.id}-{number}",
            article_id=document.id,
            event=event,
            published_at=document.published_at,
            fetched_at=document.published_at or now,
            source_id=document.source,
            family=origin.removeprefix("family:"),
            wire=wire,
            story_id=story_id,
            quantities=tuple(annotation.quantities[i] for i in event.quantities),
            words=words,
        )
        for number, event in enumerate(annotation.events)
    ]
