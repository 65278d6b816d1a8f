"""How a command ends: errors that the user can mend become one line and their exit code."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import Any

import typer

from linewalker.signals import endings_as_interrupt, exit_code_of_signal, flush_streams, name_of_signal, was_interrupted
from reports.text import visible

# Typer brings its own copy of click in some versions; the class that all its usage errors share is taken from there.
USAGE_ERROR: Any = typer.BadParameter.__mro__[2]
INTERRUPTED = 130  # 128 + SIGINT, as shells have it
# strptime's words for the parts of a date, which a usage error would show.
_DATE_PARTS = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "HH", "%M": "MM", "%S": "SS"}


def guarded(call: Callable[[], Any]) -> int:
    """Runs a command and turns its ending into an exit code; a traceback is only for our own faults."""
    try:
        with endings_as_interrupt():
            return _end(call)
    finally:
        # `python -m` notes an interrupt that met code run from a string, as namedtuples are made while modules are
        # loaded, and ends by SIGINT whatever exit code is given; running another string takes the note away.
        eval("None")  # noqa: S307
        flush_streams()


def _end(call: Callable[[], Any]) -> int:
    try:
        code = call()
    except typer.Exit as ending:
        return ending.exit_code
    except USAGE_ERROR as error:
        error.message = _in_plain_words(str(error.message))
        error.show()
        return 1
    except (typer.Abort, KeyboardInterrupt):
        print("linewalker: interrupted", file=sys.stderr)
        return exit_code_of_signal()
    except BrokenPipeError:
        # The reader of our output has gone (| head): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # A folder that cannot be written, a model that is not installed: the user's to mend, in one line.
        where = f"{error.filename}: " if error.filename else ""
        print(f"linewalker: {where}{' '.join(str(error.strerror or error).split())[:300]}", file=sys.stderr)
        return 1
    except Exception as error:
        if was_interrupted(error):
            print(f"linewalker: interrupted by {name_of_signal()}", file=sys.stderr)
            return exit_code_of_signal()
        expected = exit_code_of(error)
        if expected is None:
            raise
        # A query's error quotes the value that it failed on, which may be an article's text.
        told = "\n".join(map(visible, str(error).split("\n")))
        print(f"linewalker: {told}", file=sys.stderr)
        return expected
    if code == INTERRUPTED:  # typer swallows Ctrl-C without a word
        print("linewalker: interrupted", file=sys.stderr)
        return exit_code_of_signal()
    return code if isinstance(code, int) else 0


def exit_code_of(error: Exception) -> int | None:
    # Looked up by what is loaded, so that --help need not import the packages.
    from linewalker.errors import LinewalkerError

    if isinstance(error, LinewalkerError):
        return error.exit_code
    for module, name in (
        ("store.errors", "StoreError"),
        ("crawler.sources", "SourcesError"),
        ("nlp.gazetteer_rows", "GazetteerError"),
        ("nlp.modelfiles", "ModelError"),
        ("nlp.decisions", "DecisionError"),
    ):
        loaded = sys.modules.get(module)
        if loaded is not None and isinstance(error, getattr(loaded, name)):
            return 1
    return None


def _in_plain_words(message: str) -> str:
    """A usage error's message with dates as people write them: YYYY-MM-DD."""
    told = re.sub("%[YmdHMS]", lambda found: _DATE_PARTS[found[0]], message)
    wrong = re.search(r"('[^']*') does not match the formats? (.+?)\.?$", told)
    return (
        f"{told[: wrong.start()].removesuffix('Value error, ')}{wrong[1]} is no date; write {wrong[2]}"
        if wrong
        else told
    )
