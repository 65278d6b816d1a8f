"""The command line: arguments -> one call -> exit code. Heavy imports stay inside the commands."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

# Before numpy is imported anywhere: one thread a process is faster for this model (see docs/design/language-model.md),
# and worker processes inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import typer

from linewalker import __version__
from linewalker.cli_ledger import add_health_commands, add_ledger_commands
from linewalker.cli_options import HERE, ConfigOption, LogForm, LogOption, choose_output, utc_now
from linewalker.endings import guarded
from linewalker.signals import secure_streams, speak_utf8

app = typer.Typer(
    name="linewalker",
    help="Reads energy-security news every night and keeps an auditable ledger of incidents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """The options that stand before a command."""


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to put linewalker.toml.")] = HERE,
    contact: Annotated[str, typer.Option(help="Mail address or web page for the User-Agent.")] = "",
) -> None:
    """Write a commented linewalker.toml that reads the shipped sources."""
    from linewalker.setup import write_config

    path, used = write_config(folder, contact)
    print(f"Wrote {path}. The User-Agent will give {used!r} as the contact; change it in the file if that is wrong.")
    print(f"Next: linewalker run -c {folder}")


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="A folder for the demo's files.")] = Path(
        "linewalker-demo"
    ),
) -> None:
    """Run the whole main job twice on the bundled sample newswire, over loopback HTTP."""
    from linewalker.demo import run_demo

    raise typer.Exit(run_demo(folder))


def _run(
    config: Path, steps: tuple[str, ...], command: str, *, force: bool = False, log: LogForm | None = None
) -> None:
    from linewalker.config import find_config, load_config
    from linewalker.errors import InterruptedRunError
    from linewalker.nightly import configured_sources, run_night
    from linewalker.signals import exit_code_of_signal, name_of_signal

    settings = load_config(find_config(config))
    output = choose_output(settings, log)
    try:
        result = run_night(
            settings,
            configured_sources(settings),
            now=utc_now,
            output=output,
            steps=steps,
            command=command,
            force=force,
        )
    except KeyboardInterrupt:
        raise InterruptedRunError(
            f"{command} was interrupted by {name_of_signal()}; what it had stored is kept, and the next run goes on "
            "from there",
            exit_code_of_signal(),
        ) from None
    for reason in result.reasons:
        output.line(f"note: {reason}")
    raise typer.Exit(result.exit_code)


ForceOption = Annotated[bool, typer.Option("--force", help="Ask every feed now, due or not.")]


@app.command()
def run(config: ConfigOption = HERE, force: ForceOption = False, log: LogOption = None) -> None:
    """The night: crawl, annotate, resolve, brief, alert, publish. This is what cron calls."""
    _run(config, ("crawl", "annotate", "resolve", "brief", "alert"), "run", force=force, log=log)


@app.command()
def crawl(config: ConfigOption = HERE, force: ForceOption = False, log: LogOption = None) -> None:
    """Only the crawl: due feeds and their new pages into the ledger."""
    _run(config, ("crawl",), "crawl", force=force, log=log)


@app.command()
def resolve(config: ConfigOption = HERE, log: LogOption = None) -> None:
    """Only the resolver: new events join incidents or found them."""
    _run(config, ("resolve",), "resolve", log=log)


@app.command()
def annotate(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="JSON Lines documents; - reads standard input.")
    ] = None,
    config: ConfigOption = HERE,
    model: Annotated[str | None, typer.Option(help="An installed spaCy pipeline, with FILE only.")] = None,
    processes: Annotated[int, typer.Option(min=1, help="Worker processes, with FILE only.")] = 1,
    explain: Annotated[
        bool, typer.Option("--explain", help="Give each risk tag its reasons: the words and events; with FILE only.")
    ] = False,
    log: LogOption = None,
) -> None:
    """With FILE: documents in, annotations out, one JSON object a line. Without: annotate what the ledger holds.

    Your own facilities and risk models are used too where the folder has a linewalker.toml.
    """
    if not files:
        if explain:
            raise typer.BadParameter("--explain needs a FILE: reasons are written out, not kept in the ledger")
        _run(config, ("annotate",), "annotate", log=log)
        return
    from linewalker.gazetteers import own_tables
    from linewalker.own_models import own_models
    from linewalker.texts import annotate_files

    tables = own_tables(config)
    models = own_models(config)
    raise typer.Exit(
        annotate_files(
            files,
            sys.stdout,
            model=model,
            processes=processes,
            gazetteers=tables,
            risk_models=models,
            explain=explain,
        )
    )


@app.command()
def extract(pages: Annotated[list[Path], typer.Argument(metavar="PAGE...", help="Saved HTML pages.")]) -> None:
    """Saved pages in, one JSON article a line out; no network, no database."""
    from linewalker.texts import extract_files

    raise typer.Exit(extract_files(pages, sys.stdout))


@app.command()
def entries(feeds: Annotated[list[Path], typer.Argument(metavar="FEED...", help="Saved feeds or sitemaps.")]) -> None:
    """Saved feeds or sitemaps in, one JSON line a feed out; no network, no database."""
    from linewalker.texts import list_entries

    raise typer.Exit(list_entries(feeds, sys.stdout))


@app.command()
def cluster(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="JSON Lines documents; - reads stdin.")],
    processes: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    config: ConfigOption = HERE,
) -> None:
    """Documents in, {"id", "story", "incidents"} out: the night's own resolver on an empty ledger in memory."""
    from linewalker.gazetteers import own_tables
    from linewalker.texts import cluster_files

    tables = own_tables(config)
    raise typer.Exit(cluster_files(files, sys.stdout, now=utc_now(), processes=processes, gazetteers=tables))


add_ledger_commands(app)


@app.command()
def reprocess(
    config: ConfigOption = HERE,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only what was published from then on."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what the installed models have read already.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Take the result over without asking.")] = False,
    log: LogOption = None,
) -> None:
    """Let the installed models read stored articles again; shows what would change before anything does."""
    from linewalker.config import find_config, load_config
    from linewalker.reprocess import Wish
    from linewalker.reprocess import reprocess as read_again

    wish = Wish(since=since.replace(tzinfo=UTC) if since is not None else None, everything=everything, yes=yes)
    settings = load_config(find_config(config))
    ask = typer.confirm if sys.stdin.isatty() else None
    raise typer.Exit(read_again(settings, wish, now=utc_now, output=choose_output(settings, log), ask=ask))


add_health_commands(app)


@app.command()
def train(
    labels: Annotated[Path | None, typer.Option(help="A folder of label files; default: the shipped ones.")] = None,
    out: Annotated[Path, typer.Option(help="Where to write the model and its manifest.")] = Path("models"),
    seed: Annotated[int, typer.Option(help="Same labels and seed: same model.")] = 0,
    with_reviews: Annotated[
        bool, typer.Option("--with-reviews", help="Learn from the ledger's reviews too; replaces your own model.")
    ] = False,
    config: ConfigOption = HERE,
) -> None:
    """Labels -> relevance and risk models with a manifest of their metrics."""
    if with_reviews:
        from linewalker.config import find_config, load_config
        from linewalker.retraining import retrain

        raise typer.Exit(retrain(load_config(find_config(config)), seed, now=utc_now))
    from linewalker.models import train_models

    raise typer.Exit(train_models(labels, out, seed, utc_now()))


@app.command()
def evaluate(
    sets: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME", help="Only this set; may be given several times.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Third-party sets; default: LINEWALKER_SHARED_DATA, or ../shared/data."),
    ] = None,
    target: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Also write the figures here.")] = None,
    errors: Annotated[int, typer.Option(min=0, help="Show so many of the worst faults of each development set.")] = 0,
    labels: Annotated[Path | None, typer.Option(help="A folder of label files; default: the shipped ones.")] = None,
    model: Annotated[Path | None, typer.Option(help="A folder that `train` wrote; default: the shipped model.")] = None,
    split: Annotated[str, typer.Option(help="train, valid or test; with --labels or --model.")] = "test",
    drift: Annotated[
        bool, typer.Option("--drift", help="Instead: this month's scores and reviews beside last month's.")
    ] = False,
    config: ConfigOption = HERE,
) -> None:
    """Gate, risk tags and annotator -> figures on every labelled set that is there."""
    if drift:
        from linewalker.config import find_config, load_config
        from linewalker.drift import show_drift

        print(show_drift(load_config(find_config(config)), utc_now()), end="")
        raise typer.Exit(0)
    from linewalker.evaluation import evaluate_sets

    raise typer.Exit(
        evaluate_sets(
            names=sets or (), data=data, labels=labels, model=model, split=split, errors=errors, target=target
        )
    )


def _register() -> None:
    from linewalker.cli_alerts import alerts
    from linewalker.cli_brief import brief
    from linewalker.cli_chart import chart_command
    from linewalker.cli_export import export
    from linewalker.cli_gazetteer import gazetteer_app
    from linewalker.cli_import import import_command
    from linewalker.cli_review import review_app
    from linewalker.cli_sources import sources_app

    app.command()(brief)
    app.command(name="export")(export)
    app.command()(alerts)
    app.command(name="import")(import_command)
    app.command(name="chart")(chart_command)
    app.add_typer(sources_app, name="sources")
    app.add_typer(gazetteer_app, name="gazetteer")
    app.add_typer(review_app, name="review")


_register()


def main() -> None:
    """The executable: errors that the user can mend become one line and their exit code."""
    speak_utf8()
    secure_streams()
    sys.exit(guarded(lambda: app(standalone_mode=False)))


if __name__ == "__main__":
    main()
