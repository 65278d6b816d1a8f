"""Feeds and pages that are made to cost, to deceive, or to be misread: each costs itself, and is told apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.hostile.cases import Case
from tests.hostile.faults_documents import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_document_costs_only_itself(case: Case, hostile: Callable[[Case], dict[str, Any]]) -> None:
    hostile(case)
