"""Sums of money and prices: the currency before or behind an amount, and what the price is paid for."""

from __future__ import annotations

import re

from nlp.amounts import CURRENCY_CODES, Amount
from nlp.numbers import GAP
from nlp.units import GALLONS_A_BARREL, LITRES_A_M3, MWH_AN_MMBTU, SEP, UnitMatch

CURRENCIES: dict[str, str] = {
    "$": "USD", "us$": "USD", "usd$": "USD", "usd": "USD", "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP",
    "¥": "JPY", "jpy": "JPY", "₦": "NGN", "ngn": "NGN", "₽": "RUB", "rub": "RUB", "₹": "INR", "rs": "INR", "inr": "INR",
    "₺": "TRY", "try": "TRY", "₴": "UAH", "uah": "UAH", "₸": "KZT", "kzt": "KZT", "cny": "CNY", "rmb": "CNY",
    "iqd": "IQD", "a$": "AUD", "au$": "AUD", "aud": "AUD", "c$": "CAD", "ca$": "CAD", "cad": "CAD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "r$": "BRL", "brl": "BRL", "mex$": "MXN", "mxn": "MXN", "nok": "NOK", "sek": "SEK",
    "dkk": "DKK", "pln": "PLN", "chf": "CHF", "sar": "SAR", "aed": "AED", "zar": "ZAR", "pkr": "PKR", "irr": "IRR",
    "egp": "EGP", "lyd": "LYD", "₱": "PHP", "₩": "KRW", "₫": "VND", "₪": "ILS", "₵": "GHS", "gh₵": "GHS", "n": "NGN",
    "tk": "BDT", "r": "ZAR", "nt$": "TWD", "n$": "NAD", "j$": "JMD", "tt$": "TTD", "z$": "ZWL", "$us": "USD",
    "$a": "AUD", "$c": "CAD", "$nz": "NZD", "sh": "KES", "shs": "KES", "ksh": "KES", "kshs": "KES",
    **{code.lower(): code for code in CURRENCY_CODES.split("|") if code != "RMB"},
}  # fmt: skip
_CURRENCY_WORDS: dict[str, str] = {
    "dollars": "USD", "dollar": "USD", "us dollars": "USD", "u.s. dollars": "USD", "american dollars": "USD",
    "canadian dollars": "CAD", "australian dollars": "AUD", "euros": "EUR", "euro": "EUR", "pounds": "GBP",
    "pounds sterling": "GBP", "egyptian pounds": "EGP", "roubles": "RUB", "rubles": "RUB", "rouble": "RUB",
    "ruble": "RUB", "russian rubles": "RUB", "russian roubles": "RUB", "yuan": "CNY", "renminbi": "CNY", "rmb": "CNY",
    "naira": "NGN", "iraqi dinars": "IQD", "dinars": "IQD", "libyan dinars": "LYD", "kuwaiti dinars": "KWD",
    "tenge": "KZT", "yen": "JPY", "rupees": "INR", "pakistani rupees": "PKR", "indian rupees": "INR",
    "hryvnia": "UAH", "hryvnias": "UAH", "hryvnya": "UAH", "lira": "TRY", "liras": "TRY", "turkish lira": "TRY",
    "rand": "ZAR", "reais": "BRL", "mexican pesos": "MXN", "colombian pesos": "COP", "pesos": "MXN", "rials": "IRR",
    "riyals": "SAR", "saudi riyals": "SAR", "dirhams": "AED", "zlotys": "PLN", "zloty": "PLN", "crowns": "NOK",
    "norwegian crowns": "NOK", "norwegian kroner": "NOK", "swedish crowns": "SEK", "swiss francs": "CHF",
    "philippine pesos": "PHP", "argentine pesos": "ARS", "chilean pesos": "CLP", "cedis": "GHS", "ghana cedis": "GHS",
    "kenyan shillings": "KES", "tanzanian shillings": "TZS", "ugandan shillings": "UGX", "shillings": "KES",
    "birr": "ETB", "kwacha": "ZMW", "taka": "BDT", "baht": "THB", "rupiah": "IDR", "ringgit": "MYR", "dong": "VND",
    "manat": "AZN", "manats": "AZN", "lari": "GEL", "lei": "RON", "forints": "HUF", "forint": "HUF",
    "czech crowns": "CZK", "leva": "BGN", "swedish kronor": "SEK", "kronor": "SEK", "danish crowns": "DKK",
    "danish kroner": "DKK", "kroner": "NOK", "shekels": "ILS", "bolivars": "VES", "bolivianos": "BOB", "soles": "PEN",
    "algerian dinars": "DZD", "bahraini dinars": "BHD", "jordanian dinars": "JOD", "serbian dinars": "RSD",
    "tunisian dinars": "TND", "syrian pounds": "SYP", "sudanese pounds": "SDG", "lebanese pounds": "LBP",
    "singapore dollars": "SGD", "hong kong dollars": "HKD", "new zealand dollars": "NZD", "taiwan dollars": "TWD",
    "qatari riyals": "QAR", "omani rials": "OMR", "iranian rials": "IRR", "yemeni rials": "YER", "cfa francs": "XAF",
    "sri lankan rupees": "LKR", "nepali rupees": "NPR", "belarusian roubles": "BYN", "belarusian rubles": "BYN",
    "us$": "USD", "dlrs": "USD", "dlr": "USD", "stg": "GBP", "sterling": "GBP",
    **{code.lower(): code for code in CURRENCY_CODES.split("|") if code not in ("RMB", "TRY")},
}  # fmt: skip
_ALSO_WORDS = frozenset({"dong", "lei", "soles", "birr", "sterling", "cup", "mad", "bam", "top", "pen", "amd"})
_MONEY_WORDS = "|".join(w.replace(".", "[.]").replace(" ", GAP) for w in sorted(_CURRENCY_WORDS, key=len, reverse=True))
_MONEY_AFTER = re.compile(
    f"(?:{SEP}(?P<word>{_MONEY_WORDS})(?![\\w])|(?:{GAP})?(?P<sign>€|£|\\$|₽|₴|₺)(?![\\w\\d]))",
    re.IGNORECASE,
)
# "a" and "an" cannot stand before a unit symbol: "$5 a t" is never written.
_PRICE_AFTER = re.compile(
    f"(?:{SEP})?(?:/(?:{GAP})?|(?:per|a|an|each|the|for{GAP}(?:each|every|a|an)){SEP})"
    f"(?:(?P<oil>barrels?|bbl|bl|b|boe)|(?P<thousand>(?:1,?000|thousand){GAP}(?:cubic{GAP}(?:metres|meters)|m3|m³"
    f"|cu{GAP}m)|tcm|kcm|mcm)"
    f"|(?P<cubic>cubic{GAP}(?:metre|meter)|m3|m³)|(?P<mwh>mwh|megawatt{SEP}?hours?)|(?P<kwh>kwh|kilowatt{SEP}?hours?)"
    f"|(?P<mmbtu>mmbtus?|mbtu|(?:1{GAP})?million{GAP}(?:btus?|british{GAP}thermal{GAP}units))|(?P<therm>therm)"
    f"|(?P<ton>tonnes?|metric{GAP}ton(?:ne)?s?|tons?|mt|t)|(?P<gallon>gallons?|gal)|(?P<litre>litres?|liters?"
    f"|l))(?![\\w])",
    re.IGNORECASE,
)
_PRICE_UNITS: dict[str, tuple[str, float]] = {
    "oil": ("bbl", 1.0), "thousand": ("m3", 1e-3), "cubic": ("m3", 1.0), "mwh": ("MWh", 1.0), "kwh": ("MWh", 1e3),
    "mmbtu": ("MWh", 1 / MWH_AN_MMBTU), "therm": ("MWh", 10 / MWH_AN_MMBTU), "ton": ("t", 1.0),
    "gallon": ("bbl", float(GALLONS_A_BARREL)), "litre": ("m3", float(LITRES_A_M3)),
}  # fmt: skip
_CENTS_AFTER = re.compile(
    f"(?:{SEP})?(?:(?P<cents>(?:us{GAP})?cents?|¢|euro{GAP}cents?)|(?P<pence>pence|p(?=/|{GAP}(?:a"
    f"|per){GAP})))(?![\\w])",
    re.IGNORECASE,
)


def match_money(text: str, position: int, amount: Amount) -> UnitMatch | None:
    """The currency of an amount (its sign before or its word after) and, for a price, what it is paid for."""
    end, factor = position, 1.0
    code = CURRENCIES.get(amount.currency.lower().rstrip("."), "")
    if not code:
        word = _MONEY_AFTER.match(text, position)
        if word is not None and word["sign"]:
            code, end = CURRENCIES[word["sign"]], word.end()
        elif word is not None and not (word["word"].lower() in _ALSO_WORDS and not amount.scaled):
            code = _CURRENCY_WORDS[re.sub(GAP, " ", word["word"].lower())]
            end = word.end()
        else:
            cents = _CENTS_AFTER.match(text, position)
            if cents is None:
                return None
            code, end, factor = "GBP" if cents["pence"] else "USD", cents.end(), 0.01
            if cents["cents"] and cents["cents"].lower().startswith("euro"):
                code = "EUR"
    price = _PRICE_AFTER.match(text, end)
    if price is not None and price.lastgroup is not None:
        per, multiplier = _PRICE_UNITS[price.lastgroup or "oil"]
        return UnitMatch(
            end=price.end(), unit=f"{code}/{per}", factor=factor * multiplier, kind="money", compound=False
        )
    return UnitMatch(end=end, unit=code, factor=factor, kind="money", compound=False)


_PRICE_LEAD = re.compile(
    r"\b(?:at|to|from|near|above|below|around|under|over|about|of|than|trad\w+|settl\w+|quoted|priced)\s+$",
    re.IGNORECASE,
)


def match_bare_price(text: str, amount: Amount, currency: str) -> UnitMatch | None:
    """A price whose currency was told before or is plain from the trade: "settled at 68.90 a barrel"."""
    price = _PRICE_AFTER.match(text, amount.end)
    if price is None or amount.scaled or not amount.digits:
        return None
    if _PRICE_LEAD.search(text, max(0, amount.start - 14), amount.start) is None:
        return None
    code = currency or ("USD" if price.lastgroup in ("oil", "mmbtu") else "")
    if not code or price.group()[0] in "-":
        return None
    per, multiplier = _PRICE_UNITS[price.lastgroup or "oil"]
    return UnitMatch(end=price.end(), unit=f"{code}/{per}", factor=multiplier, kind="money", compound=False)
