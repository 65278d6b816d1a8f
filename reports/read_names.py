"""Decides whether words name the same thing as a printed name."""

from __future__ import annotations

import re
import unicodedata

from reports.countries import country_forms, is_country

# Words that say what kind of thing is named; the rest of a name must stand in the quoted words.
_GENERIC = frozenset(
    """the a an of and in at on for de del la le el da do al oil gas crude pipeline pipelines refinery terminal lng
    plant power station nuclear field fields offshore onshore platform port harbour harbor export import depot fuel
    storage substation line cable interconnector system company corporation corp inc ltd plc llc co group energy
    petroleum petrochemical complex thermal hydroelectric hydropower dam facility facilities site unit processing
    transmission grid network project hub compressor pump pumping region province oblast krai state city county
    district governorate town village strait island npp liquefied natural product products tanker vessel
    ship combined cycle wind solar farm main trunk""".split()
)
_TOKEN = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")


def tokens_of(text: str) -> list[str]:
    """The words of a text, without case, accents and possessive endings."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    plain = plain.replace("u.s.", "us").replace("u.k.", "uk")
    return [re.sub(r"[’']s?$", "", token) for token in _TOKEN.findall(plain)]


def says_name(text: str, name: str) -> bool:
    """Whether the text holds every telling word of the name, an inflection of it, or the name's initials."""
    wanted = tokens_of(name)
    if not wanted:
        return False
    said = set(tokens_of(text))
    telling = [token for token in wanted if token not in _GENERIC] or wanted
    short = {token.casefold() for token in re.findall(r"\b[A-Z]{3,}\b", name)}
    if all(
        token in said or any(_inflected(token, word) for word in said) or (token in short and _spelled_out(token, text))
        for token in telling
    ):
        return True
    if is_country(name):
        return says_country(text, name)
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", name) if word[0].isupper())
    return any(
        initials.startswith(word) or initials.endswith(word)
        for word in re.findall(r"\b[A-Z]{3,}\b", text)
        if len(word) >= max(3, len(initials) - 1)
    )


def _spelled_out(initials: str, text: str) -> bool:
    """CPC - Caspian Pipeline Consortium: neighbouring capitalised words that begin with these letters."""
    runs = re.findall(r"\b[A-Z][^\W\d_]+(?:[ -][A-Z][^\W\d_]+)+", text)
    return any(initials in "".join(word[0] for word in re.split(r"[ -]", run)).casefold() for run in runs)


def is_telling(name: str) -> bool:
    """Whether a name holds a word that says more than the kind of thing: "Gulf Line", not "the pipeline"."""
    return any(token not in _GENERIC for token in tokens_of(name))


def says_country(text: str, name: str) -> bool:
    """Whether the text names the country, one of its usual other names or its people."""
    lowered = f" {' '.join(tokens_of(text))} "
    # "US" is a country and "us" is not.
    upper = set(re.findall(r"\b(?:U\.S\.A?\.?|U\.K\.|[A-Z]{2,3})\b", text))
    for form in country_forms(name):
        if form.isupper() and len(form) <= 3:
            if form in {word.replace(".", "") for word in upper}:
                return True
        elif f" {' '.join(tokens_of(form))} " in lowered:
            return True
    return False


def _inflected(token: str, word: str) -> bool:
    """Iran - Iranian, Ryazan - Ryazans, Novorossiysk - Novorossiysk's: a short ending on a word of some length."""
    if len(token) >= 5 and token.endswith("s") and word == token[:-1]:
        return True  # Houthis - Houthi
    return len(token) >= 4 and word.startswith(token) and len(word) - len(token) <= 3 and not word[-1].isdigit()
