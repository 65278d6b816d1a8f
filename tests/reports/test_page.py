"""The HTML edition as a page: what runs in it, whether it is valid, and whether everybody can read it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import html5lib  # type: ignore[import-untyped]
import pytest
from lxml import html as lxml_html

from reports import templating
from reports.briefing import build_briefing
from reports.records import Briefing
from reports.render import render_html
from store.records import Snapshot
from tests.reports.attacks import ATTACKS
from tests.reports.builders import incident, snapshot
from tests.reports.nights import empty_night, half_blind_night, rich_night, terminal_attack

NIGHTS = {"rich": rich_night, "empty": empty_night, "half_of_the_sources_failed": half_blind_night}
CSS = (Path(templating.SHIPPED) / "briefing.css").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=list(NIGHTS.values()), ids=list(NIGHTS))
def page(request: pytest.FixtureRequest) -> str:
    night: Callable[[], Snapshot] = request.param
    return render_html(build_briefing(night()))


def test_the_page_is_valid_html(page: str) -> None:
    html5lib.HTMLParser(strict=True).parse(page)


def test_only_our_own_script_and_style_count(page: str) -> None:
    (policy,) = lxml_html.fromstring(page).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none';")
    for element, directive in (("script", "script-src"), ("style", "style-src")):
        (text,) = re.findall(rf"<{element}>(.*?)</{element}>", page, flags=re.S)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert not re.search(r"<[^>]*\s(?:style|on\w+)=", page.partition("<body>")[2].partition("<script>")[0])


def test_headings_go_down_one_step_at_a_time(page: str) -> None:
    levels = [int(e.tag[1]) for e in lxml_html.fromstring(page).iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    steps = [b - a for a, b in pairwise(levels)]
    assert all(step <= 1 for step in steps)


def test_landmarks_language_and_a_way_past_the_navigation_are_there(page: str) -> None:
    tree = lxml_html.fromstring(page)
    assert tree.get("lang") == "en"
    assert [len(list(tree.iter(tag))) for tag in ("main", "header", "nav")] == [1, 1, 1]
    assert tree.xpath("//a[@class='skip']/@href") == ["#main"]
    assert tree.xpath("//nav/@aria-label")


def test_tables_have_captions_and_heads(page: str) -> None:
    for table in lxml_html.fromstring(page).iter("table"):
        assert table.xpath("./caption[normalize-space()]")
        assert all(cell.get("scope") for cell in table.iter("th"))
        (box,) = table.xpath("ancestor::div[@class='scroll'][1]")
        assert (box.get("role"), box.get("tabindex"), bool(box.get("aria-label"))) == ("region", "0", True)


def test_pictures_have_a_name(page: str) -> None:
    for picture in lxml_html.fromstring(page).iter("svg"):
        named = [e for e in (picture, *picture.iterancestors()) if e.get("aria-label") or e.get("aria-hidden")]
        assert named or picture.xpath("ancestor::svg")


def test_every_incident_that_is_told_has_an_address() -> None:
    briefing = build_briefing(rich_night())
    tree = lxml_html.fromstring(render_html(briefing))
    ids = {e.get("id") for e in tree.iter() if e.get("id")}
    for section in briefing.sections:
        for item in section.items:
            assert not item.id or f"i-{item.id}" in ids


def test_the_table_lists_what_the_briefing_holds_and_links_to_it() -> None:
    briefing = build_briefing(rich_night())
    rows = lxml_html.fromstring(render_html(briefing)).xpath("//table[@id='incident-table']/tbody/tr")
    assert len(rows) == len(briefing.table) > 3
    assert [row[0].text or "" for row in rows] == [str(row.number or "") for row in briefing.table]


@pytest.mark.parametrize("attack", ATTACKS[:12])
def test_hostile_names_stay_text_in_table_timeline_and_start_tag(attack: str) -> None:
    view = terminal_attack()
    facts = tuple(
        replace(fact, value=attack, value_start=None, value_end=None) if fact.field == "facility" else fact
        for fact in view.facts
    )
    briefing = build_briefing(snapshot(new=(replace(view, facilities=(attack,), facility_ids=(), facts=facts),)))
    briefing = replace(briefing, scope=attack, note=attack)
    text = render_html(briefing)
    html5lib.HTMLParser(strict=True).parse(text)
    tree = lxml_html.fromstring(text)
    assert len(list(tree.iter("script"))) == 1
    assert not list(tree.iter("img", "iframe", "b"))
    assert not [name for e in tree.iter() if isinstance(e.tag, str) for name in e.attrib if name.startswith("on")]


def many(number: int) -> Briefing:
    views = [
        incident(f"i-{n}", (), (), latitude=n % 120 - 50, longitude=n % 300 - 140, facility_type="refinery",
                 event_type=("attack", "outage", "theft")[n % 3]) for n in range(number)
    ]  # fmt: skip
    return build_briefing(snapshot(new=tuple(views)))


def test_a_page_of_ten_thousand_incidents_stays_small() -> None:
    briefing = many(10_000)
    text = render_html(briefing)
    assert len(text.encode()) < 1_500_000
    assert briefing.table_left_out == 10_000 - len(briefing.table)
    assert f"{briefing.table_left_out} more incidents" in text


def colours(block: str) -> dict[str, tuple[float, float, float]]:
    found = {}
    for name, value in re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", block):
        digits = value[1:] if len(value) == 7 else "".join(2 * c for c in value[1:])
        red, green, blue = (int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4))
        found[name] = (red, green, blue)
    return found


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(colour: tuple[float, float, float]) -> float:
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


LIGHT = colours(CSS.partition("@media")[0])
THEMES = {
    "light": LIGHT,
    "dark": LIGHT | colours(CSS.partition("(prefers-color-scheme: dark)")[2].partition("* {")[0]),
    "print": LIGHT | colours(CSS.partition("@media print")[2]),
}
TEXT = ("ink", "muted", "link", "severe", "serious", "moderate", "minor")
MARKS = ("new", "changed", "good", "ahead", "muted", *(f"a{n}" for n in range(1, 8)))


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_colour_has_four_and_a_half_to_one(theme: str) -> None:
    known = THEMES[theme]
    pairs = [
        *product(TEXT, ("paper", "tint")), ("ink", "mark"), ("paper", "muted"), ("on", "new"), ("on", "changed"),
        ("on", "good"), ("ink", "land"),
    ]  # fmt: skip
    short = {pair: round(contrast(known[pair[0]], known[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in short.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_every_mark_has_three_to_one_on_its_ground(theme: str) -> None:
    known = THEMES[theme]
    pairs = [*product(MARKS, ("paper", "tint")), *product(("new", "changed", "muted"), ("land", "band"))]
    short = {pair: round(contrast(known[pair[0]], known[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in short.items() if ratio < 3} == {}


def test_every_theme_gives_every_colour() -> None:
    names = set(LIGHT)
    for theme in ("(prefers-color-scheme: dark)", "@media print"):
        block = CSS.partition(theme)[2].partition("}")[0]
        assert names - set(colours(block)) == set()


def test_motion_and_print_follow_the_reader() -> None:
    assert "prefers-reduced-motion: no-preference" in CSS
    assert "animation" not in CSS
    assert "transition" not in CSS
    assert ":focus-visible" in CSS
    assert "outline: none" not in CSS.replace("main:focus { outline: none; }", "")
