from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.records import Claimant, Count, DateSpan, Quantity, Span
from store.claims import Claim, expand_event, find_sentence, render_range
from tests.store.samples import TEXT, TITLE, find, make_event


def _expand(event: object, quantities: tuple[Quantity, ...] = ()) -> list[Claim]:
    return expand_event(event, quantities, event_id="e", version_id="v", title=TITLE, text=TEXT)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minimum", "maximum", "words"),
    [
        (3.0, 3.0, "3"),
        (3.0, 5.0, "3 to 5"),
        (7.0, None, "at least 7"),
        (None, 9.0, "up to 9"),
        (None, None, "unknown"),
        (1.5, 1.5, "1.5"),
        (1_300_000.0, 1_300_000.0, "1300000"),
        (0.0, 0.0, "0"),
    ],
)
def test_range_in_words(minimum: float | None, maximum: float | None, words: str) -> None:
    assert render_range(minimum, maximum) == words


def test_claims_are_the_same_each_time_and_none_twice() -> None:
    event = make_event()
    doubled = replace(event, facilities=event.facilities * 2)
    assert _expand(event) == _expand(doubled)
    assert len({one.claim_id for one in _expand(event)}) == len(_expand(event))


def test_argument_outside_the_cited_sentences_gets_the_sentence_around_it() -> None:
    event = replace(make_event(), claimed_by=(Claimant(name="Officials", span=find(TEXT, "Officials")),))
    (claim,) = [one for one in _expand(event) if one.field == "claimed_by"]
    assert TEXT[claim.sentence.start : claim.sentence.end] == "Officials in the region denied that tanks were damaged."


def test_argument_in_the_title_is_cited_there() -> None:
    place = replace(make_event().places[0], span=Span(start=11, end=21, where="title"))
    (claim,) = [one for one in _expand(replace(make_event(), places=(place,))) if one.field == "place"]
    assert (claim.sentence, claim.span) == (Span(start=0, end=len(TITLE), where="title"), place.span)


def test_date_that_only_publication_gives_has_no_words_of_its_own() -> None:
    event = replace(
        make_event(),
        date=DateSpan(start=date(2026, 3, 1), end=date(2026, 3, 2), precision="day", basis="publication"),
    )
    (claim,) = [one for one in _expand(event) if one.field == "occurred_on"]
    assert (claim.value, claim.detail, claim.span) == ("2026-03-01/2026-03-02", "day", None)
    assert claim.sentence == event.evidence[0]


def test_place_that_only_the_gazetteer_knows_is_no_claim() -> None:
    event = replace(make_event(), places=(replace(make_event().places[0], span=None),))
    assert "place" not in {one.field for one in _expand(event)}


def test_open_count_and_superseded_quantity_keep_their_form() -> None:
    quantity = Quantity(
        text="500,000 barrels a day", span=find(TEXT, "500,000 barrels a day"), role="lost", unit="bbl/d",
        minimum=210_000.0, maximum=None, approximate=True, superseded=True,
    )  # fmt: skip
    event = replace(make_event(), injured=Count(minimum=7, maximum=None))
    claims = {one.field: one for one in _expand(event, (quantity,))}
    assert (claims["injured"].value, claims["injured"].minimum, claims["injured"].maximum) == ("at least 7", 7.0, None)
    assert claims["lost"].superseded
    assert (claims["lost"].detail, claims["lost"].unit) == ("approximate", "bbl/d")


@given(text=st.text(alphabet=st.sampled_from("ab.!? \n😀\"'"), min_size=1, max_size=200), data=st.data())
def test_sentence_holds_its_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if not text[start:end].strip() or text[start].isspace() or text[end - 1].isspace():
        return
    first, last = find_sentence(text, start, end)
    assert 0 <= first <= start
    assert end <= last <= len(text)
