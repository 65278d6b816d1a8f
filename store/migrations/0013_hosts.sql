-- What is remembered of hosts between runs: their robots.txt for a day, and until when they asked to be left alone.

CREATE TABLE stored.robots_state (
    origin VARCHAR PRIMARY KEY, -- scheme and authority
    fetched_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    http_status INTEGER,
    body BLOB NOT NULL, -- zlib, as much of the file as is parsed
    unreachable_since TIMESTAMPTZ
);

CREATE TABLE stored.host_state (
    host VARCHAR PRIMARY KEY,
    not_before_at TIMESTAMPTZ NOT NULL -- from Retry-After, of a page or a feed
);
