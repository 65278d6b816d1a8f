"""JSON Lines: a line an incident, with its reports, its facts and the words behind them, and its history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from reports.exports import values
from reports.exports.columns import FACTS, INCIDENTS, REPORTS, record_of
from reports.exports.records import SCHEMA, Exported, ExportOptions, ExportSource, Sink
from store.exporting import ExportedIncident
from store.records import Revision

# Of a fact, what says where it stands.
EVIDENCE = (
    "url", "publisher", "published_at", "in", "start", "end", "value_start", "value_end", "sentence", "article_id",
    "version_id",
)  # fmt: skip
REVISION = ("revised_at", "field", "old", "new", "reason", "cause")


def write_jsonl(source: ExportSource, target: Sink, options: ExportOptions) -> Exported:
    """Every line is complete and strict JSON in UTF-8."""
    incidents = 0
    for batch in source.batches:
        target.write(b"".join(values.to_json(make_line(incident)) + b"\n" for incident in batch))
        incidents += len(batch)
    return Exported(incidents=incidents, rows=incidents, unit="lines")


def make_line(incident: ExportedIncident) -> dict[str, Any]:
    """The object of one line."""
    facts = []
    for fact in incident.facts:
        made = _json(record_of(FACTS, (incident.incident_id, fact)))
        del made["incident_id"]
        made["evidence"] = {name: made.pop(name) for name in EVIDENCE}
        facts.append(made)
    reports = [_json(record_of(REPORTS, report)) for report in incident.told]
    for report in reports:
        del report["incident_id"]
    line = {"schema": SCHEMA, **_json(record_of(INCIDENTS, incident))}
    line["report_count"] = line.pop("reports")
    return line | {
        "reports": reports,
        "facts": facts,
        "revisions": [_revision(one) for one in incident.revisions],
    }


def _revision(revision: Revision) -> dict[str, Any]:
    # An analyst's name and note are for the house.
    decided = revision.cause_kind == "decision"
    return {
        "revised_at": values.instant(revision.revised_at),
        "field": values.plain(revision.field),
        "old": values.plain(revision.old, values.TITLE),
        "new": values.plain(revision.new, values.TITLE),
        "reason": "an analyst decided so" if decided else values.plain(revision.reason, values.TITLE),
        "cause": values.plain(revision.cause_kind),
    }


def _json(record: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in record.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return values.instant(value)
    return value.isoformat() if isinstance(value, date) else value
