"""What can go wrong on the way to an answer, as an outcome and one line for the operator."""

from __future__ import annotations

import ssl

import httpx

from crawler.decode import BodyTooLargeError, BrokenBodyError, TooLargeError
from crawler.meter import Meter
from crawler.records import Outcome
from crawler.secrets import redact


class FailedError(Exception):
    """A request that brought no answer to use: the outcome and the reason for its result."""

    def __init__(
        self, outcome: Outcome, reason: str, *, retry_after_s: float | None = None, over_max_bytes: bool = False
    ) -> None:
        super().__init__(reason)
        self.outcome: Outcome = outcome
        self.reason = reason
        self.retry_after_s = retry_after_s
        self.over_max_bytes = over_max_bytes


class RefusedAddressError(Exception):
    """No address of the host may be connected to."""


class ResolutionError(Exception):
    """The host's name has no address."""


def explain_failure(error: Exception, *, netloc: str, meter: Meter, connect_s: float, read_s: float) -> FailedError:
    """What an exception raised between connecting and the last byte means for the fetch."""
    match error:
        case FailedError():
            return error
        case RefusedAddressError():
            return FailedError("refused", one_line(error))
        case ResolutionError():
            return FailedError("unreachable", one_line(error))
        case TooLargeError():
            return FailedError("too_large", one_line(error), over_max_bytes=isinstance(error, BodyTooLargeError))
        case BrokenBodyError():
            return FailedError("broken", one_line(error))
        case httpx.ConnectTimeout():
            return FailedError("timeout", f"no connection to {netloc} within {connect_s:g} s")
        case httpx.TimeoutException():
            return FailedError("timeout", f"no byte from {netloc} for {read_s:g} s")
        case httpx.ConnectError():
            what = "no trusted TLS connection" if _is_tls(error) else "no connection"
            return FailedError("unreachable", f"{what} to {netloc}: {one_line(error)}")
        case httpx.NetworkError() | httpx.ProtocolError():
            if not meter.wire_bytes:
                return FailedError("unreachable", f"{netloc} closed the connection without an answer")
            what = "the answer is not proper HTTP" if meter.in_headers else "the body ends too early"
            return FailedError("broken", f"{what}: {one_line(error)}")
    return FailedError("broken", f"the exchange failed: {type(error).__name__}: {one_line(error)}")


def one_line(text: object, limit: int = 160) -> str:
    """A foreign text for a reason: printable, without credentials, on one line, cut at `limit` characters."""
    flat = "".join(character if character.isprintable() else " " for character in redact(str(text)))
    flat = " ".join(flat.split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"


def _is_tls(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error is not None
