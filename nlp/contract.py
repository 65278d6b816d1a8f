"""The annotate contract in JSON (DESIGN section 5): lines to documents, annotations to objects and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from nlp.records import (
    ActorArgument,
    Annotation,
    Claimant,
    Count,
    DateSpan,
    Document,
    Event,
    FacilityArgument,
    FactClaim,
    Mention,
    ModelVersions,
    PlaceArgument,
    Quantity,
    RiskTag,
    Span,
    Trigger,
)

SCHEMA = 1


class ContractError(ValueError):
    """A line that is no document; `document_id` is its id where one could be read."""

    def __init__(self, message: str, document_id: str | None = None) -> None:
        super().__init__(message)
        self.document_id = document_id


def document_from_json(line: str | bytes) -> Document:
    """A document from one JSON line; raises ContractError that says what is wrong with it."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ContractError(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ContractError(f"not a JSON object but {_kind(value)}")
    identifier = value.get("id")
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        identifier = str(identifier)
    if not isinstance(identifier, str) or not identifier:
        raise ContractError('no "id": every document needs one, a string')
    text = value.get("text")
    if text is None:
        raise ContractError('no "text"', identifier)
    for key in ("text", "title", "published", "url", "source", "language", "timezone"):
        if value.get(key) is not None and not isinstance(value[key], str):
            raise ContractError(f'"{key}" must be a string, not {_kind(value[key])}', identifier)
    try:
        published = parse_instant(value["published"]) if value.get("published") else None
    except ValueError as error:
        raise ContractError(str(error), identifier) from error
    return Document(
        id=identifier,
        text=_sound(text),
        title=_sound(value.get("title") or ""),
        published_at=published,
        timezone=value.get("timezone") or "UTC",
        url=value.get("url"),
        source=value.get("source"),
        language=value.get("language"),
    )


def _sound(text: str) -> str:
    """The text with lone surrogates replaced one for one: they can be neither parsed nor written."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


def _kind(value: Any) -> str:
    names = {
        type(None): "null",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), type(value).__name__)


def parse_instant(text: str) -> datetime:
    """A UTC instant from ISO 8601 or RFC 5322; a date alone means noon, a time without a zone means UTC."""
    stripped = text.strip()
    found: datetime | None = None
    try:
        if len(stripped) == 10:
            found = datetime.combine(date.fromisoformat(stripped), datetime.min.time(), UTC).replace(hour=12)
        else:
            found = datetime.fromisoformat(stripped)
    except ValueError:
        try:
            found = parsedate_to_datetime(stripped)
        except (ValueError, TypeError, IndexError):
            found = None
    if found is None:
        raise ValueError(f'"published" is no date that can be read: {text[:60]!r} (wanted 2025-11-29T08:00:00Z)')
    try:
        return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(f'"published" lies outside the calendar: {text[:60]!r}') from error


def _span(span: Span | None) -> dict[str, Any]:
    if span is None:
        return {}
    where: dict[str, Any] = {"in": "title"} if span.where == "title" else {}
    return {"start": span.start, "end": span.end, **where}


def annotation_to_json(annotation: Annotation) -> dict[str, Any]:
    """The JSON object of an annotation, keys in the order of the design."""
    model = annotation.model
    return {
        "id": annotation.id,
        "schema": SCHEMA,
        "language": annotation.language,
        "model": {"pipeline": model.pipeline, "risk": model.risk, "gazetteer": model.gazetteer} if model else None,
        "relevance": annotation.relevance,
        "relevant": annotation.relevant,
        "risks": [_risk(r) for r in annotation.risks],
        "uncertain": annotation.uncertain,
        "skipped": annotation.skipped,
        "mentions": [_mention(m) for m in annotation.mentions],
        "quantities": [
            {"text": q.text, **_span(q.span), "role": q.role, "minimum": q.minimum, "maximum": q.maximum,
            "unit": q.unit,
             "approximate": q.approximate, **({"superseded": True} if q.superseded else {})}
            for q in annotation.quantities
        ],
        "events": [_event(e) for e in annotation.events],
        "error": annotation.error,
    }  # fmt: skip


def _risk(tag: RiskTag) -> dict[str, Any]:
    written: dict[str, Any] = {"label": tag.label, "probability": tag.probability}
    if tag.reasons is not None:
        written["reasons"] = [{"text": text, "weight": round(weight, 4)} for text, weight in tag.reasons]
    return written


def _mention(m: Mention) -> dict[str, Any]:
    return {
        "text": m.text, "label": m.label, **_span(m.span), "canonical": m.canonical, "facility_id": m.facility_id,
        "facility_type": m.facility_type, "countries": list(m.countries), "country": m.country,
        "latitude": m.latitude, "longitude": m.longitude, "precision": m.precision,
    }  # fmt: skip


def _count(count: Count | None) -> dict[str, Any] | None:
    return None if count is None else {"minimum": count.minimum, "maximum": count.maximum, **_span(count.span)}


def _event(e: Event) -> dict[str, Any]:
    return {
        "event_type": e.event_type,
        "modes": list(e.modes),
        "risks": list(e.risks),
        "factuality": e.factuality,
        "claims": [
            {"factuality": c.factuality, "speaker": c.speaker, **_span(c.span), **_told({"about": c.about})}
            for c in e.claims
        ],
        "trigger": {"text": e.trigger.text, **_span(e.trigger.span)},
        "facilities": [
            {"facility_id": f.facility_id, "name": f.name, "facility_type": f.facility_type, "role": f.role,
            **_span(f.span),
             "latitude": f.latitude, "longitude": f.longitude, "countries": list(f.countries)}
            for f in e.facilities
        ],
        "facility_type": e.facility_type,
        "actors": [{"name": a.name, "role": a.role, **_span(a.span), "kind": a.kind,
        "country": a.country} for a in e.actors],
        "claimed_by": [{"name": c.name, **_span(c.span)} for c in e.claimed_by],
        "places": [
            {"name": p.name, "country": p.country, "latitude": p.latitude, "longitude": p.longitude,
            "precision": p.precision, **_span(p.span)}
            for p in e.places
        ],
        "country": e.country,
        "countries": list(e.countries),
        "date": None if e.date is None else {
            "start": e.date.start.isoformat(), "end": e.date.end.isoformat(), "precision": e.date.precision,
            "basis": e.date.basis,
            "text": e.date.text, **({"span": _span(e.date.span)} if e.date.span else {}),
        },
        "killed": _count(e.killed),
        "injured": _count(e.injured),
        "missing": _count(e.missing),
        "detained": _count(e.detained),
        "quantities": list(e.quantities),
        "evidence": [_span(s) for s in e.evidence],
        "resumed": e.resumed,
        **_told({"resumption": e.resumption}),
        "confidence": e.confidence,
    }  # fmt: skip


def annotation_from_json(value: Mapping[str, Any]) -> Annotation:
    """An annotation from the JSON object that `annotation_to_json` gives; unknown keys are ignored."""
    model = value.get("model")
    return Annotation(
        id=value["id"],
        model=ModelVersions(pipeline=model["pipeline"], risk=model["risk"], gazetteer=model["gazetteer"])
        if model
        else None,
        language=value.get("language"),
        relevance=value.get("relevance"),
        relevant=value.get("relevant"),
        risks=tuple(_risk_from(r) for r in value.get("risks") or ()),
        uncertain=bool(value.get("uncertain")),
        skipped=value.get("skipped"),
        mentions=tuple(
            _record(Mention, m, countries=tuple(m.get("countries") or ())) for m in value.get("mentions") or ()
        ),
        quantities=tuple(
            _record(Quantity, q, superseded=bool(q.get("superseded"))) for q in value.get("quantities") or ()
        ),
        events=tuple(_event_from(e) for e in value.get("events") or ()),
        error=value.get("error"),
    )


def _risk_from(value: Mapping[str, Any]) -> RiskTag:
    reasons = value.get("reasons")
    return RiskTag(
        label=value["label"],
        probability=value["probability"],
        reasons=None if reasons is None else tuple((reason["text"], reason["weight"]) for reason in reasons),
    )


def _span_from(value: Mapping[str, Any]) -> Span | None:
    if value.get("start") is None or value.get("end") is None or not isinstance(value["start"], int):
        return None
    return Span(start=value["start"], end=value["end"], where=value.get("in") or "text")


def _record(kind: Any, value: Mapping[str, Any], **given: Any) -> Any:
    names = {f.name for f in fields(kind)}
    taken = {k: v for k, v in value.items() if k in names and k not in ("start", "end", "span")}
    if "span" in names:
        taken["span"] = _span_from(value)
    return kind(**{**taken, **given})


def _event_from(e: Mapping[str, Any]) -> Event:
    when = e.get("date")
    trigger = _span_from(e["trigger"])
    if trigger is None:
        raise ContractError("an event's trigger needs start and end")
    simple = {
        k: e[k]
        for k in ("event_type", "factuality", "facility_type", "country", "resumed", "resumption", "confidence")
        if k in e
    }
    return Event(
        **simple,
        trigger=Trigger(text=e["trigger"]["text"], span=trigger),
        claims=tuple(_record(FactClaim, c) for c in e.get("claims") or ()),
        evidence=tuple(s for s in map(_span_from, e.get("evidence") or ()) if s is not None),
        modes=tuple(e.get("modes") or ()),
        risks=tuple(e.get("risks") or ()),
        facilities=tuple(_record(FacilityArgument, f,
        countries=tuple(f.get("countries") or ())) for f in e.get("facilities") or ()),
        actors=tuple(_record(ActorArgument, a) for a in e.get("actors") or ()),
        claimed_by=tuple(_record(Claimant, c) for c in e.get("claimed_by") or ()),
        places=tuple(_record(PlaceArgument, p) for p in e.get("places") or ()),
        countries=tuple(e.get("countries") or ()),
        date=None if not when else DateSpan(
            start=date.fromisoformat(when["start"]), end=date.fromisoformat(when["end"]), precision=when["precision"],
            basis=when["basis"], text=when.get("text"), span=_span_from(when.get("span") or {}),
        ),
        killed=_count_from(e.get("killed")),
        injured=_count_from(e.get("injured")),
        missing=_count_from(e.get("missing")),
        detained=_count_from(e.get("detained")),
        quantities=tuple(e.get("quantities") or ()),
    )  # fmt: skip


def _told(values: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in values.items() if value is not None}


def _count_from(value: Mapping[str, Any] | None) -> Count | None:
    return None if value is None else Count(minimum=value["minimum"], maximum=value["maximum"], span=_span_from(value))
