"""What several commands have in common: their options, the clock, and how a run tells what it does."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from linewalker.config import Config
    from linewalker.output import Output

HERE = Path()


class LogForm(StrEnum):
    """How a run tells what it does."""

    TEXT = "text"
    JSON = "json"


ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", metavar="PATH", help="linewalker.toml, or the folder that holds it.")
]
LogOption = Annotated[LogForm | None, typer.Option("--log", help="Lines on stderr as text, or as JSON objects.")]


def utc_now() -> datetime:
    """The clock; the only place that reads it but for the demo's."""
    return datetime.now(UTC)


def choose_output(settings: Config, log: LogForm | None) -> Output:
    """Where a run's lines go, in the form that the command line asks for, else the configuration."""
    from linewalker.output import make_output

    return make_output(utc_now, log.value if log is not None else settings.operations.log)
