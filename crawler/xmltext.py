"""Untrusted XML made harmless and, where publishers were careless, well-formed, before a parser sees it."""

from __future__ import annotations

import html
import html.entities
import re
import zlib
from dataclasses import dataclass

from crawler.encodings import decode_xml

# XML's own five stay as they are; feeds hold tens of thousands of them, so the pattern passes over them by itself.
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:lt|gt|amp|quot|apos);)(?:#(\d+);|#[xX]([0-9a-fA-F]+);|([A-Za-z_][\w.\-]*);)?",
    re.DOTALL,
)
# XML 1.0, section 2.2: what is not a Char.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]{0,400}\?>")
_ENTITY = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.\-]*)\s+(?:\"([^\"]*)\"|'([^']*)')\s*>")
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)")
_MAX_ENTITIES = 300
_MAX_ENTITY_LENGTH = 200
_MAX_GROWTH = 1_000_000  # characters that declared entities may add to a document
_MAX_INFLATED = 32 * 1024 * 1024  # bytes; parsing takes up to twenty times as much memory


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlText:
    """A document without DOCTYPE, without entities but XML's five, in UTF-8 with a matching declaration."""

    data: bytes
    root: str  # local name of the first element, lower case; empty where there is none
    is_html: bool
    note: str | None = None  # what was wrong with its encoding


def prepare_xml(body: bytes, *, content_type: str | None = None) -> XmlText:
    """Decodes a document and takes out what could hurt: DOCTYPE, entities, characters that XML forbids.

    Declared entities that hold plain text, and HTML's named ones, become that text; line numbers stay as they were.
    """
    decoded = decode_xml(body, content_type=content_type)
    text = _ILLEGAL.sub("", decoded.text)
    start = text.find("<")
    if start < 0:
        return XmlText(data=b"", root="", is_html=False, note=decoded.note)
    text = text[start:]
    declaration = _DECLARATION.match(text)
    if declaration:
        text = "\n" * declaration.group().count("\n") + text[declaration.end() :]
    text, doctype, entities = _take_doctype(text)
    text = _resolve_references(text, entities)
    root_match = _ROOT.search(skip_prolog(text))
    root = root_match.group(1).lower() if root_match else ""
    is_html = root == "html" or doctype.lower().startswith("html") or (root in {"head", "body", "div", "p", "script"})
    data = b'<?xml version="1.0" encoding="utf-8"?>' + text.encode("utf-8", "replace")
    return XmlText(data=data, root=root, is_html=is_html, note=decoded.note)


def inflate(body: bytes) -> tuple[bytes, str | None]:
    """Undoes gzip where a body is a .gz file; what could be read comes back, with the reason where that is not all."""
    if not body.startswith(b"\x1f\x8b"):
        return body, None
    machine = zlib.decompressobj(wbits=31)
    try:
        data = machine.decompress(body, _MAX_INFLATED)
    except zlib.error as error:
        return b"", f"broken gzip: {error}"
    if machine.unconsumed_tail:
        return data, f"larger than {_MAX_INFLATED // 1024 // 1024} MiB when unpacked, cut there"
    return data, None if machine.eof else "truncated gzip"


def skip_prolog(text: str) -> str:
    """The first 300 characters from the first element on, without the comments and instructions before it."""
    position = 0
    while True:
        position = _past_space(text, position)
        if text.startswith("<!--", position):
            end = text.find("-->", position + 4)
        elif text.startswith("<?", position):
            end = text.find("?>", position + 2)
        else:
            return text[position : position + 300]
        if end < 0:
            return ""
        position = end + (3 if text.startswith("-->", end) else 2)


def _past_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _take_doctype(text: str) -> tuple[str, str, dict[str, str]]:
    """Cuts the DOCTYPE out of the prolog; returns the rest, its first words and the harmless entities it declared."""
    position = 0
    while True:
        position = _past_space(text, position)
        if text.startswith("<!--", position):
            end = text.find("-->", position + 4)
            position = end + 3 if end >= 0 else len(text)
        elif text.startswith("<?", position):
            end = text.find("?>", position + 2)
            position = end + 2 if end >= 0 else len(text)
        elif text[position : position + 9].lower() == "<!doctype":
            break
        else:
            return text, "", {}
    end = _doctype_end(text, position)
    doctype = text[position:end]
    entities: dict[str, str] = {}
    for match in _ENTITY.finditer(doctype):
        value = match.group(2) if match.group(2) is not None else match.group(3)
        # An entity that names another, or holds markup, is dropped: that is how a document explodes.
        plain = html.unescape(value) if re.fullmatch(r"(?:[^&%<]|&#\w{1,8};)*", value) else None
        if plain is not None and len(plain) <= _MAX_ENTITY_LENGTH and len(entities) < _MAX_ENTITIES:
            entities[match.group(1)] = plain
    blank = "\n" * doctype.count("\n")
    rest = text[:position] + blank + text[end:]
    # A second DOCTYPE is never well-formed; a parser that forgives must not meet one.
    return rest, doctype[9:].strip(), entities


def _doctype_end(text: str, start: int) -> int:
    position, inside = start, False
    token = re.compile(r"<!--|<\?|[\"'\[\]>]")
    while match := token.search(text, position):
        mark, position = match.group(), match.end()
        closing = {"<!--": "-->", "<?": "?>", '"': '"', "'": "'"}.get(mark)
        if closing is not None:
            end = text.find(closing, position)
            if end < 0:
                return len(text)
            position = end + len(closing)
        elif mark == "[":
            inside = True
        elif mark == "]":
            inside = False
        elif not inside:
            return position
    return len(text)


def _resolve_references(text: str, entities: dict[str, str]) -> str:
    budget = _MAX_GROWTH

    def replace(match: re.Match[str]) -> str:
        nonlocal budget
        found = match.group()
        if found.startswith("<"):
            return found
        decimal, hexadecimal, name = match.groups()
        if decimal or hexadecimal:
            return _character(int(decimal) if decimal else int(hexadecimal, 16)) if len(found) < 12 else ""
        if name is None:
            return "&amp;"
        value = entities.get(name)
        if value is not None:
            budget -= len(value)
            return html.escape(_ILLEGAL.sub("", value)) if budget > 0 else ""
        known = html.entities.html5.get(name + ";")
        return html.escape(known) if known else f"&amp;{name};"

    return _REFERENCE.sub(replace, text)


def _character(number: int) -> str:
    if 0x80 <= number <= 0x9F:  # HTML reads these as windows-1252, and that is what publishers mean
        return bytes([number]).decode("cp1252", "ignore")
    if number > 0x10FFFF or _ILLEGAL.match(chr(number)):
        return ""
    return f"&#{number};"
