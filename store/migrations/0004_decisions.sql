-- What analysts decide about incidents. Rows are only ever added, and marked when they are withdrawn.

CREATE TABLE stored.decision (
    decision_id VARCHAR PRIMARY KEY, -- hash of all that it says, with who and when
    decision_number BIGINT NOT NULL, -- the order in which decisions are followed
    kind VARCHAR NOT NULL, -- merge, split, correct, confirm, dismiss, apart
    incident_id VARCHAR NOT NULL,
    other_id VARCHAR, -- merge: what it became part of; split: the new incident; apart: the other of the pair
    article_ids VARCHAR[] NOT NULL, -- split: the articles whose reports left
    field VARCHAR, -- correct
    value VARCHAR, -- correct: JSON object of the columns that it sets
    note VARCHAR,
    decided_by VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by VARCHAR
);

-- Where the resolver put a report, while incident_id says where it belongs once decisions are followed. Null: the same.
ALTER TABLE stored.incident_event ADD COLUMN resolved_id VARCHAR;
-- The parent that the resolver gave, while parent_id is what decisions leave of it.
ALTER TABLE stored.incident ADD COLUMN machine_parent_id VARCHAR;
ALTER TABLE stored.incident ADD COLUMN merged_into VARCHAR;
ALTER TABLE stored.incident ADD COLUMN verdict VARCHAR;
ALTER TABLE stored.incident ADD COLUMN reviewed_by VARCHAR;
ALTER TABLE stored.incident ADD COLUMN reviewed_at TIMESTAMPTZ;
UPDATE stored.incident SET machine_parent_id = parent_id;
ALTER TABLE stored.revision ADD COLUMN cause_kind VARCHAR; -- claim, edit, rules, decision; null in rows of older versions
ALTER TABLE stored.revision ADD COLUMN cause_id VARCHAR; -- claim or event id, model key or rules, decision id

CREATE OR REPLACE VIEW main.incidents AS
SELECT i.incident_id, i.status, i.event_type, i.occurred_on, i.country, i.place, i.facilities, i.facility_type,
    coalesce(r.reports, 0) AS reports, coalesce(r.independent_reports, 0) AS independent_reports,
    i.modes, i.risks, i.actors, i.claimed_by, i.killed_min, i.killed_max, i.injured_min, i.injured_max,
    i.losses::JSON AS losses, i.occurred_until, i.date_precision, i.countries, i.facility_ids, i.latitude, i.longitude,
    i.factuality, i.confidence, i.parent_id, i.merged_into, i.verdict, i.reviewed_by, i.reviewed_at,
    i.first_reported_at, i.last_reported_at, i.created_at, i.created_run_id
FROM stored.incident i
LEFT JOIN (
    SELECT incident_id, count(*) AS reports, count(DISTINCT split_part(origin, ':', 2)) AS independent_reports
    FROM main.incident_reports GROUP BY incident_id
) r ON r.incident_id = i.incident_id;

COMMENT ON VIEW main.incidents IS 'One row an incident: what happened in the world, as all its reports together tell it.';
COMMENT ON COLUMN main.incidents.incident_id IS 'The incident''s id: it never changes and is never used again.';
COMMENT ON COLUMN main.incidents.status IS
    'occurred, ongoing, restored, threatened, planned, foiled, denied, disputed, retracted where no article tells it any more, merged where an analyst made it part of another, or dismissed by an analyst.';
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
COMMENT ON COLUMN main.incidents.merged_into IS 'Incident that an analyst made it part of; its reports are counted there.';
COMMENT ON COLUMN main.incidents.verdict IS 'confirmed or dismissed by an analyst; null where nobody has said so.';
COMMENT ON COLUMN main.incidents.reviewed_by IS 'Who gave the verdict.';
COMMENT ON COLUMN main.incidents.reviewed_at IS 'When it was given (UTC).';
COMMENT ON COLUMN main.incidents.first_reported_at IS 'Publication of its first report (UTC).';
COMMENT ON COLUMN main.incidents.last_reported_at IS 'Publication of its latest report (UTC).';
COMMENT ON COLUMN main.incidents.created_at IS 'When the ledger learned of it (UTC).';
COMMENT ON COLUMN main.incidents.created_run_id IS 'Run that founded it.';

CREATE OR REPLACE VIEW main.revisions AS
SELECT incident_id, revised_at, field, old, new, reason, cause_kind, cause_id, run_id, revision_number
FROM stored.revision;

COMMENT ON VIEW main.revisions IS 'Every change of every incident.';
COMMENT ON COLUMN main.revisions.incident_id IS 'The incident.';
COMMENT ON COLUMN main.revisions.revised_at IS 'When it was changed (UTC).';
COMMENT ON COLUMN main.revisions.field IS
    'What was changed: a column of incidents, ''report'' for an article that was attached or taken off, ''created'' for the founding.';
COMMENT ON COLUMN main.revisions.old IS 'Value before.';
COMMENT ON COLUMN main.revisions.new IS 'Value after.';
COMMENT ON COLUMN main.revisions.reason IS 'Why.';
COMMENT ON COLUMN main.revisions.cause_kind IS
    'What caused it: claim (a report came), edit (an article was edited), rules (newer models or rules read the same words otherwise), decision (an analyst''s); null before this was kept.';
COMMENT ON COLUMN main.revisions.cause_id IS
    'Which: the claim, else the event or article version; the models or rules; the decision.';
COMMENT ON COLUMN main.revisions.run_id IS 'Run that changed it; ''review'' for an analyst''s decision between the runs.';
COMMENT ON COLUMN main.revisions.revision_number IS 'Order of the changes, from 1.';

CREATE OR REPLACE VIEW main.decisions AS
SELECT decided_at, decided_by, kind, incident_id, other_id, field, value::JSON AS value, note,
    withdrawn_at IS NULL AS stands, withdrawn_at, withdrawn_by, article_ids, decision_id, decision_number
FROM stored.decision;

COMMENT ON VIEW main.decisions IS 'Every decision that an analyst took on an incident, also those that were withdrawn.';
COMMENT ON COLUMN main.decisions.decided_at IS 'When it was taken (UTC).';
COMMENT ON COLUMN main.decisions.decided_by IS 'Who took it.';
COMMENT ON COLUMN main.decisions.kind IS
    'merge (part of another), split (some articles tell another), correct (a field), confirm, dismiss (no incident at all) or apart (the two are not one).';
COMMENT ON COLUMN main.decisions.incident_id IS 'The incident that it is about.';
COMMENT ON COLUMN main.decisions.other_id IS
    'merge: the incident that it became part of; split: the new incident; apart: the other of the two.';
COMMENT ON COLUMN main.decisions.field IS 'correct: the field.';
COMMENT ON COLUMN main.decisions.value IS 'correct: the columns that it sets, with their values, as JSON.';
COMMENT ON COLUMN main.decisions.note IS 'The analyst''s note.';
COMMENT ON COLUMN main.decisions.stands IS 'Whether it holds: false once it was withdrawn.';
COMMENT ON COLUMN main.decisions.withdrawn_at IS 'When it was withdrawn (UTC); null where it stands.';
COMMENT ON COLUMN main.decisions.withdrawn_by IS 'Who withdrew it.';
COMMENT ON COLUMN main.decisions.article_ids IS 'split: the articles whose reports left.';
COMMENT ON COLUMN main.decisions.decision_id IS 'The decision''s id.';
COMMENT ON COLUMN main.decisions.decision_number IS 'Order of the decisions, from 1; they are followed in it.';

-- A pair is open until an analyst merges it or says that it is two, or one of the two is gone.
CREATE OR REPLACE VIEW main.suggestions AS
WITH ends AS (
    SELECT s.*, coalesce(a.merged_into, s.incident_id) AS one, coalesce(b.merged_into, s.other_id) AS two,
        x.status AS one_status, y.status AS two_status
    FROM stored.suggestion s
    LEFT JOIN stored.incident a ON a.incident_id = s.incident_id
    LEFT JOIN stored.incident b ON b.incident_id = s.other_id
    LEFT JOIN stored.incident x ON x.incident_id = coalesce(a.merged_into, s.incident_id)
    LEFT JOIN stored.incident y ON y.incident_id = coalesce(b.merged_into, s.other_id)
),
apart AS (
    SELECT least(x, y) AS low, greatest(x, y) AS high FROM (
        SELECT coalesce(a.merged_into, d.incident_id) AS x, coalesce(b.merged_into, d.other_id) AS y
        FROM stored.decision d
        LEFT JOIN stored.incident a ON a.incident_id = d.incident_id
        LEFT JOIN stored.incident b ON b.incident_id = d.other_id
        WHERE d.kind = 'apart' AND d.withdrawn_at IS NULL
    )
)
SELECT e.incident_id, e.other_id, e.score, e.reason,
    CASE WHEN e.one = e.two THEN 'merged'
         WHEN EXISTS (SELECT 1 FROM apart p WHERE p.low = least(e.one, e.two) AND p.high = greatest(e.one, e.two))
             THEN 'apart'
         WHEN e.one_status IN ('retracted', 'dismissed') OR e.two_status IN ('retracted', 'dismissed') THEN 'gone'
         ELSE 'open' END AS state,
    e.suggested_at, e.run_id
FROM ends e;

COMMENT ON VIEW main.suggestions IS 'Pairs of incidents that may be one, for an analyst to decide.';
COMMENT ON COLUMN main.suggestions.incident_id IS 'The newer incident.';
COMMENT ON COLUMN main.suggestions.other_id IS 'The incident that it may be part of.';
COMMENT ON COLUMN main.suggestions.score IS
    'How alike they are, 0 to 1; those above the resolver''s threshold are joined without asking.';
COMMENT ON COLUMN main.suggestions.reason IS 'What speaks for it.';
COMMENT ON COLUMN main.suggestions.state IS
    'open, merged or apart as an analyst decided, or gone where one of the two was retracted or dismissed.';
COMMENT ON COLUMN main.suggestions.suggested_at IS 'When it was suggested (UTC).';
COMMENT ON COLUMN main.suggestions.run_id IS 'Run that suggested it.';
