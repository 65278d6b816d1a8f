"""Which spans of time tell how long something stood still, lasts or will take: not ages, sentences or dates."""

from __future__ import annotations

import re

from nlp.amounts import Amount, hedged_amount
from nlp.numbers import DASH, GAP
from nlp.records import QuantityRole
from nlp.units import UnitMatch

_DISRUPTION = re.compile(
    r"\b(?:outages?|black-?outs?|brown-?outs?|shut(?:s|ting|tered)?(?:-?down|\sdown)?|shutdowns?|clos(?:e"
    r"|ed|es|ure|ing)"
    r"|off-?line|halt(?:s|ed|ing)?|stop(?:s|ped|page|ping)?|suspen\w+|disrupt\w*|interrupt\w*|without"
    r"|repairs?|repaired"
    r"|resum\w+|restor\w+|restart\w*|out\sof\s(?:service|action|operation)|force\smajeure|down|maintenance|turnaround"
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
_BEFORE = re.compile(
    r"(?:^|\b(?:for|last(?:s|ed|ing)?|within|after|tak(?:e|es|en|ing)|took|over|during|spent|than|up\sto"
    r"|least|about|nearly"
    r"|almost|a|an|the|of|another|some|by|be|is|was|were|requires?|required|needs?|needed|only|just"
    r"|with|between|additional|next"
    r"|following|through|shut|halted|closed|down|offline|stopped|idle|delayed|cover|and|or|planned"
    r"|extended|limited\sto|to|initial|his|her|its|their"
    r"|at|until)\b|[,:(“\"])\s*$",
    re.IGNORECASE,
)
_IN_BEFORE = re.compile(r"\bin\s+(?:the\s+next\s+)?$", re.IGNORECASE)
_RETURN = re.compile(
    r"\b(?:resum\w+|restor\w+|repair\w*|restart\w*|back|complet\w+|reopen\w*|return\w*|fix\w*|mend\w*"
    r"|reconnect\w*|run(?:s|ning)?\s(?:out|dry)"
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
    r"[^.;,]{0,40}\b(?:in|for|over)\s+(?:\w+\s+){0,2})$",
    re.IGNORECASE,
)
_SENTENCED = re.compile(
    r"\b(?:jail\w*|sentenc\w+|prison\w*|imprison\w*|aged|convict\w*|barred|banned|suspended\ssentence"
    r"|contract|married|worked|served"
    r"|met|meets?|meetings?|spoke|talked|debated|years?\sof\sservice|aged?)\b",
    re.IGNORECASE,
)
_PLAIN_NOUN = re.compile(
    f"{GAP}(?:without|outages?|of{GAP}(?:outage|disruption|repairs?|shutdown|black-?outs?|power|electricity"
    f"|gas|supply|supplies|strikes?"
    f"|stocks?|cover|fuel|reserves?|imports|consumption|demand|rain|maintenance)|a{GAP}day|per{GAP}day"
    f"|daily|each{GAP}day)",
    re.IGNORECASE,
)
_STOCKS = re.compile(
    r"\b(?:stocks?|stockpil\w+|reserves?|inventor\w+|enough|cover|supply\sof|supplies|buffer)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_STOCKS_AFTER = re.compile(
    rf"(?:{GAP}|{DASH})(?:(?:of|worth|supply|of{GAP}\w+){GAP}){{0,2}}(?:stocks?|cover|fuel|gas|diesel"
    rf"|petrol|coal|oil|reserves?"
    rf"|imports|consumption|demand|supply|supplies)\b"
    r"|['’]\s(?:worth|supply|cover|consumption|stock)",
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
    r"\b(?:for|by|within|lasts?|lasting|lasted|takes?|took|taking)\s+(?:(?:about|almost|nearly|over"
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


def duration_role(amount: Amount, unit: UnitMatch, before: str, after: str) -> QuantityRole | None:
    """`duration`, or `stored` for stocks told in days; None where the span of time tells neither."""
    if amount.currency or _NOT_BEFORE.search(before):
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
    if _STOCKS_AFTER.match(after) or (
        _STOCKS.search(before[-90:]) and not _DISRUPTION.search(re.sub(r"\blast\w*", "", before[-30:]))
    ):
        return "stored" if unit.unit == "day" else None
    if _SHIFTED.match(after) and not _FOR.search(before) and not re.search(r"\bafter\s+$", before, re.IGNORECASE):
        return None
    if _SENTENCED.search(before[-60:]):
        return None
    context = before[-140:] + " # " + after[:90]
    disrupted = _DISRUPTION.search(context) is not None
    if unit.compound:
        return "duration" if disrupted or unit.unit == "hour" else None
    if not disrupted:
        lasting = re.search(r"\b(?:for|lasting|lasted)\s+(?:\w+\s+){0,2}$", before, re.IGNORECASE)
        return "duration" if lasting and not _is_years(amount, unit) else None
    if _is_years(amount, unit) and not re.search(
        r"\b(?:for|last\w*|tak\w+|took|within|least|than|to)\s+$", before, re.IGNORECASE
    ):
        return None
    if _IN_BEFORE.search(before):
        return "duration" if _RETURN.search(before[-70:]) else None
    if _PLAIN_NOUN.match(after) or _BEFORE.search(before):
        return "duration"
    return None


def _is_years(amount: Amount, unit: UnitMatch) -> bool:
    return unit.unit == "day" and unit.factor >= 365
