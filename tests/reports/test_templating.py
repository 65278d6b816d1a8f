from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html as lxml_html

from reports.briefing import build_briefing
from reports.records import Briefing
from reports.render import render_html, render_markdown, write_briefing
from reports.templating import SHIPPED, TemplateProblemError, read_asset
from tests.reports.nights import rich_night


@pytest.fixture(scope="module")
def rich() -> Briefing:
    return replace(build_briefing(rich_night()), weeks=(), points=())  # drawing only takes time here


def test_an_own_template_takes_the_place_of_the_shipped_one_of_its_name(rich: Briefing, tmp_path: Path) -> None:
    (tmp_path / "briefing.md.j2").write_text("# Mine\n{% for s in briefing.counts %}{{ s.text }}{% endfor %}\n")
    assert render_markdown(rich, templates=tmp_path).startswith("# Mine\n")
    assert render_html(rich, templates=tmp_path) == render_html(rich)


def test_a_part_of_a_page_can_be_replaced_alone(rich: Briefing, tmp_path: Path) -> None:
    (tmp_path / "table.html.j2").write_text("<p id='mine'>{{ briefing.table | length }} rows</p>")
    tree = lxml_html.fromstring(render_html(rich, templates=tmp_path))
    assert tree.get_element_by_id("mine").text == f"{len(rich.table)} rows"


def test_an_own_style_counts_under_the_policy(rich: Briefing, tmp_path: Path) -> None:
    (tmp_path / "briefing.css").write_text("body { color: teal; }\n")
    page = render_html(rich, templates=tmp_path)
    assert "<style>body { color: teal; }</style>" in page
    assert "teal" not in render_html(rich)


def test_own_templates_escape_as_the_shipped_ones_do(rich: Briefing, tmp_path: Path) -> None:
    (tmp_path / "table.html.j2").write_text("<p>{{ '<script>' ~ briefing.title }}</p>")
    (tmp_path / "briefing.md.j2").write_text("{{ '[x](javascript:1)' }}")
    assert "&lt;script&gt;" in render_html(rich, templates=tmp_path)
    assert render_markdown(rich, templates=tmp_path) == "\\[x\\](javascript\\:1)\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\n{% if %}", 2),
        ("one\ntwo\n{{ briefing.nothing }}", 3),
        ("{{ briefing.counts[0].text.nothing() }}", 1),
        ("\n{% include 'missing.j2' %}", 2),
        ("\n\n\n{{ ''.__class__.__mro__ }}", 4),
        ("{{ 1 // 0 }}", 1),
        ("\n{{ briefing | unknown }}", 2),
        ("{% for x in briefing.counts %}\n{{ x", 2),
    ],
)
def test_a_broken_template_is_told_with_file_and_line_and_the_shipped_one_is_used(
    rich: Briefing, tmp_path: Path, text: str, line: int
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "briefing.md.j2").write_text(text)
    with pytest.raises(TemplateProblemError, match=rf"briefing\.md\.j2, line {line}: "):
        render_markdown(rich, templates=own)
    files = write_briefing(rich, tmp_path / "out", "b", templates=own)
    (problem,) = files.problems
    assert str(own / "briefing.md.j2") in problem
    expected = render_markdown(rich)
    assert files.markdown.read_text(encoding="utf-8") == expected


def test_a_template_in_another_encoding_is_told(rich: Briefing, tmp_path: Path) -> None:
    (tmp_path / "briefing.md.j2").write_bytes("Größe".encode("latin-1"))
    with pytest.raises(TemplateProblemError, match="utf-8"):
        render_markdown(rich, templates=tmp_path)


def test_a_folder_that_is_not_there_is_told_once(rich: Briefing, tmp_path: Path) -> None:
    files = write_briefing(rich, tmp_path, "b", templates=tmp_path / "nowhere")
    assert files.problems == (f"{tmp_path / 'nowhere'}: there is no such folder of templates",)
    assert files.html.read_text(encoding="utf-8") == render_html(rich)


@pytest.mark.parametrize("text", ["body {}\n</style><script>alert(1)</script>", "/* <!-- */", "</SCRIPT >"])
def test_a_style_that_would_end_its_element_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "briefing.css").write_text(text)
    with pytest.raises(TemplateProblemError, match=r"briefing\.css, line \d"):
        read_asset("briefing.css", tmp_path)


def test_every_shipped_template_is_in_the_how_to() -> None:
    page = Path(__file__).parents[2] / "docs" / "howto" / "publish-briefings.md"
    listed = set(re.findall(r"`([\w.]+\.(?:j2|css|js))`", page.read_text(encoding="utf-8")))
    assert {path.name for path in SHIPPED.iterdir() if path.is_file()} <= listed
