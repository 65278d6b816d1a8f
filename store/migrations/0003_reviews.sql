-- What analysts say of single articles. Rows are only ever added, and marked when they are withdrawn.

CREATE TABLE stored.review (
    review_id VARCHAR PRIMARY KEY, -- hash of version, analyst, moment and answer: the same answer told twice is one row
    review_number BIGINT NOT NULL, -- order of the answers; the last one that was not withdrawn counts
    article_id VARCHAR NOT NULL,
    version_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- accepted, corrected, skipped, noted
    relevant BOOLEAN,
    risks VARCHAR[],
    note VARCHAR,
    reviewed_by VARCHAR NOT NULL,
    reviewed_at TIMESTAMPTZ NOT NULL,
    via VARCHAR NOT NULL, -- terminal, file
    asked_because VARCHAR, -- uncertain, check; null where the queue did not ask
    passage_title VARCHAR NOT NULL, -- the words that the answer was given on
    passage_text VARCHAR NOT NULL, -- the first 1,500 characters of the text, as far as the models read
    machine_relevant BOOLEAN,
    machine_relevance DOUBLE,
    machine_uncertain BOOLEAN,
    machine_risks VARCHAR[] NOT NULL,
    model_key VARCHAR,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by VARCHAR
);

-- The answer that counts for each version. It counts for every version of the article with the same title and lead: an
-- edit further down leaves it standing, a new lead does not. Whatever model annotates the version, the answer outranks it.
CREATE OR REPLACE VIEW stored.verdict AS
SELECT v.version_id, r.review_id, r.relevant, r.risks, r.reviewed_by, r.reviewed_at
FROM stored.review r
JOIN stored.article_version v ON v.article_id = r.article_id
    AND (v.version_id = r.version_id OR (v.title = r.passage_title AND left(v.text, 1500) = r.passage_text))
WHERE r.kind IN ('accepted', 'corrected') AND r.withdrawn_at IS NULL
QUALIFY row_number() OVER (PARTITION BY v.version_id ORDER BY r.review_number DESC) = 1;

-- Machine and analyst joined: what each version's newest annotation says, and what counts.
CREATE OR REPLACE VIEW stored.judgement AS
SELECT n.version_id, n.model_key, n.relevance, n.relevant AS machine_relevant, n.uncertain AS machine_uncertain,
    n.skipped, n.error, n.language, n.run_id,
    CASE WHEN c.review_id IS NULL THEN n.relevant ELSE c.relevant END AS relevant,
    n.uncertain AND c.review_id IS NULL AS uncertain,
    c.risks AS given_risks, c.review_id, c.reviewed_by, c.reviewed_at
FROM stored.annotation n
LEFT JOIN stored.verdict c ON c.version_id = n.version_id
WHERE n.current;

COMMENT ON VIEW stored.verdict IS 'The answer that counts for each article version.';
COMMENT ON VIEW stored.judgement IS 'Each version''s newest annotation, with the analyst''s answer above it.';

CREATE OR REPLACE VIEW main.articles AS
WITH versions AS (SELECT article_id, count(*) AS versions FROM stored.article_version GROUP BY article_id),
tags AS (
    SELECT version_id, model_key, list(label ORDER BY probability DESC, label) AS risks
    FROM stored.risk_tag GROUP BY version_id, model_key
),
told AS (SELECT version_id, count(*) AS events FROM stored.event WHERE current GROUP BY version_id)
SELECT a.article_id, v.published_at, coalesce(s.publisher, a.source_id) AS publisher, v.title, a.url,
    n.relevant, n.relevance, coalesce(n.given_risks, t.risks, []) AS risks, coalesce(n.uncertain, false) AS uncertain,
    coalesce(o.events, 0) AS events,
    v.language, v.authors, v.summary, v.text,
    a.source_id, coalesce(s.family, a.source_id) AS family, s.country AS publisher_country, s.reliability,
    f.wire, coalesce(f.origin, 'family:' || coalesce(s.family, a.source_id)) AS origin, sa.story_id,
    n.skipped, n.error, v.flags, v.modified_at, v.fetched_at, a.created_at, x.versions, v.version_id, n.model_key,
    v.raw_hash, n.reviewed_by, n.reviewed_at
FROM stored.article a
JOIN stored.article_version v ON v.article_id = a.article_id AND v.current
JOIN versions x ON x.article_id = a.article_id
LEFT JOIN stored.source s ON s.source_id = a.source_id
LEFT JOIN stored.judgement n ON n.version_id = v.version_id
LEFT JOIN tags t ON t.version_id = n.version_id AND t.model_key = n.model_key
LEFT JOIN told o ON o.version_id = v.version_id
LEFT JOIN stored.fingerprint f ON f.version_id = v.version_id
LEFT JOIN stored.story_article sa ON sa.article_id = a.article_id;

COMMENT ON VIEW main.articles IS 'Every article once, as its current version tells it.';
COMMENT ON COLUMN main.articles.article_id IS 'The article''s id: it never changes, whatever is edited.';
COMMENT ON COLUMN main.articles.published_at IS
    'When the publisher says it was published (UTC); null where it does not say.';
COMMENT ON COLUMN main.articles.publisher IS 'Name of the publisher.';
COMMENT ON COLUMN main.articles.title IS 'Headline.';
COMMENT ON COLUMN main.articles.url IS 'Canonical address.';
COMMENT ON COLUMN main.articles.relevant IS
    'Whether it is about a threat to, a disruption of, or a policy for energy supply: what an analyst says, else what the model says; null where it was not read.';
COMMENT ON COLUMN main.articles.relevance IS 'The model''s probability that it is relevant, 0 to 1.';
COMMENT ON COLUMN main.articles.risks IS
    'Risk labels: those that an analyst gave, else the model''s at or above their thresholds, most probable first.';
COMMENT ON COLUMN main.articles.uncertain IS
    'Whether the model is unsure of it and no analyst has decided: such articles come first in `linewalker review`.';
COMMENT ON COLUMN main.articles.events IS 'Events found in it.';
COMMENT ON COLUMN main.articles.language IS 'ISO 639-1 code of its language.';
COMMENT ON COLUMN main.articles.authors IS 'Authors as named on the page.';
COMMENT ON COLUMN main.articles.summary IS 'The feed''s own summary.';
COMMENT ON COLUMN main.articles.text IS
    'Body, paragraphs separated by newlines; all offsets count its code points.';
COMMENT ON COLUMN main.articles.source_id IS 'Id of the source in sources.toml.';
COMMENT ON COLUMN main.articles.family IS 'Who owns the publisher; reports of one family are not independent.';
COMMENT ON COLUMN main.articles.publisher_country IS 'ISO 3166-1 alpha-2 code of the publisher''s seat.';
COMMENT ON COLUMN main.articles.reliability IS
    'Admiralty grade of the source, A (completely reliable) to F (cannot be judged).';
COMMENT ON COLUMN main.articles.wire IS 'Agency that the text is credited to; null where none is.';
COMMENT ON COLUMN main.articles.origin IS
    'Whose words these are: wire:AGENCY or family:OWNER, that of the original for a copy.';
COMMENT ON COLUMN main.articles.story_id IS 'Story that the article belongs to.';
COMMENT ON COLUMN main.articles.skipped IS 'Why it was not read: language, empty, too_costly.';
COMMENT ON COLUMN main.articles.error IS 'What went wrong when it was read.';
COMMENT ON COLUMN main.articles.flags IS
    'What is odd about it: date_missing, date_in_future, date_implausible, paywall, from_feed.';
COMMENT ON COLUMN main.articles.modified_at IS 'When the publisher says it was last edited (UTC).';
COMMENT ON COLUMN main.articles.fetched_at IS 'When this version was fetched (UTC).';
COMMENT ON COLUMN main.articles.created_at IS 'When the article came into the ledger (UTC).';
COMMENT ON COLUMN main.articles.versions IS 'How many versions of it the ledger holds.';
COMMENT ON COLUMN main.articles.version_id IS 'Id of the current version.';
COMMENT ON COLUMN main.articles.model_key IS 'Models that read it.';
COMMENT ON COLUMN main.articles.raw_hash IS 'SHA-256 of the raw page, the name of its file under bodies/.';
COMMENT ON COLUMN main.articles.reviewed_by IS 'Analyst whose answer counts for it; null where nobody has reviewed it.';
COMMENT ON COLUMN main.articles.reviewed_at IS 'When that answer was given (UTC).';

CREATE OR REPLACE VIEW main.risk_by_week AS
WITH happened AS (
    SELECT date_trunc('week', occurred_on)::DATE AS week, unnest(risks) AS risk, incident_id FROM stored.incident
    WHERE status IN ('occurred', 'ongoing', 'partly_restored', 'restored') AND occurred_on IS NOT NULL
      AND parent_id IS NULL
),
judged AS (
    SELECT date_trunc('week', timezone('UTC', coalesce(v.published_at, v.fetched_at)))::DATE AS week, v.article_id,
        n.version_id, n.model_key, n.review_id, n.given_risks
    FROM stored.article_version v
    JOIN stored.judgement n ON n.version_id = v.version_id AND n.relevant
    WHERE v.current
),
tagged AS (
    SELECT j.week, t.label AS risk, j.article_id
    FROM judged j JOIN stored.risk_tag t ON t.version_id = j.version_id AND t.model_key = j.model_key
    WHERE j.review_id IS NULL
    UNION ALL SELECT week, unnest(given_risks) AS risk, article_id FROM judged WHERE review_id IS NOT NULL
)
SELECT week, risk, count(DISTINCT incident_id) AS incidents, count(DISTINCT article_id) AS articles
FROM (
    SELECT week, risk, incident_id, NULL AS article_id FROM happened
    UNION ALL SELECT week, risk, NULL, article_id FROM tagged
)
GROUP BY week, risk;

COMMENT ON VIEW main.risk_by_week IS 'Weeks and risk labels: how many incidents happened, how many articles were published.';
COMMENT ON COLUMN main.risk_by_week.week IS 'The Monday with which the week begins.';
COMMENT ON COLUMN main.risk_by_week.risk IS 'Risk label.';
COMMENT ON COLUMN main.risk_by_week.incidents IS
    'Incidents that happened that week and show the risk; a salvo counts once.';
COMMENT ON COLUMN main.risk_by_week.articles IS
    'Relevant articles published that week (UTC) that carry the label; an analyst''s answer outranks the model''s.';

CREATE OR REPLACE VIEW main.reviews AS
SELECT r.reviewed_at, r.reviewed_by, r.kind, r.passage_title AS title, r.relevant, r.risks, r.machine_relevant,
    r.machine_risks, r.machine_relevance, r.machine_uncertain, r.note,
    coalesce(c.review_id = r.review_id, false) AS counts, r.asked_because, r.via, r.withdrawn_at, r.withdrawn_by,
    coalesce(s.publisher, a.source_id) AS publisher, a.url, r.passage_text AS text, r.model_key, r.article_id,
    r.version_id, r.review_id, r.review_number
FROM stored.review r
LEFT JOIN stored.verdict c ON c.version_id = r.version_id
LEFT JOIN stored.article a ON a.article_id = r.article_id
LEFT JOIN stored.source s ON s.source_id = a.source_id;

COMMENT ON VIEW main.reviews IS 'Every answer that an analyst gave on an article, also those that were changed or withdrawn later.';
COMMENT ON COLUMN main.reviews.reviewed_at IS 'When it was given (UTC).';
COMMENT ON COLUMN main.reviews.reviewed_by IS 'Who gave it.';
COMMENT ON COLUMN main.reviews.kind IS
    'accepted (the model is right), corrected, skipped (left open) or noted (a note alone).';
COMMENT ON COLUMN main.reviews.title IS 'Headline that it was given on.';
COMMENT ON COLUMN main.reviews.relevant IS 'Whether the analyst calls the article relevant.';
COMMENT ON COLUMN main.reviews.risks IS 'Risk labels that the analyst gives it.';
COMMENT ON COLUMN main.reviews.machine_relevant IS 'Whether the model then called it relevant.';
COMMENT ON COLUMN main.reviews.machine_risks IS 'Risk labels that the model then gave it, most probable first.';
COMMENT ON COLUMN main.reviews.machine_relevance IS 'Probability of relevance that the model then gave, 0 to 1.';
COMMENT ON COLUMN main.reviews.machine_uncertain IS 'Whether the model then marked it as uncertain.';
COMMENT ON COLUMN main.reviews.note IS 'The analyst''s note.';
COMMENT ON COLUMN main.reviews.counts IS
    'Whether it decides the article''s tags: the last answer of its version that was not withdrawn.';
COMMENT ON COLUMN main.reviews.asked_because IS
    'Why the queue asked: uncertain, or check (drawn from the sure ones); null where it did not ask.';
COMMENT ON COLUMN main.reviews.via IS 'terminal or file (a spreadsheet).';
COMMENT ON COLUMN main.reviews.withdrawn_at IS 'When it was withdrawn (UTC); null where it stands.';
COMMENT ON COLUMN main.reviews.withdrawn_by IS 'Who withdrew it.';
COMMENT ON COLUMN main.reviews.publisher IS 'Name of the publisher.';
COMMENT ON COLUMN main.reviews.url IS 'Canonical address of the article.';
COMMENT ON COLUMN main.reviews.text IS 'The words under the headline that it was given on.';
COMMENT ON COLUMN main.reviews.model_key IS 'Models whose tags were judged.';
COMMENT ON COLUMN main.reviews.article_id IS 'The article.';
COMMENT ON COLUMN main.reviews.version_id IS 'The version that was read.';
COMMENT ON COLUMN main.reviews.review_id IS 'The answer''s id.';
COMMENT ON COLUMN main.reviews.review_number IS 'Order of the answers, from 1.';
