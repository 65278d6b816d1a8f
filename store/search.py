"""Full-text search: the index of words, kept up to date by the night, and questions to it ranked by BM25."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from store.database import Ledger
from store.errors import QueryError
from store.query import QueryResult, run_query

AT_ONCE = 2000  # articles a transaction: what one sorted run of postings holds at most, and what a kill costs
FAN = 8  # runs that are merged into one
_COUNT = """
    WITH asked AS (
        SELECT DISTINCT stored.find_term(word) AS term FROM (SELECT unnest(stored.split_words($words)) AS word)
    ), told AS (SELECT term FROM asked WHERE term IS NOT NULL)
    SELECT (SELECT count(*) FROM told),
        (SELECT count(DISTINCT p.document_id) FROM stored.posting p
         JOIN stored.term t ON t.term_id = p.term_id
         JOIN stored.document d ON d.document_id = p.document_id
         WHERE t.term IN (SELECT term FROM told) AND ($since IS NULL OR d.told_at >= CAST($since AS TIMESTAMPTZ)))
"""
# What stands word for word in so many of a source's last articles is its furniture; a sentence of background that a
# publisher repeats stands in far fewer of them.
_SAMPLE = 60
_SHARE = 0.2
_LEAST_ARTICLES = 4
_LEAST_CHARACTERS = 12
_PARTS = "string_split_regex(v.text, '\\n+|[.!?] +')"
_LIKE = "lower(trim(one, ' .!?'))"
_TOP_LEVEL = 2  # 128,000 articles of 350 words: what can be sorted in the ledger's memory in some ten seconds


def update_search_index(ledger: Ledger, *, at_once: int = AT_ONCE) -> int:
    """Brings the index of words up to the current article versions; returns how many were new to it.

    Each batch is a transaction: a run that is killed goes on where it was. Versions that are no longer current lose
    their row, and what is left of them among the postings is found no more.
    """
    ledger.execute(
        "DELETE FROM document WHERE version_id IN ("
        "SELECT d.version_id FROM document d JOIN article_version v ON v.version_id = d.version_id WHERE NOT v.current)"
    )
    waiting = [
        row[0]
        for row in ledger.rows(
            "SELECT v.version_id FROM article_version v ANTI JOIN document d ON d.version_id = v.version_id "
            "WHERE v.current ORDER BY v.stored_at, v.version_id"
        )
    ]
    for first in range(0, len(waiting), at_once):
        with ledger.transaction():
            _add(ledger, waiting[first : first + at_once])
        for level in range(_TOP_LEVEL):
            with ledger.transaction():
                _merge_runs(ledger, level)
    return len(waiting)


def search_articles(published_path: Path, words: str, *, since: datetime | None = None, limit: int = 20) -> QueryResult:
    """The articles of the published copy that hold these words, best first, and how many there are in all.

    Raises QueryError where there is no word to look for.
    """
    if not words.strip():
        raise QueryError("There is no word to search for.")
    try:
        asked = run_query(published_path, _COUNT, parameters={"words": words, "since": since})
    except QueryError as error:
        if "split_words does not exist" not in str(error):
            raise
        raise QueryError(
            f"{published_path} was written before there was a search; run `linewalker run` once to bring it up to date."
        ) from error
    terms, total = asked.rows[0]
    if not terms:
        raise QueryError(f"{words.strip()!r} holds only words that every text has, or none at all; add a telling one.")
    found = run_query(
        published_path,
        "SELECT score, published_at, publisher, title, url, article_id "
        "FROM main.search_articles($words, top := $top, since := CAST($since AS TIMESTAMPTZ))",
        parameters={"words": words, "top": limit, "since": since},
    )
    return replace(found, total=total)


def _add(ledger: Ledger, version_ids: list[str]) -> None:
    # An id is never used again: postings may still name a document that was taken out.
    used = ledger.row(
        "SELECT greatest((SELECT max(document_id) FROM document), (SELECT max(document_id) FROM posting), 0)"
    )
    start = (used or (0,))[0] + 1
    rows = [(one, start + offset) for offset, one in enumerate(version_ids)]
    with ledger.batch({"version_id": pa.string(), "document_id": pa.int32()}, rows, "unindexed") as batch:
        _find_furniture(ledger, batch)
        # The title counts twice: what an article is about stands there.
        ledger.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE found_terms AS
            WITH told AS (
                SELECT b.document_id,
                    unnest(stored.split_words(v.title || ' ' || v.title || ' ' || CASE
                        WHEN f.parts IS NULL THEN v.text
                        ELSE array_to_string(
                            list_filter({_PARTS}, lambda one: NOT list_contains(f.parts, {_LIKE})), ' ') END)) AS word
                FROM article_version v JOIN {batch} b ON b.version_id = v.version_id
                JOIN article a ON a.article_id = v.article_id LEFT JOIN furniture f ON f.source_id = a.source_id
            ),
            counted AS (SELECT document_id, word, count(*) AS occurrences FROM told GROUP BY document_id, word),
            terms AS MATERIALIZED (
                SELECT word, stored.find_term(word) AS term FROM (SELECT DISTINCT word FROM counted)
            )
            SELECT c.document_id, t.term, sum(c.occurrences) AS occurrences
            FROM counted c JOIN terms t ON t.word = c.word WHERE t.term IS NOT NULL GROUP BY c.document_id, t.term
            """  # noqa: S608
        )
        ledger.execute(
            f"""
            INSERT INTO document BY NAME
            SELECT b.document_id, v.version_id, coalesce(f.length, 0) AS length,
                   coalesce(v.published_at, v.fetched_at) AS told_at
            FROM article_version v JOIN {batch} b ON b.version_id = v.version_id
            LEFT JOIN (SELECT document_id, sum(occurrences) AS length FROM found_terms GROUP BY document_id) f
              ON f.document_id = b.document_id
            ORDER BY b.document_id
            """  # noqa: S608
        )
    ledger.execute(
        """
        INSERT INTO term BY NAME
        SELECT (SELECT coalesce(max(term_id), 0) FROM term) + row_number() OVER (ORDER BY term) AS term_id, term
        FROM (SELECT DISTINCT term FROM found_terms) ANTI JOIN term USING (term) ORDER BY term_id
        """
    )
    ledger.execute(
        """
        INSERT INTO posting BY NAME
        SELECT t.term_id, f.document_id, least(f.occurrences, 255) AS occurrences
        FROM found_terms f JOIN term t ON t.term = f.term ORDER BY t.term_id, f.document_id
        """
    )
    ledger.execute("DROP TABLE found_terms; DROP TABLE furniture")
    ledger.execute("INSERT INTO posting_run VALUES (?, ?, 0)", [start, start + len(version_ids) - 1])


def _find_furniture(ledger: Ledger, batch: str) -> None:
    """Finds what stands in many articles of one source, and so is the publisher's and none of the article's words.

    Cookie lines, calls to subscribe, share buttons: they would be found by words that no article is about.
    """
    ledger.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE sample AS
        SELECT v.version_id, a.source_id FROM article_version v JOIN article a ON a.article_id = v.article_id
        WHERE v.current AND a.source_id IN (
            SELECT o.source_id FROM {batch} b JOIN article_version w ON w.version_id = b.version_id
            JOIN article o ON o.article_id = w.article_id)
        QUALIFY row_number() OVER (PARTITION BY a.source_id ORDER BY v.stored_at DESC, v.version_id) <= {_SAMPLE}
        """  # noqa: S608
    )
    ledger.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE furniture AS
        WITH told AS (
            SELECT s.source_id, unnest(list_distinct(list_transform({_PARTS}, lambda one: {_LIKE}))) AS part
            FROM article_version v JOIN sample s ON s.version_id = v.version_id
        ),
        sizes AS (SELECT source_id, count(*) AS articles FROM sample GROUP BY source_id)
        SELECT source_id, list(part) AS parts FROM (
            SELECT t.source_id, t.part FROM told t JOIN sizes n ON n.source_id = t.source_id
            WHERE length(t.part) >= {_LEAST_CHARACTERS} GROUP BY t.source_id, t.part
            HAVING count(*) >= greatest({_LEAST_ARTICLES}, {_SHARE} * any_value(n.articles))
        ) GROUP BY source_id
        """  # noqa: S608
    )
    ledger.execute("DROP TABLE sample")


def _merge_runs(ledger: Ledger, level: int) -> None:
    """Sorts the runs of a level into one of the next, once there are enough; postings of lost documents stay behind."""
    runs = ledger.rows("SELECT first_document, last_document FROM posting_run WHERE level = ? ORDER BY 1", [level])
    if len(runs) < FAN:
        return
    within = [runs[0][0], runs[-1][1]]  # ids grow with each run, so that runs of one level stand side by side
    last_row = (ledger.row("SELECT max(rowid) FROM posting") or (0,))[0]
    ledger.execute(
        """
        INSERT INTO posting BY NAME
        SELECT p.term_id, p.document_id, p.occurrences FROM posting p
        SEMI JOIN document d ON d.document_id = p.document_id
        WHERE p.document_id BETWEEN ? AND ? ORDER BY p.term_id, p.document_id
        """,
        within,
    )
    ledger.execute("DELETE FROM posting WHERE document_id BETWEEN ? AND ? AND rowid <= ?", [*within, last_row])
    ledger.execute("DELETE FROM posting_run WHERE level = ?", [level])
    ledger.execute("INSERT INTO posting_run VALUES (?, ?, ?)", [*within, level + 1])
