"""Whether two incidents of the ledger may be one, as they stand once the night's reports have been placed.

In another order of arrival a report of the one would have been set beside the other: where it would have joined, or
nearly, the analyst is asked. So the question does not depend on which article came first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nlp.blocking import Book
from nlp.pairing import Case
from nlp.records import Report

MOST_REPORTS = 12  # of one incident, the first and the last ones: a long one is told the same way over and over

# The score of a report beside an incident with its reasons, None where the two cannot be one.
Scorer = Callable[[Report, Case], tuple[float, str] | None]


def compare_touched(touched: Iterable[Case], book: Book, score: Scorer) -> list[tuple[Case, Case, float, str]]:
    """Each pair of a touched incident and a neighbour, once, with how alike they are, 0 to 1, and why.

    Parents are set beside parents, the others beside the others; never parts of one incident beside each other.
    """
    done: set[frozenset[str]] = set()
    found = []
    for case in sorted(touched, key=lambda one: one.id):
        for other in book.neighbours(case):
            pair = frozenset((case.id, other.id))
            if pair not in done and case.is_parent == other.is_parent:
                done.add(pair)
                if not _are_kin(case, other):
                    found.append((case, other, *compare_cases(case, other, score)))
    return found


def compare_cases(one: Case, other: Case, score: Scorer) -> tuple[float, str]:
    """How the reports of each score beside the other, on average, with the reasons of the best one.

    A report that cannot be of the other incident counts as 0. By the best report alone more questions would be wrong:
    among several reports one always looks like something else.
    """
    best, why, total = 0.0, "kept apart", 0.0
    for case, beside in ((one, other), (other, one)):
        reports = _pick(case)
        for report in reports:
            found = score(report, beside)
            if found is not None:
                total += found[0] / len(reports) / 2
                if found[0] > best:
                    best, why = found
        if best == 0.0:
            break  # not one report of it can be of the other
    return total, why


def _pick(case: Case) -> list[Report]:
    if len(case.reports) <= MOST_REPORTS:
        return case.reports
    told = sorted(case.reports, key=lambda report: (case.told_at[report.article_id], report.event_id))
    return told[: MOST_REPORTS // 2] + told[-MOST_REPORTS // 2 :]


def _are_kin(one: Case, other: Case) -> bool:
    """Whether they are told as parts of one thing: an incident and its part, or two parts."""
    parents = (one.parent_id, other.parent_id)
    return one.id == parents[1] or other.id == parents[0] or (parents[0] is not None and parents[0] == parents[1])
