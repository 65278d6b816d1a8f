"""`linewalker chart`: a picture of what a question to the published ledger finds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from linewalker.cli_options import HERE, ConfigOption

ROWS = 20_000
_FORMS = ("svg", "png", "html")


def chart_command(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A query, as for `linewalker query`.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="Ends in .svg, .png or .html.")],
    config: ConfigOption = HERE,
    kind: Annotated[
        str | None, typer.Option(help="bar, line, area, scatter, map or heatmap; default: what fits the columns.")
    ] = None,
    x: Annotated[str | None, typer.Option(metavar="COLUMN", help="What goes along; on a map the longitude.")] = None,
    y: Annotated[str | None, typer.Option(metavar="COLUMN", help="What goes up; on a map the latitude.")] = None,
    color: Annotated[str | None, typer.Option(metavar="COLUMN", help="What tells lines, dots or cells apart.")] = None,
    title: Annotated[str, typer.Option(help="The line above it; default: the columns' names.")] = "",
) -> None:
    """Draw what a query finds in the published ledger: SVG, PNG, or a page with the figures beside the picture."""
    from linewalker.config import find_config, load_config
    from linewalker.errors import ConfigError
    from reports.files import write_whole
    from reports.sql_chart import ChartError, Wishes, kinds, plan_picture
    from reports.sql_drawing import draw_picture
    from store.query import run_query

    form = out.suffix.lower().removeprefix(".")
    if form not in _FORMS:
        raise ConfigError(f"{out}: the name must end in {', '.join('.' + one for one in _FORMS)}")
    if kind is not None and kind not in kinds():
        raise ConfigError(f"there is no kind {kind!r}; choose one of: {', '.join(kinds())}")
    if not out.absolute().parent.is_dir():
        raise ConfigError(f"{out}: there is no such folder")
    settings = load_config(find_config(config))
    result = run_query(settings.published_path, sql, ROWS)
    wishes = Wishes(kind=kind, x=x, y=y, color=color, title=title)  # type: ignore[arg-type]
    try:
        picture = plan_picture(result.columns, result.types, result.rows, wishes)
        write_whole(out, draw_picture(picture, form))  # type: ignore[arg-type]
    except ChartError as error:
        raise ConfigError(str(error)) from error
    print(f"Wrote {out}: {picture.kind}, {len(picture.x.values)} rows.")
    for note in (*picture.notes, *([f"Only the first {ROWS} rows were asked for."] if result.truncated else [])):
        print(note, file=sys.stderr)
