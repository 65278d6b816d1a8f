-- What a night needs to know of the archive, kept so that it is found without reading the archive.

-- The days that another telling of the event may give: its own, and as many more as its date may be wrong by
-- (nlp.reach; the figures are those of nlp.compatibility).
ALTER TABLE stored.event ADD COLUMN near_from DATE;
ALTER TABLE stored.event ADD COLUMN near_until DATE;

UPDATE stored.event SET near_from = r.near_from, near_until = r.near_until
FROM (
    SELECT e.event_id,
        CASE WHEN d.basis IS NULL THEN d.told - 7
             WHEN d.basis = 'publication' THEN e.date_start - 6
             ELSE e.date_start - d.slack END AS near_from,
        CASE WHEN d.basis IS NULL THEN d.told
             WHEN d.basis = 'publication' THEN e.date_end + 3
             ELSE e.date_end + d.slack END AS near_until
    FROM stored.event e
    JOIN (
        SELECT x.event_id, coalesce(v.published_at, v.fetched_at)::DATE AS told,
            json_extract_string(x.record, '$.date.basis') AS basis,
            CASE json_extract_string(x.record, '$.date.precision')
                WHEN 'year' THEN 60 WHEN 'month' THEN 10 WHEN 'week' THEN 3 ELSE 1 END AS slack
        FROM stored.event x JOIN stored.article_version v ON v.version_id = x.version_id
    ) d ON d.event_id = e.event_id
) r
WHERE r.event_id = event.event_id;

-- Digests are looked at for as long as copies are looked for, and then dropped: half a kilobyte of chance for each article.
CREATE TABLE stored.copy_digest (
    version_id VARCHAR NOT NULL,
    told_at TIMESTAMPTZ NOT NULL,
    digest UBIGINT[] NOT NULL
);

INSERT INTO stored.copy_digest
SELECT f.version_id, coalesce(v.published_at, v.fetched_at), f.digest
FROM stored.fingerprint f JOIN stored.article_version v ON v.version_id = f.version_id
WHERE len(f.digest) > 0
  AND coalesce(v.published_at, v.fetched_at)
      >= (SELECT max(fetched_at) FROM stored.article_version) - INTERVAL 14 DAY
ORDER BY 2, 1;

ALTER TABLE stored.fingerprint DROP COLUMN digest;
