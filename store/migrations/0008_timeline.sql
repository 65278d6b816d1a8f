-- The timeline follows the day of the restoration that the fold finds, where it has found one.

CREATE OR REPLACE VIEW stored.interruption AS
SELECT incident_id, facility_ids, losses, occurred_on AS began_on,
    -- Where no such day is known, as in rows of older versions, the last report told of the restoration.
    CASE WHEN status = 'restored' THEN coalesce(restored_on, timezone('UTC', last_reported_at)::DATE) END AS restored_on,
    greatest(occurred_on, timezone('UTC', last_reported_at)::DATE) AS last_known_on
FROM stored.incident
WHERE occurred_on IS NOT NULL AND status IN ('occurred', 'ongoing', 'partly_restored', 'restored')
  AND incident_id NOT IN (SELECT parent_id FROM stored.part)
  AND (event_type IN ('outage', 'blockade') OR status <> 'occurred' OR list_contains(risks, 'supply_disruption')
       OR list_has_any(CAST(json_extract_string(losses, '$[*].unit') AS VARCHAR[]),
                       ['bbl/d', 'm3/d', 'bcm/y', 't/d', 't/y', 'MW']));

COMMENT ON VIEW stored.interruption IS 'From when to when each incident interrupts what it hit.';

CREATE OR REPLACE VIEW main.facilities AS
SELECT g.facility_id, g.name, g.facility_type, g.countries, g.latitude, g.longitude, g.operator, g.capacity, g.unit,
    coalesce(h.incidents, 0) AS incidents, h.last_incident_on, g.listed
FROM stored.facility g
LEFT JOIN (
    SELECT facility_id, count(*) AS incidents, max(occurred_on) AS last_incident_on
    FROM (
        SELECT DISTINCT incident_id, occurred_on, unnest(facility_ids) AS facility_id FROM stored.incident
        WHERE status IN ('occurred', 'ongoing', 'partly_restored', 'restored')
          AND incident_id NOT IN (SELECT parent_id FROM stored.part)
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
      AND incident_id NOT IN (SELECT incident_id FROM stored.part)
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
