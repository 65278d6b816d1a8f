from __future__ import annotations

from reports.figures import tell_figures
from reports.verify import verify_sentence
from tests.reports.builders import Told, incident

TOLD = Told(
    id="a1", publisher="Alpha News",
    sentences=("The berth was shut for five days.", "The other will be out of service for about six weeks."),
)  # fmt: skip


def test_what_is_expected_and_what_has_been_do_not_conflict() -> None:
    facts = (
        TOLD.number("duration", 5, "five days", "day"),
        TOLD.number("duration", 42, "about six weeks", "day"),
    )
    told = tell_figures(incident("inc-1", (TOLD,), facts), lambda one: not verify_sentence(one))
    assert [(one.text, conflict) for one, conflict in told] == [
        ("Lasting 5 days (Alpha News).", False),
        ("Expected to last about six weeks (Alpha News).", False),
    ]
