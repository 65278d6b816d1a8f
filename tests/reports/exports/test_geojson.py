"""GeoJSON by RFC 7946, read by another library."""

from __future__ import annotations

import json
from typing import Any

import geojson
import pytest

from reports.exports.geojson import PROPERTIES
from tests.reports.exports.samples import make_incident, make_source_of, written


def collection(*incidents: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written("geojson", make_source_of(incidents)))
    return found


def test_the_library_finds_no_fault_and_lon_comes_first() -> None:
    raw = written("geojson", make_source_of([make_incident(), make_incident(incident_id="inc-2", place=None)]))
    loaded = geojson.loads(raw.decode())
    assert loaded.is_valid, loaded.errors()
    assert isinstance(loaded, geojson.FeatureCollection)
    assert loaded["features"][0]["geometry"]["coordinates"] == [37.8, 44.7]


def test_members_are_those_of_the_standard() -> None:
    found = collection(make_incident())
    # RFC 7946, 7: no member of another type's meaning; 6.1 allows our own one.
    assert set(found) == {"type", "features", "linewalker"}
    feature = found["features"][0]
    assert set(feature) == {"type", "id", "geometry", "properties"}
    assert feature["id"] == "inc-1"
    assert tuple(feature["properties"]) == PROPERTIES
    assert all(not isinstance(value, dict | list) for value in feature["properties"].values())
    assert "crs" not in found


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(None, None), (None, 5.0), (float("nan"), 5.0), (91.0, 5.0), (5.0, 181.0), (float("inf"), 1.0)],
)
def test_an_incident_without_a_position_has_no_geometry(latitude: float | None, longitude: float | None) -> None:
    feature = collection(make_incident(latitude=latitude, longitude=longitude))["features"][0]
    assert feature["geometry"] is None


@pytest.mark.parametrize("where", [(-90.0, 180.0), (51.9, -179.99), (0.0, 0.0)])
def test_positions_at_the_edges_stand_as_they_are(where: tuple[float, float]) -> None:
    feature = collection(make_incident(latitude=where[0], longitude=where[1]))["features"][0]
    assert feature["geometry"]["coordinates"] == [where[1], where[0]]


@pytest.mark.parametrize(
    ("status", "begin"),
    [
        ("threatened", "Threatened, has not happened: drone attack"),
        ("planned", "Planned, has not happened: "),
        ("foiled", "Foiled, has not happened: "),
        ("denied", "Denied by all who tell of it: "),
        ("disputed", "Disputed, not established: "),
        ("dismissed", "Withdrawn, dismissed by an analyst: "),
        ("merged", "Withdrawn, part of another incident: "),
        ("retracted", "Withdrawn, no article tells it any more: "),
    ],
)
def test_what_did_not_happen_does_not_read_as_if_it_had(status: str, begin: str) -> None:
    properties = collection(make_incident(status=status))["features"][0]["properties"]
    assert properties["title"].startswith(begin)
    assert properties["happened"] is False


def test_an_empty_ledger_gives_an_empty_collection() -> None:
    assert collection()["features"] == []
