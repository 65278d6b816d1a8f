"""The limits of every fetch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def size_text(size: int) -> str:
    """A size in bytes for a reason that a person reads."""
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{size / 1e3:.0f} kB"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """What a fetch may cost and where it may go; sizes in bytes, times in seconds."""

    user_agent: str  # with an address at which the operator can be reached
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 20.0  # without a byte
    total_timeout_s: float = 60.0  # of one fetch with its redirects, waiting for the host's turn not counted
    max_wire_bytes: int = 16 * 1024 * 1024  # of one answer with its headers
    max_body_bytes: int = 24 * 1024 * 1024  # decompressed
    max_header_bytes: int = 64 * 1024
    max_headers: int = 256
    max_redirects: int = 8
    host_spacing_s: float = 1.0  # from one request to a host to the next
    hosts_at_once: int = 64  # that are being asked in the same moment
    max_slow: int = 256  # exchanges that have taken long and go on beside those (crawler/turns.py)
    max_idle_hosts: int = 256  # whose connections are kept open
    allow_networks: tuple[str, ...] = ()  # CIDR; exceptions from the table in addresses.py
    resolve: Mapping[str, tuple[str, int]] = field(default_factory=dict)  # host -> (IP, port), still checked
    # http://[user:password@]host:port, asked for a tunnel to each checked address
    proxy: str | None = field(default=None, repr=False)
    ca_file: str | None = None  # PEM; None: certifi's
    unverified_hosts: tuple[str, ...] = ()  # whose TLS certificate is not verified
