"""The configuration says what is wrong and what would be right."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from linewalker.config import Config, find_config, load_config, parse_config, template
from linewalker.errors import ConfigError
from linewalker.nightly import configured_sources


def test_the_template_is_valid_and_means_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "linewalker.toml"
    path.write_text(template(), encoding="utf-8")
    assert load_config(path) == Config(folder=tmp_path)


def test_every_default_that_the_template_shows_is_the_real_one(tmp_path: Path) -> None:
    shown = re.sub(r"^# (?=[a-z_]+ = )", "", template(), flags=re.MULTILINE)
    assert shown != template()
    assert parse_config(tomllib.loads(shown), path=tmp_path / "linewalker.toml") == Config(folder=tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[crawl]\ncontct = 'a@b.example'", r"unknown key 'crawl.contct'; did you mean 'contact'\?"),
        ("[crawls]\n", r"unknown key 'crawls'; did you mean 'crawl'\?"),
        ("folder = '/tmp'", "unknown key 'folder'"),
        ("zzz = 1", "known here: ledger"),
        ("crawl = 3", r"'crawl' must be a table: \[crawl\]"),
        ("[crawl]\nhost_spacing_s = 'slow'", "'crawl.host_spacing_s' must be a number, not 'slow'"),
        ("[crawl]\nmax_redirects = true", "'crawl.max_redirects' must be a whole number, not True"),
        ("[crawl]\nhosts_at_once = 0", "'crawl.hosts_at_once' must be above 0"),
        ("[crawl]\nmax_hours = inf", "'crawl.max_hours' must be above 0, and at most 1,000,000,000, not inf"),
        ("[crawl]\nhost_spacing_s = nan", "'crawl.host_spacing_s' must be 0 or more"),
        ("published = 'work/ledger.duckdb'", "'published' and 'ledger' are one place"),
        ("briefings = 'own/../bodies'", "'briefings' and 'bodies' are one place"),
        ("bodies = 'linewalker.toml'", "'bodies' must be a folder"),
        ("ledger = ''", "'ledger' is no path"),
        ('ledger = "a\\u0000b"', "'ledger' is no path"),
        ("[crawl]\nallow_networks = ['10.0.0.1/8']", "'crawl.allow_networks' holds '10.0.0.1/8'"),
        ("[crawl]\nallow_networks = [7]", "must be a list of strings"),
        ("[crawl.resolve]\n'a.example' = 'localhost'", 'must be "address:port"'),
        ("[crawl\n", "not valid TOML.*line 1"),
    ],
)
def test_a_wrong_line_is_named_with_what_to_do(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "linewalker.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as raised:
        load_config(path)
    assert str(path) in str(raised.value)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"linewalker init"):
        find_config(tmp_path)


def test_an_empty_string_switches_an_optional_value_off(tmp_path: Path) -> None:
    config = parse_config({"sources": {"file": ""}}, path=tmp_path / "linewalker.toml")
    assert config.sources.file is None


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "linewalker.toml"
    path.write_text("\ufeff[briefing]\ntitle = 'Desk'\n", encoding="utf-8")
    assert load_config(path).briefing.title == "Desk"


@pytest.mark.parametrize("key", ["only", "without"])
def test_an_unknown_source_is_told_with_its_key(tmp_path: Path, key: str) -> None:
    config = parse_config({"sources": {key: ["gcaptan"]}}, path=tmp_path / "linewalker.toml")
    with pytest.raises(ConfigError, match=rf"linewalker.toml: 'sources.{key}': unknown source 'gcaptan'; did you mean"):
        configured_sources(config)


def test_a_list_of_sources_that_cannot_be_read_is_no_empty_one(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").mkdir()
    with pytest.raises(ConfigError, match=r"sources.toml: cannot be read: Is a directory"):
        configured_sources(parse_config({}, path=tmp_path / "linewalker.toml"))
