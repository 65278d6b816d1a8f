"""Copies are found, rewrites are not, and the wire is read from where credits stand."""

from __future__ import annotations

import pytest

from crawler.sources import load_sources
from nlp.fingerprint import _AGENCIES, Copy, CopyIndex, compute_digest, decide_origin, find_wire

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


@pytest.mark.parametrize(
    ("publisher", "family"),
    [
        (source.publisher, source.family)
        for source in load_sources()
        if find_wire(f"CITY, March 3 ({source.publisher}) - A depot burned.") in set(_AGENCIES.values())
    ],
)
def test_an_agency_s_own_outlet_and_its_copy_elsewhere_are_one_origin(publisher: str, family: str) -> None:
    wire = find_wire(f"CITY, March 3 ({publisher}) - A depot burned.")
    reprinted = decide_origin(family="north-press", wire=wire, original=None)
    own = decide_origin(family=family, wire=None, original=None)
    assert reprinted.partition(":")[2] == own.partition(":")[2]


def test_the_shipped_agencies_are_known_and_owners_of_several_are_one() -> None:
    known = {find_wire(f"CITY, March 3 ({source.publisher}) - A depot burned.") for source in load_sources()}
    assert {"reuters", "irna", "wam", "yonhap", "tass", "interfax", "xinhua", "spa", "anadolu"} <= known
    one, other = (decide_origin(family="x", wire=wire, original=None) for wire in ("tass", "ria-novosti"))
    assert one == other
    assert decide_origin(family="x", wire="gulf-wire", original=None) == "wire:gulf-wire"
