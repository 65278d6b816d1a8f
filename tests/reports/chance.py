"""Makes many different incidents by a seed, for tests that need hundreds of true sentences and of false ones."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from reports.records import Sentence, Slot
from reports.words import format_day
from store.records import FacilityCapacity, Fact, IncidentView, Note, Revision, Snapshot
from tests.reports.builders import LAST_NIGHT, NOW, Told, incident, note, snapshot

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
SALVOS = (
    ("refinery", "refineries", "Volgograd", "RU", "Russian", ("Slavyansk", "Ilsky", "Afipsky", "Novoshakhtinsk")),
    ("terminal", "terminals", "Izmail", "UA", "Ukrainian", ("Reni", "Kiliya", "Orlivka", "Vylkove")),
)
SPEAKERS = ("the energy ministry", "a port official", "the operator", "two firefighters", "the governor")
ACTORS = ("the Creek Guardians", "Ansar Brigade", "the Northern Front")
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MONTHS = "January February March April May June July August September October November December".split()


def random_incident(dice: random.Random, number: int, **fields: object) -> IncidentView:
    """One incident told by two or three publishers, who differ on some figures and agree on others."""
    name, kind, place, country, people = dice.choice(FACILITIES)
    mode, how = dice.choice((("drone", "drone "), ("missile", "missile "), ("unknown", "")))
    day = date(2026, 11, 22) - timedelta(days=dice.randint(0, 6))
    agreed = dice.randint(2, 12)
    articles: list[Told] = []
    facts: list[Fact] = []
    usual = dice.choice((1.1, 1.25, 1.3, 2.4, 0.95))
    for teller in dice.sample(PUBLISHERS, dice.randint(2, 3)):
        when = dice.choice((f"on {day:%A}", f"on {day.day} {MONTHS[day.month - 1]}", f"on {day:%B} {day.day}, 2026"))
        killed = agreed if dice.random() < 0.6 else dice.randint(2, 12)
        hurt, more = dice.randint(13, 200), dice.randint(1, 60)
        lost = dice.randint(2, 90) * 10_000
        weeks, gas, hours = dice.randint(3, 12), dice.randint(3, 900), dice.randint(2, 40)
        speaker, actor = dice.choice(SPEAKERS), dice.choice(ACTORS)
        dead = NUMBER_WORDS[killed] if dice.random() < 0.5 else str(killed)
        flow = f"{lost:,} barrels a day" if dice.random() < 0.5 else f"{lost // 1000},000 b/d"
        article = Told(
            id=f"n{number}-{teller[0].lower()}",
            publisher=teller,
            sentences=(
                f"A {how}attack {when} hit the {name} at {place} in the {people} region.",
                f"The blast killed {dead} people and injured between {hurt} and {hurt + more}, {speaker} said.",
                f"It cut output by {flow}.",
                f"The site normally handles about {usual} million barrels a day.",
                f"Repairs will take about {NUMBER_WORDS[weeks]} weeks, after {gas} million cubic feet of gas escaped.",
                f"The fire burned for {hours} hours, and {actor} claimed it.",
                f"Damage is put at $ {gas} million, {speaker} said.",
            ),
            published_at=datetime(2026, 11, 22, 4, 0, tzinfo=UTC),
            reliability=dice.choice("ABC"),
        )
        articles.append(article)
        facts += [
            article.fact("event_type", "attack", "attack", near="hit the"),
            article.fact("facility", name, name, near="hit the"),
            article.fact("place", place, place, near="hit the"),
            article.fact("occurred_on", day.isoformat(), when),
            article.grade(dice.choice(("asserted", "attributed")), "The blast", speaker=speaker),
            article.fact("claimed_by", actor, actor),
            article.number("killed", killed, dead, near="killed", speaker=speaker),
            article.number("injured", hurt, f"between {hurt} and {hurt + more}", maximum=hurt + more, speaker=speaker),
            article.number("lost", lost, flow, "bbl/d"),
            article.number("throughput", usual * 1_000_000, f"about {usual} million barrels a day", "bbl/d"),
            article.number("duration", weeks * 7, f"about {NUMBER_WORDS[weeks]} weeks", "day"),
            article.number("duration", hours, f"{hours} hours", "hour"),
            article.number("spilled", gas * 28_316.8466, f"{gas} million cubic feet", "m3"),
            article.number("damage_cost", gas * 1e6, f"$ {gas} million", "USD", speaker=speaker),
        ]
    basis: dict[str, object] = {
        "facilities": (name,),
        "facility_ids": (name.lower().replace(" ", "-"),),
        "facility_type": kind,
        "place": place,
        "country": country,
        "occurred_on": day,
        "date_precision": "day",
        "modes": (mode,),
        "confidence": dice.random(),
        "credibility": dice.randint(1, 6),
        "status": dice.choice(("occurred", "ongoing", "restored")),
    }
    return incident(f"inc-{number:04}", tuple(articles), tuple(facts), **(basis | fields))


def random_salvo(dice: random.Random, number: int) -> IncidentView:
    """One act against several facilities, told by one article, with a loss that only the ledger can weigh."""
    kind, plural, place, country, people, names = dice.choice(SALVOS)
    hit = tuple(sorted(dice.sample(names, dice.randint(1, 3))))
    facilities = tuple(f"{name} {kind}" for name in hit)
    together = " and ".join((", ".join(hit[:-1]), hit[-1])) if len(hit) > 1 else hit[0]
    kinds = plural if len(hit) > 1 else kind
    lost, speaker = dice.randint(3, 25) * 10_000, dice.choice(SPEAKERS)
    article = Told(
        id=f"s{number}",
        publisher=dice.choice(PUBLISHERS),
        sentences=(
            f"Drones struck the {together} {kinds} near {place} overnight, {people} TV said.",
            f"Runs fell by {lost:,} barrels a day, {speaker} said.",
            "Nobody was killed or hurt.",
        ),
    )
    facts = [
        article.fact("event_type", "attack", "struck"),
        *(article.fact("facility", full, name) for full, name in zip(facilities, hit, strict=True)),
        article.fact("place", place, place),
        article.fact("occurred_on", "2026-11-21", "overnight"),
        article.grade("attributed", "Drones struck", speaker=f"{people} TV"),
        article.number("lost", lost, f"{lost:,} barrels a day", "bbl/d", speaker=speaker),
        article.number("killed", 0, "Nobody"),
    ]
    one = FacilityCapacity(
        facility_id="x",
        name=facilities[0],
        facility_type="refinery",
        capacity=lost * dice.uniform(1.1, 30.0),
        unit="bbl/d",
    )
    return incident(
        f"inc-{number:04}", (article,), tuple(facts), facilities=facilities, place=place, country=country,
        facility_ids=tuple(name.lower() for name in hit), facility_type=kind if kind == "refinery" else "oil_terminal",
        occurred_on=date(2026, 11, 21), date_precision="day", modes=("drone",), capacities=(one,), credibility=3,
    )  # fmt: skip


def random_change(dice: random.Random, number: int) -> IncidentView:
    """An older incident that new articles told otherwise: another toll, another loss, another status."""
    status = dice.choice(("restored", "occurred", "partly_restored"))
    view = random_incident(dice, number, status=status, created_at=LAST_NIGHT - timedelta(days=2))
    was = Told(
        id=f"o{number}", publisher=dice.choice(PUBLISHERS), sentences=("One man died, the police said.",),
        fetched_at=LAST_NIGHT - timedelta(hours=9),
    )  # fmt: skip
    back = Told(
        id=f"b{number}", publisher=dice.choice(PUBLISHERS),
        sentences=("The operator said that flows had resumed.", "It corrected an earlier loss of 7,000 barrels a day."),
    )  # fmt: skip
    wrong = back.number("lost", 7_000, "7,000 barrels a day", "bbl/d", superseded=True, speaker="It")
    toll, loss = (next(fact for fact in view.facts if fact.field == field) for field in ("killed", "lost"))

    def moved(field: str, old: str | None, new: str, **more: object) -> Revision:
        basis: dict[str, object] = {
            "incident_id": view.id, "revised_at": NOW - timedelta(hours=1), "run_id": "run-2", "field": field,
            "old": old, "new": new, "reason": "same facility", "cause_kind": "claim", "cause_id": "c",
        }  # fmt: skip
        return Revision(**(basis | more))  # type: ignore[arg-type]

    losses = '[{{"unit": "bbl/d", "minimum": {0}, "maximum": {0}}}]'
    return replace(
        view,
        facts=(*view.facts, was.number("killed", 1, "One man", speaker="the police"), wrong),
        reports=(*view.reports, was.report(), back.report()),
        revisions=(
            moved("killed_min", "1", f"{toll.minimum:g}"),
            moved("losses", losses.format(7000.0), losses.format(loss.minimum)),
            moved("status", "ongoing", status, quote=back.quote("resumed")),
        ),
    )


def random_denial(dice: random.Random, number: int) -> IncidentView:
    """An attack that one says and another denies."""
    name, kind, place, country, people = dice.choice(FACILITIES)
    speaker, denier = dice.sample(SPEAKERS, 2)
    actor = dice.choice(ACTORS)
    article = Told(
        id=f"d{number}", publisher=dice.choice(PUBLISHERS),
        sentences=(
            f"The {people} side lost the {name} at {place} to an attack on Saturday, {speaker} said.",
            f"But {denier} denied that it had been hit.", f"Police suspect {actor}.",
        ),
    )  # fmt: skip
    facts = (
        article.fact("event_type", "attack", "attack"),
        article.fact("facility", name, name),
        article.fact("place", place, place),
        article.fact("occurred_on", "2026-11-21", "on Saturday"),
        article.grade("attributed", "an attack", speaker=speaker),
        article.grade("denied", "denied that", speaker=denier),
        article.fact("actor", actor, actor, detail="suspected"),
    )
    return incident(
        f"inc-{number:04}", (article,), facts, facilities=(name,), facility_ids=(name.lower(),), facility_type=kind,
        place=place, country=country, occurred_on=date(2026, 11, 21), date_precision="day", status="disputed",
        factuality="attributed", credibility=4,
    )  # fmt: skip


def random_night(seed: int, number: int = 12) -> Snapshot:
    """A night with something in every section."""
    dice = random.Random(seed)
    new = [random_incident(dice, index) for index in range(number)]
    new += [random_salvo(dice, 100 + index) for index in range(number)]
    new += [random_denial(dice, 200 + index) for index in range(number // 2)]
    new += [
        random_incident(dice, 300 + index, status=state, factuality=state)
        for index in range(number // 4)
        for state in ("threatened", "planned")
    ]
    changed = tuple(random_change(dice, 400 + index) for index in range(number))
    return snapshot(new=tuple(new), changed=changed, notes=tuple(_notes(dice)), articles_new=dice.randint(9, 90))


def _notes(dice: random.Random) -> list[Note]:
    told = Told(
        id="m1", publisher=dice.choice(PUBLISHERS),
        sentences=(f"Ministers imposed sanctions on {dice.randint(11, 99)} tankers.", "Gas rose by 3% to 31 euros."),
    )  # fmt: skip
    return [note(told, "sanctions", "sanction"), note(told, "Gas rose", "market")]


def mutate_slot(dice: random.Random, slot: Slot) -> str:
    """Another text for the slot: another number, date or name, of the same form."""
    if slot.text.casefold() == "nobody":
        return str(dice.randint(1, 40))
    if slot.text == "all":
        return f"{dice.randint(2, 97)}%"
    if slot.kind in ("number", "count", "share"):
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
        "publisher": list(PUBLISHERS),
        "speaker": list(SPEAKERS),
        "actor": list(ACTORS),
        "event": ["Drone attack", "Missile attack", "Accident", "Outage", "Sabotage", "Blockade"],
        "status": ["restored", "threatened", "planned", "denied", "since retracted"],
    }[slot.kind]
    return dice.choice([name for name in names if name.casefold() not in slot.text.casefold()])


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


def _swap(pairs: tuple[tuple[str, str], ...]) -> Callable[[random.Random, Sentence], Sentence | None]:
    def change(dice: random.Random, told: Sentence) -> Sentence | None:
        found = [(old, new) for old, new in pairs if re.search(rf"(?<!\w){re.escape(old)}(?!\w)", told.text)]
        if not found:
            return None
        old, new = dice.choice(found)
        return replace(told, text=re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, told.text, count=1))

    return change


def _negated(dice: random.Random, told: Sentence) -> Sentence | None:
    spaces = [found.start() for found in re.finditer(" ", told.text)]
    at = dice.choice(spaces) if spaces else 0
    return replace(told, text=told.text[:at] + " not" + told.text[at:]) if at else None


# Slips in the words around the slots, by kind.
WORD_CHANGES: dict[str, Callable[[random.Random, Sentence], Sentence | None]] = {
    "unit": _swap(
        ((" barrels a day", " barrels"), (" barrels a day", " tonnes a day"), (" hours", " days"), (" weeks", " days"),
         ("USD", "EUR"), (" million cubic feet", " cubic feet"), ("%", " MW"))
    ),
    "role": _swap((("lost", "restored"), ("lost", "at risk"), ("normally carries", "capacity"),
                   ("its capacity", "what it normally carries"),
                   ("spilled", "lost"), ("Lasting", "Expected to last"), ("Expected to last", "Lasting"))),
    "harm": _swap((("killed", "injured"), ("injured", "killed"), ("killed or hurt", "missing"), ("Killed", "Injured"))),
    "denial": _swap((("Denied by", "According to"), ("According to", "Denied by"), ("Claimed by", "Suspected:"),
                     ("Suspected:", "Claimed by"), ("Blamed:", "Claimed by"))),
    "not": _negated,
}  # fmt: skip
