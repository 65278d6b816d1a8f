"""Bytes become text: byte order marks, HTTP charsets, declarations in the document, and wrong declarations.

The order is that of browsers (WHATWG HTML, "determining the character encoding") and of RFC 7303 for XML: a byte order
mark, then the transport's charset, then the document's own word. A declaration that the bytes contradict is set aside.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes
from w3lib.encoding import http_content_type_encoding, resolve_encoding

from crawler.language import score_language

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first characters of a document in encodings whose bytes are not ASCII's.
_SIGNATURES = (
    (re.compile(rb"\x00\x00\x00<\x00\x00\x00[?!a-zA-Z]"), "utf-32-be"),
    (re.compile(rb"<\x00\x00\x00[?!a-zA-Z]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"(?:\x00[\t\n\r ]){0,99}\x00<\x00[?!a-zA-Z]"), "utf-16-be"),
    (re.compile(rb"(?:[\t\n\r ]\x00){0,99}<\x00[?!a-zA-Z]\x00"), "utf-16-le"),
    (re.compile(rb"\x4c\x6f\xa7\x94"), "cp037"),
)
_XML_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*['\"]\s*([A-Za-z0-9._:\-]{1,40})")
_META = re.compile(rb"<meta\b[^>]{0,400}?\bcharset\s*=\s*['\"]?\s*([A-Za-z0-9._:\-]{1,40})", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]+")
_PRESCAN = 4096  # bytes; browsers read 1,024, but publishers put scripts before the declaration
# What declared names mean in practice; the WHATWG table beyond what w3lib and Python know.
_MEANT = {
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "tis_620": "cp874",
    "euc_kr": "cp949",
    "ks_c-5601": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "big5": "big5hkscs",
    "ascii": "cp1252",
    "latin_1": "cp1252",
    "iso8859-1": "cp1252",
    "iso2022_jp": "iso2022_jp_ext",  # with the half-width letters that browsers read, too
    "utf-7": "cp1252",  # no browser decodes UTF-7; it has carried attacks
    "utf_7": "cp1252",
}
_ALIASES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-x-big5": "big5hkscs",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-roman": "mac_roman",
    "koi": "koi8_r",
    "koi8": "koi8_r",
    "koi8-ru": "koi8_u",
    "windows-949": "cp949",
    "dos-874": "cp874",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode20utf8": "utf-8",
    "iso-8859-8-i": "iso8859-8",
    "logical": "iso8859-8",
    "visual": "iso8859-8",
    "ucs-2": "utf-16-le",
    "iso-10646-ucs-2": "utf-16-le",
    "ucs-4": "utf-32-le",
    "iso-10646-ucs-4": "utf-32-le",
}
_GUESSES = [
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
    "koi8_r", "koi8_u", "cp932", "euc_jp", "gb18030", "big5", "cp949",
]  # fmt: skip
_SAME = 0.05  # that two scores of language may differ by, and mean nothing
_DOUBTFUL = 0.5  # a score below which words are of no language
_ENOUGH = 60  # bytes of text
_LATIN = ("cp1252", "cp1250", "cp1254", "cp1257", "cp1258")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A document's text and how it was read."""

    text: str
    encoding: str
    note: str | None = None  # one line where the declared encoding was not the real one


def decode_xml(body: bytes, *, content_type: str | None = None) -> Decoded:
    """Decodes an XML document; never fails, undecodable bytes become U+FFFD or are read as windows-1252."""
    return _decode(body, content_type, _XML_DECLARATION)


def decode_html(body: bytes, *, content_type: str | None = None) -> Decoded:
    """Decodes an HTML document; never fails, undecodable bytes become U+FFFD or are read as windows-1252."""
    return _decode(body, content_type, _META)


def _decode(body: bytes, content_type: str | None, declaration: re.Pattern[bytes]) -> Decoded:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return Decoded(text=body[len(mark) :].decode(encoding, "replace"), encoding=encoding)
    for signature, encoding in _SIGNATURES:
        if signature.match(body):
            return Decoded(text=body.decode(encoding, "replace"), encoding=encoding)

    declared = [name for name in (_transport_charset(content_type), _document_charset(body, declaration)) if name]
    # A body that begins with ASCII markup cannot be in a wide encoding, whatever it says (WHATWG: read as UTF-8).
    declared = ["utf-8" if name.startswith(("utf-16", "utf_16", "utf-32", "utf_32")) else name for name in declared]
    said = f"declared as {declared[0]}" if declared else "declared nowhere"
    if body.isascii() and not any(name.startswith(("iso2022", "hz")) for name in declared):
        # Letters that are written between escapes name their encoding themselves, and browsers believe them.
        japanese = _strict(body, "iso2022_jp_ext") if _is_escaped(body) else None
        if japanese is not None:
            return Decoded(text=japanese, encoding="iso2022_jp_ext", note=f"{said}, read as iso2022_jp_ext")
        return Decoded(text=body.decode("ascii"), encoding="utf-8")

    is_utf8 = _strict(body, "utf-8")
    if is_utf8 is not None and (not declared or declared[0] == "utf-8" or not _is_multibyte(declared[0])):
        # Bytes that form valid UTF-8 sequences are UTF-8: a single-byte text does so by chance only.
        note = f"{said}, read as utf-8" if declared and declared[0] != "utf-8" else None
        return Decoded(text=is_utf8, encoding="utf-8", note=note)
    if declared and declared[0] == "cp1252" and (meant := _instead_of_latin(body, declared)):
        note = f"{said}, read as {meant}"
        return Decoded(text=body.decode(meant, "replace"), encoding=meant, note=note)
    for name in declared:
        text = _strict(body, name) if name != "utf-8" else None
        if text is not None:
            note = None if name == declared[0] else f"{said}, read as {name}"
            return Decoded(text=text, encoding=name, note=note)
    if _mostly_utf8(body):
        return Decoded(
            text=body.decode("utf-8", "linewalker-windows-1252"),
            encoding="utf-8",
            note="bytes that are not UTF-8 were read as windows-1252",
        )
    for name in declared:
        if name != "utf-8":
            text = body.decode(name, "replace")
            if text.count("\ufffd") * 50 < len(text):
                return Decoded(text=text, encoding=name, note=f"bytes that are not {name} were replaced")
    name = _guess(_sample(body))
    return Decoded(text=body.decode(name, "replace"), encoding=name, note=f"{said}, read as {name}")


def _transport_charset(content_type: str | None) -> str | None:
    if not content_type:
        return None
    match = re.search(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:\-]+)", content_type, re.IGNORECASE)
    return _codec(match.group(1)) if match else http_content_type_encoding(content_type)


def _document_charset(body: bytes, declaration: re.Pattern[bytes]) -> str | None:
    head = _COMMENT.sub(b"", body[:_PRESCAN])
    match = declaration.search(head) or _XML_DECLARATION.search(head)
    return _codec(match.group(1).decode("ascii")) if match else None


def _codec(label: str) -> str | None:
    """The Python codec that a declared label means, or None for an unknown label."""
    label = label.strip().lower()
    name = _ALIASES.get(label) or resolve_encoding(label)
    if name is None:
        return None
    name = _MEANT.get(name.lower(), _MEANT.get(label, name.lower()))
    try:
        info = codecs.lookup(name)
        if not getattr(info, "_is_text_encoding", True):
            return None  # rot13, zlib and the like are Python codecs, but no text encodings
        info.decode(b"a")
    except (LookupError, UnicodeError, TypeError, ValueError):
        return None
    return info.name


def _is_escaped(body: bytes) -> bool:
    """Whether escapes of ISO-2022-JP open two-byte letters, and close them in the end."""
    opened = max(body.rfind(b"\x1b$B"), body.rfind(b"\x1b$@"))
    return 0 <= opened < max(body.rfind(b"\x1b(B"), body.rfind(b"\x1b(J"))


def _is_multibyte(name: str) -> bool:
    return (
        name.replace("-", "")
        .replace("_", "")
        .startswith(("gb", "big5", "cp932", "cp949", "cp950", "euc", "shift", "iso2022", "hz", "johab"))
    )


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        # Python leaves five bytes of windows-1252 undefined, where browsers give control characters.
        if name == "cp1252" and len(_HIGH.findall(body)) > 0:
            return body.decode(name, "replace") if not _mostly_utf8(body) else None
        return None


def _mostly_utf8(body: bytes) -> bool:
    """Tells whether far more bytes above 127 form UTF-8 sequences than not (a truncated or patched UTF-8 text)."""
    high = sum(len(run) for run in _HIGH.findall(body))
    good = sum(len(run) for run in _MULTIBYTE.findall(body))
    return good > 3 * (high - good)


def _foreign_bytes(error: UnicodeError) -> tuple[str, int]:
    """A codec error handler: bytes that are no UTF-8 are windows-1252; a sequence cut off by the end is U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    cut = error.end >= len(error.object) and error.reason == "unexpected end of data"
    return "\ufffd" if cut else wrong.decode("cp1252", "replace"), error.end


codecs.register_error("linewalker-windows-1252", _foreign_bytes)


def _instead_of_latin(body: bytes, declared: list[str]) -> str | None:
    """What a body is that is said to be Latin-1 or ASCII, by servers that say so of everything; None where it is.

    Any bytes can be read as Latin-1, so that no body contradicts it: the words have to.
    """
    sample = _sample(body)
    # In no Latin alphabet are so many letters accented.
    is_latin = 4 * len(b"".join(_HIGH.findall(sample))) <= len(sample)
    said = score_language(sample.decode("cp1252", "replace"))[1] if is_latin else 0.0
    if other := next((name for name in declared if name not in {"cp1252", "utf-8"}), None):
        found = score_language(sample.decode(other, "replace"))[1]
        return other if _strict(body, other) is not None and found > said else None
    if said > _DOUBTFUL or len(sample) < _ENOUGH:
        return None
    guess = _guess(sample)
    found = score_language(sample.decode(guess, "replace"))[1]
    return guess if guess not in _LATIN and found > max(said + _SAME, _DOUBTFUL) else None


def _sample(body: bytes) -> bytes:
    """The text around bytes above 127, which alone tells encodings apart."""
    runs = re.findall(rb"[^<>]{0,20}[\x80-\xff][^<>]{0,200}", body[:400_000])
    return b"\n".join(runs)[:20_000]


def _guess(sample: bytes) -> str:
    """The likeliest encoding of a sample of undeclared bytes, windows-1252 where nothing is likely."""
    best = from_bytes(sample, cp_isolation=_GUESSES).best() if sample else None
    if best is None:
        return "cp1252"
    if best.encoding not in _LATIN:
        return best.encoding
    # The Latin code pages share most letters: the one in which the text reads best, the commonest first.
    scores = {name: score_language(sample.decode(name, "replace"))[1] for name in _LATIN}
    return max(_LATIN, key=lambda name: scores[name] + (0.02 if name == "cp1252" else 0))
