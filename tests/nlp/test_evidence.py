"""Indicators of what was found in a document, and their file beside the labels."""

from __future__ import annotations

from pathlib import Path

from nlp.evidence import indicators, passage_key, read_evidence, write_evidence
from nlp.labelled import LABELS_FOLDER, load_development, load_passages
from nlp.records import ActorArgument, Document, Span
from tests.nlp.annotator import shared_annotator
from tests.nlp.builders import event

ALIKE = 0.8  # mean share of indicators that the file and a fresh reading have in common


def test_event_shows_its_type_grade_mode_works_and_actor() -> None:
    army = ActorArgument(name="army", role="perpetrator", span=Span(start=0, end=4), kind="state_force")
    found = indicators([event("attack", "attributed", modes=("drone",), facility_type="tanker", actors=(army,))])
    assert {"type attack", "told attack", "mode drone", "works tanker", "attack at sea"} <= set(found)
    assert {"actor state_force", "attack by state_force", "actor named", "events 1"} <= set(found)


def test_precedent_has_one_indicator_of_its_own_and_counts_for_no_event() -> None:
    assert indicators([event("cyberattack", "historical", modes=("malware",))]) == ("events 0", "past cyberattack")


def test_grade_of_what_did_not_happen_is_told() -> None:
    assert {"talked attack", "grade foiled"} <= set(indicators([event("attack", "foiled")]))


def test_many_events_count_as_three() -> None:
    assert "events 3" in indicators([event("accident")] * 7)


def test_file_gives_back_what_was_written(tmp_path: Path) -> None:
    evidence = {passage_key("a", "b"): ("events 1", "type attack"), passage_key("", "c"): ("events 0",)}
    write_evidence(tmp_path, evidence)
    assert read_evidence(tmp_path) == evidence
    assert read_evidence(tmp_path / "nowhere") == {}


def test_key_changes_with_the_wording() -> None:
    assert passage_key("a", "bc") != passage_key("ab", "c")


def test_evidence_of_the_shipped_labels_is_what_the_annotator_finds() -> None:
    """Reads every fiftieth passage anew; when this fails, run scripts/build_evidence.py and `linewalker train`."""
    passages = (*load_passages(), *load_development())
    evidence = read_evidence(LABELS_FOLDER)
    assert {passage_key(p.title, p.text) for p in passages} == set(evidence)
    sample = [p for p in passages if p.relevant][::50]
    documents = [Document(id=passage_key(p.title, p.text), title=p.title, text=p.text) for p in sample]
    shares = []
    for annotation in shared_annotator().annotate(documents):
        fresh, kept = set(indicators(annotation.events, annotation.quantities)), set(evidence[annotation.id])
        shares.append(len(fresh & kept) / len(fresh | kept))
    assert sum(shares) / len(shares) >= ALIKE
