"""`linewalker review`: its options -> one call -> exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HERE = Path()


def review(
    config: Annotated[
        Path, typer.Option("--config", "-c", metavar="PATH", help="linewalker.toml, or the folder that holds it.")
    ] = HERE,
    items: Annotated[int, typer.Option(min=1, help="At most so many articles.")] = 20,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who reviews; default: the login name.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed draws another sample of the sure ones.")] = 0,
    skipped: Annotated[bool, typer.Option("--skipped", help="Ask again what was skipped.")] = False,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write the queue as CSV to fill in.")
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--import", metavar="FILE", help="Take a filled-in CSV's answers in.")
    ] = None,
    withdraw: Annotated[
        str | None, typer.Option("--withdraw", metavar="ID", help="Take back the answer with this id.")
    ] = None,
) -> None:
    """Show the articles that the model is unsure of, then a sample of the others: accept, change, skip, note."""
    from linewalker import review as sitting
    from linewalker.cli import utc_now
    from linewalker.config import find_config, load_config
    from linewalker.errors import ConfigError

    if sum(one is not None for one in (export, source, withdraw)) > 1:
        raise ConfigError("--export, --import and --withdraw are three things; give one of them")
    settings = load_config(find_config(config))
    choice = sitting.Choice(items=items, seed=seed, skipped=skipped, by=by)
    if export is not None:
        code = sitting.export_queue(settings, choice, export, now=utc_now)
    elif source is not None:
        code = sitting.import_answers(settings, choice, source, now=utc_now)
    elif withdraw is not None:
        code = sitting.withdraw(settings, choice, withdraw, now=utc_now)
    else:
        code = sitting.review_in_terminal(settings, choice, now=utc_now)
    raise typer.Exit(code)
