"""Servers that are slow, endless, packed, mislabelled or speak no HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.hostile.cases import Case
from tests.hostile.faults_transport import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_server_costs_no_more_than_its_caps(case: Case, hostile: Callable[[Case], dict[str, Any]]) -> None:
    hostile(case)
