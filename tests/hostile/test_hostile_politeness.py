"""What hosts wish is kept to, however they put it; what no host can mean is not believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.hostile.cases import Case
from tests.hostile.faults_politeness import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_hosts_wishes_are_kept_to(case: Case, hostile: Callable[[Case], dict[str, Any]]) -> None:
    hostile(case)
