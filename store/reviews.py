"""The analyst's answers on single articles: what waits for one, what was answered, and which answers count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pyarrow as pa

from nlp.records import Event, RiskLabel, RiskTag
from nlp.review_queue import Candidate
from store.codec import from_json
from store.database import Ledger, Row, hash_id, places
from store.errors import LedgerError

PASSAGE_CHARACTERS = 1_500  # of the text: as far as the models read; also in migration 0003
Kind = Literal["accepted", "corrected", "skipped", "noted"]
DECIDING: frozenset[str] = frozenset({"accepted", "corrected"})
_AT_ONCE = 500  # versions looked up in one statement
_COLUMNS = {
    "review_id": pa.string(), "review_number": pa.int64(), "article_id": pa.string(), "version_id": pa.string(),
    "kind": pa.string(), "relevant": pa.bool_(), "risks": pa.list_(pa.string()), "note": pa.string(),
    "reviewed_by": pa.string(), "reviewed_at": pa.timestamp("us", "UTC"), "via": pa.string(),
    "asked_because": pa.string(), "passage_title": pa.string(), "passage_text": pa.string(),
    "machine_relevant": pa.bool_(), "machine_relevance": pa.float64(), "machine_uncertain": pa.bool_(),
    "machine_risks": pa.list_(pa.string()), "model_key": pa.string(),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """One article version as an analyst is shown it."""

    version_id: str
    article_id: str
    title: str
    text: str  # the first 1,500 characters
    publisher: str
    url: str
    published_at: datetime | None  # UTC
    relevant: bool | None  # what the model says
    relevance: float | None
    uncertain: bool
    tags: tuple[RiskTag, ...]
    events: tuple[Event, ...]
    model_key: str | None
    review_id: str | None  # the answer that counts for it now
    given_relevant: bool | None
    given_risks: tuple[RiskLabel, ...]
    notes: tuple[str, ...]  # of every answer on it that stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an analyst says of one article version."""

    version_id: str
    kind: Kind
    relevant: bool | None  # None where the answer decides nothing
    risks: tuple[RiskLabel, ...] = ()
    note: str | None = None
    by: str
    at: datetime  # UTC
    via: Literal["terminal", "file"] = "terminal"
    asked_because: str | None = None  # uncertain, check

    @property
    def id(self) -> str:
        said = (self.version_id, self.kind, str(self.relevant), ",".join(self.risks), self.note or "", self.by)
        return hash_id(*said, self.at.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An answer that counts, with the words it was given on: a labelled passage."""

    review_id: str
    group: str  # the article's story, else the article
    title: str
    text: str
    relevant: bool
    risks: tuple[RiskLabel, ...]
    note: str | None
    corrected: bool  # the model had said something else


def get_candidates(ledger: Ledger) -> list[Candidate]:
    """The current versions that were read and that no answer decides yet."""
    tags: dict[str, list[RiskTag]] = {}
    for version_id, label, probability in ledger.rows(
        """
        SELECT t.version_id, t.label, t.probability FROM risk_tag t
        JOIN annotation n ON n.version_id = t.version_id AND n.model_key = t.model_key AND n.current
        ORDER BY t.version_id, t.probability DESC, t.label
        """
    ):
        tags.setdefault(version_id, []).append(RiskTag(label=label, probability=probability))
    found = ledger.rows(
        """
        SELECT v.version_id, coalesce(sa.story_id, v.article_id), j.relevance, j.relevant, j.machine_uncertain,
               v.version_id IN (SELECT version_id FROM review WHERE kind = 'skipped' AND withdrawn_at IS NULL)
        FROM article_version v
        JOIN stored.judgement j ON j.version_id = v.version_id
        LEFT JOIN story_article sa ON sa.article_id = v.article_id
        WHERE v.current AND j.review_id IS NULL AND j.error IS NULL AND j.skipped IS NULL
        ORDER BY v.stored_at, v.version_id
        """
    )
    return [
        Candidate(
            version_id=row[0],
            group=row[1],
            relevance=row[2],
            relevant=bool(row[3]),
            uncertain=row[4],
            tags=tuple(tags.get(row[0], ())),
            skipped=row[5],
        )
        for row in found
    ]


def get_review_items(ledger: Ledger, version_ids: Sequence[str]) -> list[ReviewItem]:
    """These versions as an analyst is shown them, in the order asked for; unknown ids are left out."""
    found: dict[str, ReviewItem] = {}
    for first in range(0, len(version_ids), _AT_ONCE):
        part = list(version_ids[first : first + _AT_ONCE])
        tags: dict[str, list[RiskTag]] = {}
        events: dict[str, list[Event]] = {}
        for version_id, label, probability in ledger.rows(
            f"""
            SELECT t.version_id, t.label, t.probability FROM risk_tag t
            JOIN annotation n ON n.version_id = t.version_id AND n.model_key = t.model_key AND n.current
            WHERE t.version_id IN ({places(part)}) ORDER BY t.probability DESC, t.label
            """,  # noqa: S608
            part,
        ):
            tags.setdefault(version_id, []).append(RiskTag(label=label, probability=probability))
        for version_id, record in ledger.rows(
            f"""
            SELECT e.version_id, e.record FROM event e
            JOIN annotation n ON n.version_id = e.version_id AND n.model_key = e.model_key AND n.current
            WHERE e.version_id IN ({places(part)}) ORDER BY e.ordinal
            """,  # noqa: S608
            part,
        ):
            events.setdefault(version_id, []).append(from_json(Event, record))
        for row in _read_items(ledger, part):
            found[row[0]] = _item(row, tuple(tags.get(row[0], ())), tuple(events.get(row[0], ())))
    return [found[one] for one in version_ids if one in found]


def add_answers(ledger: Ledger, answers: Sequence[Answer]) -> int:
    """Stores answers with the passage and the model's tags of the moment; gives how many were new.

    Raises LedgerError for a version that is not in the ledger; then none of them is stored.
    """
    with ledger.transaction():
        items = {item.version_id: item for item in get_review_items(ledger, [one.version_id for one in answers])}
        unknown = next((one.version_id for one in answers if one.version_id not in items), None)
        if unknown is not None:
            raise LedgerError(f"{ledger.path} holds no article version {unknown}; it cannot be reviewed.")
        ids = [one.id for one in answers]
        known = {
            row[0]
            for row in ledger.rows(f"SELECT review_id FROM review WHERE review_id IN ({places(ids)})", ids)  # noqa: S608
        }
        number = int((ledger.row("SELECT coalesce(max(review_number), 0) FROM review") or (0,))[0])
        rows: list[Row] = []
        for answer in answers:
            if answer.id not in known:
                known.add(answer.id)
                rows.append(_row(answer, items[answer.version_id], number + len(rows) + 1))
        ledger.insert("review", _COLUMNS, rows)
    return len(rows)


def withdraw_answer(ledger: Ledger, review_id: str, *, by: str, at: datetime) -> bool:
    """Takes an answer back: the one before it counts again, or the model. False where it is withdrawn already."""
    found = ledger.row("SELECT withdrawn_at FROM review WHERE review_id = ?", [review_id])
    if found is None:
        raise LedgerError(f"{ledger.path} holds no answer {review_id}; `linewalker query 'FROM reviews'` lists them.")
    if found[0] is not None:
        return False
    ledger.execute(
        "UPDATE review SET withdrawn_at = ?, withdrawn_by = ? WHERE review_id = ? AND withdrawn_at IS NULL",
        [at, by, review_id],
    )
    return True


def find_review_ids(ledger: Ledger, beginning: str) -> list[str]:
    """The ids of the answers that begin so, in order."""
    found = ledger.rows("SELECT review_id FROM review WHERE starts_with(review_id, ?) ORDER BY review_id", [beginning])
    return [row[0] for row in found]


def get_verdicts(ledger: Ledger) -> list[Verdict]:
    """The answers that count, one an article and passage, in the order in which they were given."""
    found = ledger.rows(
        """
        SELECT r.review_id, coalesce(sa.story_id, r.article_id), r.passage_title, r.passage_text, r.relevant, r.risks,
               r.note, r.kind = 'corrected'
        FROM review r
        LEFT JOIN story_article sa ON sa.article_id = r.article_id
        WHERE r.review_id IN (SELECT review_id FROM stored.verdict)
        QUALIFY row_number() OVER (
            PARTITION BY r.article_id, r.passage_title, r.passage_text ORDER BY r.review_number DESC) = 1
        ORDER BY r.review_number
        """
    )
    return [
        Verdict(
            review_id=row[0],
            group=row[1],
            title=row[2],
            text=row[3],
            relevant=row[4],
            risks=tuple(row[5]),
            note=row[6],
            corrected=row[7],
        )
        for row in found
    ]


def _read_items(ledger: Ledger, version_ids: Sequence[str]) -> list[Row]:
    return ledger.rows(
        f"""
        SELECT v.version_id, v.article_id, v.title, left(v.text, {PASSAGE_CHARACTERS}),
               coalesce(s.publisher, a.source_id), a.url, v.published_at, j.machine_relevant, j.relevance,
               coalesce(j.machine_uncertain, false), j.model_key, c.review_id, c.relevant, c.risks,
               (SELECT list(r.note ORDER BY r.review_number) FROM review r
                WHERE r.version_id = v.version_id AND r.note IS NOT NULL AND r.withdrawn_at IS NULL)
        FROM article_version v
        JOIN article a ON a.article_id = v.article_id
        LEFT JOIN source s ON s.source_id = a.source_id
        LEFT JOIN stored.judgement j ON j.version_id = v.version_id
        LEFT JOIN stored.verdict c ON c.version_id = v.version_id
        WHERE v.version_id IN ({places(version_ids)})
        """,  # noqa: S608
        version_ids,
    )


def _item(row: Row, tags: tuple[RiskTag, ...], events: tuple[Event, ...]) -> ReviewItem:
    return ReviewItem(
        version_id=row[0],
        article_id=row[1],
        title=row[2],
        text=row[3],
        publisher=row[4],
        url=row[5],
        published_at=row[6],
        relevant=row[7],
        relevance=row[8],
        uncertain=row[9],
        tags=tags,
        events=events,
        model_key=row[10],
        review_id=row[11],
        given_relevant=row[12],
        given_risks=tuple(row[13] or ()),
        notes=tuple(row[14] or ()),
    )


def _row(answer: Answer, item: ReviewItem, number: int) -> Row:
    return (
        answer.id, number, item.article_id, answer.version_id, answer.kind, answer.relevant,
        list(answer.risks) if answer.kind in DECIDING else None, answer.note, answer.by, answer.at, answer.via,
        answer.asked_because, item.title, item.text, item.relevant, item.relevance, item.uncertain,
        [tag.label for tag in item.tags], item.model_key,
    )  # fmt: skip
