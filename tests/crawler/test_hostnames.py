"""Hosts and ports: what can be read in two ways, or only by the local network, is refused before it is looked up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.hostnames import UrlError, checked_host, local_name, split_authority


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("127.1", "disguised"),
        ("127.0.0.1.", "disguised"),
        ("0x7f000001", "disguised"),
        ("0x7f.0.0.1", "disguised"),
        ("2130706433", "disguised"),
        ("017700000001", "disguised"),
        ("0177.0.0.1", "disguised"),
        ("127.0.0.01", "disguised"),
        ("127.0.0.1.5", "disguised"),
        ("a.0x1", "disguised"),
        ("①②⑦.⓪.⓪.①", "look-alike"),
        ("１２７.0.0.1", "look-alike"),
        ("ｌocalhost", "look-alike"),
        ("127。0。0。1", "disguised"),
        ("١٢٧.٠.٠.١", "look-alike"),
        ("१२७.०.०.१", "look-alike"),
        ("127.0.0\u00ad.1", "disguised"),
        ("[::1", "not an IPv6 address"),
        ("[fe80::1%25eth0]", "not an IPv6 address"),
        ("[fe80::1%eth0]", "not an IPv6 address"),
        ("[127.0.0.1]", "not an IPv6 address"),
        ("%31%32%37.0.0.1", "disguised"),
        ("a b.example", "not a host name"),
        ("", "no host"),
    ],
)
def test_hosts_in_disguise_are_refused(host: str, words: str) -> None:
    with pytest.raises(UrlError, match=words):
        checked_host(host)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("News.Example", "news.example"),
        ("news.example.", "news.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("новости.рф", "xn--b1amnebsh.xn--p1ai"),
        ("8.8.8.8", "8.8.8.8"),
        ("[2001:DB8:0::1]", "2001:db8::1"),
        ("7news.example", "7news.example"),
    ],
)
def test_honest_hosts_have_one_spelling(host: str, name: str) -> None:
    assert checked_host(host) == name
    assert local_name(name) is None


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "a.localhost",
        "localhost.localdomain",
        "printer.local",
        "metadata.google.internal",
        "metadata",
        "intranet",
        "wiki.corp",
        "router.home.arpa",
        "router.lan",
        "abc.onion",
        "1.0.0.127.in-addr.arpa",
    ],
)
def test_names_of_the_local_network_are_told(host: str) -> None:
    assert local_name(checked_host(host)) is not None


@pytest.mark.parametrize(
    ("authority", "parts"),
    [("a.example", ("a.example", None)), ("a.example:", ("a.example", None)), ("a.example:8080", ("a.example", 8080)),
     ("[::1]:81", ("[::1]", 81)), ("[::1]", ("[::1]", None))],
)  # fmt: skip
def test_an_authority_is_taken_apart(authority: str, parts: tuple[str, int | None]) -> None:
    assert split_authority(authority) == parts


@pytest.mark.parametrize("port", ["0", "65536", "8a", "٨٠", "-1", "+80", "22", "0022", "25", "6379", "6667"])
def test_a_port_that_is_none_or_another_protocols_is_refused(port: str) -> None:
    with pytest.raises(UrlError, match="port"):
        split_authority(f"a.example:{port}")


@given(st.text(max_size=40))
def test_any_text_is_a_host_or_an_error_and_a_host_stays_itself(text: str) -> None:
    try:
        name = checked_host(text)
    except UrlError:
        return
    assert name.isascii()
    assert checked_host(f"[{name}]" if ":" in name else name) == name
