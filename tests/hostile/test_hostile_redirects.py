"""Redirects, by status and by a page's own word, that do not end or lead to where nobody is to go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.hostile.cases import Case
from tests.hostile.faults_redirects import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_redirect_leads_no_further_than_a_link(case: Case, hostile: Callable[[Case], dict[str, Any]]) -> None:
    hostile(case)
