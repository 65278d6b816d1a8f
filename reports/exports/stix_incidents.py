"""One incident as STIX objects: what it is, where, at which facility, by whom; and what is taken back of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import stix2

from nlp.lifecycle import UNDERWAY
from reports.exports import values
from reports.exports.attribution import CONFIDENCE, HOSTILE, attribute
from reports.exports.columns import INCIDENTS, record_of
from reports.exports.history import names_before, values_before
from reports.exports.stix_catalogue import Catalogue, country_object, label
from reports.exports.stix_ids import COMMON, EXTENSION, PROPERTIES, SELF, make_id
from reports.exports.stix_reports import main_id, reference
from reports.exports.titles import CLOSED, make_description, make_title
from store.exporting import ExportedIncident

_METRES = {"facility": 1_000.0, "locality": 10_000.0, "offshore": 50_000.0, "admin1": 100_000.0, "country": 500_000.0}
_REFERENCES = 20
_TAKEN = tuple(column for column in INCIDENTS if column.name in PROPERTIES)


def incident_objects(incident: ExportedIncident, catalogue: Catalogue) -> Iterator[Any]:
    """The objects of one incident, those first to which others refer; what no longer holds comes as revoked."""
    made = _Made(incident, catalogue)
    yield from made.related()
    yield made.main()
    yield from made.relations()
    yield from made.other()


class _Made:
    def __init__(self, incident: ExportedIncident, catalogue: Catalogue) -> None:
        self.incident = incident
        self.catalogue = catalogue
        self.status = catalogue.statuses[incident.incident_id]
        self.closed = incident.status in CLOSED
        before = values_before(incident, "status")
        self.statuses = {self.status, *before} - set(CLOSED)
        self.id = main_id(incident.incident_id, self.status)
        self.live = not self.closed and self.status in UNDERWAY
        self.point_id = make_id("location", "incident", incident.incident_id)
        self.point = _point(incident, self.point_id)
        self.attributions = attribute(incident, catalogue.actors)

    def related(self) -> Iterator[Any]:
        """Places, facilities and actors."""
        if self.point is not None:
            yield self.point
        for code in _countries(self.incident):
            country = country_object(code)
            if country is not None:
                yield country
        for facility_id in self.incident.facility_ids:
            yield from self.catalogue.facility_objects(facility_id)
        for one in self.attributions:
            yield self.catalogue.actor_object(one.name)

    def main(self) -> Any:
        """The incident, or the note where it did not happen."""
        return self._standing(self.status, revoked=self.closed)

    def other(self) -> Iterator[Any]:
        """What the incident once was: a threat that was carried out, a happening that turned out to be none."""
        for status in sorted(self.statuses, key=lambda one: one not in UNDERWAY):
            if (status in UNDERWAY) != (self.status in UNDERWAY):
                yield self._standing(status, revoked=True)
                return

    def _standing(self, status: str, *, revoked: bool) -> Any:
        incident = self.incident
        common = {
            "created": incident.created_at,
            "modified": incident.changed_at,
            "confidence": CONFIDENCE.get(incident.credibility or 6),
            "labels": _labels(incident),
            "external_references": _references(incident),
            "extensions": {EXTENSION: {"extension_type": "property-extension", **_properties(incident)}},
            "revoked": revoked,
            **COMMON,
        }
        title = values.inert(make_title(incident), values.TITLE) or incident.incident_id
        if status in UNDERWAY:
            return stix2.v21.Incident(
                id=make_id("incident", incident.incident_id),
                name=title,
                description=make_description(incident),
                **common,
            )
        return stix2.v21.Note(
            id=make_id("note", incident.incident_id),
            abstract=title,
            content=f"{title}. {make_description(incident)}",
            object_refs=self._about(),
            **common,
        )

    def _about(self) -> list[str]:
        refs = [make_id("identity", "facility", one) for one in self.incident.facility_ids]
        refs += [one.id for one in map(country_object, _countries(self.incident)) if one is not None]
        if self.point is not None and not self.point.revoked:
            refs.append(self.point_id)
        refs += [make_id("report", one.article_id) for one in self.incident.told]
        parent = self.incident.parent_id
        if parent is not None and parent in self.catalogue.statuses:
            refs.append(main_id(parent, self.catalogue.statuses[parent]))
        return list(dict.fromkeys(refs)) or [SELF]

    def relations(self) -> Iterator[Any]:
        """How the incident relates to what it names; relations that once held are told as revoked."""
        if any(status in UNDERWAY for status in self.statuses):
            yield from self._sites()
            yield from self._places()
            yield from self._actors()
        yield from self._incidents()

    def _sites(self) -> Iterator[Any]:
        incident = self.incident
        kind = _site_relation(incident.event_type)
        kinds = {kind, *map(_site_relation, values_before(incident, "event_type"))}
        now = list(incident.facility_ids)
        for facility_id in dict.fromkeys((*now, *values_before(incident, "facility_ids"))):
            target = make_id("identity", "facility", facility_id)
            for one in sorted(kinds):
                holds = self.live and facility_id in now and one == kind
                if holds or facility_id not in now or len(kinds) > 1 or not self.live:
                    yield self._relation(one, target, holds, "at the facility" if one == "related-to" else None)

    def _places(self) -> Iterator[Any]:
        now = _countries(self.incident)
        before = (*values_before(self.incident, "country"), *values_before(self.incident, "countries"))
        for code in dict.fromkeys((*now, *before)):
            country = country_object(code)
            if country is not None:
                yield self._relation("located-at", country.id, self.live and code in now)
        if self.point is not None:
            yield self._relation("located-at", self.point_id, self.live and not self.point.revoked)

    def _actors(self) -> Iterator[Any]:
        incident = self.incident
        holding = {one.name: one for one in self.attributions} if self.live else {}
        for one in holding.values():
            yield self._relation("attributed-to", _actor_id(one.name), True, one.reason, one.confidence)
        gone = names_before(incident)
        if not self.live:
            as_told = replace(incident, status="occurred")
            gone = sorted({*gone, *(one.name for one in attribute(as_told, self.catalogue.actors))})
        types = {incident.event_type, *values_before(incident, "event_type")}
        if types & HOSTILE:
            for name in (one for one in gone if one not in holding):
                yield self._relation("attributed-to", _actor_id(name), False)

    def _incidents(self) -> Iterator[Any]:
        incident = self.incident
        for field, words in (("merged_into", ""), ("parent_id", "part of")):
            now = getattr(incident, field)
            for other in dict.fromkeys((*([now] if now is not None else []), *values_before(incident, field))):
                if other not in self.catalogue.statuses:
                    continue
                target = main_id(other, self.catalogue.statuses[other])
                twin = field == "merged_into" and target.partition("--")[0] == self.id.partition("--")[0]
                holds = other == now and (field == "merged_into" or not self.closed)
                yield self._relation("duplicate-of" if twin else "related-to", target, holds, words or None)

    def _relation(
        self, kind: str, target: str, holds: bool, description: str | None = None, confidence: int | None = None
    ) -> Any:
        between = kind in ("duplicate-of", "related-to") and not target.startswith("identity--")
        source = self.id if between else make_id("incident", self.incident.incident_id)
        return stix2.v21.Relationship(
            id=make_id("relationship", source, kind, target),
            created=self.incident.created_at,
            modified=self.incident.changed_at,
            relationship_type=kind,
            description=description,
            source_ref=source,
            target_ref=target,
            confidence=confidence,
            revoked=not holds,
            **COMMON,
        )


def _point(incident: ExportedIncident, point_id: str) -> Any | None:
    """The position as a location of its own; revoked where it is no longer known, None where it never was."""
    where = values.position(incident.latitude, incident.longitude)
    revoked = where is None
    if where is None:
        where = _last_position(incident)
        if where is None:
            return None
    code = incident.country if incident.country and country_object(incident.country) is not None else None
    return stix2.v21.Location(
        id=point_id,
        created=incident.created_at,
        modified=incident.changed_at,
        name=values.inert(
            incident.facilities[0] if len(incident.facility_ids) == 1 and incident.facilities else incident.place
        ),
        latitude=where[0],
        longitude=where[1],
        precision=_METRES.get(incident.position_precision or ""),
        country=code,
        revoked=revoked,
        **COMMON,
    )


def _countries(incident: ExportedIncident) -> list[str]:
    """Where it happened, else all that apply."""
    return [incident.country] if incident.country else list(incident.countries)


def _last_position(incident: ExportedIncident) -> tuple[float, float] | None:
    told = {field: values_before(incident, field)[-1:] for field in ("latitude", "longitude")}
    try:
        return values.position(float(told["latitude"][0]), float(told["longitude"][0]))
    except (IndexError, ValueError):
        return None


def _site_relation(event_type: str) -> str:
    return "targets" if event_type in HOSTILE else "related-to"


def _actor_id(name: str) -> str:
    return make_id("threat-actor", name.casefold())


def _labels(incident: ExportedIncident) -> list[str]:
    told = [incident.event_type, f"status-{incident.status}", f"factuality-{incident.factuality}"]
    return [label(one) for one in ("energy_infrastructure", *told, *(f"risk-{risk}" for risk in incident.risks))]


def _references(incident: ExportedIncident) -> list[dict[str, Any]]:
    told = [reference(one, values.inert(one.publisher) or "unknown publisher") for one in incident.told[:_REFERENCES]]
    return [{"source_name": "linewalker", "external_id": incident.incident_id}, *told]


def _properties(incident: ExportedIncident) -> dict[str, Any]:
    made = {name: _shown(value) for name, value in record_of(_TAKEN, incident).items()}
    return {name: value for name, value in made.items() if value is not None and value != []}


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return values.instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return values.inert(value)
    if isinstance(value, list):
        return [_shown(one) for one in value]
    if isinstance(value, dict):
        return {name: _shown(one) for name, one in value.items() if one is not None}
    return value
