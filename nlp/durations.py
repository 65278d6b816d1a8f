"""Which spans of time tell how long something stood still, lasts or will take: not ages, sentences or dates."""

from __future__ import annotations

import re

from nlp.amounts import Amount, hedged_amount
from nlp.numbers import DASH, GAP
from nlp.records import QuantityRole
from nlp.units import UnitMatch

_DISRUPTION = re.compile(
    r"\b(?:outages?|black-?outs?|black(?:s|ed|ing)\sout|brown-?outs?|shut(?:s|ting|tered)?(?:-?down|\sdown)?"
    r"|shutdowns?|clos(?:e"
    r"|ed|es|ure|ing)"
    r"|off-?line|halt(?:s|ed|ing)?|stop(?:s|ped|page|ping)?|suspen\w+|disrupt\w*|interrupt\w*|without"
    r"|repairs?|repaired"
    r"|resum\w+|reconstruct\w+|rebuil\w+|restor\w+|restart\w*|out\sof\s(?:service|action|operation)|force\smajeure"
    r"|down|maintenance|turnaround"
    r"|blockad\w*|cut(?:s|ting)?|back|online|operations?|strikes?|last(?:s|ed|ing)?|standstill|burn(?:s"
    r"|ed|ing|t)?|blaz\w+"
    r"|leak(?:s|ed|ing|age)?|fires?|delay\w*|put\soff|postpon\w+|return(?:s|ed|ing)?|dark(?:ness)?"
    r"|lost|no\s(?:power|electricity|gas|heat\w*"
    r"|water|fuel)|ration\w*"
    r"|load[\s-]shedding|shedding|idle[ds]?|stranded|stuck|wait\w*|queu\w+|held|occup\w+|unavailable"
    r"|quarantin\w*|evacuat\w+"
    r"|extend\w*|walk-?outs?|survey|room|deadline|ultimatum|waiver|licen[cs]e|moratorium|freeze|emergency"
    r"|crew|ramp\w*|fix(?:ed)?|mend\w*|replac\w+|dry|spill\w*)\b",
    re.IGNORECASE,
)
_IN_BEFORE = re.compile(r"\bin\s+(?:the\s+next\s+)?$", re.IGNORECASE)
_RETURN = re.compile(
    r"\b(?:resum\w+|restor\w+|repair\w*|restart\w*|back|complet\w+|reopen\w*|return\w*|fix\w*|mend\w*"
    r"|reconnect\w*|clear(?:ed|s)?|run(?:s|ning)?\s(?:out|dry)"
    r"|within)\b",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    f"(?:{GAP}|{DASH})(?:ago|old|away|in{GAP}prison|in{GAP}jail|imprisonment|behind{GAP}bars"
    f"|of{GAP}(?:talks|fighting|war|negotiations|age|imprisonment|service|experience|experts|trading"
    f"|rallies|data|age|his|her)"
    "|sentence|prison|jail|contracts?|deal|agreement|plan|leases?|term|history|high|low|peak|averages?"
    "|bonds?|notes?|since"
    "|forecast|ahead|career|running|war|conflict|ceasefire|truce|visit|trip|mission|meeting|conference"
    "|summit|talks|tour"
    "|month|window|notice|updates?|reports?|notifications?|moving|anniversary|figures?|data|futures|hence)\\b"
    f"|(?:{GAP})?['’](?:{GAP})?(?:talks|fighting|war|negotiations|notice|imprisonment)|{GAP}straight",
    re.IGNORECASE,
)
_SHIFTED = re.compile(f"{GAP}(?:earlier|before|later|previously|prior|after|into|from)\\b", re.IGNORECASE)  # a date
_FOR = re.compile(r"\b(?:for|last(?:s|ed|ing)?|within|tak(?:e|es|ing)|took)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_NOT_BEFORE = re.compile(
    r"(?:\b(?:(?<!would )(?<!will )(?<!could )(?<!to )(?<!may )(?<!can )last|past|previous|preceding"
    r"|first|coming|recent|every|per|each|age[sd]?|this|seventh|other)\s+"
    r"|\b(?:time|times|lowest|highest|biggest|largest|coldest|hottest|driest|deepest|sharpest|longest"
    r"|steepest|emptiest|weakest"
    r"|strongest|greatest|deadliest|mildest|smallest|wettest|worst|best|busiest|warmest|heaviest|most"
    r"|records?|once|twice)\b"
    r"(?!\sof\s(?:the|its|his|her|their)\b)[^.;,]{0,40}\b(?:in|for|over)\s+(?:\w+\s+){0,2})$",
    re.IGNORECASE,
)
_SENTENCED = re.compile(
    r"\b(?:jail\w*|sentenc\w+|prison\w*|imprison\w*|aged|convict\w*|barred|banned|suspended\ssentence"
    r"|contract|married|worked|served"
    r"|met|meets?|meetings?|spoke|talked|debated|years?\sof\sservice|aged?)\b",
    re.IGNORECASE,
)
_STOCKS = re.compile(
    r"\b(?:stocks?|stockpil\w+|reserves?|inventor\w+|enough|cover(?:s|ing)?|supply\sof|supplies|buffer|in\shand"
    r"|(?<!\bno\s)(?<!without\s)(?:coal|fuel|gas|diesel|petrol|oil|food)\sfor|hold)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_STOCKS_AFTER = re.compile(
    rf"(?:{GAP}|{DASH})(?:(?:of|worth|supply|of{GAP}\w+){GAP}){{0,2}}(?:stocks?|cover|fuel|gas|diesel|gasoline|use\b"
    rf"|petrol|coal|oil|reserves?"
    rf"|imports|consumption|demand|supply|supplies)\b"
    r"|['’]\s(?:worth|supply|cover|consumption|stock)",
    re.IGNORECASE,
)
# Room to store what cannot leave tells neither how long something lasts nor what is in store
_ROOM = re.compile(
    r"\b(?:(?:storage|tank|spare|free|empty|storing)\s(?:room|space|capacity)|storage|tankage|room|space)\b"
    r"(?:\s(?:(?!\b(?:shut|closed|halted|stopped|down|out|offline)\b)[\w'’-]+)){0,5}?\s(?:for|of|last\w*|left\sfor)"
    r"\s+(?:[\w-]+\s+){0,3}$"
    r"|\b(?:tanks?|storage|tank\sfarms?|depots?|reservoirs?|caverns?)\b[^.;,]{0,40}\b(?:full|fill(?:s|ed|ing)?(?:\sup)?"
    r"|overflow\w*|tank\stops)\s+(?:with)?in\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
_ROOM_AFTER = re.compile(
    rf"(?:{GAP}|{DASH})(?:of{GAP}|worth{GAP}of{GAP})(?:\w+{GAP}){{0,2}}(?:storage|room|space|tankage)\b", re.IGNORECASE
)
# After these a span of time is a duration whatever else the sentence says
_FIRM_LEAD = re.compile(
    r"\b(?:for|last(?:s|ed|ing)?|within|tak(?:e|es|en|ing)|took|need(?:s|ed|ing)?|spent|spanned|in\sunder|in\sjust"
    r"|out\sby|down\sby|delayed\sby|extend(?:s|ed|ing)?\s(?:\w+\s)?(?:by|for)|cost\s(?:it|them|us|the\s\w+))"
    r"\s+(?:(?!last\b|past\b|next\b|first\b|the\b)[\w-]+\s+){0,2}$|:\s*$",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"\b(?:unless|ultimatum|demand\w*|deadline|order\w*\s(?:\w+\s){0,4}to|paid|pay|appeal|comply|vow\w*"
    r"|threat\w*|of\seach\sother"
    r"|hit|struck|attacked|bombs?|blasts?|strikes?)\b[^.;]{0,90}\bwithin\s+(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"\bwithin\s+(?:the\s+)?(?:\w+\s+){0,2}$", re.IGNORECASE)
_SINGLE_TIME = re.compile(r"\ban?$", re.IGNORECASE)
_TO_BE_DONE = re.compile(
    r"\b(?:will|would|should|could|must|expected|due|was\sto|were\sto|is\sto|are\sto|hopes?|aims?|promised|back"
    r"|restor\w+"
    r"|repair\w*|resum\w+|again|complet\w+|reopen\w*|return\w*|fitted|mopped|put\sout|extinguished|contained"
    r"|reconnect\w*)\b",
    re.IGNORECASE,
)
_YEARS_LEAD = re.compile(r"\b(?:for|last\w*|tak\w+|took|least|than|to|about|nearly|almost|of|and)\s+$", re.IGNORECASE)
_ENDED = re.compile(
    r"\b(?:put\s(?:it\s)?out|extinguish\w*|end(?:s|ed|ing)|freed|releas\w+|resum\w+|restor\w+|back|reopen\w*"
    r"|restart\w*|start(?:s|ed)?\sagain|reconnect\w*|repair\w*|over|under\scontrol|contained|stopped|brought"
    r"|clear(?:s|ed)"
    r"|refloat\w*|went\son|lift(?:s|ed)|held|captiv\w+|planned|rebuil\w+|reconstruct\w+|in\sall)\b",
    re.IGNORECASE,
)
_LASTING_NOUN = re.compile(
    rf"{GAP}(?:[\w'’-]+{GAP}){{0,2}}?(?:strikes?|stoppage|siege|stand-?off|outages?|black-?outs?|shut-?downs?"
    rf"|closures?|halts?"
    rf"|interruptions?|cuts?|blockades?|occupation|walk-?outs?|sit-ins?|protests?|repairs?|works?|maintenance"
    rf"|turnaround"
    rf"|overhaul|fires?|blazes?|delays?|suspensions?|curfew|drills?|exercises?|war{GAP}game|bans?|embargo|stay|search"
    rf"|evacuation|spill|leak|refuelling|waits?|queues?|detention|captivity|ordeal|freeze|moratorium|truce|ceasefire"
    rf"|break|gap|pause|halt|lull)\b",
    re.IGNORECASE,
)
# A deadline: "gave the ministry ten days", "had two days to answer"
_GIVEN_TIME = re.compile(
    r"\b(?:g[ai]ve(?:s|n)?|giving|had|have|has|granted?|set)\s(?:(?!(?:and|but|for|in|after|that)\b)[\w'’-]+\s){0,4}$",
    re.IGNORECASE,
)
_DAILY_HOURS = re.compile(
    rf"(?:{GAP}of{GAP}\w+)?{GAP}(?:a|per|each|every){GAP}(?:day|night)\b|{GAP}daily\b", re.IGNORECASE
)
_ONE = re.compile(
    r"(?<=\s)(?:an?|(?<=within\s)the)(?=\s(?:hour|day|week|fortnight|month|year)\b(?!\s(?:ago|earlier"
    r"|later|before|after|of\b)))",
    re.IGNORECASE,
)
_AND_A_HALF = re.compile(r"\s\w+\sand\sa\shalf\b", re.IGNORECASE)
_ONE_LEAD = re.compile(
    r"\b(?:for|by|within|lasts?|lasting|lasted|takes?|took|taking|needs?|needed|after|requires?|in)\s+(?:(?:about"
    r"|almost"
    r"|nearly|over"
    r"|more\sthan|at\sleast|up\sto|just\sover|less\sthan|roughly"
    r"|around|under|well\sover|only|some)\s+)?$",
    re.IGNORECASE,
)


def find_single_spans(text: str) -> list[Amount]:
    """The "a" of "for about a month" as an amount of one."""
    return [
        hedged_amount(text, m.start(), m.end(), 1.5 if _AND_A_HALF.match(text, m.end()) else 1.0)
        for m in _ONE.finditer(text)
        if _ONE_LEAD.search(text, max(0, m.start() - 40), m.start())
    ]


_STOP = re.compile(r"[.;:!?](?=\s|$)|\b(?:but|while|whereas)\b", re.IGNORECASE)
# The last of these before a span of time says whether it is over or still to come
_TENSE = re.compile(
    r"\b(?:(?P<ahead>will|would|could|may|might|should|must|shall|expect\w*|estimat\w*|likely|due\sto|plan(?:s|ned|ning)?"
    r"|set\sto|going\sto|forecast\w*|hop(?:e|es|ed|ing)|aim(?:s|ed|ing)?|to\s(?:last|take|need|remain|stay|be|run|continue)"
    r"|takes?|needs?|requires?|can|cannot|schedul\w+|at\sleast\sanother|another|further|warn\w*|before|until|within"
    r"|[’']ll)"
    r"|(?P<past>took|lasted|had|(?<!to\s)has|(?<!to\s)have|was|were|been|spent|stood|went|ended|after|restored|resumed"
    r"|reopened|since))\b",
    re.IGNORECASE,
)
_AHEAD_AFTER = re.compile(
    r"\s+(?:to\s(?:repair|fix|restore|complete|resume|rebuild|replace|mend|clear|come|bring|get|return)\w*|more|longer"
    r"|from\snow|away)\b",
    re.IGNORECASE,
)
_REACH = 140


def is_ahead(text: str, start: int, end: int) -> bool:
    """Whether a span of time is still to come, as its clause tells it: "will be shut for about six weeks"."""
    before = text[max(0, start - _REACH) : start]
    stops = [found.end() for found in _STOP.finditer(before)]
    tenses = [*_TENSE.finditer(before, stops[-1] if stops else 0)]
    tense = tenses[-1] if tenses else None
    following = _AHEAD_AFTER.match(text, end) is not None
    if tense is None:
        return following
    # "Was expected to last": what was hoped for and is over is told otherwise.
    return tense.lastgroup == "ahead" or (following and tense.group().lower() in ("has", "have"))


def duration_role(amount: Amount, unit: UnitMatch, before: str, after: str) -> QuantityRole | None:
    """`duration`, or `stored` for stocks told in days; None where the span of time tells neither."""
    lasts = amount.text.lower() in ("a", "an") and re.search(
        r"\blast\s+$", before, re.IGNORECASE
    )  # "should frost last a week"
    if amount.currency or (_NOT_BEFORE.search(before) and not lasts):
        return None
    if amount.digits and not amount.scaled and (amount.minimum or 0) >= 1900:
        return None
    if before.endswith(":"):
        return None  # "16:30 HOURS"
    if unit.unit == "hour" and amount.digits and re.match(r"\d{4}\b", amount.text[-4:]):
        return None  # "0640 hours"
    if _GIVEN_TIME.search(before) and re.match(r"\s+to\b|\s*[.,;]|\s*$", after):
        return "duration"
    if _DAILY_HOURS.match(after) and unit.unit == "hour":
        return "duration"
    if _NOT_AFTER.match(after):
        return None
    if _ROOM.search(before[-90:]) or _ROOM_AFTER.match(after):
        return "other"
    if _STOCKS_AFTER.match(after) or (
        _STOCKS.search(before[-90:]) and not _DISRUPTION.search(re.sub(r"\b(?:last|cover)\w*", "", before[-30:]))
    ):
        return "stored" if unit.unit == "day" else "duration"
    if _SHIFTED.match(after) and not _FOR.search(before) and not re.search(r"\bafter\s+$", before, re.IGNORECASE):
        return None
    if _SENTENCED.search(before[-60:]):
        return None
    context = before[-140:] + " # " + after[:90]
    disrupted = _DISRUPTION.search(context) is not None
    years = _is_years(amount, unit)
    if unit.compound:
        return "duration" if _LASTING_NOUN.match(after) or (not years and (disrupted or unit.unit == "hour")) else None
    if _WITHIN.search(before):
        if _SINGLE_TIME.search(amount.text) and not _RETURN.search(before[-80:]):
            return None  # "touch $120 within a week"
        return "duration" if _TO_BE_DONE.search(before[-80:]) and not _DEADLINE.search(before) else None
    if _IN_BEFORE.search(before):
        return "duration" if _RETURN.search(before[-70:]) else None
    if _FIRM_LEAD.search(before):
        return None if years and not (disrupted or amount.approximate) else "duration"
    if years:
        return "duration" if disrupted and _YEARS_LEAD.search(before) else None
    if re.search(r"\bafter\s+(?:\w+\s+){0,2}$", before, re.IGNORECASE):
        return "duration" if disrupted or _ENDED.search(before[-110:]) else None
    return "duration"


def _is_years(amount: Amount, unit: UnitMatch) -> bool:
    return unit.unit == "day" and unit.factor >= 365
