"""Records to JSON and back with nothing lost, for what must be read again as it was found."""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(record: object) -> str:
    """A record, or a tuple of records, as canonical JSON; fields that hold their default are left out."""
    return json.dumps(_plain(record), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(kind: type[T], text: str) -> T:
    """The record of this dataclass that `to_json` wrote; unknown keys are ignored, missing ones take their default."""
    return cast(T, _build(kind, json.loads(text)))


def all_from_json(kind: type[T], text: str) -> tuple[T, ...]:
    """The tuple of records of this dataclass that `to_json` wrote."""
    return tuple(cast(T, _build(kind, value)) for value in json.loads(text))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: _plain(getattr(value, item.name))
            for item in fields(value)
            if item.default is MISSING or getattr(value, item.name) != item.default
        }
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _build(kind: Any, value: Any) -> Any:
    return _builder(kind)(value)


@cache
def _builder(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of this type from its JSON: looked up once for each type, not for each value."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = _builder(next(one for one in get_args(kind) if one is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _builder(get_args(kind)[0])
        return lambda value: None if value is None else tuple([item(one) for one in value])
    if is_dataclass(kind):
        return _record_builder(kind)
    if kind is datetime or kind is date:
        return lambda value: None if value is None else kind.fromisoformat(value)
    if kind is float:
        return lambda value: None if value is None else float(value)
    return lambda value: value


def _record_builder(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    builders: dict[str, Callable[[Any], Any]] = {}

    def build(value: Any) -> Any:
        if value is None:
            return None
        if not builders:  # only now: a type may hold itself
            builders.update((name, _builder(hint)) for name, hint in hints.items())
        return kind(**{key: builders[key](item) for key, item in value.items() if key in builders})

    return build
