"""What every exported value goes through: text cleaned and bounded, numbers finite, addresses plain, JSON strict."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from reports.text import clean_text, safe_url, shorten

NAME = 300  # characters of a name, a place, a single value
TITLE = 500
SENTENCE = 4000
DESCRIPTION = 6000
LIST = 200  # members of a list
_SCHEME = re.compile(r"(?i)\b(javascript|data|vbscript|file|mailto|xmpp):")
_ADDRESS = re.compile(r"(?i)\b(?:https?|ftp|wss?):/{2,}")
_DEFANGED = {"http": "hxxp", "https": "hxxps", "ftp": "fxp", "ws": "wxs", "wss": "wxss"}


def plain(text: str | None, limit: int = NAME) -> str | None:
    """The text on one line without hidden characters, at most `limit` characters; None where nothing is left."""
    if not text:
        return None
    return _short(text, limit) if len(text) <= NAME else _plain(text, limit)


def _plain(text: str, limit: int) -> str | None:
    # Only so much is looked at: a title of a megabyte is no title.
    return shorten(clean_text(text[: 4 * limit]), limit) or None


_short = lru_cache(maxsize=8192)(_plain)  # names and addresses come again with every fact


def inert(text: str | None, limit: int = NAME) -> str | None:
    """Text for programs that show it as HTML or Markdown: nothing in it is a tag, a link or a picture.

    Angle brackets become their typographic likenesses and addresses are written hxxps://, as analysts do.
    """
    cleaned = plain(text, limit)
    if cleaned is None:
        return None
    cleaned = cleaned.replace("<", "‹").replace(">", "›").replace("`", "'").replace("![", "! [")
    cleaned = re.sub(r"\](?=[(\[:])", "] ", cleaned)
    cleaned = re.sub(r"\{(?=[{%#])", "{ ", cleaned)
    cleaned = _ADDRESS.sub(lambda found: _defang(found[0]), cleaned)
    cleaned = _SCHEME.sub(r"\1[:]", cleaned)
    return re.sub(r"(?i)\bwww\.", "www[.]", cleaned)


def _defang(address: str) -> str:
    return _DEFANGED[address.partition(":")[0].lower()] + "[:]//"


@lru_cache(maxsize=8192)
def link(url: str | None) -> str | None:
    """The address where it is plain http or https; None otherwise."""
    return safe_url(url) if url else None


def number(value: float | None) -> float | None:
    """The number where it is finite: neither NaN nor an infinity is a value."""
    return float(value) if value is not None and math.isfinite(value) else None


def position(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """The position in degrees (north, east), six decimals, where both are on the globe."""
    north, east = number(latitude), number(longitude)
    if north is None or east is None or abs(north) > 90 or abs(east) > 180:
        return None
    return round(north, 6), round(east, 6)


def instant(value: datetime | None) -> str | None:
    """RFC 3339 in UTC with a Z; fractions of a second only where there are any."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value is not None else None


def to_json(value: Any) -> bytes:
    """Strict JSON on one line in UTF-8; raises ValueError for NaN. Harmless inside an HTML script, too."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()
