from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace

import pytest

from reports.briefing import build_briefing
from reports.records import Briefing, BriefingSettings, Section
from store.records import SourceCount
from tests.reports.builders import health, incident, note, revision, snapshot
from tests.reports.chance import random_incident
from tests.reports.nights import (
    blackout,
    changed_refinery,
    denied_cut,
    open_blockade,
    policy,
    ransomware,
    rich_night,
    salvo,
    tapping,
    terminal_attack,
    threat,
)


def section(briefing: Briefing, key: str) -> Section:
    return next(section for section in briefing.sections if section.key == key)


def texts(briefing: Briefing, key: str) -> str:
    return " ".join(told.text for item in section(briefing, key).items for told in (*item.sentences, *item.sureness))


def ids(briefing: Briefing, key: str) -> list[str]:
    return [item.id for item in section(briefing, key).items]


@pytest.fixture(scope="module")
def rich() -> Briefing:
    return build_briefing(rich_night())


def test_new_incidents_come_gravest_first_and_numbered(rich: Briefing) -> None:
    assert ids(rich, "new") == ["inc-0041", "inc-0042", "inc-0043", "inc-0044"]
    assert [item.number for item in section(rich, "new").items] == [1, 2, 3, 4]
    assert [group.title for group in section(rich, "new").groups] == ["Severe", "Serious", "Moderate", "Minor"]


def test_what_has_not_happened_stands_apart(rich: Briefing) -> None:
    assert ids(rich, "warnings") == ["inc-0045", "inc-0020"]
    assert [group.title for group in section(rich, "warnings").groups] == ["Threatened", "Told before, still standing"]
    assert ids(rich, "disputed")[0] == "inc-0046"
    assert "inc-0045" not in ids(rich, "new")


def test_conflicting_numbers_stand_side_by_side_with_who_said_which(rich: Briefing) -> None:
    expected = "3 killed (Alpha News, citing the regional governor) — 5 killed (Beta Wire and Courier Online)."
    assert expected in texts(rich, "new")
    assert expected not in texts(rich, "disputed")
    assert "Conflicting numbers and a denial: see 1 above." in texts(rich, "disputed")


def test_each_number_has_its_role(rich: Briefing) -> None:
    told = texts(rich, "new")
    assert "Normally carries about 1.3 million barrels a day" in told
    assert "500,000 barrels a day lost" in told
    assert "Since corrected: 210,000 barrels a day lost" in told


def test_publishers_are_counted_apart_from_articles(rich: Briefing) -> None:
    assert "4 articles from 3 independent publishers" in texts(rich, "new")


def test_a_name_that_the_words_do_not_hold_is_marked(rich: Briefing) -> None:
    headings = [item.heading.text for item in section(rich, "new").items if item.heading]
    leads = [item.sentences[0].text for item in section(rich, "new").items]
    assert headings[1] == "Meridian products pipeline, United States: ransomware attack"
    assert leads[1].startswith(
        "Ransomware attack on the Meridian products pipeline† (“Gulf Line”) in the United States†,"
    )
    assert headings[2] == "Transmission line, Ghana: outage"


def test_a_date_that_no_words_give_is_told_as_the_publication(rich: Briefing) -> None:
    assert "Outage at a transmission line in Ghana, reported on 21 November 2026; since restored." in texts(rich, "new")


def test_changes_tell_old_and_new(rich: Briefing) -> None:
    assert ids(rich, "changed") == ["inc-0030", "inc-0033"]
    assert texts(rich, "changed").startswith("Killed: 2 → 4 (Beta Wire).")


def test_what_is_back_is_resolved_and_not_changed(rich: Briefing) -> None:
    assert ids(rich, "resolved") == ["inc-0031"]
    told = texts(rich, "resolved")
    assert told.startswith("Status: still going on → restored")
    assert "Out for 3 days." in told


@pytest.mark.parametrize(
    ("status", "group"),
    [("retracted", "Retracted: no article tells it any more"), ("dismissed", "Dismissed by an analyst")],
)
def test_what_is_taken_back_is_resolved(status: str, group: str) -> None:
    view = replace(
        changed_refinery(), status=status, revisions=(revision("inc-0030", "status", "occurred", status, "so"),)
    )
    briefing = build_briefing(snapshot(changed=(view,)))
    assert [one.title for one in section(briefing, "resolved").groups] == [group]
    assert ids(briefing, "changed") == []


def test_what_comes_to_be_denied_stands_with_the_disputed() -> None:
    view = replace(
        changed_refinery(), status="denied", revisions=(revision("inc-0030", "status", "occurred", "denied", "so"),)
    )
    briefing = build_briefing(snapshot(changed=(view,)))
    assert ids(briefing, "disputed") == ["inc-0030"]
    assert ids(briefing, "changed") == []
    assert not briefing.nothing_new


def test_articles_that_change_nothing_are_one_line(rich: Briefing) -> None:
    assert "inc-0032" not in {item.id for one in rich.sections for item in one.items}
    assert [told.text for told in section(rich, "changed").outro] == [
        "2 further articles on 2 incidents changed no figure, place or status."
    ]


def test_no_incident_is_told_twice(rich: Briefing) -> None:
    contested = next(group for group in section(rich, "disputed").groups if group.title == "Contested in part")
    told = Counter(item.id for one in rich.sections for item in one.items if item.id)
    told.subtract(item.id for item in contested.items)  # a pointer
    assert set(told.values()) == {1}


def test_a_retold_incident_that_goes_on_is_still_open() -> None:
    view = replace(open_blockade(), revisions=(revision("inc-0021", "confidence", "0.7", "0.8", "so"),))
    briefing = build_briefing(snapshot(changed=(view,)))
    assert ids(briefing, "open") == ["inc-0021"]
    assert briefing.nothing_new


def test_five_lines_at_most_and_each_about_something_else(rich: Briefing) -> None:
    assert [incident_id for incident_id, _ in rich.top] == ["inc-0041", "inc-0030", "inc-0046", "", ""]
    assert rich.top[0][1].text.endswith("— 3 or 5 killed, 500,000 or 700,000 barrels a day lost")
    assert rich.top[1][1].text == "Ryazan refinery, Russia†: accident. Killed: 2 → 4 (Beta Wire)"
    assert rich.top[4][1].text == "Not seen: 2 of 8 feeds gave no answer."


def test_a_quiet_night_has_fewer_lines() -> None:
    assert build_briefing(snapshot()).top == ()
    assert len(build_briefing(snapshot(new=(tapping(),))).top) == 1


def test_grave_new_incidents_take_the_lines_of_what_is_missing() -> None:
    views = tuple(replace(terminal_attack(), id=f"inc-{n}") for n in range(7))
    assert len(build_briefing(snapshot(new=views)).top) == 5
    assert len(build_briefing(snapshot(new=tuple(replace(tapping(), id=f"inc-{n}") for n in range(7)))).top) == 1


def test_notes_are_quoted_and_grouped(rich: Briefing) -> None:
    titles = [group.title for group in section(rich, "notes").groups]
    assert titles == ["Sanctions", "Legal and diplomatic", "Market"]
    assert [item.tag for item in section(rich, "notes").items] == ["", "Planned", ""]


def test_the_same_note_of_two_feeds_is_told_once() -> None:
    one = note(policy(), "Brent", "market")
    briefing = build_briefing(snapshot(notes=(one, replace(one, quote=replace(one.quote, article_id="z9")))))
    assert len(section(briefing, "notes").items) == 1


def test_above_thirty_the_rest_goes_into_a_table() -> None:
    views = tuple(replace(tapping(), id=f"inc-{n:03}") for n in range(35))
    briefing = build_briefing(snapshot(new=views))
    new = section(briefing, "new")
    assert sum(len(group.items) for group in new.groups) == 30
    assert len(new.rows) == 5
    assert new.rows[-1].number == 35


def test_parts_of_one_act_stand_under_it_and_are_counted_in_it() -> None:
    part = replace(tapping(), id="inc-part", parent_id="inc-0041", latitude=1.0, longitude=1.0)
    briefing = build_briefing(snapshot(new=(terminal_attack(), part)))
    assert ids(briefing, "new") == ["inc-0041"]
    assert len(section(briefing, "new").items[0].parts) == 1
    assert briefing.counts[0].text == "1 new incident."
    assert dict(briefing.tallies)["new"] == 1
    assert len(briefing.points) == len(briefing.table) == 1


def test_a_new_part_brings_the_whole_back(rich: Briefing) -> None:
    whole = next(item for item in section(rich, "changed").items if item.id == "inc-0033")
    assert [part.text for part in whole.parts] == ["Lesk substation, Ukraine†: missile attack — 300 MW lost"]
    assert "inc-0051" not in {item.id for one in rich.sections for item in one.items}


def test_a_changed_part_is_told_under_its_whole() -> None:
    whole, part = salvo()
    steps = (revision(part.id, "losses", '[{"unit": "MW", "minimum": 100}]', '[{"unit": "MW", "minimum": 300}]', "so"),)
    briefing = build_briefing(snapshot(changed=(whole, replace(part, revisions=steps))))
    assert ids(briefing, "changed") == ["inc-0033"]
    (told,) = section(briefing, "changed").items[0].parts
    assert told.text.startswith("Lesk substation, Ukraine†: missile attack. Lost: 100 MW† → 300 MW (Delta Post)")
    assert briefing.withheld == ()


def test_counts_agree_wherever_they_stand(rich: Briefing) -> None:
    counts = dict(rich.tallies)
    assert rich.counts[0].text == "4 new incidents, 2 changed, 1 resolved, 1 still open."
    assert counts["new"] == len(section(rich, "new").items) == sum(p.state == "new" for p in rich.points)
    assert counts["changed"] == len(section(rich, "changed").items) == sum(r.state == "changed" for r in rich.table)
    assert counts["resolved"] == len(section(rich, "resolved").items)
    assert counts["open"] == len(section(rich, "open").items)
    assert counts["warnings_new"] + counts["warnings_standing"] == len(section(rich, "warnings").items)


def test_a_part_without_its_whole_stands_alone() -> None:
    part = replace(tapping(), id="inc-part", parent_id="inc-0041")
    assert ids(build_briefing(snapshot(new=(part,))), "new") == ["inc-part"]


def test_a_change_that_no_reader_needs_is_no_change() -> None:
    view = replace(changed_refinery(), revisions=(), reports=changed_refinery().reports[:1])
    briefing = build_briefing(snapshot(changed=(view,)))
    assert briefing.nothing_new
    assert section(briefing, "changed").items == ()


def test_a_disputed_status_moves_an_incident_out_of_the_new_ones() -> None:
    briefing = build_briefing(snapshot(new=(replace(terminal_attack(), status="disputed"),)))
    assert ids(briefing, "new") == []
    assert "inc-0041" in ids(briefing, "disputed")


@pytest.mark.parametrize("status", ["foiled", "planned", "threatened", "hypothetical", "brand_new_status"])
def test_no_incident_is_lost_whatever_its_status(status: str) -> None:
    briefing = build_briefing(snapshot(new=(replace(threat(), status=status, factuality="planned"),)))
    assert "inc-0045" in ids(briefing, "warnings")


def test_an_incident_without_any_fact_is_still_told() -> None:
    briefing = build_briefing(snapshot(new=(incident("inc-bare", (), ()),)))
    assert texts(briefing, "new").startswith("Attack.")
    assert briefing.withheld == ()


def test_the_map_shows_what_has_a_position(rich: Briefing) -> None:
    states = [(point.state, point.number) for point in rich.points]
    assert states == [("open", None), ("changed", None), ("new", 4), ("new", 3), ("new", 2), ("new", 1)]
    assert build_briefing(snapshot(new=(replace(blackout(), latitude=None),))).unplaced == 1


def test_a_first_briefing_says_that_it_is_the_first() -> None:
    briefing = build_briefing(snapshot(since=None, new=(ransomware(),)))
    assert briefing.period_line.startswith("First briefing")


def test_open_incidents_beyond_the_limit_are_counted() -> None:
    views = tuple(replace(open_blockade(), id=f"inc-{n}") for n in range(5))
    briefing = build_briefing(snapshot(open=views), BriefingSettings(open_items=2))
    assert section(briefing, "open").more == 3


def test_what_was_denied_is_no_open_incident() -> None:
    assert ids(build_briefing(snapshot(open=(denied_cut(),))), "open") == []


def test_sources_are_grouped_by_what_is_wrong() -> None:
    briefing = build_briefing(
        snapshot(
            health=(
                health("A"), health("B", "disallowed"), health("C", "http_error", http_status=429),
                health("D", "http_error", http_status=500), health("E", "too_large"), health("F", quiet=True),
                health("G", "skipped"), health("H", "http_error", http_status=410, disabled=True),
            )
        )
    )  # fmt: skip
    groups = {group.title: [line.publisher for line in group.lines] for group in briefing.sources.groups}
    assert groups == {
        "Gone for good (1)": ["H"], "Blocked or refused (2)": ["B", "C"], "Failing (1)": ["D"],
        "Cut short or unreadable (1)": ["E"], "Quieter than usual (1)": ["F"], "Not asked this time (1)": ["G"],
    }  # fmt: skip
    assert briefing.sources.coverage[0].text == "2 of 7 feeds answered (29%)."


def test_silent_feeds_are_told_at_the_top() -> None:
    blind = build_briefing(snapshot(health=(health("A"), health("B"), health("C", "timeout"))))
    assert [told.text for _, told in blind.top] == ["Not seen: 1 of 3 feeds gave no answer."]
    assert build_briefing(snapshot(health=(health("A"),))).top == ()


def test_an_offline_night_blames_no_source() -> None:
    feeds = tuple(health(name, "unreachable", failures=4) for name in "ABC")
    briefing = build_briefing(snapshot(health=(*feeds, health("D", "http_error", http_status=410, disabled=True))))
    assert briefing.sources.offline
    assert [group.title for group in briefing.sources.groups] == ["Gone for good (1)"]
    assert [told.text for _, told in briefing.top] == [
        "Nothing could be reached: none of 3 feeds answered; look at the network first."
    ]


def test_a_source_that_never_answered_is_named_so() -> None:
    briefing = build_briefing(snapshot(health=(health("A"), health("B", "timeout", failures=3, succeeded_at=None))))
    assert [group.title for group in briefing.sources.groups] == ["Never answered so far (1)"]


@pytest.mark.parametrize(("came", "named"), [(2, True), (6, False), (20, False)])
def test_a_source_that_brings_far_less_than_its_habit_is_named(came: int, named: bool) -> None:
    one = SourceCount(source_id="alpha-news", publisher="Alpha News", came=came, before=560, days=28)
    briefing = build_briefing(snapshot(expected=(one,)))
    assert [group.title for group in briefing.sources.groups] == ["Brought far fewer articles than usual (1)"] * named
    assert f"{came} articles came where about 20 were to be expected ({5 * came}%)." in [
        told.text for told in briefing.sources.coverage
    ]


def test_a_short_habit_says_nothing_of_what_to_expect() -> None:
    one = SourceCount(source_id="alpha-news", publisher="Alpha News", came=0, before=90, days=3)
    briefing = build_briefing(snapshot(expected=(one,)))
    assert briefing.sources.groups == ()
    assert briefing.sources.coverage[-1].text == "1 source is too new to say how much it brings."


def test_a_retracted_incident_tells_no_figures() -> None:
    view = replace(terminal_attack(), status="retracted")
    told = texts(build_briefing(snapshot(new=(view,))), "disputed")
    assert told.startswith("Since retracted: drone attack on")
    assert "killed" not in told


def test_entries_without_an_article_are_counted_by_reason(rich: Briefing) -> None:
    assert (rich.sources.missed[0].entries, rich.sources.missed[0].reason) == (2, "a login page")
    assert rich.sources.missed_total == 4
    assert rich.sources.languages == (("Russian", 6), ("German", 2))


def test_a_thousand_incidents_are_sorted_and_checked_in_seconds() -> None:
    import random

    dice = random.Random(3)
    views = tuple(random_incident(dice, number) for number in range(1000))
    start = time.process_time()
    briefing = build_briefing(snapshot(new=views))
    assert time.process_time() - start < 10
    assert len(section(briefing, "new").rows) == 200
    assert section(briefing, "new").more == 770
