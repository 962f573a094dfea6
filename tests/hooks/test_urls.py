"""Addresses that can be read in exactly one way, and all others."""

import pytest

from hooks.urls import base, below, is_loopback, parse

TRICKS = [
    "https://good.net@evil.net",
    "https://good.net#@evil.net",
    "https://good.net\\@evil.net",
    "https://good.net%00.evil.net",
    "//evil.net",
    "https://good.net\t/",
    "https://good\r\n.net",
    " https://good.net",
    "https://good.net ",
    "https://gööd.net",
    "https://good.net:443@evil.net",
    "https://good。net",
    "https://",
    "https:///x",
    "https://good.net:0",
    "https://good.net:70000",
    "https://good.net:٤٤٣",
    "ftp://good.net",
    "javascript:alert(1)",
    "https://good.net/../x",
    "https://good.net/a/%2e%2E/b",
    "https://good.net/a/./b",
    "https://good.net/a/..;/b",
    "https://good.net/a/%2e.;x=1/b",
    "https://good.net/a/..%3B/b",
    "https://good.net/a/..%2fb",
    "https://good.net/a/..%5Cb",
    "https://good.net/a/x%2F..",
    "https://good.net/a/x%5c%2e%2e%5cb",
    "https:good.net",
    "http:/good.net",
    "",
    "good.net",
    "https://-good.net",
    "https://good.net/\x00",
]


@pytest.mark.hazard("T-21")
@pytest.mark.parametrize("text", TRICKS, ids=ascii)
def test_what_can_be_read_in_two_ways_is_no_address(text):
    assert base(text) is None


@pytest.mark.hazard("T-20")
@pytest.mark.parametrize("text", ["https://Good.NET/r4", "HTTPS://good.net:443/r4/", "https://good.net/r4"])
def test_the_same_base_in_other_words(text):
    assert base(text) == parse("https://good.net/r4")


def test_a_base_has_no_query():
    assert parse("https://good.net/r4?x=1").query == "?x=1"
    assert base("https://good.net/r4?x=1") is None


@pytest.mark.hazard("T-23")
@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("https://good.net/r4", True),
        ("https://good.net/r4?_getpages=1", True),
        ("https://good.net/r4/Observation?p=2", True),
        ("https://good.net/r4x", False),
        ("https://good.net/admin", False),
        ("https://good.net:8443/r4", False),
        ("http://good.net/r4", False),
        ("https://evil.net/r4", False),
        ("https://good.net", False),
    ],
)
def test_below_a_base(text, inside):
    assert below(parse(text), parse("https://good.net/r4")) is inside


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "::1"])
def test_this_machine(host):
    assert is_loopback(host)


@pytest.mark.hazard("T-21")
@pytest.mark.parametrize(
    "host", ["2130706433", "127.1", "0.0.0.0", "localhost.evil.net", "10.0.0.1", "169.254.169.254", "[::]", ""]
)
def test_not_this_machine(host):
    assert not is_loopback(host)
