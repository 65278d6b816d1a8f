"""The list of sources: reading sources.toml and a user's own file, strictly, and laying the one over the other."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pycountry

from crawler.entries import absolute_link
from crawler.records import Feed, FeedKind, Source

KINDS = ("agency", "press", "trade", "regulator", "operator", "government", "research", "security", "gdelt")
RELIABILITY = ("A", "B", "C", "D", "E", "F")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_THEME = re.compile(r"[A-Z0-9_]+\*?(?:\+[A-Z0-9_]+\*?)*")
# Top-level domains of countries and territories under which anybody registers.
_SOLD = frozenset("AC AI CC CO FM GG IO IM LA LY ME NU SH TK TO TV VC WS".split())
_REQUIRED = ("id", "publisher", "family", "country", "language", "reliability", "cadence_hours")
_TYPES: dict[str, tuple[type, ...]] = {
    "id": (str,),
    "publisher": (str,),
    "family": (str,),
    "country": (str,),
    "language": (str,),
    "reliability": (str,),
    "cadence_hours": (int, float),
    "timezone": (str,),
    "kind": (str,),
    "homepage": (str,),
    "feeds": (list,),
    "sitemaps": (list,),
    "themes": (list,),
    "places": (list,),
    "fetch_pages": (bool,),
    "insecure_tls": (bool,),
    "verified": (bool,),
    "enabled": (bool,),
    "note": (str,),
}
_TYPE_NAMES = {str: "a string", int: "a number", float: "a number", bool: "true or false", list: "a list of strings"}


class SourcesError(ValueError):
    """A list of sources that cannot be used; the message names the file, the source and each fault."""


@cache
def shipped_sources() -> tuple[Source, ...]:
    """The sources that come with Linewalker."""
    text = files("crawler").joinpath("sources.toml").read_text(encoding="utf-8")
    return parse_sources(text, name="sources.toml")


def load_sources(path: Path | None = None) -> tuple[Source, ...]:
    """Reads a TOML file of [[source]] tables, without a path the shipped one.

    In a user's own file a table with the id of a shipped source need only say what differs. Raises SourcesError.
    """
    if path is None:
        return shipped_sources()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourcesError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SourcesError(f"{path}: is not UTF-8") from error
    return parse_sources(text, name=str(path), base=shipped_sources())


def parse_sources(text: str, *, name: str, base: Iterable[Source] = ()) -> tuple[Source, ...]:
    """Reads [[source]] tables from TOML; all faults of a file are told in one SourcesError."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourcesError(f"{name}: no valid TOML: {error}") from error
    faults = [f"{name}: {_unknown(key, ('source',))}" for key in document if key != "source"]
    tables = document.get("source", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SourcesError(f"{name}: `source` must be a list of tables, written [[source]]")
    return read_tables(tables, name=name, base=base, faults=faults)


def read_tables(
    tables: Iterable[dict[str, Any]], *, name: str, base: Iterable[Source] = (), faults: Iterable[str] = ()
) -> tuple[Source, ...]:
    """Turns tables that were read from TOML into sources; `name` says in messages where they stand."""
    found: dict[str, Source] = {}
    addresses: dict[str, str] = {}
    known = {source.id: source for source in base}
    problems = list(faults)
    for number, table in enumerate(tables, start=1):
        stated = table.get("id")
        place = f"{name}: source {stated!r}" if isinstance(stated, str) else f"{name}: source number {number}"
        wrong = _faults(table, known.get(stated) if isinstance(stated, str) else None)
        if isinstance(stated, str) and stated in found:
            wrong.append("its id is used twice")
        if wrong:
            problems += [f"{place}: {fault}" for fault in wrong]
            continue
        source = _source(table, known.get(str(stated)))
        found[source.id] = source
        for feed in source.feeds:
            if addresses.setdefault(feed.url, source.id) != source.id:
                problems.append(f"{place}: its feed {feed.url} is also that of {addresses[feed.url]!r}")
    if problems:
        raise SourcesError("\n".join(problems))
    return tuple(found.values())


def merge_sources(shipped: Iterable[Source], own: Iterable[Source]) -> tuple[Source, ...]:
    """Lays a user's sources over the shipped ones: one with a known id replaces it where it stands, others follow."""
    replaced = {source.id: source for source in own}
    kept = [replaced.pop(source.id, source) for source in shipped]
    return (*kept, *replaced.values())


def select_sources(
    sources: Iterable[Source], *, only: Iterable[str] = (), kinds: Iterable[str] = (), enabled: bool = True
) -> tuple[Source, ...]:
    """Picks sources by id and by kind, in their order; `enabled=False` keeps those switched off.

    Raises SourcesError for an id or a kind that no source has.
    """
    listed = tuple(sources)
    wanted, wanted_kinds = tuple(only), tuple(kinds)
    ids = [source.id for source in listed]
    faults = [_unknown(name, ids, what="source") for name in wanted if name not in ids]
    faults += [_unknown(name, KINDS, what="kind") for name in wanted_kinds if name not in KINDS]
    if faults:
        raise SourcesError("\n".join(faults))
    return tuple(
        source
        for source in listed
        if (not wanted or source.id in wanted)
        and (not wanted_kinds or source.kind in wanted_kinds)
        and (source.enabled or not enabled)
    )


def slugify(text: str) -> str:
    """Turns a name into a lower-case slug of ASCII letters, digits and hyphens; "source" where nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-") or "source"


def country_of(domain: str) -> str | None:
    """The country whose top-level domain this is (ISO 3166-1 alpha-2); None for one that is sold to all the world."""
    code = domain.rsplit(".", 1)[-1].upper()
    code = {"UK": "GB", "SU": "RU"}.get(code, code)
    if len(code) != 2 or code in _SOLD or pycountry.countries.get(alpha_2=code) is None:
        return None
    return code


def _unknown(name: str, known: Iterable[str], what: str = "key") -> str:
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"unknown {what} {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _faults(table: dict[str, Any], shipped: Source | None) -> list[str]:
    faults = [_unknown(key, _TYPES) for key in table if key not in _TYPES]
    for key, kinds in _TYPES.items():
        if key not in table:
            continue
        value = table[key]
        # bool is an int to Python, and "true hours" is nobody's cadence.
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            faults.append(f"`{key}` must be {_TYPE_NAMES[kinds[0]]}")
    if faults:
        return faults
    if shipped is None:
        faults += [f"`{key}` is missing" for key in _REQUIRED if key not in table]
        if not table.get("feeds") and not table.get("sitemaps"):
            faults.append("it has neither `feeds` nor `sitemaps`")
    if ("themes" in table or "places" in table) and table.get("kind", shipped.kind if shipped else None) != "gdelt":
        faults.append('`themes` and `places` belong to a source of the kind "gdelt"')
    return faults + [fault for key, value in table.items() if (fault := _bad_value(key, value)) is not None]


def _bad_value(key: str, value: Any) -> str | None:
    """What is wrong with one value of the right type, None where nothing is."""
    fault: str | None = None
    match key:
        case "id" | "family" if not _SLUG.fullmatch(value):
            fault = f"`{key}` must be a slug of lower-case letters, digits and hyphens, not {value!r}"
        case "publisher" if not value.strip():
            fault = "`publisher` is empty"
        case "country" if len(value) != 2 or not value.isupper() or pycountry.countries.get(alpha_2=value) is None:
            fault = f"`country` must be an ISO 3166-1 alpha-2 code such as 'NO', not {value!r}"
        case "language" if len(value) != 2 or not value.islower() or pycountry.languages.get(alpha_2=value) is None:
            fault = f"`language` must be an ISO 639-1 code such as 'en', not {value!r}"
        case "reliability" if value not in RELIABILITY:
            fault = f"`reliability` must be a letter of the Admiralty scale, A to F, not {value!r}"
        case "kind" if value not in KINDS:
            fault = _unknown(value, KINDS, what="kind") + f" (one of {', '.join(KINDS)})"
        case "timezone" if not _is_zone(value):
            fault = f"`timezone` must be an IANA zone such as 'Asia/Almaty', not {value!r}"
        case "cadence_hours" if not 0 < value <= 24 * 366:
            fault = f"`cadence_hours` must lie above 0 and within a year, not {value}"
        case "homepage" if absolute_link("", value) is None:
            fault = f"`homepage` must be an http(s) address, not {value!r}"
        case "feeds" | "sitemaps":
            bad = [item for item in value if not isinstance(item, str) or absolute_link("", item) is None]
            if bad:
                fault = f"`{key}` must hold http(s) addresses, not {bad[0]!r}"
            elif len(set(value)) < len(value):
                fault = f"`{key}` names an address twice"
        case "themes":
            bad = [item for item in value if not isinstance(item, str) or not _THEME.fullmatch(item)]
            if bad:
                fault = f"`themes` must hold GDELT themes such as 'POWER_OUTAGE' or 'ENV_OIL+TERROR', not {bad[0]!r}"
        case "places":
            bad = [item for item in value if not isinstance(item, str) or pycountry.countries.get(alpha_2=item) is None]
            if bad:
                fault = f"`places` must hold ISO 3166-1 alpha-2 codes such as 'NO', not {bad[0]!r}"
    return fault


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return name == "UTC" or "/" in name


def _source(table: dict[str, Any], shipped: Source | None) -> Source:
    values = {key: value for key, value in table.items() if key not in {"feeds", "sitemaps", "themes", "places"}}
    if "cadence_hours" in values:
        values["cadence_hours"] = float(values["cadence_hours"])
    identity = str(values["id"])
    kind = values.get("kind", shipped.kind if shipped is not None else None)
    feeds = (
        *_feeds(table, "feeds", "gdelt" if kind == "gdelt" else "feed", identity, shipped),
        *_feeds(table, "sitemaps", "sitemap", identity, shipped),
    )
    chosen: dict[str, Any] = {key: tuple(table[key]) for key in ("themes", "places") if key in table}
    feeds = tuple(replace(feed, **chosen) if feed.kind == "gdelt" else feed for feed in feeds)
    if shipped is not None:
        return replace(shipped, **values, feeds=feeds)
    return Source(**values, feeds=feeds)


def _feeds(table: dict[str, Any], key: str, kind: FeedKind, source_id: str, shipped: Source | None) -> tuple[Feed, ...]:
    if key in table:
        return tuple(Feed(url=url, source_id=source_id, kind=kind) for url in table[key])
    return tuple(feed for feed in shipped.feeds if feed.kind == kind) if shipped is not None else ()
