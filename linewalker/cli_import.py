"""`linewalker import`: archives, JSON Lines and saved pages into the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from linewalker.cli_options import HERE, ConfigOption, LogOption, choose_output, utc_now


def import_command(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="WARC (also gzipped), JSON Lines documents, or saved HTML pages."),
    ],
    config: ConfigOption = HERE,
    source: Annotated[
        str, typer.Option(metavar="ID", help="The source of all that is imported; auto: by the host of each article.")
    ] = "auto",
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only what was published from then on."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only what was published before that day."),
    ] = None,
    english_only: Annotated[bool, typer.Option("--english-only", help="Leave out all other languages.")] = False,
    energy_only: Annotated[
        bool, typer.Option("--energy-only", help="Leave out what the gate takes for another subject.")
    ] = False,
    listed_only: Annotated[
        bool, typer.Option("--listed-only", help="Only pages of hosts that a configured source speaks at.")
    ] = False,
    no_bodies: Annotated[
        bool, typer.Option("--no-bodies", help="Keep no raw pages; the archive itself is kept elsewhere.")
    ] = False,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where a saved page came from, if it does not say so itself.")
    ] = None,
    published: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="When a saved page without a date was published."),
    ] = None,
    read: Annotated[bool, typer.Option("--read", help="Then annotate and resolve what came in.")] = False,
    log: LogOption = None,
) -> None:
    """Archives, JSON Lines and saved pages into the ledger; nothing is fetched.

    A file that was imported already, or half-way, is gone on with: naming it again is safe. Exit code 3 where a file
    or a record in it could not be read, 2 where none could.
    """
    from linewalker.config import find_config, load_config
    from linewalker.import_drafting import ImportWish
    from linewalker.importing import import_files
    from linewalker.nightly import configured_sources, run_night

    settings = load_config(find_config(config))
    sources = configured_sources(settings)
    output = choose_output(settings, log)
    wish = ImportWish(
        source=None if source == "auto" else source,
        since=_midnight(since),
        until=_midnight(until),
        english_only=english_only,
        energy_only=energy_only,
        listed_only=listed_only,
        bodies=not no_bodies,
        url=url,
        published=_noon(published),
    )
    code = import_files(settings, sources, files, wish, now=utc_now, output=output)
    if read and code != 2:
        result = run_night(
            settings, sources, now=utc_now, output=output, steps=("annotate", "resolve"), command="import --read"
        )
        code = max(code, result.exit_code)
    raise typer.Exit(code)


def _midnight(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day is not None else None


def _noon(day: datetime | None) -> datetime | None:
    # As a page that gives a day and no time is dated in JSON Lines.
    return day.replace(hour=12, tzinfo=UTC) if day is not None else None
