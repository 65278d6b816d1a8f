"""STIX 2.1: incidents that happened, notes for what did not, with facilities, places, articles and named actors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import stix2

from reports.exports import values
from reports.exports.records import Exported, ExportOptions, ExportSource, Sink
from reports.exports.stix_catalogue import Catalogue
from reports.exports.stix_ids import TLP_CLEAR, fixed_objects, make_id
from reports.exports.stix_incidents import incident_objects
from reports.exports.stix_reports import report_object


def write_stix(source: ExportSource, target: Sink, options: ExportOptions) -> Exported:
    """One bundle, an object a line; an object that several incidents share stands once."""
    key = (values.instant(source.mark) or "", values.instant(source.since) or "", values.instant(source.until) or "")
    head = b'{"type":"bundle","id":' + values.to_json(make_id("bundle", *key, source.scope)) + b',"objects":[\n'
    fixed = [values.to_json(TLP_CLEAR), *(to_json(one) for one in fixed_objects(source.version))]
    target.write(head + b",\n".join(fixed))
    catalogue = Catalogue(source)
    seen: set[str] = set()
    incidents = objects = 0
    for batch in source.batches:
        lines = []
        for incident in batch:
            incidents += 1
            for made in incident_objects(incident, catalogue):
                if made.id not in seen:
                    seen.add(made.id)
                    lines.append(to_json(made))
            for report in (*incident.told, *incident.untold):
                report_id = make_id("report", report.article_id)
                if report_id not in seen:
                    seen.add(report_id)
                    lines.append(to_json(report_object(report, source.statuses)))
        objects += len(lines)
        target.write(b"".join(b",\n" + line for line in lines))
    target.write(b"\n]}\n")
    return Exported(incidents=incidents, rows=objects + len(fixed), unit="objects")


def to_json(made: Any) -> bytes:
    """An object as strict JSON on one line."""
    return values.to_json(plain_values(made))


def plain_values(made: Any) -> Any:
    """The library's objects as dictionaries, times as it writes them."""
    if isinstance(made, stix2.base._STIXBase):
        return {
            # STIX 2.1, 3.2: of these two exactly three digits, while the ledger counts microseconds.
            name: _to_millisecond(value) if name in ("created", "modified") else plain_values(value)
            for name, value in _shown(made)
        }
    if isinstance(made, dict):
        return {name: plain_values(value) for name, value in made.items()}
    if isinstance(made, list | tuple):
        return [plain_values(value) for value in made]
    return stix2.utils.format_datetime(made) if hasattr(made, "tzinfo") else made


def _to_millisecond(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shown(made: Any) -> Iterator[tuple[str, Any]]:
    for name, value in made.items():
        if not (name == "revoked" and value is False):
            yield name, value
