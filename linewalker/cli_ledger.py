"""`linewalker query`, `search`, `incident`, `status` and `doctor`: the analyst's and the operator's questions."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from linewalker.cli_options import HERE, ConfigOption, utc_now

FormOption = Annotated[str, typer.Option("--format", "-f", help="table, csv, json, jsonl or markdown.")]


def add_ledger_commands(app: typer.Typer) -> None:
    """Gives the commands that only read to the command line."""
    for command in (query, search, incident):
        app.command()(command)


def add_health_commands(app: typer.Typer) -> None:
    """Gives the commands that tell how things stand to the command line."""
    for command in (status, doctor):
        app.command()(command)


def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT, WITH, SHOW, DESCRIBE or EXPLAIN statement.")],
    config: ConfigOption = HERE,
    form: FormOption = "table",
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows.")] = 1000,
) -> None:
    """Ask the published ledger in SQL; files and network are switched off for the query."""
    from linewalker.config import find_config, load_config
    from linewalker.tables import check_form, render_result
    from store.query import run_query

    check_form(form)
    settings = load_config(find_config(config))
    result = run_query(settings.published_path, sql, limit)
    print(render_result(result, form), end="")
    if result.truncated:
        print(f"(only the first {limit:,} rows; --limit asks for more)", file=sys.stderr)


def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help="What to look for; case and accents do not count.")
    ],
    config: ConfigOption = HERE,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only what was published from then on."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many articles.")] = 20,
    form: FormOption = "table",
) -> None:
    """Find articles in the published ledger by their words, best first (BM25)."""
    from linewalker.config import find_config, load_config
    from linewalker.tables import check_form, render_result
    from store.search import search_articles

    check_form(form)
    settings = load_config(find_config(config))
    start = since.replace(tzinfo=UTC) if since is not None else None
    result = search_articles(settings.published_path, " ".join(words), since=start, limit=limit)
    print(render_result(result, form), end="")
    told = len(result.rows)
    if result.total is not None and result.total > told:
        print(f"({told:,} of {result.total:,}, best first; --limit {result.total} shows all)", file=sys.stderr)
    elif not told:
        print(f"No article{' since then' if since else ''} holds any of these words.", file=sys.stderr)


def incident(
    incident_id: Annotated[str, typer.Argument(metavar="ID", help="An incident's id, or its beginning.")],
    config: ConfigOption = HERE,
    form: Annotated[str, typer.Option("--format", "-f", help="text, markdown, html or json.")] = "text",
    everything: Annotated[
        bool, typer.Option("--all", help="Every sentence and every change; json always holds them all.")
    ] = False,
) -> None:
    """One incident: what, where, when and how sure, its timeline, its evidence and its history."""
    from linewalker.config import find_config, load_config
    from linewalker.health import show_incident
    from linewalker.tables import terminal_width

    settings = load_config(find_config(config))
    print(show_incident(settings, incident_id, form=form, everything=everything, width=terminal_width()), end="")


def status(config: ConfigOption = HERE) -> None:
    """The last runs and the health of every source."""
    from linewalker.config import find_config, load_config
    from linewalker.health import show_status

    print(show_status(load_config(find_config(config)), utc_now()), end="")


def doctor(
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="PATH", help="linewalker.toml, or the folder that holds it."),
    ] = None,
) -> None:
    """What is wrong with this installation, and what to do: versions, models, files, disk, clock, ledger, sources."""
    from linewalker.doctor import examine

    raise typer.Exit(examine(config, utc_now()))
