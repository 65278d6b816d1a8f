"""What a briefing is narrowed to: regions, countries, commodities, risks and types of events."""

from __future__ import annotations

import difflib
import re
import typing
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pycountry

from nlp.records import HAPPENINGS, RiskLabel
from reports.commodities import COMMODITIES, commodities_of, words_of
from reports.countries import country_name
from reports.regions import REGIONS, regions_of
from reports.words import TYPE_NOUNS
from store.counting import count_weeks
from store.records import CountedIncident, IncidentView, Note, Snapshot

RISKS: tuple[str, ...] = typing.get_args(RiskLabel)
# The risks that a note of policy or market stands for.
_NOTE_RISKS = {"sanction": "sanctions_legal", "legal_diplomatic": "diplomatic", "market": "market"}
_TYPES = (*sorted(HAPPENINGS), *_NOTE_RISKS)


class ScopeError(ValueError):
    """A name that narrows a briefing and is not known; the message says which are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Each field empty: everything. Of one field any value will do, of several fields each must fit."""

    regions: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2
    commodities: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    event_types: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """As printed: "Europe; gas"; empty for everything."""
        fields = (
            self.regions,
            [country_name(code) for code in self.countries],
            self.commodities,
            [risk.replace("_", " ") for risk in self.risks],
            [TYPE_NOUNS[one].lower() for one in self.event_types],
        )
        return "; ".join(", ".join(names) for names in fields if names)

    @property
    def slug(self) -> str:
        """For a file name; empty for everything."""
        values = (*self.regions, *self.countries, *self.commodities, *self.risks, *self.event_types)
        return "-".join(re.sub(r"[^a-z0-9]+", "-", value.lower()) for value in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What of an incident decides whether it is in a scope, and under what it is counted."""

    event_type: str
    risks: tuple[str, ...]
    countries: tuple[str, ...]
    regions: tuple[str, ...]
    commodities: tuple[str, ...]


def make_scope(
    *,
    regions: Iterable[str] = (),
    countries: Iterable[str] = (),
    commodities: Iterable[str] = (),
    risks: Iterable[str] = (),
    event_types: Iterable[str] = (),
) -> Scope:
    """The scope of these names, in any case; raises ScopeError with the nearest known name."""
    return Scope(
        regions=_known(regions, REGIONS, "region"),
        countries=tuple(dict.fromkeys(_find_country(name) for name in countries)),
        commodities=_known(commodities, COMMODITIES, "commodity"),
        risks=_known(risks, RISKS, "risk"),
        event_types=_known(event_types, _TYPES, "type of event"),
    )


def narrow(snapshot: Snapshot, scope: Scope) -> Snapshot:
    """The snapshot with what is in the scope; how the sources did is never narrowed."""
    if not scope.label:
        return snapshot
    counted = tuple(one for one in snapshot.counted if _fits(subject_of(one), scope))

    def fitting(views: Iterable[IncidentView]) -> tuple[IncidentView, ...]:
        return tuple(view for view in views if _fits(subject_of(view), scope))

    return replace(
        snapshot,
        new=fitting(snapshot.new),
        changed=fitting(snapshot.changed),
        open=fitting(snapshot.open),
        notes=tuple(note for note in snapshot.notes if _fits(_subject_of_note(note), scope)),
        counted=counted,
        weeks=count_weeks(counted, snapshot.generated_at.date()),
        others=0,  # counted by the ledger for everything only
    )


def subject_of(one: IncidentView | CountedIncident) -> Subject:
    """What an incident is about; the same whether it is told or only counted."""
    if isinstance(one, CountedIncident):
        units: Sequence[str] = one.units
    else:
        units = [fact.unit for fact in one.facts if fact.field == "lost" and fact.unit and not fact.superseded]
    names = (*one.facilities, one.place or "")
    countries = tuple(dict.fromkeys((*((one.country,) if one.country else ()), *one.countries)))
    return Subject(
        event_type=one.event_type,
        risks=one.risks,
        countries=countries,
        regions=regions_of(
            countries, facility_type=one.facility_type, names=names, latitude=one.latitude, longitude=one.longitude
        ),
        commodities=commodities_of(one.facility_type, one.facilities, units),
    )


def _subject_of_note(note: Note) -> Subject:
    words = " ".join(quote.sentence for quote in (note.quote, note.title) if quote is not None)
    return Subject(
        event_type=note.event_type,
        risks=(_NOTE_RISKS.get(note.event_type, ""),),
        countries=note.countries,
        regions=regions_of(note.countries, names=(words,)),
        commodities=tuple(words_of(words)),
    )


def _fits(subject: Subject, scope: Scope) -> bool:
    return (
        (not scope.regions or bool({*scope.regions} & {*subject.regions}))
        and (not scope.countries or bool({*scope.countries} & {*subject.countries}))
        and (not scope.commodities or bool({*scope.commodities} & {*subject.commodities}))
        and (not scope.risks or bool({*scope.risks} & {*subject.risks}))
        and (not scope.event_types or subject.event_type in scope.event_types)
    )


def _known(names: Iterable[str], known: Sequence[str], what: str) -> tuple[str, ...]:
    found = []
    plain = {_plain(one): one for one in known}
    for name in names:
        if _plain(name) not in plain:
            close = difflib.get_close_matches(_plain(name), plain, n=1)
            hint = f"did you mean {plain[close[0]]!r}?" if close else f"known: {', '.join(known)}"
            raise ScopeError(f"there is no {what} {name!r}; {hint}")
        found.append(plain[_plain(name)])
    return tuple(dict.fromkeys(found))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def _find_country(name: str) -> str:
    if pycountry.countries.get(alpha_2=name.upper()) is not None:
        return name.upper()
    names = {_plain(country_name(country.alpha_2)): country.alpha_2 for country in pycountry.countries}
    if _plain(name) in names:
        return str(names[_plain(name)])
    try:
        return str(pycountry.countries.lookup(name).alpha_2)
    except LookupError:
        close = difflib.get_close_matches(_plain(name), names, n=1)
        hint = f"did you mean {country_name(names[close[0]])!r}?" if close else "give its name or ISO 3166 code"
        raise ScopeError(f"there is no country {name!r}; {hint}") from None
