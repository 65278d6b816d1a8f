"""`linewalker brief`: the night's briefing, or that of any period, narrowed as one likes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from linewalker.cli_options import HERE, ConfigOption, LogOption, choose_output, utc_now


def brief(
    config: ConfigOption = HERE,
    daily: Annotated[bool, typer.Option("--daily", help="One day: yesterday, or that of --from or --to.")] = False,
    weekly: Annotated[
        bool, typer.Option("--weekly", help="Monday to Sunday: the last whole week, or that of --from or --to.")
    ] = False,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="First day, UTC.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="Last day, UTC.")
    ] = None,
    region: Annotated[list[str] | None, typer.Option(metavar="NAME", help='"Middle East"; may be repeated.')] = None,
    country: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Name or code; may be repeated.")] = None,
    commodity: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="oil, gas, power, coal, nuclear or renewables; may be repeated."),
    ] = None,
    risk: Annotated[list[str] | None, typer.Option(metavar="LABEL", help="Only this risk; may be repeated.")] = None,
    event_type: Annotated[
        list[str] | None, typer.Option("--type", metavar="TYPE", help="Only this event type; may be repeated.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where to; default: with the other briefings.")
    ] = None,
    dry: Annotated[bool, typer.Option("--dry", help="Print the Markdown and write nothing.")] = False,
    log: LogOption = None,
) -> None:
    """Write the briefing of what came since the last one; or of a day, a week or any period, narrowed or whole."""
    from linewalker.config import find_config, load_config
    from linewalker.period_briefing import Order, brief_night, brief_period
    from linewalker.periods import Wish
    from reports.scope import ScopeError, make_scope

    settings = load_config(find_config(config))
    wish = Wish(
        daily=daily,
        weekly=weekly,
        first=first.date() if first is not None else None,
        last=last.date() if last is not None else None,
    )
    try:
        scope = make_scope(
            regions=region or (),
            countries=country or (),
            commodities=commodity or (),
            risks=risk or (),
            event_types=event_type or (),
        )
    except ScopeError as error:
        raise typer.BadParameter(str(error)) from error
    if wish == Wish() and not scope.label and output is None and not dry:
        raise typer.Exit(brief_night(settings, now=utc_now, output=choose_output(settings, log)))
    order = Order(wish=wish, scope=scope, folder=output, dry=dry)
    raise typer.Exit(brief_period(settings, order, now=utc_now))
