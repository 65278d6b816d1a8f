-- The analyst's views. Columns stand in the order in which one reads them: what and when first, ids last.

CREATE OR REPLACE VIEW main.articles AS
WITH versions AS (SELECT article_id, count(*) AS versions FROM stored.article_version GROUP BY article_id),
tags AS (
    SELECT version_id, model_key, list(label ORDER BY probability DESC, label) AS risks
    FROM stored.risk_tag GROUP BY version_id, model_key
),
told AS (SELECT version_id, count(*) AS events FROM stored.event WHERE current GROUP BY version_id)
SELECT a.article_id, v.published_at, coalesce(s.publisher, a.source_id) AS publisher, v.title, a.url,
    n.relevant, n.relevance, coalesce(t.risks, []) AS risks, coalesce(o.events, 0) AS events,
    v.language, v.authors, v.summary, v.text,
    a.source_id, coalesce(s.family, a.source_id) AS family, s.country AS publisher_country, s.reliability,
    f.wire, coalesce(f.origin, 'family:' || coalesce(s.family, a.source_id)) AS origin, sa.story_id,
    n.skipped, n.error, v.flags, v.modified_at, v.fetched_at, a.created_at, x.versions, v.version_id, n.model_key,
    v.raw_hash
FROM stored.article a
JOIN stored.article_version v ON v.article_id = a.article_id AND v.current
JOIN versions x ON x.article_id = a.article_id
LEFT JOIN stored.source s ON s.source_id = a.source_id
LEFT JOIN stored.annotation n ON n.version_id = v.version_id AND n.current
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
    'Whether it is about a threat to, a disruption of, or a policy for energy supply; null where it was not read.';
COMMENT ON COLUMN main.articles.relevance IS 'Probability that it is relevant, 0 to 1.';
COMMENT ON COLUMN main.articles.risks IS 'Risk labels at or above their thresholds, most probable first.';
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

CREATE OR REPLACE VIEW main.incident_reports AS
SELECT ie.incident_id, v.published_at, coalesce(s.publisher, a.source_id) AS publisher, v.title, a.url,
    coalesce(s.family, a.source_id) AS family, any_value(f.wire) AS wire,
    coalesce(any_value(f.origin), 'family:' || coalesce(s.family, a.source_id)) AS origin, s.reliability, a.source_id,
    count(DISTINCT ie.event_id) AS events, min(ie.attached_at) AS attached_at, min(ie.score) AS score,
    arg_min(ie.reason, ie.score) AS reason, v.fetched_at, a.article_id, v.version_id
FROM stored.incident_event ie
JOIN stored.event e ON e.event_id = ie.event_id
JOIN stored.article_version v ON v.version_id = e.version_id
JOIN stored.article a ON a.article_id = e.article_id
LEFT JOIN stored.source s ON s.source_id = a.source_id
LEFT JOIN stored.fingerprint f ON f.version_id = e.version_id
WHERE ie.current
GROUP BY ie.incident_id, a.article_id, v.version_id, v.published_at, s.publisher, a.source_id, v.title, a.url,
    s.family, s.reliability, v.fetched_at;

COMMENT ON VIEW main.incident_reports IS 'The articles that tell each incident, one row an incident and article.';
COMMENT ON COLUMN main.incident_reports.incident_id IS 'The incident.';
COMMENT ON COLUMN main.incident_reports.published_at IS 'When the article was published (UTC).';
COMMENT ON COLUMN main.incident_reports.publisher IS 'Name of the publisher.';
COMMENT ON COLUMN main.incident_reports.title IS 'Headline.';
COMMENT ON COLUMN main.incident_reports.url IS 'Canonical address of the article.';
COMMENT ON COLUMN main.incident_reports.family IS 'Who owns the publisher.';
COMMENT ON COLUMN main.incident_reports.wire IS 'Agency that the text is credited to.';
COMMENT ON COLUMN main.incident_reports.origin IS
    'Whose words these are; independent reports are counted by what follows the colon.';
COMMENT ON COLUMN main.incident_reports.reliability IS 'Admiralty grade of the source, A to F.';
COMMENT ON COLUMN main.incident_reports.source_id IS 'Id of the source.';
COMMENT ON COLUMN main.incident_reports.events IS 'Events of the article that belong to the incident.';
COMMENT ON COLUMN main.incident_reports.attached_at IS 'When the article was attached to the incident (UTC).';
COMMENT ON COLUMN main.incident_reports.score IS
    'How sure the resolver was: 1 for the report that founded the incident.';
COMMENT ON COLUMN main.incident_reports.reason IS 'Why the resolver attached it.';
COMMENT ON COLUMN main.incident_reports.fetched_at IS 'When the article was fetched (UTC).';
COMMENT ON COLUMN main.incident_reports.article_id IS 'The article.';
COMMENT ON COLUMN main.incident_reports.version_id IS 'The version that tells it.';

CREATE OR REPLACE VIEW main.incidents AS
SELECT i.incident_id, i.status, i.event_type, i.occurred_on, i.country, i.place, i.facilities, i.facility_type,
    coalesce(r.reports, 0) AS reports, coalesce(r.independent_reports, 0) AS independent_reports,
    i.modes, i.risks, i.actors, i.claimed_by, i.killed_min, i.killed_max, i.injured_min, i.injured_max,
    i.losses::JSON AS losses, i.occurred_until, i.date_precision, i.countries, i.facility_ids, i.latitude, i.longitude,
    i.factuality, i.confidence, i.parent_id, i.first_reported_at, i.last_reported_at, i.created_at, i.created_run_id
FROM stored.incident i
LEFT JOIN (
    SELECT incident_id, count(*) AS reports, count(DISTINCT split_part(origin, ':', 2)) AS independent_reports
    FROM main.incident_reports GROUP BY incident_id
) r ON r.incident_id = i.incident_id;

COMMENT ON VIEW main.incidents IS 'One row an incident: what happened in the world, as all its reports together tell it.';
COMMENT ON COLUMN main.incidents.incident_id IS 'The incident''s id: it never changes and is never used again.';
COMMENT ON COLUMN main.incidents.status IS
    'occurred, ongoing, restored, threatened, planned, foiled, denied, disputed, or retracted where no article tells it any more.';
COMMENT ON COLUMN main.incidents.event_type IS
    'attack, sabotage, cyberattack, theft, seizure, blockade, accident, outage or natural_hazard.';
COMMENT ON COLUMN main.incidents.occurred_on IS
    'First day on which it happened or may have happened, local calendar.';
COMMENT ON COLUMN main.incidents.country IS
    'ISO 3166-1 alpha-2 code of where it happened; null if unknown or at sea.';
COMMENT ON COLUMN main.incidents.place IS 'Finest place told.';
COMMENT ON COLUMN main.incidents.facilities IS 'Names of the facilities that were hit.';
COMMENT ON COLUMN main.incidents.facility_type IS 'Kind of facility.';
COMMENT ON COLUMN main.incidents.reports IS 'Articles that tell it.';
COMMENT ON COLUMN main.incidents.independent_reports IS
    'Independent origins among them: copies of one agency''s text and publishers of one owner count once.';
COMMENT ON COLUMN main.incidents.modes IS 'How: drone, missile, ransomware and so on.';
COMMENT ON COLUMN main.incidents.risks IS 'Risk labels that the happening itself shows.';
COMMENT ON COLUMN main.incidents.actors IS 'Who did it or is suspected of it, as told.';
COMMENT ON COLUMN main.incidents.claimed_by IS 'Who said that they did it.';
COMMENT ON COLUMN main.incidents.killed_min IS 'Killed, at least; null where no article says.';
COMMENT ON COLUMN main.incidents.killed_max IS 'Killed, at most; null where open or where no article says.';
COMMENT ON COLUMN main.incidents.injured_min IS 'Injured, at least.';
COMMENT ON COLUMN main.incidents.injured_max IS 'Injured, at most.';
COMMENT ON COLUMN main.incidents.losses IS 'What was lost, as JSON: unit, minimum and maximum of each.';
COMMENT ON COLUMN main.incidents.occurred_until IS 'Last day of that interval.';
COMMENT ON COLUMN main.incidents.date_precision IS
    'How exactly the date is told: hour, day, week, month or year.';
COMMENT ON COLUMN main.incidents.countries IS 'All countries that apply.';
COMMENT ON COLUMN main.incidents.facility_ids IS 'Ids of the facilities in the gazetteer.';
COMMENT ON COLUMN main.incidents.latitude IS 'Degrees north, WGS 84.';
COMMENT ON COLUMN main.incidents.longitude IS 'Degrees east, WGS 84.';
COMMENT ON COLUMN main.incidents.factuality IS
    'Strongest grading: asserted, attributed, foiled, planned, threatened or denied.';
COMMENT ON COLUMN main.incidents.confidence IS 'How sure the reading is, 0 to 1.';
COMMENT ON COLUMN main.incidents.parent_id IS 'Incident of which this one is a part.';
COMMENT ON COLUMN main.incidents.first_reported_at IS 'Publication of its first report (UTC).';
COMMENT ON COLUMN main.incidents.last_reported_at IS 'Publication of its latest report (UTC).';
COMMENT ON COLUMN main.incidents.created_at IS 'When the ledger learned of it (UTC).';
COMMENT ON COLUMN main.incidents.created_run_id IS 'Run that founded it.';

CREATE OR REPLACE VIEW main.incident_facts AS
SELECT ie.incident_id, c.field, c.value, c.detail, c.minimum, c.maximum, c.unit, c.factuality, c.speaker,
    c.superseded,
    substring(CASE c.span_in WHEN 'title' THEN v.title ELSE v.text END, c.span_start + 1, c.span_end - c.span_start)
        AS sentence,
    coalesce(s.publisher, a.source_id) AS publisher, v.published_at, a.url, s.reliability,
    coalesce(s.family, a.source_id) AS family, f.wire, c.span_in, c.span_start, c.span_end, c.value_start, c.value_end,
    a.source_id, a.article_id, c.version_id, c.event_id, c.claim_id
FROM (
    SELECT incident_id, event_id, list(facility_id) AS targets FROM stored.incident_event
    WHERE current GROUP BY incident_id, event_id
) ie
JOIN stored.claim c ON c.event_id = ie.event_id
JOIN stored.article_version v ON v.version_id = c.version_id
JOIN stored.article a ON a.article_id = v.article_id
LEFT JOIN stored.source s ON s.source_id = a.source_id
LEFT JOIN stored.fingerprint f ON f.version_id = c.version_id
WHERE list_contains(ie.targets, '') OR c.field IN ('event_type', 'factuality', 'occurred_on', 'actor', 'claimed_by')
   OR (c.field = 'facility' AND list_contains(ie.targets, c.detail));

COMMENT ON VIEW main.incident_facts IS 'Every value that an article states of an incident, with the words that state it; conflicting values stand side by side.';
COMMENT ON COLUMN main.incident_facts.incident_id IS 'The incident.';
COMMENT ON COLUMN main.incident_facts.field IS
    'What the value is of: event_type, factuality, facility, place, actor, claimed_by, occurred_on, killed, injured, missing, detained, or the role of a quantity (lost, throughput, capacity and so on).';
COMMENT ON COLUMN main.incident_facts.value IS 'The value in words.';
COMMENT ON COLUMN main.incident_facts.detail IS
    'What belongs to it: facility id, country of a place, role of an actor, precision of a date, modes of an event type, ''approximate'' for a quantity.';
COMMENT ON COLUMN main.incident_facts.minimum IS 'Lower bound of a number; null where open.';
COMMENT ON COLUMN main.incident_facts.maximum IS 'Upper bound of a number; null where open.';
COMMENT ON COLUMN main.incident_facts.unit IS 'Canonical unit of a number.';
COMMENT ON COLUMN main.incident_facts.factuality IS
    'How the sentence grades it: asserted, attributed, denied and so on.';
COMMENT ON COLUMN main.incident_facts.speaker IS 'Who says so, where the sentence names someone.';
COMMENT ON COLUMN main.incident_facts.superseded IS
    'Whether the article itself says that the value no longer holds.';
COMMENT ON COLUMN main.incident_facts.sentence IS 'The exact words that state it.';
COMMENT ON COLUMN main.incident_facts.publisher IS 'Name of the publisher.';
COMMENT ON COLUMN main.incident_facts.published_at IS 'When the article was published (UTC).';
COMMENT ON COLUMN main.incident_facts.url IS 'Canonical address of the article.';
COMMENT ON COLUMN main.incident_facts.reliability IS 'Admiralty grade of the source, A to F.';
COMMENT ON COLUMN main.incident_facts.family IS 'Who owns the publisher.';
COMMENT ON COLUMN main.incident_facts.wire IS 'Agency that the text is credited to.';
COMMENT ON COLUMN main.incident_facts.span_in IS 'Where the sentence stands: text or title.';
COMMENT ON COLUMN main.incident_facts.span_start IS 'First code point of the sentence.';
COMMENT ON COLUMN main.incident_facts.span_end IS 'Code point after the sentence.';
COMMENT ON COLUMN main.incident_facts.value_start IS
    'First code point of the value itself; null where no words of its own state it.';
COMMENT ON COLUMN main.incident_facts.value_end IS 'Code point after the value.';
COMMENT ON COLUMN main.incident_facts.source_id IS 'Id of the source.';
COMMENT ON COLUMN main.incident_facts.article_id IS 'The article.';
COMMENT ON COLUMN main.incident_facts.version_id IS 'The version that the offsets count in.';
COMMENT ON COLUMN main.incident_facts.event_id IS 'The event in the article.';
COMMENT ON COLUMN main.incident_facts.claim_id IS 'The claim''s id.';

CREATE OR REPLACE VIEW main.events AS
SELECT e.event_id, e.event_type, e.factuality, e.date_start AS occurred_on, e.date_end AS occurred_until, e.country,
    coalesce(p.facilities, []) AS facilities, coalesce(l.incident_ids, []) AS incident_ids, v.published_at,
    coalesce(s.publisher, a.source_id) AS publisher, v.title, a.url, e.confidence, e.model_key, e.article_id, e.version_id
FROM stored.event e
JOIN stored.article_version v ON v.version_id = e.version_id
JOIN stored.article a ON a.article_id = e.article_id
LEFT JOIN stored.source s ON s.source_id = a.source_id
LEFT JOIN (
    SELECT event_id, list(DISTINCT name ORDER BY name) AS facilities FROM stored.event_facility
    WHERE role = 'target' GROUP BY event_id
) p ON p.event_id = e.event_id
LEFT JOIN (
    SELECT event_id, list(DISTINCT incident_id ORDER BY incident_id) AS incident_ids FROM stored.incident_event
    WHERE current GROUP BY event_id
) l ON l.event_id = e.event_id
WHERE e.current;

COMMENT ON VIEW main.events IS 'What each article''s current version tells as one occurrence, also those that make no incident (sanctions, policy, markets).';
COMMENT ON COLUMN main.events.event_id IS 'The event''s id.';
COMMENT ON COLUMN main.events.event_type IS
    'attack, sabotage, cyberattack, theft, seizure, blockade, accident, outage, natural_hazard, sanction, legal_diplomatic or market.';
COMMENT ON COLUMN main.events.factuality IS
    'Its strongest grading in the article; only asserted and attributed count as having happened.';
COMMENT ON COLUMN main.events.occurred_on IS 'First day as told.';
COMMENT ON COLUMN main.events.occurred_until IS 'Last day as told.';
COMMENT ON COLUMN main.events.country IS 'ISO 3166-1 alpha-2 code of where it happened.';
COMMENT ON COLUMN main.events.facilities IS 'Names of the facilities that were hit.';
COMMENT ON COLUMN main.events.incident_ids IS 'Incidents that it belongs to.';
COMMENT ON COLUMN main.events.published_at IS 'When the article was published (UTC).';
COMMENT ON COLUMN main.events.publisher IS 'Name of the publisher.';
COMMENT ON COLUMN main.events.title IS 'Headline.';
COMMENT ON COLUMN main.events.url IS 'Canonical address of the article.';
COMMENT ON COLUMN main.events.confidence IS 'How sure the reading is, 0 to 1.';
COMMENT ON COLUMN main.events.model_key IS 'Models that found it.';
COMMENT ON COLUMN main.events.article_id IS 'The article.';
COMMENT ON COLUMN main.events.version_id IS 'The version that tells it.';

CREATE OR REPLACE VIEW main.facilities AS
SELECT g.facility_id, g.name, g.facility_type, g.countries, g.latitude, g.longitude, g.operator, g.capacity, g.unit,
    coalesce(h.incidents, 0) AS incidents, h.last_incident_on, g.listed
FROM stored.facility g
LEFT JOIN (
    SELECT facility_id, count(*) AS incidents, max(occurred_on) AS last_incident_on
    FROM (
        SELECT DISTINCT incident_id, occurred_on, unnest(facility_ids) AS facility_id FROM stored.incident
        WHERE status IN ('occurred', 'ongoing', 'partly_restored', 'restored')
          AND incident_id NOT IN (SELECT parent_id FROM stored.incident WHERE parent_id IS NOT NULL)
    ) GROUP BY facility_id
) h ON h.facility_id = g.facility_id;

COMMENT ON VIEW main.facilities IS 'The gazetteer''s facilities, with the incidents at each.';
COMMENT ON COLUMN main.facilities.facility_id IS 'The facility''s id: a slug, never used again.';
COMMENT ON COLUMN main.facilities.name IS 'Name.';
COMMENT ON COLUMN main.facilities.facility_type IS 'Kind of facility.';
COMMENT ON COLUMN main.facilities.countries IS 'ISO 3166-1 alpha-2 codes of the countries it lies in.';
COMMENT ON COLUMN main.facilities.latitude IS 'Degrees north, WGS 84; the middle of a line.';
COMMENT ON COLUMN main.facilities.longitude IS 'Degrees east, WGS 84.';
COMMENT ON COLUMN main.facilities.operator IS 'Who runs it.';
COMMENT ON COLUMN main.facilities.capacity IS 'Capacity, in `unit`.';
COMMENT ON COLUMN main.facilities.unit IS 'Unit of the capacity.';
COMMENT ON COLUMN main.facilities.incidents IS
    'Incidents that happened at it; of a salvo, the part that hit it.';
COMMENT ON COLUMN main.facilities.last_incident_on IS 'Day of the latest of them.';
COMMENT ON COLUMN main.facilities.listed IS 'Whether the gazetteer still lists it.';

CREATE OR REPLACE VIEW main.risk_by_week AS
WITH happened AS (
    SELECT date_trunc('week', occurred_on)::DATE AS week, unnest(risks) AS risk, incident_id FROM stored.incident
    WHERE status IN ('occurred', 'ongoing', 'partly_restored', 'restored') AND occurred_on IS NOT NULL
      AND parent_id IS NULL
),
tagged AS (
    SELECT date_trunc('week', timezone('UTC', coalesce(v.published_at, v.fetched_at)))::DATE AS week, t.label AS risk,
        v.article_id
    FROM stored.article_version v
    JOIN stored.annotation n ON n.version_id = v.version_id AND n.current AND n.relevant
    JOIN stored.risk_tag t ON t.version_id = n.version_id AND t.model_key = n.model_key
    WHERE v.current
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
    'Relevant articles published that week (UTC) that carry the label.';

CREATE OR REPLACE VIEW main.source_health AS
WITH given AS (
    SELECT feed_url, count(DISTINCT article_id) AS articles, count(*) FILTER (article_id IS NULL) AS without_article,
        max(first_seen_at) AS last_entry_at
    FROM stored.entry GROUP BY feed_url
)
SELECT g.source_id, coalesce(s.publisher, g.source_id) AS publisher, g.feed_url, t.outcome, t.reason, t.http_status,
    t.checked_at, t.succeeded_at, greatest(t.changed_at, e.last_entry_at) AS last_entry_at, coalesce(t.failures, 0) AS failures,
    coalesce(date_diff('second', coalesce(greatest(t.changed_at, e.last_entry_at), t.first_checked_at), t.checked_at)
        > 3 * 3600 * s.cadence_hours, false) AS quiet,
    s.cadence_hours, coalesce(e.articles, 0) AS articles, coalesce(e.without_article, 0) AS without_article,
    s.reliability, s.country, s.language, s.kind, coalesce(t.disabled, false) AS disabled,
    g.listed AND coalesce(s.listed AND s.enabled, false) AS listed
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
    'Whether, at the last attempt, it had been silent beyond three times its cadence.';
COMMENT ON COLUMN main.source_health.cadence_hours IS 'Expected hours between entries.';
COMMENT ON COLUMN main.source_health.articles IS 'Articles in the ledger that it led to.';
COMMENT ON COLUMN main.source_health.without_article IS 'Its entries that never gave an article.';
COMMENT ON COLUMN main.source_health.reliability IS 'Admiralty grade of the source, A to F.';
COMMENT ON COLUMN main.source_health.country IS 'ISO 3166-1 alpha-2 code of the publisher''s seat.';
COMMENT ON COLUMN main.source_health.language IS 'ISO 639-1 code.';
COMMENT ON COLUMN main.source_health.kind IS
    'agency, press, trade, regulator, operator, government, research or security.';
COMMENT ON COLUMN main.source_health.disabled IS 'Whether the publisher said that the feed is gone for good.';
COMMENT ON COLUMN main.source_health.listed IS 'Whether the configuration still lists it and has it enabled.';

CREATE OR REPLACE VIEW main.runs AS
SELECT run_id, started_at, finished_at, date_diff('millisecond', started_at, finished_at) / 1000.0 AS seconds, status,
    command, counts::JSON AS counts, error
FROM stored.run;

COMMENT ON VIEW main.runs IS 'Every run: when, how it ended, and what it counted.';
COMMENT ON COLUMN main.runs.run_id IS 'The run''s id.';
COMMENT ON COLUMN main.runs.started_at IS 'Start (UTC).';
COMMENT ON COLUMN main.runs.finished_at IS 'End (UTC); null where it is running or was interrupted.';
COMMENT ON COLUMN main.runs.seconds IS 'How long it took.';
COMMENT ON COLUMN main.runs.status IS 'running, complete, partial, failed or interrupted.';
COMMENT ON COLUMN main.runs.command IS 'Command line.';
COMMENT ON COLUMN main.runs.counts IS 'What it counted, as JSON: counts->>''articles_new'' and so on.';
COMMENT ON COLUMN main.runs.error IS 'What went wrong.';

CREATE OR REPLACE VIEW main.revisions AS
SELECT incident_id, revised_at, field, old, new, reason, run_id, revision_number FROM stored.revision;

COMMENT ON VIEW main.revisions IS 'Every change of every incident.';
COMMENT ON COLUMN main.revisions.incident_id IS 'The incident.';
COMMENT ON COLUMN main.revisions.revised_at IS 'When it was changed (UTC).';
COMMENT ON COLUMN main.revisions.field IS
    'What was changed: a column of incidents, ''report'' for an article that was attached or taken off, ''created'' for the founding.';
COMMENT ON COLUMN main.revisions.old IS 'Value before.';
COMMENT ON COLUMN main.revisions.new IS 'Value after.';
COMMENT ON COLUMN main.revisions.reason IS 'Why.';
COMMENT ON COLUMN main.revisions.run_id IS 'Run that changed it.';
COMMENT ON COLUMN main.revisions.revision_number IS 'Order of the changes, from 1.';

CREATE OR REPLACE VIEW main.suggestions AS
SELECT incident_id, other_id, score, reason, suggested_at, run_id FROM stored.suggestion;

COMMENT ON VIEW main.suggestions IS 'Pairs of incidents that may be one, for an analyst to decide.';
COMMENT ON COLUMN main.suggestions.incident_id IS 'The newer incident.';
COMMENT ON COLUMN main.suggestions.other_id IS 'The incident that it may be part of.';
COMMENT ON COLUMN main.suggestions.score IS
    'How alike they are, 0 to 1; those above the resolver''s threshold are joined without asking.';
COMMENT ON COLUMN main.suggestions.reason IS 'What speaks for it.';
COMMENT ON COLUMN main.suggestions.suggested_at IS 'When it was suggested (UTC).';
COMMENT ON COLUMN main.suggestions.run_id IS 'Run that suggested it.';

CREATE OR REPLACE VIEW main.briefings AS
SELECT path, since, generated_at, run_id FROM stored.briefing;

COMMENT ON VIEW main.briefings IS 'The briefings that were written.';
COMMENT ON COLUMN main.briefings.path IS 'Where it lies.';
COMMENT ON COLUMN main.briefings.since IS 'It tells what came after this moment (UTC); null for the first.';
COMMENT ON COLUMN main.briefings.generated_at IS 'When it was written (UTC).';
COMMENT ON COLUMN main.briefings.run_id IS 'Run that it belongs to.';
