"""URLs: which may be opened, strictly (crawler/hostnames.py), and their parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

import tldextract

from crawler.hostnames import UrlError, checked_host, split_authority

__all__ = [
    "DEFAULT_PORTS",
    "MAX_URL_CHARACTERS",
    "Url",
    "UrlError",
    "check_url",
    "join_url",
    "legal",
    "registrable_domain",
    "request_url",
    "split_url",
]

MAX_URL_CHARACTERS = 4096

DEFAULT_PORTS = {"http": 80, "https": 443}
_SPLIT = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ILLEGAL = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """A URL taken apart, its host in lower-case ASCII."""

    scheme: str
    host: str  # without brackets
    port: int  # the scheme's default where none is given
    path: str
    query: str | None = None
    fragment: str | None = None

    @property
    def netloc(self) -> str:
        """Host and, unless it is the scheme's default, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme and authority: what a robots.txt speaks for."""
        return f"{self.scheme}://{self.netloc}"

    def __str__(self) -> str:
        query = "" if self.query is None else f"?{self.query}"
        return f"{self.origin}{self.path or '/'}{query}"


def split_url(url: str) -> Url:
    """The parts of an absolute http(s) URL; UrlError says why it will not be opened."""
    url = url.strip(" \t\r\n\f")
    if not url:
        raise UrlError("the URL is empty")
    if len(url) > MAX_URL_CHARACTERS:
        raise UrlError(f"the URL is longer than {MAX_URL_CHARACTERS} characters")
    if _CONTROL.search(url):
        raise UrlError("the URL holds a control character")
    if "\\" in url:
        raise UrlError("the URL holds a backslash")
    match = _SPLIT.match(url)
    if match is None:
        raise UrlError("not an absolute http or https URL")
    scheme, authority, path, query, fragment = match.groups()
    scheme = scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise UrlError(f"the scheme {scheme} is not http or https")
    if "@" in authority:
        raise UrlError("the URL carries user information")
    host, port = split_authority(authority)
    return Url(
        scheme=scheme,
        host=checked_host(host),
        port=DEFAULT_PORTS[scheme] if port is None else port,
        path=legal(path),
        query=None if query is None else legal(query),
        fragment=fragment,
    )


def check_url(url: str) -> str | None:
    """Why this URL will not be opened, or None where its form gives no reason; the address is checked at connection."""
    try:
        split_url(url)
    except UrlError as error:
        return str(error)
    return None


def request_url(url: str) -> str:
    """What goes on the wire: the URL as given, made legal and without its fragment; UrlError where it is refused."""
    return str(split_url(url))


def registrable_domain(host: str) -> str:
    """The domain that one owner holds (`news.example.co.uk` gives `example.co.uk`), else the host itself."""
    extracted = _extractor()(host)
    return f"{extracted.domain}.{extracted.suffix}" if extracted.domain and extracted.suffix else host


def join_url(base: str, reference: str) -> str:
    """A reference found at `base` as an absolute URL; one that cannot be joined is returned as it is."""
    try:
        return urljoin(base, reference.strip())
    except ValueError:
        return reference


def legal(text: str) -> str:
    """A part of a URL with what may not stand in one escaped."""
    text = _LONE_PERCENT.sub("%25", text)
    return _ILLEGAL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace")), text)


@lru_cache(maxsize=1)
def _extractor() -> tldextract.TLDExtract:
    # The list that comes with the package, private suffixes included: two blogs on one platform are two owners.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
