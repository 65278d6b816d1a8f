"""Counts of people killed, injured, missing, detained or kidnapped; victims apart from perpetrators, "no casualties" as 0."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from nlp.numbers import DASH, GAP, Amount, find_amounts, find_numbers

CasualtyKind = Literal["killed", "injured", "missing", "detained", "kidnapped"]
Whose = Literal["victims", "perpetrators", "unknown"]


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


_VICTIM = (
    r"people|persons?|workers?|employees?|staff(?:ers)?|personnel|crew(?:m[ae]n|members?)?|guards?|soldiers?|troops|servicem[ae]n|police(?:m[ae]n)?|officers?|civilians?"
    r"|residents?|villagers?|children|child|kids?|wom[ae]n|m[ae]n|girls?|boys?|engineers?|technicians?|drivers?|sailors?|seafarers?|seam[ae]n|mariners?|fishermen|passengers?"
    r"|firefighters?|firem[ae]n|rescuers?|miners?|contractors?|operators?|others?|victims?|locals?|nationals?|citizens?|foreigners?|colleagues?|members?|students?|pupils|farmers?"
    r"|bystanders?|pedestrians?|welders?|electricians?|captains?|masters?|pilots?|bodyguards?|watchm[ae]n|security\sforces|expatriates?|experts?|technicians|journalists?|families"
    r"|individuals?|occupants?|bodies|body|customers|homeowners?|motorists?|couple|brothers?|sisters?|sons?|daughters?|mothers?|fathers?|toddlers?|infants?|teenagers?|inhabitants"
    r"|inspectors?|labou?rers?|supervisors?|foreman|cadets?|oilers?|chief\sofficer|mates?|officials?|executives?|managers?|migrants?|tourists?|commuters|patients?|recruits|conscripts?"
    r"|sappers?|deminers?|medics?|doctors?|paramedics?|technical\sstaff|adults?|pensioners?|lives|souls|wives|wife|husband|father|mother"
)
_CULPRIT = (
    r"attackers?|assailants?|militants?|gunm[ae]n|robbers?|suspects?|pirates?|insurgents?|terrorists?|bombers?|rebels?|fighters?|thieves|thief|perpetrators?|extremists?|hijackers?"
    r"|intruders?|bandits?|saboteurs?|guerrillas?|raiders?|culprits?|criminals?|vandals?|smugglers?|kidnappers?|arsonists?|jihadis?t?s?|separatists?|infiltrators?|oil\sthieves|hackers?|invaders"
)
_PROTESTER = r"protest[eo]rs?|demonstrators?|activists?|strikers?"
_ANIMAL = (
    r"birds?|sheep|cattle|cows?|fish|animals?|livestock|turtles?|goats?|horses?|dogs?|cats?|camels?|ducks?|geese|seals?|dolphins?|whales?|pelicans?|swans?|chickens?|pigs?|deer|bees|seabirds?|penguins?|crabs?|eagles?"
)
_PERSON = rf"(?:{_VICTIM}|{_CULPRIT}|{_PROTESTER})"
# "killing five Indians", "four Filipinos were missing": a nationality stands for its people only behind a figure
_NATIONALS = r"(?:(?-i:[A-Z])[a-z]{2,}(?:ans|ians|is|men|ese|inos|eks|ards|ons|oles|anes|inns|tons|ks|Turks|Swedes)|(?:French|British|Dutch|Chinese|Japanese|Vietnamese)(?=\s+(?:were|was|are|have|had|died)))"
_PEOPLE = rf"(?:{_PERSON}|{_NATIONALS})"

_ADVERB = (
    r"also|later|reportedly|seriously|severely|critically|slightly|lightly|badly|fatally|instantly|already|confirmed|feared|presumed|believed|reported|said|known|found|officially|still|then|all|both|either"
    r"|thought|to\shave|to\sbe|currently|mortally|gravely|minorly|mildly|subsequently|initially|since|tragically|accidentally|immediately|dead\sor"
)
_AUX = (
    rf"(?:was|were|are|is|be|been|being|has|have|had|got|gets?|remain(?:s|ed)?|went|lay|lie|{_ADVERB})"
)
_CUES: dict[CasualtyKind, str] = {
    "killed": r"killed|dead|died|dies|die|dying|deceased|perished|slain|burn(?:ed|t)\sto\sdeath|electrocuted|shot\sdead|lost\stheir\slives?|lost\shis\slife|lost\sher\slife|beheaded|executed|drowned|murdered|passed\saway|succumbed|(?:receiv|suffer|sustain)ed\s(?:an?\s)?fatal\s(?:injur(?:y|ies)|burns?|wounds?)|fatally\s(?:injured|wounded|shot|burned)",
    "injured": r"injured|wounded|hurt|hospitali[sz]ed|burned|burnt|scalded|maimed|suffer(?:s|ed|ing)?\s(?:\w+\s){0,4}?(?:injur(?:y|ies)|burns?|wounds?)|sustain(?:s|ed|ing)?\s(?:\w+\s){0,4}?(?:injur(?:y|ies)|burns?|wounds?)"
    r"|receiv(?:es|ed|ing)\s(?:\w+\s){0,4}?(?:injur(?:y|ies)|burns?|wounds?)|(?:taken|transported|rushed|airlifted|flown|admitted)\sto\s(?:(?:a|the|an|local|nearby|area|\w+)\s){0,3}?hospitals?|treated\sfor",
    "missing": r"missing|unaccounted\sfor|disappeared|lost\sat\ssea|feared\strapped",
    "detained": r"arrested|detained|captured|apprehended|taken\sinto\scustody|in\scustody|nabbed|held\sfor\squestioning|placed\sunder\sarrest",
    "kidnapped": r"kidnapped|abducted|taken\s(?:as\s)?hostages?|held\s(?:as\s)?hostages?|(?:taken|held)\scaptive",
}
_ACTIVE: dict[CasualtyKind, str] = {
    "killed": r"kill(?:s|ed|ing)?|shoots?\sdead|shot\sdead|shot\sand\skilled|shooting\sdead|slay(?:s|ing)?|murder(?:s|ed|ing)|claim(?:s|ed|ing)\sthe\sli(?:ves|fe)\sof|took\sthe\sli(?:ves|fe)\sof|death(?:s)?\sof|electrocut(?:es|ed|ing)|fatally\s(?:injur\w+|wound\w+|shot)|behead(?:s|ed|ing)|execut(?:ed|ing)|left\sdead",
    "injured": r"injur(?:es|e|ed|ing)|wound(?:s|ed|ing)?|hurt(?:s|ing)?|maim(?:s|ed|ing)?|hospitali[sz](?:es|ed|ing)|injur(?:y|ies)\sto|burns\sto|burn(?:ed|ing)",
    "missing": r"missing\sare|search\sfor|searching\sfor",
    "detained": r"arrest(?:s|ed|ing)?|detain(?:s|ed|ing)?|captur(?:es|ed|ing)|apprehend(?:s|ed|ing)?|tak(?:es|ing)\sinto\scustody|took\sinto\scustody|nab(?:s|bed|bing)?|arrests?\sof",
    "kidnapped": r"kidnap(?:s|ped|ping)?|abduct(?:s|ed|ing)?|tak(?:es|ing)\shostage|took\shostage|kidnapping\sof|abduction\sof|took|tak(?:ing|es)|seiz(?:ed|es|ing)\s(?=[^.;]{0,40}hostage)",
}
_WORD = r"[^\W\d_](?:[\w'’&-]|\.(?=\w))*"
_STOP = (
    r"(?!(?:and|or|but|when|after|before|as|while|which|that|who|whom|whose|killed|killing|injur\w+|wound\w+|said|says|told|by|with|for|from|near|at|on|to|because|ago|years?|days?|hours?|weeks?|months?|minutes?"
    r"|targets?|drones?|missiles?|homes?|houses|barrels|tonnes|tons|miles|km|percent|per|cent|vessels?|ships?|tankers?|boats?|million|buildings?|tanks?|vehicles?|trucks?|wells?|pipelines?|towers?"
    r"|turbines?|units?|reactors?|plants?|refiner(?:y|ies)|substations?|villages?|towns?|cities|countries|companies|incidents?|attacks?|times|pm|am|kv|mw|deal|deals|more\sthan|killing|wounding|injuring|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b)"
)
_NOUNS = f"(?:{GAP}{_STOP}{_WORD}){{0,5}}?"
_ASIDE = r"(?:\s?\([^()]{1,60}\)|\s?(?:,|—|–|-)\s?(?:(?:including|among\sthem|most(?:ly)?|all|some|one|two|three|four|five|at\sleast|both|aged|the\smajority)\b[^.;,]{0,80}(?:,[^.;,]{0,40})?)(?:,|—|–|-)|\s(?:including|among\sthem)\s[^.;,]{0,60})?"
_CUE_ALL = "|".join(f"(?P<{kind}>{words})" for kind, words in _CUES.items())
_ACTIVE_ALL = "|".join(f"(?P<{kind}>{words})" for kind, words in _ACTIVE.items())
_FLAGS = re.IGNORECASE
_PASSIVE = re.compile(
    f"(?P<nouns>(?:{GAP}(?:of{GAP}(?:(?:his|her|their|its|the|our|my|them|those|whom){GAP}?)?)?)?{_NOUNS}(?:{GAP}(?P<person>{_PEOPLE}))?(?P<one_more>{GAP}and{GAP}(?:an?|the|his|her|its|their|another){GAP}(?:{_STOP}{_WORD}{GAP}){{0,3}}?(?:{_PERSON}))?(?:{GAP}(?:on{GAP}board|aboard|from{GAP}[\\w'’-]+|in{GAP}[\\w'’-]+|at{GAP}the{GAP}[\\w'’-]+|inside|of{GAP}[\\w'’-]+|there))?){_ASIDE}"
    f"(?:,?{GAP}(?:who{GAP})?{_AUX}){{0,5}},?{GAP}(?:{_CUE_ALL})(?![\\w-])",
    _FLAGS,
)
# A bare figure and its cue: "two killed, 5 wounded"
_CUE_NOUN = re.compile(
    f"{GAP}(?:(?:confirmed|reported|serious|minor|critical|more|new|other|possible|work(?:er|place)?|crew|civilian|employee|further|additional|severe|burn){GAP}){{0,2}}"
    r"(?:(?P<killed>deaths?|fatalit(?:y|ies)|lives\s(?:were\s)?lost|corpses?|bodies\s(?:were\s)?(?:found|recovered|pulled))"
    r"|(?P<injured>injur(?:y|ies)|wounded|injured|people\swith\sinjuries)|(?P<missing>missing)|(?P<detained>arrests|detentions|detainees)|(?P<kidnapped>hostages?|kidnappings?))(?![\w-])",
    _FLAGS,
)
_ACTIVE_BEFORE = re.compile(
    rf"\b(?:{_ACTIVE_ALL})(?:{GAP}(?:off|some|another|a{GAP}further|the|all|about|a{GAP}total{GAP}of|its|his|their|down|dead|hostage|up{GAP}to))?(?:{GAP})?$", _FLAGS
)
_TOLL_BEFORE = re.compile(
    rf"\b(?:death\s?toll|number\sof\s(?:dead|deaths|fatalities)|toll)\b[^.;\d]{{0,60}}?(?:\bto|\bat|\bof|\bis|\bwas|\bstood\sat|\breach(?:es|ed|ing)|\bas|:)(?:{GAP})?$", _FLAGS
)
_CUE_BEFORE = re.compile(
    rf"\b(?:(?P<killed>dead|deaths?|fatalities|killed)|(?P<injured>injured|wounded|injuries)|(?P<missing>missing)|(?P<detained>arrested|detained))\s?(?::|=|-|–)\s?$", _FLAGS
)
_OBJECT = re.compile(
    f"(?P<nouns>{GAP}(?:of{GAP}(?:(?:his|her|their|its|the|our|them){GAP}?)?)?(?:{_STOP}{_WORD}{GAP}){{0,4}}?(?P<person>{_PEOPLE}))(?![\\w-])", _FLAGS
)
_OBJECT_END = re.compile(
    rf"(?:{GAP})?(?:$|[.,;:)!?—–\"”’]|(?:and|or|in|at|on|near|when|after|as|while|before|during|from|of\sthem|by|inside|outside|there|overnight|early|late|last|this|yesterday|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday|more|including|hostage|dead|so\sfar|who|since|with|for|,|aboard|earlier)\b)", _FLAGS
)
_ANIMALS = re.compile(f"(?:{GAP}{_WORD}){{0,3}}?{GAP}(?:{_ANIMAL})(?![\\w-])", _FLAGS)
_SINGLE = re.compile(
    f"(?<![\\w])(?P<article>an?|the|one|his|her|its|another){GAP}(?P<nouns>(?:{_STOP}{_WORD}{GAP}){{0,4}}?)(?P<person>{_PERSON})(?![\\w-])", _FLAGS
)
_CULPRIT_RE = re.compile(rf"(?<![\w])(?:{_CULPRIT})(?![\w])", _FLAGS)
_PLURAL_ONLY = re.compile(r"(?:people|crew|personnel|staff|police|troops|families|bodies|lives|security\sforces|men|women|children|\w+s)$", _FLAGS)
_SINGULAR_S = frozenset({"boss"})

_NO = rf"(?:no|zero|0|without(?:{GAP}(?:any|causing(?:{GAP}any)?))?|not{GAP}(?:any|cause(?:d)?(?:{GAP}any)?|result(?:ed)?{GAP}in(?:{GAP}any)?)|nor{GAP}any|never{GAP}any)"
_NONE_NOUN = re.compile(
    rf"(?<![\w])(?:{_NO})(?:{GAP}(?:of|immediate|reported|reports?|reports?{GAP}of|word{GAP}of|indications?{GAP}of|known|confirmed|serious|other|further|human|personal|one{GAP}reported|apparent|employee|worker|civilian|crew|any|related|personnel|new|public|major)){{0,4}}"
    rf"{GAP}(?P<nouns>(?:(?:injur(?:y|ies)|casualt(?:y|ies)|deaths?|fatalit(?:y|ies)|loss{GAP}of{GAP}life|victims?|harm|fires?|explosions?|damages?|evacuations?|ignition|pollution|spills?|hospitali[sz]ations?|road{GAP}closures?|property{GAP}damage|damage{GAP}to{GAP}property|missing)(?:{GAP}?,{GAP}?(?:no{GAP}|or{GAP}|and{GAP})?|{GAP}?/{GAP}?|{GAP}(?:or|and|nor){GAP}(?:no{GAP}|any{GAP}|reported{GAP}|serious{GAP}|to{GAP})?)?)+)",
    _FLAGS,
)
_NO_ONE = re.compile(
    rf"(?<![\w])(?P<who>no{DASH}?{GAP}?one|nobody|no{GAP}(?:{_PERSON})|none(?:{GAP}of{GAP}(?:the|its|their|them|his)(?:{GAP}{_WORD}){{0,4}}?)?|neither(?:{GAP}{_WORD}){{0,3}}?)(?:{GAP}(?:else|there|on{GAP}board|aboard|at{GAP}the{GAP}{_WORD}|in{GAP}the{GAP}{_WORD}))?(?:{GAP}(?:{_AUX}|reported)){{0,4}}"
    rf"{GAP}(?:(?P<killed>killed|died|dead)|(?P<injured>hurt|injured|harmed|wounded)|(?P<missing>missing)|(?P<detained>arrested))(?:{GAP}(?:or|nor){GAP}(?:seriously{GAP})?(?P<second>killed|injured|hurt|wounded|died))?(?![\w-])",
    _FLAGS,
)
_SAFE = re.compile(
    rf"(?<![\w])(?P<who>(?:all{GAP}|the{GAP}|its{GAP}|\d+{GAP}|their{GAP}|ship's{GAP}|entire{GAP}|whole{GAP}|every{GAP}){{0,3}}(?:of{GAP}the{GAP})?(?:{_WORD}{GAP}){{0,2}}?(?:crew(?:{DASH}?{GAP}?(?:members?|m[ae]n))?|workers|employees|personnel|staff|passengers|people|men|seafarers|sailors))(?:{GAP}(?:on{GAP}board|aboard|members))?(?:{GAP}(?:is|are|was|were|been|be|being|have|has|had|reported(?:ly)?|all|said{GAP}to{GAP}be|remain(?:s|ed)?|also|both|confirmed)){{1,4}}{GAP}(?P<safe>safe|unharmed|unhurt|uninjured|well|accounted{GAP}for|rescued{GAP}unharmed|not{GAP}(?:hurt|injured|harmed))(?![\w-])",
    _FLAGS,
)
_NOT_HURT = re.compile(rf"(?<![\w])(?:escaped{GAP}(?:unhurt|unharmed|without{GAP}injury|uninjured)|were{GAP}(?:not{GAP}(?:hurt|injured|harmed)|unhurt|unharmed|uninjured))(?![\w-])", _FLAGS)
_BREAKS = re.compile("[.!?][\"'”’)]*(?=\\s+[\"'“‘(]?[A-Z0-9])|\n+|;|,?\\s(?:but|while|although|whereas|after|when|before)\\s|—|\\s–\\s", _FLAGS)
# Stems that every count of people stands near; looked up before any pattern is tried.
_STEMS = (
    "kill", "dead", "died", "dies", "dying", "death", "toll", "fatal", "perish", "slain", "inju", "wound", "hurt", "casualt",
    "missing", "unaccounted", "arrest", "detain", "captur", "apprehend", "custody", "kidnap", "abduct", "hostage", "safe",
    "unharmed", "harmed", "burn", "hospital", "electrocut", "murder", "drown", "lives", "loss of life", "shot", "execut", "succumb",
    "passed away", "nabbed", "bodies", "disappear", "captive", "behead", "corpse", "victims",
)  # fmt: skip
_TRIGGER = re.compile("|".join(_STEMS), re.IGNORECASE)
_WINDOW = 260  # characters that may separate a figure from its cue


def find_casualties(text: str) -> list[CasualtyMatch]:
    """Counts of people by kind; 0 only where the text says nobody, `maximum` None where it leaves the count open."""
    cues = _cues(text)
    if not cues:
        return []
    breaks = [0]
    ends: list[int] = []
    for m in _BREAKS.finditer(text):
        ends.append(m.start())
        breaks.append(m.end())
    ends.append(len(text))
    found: list[CasualtyMatch] = []
    windows = _windows(cues, len(text))
    zeros = _negations(text, windows)
    found.extend(zeros)
    for low, high in windows:
        amounts = find_amounts(text, find_numbers(text, low, high))
        counted = [
            [] if any(z.start <= a.number_start < z.end for z in zeros) else _of_amount(text, a) for a in amounts
        ]
        found.extend(_added_up(text, amounts, counted))
    taken = [(m.start, m.end) for m in found]
    for single in _singles(text, windows):
        if not any(s < single.end and single.start < e for s, e in _around(taken, single.start)):
            found.append(single)
    found.sort(key=lambda m: (m.start, m.end, m.kind))
    return _distinct([_in_clause(m, breaks, ends, text) for m in found])


_AND = re.compile(f"(?:,{GAP}|,?{GAP}and{GAP}(?:also{GAP})?)$", _FLAGS)


def _added_up(text: str, amounts: list[Amount], counted: list[list[CasualtyMatch]]) -> list[CasualtyMatch]:
    """Joins "two soldiers and three civilians were killed" and "killing two soldiers and three civilians"."""
    for i in range(len(amounts) - 1, 0, -1):
        left, right, first = amounts[i - 1], amounts[i], counted[i - 1]
        people = _OBJECT.match(text, left.end)
        end = left.end if people is None else people.end()
        if end > right.start or _AND.fullmatch(text, end, right.start) is None:
            continue
        count = _count(left)
        if not first and counted[i] and counted[i][0].start == right.start and count is not None and people is not None:
            before = text[max(0, left.start - 30) : left.start]
            if _INCLUDING.search(before) or counted[i][0].of != _whose(people.group(), counted[i][0].kind):
                continue
            counted[i - 1] = [_plus(text, counted[i][0], count, start=left.start)]
            counted[i] = []
        elif len(first) == 1 and not counted[i] and first[0].end == end and first[0].start < left.start:
            target = _OBJECT.match(text, right.end)
            extra = _count(right)
            if target is not None and extra is not None and _OBJECT_END.match(text, target.end()):
                if _whose(target.group(), first[0].kind) == first[0].of:
                    counted[i - 1] = [_plus(text, first[0], extra, end=target.end())]
    return [m for matches in counted for m in matches]


def _plus(
    text: str, match: CasualtyMatch, count: tuple[int, int | None], *, start: int | None = None, end: int | None = None
) -> CasualtyMatch:
    low, high = count
    begin, stop = match.start if start is None else start, match.end if end is None else end
    total = None if match.maximum is None or high is None else match.maximum + high
    return replace(match, start=begin, end=stop, text=text[begin:stop], minimum=match.minimum + low, maximum=total)


def _around(taken: list[tuple[int, int]], position: int) -> list[tuple[int, int]]:
    return [t for t in taken if abs(t[0] - position) < 2 * _WINDOW]


def _cues(text: str) -> list[int]:
    """Where the stems stand, in order."""
    lower = text.lower()
    if len(lower) != len(text):  # a letter such as U+0130 grows when lowered and would shift the offsets
        return [m.start() for m in _TRIGGER.finditer(text)]
    cues: list[int] = []
    for stem in _STEMS:
        position = lower.find(stem)
        while position >= 0:
            cues.append(position)
            position = lower.find(stem, position + 1)
    cues.sort()
    return cues


def _windows(cues: list[int], length: int) -> list[tuple[int, int]]:
    """The stretches within reach of a cue; outside them no figure can count people."""
    windows: list[tuple[int, int]] = []
    for cue in cues:
        low, high = max(0, cue - _WINDOW), min(length, cue + _WINDOW)
        if windows and windows[-1][1] >= low:
            windows[-1] = (windows[-1][0], high)
        else:
            windows.append((low, high))
    return windows


def _in_clause(match: CasualtyMatch, starts: list[int], ends: list[int], text: str) -> CasualtyMatch:
    i = bisect_right(starts, match.start) - 1
    low = starts[i]
    high = ends[min(bisect_left(ends, match.end), len(ends) - 1)]
    while low < match.start and text[low].isspace():
        low += 1
    return replace(match, clause_start=low, clause_end=max(high, match.end))


def _distinct(matches: list[CasualtyMatch]) -> list[CasualtyMatch]:
    """One count of a kind for one figure."""
    seen: set[tuple[int, CasualtyKind]] = set()
    kept: list[CasualtyMatch] = []
    for match in matches:
        if (match.start, match.kind) not in seen:
            seen.add((match.start, match.kind))
            kept.append(match)
    return kept


def _count(amount: Amount) -> tuple[int, int | None] | None:
    low, high = amount.minimum, amount.maximum
    if low is None:
        low = 1 if high else 0  # "up to 40": somebody, but how many is open below
    if low != int(low) or (high is not None and high != int(high)) or low > 1_000_000:
        return None
    return int(low), None if high is None else int(high)


def _whose(nouns: str, kind: CasualtyKind) -> Whose:
    if _CULPRIT_RE.search(nouns):
        return "perpetrators"
    return "unknown" if kind == "detained" else "victims"


def _match(
    text: str, start: int, end: int, kind: CasualtyKind, low: int, high: int | None, of: Whose
) -> CasualtyMatch:
    return CasualtyMatch(
        start=start, end=end, text=text[start:end], kind=kind, minimum=low, maximum=high, of=of,
        clause_start=start, clause_end=end,
    )  # fmt: skip


def _kind(m: re.Match[str]) -> CasualtyKind | None:
    for kind in _CUES:
        if m.groupdict().get(kind):
            return kind
    return None


_INCLUDING = re.compile(r"\b(?:including|among\sthem|of\swhom|of\sthem|aged|age)\W{1,3}(?:at\sleast\s)?$", _FLAGS)
_NOT_A_COUNT = re.compile(r"(?:\b(?:line|unit|block|number|no\.?|mp|station|highway|route|section|part|page|chapter|article|local)\W{1,2}|[#$€£/:.]|\bof\sthe\s)$", _FLAGS)


def _of_amount(text: str, amount: Amount) -> list[CasualtyMatch]:
    count = _count(amount)
    if count is None or amount.currency:
        return []
    before = text[max(0, amount.start - 90) : amount.start]
    if _INCLUDING.search(before) or _NOT_A_COUNT.search(before):
        return []
    low, high = count
    window = text[amount.end : amount.end + _WINDOW]
    if _ANIMALS.match(window) and not re.match(f"(?:{GAP}{_WORD}){{0,1}}{GAP}(?:{_PERSON})", window, _FLAGS):
        return []
    active = _ACTIVE_BEFORE.search(before)
    if active is not None:
        kind = _kind(active)
        target = _OBJECT.match(window)
        if kind is not None and (target is not None or _OBJECT_END.match(window)):
            if kind == "kidnapped" and active["kidnapped"].lower().startswith("t") and not re.match(rf"[^.;]{{0,60}}\b(?:hostage|captive)", window, _FLAGS):
                return []
            end = amount.end + (target.end() if target is not None else 0)
            start = amount.start - (len(before) - active.start())
            nouns = target.group() if target is not None else ""
            both = re.search(r"\bkill\w*\s+(?:and|or)\s+(?:\w+\s+)?(?:injur|wound)\w*$", before.rstrip(), _FLAGS)
            if both is not None:
                return []
            if kind == "detained" and re.search(r"\b(?:crew|sailor|seafarer|seam[ae]n|hostage)", nouns, _FLAGS):
                kind = "kidnapped"
            more = _coordinated(text, end)
            return [_match(text, start, end, kind, low + more, None if high is None else high + more, _whose(nouns, kind))]
    noun = _CUE_NOUN.match(window)
    if noun is not None and not re.match(f"{GAP}(?:rate|risk|claims?|threat|penalt|sentence|row)", window[noun.end() :], _FLAGS):
        kind = _kind(noun)
        if kind is not None:
            return [_match(text, amount.start, amount.end + noun.end(), kind, low, high, _whose("", kind))]
    passive = _PASSIVE.match(window)
    if passive is not None:
        result = _of_passive(text, amount, passive, low, high)
        if result:
            return result
    toll = _TOLL_BEFORE.search(before)
    if toll is not None and not re.search(rf"(?<![\w])(?:{_ANIMAL})(?![\w])", toll.group(), _FLAGS):
        start = amount.start - (len(before) - toll.start())
        return [_match(text, start, amount.end, "killed", low, high, "victims")]
    label = _CUE_BEFORE.search(before)
    if label is not None:
        kind = _kind(label)
        if kind is not None:
            start = amount.start - (len(before) - label.start())
            return [_match(text, start, amount.end, kind, low, high, _whose("", kind))]
    return []


def _of_passive(
    text: str, amount: Amount, passive: re.Match[str], low: int, high: int | None
) -> list[CasualtyMatch]:
    kind = _kind(passive)
    if kind is None:
        return []
    nouns, person = passive["nouns"], passive["person"]
    words = re.findall(_WORD, nouns)
    if words and not person and not re.search(rf"(?<![\w])(?:{_PERSON})(?![\w])", nouns, _FLAGS):
        of_them = re.match(rf"{GAP}of{GAP}(?:them|those|whom)", nouns, _FLAGS)
        if of_them is None and not all(w.lower() in ("more", "others", "other", "further", "in", "all") for w in words):
            return []
    cue = passive[kind].lower()
    after = text[amount.end + passive.end() : amount.end + passive.end() + 40]
    if cue in ("killed", "wounded", "injured", "dead", "hurt") and _ANIMALS.match(after):
        return []
    if not words and cue in ("dead",) and re.match(f"{GAP}(?:zones?|ends?|lines?|heats?|weights?|loads?)\\b", after, _FLAGS):
        return []
    # "three militants killed two guards": the figure is the subject of an active verb
    if cue in ("killed", "injured", "wounded", "hurt", "captured", "arrested", "detained", "kidnapped", "abducted", "murdered", "executed") and not re.search(
        r"\b(?:was|were|are|is|been|being|be|got|reported|feared|confirmed)\b", passive.group()[len(nouns) :], _FLAGS
    ):
        object_follows = re.match(rf"{GAP}(?:an?|the|at\sleast|some|about|\d|one|two|three|four|five|six|seven|eight|nine|ten|several|dozens)\b(?!{GAP}(?:were|was|others{GAP}were))", after, _FLAGS)
        if object_follows is not None and not re.match(rf"{GAP}(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+|several|dozens)(?:{GAP}others)?{GAP}(?:injured|wounded|hurt|missing)", after, _FLAGS):
            return []
    end = amount.end + passive.end()
    start = amount.start
    lead = _ONE_AND.search(text, max(0, start - 60), start)
    if lead is not None and _CULPRIT_RE.search(lead.group()) is None and _whose(nouns, kind) == "victims":
        low, high, start = low + 1, None if high is None else high + 1, lead.start()
    if passive["one_more"]:
        low, high = low + 1, None if high is None else high + 1
    result = [_match(text, start, end, kind, low, high, _whose(nouns, kind))]
    if lead is not None and start == amount.start and _CULPRIT_RE.search(lead.group()) is None:
        result.append(_match(text, lead.start(), end, kind, 1, 1, "victims"))  # "a guard and two attackers were killed"
    both = re.match(rf"(?:{GAP})?(?:and|or|/)(?:{GAP})?(?:(?:seriously|badly|critically){GAP})?(?:injured|wounded|hurt)\b", after, _FLAGS)
    if kind == "killed" and both is not None and not re.match(f"(?:{GAP})?and{GAP}\\w+{GAP}others", after, _FLAGS):
        return []  # "20 people were killed or injured": how many of each is not told
    return result


_ONE_AND = re.compile(f"(?<![\\w])(?:an?|the|one|his|her|its){GAP}(?:{_STOP}{_WORD}{GAP}){{0,3}}?(?:{_PERSON}){GAP}and{GAP}$", _FLAGS)
_SINGLE_PASSIVE = re.compile(
    f"{_ASIDE}(?:,?{GAP}(?:who{GAP})?{_AUX}){{0,5}}{GAP}(?:{_CUE_ALL})(?![\\w-])", _FLAGS
)


def _singles(text: str, windows: list[tuple[int, int]]) -> list[CasualtyMatch]:
    """One person told by an article: "killing a guard", "the driver was injured", "a captain and a bodyguard are killed"."""
    found: list[CasualtyMatch] = []
    pending: list[re.Match[str]] = []
    for m in (m for low, high in windows for m in _SINGLE.finditer(text, low, high)):
        person = m["person"].lower()
        if _PLURAL_ONLY.search(person) and person not in ("boss",) and not person.endswith("ss"):
            continue
        before = text[max(0, m.start() - 60) : m.start()]
        whose: Whose = "perpetrators" if _CULPRIT_RE.search(m.group()) else "victims"
        active = _ACTIVE_BEFORE.search(before)
        if active is not None:
            kind = _kind(active)
            if kind is not None and not (kind == "kidnapped" and active[kind].lower().startswith("t")) and kind != "missing":
                start = m.start() - (len(before) - active.start())
                number = 1 + _coordinated(text, m.end())
                of: Whose = "unknown" if kind == "detained" and whose == "victims" else whose
                found.append(_match(text, start, m.end(), kind, number, number, of))
                continue
        window = text[m.end() : m.end() + _WINDOW]
        passive = _SINGLE_PASSIVE.match(window)
        if passive is None:
            pending = [m] if re.match(f"{GAP}and{GAP}(?:an?|the|his|her|its|another){GAP}", window, _FLAGS) else []
            continue
        kind = _kind(passive)
        if kind is None:
            continue
        auxiliary = re.search(r"\b(?:was|were|are|is|been|being|got|died|dies)\b", passive.group(), _FLAGS) or kind in ("missing",) or re.match(
            r"suffer|sustain|receiv|died|dies|lost|perish|succumb|passed|disappear|dead", passive[kind], _FLAGS)
        if not auxiliary:
            continue
        number, start = 1, m.start()
        if pending and re.fullmatch(f"{GAP}and{GAP}", text[pending[0].end() : m.start()], _FLAGS):
            number, start = 2, pending[0].start()
        of = "unknown" if kind == "detained" and whose == "victims" else whose
        found.append(_match(text, start, m.end() + passive.end(), kind, number, number, of))
        pending = []
    return found


_AND_ONE = re.compile(f"{GAP}and{GAP}(?:an?|the|his|her|its|another){GAP}(?:{_STOP}{_WORD}{GAP}){{0,3}}?(?:{_PERSON})(?![\\w-])(?!{GAP}(?:was|were|is|are)\\b)", _FLAGS)


def _coordinated(text: str, position: int) -> int:
    """How many more single people follow: 1 for "and his driver"."""
    m = _AND_ONE.match(text, position)
    return 0 if m is None or _PLURAL_ONLY.search(m.group()) else 1


def _in(pattern: re.Pattern[str], text: str, windows: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    for low, high in windows:
        yield from pattern.finditer(text, low, high)


def _negations(text: str, windows: list[tuple[int, int]]) -> list[CasualtyMatch]:
    """Where the text says that nobody was killed or hurt."""
    found: list[CasualtyMatch] = []

    def add(start: int, end: int, *kinds: CasualtyKind) -> None:
        while end > start and not text[end - 1].isalnum():
            end -= 1
        end = end - len(dangling.group()) if (dangling := re.search(r"[\s,]+(?:or|and|nor|no|any|to)$", text[start:end], _FLAGS)) else end
        found.extend(_match(text, start, end, kind, 0, 0, "victims") for kind in kinds)

    for m in _in(_NONE_NOUN, text, windows):
        nouns = m["nouns"].lower()
        kinds: list[CasualtyKind] = []
        if re.search(r"casualt|victim|harm", nouns):
            kinds = ["killed", "injured"]
        else:
            if re.search(r"death|fatalit|loss", nouns):
                kinds.append("killed")
            if re.search(r"injur|hospital", nouns) and not re.search(r"\b(?:serious|major)\s+injur", m.group(), _FLAGS):
                kinds.append("injured")
            if re.search(r"injur", nouns) and "killed" not in kinds and not re.search(r"\b(?:other|further)\b", m.group(), _FLAGS):
                kinds.append("killed")
        if re.search(r"\b(?:other|further|new)\b", m.group(), _FLAGS):
            continue
        add(m.start(), m.end(), *kinds)
    for m in _in(_NO_ONE, text, windows):
        if m["missing"]:
            add(m.start(), m.end(), "missing", *(("injured",) if m["second"] else ()))
        elif m["detained"]:
            add(m.start(), m.end(), "detained")
        elif re.search(r"\belse\b", m.group(), _FLAGS):
            continue
        elif m["killed"] and not (m["second"] and m["second"].lower() in ("injured", "hurt", "wounded")):
            add(m.start(), m.end(), "killed")
        else:
            add(m.start(), m.end(), "killed", "injured")
    for m in _in(_SAFE, text, windows):
        if re.search(r"\b(?:rest|remaining|others?)\b", m["who"] + text[max(0, m.start() - 12) : m.start()], _FLAGS):
            continue
        add(m.start(), m.end(), "killed", "injured")
    for m in _in(_NOT_HURT, text, windows):
        add(m.start(), m.end(), "killed", "injured")
    return found
