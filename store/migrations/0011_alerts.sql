-- Alerts: what each rule decided of each incident, the messages made of it, and how far each has come at each target.
-- Rows of alert and alert_message are written once; only alert_delivery and alert_rule change.

CREATE TABLE stored.alert_rule (
    rule VARCHAR PRIMARY KEY,
    fingerprint VARCHAR NOT NULL, -- of its conditions: a changed rule starts anew
    active_from TIMESTAMPTZ NOT NULL, -- what the ledger knew before is no news of it
    evaluated_at TIMESTAMPTZ NOT NULL,
    evaluated_revision BIGINT NOT NULL -- the last revision that it has seen
);

CREATE TABLE stored.alert (
    alert_id VARCHAR PRIMARY KEY,
    rule VARCHAR NOT NULL,
    incident_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- first, worse, fallen, known
    level VARCHAR NOT NULL,
    reasons VARCHAR[] NOT NULL,
    changes VARCHAR[] NOT NULL,
    told_before BOOLEAN NOT NULL, -- also where an incident that is part of this one now was told
    decided_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    message_id VARCHAR, -- null of what nobody is told
    state VARCHAR NOT NULL -- JSON: what a later night is compared with
);

CREATE TABLE stored.alert_message (
    message_id VARCHAR PRIMARY KEY,
    title VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL
);

-- A target is a name; its address and its secrets are never stored.
CREATE TABLE stored.alert_delivery (
    message_id VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    status VARCHAR NOT NULL, -- waiting, delivered, given_up
    attempts INTEGER NOT NULL,
    tried_at TIMESTAMPTZ,
    delivered_at TIMESTAMPTZ,
    error VARCHAR,
    PRIMARY KEY (message_id, target)
);

CREATE OR REPLACE VIEW main.alerts AS
SELECT a.alert_id, a.decided_at, a.rule, a.incident_id, a.kind, a.level, a.reasons, a.changes, m.title,
    coalesce(d.targets, []) AS targets, coalesce(d.delivered, []) AS delivered, d.delivered_at,
    coalesce(d.attempts, 0) AS attempts, d.error, a.message_id, a.run_id
FROM stored.alert a
JOIN stored.alert_message m ON m.message_id = a.message_id
LEFT JOIN (
    SELECT message_id, list(target ORDER BY target) AS targets,
        list(target ORDER BY target) FILTER (status = 'delivered') AS delivered, max(delivered_at) AS delivered_at,
        max(attempts)::INTEGER AS attempts, string_agg(target || ': ' || error, '; ' ORDER BY target) AS error
    FROM stored.alert_delivery GROUP BY message_id
) d ON d.message_id = a.message_id;

COMMENT ON VIEW main.alerts IS 'Firings of alert rules that somebody was told, or is to be told, of.';
COMMENT ON COLUMN main.alerts.alert_id IS 'Id of the firing.';
COMMENT ON COLUMN main.alerts.decided_at IS 'When the run decided on it (UTC).';
COMMENT ON COLUMN main.alerts.rule IS 'Name of the rule in linewalker.toml.';
COMMENT ON COLUMN main.alerts.incident_id IS 'Incident that it fired on.';
COMMENT ON COLUMN main.alerts.kind IS
    'first, worse (it escalated since the last firing) or fallen (denied, disputed, retracted, dismissed, merged, foiled).';
COMMENT ON COLUMN main.alerts.level IS 'Severity as told: severe, serious, moderate or minor.';
COMMENT ON COLUMN main.alerts.reasons IS 'Conditions of the rule that held.';
COMMENT ON COLUMN main.alerts.changes IS 'What was worse than at the last firing, or why it fell; empty at the first.';
COMMENT ON COLUMN main.alerts.title IS 'Title of the message; several firings may share one.';
COMMENT ON COLUMN main.alerts.targets IS 'Names of those who are to be told.';
COMMENT ON COLUMN main.alerts.delivered IS 'Those of them whose receiver took the message.';
COMMENT ON COLUMN main.alerts.delivered_at IS 'When the last of them took it (UTC).';
COMMENT ON COLUMN main.alerts.attempts IS 'Most attempts at one target.';
COMMENT ON COLUMN main.alerts.error IS 'Why the last attempt at a target failed, without addresses.';
COMMENT ON COLUMN main.alerts.message_id IS
    'Id of the message, the same in every copy: in the text, the Message-ID of a mail, the headers of a web hook.';
COMMENT ON COLUMN main.alerts.run_id IS 'Run that decided on it.';
