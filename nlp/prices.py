"""Money: prices of energy told without their unit ("Brent at $84"), costs, and percentages of prices."""

from __future__ import annotations

import re
from typing import Literal

from nlp.quantity_cues import BREAK
from nlp.records import QuantityRole
from nlp.units import MWH_AN_MMBTU

# What one unit of a commodity is traded in, where a price names none: the canonical unit and the factor to it.
_OIL = (
    r"brent|wti|west\stexas(?:\sintermediate)?|nymex\scrude|urals|dubai\s(?:crude|benchmark)|murban"
    r"|opec\sbasket|crude"
    r"|(?<!fuel\s)(?<!heating\s)(?<!palm\s)oil(?!\s(?:company|firm|major|group|worker|minister|minist))|barrels?"
    r"|refining\smargins?|crack\sspreads?"
)
_POWER = (
    r"ttf|dutch\s(?:[\w-]+\s)?gas|european\sgas|german\sgas|italian\sgas|psv|power|electricity|day-ahead|baseload"
    r"|megawatt-hours?|mwh"
)
_GOODS: tuple[tuple[str, str, float], ...] = (
    (_OIL, "bbl", 1.0),
    (_POWER, "MWh", 1.0),
    (r"henry\shub|nymex\s(?:natural\s)?gas|us\sgas|natural\sgas|lng|jkm", "MWh", 1 / MWH_AN_MMBTU),
    (r"(?:thermal\s|newcastle\s)?coal|diesel|gasoil|jet\sfuel|fuel\soil|bunkers?|lpg|naphtha", "t", 1.0),
)
_GOOD = re.compile("|".join(rf"\b(?P<g{i}>{words})\b" for i, (words, _, _) in enumerate(_GOODS)), re.IGNORECASE)
_MOVE = re.compile(
    r"\b(?:prices?|priced|futures|settl\w+|clos(?:e|ed|es|ing)|trad(?:e|es|ed|ing)|rose|ris(?:e|es"
    r"|ing)|fell|fall(?:s|ing)?"
    r"|jump\w*|climb\w*|gain\w*|drop(?:s|ped|ping)?|slid|slides?|slip(?:s|ped)?|surg\w+|soar\w*|spik\w+"
    r"|leap\w*|tumbl\w+|plung\w+"
    r"|hit(?:s|ting)?|top(?:s|ped|ping)?|pass(?:es|ed|ing)?|reach\w*|touch\w*|above|below|under|over"
    r"|near|toward\w*|at|to|up|down|cap(?:s|ped)?"
    r"|would|could|might|will|may|sees?|by|views?|forecasts?|cuts|raises|cost(?:s|ing)?|quoted|benchmark"
    r"|premiums?|discounts?|spreads?"
    r"|margins?|ceiling|lid|averag\w+|added|lost|shed|ease\w*)\b",
    re.IGNORECASE,
)
_COST = re.compile(
    r"\b(?:damages?|damag(?:ed|ing)|loss(?:es)?|los(?:e|es|t|ing)|cost(?:s|ing|ed)?|writ(?:e|ten|ing)[\s-](?:off"
    r"|down)|wrote\s(?:off|down)"
    r"|repair(?:s|ed|ing)?|reconstruct\w+|rebuil\w+|insurers?|reckon\w*|compensat\w+|insured|demurrage|clean-?up"
    r"|settlements?|settle"
    r"|claims?|claimed"
    r"|(?:repair|clean-?up|damage|medical)\sbill|destroyed|worth|restitution|reparations?|payout|ordered\sto\spay"
    r"|must\spay"
    r"|sued?|sues|suing|surcharge)(?!\w)",
    re.IGNORECASE,
)
_PAID_FOR = re.compile(
    r"\b(?:damages?|loss(?:es)?|repairs?|spills?|leaks?|clean-?up|explosion"
    r"|settle\w*|compensation"
    r"|pollution|victims|outage|accident|blast)\b",
    re.IGNORECASE,
)
# Ransoms and fines are no harm done to energy; the codebook leaves them out.
_UNLABELLED = re.compile(
    r"\b(?:ransoms?|extort\w*|bitcoins?|blackmail\w*|fin(?:es|ed|e|ing)|penalt(?:y|ies)|bail|bribes?|bounty|reward"
    r"|toll)\b",
    re.IGNORECASE,
)
_UNLABELLED_AFTER = re.compile(
    r"\s(?:in\s)?(?:ransom|fines?|penalt(?:y|ies)|bail|bribes?|bounty|reward|bitcoins?|crypto\w*|monero)\b",
    re.IGNORECASE,
)
_COURT = re.compile(r"\b(?:courts?|tribunal|arbitrat\w+|judges?|jury|damages|against|lawsuit)\b", re.IGNORECASE)
_NO_COST = re.compile(
    r"\b(?:contracts?|deals?|invest\w*|projects?|orders?|loans?|revenues?|profits?|earnings|dividends?"
    r"|sales|bonds?|debts?|financ\w+"
    r"|budgets?|acqui\w+|stakes?|subsid\w+|grants?|aid|funds?|funding|bids?|bounty|reward|packages?"
    r"|arrears|owe[sd]?|rescue|programme)\b",
    re.IGNORECASE,
)
_PAY = re.compile(r"\b(?:pay(?:s|ing)?|paid)\b[^.;]{0,25}$", re.IGNORECASE)
_RISK_COVER = re.compile(
    r"\b(?:premiums?|hull\svalue|war[\s-]risk|insur\w+|underwriters?|freight|rates?)\b", re.IGNORECASE
)
_SUPPLY_NOUN = re.compile(
    r"\b(?:output|production|supply|supplies|exports?|imports?|capacity|generation|flows?|deliveries"
    r"|throughput|utili[sz]ation|runs"
    r"|stor\w+|stocks|inventor\w+|full|demand|consumption|shipments|load|cuts|pressure|reserve|volumes?"
    r"|transit|sales|nominations)\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(?:shares?|share\sprice|stock\sprice|earnings|revenues?|profits?|dividends?|stake|interest\sin"
    r"|shareholding|shareholders?"
    r"|votes?|voted|voters|polls?|survey|inflation|gdp|econom\w+|wages?|salar\w+|pay|tax(?:es)?|vat"
    r"|turnout|royalt\w+|equity|owns?|owned"
    r"|per\scent\sof\srespondents|respondents|majority|closed\s(?:up|down)|brokers)\b",
    re.IGNORECASE,
)
_PRICE_MOVE = re.compile(
    r"\b(?:rose|ris(?:e|es|ing)|fell|fall(?:s|ing)?|jump\w*|climb\w*|gain\w*|drop(?:s|ped|ping)?|slid(?:es?"
    r"|ing)?|slip(?:s|ped)?|surg\w+"
    r"|soar\w*|spik\w+|leap\w*|tumbl\w+|plung\w+|up|down|higher|lower|ended?|ends|opened|lost|shed"
    r"|eas(?:ed|es)|rall\w+|lifts?|lifted|sank|add(?:s|ed)"
    r"|advanc\w+|retreat\w*|drives?|sends?|sent|knock\w*|push\w*)\b",
    re.IGNORECASE,
)
_PRICE_WORD = re.compile(
    r"\b(?:prices?|brent|wti|futures|benchmark|ttf|index|premiums?|hull\svalue|tariffs?|freight|per\sbarrel|a\sbarrel"
    r"|contracts?|spot)\b",
    re.IGNORECASE,
)
_MOST_A_PRICE = 3000.0  # dearer figures without a unit are sums of money
_PRICE_NOUN = re.compile(
    r"\b(?:prices?|futures|premiums?|discounts?|ceiling|cap|lid|spot|surcharge|spread|national\saverage"
    r"|costs?\sof\s(?:fuel|petrol))\b",
    re.IGNORECASE,
)
_TO_MEND = re.compile(r"\s(?:to|for)\s(?:re-?build|repair|restor|replac|mend|clean)\w*", re.IGNORECASE)
_WOULD_LOSE = re.compile(
    r"\b(?:would|could|might|may|risks?|stands?\sto|threatens?\sto)\s(?:\w+\s)?(?:los(?:e|ing)|forfeit"
    r"|forgo)\b[^.;]{0,50}$",
    re.IGNORECASE,
)
_RATE = re.compile(r"\b(?:rates?|freight|hire|charters?|charterers)\b", re.IGNORECASE)
_RATE_AFTER = re.compile(r"\s*(?:an?\s(?:day|voyage|trip|cargo)|per\s(?:day|voyage|trip)|lump\ssum)\b", re.IGNORECASE)
_SMALL_SUM = 1000.0  # a sum below it that is no price is a fare, a fee or petty theft
# What a percentage may move the price of, a unit or none
_TRADED = re.compile(
    _GOOD.pattern.replace("?P<g", "?P<t")
    + r"|\b(?:gas(?:\sprices)?|petrol|gasoline|uranium|allowances|carbon\s(?:prices?|permits?)|freight|bunker)\b",
    re.IGNORECASE,
)
Meaning = Literal["price", "drop"]


def price_unit(before: str, after: str, *, code: str, amount: float) -> tuple[str, float] | None:
    """The unit that a price of oil, gas, power or coal is told in, with the factor to it; None for any other sum."""
    if amount > _MOST_A_PRICE:
        return None
    near = before[-110:]
    good = max(_GOOD.finditer(near), key=lambda m: m.start(), default=None)  # the last before the figure governs it
    gap = near[good.end() :] if good is not None else ""
    if (
        good is None
        or len(BREAK.findall(gap)) > 2
        or (_COST.search(near[-50:]) and not re.search(r"\bcosts?\b", near[-50:], re.I))
    ):
        good = _GOOD.search(after[:40])
        if good is None or not _PRICE_NOUN.search(near[-40:] + after[:40]):
            return None
        gap = near[-50:]
    beside = good.string is near and not gap.strip()  # "Brent 82.14 dollars"
    if _COMPANY.search(gap) or not (
        beside or _MOVE.search((near[good.start() :] if good.string is near else gap) + after[:30])
    ):
        return None
    index = int((good.lastgroup or "g0")[1:])
    unit, factor = _GOODS[index][1:]
    if unit == "MWh" and factor != 1 and code == "EUR":
        factor = 1.0
    return f"{code}/{unit}", factor


def money_role(before: str, after: str, *, value: float) -> QuantityRole | None:
    """Whether a sum is what harm costs (damage, ransom, fine, settlement), freight, or another; None for petty sums."""
    near = before[-70:]
    own = near if near.endswith("(") else near[max((i for i, c in enumerate(near) if c.isdigit()), default=-1) + 1 :]
    if _UNLABELLED.search(own) or _UNLABELLED_AFTER.match(after):
        return None  # the words behind an earlier figure are this one's
    if _RATE.search(before[-60:]) and (_RATE_AFTER.match(after) or re.search(r"\brates?\b[^.;,]{0,45}$", near, re.I)):
        return "other"  # what a ship costs is no price of a fuel
    if value < _SMALL_SUM:
        return (
            "price"
            if _PRICE_NOUN.search(before[-60:]) or re.match(r"\s*(?:an?|per)\s(?:pound|lb|kilo|unit|therm)\b", after)
            else None
        )
    if re.match(
        r"[^.;,]{0,40}?\b(?:damages?|loss(?:es)?|repairs?|bill|settlement)\b",
        after[:60],
        re.I,
    ):
        return "damage_cost"
    if _TO_MEND.match(after):
        return "damage_cost"
    if _WOULD_LOSE.search(before):
        return "at_risk"
    costs = list(_COST.finditer(near))
    if costs:
        gap = near[costs[-1].end() :]
        word = costs[-1].group().lower()
        contract = _NO_COST.search(near)
        if contract is not None and word in (
            "worth",
            "claims",
            "claim",
            "cost",
            "costs",
            "costing",
            "award",
            "awarded",
            "awards",
        ):
            return "other"
        if len(BREAK.findall(gap)) <= 1:
            return "damage_cost"
    if re.search(r"\baward(?:s|ed)?\b", near, re.I) and _COURT.search(before + after):
        return "damage_cost"
    if _PAY.search(near) and _PAID_FOR.search(before + after):
        return "damage_cost"
    return "other"


def percent_meaning(before: str, after: str) -> Meaning | None:
    """Whether a percentage moves a price, belongs to company or public affairs and is dropped, or neither."""
    near, follow = before[-80:], after[:50]
    context = near + " % " + follow
    if _RISK_COVER.search(context) and not _SUPPLY_NOUN.search(near[-40:]):
        return None if _PRICE_MOVE.search(near[-25:]) is None or "hull" in context else "price"
    if _SUPPLY_NOUN.search(near[-60:] + " % " + after[:40]):
        return None
    if _COMPANY.search(context):
        return "drop"
    if _PRICE_WORD.search(context):
        return "price"
    if (
        _TRADED.search(context)
        and (_PRICE_MOVE.search(near[-40:]) or _PRICE_MOVE.match(follow.strip()))
        and not re.match(r"\s*of\b", after)
    ):
        return "price"
    if re.match(r"\s*(?:lower|higher)\b", after):
        return "drop"  # a share closes lower; flows are cut or fall
    return None
