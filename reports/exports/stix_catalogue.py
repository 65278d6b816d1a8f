"""What incidents share: facilities, operators, countries, actors; each with one id, and times of the whole ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import stix2

from reports.countries import country_name
from reports.exports import values
from reports.exports.records import ExportSource
from reports.exports.stix_ids import COMMON, FIRST, make_id
from store.exporting import Reference

_ACTOR_TYPES = {"criminals": "criminal", "hacker_group": "hacker", "state_force": "nation-state"}


class Catalogue:
    """The objects to which incidents are related."""

    def __init__(self, source: ExportSource) -> None:
        self.facilities = source.facilities
        self.actors = source.actors
        self.statuses = source.statuses
        self._made: dict[str, tuple[Any, ...]] = {}
        # One actor by whatever capitals: it has one id.
        self._actors: dict[str, Reference] = {}
        for name in sorted(source.actors):
            one = source.actors[name]
            known = self._actors.setdefault(name.casefold(), one)
            self._actors[name.casefold()] = replace(
                known,
                kind=known.kind or one.kind,
                first_at=min(known.first_at, one.first_at),
                changed_at=max(known.changed_at, one.changed_at),
            )
        self._operators: dict[str, tuple[datetime, datetime]] = {}
        for one in source.facilities.values():
            operator = values.inert(one.operator)
            if operator is not None:
                first, changed = self._operators.get(operator, (one.first_at, one.changed_at))
                self._operators[operator] = (min(first, one.first_at), max(changed, one.changed_at))

    def facility_objects(self, facility_id: str) -> tuple[Any, ...]:
        """The identity of a facility, first; its operator, its countries, and how they belong together."""
        if facility_id not in self._made:
            self._made[facility_id] = tuple(self._make_facility(facility_id))
        return self._made[facility_id]

    def _make_facility(self, facility_id: str) -> Iterator[Any]:
        one = self.facilities[facility_id]
        made = stix2.v21.Identity(
            id=make_id("identity", "facility", facility_id),
            created=one.first_at,
            modified=one.changed_at,
            name=values.inert(one.name) or facility_id,
            description=_describe(one),
            identity_class="organization" if one.kind == "company" else "system",
            sectors=["energy"],
            labels=[label(one.kind)] if one.kind else None,
            external_references=[{"source_name": "linewalker-gazetteer", "external_id": facility_id}],
            **COMMON,
        )
        yield made
        for code in one.countries:
            country = country_object(code)
            if country is not None:
                yield country
                yield _related(one, "located-at", made.id, country.id)
        operator = values.inert(one.operator)
        if operator is not None:
            first, changed = self._operators[operator]
            owner = stix2.v21.Identity(
                id=make_id("identity", "operator", operator.casefold()),
                created=first,
                modified=changed,
                name=operator,
                description="Operator of energy facilities, by the gazetteer.",
                identity_class="organization",
                sectors=["energy"],
                **COMMON,
            )
            yield owner
            yield _related(one, "related-to", made.id, owner.id, "is operated by")

    def actor_object(self, name: str) -> Any:
        """The threat actor of this name."""
        one = self._actors[name.casefold()]
        return stix2.v21.ThreatActor(
            id=make_id("threat-actor", name.casefold()),
            created=one.first_at,
            modified=one.changed_at,
            name=values.inert(one.name),
            description="Named by articles; the relationships say on whose word. No finding of this ledger.",
            threat_actor_types=[_ACTOR_TYPES[one.kind]] if one.kind in _ACTOR_TYPES else None,
            labels=[label(one.kind)] if one.kind else None,
            **COMMON,
        )


@cache
def country_object(code: str) -> Any | None:
    """A country as a location; None where the code is none of ISO 3166-1."""
    if not re.fullmatch("[A-Z]{2}", code) or country_name(code) == code:
        return None
    return stix2.v21.Location(
        id=make_id("location", "country", code),
        created=FIRST,
        modified=FIRST,
        name=country_name(code),
        country=code,
        **COMMON,
    )


def label(word: str) -> str:
    """A word of the ledger's vocabularies as STIX writes labels."""
    return (values.inert(word) or "unknown").replace("_", "-")


def _describe(one: Reference) -> str:
    kind = (one.kind or "energy facility").replace("_", " ")
    return values.inert(f"Energy facility, kind: {kind}.", values.DESCRIPTION) or ""


def _related(one: Reference, kind: str, source: str, target: str, description: str | None = None) -> Any:
    return stix2.v21.Relationship(
        id=make_id("relationship", source, kind, target),
        created=one.first_at,
        modified=one.changed_at,
        relationship_type=kind,
        description=description,
        source_ref=source,
        target_ref=target,
        **COMMON,
    )
