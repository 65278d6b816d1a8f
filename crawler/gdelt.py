"""GDELT 2.0 as a source: its lists of files, and the articles that rows of those files point at.

Every 15 minutes GDELT writes an export (events, 61 columns) and a GKG file (what articles are about, 27 columns), each
one tab-separated CSV in a zip, and names them in lists of "size md5 url" lines (Event Codebook 2.0 and GKG Codebook
2.1, both of 2015-02-19). Only the addresses of articles are taken from them; what is said of the articles is read from
the articles themselves.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from crawler.entries import MAX_TITLE
from crawler.gdelt_places import iso_country
from crawler.limits import size_text
from crawler.plaintext import clean_line
from crawler.records import Entry, ParsedFeed
from crawler.sameness import canonical_url, is_homepage
from crawler.urls import UrlError, registrable_domain, split_url

MAX_FILES = 8  # of one list, the newest
MAX_UNPACKED = 600 * 1024 * 1024  # bytes; a GKG file has some 60 million
MAX_LIST = 4 * 1024 * 1024  # bytes of a list that are looked at, from its end
MAX_PER_HOST = 20  # articles of one host that one file brings
MAX_ENTRIES = 1000  # of one file

# GKG themes that tell of energy, and those that tell of harm: a row needs one of each, or one that tells of both.
ENERGY_THEMES = (
    "ENV_OIL", "ENV_NATURALGAS", "ENV_NUCLEARPOWER", "ENV_COAL", "ENV_HYDRO", "ECON_OILPRICE", "FUELPRICES",
    "WB_507_ENERGY_AND_EXTRACTIVES", "WB_2298_REFINERIES", "WB_2299_PIPELINES",
)  # fmt: skip
HARM_THEMES = (
    "TERROR", "ARMEDCONFLICT", "SABOTAGE", "CYBER_ATTACK", "MARITIME_INCIDENT", "MARITIME_PIRACY", "PIRACY", "BLOCKADE",
    "SANCTIONS", "MANMADE_DISASTER*", "CRISISLEX_C07_SAFETY", "CRISISLEX_T02_INJURED", "CRISISLEX_T03_DEAD",
)  # fmt: skip
DEFAULT_THEMES = (
    "PIPELINE_INCIDENT", "POWER_OUTAGE", "MANMADE_DISASTER_POWER_OUTAGE*",
    *(f"{energy}+{harm}" for energy in ENERGY_THEMES for harm in HARM_THEMES),
)  # fmt: skip

_GKG_COLUMNS = 27
_EXPORT_COLUMNS = 61
_MAX_LINE = 4 * 1024 * 1024
_FILE = re.compile(r"/(\d{14})(?:\.translation)?\.(export|gkg)\.csv\.zip\Z", re.IGNORECASE)
_LIST_LINE = re.compile(r"\s*(\d{1,12})\s+([0-9a-fA-F]{32})\s+(https?://\S+)\s*\Z")
_TITLE = re.compile(r"<PAGE_TITLE>(.*?)</PAGE_TITLE>", re.DOTALL)
_STAMP = re.compile(r"<PAGE_PRECISEPUBTIMESTAMP>(\d{14})</PAGE_PRECISEPUBTIMESTAMP>")
# An export row has no themes: a row of material conflict (QuadClass 4) whose address speaks of energy.
_ENERGY_WORDS = re.compile(
    r"(?:^|[^a-z])(?:oil|gas|lng|fuel|diesel|petrol(?:eum)?|crude|pipelines?|refiner(?:y|ies)|tankers?|terminals?|"
    r"power|electricity|energy|grid|blackouts?|outages?|substations?|nuclear|reactor|dam|hydro(?:power|electric)?|"
    r"coal|turbines?|interconnector|gazprom|rosneft|naftogaz|aramco|adnoc|pemex|pdvsa|nnpc|opec)(?:[^a-z]|$)"
)
_MATERIAL_CONFLICT = "4"


@dataclass(frozen=True, slots=True, kw_only=True)
class GdeltFile:
    """One file that a list names."""

    url: str
    size: int  # bytes
    md5: str  # lower-case hex


@dataclass(frozen=True, slots=True, kw_only=True)
class GdeltFilter:
    """Which rows are taken. Without places all are."""

    themes: tuple[str, ...] = DEFAULT_THEMES  # "A", "A*" for all that begin so, "A+B" for rows with both
    places: tuple[str, ...] = ()  # ISO 3166-1 alpha-2


def parse_file_list(data: bytes) -> ParsedFeed:
    """The newest files of a list as children, `url#md5=…&size=…`; lines that are none are counted in the error."""
    files, wrong = read_file_list(data)
    if not files:
        return ParsedFeed(error="no line names a GDELT file with its size and MD5")
    error = f"{wrong} lines of the list could not be read" if wrong else None
    return ParsedFeed(children=tuple(f"{one.url}#md5={one.md5}&size={one.size}" for one in files), error=error)


def read_file_list(data: bytes) -> tuple[list[GdeltFile], int]:
    """The newest export and GKG files of a list, newest first, and how many lines could not be read."""
    lines = data[-MAX_LIST:].decode("utf-8", "replace").splitlines()
    if len(data) > MAX_LIST:
        lines = lines[1:]
    found: dict[str, tuple[str, GdeltFile]] = {}
    wrong = 0
    for line in lines:
        if not line.strip():
            continue
        match = _LIST_LINE.match(line)
        if match is None:
            wrong += 1
            continue
        name = _FILE.search(match[3])
        if name is not None:
            found[match[3]] = (name[1], GdeltFile(url=match[3], size=int(match[1]), md5=match[2].lower()))
    ranked = sorted(found.values(), key=lambda pair: (pair[0], pair[1].url), reverse=True)
    return [one for _, one in ranked[:MAX_FILES]], wrong


def split_child(child: str) -> GdeltFile:
    """The file that a child of `parse_file_list` names."""
    url, _, mark = child.partition("#")
    values = dict(pair.split("=", 1) for pair in mark.split("&") if "=" in pair)
    return GdeltFile(url=url, size=int(values.get("size", "0")), md5=values.get("md5", ""))


def parse_gdelt(body: bytes, *, file: GdeltFile, wanted: GdeltFilter) -> ParsedFeed:
    """The articles that the wanted rows of one zipped file point at, each once; `error` tells what could not be read.

    At most MAX_PER_HOST of one host and MAX_ENTRIES in all. Never raises.
    """
    if file.size and len(body) != file.size:
        return ParsedFeed(error=f"{len(body)} bytes instead of the {file.size} of the list")
    if file.md5 and hashlib.md5(body, usedforsecurity=False).hexdigest() != file.md5:
        return ParsedFeed(error="the MD5 is not that of the list")
    notes: Counter[str] = Counter()
    entries: dict[str, Entry] = {}
    hosts: Counter[str] = Counter()
    try:
        for entry in _read_rows(body, wanted, notes):
            if entry.id in entries:
                continue
            host = registrable_domain(split_url(entry.id).host)
            if hosts[host] >= MAX_PER_HOST:
                notes["articles of a host with many left out"] += 1
            elif len(entries) >= MAX_ENTRIES:
                notes["articles beyond the limit left out"] += 1
            else:
                hosts[host] += 1
                entries[entry.id] = entry
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        # RuntimeError: an encrypted member; NotImplementedError: a compression that zipfile does not know.
        told = f"no zip file that can be read: {' '.join(str(error).split())[:120]}"
        return ParsedFeed(entries=tuple(entries.values()), error=told)
    told = "; ".join(f"{count} {what}" for what, count in notes.items())
    return ParsedFeed(entries=tuple(entries.values()), error=told or None)


def _read_rows(body: bytes, wanted: GdeltFilter, notes: Counter[str]) -> Iterator[Entry]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
        if len(members) != 1:
            raise ValueError(f"{len(members)} files in it instead of one")
        if members[0].file_size > MAX_UNPACKED:
            raise ValueError(f"it unpacks to more than {size_text(MAX_UNPACKED)}")
        unpacked = 0
        themes = _split_themes(wanted.themes)
        places = frozenset(wanted.places)
        # The size that a zip states may lie: what comes out is counted, too.
        with archive.open(members[0]) as file:
            while line := file.readline(_MAX_LINE):
                unpacked += len(line)
                if unpacked > MAX_UNPACKED:
                    raise ValueError(f"it unpacks to more than {size_text(MAX_UNPACKED)}")
                columns = line.decode("utf-8", "replace").rstrip("\r\n").split("\t")
                if len(columns) == _GKG_COLUMNS:
                    entry = _gkg_entry(columns, themes, places, notes)
                elif len(columns) == _EXPORT_COLUMNS:
                    entry = _export_entry(columns, places, notes)
                else:
                    entry = None
                    notes["rows could not be read"] += bool(line.strip(b"\r\n"))
                if entry is not None:
                    yield entry


_Themes = tuple[tuple[str, ...], ...]


def _split_themes(themes: tuple[str, ...]) -> _Themes:
    return tuple(tuple(part.strip().upper() for part in one.split("+") if part.strip()) for one in themes)


def _gkg_entry(columns: list[str], themes: _Themes, places: frozenset[str], notes: Counter[str]) -> Entry | None:
    # 1 of the source collections is the open web: only there the document identifier is an address.
    if columns[2].strip() != "1":
        return None
    # V1THEMES is a list; V2ENHANCEDTHEMES has a character offset behind each comma.
    found = {name.partition(",")[0] for name in (*columns[7].split(";"), *columns[8].split(";"))} - {""}
    if not _is_wanted(found, themes):
        return None
    if places and not places & set(_gkg_countries(columns[9]) + _gkg_countries(columns[10])):
        return None
    title = _TITLE.search(columns[26])
    stamp = _STAMP.search(columns[26])
    published = _instant(stamp[1]) if stamp else None
    told = clean_line(html.unescape(title[1]))[:MAX_TITLE] if title else ""
    return _entry(columns[4], told, published or _instant(columns[1]), notes)


def _gkg_countries(blocks: str) -> list[str]:
    # Type#FullName#CountryCode#… in both columns.
    return [iso_country(fields[2]) for block in blocks.split(";") if len(fields := block.split("#", 3)) > 3]


def _is_wanted(found: set[str], themes: _Themes) -> bool:
    return any(all(_has(found, part) for part in parts) for parts in themes if parts)


def _has(found: set[str], part: str) -> bool:
    if part.endswith("*"):
        return any(name.startswith(part[:-1]) for name in found)
    return part in found


def _export_entry(columns: list[str], places: frozenset[str], notes: Counter[str]) -> Entry | None:
    # 29 QuadClass; 37, 45 and 53 the countries of both actors and of the action; 59 DATEADDED; 60 SOURCEURL.
    if columns[29].strip() != _MATERIAL_CONFLICT:
        return None
    if not _ENERGY_WORDS.search(unquote(columns[60].partition("://")[2].partition("/")[2]).lower()):
        return None
    if places and iso_country(columns[53]) not in places:
        return None
    return _entry(columns[60], "", _instant(columns[59]), notes)


def _entry(address: str, title: str, published: datetime | None, notes: Counter[str]) -> Entry | None:
    try:
        url = canonical_url(address)
    except UrlError:
        notes["addresses refused"] += 1
        return None
    if is_homepage(url):
        return None
    return Entry(id=url, link=address.strip(), title=title, published_at=published)


def _instant(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp.strip(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
