"""Small builders for events and reports, so that a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from nlp.records import Count, DateSpan, Event, FacilityArgument, FactClaim, PlaceArgument, Report, Span, Trigger

SPAN = Span(start=0, end=10)


def facility(facility_id: str | None, kind: str = "refinery", **more: Any) -> FacilityArgument:
    return FacilityArgument(
        name=more.pop("name", facility_id or f"a {kind}"),
        facility_type=kind,  # type: ignore[arg-type]
        span=SPAN,
        facility_id=facility_id,
        **more,
    )


def on(day: str, *, precision: str = "day", basis: str = "explicit", until: str | None = None) -> DateSpan:
    return DateSpan(
        start=date.fromisoformat(day),
        end=date.fromisoformat(until or day),
        precision=precision,  # type: ignore[arg-type]
        basis=basis,  # type: ignore[arg-type]
    )


def place(name: str, country: str | None = None, lat: float | None = None, lon: float | None = None) -> PlaceArgument:
    return PlaceArgument(
        name=name, span=SPAN, country=country, latitude=lat, longitude=lon, precision="locality" if lat else "country"
    )


def event(event_type: str = "attack", factuality: str = "asserted", **more: Any) -> Event:
    killed = more.pop("killed", None)
    more.setdefault("claims", (FactClaim(factuality=factuality, speaker=None, span=SPAN),))  # type: ignore[arg-type]
    return Event(
        event_type=event_type,  # type: ignore[arg-type]
        factuality=factuality,  # type: ignore[arg-type]
        trigger=Trigger(text="attack", span=SPAN),
        evidence=(SPAN,),
        killed=Count(minimum=killed, maximum=killed) if isinstance(killed, int) else killed,
        **more,
    )


def report(
    event_id: str,
    told: Event,
    *,
    article: str | None = None,
    published: str = "2026-03-10",
    family: str | None = None,
    **more: Any,
) -> Report:
    at = datetime.fromisoformat(published).replace(hour=12, tzinfo=UTC)
    return Report(
        event_id=event_id,
        article_id=article or f"article-of-{event_id}",
        event=told,
        published_at=at,
        fetched_at=at,
        family=family or f"family-of-{event_id}",
        **more,
    )
