-- Raw bodies that were removed to save disk: what an article's raw_hash names is then told as removed, not as lost.

CREATE TABLE stored.pruned_body (
    raw_hash VARCHAR PRIMARY KEY,
    size BIGINT NOT NULL,
    reason VARCHAR NOT NULL, -- age, size
    pruned_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL
);

CREATE VIEW main.pruned_bodies AS
SELECT p.pruned_at, p.reason, p.size, p.run_id, p.raw_hash FROM stored.pruned_body p;

COMMENT ON VIEW main.pruned_bodies IS 'Raw pages that were removed from the folder of bodies; their articles stay.';
COMMENT ON COLUMN main.pruned_bodies.pruned_at IS 'When it was removed (UTC).';
COMMENT ON COLUMN main.pruned_bodies.reason IS
    'age: older than operations.bodies_keep_days; size: the folder was over operations.bodies_max_mb.';
COMMENT ON COLUMN main.pruned_bodies.size IS 'Bytes on disk that it took.';
COMMENT ON COLUMN main.pruned_bodies.run_id IS 'Run that removed it.';
COMMENT ON COLUMN main.pruned_bodies.raw_hash IS 'SHA-256 of the page, as in articles.raw_hash.';
