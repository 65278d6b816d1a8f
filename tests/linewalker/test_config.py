"""The configuration says what is wrong and what would be right."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from linewalker.config import Config, find_config, load_config, parse_config, template
from linewalker.errors import ConfigError


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
