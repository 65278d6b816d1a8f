"""Annotates documents in worker processes: a text that is too dear is blamed and skipped, the rest go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.records import CostlyError
from linewalker.config import AnnotateConfig
from linewalker.workers import WorkerLimits, WorkerPool
from nlp.records import Annotation, Document, ModelVersions

if TYPE_CHECKING:
    from nlp.pipeline import Annotator


@lru_cache(maxsize=1)
def load_reader(model: str, gazetteers: tuple[Path, ...], risk_models: Path | None = None) -> Annotator:
    """The annotator of this process, loaded once."""
    from nlp.pipeline import load_annotator

    return load_annotator(model, gazetteers, risk_models)


def read_batch(
    model: str,
    gazetteers: tuple[Path, ...],
    risk_models: Path | None,
    explain: bool,
    documents: Sequence[Document],
) -> list[Annotation]:
    """Annotates a batch in this process; what the workers run."""
    return list(load_reader(model, gazetteers, risk_models).annotate(documents, explain=explain))


def get_versions(model: str, gazetteers: tuple[Path, ...], risk_models: Path | None = None) -> ModelVersions:
    """Which model versions an annotation of this process would carry."""
    return load_reader(model, gazetteers, risk_models).versions


def model_key(versions: ModelVersions) -> str:
    """One string for a set of model versions: what decides whether a text has been read by them."""
    return f"{versions.pipeline}|{versions.risk}|{versions.gazetteer}"


class Reader:
    """Reads documents in `config.processes` killable workers; use as an async context manager."""

    def __init__(
        self,
        config: AnnotateConfig,
        gazetteers: tuple[Path, ...],
        risk_models: Path | None = None,
        *,
        explain: bool = False,
    ) -> None:
        self._config = config
        self._gazetteers = gazetteers
        self._risk_models = risk_models  # a model folder; None: the shipped one
        self._explain = explain  # each risk tag with its reasons
        self._pool = WorkerPool(config.processes, WorkerLimits(seconds=config.timeout_s, megabytes=config.memory_mb))

    async def __aenter__(self) -> Reader:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pool.close()

    async def versions(self) -> ModelVersions:
        """The versions that will be written; loads the models in one worker."""
        return await self._pool(get_versions, self._config.model, self._gazetteers, self._risk_models)

    async def read(self, documents: Iterable[Document]) -> AsyncIterator[list[tuple[Document, Annotation]]]:
        """Yields (document, annotation) batch by batch, in the order of the documents."""
        waiting: list[asyncio.Task[list[tuple[Document, Annotation]]]] = []
        try:
            for batch in _batches(documents, self._config.batch):
                waiting.append(asyncio.create_task(self._read(batch)))
                if len(waiting) > self._config.processes:  # one batch ahead keeps every worker busy
                    yield await waiting.pop(0)
            while waiting:
                yield await waiting.pop(0)
        finally:
            for task in waiting:
                task.cancel()

    async def _read(self, batch: list[Document]) -> list[tuple[Document, Annotation]]:
        try:
            found = await self._pool(
                read_batch, self._config.model, self._gazetteers, self._risk_models, self._explain, batch
            )
        except CostlyError as error:
            if len(batch) == 1:
                skipped = Annotation(id=batch[0].id, skipped="too_costly", error=f"not annotated: {error}")
                return [(batch[0], skipped)]
            # One of them is too dear: alone, the others are read and the culprit is named.
            return [pair for document in batch for pair in await self._read([document])]
        return list(zip(batch, found, strict=True))


def _batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    iterator = iter(documents)
    while batch := list(islice(iterator, size)):
        yield batch
