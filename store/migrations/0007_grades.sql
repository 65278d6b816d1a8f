-- How far an incident can be believed, the range of what is told of it, and how long what it stopped was out.
-- Null in rows of older versions until a report or `linewalker reprocess` folds them again.

ALTER TABLE stored.incident ADD COLUMN killed_low INTEGER;
ALTER TABLE stored.incident ADD COLUMN killed_high INTEGER; -- null: open, or not told
ALTER TABLE stored.incident ADD COLUMN injured_low INTEGER;
ALTER TABLE stored.incident ADD COLUMN injured_high INTEGER;
ALTER TABLE stored.incident ADD COLUMN credibility INTEGER; -- 1 to 6
ALTER TABLE stored.incident ADD COLUMN evidence_tier VARCHAR;
ALTER TABLE stored.incident ADD COLUMN status_event_id VARCHAR; -- follows the reports without revisions of its own
ALTER TABLE stored.incident ADD COLUMN restored_on DATE;
ALTER TABLE stored.incident ADD COLUMN days_out INTEGER;

CREATE OR REPLACE VIEW main.incidents AS
SELECT i.incident_id, i.status, i.event_type, i.occurred_on, i.country, i.place, i.facilities, i.facility_type,
    coalesce(r.reports, 0) AS reports, coalesce(r.independent_reports, 0) AS independent_reports,
    i.credibility, i.evidence_tier, i.modes, i.risks, i.actors, i.claimed_by, i.killed_min, i.killed_max, i.killed_low,
    i.killed_high, i.injured_min, i.injured_max, i.injured_low, i.injured_high, i.losses::JSON AS losses, i.days_out,
    i.restored_on, i.occurred_until, i.date_precision, i.countries, i.facility_ids, i.latitude, i.longitude,
    i.factuality, i.confidence, i.status_event_id, i.parent_id, i.merged_into, i.verdict, i.reviewed_by, i.reviewed_at,
    i.first_reported_at, i.last_reported_at, i.created_at, i.created_run_id
FROM stored.incident i
LEFT JOIN (
    SELECT incident_id, count(*) AS reports, count(DISTINCT split_part(origin, ':', 2)) AS independent_reports
    FROM main.incident_reports GROUP BY incident_id
) r ON r.incident_id = i.incident_id;

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
COMMENT ON COLUMN main.incidents.parent_id IS 'Incident of which this one is a part.';
COMMENT ON COLUMN main.incidents.merged_into IS 'Incident that an analyst made it part of; its reports are counted there.';
COMMENT ON COLUMN main.incidents.verdict IS 'confirmed or dismissed by an analyst; null where nobody has said so.';
COMMENT ON COLUMN main.incidents.reviewed_by IS 'Who gave the verdict.';
COMMENT ON COLUMN main.incidents.reviewed_at IS 'When it was given (UTC).';
COMMENT ON COLUMN main.incidents.first_reported_at IS 'Publication of its first report (UTC).';
COMMENT ON COLUMN main.incidents.last_reported_at IS 'Publication of its latest report (UTC).';
COMMENT ON COLUMN main.incidents.created_at IS 'When the ledger learned of it (UTC).';
COMMENT ON COLUMN main.incidents.created_run_id IS 'Run that founded it.';

COMMENT ON COLUMN main.incident_facts.detail IS
    'What belongs to it: facility id, country of a place, role of an actor, precision of a date, modes of an event type, ''approximate'' for a quantity; of a denial that is not of the happening itself: cause, effect (what it brought) or part (the speaker''s own).';
