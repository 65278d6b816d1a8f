"""One article once, whatever its publisher calls it and however it is dated; and no two articles for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.hostile.cases import Case
from tests.hostile.faults_sameness import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_article_is_stored_once_and_its_date_is_not_believed_blindly(
    case: Case, hostile: Callable[[Case], dict[str, Any]]
) -> None:
    hostile(case)
