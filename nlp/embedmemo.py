"""The model's vectors of single words, remembered instead of worked out for every token.

What the network makes of a word before it looks at the words around depends on the word alone, and costs a third of
what the network costs; most tokens of a text have been met before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc
from thinc.api import Model

if TYPE_CHECKING:
    from spacy.language import Language

MOST_WORDS = 50_000  # remembered by each embedding: some 19 MB
_KEY: list[int | str] = ["ORTH", "NORM", "SPACY"]  # the rest of what a model asks for follows from the word
_ASKED = frozenset({"NORM", "PREFIX", "SUFFIX", "SHAPE", "SPACY", "IS_SPACE", "LOWER", "ORTH"})
_VECTOR_KEY = 65  # ORTH: by which a vocabulary's table of vectors is asked

Key = tuple[int, int, int]


class EmbeddingMemo:
    """Stands for an embedding layer when predicting; training and what it cannot remember go to the layer itself."""

    def __init__(self, layer: Model[list[Doc], list[npt.NDArray[np.float32]]]) -> None:
        self._layer = layer
        self._rows: dict[Key, int] = {}
        self._table: npt.NDArray[np.float32] | None = None

    def model(self) -> Model[list[Doc], list[npt.NDArray[np.float32]]]:
        """The layer to put in the place of the embedding."""
        return Model(f"remembered:{self._layer.name}"[:60], self._forward, layers=[self._layer])

    def _forward(self, _: Any, docs: list[Doc], is_train: bool) -> tuple[Any, Callable[..., Any]]:
        if is_train or not docs:
            return self._layer(docs, is_train)
        return self._look_up(docs), _no_backprop

    def _look_up(self, docs: list[Doc]) -> list[npt.NDArray[np.float32]]:
        keyed: list[list[Key]] = [[(o, n, s) for o, n, s in doc.to_array(_KEY).tolist()] for doc in docs]
        if len(self._rows) > MOST_WORDS:  # a hostile stream of new words must not fill the memory
            self._rows.clear()
            self._table = None
        new = dict.fromkeys(key for keys in keyed for key in keys if key not in self._rows)
        if new:
            self._learn(docs[0], list(new))
        table, rows = self._table, self._rows
        if table is None:  # no token at all
            return self._layer.predict(docs)
        return [table[[rows[key] for key in keys]] for keys in keyed]

    def _learn(self, example: Doc, new: list[Key]) -> None:
        strings = example.vocab.strings
        doc = Doc(example.vocab, words=[strings[orth] for orth, _, _ in new], spaces=[bool(s) for _, _, s in new])
        norms: Any = np.array([norm for _, norm, _ in new], dtype=np.uint64).reshape(-1, 1)
        doc.from_array(["NORM"], norms)
        (vectors,) = self._layer.predict([doc])
        if self._table is None:
            self._table = np.empty((1024, vectors.shape[1]), dtype=np.float32)
        start, end = len(self._rows), len(self._rows) + len(new)
        if end > len(self._table):
            larger = np.empty((max(end, 2 * len(self._table)), vectors.shape[1]), dtype=np.float32)
            larger[:start] = self._table[:start]
            self._table = larger
        self._table[start:end] = vectors
        self._rows.update(zip(new, range(start, end), strict=True))


def remember_embeddings(nlp: Language) -> int:
    """Puts a memo in the place of each embedding that looks at single words; returns how many there are."""
    if getattr(nlp.vocab.vectors, "attr", _VECTOR_KEY) != _VECTOR_KEY:
        return 0
    done = 0
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        for node in list(model.walk()) if isinstance(model, Model) else ():
            if "embed" not in node.ref_names or not node.has_ref("embed") or "encode" not in node.ref_names:
                continue
            embed = node.get_ref("embed")
            if embed not in node.layers or not _looks_at_words(embed):
                continue
            node.layers[node.layers.index(embed)] = EmbeddingMemo(embed).model()
            done += 1
    return done


def _looks_at_words(embed: Model[Any, Any]) -> bool:
    """Whether an embedding is of hashed attributes and static vectors of single tokens."""
    columns = [node.attrs.get("columns") for node in embed.walk() if node.name == "extract_features"]
    return bool(columns) and all(c is not None and set(c) <= _ASKED for c in columns)


def _no_backprop(*_: Any) -> Any:
    raise RuntimeError("a remembered embedding is for predictions only")
