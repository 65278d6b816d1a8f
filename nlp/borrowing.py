"""The works that a mention without works of its own is about: those that the text around it tells of."""

from __future__ import annotations

from nlp.candidates import Candidate
from nlp.facility_refs import FacilityRef
from nlp.reading import Reading
from nlp.records import HAPPENINGS
from nlp.text import shouted


def borrow(candidate: Candidate, reading: Reading) -> FacilityRef | None:
    """The nearest facility within two sentences of a mention that names no target of its own."""
    if not candidate.happened and candidate.event_type in HAPPENINGS and not candidate.facilities:
        return _borrow_unreal(candidate, reading)
    form = shouted(reading.document.text)
    if candidate.given or candidate.facilities or candidate.event_type not in HAPPENINGS:
        return None
    if (
        candidate.event_type == "cyberattack"
        and not candidate.nominal
        and any(c.dep_ in ("dobj", "nsubjpass") and c.pos_ in ("NOUN", "PROPN") for c in candidate.token.children)
    ):
        return None  # what was hacked is told, and it is no energy body
    if candidate.event_type == "natural_hazard" and candidate.nominal and not form:
        return None  # a storm is an event of the works only where it is told to have reached them
    if candidate.grade.factuality in ("denied", "historical") or (
        not candidate.happened and (candidate.nominal and candidate.entry.strength != "strong")
    ):
        return None
    if not form and (candidate.rival or not reading.relevant or candidate.entry.strength == "weak"):
        return None
    if candidate.entry.strength == "medium" and not form and not _one_site(reading):
        return None
    index = candidate.sentence.index
    # A part of the one site that the text has named before is in its sentence: "the fire, in which a unit stopped".
    own = [r for r in reading.facilities.get(index, ()) if r.antecedent is not None and r.antecedent.sentence != index]
    if not form and own and candidate.entry.strength == "strong" and candidate.happened and _one_site(reading):
        return own[-1]
    if not form and any(not r.company for r in reading.facilities.get(index, ())):
        return None  # its own sentence names a facility, and it is not about that one
    for near in (
        index,
        index - 1,
        index + 1,
        -1,
        index - 2,
        index + 2,
        *((index - 3, index + 3, index + 4) if form else ()),
    ):
        if near == index and not form:
            continue
        options = [
            r
            for r in reading.facilities.get(near, ())
            if not r.company and r.facility_type != "chokepoint" and r.noun not in ("output", "production")
        ]
        if options and (near < index + 2 or form):
            return options[0] if near > index else options[-1]
    return None


def _borrow_unreal(candidate: Candidate, reading: Reading) -> FacilityRef | None:
    """The works that a threat, plan, denial or earlier case without works of its own is about: those told last."""
    if candidate.rival or candidate.given or not reading.relevant or candidate.event_type == "natural_hazard":
        return None
    index = candidate.sentence.index
    if candidate.entry.strength == "weak" or (
        candidate.grade.factuality == "historical" and candidate.nominal and not candidate.definite
    ):
        return None
    for near in (index, index - 1, index - 2, -1, index + 1, index - 3):
        options = [
            r for r in reading.facilities.get(near, ()) if not r.company and r.noun not in ("output", "production")
        ]
        if options:
            return options[0] if near > index else options[-1]
    return None


def _one_site(reading: Reading) -> bool:
    """Whether a text names one facility only, which then is what its happenings are about."""
    sites = {
        (r.antecedent or r).facility_id or f"{(r.antecedent or r).facility_type}:{(r.antecedent or r).proper.lower()}"
        for refs in reading.facilities.values()
        for r in refs
        if not r.company and r.facility_type != "chokepoint"
    }
    return len(sites) == 1
