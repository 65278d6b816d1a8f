"""An incident as JSON with everything that the ledger holds of it; fields: docs/reference/incident-json.md."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from reports.severity import explain_severity, grade_severity
from reports.text import escape_json
from store.incident_context import IncidentContext
from store.records import IncidentView

SCHEMA = 1  # raised when a field is renamed or taken away


def incident_data(view: IncidentView, context: IncidentContext) -> dict[str, Any]:
    """The incident, its context and its severity as JSON types; instants are in UTC with a Z, days are ISO 8601."""
    level, _, points = grade_severity(view)
    return {
        "schema": SCHEMA,
        **_plain(view),
        "severity": {"level": level, "points": points, "rules": _plain(explain_severity(view))},
        **_plain(context),
    }


def render_json(view: IncidentView, context: IncidentContext) -> str:
    """The same as text, ending with a newline; article text reads back exactly as it was published."""
    return escape_json(json.dumps(incident_data(view, context), ensure_ascii=False, indent=1)) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value
