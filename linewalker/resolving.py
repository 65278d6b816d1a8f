"""The annotate and resolve steps: stored articles become events, stories and incidents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from linewalker.config import Config
from linewalker.output import Output
from linewalker.own_models import find_own_models
from linewalker.reading import Reader, model_key
from nlp.fingerprint import Copy, CopyIndex, compute_digest, decide_origin, find_wire
from nlp.fold import IncidentFields, fold
from nlp.records import Report
from nlp.resolve import Resolution, resolve
from nlp.stories import STALE_AFTER, assign_stories
from store.annotations import add_annotations, get_unannotated
from store.database import Ledger
from store.incidents import (
    get_incident_reports,
    get_open_incidents,
    get_parent_ids,
    get_reports_after,
    get_unresolved_reports,
)
from store.resolution import apply_resolution
from store.stories import (
    Fingerprint,
    add_fingerprints,
    add_story_assignments,
    get_fingerprints,
    get_story_states,
    get_unfingerprinted,
    get_unstoried,
)

COPY_WINDOW = timedelta(days=14)  # wire copy is reprinted within days


async def annotate_step(
    ledger: Ledger, config: Config, *, run_id: str, now: Callable[[], datetime], output: Output
) -> Counter[str]:
    """Annotates every current article version that the installed models have not read."""
    counts: Counter[str] = Counter()
    add_new_fingerprints(ledger, now())
    if next(iter(get_unannotated(ledger, "", limit=1)), None) is None:
        output.line("annotate: no article in the ledger yet")
        return counts
    async with Reader(config.annotate, config.gazetteer_paths, find_own_models(config)) as reader:
        key = model_key(await reader.versions())
        documents = (document for _, document in get_unannotated(ledger, key))
        async for batch in reader.read(documents):
            add_annotations(ledger, [(document.id, annotation) for document, annotation in batch], run_id, key)
            for _, annotation in batch:
                counts["articles_read"] += 1
                counts["articles_relevant"] += bool(annotation.relevant)
                counts["events"] += len(annotation.events)
                counts["articles_skipped"] += annotation.skipped is not None
            output.progress("articles read", counts["articles_read"], None)
    output.line(
        f"annotate: {counts['articles_read']} articles read, {counts['articles_relevant']} relevant, "
        f"{counts['events']} events, {counts['articles_skipped']} skipped"
    )
    return counts


def add_new_fingerprints(ledger: Ledger, now: datetime) -> int:
    """Decides whose words each new article version is; gives how many were new."""
    waiting = get_unfingerprinted(ledger)
    known = get_fingerprints(ledger, now - COPY_WINDOW)
    index = CopyIndex(Copy(id=one.version_id, digest=one.digest, origin=one.origin) for one in known)
    found: list[Fingerprint] = []
    for article in waiting:
        digest = compute_digest(article.title, article.text)
        wire = find_wire(article.text, article.authors)
        origin = decide_origin(family=article.family, wire=wire, original=index.find_original(digest))
        index.add(Copy(id=article.version_id, digest=digest, origin=origin))
        found.append(Fingerprint(version_id=article.version_id, wire=wire, origin=origin, digest=digest))
    add_fingerprints(ledger, found)
    return len(found)


def resolve_step(ledger: Ledger, *, run_id: str, now: Callable[[], datetime], output: Output) -> Counter[str]:
    """Joins new events to incidents or founds them, and writes every change as a revision, in one transaction."""
    counts: Counter[str] = Counter()
    at = now()
    with ledger.transaction():
        unstoried = get_unstoried(ledger)
        if unstoried:
            oldest = min(article.told_at for article in unstoried)
            assignments, states = assign_stories(unstoried, get_story_states(ledger, oldest - STALE_AFTER))
            add_story_assignments(ledger, assignments, states, run_id)
        reports = get_unresolved_reports(ledger)
        resolution = resolve(reports, get_open_incidents(ledger, near=reports))
        apply_resolution(ledger, resolution, _fold_touched(ledger, resolution, reports), run_id, at)
    founded = {a.incident_id for a in resolution.assignments if a.founded}
    counts["reports_attached"] = len(resolution.assignments)
    counts["incidents_new"] = len(founded)
    counts["incidents_joined"] = len({a.incident_id for a in resolution.assignments} - founded)
    counts["suggestions"] = len(resolution.suggestions)
    output.line(
        f"resolve: {counts['reports_attached']} reports, {counts['incidents_new']} new incidents, "
        f"{counts['incidents_joined']} known ones told again"
    )
    return counts


def _fold_touched(ledger: Ledger, resolution: Resolution, reports: list[Report]) -> dict[str, IncidentFields]:
    """The fold of every incident whose reports or parent change, as they will be once the resolution is applied."""
    told = get_reports_after(ledger, resolution, reports)
    adopted = [child for child, _ in resolution.parents if child not in told]
    told |= get_incident_reports(ledger, adopted)
    parents = get_parent_ids(ledger, told) | dict(resolution.parents)
    return {one: fold(found, parent_id=parents.get(one)) for one, found in told.items() if found}
