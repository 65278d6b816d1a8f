"""The night, top to bottom: due feeds -> crawl -> annotate -> resolve -> brief -> alert -> publish."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from crawler.records import Source
from crawler.secrets import redact
from crawler.sources import SourcesError, load_sources, merge_sources, select_sources
from linewalker.alert_targets import AlertPlan, plan_alerts
from linewalker.alerting import alert_step
from linewalker.briefing import BriefingResult, brief_step
from linewalker.config import CONFIG_NAME, Config
from linewalker.crawling import crawl_step
from linewalker.errors import ConfigError, LinewalkerError, NothingDoneError
from linewalker.faults import describe_fault
from linewalker.lock import hold_lock
from linewalker.metrics import write_metrics
from linewalker.output import Output, record
from linewalker.pruning import prune_step
from linewalker.resolving import annotate_step, resolve_step
from linewalker.review_journal import absorb_pending
from linewalker.signals import exit_code_of_signal, name_of_signal, was_interrupted
from nlp.gazetteer import load_gazetteer
from store.database import Ledger, open_ledger
from store.errors import StoreError
from store.facilities import Facility, sync_facilities
from store.publish import check_not_lost, publish
from store.runs import finish_run, start_run
from store.search import update_search_index
from store.sources import get_common_failure, sync_sources

STEPS = ("crawl", "annotate", "resolve", "brief", "alert")
ENOUGH_ANSWERS = 0.8  # of the due feeds; under it the night is told as partial


@dataclass(frozen=True, slots=True, kw_only=True)
class NightResult:
    """How a run ended: its exit code (DESIGN, section 4) and why."""

    exit_code: int
    reasons: tuple[str, ...]
    counts: dict[str, int]
    briefing: BriefingResult | None


def configured_sources(config: Config) -> tuple[Source, ...]:
    """The sources that this configuration reads; raises ConfigError naming what is wrong."""
    try:
        sources = load_sources() if config.sources.shipped else ()
        if config.sources.file is not None and (own := config.folder / config.sources.file).exists():
            sources = merge_sources(sources, load_sources(own))
    except SourcesError as error:
        raise ConfigError(str(error)) from error
    if config.sources.only:
        sources = _named(sources, config, "only")
    if config.sources.without:
        left_out = _named(sources, config, "without")
        sources = tuple(source for source in sources if source not in left_out)
    return tuple(source for source in sources if source.enabled)


def _named(sources: tuple[Source, ...], config: Config, key: str) -> tuple[Source, ...]:
    try:
        return select_sources(sources, only=getattr(config.sources, key), enabled=False)
    except SourcesError as error:
        raise ConfigError(f"{config.folder / CONFIG_NAME}: 'sources.{key}': {error}") from error


def run_night(
    config: Config,
    sources: Sequence[Source],
    *,
    now: Callable[[], datetime],
    output: Output,
    steps: Sequence[str] = STEPS,
    command: str = "run",
    force: bool = False,
) -> NightResult:
    """Runs the steps in order, publishes the readers' copy and says how it went.

    A step that fails is recorded and the later ones still run on what is there. Raises LockedError where another run
    holds the lock, and NothingDoneError where the ledger cannot be opened.
    """
    facilities = configured_facilities(config)  # a broken table of the user's own ends the night before it begins
    plan = plan_alerts(config) if "alert" in steps else AlertPlan(rules=(), targets={})  # as does a wrong rule
    with hold_lock(config.lock_path, command=command, now=now()):
        started_at, exit_code, counts = now(), 1, Counter[str]()
        try:
            check_not_lost(config.ledger_path, config.published_path)
            with open_ledger(config.ledger_path, now=now()) as ledger:
                if ledger.notice is not None:
                    output.line(ledger.notice)
                sync_facilities(ledger, facilities)
                result = _run_steps(ledger, config, sources, plan, now, output, steps, command, force, counts)
            if publish(config.ledger_path, config.published_path):
                output.line(f"published: {config.published_path}")
            exit_code = result.exit_code
        except StoreError as error:
            exit_code = NothingDoneError.exit_code
            raise NothingDoneError(str(error)) from error
        except KeyboardInterrupt:
            exit_code = exit_code_of_signal()
            raise
        finally:
            write_metrics(
                config, started_at=started_at, finished_at=now(), exit_code=exit_code, counts=counts, output=output
            )
            record(output, "run ended", step="run", fields={"exit_code": exit_code, **counts})
    return result


def _run_steps(
    ledger: Ledger,
    config: Config,
    sources: Sequence[Source],
    plan: AlertPlan,
    now: Callable[[], datetime],
    output: Output,
    steps: Sequence[str],
    command: str,
    force: bool,
    counts: Counter[str],
) -> NightResult:
    started_at = now()
    run_id = start_run(ledger, command=command, started_at=started_at)
    reasons: list[str] = []
    briefing: BriefingResult | None = None
    failed = 0
    absorb_pending(ledger, config)
    sync_sources(ledger, sources)
    for step in steps:
        before, begun_at = Counter(counts), now()
        try:
            if step == "crawl":
                counts += asyncio.run(
                    crawl_step(ledger, config, sources, run_id=run_id, now=now, output=output, force=force)
                )
            elif step == "annotate":
                counts += asyncio.run(annotate_step(ledger, config, run_id=run_id, now=now, output=output))
            elif step == "resolve":
                counts += resolve_step(ledger, run_id=run_id, now=now, output=output)
            elif step == "brief":
                briefing = brief_step(
                    ledger, config, run_id=run_id, started_at=started_at, counts=counts, now=now, output=output
                )
                reasons += briefing.reasons
            else:
                reasons += alert_step(
                    ledger, config, plan, run_id=run_id, started_at=started_at, counts=counts, now=now, output=output
                )
        except (LinewalkerError, StoreError) as error:
            with suppress(StoreError):  # the first fault is the one to tell
                _finish(ledger, run_id, now, counts, "failed", f"{step}: the ledger could not be read or written")
            if isinstance(error, StoreError):
                raise NothingDoneError(f"{step} failed: {error}") from error
            raise
        except KeyboardInterrupt:
            _stop(ledger, run_id, now, counts, step)
            raise
        except Exception as error:  # a fault in one step must not cost the others the night
            if was_interrupted(error):
                _stop(ledger, run_id, now, counts, step)
                raise KeyboardInterrupt from error
            failed += step != "alert"
            reasons.append(describe_fault(step, error, config))
            output.line(reasons[-1])
        told = {name: count - before[name] for name, count in counts.items() if count != before[name]}
        seconds = round((now() - begun_at).total_seconds(), 3)
        record(output, "step ended", step=step, fields={"seconds": seconds, **told})
    reasons += _index_words(ledger, output)
    try:
        counts["bodies_pruned"] += prune_step(ledger, config, run_id=run_id, now=now(), output=output)
    except OSError as error:
        reasons.append(describe_fault("bodies", error, config))
        output.line(reasons[-1])
    due, answered = counts["feeds_due"], counts["feeds_answered"]
    if due and answered < ENOUGH_ANSWERS * due:
        reasons.append(f"only {answered} of {due} due feeds answered")
    if counts["feeds_left"]:
        reasons.append(f"the night was too short for {counts['feeds_left']} of {due} due feeds (crawl.max_hours)")
    reads = sum(step != "alert" for step in steps)
    nothing = (failed > 0 and failed == reads) or (due > 0 and answered == 0 and "crawl" in steps)
    if nothing and due and not answered and counts["feeds_left"] < due:
        reasons.append("no feed answered at all: is this machine online?")
        if common := get_common_failure(ledger, run_id):
            number, why, address = common
            reasons.append(f"{number} of {due} feeds failed with: {why} ({redact(address)})")
    exit_code = 2 if nothing else 3 if reasons else 0
    status = {0: "complete", 2: "failed", 3: "partial"}[exit_code]
    _finish(ledger, run_id, now, counts, status, "; ".join(reasons) or None)
    return NightResult(exit_code=exit_code, reasons=tuple(reasons), counts=dict(counts), briefing=briefing)


def _index_words(ledger: Ledger, output: Output) -> list[str]:
    """Makes the articles that came in findable by their words; what is left undone is done by the next command."""
    try:
        update_search_index(ledger)
    except StoreError:
        raise
    except Exception as error:  # the night is done without it
        output.line(f"the search index could not be brought up to date: {type(error).__name__}: {error}")
        return [f"search index failed: {type(error).__name__}: {error}"]
    return []


def _stop(ledger: Ledger, run_id: str, now: Callable[[], datetime], counts: Counter[str], step: str) -> None:
    with suppress(Exception):  # the next run finds that this one's process is gone
        _finish(ledger, run_id, now, counts, "interrupted", f"{name_of_signal()} during {step}")


def _finish(
    ledger: Ledger, run_id: str, now: Callable[[], datetime], counts: Counter[str], status: str, error: str | None
) -> None:
    finish_run(
        ledger,
        run_id,
        status=status,  # type: ignore[arg-type]
        finished_at=now(),
        counts=dict(sorted(counts.items())),
        error=error,
    )


def configured_facilities(config: Config) -> list[Facility]:
    """The gazetteer that this configuration reads, shipped and own, as the ledger keeps it."""
    return [
        Facility(
            id=one.id,
            name=one.name,
            facility_type=one.facility_type,
            countries=one.countries,
            latitude=one.latitude,
            longitude=one.longitude,
            operator=one.operator,
            capacity=one.capacity,
            unit=one.capacity_unit,
        )
        for one in load_gazetteer(config.gazetteer_paths).facilities.values()
    ]
