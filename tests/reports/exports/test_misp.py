"""MISP events, loaded again by pymisp."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pymisp import MISPEvent

from tests.reports.exports.samples import make_incident, make_report, make_revision, make_source_of, written


def events(*incidents: Any) -> list[MISPEvent]:
    found = []
    for one in json.loads(written("misp", make_source_of(incidents)))["response"]:
        event = MISPEvent()
        event.load(one)
        found.append(event)
    return found


def test_an_event_loads_again_with_what_it_says() -> None:
    (event,) = events(make_incident())
    assert event.info == "Drone attack on Sample Bay Terminal, Russia, 1 March 2026"
    assert str(event.date) == "2026-03-01"
    assert event.published is False
    assert int(event.distribution) == 0
    assert int(event.threat_level_id) == 4
    tags = {tag.name for tag in event.tags}
    assert {"tlp:clear", 'admiralty-scale:information-credibility="2"', 'linewalker:happened="yes"'} <= tags
    values = {(one.type, one.value) for one in event.attributes}
    assert ("link", "https://daily.example/a") in values
    assert ("threat-actor", "Black Lantern") in values
    assert ("target-org", "Sample Bay Terminal") in values
    (place,) = event.objects
    assert float({one.object_relation: one.value for one in place.attributes}["latitude"]) == 44.7


def test_nothing_is_for_detection() -> None:
    (event,) = events(make_incident())
    assert not any(one.to_ids for one in (*event.attributes, *event.objects[0].attributes))


def test_ids_and_times_are_those_of_the_ledger() -> None:
    assert written("misp", make_source_of([make_incident()])) == written("misp", make_source_of([make_incident()]))
    (event,) = events(make_incident())
    assert event.timestamp == make_incident().changed_at.replace(microsecond=0)
    assert len({one.uuid for one in event.attributes}) == len(event.attributes)


@pytest.mark.parametrize("status", ["threatened", "planned", "denied", "disputed", "dismissed", "merged"])
def test_what_did_not_happen_says_so_in_title_and_tags(status: str) -> None:
    (event,) = events(make_incident(status=status))
    assert 'linewalker:happened="no"' in {tag.name for tag in event.tags}
    assert not event.info.startswith("Drone")
    assert not [one for one in event.attributes if one.type == "threat-actor"]


def test_what_is_no_longer_told_is_marked_as_deleted() -> None:
    gone = make_report(article_id="a2", version_id=None, url="https://daily.example/gone", attached_at=None)
    changed = make_revision("facility_ids", "old-place", "sample-bay")
    (event,) = events(make_incident(untold=(gone,), revisions=(changed,)))
    deleted = {one.value for one in event.attributes if one.deleted}
    assert deleted == {"https://daily.example/gone", "old-place"}


def test_an_empty_ledger_gives_no_event() -> None:
    assert events() == []
