-- Articles that tell no happening of their own and follow one up, and the words by which articles are compared.

CREATE TABLE stored.article_words (
    version_id VARCHAR PRIMARY KEY,
    words VARCHAR[] NOT NULL -- telling words of title and lead (nlp/likeness.py)
);

CREATE TABLE stored.follow_up (
    article_id VARCHAR PRIMARY KEY,
    version_id VARCHAR NOT NULL, -- the version that was compared
    incident_id VARCHAR, -- null: it was like none
    score DOUBLE,
    reason VARCHAR,
    compared_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL
);

-- What was read before is not compared again.
INSERT INTO stored.follow_up
SELECT v.article_id, v.version_id, NULL, NULL, NULL, v.fetched_at, v.run_id
FROM stored.article_version v
JOIN stored.judgement n ON n.version_id = v.version_id AND (n.relevant OR n.relevance >= 0.1)
WHERE v.current AND v.version_id NOT IN (
    SELECT version_id FROM stored.event
    WHERE current AND factuality IN ('asserted', 'attributed', 'denied', 'threatened', 'planned', 'foiled')
      AND event_type IN ('attack', 'sabotage', 'cyberattack', 'theft', 'seizure', 'blockade', 'accident', 'outage',
                         'natural_hazard')
);

CREATE OR REPLACE VIEW main.follow_ups AS
SELECT coalesce(i.merged_into, f.incident_id) AS incident_id, v.published_at, coalesce(s.publisher, a.source_id) AS publisher,
    v.title, a.url, f.score, f.reason, f.article_id, f.version_id, f.compared_at
FROM stored.follow_up f
JOIN stored.article a ON a.article_id = f.article_id
JOIN stored.article_version v ON v.version_id = f.version_id AND v.current
LEFT JOIN stored.source s ON s.source_id = a.source_id
LEFT JOIN stored.incident i ON i.incident_id = f.incident_id
WHERE f.incident_id IS NOT NULL;

COMMENT ON VIEW main.follow_ups IS
    'Articles in which no happening was found and whose words follow an incident up: repairs, mourning, prices, inquiries.';
COMMENT ON COLUMN main.follow_ups.incident_id IS 'The incident; where it was merged, the one that it was merged into.';
COMMENT ON COLUMN main.follow_ups.published_at IS 'When the article was published (UTC).';
COMMENT ON COLUMN main.follow_ups.publisher IS 'Name of the publisher.';
COMMENT ON COLUMN main.follow_ups.title IS 'Headline.';
COMMENT ON COLUMN main.follow_ups.url IS 'Canonical address.';
COMMENT ON COLUMN main.follow_ups.score IS 'The resolver''s score, 0 to 1: how like the incident''s reports it is.';
COMMENT ON COLUMN main.follow_ups.reason IS 'What speaks for it.';
COMMENT ON COLUMN main.follow_ups.article_id IS 'The article.';
COMMENT ON COLUMN main.follow_ups.version_id IS 'The version of it that was compared.';
COMMENT ON COLUMN main.follow_ups.compared_at IS 'When it was found (UTC).';
