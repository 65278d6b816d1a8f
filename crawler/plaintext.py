"""Markup and raw strings become plain text: no tags, no entities, no control or bidi characters."""

from __future__ import annotations

import html
import re
from copy import deepcopy

from lxml import etree
from lxml.html import HTMLParser

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl", "dt", "fieldset"),
        *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
        *("nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr"),
        "ul",
    }
)
_HIDDEN = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head"})
# Tags that feeds put into titles and summaries. "<" before any other word is taken as text ("output <target").
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|embed|figcaption|figure|font|h[1-6]|hr|i|iframe|"
    r"img|ins|li|mark|noscript|ol|p|pre|q|s|script|section|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|"
    r"tr|tt|u|ul|video|article|header|footer|main|body|html|picture|source|time|wbr)\b[^<>]*>|<!--|<!\[CDATA\[",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
# C0 and C1 controls, soft hyphen, zero-width space and no-break, bidi marks, embeddings and isolates, interlinear
# annotation, surrogates, non-characters. Zero-width (non-)joiners stay: Persian, Hindi and emoji need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Only what has to change is matched: most of a text is single spaces, and a match costs more than passing over it.
_SPACES = re.compile(r"[^\S\n ][^\S\n]*| [^\S\n]+")
_BLANK_LINES = re.compile(r" \n\s*|\n\s+")
_BREAKS = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]+")
_MARK = "\U000f5a17"  # of a private plane: where a block begins or ends
_MAX_MARKUP = 2_000_000  # characters of one element's markup that are read; the rest is cut


def clean_text(text: str) -> str:
    """Drops control and bidi characters and normalises white space; newlines stay, single."""
    text = _LINE_BREAKS.sub("\n", text)
    text = _UNWANTED.sub("", text)
    return _BLANK_LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def clean_line(text: str) -> str:
    """Cleans a text that belongs on one line, such as a title."""
    return clean_text(text).replace("\n", " ")


def looks_like_markup(text: str) -> bool:
    """Tells whether a string holds a well-known HTML tag."""
    return "<" in text and _TAG.search(text) is not None


def html_to_text(markup: str) -> str:
    """Turns an HTML fragment into plain text, block elements on lines of their own.

    Escaping that was applied twice ("&amp;lt;p&amp;gt;", "&amp;#8217;") is undone, once.
    """
    text = _strip_markup(markup)
    if looks_like_markup(text):
        text = _strip_markup(text)
    elif "&" in text and _ENTITY.search(text):
        text = unescape(text)
    return clean_text(text)


def plain_to_text(text: str) -> str:
    """Cleans a text that its format calls plain, where publishers nevertheless put markup and entities."""
    if looks_like_markup(text):
        return html_to_text(text)
    if "&" in text and _ENTITY.search(text):
        text = unescape(text)
        if looks_like_markup(text):
            return html_to_text(text)
    return clean_text(text)


def unescape(text: str) -> str:
    """Replaces complete character references only: "AT&T" and "?a=1&copy=2" stay as they are."""
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text)


def _strip_markup(markup: str) -> str:
    markup = _UNWANTED.sub("", markup[:_MAX_MARKUP]).replace("<![CDATA[", "").replace("]]>", "")
    if "<" not in markup:
        return unescape(markup) if "&" in markup else markup
    # libxml2 reads "<9" and "< " as text, as HTML5 does; an unknown word after "<" would be swallowed as a tag.
    markup = re.sub(r"<(?=[A-Za-z]+\b)(?![^<]*>)", "&lt;", markup)
    try:
        parser = HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True)
        tree = etree.fromstring(b"<div>" + markup.encode("utf-8") + b"</div>", parser)
    except (etree.XMLSyntaxError, ValueError):
        tree = None
    if tree is None:
        return unescape(_TAG.sub(" ", markup))
    return _flatten(tree)


def tree_to_text(tree: etree._Element, *, limit: int | None = None) -> str:
    """The visible text of a parsed page, menus and all; of a long one the first `limit` characters."""
    return clean_text(_flatten(deepcopy(tree))[:limit])


def _flatten(tree: etree._Element) -> str:
    """The visible text in document order; the tree is used up. All loops over elements but the one over blocks are C's.

    White space in the source, line breaks included, is one space in HTML: they are told from the blocks' line breaks by
    a mark.
    """
    etree.strip_elements(tree, *_HIDDEN, with_tail=False)
    for element in tree.iter(*_BLOCKS):
        text, tail = element.text or "", element.tail or ""
        if element.tag == "pre":
            text = text.replace("\n", _MARK)
        # A character reference may give what lxml reads and does not take back: "&#7;".
        element.text = _MARK + _UNWANTED.sub("", text)
        if element.tag != "br" and element is not tree:
            element.tail = _MARK + _UNWANTED.sub("", tail)
    text = etree.tostring(tree, method="text", encoding="unicode", with_tail=False) if tree.tag not in _HIDDEN else ""
    return _BREAKS.sub(" ", text).replace(_MARK, "\n")
