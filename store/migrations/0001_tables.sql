-- The tables. They live in the schema `stored`, so that an analyst's SHOW TABLES lists the views of `main` alone.
-- No foreign keys: DuckDB checks them on each update of a parent row; the tests check what they would.

CREATE TABLE stored.source (
    source_id VARCHAR PRIMARY KEY,
    publisher VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    country VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    reliability VARCHAR NOT NULL,
    cadence_hours DOUBLE NOT NULL,
    timezone VARCHAR NOT NULL,
    homepage VARCHAR,
    kind VARCHAR NOT NULL,
    verified BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    fetch_pages BOOLEAN NOT NULL,
    note VARCHAR,
    listed BOOLEAN NOT NULL -- false: no longer in the configuration; its articles stay
);

CREATE TABLE stored.feed (
    feed_url VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    listed BOOLEAN NOT NULL
);

CREATE TABLE stored.feed_state (
    feed_url VARCHAR PRIMARY KEY,
    etag VARCHAR,
    last_modified VARCHAR,
    body_hash VARCHAR,
    checked_at TIMESTAMPTZ,
    succeeded_at TIMESTAMPTZ,
    changed_at TIMESTAMPTZ,
    next_due_at TIMESTAMPTZ,
    not_before_at TIMESTAMPTZ,
    failures INTEGER NOT NULL,
    outcome VARCHAR,
    reason VARCHAR,
    http_status INTEGER,
    disabled BOOLEAN NOT NULL,
    first_checked_at TIMESTAMPTZ
);

CREATE TABLE stored.entry (
    entry_key VARCHAR PRIMARY KEY, -- hash of feed URL and entry id: one column keeps the index small
    feed_url VARCHAR NOT NULL,
    entry_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    article_id VARCHAR,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE stored.fetch_log (
    log_key VARCHAR PRIMARY KEY, -- hash of run, kind, feed and entry: the same outcome told twice is one row
    run_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- feed, entry
    noted_at TIMESTAMPTZ,
    source_id VARCHAR NOT NULL,
    feed_url VARCHAR NOT NULL,
    entry_id VARCHAR,
    url VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    http_status INTEGER,
    entries INTEGER,
    new_entries INTEGER,
    elapsed_s DOUBLE,
    article_id VARCHAR,
    article_status VARCHAR -- new, changed, same, none
);

CREATE TABLE stored.run (
    run_id VARCHAR PRIMARY KEY,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    status VARCHAR NOT NULL, -- running, complete, partial, failed, interrupted
    command VARCHAR NOT NULL,
    process VARCHAR NOT NULL, -- process id and its start, so that a reused id is told apart
    counts VARCHAR NOT NULL, -- JSON object
    error VARCHAR
);

CREATE TABLE stored.briefing (
    path VARCHAR NOT NULL,
    since TIMESTAMPTZ,
    generated_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR
);

CREATE TABLE stored.article (
    article_id VARCHAR PRIMARY KEY, -- first 16 hex digits of the SHA-256 of the canonical URL
    url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    created_run_id VARCHAR NOT NULL
);

CREATE TABLE stored.article_version (
    version_id VARCHAR PRIMARY KEY,
    article_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL, -- 1 for the first version
    current BOOLEAN NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    summary VARCHAR NOT NULL,
    authors VARCHAR[] NOT NULL,
    published_at TIMESTAMPTZ,
    modified_at TIMESTAMPTZ,
    language VARCHAR,
    content_hash VARCHAR NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL,
    stored_at TIMESTAMPTZ NOT NULL,
    fetched_url VARCHAR,
    raw_hash VARCHAR,
    flags VARCHAR[] NOT NULL,
    feed_url VARCHAR,
    entry_id VARCHAR,
    run_id VARCHAR NOT NULL
);

CREATE INDEX article_version_by_article ON stored.article_version (article_id);

CREATE TABLE stored.fingerprint (
    version_id VARCHAR PRIMARY KEY,
    wire VARCHAR,
    origin VARCHAR NOT NULL, -- whose words these are: wire:<agency> or family:<slug>
    digest UBIGINT[] NOT NULL
);

CREATE TABLE stored.story (
    story_id VARCHAR PRIMARY KEY,
    centroid VARCHAR NOT NULL, -- JSON: terms and weights, heaviest first
    articles INTEGER NOT NULL,
    last_told_at TIMESTAMPTZ NOT NULL,
    created_run_id VARCHAR NOT NULL
);

CREATE TABLE stored.story_article (
    article_id VARCHAR PRIMARY KEY, -- an edited article stays in its story
    story_id VARCHAR NOT NULL,
    similarity DOUBLE NOT NULL,
    run_id VARCHAR NOT NULL
);

CREATE TABLE stored.annotation (
    version_id VARCHAR NOT NULL,
    model_key VARCHAR NOT NULL,
    current BOOLEAN NOT NULL, -- of the annotations of this version, the one that counts
    language VARCHAR,
    relevance DOUBLE,
    relevant BOOLEAN,
    uncertain BOOLEAN NOT NULL,
    skipped VARCHAR,
    error VARCHAR,
    document VARCHAR NOT NULL, -- the whole annotation, as JSON of the annotate contract
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (version_id, model_key)
);

CREATE TABLE stored.risk_tag (
    version_id VARCHAR NOT NULL,
    model_key VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    probability DOUBLE NOT NULL
);

CREATE TABLE stored.mention (
    version_id VARCHAR NOT NULL,
    model_key VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    span_in VARCHAR NOT NULL, -- text, title
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    canonical VARCHAR,
    facility_id VARCHAR,
    country VARCHAR,
    latitude DOUBLE,
    longitude DOUBLE
);

CREATE TABLE stored.quantity (
    version_id VARCHAR NOT NULL,
    model_key VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    span_in VARCHAR NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    role VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    minimum DOUBLE,
    maximum DOUBLE,
    approximate BOOLEAN NOT NULL,
    superseded BOOLEAN NOT NULL
);

CREATE TABLE stored.event (
    event_id VARCHAR PRIMARY KEY, -- version id and a hash of what the event says: the same finding keeps its id
    version_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    model_key VARCHAR NOT NULL, -- of the newest annotation that holds the event
    current BOOLEAN NOT NULL,
    ordinal INTEGER NOT NULL,
    event_type VARCHAR NOT NULL,
    factuality VARCHAR NOT NULL,
    country VARCHAR,
    date_start DATE,
    date_end DATE,
    confidence DOUBLE NOT NULL,
    record VARCHAR NOT NULL, -- nlp.records.Event as JSON, nothing lost
    quantities VARCHAR NOT NULL -- its nlp.records.Quantity records as JSON
);

CREATE TABLE stored.event_facility (
    event_id VARCHAR NOT NULL,
    facility_id VARCHAR,
    name VARCHAR NOT NULL,
    facility_type VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    latitude DOUBLE,
    longitude DOUBLE
);

CREATE TABLE stored.event_actor (
    event_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    role VARCHAR NOT NULL, -- perpetrator, suspected, denied, claimant
    kind VARCHAR,
    country VARCHAR
);

CREATE TABLE stored.event_place (
    event_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    country VARCHAR,
    latitude DOUBLE,
    longitude DOUBLE,
    precision VARCHAR NOT NULL
);

CREATE TABLE stored.claim (
    claim_id VARCHAR NOT NULL, -- hash of event, field, value and span
    event_id VARCHAR NOT NULL,
    version_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    detail VARCHAR,
    minimum DOUBLE,
    maximum DOUBLE,
    unit VARCHAR,
    factuality VARCHAR NOT NULL,
    speaker VARCHAR,
    superseded BOOLEAN NOT NULL,
    span_in VARCHAR NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    value_start INTEGER,
    value_end INTEGER
);

CREATE TABLE stored.incident (
    incident_id VARCHAR PRIMARY KEY,
    event_type VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    factuality VARCHAR NOT NULL,
    modes VARCHAR[] NOT NULL,
    risks VARCHAR[] NOT NULL,
    facility_ids VARCHAR[] NOT NULL,
    facilities VARCHAR[] NOT NULL,
    facility_type VARCHAR,
    country VARCHAR,
    countries VARCHAR[] NOT NULL,
    place VARCHAR,
    latitude DOUBLE,
    longitude DOUBLE,
    occurred_on DATE,
    occurred_until DATE,
    date_precision VARCHAR,
    actors VARCHAR[] NOT NULL,
    claimed_by VARCHAR[] NOT NULL,
    killed_min INTEGER,
    killed_max INTEGER,
    injured_min INTEGER,
    injured_max INTEGER,
    losses VARCHAR NOT NULL, -- JSON: unit, minimum, maximum of each
    confidence DOUBLE NOT NULL,
    parent_id VARCHAR,
    first_reported_at TIMESTAMPTZ NOT NULL,
    last_reported_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    created_run_id VARCHAR NOT NULL
);

CREATE TABLE stored.incident_event (
    event_id VARCHAR NOT NULL,
    incident_id VARCHAR NOT NULL,
    facility_id VARCHAR NOT NULL, -- the one of the event's targets that this child incident is about, else ''
    current BOOLEAN NOT NULL, -- false: the article's newer version, or a newer model, took the event back
    founded BOOLEAN NOT NULL,
    score DOUBLE NOT NULL,
    reason VARCHAR NOT NULL,
    attached_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (event_id, incident_id, facility_id)
);

CREATE TABLE stored.suggestion (
    incident_id VARCHAR NOT NULL,
    other_id VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    reason VARCHAR NOT NULL,
    suggested_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (incident_id, other_id)
);

CREATE TABLE stored.revision (
    revision_number BIGINT NOT NULL,
    incident_id VARCHAR NOT NULL,
    revised_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    old VARCHAR,
    new VARCHAR,
    reason VARCHAR NOT NULL
);

CREATE TABLE stored.facility (
    facility_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    facility_type VARCHAR NOT NULL,
    countries VARCHAR[] NOT NULL,
    latitude DOUBLE,
    longitude DOUBLE,
    operator VARCHAR,
    capacity DOUBLE,
    unit VARCHAR,
    listed BOOLEAN NOT NULL -- false: no longer in the gazetteer; incidents may still name it
);
