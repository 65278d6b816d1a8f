"""What becomes of each piece of an imported file: an article, or the reason why it is left out."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from crawler.archive import ArchivedPage, Left, SourceFinder, address_fault, open_record
from crawler.records import CostlyError, Source
from linewalker.import_files import ImportFile, Piece
from linewalker.import_reading import (
    Drafted,
    Gate,
    document_fault,
    draft_document,
    draft_page,
    read_archived,
    read_text,
)
from linewalker.workers import WorkerPool
from nlp.contract import ContractError, document_from_json

NO_DOCUMENT = "not a document"
NO_ADDRESS, NO_DATE = "no address; give --url", "no date; give --published"  # what a saved page lacks


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWish:
    """What is wanted of the files."""

    source: str | None = None  # id; None: by the host of each article
    since: datetime | None = None  # publication, else capture, at or after
    until: datetime | None = None  # before
    english_only: bool = False
    energy_only: bool = False
    listed_only: bool = False  # only articles of hosts that a configured source speaks at
    bodies: bool = True  # keep the raw pages
    url: str | None = None  # of a saved page that does not say its own
    published: datetime | None = None  # of a saved page that does not say its own

    def to_json(self) -> str:
        """The wish as one line: a file is read again where another is made."""
        told = {key: value for key, value in asdict(self).items() if value not in (None, False) and key != "bodies"}
        return json.dumps(told, default=lambda value: value.isoformat(), sort_keys=True)


class Drafter:
    """Turns the pieces of one file into articles; what hostile input can hang is done by the pool's workers."""

    def __init__(
        self, wish: ImportWish, finder: SourceFinder, gate: Gate | None, file: ImportFile, pool: WorkerPool
    ) -> None:
        self._wish = wish
        self._finder = finder
        self._gate = gate
        self._file = file
        self._pool = pool
        self._origin = f"import:{file.path.name}"

    def prepare(self, piece: Piece) -> Left | asyncio.Task[Drafted | Left]:
        """What can be said of a piece without a worker, or the worker's task."""
        if piece.record is not None:
            opened = open_record(piece.record, file_time=self._file.changed_at)
            if isinstance(opened, Left):
                return opened
            if fault := self._early_fault(opened.url, opened.captured_at):
                return Left(reason=fault)
            return asyncio.create_task(self._page(opened, piece))
        if piece.line is None:
            return Left(reason="damaged")
        if self._file.kind == "html":
            return asyncio.create_task(self._saved_page(piece.line, piece))
        return asyncio.create_task(self._document(piece.line, piece))

    def _early_fault(self, url: str, captured_at: datetime | None = None) -> str | None:
        """Why a page need not be read at all: no page is published after it was captured."""
        if self._wish.listed_only and self._wish.source is None and not self._finder.is_listed(url):
            return "not of a listed source"
        if self._wish.since is not None and captured_at is not None and captured_at < self._wish.since:
            return "outside the wanted dates"
        return None

    async def _page(self, archived: ArchivedPage, piece: Piece) -> Drafted | Left:
        try:
            page, passes = await self._pool(
                read_archived, archived.body, archived.url, archived.content_type, archived.captured_at, self._gate
            )
        except CostlyError:
            return Left(reason="too costly")
        except Exception as error:  # an extractor that breaks on a page is that page's outcome
            return Left(reason=f"extraction failed: {type(error).__name__}")
        if self._file.kind == "html":
            archived = replace(archived, url=self._wish.url or page.canonical or "")
        if not archived.url:
            return Left(reason=NO_ADDRESS)
        if fault := address_fault(archived.url) or self._early_fault(archived.url):
            return Left(reason=fault)
        draft = draft_page(
            page, archived, source=self._source_of(archived.url), origin=self._origin, place=str(piece.at)
        )
        if isinstance(draft, Left):
            return draft
        if self._file.kind == "html" and draft.article.published_at is None:
            if self._wish.published is None:
                return Left(reason=NO_DATE)
            flags = tuple(flag for flag in draft.article.flags if flag != "date_missing")
            draft = replace(draft, article=replace(draft.article, published_at=self._wish.published, flags=flags))
        return self._filtered(draft, passes)

    async def _saved_page(self, body: bytes, piece: Piece) -> Drafted | Left:
        archived = ArchivedPage(
            url=self._wish.url or "", body=body, content_type="text/html", captured_at=self._file.changed_at
        )
        return await self._page(archived, piece)

    async def _document(self, line: bytes, piece: Piece) -> Drafted | Left:
        try:
            document = document_from_json(line.decode("utf-8"))
        except (UnicodeDecodeError, ContractError):
            return Left(reason=NO_DOCUMENT)
        if fault := document_fault(document) or self._early_fault(document.url or ""):
            return Left(reason=fault)
        try:
            language, passes = await self._pool(read_text, document.text, document.title, document.language, self._gate)
        except CostlyError:
            return Left(reason="too costly")
        except Exception as error:
            return Left(reason=f"reading failed: {type(error).__name__}")
        named = self._finder.by_id(document.source or "")
        source = named if named is not None and self._wish.source is None else self._source_of(document.url or "")
        draft = draft_document(
            document,
            language,
            source=source,
            origin=self._origin,
            place=document.id,
            fetched_at=self._file.changed_at,
        )
        return self._filtered(draft, passes)

    def _source_of(self, url: str) -> Source:
        if self._wish.source is not None and (named := self._finder.by_id(self._wish.source)) is not None:
            return named
        return self._finder.find(url)

    def _filtered(self, draft: Drafted, passes: bool) -> Drafted | Left:
        article, wish = draft.article, self._wish
        told_at = article.published_at or article.fetched_at
        if (wish.since is not None and told_at < wish.since) or (wish.until is not None and told_at >= wish.until):
            return Left(reason="outside the wanted dates")
        if wish.english_only and article.language not in {None, "en"}:
            return Left(reason="not in English")
        return draft if passes else Left(reason="not about energy")
