-- What is learnt of feeds: their habits, and what publishers call their entries.

ALTER TABLE stored.feed_state ADD COLUMN habit VARCHAR; -- JSON, as crawler/habits.py writes it
ALTER TABLE stored.feed_state ADD COLUMN usual_gap_hours DOUBLE;
ALTER TABLE stored.feed_state ADD COLUMN quiet_at TIMESTAMPTZ;
ALTER TABLE stored.feed_state ADD COLUMN oddities VARCHAR;

ALTER TABLE stored.entry ADD COLUMN publisher_id VARCHAR;

CREATE TABLE stored.entry_name (
    name_key VARCHAR PRIMARY KEY, -- hash of feed URL and publisher's id: the entry that had it last
    entry_id VARCHAR NOT NULL,
    publisher_id VARCHAR NOT NULL,
    title_hash VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    published_at TIMESTAMPTZ
);

CREATE OR REPLACE VIEW main.source_health AS
WITH given AS (
    SELECT feed_url, count(DISTINCT article_id) AS articles, count(*) FILTER (article_id IS NULL) AS without_article,
        max(first_seen_at) AS last_entry_at
    FROM stored.entry GROUP BY feed_url
)
SELECT g.source_id, coalesce(s.publisher, g.source_id) AS publisher, g.feed_url, t.outcome, t.reason, t.http_status,
    t.checked_at, t.succeeded_at, greatest(t.changed_at, e.last_entry_at) AS last_entry_at, coalesce(t.failures, 0) AS failures,
    coalesce(t.checked_at > t.quiet_at,
        date_diff('second', coalesce(greatest(t.changed_at, e.last_entry_at), t.first_checked_at), t.checked_at)
            > 3 * 3600 * s.cadence_hours, false) AS quiet,
    s.cadence_hours, coalesce(e.articles, 0) AS articles, coalesce(e.without_article, 0) AS without_article,
    s.reliability, s.country, s.language, s.kind, coalesce(t.disabled, false) AS disabled,
    g.listed AND coalesce(s.listed AND s.enabled, false) AS listed,
    t.usual_gap_hours, t.quiet_at, t.next_due_at, t.oddities
FROM stored.feed g
LEFT JOIN stored.source s ON s.source_id = g.source_id
LEFT JOIN stored.feed_state t ON t.feed_url = g.feed_url
LEFT JOIN given e ON e.feed_url = g.feed_url;

COMMENT ON VIEW main.source_health IS 'One row a feed: how it answered last, and when it last had something new.';
COMMENT ON COLUMN main.source_health.source_id IS 'Id of the source in sources.toml.';
COMMENT ON COLUMN main.source_health.publisher IS 'Name of the publisher.';
COMMENT ON COLUMN main.source_health.feed_url IS 'Address of the feed.';
COMMENT ON COLUMN main.source_health.outcome IS
    'How the last attempt ended: ok, not_modified, http_error, timeout and so on; null where it was never asked.';
COMMENT ON COLUMN main.source_health.reason IS 'One line that says what happened.';
COMMENT ON COLUMN main.source_health.http_status IS 'HTTP status of the last attempt.';
COMMENT ON COLUMN main.source_health.checked_at IS 'Last attempt (UTC).';
COMMENT ON COLUMN main.source_health.succeeded_at IS
    'Last attempt that got the feed, or heard that it is unchanged (UTC).';
COMMENT ON COLUMN main.source_health.last_entry_at IS
    'When it last had an entry that was new to the ledger (UTC).';
COMMENT ON COLUMN main.source_health.failures IS 'Attempts in a row that failed.';
COMMENT ON COLUMN main.source_health.quiet IS
    'Whether, at the last attempt, it had been silent beyond its habit, or where that is not known beyond three times its cadence.';
COMMENT ON COLUMN main.source_health.cadence_hours IS 'Expected hours between entries, as configured.';
COMMENT ON COLUMN main.source_health.articles IS 'Articles in the ledger that it led to.';
COMMENT ON COLUMN main.source_health.without_article IS 'Its entries that never gave an article.';
COMMENT ON COLUMN main.source_health.reliability IS 'Admiralty grade of the source, A to F.';
COMMENT ON COLUMN main.source_health.country IS 'ISO 3166-1 alpha-2 code of the publisher''s seat.';
COMMENT ON COLUMN main.source_health.language IS 'ISO 639-1 code.';
COMMENT ON COLUMN main.source_health.kind IS
    'agency, press, trade, regulator, operator, government, research, security or gdelt.';
COMMENT ON COLUMN main.source_health.disabled IS 'Whether the publisher said that the feed is gone for good.';
COMMENT ON COLUMN main.source_health.listed IS 'Whether the configuration still lists it and has it enabled.';
COMMENT ON COLUMN main.source_health.usual_gap_hours IS
    'Usual hours from one batch of its news to the next, as learnt; null where too little is known.';
COMMENT ON COLUMN main.source_health.quiet_at IS
    'From when on its silence is beyond its habit (UTC); null where that is not known.';
COMMENT ON COLUMN main.source_health.next_due_at IS 'Before then it need not be asked again (UTC).';
COMMENT ON COLUMN main.source_health.oddities IS
    'What is odd about it: ids that change or are given twice, none at all, a server whose 304 is not believed.';
