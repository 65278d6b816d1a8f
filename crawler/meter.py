"""Counts what comes off the wire in front of every parser, so that no header, chunk or body can be endless."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

import httpcore

from crawler.decode import TooLargeError
from crawler.limits import size_text


@dataclass(slots=True)
class Meter:
    """The caps of one request, in bytes after TLS, and what it has read of them."""

    max_header_bytes: int
    max_wire_bytes: int
    in_headers: bool = True  # set to False by the reader once the headers are complete
    wire_bytes: int = 0

    def allowance(self, wanted: int) -> int:
        """How much may be read now; TooLargeError where a cap has been met."""
        if self.in_headers and self.wire_bytes > self.max_header_bytes:
            raise TooLargeError(f"the headers are larger than {size_text(self.max_header_bytes)}")
        if self.wire_bytes > self.max_wire_bytes:
            raise TooLargeError(f"more than {size_text(self.max_wire_bytes)} came over the wire")
        limit = self.max_header_bytes if self.in_headers else self.max_wire_bytes
        return min(wanted, limit - self.wire_bytes + 1)


@dataclass(slots=True)
class MeterHolder:
    """Where a connection that outlives one request finds the meter of the present one."""

    meter: Meter
    connections: int = field(default=0)  # opened so far


class MeteredStream(httpcore.AsyncNetworkStream):
    """A network stream whose reads pass the meter."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, holder: MeterHolder) -> None:
        self._inner = inner
        self._holder = holder

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        meter = self._holder.meter
        data = await self._inner.read(meter.allowance(max_bytes), timeout)
        meter.wire_bytes += len(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's signature
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        return MeteredStream(await self._inner.start_tls(ssl_context, server_hostname, timeout), self._holder)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
