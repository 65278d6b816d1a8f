"""`linewalker import`: archives, JSON Lines and saved pages into the ledger, by batches that can be gone on with."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from crawler.archive import (
    UNREADABLE,
    Kept,
    Left,
    SourceFinder,
    address_fault,
    candidate_urls,
    choose_url,
    mark_archived,
)
from crawler.records import Source
from crawler.warc_stream import ArchiveError, Position
from linewalker.config import Config
from linewalker.errors import ConfigError, NothingDoneError
from linewalker.import_drafting import NO_ADDRESS, NO_DATE, NO_DOCUMENT, Drafter, ImportWish
from linewalker.import_files import NAMES, ImportFile, Piece, UnreadableError, look_at, read_pieces
from linewalker.import_reading import Drafted, Gate
from linewalker.lock import hold_lock
from linewalker.output import Output
from linewalker.own_models import find_own_models
from linewalker.workers import WorkerLimits, WorkerPool
from store.bodies import add_body
from store.database import Ledger, open_ledger
from store.errors import StoreError
from store.imports import ImportProgress, add_import_batch, get_import, get_versions, make_import_key
from store.publish import check_not_lost, publish
from store.runs import RunStatus, finish_run, start_run
from store.search import update_search_index
from store.sources import sync_sources

BATCH_PIECES = 400  # between two commits
BATCH_BYTES = 32_000_000  # of raw pages that are held until they are stored
WAITING_BYTES = 32_000_000  # of pages that wait for a worker
TOLD_EVERY = timedelta(minutes=5)
GATE_MEMORY_MB = 1200  # of a worker that also holds the gazetteer and the gate
# What was left out because it could not be read, and not because nobody wants it.
_FAULTS = {
    "damaged": "damaged records were passed over",
    NO_DOCUMENT: "lines are no documents",
    UNREADABLE: "records hold an answer that cannot be read",
}
_TO_MEND = (NO_ADDRESS, NO_DATE)

Clock = Callable[[], datetime]


@dataclass(slots=True)
class _Batch:
    """What waits for the next commit."""

    drafts: list[Drafted] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, int, str]] = field(default_factory=list)
    pieces: int = 0
    size: int = 0

    @property
    def is_full(self) -> bool:
        return self.pieces >= BATCH_PIECES or self.size >= BATCH_BYTES


def import_files(
    config: Config,
    sources: Sequence[Source],
    files: Sequence[Path],
    wish: ImportWish,
    *,
    now: Clock,
    output: Output,
) -> int:
    """Imports files one after the other and publishes the ledger; gives the exit code (DESIGN, section 4).

    Raises LockedError where a run holds the ledger, NothingDoneError where the ledger cannot be opened.
    """
    _check_wish(sources, files, wish)
    counts: Counter[str] = Counter()
    reasons: list[str] = []
    with hold_lock(config.lock_path, command="import", now=now()):
        try:
            check_not_lost(config.ledger_path, config.published_path)
            with open_ledger(config.ledger_path, now=now()) as ledger:
                if ledger.notice is not None:
                    output.line(ledger.notice)
                run_id = start_run(ledger, command="import", started_at=now())
                sync_sources(ledger, sources)
                status: RunStatus = "interrupted"
                try:
                    importer = _Importer(ledger, config, sources, wish, run_id, now, output)
                    for path in files:
                        reasons += asyncio.run(importer.take(path, counts))
                    update_search_index(ledger)
                    status = "failed" if counts["files_read"] == 0 else "partial" if reasons else "complete"
                finally:
                    told = dict(sorted(counts.items()))
                    error = "; ".join(reasons)[:1000] or None
                    finish_run(ledger, run_id, status=status, finished_at=now(), counts=told, error=error)
            publish(config.ledger_path, config.published_path)
        except StoreError as error:
            raise NothingDoneError(str(error)) from error
    output.line(
        f"import: {counts['files_read']} of {len(files)} files read; {counts['articles_new']} new articles, "
        f"{counts['articles_changed']} new versions, {counts['articles_known']} known, "
        f"{counts['left_out']} left out, {counts['damaged']} damaged places"
    )
    for reason in reasons:
        output.line(f"note: {reason}")
    return 2 if counts["files_read"] == 0 else 3 if reasons else 0


def _check_wish(sources: Sequence[Source], files: Sequence[Path], wish: ImportWish) -> None:
    if not files:
        raise ConfigError("name at least one file to import")
    if wish.source is not None and wish.source not in {one.id for one in sources}:
        near = get_close_matches(wish.source, [one.id for one in sources], n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else "; list them: linewalker sources list"
        raise ConfigError(f"no configured source has the id {wish.source!r}{hint}")
    if wish.url is not None:
        if len(files) > 1:
            raise ConfigError("--url says where one saved page came from; import each alone")
        fault = address_fault(wish.url)
        if fault is not None:
            raise ConfigError(f"--url {wish.url!r}: {fault}")
    if wish.since is not None and wish.until is not None and wish.since >= wish.until:
        raise ConfigError("--since must lie before --until")


class _Importer:
    """Takes one file after the other into the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        config: Config,
        sources: Sequence[Source],
        wish: ImportWish,
        run_id: str,
        now: Clock,
        output: Output,
    ) -> None:
        self._ledger = ledger
        self._config = config
        self._finder = SourceFinder(sources)
        self._wish = wish
        self._run_id = run_id
        self._now = now
        self._output = output
        self._told_at = now()
        models = find_own_models(config) if wish.energy_only else None
        self._gate = Gate(gazetteers=config.gazetteer_paths, models=models) if wish.energy_only else None
        memory = max(config.crawl.parse_memory_mb, GATE_MEMORY_MB if wish.energy_only else 0)
        self._limits = WorkerLimits(seconds=config.crawl.parse_timeout_s, megabytes=memory)

    async def take(self, path: Path, counts: Counter[str]) -> list[str]:
        """Reads one file from where it was left; gives what speaks against exit code 0."""
        try:
            file = look_at(path)
        except UnreadableError as fault:
            self._output.line(f"{path}: {fault}")
            return [f"{path}: {fault}"]
        wish = self._wish.to_json()
        key = make_import_key(file.digest, wish)
        progress = get_import(self._ledger, key)
        if progress is not None and progress.finished_at is not None:
            if lacks := [f"{path.name}: {name}" for name in _TO_MEND if name in progress.left_out]:
                return lacks
            counts["files_read"] += 1
            self._output.line(f"{path.name}: imported already on {progress.finished_at:%Y-%m-%d}; nothing to do")
            return []
        if progress is None:
            progress = ImportProgress(
                key=key,
                name=path.name,
                kind=file.kind,
                size=file.size,
                digest=file.digest,
                wish=wish,
                started_at=self._now(),
            )
        else:
            self._output.line(f"{path.name}: going on after {progress.records} records")
        before = progress
        error: str | None = None
        async with WorkerPool(self._config.crawl.parse_processes, self._limits) as pool:
            try:
                progress = await self._read(file, progress, pool)
            except (ArchiveError, OSError) as failure:
                error = str(failure.strerror or failure) if isinstance(failure, OSError) else str(failure)
        progress = get_import(self._ledger, key) or progress
        reasons = self._tell(file, before, progress, error)
        is_read = error is None or progress.records > 0
        self._count(counts, before, progress, read=is_read and not (file.kind == "html" and reasons))
        return reasons

    async def _read(self, file: ImportFile, progress: ImportProgress, pool: WorkerPool) -> ImportProgress:
        at = Position(offset=progress.byte_offset, inner=progress.inner_offset)
        drafter = Drafter(self._wish, self._finder, self._gate, file, pool)
        waiting: deque[tuple[Piece, Left | asyncio.Task[Drafted | Left]]] = deque()
        batch, size, after = _Batch(), 0, at
        try:
            with closing(read_pieces(file, at)) as pieces:
                for piece in pieces:
                    prepared = drafter.prepare(piece)
                    waiting.append((piece, prepared))
                    size += piece.size
                    while waiting and (
                        size > WAITING_BYTES
                        or len(waiting) > 16 * self._config.crawl.parse_processes
                        or isinstance(waiting[0][1], Left)
                    ):
                        done, result = waiting.popleft()
                        size -= done.size
                        _collect(batch, done, result if isinstance(result, Left) else await result)
                        after = done.after
                        if batch.is_full:
                            progress = await self._commit(progress, batch, after, done=False)
                            batch = _Batch()
                            self._show(file, progress)
            while waiting:
                done, result = waiting.popleft()
                _collect(batch, done, result if isinstance(result, Left) else await result)
                after = done.after
        finally:
            for _, result in waiting:
                if not isinstance(result, Left):
                    result.cancel()
        return await self._commit(progress, batch, after, done=True)

    async def _commit(self, progress: ImportProgress, batch: _Batch, after: Position, *, done: bool) -> ImportProgress:
        kept = self._decided(batch.drafts)
        if self._wish.bodies:
            # The body is on disk before the row that names it: a crash leaves a spare file, never a dead name.
            bodies = {draft.article.raw_hash: draft.body for draft in kept if draft.body is not None}
            folder = self._config.bodies_path
            await asyncio.gather(*(asyncio.to_thread(add_body, folder, body) for body in bodies.values()))
        else:
            kept = [replace(draft, article=replace(draft.article, raw_hash=None)) for draft in kept]
        sources = {draft.article.source_id: self._finder.find(draft.article.url) for draft in kept}
        at = self._now()
        return add_import_batch(
            self._ledger,
            replace(
                progress,
                byte_offset=after.offset,
                inner_offset=after.inner,
                records=progress.records + batch.pieces,
                left_out=dict(Counter(progress.left_out) + batch.left_out),
                finished_at=at if done else None,
            ),
            [mark_archived(draft.article, now=at) for draft in kept],
            sources=[source for source_id, source in sources.items() if source.id == source_id],
            faults=batch.faults,
            run_id=self._run_id,
            now=at,
        )

    def _decided(self, drafts: Sequence[Drafted]) -> list[Drafted]:
        """Each article under the URL where it belongs, looking at what is stored and at those before it."""
        wanted = {url for draft in drafts for url in candidate_urls(draft.article.url, draft.declared)}
        stored = get_versions(self._ledger, wanted) if wanted else {}
        kept: dict[str, list[Kept]] = {
            url: [Kept(content_hash=one.content_hash, fetched_url=one.fetched_url) for one in versions]
            for url, versions in stored.items()
        }
        decided = []
        for draft in drafts:
            article = choose_url(draft.article, draft.declared, lambda url: kept.get(url, ()))
            kept.setdefault(article.url, []).append(
                Kept(content_hash=article.content_hash, fetched_url=article.fetched_url)
            )
            decided.append(replace(draft, article=article))
        return decided

    def _show(self, file: ImportFile, progress: ImportProgress) -> None:
        if file.packed and file.kind == "jsonl":
            self._output.progress(f"{file.path.name}: lines", progress.records, None)
        else:
            done = min(progress.byte_offset, file.size)
            self._output.progress(f"{file.path.name}: kB", done // 1000, file.size // 1000)
        if self._now() - self._told_at >= TOLD_EVERY:
            self._told_at = self._now()
            self._output.line(f"{file.path.name}: {progress.records} records, {progress.articles_new} new articles")

    def _count(self, counts: Counter[str], before: ImportProgress, after: ImportProgress, *, read: bool) -> None:
        counts["files_read"] += read
        for name in ("records", "articles_new", "articles_changed", "articles_known", "damaged"):
            counts[name] += getattr(after, name) - getattr(before, name)
        counts["left_out"] += sum(after.left_out.values()) - sum(before.left_out.values())

    def _tell(self, file: ImportFile, before: ImportProgress, after: ImportProgress, error: str | None) -> list[str]:
        left = Counter(after.left_out)
        told = ", ".join(f"{count} {reason}" for reason, count in left.most_common())
        what = "records" if file.kind == "warc" else "lines" if file.kind == "jsonl" else "page"
        self._output.line(
            f"{file.path.name} ({NAMES[file.kind]}): {after.records} {what}; articles: {after.articles_new} new, "
            f"{after.articles_changed} new versions, {after.articles_known} known"
            + (f"; left out: {told}" if told else "")
            + (f"; {after.damaged} damaged places" if after.damaged else "")
        )
        reasons = [f"{file.path.name}: {error}"] if error is not None else []
        for name, what in _FAULTS.items():
            if lost := left[name] - before.left_out.get(name, 0):
                reasons.append(f"{file.path.name}: {lost} {what}; see the view import_faults")
        reasons += [f"{file.path.name}: {name}" for name in _TO_MEND if left[name] > before.left_out.get(name, 0)]
        return reasons


def _collect(batch: _Batch, piece: Piece, result: Drafted | Left) -> None:
    batch.pieces += 1
    if piece.fault is not None:
        batch.faults.append((piece.at.offset, piece.at.inner, piece.fault))
    if isinstance(result, Left):
        batch.left_out[result.reason] += 1
        if result.reason in (NO_DOCUMENT, UNREADABLE):
            what = "a line that is no document" if result.reason == NO_DOCUMENT else result.reason
            batch.faults.append((piece.at.offset, piece.at.inner, what))
    else:
        batch.drafts.append(result)
        batch.size += len(result.body or b"")
