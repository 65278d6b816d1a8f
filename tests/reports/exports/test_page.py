"""The reference page lists what the code writes, in the same order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reports.exports.columns import TABLES
from reports.exports.geojson import PROPERTIES as MAP_PROPERTIES
from reports.exports.jsonl import EVIDENCE, REVISION
from reports.exports.records import Table
from reports.exports.registry import FORMATS
from reports.exports.stix_ids import EXTENSION, NAMESPACE
from reports.exports.stix_ids import PROPERTIES as STIX_PROPERTIES

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "exports.md").read_text(encoding="utf-8")
TYPES = {
    "text": "text", "link": "text (address)", "integer": "integer", "number": "number", "truth": "true or false",
    "day": "date", "instant": "instant", "list": "list of text", "losses": "list of losses",
}  # fmt: skip


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str, header: str) -> list[tuple[str, ...]]:
    body = text.split(f"| {header}")[1].split("\n\n")[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in body]


@pytest.mark.parametrize("table", ["incidents", "reports", "facts"])
def test_columns_with_their_types_and_meanings(table: Table) -> None:
    told = [(f"`{one.name}`", TYPES[one.kind], one.told) for one in TABLES[table]]
    assert rows(section(f"Table {table}"), "column") == told


def test_properties_of_geojson_and_stix() -> None:
    assert rows(section("GeoJSON"), "property") == [(f"`{one}`",) for one in MAP_PROPERTIES]
    stix = section("STIX 2.1")
    assert rows(stix, "extension property") == [(f"`{one}`",) for one in STIX_PROPERTIES]
    assert EXTENSION in stix
    assert str(NAMESPACE) in stix


def test_keys_of_json_lines() -> None:
    text = section("JSON Lines")
    for names in (EVIDENCE, REVISION):
        assert ", ".join(f"`{name}`" for name in names) in text


def test_every_format_is_there() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE.split("\n## ")[0], flags=re.MULTILINE) == list(FORMATS)
