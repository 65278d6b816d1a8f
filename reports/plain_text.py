"""Text from outside for plain messages: mail programs and chats find no link, mention or markup in it."""

from __future__ import annotations

import re

from reports.text import clean_text

_JOINER = "\u2060"  # keeps two signs from being read as one, and is not seen
# What a mail program or a chat makes a link, a mention or a layout of.
_ACTIVE = (
    (re.compile(r"@(?=\S)"), "@" + _JOINER),
    (re.compile(r":(?=/)"), ":" + _JOINER),
    (re.compile(r"(?i)\b(mailto|xmpp|javascript|data|vbscript|tel|file):(?=\S)"), r"\1:" + _JOINER),
    (re.compile(r"(?i)\b(www|ftp)\.(?=\w)"), r"\1." + _JOINER),
    (re.compile(r"\](?=[(\[:])"), "]" + _JOINER),
    (re.compile(r"^(?=[#>|=+*-])"), _JOINER),
)
_SIGNS = str.maketrans({"<": "‹", ">": "›", "`": "'", "\\": "⧵", "*": "∗", "~": "∼"})


def plain(text: str) -> str:
    """Text from outside on one line in which no mail program or chat finds a link, a mention or markup."""
    text = clean_text(text).translate(_SIGNS)
    for pattern, harmless in _ACTIVE:
        text = pattern.sub(harmless, text)
    return text
