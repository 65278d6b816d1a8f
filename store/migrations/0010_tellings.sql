-- Who tells each incident, side by side with what the views show of it, so that a question reads this and not the archive.
-- Kept by the writer in the transaction that changes the links (store/tellings.py).

CREATE TABLE stored.telling (
    incident_id VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    version_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    targets VARCHAR[] NOT NULL, -- facilities of the links; '' where the event is of the whole incident
    leads BOOLEAN NOT NULL, -- one event of each version in the incident: it stands for the report
    events INTEGER NOT NULL, -- of this version in the incident; as the three that follow
    attached_at TIMESTAMPTZ NOT NULL,
    score DOUBLE NOT NULL,
    reason VARCHAR NOT NULL,
    published_at TIMESTAMPTZ,
    fetched_at TIMESTAMPTZ NOT NULL,
    wire VARCHAR,
    origin VARCHAR, -- null where it is not decided
    title VARCHAR NOT NULL,
    url VARCHAR NOT NULL
);

ALTER TABLE stored.incident ADD COLUMN reports INTEGER DEFAULT 0;
ALTER TABLE stored.incident ADD COLUMN independent_reports INTEGER DEFAULT 0;

INSERT INTO stored.telling BY NAME
WITH links AS (
    SELECT incident_id, event_id, list(facility_id ORDER BY facility_id) AS targets, min(attached_at) AS attached_at,
        min(score) AS score, arg_min(reason, (score, facility_id)) AS reason
    FROM stored.incident_event WHERE current GROUP BY incident_id, event_id
)
SELECT l.incident_id, l.event_id, e.version_id, e.article_id, a.source_id, l.targets,
    row_number() OVER one = 1 AS leads, (count(*) OVER whole)::INTEGER AS events,
    min(l.attached_at) OVER whole AS attached_at, min(l.score) OVER whole AS score,
    first_value(l.reason) OVER (one ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS reason,
    v.published_at, v.fetched_at, f.wire, f.origin, v.title, a.url
FROM links l
JOIN stored.event e ON e.event_id = l.event_id
JOIN stored.article_version v ON v.version_id = e.version_id
JOIN stored.article a ON a.article_id = e.article_id
LEFT JOIN stored.fingerprint f ON f.version_id = e.version_id
WINDOW whole AS (PARTITION BY l.incident_id, e.version_id),
    one AS (PARTITION BY l.incident_id, e.version_id ORDER BY l.score, l.event_id)
ORDER BY attached_at, incident_id, event_id;

CREATE OR REPLACE VIEW main.incident_reports AS
SELECT t.incident_id, t.published_at, coalesce(s.publisher, t.source_id) AS publisher, t.title, t.url,
    coalesce(s.family, t.source_id) AS family, t.wire,
    coalesce(t.origin, 'family:' || coalesce(s.family, t.source_id)) AS origin, s.reliability, t.source_id,
    t.events::BIGINT AS events, t.attached_at, t.score, t.reason, t.fetched_at, t.article_id, t.version_id
FROM stored.telling t
LEFT JOIN stored.source s ON s.source_id = t.source_id
WHERE t.leads;

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

UPDATE stored.incident SET reports = r.reports, independent_reports = r.independent_reports
FROM (
    SELECT incident_id, count(*) AS reports, count(DISTINCT split_part(origin, ':', 2)) AS independent_reports
    FROM main.incident_reports GROUP BY incident_id
) r WHERE r.incident_id = incident.incident_id;

CREATE OR REPLACE VIEW main.incidents AS
SELECT i.incident_id, i.status, i.event_type, i.occurred_on, i.country, i.place, i.facilities, i.facility_type,
    i.reports::BIGINT AS reports, i.independent_reports::BIGINT AS independent_reports,
    i.credibility, i.evidence_tier, i.modes, i.risks, i.actors, i.claimed_by, i.killed_min, i.killed_max, i.killed_low,
    i.killed_high, i.injured_min, i.injured_max, i.injured_low, i.injured_high, i.losses::JSON AS losses, i.days_out,
    i.restored_on, i.occurred_until, i.date_precision, i.countries, i.facility_ids, i.latitude, i.longitude,
    i.factuality, i.confidence, i.status_event_id, p.parent_id, i.merged_into, i.verdict, i.reviewed_by, i.reviewed_at,
    i.first_reported_at, i.last_reported_at, i.created_at, i.created_run_id
FROM stored.incident i
LEFT JOIN stored.part p ON p.incident_id = i.incident_id;

COMMENT ON VIEW main.incidents IS 'One row an incident: what happened in the world, as all its reports together tell it.';
COMMENT ON COLUMN main.incidents.incident_id IS 'The incident''s id: it never changes and is never used again.';
COMMENT ON COLUMN main.incidents.status IS
    'occurred, ongoing, partly_restored, restored, threatened, planned, foiled, denied, disputed, retracted where no article tells it any more, merged where an analyst made it part of another, or dismissed by an analyst.';
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
COMMENT ON COLUMN main.incidents.credibility IS
    'Admiralty scale (NATO STANAG 2511): 1 confirmed by other sources, 2 probably true, 3 possibly true, 4 doubtful, 5 improbable, 6 cannot be judged; null where nothing has been told since this was kept.';
COMMENT ON COLUMN main.incidents.evidence_tier IS
    'What it rests on: single_source, corroborated (independent origins), official (operator, authority or police say so), disputed, or retracted where no article tells it any more.';
COMMENT ON COLUMN main.incidents.modes IS 'How: drone, missile, ransomware and so on.';
COMMENT ON COLUMN main.incidents.risks IS 'Risk labels that the happening itself shows.';
COMMENT ON COLUMN main.incidents.actors IS 'Who did it or is suspected of it, as told.';
COMMENT ON COLUMN main.incidents.claimed_by IS 'Who said that they did it.';
COMMENT ON COLUMN main.incidents.killed_min IS 'Killed, at least, by the best value; null where no article says.';
COMMENT ON COLUMN main.incidents.killed_max IS
    'Killed, at most, by the best value; null where open or where no article says.';
COMMENT ON COLUMN main.incidents.killed_low IS 'Killed, the least that the last words of any independent origin say.';
COMMENT ON COLUMN main.incidents.killed_high IS
    'Killed, the most that the last words of any independent origin say; null where open or where no article says.';
COMMENT ON COLUMN main.incidents.injured_min IS 'Injured, at least.';
COMMENT ON COLUMN main.incidents.injured_max IS 'Injured, at most.';
COMMENT ON COLUMN main.incidents.injured_low IS 'Injured, the least that the last words of any independent origin say.';
COMMENT ON COLUMN main.incidents.injured_high IS
    'Injured, the most that the last words of any independent origin say; null where open or where no article says.';
COMMENT ON COLUMN main.incidents.losses IS
    'What was lost, as JSON: unit, minimum and maximum of the best value, low and high over the last words of all origins.';
COMMENT ON COLUMN main.incidents.days_out IS
    'Calendar days of an interruption, from occurred_on to the day before the restart or to the last report that it goes on; null where nothing was interrupted or the day is not known.';
COMMENT ON COLUMN main.incidents.restored_on IS
    'Day on which the whole was back, local calendar as told, else the day of the report (UTC); null where it is not.';
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
COMMENT ON COLUMN main.incidents.status_event_id IS 'Event of the report that moved it into its status.';
COMMENT ON COLUMN main.incidents.parent_id IS
    'Incident of which this one is a part; null where one of the two was merged, dismissed or retracted.';
COMMENT ON COLUMN main.incidents.merged_into IS 'Incident that an analyst made it part of; its reports are counted there.';
COMMENT ON COLUMN main.incidents.verdict IS 'confirmed or dismissed by an analyst; null where nobody has said so.';
COMMENT ON COLUMN main.incidents.reviewed_by IS 'Who gave the verdict.';
COMMENT ON COLUMN main.incidents.reviewed_at IS 'When it was given (UTC).';
COMMENT ON COLUMN main.incidents.first_reported_at IS 'Publication of its first report (UTC).';
COMMENT ON COLUMN main.incidents.last_reported_at IS 'Publication of its latest report (UTC).';
COMMENT ON COLUMN main.incidents.created_at IS 'When the ledger learned of it (UTC).';
COMMENT ON COLUMN main.incidents.created_run_id IS 'Run that founded it.';

CREATE OR REPLACE VIEW main.incident_facts AS
SELECT t.incident_id, c.field, c.value, c.detail, c.minimum, c.maximum, c.unit, c.factuality, c.speaker,
    c.superseded,
    -- An outer join by the key, so that it is left out where nobody asks for the words.
    substring(CASE c.span_in WHEN 'title' THEN v.title ELSE v.text END, c.span_start + 1, c.span_end - c.span_start)
        AS sentence,
    coalesce(s.publisher, t.source_id) AS publisher, t.published_at, t.url, s.reliability,
    coalesce(s.family, t.source_id) AS family, t.wire, c.span_in, c.span_start, c.span_end, c.value_start, c.value_end,
    t.source_id, t.article_id, c.version_id, c.event_id, c.claim_id
FROM stored.telling t
JOIN stored.claim c ON c.event_id = t.event_id
LEFT JOIN stored.article_version v ON v.version_id = c.version_id
LEFT JOIN stored.source s ON s.source_id = t.source_id
WHERE list_contains(t.targets, '') OR c.field IN ('event_type', 'factuality', 'occurred_on', 'actor', 'claimed_by')
   OR (c.field = 'facility' AND list_contains(t.targets, c.detail));

COMMENT ON VIEW main.incident_facts IS 'Every value that an article states of an incident, with the words that state it; conflicting values stand side by side.';
COMMENT ON COLUMN main.incident_facts.incident_id IS 'The incident.';
COMMENT ON COLUMN main.incident_facts.field IS
    'What the value is of: event_type, factuality, facility, place, actor, claimed_by, occurred_on, killed, injured, missing, detained, or the role of a quantity (lost, throughput, capacity and so on).';
COMMENT ON COLUMN main.incident_facts.value IS 'The value in words.';
COMMENT ON COLUMN main.incident_facts.detail IS
    'What belongs to it: facility id, country of a place, role of an actor, precision of a date, modes of an event type, ''approximate'' for a quantity; of a denial that is not of the happening itself: cause, effect (what it brought) or part (the speaker''s own).';
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

CREATE OR REPLACE VIEW main.publisher_agreement AS
WITH reports AS (
    SELECT t.incident_id, t.event_id,
        split_part(coalesce(t.origin, 'family:' || coalesce(s.family, t.source_id)), ':', 2) AS family,
        coalesce(t.published_at, t.fetched_at) AS told_at
    FROM stored.telling t
    JOIN stored.incident i ON i.incident_id = t.incident_id AND i.status <> 'dismissed'
    LEFT JOIN stored.source s ON s.source_id = t.source_id
    WHERE list_contains(t.targets, '')
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
