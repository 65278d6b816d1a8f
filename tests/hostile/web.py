"""The hostile web: a server, canaries on every forbidden address there is, and a network of its own where it can be.

In a network namespace every address of the internet is this machine's: whatever the crawler connects to, wherever it
was led, is seen, and the crawler needs no exception from its table of addresses. Where the system allows none, the
server has one loopback address and the canaries have others.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import socket
import ssl
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.crawler.servers import RawServer, Route, answer
from tests.hostile.cases import CHATTY, CONTROL, FALLBACK, FORBIDDEN, HTTP, PORT, PUBLIC, SECRET, SILENT, TLS, Case

CERTIFICATES = Path(__file__).resolve().parents[1] / "data" / "tls"
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_ROUTES = "ip link set lo up && ip route add local 0.0.0.0/0 dev lo && ip -6 route add local ::/0 dev lo"


def enter_namespace() -> bool:
    """Gives this process a network of its own in which every address is local; False where the system allows none.

    The process must have one thread only.
    """
    if os.environ.get("LINEWALKER_NO_NAMESPACE"):
        return False
    identity = ((Path("/proc/self/uid_map"), os.getuid()), (Path("/proc/self/gid_map"), os.getgid()))
    # Tried in a child first: half of a namespace cannot be left again.
    child = os.fork()
    if child == 0:
        os._exit(0 if _enter(identity) else 1)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        return False
    return _enter(identity)


def _enter(identity: tuple[tuple[Path, int], ...]) -> bool:
    try:
        if ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER | _NEW_NET) != 0:
            return False
        Path("/proc/self/setgroups").write_text("deny")
        for path, number in identity:
            path.write_text(f"0 {number} 1")
        # Twice in the test's own child: a route that is there already is no fault.
        return subprocess.run(_ROUTES, shell=True, capture_output=True, timeout=20).returncode == 0
    except (OSError, AttributeError, subprocess.SubprocessError):
        return False


@dataclass(frozen=True, slots=True)
class Ports:
    """Where what listens; as the crawler sees it."""

    namespace: bool
    http: int
    tls: int
    silent: int
    chatty: int

    @property
    def server(self) -> str:
        """The address of the server."""
        return PUBLIC if self.namespace else FALLBACK


@dataclass(slots=True)
class HostileWeb:
    """All hosts of all cases; runs in a process of its own, which answers questions about what it was asked."""

    cases: list[Case]
    namespace: bool
    raw: RawServer = field(default_factory=RawServer)
    trapped: list[tuple[str, str]] = field(default_factory=list)  # forbidden address, first line of what came
    tunnels: list[str] = field(default_factory=list)  # what the proxy was asked for

    def start(self) -> tuple[int, socket.socket, Ports]:
        """Begins to serve in a child process: its id, the socket on which it answers questions, and its ports."""
        listeners = self._listen()
        ports = self._ports(listeners)
        for case in self.cases:
            for name, route in case.routes().items():
                self.raw.routes[name] = _with_port(route, ports.http)
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            ours.close()
            try:
                asyncio.run(self._serve(listeners, theirs))
            finally:
                os._exit(0)
        theirs.close()
        for listener in listeners.values():
            listener.close()
        return child, ours, ports

    def _listen(self) -> dict[str, socket.socket]:
        if self.namespace:
            found = {
                name: socket.create_server(("0.0.0.0", port))
                for name, port in (("http", HTTP), ("tls", TLS), ("silent", SILENT), ("chatty", CHATTY))
            }
            found["http6"] = _listen_ipv6("::", HTTP)
            found["tls6"] = _listen_ipv6("::", TLS)
            return found
        while True:  # the canaries are to listen at the server's port
            found = {name: socket.create_server((FALLBACK, 0)) for name in ("http", "tls", "silent", "chatty")}
            port = found["http"].getsockname()[1]
            with suppress(OSError):
                if port < 10_000:
                    continue  # its place in URLs has five digits
                found["canary"] = socket.create_server((FORBIDDEN, port))
                found["control"] = socket.create_server((CONTROL, port))
                with suppress(OSError):
                    found["canary6"] = _listen_ipv6("::1", port)
                return found

    def _ports(self, listeners: dict[str, socket.socket]) -> Ports:
        numbers = {name: listeners[name].getsockname()[1] for name in ("http", "tls", "silent", "chatty")}
        return Ports(self.namespace, **numbers)

    async def _serve(self, listeners: dict[str, socket.socket], questions: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATES / "certificate.pem", CERTIFICATES / "key.pem")
        asyncio.get_running_loop().set_exception_handler(
            lambda *_: None
        )  # clients break off: that is what they are for
        kinds = {"silent": self._say_nothing, "chatty": self._chat}
        for name, listener in listeners.items():
            secure = context if name.startswith("tls") else None
            await asyncio.start_server(kinds.get(name, self._answer), sock=listener, ssl=secure, backlog=200)
        reader, writer = await asyncio.open_connection(sock=questions)
        while line := await reader.readline():
            writer.write(json.dumps(self._tell(json.loads(line))).encode() + b"\n")
            await writer.drain()

    def _tell(self, hosts: list[str]) -> dict[str, object]:
        found = [pair for pair in zip(self.raw.requests, self.raw.times, strict=True) if pair[0].host in hosts]
        requests = [
            (one.host, one.target, [(name, value.decode("latin-1")) for name, value in one.headers]) for one, _ in found
        ]
        times = [at for _, at in found]
        return {"requests": requests, "times": times, "trapped": self.trapped, "tunnels": self.tunnels}

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here = str(writer.get_extra_info("sockname")[0])
        if here == (PUBLIC if self.namespace else FALLBACK):
            with suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
                if writer.get_extra_info("ssl_object") is None and await self._tunnel(reader, writer):
                    return
                await self.raw.serve(reader, writer)
            return
        self.trapped.append((here, ""))
        number = len(self.trapped) - 1
        with suppress(ConnectionError, TimeoutError, ssl.SSLError):
            async with asyncio.timeout(5):
                first = await reader.readline()
                self.trapped[number] = (here, first.decode("latin-1").strip())
            writer.write(answer(f"<html><body><p>{SECRET} stands here.</p></body></html>"))
            await writer.drain()
        writer.close()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serves as a proxy where a tunnel is asked for; all tunnels lead to this server, wherever they were to."""
        # A StreamReader cannot give back what was read, so its buffer is looked at before.
        while not reader._buffer and not reader.at_eof():  # type: ignore[attr-defined]
            await asyncio.sleep(0.002)
        if not reader._buffer.startswith(b"CONN"):  # type: ignore[attr-defined]
            return False
        head = await reader.readuntil(b"\r\n\r\n")
        self.tunnels.append(head.split(b" ")[1].decode())
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self.raw.serve(reader, writer)
        return True

    async def _say_nothing(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while await reader.read(4096):
                pass
        writer.close()

    async def _chat(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A TLS handshake that comes byte by byte."""
        with suppress(ConnectionError):
            writer.write(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03")
            while True:
                writer.write(b"\x00")
                await writer.drain()
                await asyncio.sleep(0.05)


def _listen_ipv6(address: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(200)
    return listener


def _with_port(route: Route, port: int) -> Route:
    """Puts the port that is served into the places that were left for it."""
    return route.replace(PORT.encode(), f":{port:05d}".encode()) if isinstance(route, bytes) else route
