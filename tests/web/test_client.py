"""Who asks, and from which page: what strangers write into headers is believed only as far as it can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.client import client_address, page_address

PROXY = ["127.0.0.1", "10.0.0.0/8", "::1"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # nobody whom we trust said so
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the first is what the client made up
        ("127.0.0.1", "1.1.1.1, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("127.0.0.1", "[2001:db8::5]:4711", "2001:db8::5"),
        ("127.0.0.1", '"[2001:db8::5]"', "2001:db8::5"),
        ("127.0.0.1", "2001:db8::5", "2001:db8::5"),
        ("::1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, unknown", "127.0.0.1"),
        ("127.0.0.1", "unknown, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "<script>", "127.0.0.1"),
        ("127.0.0.1", ",,,,", "127.0.0.1"),
        ("127.0.0.1", "10.0.0.1, " * 5000 + "10.0.0.2", "10.0.0.1"),
        ("127.0.0.1", "1" * 100_000, "127.0.0.1"),
        (None, "198.51.100.1", None),
        ("/run/publisher.sock", "198.51.100.1", None),
    ],
)
def test_the_address_behind_proxies(peer: str | None, forwarded: str, found: str | None) -> None:
    assert client_address(peer, forwarded, PROXY) == found


@given(st.text(max_size=200), st.ip_addresses(v=4))
def test_whatever_a_client_writes_the_proxy_has_the_last_word(said: str, address: object) -> None:
    if not str(address).startswith(("10.", "127.0.0.1")):
        assert client_address("127.0.0.1", f"{said}, {address}", PROXY) == str(address)
    assert client_address(str(address), said, []) == str(address)


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("https://knitting.example/blog/socks?utm=1#top", "https://knitting.example/blog/socks"),
        ("https://ada:secret@knitting.example/", "https://knitting.example/"),
        ("https://knitting.example:8443", "https://knitting.example:8443"),
        ("http://[2001:db8::5]/x", "http://[2001:db8::5]/x"),
        ("https://knitting.example/größe", "https://knitting.example/gr%C3%B6%C3%9Fe"),
        ("", ""),
        ("about:blank", ""),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("https://[broken/", ""),
        ("https://knitting.example:99999/", ""),
        ("https://knit<b>ting.example/", ""),
        ("data:text/html,x", ""),
    ],
)
def test_the_page_that_was_left(referer: str, page: str) -> None:
    assert page_address(referer) == page


def test_a_long_page_is_clipped() -> None:
    assert len(page_address("https://knitting.example/" + "x" * 10_000)) == 300


@given(st.text(max_size=400))
def test_no_referer_is_too_strange(said: str) -> None:
    for found in (
        page_address(said),
        page_address(f"https://{said}"),
        page_address(f"https://a.example/{said}"),
    ):
        assert len(found) <= 300
        assert found.isascii()
        assert found.isprintable()
        assert not set(found) & set("<>\"' ")
