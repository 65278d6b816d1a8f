"""MISP: an event an incident, made with pymisp's offline objects, in the form that MISP itself exports."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid5

from pymisp import MISPAttribute, MISPEvent, MISPObject

from nlp.lifecycle import UNDERWAY
from reports.countries import country_name
from reports.exports import values
from reports.exports.attribution import attribute
from reports.exports.history import names_before, values_before
from reports.exports.records import Exported, ExportOptions, ExportSource, Sink
from reports.exports.stix_ids import NAMESPACE
from reports.exports.titles import CLOSED, make_description, make_title
from store.exporting import ExportedIncident, ExportedReport, Reference

_UNDEFINED = 4  # threat level: how bad it is for the reader is not ours to say
_ONGOING, _COMPLETE = 1, 2
_OWN_ORGANISATION = 0  # who imports decides who else may see it
_KILOMETRES = {"facility": 1, "locality": 10, "offshore": 50, "admin1": 100, "country": 500}


def write_misp(source: ExportSource, target: Sink, options: ExportOptions) -> Exported:
    """{"response": [{"Event": …}, …]}, an event a line."""
    target.write(b'{"response":[')
    incidents = 0
    for batch in source.batches:
        for incident in batch:
            event = make_event(incident, source)
            target.write((b",\n" if incidents else b"\n") + values.to_json({"Event": json.loads(event.to_json())}))
            incidents += 1
    target.write(b"\n]}\n")
    return Exported(incidents=incidents, rows=incidents, unit="events")


def make_event(incident: ExportedIncident, source: ExportSource) -> MISPEvent:
    """One incident; nothing in it is for detection, and what is no longer told is marked as deleted."""
    event = MISPEvent()
    event.uuid = _uuid(incident.incident_id)
    event.info = values.inert(make_title(incident), values.TITLE) or incident.incident_id
    event.date = incident.occurred_on or incident.first_reported_at.date()
    event.threat_level_id = _UNDEFINED
    done = incident.status in CLOSED or incident.status == "restored"
    event.analysis = _COMPLETE if done else _ONGOING
    event.distribution = _OWN_ORGANISATION
    event.published = False
    event.timestamp = incident.changed_at
    for tag in _tags(incident):
        event.add_tag(tag)
    made = _Attributes(event, incident)
    made.add("incident", "Internal reference", "text", incident.incident_id, "Incident in the Linewalker ledger")
    made.add("told", "External analysis", "text", make_description(incident), "What the ledger says, as articles tell")
    for facility in dict.fromkeys((*incident.facility_ids, *values_before(incident, "facility_ids"))):
        gone = facility not in incident.facility_ids
        made.add(f"facility {facility}", "Targeting data", "target-org", _name(facility, source), "Facility", gone=gone)
    country = country_name(incident.country) if incident.country else None
    place = ", ".join(one for one in (values.inert(incident.place), country) if one)
    if place:
        made.add("place", "Targeting data", "target-location", place, "Finest place told")
    holding = attribute(incident, source.actors)
    for one in holding:
        made.add(f"actor {one.name.casefold()}", "Attribution", "threat-actor", values.inert(one.name), one.reason)
    for name in names_before(incident):
        if all(name != one.name for one in holding):
            made.add(f"actor {name.casefold()}", "Attribution", "threat-actor", values.inert(name), "", gone=True)
    for report in incident.told:
        made.add_link(report)
    for report in incident.untold:
        made.add_link(report, gone=True)
    _add_position(event, incident)
    # The library leaves the times of what was edited to the server; ours are the ledger's.
    for part in (*event.objects, *event.attributes, event):
        part.edited = False
    return event


class _Attributes:
    def __init__(self, event: MISPEvent, incident: ExportedIncident) -> None:
        self._event = event
        self._incident = incident

    def add(
        self, key: str, category: str, kind: str, value: str | None, comment: str, *, gone: bool = False
    ) -> MISPAttribute | None:
        if not value:
            return None
        made = self._event.add_attribute(
            kind,
            value,
            uuid=_uuid(self._incident.incident_id, key),
            category=category,
            comment=values.inert(comment, values.TITLE) or "",
            to_ids=False,
            disable_correlation=kind == "text",
            timestamp=self._incident.changed_at,
            deleted=gone,
        )
        return made if isinstance(made, MISPAttribute) else None

    def add_link(self, report: ExportedReport, *, gone: bool = False) -> None:
        url = values.link(report.url)
        title = values.inert(report.title, values.TITLE) or "untitled"
        publisher = values.inert(report.publisher) or "unknown publisher"
        told = f"{title} ({publisher}, {values.instant(report.published_at) or 'no date'})"
        key = f"article {report.article_id}"
        # A link that is none would be one more thing to click on.
        kind, value = ("link", url) if url is not None else ("text", told)
        made = self.add(key, "External analysis", kind, value, told, gone=gone)
        if made is not None and report.reliability in tuple("ABCDEF"):
            made.add_tag(f'admiralty-scale:source-reliability="{report.reliability.lower()}"')


def _add_position(event: MISPEvent, incident: ExportedIncident) -> None:
    where = values.position(incident.latitude, incident.longitude)
    if where is None:
        return
    place = MISPObject("geolocation", standalone=False)
    place.uuid = _uuid(incident.incident_id, "position")
    place.timestamp = incident.changed_at
    fields: list[tuple[str, Any]] = [("latitude", where[0]), ("longitude", where[1])]
    fields.append(("accuracy-radius", _KILOMETRES.get(incident.position_precision or "")))
    fields.append(("country", country_name(incident.country) if incident.country else None))
    fields.append(("text", f"Position of: {incident.position_precision or 'unknown'}"))
    for name, value in fields:
        if value is not None:
            place.add_attribute(
                name,
                value=value,
                uuid=_uuid(incident.incident_id, "position", name),
                timestamp=incident.changed_at,
                to_ids=False,
                disable_correlation=True,
            )
    event.add_object(place)


def _tags(incident: ExportedIncident) -> list[str]:
    tags = ["tlp:clear"]
    if incident.credibility is not None:
        tags.append(f'admiralty-scale:information-credibility="{incident.credibility}"')
    happened = "yes" if incident.status in UNDERWAY else "no"
    told = {
        "status": incident.status, "factuality": incident.factuality, "event-type": incident.event_type,
        "happened": happened,
    }  # fmt: skip
    tags += [f'linewalker:{name}="{values.inert(value)}"' for name, value in told.items()]
    return [*tags, *(f'linewalker:risk="{values.inert(risk)}"' for risk in incident.risks)]


def _name(facility_id: str, source: ExportSource) -> str:
    known: Reference | None = source.facilities.get(facility_id)
    return (values.inert(known.name) if known is not None else None) or facility_id


def _uuid(*key: str) -> str:
    return str(uuid5(NAMESPACE, chr(31).join(("misp", *key))))
