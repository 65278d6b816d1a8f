"""The words and patterns of dates in news copy; what they mean is decided in dates.py."""

from __future__ import annotations

import re

from nlp.numbers import DASH, GAP
from nlp.sieve import sieve

MONTHS: dict[str, int] = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5, "june": 6,
    "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10,
    "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip
WEEKDAYS: dict[str, int] = {
    "monday": 0, "mon": 0, "tuesday": 1, "tues": 1, "tue": 1, "wednesday": 2, "wed": 2, "thursday": 3, "thurs": 3,
    "thur": 3, "thu": 3, "friday": 4, "fri": 4, "saturday": 5, "sat": 5, "sunday": 6, "sun": 6,
}  # fmt: skip
COUNTS: dict[str, int] = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "couple of": 2, "a couple of": 2,
}  # fmt: skip
ORDINALS: dict[str, int] = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
# The first of a season's three months, in the north; winter begins in the named year's December.
SEASONS: dict[str, int] = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}

# Every relative date holds one of these, so the grammar is tried around them only.
PERIOD_WORDS: frozenset[str] = frozenset(
    {
        *WEEKDAYS, "yesterday", "today", "tonight", "tomorrow", "overnight", "hour", "hours", "hrs", "day", "days",
        "night", "nights", "week", "weeks", "weekend", "month", "months", "year", "years", "morning", "afternoon",
        "evening", "winter", "summer", "spring", "autumn", "fall",
    }
)  # fmt: skip

_MONTH_FULL = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTH_SHORT = "jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
MONTH = f"(?:{_MONTH_FULL}|(?:{_MONTH_SHORT})\\b\\.?)"
_WEEKDAY = "(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_WEEKDAY_ANY = f"(?:{_WEEKDAY}|(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)\\b\\.?)"
_DAY = "(?:3[01]|[12]\\d|0?[1-9])"
_ORD = "(?:st|nd|rd|th)?"
YEAR = "(?:19|20)\\d{2}"
_SHORT_YEAR = "['’]?\\d{2}"
_B = "(?<![\\w/.,:$€£-])"  # not inside a word, a figure, a price or a path
_B_WORD = "(?<![\\w-])"
_E = f"(?![\\w/]|[.,]\\d|{DASH}\\d)"
_TO_OPT = f"(?:(?:{GAP})?(?:{DASH}|&|/)(?:{GAP})?|{GAP}(?:to|and|until|till|through|thru|or){GAP})"
_COMMA = f"(?:,(?:{GAP})?|{GAP})"

# Times of day are taken into the span but give no precision beyond the day, except in military date-time groups.
_TIME = (
    f"(?:{GAP}(?:at{GAP})?(?:about{GAP}|approximately{GAP}|around{GAP})?\\d{{1,2}}(?::?\\d{{2}})?(?:{GAP})?(?:hrs"
    f"|hours|h|utc|gmt|z|lt|local{GAP}time|local|am|pm|a\\.m\\.|p\\.m\\.)\\b)"
)

_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "iso",
        (
            f"{_B}(?P<iso_y>{YEAR})(?P<iso_sep>[-/.])(?P<iso_m>0?[1-9]"
            f"|1[0-2])(?P=iso_sep)(?P<iso_d>{_DAY})(?:T\\d{{2}}:\\d{{2}}(?::\\d{{2}})?(?:\\.\\d+)?(?:Z"
            f"|[+-]\\d{{2}}:?\\d{{2}})?)?(?![\\d/])"
        ),
    ),
    (
        "dtg",
        (
            f"{_B}(?P<dtg_d>{_DAY})(?P<dtg_t>[0-2]\\d[0-5]\\d)(?:{GAP})?(?:Z|UTC|LT"
            f"|L)(?:{GAP})?(?P<dtg_m>{MONTH})(?:{GAP})?(?P<dtg_y>{YEAR}|\\d{{2}})?{_E}"
        ),
    ),
    (
        "numeric",
        (
            f"{_B}(?P<num_a>\\d{{1,2}})(?P<num_sep>[/.-])(?P<num_b>\\d{{1,2}})(?P=num_sep)(?P<num_y>{YEAR}"
            f"|\\d{{2}})(?![\\d/.]\\d|[\\d/%])"
        ),
    ),
    # 24 June - 2 July 2022, June 24 to July 2, 2022
    (
        "dm_dm",
        (
            f"{_B}(?P<dmdm_d1>{_DAY}){_ORD}{GAP}(?:of{GAP})?(?P<dmdm_m1>{MONTH})"
            f"(?:{_COMMA}(?P<dmdm_y1>{YEAR}))?{_TO_OPT}(?P<dmdm_d2>{_DAY}){_ORD}{GAP}"
            f"(?:of{GAP})?(?P<dmdm_m2>{MONTH})(?:{_COMMA}(?P<dmdm_y2>{YEAR}))?{_E}"
        ),
    ),
    (
        "md_md",
        (
            f"{_B_WORD}(?P<mdmd_m1>{MONTH}){GAP}(?P<mdmd_d1>{_DAY}){_ORD}(?:,"
            f"(?:{GAP})?(?P<mdmd_y1>{YEAR}))?{_TO_OPT}(?P<mdmd_m2>{MONTH}){GAP}"
            f"(?P<mdmd_d2>{_DAY}){_ORD}(?:{_COMMA}(?P<mdmd_y2>{YEAR}))?{_E}"
        ),
    ),
    # 3-5 May 2021, May 3-5, 2021
    (
        "dd_m",
        (
            f"{_B}(?P<ddm_d1>{_DAY}){_ORD}{_TO_OPT}(?P<ddm_d2>{_DAY}){_ORD}{GAP}"
            f"(?:of{GAP})?(?P<ddm_m>{MONTH})(?:{_COMMA}(?P<ddm_y>{YEAR}))?{_E}"
        ),
    ),
    (
        "m_dd",
        (
            f"{_B_WORD}(?P<mdd_m>{MONTH}){GAP}(?P<mdd_d1>{_DAY}){_ORD}{_TO_OPT}"
            f"(?P<mdd_d2>{_DAY}){_ORD}(?:{_COMMA}(?P<mdd_y>{YEAR}))?{_E}"
        ),
    ),
    (
        "d_m",
        (
            f"{_B}(?P<dm_d>{_DAY}){_ORD}(?:{GAP}|{DASH})?(?:of{GAP})?(?P<dm_m>{MONTH})(?:(?:{_COMMA}"
            f"|{DASH})(?P<dm_y>{YEAR})(?!\\d)|(?:{GAP}|{DASH})(?P<dm_yy>{_SHORT_YEAR})(?![\\w:.,/]\\d|\\d"
            f"|{GAP}?(?:%|mw|bpd|people|percent|hrs|hours|am|pm|utc|lt)))?(?P<dm_t>{_TIME})?{_E}"
        ),
    ),
    (
        "m_d",
        (
            f"{_B_WORD}(?P<md_m>{MONTH}){GAP}?(?P<md_the>the{GAP})?(?P<md_d>{_DAY}){_ORD}"
            f"(?:(?:{GAP})?{_COMMA}(?P<md_y>{YEAR})(?!\\d))?(?P<md_t>{_TIME})?(?![\\w/]|[.,]\\d|{DASH}\\d"
            f"|{GAP}?(?:%|percent|bpd|b/d|mw|million|billion|people|dollars))"
        ),
    ),
    (
        "ym",
        (
            f"{_B}(?P<ym_part>(?:early|late|mid){DASH}?{GAP}?|the{GAP}(?:start|beginning|middle"
            f"|end){GAP}of{GAP})?(?P<ym_m>{MONTH})(?:{_COMMA}(?:of{GAP})?)(?P<ym_y>{YEAR}){_E}"
        ),
    ),
    (
        "quarter",
        (
            f"{_B_WORD}(?:(?P<q_n>q[1-4])|(?:the{GAP})?(?P<q_w>first|second|third|fourth"
            f"|last){GAP}quarter(?:{GAP}of)?)(?:(?:{GAP})?(?P<q_y>{YEAR}|['’]\\d{{2}}))?\\b"
        ),
    ),
    (
        "half",
        (
            f"{_B_WORD}(?:(?P<h_n>h[12])|(?:the{GAP})?(?P<h_w>first"
            f"|second){GAP}half(?:{GAP}of))(?:{GAP})?(?P<h_y>{YEAR})\\b"
        ),
    ),
    (
        "season",
        (
            f"{_B_WORD}(?:(?:early|late|mid){DASH}?{GAP}?)?(?:the{GAP})?(?P<s_n>spring|summer|autumn|fall"
            f"|winter)(?:{GAP}of)?{GAP}(?P<s_y>{YEAR})(?:[-/](?P<s_y2>\\d{{2,4}}))?{_E}"
        ),
    ),
    (
        "decade",
        (
            f"{_B_WORD}(?:(?P<dec_part>early|mid|late){DASH}?{GAP}?)?(?:the{GAP})?(?P<dec_y>(?:19"
            f"|20)\\d)0['’]?s\\b"
        ),
    ),
    (
        "year_part",
        (
            f"{_B_WORD}(?:(?P<yp_p>early|mid|late){DASH}?(?:{GAP})?|the{GAP}(?P<yp_w>start|beginning|middle"
            f"|end){GAP}of{GAP})(?P<yp_y>{YEAR}){_E}"
        ),
    ),
    (
        "years",
        (
            f"{_B_WORD}(?:between|from){GAP}(?P<ys_1>{YEAR}){_TO_OPT}(?P<ys_2>{YEAR}){_E}"
        ),
    ),
    (
        "year",
        (
            f"{_B_WORD}(?P<yr_lead>in|since|of|during|throughout|until|by|from|for|back{GAP}in|before|after"
            f"|circa){GAP}(?P<yr_y>{YEAR})(?![\\w/%]|[.,]\\d|{DASH}\\d|{GAP}(?:barrels?|tonnes?|tons?|mw"
            f"|megawatts?|people|workers|homes|customers|households|km|miles|hours|hrs|local|utc|gmt|lt"
            f"|kilometres|feet|metres|employees|gallons|bpd|litres|of|families|houses|residents|vehicles))"
        ),
    ),
)  # fmt: skip
EXPLICIT = sieve("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS), re.IGNORECASE)

# A month alone: "in December", "last November", "early October", "mid-March".
LONE_MONTH = sieve(
    f"{_B_WORD}(?P<lead>in|since|during|last|this|next|early(?:{GAP}in)?|late(?:{GAP}in)?|mid|until|by|from|of"
    f"|through|throughout|every|before|after|for"
    f"|(?:the{GAP})?(?:start|beginning|middle|end|month){GAP}of)(?:{DASH}|{GAP})(?:(?P<part>early|mid"
    f"|late)(?:{DASH}|{GAP}))?(?:in{GAP})?"
    f"(?P<month>{_MONTH_FULL}|(?:{_MONTH_SHORT})\\b\\.?)(?!{GAP}?\\d)(?P<possessive>['’]s)?(?![\\w])",
    re.IGNORECASE,
)
# "May's attack on the field": the possessive alone tells the month.
POSSESSIVE_MONTH = sieve(f"{_B_WORD}(?P<month>{_MONTH_FULL})['’]s(?![\\w])", re.IGNORECASE)
_N = (
    f"(?:\\d{{1,3}}|a{GAP}couple{GAP}of|couple{GAP}of|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    f"|twelve)"
)
_UNIT = "(?:hours?|hrs|days?|weeks?|months?|years?|nights?)"
_PARTS = (
    f"(?:early|late|earlier|later|overnight|morning|afternoon|evening|night|mid{DASH}?morning|dawn|midday|noon"
    f"|midnight)"
)
RELATIVE = re.compile(
    "|".join(
        (
            (
                f"(?P<weekday_date>{_B_WORD}{_WEEKDAY_ANY},?{GAP}(?=(?:{_DAY}{_ORD}{GAP}(?:of{GAP})?{MONTH}"
                f"|{MONTH}{GAP}{_DAY})))"
            ),
            (
                f"{_B_WORD}(?:(?P<wd_lead>(?:(?:early|late|overnight)(?:{GAP}on)?|on|last|this|next|since|until|by"
                f"|from|past|the{GAP}previous|previous|previous{GAP}the|overnight{GAP}(?:in)?to|into|coming"
                f"|(?:in{GAP}the{GAP})?(?:early{GAP}hours|early{GAP}morning|morning|afternoon|evening"
                f"|night)(?:{GAP}hours)?{GAP}of|before{GAP}dawn{GAP}on|before{GAP}dawn"
                f"|at{GAP}dawn{GAP}on)(?:{GAP}(?:early|late))?){GAP})?"
                f"(?P<weekday>{_WEEKDAY})(?:(?P<wd_s>['’]s)|(?P<wd_part>{GAP}(?:early{GAP}|late{GAP})?{_PARTS})"
                f"|(?P<wd_week>{GAP}last{GAP}week|{GAP}of{GAP}last{GAP}week)"
                f"|(?P<wd_next>{GAP}next{GAP}week))?(?![\\w-])"
            ),
            f"(?P<night>{_B_WORD}(?:last{GAP}night|yesterday{GAP}(?:evening|night)))(?![\\w])",
            (
                f"(?P<yesterday>{_B_WORD}(?:the{GAP}day{GAP}before{GAP}yesterday"
                f"|yesterday)(?:['’]s)?(?:{GAP}(?:morning|afternoon))?)(?![\\w])"
            ),
            (
                f"(?P<today>{_B_WORD}(?:(?:earlier|early|late|later){GAP})?(?:today(?:['’]s)?|tonight"
                f"|this{GAP}(?:morning|afternoon|evening)"
                f"|(?:in{GAP}the{GAP}early{GAP}hours{GAP}of{GAP})?this{GAP}morning))(?![\\w])"
            ),
            f"(?P<tomorrow>{_B_WORD}tomorrow(?:['’]s)?)(?![\\w])",
            (
                f"(?P<overnight>{_B_WORD}overnight)(?!{GAP}(?:on|into|to|from|{_WEEKDAY}|{MONTH}|index|rate|stay"
                f"|rates|lending|trading))(?![\\w-])"
            ),
            (
                f"(?P<ago>{_B_WORD}(?:(?:about|around|some|almost|nearly|more{GAP}than|over"
                f"|just){GAP})?(?P<ago_n>{_N})(?:{GAP}"
                f"|{DASH})(?P<ago_u>{_UNIT})(?:{GAP}and{GAP}a{GAP}half)?{GAP}ago)(?![\\w])"
            ),
            (
                f"(?P<past>{_B_WORD}(?:in|over|during|within|for)?(?:{GAP})?(?:the{GAP})?(?:past|last"
                f"|preceding){GAP}(?P<past_n>{_N}|few|several)(?:{GAP}|{DASH})(?P<past_u>{_UNIT}))(?![\\w])"
            ),
            (
                f"(?P<period>{_B_WORD}(?:(?P<period_part>earlier|early|late|later|(?:the{GAP})?(?:start|beginning|end"
                f"|middle){GAP}of){GAP})?(?P<period_which>last|this|next|the{GAP}past|the{GAP}previous"
                f"|the{GAP}preceding|previous|the{GAP}coming|the{GAP}same|that|(?:over|during"
                f"|at){GAP}the(?={GAP}weekend)){GAP}(?P<period_u>week(?:end)?|month|year|winter|summer|spring|autumn"
                f"|fall)(?:['’]s)?)(?![\\w-])"
            ),
            (
                f"(?P<shifted>{_B_WORD}(?:(?:some|about|just|only"
                f"|barely){GAP})?(?P<shift_n>{_N}){GAP}(?P<shift_u>{_UNIT}){GAP}(?P<shift_way>earlier|later|after"
                f"|before|previously|prior)(?P<shift_that>{GAP}(?:that|it|this|the{GAP}\\w+))?)(?![\\w])"
            ),
            (
                f"(?P<following>{_B_WORD}the{GAP}(?:(?P<f_next>following|next)|(?P<f_same>same|very{GAP}same)"
                f"|(?P<f_before>previous|preceding)){GAP}(?P<f_u>day|morning|evening|night|week|month|year))(?![\\w])"
            ),
            (
                f"(?P<day_before>{_B_WORD}the{GAP}(?P<db_u>day|night|week|month|year){GAP}(?P<db_way>before"
                f"|after)(?!{GAP}(?:yesterday|the|a|an|it|he|she|they|his|its|tomorrow)\\b))(?![\\w])"
            ),
            (
                f"(?P<later_that>{_B_WORD}(?:(?:later|earlier){GAP}(?:that|the{GAP}same)|that(?:{GAP}same)?"
                f"|on{GAP}that){GAP}(?:day|night|evening|morning|afternoon))(?![\\w])"
            ),
        )
    ),
    re.IGNORECASE,
)
PREFIX = re.compile(f"(?:{GAP}?)(?::|{DASH}{{1,2}}(?:{GAP})|\\||\\)?{GAP}?{DASH}{{1,2}}{GAP})")
FUTURE_CUE = re.compile(
    r"\b(?:will|would|shall|plan(?:s|ned|ning)?|schedul\w+|due|expect(?:s|ed|ing)?|set\sto|to\s(?:begin|start"
    r"|resume|shut|close|restart|stop|end|halt|hold|take|meet|be)|next|upcoming"
    r"|coming|intend\w*|aim(?:s|ed|ing)?|propos\w+|going\sto|ahead\sof|until|deadline|take\seffect)\b",
    re.IGNORECASE,
)
PAST_CUE = re.compile(
    r"\b(?:was|were|had|did|happened|occurred|since|after|last|ago|struck|hit|attacked|exploded|died|killed|began"
    r"|started|said|reported)\b",
    re.IGNORECASE,
)
