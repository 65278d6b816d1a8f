from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from nlp.contract import annotation_to_json, document_from_json
from nlp.records import Annotation, Document, Span
from nlp.selection import reading_form
from tests.nlp.annotator import annotate, happenings, shared_annotator

CASES = [
    json.loads(line) for line in (Path(__file__).parent / "cases" / "events.jsonl").read_text("utf-8").splitlines()
]
SHARED = Path(os.environ.get("LINEWALKER_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


def _faults(expect: dict[str, Any], annotation: Annotation) -> Iterator[str]:
    """What an annotation lacks of what a case expects; happenings are asked of the best one."""
    done = happenings(annotation)
    events = list(annotation.events)
    graded = {e.factuality for e in events} | {c.factuality for e in events for c in e.claims}
    if "happened" in expect and bool(done) != expect["happened"]:
        yield f"happened is {bool(done)}"
    if len(done) > expect.get("at_most", 3):
        yield f"{len(done)} happenings"
    if "factuality" in expect and not graded & set(expect["factuality"]):
        yield f"graded {sorted(graded)}"
    if "factuality_all" in expect and not set(expect["factuality_all"]) <= graded:
        yield f"graded {sorted(graded)}"
    if "only_factuality" in expect and not graded <= set(expect["only_factuality"]):
        yield f"graded {sorted(graded)}"
    if "types_include" in expect and not {e.event_type for e in events} & set(expect["types_include"]):
        yield "no event of the type"
    if "month" in expect and not any(e.date and str(e.date.start).startswith(expect["month"]) for e in events):
        yield "no event in the month"
    if "not_facility" in expect and any(f.facility_id == expect["not_facility"] for e in events for f in e.facilities):
        yield "linked to the wrong facility"
    tests = [
        ("event_type", lambda e, w: e.event_type in w),
        ("country", lambda e, w: w is None or e.country in w),
        ("facility_type", lambda e, w: bool({e.facility_type, *(f.facility_type for f in e.facilities)} & set(w))),
        ("date", lambda e, w: e.date is not None and str(e.date.start) == w),
        ("modes", lambda e, w: bool(set(e.modes) & set(w))),
        ("killed", lambda e, w: e.killed is not None and e.killed.minimum == w),
        ("injured", lambda e, w: e.injured is not None and e.injured.minimum == w),
        ("actor", lambda e, w: any(w.lower() in a.name.lower() for a in (*e.actors, *e.claimed_by))),
        ("facilities_at_least", lambda e, w: len(e.facilities) >= w),
    ]
    asked = [(key, test) for key, test in tests if key in expect]
    pool = done or events
    best = max(pool, key=lambda e: sum(test(e, expect[key]) for key, test in asked), default=None)
    for key, test in asked:
        if best is None or not test(best, expect[key]):
            yield f"{key}: wanted {expect[key]}"


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_text_of_each_class_is_read_as_its_case_says(case: dict[str, Any]) -> None:
    annotation = annotate(case["text"], case.get("title", ""), case.get("published"))
    assert annotation.error is None
    assert list(_faults(case["expect"], annotation)) == []


def test_one_occurrence_told_five_times_is_one_event() -> None:
    annotation = annotate(
        "Drones struck the Tuapse refinery on Monday night. The attack started a fire. The blaze was put out by dawn, "
        "the governor said. It was the third strike on the plant this year. "
        "Production has been halted since the incident.",
        title="Drone attack sets Tuapse refinery ablaze",
    )
    deeds = [e for e in happenings(annotation) if e.event_type != "outage"]
    assert [e.event_type for e in deeds] == ["attack"]
    assert len(deeds[0].evidence) >= 3


def test_the_output_is_the_same_in_any_order_and_batch() -> None:
    documents = [Document(id=c["id"], text=c["text"], title=c.get("title", "")) for c in CASES[:24]]
    annotator = shared_annotator()
    forward = {a.id: annotation_to_json(a) for a in annotator.annotate(documents, batch_size=5)}
    backward = {a.id: annotation_to_json(a) for a in annotator.annotate(documents[::-1], batch_size=16)}
    assert forward == backward
    assert [a.id for a in annotator.annotate(documents)] == [d.id for d in documents]


def test_a_failing_document_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Document(id="good", text="A fire broke out at the Ruwais refinery on Monday.")
    bad = Document(id="bad", text="A fire broke out.", timezone="UTC", title=None)  # type: ignore[arg-type]
    first, second, third = shared_annotator().annotate([good, bad, good])
    assert (first.error, third.error) == (None, None)
    assert second.error is not None
    assert happenings(third)


@pytest.mark.parametrize(
    ("text", "skipped"),
    [("", "empty"), ("... !!! ???", "empty"), ("🔥🔥🔥", "empty")],
)
def test_a_text_without_words_is_skipped_as_empty(text: str, skipped: str) -> None:
    annotation = annotate(text)
    assert (annotation.skipped, annotation.error, annotation.events) == (skipped, None, ())


def test_another_language_is_told_and_not_annotated() -> None:
    annotation = annotate("Взрыв прогремел на нефтеперерабатывающем заводе в Рязани в понедельник вечером.")
    assert (annotation.skipped, annotation.language, annotation.relevant) == ("language", "ru", None)


@pytest.mark.parametrize(
    "text",
    [
        "A drone hit the Ryazan refinery in Russia on Monday and oil leaked. " * 20_000,
        "x" * 2_000_000,
        "🔥 Drone hits refinery 💥 " * 2_000,
        "refinery attack pipeline explosion " * 3_000,
        "pipeline, " * 5_000,
        "a" + "\u0301" * 30_000 + " refinery fire",
    ],
    ids=["long line", "one word", "emoji", "no full stop", "commas", "combining"],
)
def test_hostile_lengths_are_bounded(text: str) -> None:
    assert annotate(text).error is None


def _spans(annotation: Annotation) -> Iterator[tuple[Span, str | None]]:
    for m in annotation.mentions:
        yield m.span, m.text
    for q in annotation.quantities:
        yield q.span, q.text
    for e in annotation.events:
        yield e.trigger.span, e.trigger.text
        yield from ((s, None) for s in e.evidence)
        yield from ((c.span, None) for c in e.claims)
        yield from ((f.span, None) for f in e.facilities)
        yield from ((a.span, None) for a in e.actors)
        if e.date is not None and e.date.span is not None:
            yield e.date.span, e.date.text


@pytest.mark.parametrize(
    "text",
    [
        "🚨 Explosion at the Baiji refinery in Iraq 🔥 — two killed\u200f, ministry says ⚠️ on Monday.",
        "Gunmen\u200f at the **Zawiya** refinery, \u2066Libya\u2069, wounded three guards on [Sunday](http://x.example/a).",
        "AT 0640 ON 03/14/2011 A CONTRACTOR STRUCK THE CRUDE LINE NEAR CUSHING, OKLAHOMA, RELEASING 250 BARRELS.",
        "Потом: drones hit the Ilsky refinery. # Heading\n| a | b |\n- three tanks burned\n👩‍🚒👩‍🚒 No one was hurt.",
    ],
)
def test_every_span_is_the_words_it_stands_for(text: str) -> None:
    annotation = annotate(text, title="🔥 Refinery fire: İzmit")
    originals = {"text": text, "title": "🔥 Refinery fire: İzmit"}
    for span, words in _spans(annotation):
        piece = originals[span.where][span.start : span.end]
        assert piece
        assert words is None or words == piece


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("DRONES HIT FEODOSIA OIL DEPOT", "Drones hit feodosia oil depot"),
        ("Gunmen Attack Gas Pipeline Near Sui", "Gunmen attack gas pipeline near Sui"),
        ("Drones hit the depot.", "Drones hit the depot."),
    ],
)
def test_the_form_for_the_parser_keeps_the_length(text: str, form: str) -> None:
    found = reading_form(text, frozenset({"attack", "gas", "pipeline", "near"}))
    assert found == form
    assert len(found) == len(text)


@pytest.mark.skipif(not SHARED.is_dir(), reason="development data are not beside the checkout")
def test_the_article_that_the_project_began_with_tells_one_attack_on_the_line() -> None:
    article = json.loads((SHARED / "seed" / "article.json").read_text("utf-8"))
    document = document_from_json(json.dumps({"id": "seed", **article}))
    annotation = next(iter(shared_annotator().annotate([document])))
    attacks = [e for e in annotation.events if e.event_type == "attack"]
    assert len(attacks) == 1
    assert attacks[0].factuality in ("asserted", "attributed")
    assert {f.facility_id for f in attacks[0].facilities} == {"cpc-pipeline"}
    assert any(q.role == "throughput" and q.minimum == 1_300_000 and q.unit == "bbl/d" for q in annotation.quantities)
    lines = document.text.split("\n")
    listed = {line for line in lines if line.lstrip().startswith(("|", "-"))}
    for event in annotation.events:
        for span in event.evidence:
            if span.where == "text":
                assert document.text[span.start : span.end] not in " ".join(listed)


def test_records_of_an_annotation_hold_plain_values() -> None:
    annotation = annotate("A fire broke out at the Ruwais refinery in the United Arab Emirates on Monday.")
    json.dumps(asdict(annotation), default=str)
    assert annotation.model is not None
    assert annotation.model.gazetteer
