"""Draws incidents by week and type, as SVG for the page and as PNG beside the Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import vl_convert

from reports.words import TYPE_NOUNS
from store.records import WeekCount

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, MUTED, RULE = "#22282d", "#5c666e", "#d5dadd"  # the page's style sheet gives other colours for these in the dark
PNG_SCALE = 2.0

# After Okabe and Ito, whose palette readers with any colour vision can tell apart, darkened until each has 3:1 on the
# page's ground (WCAG 2.2, 1.4.11); the style sheet gives lighter ones for the dark.
FAMILIES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("Attack", ("attack",), "#c24e00"),
    ("Sabotage, theft", ("sabotage", "theft"), "#a87000"),
    ("Cyber", ("cyberattack",), "#b0558a"),
    ("Seizure, blockade", ("seizure", "blockade"), "#0072b2"),
    ("Accident, outage", ("accident", "outage"), "#2e8fc7"),
    ("Natural hazard", ("natural_hazard",), "#00876a"),
    ("Other", (), "#7d7d7d"),
)


def chart_spec(weeks: Sequence[WeekCount], width: int) -> dict[str, Any]:
    """The Vega-Lite specification of the chart, `width` pixels wide; every week between the first and last is shown."""
    counted: Counter[tuple[date, str]] = Counter()
    for week in weeks:
        counted[week.week, family_of(week.event_type)] += week.incidents
    days = sorted({week.week for week in weeks})
    shown = [days[0] + timedelta(weeks=n) for n in range((days[-1] - days[0]).days // 7 + 1)] if days else []
    names = [name for name, _, _ in FAMILIES if any(counted[day, name] for day in shown)]
    colours = {name: colour for name, _, colour in FAMILIES}
    labels = [_label(day) for day in shown]
    rows = [
        {"week": _label(day), "type": name, "order": order, "incidents": counted[day, name]}
        for day in shown
        for order, name in enumerate(names)
    ]
    most = max((sum(counted[day, name] for name in names) for day in shown), default=0)
    columns = 2 if width < 500 else 4
    # Few weeks make slim bars too, so that a short record does not shout.
    bar: Any = 48 if (width - 46) / max(len(shown), 1) > 62 else {"band": 0.78}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width - 46,
        "height": 190,
        "padding": {"left": 2, "right": 8, "top": 4, "bottom": 2},
        "data": {"values": rows},
        "mark": {"type": "bar", "stroke": "#ffffff", "strokeWidth": 0.5, "width": bar},
        "encoding": {
            "x": {
                "field": "week", "type": "ordinal", "sort": labels, "title": None,
                "axis": {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 6},
            },
            "y": {
                "field": "incidents", "type": "quantitative", "title": None,
                "scale": {"domainMax": max(most, 4)},
                "axis": {"tickMinStep": 1, "tickCount": 4, "format": "d"},
            },
            "color": {
                "field": "type", "type": "nominal", "title": None,
                "scale": {"domain": names, "range": [colours[name] for name in names]},
                "legend": {"orient": "top", "columns": columns, "symbolType": "square", "symbolSize": 110},
            },
            "order": {"field": "order", "type": "quantitative"},
        },
        "config": base_config(),
    }  # fmt: skip


def base_config() -> dict[str, Any]:
    """What charts and maps share: quiet type, no frame, a transparent ground."""
    return {
        "background": None,
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": MUTED, "labelFontSize": 12, "gridColor": RULE, "domainColor": RULE, "tickColor": RULE,
            "labelPadding": 5, "ticks": False, "domain": False,
        },
        "axisX": {"grid": False},
        "legend": {"labelColor": INK, "labelFontSize": 12.5, "rowPadding": 4, "columnPadding": 14, "offset": 8,
                   "labelLimit": 240},
    }  # fmt: skip


def chart_svg(weeks: Sequence[WeekCount], width: int) -> str:
    """The chart as an SVG element for a page, without an XML head; empty where there is nothing to draw."""
    return page_svg(chart_spec(weeks, width), f"chart{width}") if weeks else ""


def chart_png(weeks: Sequence[WeekCount]) -> bytes:
    """The chart as PNG on white, 720 points wide."""
    spec = chart_spec(weeks, 720)
    spec["config"]["background"] = "#ffffff"
    spec["padding"] = 14
    return bytes(vl_convert.vegalite_to_png(spec, scale=PNG_SCALE))


def page_svg(spec: dict[str, Any], name: str) -> str:
    """Renders a specification as an SVG element whose inner ids begin with `name`, coordinates cut to a tenth."""
    svg = vl_convert.vegalite_to_svg(spec)
    svg = svg[svg.index("<svg") :]
    # The page hides the drawing from screen readers and gives its own text, so the generated labels only take room.
    svg = re.sub(r' (?:aria-[a-z]+|role|class|version)="[^"]*"', "", svg)
    svg = re.sub(r"(\d+\.\d)\d+", r"\1", svg)
    # The renderer counts ids on from one drawing to the next.
    for number, inner in enumerate(dict.fromkeys(re.findall(r' id="([^"]+)"', svg))):
        svg = re.sub(rf'(?<=id="){inner}(?=")|(?<=url\(#){inner}(?=\))', f"{name}-{number}", svg)
    return svg.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")


def chart_summary(weeks: Sequence[WeekCount]) -> str:
    """One line that tells what the chart shows, for those who cannot see it."""
    if not weeks:
        return "No incident in the weeks shown."
    total = sum(week.incidents for week in weeks)
    kinds: Counter[str] = Counter()
    for week in weeks:
        kinds[TYPE_NOUNS.get(week.event_type, "Other").lower()] += week.incidents
    told = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0])))
    days = sorted(week.week for week in weeks)
    return f"{total} incidents, weeks of {_label(days[0])} to {_label(days[-1])}: {told}."


def chart_rows(weeks: Sequence[WeekCount]) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """The figures behind the chart: each week, latest first, with the types that occurred in it."""
    counted: dict[date, Counter[str]] = {}
    for week in weeks:
        counted.setdefault(week.week, Counter())[family_of(week.event_type)] += week.incidents
    order = [name for name, _, _ in FAMILIES]
    return tuple(
        (_label(day), tuple(sorted(counted[day].items(), key=lambda pair: order.index(pair[0]))))
        for day in sorted(counted, reverse=True)
    )


def family_of(event_type: str) -> str:
    """The name under which an event type is drawn."""
    return next((name for name, types, _ in FAMILIES if event_type in types), "Other")


def _label(day: date) -> str:
    return f"{day.day} {'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()[day.month - 1]}"
