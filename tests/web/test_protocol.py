"""The wire: what clients send that no client should, slow ones, and many. The short way and uvicorn's own."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from publisher.web.protocol import _LONGEST, _SIMPLE, LARGEST_HEAD, QuickProtocol
from tests.web.conftest import running
from tests.web.fronts import House

GET = b"GET /doc HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /doc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@contextmanager
def served(protocol: object, text: str = "some text ", **options: object) -> Iterator[SimpleNamespace]:
    house = House(within=60)
    house.text = text
    with running(house.front, http=protocol, **options) as address:
        port = int(address.rpartition(":")[2])
        yield SimpleNamespace(house=house, port=port)


@pytest.fixture(scope="module", params=["short", "h11", "httptools"])
def server(request: pytest.FixtureRequest) -> Iterator[SimpleNamespace]:
    with served(QuickProtocol if request.param == "short" else request.param) as server:
        say(server, LAST)  # from now on it is in memory
        yield server


def say(server: SimpleNamespace, *parts: bytes, timeout: float = 5) -> bytes:
    """Send all of it, and read until the other end closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=timeout) as connection:
        got = b""
        try:
            for part in parts:
                connection.sendall(part)
            while more := connection.recv(1 << 16):
                got += more
        except (ConnectionError, TimeoutError):
            pass
        return got


def statuses(said: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", said)]


def alive(server: SimpleNamespace) -> bool:
    return statuses(say(server, LAST)) == [200]


def test_requests_that_do_not_wait_are_answered_in_order(server: SimpleNamespace) -> None:
    unknown = b"GET /doc%00 HTTP/1.1\r\nHost: x\r\n\r\n"
    known = b"GET /doc HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\n"
    head = b"HEAD /doc HTTP/1.1\r\nHost: x\r\n\r\n"
    said = say(server, GET + unknown + known + head + GET + LAST)
    assert statuses(said) == [200, 404, 304, 200, 200, 200]


@pytest.mark.parametrize(
    "raw",
    [
        GET + GET,
        GET[:-2],
        GET + b"x",
        b"\r\n" + GET,
        GET.replace(b"GET", b"POST"),
        GET.replace(b"1.1", b"1.0"),
        GET.replace(b" /doc", b" http://x/doc"),
        GET.replace(b" /doc", b"  /doc"),
        GET.replace(b"/doc", b"/d\xc3\xb6c"),
        GET.replace(b"\r\n", b"\n"),
        GET.replace(b"Host: x", b"Host : x"),
        GET.replace(b"Host: x", b"Host: x\r\n more"),
        GET.replace(b"Host: x", b"Host: x\x00"),
        GET.replace(b"Host: x", b"Host: x\rContent-Length: 1"),
        GET.replace(b"Host: x", b"Host: x\nContent-Length: 1"),
        GET.replace(b"Host: x", b"No colon"),
    ],
)
def test_the_short_way_reads_nothing_that_others_may_read_in_another_way(raw: bytes) -> None:
    assert _SIMPLE.fullmatch(GET)
    assert _SIMPLE.fullmatch(raw) is None


@pytest.mark.parametrize("size", [_LONGEST, _LONGEST + 1, 3 * _LONGEST])
def test_long_requests_are_read_to_their_end(server: SimpleNamespace, size: int) -> None:
    start = GET[:-2] + b"X: "
    first = start + b"y" * (size - len(start) - 4) + b"\r\n\r\n"
    assert len(first) == size
    assert statuses(say(server, first + LAST)) == [200, 200]


def test_a_request_in_pieces(server: SimpleNamespace) -> None:
    assert statuses(say(server, *(bytes([byte]) for byte in LAST))) == [200]


def test_what_every_answer_says(server: SimpleNamespace) -> None:
    said = say(server, LAST)
    assert re.search(rb"\r\ndate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n", said, re.IGNORECASE)
    assert b"\r\nserver:" not in said.lower() or b"uvicorn" in said  # the service leaves it out


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /doc HTTP/1.0\r\n\r\n",
        b"GET /doc HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
        b"GET /doc HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"GET /doc HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ],
)
def test_unusual_and_allowed(server: SimpleNamespace, raw: bytes) -> None:
    assert 200 in statuses(say(server, raw))


def test_an_address_with_a_host_in_it(server: SimpleNamespace) -> None:
    """RFC 9112, 3.2.2, is for proxies. uvicorn's h11 takes the host for a path; whose host it is, is all one."""
    raw = b"GET http://elsewhere.example/doc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert statuses(say(server, raw)) in ([200], [404])


@pytest.mark.parametrize(
    "target",
    [
        *(
            b"/doc%2F",
            b"/%2e%2e/doc",
            b"/../doc",
            b"//doc",
            b"/doc%00",
            b"/doc%ff",
            b"/doc\xff",
            b"/\xc3\xa4",
        ),
        *(
            b"/doc%0d%0aX:%20y",
            b"/%",
            b"*",
            b"doc",
            b"/" + b"x" * 5_000,
            b"/doc\\x",
            b"/doc/..;/",
            b"http://",
        ),
        *(b"/doc%u2215", b"/\x7f", b"?", b"/.", b"/%c0%ae%c0%ae/"),
    ],
)
def test_hostile_addresses(server: SimpleNamespace, target: bytes) -> None:
    said = say(server, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert set(statuses(said)) <= {400, 404, 418}, said[:200]
    assert b"X: y" not in said
    assert alive(server)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS at a door without it
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /doc\r\n\r\n",
        b"\r\n\r\n\r\n",
        b"GET /doc HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /doc HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET /doc HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /doc HTTP/1.1\r\nHost: x\r\nA\x00b: c\r\n\r\n",
        b"GET /doc HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        b"GET /doc HTTP/1.1\r\nHost: x\r\nIf-None-Match: \xff\xfe\r\nAccept-Encoding: \xff\r\n\r\n",
    ],
)
def test_what_is_no_request(server: SimpleNamespace, raw: bytes) -> None:
    said = say(server, raw, b"GET / HTTP/1.1\r\nConnection: close\r\nHost: x\r\n\r\n", timeout=0.5)
    assert 500 not in statuses(said)
    assert alive(server)


@pytest.mark.parametrize("protocol", [QuickProtocol, "h11"])
def test_a_head_without_end(protocol: object) -> None:
    with served(protocol) as server:
        line = b"X: " + b"y" * 997 + b"\r\n"
        said = say(server, b"GET /doc HTTP/1.1\r\nHost: x\r\n", *[line] * (4 * LARGEST_HEAD // 1000))
        assert statuses(said) in ([400], [])  # reset: it was told, and did not listen
        assert alive(server)


def test_whoever_says_nothing_is_not_waited_for() -> None:
    with served(QuickProtocol, timeout_keep_alive=0.2) as server:
        for begin in (b"", GET):
            start = time.monotonic()
            say(server, begin)
            assert time.monotonic() - start < 5  # else the socket's own time has run out


def test_slow_readers_do_not_keep_others_waiting() -> None:
    """Sixty readers ask for thirty answers each and read none; the next one asks and reads."""
    with served(QuickProtocol, text="".join(f"{number:x} " for number in range(60_000))) as server:
        assert alive(server)
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
        try:
            for connection in slow:
                connection.sendall(GET * 30)
            assert alive(server)
            with ThreadPoolExecutor(8) as pool:
                assert all(pool.map(lambda _: alive(server), range(40)))
            first = slow[0]
            first.sendall(LAST)
            first.settimeout(5)
            got = 0
            while more := first.recv(1 << 20):
                got += len(more)
            assert got > 31 * len(server.house.text)  # and gets all of it when it does read
        finally:
            for connection in slow:
                connection.close()


def test_one_that_takes_long_to_make_does_not_hold_up_the_others() -> None:
    import threading

    with served(QuickProtocol) as server:
        assert alive(server)
        server.house.hold = threading.Event()
        with ThreadPoolExecutor(3) as pool:  # fewer than makers: a crowd for one thing takes one of them
            waiting = [
                pool.submit(say, server, b"GET /page/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                for _ in range(3)
            ]
            assert alive(server)
            assert not any(each.done() for each in waiting)
            server.house.hold.set()
            assert [statuses(each.result()) for each in waiting] == [[200]] * 3
