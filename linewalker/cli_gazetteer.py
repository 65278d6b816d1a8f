"""`linewalker gazetteer`: add one facility, import tables of them, look names up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linewalker.cli_options import HERE, ConfigOption

gazetteer_app = typer.Typer(help="Your own facilities: add one, import tables, look names up.", no_args_is_help=True)


@gazetteer_app.command("add")
def add_facility(
    name: Annotated[str, typer.Option(help="As the news calls it, with its type word: 'Arrow fuel depot'.")],
    facility_type: Annotated[str, typer.Option("--type", help="refinery, gas_pipeline, power_plant, ...")],
    country: Annotated[list[str], typer.Option(help="Where it lies: a code or a name; may be repeated.")],
    facility_id: Annotated[
        str | None, typer.Option("--id", help="A slug, never changed later; default: made of the name.")
    ] = None,
    latitude: Annotated[float | None, typer.Option(help="Degrees north.")] = None,
    longitude: Annotated[float | None, typer.Option(help="Degrees east.")] = None,
    precision: Annotated[str, typer.Option(help="Of the coordinates: site, locality or region.")] = "locality",
    alias: Annotated[list[str] | None, typer.Option(help="Another name; may be repeated.")] = None,
    operator: Annotated[str | None, typer.Option(help="Who runs it.")] = None,
    capacity: Annotated[
        str | None, typer.Option(help="A figure with its unit: '1200 MW', '200000 bbl/d', '3.5 bcm/y'.")
    ] = None,
    capacity_unit: Annotated[
        str | None, typer.Option(help="The unit alone; default: the usual one of the type.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="The nearest town or region.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Change the facility that has this id.")] = False,
    config: ConfigOption = HERE,
) -> None:
    """Write one facility to your own table beside linewalker.toml."""
    from linewalker.gazetteers import add_own

    row = {
        "id": facility_id, "name": name, "facility_type": facility_type, "countries": ";".join(country),
        "latitude": _cell(latitude), "longitude": _cell(longitude), "coordinate_precision": precision,
        "aliases": ";".join(alias or ()), "operator": operator, "capacity": capacity,
        "capacity_unit": capacity_unit, "place": place,
    }  # fmt: skip
    for line in add_own(config, row, replace=replace):
        print(line)


@gazetteer_app.command("import")
def import_tables(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="CSV: our columns, a Global Energy Monitor tracker or the GPPD."),
    ],
    config: ConfigOption = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count; write nothing.")] = False,
    unbuilt: Annotated[bool, typer.Option("--unbuilt", help="Also what is only planned, or was given up.")] = False,
) -> None:
    """Take facilities from tables into your own one; importing again updates them."""
    from linewalker.gazetteers import import_own

    for line in import_own(config, files, dry_run=dry_run, unbuilt=unbuilt):
        print(line)


@gazetteer_app.command("find")
def find_facilities(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="A part of a name, or an id.")],
    config: ConfigOption = HERE,
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows.")] = 30,
) -> None:
    """The facilities, shipped and your own, whose id, name or alias holds these words."""
    from linewalker.gazetteers import find_known

    print(find_known(config, words, limit), end="")


def _cell(value: float | None) -> str:
    return "" if value is None else repr(value)
