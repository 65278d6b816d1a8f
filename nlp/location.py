"""Where and when an event took place: the places and dates that stand near it in the sentence, then in the document."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from nlp.arguments import reach
from nlp.candidates import Candidate
from nlp.facility_refs import FacilityRef
from nlp.places import PlaceMatch
from nlp.positions import Position
from nlp.reading import Reading
from nlp.records import PlaceArgument, Span, Where
from nlp.syntax import chain, token_at
from nlp.text import Sentence

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


def _inside(places: Sequence[PlaceMatch], sentence: Sentence) -> list[PlaceMatch]:
    return [p for p in places if p.start >= sentence.start and p.end <= sentence.end]


def _weight(place: PlaceMatch, candidate: Candidate, anchors: Sequence[Token], agents: set[int]) -> float | None:
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
        return 0.3 if facility.known or len(rest) <= 2 or place.text.lower() not in facility.proper.lower() else None
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
    places: dict[Where, list[PlaceMatch]],
    positions: dict[Where, list[Position]],
    regions: dict[str, str],
) -> tuple[tuple[PlaceArgument, ...], str | None, tuple[str, ...]]:
    """The places of an event (the finest and nearest first), its country and all its countries."""
    ranked: list[tuple[float, PlaceMatch, Where]] = []
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
    chosen: list[tuple[float, PlaceMatch, Where]] = []
    for cost, place, where in ranked:
        if chosen and not _consistent(chosen[0][1], place, cost - chosen[0][0]):
            continue
        if all((c[1].canonical, c[1].country) != (place.canonical, place.country) for c in chosen):
            chosen.append((cost, place, where))
        if len(chosen) == 6:
            break
    at_home = any(set(own) & set(p.countries or ((p.country,) if p.country else ())) for _, p, _ in chosen)
    if len(own) == 1 and chosen and not at_home and not any(c[0] < 1.2 for c in chosen):
        # What is told of places beside a facility that we know lies elsewhere is about something else.
        chosen = []
    chosen.sort(key=lambda c: _RANK.get(c[1].precision, 3) + min(c[0], 9.0) / 3.0)
    arguments = [_argument(p, w) for _, p, w in chosen]
    if not chosen and not own and facilities and all(f.company for f in facilities):
        # A company that is itself the target is hit at home, unless the text says otherwise.
        own = facilities[0].countries[:1]
    country, countries = _country([p for _, p, _ in chosen], own, facilities)
    if position is not None:
        first = PlaceArgument(
            name=arguments[0].name if arguments else "position given", span=Span(start=position[0].start,
            end=position[0].end, where=position[1]),
            country=None, latitude=round(position[0].latitude, 4), longitude=round(position[0].longitude, 4),
            precision="offshore",
        )  # fmt: skip
        arguments.insert(0, first)
    elif known is not None and known.latitude is not None and not (len(own) > 1 and arguments):
        coarse = not arguments or arguments[0].precision in ("country", "admin1", "unknown")
        arguments[:0] = [_of_facility(known)] if coarse else []
    if not arguments:
        arguments.append(PlaceArgument(name="unknown", span=None))
    return tuple(arguments), country, countries


_RANK = {"locality": 0.0, "offshore": 0.6, "admin1": 0.8, "country": 2.0}


def _consistent(first: PlaceMatch, other: PlaceMatch, gap: float) -> bool:
    """Whether two places can be one location: a town, its province, its country."""
    if first.country and other.country:
        return first.country == other.country
    if other.country is None and other.precision == "offshore":
        return gap < 2.5
    return gap < 2.5 or bool(set(first.countries) & set(other.countries))


def _argument(place: PlaceMatch, where: Where) -> PlaceArgument:
    # The words used, as the reader will search for them; capitals and lower-case wires are put right.
    name = (
        place.text
        if place.text[:1].isupper() and not (place.text.isupper() and len(place.text) > 3)
        else place.canonical
    )
    return PlaceArgument(
        name=name, span=Span(start=place.start, end=place.end, where=where), country=place.country,
        latitude=place.latitude, longitude=place.longitude, precision=place.precision,
    )  # fmt: skip


def _of_facility(known: FacilityRef) -> PlaceArgument:
    return PlaceArgument(
        name=known.name,
        span=None,
        country=known.countries[0] if len(known.countries) == 1 else None,
        latitude=known.latitude,
        longitude=known.longitude,
        precision="facility",
    )


def _country(
    chosen: Sequence[PlaceMatch], own: tuple[str, ...], facilities: Sequence[FacilityRef]
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
    reading: Reading, candidates: Sequence[Candidate], places: dict[Where, list[PlaceMatch]], own: tuple[str, ...]
) -> list[tuple[float, PlaceMatch, Where]]:
    """Places of the neighbouring sentences, then of the title and lead, then those in names and demonyms."""
    found: list[tuple[float, PlaceMatch, Where]] = []
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
