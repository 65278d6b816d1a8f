"""Real receivers on loopback: an SMTP server that keeps its mails."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Quiet:
    """An output that nobody reads."""

    def line(self, text: str) -> None:
        """Not looked at."""

    def progress(self, label: str, done: int, total: int | None) -> None:
        """Not looked at."""


class Postbox:
    """The mails that came in, and whether further ones are refused."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses:
            return "451 the mailbox is being moved"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=watch@linewalker.example&to=duty@desk.example"


@contextmanager
def serve_mail(port: int | None = None) -> Iterator[Postbox]:
    """A running SMTP server for the block, on a free port unless one is given."""
    box = Postbox()
    box.port = port or free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    """A port of the loopback address on which nothing listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port
