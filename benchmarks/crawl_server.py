"""The loopback server of benchmarks/crawl.py: any number of virtual hosts on one port, some of which never answer.

Runs in a process of its own, prints its port on one line, and ends when its standard input does. It parses nothing but
the request line and the Host header, so that it is never what a client waits for.
"""

from __future__ import annotations

import asyncio
import sys

PAGE_BYTES = 28 * 1024
_SENTENCE = b"<p>Loadings at the terminal resumed on Tuesday after crews had replaced a valve, the operator said.</p>\n"


def page() -> bytes:
    """The same page at every URL, so that every client is given the same bytes."""
    head = b"<!doctype html><html><head><title>Loadings resume</title></head><body><article>\n"
    text = _SENTENCE * (PAGE_BYTES // len(_SENTENCE) + 1)
    return (head + text)[:PAGE_BYTES]


def _answer(kind: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Sun, 22 Nov 2026 20:00:00 GMT\r\nCache-Control: max-age=60\r\n"
    return head + b"Content-Type: " + kind + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body


PAGE = _answer(b"text/html; charset=utf-8", page())
ROBOTS = _answer(b"text/plain", b"User-agent: *\nDisallow: /private/\nAllow: /\n")


class _Connection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._kept = b""

    def data_received(self, data: bytes) -> None:
        self._kept += data
        while b"\r\n\r\n" in self._kept:
            head, _, self._kept = self._kept.partition(b"\r\n\r\n")
            if b"\r\nhost: hung" in head.lower():
                continue
            self._transport.write(ROBOTS if b" /robots.txt " in head else PAGE)


async def serve() -> None:
    """Serves until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
