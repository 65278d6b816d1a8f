from __future__ import annotations

import pytest

from nlp.durations import is_ahead
from nlp.quantities import find_quantities


@pytest.mark.parametrize(
    ("text", "span", "ahead"),
    [
        ("The second berth will be out of action for about six weeks.", "six weeks", True),
        ("Repairs take four to six weeks.", "four to six weeks", True),
        ("The unit is expected to stay down for ten days, the owner said.", "ten days", True),
        ("The mill, which burned on Sunday, could stay shut for months.", "months", True),
        ("Crews need two weeks to mend the line.", "two weeks", True),
        ("The work is estimated at 20 days.", "20 days", True),
        ("The stoppage lasted five days.", "five days", False),
        ("The unit was shut for three weeks after a fire.", "three weeks", False),
        ("The cable has been down for three days.", "three days", False),
        ("It took six hours to bring supply back.", "six hours", False),
        ("Power was out for six hours and will return on Monday.", "six hours", False),
    ],
)
def test_what_is_still_to_come_is_told_from_what_has_been(text: str, span: str, ahead: bool) -> None:
    start = text.index(span)
    assert is_ahead(text, start, start + len(span)) is ahead


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Shippers have room for about five days, the ministry said.", "other"),
        ("There is storage space for three days of output.", "other"),
        ("The tanks will be full within five days.", "other"),
        ("The field has ten days of storage left.", "other"),
        ("Stocks are enough for 20 days.", "stored"),
        ("The storage site was closed for five days.", "duration"),
        ("The cavern will be shut for five days.", "duration"),
    ],
)
def test_room_to_store_is_neither_a_duration_nor_a_stock(text: str, role: str) -> None:
    assert [found.role for found in find_quantities(text)] == [role]
