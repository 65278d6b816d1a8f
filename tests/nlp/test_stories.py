"""Stories grow one article at a time."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.stories import (
    CENTROID_TERMS,
    JOIN_SIMILARITY,
    STALE_AFTER,
    StoryState,
    StoryText,
    _heaviest,
    _rarity,
    _terms,
    assign_stories,
)

START = datetime(2026, 3, 9, 12, tzinfo=UTC)


def text(name: str, title: str, body: str, *, days: float = 0) -> StoryText:
    return StoryText(id=name, title=title, text=body, told_at=START + timedelta(days=days))


STRIKE = text("a", "Drones hit Tuapse refinery", "Drones struck the Tuapse oil refinery on the Black Sea overnight.")
FOLLOW = text("b", "Tuapse refinery halts unit after drones", "The Tuapse refinery stopped a unit after drones hit it.")
CABLE = text("c", "Estlink cable fault cuts flows", "Grid operator Fingrid said the Estlink cable tripped on Monday.")


def stories(*batch: StoryText) -> dict[str, str]:
    return {a.article_id: a.story_id for a in assign_stories(batch)[0]}


def test_two_articles_on_one_strike_share_a_story_and_a_cable_fault_does_not() -> None:
    found = stories(STRIKE, FOLLOW, CABLE)
    assert found["a"] == found["b"] != found["c"]


def test_the_order_within_a_batch_does_not_matter() -> None:
    assert stories(STRIKE, FOLLOW, CABLE) == stories(CABLE, FOLLOW, STRIKE)


def test_an_article_of_the_next_night_joins_the_story_that_is_known() -> None:
    first, states = assign_stories([STRIKE, CABLE])
    second, _ = assign_stories([text("d", FOLLOW.title, FOLLOW.text, days=1)], states)
    assert second[0].story_id == first[0].story_id


def test_a_stale_story_takes_no_more_articles() -> None:
    _, states = assign_stories([STRIKE])
    late = text("e", STRIKE.title, STRIKE.text, days=STALE_AFTER.days + 1)
    assert assign_stories([late], states)[0][0].story_id != states[0].id


def test_the_threshold_given_holds_for_known_stories_too() -> None:
    _, states = assign_stories([STRIKE])
    other = text("d", "Refinery union plans walkout", "Workers at a refinery on the Black Sea plan to strike.", days=1)
    assert assign_stories([other], states, join_at=0.99)[0][0].story_id != states[0].id
    assert assign_stories([other], states, join_at=0.01)[0][0].story_id == states[0].id
    assert assign_stories([other], states, join_at=0.01)[0][0].similarity < JOIN_SIMILARITY


WORDS = "refinery pipeline drone strike cable grid tanker port fire leak outage union court export price tariff".split()


def words(count: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(WORDS), min_size=1, max_size=count).map(" ".join)


def compare_with_all(batch: list[StoryText], known: list[StoryState]) -> dict[str, str]:
    """The rule itself, each article beside every story: which story each article joins, "" where it founds one."""
    vectors = {one.id: _terms(one) for one in batch}
    rarity = _rarity(list(vectors.values()), known)
    stories = {one.id: [dict(one.centroid), one.last_told_at, set()] for one in known}
    for story in stories.values():
        story[2] |= set(_heaviest(story[0], rarity, CENTROID_TERMS))
    joined = {}
    for article in sorted(batch, key=lambda one: (one.told_at, one.id)):
        terms = vectors[article.id]
        best, home = JOIN_SIMILARITY, ""
        for name, (weights, last, heaviest) in sorted(stories.items()):
            if abs(article.told_at - last) > STALE_AFTER or not heaviest & set(_heaviest(terms, rarity, 25)):
                continue
            lengths = [math.sqrt(sum([(w * rarity[t]) ** 2 for t, w in one.items()])) for one in (terms, weights)]
            product = sum([w * weights[t] * rarity[t] ** 2 for t, w in terms.items() if t in weights])
            value = product / (lengths[0] * lengths[1])
            if value > best or (not home and value >= best):
                best, home = value, name
        joined[article.id] = home
        weights, last, heaviest = stories.setdefault(home or f"story-{article.id}", [{}, article.told_at, set()])
        for term, weight in terms.items():
            weights[term] = weights.get(term, 0.0) + weight
        stories[home or f"story-{article.id}"][1] = max(last, article.told_at)
        heaviest |= set(_heaviest(weights, rarity, CENTROID_TERMS))
    return joined


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(words(5), words(30), st.integers(0, 25)), min_size=1, max_size=14), st.integers(0, 8))
def test_looking_up_stories_gives_what_comparing_with_all_would(told: list[tuple[str, str, int]], earlier: int) -> None:
    batch = [text(f"{n:02}", title, body, days=days) for n, (title, body, days) in enumerate(told)]
    _, known = assign_stories(batch[:earlier])
    found, _ = assign_stories(batch[earlier:], known)
    names = {one.id for one in known}
    expected = compare_with_all(batch[earlier:], known)
    for one in found:
        if expected[one.article_id] in names or one.story_id in names:
            assert one.story_id == expected[one.article_id]
        assert (one.similarity == 1.0 and expected[one.article_id] == "") or expected[one.article_id]
