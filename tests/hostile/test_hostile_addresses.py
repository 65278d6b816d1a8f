"""Every class of forbidden address, by every way that a stranger can lead there; names in disguise; rebinding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.hostile.cases import Case
from tests.hostile.faults_addresses import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_no_way_leads_to_a_forbidden_address(case: Case, hostile: Callable[[Case], dict[str, Any]]) -> None:
    hostile(case)
