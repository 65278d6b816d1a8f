"""Country names as a briefing prints them, and the other words by which an article may name a country."""

from __future__ import annotations

from functools import cache

import pycountry

# Where the short name in common use is not ISO 3166-1's.
_SHORT = {
    "BN": "Brunei", "BO": "Bolivia", "CD": "DR Congo", "CG": "Congo", "CZ": "Czechia", "FK": "Falkland Islands",
    "FM": "Micronesia", "GB": "United Kingdom", "IR": "Iran", "KP": "North Korea", "KR": "South Korea", "LA": "Laos",
    "MD": "Moldova", "NL": "Netherlands", "PS": "Palestine", "RU": "Russia", "SY": "Syria", "TR": "Turkey",
    "TW": "Taiwan", "TZ": "Tanzania", "US": "United States", "VA": "Vatican", "VE": "Venezuela", "VN": "Vietnam",
    "AE": "United Arab Emirates", "CI": "Ivory Coast", "CV": "Cape Verde", "SZ": "Eswatini", "MK": "North Macedonia",
}  # fmt: skip

# Other names and people, by the printed name; regular forms (Iran, Iranian) are read from the name itself.
_FORMS = {
    "Afghanistan": "Afghan Afghans", "Albania": "Albanian", "Algeria": "Algerian", "Angola": "Angolan",
    "Argentina": "Argentine Argentinian", "Armenia": "Armenian", "Australia": "Australian", "Austria": "Austrian",
    "Azerbaijan": "Azerbaijani Azeri", "Bahrain": "Bahraini", "Bangladesh": "Bangladeshi", "Belarus": "Belarusian",
    "Belgium": "Belgian", "Bolivia": "Bolivian", "Brazil": "Brazilian", "Bulgaria": "Bulgarian", "Canada": "Canadian",
    "Chile": "Chilean", "China": "Chinese", "Colombia": "Colombian", "Congo": "Congolese", "Croatia": "Croatian",
    "Cuba": "Cuban", "Cyprus": "Cypriot", "Czechia": "Czech", "DR Congo": "Congo Congolese DRC", "Denmark": "Danish",
    "Ecuador": "Ecuadorian Ecuadorean", "Egypt": "Egyptian", "Estonia": "Estonian", "Finland": "Finnish",
    "France": "French", "Georgia": "Georgian", "Germany": "German", "Ghana": "Ghanaian", "Greece": "Greek",
    "Hungary": "Hungarian", "India": "Indian", "Indonesia": "Indonesian", "Iran": "Iranian", "Iraq": "Iraqi",
    "Ireland": "Irish", "Israel": "Israeli", "Italy": "Italian", "Ivory Coast": "Ivorian", "Japan": "Japanese",
    "Jordan": "Jordanian", "Kazakhstan": "Kazakh Kazakhstani", "Kenya": "Kenyan", "Kuwait": "Kuwaiti",
    "Kyrgyzstan": "Kyrgyz", "Latvia": "Latvian", "Lebanon": "Lebanese", "Libya": "Libyan", "Lithuania": "Lithuanian",
    "Malaysia": "Malaysian", "Mexico": "Mexican", "Moldova": "Moldovan", "Morocco": "Moroccan",
    "Mozambique": "Mozambican", "Myanmar": "Burma Burmese", "Netherlands": "Dutch Holland",
    "New Zealand": "NZ", "Niger": "Nigerien", "Nigeria": "Nigerian", "North Korea": "DPRK Pyongyang",
    "Norway": "Norwegian", "Oman": "Omani", "Pakistan": "Pakistani", "Palestine": "Palestinian Gaza",
    "Peru": "Peruvian",
    "Philippines": "Philippine Filipino", "Poland": "Polish", "Portugal": "Portuguese", "Qatar": "Qatari",
    "Romania": "Romanian", "Russia": "Russian Moscow", "Saudi Arabia": "Saudi KSA", "Serbia": "Serbian",
    "Singapore": "Singaporean", "Slovakia": "Slovak", "Slovenia": "Slovene Slovenian", "Somalia": "Somali",
    "South Africa": "SA", "South Korea": "Korea Korean Seoul", "South Sudan": "Sudanese", "Spain": "Spanish",
    "Sudan": "Sudanese", "Sweden": "Swedish", "Switzerland": "Swiss", "Syria": "Syrian", "Taiwan": "Taiwanese",
    "Tajikistan": "Tajik", "Tanzania": "Tanzanian", "Thailand": "Thai", "Trinidad and Tobago": "Trinidad Trinidadian",
    "Tunisia": "Tunisian", "Turkey": "Türkiye Turkiye Turkish", "Turkmenistan": "Turkmen", "Uganda": "Ugandan",
    "Ukraine": "Ukrainian Kyiv", "United Arab Emirates": "UAE Emirati Emirates",
    "United Kingdom": "UK Britain British England English Scotland Scottish Wales Welsh",
    "United States": "US USA America American Washington", "Uzbekistan": "Uzbek", "Venezuela": "Venezuelan",
    "Vietnam": "Vietnamese", "Yemen": "Yemeni", "Zambia": "Zambian", "Zimbabwe": "Zimbabwean",
}  # fmt: skip


@cache
def country_name(code: str) -> str:
    """The printed name of an ISO 3166-1 alpha-2 code; the code itself where it is none."""
    if code in _SHORT:
        return _SHORT[code]
    country = pycountry.countries.get(alpha_2=code)
    return str(getattr(country, "common_name", None) or getattr(country, "name", code))


@cache
def is_country(name: str) -> bool:
    """Whether a printed name is a country's."""
    return name in _FORMS


@cache
def language_name(code: str) -> str:
    """The English name of an ISO 639-1 code; the code itself where it is none."""
    language = pycountry.languages.get(alpha_2=code)
    return str(getattr(language, "name", code)).partition(" (")[0]


@cache
def country_forms(name: str) -> tuple[str, ...]:
    """The printed name first, then the other words for the country and its people."""
    return (name, *_FORMS.get(name, "").split())
