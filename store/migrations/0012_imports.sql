-- Files that were imported: how far each was read, so that it can be gone on with, and what was damaged in it.

CREATE TABLE stored.import_file (
    import_key VARCHAR PRIMARY KEY, -- hash of the file's identity and of what was wanted of it
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- warc, jsonl, html
    size BIGINT NOT NULL,
    digest VARCHAR NOT NULL, -- SHA-256 over the size and samples of the content (docs/design/archives.md)
    wish VARCHAR NOT NULL, -- JSON object: source, dates and filters
    byte_offset BIGINT NOT NULL, -- where to go on: of the gzip member or line in the file
    inner_offset BIGINT NOT NULL, -- and in what is unpacked from there
    records BIGINT NOT NULL,
    articles_new BIGINT NOT NULL,
    articles_changed BIGINT NOT NULL,
    articles_known BIGINT NOT NULL,
    damaged BIGINT NOT NULL,
    left_out VARCHAR NOT NULL, -- JSON object: reason -> records
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    run_id VARCHAR NOT NULL -- the last run that read it
);

CREATE TABLE stored.import_fault (
    import_key VARCHAR NOT NULL,
    byte_offset BIGINT NOT NULL,
    inner_offset BIGINT NOT NULL,
    reason VARCHAR NOT NULL
);

-- When a wording was seen last, where an archive captured it again: which version stands is decided by it.
CREATE TABLE stored.version_sighting (
    version_id VARCHAR PRIMARY KEY,
    last_seen_at TIMESTAMPTZ NOT NULL
);

CREATE VIEW main.imports AS
SELECT f.name, f.kind, f.size, f.records, f.articles_new, f.articles_changed, f.articles_known, f.damaged, f.left_out,
    f.started_at, f.finished_at, f.byte_offset, f.wish, f.run_id, f.import_key
FROM stored.import_file f;

COMMENT ON VIEW main.imports IS 'Files that `linewalker import` has read or is reading.';
COMMENT ON COLUMN main.imports.name IS 'Name of the file, without its folder.';
COMMENT ON COLUMN main.imports.kind IS 'warc, jsonl or html.';
COMMENT ON COLUMN main.imports.size IS 'Size in bytes.';
COMMENT ON COLUMN main.imports.records IS 'Records, lines or pages that were read.';
COMMENT ON COLUMN main.imports.articles_new IS 'Articles that the ledger had not held.';
COMMENT ON COLUMN main.imports.articles_changed IS 'New versions of articles that it had held.';
COMMENT ON COLUMN main.imports.articles_known IS 'Articles that it held in this wording.';
COMMENT ON COLUMN main.imports.damaged IS 'Places in the file that were damaged, or mended while they were read.';
COMMENT ON COLUMN main.imports.left_out IS 'Records that gave no article, as JSON: reason and how many.';
COMMENT ON COLUMN main.imports.started_at IS 'When its reading began (UTC).';
COMMENT ON COLUMN main.imports.finished_at IS 'When it was read to the end (UTC); null where it was not.';
COMMENT ON COLUMN main.imports.byte_offset IS 'Byte of the file where the reading goes on.';
COMMENT ON COLUMN main.imports.wish IS 'What was wanted of it, as JSON: source, dates and filters.';
COMMENT ON COLUMN main.imports.run_id IS 'Last run that read it.';
COMMENT ON COLUMN main.imports.import_key IS 'Id of this file and wish.';

CREATE VIEW main.import_faults AS
SELECT f.name, d.byte_offset, d.inner_offset, d.reason, d.import_key
FROM stored.import_fault d JOIN stored.import_file f ON f.import_key = d.import_key;

COMMENT ON VIEW main.import_faults IS 'Damaged places in imported files, the first thousand of each.';
COMMENT ON COLUMN main.import_faults.name IS 'Name of the file, without its folder.';
COMMENT ON COLUMN main.import_faults.byte_offset IS 'Byte of the file: of the gzip member that holds it, or of the line.';
COMMENT ON COLUMN main.import_faults.inner_offset IS 'Bytes unpacked from there; 0 where nothing is compressed.';
COMMENT ON COLUMN main.import_faults.reason IS 'What is wrong there.';
COMMENT ON COLUMN main.import_faults.import_key IS 'The file and wish.';
