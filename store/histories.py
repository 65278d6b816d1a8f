"""What has happened to incidents in the ledger: revisions with the words that caused them, and decisions."""

from __future__ import annotations

from collections import defaultdict

from nlp.decisions import describe
from store.database import Ledger
from store.decisions import get_decisions
from store.quotes import get_sentences, make_quote
from store.records import Quote, Revision, ToldDecision


def get_revisions(ledger: Ledger, wanted: str) -> dict[str, list[Revision]]:
    """The revisions of the incidents that the subquery `wanted` gives, oldest first, with the words behind them."""
    rows = ledger.rows(
        f"SELECT incident_id, revised_at, run_id, field, old, new, reason, cause_kind, cause_id FROM revision "  # noqa: S608
        f"WHERE incident_id IN {wanted} ORDER BY revision_number"
    )
    quotes = _get_causes(ledger, wanted)
    revisions: dict[str, list[Revision]] = defaultdict(list)
    for row in rows:
        revisions[row[0]].append(
            Revision(
                incident_id=row[0],
                revised_at=row[1],
                run_id=row[2],
                field=row[3],
                old=row[4],
                new=row[5],
                reason=row[6],
                cause_kind=row[7],
                cause_id=row[8],
                quote=quotes.get(row[8]) if row[7] in ("claim", "edit") else None,
            )
        )
    return revisions


def _get_causes(ledger: Ledger, wanted: str) -> dict[str, Quote]:
    """The quoted words of each claim, and of each event's trigger, that caused a revision; by claim or event id."""
    found = ledger.rows(
        f"""
        WITH causes AS (
            SELECT DISTINCT cause_id FROM revision
            WHERE cause_kind IN ('claim', 'edit') AND incident_id IN {wanted}
        ), said AS (
            SELECT claim_id AS cause_id, * FROM claim WHERE claim_id IN (SELECT cause_id FROM causes)
            UNION ALL
            SELECT event_id AS cause_id, * FROM claim
            WHERE field = 'event_type' AND event_id IN (SELECT cause_id FROM causes)
        )
        SELECT c.cause_id, a.article_id, c.version_id, a.url, coalesce(s.publisher, a.source_id),
               coalesce(s.family, a.source_id), a.source_id, v.published_at, c.span_in, c.span_start, c.span_end
        FROM said c JOIN article_version v ON v.version_id = c.version_id
        JOIN article a ON a.article_id = v.article_id LEFT JOIN source s ON s.source_id = a.source_id
        """  # noqa: S608
    )
    sentences = get_sentences(ledger, sorted({(row[2], *row[8:11]) for row in found}))
    return {row[0]: make_quote((*row[1:9], sentences[(row[2], *row[8:11])], *row[9:11])) for row in found}


def get_told_decisions(ledger: Ledger, wanted: str) -> dict[str, list[ToldDecision]]:
    """The decisions that speak of the incidents that the subquery `wanted` gives, in their order."""
    ids = {row[0] for row in ledger.rows(f"SELECT w.incident_id FROM {wanted} w")}  # noqa: S608
    told: dict[str, list[ToldDecision]] = defaultdict(list)
    for one in get_decisions(ledger, ids):
        made = ToldDecision(
            decision_id=one.id, text=describe(one), by=one.by, at=one.at, note=one.note, withdrawn=one.withdrawn
        )
        for incident_id in dict.fromkeys((one.incident_id, one.other_id)):
            if incident_id is not None:
                told[incident_id].append(made)
    return told
