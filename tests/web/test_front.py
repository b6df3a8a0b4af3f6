"""The front: what is kept and for whom, over both of its ways out, with a site of a few lines."""

from __future__ import annotations

import asyncio
import gzip
import threading
from pathlib import Path

import brotli
import httpx
import pytest

from publisher.errors import StorageError
from publisher.web.answers import Answer
from publisher.web.kept import prepare, quick_answer
from tests.web.fronts import TEXT, House

# ------------------------------------------------------------------------------------------ what is kept


def test_it_is_made_once_for_all_codings_and_methods() -> None:
    house = House()
    for coding in ("identity", "gzip", "br", "gzip, br"):
        for method in ("GET", "HEAD"):
            answer = house.get(method=method, accept_encoding=coding)
            assert answer.status_code == 200
            assert answer.text == (house.text if method == "GET" else "")
    assert house.made == ["/doc"]


def test_of_a_crowd_one_has_it_made() -> None:
    house = House()
    answers = house.talk(lambda client: asyncio.gather(*(client.get("/doc") for _ in range(60))))
    assert {answer.text for answer in answers} == {house.text}
    assert house.made == ["/doc"]


def test_a_change_is_seen_by_the_next_request() -> None:
    house = House(within=0)
    tag = house.get().headers["etag"]
    house.text, house.version = "second", 2
    answer = house.get(if_none_match=tag)
    assert (answer.status_code, answer.text) == (200, "second")


def test_a_change_is_seen_when_the_moment_is_over() -> None:
    house = House(within=0.5)
    house.get()
    house.text, house.version = "second", 2
    house.now += 0.4
    assert house.get().text.startswith("first")
    house.now += 0.1
    assert house.get().text == "second"
    house.text, house.version = "nothing", 3
    house.now += 0.5
    assert house.get().status_code == 404


def test_what_was_made_while_something_changed_is_not_kept() -> None:
    """Somebody asks; while that is made, the text changes, and somebody asks who knows of it."""
    house = House(within=0)
    house.hold = threading.Event()

    async def scene(client: httpx.AsyncClient) -> list[str]:
        early = asyncio.ensure_future(client.get("/doc"))
        await asyncio.to_thread(house.begun.wait, 5)
        house.text, house.version = "second", 2
        late = asyncio.ensure_future(client.get("/doc"))
        while len(house.made) < 2:
            await asyncio.sleep(0.005)
        assert house.hold
        house.hold.set()
        both = await asyncio.gather(early, late)
        return [answer.text[:6] for answer in (*both, await client.get("/doc"))]

    assert house.talk(scene) == ["first ", "second", "second"]


@pytest.mark.parametrize("path", ["/nowhere", "/old"])
def test_only_what_is_there_is_kept(path: str) -> None:
    house = House()
    house.get(path)
    assert len(house.door.memory) == 0


def test_nothing_old_is_sent_when_the_database_is_away() -> None:
    house = House()
    assert house.get().status_code == 200
    house.problem = StorageError("the disk does not answer")
    answer = house.get()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    house.problem = None
    assert house.get().status_code == 200


def test_a_large_answer_waits_on_disk_and_comes_whole() -> None:
    house = House()
    house.text = "".join(f"{number:x} " for number in range(700_000))
    plain = house.get(accept_encoding="identity")
    assert plain.text == house.text
    assert house.get(accept_encoding="gzip").text == house.text
    assert house.door.memory.on_disk > len(house.text)
    assert house.door.memory.in_memory < 10_000
    assert house.get(method="HEAD", accept_encoding="identity").headers["content-length"] == str(
        len(house.text)
    )


def test_an_answer_by_query_is_kept_by_query() -> None:
    house = House()
    assert [house.get(f"/static?v={n}").text for n in (1, 2, 1)] == ["v=1", "v=2", "v=1"]
    assert "/static?v=1" in house.door.memory


# ------------------------------------------------------------------------------------------- what is said


def test_a_304_has_what_it_must_have_and_no_more() -> None:
    house = House()
    full = house.get(accept_encoding="gzip")
    for method in ("GET", "HEAD"):
        brief = house.get(method=method, accept_encoding="gzip", if_none_match=full.headers["etag"])
        assert (brief.status_code, brief.content) == (304, b"")
        assert dict(brief.headers) == {
            "etag": full.headers["etag"],
            "cache-control": "no-cache",
            "vary": "accept-encoding",
        }


def test_the_tag_of_one_coding_does_not_stand_for_another() -> None:
    house = House()
    tag = house.get(accept_encoding="gzip").headers["etag"]
    assert house.get(accept_encoding="br", if_none_match=tag).status_code == 200
    assert house.get(accept_encoding="identity", if_none_match=tag).status_code == 200


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_every_variant_says_that_there_are_others(coding: str) -> None:
    house = House()
    for headers in ({}, {"if_none_match": "*"}):
        answer = house.get(accept_encoding=coding, **headers)
        assert answer.headers["vary"] == "accept-encoding"
    assert house.get(accept_encoding=coding).headers.get("content-encoding", "identity") == coding


def test_no_coding_that_suits() -> None:
    house = House()
    answer = house.get(accept_encoding="identity;q=0, zstd")
    assert (answer.status_code, answer.headers["vary"]) == (406, "accept-encoding")
    assert "gzip" in answer.text


def test_a_document_is_sent_whole_whatever_part_is_asked_for() -> None:
    house = House()
    answer = house.get(range="bytes=0-9", if_range='"x"', accept_encoding="identity")
    assert (answer.status_code, answer.text) == (200, house.text)
    assert "accept-ranges" not in answer.headers


@pytest.mark.parametrize("wish", ["feed", "feed, vcdiff", "*"])
def test_a_reader_that_could_take_a_difference_gets_all_or_nothing(wish: str) -> None:
    """RFC 3229: with 226 there would be a delta; 200 and 304 are what everybody understands."""
    house = House()
    full = house.get(a_im=wish, accept_encoding="gzip")
    assert (full.status_code, "im" in full.headers) == (200, False)
    again = house.get(a_im=wish, accept_encoding="gzip", if_none_match=f'"x", {full.headers["etag"]}')
    assert again.status_code == 304


def test_a_failed_precondition() -> None:
    house = House()
    assert house.get(if_match='"other"').status_code == 412
    assert house.get(if_unmodified_since="Wed, 04 Nov 2020 12:00:00 GMT").status_code == 412
    assert house.get(if_match="*").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_other_methods(method: str) -> None:
    house = House()
    for path in ("/doc", "/guide/that-does-not-exist"):
        answer = house.get(path, method)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert house.made == []
    assert house.get(method="OPTIONS").status_code == 204


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/page", "./page/"),
        ("/page?a=1&b=%20", "./page/?a=1&b=%20"),
        ("/guide/a%20b/", "../a%20b"),
        ("/guide/x/?q", "../x?q"),
    ],
)
def test_one_address_for_each_page(path: str, to: str) -> None:
    house = House()
    answer = house.get(path)
    assert (answer.status_code, answer.headers["location"]) == (308, to)
    house.text = "nothing"
    house.version += 1
    assert house.get(path).status_code == 404


def test_where_it_went_with_its_query() -> None:
    answer = House().get("/old?from=mail")
    assert (answer.status_code, answer.headers["location"]) == (301, "./doc?from=mail")


@pytest.mark.parametrize(
    "path", ["/doc/", "/doc/x", "/doc;x", "/doc%2F", "/%64oc%00", "/doc%", "/doc%0a", "//doc"]
)
def test_nothing_may_follow(path: str) -> None:
    house = House()
    house.get("/doc")
    answer = house.get(path)
    assert answer.status_code in (404, 418), path


def test_other_names_of_a_path_share_what_is_kept() -> None:
    house = House()
    assert {house.get(path).status_code for path in ("/doc", "/%64oc", "/%64%6fc", "/doc?utm=x")} == {200}
    assert len(house.door.memory) == 1


def test_what_is_not_the_fronts_goes_on() -> None:
    assert House().get("/-/unsubscribe/x").status_code == 418


# ---------------------------------------------------------------------------------------- the short way

ASKED = [
    {},
    {"accept-encoding": "gzip"},
    {"accept-encoding": "gzip;q=0.5, br"},
    {"accept-encoding": "identity;q=0"},
    {"accept-encoding": "zstd"},
    {"if-none-match": "*"},
    {"if-none-match": '"other"'},
    {"if-modified-since": "Wed, 04 Nov 2026 12:00:00 GMT"},
    {"if-modified-since": "Wed, 04 Nov 2020 12:00:00 GMT"},
    {"if-match": '"other"'},
    {"range": "bytes=0-1"},
    {"a-im": "feed"},
]


@pytest.mark.parametrize("headers", ASKED)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_both_ways_say_the_same(method: str, headers: dict[str, str]) -> None:
    house = House(within=10)
    house.get()
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    short = house.front.quick(method.encode(), b"/doc?x=1", raw)

    async def bare(client: httpx.AsyncClient) -> tuple[int, dict[str, str], bytes]:
        request = httpx.Request(method, "http://guides.example/doc", headers=headers)
        answer = await client.send(request, stream=True)
        return answer.status_code, dict(answer.headers), b"".join([part async for part in answer.aiter_raw()])

    status, named, body = house.talk(bare)
    if status in (406, 412):
        assert short is None
        return
    assert short is not None
    first, *lines = short[0].decode().removesuffix("\r\n").split("\r\n")
    assert first.startswith(f"HTTP/1.1 {status} ")
    assert dict(line.split(": ", 1) for line in lines) == named
    assert short[1] == body


def test_the_short_way_leaves_alone_what_takes_longer() -> None:
    house = House(within=10)
    assert house.front.quick(b"GET", b"/doc", []) is None  # not made yet
    house.get()
    assert house.front.quick(b"GET", b"/doc", []) is not None
    for method, target in [
        (b"POST", b"/doc"),
        (b"GET", b"/%64oc"),
        (b"GET", b"/\xff"),
        (b"GET", b"http://x/doc"),
    ]:
        assert house.front.quick(method, target, []) is None
    for header in (b"content-length", b"transfer-encoding", b"expect", b"upgrade"):
        assert house.front.quick(b"GET", b"/doc", [(header, b"1")]) is None
    house.now += 10
    assert house.front.quick(b"GET", b"/doc", []) is None  # too old: somebody has to look


def test_what_is_said_can_be_read_back() -> None:
    kept = prepare(Answer(b"word " * 1000, TEXT))
    for coding, read in ((b"gzip", gzip.decompress), (b"br", brotli.decompress)):
        answer = quick_answer(kept, b"GET", [(b"accept-encoding", coding)])
        assert answer is not None
        assert read(answer[1]) == b"word " * 1000


# ------------------------------------------------------------------------------------------------- files


def test_files_in_parts(tmp_path: Path) -> None:
    body = bytes(range(256)) * 4000
    (tmp_path / "file.bin").write_bytes(body)
    house = House(folder=tmp_path)
    whole = house.get("/file")
    assert (whole.content, whole.headers["accept-ranges"]) == (body, "bytes")
    assert "vary" not in whole.headers
    part = house.get("/file", range="bytes=1000-1999", if_range=whole.headers["etag"])
    assert (part.status_code, part.content) == (206, body[1000:2000])
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(body)}"
    assert house.get("/file", range="bytes=-3").content == body[-3:]
    behind = house.get("/file", range=f"bytes={len(body)}-")
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{len(body)}")
    assert behind.content == b""
    other = house.get("/file", range="bytes=0-1", if_range='"other"')
    assert (other.status_code, len(other.content)) == (200, len(body))
    head = house.get("/file", "HEAD", range="bytes=0-1")
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(body)))
    assert house.get("/file", if_none_match=whole.headers["etag"]).status_code == 304
    assert len(house.door.memory) == 0


def test_a_file_that_is_changed_has_another_tag(tmp_path: Path) -> None:
    house = House(folder=tmp_path)
    (tmp_path / "file.bin").write_bytes(b"")
    empty = house.get("/file")
    assert (empty.status_code, empty.content) == (200, b"")
    (tmp_path / "file.bin").write_bytes(b"more")
    more = house.get("/file", if_none_match=empty.headers["etag"])
    assert (more.status_code, more.content) == (200, b"more")
    (tmp_path / "file.bin").unlink()
    assert house.get("/file").status_code == 404
