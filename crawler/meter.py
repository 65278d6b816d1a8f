"""Counts what comes off the wire in front of every parser, so that no header, chunk or body can be endless."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.decode import TooLargeError
from crawler.limits import size_text


@dataclass(slots=True)
class Meter:
    """The caps of one request, in bytes after TLS, and what it has read of them."""

    max_header_bytes: int
    max_wire_bytes: int
    max_headers: int
    in_headers: bool = True  # until those of the answer are complete
    wire_bytes: int = 0
    headers: int = 0  # of the last head that came whole

    def exceeded(self) -> TooLargeError | None:
        """The cap that was met, None where none was."""
        if self.in_headers and self.wire_bytes > self.max_header_bytes:
            return TooLargeError(f"the headers are larger than {size_text(self.max_header_bytes)}")
        if self.headers > self.max_headers:
            return TooLargeError(f"there are more than {self.max_headers} headers")
        if self.wire_bytes > self.max_wire_bytes:
            return TooLargeError(f"more than {size_text(self.max_wire_bytes)} came over the wire")
        return None


@dataclass(slots=True)
class MeterHolder:
    """Where a connection that outlives one request finds the meter of the present one."""

    meter: Meter
    connections: int = field(default=0)  # opened so far
    sent_at: float = 0.0  # when the last request went out, by the event loop's clock
