"""Copies are found, rewrites are not, and the wire is read from where credits stand."""

from __future__ import annotations

import pytest

from nlp.fingerprint import Copy, CopyIndex, compute_digest, decide_origin, find_wire

WIRE = (
    "Engineers at the northern terminal spent Sunday inspecting the second loading arm after the fire that stopped "
    "exports on Friday evening. The operator said tankers would be called back in the order in which they had left. "
    "Two storage tanks remain closed, and the harbour master expects normal traffic by the middle of the week. "
    "Insurers have asked for a survey of the jetty before any laden ship leaves, according to two shipping agents."
)
REWRITE = (
    "Exports may resume midweek from the northern terminal, where Friday's blaze shut a loading arm. Shipping agents "
    "said underwriters want the jetty surveyed first. The harbour's head told reporters that traffic should be back "
    "to its usual level by Wednesday, although a pair of tanks will stay out of use for now, and crews were at work."
)


def index_of(text: str) -> CopyIndex:
    return CopyIndex([Copy(id="first", digest=compute_digest("", text), origin="wire:gulf-wire")])


def test_a_reprint_with_its_own_first_sentence_is_a_copy() -> None:
    found = index_of(WIRE).find_original(compute_digest("", "Our harbour desk reports the following. " + WIRE))
    assert found is not None
    assert decide_origin(family="north-press", wire=None, original=found) == "wire:gulf-wire"


def test_a_rewrite_in_other_words_is_no_copy() -> None:
    assert index_of(WIRE).find_original(compute_digest("", REWRITE)) is None


def test_short_texts_are_never_copies() -> None:
    assert compute_digest("", "Fire at the refinery contained.") == ()


@pytest.mark.parametrize(
    ("text", "authors", "wire"),
    [
        ("LONDON, March 3 (Reuters) - Oil rose.", (), "reuters"),
        ("BASRA (Gulf Wire) — Exports stopped.", (), "gulf-wire"),
        ("Exports stopped.\nSource: Interfax", (), "interfax"),
        ("Exports stopped.", ("Agence France-Presse",), "afp"),
        ("Exports stopped.", ("Meridian Newswire",), "meridian-newswire"),
        ("Exports stopped at the plant (Unit 3) - officials said.", (), None),
        ("Exports stopped.", ("Jane Doe",), None),
        ("The company (CPC) said loadings go on.", (), None),
    ],
)
def test_the_wire_is_read_from_dateline_credit_or_byline(text: str, authors: tuple[str, ...], wire: str | None) -> None:
    assert find_wire(text, authors) == wire
