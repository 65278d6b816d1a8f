"""News for a ledger of any size: nights of articles with what an annotator would have found in them.

A night is a function of its date alone, so that the last nights of a small ledger are those of a large one. The
facilities are those of the gazetteer; publishers, people and towns are invented, and every sentence is put together
from our own pieces. Filler is drawn from a vocabulary of 20,000 invented names and common words, because four-word
shingles and story words of real news hardly ever agree by chance.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate

from nlp.gazetteer import load_gazetteer
from nlp.records import (
    ActorArgument,
    Annotation,
    Count,
    DateSpan,
    Event,
    FacilityArgument,
    FactClaim,
    Mention,
    PlaceArgument,
    Quantity,
    RiskTag,
    Span,
    Trigger,
)

PER_NIGHT = 2000
INCIDENTS_PER_NIGHT = 100
LONGEST = 9  # nights over which an incident is reported
SOURCES = 80
RELEVANT_GENERAL = 400  # of a night's articles: about energy, but of no incident

_WORDS = (
    "market council harbour budget winter school river court season price union border summer minister police company "
    "tender survey election tariff harvest museum station bridge airport hospital contract ferry festival doctor "
    "strike engine software pension league railway factory forest island drought bank loan wage export import demand "
    "supply storage gas oil power grid plant refinery pipeline cargo vessel tanker crew port engineer regulator report "
    "investor share profit quarter forecast analyst share deal merger licence permit project dam turbine cable meter "
    "roof street village district region province capital coast valley mountain lake road tunnel crossing fence gate "
    "opened closed signed delayed reviewed backed rejected raised lowered planned visited measured counted repaired "
    "bought sold moved praised questioned extended halted resumed expected reached joined left passed drafted tested "
    "local national regional annual early late heavy light new former senior chief public private small large northern "
    "southern eastern western coastal central rural urban annual monthly weekly steady sharp brief long cold warm"
).split()
_KINDS = (  # event type, mode, verb, risk, share
    ("attack", "drone", "struck", "physical_attack", 30),
    ("sabotage", "explosive", "damaged", "sabotage", 8),
    ("cyberattack", "ransomware", "crippled", "cyber", 5),
    ("theft", "unknown", "robbed", "theft_unrest", 10),
    ("blockade", "unknown", "blockaded", "theft_unrest", 8),
    ("accident", "unknown", "burned", "accident", 22),
    ("outage", "unknown", "stopped", "supply_disruption", 12),
    ("natural_hazard", "unknown", "flooded", "natural_hazard", 5),
)
_WIRES = ("Gulf Wire", "North Wire", "Delta Wire", "Steppe Wire")
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_GENERIC = (("fuel_depot", "fuel depot"), ("substation", "substation"), ("oil_pipeline", "crude line"))


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One article of a night, and what was found in it; the annotation's id is empty."""

    number: int  # within its night
    source: int
    title: str
    text: str
    published_at: datetime
    annotation: Annotation
    topic: str  # of one topic is one story
    happening: str | None = None  # of one happening is one incident
    edited: bool = False  # an earlier wording of it is in the ledger too


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where something happens: a facility of the gazetteer, or works that no gazetteer knows near a town."""

    facility_id: str | None
    name: str
    facility_type: str
    country: str
    latitude: float
    longitude: float
    town: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One incident as it is, before anybody has told of it."""

    key: str
    night: date
    kind: tuple[str, str, str, str, int]
    site: Site
    words: tuple[str, ...]
    killed: int
    lost: int
    lags: tuple[int, ...]  # nights after the first, one for each report


@dataclass(slots=True)
class _Writer:
    """A text in the making, with the place of each piece in it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, *pieces: str) -> tuple[Span, list[Span]]:
        """Adds one sentence; gives its span and those of its pieces."""
        if self.parts:
            self._put("\n" if len(self.parts) % 4 == 0 else " ")
        start, spans = self.length, []
        for piece in pieces:
            spans.append(Span(start=self.length, end=self.length + len(piece)))
            self._put(piece)
        return Span(start=start, end=self.length), spans

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    @property
    def text(self) -> str:
        return "".join(self.parts)


@cache
def _names() -> list[str]:
    chance = random.Random("names")
    starts = "ba be bo bra da de dor el fa ga gre ha hol il ja ka kel lo ma mer na nor o pa per ra sten ta tor u va za"
    ends = "berg dal den gar grad holm ka kova land ley lin lo mar mez min na nik pur ra rin son stad ten va vik ville"
    firsts, lasts = starts.split(), ends.split()
    made: dict[str, None] = {}
    while len(made) < 20_000:
        made[(chance.choice(firsts) + chance.choice(firsts) + chance.choice(lasts)).capitalize()] = None
        made[(chance.choice(firsts) + chance.choice(lasts)).capitalize()] = None
    return list(made)[:20_000]


@cache
def sites() -> tuple[list[Site], list[float]]:
    """The facilities with a position, and how often (cumulated) something happens at each: a few are hit often."""
    chance = random.Random("sites")
    found = [
        Site(
            facility_id=one.id, name=one.name, facility_type=one.facility_type, country=one.countries[0],
            latitude=one.latitude, longitude=one.longitude, town=chance.choice(_names()),
        )
        for one in sorted(load_gazetteer().facilities.values(), key=lambda one: one.id)
        if one.latitude is not None and one.longitude is not None and one.countries
    ]  # fmt: skip
    return found, list(accumulate(1 / (8 + place) ** 0.5 for place in chance.sample(range(len(found)), len(found))))


@cache
def happenings(night: date) -> tuple[Happening, ...]:
    """What happens on the day before a night."""
    chance = random.Random(f"happenings {night}")
    known, weights = sites()
    made = []
    for number in range(INCIDENTS_PER_NIGHT):
        site = chance.choices(known, cum_weights=weights)[0]
        if chance.random() < 0.25:
            facility_type, name = chance.choice(_GENERIC)
            site = replace(site, facility_id=None, name=name, facility_type=facility_type)
        reports = min(40, 1 + int(chance.paretovariate(1.15)))
        made.append(
            Happening(
                key=f"{night}:{number}", night=night, site=site, killed=chance.choice((0, 0, 0, 1, 2, 3, 7)),
                kind=chance.choices(_KINDS, weights=[kind[-1] for kind in _KINDS])[0],
                words=tuple(chance.sample(_names(), 10)), lost=chance.randrange(5, 400) * 1000,
                lags=tuple(sorted([0, *(min(LONGEST - 1, int(chance.expovariate(0.6))) for _ in range(reports - 1))])),
            )
        )  # fmt: skip
    return tuple(made)


def make_night(night: date) -> list[News]:
    """The night's 2,000 articles, in order of publication."""
    chance = random.Random(f"night {night}")
    made: list[News] = []
    for back in range(LONGEST):
        for happening in happenings(night - timedelta(days=back)):
            told = [lag for lag in happening.lags if lag == back]
            for _ in told:
                made.append(
                    _copy(made[-1], chance) if _reprints(made, happening, chance) else _tell(happening, night, chance)
                )
    topics = [(f"{night - timedelta(days=back)}:t{number}", True) for back in (0, 1, 2) for number in range(60)]
    for number in range(PER_NIGHT - len(made)):
        topic, relevant = chance.choice(topics) if number < RELEVANT_GENERAL else (f"{night}:g{number}", False)
        made.append(_general(topic, relevant, night, chance))
    chance.shuffle(made)
    return [replace(one, number=number) for number, one in enumerate(made[:PER_NIGHT])]


def _reprints(made: list[News], happening: Happening, chance: random.Random) -> bool:
    return bool(made) and made[-1].happening == happening.key and chance.random() < 0.25


def _copy(news: News, chance: random.Random) -> News:
    return replace(news, source=chance.randrange(SOURCES), published_at=news.published_at + timedelta(minutes=7))


def _at(night: date, chance: random.Random) -> datetime:
    # A few pages that turn up tonight are months old.
    late = chance.randrange(30, 400) if chance.random() < 0.003 else 0
    return datetime.combine(night, time(2), UTC) - timedelta(days=late, seconds=chance.randrange(600, 86_400))


def _fill(writer: _Writer, words: tuple[str, ...], sentences: int, chance: random.Random) -> None:
    names = _names()
    for _ in range(sentences):
        picked = chance.choices(_WORDS, k=9)
        picked[0] = chance.choice(names)
        picked[3], picked[6] = chance.choice(words), chance.choice(names)
        a, b, c, d, e, f, g, h, i = picked
        writer.add(f"{a} {b} the {c} of {d} and {e}, the {f} told {g}, although {h} {i} in {chance.choice(words)} by "
                   f"{chance.randrange(2, 900)} {chance.choice(_WORDS)}.")  # fmt: skip


def _tell(happening: Happening, night: date, chance: random.Random) -> News:
    site, (event_type, mode, verb, risk, _) = happening.site, happening.kind
    names, words = _names(), happening.words
    at = _at(night, chance)
    day = happening.night - timedelta(days=1)
    w = _Writer()
    dateline = f"{site.town.upper()} ({chance.choice(_WIRES)}) - " if chance.random() < 0.3 else ""
    who = f"{words[0]} {'fighters' if mode == 'drone' else 'workers'}"
    name = f"the {site.name}" if site.facility_id is None else site.name
    said = f", {chance.choice(words)} {chance.choice(names)} of the {chance.choice(_WORDS)} said."
    weekday = _DAYS[day.weekday()]
    first, lead = w.add(dateline, who, f" {verb} ", name, " near ", site.town, f" on {weekday}", said)
    killed = max(0, happening.killed - (night == happening.night and chance.random() < 0.3))
    second, toll = w.add("At least " if chance.random() < 0.1 else "", f"{killed} people", " were killed, ",
                         f"{chance.choice(names)} {chance.choice(_WORDS)} said.")  # fmt: skip
    third, loss = w.add("Flows fell by ", f"{happening.lost} barrels a day", f", according to {words[1]} {words[2]}.")
    _fill(w, words, chance.randrange(10, 20), chance)
    facility = FacilityArgument(
        name=site.name, facility_type=site.facility_type, span=lead[3], facility_id=site.facility_id,  # type: ignore[arg-type]
        latitude=site.latitude if site.facility_id else None, longitude=site.longitude if site.facility_id else None,
        countries=(site.country,) if site.facility_id else (),
    )  # fmt: skip
    told = Quantity(text=w.text[loss[1].start : loss[1].end], span=loss[1], role="lost", unit="bbl/d",
                    minimum=float(happening.lost), maximum=float(happening.lost))  # fmt: skip
    armed = ActorArgument(name=who, role="suspected", span=lead[1], kind="armed_group")
    event = Event(
        event_type=event_type, factuality=chance.choice(("asserted", "attributed")),  # type: ignore[arg-type]
        trigger=Trigger(text=verb, span=Span(start=lead[2].start + 1, end=lead[2].end - 1)),
        claims=(FactClaim(factuality="attributed", speaker=words[3], span=first),
                FactClaim(factuality="asserted", speaker=None, span=second)),
        evidence=(first, second, third), modes=(mode,), risks=(risk,), facilities=(facility,),  # type: ignore[arg-type]
        facility_type=site.facility_type,  # type: ignore[arg-type]
        actors=(armed,) if mode == "drone" else (),
        places=(PlaceArgument(name=site.town, span=lead[5], country=site.country, latitude=site.latitude,
                              longitude=site.longitude, precision="locality"),),
        country=site.country, countries=(site.country,),
        date=DateSpan(start=day, end=day, precision="day", basis="relative", text=weekday,
                      span=Span(start=lead[6].start + 4, end=lead[6].end)) if chance.random() < 0.9 else None,
        killed=Count(minimum=killed, maximum=killed, span=toll[1]), quantities=(0,), confidence=0.8,
    )  # fmt: skip
    annotation = Annotation(
        id="", language="en", relevance=0.97, relevant=True,
        risks=(RiskTag(label=risk, probability=0.9), RiskTag(label="supply_disruption", probability=0.7)),  # type: ignore[arg-type]
        mentions=_mentions(w.text, lead[3], lead[5], site, chance), quantities=(told,), events=(event,),
    )  # fmt: skip
    title = f"{words[0]} {verb} {name}, {words[4]} {words[5]} say"
    return News(number=0, source=chance.randrange(SOURCES), title=title,
                text=w.text, published_at=at, annotation=annotation, topic=happening.key, happening=happening.key,
                edited=chance.random() < 0.05)  # fmt: skip


def _general(topic: str, relevant: bool, night: date, chance: random.Random) -> News:
    of_topic = random.Random(topic)
    words = tuple(of_topic.sample(_names(), 10))
    site = sites()[0][of_topic.randrange(len(sites()[0]))]
    w = _Writer()
    _, lead = w.add(f"{words[0]} {chance.choice(_WORDS)} the price of energy from ", site.name, " in ", site.town,
                    f", {words[1]} {chance.choice(_WORDS)} said.")  # fmt: skip
    _fill(w, words, chance.randrange(11, 23), chance)
    annotation = Annotation(id="", language="en", relevance=0.02, relevant=False)
    if relevant:
        annotation = Annotation(
            id="", language="en", relevance=0.8, relevant=True, risks=(RiskTag(label="market", probability=0.8),),
            mentions=_mentions(w.text, lead[1], lead[3], site, chance),
        )  # fmt: skip
    title = f"{words[0]} {chance.choice(_WORDS)} {words[2]} {words[3]} {chance.choice(_WORDS)} {words[4]}"
    return News(number=0, source=chance.randrange(SOURCES), title=title, text=w.text, published_at=_at(night, chance),
                annotation=annotation, topic=topic, edited=chance.random() < 0.02)  # fmt: skip


def _mentions(text: str, facility: Span, town: Span, site: Site, chance: random.Random) -> tuple[Mention, ...]:
    named = Mention(text=text[facility.start : facility.end], label="FACILITY", span=facility, canonical=site.name,
                    facility_id=site.facility_id, countries=(site.country,))  # fmt: skip
    place = Mention(text=text[town.start : town.end], label="GPE", span=town, country=site.country,
                    latitude=site.latitude, longitude=site.longitude, precision="locality")  # fmt: skip
    found = [named, place]
    for _ in range(chance.randrange(4, 10)):
        start = chance.randrange(len(text) // 2)
        start = text.index(" ", start) + 1
        end = text.index(" ", start)
        found.append(Mention(text=text[start:end], label="PERSON", span=Span(start=start, end=end)))
    return tuple(sorted(found, key=lambda one: one.span.start))
