"""Sentences to parsed docs: the model's components, the dear ones in batches, the cheap ones remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MAX_TOKENS = 220  # a longer "sentence" is a list or noise, which the parser only slows down on
_BATCH = 256
_TEXT = "linewalker_text"


class SentenceParser:
    """Parses sentences with a spaCy pipeline; the result is what the pipeline itself gives."""

    def __init__(self, nlp: Language) -> None:
        from nlp.tokenmemo import REPLACED, TokenMemo  # spaCy itself: not for those who only want text_of

        self._nlp = nlp
        self._memo = TokenMemo.of(nlp)
        self._left_out = REPLACED if self._memo is not None else ()

    def parse(self, texts: Sequence[str]) -> list[Doc | None]:
        """The parsed sentences; where a batch fails, each alone, None for the one that cannot be parsed."""
        try:
            return [*self._parse(texts)]
        except Exception:
            return [self._alone(text) for text in texts]

    def _parse(self, texts: Sequence[str]) -> list[Doc]:
        docs = [self._shortened(self._nlp.make_doc(text), text) for text in texts]
        docs = list(self._nlp.pipe(docs, batch_size=_BATCH, disable=self._left_out))
        if self._memo is not None:
            self._memo.annotate(docs)
        return docs

    def _alone(self, text: str) -> Doc | None:
        try:
            return self._nlp(self._shortened(self._nlp.make_doc(text), text))
        except Exception:
            return None

    @staticmethod
    def _shortened(doc: Doc, text: str) -> Doc:
        if len(doc) > MAX_TOKENS:
            return doc[:MAX_TOKENS].as_doc()
        doc.user_data[_TEXT] = text
        return doc


def text_of(doc: Doc) -> str:
    """A parsed sentence's text; spaCy joins it anew from the tokens each time it is asked, so it is kept."""
    text: str | None = doc.user_data.get(_TEXT)
    if text is None:
        text = doc.user_data[_TEXT] = doc.text
    return text
