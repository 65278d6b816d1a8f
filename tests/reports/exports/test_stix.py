"""STIX 2.1 bundles, judged by the OASIS validator and by what an analyst would take from them."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from typing import Any

import pytest
import stix2
from stix2.confidence.scales import admiralty_credibility_to_value
from stix2validator import ValidationOptions, validate_instance

from reports.exports.attribution import CONFIDENCE, attribute, is_named
from reports.exports.stix_ids import EXTENSION, make_id
from store.exporting import Reference
from tests.reports.exports.samples import (
    AT,
    make_fact,
    make_incident,
    make_report,
    make_revision,
    make_source_of,
    written,
)

# 103 asks for random ids where ours are made of the ledger's; 202 suggests no relationship for an incident at all.
STRICT = ValidationOptions(
    version="2.1", strict=True, strict_types=True, strict_properties=True, enforce_refs=True, disabled="103,202"
)
# What is revoked may point to what only an earlier bundle held.
LATER = ValidationOptions(version="2.1", strict=True, strict_types=True, strict_properties=True, disabled="103,202")
STATUSES = (
    "occurred", "ongoing", "partly_restored", "restored", "threatened", "planned", "foiled", "denied", "disputed",
    "retracted", "merged", "dismissed",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("the validator asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def bundle(*incidents: Any, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written("stix", make_source_of(incidents, **changes)))
    return found


def of_type(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in found["objects"] if one["type"] == kind]


def check(found: dict[str, Any], options: ValidationOptions = STRICT) -> None:
    result = validate_instance(found, options)
    assert result.is_valid, [str(error) for error in result.errors]


@pytest.mark.parametrize("status", STATUSES)
def test_the_validator_finds_no_error_whatever_the_status(status: str) -> None:
    check(bundle(make_incident(status=status), make_incident(incident_id="inc-2")))


def test_the_validator_finds_no_error_in_an_empty_ledger_and_in_one_of_odd_incidents() -> None:
    check(bundle())
    bare = make_incident(
        incident_id="inc-2", facility_ids=(), facilities=(), country=None, countries=(), place=None, latitude=None,
        longitude=None, told=(), facts=(), actors=(), claimed_by=(), losses=(), credibility=6, occurred_on=None,
    )  # fmt: skip
    check(bundle(bare, make_incident(countries=("XX", "FI"), country=None, told=(make_report(url="data:x"),))))
    check(bundle(make_incident(status="threatened", facility_ids=(), countries=(), country=None, told=())))


def test_the_library_reads_the_bundle_back() -> None:
    parsed = stix2.parse(written("stix", make_source_of([make_incident()])).decode(), allow_custom=False)
    assert {one["type"] for one in parsed.objects} >= {"incident", "identity", "location", "report", "threat-actor"}


@pytest.mark.parametrize("status", STATUSES[:4])
def test_what_happened_is_an_incident(status: str) -> None:
    found = bundle(make_incident(status=status))
    (incident,) = of_type(found, "incident")
    assert "revoked" not in incident
    assert not of_type(found, "note")
    assert incident["name"] == "Drone attack on Sample Bay Terminal, Russia, 1 March 2026"
    assert incident["confidence"] == 70
    assert incident["extensions"][EXTENSION]["status"] == status
    assert f"status-{status.replace('_', '-')}" in incident["labels"]


@pytest.mark.parametrize("status", STATUSES[4:9])
def test_what_did_not_happen_is_a_note_and_relates_to_nothing_as_a_target(status: str) -> None:
    found = bundle(make_incident(status=status))
    (note,) = of_type(found, "note")
    assert not of_type(found, "incident")
    assert not of_type(found, "threat-actor")
    assert "not" in note["abstract"] or "Denied" in note["abstract"]
    assert {one["relationship_type"] for one in of_type(found, "relationship")} <= {"related-to", "located-at"}


@pytest.mark.parametrize("status", STATUSES[9:])
def test_what_was_withdrawn_is_revoked_with_all_that_it_said(status: str) -> None:
    was = make_revision("status", "occurred", status)
    found = bundle(make_incident(status=status, revisions=(was,)), statuses={"inc-1": "occurred"})
    (incident,) = of_type(found, "incident")
    assert incident["revoked"] is True
    ours = [one for one in of_type(found, "relationship") if one["source_ref"] == incident["id"]]
    assert ours
    assert all(one["revoked"] for one in ours)
    check(found, LATER)


def test_a_happening_that_turns_out_to_be_denied_is_revoked_and_a_note_takes_its_place() -> None:
    found = bundle(make_incident(status="denied", revisions=(make_revision("status", "occurred", "denied"),)))
    assert of_type(found, "incident")[0]["revoked"] is True
    assert "revoked" not in of_type(found, "note")[0]
    check(found, LATER)


def test_a_threat_that_is_carried_out_becomes_an_incident() -> None:
    found = bundle(make_incident(revisions=(make_revision("status", "threatened", "occurred"),)))
    assert of_type(found, "note")[0]["revoked"] is True
    assert "revoked" not in of_type(found, "incident")[0]
    check(found)


def test_a_merged_incident_points_to_what_it_is_part_of() -> None:
    merged = make_incident(status="merged", merged_into="inc-2")
    found = bundle(merged, statuses={"inc-1": "occurred", "inc-2": "occurred"})
    (twin,) = [one for one in of_type(found, "relationship") if one["relationship_type"] == "duplicate-of"]
    assert twin["target_ref"] == make_id("incident", "inc-2")
    assert "revoked" not in twin


def test_relations_that_no_longer_hold_are_revoked() -> None:
    revisions = (
        make_revision("facility_ids", "old-place", "sample-bay"), make_revision("country", "UA", "RU"),
        make_revision("actors", "White Lantern", "Black Lantern"), make_revision("parent_id", "inc-9", None),
    )  # fmt: skip
    found = bundle(make_incident(revisions=revisions), statuses={"inc-1": "occurred", "inc-9": "occurred"})
    gone = {one["target_ref"] for one in of_type(found, "relationship") if one.get("revoked")}
    assert gone == {
        make_id("identity", "facility", "old-place"), make_id("location", "country", "UA"),
        make_id("threat-actor", "white lantern"), make_id("incident", "inc-9"),
    }  # fmt: skip


def test_ids_and_bytes_are_the_same_in_every_export() -> None:
    assert written("stix", make_source_of([make_incident()])) == written("stix", make_source_of([make_incident()]))
    later = make_incident(changed_at=AT + timedelta(days=9), killed_min=5)
    first, second = of_type(bundle(make_incident()), "incident")[0], of_type(bundle(later), "incident")[0]
    assert first["id"] == second["id"]
    assert first["created"] == second["created"]
    assert first["modified"] < second["modified"]


def test_times_have_three_digits_as_the_standard_asks() -> None:
    for one in bundle(make_incident())["objects"]:
        assert len(one["created"]) == len("2026-03-02T02:00:00.123Z"), one


@pytest.mark.parametrize("grade", range(1, 7))
def test_confidence_follows_appendix_a_of_the_standard(grade: int) -> None:
    names = ("Confirmed by other sources", "Probably True", "Possibly True", "Doubtful", "Improbable")
    expected = admiralty_credibility_to_value(f"{grade} - {names[grade - 1]}") if grade < 6 else None
    assert CONFIDENCE.get(grade) == expected
    assert of_type(bundle(make_incident(credibility=grade)), "incident")[0].get("confidence") == expected


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("Black Lantern", True), ("Houthis", True), ("National Liberation Army", True), ("Unidentified men", False),
        ("Saboteurs", False), ("unknown persons", False), ("two men", False), ("Militants", False), ("Iran", False),
        ("The group", False),
    ],
)  # fmt: skip
def test_only_who_is_named_is_an_actor(name: str, named: bool) -> None:
    assert is_named(name) is named


@pytest.mark.parametrize(
    ("facts", "confidence"),
    [
        ((make_fact("claimed_by", "Black Lantern"),), 50),
        ((make_fact("actor", "Black Lantern", detail="perpetrator"),), 50),
        ((make_fact("claimed_by", "Black Lantern"), make_fact("actor", "Black Lantern", detail="perpetrator")), 70),
        ((make_fact("actor", "Black Lantern", detail="perpetrator"),
          make_fact("actor", "Black Lantern", detail="perpetrator", family="echo")), 70),
        ((make_fact("claimed_by", "Black Lantern"), make_fact("actor", "Black Lantern", detail="denied")), 30),
        ((make_fact("actor", "Black Lantern", detail="suspected"),), None),
        ((make_fact("actor", "Black Lantern", detail="perpetrator", speaker="the ministry",
                    factuality="attributed"),), None),
        ((make_fact("claimed_by", "Black Lantern", superseded=True),), None),
        ((), None),
    ],
)  # fmt: skip
def test_attribution_is_graded_and_suspicion_gives_none(facts: tuple[Any, ...], confidence: int | None) -> None:
    actor = Reference(key="Black Lantern", name="Black Lantern", kind="armed_group", country=None, countries=(),
                      operator=None, first_at=AT, changed_at=AT)  # fmt: skip
    found = attribute(make_incident(facts=facts), {"Black Lantern": actor})
    assert [one.confidence for one in found] == ([] if confidence is None else [confidence])


def test_attribution_is_never_surer_than_the_incident_and_strikes_have_no_threat_actor() -> None:
    claim = (make_fact("claimed_by", "Black Lantern"),)
    assert attribute(make_incident(facts=claim, credibility=5), {})[0].confidence == 10
    assert attribute(make_incident(facts=claim, event_type="blockade"), {}) == []
    assert attribute(make_incident(facts=claim, status="disputed"), {}) == []


def test_an_article_is_one_report_of_all_its_incidents_with_address_and_hash() -> None:
    told = make_report(tells=("inc-1", "inc-2"))
    both = (make_incident(told=(told,)), make_incident(incident_id="inc-2", status="threatened", told=(told,)))
    (report,) = of_type(bundle(*both), "report")
    assert report["object_refs"] == [make_id("incident", "inc-1"), make_id("note", "inc-2")]
    (reference,) = report["external_references"]
    assert reference["url"] == "https://daily.example/a"
    assert reference["hashes"] == {"SHA-256": "0" * 64}


def test_an_article_that_tells_nothing_any_more_is_revoked() -> None:
    gone = make_report(version_id=None, tells=(), told=("inc-1",), attached_at=None)
    (report,) = of_type(bundle(make_incident(told=(), untold=(gone,))), "report")
    assert report["revoked"] is True


def test_everything_is_clear_and_ours() -> None:
    for one in bundle(make_incident())["objects"]:
        if one["type"] != "marking-definition":
            assert one["object_marking_refs"] == ["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]
