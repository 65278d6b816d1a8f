from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from reports.timeline import build_timeline, timeline_summary, timeline_svg
from store.records import IncidentView
from tests.reports.builders import incident, revision
from tests.reports.nights import changed_refinery, open_blockade, rich_night, terminal_attack, threat

TODAY = date(2026, 11, 22)


def whats(*views: IncidentView, changed: bool = False) -> list[tuple[str, str]]:
    new, old = ((), views) if changed else (views, ())
    return [(mark.what, mark.on.isoformat()) for mark in build_timeline(new, old, (), {}, TODAY)]


def test_what_happened_stands_on_its_day() -> None:
    view = terminal_attack()
    assert view.occurred_on is not None
    assert whats(view) == [("happened", view.occurred_on.isoformat())]


@pytest.mark.parametrize("precision", ["week", "month", "year"])
def test_a_day_that_is_not_told_is_not_invented(precision: str) -> None:
    view = replace(terminal_attack(), date_precision=precision)
    assert whats(view) == [("reported", view.first_reported_at.date().isoformat())]


def test_a_change_and_a_restoration_have_marks_of_their_own() -> None:
    assert whats(changed_refinery(), changed=True) == [("happened", "2026-11-18"), ("changed", "2026-11-22")]
    restored = replace(changed_refinery(), restored_on=date(2026, 11, 20), revisions=())
    assert ("restored", "2026-11-20") in whats(restored, changed=True)


def test_threats_lie_ahead_only_with_a_day() -> None:
    assert whats(replace(threat(), occurred_on=None)) == []
    assert whats(replace(threat(), occurred_on=date(2026, 12, 1), date_precision="day")) == [("ahead", "2026-12-01")]
    assert whats(replace(threat(), occurred_on=date(2027, 12, 1), date_precision="day")) == []


@pytest.mark.parametrize("status", ["denied", "disputed", "retracted", "foiled", "merged"])
def test_what_did_not_happen_is_not_on_the_timeline(status: str) -> None:
    assert whats(replace(terminal_attack(), status=status)) == []


def test_parts_of_an_incident_have_no_marks_beside_it() -> None:
    whole = terminal_attack()
    part = replace(whole, id="part", parent_id=whole.id)
    assert len(whats(whole, part)) == 1


def test_what_is_older_than_four_weeks_is_left_out() -> None:
    assert whats(replace(open_blockade(), occurred_on=date(2026, 10, 1))) == []


@pytest.mark.parametrize("width", [350, 720])
def test_the_drawing_links_to_what_the_page_tells(width: int) -> None:
    night = rich_night()
    marks = build_timeline(night.new, night.changed, night.open, {"inc-0041": 1}, TODAY)
    ids = {mark.id for mark in marks}
    last = marks[-1].id
    svg = timeline_svg(marks, TODAY, width, dict.fromkeys(ids, "A <b>heading</b>"), [last])
    assert set(re.findall(r'href="([^"]+)"', svg)) == {f"#i-{last}"}
    assert "<b>" not in svg
    assert float(re.search(r'width="([\d.]+)"', svg).group(1)) == width  # type: ignore[union-attr]
    spots = [float(x) for x in re.findall(r'<circle[^>]* cx="([\d.]+)"', svg)]
    assert all(0 <= x <= width for x in spots)


def test_more_marks_of_a_day_than_fit_are_counted() -> None:
    views = [
        incident(f"i{n}", (), (), occurred_on=TODAY, date_precision="day",
                 first_reported_at=datetime(2026, 11, 22, tzinfo=UTC)) for n in range(10)
    ]  # fmt: skip
    svg = timeline_svg(build_timeline(views, (), (), {}, TODAY), TODAY, 720, {})
    assert ">+7</text>" in svg


def test_the_summary_counts_the_marks() -> None:
    view = replace(changed_refinery(), revisions=(revision("inc-0030", "killed", "2", "4", "why"),))
    marks = build_timeline((), (view,), (), {}, TODAY)
    assert timeline_summary(marks) == "Timeline from 18 November 2026 to 22 November 2026: 1 happened, 1 changed."
    assert timeline_svg((), TODAY, 720, {}) == ""
