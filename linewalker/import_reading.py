"""What the workers do with an imported page or text, and the articles that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive import ArchivedPage, Left, address_fault, judge_page
from crawler.assemble import content_hash, date_flag
from crawler.jobs import detect_text_language, extract_document
from crawler.records import Article, Page, Source
from crawler.sameness import canonical_url
from nlp.records import Document, Where

if TYPE_CHECKING:
    from nlp.gazetteer import Gazetteer
    from nlp.relevance import RelevanceModel

_MIN_TEXT = 40  # characters of a text that is worth reading
_MAX_GATED = 20_000  # characters that the gate looks at, as the annotator's does


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Which gate a text has to pass before it is stored."""

    gazetteers: tuple[Path, ...]
    models: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """An article as its page or line gave it, before it is known under which URL it is kept."""

    article: Article
    declared: str | None = None  # the canonical URL that its page names
    body: bytes | None = None  # raw


def read_archived(
    body: bytes, url: str, content_type: str | None, captured_at: datetime, gate: Gate | None
) -> tuple[Page, bool]:
    """A page's article, and whether it passes the gate; for a worker process."""
    page = extract_document(body, url, content_type, captured_at)
    passes = gate is None or page.problem is not None or passes_gate(page.title, page.body, page.language, gate)
    return page, passes


def read_text(text: str, title: str, language: str | None, gate: Gate | None) -> tuple[str | None, bool]:
    """A text's language, and whether it passes the gate; for a worker process."""
    found = language or detect_text_language(text)
    return found, gate is None or passes_gate(title, text, found, gate)


def passes_gate(title: str, text: str, language: str | None, gate: Gate) -> bool:
    """Whether the annotator would read this text: by the gate's score, or for a sentence that holds what can matter.

    A text in another language than English is never read, and does not pass.
    """
    from nlp.language import is_english
    from nlp.reading import read
    from nlp.selection import prose_copy, select_sentences
    from nlp.text import find_sentences

    sample = text if len(text) > 60 else f"{title} {text}"
    if not is_english(sample[:2000], language)[0]:
        return False
    relevance, gazetteer = _gate(gate)
    text = text[:_MAX_GATED]
    if relevance.score(title, text) >= relevance.threshold:
        return True
    sentences = find_sentences(text, title)
    copies: dict[Where, str] = {
        "text": prose_copy(text, sentences),
        "title": next((one.text for one in sentences if one.where == "title"), ""),
    }
    reading = read(Document(id="", text=text, title=title), sentences, copies, gazetteer.find_names, relevant=False)
    return bool(select_sentences(reading))


@lru_cache(maxsize=1)
def _gate(gate: Gate) -> tuple[RelevanceModel, Gazetteer]:
    from nlp.gazetteer import load_gazetteer
    from nlp.relevance import load_relevance_model

    return load_relevance_model(gate.models), load_gazetteer(gate.gazetteers)


def draft_page(page: Page, archived: ArchivedPage, *, source: Source, origin: str, place: str) -> Drafted | Left:
    """The article of an extracted page, or why it is none."""
    judged = judge_page(page, archived, source=source, origin=origin, place=place)
    if isinstance(judged, Left):
        return judged
    return Drafted(article=judged, declared=page.canonical, body=archived.body)


def document_fault(document: Document) -> str | None:
    """Why a document of JSON Lines is not taken, or None."""
    if not document.url:
        return "no address"
    if len(document.text.strip()) < _MIN_TEXT:
        return "no article: hardly any text"
    return address_fault(document.url)


def draft_document(
    document: Document, language: str | None, *, source: Source, origin: str, place: str, fetched_at: datetime
) -> Drafted:
    """The article that a document of the annotate contract is."""
    url = document.url or ""
    flag = date_flag(document.published_at, fetched_at)
    return Drafted(
        article=Article(
            url=canonical_url(url),
            source_id=source.id,
            title=document.title,
            text=document.text,
            fetched_at=fetched_at,
            content_hash=content_hash(document.title, document.text),
            published_at=document.published_at,
            language=language,
            feed_url=origin,
            entry_id=place,
            fetched_url=url,
            flags=(flag,) if flag else (),
        )
    )
