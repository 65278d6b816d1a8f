"""Texts that are easily misread: several of every class, none of which may be read as what it only resembles."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from nlp.contract import parse_instant
from nlp.records import Annotation, Document, Event
from tests.nlp.annotator import happenings, shared_annotator

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "traps.toml").read_text("utf-8"))["case"]
CLASSES = 44
MOST_HAPPENINGS = 3  # a short text that tells more of them has been cut to pieces

Question = Callable[[Event, Any], bool]
# What is asked of the one best event, by the key of `expect` that gives what is wanted
QUESTIONS: dict[str, Question] = {
    "event_type": lambda event, wanted: event.event_type in wanted,
    "country": lambda event, wanted: event.country in wanted,
    "facility_type": lambda event, wanted: not _facility_types(event).isdisjoint(wanted),
    "date": lambda event, wanted: event.date is not None and event.date.start.isoformat() == wanted,
    "modes": lambda event, wanted: not set(event.modes).isdisjoint(wanted),
    "killed": lambda event, wanted: event.killed is not None and event.killed.minimum == wanted,
    "injured": lambda event, wanted: event.injured is not None and event.injured.minimum == wanted,
    "actor": lambda event, wanted: any(
        wanted.casefold() in name.casefold()
        for name in [a.name for a in event.actors] + [c.name for c in event.claimed_by]
    ),
    "facilities_at_least": lambda event, wanted: len(event.facilities) >= wanted,
}
OTHER_KEYS = frozenset(
    {"happened", "at_most", "factuality", "factuality_all", "only_factuality", "types_include", "month", "not_facility",
     "quantities", "not_quantity"}
)  # fmt: skip


def _facility_types(event: Event) -> set[str | None]:
    return {event.facility_type, *(facility.facility_type for facility in event.facilities)}


def _ungraded(expect: dict[str, Any], events: tuple[Event, ...]) -> Iterator[str]:
    """What is wrong with how the events are graded: by their own factuality, or by a claim where both sides speak."""
    own = {event.factuality for event in events}
    said = own | {claim.factuality for event in events for claim in event.claims}
    if "factuality" in expect and own.isdisjoint(expect["factuality"]):
        yield f"graded {sorted(own)}, not {expect['factuality']}"
    if not own <= set(expect.get("only_factuality", own)):
        yield f"graded {sorted(own)}, not only {expect['only_factuality']}"
    if not set(expect.get("factuality_all", ())) <= said:
        yield f"claims graded {sorted(said)}, not all of {expect['factuality_all']}"


def _miscounted(expect: dict[str, Any], annotation: Annotation) -> Iterator[str]:
    """What is wrong with the quantities: one that is wanted and missing, or one that was replaced and stands."""
    found = annotation.quantities
    for wanted in expect.get("quantities", ()):
        if not any(
            (q.unit, q.minimum) == (wanted["unit"], wanted["minimum"]) and q.role in wanted["role"] for q in found
        ):
            yield f"no quantity {wanted} among {[(q.minimum, q.unit, q.role) for q in found]}"
    gone = expect.get("not_quantity")
    if gone and any((q.role, q.minimum) == (gone["role"], gone["minimum"]) and not q.superseded for q in found):
        yield f"{gone} stands as if it held"


def faults(expect: dict[str, Any], annotation: Annotation) -> list[str]:
    """How an annotation differs from what a case expects of it, one sentence each."""
    events, told = annotation.events, happenings(annotation)
    wrong = [*_ungraded(expect, events), *_miscounted(expect, annotation)]
    if "happened" in expect and bool(told) is not expect["happened"]:
        wrong.append(f"told to have happened: {[(e.event_type, e.trigger.text) for e in told]}")
    if len(told) > expect.get("at_most", MOST_HAPPENINGS):
        wrong.append(f"{len(told)} happenings: {[e.trigger.text for e in told]}")
    if "types_include" in expect and not any(e.event_type in expect["types_include"] for e in events):
        wrong.append(f"no event of type {expect['types_include']}")
    if "month" in expect and not any(e.date and e.date.start.isoformat().startswith(expect["month"]) for e in events):
        wrong.append(f"no event dated {expect['month']}")
    linked = {f.facility_id for e in events for f in e.facilities} | {m.facility_id for m in annotation.mentions}
    if expect.get("not_facility", "") in linked:
        wrong.append(f"linked to {expect['not_facility']}")
    asked = [key for key in QUESTIONS if key in expect]
    best = max(told or events, key=lambda e: sum(QUESTIONS[key](e, expect[key]) for key in asked), default=None)
    return wrong + [f"{key} is not {expect[key]}" for key in asked if not best or not QUESTIONS[key](best, expect[key])]


@lru_cache(maxsize=1)
def _annotations() -> dict[str, Annotation]:
    """All cases, read in one go."""
    documents = [
        Document(
            id=case["id"],
            text=case["text"],
            title=case.get("title", ""),
            published_at=parse_instant(case["published"]) if "published" in case else None,
        )
        for case in CASES
    ]
    return {annotation.id: annotation for annotation in shared_annotator().annotate(documents)}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_text_is_not_read_as_what_it_resembles(case: dict[str, Any]) -> None:
    annotation = _annotations()[case["id"]]
    assert annotation.error is None
    assert faults(case["expect"], annotation) == []


def test_every_class_has_four_texts_or_more() -> None:
    sizes = Counter(case["class"] for case in CASES)
    assert len(sizes) == CLASSES
    assert min(sizes.values()) >= 4, sizes


def test_every_case_is_named_for_its_class_and_asks_only_what_is_checked() -> None:
    assert max(Counter(case["id"] for case in CASES).values()) == 1
    for case in CASES:
        assert case["id"].startswith(f"{case['class']}-")
        assert set(case["expect"]) <= OTHER_KEYS | set(QUESTIONS), case["id"]
