"""Where an event took place: the places that stand near it in the sentence, then in the document, the finest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.candidates import Candidate
from nlp.facility_refs import FacilityRef
from nlp.place_arguments import facility_argument, place_argument, position_argument
from nlp.place_roles import LINES, SEAT, is_dateline, is_seat, is_way, weight
from nlp.place_sites import with_sites
from nlp.places import PlaceMatch
from nlp.positions import Position
from nlp.reading import Reading
from nlp.records import PlaceArgument, Where
from nlp.syntax import token_at
from nlp.text import Sentence

_SPREAD = 1.6  # how much further than the nearest place another may stand and still be told of the event
_FAR = 6.5  # beyond it a place of the same sentence tells the country at best
_RANK = {"locality": 0.0, "offshore": 0.6, "admin1": 0.8, "country": 2.0}
_ASHORE = frozenset(
    "refinery power_plant nuclear_plant hydro_dam substation transmission_line power_grid fuel_depot mine "
    "gas_processing petrochemical_plant company control_system".split()
)
# What stands behind an owner's name and is hit.
_OWNED = re.compile(
    r"(?:['’]s)?\s(?:(?!says?\b|said\b|claim|report|hit\b|str[iu]|attack)[\w-]+\s){0,5}?(?:facilit(?:y|ies)|sites?|targets?|infrastructure|installations?|depots?|"
    r"refiner(?:y|ies)|plants?|compan(?:y|ies)|networks?|servers?|systems?|terminals?)\b",
    re.IGNORECASE,
)
_Ranked = tuple[float, PlaceMatch, Where]


def _inside(places: Sequence[PlaceMatch], sentence: Sentence) -> list[PlaceMatch]:
    return [p for p in places if p.start >= sentence.start and p.end <= sentence.end]


def locate(
    reading: Reading,
    candidates: Sequence[Candidate],
    facilities: Sequence[FacilityRef],
    told: dict[Where, list[PlaceMatch]],
    positions: dict[Where, list[Position]],
    regions: dict[str, str],
) -> tuple[tuple[PlaceArgument, ...], str | None, tuple[str, ...]]:
    """The places of an event (the finest and nearest first), its country and all its countries."""
    if reading.sites is None:  # the same for every event of a document
        reading.sites = with_sites(reading, told)
    places = reading.sites
    ranked = _beside(reading, candidates, places)
    known = next(
        (f for f in facilities if f.known and f.facility_type not in ("chokepoint",) and f.latitude is not None), None
    )
    own = known.countries if known else ()
    named = _named(reading, facilities, places)
    fine = any(p.precision != "country" and cost < _FAR for cost, p, _ in ranked)
    site = known is not None and known.facility_type not in LINES
    lost = all(cost >= SEAT for cost, _, _ in ranked)
    if all(c.event_type == "market" for c in candidates):
        ranked = [r for r in ranked if r[0] < 2.5]  # a price has no scene but what its own clause names
    elif lost or (not fine and not site and named is None):
        ranked += [
            (cost + 1.0, place, where)
            for cost, place, where in _elsewhere(reading, candidates, places, own)
            if not ranked or (place.precision != "country" and not place.demonym)
        ]
    elif not site and named is None and not any(p.precision == "locality" and cost < _FAR for cost, p, _ in ranked):
        # A state stands beside the event; the town in it may stand a sentence before or after.
        ranked += [
            (cost + 2.0, place, where)
            for cost, place, where in _elsewhere(reading, candidates, places, own)
            if place.precision == "locality" and cost < 6.0 and any(_holds(p, place) for _, p, _ in ranked)
        ]
    if ranked and all(p.feature == "untabled" for _, p, _ in ranked):
        # What no table holds lies in the country that the head or the lead names.
        around = _elsewhere(reading, candidates, places, own)
        ranked += [(c + 1.0, p, w) for c, p, w in around if p.precision in ("country", "admin1") and not p.demonym]
    ranked.sort(key=lambda r: (r[0], r[1].start))
    position = _nearest_position(candidates, positions)
    chosen = _choose(ranked)
    at_home = any(set(own) & set(p.countries or ((p.country,) if p.country else ())) for _, p, _ in chosen)
    if len(own) == 1 and chosen and not at_home and not any(c[0] < 1.2 for c in chosen):
        # What is told of places beside a facility that we know lies elsewhere is about something else.
        chosen = []
    if any(f.facility_type in _ASHORE for f in facilities) and any(c[1].precision != "offshore" for c in chosen):
        chosen = [c for c in chosen if c[1].precision != "offshore"]  # the sea that the oil of a refinery ran into
    chosen.sort(key=lambda c: _RANK.get(c[1].precision, 3) + min(c[0], 9.0) / 3.0)
    if not chosen and not own and facilities and all(f.company for f in facilities):
        # A company that is itself the target is hit at home, unless the text says otherwise.
        own = facilities[0].countries[:1]
    if not own and not any(p.country for _, p, _ in chosen):
        own = _owners(reading, candidates)
    country, countries = _country([p for _, p, _ in chosen], own, facilities)
    if position is not None and _afloat(facilities):
        country = None
    finer = [c for c in chosen if c[1].precision != "country"]
    spots = [c for c in finer if c[1].precision in ("locality", "offshore") and c[1].feature != "facility"]
    if spots:  # a town says where; the name of the works themselves stands among the facilities
        finer = [c for c in finer if c[1].feature != "facility" or _is_port(c, facilities)]
    # Behind the finest stand the country and what else is told to hold it: "Landi Kotal, Khyber, Pakistan".
    around = [c for c in chosen if c[1].precision == "country" and c[0] < SEAT]
    arguments = [
        place_argument(reading, p, w) for _, p, w in (*finer, *around) if not p.demonym and p.feature != "seat"
    ]
    # A town that no table holds lies in the country of the event.
    arguments = [replace(a, country=country) if a.latitude is None and a.country is None else a for a in arguments]
    if position is not None:
        arguments.insert(0, position_argument(reading, *position, arguments))
    elif known is not None and known.latitude is not None and not (len(own) > 1 and arguments):
        coarse = not arguments or arguments[0].precision in ("country", "admin1", "unknown")
        arguments[:0] = [facility_argument(reading, known)] if coarse else []
    if named is not None and not finer:
        arguments.insert(0, facility_argument(reading, named))
    if not arguments:
        arguments.append(PlaceArgument(name="unknown", span=None))
    return tuple(arguments), country, countries


def _holds(region: PlaceMatch, town: PlaceMatch) -> bool:
    """Whether a region that stands beside an event is the one that a town of another sentence lies in."""
    return region.precision == "admin1" and region.admin1 is not None and region.admin1 == town.admin1


def _beside(reading: Reading, candidates: Sequence[Candidate], places: dict[Where, list[PlaceMatch]]) -> list[_Ranked]:
    """The places of the mentions' own sentences with their distance."""
    ranked: list[_Ranked] = []
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
            cost = weight(reading.copies[where], place, candidate, anchors, agents)
            if cost is not None and cost < 7.5:
                penalty = 0.0 if order == 0 else 0.8 + 0.3 * order
                ranked.append((cost + penalty + (0.5 if where == "title" else 0.0), place, where))
    return ranked


def _choose(ranked: Sequence[_Ranked]) -> list[_Ranked]:
    """The nearest place, those that can be one location with it, and those told in one breath with it."""
    chosen: list[_Ranked] = []
    for cost, place, where in ranked:
        if chosen:
            first = chosen[0]
            gap = cost - first[0]
            anchor = next((c[1] for c in chosen if c[1].country), first[1])
            beside = any(w == where and -24 < place.start - p.end < 24 for _, p, w in chosen)
            if not _consistent(anchor, place, gap) and not (beside and place.feature == "untabled"):
                continue
            # A country may stand anywhere: it tells where the town lies, and is no argument beside it.
            if place.precision != "country" and first[1].precision != "country" and not beside and gap > _SPREAD:
                continue
        if all((c[1].canonical, c[1].country) != (place.canonical, place.country) for c in chosen):
            chosen.append((cost, place, where))
        if len(chosen) == 6:
            break
    return chosen


def _consistent(first: PlaceMatch, other: PlaceMatch, gap: float) -> bool:
    """Whether two places can be one location: a town, its province, its country."""
    if first.country and other.country:
        return first.country == other.country
    if other.country is None and other.precision == "offshore":
        return gap < 2.5
    if first.feature == "untabled" and other.precision != "locality":
        return gap < 6.5  # what no table holds has its country from the words around it
    return gap < 2.5 or bool(set(first.countries) & set(other.countries))


def _is_port(told: _Ranked, facilities: Sequence[FacilityRef]) -> bool:
    """Whether a place is the name of the port that the event is about, which is a town's too."""
    place, where = told[1], told[2]
    return any(
        f.facility_type in ("port", "oil_terminal", "lng_terminal")
        and f.where == where
        and f.start < place.end
        and place.start < f.end
        for f in facilities
    )


def _named(
    reading: Reading, facilities: Sequence[FacilityRef], places: dict[Where, list[PlaceMatch]]
) -> FacilityRef | None:
    """The first facility with a name of its own that no table knows and that stands at one spot."""
    for ref in facilities:
        source = ref.antecedent or ref
        if source.known or source.plural or not source.proper or source.facility_type in LINES:
            continue
        if source.name.isupper() and source.proper.isupper() and len(source.proper.split()) > 3:
            continue
        owner = any(
            n.kind == "organisation" and n.start < source.end and source.start < n.end
            for n in reading.names.get(source.where, ())
        )
        # "the Turkish drilling ship" has no name of its own
        people = any(
            p.demonym and source.start <= p.start and p.end <= source.end and source.proper.startswith(p.text)
            for p in places.get(source.where, ())
        )
        if not (owner or (people and len(source.proper.split()) == 1)):
            return source
    return None


def _owners(reading: Reading, candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """The country of the body whose works are hit: "16 Ukrainian military facilities", "the AEOI's power company"."""
    for candidate in candidates[:2]:
        sentence = candidate.sentence
        for name in reading.names.get(sentence.where, ()):
            inside = sentence.start <= name.start < sentence.end and name.kind != "facility"
            if inside and name.country and _OWNED.match(reading.copies[sentence.where], name.end):
                return (name.country,)
    return ()


def _afloat(facilities: Sequence[FacilityRef]) -> bool:
    return bool(facilities) and all(f.facility_type == "tanker" for f in facilities)


def _country(
    chosen: Sequence[PlaceMatch], own: tuple[str, ...], facilities: Sequence[FacilityRef]
) -> tuple[str | None, tuple[str, ...]]:
    told = [p.country for p in chosen if p.country]
    vessel = _afloat(facilities)
    offshore = bool(chosen) and (
        chosen[0].precision == "offshore" or (vessel and any(p.precision == "offshore" for p in chosen))
    )
    if len(own) == 1 and not vessel:
        country: str | None = own[0]
    elif offshore and (vessel or not told):
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
    reading: Reading, candidates: Sequence[Candidate], places: dict[Where, list[PlaceMatch]], own: tuple[str, ...]
) -> list[_Ranked]:
    """Places of the neighbouring sentences, then of the title and lead, then those in names and demonyms."""
    found: list[_Ranked] = []
    indexes = [c.sentence.index for c in candidates]
    others = [
        (r.start, r.end, r.where)
        for refs in reading.facilities.values()
        for r in refs
        # a ship's name, or half the name of works: no place of either
        if r.facility_type == "tanker" or (not r.known and len(r.proper.split()) > 1)
    ]
    for candidate in candidates:
        base = candidate.sentence
        others += [(base.start + a.start, base.start + a.end, base.where) for a, _ in candidate.actors]
    for sentence in reading.sentences:
        if sentence.kind == "advice":
            continue
        distance = min(abs(sentence.index - i) for i in indexes)
        lead = 1.0 if sentence.index in (-1, 0) else 2.0
        for place in _inside(places[sentence.where], sentence):
            if place.demonym or is_way(sentence, place) or _is_seat_of(reading, sentence, place):
                continue
            if any(s < place.end and place.start < e and w == sentence.where for s, e, w in others):
                continue
            if place.precision == "country" and distance > 2 and lead > 1.0:
                continue
            heads = sentence.where == "text" and is_dateline(reading.copies["text"], place)
            found.append((3.0 + lead + 0.7 * min(distance, 8) + (2.0 if heads else 0.0), place, sentence.where))
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


def _is_seat_of(reading: Reading, sentence: Sentence, place: PlaceMatch) -> bool:
    doc = reading.docs.get(sentence.index)
    token = token_at(doc, place.end - 1 - sentence.start) if doc is not None else None
    return doc is not None and token is not None and is_seat(doc, token, place)


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
