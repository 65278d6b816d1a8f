"""One fetch on its way through redirects: which hops it may take."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.failures import FailedError, one_line
from crawler.hostnames import local_name
from crawler.limits import FetchSettings
from crawler.urls import Url, UrlError, split_url

_ROBOTS_REDIRECTS = 5  # RFC 9309, section 2.3.1.2: at least so many are followed


@dataclass(slots=True, kw_only=True)
class Journey:
    """What one fetch has spent and where it has been."""

    headers: list[tuple[bytes, bytes]]
    max_bytes: int  # of the decompressed body
    hops: list[str] = field(default_factory=list)
    spent_s: float = 0.0
    wire_bytes: int = 0
    unverified: bool = False  # some hop's TLS certificate is not verified, as its source's settings say

    @property
    def is_for_robots(self) -> bool:
        """Whether a robots.txt was asked for."""
        return bool(self.hops) and self.hops[0].endswith("/robots.txt")

    def next_hop(self, url: str, settings: FetchSettings) -> Url:
        """The next URL to ask; FailedError says why it will not be asked."""
        try:
            parts = split_url(url)
        except UrlError as error:
            raise self._refused(one_line(error)) from error
        # Where the operator has opened a network of his own its names are looked up, too: the addresses are checked.
        own = parts.host in settings.resolve or settings.allow_networks
        if not own and (reason := local_name(parts.host)) is not None:
            raise self._refused(reason)
        most = settings.max_redirects
        if self.is_for_robots:
            most = max(most, _ROBOTS_REDIRECTS)
        if str(parts) in self.hops:
            raise FailedError("too_large", f"redirected in a loop: back to {one_line(parts)}")
        if len(self.hops) > most:
            raise FailedError("too_large", f"more than {most} redirects")
        return parts

    def go_to(self, parts: Url, settings: FetchSettings) -> None:
        """Notes that this URL is about to be asked."""
        self.hops.append(str(parts))
        self.unverified |= parts.scheme == "https" and parts.host in settings.unverified_hosts

    def _refused(self, reason: str) -> FailedError:
        return FailedError("refused", f"redirected to a URL that is refused: {reason}" if self.hops else reason)
