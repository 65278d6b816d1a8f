"""Which IP addresses Linewalker may connect to.

A feed or page is written by strangers, and so are the links and redirects in it. The table below names every
network that is not the public Internet. It is a table of our own because `ipaddress.is_global` passes 6to4, NAT64,
Teredo and IPv4-compatible addresses on Python 3.11, each of which carries an IPv4 address inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

# The IANA special-purpose registries (RFC 6890 and updates) and the metadata services of the large clouds. The first
# network that holds the address names the reason, so the particular stands before the general.
FORBIDDEN: tuple[tuple[str, str], ...] = (
    ("169.254.169.254/32", "cloud metadata"),
    ("169.254.170.2/32", "cloud metadata"),
    ("169.254.170.23/32", "cloud metadata"),
    ("169.254.169.123/32", "cloud metadata"),
    ("169.254.169.253/32", "cloud metadata"),
    ("169.254.42.42/32", "cloud metadata"),
    ("169.254.0.23/32", "cloud metadata"),
    ("100.100.100.200/32", "cloud metadata"),
    ("192.0.0.192/32", "cloud metadata"),
    ("168.63.129.16/32", "cloud metadata"),  # Azure's, in what is otherwise public space
    ("0.0.0.0/32", "unspecified"),
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved for protocol assignments"),
    ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "AS112 service"),
    ("192.52.193.0/24", "multicast tunnelling"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "AS112 service"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("255.255.255.255/32", "broadcast"),
    ("240.0.0.0/4", "reserved"),
    ("fd00:ec2::/64", "cloud metadata"),
    ("fd00:42::42/128", "cloud metadata"),
    ("fd20:ce::254/128", "cloud metadata"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "IPv4-mapped"),
    ("::ffff:0:0:0/96", "IPv4-translated"),
    ("::/96", "IPv4-compatible"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "local NAT64"),
    ("100::/64", "discard"),
    ("100:0:0:1::/64", "dummy prefix"),
    ("2001::/32", "Teredo"),
    ("2001:2::/48", "benchmarking"),
    ("2001:db8::/32", "documentation"),
    ("2001:10::/28", "ORCHID"),
    ("2001:20::/28", "ORCHID"),
    ("2001::/23", "reserved for protocol assignments"),
    ("2002::/16", "6to4"),
    ("2620:4f:8000::/48", "AS112 service"),
    ("3ffe::/16", "retired 6bone"),
    ("3fff::/20", "documentation"),
    ("5f00::/16", "segment routing"),
    ("fc00::/7", "unique-local"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)

# Global unicast (RFC 4291, section 2.4) is the only IPv6 space that is handed out.
_GLOBAL_IPV6 = IPv6Network("2000::/3")
# RFC 5214, section 6.1: an interface identifier of ISATAP, under any prefix, ends in the IPv4 address it tunnels to.
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


@lru_cache(maxsize=1)
def _forbidden() -> tuple[tuple[Network, str], ...]:
    return tuple((ip_network(network), name) for network, name in FORBIDDEN)


@lru_cache(maxsize=16)
def parse_networks(networks: tuple[str, ...]) -> tuple[Network, ...]:
    """The configured networks as objects; a text that is no network in CIDR form raises ValueError."""
    return tuple(ip_network(network, strict=False) for network in networks)


def check_address(address: str | IPv4Address | IPv6Address, allowed_networks: Sequence[str] = ()) -> str | None:
    """Why this address must not be connected to, or None where it may be.

    `allowed_networks` are the operator's exceptions in CIDR form. An exception for an IPv4 network does not open
    the IPv6 forms that carry such an address.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return f"{address} is not an IP address"
    if isinstance(ip, IPv6Address) and ip.scope_id is not None:
        return f"{ip} carries a zone"
    if any(ip in network for network in parse_networks(tuple(allowed_networks)) if network.version == ip.version):
        return None
    for network, name in _forbidden():
        if network.version == ip.version and ip in network:
            inside = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
            return f"{ip} is a forbidden address ({name}{f' {inside}' if inside else ''})"
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_IPV6:
        return f"{ip} is a forbidden address (reserved)"
    if isinstance(ip, IPv6Address) and int(ip) >> 32 & 0xFFFFFFFF in _ISATAP:
        return f"{ip} is a forbidden address (ISATAP {IPv4Address(int(ip) & 0xFFFFFFFF)})"
    return None
