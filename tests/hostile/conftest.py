"""One house for all modules of cases that a test process runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.cases import Case
from tests.hostile.faults_benign import CASES
from tests.hostile.runner import HouseKeeper, judge


@pytest.fixture(scope="session")
def house() -> Iterator[HouseKeeper]:
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("this system has no /proc, by which a process's peak memory is measured")
    keeper = HouseKeeper()
    try:
        yield keeper
    finally:
        keeper.stop()


@pytest.fixture(scope="module")
def hostile(house: HouseKeeper, request: pytest.FixtureRequest) -> Callable[[Case], dict[str, Any]]:
    """Judges a case; the module's other cases that were asked for are run meanwhile."""
    specs = [getattr(item, "callspec", None) for item in request.session.items if item.path == request.path]
    cases = [spec.params["case"] for spec in specs if spec is not None and "case" in spec.params]
    house.ask([CASES[0], *cases])

    def judged(case: Case) -> dict[str, Any]:
        if case.namespace and not house.namespace:
            pytest.skip("this system allows no network namespace, in which every address could be watched")
        return judge(case, house, CASES[0])

    return judged
