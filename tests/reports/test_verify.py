from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from reports import (
    attribution,
    briefing,
    changes,
    counts,
    figures,
    headings,
    open_items,
    sentences,
    sources,
    words,
)
from reports.briefing import build_briefing
from reports.records import LEDGER_MARK, Sentence, Slot
from reports.slots import amount, count, publisher, sentence
from reports.verify import verify_sentence
from reports.vocabulary import VOCABULARY
from store.records import Fact
from tests.reports.builders import Told, incident, snapshot
from tests.reports.chance import WORD_CHANGES, in_text_and_slot, in_text_only, mutate_slot, random_night
from tests.reports.nights import empty_night, half_blind_night, rich_night

CHECKED = (
    "number", "date", "published", "facility", "place", "country", "count", "publisher", "speaker", "actor", "event",
    "status", "share",
)  # fmt: skip


@cache
def true_sentences(seed: int = 20261122) -> tuple[Sentence, ...]:
    """Every sentence of a night that has something in every section."""
    briefing = build_briefing(random_night(seed))
    assert [(kept.about, kept.sentence.text, kept.problems) for kept in briefing.withheld] == []
    return briefing.sentences


def test_every_section_has_sentences() -> None:
    briefing = build_briefing(random_night(20261122))
    assert all((briefing.top, briefing.counts, briefing.sources.coverage))
    told = {section.key for section in briefing.sections if section.items}
    assert {"new", "changed", "resolved", "disputed", "warnings", "notes"} <= told


def test_no_false_alarm_on_two_hundred_unchanged_sentences() -> None:
    told = true_sentences()
    assert len(told) >= 200
    assert [(one.text, verify_sentence(one)) for one in told if verify_sentence(one)] == []


@pytest.mark.parametrize("seed", [7, 8])
@pytest.mark.parametrize("mutate", [in_text_only, in_text_and_slot])
def test_at_least_199_of_200_changed_sentences_are_caught(
    mutate: Callable[[Sentence, int, str], Sentence], seed: int
) -> None:
    dice = random.Random(seed)
    told = [one for one in true_sentences() if any(slot.kind in CHECKED for slot in one.slots)]
    missed, kinds = [], Counter[str]()
    for _ in range(200):
        one = dice.choice(told)
        kind = dice.choice(sorted({slot.kind for slot in one.slots if slot.kind in CHECKED}))
        index = dice.choice([at for at, slot in enumerate(one.slots) if slot.kind == kind])
        changed = mutate(one, index, mutate_slot(dice, one.slots[index]))
        assert changed.text != one.text
        kinds[kind] += 1
        if not verify_sentence(changed):
            missed.append((kind, one.text, changed.text))
    assert len(kinds) >= 10
    assert len(missed) <= 1, missed


@pytest.mark.parametrize("kind", sorted(WORD_CHANGES))
def test_slips_in_the_words_around_the_slots_are_caught(kind: str) -> None:
    dice = random.Random(9)
    told = true_sentences()
    made, missed = 0, []
    while made < 100:
        one = dice.choice(told)
        changed = WORD_CHANGES[kind](dice, one)
        if changed is None or changed.text == one.text:
            continue
        made += 1
        if not verify_sentence(changed):
            missed.append((one.text, changed.text))
    assert len(missed) <= 1, missed


@pytest.mark.parametrize("night", [rich_night, empty_night, half_blind_night])
def test_nothing_is_withheld_on_the_sample_nights(night: Callable[[], object]) -> None:
    assert build_briefing(night()).withheld == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "added",
    [" 7", " seven", " in Iran", " on 3 May", " by Hezbollah", " Tuesday", " twice", " (2026)", "†2", " ≈", " dozens"],
)
def test_whatever_no_slot_accounts_for_is_found(added: str) -> None:
    for told in true_sentences()[:60]:
        assert verify_sentence(replace(told, text=told.text[:-1] + added + "."))


ALPHA = Told(
    id="a1",
    publisher="Alpha News",
    sentences=("Three guards died and five were hurt when rebels shelled the Ceyhan terminal on Friday.",),
)
BETA = Told(id="b1", publisher="Beta Wire", sentences=("Four guards died at the Ceyhan terminal.",))
THREE = ALPHA.number("killed", 3, "Three guards")
FOUR = BETA.number("killed", 4, "Four guards")


def figure(fact: Fact, teller: Told = ALPHA, role: str = " killed (") -> Sentence:
    return sentence(amount([fact]), role, publisher(teller.quote("guards")), ").")


def test_a_true_figure_passes() -> None:
    assert figure(THREE).text == "3 killed (Alpha News)."
    assert verify_sentence(figure(THREE)) == []


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (figure(THREE, role=" injured ("), "without its role"),
        (figure(THREE, BETA), "credited to another"),
        (figure(replace(THREE, value_start=None, value_end=None, minimum=9.0, maximum=9.0)), "not in the words"),
        # Five stands in the sentence, but not in the words of this value.
        (figure(replace(THREE, minimum=5.0, maximum=5.0)), "not in the words"),
        (figure(replace(THREE, quote=replace(THREE.quote, sentence=""))), "empty"),
        (figure(replace(THREE, quote=replace(THREE.quote, sentence="   "))), "empty"),
        (figure(replace(THREE, quote=replace(THREE.quote, end=THREE.quote.end + 4))), "does not fit"),
        (sentence("in ", Slot(kind="country", text="Turkey", ledger="TR"), "."), "not marked"),
        (sentence("in ", Slot(kind="country", text="Turkey", ledger="RU"), LEDGER_MARK, "."), "ledger holds"),
        (sentence(Slot(kind="count", text="4", ledger="5"), " articles."), "not the ledger's"),
        (sentence("by ", Slot(kind="actor", text="rebels"), "."), "not in the words"),
        (sentence("by ", Slot(kind="publisher", text="Beta Wire", cites=(THREE.quote,)), "."), "not the one cited"),
        (sentence("“", Slot(kind="quote", text="Two guards died", cites=(THREE.quote,)), "”"), "not those of"),
    ],
)
def test_each_kind_of_fault_is_named(told: Sentence, message: str) -> None:
    assert any(message in problem.message for problem in verify_sentence(told)), verify_sentence(told)


def test_a_problem_never_repeats_the_doubtful_value() -> None:
    told = figure(replace(THREE, minimum=987_654.0, maximum=987_654.0))
    assert all("987" not in problem.message for problem in verify_sentence(told))


def test_a_failing_figure_is_withheld_and_the_rest_of_the_incident_is_told() -> None:
    wrong = replace(THREE, minimum=30.0, maximum=30.0)
    view = incident("inc-9", (ALPHA, BETA), (wrong, FOUR, ALPHA.fact("facility", "Ceyhan terminal", "Ceyhan terminal")),
                    facilities=("Ceyhan terminal",), facility_ids=("ceyhan",))  # fmt: skip
    briefing = build_briefing(snapshot(new=(view,)))
    printed = " ".join(told.text for told in briefing.sentences)
    assert "4 killed" in printed
    assert "30 killed" not in printed
    assert {kept.incident_id for kept in briefing.withheld} == {"inc-9"}


def test_a_date_that_its_words_do_not_bear_out_costs_only_the_date() -> None:
    wrong = replace(ALPHA.fact("occurred_on", "2026-11-20", "on Friday"), value="2026-11-17")
    facility = ALPHA.fact("facility", "Ceyhan terminal", "Ceyhan terminal")
    view = incident("inc-9", (ALPHA,), (wrong, facility), facilities=("Ceyhan terminal",), facility_ids=("ceyhan",),
                    occurred_on=date(2026, 11, 17), date_precision="day")  # fmt: skip
    briefing = build_briefing(snapshot(new=(view,)))
    lead = briefing.sections[0].items[0].sentences[0].text
    assert lead == "Attack on the Ceyhan terminal, reported on 21 November 2026."
    assert [kept.about for kept in briefing.withheld] == ["what, where and when"]


def test_every_word_of_the_templates_is_in_the_vocabulary() -> None:
    tables = (
        words.TYPE_NOUNS.values(), words.STATUS_WORDS.values(), words.FIELD_LABELS.values(),
        [part for pair in words.ROLES.values() for part in pair],
        words._PREPOSITIONS.values(), words._ATTACK_MODES.values(), words._CYBER_MODES.values(),
        sentences._STATE_PREFIX.values(), sentences._STATE_SUFFIX.values(),
        sentences._OPEN_WORDS.values(), figures._HARM.values(),
        words.TIER_WORDS.values(), words.CREDIBILITY_WORDS.values(),
    )  # fmt: skip
    literals = [text for table in tables for text in table]
    literals += [words.kind_phrase(kind) for kind in FACILITY_KINDS]
    for module in (
        sentences,
        headings,
        figures,
        attribution,
        open_items,
        changes,
        sources,
        briefing,
        counts,
    ):
        for call in re.findall(r"(?:sentence|parts \+= \[|\+= \[)\(?[^\n]*", _source(module)):
            literals += re.findall(r'"([^"{}]*)"', call)
    said = {word.lower() for text in literals for word in re.findall(r"[A-Za-z][A-Za-z'-]*", text)}
    assert (
        said - VOCABULARY - {"kept", "speaker", "reason", "text", "grade", "actor", "quote", "quotes", "grades"}
        == set()
    )


def _source(module: object) -> str:
    with open(str(module.__file__), encoding="utf-8") as file:  # type: ignore[attr-defined]
        return file.read()


FACILITY_KINDS = (
    "oil_pipeline", "gas_pipeline", "product_pipeline", "pump_or_compressor_station", "refinery", "oil_terminal",
    "lng_terminal", "storage", "oil_field", "gas_field", "platform", "gas_processing", "power_plant", "nuclear_plant",
    "hydro_dam", "wind_or_solar", "substation", "transmission_line", "power_grid", "cable", "tanker", "port",
    "chokepoint", "mine", "control_system", "fuel_depot", "petrochemical_plant", "company", "other",
)  # fmt: skip


def test_no_number_or_calendar_word_is_in_the_vocabulary() -> None:
    numbers = (
        "one two three ten dozen hundred thousand million billion half twice second third couple may march".split()
    )
    calendar = "monday friday january june november".split()
    assert VOCABULARY & {*numbers, *calendar} == set()


def test_a_count_is_read_with_its_thousands() -> None:
    assert verify_sentence(sentence(count(12_345), " articles.")) == []
