"""`linewalker status` and `linewalker incident`: the published ledger, told to a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.habits import in_words
from crawler.secrets import redact
from linewalker.config import Config
from linewalker.errors import ConfigError
from linewalker.ids import choose_id
from linewalker.own_models import find_own_models
from linewalker.reading import model_key
from linewalker.tables import render_table
from nlp.modelfiles import ModelError
from nlp.versions import TableError, find_versions
from reports.incident_json import render_json
from reports.incident_page import make_page
from reports.page_markup import render_html, render_markdown
from reports.page_text import render_text
from store.coverage import get_source_health
from store.database import Ledger, open_ledger
from store.incident_context import get_context
from store.records import IncidentView, RunSummary, SourceHealth
from store.rereading import count_readings
from store.runs import get_runs
from store.sources import get_passed_over
from store.views import find_incident_ids, get_incident

INCIDENT_FORMS = ("text", "markdown", "html", "json")
_PASSED_SHOWN = 10
LONG_AGO = timedelta(days=2)  # a ledger whose last run is older than that is told as it was then


def open_published(config: Config) -> Ledger:
    """The readers' copy, opened for reading; never waits for a run."""
    path = config.published_path
    if not path.is_file():
        raise ConfigError(f"there is no ledger at {path} yet; run: linewalker run -c {config.folder}")
    return open_ledger(path, read_only=True)


def show_incident(
    config: Config, wanted: str, *, form: str = "text", everything: bool = False, width: int | None = None
) -> str:
    """One incident in one of INCIDENT_FORMS; raises ConfigError where no or several ids begin so.

    `width`: columns of the terminal that shows it; None where the text goes to a pipe or a file.
    """
    if form not in INCIDENT_FORMS:
        raise ConfigError(f"there is no format {form!r}; choose one of: {', '.join(INCIDENT_FORMS)}")
    with open_published(config) as ledger:
        view = get_incident(ledger, choose_id(find_incident_ids(ledger, wanted), wanted, "incident", "incidents"))
        assert view is not None
        went: tuple[str, ...] = ()
        if view.merged_into is not None and (survivor := get_incident(ledger, view.merged_into)) is not None:
            went = (_tell_merge(view, survivor.id),)
            view = survivor
        context = get_context(ledger, view)
    if form == "json":
        return render_json(view, context)
    page = make_page(view, context, everything=everything, notices=went)
    if form == "text":
        return render_text(page, width)
    return render_html(page) if form == "html" else render_markdown(page)


def show_status(config: Config, now: datetime) -> str:
    """The last runs, the sources that are not well, the counts of the others, and which models read the articles."""
    with open_published(config) as ledger:
        runs = get_runs(ledger, limit=7)
        # The health of a ledger that rests is its health when it was last written: else every source is quiet.
        at = told_as_of(runs, now)
        health = get_source_health(ledger, now=at, run_id=runs[0].run_id if runs else None)
        passed = get_passed_over(ledger, runs[0].run_id) if runs else []
        readings, _ = describe_readings(ledger, config)
    lines = [] if at == now else [f"{describe_rest(at, now)}: what follows is as of then.", ""]
    lines += ["Last runs", _runs_table(runs), ""]
    unwell = [one for one in health if find_trouble(one) is not None]
    lines.append(f"Feeds: {len(health)} listed, {len(health) - len(unwell)} well, {len(unwell)} not")
    if unwell:
        rows = tuple((one.source_id, redact(one.feed_url), one.failures, find_trouble(one)) for one in unwell)
        lines.append(render_table(("source", "feed", "failures", "trouble"), rows))
    odd = tuple((one.source_id, redact(one.feed_url), one.oddities) for one in health if one.oddities)
    if odd:
        lines += ["Feeds with oddities", render_table(("source", "feed", "what is odd"), odd)]
    if passed:
        shown = tuple((source, redact(url), reason) for source, url, reason in passed[:_PASSED_SHOWN])
        more = f", {_PASSED_SHOWN} shown" if len(passed) > _PASSED_SHOWN else ""
        lines.append(f"Not asked in the last run, by their habit: {len(passed)} feeds{more}")
        lines.append(render_table(("source", "feed", "why"), shown))
    lines.append(readings)
    size = config.published_path.stat().st_size / 1e6
    lines.append(f"Ledger: {config.published_path} ({size:.1f} MB); briefings in {config.briefings_path}")
    return "\n".join(line.rstrip("\n") for line in lines) + "\n"


def _tell_merge(view: IncidentView, survivor: str) -> str:
    """Where an incident went that is none of its own any more."""
    if any(one.text.startswith(f"{view.id} is part of ") and not one.withdrawn for one in view.decisions):
        return f"{view.id} was made part of {survivor} by an analyst; this is {survivor}."
    return (
        f"{view.id} was split off by an analyst, who took that back: its reports are with {survivor} again; this is it."
    )


def told_as_of(runs: Sequence[RunSummary], now: datetime) -> datetime:
    """The moment for which a ledger's health is told: now, or the end of its last run where that is long ago."""
    last = max((one.finished_at or one.started_at for one in runs), default=now)
    return last if now - last > LONG_AGO else now


def describe_rest(last: datetime, now: datetime) -> str:
    """How long ago the last run was: "The last run was 8 months ago (11 March 2026, 04:00 UTC)"."""
    days = (now - last).days
    ago = f"{days} days" if days < 60 else f"{days // 30} months" if days < 730 else f"{days // 365} years"
    return f"The last run was {ago} ago ({last:%-d %B %Y, %H:%M} UTC)"


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


def find_trouble(one: SourceHealth) -> str | None:
    """What is wrong with a feed, in words; None where it is well."""
    if one.disabled:
        return "gone for good (410)"
    if one.checked_at is None:
        return "never asked"
    if one.failures:
        return one.reason or one.outcome
    if one.quiet:
        return describe_silence(one)
    return None


def describe_silence(one: SourceHealth) -> str:
    """That a feed is too quiet, by its habit or, where that is not known, by its cadence."""
    if one.usual_gap_hours is None:
        return "quiet beyond its cadence"
    return f"quiet beyond its habit: brings news about every {in_words(one.usual_gap_hours)}" + (
        f", the last on {one.last_entry_at:%Y-%m-%d}" if one.last_entry_at else ""
    )
