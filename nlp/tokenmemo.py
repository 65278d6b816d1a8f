"""The parts of speech and lemmas of tokens, remembered by word, tag and dependency instead of worked out each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.lang.en.lemmatizer import EnglishLemmatizer
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler
from spacy.tokens import Doc

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.vocab import Vocab

Key = tuple[int, int, int]  # word, tag, and the dependency where a rule of the model asks for it, else any
Values = tuple[int, int, int, int, int]  # as _GIVEN

MOST_TOKENS = 300_000  # remembered; a hostile stream of new words must not fill the memory
REPLACED = ("attribute_ruler", "lemmatizer")
_ASKED = frozenset({"TAG", "LOWER", "DEP", "IS_SPACE"})
_SET = frozenset({"TAG", "POS", "MORPH", "LEMMA", "DEP"})
_GIVEN: list[int | str] = ["TAG", "POS", "MORPH", "LEMMA", "DEP"]
_WRITTEN = _GIVEN[:-1]  # a dependency changes for white space only, and not by from_array, which wants heads then
_ANY = "any other dependency"


class TokenMemo:
    """Does what a pipeline's attribute ruler and rule lemmatizer do, with the same result, several times faster.

    Both look at single tokens but for a few rules on two neighbours ("gon na"); a sentence in which one of those could
    begin is left to the components themselves.
    """

    def __init__(self, vocab: Vocab, ruler: AttributeRuler, lemmatizer: EnglishLemmatizer) -> None:
        self._vocab = vocab
        self._components = (ruler, lemmatizer)
        if lemmatizer.lookups.has_table("lemma_index"):
            index = lemmatizer.lookups.get_table("lemma_index")
            for part, forms in list(index.items()):  # lists of up to 60,000 words, searched from their beginning
                index[part] = frozenset(forms)
        patterns: list[dict[str, Any]] = ruler.patterns
        self._dependencies = frozenset(vocab.strings[name] for name in _dependencies(patterns))
        self._other = vocab.strings.add(_ANY)
        self._single = AttributeRuler(vocab)
        self._single.add_patterns([p for p in patterns if all(len(tokens) == 1 for tokens in p["patterns"])])
        self._starts = Matcher(vocab)
        if begun := [[tokens[0]] for p in patterns for tokens in p["patterns"] if len(tokens) > 1]:
            self._starts.add("start", begun)
        self._values: dict[Key, Values | None] = {}  # None: a rule on two tokens may begin here

    @classmethod
    def of(cls, nlp: Language) -> TokenMemo | None:
        """The memo for a pipeline; None where its components are others, or their rules ask for more than a token."""
        if not set(REPLACED) <= set(nlp.pipe_names):
            return None
        ruler, lemmatizer = (nlp.get_pipe(name) for name in REPLACED)
        if type(ruler) is not AttributeRuler or type(lemmatizer) is not EnglishLemmatizer:
            return None
        if lemmatizer.mode != "rule" or lemmatizer.overwrite:
            return None
        patterns: list[dict[str, Any]] = ruler.patterns
        for entry in patterns:
            lengths = {len(tokens) for tokens in entry["patterns"]}
            if not (lengths <= {1} or lengths <= {2}) or not set(entry["attrs"]) <= _SET:
                return None
            for spec in (spec for tokens in entry["patterns"] for spec in tokens):
                if not set(spec) <= _ASKED or not set(_values_of(spec.get("DEP", ""))):
                    return None
        return cls(nlp.vocab, ruler, lemmatizer)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Sets part of speech, morphology and lemma of parsed docs in place."""
        keyed = [self._keys(doc) for doc in docs]
        if len(self._values) > MOST_TOKENS:
            self._values.clear()
        self._learn({key for keys in keyed for key in keys if key not in self._values})
        for doc, keys in zip(docs, keyed, strict=True):
            values = [self._values[key] for key in keys]
            if None in values:
                for component in self._components:
                    component(doc)
                continue
            found: Any = np.array(values, dtype=np.uint64).reshape(len(keys), len(_GIVEN))
            doc.from_array(_WRITTEN, found[:, :-1])
            for token in doc:
                if token.is_space:
                    token.dep = int(found[token.i, -1])

    def _keys(self, doc: Doc) -> list[Key]:
        asked, other = self._dependencies, self._other
        return [
            (orth, tag, dep if dep in asked else other)
            for orth, tag, dep in doc.to_array(["ORTH", "TAG", "DEP"]).tolist()
        ]

    def _learn(self, keys: Iterable[Key]) -> None:
        strings = self._vocab.strings
        wanted = sorted(keys)
        if not wanted:
            return
        doc = Doc(
            self._vocab,
            words=[strings[orth] for orth, _, _ in wanted],
            tags=[strings[tag] for _, tag, _ in wanted],
            deps=[strings[dep] for _, _, dep in wanted],
            heads=list(range(len(wanted))),
        )
        begun = {start for _, start, _ in self._starts(doc, allow_missing=True)}
        self._components[1](self._single(doc))
        for position, (key, values) in enumerate(zip(wanted, doc.to_array(_GIVEN).tolist(), strict=True)):
            self._values[key] = None if position in begun else tuple(values)


def _dependencies(patterns: Sequence[dict[str, Any]]) -> set[str]:
    """Every dependency that a rule names, to ask for it or to leave it out."""
    specs = (spec for p in patterns for tokens in p["patterns"] for spec in tokens)
    return {name for spec in specs for name in _values_of(spec.get("DEP", ""))}


def _values_of(asked: str | dict[str, list[str]]) -> list[str]:
    """The values that a rule names for an attribute; none where it asks in a way unknown here."""
    if isinstance(asked, str):
        return [asked]
    return [name for names in asked.values() for name in names] if set(asked) <= {"IN", "NOT_IN"} else []
