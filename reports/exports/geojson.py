"""GeoJSON (RFC 7946): one Feature an incident; without a position its geometry is null."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from reports.exports import values
from reports.exports.columns import INCIDENTS, record_of
from reports.exports.csv_table import join
from reports.exports.records import SCHEMA, Exported, ExportOptions, ExportSource, Sink
from reports.exports.titles import happened, make_title
from store.exporting import ExportedIncident

_NOT_HERE = frozenset({"latitude", "longitude"})  # they are the geometry
PROPERTIES = ("title", "happened", *(column.name for column in INCIDENTS if column.name not in _NOT_HERE))


def write_geojson(source: ExportSource, target: Sink, options: ExportOptions) -> Exported:
    """A FeatureCollection on one line a Feature."""
    head = {"schema": SCHEMA, "generator": f"Linewalker {source.version}", "changed_until": values.instant(source.mark)}
    target.write(b'{"type":"FeatureCollection","linewalker":' + values.to_json(head) + b',"features":[')
    incidents = 0
    for batch in source.batches:
        for incident in batch:
            target.write((b",\n" if incidents else b"\n") + values.to_json(make_feature(incident)))
            incidents += 1
    target.write(b"\n]}\n")
    return Exported(incidents=incidents, rows=incidents, unit="features")


def make_feature(incident: ExportedIncident) -> dict[str, Any]:
    """One incident; properties are flat and their texts safe to put into a map's popup."""
    where = values.position(incident.latitude, incident.longitude)
    properties: dict[str, Any] = {"title": values.inert(make_title(incident)), "happened": happened(incident)}
    for name, value in record_of(INCIDENTS, incident).items():
        if name not in _NOT_HERE:
            properties[name] = _flat(value)
    return {
        "type": "Feature",
        "id": properties["incident_id"],
        # RFC 7946, 3.1.1: longitude first.
        "geometry": {"type": "Point", "coordinates": [where[1], where[0]]} if where is not None else None,
        "properties": properties,
    }


def _flat(value: Any) -> Any:
    if isinstance(value, datetime):
        return values.instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return values.inert(join(value), values.TITLE) if value else None
    return values.inert(value, values.TITLE) if isinstance(value, str) else value
