-- The timeline follows the day of the restoration that the fold finds, where it has found one.

CREATE OR REPLACE VIEW stored.interruption AS
SELECT incident_id, facility_ids, losses, occurred_on AS began_on,
    -- In rows of older versions, which carry no such day, the last report told of the restoration.
    coalesce(restored_on, CASE WHEN status = 'restored' THEN timezone('UTC', last_reported_at)::DATE END) AS restored_on,
    greatest(occurred_on, timezone('UTC', last_reported_at)::DATE) AS last_known_on
FROM stored.incident
WHERE occurred_on IS NOT NULL AND status IN ('occurred', 'ongoing', 'partly_restored', 'restored')
  AND incident_id NOT IN (SELECT parent_id FROM stored.incident WHERE parent_id IS NOT NULL)
  AND (event_type IN ('outage', 'blockade') OR status <> 'occurred' OR list_contains(risks, 'supply_disruption')
       OR list_has_any(CAST(json_extract_string(losses, '$[*].unit') AS VARCHAR[]),
                       ['bbl/d', 'm3/d', 'bcm/y', 't/d', 't/y', 'MW']));

COMMENT ON VIEW stored.interruption IS 'From when to when each incident interrupts what it hit.';
