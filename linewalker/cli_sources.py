"""`linewalker sources`: list, check, discover, import and export the sources."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

sources_app = typer.Typer(help="The sources: list, check, discover, import and export them.", no_args_is_help=True)

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


@sources_app.command("discover")
def discover_sources(
    targets: Annotated[
        list[str], typer.Argument(metavar="URL...", help="A page's address, a host's name, or a saved page.")
    ],
    config: ConfigOption = HERE,
    add: Annotated[
        list[str] | None, typer.Option("--add", metavar="ID", help="Add this one of the table to your own sources.")
    ] = None,
    add_all: Annotated[
        bool, typer.Option("--add-all", help="Add all that are well, readers' comments left out.")
    ] = False,
    country: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of the publisher, where its domain does not say: NO.")
    ] = None,
    publisher: Annotated[
        str | None, typer.Option(metavar="NAME", help="Its name, where the page's is not right.")
    ] = None,
) -> None:
    """Find a site's feeds and news sitemaps, ask each, and add those that you choose to your own sources file.

    Exit code 2 where nothing was found.
    """
    from linewalker.cli_options import utc_now
    from linewalker.source_discovery import choose, discover_feeds, render_discovered
    from linewalker.sources import add_discovered, configured

    settings, _ = configured(config)
    found = discover_feeds(settings, targets, now=utc_now, tell=lambda line: print(line, file=sys.stderr))
    if not found:
        raise typer.Exit(2)
    print(render_discovered(found, utc_now()), end="")
    chosen = choose(found, add or (), add_all)
    if chosen:
        path, added, known = add_discovered(config, chosen, country=country, publisher=publisher)
        for source in added:
            feeds = "1 feed" if len(source.feeds) == 1 else f"{len(source.feeds)} feeds"
            print(f"{path}: added {source.id} ({source.publisher}, {source.country}) with {feeds}, reliability F.")
        if known:
            print(f"{known} of them were listed already.")


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
