"""The table of forbidden networks, each row by its first and last address and the neighbours that are open."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from crawler.addresses import FORBIDDEN, check_address


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "this network"),
        ("10.0.0.1", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "carrier-grade NAT"),
        ("100.127.255.255", "carrier-grade NAT"),
        ("169.254.1.1", "link-local"),
        ("169.254.169.254", "cloud metadata"),
        ("169.254.170.2", "cloud metadata"),
        ("100.100.100.200", "cloud metadata"),
        ("168.63.129.16", "cloud metadata"),
        ("169.254.170.23", "cloud metadata"),
        ("169.254.42.42", "cloud metadata"),
        ("192.31.196.1", "AS112"),
        ("192.175.48.1", "AS112"),
        ("192.52.193.1", "multicast tunnelling"),
        ("247.1.2.3", "reserved"),
        ("192.0.0.192", "cloud metadata"),
        ("192.0.0.8", "protocol assignments"),
        ("192.0.2.7", "documentation"),
        ("198.51.100.7", "documentation"),
        ("203.0.113.7", "documentation"),
        ("198.18.0.1", "benchmarking"),
        ("198.19.255.255", "benchmarking"),
        ("192.88.99.1", "6to4 relay"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.255", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::ffff:10.0.0.1", "IPv4-mapped"),
        ("::ffff:8.8.8.8", "IPv4-mapped"),
        ("::ffff:0:8.8.8.8", "IPv4-translated"),
        ("::127.0.0.1", "IPv4-compatible"),
        ("64:ff9b::7f00:1", "NAT64"),
        ("64:ff9b:1::1", "local NAT64"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
        ("2002:7f00:1::1", "6to4"),
        ("2001:db8::1", "documentation"),
        ("3fff::1", "documentation"),
        ("2001:2::1", "benchmarking"),
        ("2001:20::1", "ORCHID"),
        ("100::1", "discard"),
        ("fc00::1", "unique-local"),
        ("fdff::1", "unique-local"),
        ("fd00:ec2::254", "cloud metadata"),
        ("fd00:ec2::23", "cloud metadata"),
        ("fd20:ce::254", "cloud metadata"),
        ("fd00:42::42", "cloud metadata"),
        ("2a00:1450:4001:801:0:5efe:7f00:1", "ISATAP 127.0.0.1"),
        ("2a00:1450:4001:801:200:5efe:808:808", "ISATAP 8.8.8.8"),
        ("fe80::5efe:7f00:1", "link-local"),
        ("64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "local NAT64"),
        ("64:ff9b::a9fe:a9fe", "NAT64"),
        ("::8.8.8.8", "IPv4-compatible"),
        ("2001:10::1", "ORCHID"),
        ("5f00::1", "segment routing"),
        ("3ffe::1", "6bone"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "zone"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("4000::1", "reserved"),
        ("1::1", "reserved"),
        ("not an address", "not an IP address"),
        ("127.1", "not an IP address"),
    ],
)
def test_forbidden_addresses_are_named_with_their_kind(address: str, words: str) -> None:
    reason = check_address(address)
    assert reason is not None
    assert words in reason
    assert address.partition("%")[0].split("::")[0] in reason


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "168.63.129.17",
        "2606:4700::1",
        "2a00:1450::1",
        "2001:4860:4860::8888",
        "2001:200::1",
        "2003::1",
        "2a00:1450:4001:801::5eff:7f00:1",
        "3ffd::1",
    ],
)
def test_public_addresses_are_open(address: str) -> None:
    assert check_address(address) is None


@pytest.mark.parametrize(("network", "name"), FORBIDDEN)
def test_every_row_holds_from_its_first_to_its_last_address(network: str, name: str) -> None:
    parsed = ip_network(network)
    assert check_address(parsed[0]) is not None
    assert check_address(parsed[-1]) is not None
    # An earlier row may name a narrower reason for the first address, never for all of a row.
    assert any(
        name in (check_address(parsed[n]) or "") for n in (0, -1, parsed.num_addresses // 2, 1 % parsed.num_addresses)
    )


def test_an_exception_opens_its_own_network_only() -> None:
    allowed = ("127.0.0.0/8", "10.1.0.0/16")
    assert check_address("127.0.0.1", allowed) is None
    assert check_address("10.1.2.3", allowed) is None
    assert check_address("10.2.0.1", allowed) is not None
    assert check_address("::1", allowed) is not None
    assert check_address("::ffff:127.0.0.1", allowed) is not None
    assert check_address("::ffff:127.0.0.1", ("::ffff:127.0.0.0/104",)) is None


def test_a_mapped_address_is_named_as_what_it_carries() -> None:
    assert "(IPv4-mapped 10.0.0.1)" in (check_address("::ffff:10.0.0.1") or "")


def test_an_address_may_come_as_an_object() -> None:
    assert check_address(ip_address("127.0.0.1")) is not None
    assert check_address(ip_address("8.8.4.4")) is None


def test_an_exception_that_is_no_network_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        check_address("8.8.8.8", ("intranet",))
