"""`linewalker status` and `linewalker incident`: the published ledger, told to a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from linewalker.config import Config
from linewalker.errors import ConfigError
from linewalker.ids import choose_id
from linewalker.own_models import find_own_models
from linewalker.reading import model_key
from linewalker.tables import render_table
from nlp.modelfiles import ModelError
from nlp.versions import TableError, find_versions
from reports.incident_page import render_incident
from store.database import Ledger, open_ledger
from store.records import RunSummary, SourceHealth
from store.rereading import count_readings
from store.runs import get_runs
from store.snapshot import get_source_health
from store.views import find_incident_ids, get_incident


def open_published(config: Config) -> Ledger:
    """The readers' copy, opened for reading; never waits for a run."""
    path = config.published_path
    if not path.is_file():
        raise ConfigError(f"there is no ledger at {path} yet; run: linewalker run -c {config.folder}")
    return open_ledger(path, read_only=True)


def show_incident(config: Config, wanted: str) -> str:
    """One incident as text; raises ConfigError where no or several ids begin so."""
    with open_published(config) as ledger:
        view = get_incident(ledger, choose_id(find_incident_ids(ledger, wanted), wanted, "incident", "incidents"))
        assert view is not None
        went = ""
        if view.merged_into is not None and (survivor := get_incident(ledger, view.merged_into)) is not None:
            went = f"{view.id} was made part of {survivor.id} by an analyst; this is {survivor.id}.\n\n"
            view = survivor
    return went + render_incident(view)


def show_status(config: Config, now: datetime) -> str:
    """The last runs, the sources that are not well, the counts of the others, and which models read the articles."""
    with open_published(config) as ledger:
        runs = get_runs(ledger, limit=7)
        health = get_source_health(ledger, now=now, run_id=runs[0].run_id if runs else None)
        readings, _ = describe_readings(ledger, config)
    lines = ["Last runs", _runs_table(runs), ""]
    unwell = [one for one in health if _trouble(one) is not None]
    lines.append(f"Feeds: {len(health)} listed, {len(health) - len(unwell)} well, {len(unwell)} not")
    if unwell:
        rows = tuple((one.source_id, one.feed_url, one.failures, _trouble(one)) for one in unwell)
        lines.append(render_table(("source", "feed", "failures", "trouble"), rows))
    lines.append(readings)
    size = config.published_path.stat().st_size / 1e6
    lines.append(f"Ledger: {config.published_path} ({size:.1f} MB); briefings in {config.briefings_path}")
    return "\n".join(line.rstrip("\n") for line in lines) + "\n"


def describe_readings(ledger: Ledger, config: Config) -> tuple[str, bool]:
    """By which models the articles were read, in a line, and whether all of them by those that are installed."""
    try:
        versions = find_versions(config.annotate.model, config.gazetteer_paths, find_own_models(config))
    except TableError as error:
        mend = "put it back, or take it out of [annotate] in linewalker.toml"
        return f"Articles: by which models they were read cannot be told: {error}; {mend}", False
    except ModelError as error:
        return f"Articles: by which models they were read cannot be told: {error}", False
    same, other = count_readings(ledger, model_key(versions))
    if not other:
        return f"Articles: {same:,} read, by the models that are installed", True
    read = f"Articles: {same + other:,} read, {other:,} of them by other models than those installed"
    return f"{read}; linewalker reprocess shows what reading them again would change", False


def _runs_table(runs: Sequence[RunSummary]) -> str:
    rows = []
    for one in runs:
        counts = dict(one.counts)
        took = f"{(one.finished_at - one.started_at).total_seconds():.0f} s" if one.finished_at else ""
        rows.append(
            (
                one.started_at,
                one.command,
                one.status,
                took,
                f"{counts.get('feeds_answered', 0)}/{counts.get('feeds_due', 0)}",
                counts.get("articles_new", 0),
                counts.get("incidents_new", 0),
                one.error or "",
            )
        )
    return render_table(("started", "command", "status", "took", "feeds", "articles", "incidents", "note"), tuple(rows))


def _trouble(one: SourceHealth) -> str | None:
    if one.disabled:
        return "gone for good (410)"
    if one.checked_at is None:
        return "never asked"
    if one.failures:
        return one.reason or one.outcome
    if one.quiet:
        return "quiet beyond its habit"
    return None
