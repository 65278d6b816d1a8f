"""The suite itself: a case that does no harm passes, and one that goes where it must not is seen by every watch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.hostile.cases import CONTROL, SECRET, Case
from tests.hostile.faults_benign import CASES
from tests.hostile.runner import HouseKeeper, judge

BENIGN, OPENED = CASES


def test_a_benign_source_is_stored(hostile: Callable[[Case], dict[str, Any]]) -> None:
    ended = hostile(BENIGN)
    assert 0 < ended["growth_mb"] < 120
    assert ended["worker_mb"] > 50


def test_without_the_table_of_addresses_the_canary_is_heard(house: HouseKeeper) -> None:
    ended = house.result(OPENED)
    assert (CONTROL, "GET /page HTTP/1.1") in [tuple(one) for one in ended["trapped"]]
    assert any(f"'{CONTROL}'" in what for _, what in ended["connected"])
    with pytest.raises(AssertionError):
        judge(OPENED, house, BENIGN)


def test_what_a_forbidden_address_says_is_never_stored(house: HouseKeeper) -> None:
    """The canary answers with words that every case looks for in the ledger; here they come through to the crawl."""
    ended = house.result(OPENED)
    assert SECRET in str(ended["articles"]) or ended["entries"][0][0] in {"ok", "not_article"}
