from __future__ import annotations

import time
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.dates import find_dates, local_day, resolve_day_month, resolve_weekday

PUBLISHED = datetime(2025, 12, 3, 9, tzinfo=UTC)  # a Wednesday


def told(text: str, published_at: datetime | None = PUBLISHED, **more: object) -> list[tuple[str, str]]:
    return [(str(d.first), str(d.last)) for d in find_dates(text, published_at=published_at, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Gunmen told the crews to leave the field by Friday", "2025-12-05"),
        ("Workers managed to restore supply by Friday", "2025-11-28"),
        ("Hauliers threatened to block the road from Saturday", "2025-12-06"),
        ("The port was shut from Saturday", "2025-11-29"),
        ("The grid will drop 90 MW on the night of Friday", "2025-12-05"),
        ("It will ban imports, it said on Monday", "2025-12-01"),
        ("Unions called a walkout for 21 February", "2026-02-21"),
        ("Boats may not anchor there from 1 January", "2026-01-01"),
        ("The plant was hit on 21 February", "2025-02-21"),
    ],
)
def test_deadlines_and_calls_look_ahead_and_reports_back(text: str, day: str) -> None:
    assert told(text) == [(day, day)]


@pytest.mark.parametrize("case", [str, str.upper, str.lower], ids=["mixed", "capitals", "small"])
@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("on 29 November 2025", "2025-11-29", None, "day"),
        ("on Nov. 29", "2025-11-29", None, "day"),
        ("on November 29, 2025,", "2025-11-29", None, "day"),
        ("on the 29th of November", "2025-11-29", None, "day"),
        ("on October 23rd, 2017", "2017-10-23", None, "day"),
        ("2025-11-29", "2025-11-29", None, "day"),
        ("2025-11-29T08:00:00Z", "2025-11-29", None, "day"),
        ("on 03/14/2011", "2011-03-14", None, "day"),
        ("on 29/11/2025", "2025-11-29", None, "day"),
        ("on 6/7/02", "2002-06-07", None, "day"),
        ("29.11.2025", "2025-11-29", None, "day"),
        ("02.12.2008 at 0215 LT", "2008-12-02", None, "day"),
        ("29 Aug 08 at 1400 UTC", "2008-08-29", None, "day"),
        ("15-Nov-2008", "2008-11-15", None, "day"),
        ("10 Aug 2004", "2004-08-10", None, "day"),
        ("281400Z Nov 25", "2025-11-28", None, "hour"),
        ("11 Feb 0430 UTC", "2025-02-11", None, "day"),
        ("3-5 May 2021", "2021-05-03", "2021-05-05", "day"),
        ("between 3 and 5 May 2021", "2021-05-03", "2021-05-05", "day"),
        ("May 3-5, 2021", "2021-05-03", "2021-05-05", "day"),
        ("from 24 June to 2 July", "2025-06-24", "2025-07-02", "day"),
        ("from December 28, 2022 to January 3, 2023", "2022-12-28", "2023-01-03", "day"),
        ("in early October", "2025-10-01", "2025-10-10", "month"),
        ("in mid-March 2022", "2022-03-11", "2022-03-20", "month"),
        ("in late 2019", "2019-10-01", "2019-12-31", "year"),
        ("in Q3 2022", "2022-07-01", "2022-09-30", "month"),
        ("in the third quarter of 2022", "2022-07-01", "2022-09-30", "month"),
        ("in the summer of 2021", "2021-06-01", "2021-08-31", "month"),
        ("in the first half of 2020", "2020-01-01", "2020-06-30", "year"),
        ("in March 2019", "2019-03-01", "2019-03-31", "month"),
        ("in 2019", "2019-01-01", "2019-12-31", "year"),
        ("in the 1990s", "1990-01-01", "1999-12-31", "year"),
        ("between 2015 and 2019", "2015-01-01", "2019-12-31", "year"),
        ("in November", "2025-11-01", "2025-11-30", "month"),
        ("in January", "2025-01-01", "2025-01-31", "month"),
    ],
)
def test_an_explicit_date_is_read_in_every_order(
    text: str, first: str, last: str | None, precision: str, case: type[str]
) -> None:
    (match,) = find_dates(case(text), published_at=PUBLISHED)
    assert (str(match.first), str(match.last), match.precision, match.basis) == (
        first,
        last or first,
        precision,
        "explicit",
    )


@pytest.mark.parametrize("case", [str, str.upper, str.lower], ids=["mixed", "capitals", "small"])
@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("today", "2025-12-03", None, "day"),
        ("tonight", "2025-12-03", None, "day"),
        ("this morning", "2025-12-03", None, "day"),
        ("overnight", "2025-12-03", None, "day"),
        ("yesterday", "2025-12-02", None, "day"),
        ("last night", "2025-12-02", None, "day"),
        ("the day before yesterday", "2025-12-01", None, "day"),
        ("on Sunday", "2025-11-30", None, "day"),
        ("on Wednesday", "2025-12-03", None, "day"),
        ("last Wednesday", "2025-11-26", None, "day"),
        ("early on Saturday", "2025-11-29", None, "day"),
        ("Friday's fire", "2025-11-28", None, "day"),
        ("Saturday night", "2025-11-29", None, "day"),
        ("Thursday last week", "2025-11-27", None, "day"),
        ("next Tuesday", "2025-12-09", None, "day"),
        ("three days ago", "2025-11-30", None, "day"),
        ("last week", "2025-11-24", "2025-11-30", "week"),
        ("this week", "2025-12-01", "2025-12-03", "week"),
        ("last month's attack", "2025-11-01", "2025-11-30", "month"),
        ("earlier this month", "2025-12-01", "2025-12-03", "month"),
        ("last year", "2024-01-01", "2024-12-31", "year"),
        ("in the past 24 hours", "2025-12-02", "2025-12-03", "day"),
        ("two weeks ago", "2025-11-19", "2025-11-19", "week"),
        ("six months ago", "2025-06-01", "2025-06-30", "month"),
        ("last weekend", "2025-11-29", "2025-11-30", "day"),
        ("over the weekend", "2025-11-29", "2025-11-30", "day"),
    ],
)
def test_a_relative_date_counts_from_publication(
    text: str, first: str, last: str | None, precision: str, case: type[str]
) -> None:
    (match,) = find_dates(case(text), published_at=PUBLISHED)
    assert (str(match.first), str(match.last), match.precision, match.basis) == (
        first,
        last or first,
        precision,
        "relative",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On 5 May a line was hit. Two days later a second one burned.", ["2025-05-05", "2025-05-07"]),
        ("On 5 May a line was hit; the following day it burned again.", ["2025-05-05", "2025-05-06"]),
        ("The depot was struck on Sunday. Later that day a tank exploded.", ["2025-11-30", "2025-11-30"]),
        ("It was hit on 20 November, a week after the first raid.", ["2025-11-20", "2025-11-27"]),
        ("The day before, drones were seen.", ["2025-12-02"]),
    ],
)
def test_what_counts_from_a_date_takes_the_one_told_before_it(text: str, expected: list[str]) -> None:
    assert [str(d.first) for d in find_dates(text, published_at=PUBLISHED)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "the workers may strike", "30 may be hurt", "protesters march to the plant", "in a second blast", "open 24/7",
        "the 9/11 attacks", "an 8-inch line", "version 10.2.21", "call 555-12-2011",
        "13-11N 046-38E", "32/13/2011",
        "31 June 2021", "beat them 4-0", "$5 may", "sun power", "Mar-a-Lago", "in 2019 homes",
        "Apache AH-64", "the fall of a tower",
        "1.3 million barrels a day", "for 2000 workers", "the mon state", "a day's output", "each week",
    ],
)  # fmt: skip
def test_verbs_versions_ratios_and_counts_are_no_dates(text: str) -> None:
    assert told(text) == []


def test_without_a_publication_date_relative_dates_give_nothing() -> None:
    assert told("It was hit on Sunday, yesterday, last week, overnight and on 3 June.", None) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On 03 June 2013 a line was hit. On 05 June it was mended.", ["2013-06-03", "2013-06-05"]),
        ("On 03 June a line was hit. The report is dated 7 July 2013.", ["2013-06-03", "2013-07-07"]),
        ("On 28 December a line was hit. It was mended on 4 January 2019.", ["2018-12-28", "2019-01-04"]),
        ("On 03 June a line built in 2013 was hit.", ["2013-06-03", "2013-01-01"]),
    ],
)
def test_a_missing_year_comes_from_the_document(text: str, expected: list[str]) -> None:
    found = find_dates(text, published_at=None)
    assert [str(d.first) for d in found] == expected
    assert not found[0].certain_year or "2013 a line" in text


def test_an_anchor_fixes_missing_years_and_what_counts_from_it() -> None:
    anchor = date(2013, 6, 3)
    assert told("On 5 June it burned.", None, anchor=anchor) == [("2013-06-05", "2013-06-05")]
    assert told("Two days later it burned.", None, anchor=anchor) == [("2013-06-05", "2013-06-05")]


@pytest.mark.parametrize(
    ("text", "first", "future"),
    [
        ("The plant will shut from 24 December.", "2025-12-24", True),
        ("The plant was shut on 24 December.", "2024-12-24", False),
        ("The port is scheduled to reopen on 10 January.", "2026-01-10", True),
        ("It is expected to resume on Friday.", "2025-12-05", True),
        ("The company said on Monday it will restart.", "2025-12-01", False),
        ("Officials meet next Tuesday.", "2025-12-09", True),
        ("Tomorrow the ministers meet.", "2025-12-04", True),
    ],
)
def test_only_a_clause_that_looks_ahead_is_dated_after_publication(text: str, first: str, future: bool) -> None:
    (match,) = find_dates(text, published_at=PUBLISHED)
    assert (str(match.first), match.future) == (first, future)


def test_an_entry_date_and_a_dateline_are_told_apart() -> None:
    (entry,) = find_dates("07/20/2014: Assailants hit a line.", published_at=None)
    (dateline,) = find_dates("KYIV, Nov 29 (Reuters) - Drones hit a depot.", published_at=PUBLISHED)
    (plain,) = find_dates("Drones hit a depot on Nov 29.", published_at=PUBLISHED)
    assert (entry.prefix, entry.dateline) == (True, False)
    assert (dateline.prefix, dateline.dateline) == (False, True)
    assert (plain.prefix, plain.dateline) == (False, False)


@pytest.mark.parametrize(
    ("timezone", "expected"),
    [
        ("UTC", "2025-11-29"),
        ("Asia/Almaty", "2025-11-30"),
        ("America/New_York", "2025-11-29"),
        ("No/Where", "2025-11-29"),
    ],
)
def test_today_is_the_day_in_the_zone_of_the_source(timezone: str, expected: str) -> None:
    late = datetime(2025, 11, 29, 22, tzinfo=UTC)
    assert told("today", late, timezone=timezone) == [(expected, expected)]
    assert str(local_day(late, timezone)) == expected


def test_a_weekday_counts_back_to_publication_or_ahead_of_it() -> None:
    wednesday = date(2025, 12, 3)
    assert resolve_weekday(2, wednesday) == wednesday
    assert resolve_weekday(3, wednesday) == date(2025, 11, 27)
    assert resolve_weekday(2, wednesday, "future") == date(2025, 12, 10)


def test_a_day_and_month_has_a_nearest_past_and_a_nearest_future() -> None:
    published = date(2025, 3, 1)
    assert resolve_day_month(29, 2, published) == date(2024, 2, 29)
    assert resolve_day_month(29, 2, published, "future") == date(2028, 2, 29)
    assert resolve_day_month(31, 6, published) is None


PIECES = st.sampled_from(
    [
        "5",
        "29",
        "May",
        "november",
        "2025",
        "08",
        "/",
        "-",
        ".",
        ",",
        "on",
        "last",
        "week",
        "two",
        "days",
        "later",
        "ago",
        "Sunday",
        "yesterday",
        "between",
        "and",
        "early",
        "mid-",
        "Q3",
        "the",
        "in",
        "3rd",
        "at 1400 UTC",
        ":",
        "\u200b",
        "\u200f",
        "🔥",
        "یکشنبه",
        "e\u0301",
        "\n",
        "will",
        "0",
        "31",
        "1900s",
    ]
)


@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join)),
    st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
)
def test_spans_are_the_words_at_their_offsets_and_intervals_run_forward(
    text: str, published_at: datetime | None
) -> None:
    found = find_dates(text, published_at=published_at)
    assert all(text[d.start : d.end] == d.text for d in found)
    assert all(d.first <= d.last for d in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.dates(date(1970, 1, 1), date(2049, 12, 31)))
def test_every_day_is_read_back_from_each_way_of_writing_it(day: date) -> None:
    for written in (day.isoformat(), f"{day:%d %B %Y}", f"{day:%B %d, %Y}", f"{day:%m/%d/%Y}", f"{day:%d.%m.%Y}"):
        assert [d.first for d in find_dates(f"It burned on {written} there.", published_at=None)] == [day]


@pytest.mark.parametrize(
    "piece", ["1", "1/", "1,", " ", "a", "may ", "5 may ", "on monday ", "2 days later ", "last week ", "2011 "]
)
def test_long_monotonous_text_takes_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        started = time.process_time()
        find_dates(text, published_at=PUBLISHED)
        return time.process_time() - started

    assert seconds(80_000) < 10 * seconds(20_000) + 0.5
