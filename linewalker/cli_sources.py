"""`linewalker sources`: list, check, import and export the sources."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

sources_app = typer.Typer(help="The sources: list, check, import and export them.", no_args_is_help=True)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", metavar="PATH", help="linewalker.toml, or the folder that holds it.")
]
HERE = Path()


@sources_app.command("list")
def list_sources(
    config: ConfigOption = HERE,
    shipped: Annotated[bool, typer.Option("--shipped", help="The shipped list, whatever the configuration.")] = False,
) -> None:
    """The sources that a run would read."""
    from linewalker.sources import configured_or_shipped, render_list

    print(render_list(configured_or_shipped(config, shipped=shipped)), end="")


@sources_app.command("check")
def check_sources(
    config: ConfigOption = HERE,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Only these sources.")] = None,
) -> None:
    """Ask every feed once and say which answer, redirect or fail. Exit code 3 where some fail, 2 where all do."""
    from linewalker.cli_options import utc_now
    from linewalker.sources import check_feeds, configured

    settings, sources = configured(config)
    raise typer.Exit(check_feeds(settings, sources, tuple(ids or ()), sys.stdout, now=utc_now))


@sources_app.command("import")
def import_opml(
    file: Annotated[Path, typer.Argument(metavar="OPML", help="An OPML file of a feed reader.")],
    config: ConfigOption = HERE,
) -> None:
    """Add the feeds of an OPML file to your own sources file."""
    from linewalker.sources import add_opml

    path, added, known = add_opml(config, file)
    print(f"{path}: added {added} sources; {known} feeds were listed already.")


@sources_app.command("export")
def export_opml(config: ConfigOption = HERE) -> None:
    """Print the sources as OPML."""
    from crawler.opml import render_opml
    from linewalker.sources import configured

    print(render_opml(configured(config)[1]), end="")
