"""The words and patterns that count people: who, killed or hurt or taken, and how a text says that nobody was."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.casualty_words import ACTIVE, ANIMAL, AUX, CUES, CULPRIT, PEOPLE, PERSON, CasualtyKind, Whose
from nlp.numbers import DASH, GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyMatch:
    """One count of people; offsets count code points of the text it was found in."""

    start: int
    end: int
    text: str
    kind: CasualtyKind
    minimum: int
    maximum: int | None  # None: open above ("at least seven")
    of: Whose
    clause_start: int
    clause_end: int


def casualty(
    text: str, start: int, end: int, kind: CasualtyKind, low: int, high: int | None, of: Whose
) -> CasualtyMatch:
    return CasualtyMatch(
        start=start, end=end, text=text[start:end], kind=kind, minimum=low, maximum=high, of=of,
        clause_start=start, clause_end=end,
    )  # fmt: skip


SMALL = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20,
}  # fmt: skip
WORD = r"[^\W\d_](?:[\w'’&-]|\.(?=\w))*"
STOP = (
    r"(?!(?:and|or|but|when|after|before|as|while|which|that|who|whom|whose|killed|killing|injur\w+|wound\w+|said"
    r"|says|told|by|with|for|from|near|at|on|to|because|ago|years?|days?|hours?|weeks?|months?|minutes?"
    r"|targets?|drones?|missiles?|homes?|houses|barrels|tonnes|tons|miles|km|percent|per|cent|vessels?|ships?"
    r"|tankers?|boats?|million|buildings?|tanks?|vehicles?|trucks?|wells?|pipelines?|towers?"
    r"|turbines?|units?|reactors?|plants?|refiner(?:y|ies)|substations?|villages?|towns?|cities|countries"
    r"|companies|incidents?|attacks?|times|pm|am|kv|mw|deal|deals|more\sthan|killing|wounding|injuring|january"
    r"|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug"
    r"|sept?|oct|nov|dec)\b(?!['’]s))"
)
NOUNS = f"(?:{GAP}{STOP}{WORD}){{0,5}}?"
ASIDE = (
    r"(?:\s?\([^()]{1,60}\)|\s?(?:,|—|–|-)\s?(?:(?:including|among\sthem|most(?:ly)?|all|some|one|two|three|four"
    r"|five|at\sleast|both|aged|\d{1,2}(?=,)|the\smajority)\b[^.;,]{0,80}(?:,[^.;,]{0,40})?)(?:,|—"
    r"|–|-)|\s(?:including"
    r"|among\sthem)\s[^.;,]{0,60})?"
)
CUE_ALL = "|".join(f"(?P<{kind}>{words})" for kind, words in CUES.items())
ACTIVE_ALL = "|".join(f"(?P<{kind}>{words})" for kind, words in ACTIVE.items())
FLAGS = re.IGNORECASE
PASSIVE = re.compile(
    f"(?P<nouns>(?:{GAP}(?:{PERSON}){GAP}and(?={GAP}(?:{PERSON})))?(?:{GAP}(?:of{GAP}(?:(?:his|her|their|its|the|our"
    f"|my|them|those"
    f"|whom){GAP}?)?)?)?{NOUNS}(?:{GAP}(?P<person>{PEOPLE}))?(?P<one_more>{GAP}and{GAP}(?:an?|the|his|her|its"
    f"|their|another){GAP}(?:{STOP}{WORD}{GAP}){{0,3}}?(?:{PERSON}))?(?:{GAP}(?:on{GAP}board|aboard"
    f"|from{GAP}[\\w'’-]+|in{GAP}[\\w'’-]+|at{GAP}the{GAP}[\\w'’-]+|inside|of{GAP}[\\w'’-]+|there))?){ASIDE}"
    f"(?:,?{GAP}(?:who{GAP})?{AUX}){{0,5}},?{GAP}(?:who{GAP})?(?:{CUE_ALL})(?![\\w-])",
    FLAGS,
)
# "Five soldiers guarding the plant near the border were killed": a modifier stands between people and verb
FAR_PASSIVE = re.compile(
    f"(?P<nouns>{GAP}(?:{STOP}{WORD}{GAP}){{0,3}}?(?:{PEOPLE})){GAP}(?:[a-z]+ing|from|of|at|on|in|near"
    f"|who|inside|for|with|trapped)"
    f"{GAP}(?:(?!(?:and|but|was|were|are|is|that|when|after|before|as|killed|wounded)\\b)[\\w'’-]+{GAP}){{1,12}}?"
    f"(?:(?:was|were|are|had{GAP}been|have{GAP}been){GAP}(?:{CUE_ALL})|(?P<died>died|perished|drowned"
    f"|burned{GAP}to{GAP}death))(?![\\w-])",
    FLAGS,
)
# A bare figure and its cue: "two killed, 5 wounded"
CUE_NOUN = re.compile(
    f"{GAP}(?:(?:confirmed|reported|serious|minor|critical|more|new|other|possible|work(?:er|place)?|crew"
    f"|civilian|employee|further|additional|severe|burn){GAP}){{0,2}}"
    r"(?:(?P<killed>deaths?|fatalit(?:y|ies)|lives\s(?:were\s)?lost|corpses?|bodies\s(?:(?:were|had"
    r"|have|been|also|since)\s){0,3}"
    r"(?:found|recovered|pulled|brought|retrieved|dug|taken|lifted))"
    r"|(?P<injured>injur(?:y|ies)|wounded|injured|(?:people\s)?with\s(?:[\w-]+\s){0,2}?(?:injuries|burns|wounds"
    r"|concussions?)"
    r"|hospitali[sz]ations?)|(?P<missing>missing)"
    r"|(?P<detained>arrests|detentions|detainees)|(?P<kidnapped>hostages?(?!\s(?:who\s)?(?:were\s)?(?:died"
    r"|killed|freed|released|rescued))|kidnappings?))(?![\w-])",
    FLAGS,
)
ACTIVE_BEFORE = re.compile(
    rf"\b(?:{ACTIVE_ALL})(?:{GAP}(?:off|some|another|a{GAP}further|the|all|about|a{GAP}total{GAP}of|its|his|their"
    rf"|down|dead|hostage|up{GAP}to))?(?:{GAP})?$",
    FLAGS,
)
TOLL_BEFORE = re.compile(
    rf"\b(?:death\s?toll|number\sof\s(?:dead|deaths|fatalities)|toll|put(?:s|ting)?\sthe\sdead)\b"
    rf"[^.;\d]{{0,140}}?(?:\bto|\bat|\bof|\bis"
    rf"|\bwas|\bstood\sat|\breach(?:es|ed|ing)|\bas|:)(?:{GAP})?$",
    FLAGS,
)
CUE_BEFORE = re.compile(
    r"\b(?:(?P<killed>dead|deaths?|fatalities|killed)|(?P<injured>injured|wounded|injuries)|(?P<missing>missing)"
    r"|(?P<detained>arrested|detained))\s?(?::|=|-|–)\s?$",
    FLAGS,
)
OBJECT = re.compile(
    f"(?P<nouns>{GAP}(?:of{GAP}(?:(?:his|her|their|its|the|our"
    f"|them){GAP}?)?)?(?:{STOP}{WORD}{GAP}){{0,4}}?(?P<person>{PEOPLE}))(?![\\w-])",
    FLAGS,
)
OBJECT_END = re.compile(
    rf"(?:{GAP})?(?:$|[.,;:)!?—–\"”’]|(?:and|or|in|at|on|near|when|after|as|while|before|during|from|of\sthem|by"
    rf"|inside|outside|there|overnight|early|late|last|this|yesterday|today|monday|tuesday|wednesday|thursday"
    rf"|friday|saturday|sunday|more|including|hostage|dead|so\sfar|who|since|with|for|,|aboard|earlier)\b)",
    FLAGS,
)
ANIMALS = re.compile(f"(?:{GAP}{WORD}){{0,3}}?{GAP}(?:{ANIMAL})(?![\\w-])", FLAGS)
SINGLE = re.compile(
    f"(?:(?<![\\w])(?P<article>an?|the|one|his|her|its|their|another){GAP}|(?:(?<=[.;:!?]\\s)"
    f"|^)(?={WORD}))(?P<nouns>(?:{STOP}{WORD}{GAP}){{0,4}}?)(?P<person>{PERSON})(?![\\w-])",
    FLAGS,
)
CULPRIT_RE = re.compile(rf"(?<![\w])(?:{CULPRIT})(?![\w])", FLAGS)
PLURAL_ONLY = re.compile(
    r"(?:people|crew|personnel|staff|police|troops|families|bodies|lives|security\sforces|men|women|children|\w+s)$",
    FLAGS,
)

NO = (
    rf"(?:no|zero|0|without(?:{GAP}(?:any|causing(?:{GAP}any)?))?|not{GAP}(?:any|cause(?:d)?(?:{GAP}any)?"
    rf"|result(?:ed)?{GAP}in(?:{GAP}any)?)|nor{GAP}any|never{GAP}any)"
)
NONE_NOUN = re.compile(
    rf"(?<![\w])(?:{NO})(?:{GAP}(?:of|immediate|reported|reports?|reports?{GAP}of|word{GAP}of|indications?{GAP}of"
    rf"|known|confirmed|serious|other|further|human|personal|one{GAP}reported|apparent|employee|worker|civilian"
    rf"|crew|any|related|personnel|new|public|major)){{0,4}}"
    rf"{GAP}(?P<nouns>(?:(?:injur(?:y|ies)|casualt(?:y|ies)|deaths?|fatalit(?:y|ies)|loss{GAP}of{GAP}life|victims?"
    rf"|harm|fires?|explosions?|damages?|evacuations?|ignition|pollution|spills?|hospitali[sz]ations?"
    rf"|road{GAP}closures?|property{GAP}damage|damage{GAP}to{GAP}property|missing)(?:{GAP}?,{GAP}?(?:no{GAP}"
    rf"|or{GAP}|and{GAP})?|{GAP}?/{GAP}?|{GAP}(?:or|and|nor){GAP}(?:no{GAP}|any{GAP}|reported{GAP}|serious{GAP}"
    rf"|to{GAP})?)?)+)",
    FLAGS,
)
NO_ONE = re.compile(
    rf"(?<![\w])(?P<who>no{DASH}?{GAP}?one|nobody|no{GAP}(?:{PERSON})|none(?:{GAP}of{GAP}(?:the|its|their|them"
    rf"|his)(?:{GAP}{WORD}){{0,4}}?)?|neither(?:{GAP}{WORD}){{0,3}}?)(?:{GAP}(?:else|there|on{GAP}board|aboard"
    rf"|at{GAP}the{GAP}{WORD}|in{GAP}the{GAP}{WORD}))?(?:{GAP}(?:{AUX}|reported)){{0,4}}"
    rf"{GAP}(?:(?P<killed>killed|died|dead)|(?P<injured>hurt|injured|harmed|wounded)|(?P<missing>missing)"
    rf"|(?P<detained>arrested))(?:{GAP}(?:or|nor){GAP}(?:seriously{GAP})?(?P<second>killed|injured|hurt|wounded"
    rf"|died))?(?![\w-])",
    FLAGS,
)
SAFE = re.compile(
    rf"(?<![\w])(?P<who>(?:all{GAP}|the{GAP}|its{GAP}|\d+{GAP}|their{GAP}|ship's{GAP}|entire{GAP}|whole{GAP}"
    rf"|every{GAP}){{0,3}}(?:of{GAP}the{GAP})?(?:{WORD}{GAP}){{0,2}}?(?:crew(?:{DASH}?{GAP}?(?:members?|m[ae]n))?"
    rf"|workers|employees|personnel|staff|passengers|people|men|seafarers|sailors))(?:{GAP}(?:on{GAP}board|aboard"
    rf"|members))?(?:{GAP}(?:is|are|was|were|been|be|being|have|has|had|reported(?:ly)?|all|said{GAP}to{GAP}be"
    rf"|remain(?:s|ed)?|also|both|confirmed)){{1,4}}{GAP}(?P<safe>safe|unharmed|unhurt|uninjured|well"
    rf"|accounted{GAP}for|rescued{GAP}unharmed|not{GAP}(?:hurt|injured|harmed))(?![\w-])",
    FLAGS,
)
NOT_HURT = re.compile(
    rf"(?<![\w])(?:escaped{GAP}(?:unhurt|unharmed|without{GAP}injury|uninjured)|were{GAP}(?:not{GAP}(?:hurt"
    rf"|injured|harmed)|unhurt|unharmed|uninjured))(?![\w-])",
    FLAGS,
)
# "CREW SAFE." of a bulletin, and "everybody got out"
ALL_OUT = re.compile(
    rf"(?<![\w])(?:(?:all{GAP})?(?:the{GAP}|its{GAP}|her{GAP}|ship{GAP}and{GAP}|vessel{GAP}and{GAP}"
    rf"|{WORD}{GAP}and{GAP}){{0,2}}(?:crew(?:{GAP}members)?|hands)"
    rf"(?:{GAP}and{GAP}(?:vessel|ship|cargo))?{GAP}(?:(?:and{GAP}(?:vessel|ship|cargo)|reported|all"
    rf"|both|now){GAP}){{0,2}}safe(?={GAP}?(?:[.,;)]|$|\n|and\b))"
    rf"|(?:everybody|everyone|all{GAP}(?:{WORD}{GAP}){{0,3}}?(?:workers|crew|men|miners|staff|hands"
    rf"|employees|passengers|personnel)){GAP}(?:(?:had|have|has|was|were){GAP}){{0,2}}"
    rf"(?:got{GAP}out|escaped|came{GAP}out|brought{GAP}up|evacuated{GAP}safely|walked{GAP}out)(?:{GAP}(?:alive"
    rf"|safely|unhurt|unharmed|in{GAP}time))?"
    rf"|(?:freed|released|rescued|let{GAP}go|taken{GAP}off|brought{GAP}ashore){GAP}(?:unharmed|unhurt"
    rf"|safe{GAP}and{GAP}well))(?![\w-])",
    FLAGS,
)
BREAKS = re.compile(
    "[.!?][\"'”’)]*(?=\\s+[\"'“‘(]?[A-Z0-9])|\n+|;|,?\\s(?:but|while|although|whereas|after|when|before)\\s|—|\\s–\\s",
    FLAGS,
)
# Stems that every count of people stands near; looked up before any pattern is tried.
STEMS = (
    "kill", "dead", "died", "dies", "dying", "death", "toll", "fatal", "perish", "slain", "inju", "wound", "hurt",
    "casualt", "missing", "unaccounted", "arrest", "detain", "captur", "apprehend", "custody", "kidnap", "abduct",
    "hostage", "safe", "harmed", "burn", "hospital", "electrocut", "murder", "drown", "lives", "loss of life", "shot",
    "execut", "coma", "condition", "intensive care", "overcome by", "everyone", "everybody", " cut by",
    "hit in", "hit by",
    "gassed", "concuss", "suffocat", "asphyx", "shrapnel", "stabbed", "grazed", "let go", "unhurt", "scald", "succumb",
    "passed away", "nabbed", "beaten", "bruis", "inhal", "treated for", "on board died", "aboard died",
    "bodies", "disappear", "captive", "behead", "corpse", "victims",
)  # fmt: skip
TRIGGER = re.compile("|".join(STEMS), re.IGNORECASE)
AND = re.compile(f"(?:,{GAP}|,?{GAP}and{GAP}(?:also{GAP})?)$", FLAGS)
INCLUDING = re.compile(r"\b(?:including|among\sthem|of\swhom|of\sthem|aged|age)\W{1,3}(?:at\sleast\s)?$", FLAGS)
NOT_A_COUNT = re.compile(
    r"(?:\b(?:line|unit|block|number|no\.?|mp|station|highway|route|section|part|page|chapter|article"
    r"|local)\W{1,2}|\b(?:convoy|fleet|column|train|out)\sof\s|[#$€£/:.]|\bof\sthe\s)$",
    FLAGS,
)
ONE_AND = re.compile(
    f"(?<![\\w])(?:an?|the|one|his|her|its){GAP}(?:{STOP}{WORD}{GAP}){{0,3}}?(?:{PERSON}){GAP}and{GAP}$", FLAGS
)
# "The vapour overcame a labourer, resulting in his death"; "a piece of plate struck the employee, injuring him"
OF_ONE = re.compile(
    rf"(?<![\w])(?:(?P<killed>(?:result(?:ed|ing|s)?{GAP}in|caus(?:ed|ing|es)|led{GAP}to|leading{GAP}to){GAP}(?:his"
    rf"|her){GAP}death"
    rf"|kill(?:ed|ing){GAP}(?:him|her)(?!{GAP}\w+{GAP}(?:and|,)))"
    rf"|(?P<injured>injur(?:ed|ing){GAP}(?:him|her)|wound(?:ed|ing){GAP}(?:him|her)|(?:result(?:ed|ing){GAP}in"
    rf"|caus(?:ed|ing)){GAP}(?:his|her)"
    rf"{GAP}(?:{WORD}{GAP})?injur(?:y|ies)))(?![\w-])",
    FLAGS,
)
# "Two of the injured have died", "one of the hospitalized men later passed away": they are dead, and injured no more
OF_INJURED = re.compile(
    rf"(?:{GAP}(?:more|others?|further))?(?:{GAP}of{GAP}(?:the|those|them|its|their))?(?:{GAP}(?:\d+|two|three|four"
    rf"|five|six|seven|eight"
    rf"|nine|ten))?{GAP}(?:seriously{GAP}|badly{GAP}|critically{GAP})?(?:injured|wounded|hurt|hospitali[sz]ed|burned"
    rf"|casualties)"
    rf"(?:{GAP}(?:{PERSON}))?(?:{GAP}(?:who|in{GAP}hospital))?{GAP}(?:(?:have|has|had|later|since|also|subsequently"
    rf"|then){GAP}){{0,3}}"
    rf"(?:died|dies|passed{GAP}away|succumbed)\b"
    rf"|{GAP}of{GAP}(?:them|whom){GAP}(?:have|has|had|later|since|subsequently){GAP}(?:(?:later|since){GAP})?(?:died"
    rf"|passed{GAP}away|succumbed)\b"
    rf"|{GAP}(?:(?:more|others?|{PERSON}){GAP})?(?:(?:have|has|had|later|since|subsequently){GAP}){{0,3}}"
    rf"(?:died|passed{GAP}away|succumbed)(?:{GAP}(?:later|overnight|on{GAP}\w+))?{GAP}(?:of|from|to){GAP}(?:his|her"
    rf"|their|its){GAP}"
    rf"(?:{WORD}{GAP})?(?:injuries|wounds|burns)\b",
    FLAGS,
)
THE_INJURED_ONE = re.compile(
    rf"(?<![\w])(?:the|an?|one){GAP}(?:injured|wounded|hospitali[sz]ed|burned){GAP}(?:{WORD}{GAP}){{0,2}}?(?:{PERSON}"
    rf"|party){GAP}"
    rf"(?:(?:has|had|later|since|also|subsequently){GAP}){{0,3}}(?:died|passed{GAP}away|succumbed)\b",
    FLAGS,
)
ALL_ABOARD = re.compile(
    rf"(?<![\w])(?:all|everyone|everybody)(?:{GAP}(?:of{GAP}them|those|the{GAP}\w+))?(?:{GAP}(?:on{GAP}board|aboard"
    rf"|inside)){GAP}(?:(?:were|was"
    rf"|are|had|have|has|been){GAP}){{0,3}}(?P<killed>killed|died|perished|drowned|dead|lost)\b",
    FLAGS,
)
CARRIED = re.compile(
    rf"\b(?:carrying|with|carried){GAP}(?P<low>\d{{1,4}}|{'|'.join(SMALL)}){GAP}(?:{WORD}{GAP}){{0,3}}?(?:{PERSON})\b"
    rf"|\b(?P<two>\d{{1,4}}){GAP}(?:{WORD}{GAP}){{0,2}}?(?:on{GAP}board|aboard)\b",
    FLAGS,
)
SINGLE_PASSIVE = re.compile(f"{ASIDE}(?:,?{GAP}(?:who{GAP})?{AUX}){{0,5}}{GAP}(?:{CUE_ALL})(?![\\w-])", FLAGS)
# "The contract employee who was operating the digger was transported to a hospital"
SINGLE_FAR = re.compile(
    rf"{GAP}who{GAP}(?:(?!(?:and|but|said|killed|shot)\b)[\w'’-]+{GAP}){{1,14}}?(?:was|were|later"
    rf"|is){GAP}(?:{CUE_ALL})(?![\w-])",
    FLAGS,
)
AND_ONE = re.compile(
    f"{GAP}and{GAP}(?:an?|the|his|her|its"
    f"|another){GAP}(?:{STOP}{WORD}{GAP}){{0,3}}?(?:{PERSON})(?![\\w-])(?!{GAP}(?:was|were|is|are)\\b)",
    FLAGS,
)
