"""Reading again what has been read: which versions newer models have not read, and a reading in another's place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

import pyarrow as pa

from nlp.records import Annotation, Document
from store.annotations import add_annotations, is_readable, make_event_id, read_documents, render_document
from store.database import Ledger

_VERSION = {"version_id": pa.string()}
_FORMER = " (former)"  # marks the events that an earlier run of the same models found and this one does not


def get_to_reread(
    ledger: Ledger, model_key: str, *, since: datetime | None = None, everything: bool = False
) -> tuple[int, Iterator[tuple[str, Document]]]:
    """How many current versions count by another model's reading, or with `everything` all that were read; and they.

    `since` leaves out what was published (else fetched) before it. Annotations may be added while the iterator runs.
    """
    found = ledger.rows(
        """
        SELECT v.version_id FROM article_version v
        JOIN annotation n ON n.version_id = v.version_id AND n.current
        WHERE v.current AND ($all OR n.model_key <> $key)
          AND ($since::TIMESTAMPTZ IS NULL OR coalesce(v.published_at, v.fetched_at) >= $since)
        ORDER BY v.stored_at, v.version_id
        """,
        {"all": everything, "key": model_key, "since": since},
    )
    return len(found), read_documents(ledger, [row[0] for row in found])


def count_readings(ledger: Ledger, model_key: str) -> tuple[int, int]:
    """How many current versions count by a reading of these models, and how many by one of others."""
    row = ledger.row(
        """
        SELECT count(*) FILTER (n.model_key = $key), count(*) FILTER (n.model_key <> $key)
        FROM stored.article_version v JOIN stored.annotation n ON n.version_id = v.version_id AND n.current
        WHERE v.current
        """,
        {"key": model_key},
    )
    return (int(row[0]), int(row[1])) if row is not None else (0, 0)


def replace_annotations(
    ledger: Ledger, annotations: Sequence[tuple[str, Annotation]], run_id: str, model_key: str
) -> int:
    """Stores annotations in one transaction, also over those of the same models; returns how many said something new.

    What could not be read now leaves the earlier reading in force.
    """
    with ledger.transaction():
        known = _get_readings(ledger, [one for one, _ in annotations], model_key)
        fresh = []
        for version_id, annotation in annotations:
            reading = known.get(version_id)
            events = {
                make_event_id(version_id, event, [annotation.quantities[n] for n in event.quantities])
                for event in annotation.events
            }
            if reading is None or (
                is_readable(annotation) and reading != (render_document(annotation), True, frozenset(events))
            ):
                fresh.append((version_id, annotation))
        again = [(one,) for one, _ in fresh if one in known]
        if again:
            with ledger.batch(_VERSION, again, "again") as batch:
                for table in ("annotation", "risk_tag", "mention", "quantity"):
                    ledger.execute(
                        f"DELETE FROM {table} WHERE model_key = ? "  # noqa: S608
                        f"AND version_id IN (SELECT version_id FROM {batch})",
                        [model_key],
                    )
                ledger.execute(
                    f"UPDATE event SET model_key = model_key || ? WHERE model_key = ? "  # noqa: S608
                    f"AND version_id IN (SELECT version_id FROM {batch})",
                    [_FORMER, model_key],
                )
        return add_annotations(ledger, fresh, run_id, model_key) if fresh else 0


def _get_readings(
    ledger: Ledger, version_ids: Sequence[str], model_key: str
) -> dict[str, tuple[str, bool, frozenset[str]]]:
    """What these models have read already: the document, whether it counts, the ids of its events."""
    with ledger.batch(_VERSION, [(one,) for one in version_ids], "wanted") as batch:
        events: dict[str, set[str]] = defaultdict(set)
        for version_id, event_id in ledger.rows(
            f"SELECT version_id, event_id FROM event WHERE model_key = ? "  # noqa: S608
            f"AND version_id IN (SELECT version_id FROM {batch})",
            [model_key],
        ):
            events[version_id].add(event_id)
        found = ledger.rows(
            f"SELECT version_id, document, current FROM annotation WHERE model_key = ? "  # noqa: S608
            f"AND version_id IN (SELECT version_id FROM {batch})",
            [model_key],
        )
    return {row[0]: (row[1], row[2], frozenset(events[row[0]])) for row in found}
