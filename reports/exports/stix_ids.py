"""Ids, times and the fixed objects of STIX 2.1 bundles: the same ledger gives the same objects, byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import stix2

from reports.exports.columns import INCIDENTS

NAMESPACE = UUID("5b0a3c9e-7f5d-5c2a-9d0e-3a4f6b1c8e27")  # ours alone; changing it makes every object a new one
FIRST = datetime(2026, 1, 1, tzinfo=UTC)  # of what never changes: countries, the extension, ourselves
# What the property extension carries of an incident; the objects themselves hold the rest.
PROPERTIES = (
    "incident_id", "status", "event_type", "factuality", "credibility", "evidence_tier", "occurred_on",
    "occurred_until", "date_precision", "facility_ids", "facility_type", "modes", "risks", "actors", "claimed_by",
    "killed_min", "killed_max", "injured_min", "injured_max", "losses", "days_out", "restored_on", "reports",
    "independent_reports", "parent_id", "merged_into", "verdict", "first_reported_at", "last_reported_at",
)  # fmt: skip
# Of TLP 2.0, as the standard's own repository publishes it; the one that 2.1 itself knows is TLP 1's WHITE.
TLP_CLEAR: dict[str, Any] = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "created": "2022-10-01T00:00:00.000Z",
    "name": "TLP:CLEAR",
    "extensions": {
        "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {
            "extension_type": "property-extension",
            "tlp_2_0": "clear",
        }
    },
}


def make_id(kind: str, *key: str) -> str:
    """The id of an object of this type and key; UUIDv5, so that the next export names it the same."""
    return f"{kind}--{uuid5(NAMESPACE, chr(31).join((kind, *key)))}"


SELF = make_id("identity", "linewalker")
EXTENSION = make_id("extension-definition", "incident")
COMMON: dict[str, Any] = {"created_by_ref": SELF, "object_marking_refs": [TLP_CLEAR["id"]]}


def fixed_objects(version: str) -> list[Any]:
    """Ourselves and the extension; every bundle begins with them and with TLP:CLEAR."""
    meaning = {column.name: column.told for column in INCIDENTS}
    schema = "Properties, each left out where the ledger does not know it. " + " ".join(
        f"{name}: {meaning[name]}" for name in PROPERTIES
    )
    return [
        stix2.v21.Identity(
            id=SELF,
            created=FIRST,
            modified=FIRST,
            name="Linewalker",
            description="A program that reads energy-security news; what it says is what articles say.",
            identity_class="system",
            object_marking_refs=[TLP_CLEAR["id"]],
        ),
        stix2.v21.ExtensionDefinition(
            id=EXTENSION,
            created=FIRST,
            modified=FIRST,
            name="Incident of energy infrastructure as told by news",
            description="How an incident or a note stands in Linewalker's ledger: status, grading, harm and losses.",
            schema=schema,
            version="1.0.0",
            extension_types=["property-extension"],
            **COMMON,
        ),
    ]
