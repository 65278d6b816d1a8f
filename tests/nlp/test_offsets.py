"""Offsets count code points of the text as it was given: on every development document, and in hostile copies."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linewalker.evalsets import documents_of, find_data_folder, read_rows
from linewalker.newswire import load_newswire
from nlp.contract import document_from_json
from nlp.labelled import LABELS_FOLDER
from nlp.records import Document
from nlp.scoring_passages import document_of, load_event_passages
from tests.nlp.annotator import happenings, shared_annotator
from tests.nlp.spans import wrong_spans

DATA = find_data_folder(None)
SETS = sorted((DATA / "dev").glob("*.jsonl")) if DATA is not None else [Path("no development data")]

STRIKE = (
    "Drones struck the Tuapse oil refinery on Russia's Black Sea coast early on Sunday, the regional governor said, "
    "killing two workers. Output of 240,000 barrels per day was halted."
)
BOMBING = (
    "ISLAMABAD: Gunmen of the Balochistan Liberation Army blew up a gas pipeline near Sui on 3 March 2025, police "
    "said. The group claimed responsibility."
)
BLACKOUT = "A blackout hit 1.2 million customers in Havana, Cuba, when the Antonio Guiteras power plant tripped."
SAMPLES = (STRIKE, BOMBING, BLACKOUT)
DECORATIONS = (
    "\U0001f525", "\U0001f469\u200d\U0001f692", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u0301", "\u0327",
    "\u20dd", "\u200f\u05d0\u05d1\u202c", "\u202e\u0645\u0635\u0641\u0627\u0629\u202c", "\u2066", "\r\n", "\r", "\x00",
    "\x85", "\u2028", "\u3000", "\u0130", "\ufb01", "\U0001d5d7", "\\ud83d", "\ufffd", "**", "[", "](http://a.example)",
)  # fmt: skip


def documents_in(path: Path) -> list[Document]:
    return list(documents_of(read_rows(path)))


def own_documents() -> list[Document]:
    passages = [
        p for file in sorted((LABELS_FOLDER / "development").glob("*.jsonl")) for p in load_event_passages(file)
    ]
    newswire = [Document(id=a.id, title=a.title, text=a.body) for a in load_newswire().articles]
    return [*map(document_of, passages), *newswire]


def faults_in(documents: list[Document]) -> list[str]:
    annotations = shared_annotator().annotate(documents)
    return [
        f"{document.id}: {fault}"
        for document, annotation in zip(documents, annotations, strict=True)
        for fault in wrong_spans(document, annotation)
    ]


@pytest.mark.slow
@pytest.mark.skipif(DATA is None, reason="the third-party development data are not here")
@pytest.mark.parametrize("path", SETS, ids=[path.stem for path in SETS])
def test_every_span_of_every_development_document_is_its_words(path: Path) -> None:
    assert faults_in(documents_in(path)) == []


def test_every_span_of_our_own_passages_and_articles_is_its_words() -> None:
    assert faults_in(own_documents()) == []


@st.composite
def decorated_texts(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(SAMPLES))
    form = draw(st.sampled_from((None, "NFC", "NFD", "NFKD")))
    if form is not None:
        text = unicodedata.normalize(form, text.replace("Havana", "La Habana é"))
    for place, decoration in draw(
        st.lists(st.tuples(st.integers(0, len(text)), st.sampled_from(DECORATIONS)), max_size=12)
    ):
        text = text[:place] + decoration + text[place:]
    return draw(st.sampled_from((text, text.replace(". ", ".\r\n"), text.upper(), text.swapcase())))


@example(text="DRONES STRUCK THE TUAPSE OIL REFINERY ON RUSS\x85IA'S BLACK SEA COAST EARLY ON SUNDAY.", title="Fire")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=decorated_texts(), title=decorated_texts())
def test_every_span_of_a_decorated_text_is_its_words(text: str, title: str) -> None:
    # A lone surrogate can come as an escape of JSON only.
    line = json.dumps({"id": "d", "text": text, "title": title[:120]}).replace("\\\\ud83d", "\\ud83d")
    assert faults_in([document_from_json(line)]) == []


@pytest.mark.parametrize("decoration", ["\U0001f6a8 ", "\u200f", "\ufeff", "\x00", "e\u0301 ", "\u2066\u05d0\u2069 "])
@pytest.mark.parametrize("sample", SAMPLES)
def test_what_stands_before_a_text_moves_the_spans_and_hides_no_event(decoration: str, sample: str) -> None:
    document = Document(id="d", text=f"{decoration}{sample}")
    annotation = next(iter(shared_annotator().annotate([document])))
    assert happenings(annotation)
    assert wrong_spans(document, annotation) == []
