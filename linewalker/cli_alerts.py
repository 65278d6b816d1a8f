"""`linewalker alerts`: what waits is sent again; a dry run, and a test message."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from linewalker.cli_options import HERE, ConfigOption, LogOption, choose_output, utc_now


def alerts(
    config: ConfigOption = HERE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what the rules would have sent; nothing is sent or written.")
    ] = False,
    days: Annotated[int, typer.Option(min=1, help="How many days back the dry run looks.")] = 30,
    test: Annotated[
        str | None, typer.Option("--test", metavar="TARGET", help="Only send a test message to this target.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="DATE", help="Also tell what was reported from then on and never told."
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also send what was given up after too many attempts.")
    ] = False,
    log: LogOption = None,
) -> None:
    """Send the alerts that wait, and show how rules and targets stand. Exit code 3 where one could not be delivered."""
    from linewalker.alert_commands import retry_alerts
    from linewalker.alert_screen import show_dry_run
    from linewalker.alert_targets import plan_alerts, send_test
    from linewalker.config import find_config, load_config

    if (dry_run, test is not None, since is not None or again).count(True) > 1:
        raise typer.BadParameter("--dry-run and --test each stand alone")
    settings = load_config(find_config(config))
    if dry_run:
        print(show_dry_run(settings, plan_alerts(settings), days=days, now=utc_now()), end="")
        return
    if test is not None:
        sent = send_test(settings, test, utc_now())
        if not sent.ok:
            print(f"linewalker: the test message to {test!r} was not delivered: {sent.reason}", file=sys.stderr)
            raise typer.Exit(3)
        print(f"The receiver of {test!r} has taken the test message.")
        return
    start = since.replace(tzinfo=UTC) if since is not None else None
    raise typer.Exit(retry_alerts(settings, now=utc_now, since=start, again=again, output=choose_output(settings, log)))
