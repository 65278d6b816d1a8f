"""Makes many different incidents by a seed, for tests that need hundreds of true sentences and of false ones."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from reports.records import Sentence, Slot
from reports.words import format_day
from store.records import Fact, IncidentView
from tests.reports.builders import Told, incident

PUBLISHERS = ("Alpha News", "Beta Wire", "Courier Online", "Delta Post", "Gulf Courier", "Epsilon Energy")
FACILITIES = (
    ("Ryazan refinery", "refinery", "Ryazan", "RU", "Russian"),
    ("Abqaiq processing plant", "gas_processing", "Abqaiq", "SA", "Saudi"),
    ("Ceyhan terminal", "oil_terminal", "Ceyhan", "TR", "Turkish"),
    ("Trans-Niger pipeline", "oil_pipeline", "Bodo", "NG", "Nigerian"),
    ("Zaporizhzhia nuclear plant", "nuclear_plant", "Enerhodar", "UA", "Ukrainian"),
    ("Balticconnector", "gas_pipeline", "Paldiski", "EE", "Estonian"),
    ("Ras Laffan terminal", "lng_terminal", "Al Khor", "QA", "Qatari"),
    ("Cushing tank farm", "storage", "Cushing", "US", "American"),
)
SPEAKERS = ("the energy ministry", "a port official", "the operator", "two firefighters", "the governor")
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MONTHS = "January February March April May June July August September October November December".split()


def random_incident(dice: random.Random, number: int) -> IncidentView:
    """One incident told by two or three publishers, who differ on some figures."""
    name, kind, place, country, people = dice.choice(FACILITIES)
    day = date(2026, 11, 22) - timedelta(days=dice.randint(0, 6))
    tellers = dice.sample(PUBLISHERS, dice.randint(2, 3))
    articles: list[Told] = []
    facts: list[Fact] = []
    for teller in tellers:
        when = dice.choice((f"on {day:%A}", f"on {day.day} {MONTHS[day.month - 1]}", f"on {day:%B} {day.day}, 2026"))
        killed, injured = dice.randint(2, 12), dice.randint(13, 400)
        lost, usual = dice.randint(2, 98) * 10_000, dice.choice((1.1, 1.25, 1.3, 2.4, 0.95))
        weeks, gas = dice.randint(3, 12), dice.randint(3, 900)
        speaker = dice.choice(SPEAKERS)
        dead = NUMBER_WORDS[killed] if dice.random() < 0.5 else str(killed)
        flow = f"{lost:,} barrels a day" if dice.random() < 0.5 else f"{lost // 1000},000 b/d"
        article = Told(
            id=f"n{number}-{teller[0].lower()}",
            publisher=teller,
            sentences=(
                f"An attack {when} hit the {name} at {place} in the {people} region.",
                f"The blast killed {dead} people and injured {injured}, {speaker} said.",
                f"It cut output by {flow}.",
                f"The site normally handles about {usual} million barrels a day.",
                f"Repairs will take about {NUMBER_WORDS[weeks]} weeks, after {gas} million cubic feet of gas escaped.",
            ),
            published_at=datetime(2026, 11, 22, 4, 0, tzinfo=UTC),
        )
        articles.append(article)
        facts += [
            article.fact("facility", name, name, near="An attack"),
            article.fact("place", place, place, near="An attack"),
            article.fact("occurred_on", day.isoformat(), when),
            article.grade("asserted", "An attack"),
            article.number("killed", killed, dead, near="killed", speaker=speaker),
            article.number("injured", injured, str(injured), near="injured", speaker=speaker),
            article.number("lost", lost, flow, "bbl/d"),
            article.number("throughput", usual * 1_000_000, f"about {usual} million barrels a day", "bbl/d"),
            article.number("duration", weeks * 7, f"about {NUMBER_WORDS[weeks]} weeks", "day"),
            article.number("spilled", gas * 28_316.8466, f"{gas} million cubic feet", "m3"),
        ]
    return incident(
        f"inc-{number:04}",
        tuple(articles),
        tuple(facts),
        facilities=(name,),
        facility_ids=(name.lower().replace(" ", "-"),),
        facility_type=kind,
        place=place,
        country=country,
        occurred_on=day,
        date_precision="day",
        confidence=dice.random(),
    )


def mutate_slot(dice: random.Random, slot: Slot) -> str:
    """Another text for the slot: another number, date or name, of the same form."""
    if slot.kind in ("number", "count"):
        return _other_number(dice, slot.text)
    if slot.kind in ("date", "published"):
        other = slot.text
        while other == slot.text:
            other = format_day(date(2026, 11, 22) - timedelta(days=dice.randint(1, 900)))
        return other
    names = {
        "facility": [row[0] for row in FACILITIES],
        "place": [row[2] for row in FACILITIES],
        "country": ["Russia", "Turkey", "Nigeria", "Qatar", "Iran", "United States"],
    }[slot.kind]
    return dice.choice([name for name in names if name != slot.text])


def _other_number(dice: random.Random, text: str) -> str:
    worded = [word for word in NUMBER_WORDS[1:] if f" {word} " in f" {text} "]
    if worded:
        other = dice.choice([word for word in NUMBER_WORDS[1:] if word != worded[0]])
        return text.replace(worded[0], other)
    digits = [at for at, character in enumerate(text) if character.isdigit()]
    while True:
        at = dice.choice(digits)
        way = dice.random()
        if way < 0.6:
            other = text[:at] + str(dice.randint(1, 9)) + text[at + 1 :]
        elif way < 0.8:
            other = text[: at + 1] + str(dice.randint(0, 9)) + text[at + 1 :]
        else:
            other = text.replace("million", "billion") if "million" in text else text[:at] + "0" + text[at:]
        if other != text and not other.startswith("0"):
            return other


def in_text_only(sentence: Sentence, index: int, other: str) -> Sentence:
    """The sentence with one slot's words replaced in the text, as a slip after rendering would."""
    return replace(sentence, text=_replaced(sentence, index, other))


def in_text_and_slot(sentence: Sentence, index: int, other: str) -> Sentence:
    """The sentence with one slot told wrongly all through, as a faulty template would."""
    slots = list(sentence.slots)
    slots[index] = replace(slots[index], text=other)
    return replace(sentence, text=_replaced(sentence, index, other), slots=tuple(slots))


def _replaced(sentence: Sentence, index: int, other: str) -> str:
    at = 0
    for slot in sentence.slots[:index]:
        at = sentence.text.index(slot.text, at) + len(slot.text)
    start = sentence.text.index(sentence.slots[index].text, at)
    return sentence.text[:start] + other + sentence.text[start + len(sentence.slots[index].text) :]
