"""Where and when an event took place: the places and dates that stand near it in the sentence, then in the document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from spacy.tokens import Token

from nlp.arguments import reach
from nlp.candidates import Candidate
from nlp.reading import FacilityRef, Reading
from nlp.records import DateBasis, DatePrecision, DateSpan, PlaceArgument, PlacePrecision, Span, Where
from nlp.syntax import chain, token_at
from nlp.text import Sentence


class Place(Protocol):
    """A place found in a text."""

    start: int
    end: int
    text: str
    label: str
    canonical: str
    country: str | None
    countries: tuple[str, ...]
    latitude: float
    longitude: float
    precision: str
    demonym: bool


class DateFound(Protocol):
    """A date found in a text."""

    start: int
    end: int
    text: str
    first: date
    last: date
    precision: DatePrecision
    basis: DateBasis
    prefix: bool
    future: bool
    dateline: bool


@dataclass(frozen=True, slots=True)
class Position:
    """A position in degrees that the text gives itself: "04-42N 008-19E"."""

    start: int
    end: int
    latitude: float
    longitude: float


_POSITION = re.compile(
    r"(?<![\d.])(\d{1,2})[-°: ](\d{1,2}(?:\.\d+)?)['’]?(?:[-:](\d{1,2}(?:\.\d+)?)[\"”]?)?\s?([NS])[\s,/;-]{0,4}(?:(?:and|long\w*|lon)\s)?(\d{1,3})[-°: ](\d{1,2}(?:\.\d+)?)['’]?(?:[-:](\d{1,2}(?:\.\d+)?)[\"”]?)?\s?([EW])\b"
)
_DECIMAL = re.compile(r"(?<![\d.])(-?\d{1,2}\.\d{3,})\s?°?\s?([NS]?),?\s+(-?\d{1,3}\.\d{3,})\s?°?\s?([EW]?)")

_SOURCE_PREPOSITIONS = frozenset(
    {"from", "to", "toward", "towards", "between", "with", "for", "despite", "than", "like", "including"}
)
_WHERE_PREPOSITIONS = frozenset(
    {
        "in",
        "at",
        "near",
        "off",
        "outside",
        "around",
        "of",
        "on",
        "north",
        "south",
        "east",
        "west",
        "inside",
        "within",
        "across",
        "along",
        "close",
        "under",
        "by",
        "over",
        "between",
        "throughout",
    }
)
_SINCE = re.compile(
    r"\b(?:since|until|till|by|before|from|of|for|through|beyond|starting|effective|expected|due|scheduled|next|from the|as of|dated|between)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)


def find_positions(text: str) -> list[Position]:
    """Positions written in degrees and minutes, or in decimal degrees, north and east positive."""
    found = []
    for m in _POSITION.finditer(text):
        latitude = int(m[1]) + float(m[2]) / 60 + float(m[3] or 0) / 3600
        longitude = int(m[5]) + float(m[6]) / 60 + float(m[7] or 0) / 3600
        if latitude <= 90 and longitude <= 180 and float(m[2]) < 60 and float(m[6]) < 60:
            found.append(
                Position(
                    m.start(), m.end(), -latitude if m[4] == "S" else latitude, -longitude if m[8] == "W" else longitude
                )
            )
    for m in _DECIMAL.finditer(text):
        latitude, longitude = float(m[1]), float(m[3])
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            found.append(
                Position(
                    m.start(), m.end(), -latitude if m[2] == "S" else latitude, -longitude if m[4] == "W" else longitude
                )
            )
    return found


def _inside(places: Sequence[Place], sentence: Sentence) -> list[Place]:
    return [p for p in places if p.start >= sentence.start and p.end <= sentence.end]


def _weight(place: Place, candidate: Candidate, anchors: Sequence[Token], agents: set[int]) -> float | None:
    """How far a place stands from an event in its sentence; None where it is no location of it."""
    sentence = candidate.sentence
    doc = candidate.token.doc
    token = token_at(doc, place.end - 1 - sentence.start)
    if token is None:
        return None
    governors = chain(token)
    if any(g.i in agents for g in governors[:3]):
        return None
    preposition = next((g for g in governors[1:6] if g.dep_ == "prep"), None)
    facility = next((f for f in candidate.facilities if f.start <= place.start < f.end), None)
    if place.demonym:
        head = token.head
        if facility is None or facility.facility_type == "tanker":
            owned = any(f.start - sentence.start <= head.idx < f.end - sentence.start for f in candidate.facilities)
            if not owned and head.dep_ in ("dobj", "nsubjpass", "pobj", "conj"):
                # "destroyed 16 Ukrainian facilities, including a fuel depot"
                owned = candidate.token.i in {g.i for g in chain(head)[:4]} and head.pos_ == "NOUN"
            if not owned or any(f.facility_type == "tanker" for f in candidate.facilities):
                return None
        cost = 2.0
    elif facility is not None:
        if facility.facility_type == "tanker":
            return None
        rest = facility.proper.lower().removeprefix(place.text.lower())
        # "Callide C" lies at Callide, but the San Geronimo substation not at San.
        return 0.3 if facility.known or len(rest) <= 2 or place.text.lower() not in facility.proper.lower() else 5.0
    else:
        cost = min(reach(anchor, token) for anchor in anchors)
        if preposition is not None and preposition.lower_ in _SOURCE_PREPOSITIONS:
            cost += 2.5
        elif preposition is not None and preposition.lower_ in _WHERE_PREPOSITIONS:
            cost -= 0.5
    if token.dep_ in ("nsubj", "nsubjpass") and not place.demonym:
        verb = token.head
        cost += 0.0 if verb.lemma_ in ("suffer", "experience", "see", "face", "lose", "have") else 3.0
        if verb.lemma_ in (
            "say",
            "tell",
            "report",
            "claim",
            "accuse",
            "deny",
            "announce",
            "confirm",
            "warn",
            "urge",
            "call",
        ):
            cost += 3.0
    if token.dep_ == "poss" and token.head.lower_ in (
        "ministry",
        "minister",
        "president",
        "government",
        "army",
        "military",
        "forces",
        "navy",
        "spokesman",
        "agency",
        "operator",
    ):
        cost += 4.0
    if (
        token.dep_ in ("compound", "amod", "nmod")
        and token.head.pos_ in ("NOUN", "PROPN")
        and facility is None
        and place.precision == "country"
        and token.head.lower_ not in ("coast", "border", "waters", "city", "province", "region")
    ):
        cost += 2.0
    if any(g.dep_ in ("prep",) and g.lower_ == "according" for g in governors[:4]):
        cost += 6.0
    return cost


def locate(
    reading: Reading,
    candidates: Sequence[Candidate],
    facilities: Sequence[FacilityRef],
    places: dict[Where, list[Place]],
    positions: dict[Where, list[Position]],
    regions: dict[str, str],
) -> tuple[tuple[PlaceArgument, ...], str | None, tuple[str, ...]]:
    """The places of an event (the finest and nearest first), its country and all its countries."""
    ranked: list[tuple[float, Place, Where]] = []
    for order, candidate in enumerate(candidates):
        if candidate.cost >= 50 and ranked:
            break  # a mention without a facility of its own places nothing that a better one has placed
        where = candidate.sentence.where
        doc = candidate.token.doc
        anchors = [candidate.token]
        for ref in candidate.facilities:
            token = token_at(doc, ref.head - candidate.sentence.start)
            if token is not None and not candidate.borrowed:
                anchors.append(token)
        agents = {t.i for actor, _ in candidate.actors for t in doc if actor.start <= t.idx < actor.end}
        for place in _inside(places[where], candidate.sentence):
            cost = _weight(place, candidate, anchors, agents)
            if cost is not None and cost < 7.5:
                penalty = 0.0 if order == 0 else 0.8 + 0.3 * order
                ranked.append((cost + penalty + (0.5 if where == "title" else 0.0), place, where))
    known = next(
        (f for f in facilities if f.known and f.facility_type not in ("chokepoint",) and f.latitude is not None), None
    )
    own = known.countries if known else ()
    if not ranked:
        ranked = _elsewhere(reading, candidates, places, own)
    ranked.sort(key=lambda r: (r[0], r[1].start))
    position = _nearest_position(candidates, positions)
    chosen: list[tuple[float, Place, Where]] = []
    for cost, place, where in ranked:
        if chosen and not _consistent(chosen[0][1], place, cost - chosen[0][0]):
            continue
        if all((c[1].canonical, c[1].country) != (place.canonical, place.country) for c in chosen):
            chosen.append((cost, place, where))
        if len(chosen) == 6:
            break
    if (
        own
        and chosen
        and not any(set(own) & set(p.countries or ((p.country,) if p.country else ())) for _, p, _ in chosen)
    ):
        # What is told of places beside a facility that we know lies elsewhere is about something else.
        if len(own) == 1 and not any(c[0] < 1.2 for c in chosen):
            chosen = []
    chosen.sort(key=lambda c: _RANK.get(c[1].precision, 3) + min(c[0], 9.0) / 3.0)
    arguments = [_argument(p, w) for _, p, w in chosen]
    if not chosen and not own and facilities and all(f.company for f in facilities):
        own = facilities[0].countries[
            :1
        ]  # a company that is itself the target is hit at home, unless the text says otherwise
    country, countries = _country([p for _, p, _ in chosen], own, facilities)
    if position is not None:
        first = PlaceArgument(
            name=arguments[0].name if arguments else "position given", span=Span(start=position[0].start, end=position[0].end, where=position[1]),
            country=None, latitude=round(position[0].latitude, 4), longitude=round(position[0].longitude, 4), precision="offshore",
        )  # fmt: skip
        arguments.insert(0, first)
    elif (
        known is not None
        and known.latitude is not None
        and (not arguments or arguments[0].precision in ("country", "admin1", "unknown"))
    ):
        if not (len(own) > 1 and arguments):
            arguments.insert(
                0,
                PlaceArgument(
                    name=known.name,
                    span=None,
                    country=own[0] if len(own) == 1 else None,
                    latitude=known.latitude,
                    longitude=known.longitude,
                    precision="facility",
                ),
            )
    if not arguments:
        arguments.append(PlaceArgument(name="unknown", span=None))
    return tuple(arguments), country, countries


_RANK = {"locality": 0.0, "offshore": 0.6, "admin1": 0.8, "country": 2.0}


def _consistent(first: Place, other: Place, gap: float) -> bool:
    """Whether two places can be one location: a town, its province, its country."""
    if first.country and other.country:
        return first.country == other.country
    if other.country is None and other.precision == "offshore":
        return gap < 2.5
    return gap < 2.5 or bool(set(first.countries) & set(other.countries))


def _argument(place: Place, where: Where) -> PlaceArgument:
    precision: PlacePrecision = (
        place.precision if place.precision in ("facility", "locality", "admin1", "country", "offshore") else "unknown"
    )  # type: ignore[assignment]
    # The words used, as the reader will search for them; capitals and lower-case wires are put right.
    name = (
        place.text
        if place.text[:1].isupper() and not (place.text.isupper() and len(place.text) > 3)
        else place.canonical
    )
    return PlaceArgument(
        name=name, span=Span(start=place.start, end=place.end, where=where), country=place.country,
        latitude=place.latitude, longitude=place.longitude, precision=precision,
    )  # fmt: skip


def _country(
    chosen: Sequence[Place], own: tuple[str, ...], facilities: Sequence[FacilityRef]
) -> tuple[str | None, tuple[str, ...]]:
    told = [p.country for p in chosen if p.country]
    vessel = bool(facilities) and all(f.facility_type == "tanker" for f in facilities)
    offshore = bool(chosen) and chosen[0].precision == "offshore"
    if len(own) == 1 and not vessel:
        country: str | None = own[0]
    elif offshore:
        country = None
    elif told:
        country = (
            told[0]
            if not own or told[0] in own or not any(t in own for t in told)
            else next(t for t in told if t in own)
        )
    else:
        country = None
    countries = tuple(dict.fromkeys([*([country] if country else []), *told, *(own if not country else ())]))
    return country, countries


def _elsewhere(
    reading: Reading, candidates: Sequence[Candidate], places: dict[Where, list[Place]], own: tuple[str, ...]
) -> list[tuple[float, Place, Where]]:
    """Places of the neighbouring sentences, then of the title and lead, then what people and things are called after."""
    found: list[tuple[float, Place, Where]] = []
    indexes = [c.sentence.index for c in candidates]
    for sentence in reading.sentences:
        if sentence.kind == "advice":
            continue
        distance = min(abs(sentence.index - i) for i in indexes)
        lead = 1.0 if sentence.index in (-1, 0) else 2.0
        for place in _inside(places[sentence.where], sentence):
            if place.demonym:
                continue
            if place.precision == "country" and distance > 2 and lead > 1.0:
                continue
            found.append((3.0 + lead + 0.7 * min(distance, 8), place, sentence.where))
        if len(found) > 40:
            break
    if found:
        nearest = min(f[0] for f in found)
        return [f for f in found if f[0] <= nearest + 1.5]
    if own:
        return []
    for candidate in candidates:
        sentence = candidate.sentence
        for place in _inside(places[sentence.where], sentence):
            if place.demonym and not any(f.facility_type == "tanker" for f in candidate.facilities):
                found.append((8.0, place, sentence.where))
    return found[:1]


def _nearest_position(
    candidates: Sequence[Candidate], positions: dict[Where, list[Position]]
) -> tuple[Position, Where] | None:
    if len(positions["text"]) == 1 and not positions["title"]:
        return positions["text"][0], "text"
    for candidate in candidates:
        for position in positions[candidate.sentence.where]:
            if candidate.sentence.start - 250 <= position.start <= candidate.sentence.end + 250:
                return position, candidate.sentence.where
    return None


def date_of(
    reading: Reading,
    candidates: Sequence[Candidate],
    dates: dict[Where, list[DateFound]],
    published_on: date | None,
    *,
    told: bool,
) -> DateSpan | None:
    """When it happened: the nearest date of its sentences, an entry's prefix, the neighbours', then the publication."""
    best: tuple[float, DateFound, Where] | None = None
    for order, candidate in enumerate(candidates):
        sentence = candidate.sentence
        where = sentence.where
        doc = candidate.token.doc
        for found in dates[where]:
            if found.start < sentence.start or found.end > sentence.end or found.dateline:
                continue
            if found.future and told:
                continue
            if found.prefix:
                cost = 2.0
            else:
                token = token_at(doc, found.start - sentence.start)
                cost = reach(candidate.token, token) if token is not None else 5.0
                before = sentence.text[max(0, found.start - sentence.start - 24) : found.start - sentence.start]
                if _SINCE.search(before):
                    cost += 3.0
                if token is not None and any(
                    g.dep_ in ("relcl", "acl") and candidate.token not in g.subtree for g in chain(token)[:8]
                ):
                    cost += 2.0
            if candidate.cost >= 50:
                cost += 2.5
            cost += {"hour": 0.0, "day": 0.0, "week": 0.6, "month": 0.9, "year": 2.0}[found.precision] + 0.9 * min(
                order, 4
            )
            if cost < 9.0 and (best is None or cost < best[0]):
                best = (cost, found, where)
    if best is None:
        best = _neighbouring(reading, candidates, dates, told=told)
    if best is not None:
        found = best[1]
        last = (
            min(found.last, published_on)
            if published_on is not None and told and found.last > published_on >= found.first
            else found.last
        )
        return DateSpan(
            start=found.first,
            end=last,
            precision=found.precision,
            basis=found.basis,
            text=found.text,
            span=Span(start=found.start, end=found.end, where=best[2]),
        )
    if published_on is not None and told:
        return DateSpan(start=published_on, end=published_on, precision="day", basis="publication")
    return None


def told_as_old(candidate: Candidate, dates: dict[Where, list[DateFound]], published_on: date | None) -> bool:
    """Whether a mention carries a date of its own that lies more than 90 days before publication."""
    if published_on is None:
        return False
    sentence = candidate.sentence
    doc = candidate.token.doc
    best: tuple[float, DateFound] | None = None
    for found in dates[sentence.where]:
        if sentence.start <= found.start and found.end <= sentence.end and not found.dateline:
            token = token_at(doc, found.start - sentence.start)
            cost = 0.0 if found.prefix else reach(candidate.token, token) if token is not None else 9.0
            if best is None or cost < best[0]:
                best = (cost, found)
    return best is not None and best[0] <= 2.6 and best[1].last < published_on - timedelta(days=90)


def _neighbouring(
    reading: Reading, candidates: Sequence[Candidate], dates: dict[Where, list[DateFound]], *, told: bool
) -> tuple[float, DateFound, Where] | None:
    best: tuple[float, DateFound, Where] | None = None
    for candidate in candidates[:3]:
        if candidate.sentence.where != "text":
            continue
        for sentence in reading.sentences:
            distance = candidate.sentence.index - sentence.index
            if sentence.index < 0 or not (-1 <= distance <= 2) or distance == 0:
                continue
            for found in dates["text"]:
                if (
                    sentence.start <= found.start < sentence.end
                    and not found.dateline
                    and found.precision in ("hour", "day")
                    and not (found.future and told)
                ):
                    if _SINCE.search(
                        sentence.text[max(0, found.start - sentence.start - 24) : found.start - sentence.start]
                    ):
                        continue
                    cost = 4.0 + abs(distance) + (0.5 if distance < 0 else 0.0)
                    if best is None or cost < best[0]:
                        best = (cost, found, "text")
    if best is None:
        for found in dates["text"]:
            if found.prefix and not (found.future and told):
                return 6.0, found, "text"
    return best


def is_old(span: DateSpan | None, published_on: date | None) -> bool:
    """Whether a happening lies more than 90 days before publication (DESIGN section 5, historical)."""
    return (
        span is not None
        and published_on is not None
        and span.basis != "publication"
        and span.end < published_on - timedelta(days=90)
    )
