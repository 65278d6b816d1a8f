from __future__ import annotations

import pytest

from nlp.records import Annotation, Document, Event, Quantity
from store.codec import all_from_json, from_json, to_json
from tests.store.samples import NIGHT, make_annotation, make_event, make_full_annotation


@pytest.mark.parametrize("event", [make_event(), make_event(killed=None, date=None, places=(), confidence=1.0)])
def test_event_comes_back_equal(event: Event) -> None:
    assert from_json(Event, to_json(event)) == event
    assert to_json(from_json(Event, to_json(event))) == to_json(event)


def test_whole_annotation_and_instants_come_back_equal() -> None:
    for annotation in (make_annotation(), make_full_annotation()):
        assert from_json(Annotation, to_json(annotation)) == annotation
    document = Document(id="x", text="t", published_at=NIGHT)
    assert from_json(Document, to_json(document)) == document
    quantities = make_full_annotation().quantities
    assert all_from_json(Quantity, to_json(quantities)) == quantities


def test_key_of_a_later_version_is_ignored() -> None:
    assert from_json(Document, '{"id": "x", "text": "t", "added_later": {"a": [1]}}') == Document(id="x", text="t")
