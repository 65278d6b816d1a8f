"""Annotations: which versions still need one, and their storing as rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from nlp.contract import annotation_to_json
from nlp.reach import reach_of
from nlp.records import Annotation, Document, Event, Quantity
from store.claims import Claim, expand_event
from store.codec import to_json
from store.database import Ledger, Row, hash_id, places
from store.errors import LedgerError
from store.events import refresh_current_events

_READ_AT_ONCE = 64  # texts held in memory
_TEXT, _NUMBER, _FLAG, _COUNT = pa.string(), pa.float64(), pa.bool_(), pa.int32()
_SPAN = {"span_in": _TEXT, "span_start": _COUNT, "span_end": _COUNT}
_MODEL = {"version_id": _TEXT, "model_key": _TEXT}
_RISK = _MODEL | {"label": _TEXT, "probability": _NUMBER}
_MENTION = (
    _MODEL
    | {"text": _TEXT, "label": _TEXT}
    | _SPAN
    | {"canonical": _TEXT, "facility_id": _TEXT, "country": _TEXT, "latitude": _NUMBER, "longitude": _NUMBER}
)
_QUANTITY = (
    _MODEL
    | {"ordinal": _COUNT, "text": _TEXT}
    | _SPAN
    | {"role": _TEXT, "unit": _TEXT, "minimum": _NUMBER, "maximum": _NUMBER, "approximate": _FLAG, "superseded": _FLAG}
)
_ANNOTATION = _MODEL | {
    "current": _FLAG, "language": _TEXT, "relevance": _NUMBER, "relevant": _FLAG, "uncertain": _FLAG,
    "skipped": _TEXT, "error": _TEXT, "document": _TEXT, "run_id": _TEXT,
}  # fmt: skip
_EVENT = {
    "event_id": _TEXT, "version_id": _TEXT, "article_id": _TEXT, "model_key": _TEXT, "current": _FLAG,
    "ordinal": _COUNT, "event_type": _TEXT, "factuality": _TEXT, "country": _TEXT, "date_start": pa.date32(),
    "date_end": pa.date32(), "confidence": _NUMBER, "record": _TEXT, "quantities": _TEXT, "near_from": pa.date32(),
    "near_until": pa.date32(),
}  # fmt: skip
_FACILITY = {
    "event_id": _TEXT, "facility_id": _TEXT, "name": _TEXT, "facility_type": _TEXT, "role": _TEXT,
    "latitude": _NUMBER, "longitude": _NUMBER,
}  # fmt: skip
_ACTOR = {"event_id": _TEXT, "name": _TEXT, "role": _TEXT, "kind": _TEXT, "country": _TEXT}
_PLACE = {
    "event_id": _TEXT, "name": _TEXT, "country": _TEXT, "latitude": _NUMBER, "longitude": _NUMBER, "precision": _TEXT,
}  # fmt: skip
_CLAIM = {
    "claim_id": _TEXT, "event_id": _TEXT, "version_id": _TEXT, "field": _TEXT, "value": _TEXT, "detail": _TEXT,
    "minimum": _NUMBER, "maximum": _NUMBER, "unit": _TEXT, "factuality": _TEXT, "speaker": _TEXT,
    "superseded": _FLAG, **_SPAN, "value_start": _COUNT, "value_end": _COUNT,
}  # fmt: skip


def get_unannotated(ledger: Ledger, limit: int | None = None) -> Iterator[tuple[str, Document]]:
    """The current versions that no model has read yet, in order of arrival; texts are read as they are taken.

    Annotations may be added while the iterator runs. What other models have read: store/rereading.py.
    """
    waiting = ledger.rows(
        """
        SELECT v.version_id FROM article_version v
        ANTI JOIN annotation n ON n.version_id = v.version_id
        WHERE v.current ORDER BY v.stored_at, v.version_id LIMIT ?
        """,
        [limit if limit is not None else 2**62],
    )
    yield from read_documents(ledger, [row[0] for row in waiting])


def read_documents(ledger: Ledger, version_ids: Sequence[str]) -> Iterator[tuple[str, Document]]:
    """These versions as documents, in this order; only a few texts are held at a time."""
    for first in range(0, len(version_ids), _READ_AT_ONCE):
        part = version_ids[first : first + _READ_AT_ONCE]
        found = {row[0]: row for row in _read_versions(ledger, part)}
        for version_id in part:
            _, _, title, text, url, source_id, timezone, published_at, language, _ = found[version_id]
            yield (
                version_id,
                Document(
                    id=version_id,
                    text=text,
                    title=title,
                    published_at=published_at,
                    timezone=timezone,
                    url=url,
                    source=source_id,
                    language=language,
                ),
            )


def add_annotations(ledger: Ledger, annotations: Sequence[tuple[str, Annotation]], run_id: str, model_key: str) -> int:
    """Stores annotations with their events and claims in one transaction; returns how many were new.

    Events of the same article's older version, or of an older model, stop being current. A version that this model
    has read already is left as it is. Raises LedgerError for a version that is not in the ledger.
    """
    wanted = dict(annotations)
    with ledger.transaction():
        versions = {row[0]: row for row in _read_versions(ledger, list(wanted))}
        missing = sorted(set(wanted) - set(versions))
        if missing:
            raise LedgerError(f"{ledger.path} holds no article version {missing[0]}; it cannot be annotated.")
        earlier = _get_models(ledger, list(wanted))
        fresh = {one: found for one, found in wanted.items() if model_key not in earlier.get(one, ())}
        if not fresh:
            return 0
        rows = AnnotationRows(model_key, run_id)
        for version_id, annotation in fresh.items():
            _, article_id, title, text, *_, told_at = versions[version_id]
            rows.add(
                version_id, article_id, title, text, annotation, first=version_id not in earlier, told_on=told_at.date()
            )
        reread = [(one,) for one, found in fresh.items() if one in earlier and is_readable(found)]
        if reread:
            with ledger.batch({"version_id": _TEXT}, reread, "reread") as batch:
                ledger.execute(
                    f"UPDATE annotation SET current = false WHERE version_id IN (SELECT version_id FROM {batch})"  # noqa: S608
                )
        rows.store(ledger)
        refresh_current_events(ledger, [versions[one][1] for one in fresh])
    return len(fresh)


def make_event_id(version_id: str, event: Event, quantities: Sequence[Quantity]) -> str:
    """The id of an event: its article version and what it says, so that the same finding keeps it."""
    # The places of its quantities in the annotation's list are no part of what it says.
    record = json.loads(to_json(event))
    record.pop("quantities", None)
    return f"{version_id}-{hash_id(json.dumps(record, sort_keys=True), to_json(tuple(quantities)))[:8]}"


class AnnotationRows:
    """The rows of one batch of annotations, table by table."""

    def __init__(self, model_key: str, run_id: str) -> None:
        self._model_key = model_key
        self._run_id = run_id
        self._annotations: list[Row] = []
        self._risks: list[Row] = []
        self._mentions: list[Row] = []
        self._quantities: list[Row] = []
        self._events: dict[str, tuple[Row, Event, list[Claim]]] = {}

    def add(
        self,
        version_id: str,
        article_id: str,
        title: str,
        text: str,
        annotation: Annotation,
        *,
        first: bool,
        told_on: date,
    ) -> None:
        """The rows of one annotation; `first` of its version. `told_on`: when it was published, else fetched."""
        key = (version_id, self._model_key)
        self._annotations.append(
            (
                *key,
                first or is_readable(annotation),
                annotation.language,
                annotation.relevance,
                annotation.relevant,
                annotation.uncertain,
                annotation.skipped,
                annotation.error,
                render_document(annotation),
                self._run_id,
            )
        )
        self._risks.extend((*key, tag.label, tag.probability) for tag in annotation.risks)
        self._mentions.extend(
            (*key, one.text, one.label, one.span.where, one.span.start, one.span.end, one.canonical, one.facility_id,
             one.country, one.latitude, one.longitude)
            for one in annotation.mentions
        )  # fmt: skip
        self._quantities.extend(
            (*key, ordinal, one.text, one.span.where, one.span.start, one.span.end, one.role, one.unit, one.minimum,
             one.maximum, one.approximate, one.superseded)
            for ordinal, one in enumerate(annotation.quantities)
        )  # fmt: skip
        for ordinal, event in enumerate(annotation.events):
            own = tuple(annotation.quantities[index] for index in event.quantities)
            event_id = make_event_id(version_id, event, own)
            row = (
                event_id, version_id, article_id, self._model_key, False, ordinal, event.event_type, event.factuality,
                event.country, event.date.start if event.date else None, event.date.end if event.date else None,
                event.confidence, to_json(event), to_json(own), *reach_of(event, told_on),
            )  # fmt: skip
            claims = expand_event(event, own, event_id=event_id, version_id=version_id, title=title, text=text)
            self._events.setdefault(event_id, (row, event, claims))

    def store(self, ledger: Ledger) -> None:
        """Adds the rows; an event that the ledger holds already is only marked as found by this model too."""
        known: set[str] = set()
        if self._events:
            with ledger.batch({"event_id": _TEXT}, [(one,) for one in self._events], "found") as batch:
                known = {
                    row[0]
                    for row in ledger.rows(
                        f"SELECT event_id FROM event WHERE event_id IN (SELECT event_id FROM {batch})"  # noqa: S608
                    )
                }
        if known:
            with ledger.batch({"event_id": _TEXT}, [(one,) for one in sorted(known)], "found") as batch:
                ledger.execute(
                    f"UPDATE event SET model_key = ? WHERE event_id IN (SELECT event_id FROM {batch})",  # noqa: S608
                    [self._model_key],
                )
        for table, columns, rows in self.tables(known):
            ledger.insert(table, columns, rows)

    def tables(self, known: Collection[str] = ()) -> list[tuple[str, Mapping[str, pa.DataType], list[Row]]]:
        """The rows by table, with their columns; without the events that are known already and what hangs on them."""
        new = [found for event_id, found in self._events.items() if event_id not in known]
        return [
            ("annotation", _ANNOTATION, self._annotations),
            ("risk_tag", _RISK, self._risks),
            ("mention", _MENTION, self._mentions),
            ("quantity", _QUANTITY, self._quantities),
            ("event", _EVENT, [row for row, _, _ in new]),
            ("event_facility", _FACILITY, [row for found in new for row in _facilities(found[0][0], found[1])]),
            ("event_actor", _ACTOR, [row for found in new for row in _actors(found[0][0], found[1])]),
            ("event_place", _PLACE, [row for found in new for row in _places(found[0][0], found[1])]),
            ("claim", _CLAIM, [_claim(claim) for _, _, claims in new for claim in claims]),
        ]


def _read_versions(ledger: Ledger, version_ids: Sequence[str]) -> list[Row]:
    return ledger.rows(
        f"""
        SELECT v.version_id, v.article_id, v.title, v.text, a.url, a.source_id, coalesce(s.timezone, 'UTC'),
               v.published_at, v.language, coalesce(v.published_at, v.fetched_at)
        FROM article_version v JOIN article a ON a.article_id = v.article_id
        LEFT JOIN source s ON s.source_id = a.source_id
        WHERE v.version_id IN ({places(version_ids)})
        """,  # noqa: S608
        version_ids,
    )


def _get_models(ledger: Ledger, version_ids: Sequence[str]) -> dict[str, set[str]]:
    with ledger.batch({"version_id": _TEXT}, [(one,) for one in version_ids], "wanted") as batch:
        found = ledger.rows(
            f"SELECT version_id, list(model_key) FROM annotation "  # noqa: S608
            f"WHERE version_id IN (SELECT version_id FROM {batch}) GROUP BY version_id"
        )
    return {row[0]: set(row[1]) for row in found}


def render_document(annotation: Annotation) -> str:
    """An annotation as it is stored: the JSON of the annotate contract in one line."""
    return json.dumps(annotation_to_json(annotation), ensure_ascii=False, separators=(",", ":"))


def is_readable(annotation: Annotation) -> bool:
    """Whether a worker could read the text; what it could not leaves an earlier reading in force."""
    return annotation.error is None and annotation.skipped != "too_costly"


def _facilities(event_id: str, event: Event) -> Iterator[Row]:
    for one in event.facilities:
        yield event_id, one.facility_id, one.name, one.facility_type, one.role, one.latitude, one.longitude


def _actors(event_id: str, event: Event) -> Iterator[Row]:
    for one in event.actors:
        yield event_id, one.name, one.role, one.kind, one.country
    for claimant in event.claimed_by:
        yield event_id, claimant.name, "claimant", None, None


def _places(event_id: str, event: Event) -> Iterator[Row]:
    for one in event.places:
        yield event_id, one.name, one.country, one.latitude, one.longitude, one.precision


def _claim(claim: Claim) -> tuple[Any, ...]:
    span = claim.span
    return (
        claim.claim_id, claim.event_id, claim.version_id, claim.field, claim.value, claim.detail, claim.minimum,
        claim.maximum, claim.unit, claim.factuality, claim.speaker, claim.superseded, claim.sentence.where,
        claim.sentence.start, claim.sentence.end, span.start if span else None, span.end if span else None,
    )  # fmt: skip
