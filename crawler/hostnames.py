"""Which hosts and ports a URL may name, before anything is looked up.

Browsers, httpx and resolvers read odd authorities differently, and the gap between two readings is how an address check
is passed by: what can be read in two ways is refused.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import idna

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")

# Names that only a network's own resolver answers (RFC 6761, 6762, 8375, 7686; ICANN's reserved .internal, and what
# routers and companies use without asking).
_LOCAL_SUFFIXES = frozenset(
    "localhost local localdomain internal intranet private corp home lan arpa onion alt invalid".split()
)
# Ports of other protocols, which the Fetch standard (section 2.9, "bad port") bars: a GET can be a command to them.
_OTHER_PROTOCOLS = frozenset(
    (
        "1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 "
        "123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 "
        "989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6379 6566 6665 6666 6667 6668 6669 6679 "
        "6697 10080 11211"
    ).split()
)


class UrlError(ValueError):
    """A URL that Linewalker will not open; the message says why."""


def split_authority(authority: str) -> tuple[str, int | None]:
    """Host (an IPv6 address with its brackets) and port, None where none is given; UrlError where it is no port."""
    if authority.startswith("["):
        host, bracket, rest = authority.partition("]")
        host += bracket
    else:
        host, colon, rest = authority.partition(":")
        rest = colon + rest
    if rest in {"", ":"}:
        return host, None
    if not re.fullmatch(r":[0-9]{1,5}", rest) or not 0 < int(rest[1:]) < 65536:
        raise UrlError(f"the port {rest.lstrip(':')!r} is not a port")
    if str(int(rest[1:])) in _OTHER_PROTOCOLS:
        raise UrlError(f"the port {rest[1:]} is that of another protocol")
    return host, int(rest[1:])


@lru_cache(maxsize=4096)
def checked_host(host: str) -> str:
    """The host in lower-case ASCII, an IPv6 address without brackets; UrlError where it can be read in two ways."""
    if not host:
        raise UrlError("the URL has no host")
    if host.startswith("["):
        try:
            return IPv6Address(host[1:-1] if host.endswith("]") and "%" not in host else "").compressed
        except AddressValueError:
            raise UrlError(f"the host {host} is not an IPv6 address") from None
    name = host
    if not host.isascii():
        name = _ascii_host(host)
    name = name.lower().removesuffix(".")
    last = name.rpartition(".")[2]
    if _NUMBER.match(last):
        # WHATWG URL, "ends in a number": some readers take such a host for an IPv4 address in another notation.
        try:
            if str(IPv4Address(name)) == host:
                return name
        except AddressValueError:
            pass
        raise UrlError(f"the host {host} is an address in a disguised form")
    if len(name) > 253:
        raise UrlError("the host is longer than 253 characters")
    if not all(_LABEL.match(label) for label in name.split(".")):
        raise UrlError(f"the host {host} is not a host name")
    return name


def local_name(host: str) -> str | None:
    """Why a checked host can only be one of the operator's own network, or None.

    A name without a dot is completed from the resolver's search list, by which `metadata` is a cloud's.
    """
    if ":" in host or _NUMBER.match(host.rpartition(".")[2]):
        return None
    last = host.rpartition(".")[2]
    if last in _LOCAL_SUFFIXES:
        return f"the host {host} is a name of the local network"
    if "." not in host:
        return f"the host {host} has no domain: it would be looked for in the local network"
    return None


def _ascii_host(host: str) -> str:
    # Circled digits, full-width letters and the like are read as ASCII by some and not by others.
    composed = unicodedata.normalize("NFC", host)
    last = composed.rstrip(".\u3002").replace("\u3002", ".").rpartition(".")[2]
    if unicodedata.normalize("NFKC", composed) != composed or (
        not last.isascii() and all(_is_digit(one) for one in last)
    ):
        raise UrlError(f"the host {host} is written in look-alike characters")
    try:
        return idna.encode(composed, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise UrlError(f"the host {host} is not an international host name") from None


def _is_digit(character: str) -> bool:
    """Of any script: some readers make ASCII digits of Arabic or Bengali ones."""
    return unicodedata.digit(character, None) is not None
