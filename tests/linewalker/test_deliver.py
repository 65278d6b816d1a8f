"""Sending through Apprise to real receivers: what arrives, what a failure says, and how long a dead one may take."""

from __future__ import annotations

import socket
import time

import pytest
from pytest_httpserver import HTTPServer

from linewalker.deliver import ID_FIELD, ID_HEADER, Courier, Outgoing, hide_address
from tests.linewalker.receivers import free_port, serve_mail

MESSAGE = Outgoing(id="0123456789abcdef", title="Serious: Ras Baya", body="First line.\n\nHOW SURE\n1 article.\n")
SECRETS = ("watcher", "s3cretpw", "t0kenpath")


def test_a_mail_arrives_as_plain_text_with_the_alerts_own_id() -> None:
    with serve_mail() as box, Courier(box.url, timeout_s=10) as courier:
        assert courier.send(MESSAGE).ok
    (mail,) = box.mails
    assert mail["Subject"] == MESSAGE.title
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().split() == MESSAGE.body.split()
    assert mail.get_all("Message-ID") == [f"<{MESSAGE.id}.alert@127.0.0.1>"]
    assert mail[ID_HEADER] == MESSAGE.id
    assert not list(mail.iter_attachments())


def test_a_title_cannot_add_a_header() -> None:
    with serve_mail() as box, Courier(box.url, timeout_s=10) as courier:
        courier.send(Outgoing(id="a" * 16, title="x\r\nBcc: thief@evil.example\r\n\r\nbody", body="y"))
    for mail in box.mails:
        assert mail["Bcc"] is None
        assert mail["To"] == "duty@desk.example"


def test_a_web_hook_gets_the_id_as_header_and_field(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("ok")
    with Courier(f"json://127.0.0.1:{httpserver.port}/hook", timeout_s=10) as courier:
        assert courier.send(MESSAGE).ok
        assert courier.send(MESSAGE).ok
    requests = [request for request, _ in httpserver.log]
    assert len(requests) == 2
    for request in requests:
        assert request.headers["Idempotency-Key"] == request.headers[ID_HEADER] == MESSAGE.id
        assert request.get_json()[ID_FIELD] == MESSAGE.id
        assert request.get_json()["attachments"] == []


def test_a_redirect_is_not_followed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=307, headers={"Location": "/elsewhere"})
    httpserver.expect_request("/elsewhere").respond_with_data("ok")
    with Courier(f"json://127.0.0.1:{httpserver.port}/hook", timeout_s=10) as courier:
        assert not courier.send(MESSAGE).ok
    assert [request.path for request, _ in httpserver.log] == ["/hook"]


@pytest.mark.parametrize("scheme", ["json", "mailto"])
def test_a_failure_is_told_without_any_part_of_the_address(scheme: str) -> None:
    url = f"{scheme}://watcher:s3cretpw@127.0.0.1:{free_port()}/t0kenpath"
    url += "?from=a@b.example&to=watcher@desk.example" if scheme == "mailto" else ""
    with Courier(url, timeout_s=10) as courier:
        sent = courier.send(MESSAGE)
    assert not sent.ok
    assert sent.reason
    assert not any(secret in sent.reason for secret in SECRETS)
    assert "s3cretpw" not in repr(courier)


def test_a_receiver_that_never_answers_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"mailto://127.0.0.1:{deaf.getsockname()[1]}?from=a@b.example&to=duty@desk.example"
        with Courier(url, timeout_s=1) as courier:
            courier._start()
            assert courier._ask(None, 60) is None
            began = time.monotonic()
            sent = courier.send(MESSAGE)
            assert time.monotonic() - began < 5
    assert not sent.ok


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nosuchservice://watcher:s3cretpw@host", "is none that Apprise knows"),
        ("mailto://127.0.0.1?from=a@b.example&to=c@desk.example,watcher@desk.example", "names 2 receivers"),
    ],
)
def test_an_address_that_cannot_be_used_says_why(url: str, words: str) -> None:
    with Courier(url, timeout_s=5) as courier:
        sent = courier.send(MESSAGE)
    assert words in sent.reason
    assert not any(secret in sent.reason for secret in SECRETS)


def test_every_part_of_an_address_is_hidden() -> None:
    url = "slack://watcher:s3cret%20pw@host.example/t0kenpath?key=qu3ry#fragm3nt"
    told = hide_address(
        f"error at {url}: s3cret pw, s3cret%20pw, T0KENPATH, qu3ry, fragm3nt, https://other.example/x", url
    )
    for part in ("watcher", "s3cret", "t0kenpath", "T0KENPATH", "qu3ry", "fragm3nt", "host", "other.example"):
        assert part not in told
