"""One host's pace, with the loop's clock as a number."""

from __future__ import annotations

import pytest

from crawler.pace import BREAKER_FAILURES, HostPace


def test_requests_keep_the_spacing_from_start_to_start() -> None:
    pace = HostPace(2.0)
    assert pace.wait_s(100.0) == 0
    pace.asked(100.0)
    assert pace.wait_s(100.5) == 1.5
    assert pace.wait_s(103.0) == 0


def test_a_wished_spacing_only_ever_slows_and_has_a_cap() -> None:
    pace = HostPace(2.0)
    pace.slow_down(1.0)
    assert pace.spacing_s == 2.0
    pace.slow_down(5.0)
    assert pace.spacing_s == 5.0
    pace.slow_down(86400.0)
    assert pace.spacing_s == 30.0


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_retry_after_refuses_and_a_short_one_waits(status: int) -> None:
    pace = HostPace(0.0)
    pace.answered(100.0, status=status, retry_after_s=10.0)
    assert pace.refusal(100.0) is None
    assert pace.wait_s(100.0) == 10.0
    pace.answered(100.0, status=status, retry_after_s=600.0)
    refusal = pace.refusal(160.0)
    assert refusal is not None
    assert refusal[1] == 540.0
    assert pace.refusal(701.0) is None


@pytest.mark.parametrize(("left", "kept"), [(600.0, True), (-5.0, False), (0.0, False), (200_000.0, False)])
def test_what_is_left_of_an_earlier_wish_is_kept_to_up_to_a_day(left: float, kept: bool) -> None:
    pace = HostPace(0.0)
    pace.keep_away(100.0, left)
    refusal = pace.refusal(100.0)
    assert (refusal is not None) is kept
    if refusal:
        assert refusal[1] == left


def test_too_many_requests_without_a_word_slows_down() -> None:
    pace = HostPace(1.0)
    pace.answered(0.0, status=429, retry_after_s=None)
    assert pace.spacing_s == 2.0


def test_the_breaker_opens_after_silence_in_a_row_and_closes_with_an_answer() -> None:
    pace = HostPace(0.0)
    for _ in range(BREAKER_FAILURES - 1):
        pace.silent(0.0)
    pace.answered(0.0, status=500, retry_after_s=None)
    for _ in range(BREAKER_FAILURES - 1):
        pace.silent(0.0)
    assert pace.refusal(0.0) is None
    pace.silent(0.0)
    refusal = pace.refusal(0.0)
    assert refusal is not None
    assert "did not answer 3 times" in refusal[0]
    assert refusal[1] is None
    assert pace.refusal(1000.0) is None
