"""Writes sources as the TOML that crawler/sources.py reads."""

from __future__ import annotations

import json
from collections.abc import Iterable

from crawler.records import Source

_DEFAULTS = {"timezone": "UTC", "kind": "press", "fetch_pages": True, "insecure_tls": False}
_DEFAULTS |= {"verified": False, "enabled": True}


def render_toml(sources: Iterable[Source]) -> str:
    """One [[source]] table each; fields that have their default are left out."""
    return "\n".join(_table(source) for source in sources)


def _table(source: Source) -> str:
    feeds = [feed.url for feed in source.feeds if feed.kind in {"feed", "gdelt"}]
    sitemaps = [feed.url for feed in source.feeds if feed.kind == "sitemap"]
    values: dict[str, object] = {
        "id": source.id,
        "publisher": source.publisher,
        "family": source.family,
        "country": source.country,
        "language": source.language,
        "reliability": source.reliability,
        "cadence_hours": source.cadence_hours,
        "timezone": source.timezone,
        "kind": source.kind,
        "homepage": source.homepage,
        "feeds": feeds or None,
        "sitemaps": sitemaps or None,
        "themes": next((list(feed.themes) for feed in source.feeds if feed.themes), None),
        "places": next((list(feed.places) for feed in source.feeds if feed.places), None),
        "fetch_pages": source.fetch_pages,
        "insecure_tls": source.insecure_tls,
        "verified": source.verified,
        "enabled": source.enabled,
        "note": source.note,
    }
    lines = [
        f"{name} = {_literal(value)}"
        for name, value in values.items()
        if value is not None and _DEFAULTS.get(name) != value
    ]
    return "[[source]]\n" + "\n".join(lines) + "\n"


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    if isinstance(value, str):
        # TOML's basic strings take JSON's escapes; DEL is the one character that only TOML forbids.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
