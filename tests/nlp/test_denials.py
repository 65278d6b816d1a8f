"""What a denial is of, and how much is said to be back, as the reader grades it."""

from __future__ import annotations

import re

import pytest

from nlp.contract import annotation_from_json, annotation_to_json
from nlp.resumption import extent_of
from tests.nlp.annotator import annotate, shared_annotator

DENIALS = [
    ("A fire broke out at the Ilsky refinery on Monday, the regional governor said.",
     "Officials said it was not sabotage and denied reports of a drone attack.", "cause"),
    ("An explosion tore through the Abadan refinery on Tuesday, the oil ministry said.",
     "The ministry denied that it had been sabotaged.", "cause"),
    ("Drones hit the Tuapse refinery on Monday, the regional governor said.",
     "There was no spill, the company said.", "effect"),
    ("Gunmen attacked a tanker in the Gulf of Oman on Monday, the navy said.",
     "Iran denied attacking the vessel.", "part"),
    ("Yemen's Houthis said on Monday that they had hit the Ras Tanura refinery.",
     "Saudi Aramco denied that the refinery had been attacked.", None),
]  # fmt: skip


@pytest.mark.parametrize(("told", "denial", "about"), DENIALS)
def test_a_denial_says_what_it_is_of(told: str, denial: str, about: str | None) -> None:
    claims = [
        claim for event in annotate(f"{told} {denial}").events for claim in event.claims if claim.factuality == "denied"
    ]
    assert {claim.about for claim in claims} == {about}


RETURNS = [
    ("Half of the flow through the Trans Niger Pipeline was restored on Tuesday after an explosion shut it.", "part"),
    ("Two of the three units of the Baiji refinery restarted on Tuesday after Monday's outage.", "part"),
    ("The Druzhba pipeline partially resumed pumping on Tuesday after a drone attack halted flows on Sunday.", "part"),
    ("The plant restarted on Tuesday and will be fully back by Friday.", "part"),
    ("The refinery resumed work at reduced capacity.", "part"),
    ("The Druzhba pipeline fully resumed pumping on Tuesday after a drone attack halted flows on Sunday.", "whole"),
    ("Power was restored to all households on Tuesday.", "whole"),
    ("Part of the flow resumed on Tuesday.", "part"),
    ("The pipeline, which normally carries 180,000 barrels a day, resumed pumping after a full inspection.", None),
    ("The unit tripped at noon and restarted half an hour later, Oil India Limited said.", None),
    ("All four trains restarted on Tuesday and supplies are back to normal.", "whole"),
    ("The terminal resumed loading on Tuesday after the storm.", None),
    ("The refinery in the western part of the city restarted on Tuesday.", None),
]


# Pairs of what is told of the return itself and what is told of something else beside it.
SIBLINGS = [
    ("The terminal fully resumed operations on Tuesday after being partially shut.", "whole"),
    ("The terminal partially resumed operations on Tuesday after being fully shut.", "part"),
    ("Power was restored to all customers, some of whom had been out since Monday.", "whole"),
    ("Power was restored to some of the customers, all of whom had been out since Monday.", "part"),
    ("Half of the plant restarted on Monday. The plant was fully restored on Tuesday.", "whole"),
    ("The plant was fully restored on Tuesday. Half of it had been restored on Monday.", "whole"),
    ("Half of the plant restarted on Monday and the plant was fully restored on Tuesday.", "whole"),
    ("The line was restored on Tuesday. Half of the customers were restored on Wednesday.", "part"),
    ("The plant restarted on Tuesday following a partial outage.", None),
    ("The plant restarted on Tuesday because half of its staff returned.", None),
    ("The refinery, which partially closed on Sunday, resumed production on Tuesday.", None),
    ("The refinery, which lost half of its output, was fully restored on Tuesday.", "whole"),
    ("The operator restored the partially damaged line on Tuesday.", None),
    ("The operator restored partial service on Tuesday.", "part"),
    ("The pipeline resumed pumping at half of its capacity on Tuesday.", "part"),
    ("The refinery restarted on Tuesday and is running at reduced rates.", "part"),
    ("The refinery restarted on Tuesday and half of the guards went home.", None),
    ("The grid was restored by some of the crews on Tuesday.", None),
    ("Three of the four turbines were restored on Tuesday.", "part"),
    ("The company resumed full production on Tuesday.", "whole"),
    ("The company resumed limited production on Tuesday after a full stop.", "part"),
    ("Supplies were completely restored on Tuesday despite partial damage.", "whole"),
]


@pytest.mark.parametrize(("text", "extent"), RETURNS + SIBLINGS)
def test_a_return_says_how_much_is_back(text: str, extent: str | None) -> None:
    parsed = shared_annotator()._parser.parse(re.split(r"(?<=\.) ", text))
    assert extent_of([doc for doc in parsed if doc is not None]) == extent


def test_both_survive_the_annotation_as_json() -> None:
    for text in (" ".join(str(part) for part in DENIALS[0][:2]), RETURNS[2][0]):
        found = annotate(text)
        again = annotation_from_json(annotation_to_json(found))
        assert [(e.claims, e.resumption) for e in again.events] == [(e.claims, e.resumption) for e in found.events]
        assert any(e.resumption == "part" or any(c.about for c in e.claims) for e in again.events)
