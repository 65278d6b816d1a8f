"""The commands that read and write JSON Lines: annotate FILE, extract, entries, cluster. No network, no ledger."""

from __future__ import annotations

import asyncio
import json
import sys
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from crawler.records import CostlyError
from linewalker.config import AnnotateConfig
from linewalker.errors import ConfigError
from linewalker.reading import Reader
from linewalker.workers import WorkerLimits, WorkerPool
from nlp.as_reports import as_reports
from nlp.contract import ContractError, annotation_to_json, document_from_json
from nlp.records import Annotation, Document
from nlp.resolve import incidents_of, resolve

MAX_LINE_MB = 64  # a longer line is an error of that line, not of the run


def annotate_files(
    files: Sequence[Path],
    target: TextIO,
    *,
    model: str | None,
    processes: int,
    gazetteers: tuple[Path, ...] = (),
    risk_models: Path | None = None,
    explain: bool = False,
) -> int:
    """Annotates JSON Lines documents in the order of the input; an unreadable line gives a line with its error.

    With `explain`, each risk tag is written with its reasons.
    """
    config = AnnotateConfig(processes=processes) if model is None else AnnotateConfig(processes=processes, model=model)
    lines = list_lines(files)

    async def write() -> None:
        async for _, annotation in _annotate(lines, config, gazetteers, risk_models, explain=explain):
            print(json.dumps(annotation_to_json(annotation), ensure_ascii=False), file=target, flush=True)

    asyncio.run(write())
    return 0


def cluster_files(
    files: Sequence[Path], target: TextIO, *, now: datetime, processes: int, gazetteers: tuple[Path, ...] = ()
) -> int:
    """Stories and incidents of the documents, by the night's resolver on an empty ledger in memory."""
    pairs: list[tuple[Document | None, Annotation]] = []

    async def read() -> None:
        async for pair in _annotate(list_lines(files), AnnotateConfig(processes=processes), gazetteers):
            pairs.append(pair)

    asyncio.run(read())
    batch = as_reports(((d, a) for d, a in pairs if d is not None), now)
    told = incidents_of(resolve(batch.reports, follow_ups=batch.follow_ups), batch.reports)
    for document, annotation in pairs:
        row: dict[str, Any] = {"id": annotation.id}
        if document is None:
            row["error"] = annotation.error
        else:
            row |= {"story": batch.stories[document.id], "incidents": sorted(told.get(document.id, ()))}
        print(json.dumps(row, ensure_ascii=False), file=target)
    return 0


def extract_files(pages: Sequence[Path], target: TextIO) -> int:
    """One JSON article a page; a page that is too dear or not there gives a line with its error."""
    from crawler.extract import article_json

    return _each_file(pages, article_json, target, {"url": None, "title": None, "body": None})


def list_entries(feeds: Sequence[Path], target: TextIO) -> int:
    """One JSON line a feed with its entries."""
    from crawler.feeds import entries_json

    return _each_file(feeds, entries_json, target, {"title": None, "entries": []})


def _each_file(
    files: Sequence[Path], read: Callable[[Path], dict[str, Any]], target: TextIO, empty: dict[str, Any]
) -> int:
    async def write() -> None:
        async with WorkerPool(2, WorkerLimits(seconds=30.0, megabytes=900)) as pool:
            tasks: list[asyncio.Task[dict[str, Any]]] = []
            for file in files:
                tasks.append(asyncio.create_task(one(pool, file)))
                if len(tasks) > 8:
                    print(json.dumps(await tasks.pop(0), ensure_ascii=False), file=target)
            for task in tasks:
                print(json.dumps(await task, ensure_ascii=False), file=target)

    async def one(pool: WorkerPool, file: Path) -> dict[str, Any]:
        try:
            return await pool(read, file)
        except CostlyError as error:
            return {"file": str(file), **empty, "error": str(error)}
        except OSError as error:
            return {"file": str(file), **empty, "error": f"cannot be read: {error.strerror}"}

    asyncio.run(write())
    return 0


def list_lines(files: Sequence[Path]) -> Iterator[tuple[str, int, bytes]]:
    """(file, line number, bytes) of every line that is not blank; a file that cannot be read is a ConfigError."""
    limit = MAX_LINE_MB * 1_000_000
    for file in files:
        try:
            source = sys.stdin.buffer if str(file) == "-" else file.open("rb")
        except OSError as error:
            raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
        with source:
            number = 0
            while line := source.readline(limit):
                number += 1
                if not line.endswith(b"\n") and len(line) >= limit:
                    while rest := source.readline(limit):  # the remainder of the line is passed over, not kept
                        if rest.endswith(b"\n"):
                            break
                    line = b""
                    yield str(file), number, b"\x00"
                if line.strip():
                    yield str(file), number, line


def parse_line(file: str, number: int, line: bytes) -> Document | Annotation:
    """One line as a document, or as the annotation that tells what is wrong with it."""
    where = f"{file}, line {number}"
    if line == b"\x00":
        return Annotation(id="", error=f"{where}: longer than {MAX_LINE_MB} MB")
    try:
        # A byte order mark before the first line is the editor's, not the document's.
        return document_from_json((line.removeprefix(BOM_UTF8) if number == 1 else line).decode("utf-8"))
    except UnicodeDecodeError as error:
        return Annotation(id="", error=f"{where}: not UTF-8 at byte {error.start}")
    except ContractError as error:
        return Annotation(id=error.document_id or "", error=f"{where}: {error}")


async def _annotate(
    lines: Iterable[tuple[str, int, bytes]],
    config: AnnotateConfig,
    gazetteers: tuple[Path, ...],
    risk_models: Path | None = None,
    *,
    explain: bool = False,
) -> AsyncIterator[tuple[Document | None, Annotation]]:
    """Documents and annotations in the order of the lines; broken lines keep their place."""
    broken: dict[int, Annotation] = {}
    keys: list[str] = []

    def documents() -> Iterator[Document]:
        for position, (file, number, line) in enumerate(lines):
            parsed = parse_line(file, number, line)
            if isinstance(parsed, Annotation):
                broken[position] = parsed
            else:
                keys.append(parsed.id)
                # Two lines may carry one id: inside, the position tells them apart.
                yield replace(parsed, id=str(position))

    position = 0
    async with Reader(config, gazetteers, risk_models, explain=explain) as reader:
        given = iter(keys)
        async for batch in reader.read(documents()):
            for document, annotation in batch:
                while position < int(document.id):
                    yield None, broken.pop(position)
                    position += 1
                own = next(given)
                yield replace(document, id=own), replace(annotation, id=own)
                position += 1
    for annotation in (broken[key] for key in sorted(broken)):
        yield None, annotation
