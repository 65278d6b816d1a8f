"""`linewalker alerts` without a night: sends what waits, looks back where asked to, and says how all stands."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from linewalker.alert_screen import show_state
from linewalker.alert_targets import plan_alerts
from linewalker.alerting import deliver_waiting, evaluate_rules
from linewalker.config import Config
from linewalker.errors import ConfigError, NothingDoneError
from linewalker.lock import hold_lock
from linewalker.output import Output
from store.alerts import wait_again
from store.database import open_ledger
from store.errors import StoreError
from store.publish import publish
from store.runs import finish_run, start_run


def retry_alerts(
    config: Config, *, now: Callable[[], datetime], since: datetime | None, again: bool, output: Output
) -> int:
    """Sends what waits and prints the state; returns the exit code, 3 where something could not be delivered.

    With `since` what was reported from then on and never told is told now; with `again` what was given up is tried.
    """
    plan = plan_alerts(config)
    if not config.ledger_path.is_file():
        raise ConfigError(f"there is no ledger at {config.ledger_path} yet; run: linewalker run -c {config.folder}")
    counts: Counter[str] = Counter()
    with hold_lock(config.lock_path, command="alerts", now=now()):
        try:
            with open_ledger(config.ledger_path, now=now()) as ledger:
                if again:
                    wait_again(ledger)
                if since is not None:
                    started_at = now()
                    run_id = start_run(ledger, command="alerts", started_at=started_at)
                    messages = evaluate_rules(
                        ledger, config, plan, run_id=run_id, started_at=started_at, now=now(), since=since
                    )
                    finish_run(ledger, run_id, status="complete", finished_at=now(), counts={"alerts": len(messages)})
                reasons = deliver_waiting(ledger, config, plan, now=now, output=output, counts=counts)
                told = show_state(ledger, plan)
            publish(config.ledger_path, config.published_path)
        except StoreError as error:
            raise NothingDoneError(str(error)) from error
    print(told, end="")
    for reason in reasons:
        print(f"linewalker: {reason}", file=sys.stderr)
    return 3 if reasons else 0
