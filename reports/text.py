"""Makes hostile text harmless: control and bidirectional characters, markup, links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote, urlsplit, urlunsplit

from markupsafe import Markup

# Characters that reorder or hide text: bidirectional controls, zero-width and tag characters, variation selectors.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"\s+")
_BREAKS = re.compile("\r\n|[\t-\r\x1c-\x1f\x85\u2028\u2029]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~&${}^#]")
_MARKDOWN_START = re.compile(r"^([+=-]|\d{1,9}(?=[.)](?:\s|$)))")
_URL_SAFE = "/:?&=;,%+~@!$-._"


def clean_text(text: str) -> str:
    """Returns the text on one line, without control, hidden, reordering, private-use or unpaired characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = visible(text)
    # A pile of combining marks paints over the lines around it: at most three on one letter.
    marks = 0
    out = []
    for character in kept:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= 3:
            out.append(character)
    return _SPACES.sub(" ", "".join(out)).strip()


def visible(text: str) -> str:
    """The text without control, hidden, reordering or unpaired characters; a line break becomes a space."""
    if text.isascii() and text.isprintable():
        return text
    kept = _HIDDEN.sub("", _BREAKS.sub(" ", text))
    return "".join(c for c in kept if unicodedata.category(c) not in _UNSEEN)


def escape_json(text: str) -> str:
    """JSON in which what a terminal would act on, hide or reorder is escaped (RFC 8259, 7); it reads back the same."""
    return re.sub(r"[^\n -~]", _escape_unseen, text)


def _escape_unseen(found: re.Match[str]) -> str:
    character = found.group()
    if unicodedata.category(character) not in _UNSEEN | {"Zl", "Zp"} and not _HIDDEN.match(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def shorten(text: str, limit: int) -> str:
    """Cuts the text at a word's end to at most `limit` characters, the ellipsis included."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:.–—-") + "…"


def safe_url(url: str) -> str | None:
    """Returns the address if it is plain http or https, percent-encoded for any context; None otherwise.

    An address with a user name is refused: `https://bank.example@evil.example/` is made to be misread.
    """
    if len(url) > 2000 or re.search(r"[\x00-\x20\x7f\\]", url) or clean_text(url) != url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None or parts.password is not None:
        return None
    if not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*", host):
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port is not None:
        netloc += f":{port}"
    # A percent sign that begins no octet is no part of an address (RFC 3986, 2.4); validators refuse the whole file.
    path, query, fragment = (
        quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", part), safe=_URL_SAFE)
        for part in (parts.path, parts.query, parts.fragment)
    )
    return urlunsplit((parts.scheme, netloc, path, query, fragment))


def escape_markdown(text: str) -> Markup:
    """Escapes text for the inside of a Markdown paragraph, list item or table cell, on CommonMark and on GitHub.

    GitHub also links bare addresses and names after an at sign, and reads dollars as mathematics.
    """
    cleaned = clean_text(text)
    escaped = _MARKDOWN.sub(lambda found: "\\" + found.group(), cleaned)
    escaped = _MARKDOWN_START.sub(
        lambda found: f"\\{found.group()}" if not found.group()[0].isdigit() else f"{found.group()}\\", escaped
    )
    escaped = re.sub(r":(?=//)", r"\\:", escaped)
    escaped = re.sub(r"(?i)\b(www|ftp)\.", r"\1\\.", escaped)
    escaped = re.sub(r"(?i)\b(mailto|xmpp|javascript|data|vbscript):", r"\1\\:", escaped)
    return Markup(escaped.replace("@", "@\u2060"))  # noqa: S704


def slug(text: str) -> str:
    """The text as part of an id or a file's name: letters, digits, hyphens and underscores."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", text)


def mark_spans(text: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """Splits the text into (piece, is marked) along sorted, disjoint spans, each piece cleaned."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in spans:
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    pieces.append((text[at:], False))
    return tuple((_clean_piece(piece), marked) for piece, marked in pieces if piece)


def _clean_piece(piece: str) -> str:
    inner = clean_text(piece)
    left = " " if piece[:1].isspace() else ""
    right = " " if piece[-1:].isspace() and inner else ""
    return left + inner + right
