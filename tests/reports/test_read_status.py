from __future__ import annotations

import pytest

from reports.read_status import says_status


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("Loading resumed on Tuesday.", "restored", True),
        ("The unit is back in service.", "restored", True),
        ("The cable was repaired and reconnected.", "restored", True),
        ("Loading will resume on Tuesday.", "restored", False),
        ("The operator hopes to restart the unit in May.", "restored", False),
        ("Flows have not resumed.", "restored", False),
        ("It said flows hadn't resumed.", "restored", False),
        ("One of two trains restarted.", "partly_restored", True),
        ("The port remains closed.", "ongoing", True),
        ("The minister spoke in Paris.", "ongoing", False),
        ("The mayor denied it.", "denied", True),
        ("The mayor confirmed it.", "denied", False),
        ("Militants threatened to hit it.", "threatened", True),
        ("Police foiled a plot.", "foiled", True),
        ("It was hit.", "occurred", True),
        ("", "occurred", False),
    ],
)
def test_words_bear_out_a_status_or_do_not(words: str, status: str, said: bool) -> None:
    assert says_status(words, status) is said
