"""What the ledger could see: how its sources did, how many articles came and how many were to be expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from store.database import Ledger
from store.records import SourceCount, SourceHealth

_HABIT_DAYS = 28  # over which a source's habit is taken


def get_source_health(ledger: Ledger, *, now: datetime, run_id: str | None) -> tuple[SourceHealth, ...]:
    """How each listed feed has been doing; quiet means silent beyond its habit, or its cadence."""
    found = ledger.rows(
        """
        WITH tonight AS (
            SELECT feed_url, count(DISTINCT article_id) FILTER (article_status IN ('new', 'changed')) AS articles,
                   count(*) FILTER (article_status = 'none' AND outcome <> 'not_modified') AS skipped
            FROM fetch_log WHERE run_id = $run AND kind = 'entry' GROUP BY feed_url
        )
        SELECT h.source_id, h.publisher, h.feed_url, h.outcome, h.reason, h.http_status, h.checked_at, h.succeeded_at,
               h.last_entry_at, h.failures,
               coalesce($now::TIMESTAMPTZ > t.quiet_at,
                   date_diff('second', coalesce(h.last_entry_at, t.first_checked_at), $now::TIMESTAMPTZ)
                   > 3 * 3600 * h.cadence_hours, false),
               h.articles, coalesce(n.articles, 0), coalesce(n.skipped, 0), h.disabled, t.usual_gap_hours, t.oddities
        FROM main.source_health h
        LEFT JOIN feed_state t ON t.feed_url = h.feed_url
        LEFT JOIN tonight n ON n.feed_url = h.feed_url
        WHERE h.listed ORDER BY h.source_id, h.feed_url
        """,
        {"run": run_id, "now": now},
    )
    return tuple(
        SourceHealth(
            source_id=row[0],
            publisher=row[1],
            feed_url=row[2],
            outcome=row[3],
            reason=row[4],
            http_status=row[5],
            checked_at=row[6],
            succeeded_at=row[7],
            last_entry_at=row[8],
            failures=row[9],
            quiet=row[10],
            articles=row[11],
            articles_this_run=row[12],
            skipped_this_run=row[13],
            disabled=row[14],
            usual_gap_hours=row[15],
            oddities=row[16],
        )
        for row in found
    )


def get_past_health(ledger: Ledger, *, since: datetime, until: datetime) -> tuple[SourceHealth, ...]:
    """How each feed did in a past period, by the fetch log: its last attempt in it, and the failures that led there.

    Which feeds are listed and which are gone for good is told as it is now.
    """
    found = ledger.rows(
        """
        WITH tried AS (
            SELECT feed_url, noted_at, outcome, reason, http_status, outcome IN ('ok', 'not_modified') AS answered
            FROM fetch_log WHERE kind = 'feed' AND outcome <> 'skipped' AND noted_at <= $until
        ), answers AS (SELECT feed_url, max(noted_at) AS at FROM tried WHERE answered GROUP BY feed_url)
        SELECT t.feed_url, arg_max((t.outcome, t.reason, t.http_status), t.noted_at), max(t.noted_at), any_value(a.at),
               count(*) FILTER (t.noted_at > coalesce(a.at, '-infinity'::TIMESTAMPTZ))
        FROM tried t LEFT JOIN answers a ON a.feed_url = t.feed_url
        GROUP BY t.feed_url
        """,
        {"until": until},
    )
    known = {row[0]: row[1:] for row in found}
    health = []
    # Quiet is measured at the last attempt: after it nobody looked.
    looked = max((row[2] for row in found), default=until)
    for one in get_source_health(ledger, now=looked, run_id=None):
        last, checked_at, succeeded_at, failures = known.get(one.feed_url, (None, None, None, 0))
        if last is None or checked_at <= since:
            health.append(
                replace(one, outcome="skipped", reason="not asked in this period", http_status=None, quiet=False,
                        checked_at=checked_at, succeeded_at=succeeded_at, failures=failures)
            )  # fmt: skip
            continue
        outcome, reason, status = last.values() if isinstance(last, dict) else last
        health.append(
            replace(one, outcome=outcome, reason=reason, http_status=status, checked_at=checked_at,
                    succeeded_at=succeeded_at, failures=failures,
                    quiet=one.quiet and (one.last_entry_at is None or one.last_entry_at <= until))
        )  # fmt: skip
    return tuple(health)


def get_expected(ledger: Ledger, *, until: datetime, since: datetime | None) -> tuple[SourceCount, ...]:
    """What each listed source brought in the period and in the four weeks before it, its first day left out.

    On its first day a source brings what its feed holds of the weeks before.
    """
    if since is None:
        return ()
    found = ledger.rows(
        """
        WITH asked AS (
            SELECT g.source_id, greatest(min(t.first_checked_at) + INTERVAL 1 DAY, $first::TIMESTAMPTZ) AS habit_from
            FROM feed g JOIN feed_state t ON t.feed_url = g.feed_url WHERE g.listed AND NOT t.disabled
            GROUP BY g.source_id
        ), brought AS (
            SELECT k.source_id, k.habit_from, count(a.article_id) FILTER (a.created_at > $since) AS came,
                   count(a.article_id) FILTER (a.created_at > k.habit_from AND a.created_at <= $since) AS before
            FROM asked k LEFT JOIN article a ON a.source_id = k.source_id AND a.created_at <= $until
                AND a.created_at > $first
            GROUP BY k.source_id, k.habit_from
        )
        SELECT b.source_id, s.publisher, b.came, b.before,
               greatest(date_diff('second', b.habit_from, $since::TIMESTAMPTZ), 0) / 86400.0
        FROM brought b JOIN source s ON s.source_id = b.source_id ORDER BY b.source_id
        """,
        {"first": since - timedelta(days=_HABIT_DAYS), "since": since, "until": until},
    )
    return tuple(
        SourceCount(source_id=row[0], publisher=row[1], came=row[2], before=row[3], days=float(row[4])) for row in found
    )


def count_articles(ledger: Ledger, *, until: datetime, since: datetime | None) -> tuple[int, int, int]:
    """Articles in the ledger, those of the period, and those of them that are on energy security."""
    row = ledger.row(
        """
        WITH seen AS (
            SELECT a.article_id, $since::TIMESTAMPTZ IS NULL OR a.created_at > $since AS fresh
            FROM article a WHERE a.created_at <= $until
        )
        SELECT count(*), count(*) FILTER (s.fresh AND NOT old_news),
               count(*) FILTER (s.fresh AND NOT old_news AND n.relevant)
        FROM (
            SELECT s.*, v.version_id, coalesce(list_contains(v.flags, 'backfill'), false) AS old_news
            FROM seen s LEFT JOIN article_version v ON v.article_id = s.article_id AND v.current
        ) s
        LEFT JOIN stored.judgement n ON n.version_id = s.version_id
        """,
        {"since": since, "until": until},
    )
    return (row[0], row[1], row[2]) if row else (0, 0, 0)


def get_languages(ledger: Ledger, *, until: datetime, since: datetime | None) -> tuple[tuple[str, int], ...]:
    """Articles of the period that were not read because of their language, by its code."""
    found = ledger.rows(
        """
        SELECT coalesce(n.language, v.language, 'und') AS code, count(*)
        FROM article a
        JOIN article_version v ON v.article_id = a.article_id AND v.current
        JOIN annotation n ON n.version_id = v.version_id AND n.current AND n.skipped = 'language'
        WHERE ($since::TIMESTAMPTZ IS NULL OR a.created_at > $since) AND a.created_at <= $until
        GROUP BY code ORDER BY count(*) DESC, code
        """,
        {"since": since, "until": until},
    )
    return tuple((row[0], row[1]) for row in found)


def get_not_articles(
    ledger: Ledger, *, run_id: str | None, until: datetime, since: datetime | None
) -> tuple[tuple[str, str, str], ...]:
    """The entries that gave no article in this run, or where there is none in the period: address, outcome, reason."""
    found = ledger.rows(
        """
        SELECT DISTINCT url, outcome, reason FROM fetch_log
        WHERE kind = 'entry' AND article_status = 'none' AND outcome <> 'not_modified'
          AND CASE WHEN $run IS NOT NULL THEN run_id = $run
              ELSE noted_at <= $until AND $since::TIMESTAMPTZ IS NOT NULL AND noted_at > $since END
        ORDER BY url, outcome, reason
        """,
        {"run": run_id, "since": since, "until": until},
    )
    return tuple((row[0], row[1], row[2]) for row in found)


def get_models(ledger: Ledger, *, until: datetime, since: datetime | None) -> tuple[str, ...]:
    """The keys of the models by which the period's articles are read now."""
    found = ledger.rows(
        """
        SELECT DISTINCT n.model_key FROM article a
        JOIN article_version v ON v.article_id = a.article_id AND v.current
        JOIN annotation n ON n.version_id = v.version_id AND n.current
        WHERE ($since::TIMESTAMPTZ IS NULL OR a.created_at > $since) AND a.created_at <= $until ORDER BY 1
        """,
        {"since": since, "until": until},
    )
    return tuple(row[0] for row in found)
