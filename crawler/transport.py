"""httpx's transport for one host, over aiohttp's response parser: a fifth of the processor time of httpx's own.

Nothing is dialled here: a connected socket is asked of the `Dial` that the fetcher gives, so that the address that was
checked is the one that is spoken to. The request goes out byte for byte as httpx made it, the answer's headers and body
come back raw, and every byte passes a meter before a parser sees it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import lru_cache, partial

import aiohttp
import certifi
import httpx
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader

from crawler.http_head import find_end, looks_like_http, tidy_head
from crawler.meter import Meter, MeterHolder

Dial = Callable[[str, int], Awaitable[socket.socket]]
"""Gives a connected socket for a host and port; raises what explains why there is none."""

KEEPALIVE_S = 15.0
_READ_BYTES = 32 * 1024  # at once; twice this may wait for its reader before the server is held back
_TLS_GOODBYE_S = 2.0  # for the server's own, of which some send none
_LONGEST_LINE = 16 * 1024 * 1024  # of headers: the meter's cap on all of them is met long before


@lru_cache(maxsize=4)
def tls_context(ca_file: str | None, verify: bool) -> ssl.SSLContext:
    """What TLS connections are made with; one for all hosts, because to read the authorities takes 20 ms and more."""
    context = ssl.create_default_context(cafile=ca_file or certifi.where())
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class _Handler(ResponseHandler):
    """aiohttp's protocol behind a meter, and behind what tidies the heads of answers."""

    def __init__(self, loop: asyncio.AbstractEventLoop, holder: MeterHolder) -> None:
        super().__init__(loop)
        self._holder = holder
        self._head: bytes | None = b""  # as much of it as has come; None: the body is being read
        self._body_left: int | None = None

    def expect_answer(self) -> None:
        """A request is about to be sent."""
        self._head = b""
        self._body_left = None

    def data_received(self, data: bytes) -> None:
        """Counts, then parses; a cap that is met ends the connection."""
        meter = self._holder.meter
        meter.wire_bytes += len(data)
        # Bytes over the cap on headers may be of the body: that is known once they are parsed.
        if meter.wire_bytes <= meter.max_wire_bytes:
            self._take(data)
        if (failure := meter.exceeded()) is not None:
            self.set_exception(failure)
            if self.transport is not None:
                self.transport.abort()

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        """The reader of a body is told, too: it would take what came before a broken chunk for the whole."""
        super().set_exception(exc, exc_cause or exc)
        if self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(exc)

    def _take(self, data: bytes) -> None:
        while self._head is not None:
            come = (self._head + data).lstrip(b"\r\n")
            if not looks_like_http(come):
                self._head, data = None, come  # the parser says what is wrong with it
                break
            end = find_end(come, len(self._head))
            if end is None:
                self._head = come
                self._reschedule_timeout()  # a head that comes slowly is no silence; the deadline of the whole holds
                return
            head, data = tidy_head(come[:end]), come[end:]
            meter = self._holder.meter
            meter.headers = head.data.count(b"\r\n") - 2  # without the status line and the empty one
            if meter.headers > meter.max_headers:
                return  # before the parser calls it improper
            final = head.status is None or head.status >= 200 or head.status == 101
            self._head, self._body_left = (None, head.body_bytes) if final else (b"", None)
            super().data_received(head.data)
            if not final and not data:
                return
        if self._body_left is not None:
            if len(data) > self._body_left:
                # More than was announced: browsers take what was. The connection cannot be used again.
                data = data[: self._body_left]
                self.force_close()
            self._body_left -= len(data)
        if data:
            super().data_received(data)

    def feed_data(self, data: tuple[aiohttp.http.RawResponseMessage, StreamReader], size: int = 0) -> None:
        """Notes that the headers of an answer are complete, which those of an informational one (1xx) are not."""
        if data[0].code >= 200:
            self._holder.meter.in_headers = False
        super().feed_data(data, size)


class _Body(httpx.AsyncByteStream):
    def __init__(self, payload: StreamReader, done: Callable[[bool], None]) -> None:
        self._payload = payload
        self._done = done

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while chunk := await self._payload.readany():
                yield chunk
        except Exception as error:
            raise _as_httpx(error) from error

    async def aclose(self) -> None:
        # A body that was not read to its end would have to be, before the connection could be used again.
        self._done(self._payload.is_eof() and self._payload.exception() is None)


class HostTransport(httpx.AsyncBaseTransport):
    """httpx for one host and one request at a time: no cookies, no redirects, nothing from the environment."""

    def __init__(
        self, dial: Dial, context: ssl.SSLContext, meter: Meter, *, connect_timeout_s: float, read_timeout_s: float
    ) -> None:
        self.holder = MeterHolder(meter)
        self._dial = dial
        self._context = context
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s
        self._kept: tuple[tuple[bool, int], _Handler] | None = None
        self._expiry: asyncio.TimerHandle | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a GET as it stands; failures of network and protocol are httpx's, a met cap is TooLargeError."""
        encrypted = request.url.scheme == "https"
        key = (encrypted, request.url.port or (443 if encrypted else 80))
        handler = self._take_kept(key)
        if handler is None:
            handler = await self._connect(request.url.raw_host.decode("ascii"), *key)
        try:
            message, payload = await self._exchange(handler, request)
        except BaseException as error:
            handler.abort()
            if isinstance(error, Exception):
                raise _as_httpx(error) from error
            raise
        stream = _Body(payload, partial(self._release, key, handler))
        return httpx.Response(message.code, headers=message.raw_headers, stream=stream)

    async def aclose(self) -> None:
        """Closes the host's connection."""
        self._drop_kept()

    async def _exchange(
        self, handler: _Handler, request: httpx.Request
    ) -> tuple[aiohttp.http.RawResponseMessage, StreamReader]:
        handler.set_response_params(
            read_until_eof=True,
            auto_decompress=False,
            read_timeout=self._read_timeout_s,
            read_bufsize=_READ_BYTES,
            max_line_size=_LONGEST_LINE,
            max_field_size=_LONGEST_LINE,
            max_headers=self.holder.meter.max_headers,
        )
        handler.expect_answer()
        if handler.transport is None:
            raise ConnectionResetError("the connection was closed")
        self.holder.sent_at = asyncio.get_running_loop().time()
        handler.transport.write(_head(request))
        handler.start_timeout()
        while True:
            message, payload = await handler.read()
            if message.code >= 200 or message.code == 101:
                return message, payload

    async def _connect(self, host: str, encrypted: bool, port: int) -> _Handler:
        connected = await self._dial(host, port)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                transport, handler = await loop.create_connection(
                    partial(_Handler, loop, self.holder),
                    sock=connected,
                    ssl=self._context if encrypted else None,
                    server_hostname=host if encrypted else None,
                    ssl_shutdown_timeout=_TLS_GOODBYE_S if encrypted else None,
                )
        except TimeoutError as error:
            connected.close()
            raise httpx.ConnectTimeout("the TLS handshake was not finished in time") from error
        except OSError as error:
            connected.close()
            raise httpx.ConnectError(str(error) or type(error).__name__) from error
        except BaseException:
            connected.close()
            raise
        if hasattr(transport, "max_size"):
            transport.max_size = _READ_BYTES  # instead of 256 KiB: little is taken beyond a cap
        self.holder.connections += 1
        return handler

    def _take_kept(self, key: tuple[bool, int]) -> _Handler | None:
        if self._kept is None:
            return None
        kept_key, handler = self._kept
        if kept_key != key or not handler.is_connected() or handler.should_close:
            self._drop_kept()
            return None
        self._forget_expiry()
        self._kept = None
        return handler

    def _release(self, key: tuple[bool, int], handler: _Handler, whole: bool) -> None:
        """Keeps a connection for the next request, or closes it."""
        if not whole or handler.should_close or not handler.is_connected():
            handler.close()
            return
        self._drop_kept()
        self._kept = key, handler
        self._expiry = asyncio.get_running_loop().call_later(KEEPALIVE_S, self._drop_kept)

    def _drop_kept(self) -> None:
        self._forget_expiry()
        if self._kept is not None:
            self._kept[1].close()
            self._kept = None

    def _forget_expiry(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None


def _head(request: httpx.Request) -> bytes:
    """The request line and headers; httpx has made the target legal, and no header of ours holds a line break."""
    lines = [b"%s %s HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)]
    lines += [b"%s: %s" % pair for pair in request.headers.raw]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _as_httpx(error: Exception) -> Exception:
    """The httpx exception that says the same; what is none of aiohttp's or the network's is left as it is."""
    text = str(error) or type(error).__name__
    match error:
        case aiohttp.ServerTimeoutError():
            return httpx.ReadTimeout(text)
        case HttpProcessingError():
            return httpx.RemoteProtocolError(error.message or text)
        case aiohttp.ClientPayloadError():
            return httpx.RemoteProtocolError(text)
        case aiohttp.ClientError() | ConnectionError():
            return httpx.ReadError(text)
    return error
