from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from reports.incident_page import render_incident
from reports.text import clean_text
from tests.reports.attacks import ATTACKS
from tests.reports.builders import Told, incident, revision
from tests.reports.nights import changed_refinery, ransomware, terminal_attack


def test_the_page_tells_state_evidence_conflicts_history_and_articles() -> None:
    page = render_incident(terminal_attack())
    assert page.startswith("Drone attack — incident inc-0041\n")
    assert [line for line in page.splitlines() if re.fullmatch(r"-{4,}", line)] == [
        "-" * len(title) for title in ("Evidence", "Conflicting values", "History", "Articles")
    ]
    assert "  - 3: Alpha News\n" in page
    assert "  - 5: Beta Wire, Courier Online\n" in page
    assert "https://alpha-news.example/a1" in page


def test_each_fact_stands_with_its_words_and_their_offsets() -> None:
    page = " ".join(render_incident(ransomware()).split())
    for fact in ransomware().facts:
        assert f"“{fact.quote.sentence}”" in page
        assert f"characters {fact.quote.start} to {fact.quote.end}" in page


def test_history_is_told_in_order() -> None:
    page = render_incident(changed_refinery())
    assert "Killed: 2 → 4." in page
    assert "[since corrected]" in page


def test_an_incident_without_facts_says_so() -> None:
    page = render_incident(incident("inc-1", (), ()))
    assert "Evidence\n--------\nNone.\n" in page
    assert "No change since it was entered." in page


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: repr(attack[:30]))
def test_a_terminal_gets_no_control_character(attack: str) -> None:
    told = Told(id="h", publisher=attack, title=attack, sentences=(f"{attack} hit it.",))
    view = incident("i", (told,), (told.fact("actor", attack, attack, speaker=attack),), place=attack,
                    facilities=(attack,), revisions=(revision("i", attack, attack, attack, attack),))  # fmt: skip
    for line in render_incident(view).split("\n"):
        assert clean_text(line) == " ".join(line.split())


def test_the_page_tells_the_evidence_the_days_out_and_what_is_denied() -> None:
    article = Told(id="a", publisher="Alpha News", sentences=("It stopped.", "The ministry ruled out an attack."))
    denied = replace(article.grade("denied", "ruled out", "ministry"), detail="cause")
    view = incident("inc-1", (article,), (article.grade("asserted", "stopped"), denied), status="restored",
                    credibility=2, evidence_tier="official", days_out=3, restored_on=date(2026, 11, 21))  # fmt: skip
    page = " ".join(render_incident(view).split())
    assert "1 independent; confidence 0.80; an official source, credibility 2 (probably true)" in page
    assert "Out of use 3 days, until 21 November 2026" in page
    assert "denied as to its cause, according to ministry" in page
