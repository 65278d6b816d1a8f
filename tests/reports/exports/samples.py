"""Incidents for the exporters' tests, built in a line each, and a ledger of three nights."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from reports.exports.records import ExportOptions, ExportSource, Table
from reports.exports.registry import FORMATS
from store.database import Ledger
from store.decisions import Draft, decide
from store.exporting import Export, ExportedIncident, ExportedReport, ExportWish, Loss, Reference
from store.facilities import Facility, sync_facilities
from store.records import Fact, Quote, Revision
from store.sources import sync_sources
from tests.store.samples import (
    NIGHT,
    TEXT,
    add,
    annotate_all,
    make_annotation,
    make_article,
    make_event,
    make_full_annotation,
    make_source,
    resolve_all,
)

AT = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)
FAR, FARTHER = date(2026, 4, 20), date(2026, 6, 5)


def make_report(**changes: Any) -> ExportedReport:
    values: dict[str, Any] = {
        "incident_id": "inc-1", "article_id": "a1", "version_id": "v1", "url": "https://daily.example/a",
        "title": "Drones hit terminal", "publisher": "The Daily", "family": "daily", "wire": None,
        "origin": "family:daily", "source_id": "daily", "reliability": "B", "language": "en",
        "published_at": AT, "fetched_at": AT, "attached_at": AT, "page_sha256": "0" * 64, "article_created_at": AT,
        "tells": ("inc-1",), "told": (), "article_changed_at": AT,
    }  # fmt: skip
    return ExportedReport(**(values | changes))


def make_fact(field: str = "killed", value: str = "3", **changes: Any) -> Fact:
    quote: dict[str, Any] = {
        "article_id": "a1", "version_id": "v1", "url": "https://daily.example/a", "publisher": "The Daily",
        "family": "daily", "source_id": "daily", "published_at": AT, "where": "text",
        "sentence": "Drones struck the terminal, killing 3 people.", "start": 0, "end": 45,
    }  # fmt: skip
    quote |= {name: changes.pop(name) for name in tuple(changes) if name in quote}
    values: dict[str, Any] = {"claim_id": "c1", "field": field, "value": value, "factuality": "asserted"}
    return Fact(**(values | changes), quote=Quote(**quote))


def make_revision(field: str, old: str | None, new: str | None, **changes: Any) -> Revision:
    values: dict[str, Any] = {
        "incident_id": "inc-1", "revised_at": AT, "run_id": "r1", "field": field, "old": old, "new": new,
        "reason": "same facility", "cause_kind": "claim",
    }  # fmt: skip
    return Revision(**(values | changes))


def make_incident(**changes: Any) -> ExportedIncident:
    values: dict[str, Any] = {
        "incident_id": "inc-1", "status": "occurred", "event_type": "attack", "factuality": "asserted",
        "credibility": 2, "evidence_tier": "official", "confidence": 0.8, "occurred_on": date(2026, 3, 1),
        "occurred_until": date(2026, 3, 1), "date_precision": "day", "country": "RU", "countries": ("RU",),
        "place": "Novorossiysk", "latitude": 44.7, "longitude": 37.8, "facility_ids": ("sample-bay",),
        "facilities": ("Sample Bay Terminal",), "facility_type": "oil_terminal", "modes": ("drone",),
        "risks": ("physical_attack",), "actors": ("Black Lantern",), "claimed_by": ("Black Lantern",),
        "killed_min": 3, "killed_max": None, "killed_low": 2, "killed_high": 4, "injured_min": None,
        "injured_max": None, "injured_low": None, "injured_high": None, "days_out": 2, "restored_on": None,
        "reports": 1, "independent_reports": 1, "parent_id": None, "merged_into": None, "verdict": None,
        "reviewed_at": None, "first_reported_at": AT, "last_reported_at": AT, "created_at": AT,
        "changed_at": AT + timedelta(days=1), "position_precision": "facility",
        "losses": (Loss(unit="bbl/d", minimum=5e5, maximum=None, low=4e5, high=6e5),),
        "told": (make_report(),), "untold": (),
        "facts": (
            make_fact(), make_fact("event_type", "attack"), make_fact("claimed_by", "Black Lantern", claim_id="c2"),
        ),
        "revisions": (make_revision("killed_min", "2", "3"),),
    }  # fmt: skip
    return ExportedIncident(**(values | changes))


def make_source_of(incidents: Sequence[ExportedIncident], **changes: Any) -> ExportSource:
    """The incidents as an exporter reads them."""
    facilities = {
        one: Reference(key=one, name="Sample Bay Terminal", kind="oil_terminal", country=None, countries=("RU",),
                       operator="Sample Oil", first_at=AT, changed_at=AT)
        for incident in incidents for one in incident.facility_ids
    }  # fmt: skip
    actors = {
        one: Reference(key=one, name=one, kind="armed_group", country=None, countries=(), operator=None, first_at=AT,
                       changed_at=AT)
        for incident in incidents for one in (*incident.actors, *incident.claimed_by)
    }  # fmt: skip
    values: dict[str, Any] = {
        "batches": [list(incidents)], "mark": AT, "since": None, "until": None, "version": "0",
        "facilities": facilities, "actors": actors,
        "statuses": {one.incident_id: one.status for one in incidents},
    }  # fmt: skip
    return ExportSource(**(values | changes))


def written(name: str, source: ExportSource, **options: Any) -> bytes:
    """What a format makes of a source."""
    target = io.BytesIO()
    FORMATS[name].load()(source, target, ExportOptions(**options))
    return target.getvalue()


def export(ledger: Ledger, name: str, wish: ExportWish | None = None, table: Table = "incidents") -> bytes:
    """What a format makes of a ledger, as the shell asks for it."""
    asked = Export(ledger, wish or ExportWish())
    told, facts = FORMATS[name].needs(table)
    source = ExportSource(
        batches=asked.read(told=told, facts=facts), mark=asked.mark, since=None, until=None, version="0",
        facilities=asked.get_facilities(), actors=asked.get_actors(), statuses=asked.get_statuses(),
    )  # fmt: skip
    return written(name, source, table=table)


def text(killed: int = 3) -> str:
    return TEXT.replace("3 people", f"{killed} people")


def tell(ledger: Ledger, source: str, night: int, *, day: date | None = None, killed: int = 3) -> None:
    """An article of that night, read and resolved; another day makes it another incident."""
    at = NIGHT + timedelta(days=night)
    known = {row[0] for row in ledger.rows("SELECT source_id FROM source")}
    sync_sources(ledger, [make_source(one) for one in sorted({source, *known})])
    add(ledger, make_article(f"https://{source}.example/a", source=source, at=at, text=text(killed)))

    def read(document: Any) -> Any:
        if day is None:
            return make_full_annotation(text(killed), killed=killed)
        return make_annotation([make_event(text(killed), killed=killed, day=day)])

    annotate_all(ledger, read)
    resolve_all(ledger, now=at)


def first_night(ledger: Ledger) -> None:
    """Three incidents."""
    place = Facility(id="sample-bay", name="Sample Bay Terminal", facility_type="oil_terminal", countries=("RU",),
                     latitude=44.7, longitude=37.8, operator="Sample Oil")  # fmt: skip
    sync_facilities(ledger, [place])
    tell(ledger, "daily", 0)
    tell(ledger, "echo", 0, day=FAR)
    tell(ledger, "globe", 0, day=FARTHER)


def second_night(ledger: Ledger) -> None:
    """One incident gets a second report, a new one comes, one is dismissed, another corrected."""
    by_day = {row[1]: row[0] for row in ledger.rows("SELECT incident_id, occurred_on FROM incident")}
    tell(ledger, "herald", 1, killed=5)
    tell(ledger, "independent", 1, day=date(2026, 9, 1))
    at = NIGHT + timedelta(days=1, hours=8)
    decide(ledger, Draft(kind="dismiss", incident_id=by_day[FAR]), by="anna", at=at)
    decide(
        ledger, Draft(kind="correct", incident_id=by_day[FARTHER], field="country", text="UA"),
        by="anna", at=at + timedelta(minutes=1),
    )  # fmt: skip


def third_night(ledger: Ledger) -> None:
    """Two incidents become one, and an edited article tells nothing any more."""
    ids = {row[1]: row[0] for row in ledger.rows("SELECT incident_id, occurred_on FROM incident")}
    draft = Draft(kind="merge", incident_id=ids[date(2026, 9, 1)], other_id=ids[date(2026, 3, 1)])
    decide(ledger, draft, by="anna", at=NIGHT + timedelta(days=2))
    at = NIGHT + timedelta(days=2, hours=1)
    edited = replace(make_article("https://herald.example/a", source="herald", at=at, text="Corrected: no story."))
    add(ledger, edited)
    annotate_all(ledger, lambda document: make_annotation([]))
    resolve_all(ledger, now=at)
