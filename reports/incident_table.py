"""The rows of the sortable table: new, changed and open incidents, named as the verifier lets them be named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from reports.countries import country_name
from reports.headings import tell_heading
from reports.records import LEDGER_MARK, BriefingSettings, Sentence, TableRow
from reports.severity import grade_whole
from reports.verify import verify_sentence
from reports.words import event_noun
from store.records import IncidentView

_State = Literal["new", "changed", "resolved", "open"]

ROWS = 500  # at about 0.5 kB each they leave a page of ten thousand incidents well under 3 MB


def build_table(
    new: Sequence[IncidentView],
    changed: Sequence[IncidentView],
    still_open: Sequence[IncidentView],
    numbers: Mapping[str, int],
    settings: BriefingSettings,
    *,
    resolved: Sequence[IncidentView] = (),
    parts: Mapping[str, Sequence[IncidentView]] | None = None,
) -> tuple[tuple[TableRow, ...], int]:
    """The rows, new ones first and each group in the order given, and how many incidents have none."""
    rows = max(ROWS, settings.full_items)
    groups: tuple[tuple[_State, Sequence[IncidentView]], ...] = (
        ("new", new),
        ("changed", changed),
        ("resolved", resolved),
        ("open", still_open),
    )
    told = [(view, state) for state, views in groups for view in views]
    shown = tuple(
        _row(view, state, numbers.get(view.id), (parts or {}).get(view.id, ())) for view, state in told[:rows]
    )
    return shown, max(0, len(told) - rows)


def _row(view: IncidentView, state: _State, number: int | None, parts: Sequence[IncidentView]) -> TableRow:
    level, _, points = grade_whole(view, parts)
    heading = tell_heading(view)
    name, country = ("", "") if verify_sentence(heading) else _named(heading, view.country)
    what = event_noun(view)
    return TableRow(
        id=view.id,
        number=number,
        state=state,
        name=name or f"Incident {view.id}",
        event=what,
        country=country,
        occurred_on=view.occurred_on,
        level=level,
        points=points,
        articles=len({report.article_id for report in view.reports}),
        independent=view.independent_reports,
    )


def _named(heading: Sentence, code: str | None) -> tuple[str, str]:
    """Facility or place, and country, out of a heading that was let through; each keeps its mark."""
    subject, colon, _ = heading.text.rpartition(": ")
    if not colon:
        return "", ""
    # Where the place told is the country itself, the heading has it once, as the place.
    same = country_name(code) if code else None
    countries = [slot.text for slot in heading.slots if slot.kind == "country" or slot.text == same]
    if not countries:
        return subject, ""
    for country in (countries[-1] + LEDGER_MARK, countries[-1]):
        if subject == country:
            return subject, country
        if subject.endswith(f", {country}"):
            return subject.removesuffix(f", {country}"), country
    return subject, ""
