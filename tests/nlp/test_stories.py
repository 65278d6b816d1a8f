"""Stories grow one article at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from nlp.stories import STALE_AFTER, StoryText, assign_stories

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
