-- What analysts ask: capacity offline by day, who agrees with whom, and full-text search.

-- The index of words. A document is one current article version; versions that are no longer current have no row here,
-- so that what is left of them among the postings counts for nothing. Few columns of integers, sorted by term within each
-- run of documents: under three bytes a posting on disk, and a question reads few row groups (docs/design/search.md).
CREATE TABLE stored.document (
    document_id INTEGER NOT NULL,
    version_id VARCHAR NOT NULL,
    length INTEGER NOT NULL, -- terms in it, those of the title twice
    told_at TIMESTAMPTZ NOT NULL -- published_at, else fetched_at
);

CREATE TABLE stored.term (
    term_id INTEGER NOT NULL,
    term VARCHAR NOT NULL
);

CREATE TABLE stored.posting (
    term_id INTEGER NOT NULL,
    document_id INTEGER NOT NULL,
    occurrences UTINYINT NOT NULL -- 255: so often or more
);

-- Documents whose postings stand sorted together. Small runs are merged into larger ones.
CREATE TABLE stored.posting_run (
    first_document INTEGER NOT NULL,
    last_document INTEGER NOT NULL,
    level INTEGER NOT NULL -- how often it was merged
);

-- Text to words, and a word to the term under which it is found; the index and the questions use the same two macros.
CREATE OR REPLACE MACRO stored.split_words(words) AS
    string_split(regexp_replace(lower(words), '[^\p{L}\p{M}\p{N} ]+', ' ', 'g'), ' ');

CREATE OR REPLACE MACRO stored.undouble(word) AS
    CASE WHEN regexp_matches(word, '[a-z]{2}(bb|dd|gg|mm|nn|pp|rr|tt)$') THEN left(word, -1) ELSE word END;

-- Null for words that say nothing: articles, prepositions, pronouns, single letters, and what is no word but a code.
CREATE OR REPLACE MACRO stored.find_term(word) AS CASE
    WHEN length(word) > 40 OR (length(word) < 2 AND NOT word BETWEEN '0' AND '9') OR word IN (
        'a', 'an', 'and', 'are', 'as', 'at', 'be', 'been', 'but', 'by', 'for', 'from', 'had', 'has', 'have', 'he', 'her',
        'his', 'if', 'in', 'into', 'is', 'it', 'its', 'of', 'on', 'or', 'said', 'she', 'that', 'the', 'their', 'them',
        'then', 'there', 'these', 'they', 'this', 'those', 'to', 'was', 'were', 'which', 'who', 'will', 'with', 'would'
    ) THEN NULL
    ELSE stored.undouble(regexp_replace(
        regexp_replace(regexp_replace(strip_accents(word), '([a-z]{2})(?:ies|ied)$', '\1y'), '([a-z]{2}[^su\W])s$', '\1'),
        '([a-z]{3})(?:ing|ed|e)$', '\1'))
END;

-- BM25 with k1 = 1.2 and b = 0.75.
CREATE OR REPLACE MACRO main.search_articles(words, top := 100, since := NULL) AS TABLE
WITH asked AS (
    SELECT DISTINCT t.term_id
    FROM (SELECT DISTINCT stored.find_term(word) AS term FROM (SELECT unnest(stored.split_words(words)) AS word)) q
    JOIN stored.term t ON t.term = q.term
),
found AS (
    SELECT p.term_id, p.document_id, p.occurrences, d.length, d.told_at
    FROM stored.posting p
    JOIN asked ON asked.term_id = p.term_id
    JOIN stored.document d ON d.document_id = p.document_id
),
whole AS (SELECT count(*) AS documents, avg(length) AS mean FROM stored.document),
weighed AS (
    SELECT f.term_id, ln(1 + (any_value(w.documents) - count(*) + 0.5) / (count(*) + 0.5)) AS weight
    FROM found f CROSS JOIN whole w GROUP BY f.term_id
),
best AS (
    SELECT f.document_id,
        sum(g.weight * f.occurrences * 2.2 / (f.occurrences + 1.2 * (0.25 + 0.75 * f.length / w.mean))) AS score
    FROM found f JOIN weighed g ON g.term_id = f.term_id CROSS JOIN whole w
    WHERE since IS NULL OR f.told_at >= since
    GROUP BY f.document_id, f.told_at
    ORDER BY score DESC, f.told_at DESC, f.document_id
    LIMIT top
)
SELECT round(b.score, 3) AS score, v.published_at, coalesce(s.publisher, a.source_id) AS publisher, v.title, a.url,
    a.article_id
FROM best b
JOIN stored.document d ON d.document_id = b.document_id
JOIN stored.article_version v ON v.version_id = d.version_id
JOIN stored.article a ON a.article_id = v.article_id
LEFT JOIN stored.source s ON s.source_id = a.source_id
ORDER BY b.score DESC, d.told_at DESC, d.document_id;

COMMENT ON MACRO TABLE main.search_articles IS
    'search_articles(words, top := 100, since := NULL): the articles whose current version holds these words, best first by BM25. Case, accents and common endings make no difference; more words found count more, none is required.';

-- A part is one only while it stands and its parent does: without its parts a parent is counted itself, and without its
-- parent a part is a happening of its own.
CREATE OR REPLACE VIEW stored.part AS
SELECT c.incident_id, c.parent_id
FROM stored.incident c JOIN stored.incident p ON p.incident_id = c.parent_id
WHERE c.status NOT IN ('merged', 'dismissed', 'retracted') AND p.status NOT IN ('dismissed', 'retracted');

COMMENT ON VIEW stored.part IS 'Incidents that are part of another, where both stand.';

-- From when to when an incident interrupts what it hit. Parents of a salvo are left out: their parts are counted.
CREATE OR REPLACE VIEW stored.interruption AS
SELECT incident_id, facility_ids, losses, occurred_on AS began_on,
    CASE WHEN status = 'restored' THEN timezone('UTC', last_reported_at)::DATE END AS restored_on,
    greatest(occurred_on, timezone('UTC', last_reported_at)::DATE) AS last_known_on
FROM stored.incident
WHERE occurred_on IS NOT NULL AND status IN ('occurred', 'ongoing', 'partly_restored', 'restored')
  AND incident_id NOT IN (SELECT parent_id FROM stored.part)
  AND (event_type IN ('outage', 'blockade') OR status <> 'occurred' OR list_contains(risks, 'supply_disruption')
       OR list_has_any(CAST(json_extract_string(losses, '$[*].unit') AS VARCHAR[]),
                       ['bbl/d', 'm3/d', 'bcm/y', 't/d', 't/y', 'MW']));

COMMENT ON VIEW stored.interruption IS 'From when to when each incident interrupts what it hit.';

CREATE OR REPLACE VIEW main.facility_timeline AS
WITH told AS (
    SELECT incident_id, began_on, restored_on,
        -- The day of the restoration is the first that is whole again.
        greatest(began_on, coalesce(restored_on - 1, last_known_on)) AS last_on,
        unnest(facility_ids) AS facility_id,
        -- A total over several facilities is no single one's.
        CASE WHEN len(facility_ids) = 1 THEN losses ELSE '[]' END AS losses
    FROM stored.interruption
),
amounts AS (
    SELECT incident_id, began_on, restored_on, last_on, facility_id,
        list_filter(
            json_transform(losses, '[{"unit": "VARCHAR", "minimum": "DOUBLE", "maximum": "DOUBLE"}]'),
            lambda one: list_contains(['bbl/d', 'm3/d', 'bcm/y', 't/d', 't/y', 'MW'], one.unit)
        ) AS rates
    FROM (SELECT * REPLACE (CAST(losses AS JSON) AS losses) FROM told)
),
days AS (
    SELECT facility_id, incident_id, restored_on IS NOT NULL AS end_known, rates,
        CAST(unnest(generate_series(began_on, last_on, INTERVAL 1 DAY)) AS DATE) AS day
    FROM amounts
),
figures AS (
    SELECT facility_id, day, unit, max(amount) AS most
    FROM (
        SELECT facility_id, day, one.unit AS unit, coalesce(one.maximum, one.minimum) AS amount
        FROM (SELECT facility_id, day, unnest(rates) AS one FROM days)
    )
    WHERE amount IS NOT NULL GROUP BY facility_id, day, unit
),
spans AS (
    SELECT facility_id, day, list(DISTINCT incident_id ORDER BY incident_id) AS incident_ids,
        count(DISTINCT incident_id) AS incidents, count(DISTINCT incident_id) FILTER (len(rates) = 0) AS unquantified,
        bool_and(end_known) AS end_known
    FROM days GROUP BY facility_id, day
)
SELECT s.day, coalesce(g.name, s.facility_id) AS facility, g.facility_type, g.countries,
    CASE WHEN f.unit = g.unit THEN least(f.most, g.capacity) ELSE f.most END AS offline, f.unit,
    CASE WHEN f.unit = g.unit AND g.capacity > 0 THEN round(least(1, f.most / g.capacity), 3) END AS share,
    g.capacity, g.unit AS capacity_unit, s.incidents, s.unquantified, s.end_known, s.incident_ids, s.facility_id
FROM spans s
LEFT JOIN figures f ON f.facility_id = s.facility_id AND f.day = s.day
LEFT JOIN stored.facility g ON g.facility_id = s.facility_id;

COMMENT ON VIEW main.facility_timeline IS
    'Capacity offline, one row a facility, day and unit: every day from the first of an incident that interrupts the facility to the one before its restoration, or, while none is told, to the last report.';
COMMENT ON COLUMN main.facility_timeline.day IS 'The day, local calendar of the facility.';
COMMENT ON COLUMN main.facility_timeline.facility IS 'Name of the facility.';
COMMENT ON COLUMN main.facility_timeline.facility_type IS 'Kind of facility.';
COMMENT ON COLUMN main.facility_timeline.countries IS 'ISO 3166-1 alpha-2 codes of the countries it lies in.';
COMMENT ON COLUMN main.facility_timeline.offline IS
    'What was offline that day, in `unit`: of incidents that overlap, the largest figure and never their sum, and never more than the capacity; a partial restoration does not lower it. Null where none of them is told with a figure.';
COMMENT ON COLUMN main.facility_timeline.unit IS 'Unit of what was offline: bbl/d, m3/d, bcm/y, t/d, t/y or MW.';
COMMENT ON COLUMN main.facility_timeline.share IS
    'Share of the facility''s capacity, 0 to 1; null where the capacity is unknown or in another unit.';
COMMENT ON COLUMN main.facility_timeline.capacity IS 'Capacity of the facility, in `capacity_unit`.';
COMMENT ON COLUMN main.facility_timeline.capacity_unit IS 'Unit of the capacity.';
COMMENT ON COLUMN main.facility_timeline.incidents IS 'Incidents that interrupt it that day.';
COMMENT ON COLUMN main.facility_timeline.unquantified IS
    'Those of them that no report gives a figure for: they add nothing to `offline`, so that where there are any, more may have been offline.';
COMMENT ON COLUMN main.facility_timeline.end_known IS
    'Whether the restoration is told for all of them; false: the row stands only as far as reports go.';
COMMENT ON COLUMN main.facility_timeline.incident_ids IS 'The incidents.';
COMMENT ON COLUMN main.facility_timeline.facility_id IS 'The facility.';

CREATE OR REPLACE VIEW main.publisher_agreement AS
WITH reports AS (
    SELECT ie.incident_id, e.event_id,
        split_part(coalesce(f.origin, 'family:' || coalesce(s.family, a.source_id)), ':', 2) AS family,
        coalesce(v.published_at, v.fetched_at) AS told_at
    FROM stored.incident_event ie
    JOIN stored.incident i ON i.incident_id = ie.incident_id AND i.status <> 'dismissed'
    JOIN stored.event e ON e.event_id = ie.event_id
    JOIN stored.article_version v ON v.version_id = e.version_id
    JOIN stored.article a ON a.article_id = e.article_id
    LEFT JOIN stored.source s ON s.source_id = a.source_id
    LEFT JOIN stored.fingerprint f ON f.version_id = e.version_id
    WHERE ie.current AND ie.facility_id = ''
),
tellers AS (SELECT incident_id, family, min(told_at) AS first_at FROM reports GROUP BY incident_id, family),
shared AS (
    SELECT one.family, other.family AS other_family, count(*) AS incidents,
        count(*) FILTER (one.first_at < other.first_at) AS told_first,
        count(*) FILTER (one.first_at > other.first_at) AS other_told_first
    FROM tellers one JOIN tellers other ON other.incident_id = one.incident_id AND other.family > one.family
    GROUP BY one.family, other.family
),
figures AS (
    SELECT r.incident_id, r.family, c.field, c.unit,
        -- Of two values of one moment the choice is not left to chance.
        max((r.told_at, CASE c.field WHEN 'occurred_on' THEN hash(c.value) ELSE hash(c.minimum, c.maximum) END))[2] AS figure
    FROM reports r JOIN stored.claim c ON c.event_id = r.event_id
    WHERE c.field IN ('killed', 'injured', 'missing', 'detained', 'lost', 'spilled', 'customers', 'occurred_on')
      AND NOT c.superseded AND c.factuality <> 'denied'
    GROUP BY r.incident_id, r.family, c.field, c.unit
),
compared AS (
    SELECT one.family, other.family AS other_family, count(*) AS figures_both,
        count(*) FILTER (one.figure = other.figure) AS figures_agreed
    FROM figures one
    JOIN figures other ON other.incident_id = one.incident_id AND other.field = one.field
        AND other.unit IS NOT DISTINCT FROM one.unit AND other.family > one.family
    GROUP BY one.family, other.family
)
SELECT s.family, s.other_family, s.incidents, s.told_first, s.other_told_first,
    coalesce(c.figures_both, 0) AS figures_both, coalesce(c.figures_agreed, 0) AS figures_agreed,
    round(c.figures_agreed / c.figures_both, 3) AS agreement
FROM shared s LEFT JOIN compared c ON c.family = s.family AND c.other_family = s.other_family;

COMMENT ON VIEW main.publisher_agreement IS
    'Pairs of families or agencies that told the same incidents: who was first, and whether their latest figures agree. A copy counts as its original''s.';
COMMENT ON COLUMN main.publisher_agreement.family IS
    'Whose words: the agency whose text it is, else the owner of the publisher; each pair stands once, in order of the alphabet.';
COMMENT ON COLUMN main.publisher_agreement.other_family IS 'The other of the pair.';
COMMENT ON COLUMN main.publisher_agreement.incidents IS 'Incidents that both told.';
COMMENT ON COLUMN main.publisher_agreement.told_first IS 'Those of them that `family` published first.';
COMMENT ON COLUMN main.publisher_agreement.other_told_first IS
    'Those that `other_family` published first; the rest came at the same moment.';
COMMENT ON COLUMN main.publisher_agreement.figures_both IS
    'Values that both state of the same incident: killed, injured, missing, detained, lost, spilled, customers and the day; of each family its latest that it has not taken back.';
COMMENT ON COLUMN main.publisher_agreement.figures_agreed IS 'Those of them that are equal.';
COMMENT ON COLUMN main.publisher_agreement.agreement IS 'Their share, 0 to 1; null where there is no value to compare.';
