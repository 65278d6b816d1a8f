"""The annotate and resolve steps: stored articles become events, stories and incidents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from linewalker.config import Config
from linewalker.output import Output
from linewalker.own_models import find_own_models
from linewalker.reading import Reader, model_key
from nlp.decisions import Partition, Ruling, fold_decided, make_rulings
from nlp.fingerprint import Copy, CopyIndex, compute_digest, decide_origin, find_wire
from nlp.fold import IncidentFields
from nlp.records import Report
from nlp.resolve import Resolution, resolve
from nlp.stories import STALE_AFTER, assign_stories
from store.annotations import add_annotations, get_unannotated
from store.database import Ledger
from store.decisions import follow_decisions, get_decisions
from store.followups import add_followings, get_waiting
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
    drop_digests,
    get_fingerprints,
    get_story_states,
    get_unfingerprinted,
    get_unstoried,
)

COPY_WINDOW = timedelta(days=14)  # wire copy is reprinted within days


async def annotate_step(
    ledger: Ledger, config: Config, *, run_id: str, now: Callable[[], datetime], output: Output
) -> Counter[str]:
    """Annotates every current article version that no model has read; `linewalker reprocess` reads old ones again."""
    counts: Counter[str] = Counter()
    add_new_fingerprints(ledger, now())
    if next(iter(get_unannotated(ledger, limit=1)), None) is None:
        output.line("annotate: no article to read")
        return counts
    async with Reader(config.annotate, config.gazetteer_paths, find_own_models(config)) as reader:
        key = model_key(await reader.versions())
        documents = (document for _, document in get_unannotated(ledger))
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
    read = [
        (one.version_id, one.family, find_wire(one.text, one.authors), compute_digest(one.title, one.text))
        for one in get_unfingerprinted(ledger)
    ]
    if not read:
        return 0
    known = get_fingerprints(ledger, now - COPY_WINDOW, like=[digest for *_, digest in read])
    index = CopyIndex(Copy(id=one.version_id, digest=one.digest, origin=one.origin) for one in known)
    found: list[Fingerprint] = []
    for version_id, family, wire, digest in read:
        origin = decide_origin(family=family, wire=wire, original=index.find_original(digest))
        index.add(Copy(id=version_id, digest=digest, origin=origin))
        found.append(Fingerprint(version_id=version_id, wire=wire, origin=origin, digest=digest))
    with ledger.transaction():
        add_fingerprints(ledger, found)
        drop_digests(ledger, now - COPY_WINDOW)
    return len(found)


def resolve_step(ledger: Ledger, *, run_id: str, now: Callable[[], datetime], output: Output) -> Counter[str]:
    """Joins new events to incidents or founds them, and writes every change as a revision, in one transaction."""
    counts: Counter[str] = Counter()
    at = now()
    with ledger.transaction():
        unstoried = get_unstoried(ledger)
        if unstoried:
            told = [article.told_at for article in unstoried]
            assignments, states = assign_stories(
                unstoried, get_story_states(ledger, min(told) - STALE_AFTER, near=told)
            )
            add_story_assignments(ledger, assignments, states, run_id)
        reports = get_unresolved_reports(ledger)
        decisions = get_decisions(ledger)
        partition = Partition(decisions)
        waiting = get_waiting(ledger, now=at, again=bool(reports))
        known = get_open_incidents(ledger, near=reports, decided=partition.decided, waiting=waiting.values())
        resolution = resolve(reports, known, waiting.values())
        resolution = follow_decisions(ledger, resolution, reports, partition)
        fields = _fold_touched(ledger, resolution, reports, partition, make_rulings(decisions))
        apply_resolution(ledger, resolution, fields, run_id, at)
        add_followings(ledger, waiting, resolution.followings, run_id, at)
    founded = {a.incident_id for a in resolution.assignments if a.founded}
    parts = founded & {child for child, _ in resolution.parents}  # of a salvo: counted in their whole, as everywhere
    counts["reports_attached"] = len(resolution.assignments)
    counts["incidents_new"] = len(founded - parts)
    counts["parts_new"] = len(parts)
    counts["incidents_joined"] = len({a.incident_id for a in resolution.assignments} - founded)
    counts["follow_ups"] = len(resolution.followings)
    counts["suggestions"] = len(resolution.suggestions)
    output.line(
        f"resolve: {counts['reports_attached']} reports, {counts['incidents_new']} new incidents, "
        f"{counts['incidents_joined']} known ones told again, {counts['follow_ups']} articles that follow one up"
    )
    return counts


def _fold_touched(
    ledger: Ledger, resolution: Resolution, reports: list[Report], partition: Partition, rulings: dict[str, Ruling]
) -> dict[str, IncidentFields]:
    """The fold of every incident whose reports or parent change, as they will be once the resolution is applied."""
    told = get_reports_after(ledger, resolution, reports)
    adopted = [child for child, _ in resolution.parents if child not in told]
    told |= get_incident_reports(ledger, adopted)
    known = {child: parent for child, parent in get_parent_ids(ledger, told).items() if parent is not None}
    return fold_decided(told, dict(resolution.parents) | known, partition, rulings)
