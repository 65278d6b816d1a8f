"""Takes credentials out of texts that are logged, stored as a reason or shown to a reader."""

from __future__ import annotations

import re

HIDDEN = "…"

_USERINFO = re.compile(r"//[^/?#\s]*@")
# Names by which services take keys in a query; "key" and "code" alone only where the whole name is that.
_PARAMETER = re.compile(
    r"(?P<name>(?<![A-Za-z0-9_.-])[A-Za-z0-9_.%-]{0,40}?"
    r"(?:api[_.-]?key|apikey|access[_.-]?key|private[_.-]?key|subscription[_.-]?key|token|secret|signature|password|passwd"
    r"|passphrase|credential|authorization|session[_.-]?id|hmac)s?"
    r"|(?<=[?&;])(?:key|keys|auth|sig|sign|pwd|pass|pw|user|username|login|sid|code|jwt|hash_key|apitoken))"
    r"=(?P<value>[^&;#\s\"'<>]+)",
    re.IGNORECASE,
)


def without_userinfo(text: str) -> str:
    """A text with the user names and passwords taken out of its URLs."""
    return _USERINFO.sub("//", text)


def redact(text: str) -> str:
    """A text in which no URL carries a user name, a password, or a key, token or signature in its query."""
    if "//" not in text and "=" not in text:
        return text
    return _PARAMETER.sub(lambda match: f"{match['name']}={HIDDEN}", without_userinfo(text))
