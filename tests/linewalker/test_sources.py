"""`linewalker sources`: what is read, whether it answers, and OPML in and out."""

from __future__ import annotations

import io
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.opml import render_opml
from crawler.records import Feed, Source
from crawler.source_files import render_toml
from crawler.sources import load_sources, parse_sources
from linewalker.config import load_config
from linewalker.demo import DemoClock
from linewalker.errors import ConfigError
from linewalker.nightly import configured_sources
from linewalker.sources import add_opml, check_feeds
from tests.linewalker.nights import SampleNights

OWN = """
[[source]]
id = "our-regulator"
publisher = "Our Regulator"
family = "our-government"
country = "KZ"
language = "en"
reliability = "A"
cadence_hours = 24
feeds = ["https://regulator.example/rss.xml"]
"""


def write(folder: Path, sources: str = "", config: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "linewalker.toml").write_text(config, encoding="utf-8")
    if sources:
        (folder / "sources.toml").write_text(sources, encoding="utf-8")
    return folder


def ids(folder: Path) -> list[str]:
    return [source.id for source in configured_sources(load_config(folder / "linewalker.toml"))]


def test_own_sources_are_laid_over_the_shipped_ones(tmp_path: Path) -> None:
    shipped = [source.id for source in load_sources() if source.enabled]
    dropped = f'[[source]]\nid = "{shipped[0]}"\nenabled = false\n'
    found = ids(write(tmp_path, OWN + dropped))
    assert found == [*shipped[1:], "our-regulator"]


def test_only_and_without_choose_by_id_and_a_wrong_id_names_the_right_one(tmp_path: Path) -> None:
    assert ids(write(tmp_path, OWN, '[sources]\nonly = ["our-regulator"]')) == ["our-regulator"]
    assert ids(write(tmp_path, OWN, '[sources]\nshipped = false\nwithout = ["our-regulator"]')) == []
    with pytest.raises(ConfigError, match="our-regulator"):
        ids(write(tmp_path, OWN, '[sources]\nonly = ["our-regulater"]'))


def test_check_says_which_feeds_answer_redirect_or_fail(nights: SampleNights) -> None:
    sources = configured_sources(nights.config)
    gone = replace(sources[0], id="gone", feeds=(Feed(url=f"{sources[0].homepage}nothing.xml", source_id="gone"),))
    page = replace(
        sources[0],
        id="page",
        feeds=(
            Feed(
                url="http://www.caspian-ledger.example/2026/03/drones-hit-caspian-pipeline-consortium-terminal",
                source_id="page",
            ),
        ),
    )
    target = io.StringIO()
    code = check_feeds(nights.config, (*sources[:3], gone, page), (), target, now=DemoClock(1))
    lines = target.getvalue().splitlines()
    assert [line.split()[0] for line in lines[:-1]] == ["answers", "answers", "answers", "fails", "fails"]
    assert "404" in lines[3]
    assert "HTML" in lines[4]
    assert lines[-1] == "3 of 5 feeds answer (0 through a redirect), 2 fail."
    assert code == 3
    assert check_feeds(nights.config, sources, ("gulf-wire",), io.StringIO(), now=DemoClock(1)) == 0


def test_opml_feeds_are_added_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "watch", OWN)
    feed = Feed(url="https://harbour.example/feed", source_id="harbour-news")
    new = Source(
        id="harbour-news", publisher="Harbour News", family="harbour-news", country="GB", language="en",
        reliability="F", cadence_hours=24.0, feeds=(feed,),
    )  # fmt: skip
    known = replace(new, id="other", feeds=(Feed(url="https://regulator.example/rss.xml", source_id="other"),))
    opml = tmp_path / "subscriptions.opml"
    opml.write_text(render_opml([new, known]), encoding="utf-8")
    assert add_opml(folder, opml) == (folder.resolve() / "sources.toml", 1, 1)
    assert ids(folder)[-2:] == ["our-regulator", "harbour-news"]
    assert add_opml(folder, opml)[1:] == (0, 2)
    opml.write_text("<html></html>", encoding="utf-8")
    with pytest.raises(ConfigError, match="no OPML document"):
        add_opml(folder, opml)


def test_rendered_toml_reads_back_as_it_was() -> None:
    shipped = load_sources()
    text = render_toml(shipped)
    assert parse_sources(text, name="round trip") == shipped
    odd = replace(shipped[0], note='a "quoted" \\ note\twith\x7fodd – characters\u2028')
    assert tomllib.loads(render_toml([odd]))["source"][0]["note"] == odd.note
