"""Where a connection may go, and how a proxy is asked for it."""

from __future__ import annotations

import asyncio
import base64
import re
import socket
from collections.abc import Sequence
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import unquote

import httpx

from crawler.addresses import check_address
from crawler.failures import RefusedAddressError
from crawler.hostnames import UrlError, split_authority

ADDRESSES_TRIED = 3  # of a host
FIRST_TRY_S = 3.0  # for an address while another is left: many hosts have an IPv6 address that nobody answers at

_PROXY = re.compile(r"http://(?:([^@/]*)@)?([^@/]+)/?\Z")
_ANSWER_BYTES = 8192  # of a proxy
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")


class Proxy(NamedTuple):
    """The proxy that the operator has set."""

    host: str
    port: int
    authorization: bytes | None  # the value of its Proxy-Authorization header


def parse_proxy(text: str) -> Proxy:
    """Reads `http://[user:password@]host:port`; ValueError, without the password, where it is none."""
    match = _PROXY.match(text.strip())
    if match is None:
        raise ValueError("a proxy must be given as http://host:port or http://user:password@host:port")
    credentials, authority = match.groups()
    try:
        host, port = split_authority(authority)
    except UrlError as error:
        raise ValueError(f"the proxy's address: {error}") from error
    authorization = None
    if credentials:
        authorization = b"Basic " + base64.b64encode(unquote(credentials).encode("utf-8"))
    return Proxy(host.strip("[]"), port or 3128, authorization)


def allowed_addresses(host: str, addresses: Sequence[str], networks: Sequence[str]) -> list[str]:
    """Those of a host's addresses that may be connected to, the first three; RefusedAddressError where none may."""
    refusals = {address: check_address(address, networks) for address in addresses}
    allowed = [address for address, refusal in refusals.items() if refusal is None]
    if not allowed:
        reason = "; ".join(dict.fromkeys(refusal for refusal in refusals.values() if refusal))
        raise RefusedAddressError(reason if host in refusals else f"{host}: {reason}")
    return allowed[:ADDRESSES_TRIED]


def is_literal(host: str) -> bool:
    """Whether a host is an address itself."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def open_tunnel(connected: socket.socket, address: str, port: int, proxy: Proxy) -> None:
    """Asks a proxy for a tunnel to one address; httpx.ConnectError says why it opens none.

    Never to a name: one that the proxy looked up would not be checked. RFC 9110, section 9.3.6.
    """
    loop = asyncio.get_running_loop()
    authority = (f"[{address}]:{port}" if ":" in address else f"{address}:{port}").encode("ascii")
    lines = [b"CONNECT " + authority + b" HTTP/1.1", b"Host: " + authority]
    if proxy.authorization:
        lines.append(b"Proxy-Authorization: " + proxy.authorization)
    await loop.sock_sendall(connected, b"\r\n".join(lines) + b"\r\n\r\n")
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        # Byte by byte up to the empty line: what comes after it is the host's.
        piece = await loop.sock_recv(connected, 1)
        answer += piece
        if not piece or len(answer) > _ANSWER_BYTES:
            raise httpx.ConnectError("the proxy gave no proper answer")
    match = _STATUS.match(answer)
    if match is None or not match[1].startswith(b"2"):
        status = f" (status {match[1].decode()})" if match else ""
        raise httpx.ConnectError(f"the proxy opened no tunnel to {authority.decode()}{status}")
