"""Small pictures of a count against its usual range, one for each trend, on one scale a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.drawing import number
from reports.records import Sentence, Trend
from reports.words import format_number

WIDTH, HEIGHT = 180, 22
_KINDS = {"all": "All incidents", "event_type": "By type", "region": "By region", "country": "By country",
          "commodity": "By commodity"}  # fmt: skip
_ROWS = 12  # of one group; the unusual ones come first


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRow:
    """One line of the table of trends."""

    label: str
    count: int
    usual: str  # the range in words
    told: Sentence  # the same in words
    picture: str  # an SVG element, for the eye only: the row says the same in words


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendGroup:
    title: str
    rows: tuple[TrendRow, ...]
    left_out: int


def group_trends(trends: Sequence[Trend]) -> tuple[TrendGroup, ...]:
    """The trends in groups, unusual and frequent ones first; pictures of one group share their scale."""
    groups = []
    for kind, title in _KINDS.items():
        ranked = sorted(
            (trend for trend in trends if trend.kind == kind),
            key=lambda trend: (not trend.unusual, -trend.count, -trend.usual, trend.label),
        )
        if ranked:
            most = max(max(trend.count, trend.high) for trend in ranked[:_ROWS])
            rows = tuple(_row(trend, most) for trend in ranked[:_ROWS])
            groups.append(TrendGroup(title=title, rows=rows, left_out=max(0, len(ranked) - _ROWS)))
    return tuple(groups)


def _row(trend: Trend, most: float) -> TrendRow:
    low, high = format_number(round(trend.low, 1)), format_number(round(trend.high, 1))
    return TrendRow(
        label=trend.label,
        count=trend.count,
        usual=low if low == high else f"{low} to {high}",
        told=trend.told,
        picture=trend_svg(trend, most),
    )


def trend_svg(trend: Trend, most: float) -> str:
    """The usual range as a band, its mean as a line, the count as a dot; a diamond where it is unusual."""
    scale = (WIDTH - 16) / max(most, 1.0)
    low, high, usual, at = (8 + scale * value for value in (trend.low, trend.high, trend.usual, trend.count))
    middle = HEIGHT / 2
    if trend.unusual:
        mark = f'<polygon class="k-new" points="{number(at)},{middle - 8:g} {number(at + 8)},{middle:g} '
        mark += f'{number(at)},{middle + 8:g} {number(at - 8)},{middle:g}"/>'
    else:
        mark = f'<circle class="k-changed" cx="{number(at)}" cy="{middle:g}" r="5.5"/>'
    return (
        f'<svg class="trend" xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">'
        f'<path class="line" d="M8 {middle:g}H{WIDTH - 8}"/>'
        f'<rect class="band" x="{number(low)}" y="{middle - 5:g}" width="{number(max(high - low, 2))}" height="10"/>'
        f'<path class="lead" d="M{number(usual)} {middle - 7:g}v14"/>{mark}</svg>'
    )
