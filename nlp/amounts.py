"""Amounts: numbers with their hedges ("nearly", "at least", "up to"), ranges and currency signs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from nlp.numbers import DASH, GAP, NumberMatch, clean, find_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number or a range with its hedge; `start` takes the hedge and a currency sign in."""

    start: int
    end: int
    text: str
    number_start: int  # where the first figure begins, after hedge and currency sign
    minimum: float | None  # None: open below ("up to 40")
    maximum: float | None  # None: open above ("at least 40")
    approximate: bool
    vague: bool  # "several", "dozens": no figure was given
    digits: bool
    scaled: bool  # a multiplier was written ("million")
    currency: str = ""  # the sign or code right before the figure, as written


# ISO 4217 codes of the countries that energy news is told from; "ALL", "TOP" and other English words are left out.
CURRENCY_CODES = (
    "USD|EUR|GBP|RUB|CNY|RMB|NGN|IQD|KZT|JPY|INR|UAH|TRY|NOK|SEK|DKK|PLN|CAD|AUD|CHF|SAR|AED|BRL|MXN|ZAR|PKR|IRR|EGP"
    "|LYD|GHS|KES|TZS|UGX|ETB|ZMW|MZN|AOA|XAF|XOF|DZD|MAD|TND|SDG|SSP|SYP|LBP|JOD|KWD|QAR|BHD|OMR|YER|ILS|AZN|GEL"
    "|AMD|UZS|TMT|KGS|TJS|BYN|MDL|RON|BGN|HUF|CZK|RSD|BAM|MKD|ISK|ARS|CLP|COP|PEN|BOB|VES|UYU|PYG|TTD|CUP|DOP|GTQ"
    "|HNL|BDT|LKR|NPR|MMK|THB|VND|IDR|MYR|PHP|SGD|HKD|TWD|KRW|NZD|PGK|MNT|BWP|NAD|ZWL|MWK|RWF"
)
CURRENCY_SIGN = (
    "(?:US|A|AU|C|CA|NZ|HK|S|R|NT|N|J|TT|Z|Mex|USD)?\\$(?:US|A|C|NZ)?"
    f"|€|£|¥|₦|₽|₹|₺|₴|₸|₱|₩|₫|₪|₵|K?[Ss]hs?\\.?|GH₵|Rs\\.?|Tk|{CURRENCY_CODES}"
)
_SIGN_BEFORE = re.compile(f"(?<![\\w])((?:{CURRENCY_SIGN})(?=(?:{GAP})?$)|[NR](?=$))(?:{GAP})?$")
_RANGE_GAP = re.compile(
    f"(?:{GAP})?(?:{DASH}|to|and|or|through|till){GAP}?(?:(?:about|up{GAP}to|around|nearly|as{GAP}(?:many"
    f"|much){GAP}as|even){GAP})?"
    f"(?:{CURRENCY_SIGN})?{GAP}?$",
    re.IGNORECASE,
)
_AT_LEAST = (
    f"at{GAP}least|no{GAP}(?:fewer|less){GAP}than|not{GAP}(?:fewer|less){GAP}than|a{GAP}minimum{GAP}of|minimum{GAP}of"
    f"|(?:well{GAP}|far{GAP}|much{GAP})?(?:over|above|more{GAP}than|beyond)|in{GAP}excess{GAP}of|upwards?{GAP}of"
    f"|exceed(?:s|ed|ing)?|greater{GAP}than|north{GAP}of|>|≥|surpass(?:es|ed|ing)|top(?:s|ped|ping)?"
    f"|as{GAP}little{GAP}as"
)
_AT_MOST = (
    f"up{GAP}to|within|as{GAP}(?:many|much|high){GAP}as|at{GAP}(?:most|the{GAP}most)|(?:no|not){GAP}more{GAP}than"
    f"|a{GAP}maximum{GAP}of|maximum{GAP}of|(?:less|fewer|lower){GAP}than|under|below|<|≤|well{GAP}(?:under|below)"
)
_ABOUT = (
    f"(?:very{GAP})?nearly|almost|about|around|roughly|approximately|approx\\.?|some|circa|ca\\.|c\\.|~|≈"
    f"|an{GAP}estimated"
    f"|estimated(?:{GAP}(?:at|to{GAP}be))?|(?:very{GAP})?close{GAP}to|just{GAP}(?:over|under|above|below"
    f"|shy{GAP}of|short{GAP}of)"
    f"|(?:slightly|a{GAP}little|a{GAP}bit){GAP}(?:over|under|more{GAP}than|less{GAP}than|above|below)"
    f"|in{GAP}the{GAP}region{GAP}of"
    f"|or{GAP}about|an{GAP}average{GAP}of|on{GAP}average|roundly|perhaps|as{GAP}many{GAP}as{GAP}about"
    f"|believed{GAP}to{GAP}be"
)
_HEDGE_BEFORE = re.compile(
    f"(?:(?<![\\w])|(?<=[~≈<>≥≤]))(?:(?P<most>{_AT_MOST})|(?P<about>{_ABOUT})|(?P<least>{_AT_LEAST}))"
    f"(?:(?:{GAP})?(?:an?{GAP}|the{GAP})?(?:additional{GAP}|another{GAP}|estimated{GAP}|other{GAP}"
    f"|total{GAP}of{GAP})?)$",
    re.IGNORECASE,
)
_BETWEEN_BEFORE = re.compile(
    f"(?<![\\w])(?P<between>between|from|anywhere{GAP}from){GAP}(?:(?:an{GAP}estimated|approximately"
    f"|about|around|roughly|some){GAP})?$",
    re.IGNORECASE,
)
_HEDGE_AFTER = re.compile(
    f"(?P<plus>\\+|{GAP}plus\\b)|{GAP}or{GAP}(?:(?P<more>more)|(?P<so>so)|(?P<less>less|fewer))\\b", re.IGNORECASE
)
# "a dispute over $700 million" hedges nothing
_OVER_WHAT = re.compile(
    r"\b(?:disputes?|rows?|quarrels?|clash(?:es)?|talks|wrangl\w+|spats?|disagree\w+|fights?|battles?"
    r"|stand-?offs?|feuds?|haggl\w+|lawsuits?"
    r"|argu\w+|negotiat\w+|sued|complain\w*)\s+$",
    re.IGNORECASE,
)
# After these "from 5 to 7" tells two levels, not a range
_CHANGE = re.compile(
    r"\b(?:rais\w*|rose|ris(?:e|es|en|ing)|increas\w*|fell|fall\w*|drop\w*|declin\w*|cuts?|cutting"
    r"|reduc\w*|slid\w*|slump\w*|plung\w*|climb\w*"
    r"|jump\w*|lower\w*|went|gone|gr[eo]w\w*|down|up|slash\w*|shr[aiu]nk\w*|expand\w*|boost\w*|lift\w*"
    r"|trim\w*|chang\w*|collaps\w*|recover\w*"
    r"|doubl\w*|tripl\w*|halv\w*|revis\w*|surg\w*|soar\w*|ramp\w*|sank)\b[^.;]{0,70}$",
    re.IGNORECASE,
)
_MOVED_TO = re.compile(f"{GAP}to{GAP}", re.IGNORECASE)
_MOVED = re.compile(
    r"\b(?:rose|ris(?:e|es|en|ing)|fell|fall(?:s|en|ing)?|up|down|gain(?:s|ed|ing)?|los(?:t|es|ing)|add(?:s|ed|ing)?"
    r"|shed(?:s|ding)?|drop(?:s|ped|ping)?|jump(?:s|ed|ing)?|climb(?:s|ed|ing)?|slid(?:es?|ing)?|slip(?:s|ped|ping)?"
    r"|eas(?:es?|ed|ing)|tumbl\w+|plung\w+|surg\w+|soar\w*|spik\w+|leap\w*|leapt|increas\w+|declin\w+|advanc\w+"
    r"|retreat\w*|rall(?:y|ied)|higher|lower|by)\s+(?:by\s+)?(?:(?:about|around|nearly|some"
    r"|as\smuch\sas)\s+)?[^\w\s]?$",
    re.IGNORECASE,
)
_LOOK_BACK = 80


def find_amounts(text: str, numbers: list[NumberMatch] | None = None) -> list[Amount]:
    """Numbers with their hedges, ranges joined and shared multipliers given to both ends ("5 to 7 million")."""
    numbers = find_numbers(text) if numbers is None else numbers
    amounts: list[Amount] = []
    i, floor = 0, 0
    while i < len(numbers):
        first = numbers[i]
        amount_end, used = first.end, 1
        low: float | None = first.minimum
        high: float | None = first.maximum
        head = first.start
        before = text[max(floor, head - _LOOK_BACK) : head]
        sign = _SIGN_BEFORE.search(before)
        if sign is not None:
            head -= len(before) - sign.start()
            before = before[: sign.start()]
        between = _BETWEEN_BEFORE.search(before)
        if i + 1 < len(numbers):
            joined = _join(text, first, numbers[i + 1], between)
            second_scale = numbers[i + 1].scale
            if (
                joined is not None
                and between is not None
                and between["between"].lower() != "between"
                and _CHANGE.search(before[: between.start()])
            ):
                shared = second_scale if first.scale == 1 and first.base < 1000 else 1.0
                low, joined = clean(first.minimum * shared), None
                high = low
            if joined is not None:
                low, high = joined
                amount_end, used = numbers[i + 1].end, 2
        approximate = False
        start = head
        if used == 2 and between is not None:
            start = head - (len(before) - between.start())
            before = before[: between.start()]
        if not (used == 2 and between is not None):
            start, low, high, approximate = _hedged(before, head, low, high)
        after = _HEDGE_AFTER.match(text, amount_end)
        if after is not None and low is not None:
            amount_end = after.end()
            if after["so"]:
                approximate = True
            elif after["less"]:
                low, high = None, high
            else:
                high = None
        # a second hedge before the first ("at least about 40") only widens the span
        amounts.append(
            Amount(
                start=start,
                end=amount_end,
                text=text[start:amount_end],
                number_start=first.start,
                minimum=low,
                maximum=high,
                approximate=approximate or (not first.digits and first.maximum is None),
                vague=first.maximum is None,
                digits=first.digits,
                scaled=any(n.scale != 1 for n in numbers[i : i + used]),
                currency=sign.group(1) if sign is not None else "",
            )
        )
        floor = amount_end
        i += used
    return amounts


def _hedged(
    before: str, head: int, low: float | None, high: float | None
) -> tuple[int, float | None, float | None, bool]:
    """Reads up to two hedges that end where the figure begins."""
    approximate = False
    position = head
    for _ in range(2):
        hedge = _HEDGE_BEFORE.search(before)
        if hedge is None:
            break
        position -= len(before) - hedge.start()
        before = before[: hedge.start()]
        if hedge["about"]:
            approximate = True
        elif hedge["least"]:
            if hedge["least"].lower() == "over" and _OVER_WHAT.search(before):
                return head, low, high, approximate
            high = None
        elif low is not None and high is not None:
            low = None
    return position, low, high, approximate


def hedged_amount(text: str, start: int, end: int, value: float) -> Amount:
    """An amount for a word that is no number by itself, with the hedge before it."""
    head, low, high, approximate = _hedged(text[max(0, start - _LOOK_BACK) : start], start, value, value)
    return Amount(
        start=head, end=end, text=text[head:end], number_start=start, minimum=low, maximum=high,
        approximate=approximate, vague=False, digits=False, scaled=False,
    )  # fmt: skip


def _join(
    text: str, first: NumberMatch, second: NumberMatch, between: re.Match[str] | None
) -> tuple[float, float] | None:
    """The two ends of a range, or None where the numbers stand apart."""
    gap = text[first.end : second.start]
    if len(gap) > 40 or first.maximum is None or second.maximum is None:
        return None
    if _RANGE_GAP.match(gap) is None:
        return None
    if (
        between is None
        and _MOVED_TO.match(gap)
        and (_SIGN_BEFORE.search(gap) or second.minimum >= 5 * first.minimum * (1 if first.scale > 1 else second.scale))
    ):
        before = text[max(0, first.start - 24) : first.start]
        if _MOVED.search(before):
            return None  # "rose $2.10 to $84.55": the move, then the level
    if (
        first.digits
        and first.scale == 1
        and 1900 <= first.minimum <= 2100
        and gap != gap.strip()
        and "," not in first.text
    ):
        return None  # "March 13, 1989 - Six million people"
    word = re.sub(r"\W", "", gap.lower())
    if word.startswith("and") and (between is None or between["between"].lower() != "between"):
        return None
    if word.startswith("or") and not (first.minimum < second.minimum):
        return None
    low, high = first.minimum, second.minimum
    if first.scale == 1 and second.scale != 1 and first.base < second.base:
        low = clean(first.base * second.scale)
    if low >= high:
        return None
    return low, high


def shift(amount: Amount, factor: float) -> Amount:
    """The amount with both ends multiplied by a unit's factor."""
    return replace(
        amount,
        minimum=None if amount.minimum is None else clean(amount.minimum * factor),
        maximum=None if amount.maximum is None else clean(amount.maximum * factor),
    )
