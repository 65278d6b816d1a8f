"""`linewalker export`: the ledger for spreadsheets, notebooks, maps and threat-intelligence platforms."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from linewalker.cli_options import HERE, ConfigOption, utc_now


def export(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="csv, parquet, jsonl, geojson, stix or misp.")],
    config: ConfigOption = HERE,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="PATH", help="Where to; - is standard output.")
    ] = "-",
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help="Only what was created, revised or newly reported since: a day, an instant, "
            "or an age as in 36h or 7d.",
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Only what has not changed since then; a day counts as a whole.")
    ] = None,
    mark: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Begin where the export that last wrote this file ended, and write it anew."),
    ] = None,
    table: Annotated[
        str | None, typer.Option(metavar="NAME", help="For csv and parquet: incidents, reports or facts.")
    ] = None,
    risk: Annotated[list[str] | None, typer.Option(metavar="LABEL", help="Only this risk; may be repeated.")] = None,
    country: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only there, by name or code; may be repeated.")
    ] = None,
    facility: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only at it: an id or a part of the name; repeatable.")
    ] = None,
    event_type: Annotated[
        list[str] | None, typer.Option("--type", metavar="TYPE", help="Only this event type; may be repeated.")
    ] = None,
    bom: Annotated[bool, typer.Option("--bom", help="For csv: a mark by which Excel knows UTF-8.")] = False,
) -> None:
    """Write the published ledger as csv, parquet, jsonl, geojson, stix or misp; whole, or what changed --since."""
    from linewalker.config import find_config, load_config
    from linewalker.exporting import ExportOrder, export_ledger

    order = ExportOrder(
        form=form,
        output=output,
        since=since,
        until=until,
        mark=mark,
        table=table,
        bom=bom,
        risks=tuple(risk or ()),
        countries=tuple(country or ()),
        facilities=tuple(facility or ()),
        event_types=tuple(event_type or ()),
    )
    print(export_ledger(load_config(find_config(config)), order, utc_now()), file=sys.stderr)
