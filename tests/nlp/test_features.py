"""Features and the lexicon behind them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.concepts import CONCEPTS, ENERGY, sentence_concepts, word_concepts
from nlp.features import (
    BLOCKS,
    READ_CHARACTERS,
    Encoder,
    Scorer,
    learn_vocabulary,
    letter_groups,
    read_sentences,
    text_features,
)

TEXTS = [
    ("Drones hit oil depot", "Three tanks burned. The governor said nobody was hurt."),
    ("", "THE CONTROLLER SHUT DOWN THE 12-INCH CRUDE OIL PIPELINE AFTER A LEAK."),
    ("Sales pipeline explodes", "The quarter was the best so far, the retailer said."),
    ("Hackers stop fuel pipeline", "Ransomware forced the operator to shut the line."),
]


@pytest.mark.parametrize(
    ("words", "within", "without"),
    [
        ("gunmen attacked the oil pipeline", {"oil_work", "attack", "weapon", "pipe"}, {"cyber"}),
        ("the sales pipeline exploded", {"other_sense", "accident"}, {"pipe"}),
        ("a water tanker overturned", {"other_sense"}, {"energy_ship"}),
        ("opec ministers strike a deal", {"other_sense", "fuel"}, {"attack"}),
        ("the actor had a heart attack", {"other_sense", "arts"}, {"attack"}),
        ("hydroelectric dams ran low in the drought", {"power_work", "weather"}, set()),
        ("the party has been in power for years", {"other_sense"}, {"power_work"}),
        ("millions are without electricity", {"power_loss"}, set()),
        ("a tear gas canister", {"other_sense"}, {"gas_work"}),
    ],
)
def test_sentence_gives_its_concepts(words: str, within: set[str], without: set[str]) -> None:
    found = sentence_concepts(words.split())
    assert within <= found
    assert not without & found


def test_energy_concepts_are_in_the_lexicon() -> None:
    assert set(ENERGY) <= set(CONCEPTS)


def test_stem_takes_every_ending() -> None:
    assert "cyber" in word_concepts("cyberattackers")
    assert "cyber" not in word_concepts("cucumber")


def test_threat_beside_energy_work_is_a_feature_of_its_own() -> None:
    together = text_features("", "Gunmen attacked the oil pipeline.")
    apart = text_features("", "Gunmen attacked the market. The oil pipeline was opened.")
    assert "energy+attack" in together.concepts
    assert "energy+attack" not in apart.concepts


def test_concepts_of_one_document_are_paired_wherever_they_stand() -> None:
    features = text_features("Tanker attacked", "Ministers met for talks.")
    assert "attack & energy_ship" in features.together
    assert "attack & diplomacy" in features.together


def test_figures_become_one_word() -> None:
    assert read_sentences("", "It lost 1,200 barrels at 10:15 on 3/4/2011.") == [
        ["it", "lost", "#", "barrels", "at", "#", "on", "#"]
    ]


def test_only_the_lead_is_read() -> None:
    filler = "word " * (READ_CHARACTERS // 5)
    assert text_features("", filler + "ransomware") == text_features("", filler)


def test_text_without_words_has_only_the_mark_of_no_energy() -> None:
    features = text_features("", " … !? ")
    assert features.words == features.concepts == ()
    assert features.energy == ("energy none",)


def test_letter_groups_mark_the_edges_of_a_word() -> None:
    assert letter_groups("oil") == ("<oi", "oil", "il>", "<oil", "oil>")
    assert letter_groups("#") == ()


def test_vocabulary_leaves_out_what_one_story_alone_says() -> None:
    documents = [text_features("", text) for text in ("Zanzibar line cut", "Zanzibar line mended", "Other line cut")]
    names = learn_vocabulary(documents, ["one", "one", "two"]).names["word"]
    assert "zanzibar" not in names
    assert {"line", "cut"} <= set(names)


@given(st.text(max_size=300), st.text(max_size=2_000))
def test_any_text_gives_finite_decisions_equal_to_the_matrix(title: str, text: str) -> None:
    documents = [text_features(*pair) for pair in TEXTS]
    vocabulary = learn_vocabulary(documents, list("abcd"), dict.fromkeys(BLOCKS, 1))
    weights = np.random.default_rng(0).normal(size=(3, vocabulary.size))
    intercepts = np.array([0.1, -0.2, 0.3])
    features = text_features(title, text)
    expected = intercepts.copy()
    for column, value in Encoder(vocabulary).row(features).items():
        expected += weights[:, column] * value
    decisions = Scorer(vocabulary, weights, intercepts).decisions(features)
    assert np.all(np.isfinite(decisions))
    assert np.allclose(decisions, expected, atol=1e-9)


def test_contributions_add_up_to_the_decision() -> None:
    documents = [text_features(*pair) for pair in TEXTS]
    vocabulary = learn_vocabulary(documents, list("abcd"), dict.fromkeys(BLOCKS, 1))
    weights = np.random.default_rng(1).normal(size=(2, vocabulary.size))
    scorer = Scorer(vocabulary, weights, np.array([0.5, -0.5]))
    for label in (0, 1):
        added = scorer.contributions(documents[0], label)
        decision = scorer.decisions(documents[0])[label] - scorer.intercepts[label]
        assert math.isclose(sum(share for _, share in added), decision, abs_tol=1e-9)


def test_known_share_is_low_for_words_of_another_world() -> None:
    documents = [text_features(*pair) for pair in TEXTS]
    vocabulary = learn_vocabulary(documents, list("abcd"), dict.fromkeys(BLOCKS, 1))
    scorer = Scorer(vocabulary, np.zeros((1, vocabulary.size)), np.zeros(1))
    assert scorer.known_share(documents[0]) == 1.0
    assert scorer.known_share(text_features("", "lorem ipsum dolor sit amet")) == 0.0
    assert scorer.known_share(text_features("", "")) == 1.0
