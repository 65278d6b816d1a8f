"""`linewalker review` and `review incidents`: options -> one call -> exit code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from linewalker.cli_options import HERE, ConfigOption, utc_now

review_app = typer.Typer()

ByOption = Annotated[str | None, typer.Option(metavar="NAME", help="Who reviews; default: the login name.")]


@review_app.callback(invoke_without_command=True)
def review(
    context: typer.Context,
    config: ConfigOption = HERE,
    items: Annotated[int, typer.Option(min=1, help="At most so many articles.")] = 20,
    by: ByOption = None,
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
    if context.invoked_subcommand is not None:
        if skipped or seed or any(one is not None for one in (export, source, withdraw)):
            raise typer.BadParameter(
                f"--seed, --skipped, --export, --import and --withdraw are for articles, not for "
                f"{context.invoked_subcommand}"
            )
        # What stands before the subcommand holds for it too, unless it is given again after it.
        context.default_map = {context.invoked_subcommand: {"config": config, "items": items, "by": by}}
        return
    from linewalker import review as sitting
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


@review_app.command("incidents")
def review_incidents(
    config: ConfigOption = HERE,
    items: Annotated[int, typer.Option(min=1, help="Ask about at most so many.")] = 20,
    by: ByOption = None,
    merge: Annotated[
        tuple[str, str] | None, typer.Option("--merge", metavar="A B", help="A is part of B, which keeps its id.")
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="A", help="Some articles of A tell another incident.")
    ] = None,
    articles: Annotated[
        list[str] | None,
        typer.Option("--articles", metavar="ID,ID", help="With --split: those that leave A, by id or URL."),
    ] = None,
    correct: Annotated[
        tuple[str, str, str] | None,
        typer.Option(
            "--correct", metavar="A FIELD VALUE", help="A's killed is 4, say; a wrong FIELD is answered with the list."
        ),
    ] = None,
    confirm: Annotated[str | None, typer.Option("--confirm", metavar="A", help="A is right as it is.")] = None,
    dismiss: Annotated[
        str | None, typer.Option("--dismiss", metavar="A", help="A is no incident: it leaves briefings and counts.")
    ] = None,
    apart: Annotated[
        tuple[str, str] | None, typer.Option("--apart", metavar="A B", help="A and B are two; do not ask again.")
    ] = None,
    undo: Annotated[
        str | None, typer.Option("--undo", metavar="DECISION", help="Take this decision (dec-...) back.")
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="A note that goes with the decision.")] = None,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="With --merge: also where the two are in different countries or far apart in time."),
    ] = False,
) -> None:
    """Show pairs that may be one and incidents in doubt, one by one: merge, keep apart, confirm, dismiss, correct.

    With --merge, --split, --correct, --confirm, --dismiss, --apart or --undo: take that decision, and ask nothing.
    Ids may be shortened to what is unique. Each decision changes the ledger at once and outranks every model.
    """
    from linewalker import incident_review as sitting
    from linewalker.config import find_config, load_config
    from linewalker.review import Choice

    settings = load_config(find_config(config))
    choice = Choice(items=items, by=by)
    wanted = sitting.Wanted(
        merge=merge, split=split, articles=tuple(articles or ()), correct=correct, confirm=confirm, dismiss=dismiss,
        apart=apart, undo=undo, note=note, yes=yes,
    )  # fmt: skip
    if wanted.count:
        ask = typer.confirm if sys.stdin.isatty() else None
        raise typer.Exit(sitting.decide_once(settings, choice, wanted, now=utc_now, ask=ask))
    raise typer.Exit(sitting.review_in_terminal(settings, choice, now=utc_now))
