"""Renders a briefing as Markdown and as one self-contained HTML file, and writes both with their pictures."""

from __future__ import annotations

import os
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from reports.charts import chart_png, chart_summary, chart_svg
from reports.citations import Citations, CitedWords, markdown_url
from reports.maps import map_png, map_summary, map_svg
from reports.records import Briefing, BriefingFiles, Sentence
from reports.text import clean_text, escape_markdown, mark_spans, safe_url
from reports.words import format_day
from store.records import Quote

_TEMPLATES = Path(__file__).parent / "templates"
WIDE, NARROW = 720, 350  # CSS pixels: the pictures are drawn for a desk and for a phone


def render_markdown(briefing: Briefing, *, chart: str | None = "chart.png", map_: str | None = "map.png") -> str:
    """Renders the Markdown edition; `chart` and `map_` are the pictures' addresses relative to it, None for none."""
    citations = Citations(briefing)
    text = _environment("md").get_template("briefing.md.j2").render(
        briefing=briefing,
        refs=citations.references,
        quotes=citations.listed,
        chart=chart if briefing.weeks else None,
        map=map_ if briefing.points else None,
        **_common(briefing),
    )  # fmt: skip
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def render_html(briefing: Briefing) -> str:
    """Renders the HTML edition: one file with its style and drawings inside, no script, no request to any host."""
    text = _environment("html").get_template("briefing.html.j2").render(
        briefing=briefing,
        css=Markup((_TEMPLATES / "briefing.css").read_text(encoding="utf-8")),  # noqa: S704
        chart_wide=Markup(chart_svg(briefing.weeks, WIDE)),  # noqa: S704
        chart_narrow=Markup(chart_svg(briefing.weeks, NARROW)),  # noqa: S704
        map_wide=Markup(map_svg(briefing.points, WIDE)),  # noqa: S704
        map_narrow=Markup(map_svg(briefing.points, NARROW)),  # noqa: S704
        marked=_marked,
        pieces=_pieces,
        unlinked=_unlinked,
        **_common(briefing),
    )  # fmt: skip
    return re.sub(r"\n\s*\n+", "\n", text).strip() + "\n"


def write_briefing(briefing: Briefing, folder: Path, stem: str) -> BriefingFiles:
    """Writes STEM.md, STEM.html, STEM-chart.png and STEM-map.png, each whole or not at all; pictures come first."""
    folder.mkdir(parents=True, exist_ok=True)
    chart = folder / f"{stem}-chart.png" if briefing.weeks else None
    map_ = folder / f"{stem}-map.png" if briefing.points else None
    if chart:
        _write(chart, chart_png(briefing.weeks))
    if map_:
        _write(map_, map_png(briefing.points))
    markdown = render_markdown(briefing, chart=chart.name if chart else None, map_=map_.name if map_ else None)
    files = BriefingFiles(markdown=folder / f"{stem}.md", html=folder / f"{stem}.html", chart=chart, map=map_)
    _write(files.html, render_html(briefing).encode())
    _write(files.markdown, markdown.encode())
    return files


def _write(path: Path, content: bytes) -> None:
    """Writes beside the target and renames, so that a reader never sees half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


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


@cache
def _environment(kind: str) -> Environment:
    """HTML is escaped by Jinja; for Markdown, every value printed goes through our own escaping."""
    loader = FileSystemLoader(_TEMPLATES)
    if kind == "html":
        environment = Environment(
            loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            autoescape=select_autoescape(enabled_extensions=("html", "html.j2")),
        )  # fmt: skip
    else:
        environment = Environment(  # noqa: S701
            loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            finalize=lambda value: value if isinstance(value, Markup) else escape_markdown(str(value)),
        )  # fmt: skip
    environment.filters.update(
        clean=clean_text,
        safe_url=safe_url,
        day=lambda at: format_day(at.date()) if at else "",
        on=lambda day: format_day(day) if day else "never",
        link=_markdown_link,
        target=_markdown_target,
        slug=lambda text: re.sub(r"[^A-Za-z0-9_-]", "-", text),
    )
    return environment


def _markdown_link(text: str, url: str) -> Markup:
    safe = safe_url(url)
    label = escape_markdown(text)
    return Markup(f"[{label}]({markdown_url(safe)})") if safe else label  # noqa: S704


def _markdown_target(entry: CitedWords) -> Markup:
    """The address of a reference, on a line that is not shown."""
    safe = safe_url(entry.first.url)
    return Markup(f"[{entry.number}]: {markdown_url(safe)}\n") if safe else Markup("")  # noqa: S704
