"""The outbox on real ledgers: nothing is lost, nothing is doubled, and the view tells how all stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.alerts import (
    INTERRUPTED,
    AlertRow,
    MessageRow,
    RuleMemory,
    add_alerts,
    begin_delivery,
    end_delivery,
    find_alert_candidates,
    forget_rules,
    get_fired,
    get_last_alerts,
    get_last_revision,
    get_rule_memories,
    get_target_states,
    get_waiting,
    wait_again,
)
from store.database import Ledger
from store.decisions import Draft, decide
from tests.store.samples import NIGHT, tell_night

LATER = NIGHT + timedelta(hours=1)


def row(number: int = 1, *, kind: str = "first", message: str | None = "m1", **changes: object) -> AlertRow:
    values: dict[str, object] = {
        "alert_id": f"a{number}", "rule": "Black Sea", "incident_id": "inc-1", "kind": kind, "level": "serious",
        "reasons": ("country Russia",), "changes": (), "told_before": False, "message_id": message,
        "state": f'{{"n":{number}}}',
    }  # fmt: skip
    return AlertRow(**(values | changes))  # type: ignore[arg-type]


def message(number: int = 1, *targets: str) -> MessageRow:
    return MessageRow(message_id=f"m{number}", title=f"T{number}", body="B", targets=targets or ("desk", "chief"))


def memory(rule: str = "Black Sea", revision: int = 0) -> RuleMemory:
    return RuleMemory(rule=rule, fingerprint="f", active_from=NIGHT, evaluated_at=NIGHT, evaluated_revision=revision)


def keep(ledger: Ledger, rows: list[AlertRow], messages: list[MessageRow], hours: int = 0) -> None:
    add_alerts(ledger, rows, messages, {"Black Sea": memory()}, now=NIGHT + timedelta(hours=hours), run_id="r1")


def test_a_decision_and_its_messages_are_kept_together_and_once(ledger: Ledger) -> None:
    for _ in range(2):
        keep(ledger, [row()], [message()])
    assert [(one.message_id, one.target, one.attempts) for one in get_waiting(ledger)] == [
        ("m1", "chief", 0),
        ("m1", "desk", 0),
    ]
    assert get_rule_memories(ledger) == {"Black Sea": memory()}
    assert [one.title for one in get_last_alerts(ledger, 5)] == ["T1"]


def test_a_failure_in_the_middle_keeps_nothing(ledger: Ledger) -> None:
    with pytest.raises(RuntimeError):
        _keep_and_fail(ledger)
    assert get_waiting(ledger) == []
    assert get_fired(ledger, ["inc-1"]) == []


def _keep_and_fail(ledger: Ledger) -> None:
    with ledger.transaction():
        keep(ledger, [row()], [message()])
        raise RuntimeError


def test_each_target_stands_apart(ledger: Ledger) -> None:
    keep(ledger, [row()], [message()])
    begin_delivery(ledger, "m1", "desk", now=LATER)
    end_delivery(ledger, "m1", "desk", status="delivered", error=None, now=LATER)
    begin_delivery(ledger, "m1", "chief", now=LATER)
    end_delivery(ledger, "m1", "chief", status="waiting", error="refused", now=LATER)
    (waiting,) = get_waiting(ledger)
    assert (waiting.target, waiting.attempts, waiting.error) == ("chief", 1, "refused")
    states = {one.target: (one.delivered, one.waiting, one.error) for one in get_target_states(ledger)}
    assert states == {"desk": (1, 0, None), "chief": (0, 1, "refused")}
    told = ledger.row("SELECT targets, delivered, attempts, error FROM main.alerts")
    assert told == (["chief", "desk"], ["desk"], 1, "chief: refused")


def test_an_attempt_that_was_cut_off_is_counted_and_still_waits(ledger: Ledger) -> None:
    keep(ledger, [row()], [message(1, "desk")])
    begin_delivery(ledger, "m1", "desk", now=LATER)
    (waiting,) = get_waiting(ledger)
    assert (waiting.attempts, waiting.error) == (1, INTERRUPTED)


def test_what_was_given_up_waits_again_when_asked_for(ledger: Ledger) -> None:
    keep(ledger, [row()], [message(1, "desk")])
    end_delivery(ledger, "m1", "desk", status="given_up", error="refused", now=LATER)
    assert get_waiting(ledger) == []
    assert wait_again(ledger) == 1
    assert [one.attempts for one in get_waiting(ledger)] == [0]


def test_what_fired_is_the_last_state_and_the_time_of_the_last_telling(ledger: Ledger) -> None:
    keep(ledger, [row(1)], [message(1)])
    keep(ledger, [row(2, kind="known", message=None, told_before=True)], [], hours=5)
    (fired,) = get_fired(ledger, ["inc-1", "inc-2"])
    assert (fired.at, fired.told, fired.state) == (NIGHT, True, '{"n":2}')
    assert len(get_last_alerts(ledger, 5)) == 1  # what nobody is told stands in no list


def test_candidates_are_what_changed_with_their_whole_and_what_they_went_into(ledger: Ledger) -> None:
    tell_night(ledger, ["daily", "herald"])
    (incident_id,) = (row[0] for row in ledger.rows("SELECT incident_id FROM incident"))
    last = get_last_revision(ledger)
    assert find_alert_candidates(ledger, after=0, reported_since=LATER) == [incident_id]
    assert find_alert_candidates(ledger, after=last, reported_since=NIGHT - timedelta(days=9)) == []
    assert find_alert_candidates(ledger, after=None, reported_since=NIGHT - timedelta(days=9)) == [incident_id]
    assert find_alert_candidates(ledger, after=None, reported_since=NIGHT + timedelta(days=9)) == []
    decide(ledger, Draft(kind="dismiss", incident_id=incident_id), by="ana", at=LATER)
    assert find_alert_candidates(ledger, after=last, reported_since=LATER) == [incident_id]


def test_a_rule_that_is_gone_is_forgotten_but_not_what_it_fired_on(ledger: Ledger) -> None:
    keep(ledger, [row()], [message()])
    forget_rules(ledger, ["Black Sea"])
    assert get_rule_memories(ledger) == {}
    assert len(get_fired(ledger, ["inc-1"])) == 1
