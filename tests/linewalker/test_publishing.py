"""The index and the feeds beside the briefings, and templates of one's own, over real ledgers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from lxml import html as lxml_html

from linewalker.briefing import BriefingResult, brief_step
from linewalker.config import BriefingConfig, Config, parse_config
from linewalker.errors import ConfigError
from linewalker.output import PlainOutput
from linewalker.publishing import publish_pages
from store.database import open_ledger
from store.runs import start_run
from tests.linewalker.conftest import FinishedNights

AT = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
PAGES = ("index.html", "briefings.atom", "incidents.atom")


def brief(folder: Path, **settings: object) -> tuple[Config, BriefingResult]:
    config = Config(folder=folder, briefing=BriefingConfig(**settings))  # type: ignore[arg-type]
    config.ledger_path.parent.mkdir(parents=True, exist_ok=True)
    with open_ledger(config.ledger_path) as ledger:
        run = start_run(ledger, command="brief", started_at=AT)
        result = brief_step(
            ledger, config, run_id=run, started_at=AT, counts=Counter(), now=lambda: AT, output=PlainOutput(lambda: AT)
        )
    return config, result


def test_every_night_leaves_an_index_and_two_feeds(finished: FinishedNights) -> None:
    folder = finished.config.briefings_path
    tree = lxml_html.fromstring((folder / "index.html").read_text(encoding="utf-8"))
    linked = [href for href in tree.xpath("//ul[@class='past']//a/@href") if href.endswith(".html")]
    assert len(linked) >= 2
    assert all((folder / href).is_file() for href in linked)
    for name in ("briefings", "incidents"):
        read = feedparser.parse((folder / f"{name}.atom").read_bytes())
        assert not read.bozo
        assert len(read.entries) >= 2
        assert all((folder / entry.link.partition("#")[0]).is_file() for entry in read.entries)


def test_an_incident_of_the_feed_stands_where_its_link_leads(finished: FinishedNights) -> None:
    folder = finished.config.briefings_path
    read = feedparser.parse((folder / "incidents.atom").read_bytes())
    found = 0
    for entry in read.entries:
        page, _, anchor = entry.link.partition("#")
        found += f'id="{anchor}"' in (folder / page).read_text(encoding="utf-8")
    # Parts of an incident stand under their whole and have no address of their own.
    assert found >= 0.75 * len(read.entries)


def test_a_lost_index_comes_back_as_it_was(finished: FinishedNights) -> None:
    folder = finished.config.briefings_path
    before = {name: (folder / name).read_bytes() for name in PAGES}
    for name in PAGES:
        (folder / name).unlink()
    with open_ledger(finished.config.ledger_path) as ledger:
        assert publish_pages(ledger, finished.config) == ()
    assert {name: (folder / name).read_bytes() for name in PAGES} == before
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_ledger_without_incidents_has_valid_feeds(tmp_path: Path) -> None:
    config, result = brief(tmp_path)
    assert result.reasons == ()
    for name in ("briefings", "incidents"):
        assert not feedparser.parse((config.briefings_path / f"{name}.atom").read_bytes()).bozo


def test_the_index_can_be_switched_off(tmp_path: Path) -> None:
    config, _ = brief(tmp_path, index=False)
    assert not [name for name in PAGES if (config.briefings_path / name).exists()]


@pytest.mark.parametrize("url", ["https://desk.example/briefings", "https://desk.example/briefings/"])
def test_the_base_url_stands_before_every_address(tmp_path: Path, url: str) -> None:
    config, _ = brief(tmp_path, base_url=url)
    (entry,) = feedparser.parse((config.briefings_path / "briefings.atom").read_bytes()).entries
    assert entry.link == "https://desk.example/briefings/briefing-2026-03-10.html"


@pytest.mark.parametrize("name", ["briefing.html.j2", "briefing.md.j2", "index.html.j2"])
def test_a_broken_template_is_a_reason_and_costs_no_briefing(tmp_path: Path, name: str) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / name).write_text("line one\n{{ nothing.at.all }}\n")
    config, result = brief(tmp_path, templates="templates")
    (reason,) = result.reasons
    assert reason.startswith(f"{templates / name}, line 2: ")
    assert "<h1>" in result.files.html.read_text(encoding="utf-8")
    assert "<h1>" in (config.briefings_path / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "url", ["desk.example", "javascript:alert(1)", "https://a.example/?x=1", "https://u:p@a.example/"]
)
def test_a_base_url_that_is_no_folder_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match=r"briefing\.base_url"):
        parse_config({"briefing": {"base_url": url}}, path=tmp_path / "linewalker.toml")


def test_own_templates_lie_beside_the_configuration(tmp_path: Path) -> None:
    config = parse_config({"briefing": {"templates": "mine"}}, path=tmp_path / "linewalker.toml")
    assert config.templates_path == tmp_path / "mine"
    assert replace(config, briefing=BriefingConfig()).templates_path is None
