"""Renders a briefing as Markdown and as one self-contained HTML file, and writes both with their pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports.charts import chart_png, chart_rows, chart_summary, chart_svg
from reports.citations import Citations
from reports.files import write_whole
from reports.maps import draw_map, map_png, map_summary
from reports.records import Briefing, BriefingFiles, Sentence
from reports.templating import TemplateProblemError, content_policy, read_asset, render_template
from reports.text import clean_text, mark_spans, safe_url, slug
from reports.timeline import timeline_summary, timeline_svg
from reports.trend_charts import group_trends
from store.records import Quote

WIDE, NARROW = 720, 350  # CSS pixels: the pictures are drawn for a desk and for a phone


def render_markdown(
    briefing: Briefing, *, chart: str | None = "chart.png", map_: str | None = "map.png", templates: Path | None = None
) -> str:
    """Renders the Markdown edition; `chart` and `map_` are the pictures' addresses relative to it, None for none.

    `templates` holds the user's own; raises TemplateProblemError where one of them is broken.
    """
    citations = Citations(briefing)
    values = {
        "briefing": briefing,
        "cite": citations.told,
        "refs": citations.references,
        "quotes": citations.listed,
        "chart": chart if briefing.weeks else None,
        "map": map_ if briefing.points else None,
        **_common(briefing),
    }
    return re.sub(r"\n{3,}", "\n\n", render_template("briefing.md.j2", "md", values, templates)).strip() + "\n"


def render_html(briefing: Briefing, *, templates: Path | None = None) -> str:
    """Renders the HTML edition: one file with its style, script and drawings inside, no request to any host.

    `templates` as for render_markdown.
    """
    citations = Citations(briefing)
    style, script = read_asset("briefing.css", templates), read_asset("briefing.js", templates)
    anchors = _Anchors(briefing)
    names = {item.id: item.heading.text for section in briefing.sections for item in section.items if item.heading}
    today = briefing.generated_at.date()
    drawn = draw_map(briefing.points, names, anchors.reachable)
    timelines = [timeline_svg(briefing.timeline, today, width, names, anchors.reachable) for width in (WIDE, NARROW)]
    values = {
        "briefing": briefing,
        "css": Markup(style),  # noqa: S704
        "script": Markup(script),  # noqa: S704
        "policy": content_policy(style, script),
        "chart_wide": Markup(chart_svg(briefing.weeks, WIDE)),  # noqa: S704
        "chart_narrow": Markup(chart_svg(briefing.weeks, NARROW)),  # noqa: S704
        "chart_table": chart_rows(briefing.weeks),
        "map_outlines": Markup(drawn.outlines if drawn else ""),  # noqa: S704
        "map_wide": Markup(drawn.wide if drawn else ""),  # noqa: S704
        "map_narrow": Markup(drawn.narrow if drawn else ""),  # noqa: S704
        "timeline_wide": Markup(timelines[0]),  # noqa: S704
        "timeline_narrow": Markup(timelines[1]),  # noqa: S704
        "timeline_text": timeline_summary(briefing.timeline),
        "trends": group_trends(briefing.trends),
        "picture": Markup,
        "anchor": anchors.once,
        "reachable": anchors.reachable,
        "marked": _marked,
        "pieces": _pieces,
        "unlinked": _unlinked,
        "cited": citations.numbers,
        "quotes": citations.listed,
        **_common(briefing),
    }
    text = render_template("briefing.html.j2", "html", values, templates)
    return re.sub(r"\n\s*\n+", "\n", text).strip() + "\n"


def write_briefing(briefing: Briefing, folder: Path, stem: str, *, templates: Path | None = None) -> BriefingFiles:
    """Writes STEM.md, STEM.html, STEM-chart.png and STEM-map.png, each whole or not at all; pictures come first.

    An edition whose own template is broken is rendered with the shipped ones, and the problem is in the result.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chart = folder / f"{stem}-chart.png" if briefing.weeks else None
    map_ = folder / f"{stem}-map.png" if briefing.points else None
    if chart:
        write_whole(chart, chart_png(briefing.weeks))
    if map_:
        write_whole(map_, map_png(briefing.points))
    pictures = {"chart": chart.name if chart else None, "map_": map_.name if map_ else None}
    problems: list[str] = []
    markdown = _or_shipped(lambda own: render_markdown(briefing, **pictures, templates=own), templates, problems)
    page = _or_shipped(lambda own: render_html(briefing, templates=own), templates, problems)
    files = BriefingFiles(
        markdown=folder / f"{stem}.md",
        html=folder / f"{stem}.html",
        chart=chart,
        map=map_,
        problems=tuple(dict.fromkeys(problems)),
    )
    write_whole(files.html, page.encode())
    write_whole(files.markdown, markdown.encode())
    return files


def _or_shipped(render: Callable[[Path | None], str], templates: Path | None, problems: list[str]) -> str:
    try:
        return render(templates)
    except TemplateProblemError as problem:
        if templates is None:
            raise
        problems.append(str(problem))
        return render(None)


class _Anchors:
    """The id of each incident on the page: it stands at the first place that tells of it."""

    def __init__(self, briefing: Briefing) -> None:
        items = [item for section in briefing.sections for item in section.items]
        self.reachable = frozenset(item.id for item in items if item.id)
        self._given: set[str] = set()

    def once(self, incident_id: str) -> Markup:
        if not incident_id or incident_id in self._given:
            return Markup("")
        self._given.add(incident_id)
        return Markup(f' id="i-{slug(incident_id)}"')  # noqa: S704


def _common(briefing: Briefing) -> dict[str, Any]:
    return {
        "chart_text": chart_summary(briefing.weeks),
        "map_text": map_summary(briefing.points, briefing.unplaced),
        "numbered": any(point.number for point in briefing.points),
    }


def _pieces(sentence: Sentence) -> list[tuple[str, str | None]]:
    """The sentence in pieces, each with the address it links to: a publisher's name leads to its article."""
    pieces: list[tuple[str, str | None]] = []
    at = 0
    for slot in sentence.slots:
        start = sentence.text.find(slot.text, at)
        if start < 0:
            continue
        end = start + len(slot.text)
        if slot.kind == "publisher" and (url := safe_url(slot.cites[0].url)):
            pieces += [(sentence.text[at:start], None), (slot.text, url)]
            at = end
    return [piece for piece in [*pieces, (sentence.text[at:], None)] if piece[0]]


def _unlinked(sentence: Sentence) -> list[Quote]:
    """The quotes to link after a sentence that names no publisher: one a publisher, two at most."""
    if any(slot.kind == "publisher" for slot in sentence.slots):
        return []
    once: dict[str, Quote] = {}
    for quote in sentence.quotes:
        once.setdefault(clean_text(quote.publisher), quote)
    return list(once.values())[:2]


def _marked(sentence: Sentence, quote: Quote) -> tuple[tuple[str, bool], ...]:
    return mark_spans(quote.sentence, sentence.marked(quote))
