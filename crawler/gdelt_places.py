"""FIPS 10-4 country codes, in which GDELT names places, and ISO 3166-1, in which everything here does."""

from __future__ import annotations

# Where the two differ. A code that is not here is the same in both or names no country of today.
_FIPS_TO_ISO = {
    "AA": "AW", "AC": "AG", "AG": "DZ", "AJ": "AZ", "AN": "AD", "AQ": "AS", "AS": "AU", "AU": "AT", "AV": "AI",
    "AY": "AQ", "BA": "BH", "BC": "BW", "BD": "BM", "BF": "BS", "BG": "BD", "BH": "BZ", "BK": "BA", "BL": "BO",
    "BM": "MM", "BN": "BJ", "BO": "BY", "BP": "SB", "BU": "BG", "BX": "BN", "BY": "BI", "CB": "KH", "CD": "TD",
    "CE": "LK", "CF": "CG", "CG": "CD", "CH": "CN", "CI": "CL", "CJ": "KY", "CK": "CC", "CN": "KM", "CQ": "MP",
    "CS": "CR", "CT": "CF", "CW": "CK", "DA": "DK", "DO": "DM", "DR": "DO", "EI": "IE", "EK": "GQ", "EN": "EE",
    "ES": "SV", "EZ": "CZ", "FG": "GF", "FP": "PF", "FS": "TF", "GA": "GM", "GB": "GA", "GG": "GE", "GJ": "GD",
    "GK": "GG", "GM": "DE", "GQ": "GU", "GV": "GN", "GZ": "PS", "HA": "HT", "HO": "HN", "IC": "IS", "IS": "IL",
    "IV": "CI", "IZ": "IQ", "JA": "JP", "KN": "KP", "KR": "KI", "KS": "KR", "KT": "CX", "KU": "KW", "KV": "XK",
    "LE": "LB", "LG": "LV", "LH": "LT", "LI": "LR", "LO": "SK", "LS": "LI", "LT": "LS", "MA": "MG", "MB": "MQ",
    "MC": "MO", "MF": "YT", "MG": "MN", "MH": "MS", "MI": "MW", "MJ": "ME", "MN": "MC", "MO": "MA", "MP": "MU",
    "MU": "OM", "NG": "NE", "NH": "VU", "NI": "NG", "NN": "SX", "NS": "SR", "NU": "NI", "OD": "SS", "PA": "PY",
    "PC": "PN", "PM": "PA", "PO": "PT", "PP": "PG", "PS": "PW", "PU": "GW", "RI": "RS", "RM": "MH", "RP": "PH",
    "RQ": "PR", "RS": "RU", "SB": "PM", "SC": "KN", "SE": "SC", "SF": "ZA", "SG": "SN", "SN": "SG", "SP": "ES",
    "ST": "LC", "SU": "SD", "SV": "SJ", "SW": "SE", "SZ": "CH", "TB": "BL", "TD": "TT", "TI": "TJ", "TK": "TC",
    "TL": "TK", "TN": "TO", "TO": "TG", "TP": "ST", "TS": "TN", "TT": "TL", "TU": "TR", "TX": "TM", "UC": "CW",
    "UK": "GB", "UP": "UA", "UV": "BF", "VI": "VG", "VM": "VN", "VQ": "VI", "VT": "VA", "WA": "NA", "WE": "PS",
    "WI": "EH", "WZ": "SZ", "YM": "YE", "ZA": "ZM", "ZI": "ZW",
}  # fmt: skip


def iso_country(fips: str) -> str:
    """The ISO 3166-1 alpha-2 code of a FIPS 10-4 code; empty for what is none."""
    code = fips.strip().upper()
    if len(code) != 2 or not code.isalpha():
        return ""
    return _FIPS_TO_ISO.get(code, code)
