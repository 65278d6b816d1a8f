"""Other things that a trigger is plainly about, which keep it from being about a facility nearby."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from nlp.causes import is_force
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
    "generation app account portal website data detail customer mailbox email side bow stern waterline port starboard "
    "installation facility asset plant station pump compressor manifold line pipe cable reactor turbine boiler "
    "transformer roof wall "
    "perimeter field well platform rig hub network farm depot storage number several dozens hundreds couple series "
    "pair string group lot "
    "set many half third quarter most percent majority one two three four five six ten hull deck engine room bridge "
    "cargo tanker "
    "joint bearing seal cooler blade rotor flange gasket tube insulator breaker relay conductor exciter "
    "winding bushing fuse "
    "switch circuit controller set computer logic software disconnector isolator busbar hydrant riser wellhead "
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
    "land shore beach seabed soil road ocean desert peninsula island territory location spot ground air it "
    "them one which that what who this these "
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


_UNMEANT = frozenset({"accident", "outage", "natural_hazard"})
# Where and to what else things happen.
_ELSEWHERE = frozenset(
    "house home school hotel restaurant shop store market mall church mosque temple village town building "
    "apartment flat "
    "block warehouse factory bridge bus car train tram plane aircraft helicopter truck lorry ferry stadium hospital "
    "museum theatre cinema nightclub barracks checkpoint police embassy forest kitchen garage cafe bakery laboratory "
    "college university airport runway railway metro hostel dormitory farmhouse barn supermarket library palace "
    "carrier freighter trawler yacht coaster bulker website app service network portal server demand price market deal "
    "plan talk bid project company firm bank share stock economy government coalition system wall kindergarten "
    "motorcycle van minibus taxi coach tower parliament prison convoy patrol vehicle tank soldier volcano mountain "
    "neighbourhood camp shelter monastery workshop brewery distillery mill slum settlement bar pub shed".split()
)
# Who and what a blockade keeps from the works.
_PASSERS = frozenset(
    "truck lorry worker traffic access entrance road gate delivery train vehicle employee driver entry way vessel boat "
    "convoy supply coal crude exit highway track railway".split()
)
_OWN = frozenset({"her", "its", "their", "his", "our"})
# What makes a cable, a line or a server that of another trade.
_OTHER_WORKS = frozenset(
    "data internet fibre fiber telephone phone telecom telecoms telecommunications communication water sewage sewer "
    "rail railway tram".split()
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


_RELEASES = frozenset("spill leak release discharge spew gush pour seep escape vent dump flow".split())


def find_rivals(doc: Doc, trigger: Token, entry: Entry, refs: list[FacilityRef], offset: int) -> list[Token]:
    """Things that the trigger is plainly about and that are no facility: "attacked a village", "fire in a kitchen"."""
    spans = [(r.start - offset, r.end - offset) for r in refs]
    nouns: list[Token] = []
    if entry.pos == "verb":
        if entry.event_type != "theft":
            nouns += [c for c in trigger.children if c.dep_ in ("dobj", "obj", "nsubjpass")]
        if entry.slot in ("both", "subject") and not nouns:
            nouns += [c for c in trigger.children if c.dep_ == "nsubj" and not is_force(c)]
        if trigger.lemma_.lower() not in _RELEASES:  # what oil spilled into is not what spilled it
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
            another = any(c.lower_ in _OTHER_WORKS for c in one.children if c.dep_ in ("compound", "amod", "nmod"))
            if (
                one.pos_ not in ("NOUN",)
                or ((lemma in _NO_RIVAL or lemma in PARTS) and not another)
                or (entry.event_type == "blockade" and lemma in _PASSERS)
                or one.i == trigger.i
            ):
                continue
            if (
                entry.event_type in _UNMEANT
                and not another
                and lemma not in _ELSEWHERE
                and (noun.dep_ != "dobj" or trigger.lemma_.lower() in _RELEASES)
            ):
                continue  # what breaks in the works is a part of them: "a container spilled", "scaffolding gave way"
            if lemma in entry.phrase or any(c.dep_ == "poss" and c.lower_ in _OWN for c in one.children):
                continue  # the hole of "blew a hole in the line"; the side of "an explosion on her port side"
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
