"""Quoted words: the exact text of a span, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from store.database import Ledger, Row, places
from store.records import Quote

_SPANS_AT_ONCE = 2000


def make_quote(row: Row) -> Quote:
    """The quote of a row: article, version, URL, publisher, family, source, published, where, sentence, start, end."""
    return Quote(
        article_id=row[0],
        version_id=row[1],
        url=row[2],
        publisher=row[3],
        family=row[4],
        source_id=row[5],
        published_at=row[6],
        where=row[7],
        sentence=row[8],
        start=row[9],
        end=row[10],
    )


def get_sentences(ledger: Ledger, spans: Sequence[Row]) -> dict[Row, str]:
    """The words of each (version id, text or title, start, end)."""
    columns = {"version_id": pa.string(), "span_in": pa.string(), "span_start": pa.int32(), "span_end": pa.int32()}
    found: dict[Row, str] = {}
    for first in range(0, len(spans), _SPANS_AT_ONCE):
        part = spans[first : first + _SPANS_AT_ONCE]
        versions = sorted({span[0] for span in part})
        with ledger.batch(columns, part, "spans") as batch:
            for *span, sentence in ledger.rows(
                f"""
                SELECT p.*, substring(CASE p.span_in WHEN 'title' THEN v.title ELSE v.text END, p.span_start + 1,
                                      p.span_end - p.span_start)
                FROM {batch} p JOIN (
                    SELECT version_id, title, text FROM article_version WHERE version_id IN ({places(versions)})
                ) v ON v.version_id = p.version_id
                """,  # noqa: S608
                versions,
            ):
                found[tuple(span)] = sentence
    return found
