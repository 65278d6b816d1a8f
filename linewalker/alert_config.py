"""The rules under [[alerts]] in linewalker.toml: read, checked, and their facilities looked up in the gazetteer."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any, get_args

from linewalker.config import AlertSetting
from linewalker.errors import ConfigError
from nlp.amounts import find_amounts
from nlp.folding import fold_key
from nlp.gazetteer import Gazetteer
from nlp.gazetteer_countries import country_code
from nlp.gazetteer_tables import FacilityTable
from nlp.records import EventType, FacilityType, RiskLabel
from nlp.units import match_unit
from reports.alert_rules import LOSS_UNITS, STATES, TIERS, AlertRule, Circle, Loss
from reports.severity import LEVELS
from reports.text import clean_text

NAME_CHARACTERS = 60
_FURTHEST_KM = 20_038.0  # half of the Earth's circumference
_CIRCLE_KEYS = ("latitude", "longitude", "km")


def parse_alerts(tables: object, path: str) -> tuple[AlertSetting, ...]:
    """The rules of a file; raises ConfigError naming the file, the rule and the key."""
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise ConfigError(f"{path}: 'alerts' must be an array of tables: [[alerts]] before each rule")
    rules: list[AlertSetting] = []
    for number, table in enumerate(tables, start=1):
        rule = _parse_rule(table, _Place(path, table, number))
        if rule.name in [one.name for one in rules]:
            raise ConfigError(f"{path}: two rules under [[alerts]] have the name {rule.name!r}; give each its own")
        rules.append(rule)
    return tuple(rules)


class _Place:
    """Where in the file a value stands, for messages."""

    def __init__(self, path: str, table: Mapping[str, Any], number: int) -> None:
        name = table.get("name")
        told = repr(name) if isinstance(name, str) and name.strip() else f"number {number}"
        self._where = f"{path}: [[alerts]] rule {told}"

    def wrong(self, key: str, problem: str) -> ConfigError:
        return ConfigError(f"{self._where}: {key!r} {problem}")


def _parse_rule(table: Mapping[str, Any], place: _Place) -> AlertSetting:
    known = [one.name for one in fields(AlertSetting)]
    for key in table:
        if key not in known:
            raise place.wrong(key, f"is no known key; {_nearest(key, known)}")
    if "within" in table and ("near" in table or "km" in table):
        raise place.wrong("within", "and 'near' with 'km' are two ways to say one thing; give one of them")
    if ("near" in table) != ("km" in table):
        raise place.wrong("near", "and 'km' belong together: near = \"facility id\" and km = 50")
    return AlertSetting(
        name=_name(table, place),
        to=_targets(table, place),
        risk=_words(table, "risk", get_args(RiskLabel), place),
        event_type=_words(table, "event_type", get_args(EventType), place),
        severity=_word(table, "severity", LEVELS, place),
        facility=_names(table, "facility", place),
        facility_type=_words(table, "facility_type", get_args(FacilityType), place),
        country=tuple(dict.fromkeys(_country(one, place) for one in _names(table, "country", place))),
        within=_circle(table["within"], place) if "within" in table else None,
        near=_one_name(table, "near", place),
        km=_km(table["km"], "km", place) if "km" in table else None,
        actor=_names(table, "actor", place),
        evidence=_word(table, "evidence", TIERS, place),
        credibility=_credibility(table, place),
        loss=tuple(_loss(one, place) for one in _names(table, "loss", place)),
        factuality=_words(table, "factuality", STATES, place) or ("happened",),
        parts=_flag(table, "parts", place),
    )


def _name(table: Mapping[str, Any], place: _Place) -> str:
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise place.wrong("name", 'is needed: name = "Black Sea terminals"')
    if clean_text(name) != name or len(name) > NAME_CHARACTERS:
        raise place.wrong("name", f"must be one line of at most {NAME_CHARACTERS} characters without control signs")
    return name


def _names(table: Mapping[str, Any], key: str, place: _Place, *, needed: bool = False) -> tuple[str, ...]:
    value = table.get(key, ())
    values = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else None
    if values is None or not all(isinstance(one, str) and one.strip() for one in values):
        raise place.wrong(key, f"must be a string or a list of strings, not {value!r}")
    if key in table and not values:
        raise place.wrong(key, "is an empty list, which nothing can meet; leave the key out to allow everything")
    if needed and not values:
        raise place.wrong(key, 'is needed: the names of those who are told, to = "desk"')
    return tuple(dict.fromkeys(one.strip() for one in values))


def _targets(table: Mapping[str, Any], place: _Place) -> tuple[str, ...]:
    value = table.get("to", ())
    if "://" in str(value):  # not repeated: an address holds passwords
        raise place.wrong("to", "takes the name of a target; its address stands under [alerting.targets]")
    return _names(table, "to", place, needed=True)


def _one_name(table: Mapping[str, Any], key: str, place: _Place) -> str | None:
    given = _names(table, key, place)
    if len(given) > 1:
        raise place.wrong(key, "takes one facility; make a rule for each")
    return given[0] if given else None


def _words(table: Mapping[str, Any], key: str, known: Sequence[str], place: _Place) -> tuple[str, ...]:
    given = _names(table, key, place)
    for one in given:
        if one not in known:
            raise place.wrong(key, f"holds {one!r}; {_nearest(one, known)}")
    return given


def _word(table: Mapping[str, Any], key: str, known: Sequence[str], place: _Place) -> str | None:
    given = _words(table, key, known, place)
    if len(given) > 1:
        raise place.wrong(key, "is the least that is asked for: give one value")
    return given[0] if given else None


def _flag(table: Mapping[str, Any], key: str, place: _Place) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise place.wrong(key, f"must be true or false, not {value!r}")
    return value


def _credibility(table: Mapping[str, Any], place: _Place) -> int | None:
    value = table.get("credibility")
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 5:
        raise place.wrong("credibility", f"must be 1 (confirmed) to 5 (improbable), not {value!r}")
    return value


def _country(text: str, place: _Place) -> str:
    code = country_code(text)
    if code is None:
        raise place.wrong("country", f"holds {text!r}, which is no country; give its name or its ISO code, such as NG")
    return code


def _km(value: object, key: str, place: _Place) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= _FURTHEST_KM:
        raise place.wrong(key, f"must be a distance in kilometres above 0, not {value!r}")
    return float(value)


def _circle(value: object, place: _Place) -> tuple[float, float, float]:
    if not isinstance(value, dict) or set(value) != set(_CIRCLE_KEYS):
        raise place.wrong("within", "must be { latitude = 26.57, longitude = 56.25, km = 100 }")
    for key, most in (("latitude", 90), ("longitude", 180)):
        number = value[key]
        if not isinstance(number, int | float) or isinstance(number, bool) or not math.fabs(number) <= most:
            raise place.wrong(f"within.{key}", f"must be degrees from -{most} to {most}, not {number!r}")
    return float(value["latitude"]), float(value["longitude"]), _km(value["km"], "within.km", place)


def _loss(text: str, place: _Place) -> tuple[float, str]:
    """ "100000 bbl/d", "0.5 million barrels a day", "2 GW": read as an article's figure is."""
    amounts = find_amounts(text)
    unit = match_unit(text, amounts[0].end, amounts[0]) if len(amounts) == 1 and not amounts[0].start else None
    if unit is None or unit.end != len(text) or not (value := amounts[0].minimum):
        raise place.wrong("loss", f'holds {text!r}; write a figure with its unit, such as "100000 bbl/d" or "2 GW"')
    if unit.unit not in LOSS_UNITS:
        raise place.wrong(
            "loss", f"holds {text!r}, and no loss is told in {unit.unit}; the units are {', '.join(LOSS_UNITS)}"
        )
    return value * unit.factor, unit.unit


def resolve_rules(
    settings: Sequence[AlertSetting], load: Callable[[], Gazetteer], targets: Collection[str], path: str
) -> tuple[AlertRule, ...]:
    """The rules with their facilities found; raises ConfigError for one that nobody lists and a target without address.

    `load` is called only where a rule names a facility.
    """
    rules = []
    for one in settings:
        place = _Place(path, {"name": one.name}, 0)
        for target in one.to:
            if target not in targets:
                hint = _nearest(target, sorted(targets)) if targets else "no target has an address yet"
                raise place.wrong("to", f"holds {target!r}, which stands neither under [alerting.targets] nor in the "
                                        f"targets file; {hint}")  # fmt: skip
        facilities = {id_: name for word in one.facility for id_, name in [_facility(word, "facility", load, place)]}
        rules.append(
            AlertRule(
                name=one.name, targets=one.to, risks=one.risk, event_types=one.event_type,
                severity=next((level for level in LEVELS if level == one.severity), None),
                facilities=facilities or None, facility_types=one.facility_type, countries=one.country,
                within=_within(one, load, place), actors=one.actor, evidence=one.evidence, credibility=one.credibility,
                losses=tuple(Loss(amount=amount, unit=unit) for amount, unit in one.loss),
                states=one.factuality, parts=one.parts,
            )
        )  # fmt: skip
    return tuple(rules)


def _within(rule: AlertSetting, load: Callable[[], Gazetteer], place: _Place) -> Circle | None:
    if rule.within is not None:
        latitude, longitude, km = rule.within
        return Circle(latitude=latitude, longitude=longitude, km=km)
    if rule.near is None or rule.km is None:
        return None
    facility_id, name = _facility(rule.near, "near", load, place)
    found = load().facilities[facility_id]
    if found.latitude is None or found.longitude is None:
        raise place.wrong("near", f"holds {rule.near!r}, of which no position is known; give within = {{ latitude, "
                                  "longitude, km }")  # fmt: skip
    return Circle(latitude=found.latitude, longitude=found.longitude, km=rule.km, name=name, facility_id=facility_id)


def _facility(word: str, key: str, load: Callable[[], Gazetteer], place: _Place) -> tuple[str, str]:
    """Id and name of the facility that is meant; raises ConfigError naming the nearest where there is none."""
    facilities = load().facilities
    if word in facilities:
        return word, facilities[word].name
    listed = (
        facilities.names() if isinstance(facilities, FacilityTable)
        else ((id_, ";".join((one.name, *one.aliases))) for id_, one in facilities.items())
    )  # fmt: skip
    by_name: dict[str, list[str]] = {}
    for id_, names in listed:
        for name in names.split(";"):
            by_name.setdefault(fold_key(name.lstrip("~!")), []).append(id_)
    ids = list(dict.fromkeys(by_name.get(fold_key(word), ())))
    if len(ids) == 1:
        return ids[0], facilities[ids[0]].name
    if ids:
        raise place.wrong(key, f"holds {word!r}, a name that {len(ids)} facilities have; give an id: {', '.join(ids)}")
    close = difflib.get_close_matches(fold_key(word), by_name, n=1, cutoff=0.5)
    close_ids = difflib.get_close_matches(word.lower(), list(facilities), n=1, cutoff=0.5)
    nearest = by_name[close[0]][0] if close else close_ids[0] if close_ids else None
    hint = f"the nearest is {nearest!r} ({facilities[nearest].name})" if nearest else "no name is near it"
    raise place.wrong(key, f"holds {word!r}, which no gazetteer lists; {hint}: linewalker gazetteer find WORDS")


def _nearest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known are: {', '.join(known)}"
