"""`linewalker gazetteer`: the user's own facilities, beside the shipped ones."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as with_changes
from pathlib import Path

from linewalker.config import CONFIG_NAME, Config, find_config, load_config
from linewalker.errors import ConfigError
from linewalker.tables import render_table
from nlp.facility_heads import head_ending, strip_head
from nlp.folding import fold_key
from nlp.gazetteer import load_gazetteer
from nlp.gazetteer_countries import country_code
from nlp.gazetteer_files import merge_facilities, write_facilities
from nlp.gazetteer_import import ForeignTable, read_foreign
from nlp.gazetteer_names import is_generic
from nlp.gazetteer_rows import FACILITY_TYPES, Facility, GazetteerError, parse_facility, read_facilities
from nlp.outlines import load_outlines
from nlp.sphere import distance_km

_FAR_KM = 400.0  # past the exclusive economic zone
_SHOWN = 20  # bad lines told one by one
_NEAR_KM, _NEAR_REGION_KM = 60.0, 400.0  # apart at most, of two works of one name that are taken for one
# In which the capacity of a type is told where no unit is given.
_UNITS = {
    "power_plant": "MW", "nuclear_plant": "MW", "hydro_dam": "MW", "wind_or_solar": "MW", "cable": "MW",
    "transmission_line": "MW", "refinery": "bbl/d", "oil_pipeline": "bbl/d", "product_pipeline": "bbl/d",
    "oil_field": "bbl/d", "platform": "bbl/d", "gas_pipeline": "bcm/y", "gas_field": "bcm/y", "lng_terminal": "t/y",
    "petrochemical_plant": "t/y", "oil_terminal": "bbl", "fuel_depot": "bbl",
}  # fmt: skip
# Types that tables use for each other.
_FAMILIES = (
    {"oil_field", "gas_field", "platform"}, {"oil_terminal", "port", "lng_terminal", "storage", "fuel_depot"},
    {"oil_pipeline", "product_pipeline"}, {"power_plant", "hydro_dam"}, {"refinery", "petrochemical_plant"},
    {"gas_processing", "gas_field", "lng_terminal"},
)  # fmt: skip


def own_tables(config: Path) -> tuple[Path, ...]:
    """The user's facility tables by a configuration; none where no file was named and the folder has none."""
    if config == Path() and not Path(CONFIG_NAME).is_file():
        return ()
    return load_config(find_config(config)).gazetteer_paths


def add_own(config: Path, row: Mapping[str, str | None], *, replace: bool) -> Iterator[str]:
    """Writes one facility and yields what to tell; raises ConfigError for what is wrong with it."""
    settings, path = _own(config)
    facility = _parse(row)
    own = read_facilities(path) if path.is_file() else {}
    known = load_gazetteer(settings.gazetteer_paths).facilities
    if facility.id in known and not replace:
        held = known[facility.id]
        where = f"in {path}" if facility.id in own else "shipped with Linewalker"
        raise ConfigError(
            f"the id {facility.id!r} is that of {_told(held)}, {where}; choose another with --id, "
            "or change that facility with --replace"
        )
    alike = _Known(one for one in known.values() if one.id != facility.id)
    own[facility.id] = facility
    path.parent.mkdir(parents=True, exist_ok=True)
    write_facilities(path, own.values())
    yield f"{path}: {facility.id} written; {len(own)} {'facility' if len(own) == 1 else 'facilities'} of your own."
    for one in alike.sharing_a_name(facility):
        yield (
            f"note: a name of it is known already: {one.id}, {_told(one)}; where a text tells them apart by type or "
            "country, each is found"
        )
    away = _outside(facility)
    if away > _FAR_KM:
        yield (
            f"note: {facility.latitude:g} {facility.longitude:g} is {away:.0f} km from the land of "
            f"{';'.join(facility.countries)}: are latitude and longitude the right way round?"
        )
    words = fold_key(facility.name).split()
    if is_generic(strip_head(words)):
        yield f"note: {facility.name!r} could be any works of its kind; every text that writes it so will mean this one"
    elif head_ending(words) is None and len(words) == 1:
        yield f"note: {facility.name!r} is found only with a type word beside it, as in '{facility.name} refinery'"


def import_own(config: Path, files: Sequence[Path], *, dry_run: bool, unbuilt: bool) -> Iterator[str]:
    """Takes tables into the user's own one and yields what to tell; raises ConfigError where a file is no use."""
    settings, path = _own(config)
    tables = [(file, _read(file, unbuilt=unbuilt)) for file in files]
    held = load_gazetteer(settings.gazetteer_paths).facilities
    known = _Known(held.values())
    taken: dict[str, Facility] = {}
    for file, table in tables:
        fresh, same_works = [], 0
        for facility in table.facilities:
            other = known.same_works(facility)
            if other is not None and other.id != facility.id and facility.id not in held:
                same_works += 1
                continue
            fresh.append(facility)
            known.add(facility)
        yield f"{file}: {table.title}, {table.lines} lines, {len(table.facilities)} facilities"
        if same_works:
            yield f"  known already under another id and left to that: {same_works}"
        if table.unbuilt:
            yield f"  only planned or given up, and left out: {table.unbuilt} (--unbuilt takes them in)"
        for line, reason in table.bad[:_SHOWN]:
            yield f"  line {line} left out: {reason}"
        if len(table.bad) > _SHOWN:
            yield f"  and {len(table.bad) - _SHOWN} more lines left out"
        taken.update((one.id, one) for one in fresh)
    if not taken and any(table.bad for _, table in tables) and not any(table.facilities for _, table in tables):
        raise ConfigError("no line could be read; nothing was written")
    if not dry_run:
        path.parent.mkdir(parents=True, exist_ok=True)
    merged = merge_facilities(path, taken.values(), write=not dry_run)
    done = "nothing was written (--dry-run)" if dry_run else "written" if merged.added + merged.changed else "unchanged"
    yield f"{path}: {merged.added} new, {merged.changed} changed, {merged.same} the same as before; {done}."


def find_known(config: Path, words: str, limit: int) -> str:
    """A table of the facilities whose id, name or alias holds some words."""
    wanted = fold_key(words)
    rows = []
    for one in load_gazetteer(own_tables(config)).facilities.values():
        if wanted and any(wanted in fold_key(name) for name in (one.id, one.name, *one.aliases)):
            told = "" if one.latitude is None else f"{one.latitude:g} {one.longitude:g}"
            rows.append((one.id, one.name, one.facility_type, ";".join(one.countries), told, one.source))
    return render_table(("id", "name", "type", "countries", "coordinates", "source"), tuple(rows[:limit]))


def _outside(facility: Facility) -> float:
    """Kilometres from a facility to the nearest of its countries; 0 where that cannot be said."""
    if facility.latitude is None or facility.longitude is None:
        return 0.0
    outlines = load_outlines()
    away = [outlines.distance(facility.latitude, facility.longitude, code) for code in facility.countries]
    return min((km for km in away if km is not None), default=0.0)


def _told(facility: Facility) -> str:
    return f"{facility.name} ({facility.facility_type}, {';'.join(facility.countries)})"


def _own(config: Path) -> tuple[Config, Path]:
    settings = load_config(find_config(config))
    if settings.facilities_path is None:
        raise ConfigError("'annotate.facilities' is switched off in the configuration; name a file there first")
    return settings, settings.facilities_path


def _read(file: Path, *, unbuilt: bool) -> ForeignTable:
    try:
        return read_foreign(file, unbuilt=unbuilt)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error


def _parse(row: Mapping[str, str | None]) -> Facility:
    name = (row["name"] or "").strip()
    given = [part.strip() for part in (row["countries"] or "").split(";") if part.strip()]
    codes = [country_code(part) for part in given]
    if not given or None in codes:
        wrong = next((part for part, code in zip(given, codes, strict=True) if code is None), "")
        raise ConfigError(f"--country: {wrong!r} is no country's code or name")
    kind = (row["facility_type"] or "").strip()
    if kind not in FACILITY_TYPES:
        close = difflib.get_close_matches(kind.replace(" ", "_"), sorted(FACILITY_TYPES), n=1, cutoff=0.5)
        hint = f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(sorted(FACILITY_TYPES))}"
        raise ConfigError(f"--type: {kind!r} is not a facility type; {hint}")
    cells = {**row, "countries": ";".join(code for code in codes if code), "source": "own"}
    cells["capacity"], _, unit = (row["capacity"] or "").strip().partition(" ")
    cells["capacity_unit"] = row["capacity_unit"] or unit.strip() or (_UNITS.get(kind) if cells["capacity"] else None)
    cells["id"] = row["id"] or re.sub(r"[^a-z0-9]+", "-", fold_key(name)).strip("-")
    try:
        facility = parse_facility(cells)
    except GazetteerError as error:
        option = {"facility_type": "type", "aliases": "alias", "coordinate_precision": "precision"}
        named = option.get(error.column, error.column).replace("_", "-")
        raise ConfigError(f"--{named}: {error.reason}") from error
    return with_changes(facility, aliases=tuple(dict.fromkeys(a for a in facility.aliases if a != facility.name)))


class _Known:
    """Facilities by their folded names, to tell what is listed already."""

    def __init__(self, facilities: Iterable[Facility]) -> None:
        self._by_name: dict[str, list[Facility]] = defaultdict(list)
        for facility in facilities:
            self.add(facility)

    def add(self, facility: Facility) -> None:
        for key in _keys(facility):
            self._by_name[key].append(facility)

    def sharing_a_name(self, facility: Facility) -> list[Facility]:
        """Those with one of a facility's names, in no order of likeness."""
        found = {one.id: one for key in _keys(facility, whole=True) for one in self._by_name.get(key, ())}
        return [one for one in found.values() if one.id != facility.id]

    def same_works(self, facility: Facility) -> Facility | None:
        """The listed facility that is the same works: alike in name, type, country and place; its own id first."""
        alike = [
            one
            for key in sorted(_keys(facility))
            for one in self._by_name.get(key, ())
            if one.id == facility.id or _is_same(one, facility)
        ]
        return next((one for one in alike if one.id == facility.id), alike[0] if alike else None)


def _keys(facility: Facility, *, whole: bool = False) -> set[str]:
    keys = {fold_key(name.lstrip("~!")) for name in (facility.name, *facility.aliases)}
    if not whole:
        cores = (strip_head(key.split()) for key in keys if key)
        keys |= {" ".join(core) for core in cores if not is_generic(core)}
    keys.discard("")
    return keys


def _is_same(one: Facility, other: Facility) -> bool:
    """Whether two facilities of one name are one; a source's own table is trusted to tell its works apart."""
    return (
        one.source.partition(" ")[0] != other.source.partition(" ")[0]
        and _same_type(one.facility_type, other.facility_type)
        and not set(one.countries).isdisjoint(other.countries)
        and _is_near(one, other)
    )


def _same_type(one: str, other: str) -> bool:
    return one == other or any({one, other} <= family for family in _FAMILIES)


def _is_near(one: Facility, other: Facility) -> bool:
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return True
    away = distance_km(one.latitude, one.longitude, other.latitude, other.longitude)
    region = "region" in (one.coordinate_precision, other.coordinate_precision)
    return away <= (_NEAR_REGION_KM if region else _NEAR_KM)
