"""Other things that a trigger is plainly about, which keep it from being about a facility nearby."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from nlp.facility_refs import FacilityRef
from nlp.syntax import (
    objects_of,
    with_conjuncts,
)
from nlp.triggers import Entry

BESIDE = frozenset("near outside beside opposite behind by around toward towards".split())


# Nouns that a target may be of or part of without ceasing to be the target.
PARTS = frozenset(
    "section stretch segment part portion unit tank tower pylon valve system network site complex area compound "
    "building structure "
    "terminal jetty pier berth equipment infrastructure operation output production flow supply loading export "
    "shipment delivery service "
    "capacity worker guard employee engineer technician staff crew convoy gate office headquarters control server "
    "computer website "
    "seafarer sailor crewman mariner leg foot base bolt panel berth pier arm hatch "
    "installation facility asset plant station pump compressor manifold line pipe cable reactor turbine boiler "
    "transformer roof wall "
    "perimeter field well platform rig hub network farm depot storage number several dozens hundreds couple series "
    "pair string group lot "
    "set many half third quarter most percent majority one two three four five six ten hull deck engine room bridge "
    "cargo tanker "
    "train nm mile kilometre kilometer km kV ship vessel dock mooring buoy hose project camp base town settlement "
    "business it company operator distributor firm utility giant".split()
)


_NO_RIVAL = frozenset(
    "area region province district city town village country state county governorate oblast coast shore outskirt "
    "suburb border night "
    "morning evening afternoon day week month year hour minute time attack incident series wave response part spate "
    "string number row "
    "retaliation order move bid effort addition case result way place scene north south east west centre center water "
    "sea gulf strait "
    "ocean desert peninsula island territory location spot ground air it them one which that what who this these "
    "those him her me us "
    "point signal dawn dusk noon midnight total record place turn "
    "sight fact light january february march april may june july august september october "
    "november december "
    "monday tuesday wednesday thursday friday saturday sunday weekend spring summer autumn fall winter campaign war "
    "conflict "
    "production output supply flow export operation capacity shipment loading power electricity energy infrastructure "
    "facility target "
    "barrel gallon ton tonne litre crude oil gas fuel product line pipe something fire damage device bomb missile "
    "drone rocket projectile methane vapor vapour dust boiler transformer generator ammunition firedamp spark cloud "
    "ball debris condensate".split()
)


_LIGHT = frozenset(
    "carry launch conduct stage mount perpetrate commit make suffer experience report see cause trigger spark start "
    "break occur happen take "
    "hit rock strike shake rip tear sweep engulf destroy damage follow erupt lead result force prompt describe "
    "call".split()
)


def belongs_to(token: Token, rival: Token) -> bool:
    """Whether a facility lies inside the phrase of the rival target, as in "workers at an oil field"."""
    for governor in token.ancestors:
        if governor.i == rival.i:
            steps = _steps(token, rival)
            return not any(s.dep_ == "prep" and s.lower_ not in _OF for s in steps) and not any(
                s.dep_ in ("relcl", "advcl") for s in steps
            )
    return False


_OF = frozenset({"of", "at", "in", "on", "inside", "from", "aboard", "along", "to", "within"})


def _steps(token: Token, top: Token) -> list[Token]:
    found = []
    while token.i != top.i and token.head.i != token.i:
        found.append(token)
        token = token.head
    return found


def find_rivals(doc: Doc, trigger: Token, entry: Entry, refs: list[FacilityRef], offset: int) -> list[Token]:
    """Things that the trigger is plainly about and that are no facility: "attacked a village", "fire in a kitchen"."""
    spans = [(r.start - offset, r.end - offset) for r in refs]
    nouns: list[Token] = []
    if entry.pos == "verb":
        if entry.event_type != "theft":
            nouns += [c for c in trigger.children if c.dep_ in ("dobj", "obj", "nsubjpass")]
        if entry.slot in ("both", "subject") and not nouns:
            nouns += [c for c in trigger.children if c.dep_ == "nsubj"]
        nouns += list(objects_of(trigger, frozenset({"on", "at", "against", "into"})))
    else:
        nouns += list(objects_of(trigger, frozenset({"on", "at", "against", "of", "in", "inside", "aboard"})))
        if trigger.dep_ in ("nsubj", "dobj") and trigger.head.pos_ == "VERB" and trigger.head.lemma_ in _LIGHT:
            nouns += [c for c in trigger.head.children if c.dep_ in ("dobj",) and c.i != trigger.i]
            if trigger.dep_ == "nsubj":
                nouns += list(objects_of(trigger.head, frozenset({"at", "in", "through", "inside", "on"})))
    found = []
    for noun in nouns:
        for one in with_conjuncts(noun):
            lemma = one.lemma_.lower()
            if one.pos_ not in ("NOUN",) or lemma in _NO_RIVAL or lemma in PARTS or one.i == trigger.i:
                continue
            if any(start <= one.idx < end for start, end in spans) or one.ent_type_ in (
                "GPE",
                "LOC",
                "DATE",
                "TIME",
                "CARDINAL",
                "QUANTITY",
            ):
                continue
            found.append(one)
    return [] if any(any(s <= n.idx < e for s, e in spans) for n in nouns) else found
