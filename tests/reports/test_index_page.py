from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from pathlib import Path

import html5lib  # type: ignore[import-untyped]
import pytest
from lxml import html as lxml_html

from reports.briefing import build_briefing
from reports.index_page import PastBriefing, find_briefings, read_briefing, render_index
from reports.render import write_briefing
from tests.reports.attacks import ATTACKS
from tests.reports.nights import empty_night, rich_night

AT = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


def past(number: int) -> PastBriefing:
    at = AT + timedelta(days=number)
    return PastBriefing(stem=f"briefing-{at:%Y-%m-%d}", generated_at=at, counts="1 new incident.", top="Plant: fire")


def test_the_folder_alone_gives_the_index_back(tmp_path: Path) -> None:
    write_briefing(build_briefing(rich_night()), tmp_path, "briefing-2026-11-22")
    (tmp_path / "latest.html").write_bytes((tmp_path / "briefing-2026-11-22.html").read_bytes())
    (tmp_path / "notes.html").write_text("<html><body>mine</body></html>")
    (found,) = find_briefings(tmp_path)
    briefing = build_briefing(rich_night())
    assert found.generated_at == briefing.generated_at
    assert found.counts == " ".join(sentence.text for sentence in briefing.counts)
    assert found.top == briefing.top[0][1].text
    assert found.markdown
    assert find_briefings(tmp_path) == [found]


def test_the_latest_comes_first(tmp_path: Path) -> None:
    write_briefing(build_briefing(rich_night()), tmp_path, "one")
    write_briefing(build_briefing(empty_night()), tmp_path, "two")
    assert [one.stem for one in find_briefings(tmp_path)] == ["two", "one"]


def test_a_file_that_does_not_tell_its_instant_has_that_of_the_ledger(tmp_path: Path) -> None:
    (tmp_path / "old.html").write_text("<!doctype html><html lang='en'><body></body></html>")
    (found,) = find_briefings(tmp_path, {"old": AT})
    assert (found.generated_at, found.counts, found.day) == (AT, "", "10 March 2026")


@pytest.mark.parametrize("head", ["", "<html data-briefing='yesterday'>", "<html data-briefing='2026-03-10'>", "\x00<"])
def test_another_page_is_no_briefing(head: str) -> None:
    assert read_briefing("x", head) is None


@pytest.mark.parametrize(
    ("kind", "days", "day", "month"),
    [
        ("daily", "1 March 2026", "1 March 2026", 3),
        ("period", "28 February 2026", "28 February 2026", 2),
        ("weekly", "week 9, 23 February to 1 March 2026", "Week 9, 23 February to 1 March 2026", 2),
        ("period", "", "1 March 2026", 2),
    ],
)
def test_a_period_is_listed_by_the_days_it_tells(kind: str, days: str, day: str, month: int) -> None:
    head = f'<html data-briefing="2026-03-01T00:00:00+00:00" data-kind="{kind}" data-days="{days}">'
    one = read_briefing("briefing", head)
    assert one is not None
    assert (one.day, one.last.month) == (day, month)


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_file_tells_of_itself_is_only_text(attack: str) -> None:
    value = html.escape(attack)
    head = f'<html data-briefing="{AT.isoformat()}" data-counts="{value}" data-top="{value}" data-scope="{value}">'
    one = read_briefing("briefing", head, markdown=True)
    assert one is not None
    text = render_index(attack, [one])
    text.encode()
    tree = lxml_html.fromstring(text)
    assert not list(tree.iter("script", "img", "svg", "iframe", "b"))
    assert set(tree.xpath("//a/@href")) == {"#main", "briefings.atom", "incidents.atom", "briefing.html", "briefing.md"}
    assert not [name for e in tree.iter() if isinstance(e.tag, str) for name in e.attrib if name.startswith("on")]


def test_a_file_of_a_strange_name_is_no_address_of_another_kind(tmp_path: Path) -> None:
    for name in ("javascript:alert(1).html", "a b&c#d?e.html", "\u202egnp.html"):
        (tmp_path / name).write_text(f"<html data-briefing='{AT.isoformat()}'>")
    tree = lxml_html.fromstring(render_index("Desk", find_briefings(tmp_path)))
    links = tree.xpath("//ul[@class='past']//a/@href")
    assert sorted(links) == ["a%20b%26c%23d%3Fe.html", "javascript%3Aalert%281%29.html"]


@pytest.mark.parametrize("number", [0, 1, 40, 41, 1500])
def test_older_ones_are_folded_by_year_and_none_is_lost(number: int) -> None:
    briefings = [past(n) for n in range(number, 0, -1)]
    text = render_index("Desk", briefings)
    html5lib.HTMLParser(strict=True).parse(text)
    tree = lxml_html.fromstring(text)
    assert len(tree.xpath("//ul[@class='past']/li")) == number
    assert bool(tree.xpath("//details")) == (number > 40)
    assert "default-src &#39;none&#39;" in text
    assert "<script" not in text
    assert text == render_index("Desk", briefings)
