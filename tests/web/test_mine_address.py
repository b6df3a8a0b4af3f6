"""The address of a follower's stream: what is not behind it, who is refused, and what it costs to ask again."""

from __future__ import annotations

import gzip

import brotli
import httpx
import pytest

from publisher import engine, follow, storage
from tests.web.conftest import NOW, Server
from tests.web.mines import (
    ALL,
    BASE,
    BOOKS,
    DAY,
    FEEDS,
    change,
    join,
    link,
    titles,
)
from tests.web.test_embargo import LATER, NEXT, SECRETS, wait
from tests.web.test_leaving import statements

# ------------------------------------------------------------------------------- what must not be shown


def test_what_waits_is_not_there(server: Server) -> None:
    """A guide, and the next text of another one; then their time comes, and they are there."""
    path = link(server, join(server))
    before = {name: server.get(path + name).headers["etag"] for name in ALL}
    wait(server)
    said = "\n".join(server.get(path + name).text for name in ALL).lower()
    assert "stairs with a sore knee" in said
    assert [word for word in (*SECRETS, *NEXT) if word in said] == []
    assert {name: server.get(path + name).headers["etag"] for name in ALL} == before
    server.clock.now = LATER
    engine.tick(server.site, server.clock)
    said = "\n".join(server.get(path + name).text for name in ALL).lower()
    assert "zwiebelturm" in said and "apfelwein" in said
    server.get(path)


def test_a_withdrawn_guide_is_gone(server: Server) -> None:
    path = link(server, join(server))
    server.clock.now += DAY
    change(server)
    assert "stairs" in server.get(path).text
    with server.site.store.planning() as db:
        guide = storage.find_article(db, "knees", "stairs")
        storage.withdraw(db, [guide], "owner", server.clock())
        storage.bump(db, storage.publication_id(db, "knees"))
    for name in ALL:
        assert "/stairs" not in server.get(path + name).text


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_of_nothing_is_valid_and_says_so(server: Server, name: str) -> None:
    number = join(server)
    follow.remove(server.site.store, "ana@example.org", None, NOW)
    path = link(server, number)
    answer = server.get(path + name)
    assert answer.status_code == 200
    assert BOOKS[name.partition(".")[2]].complaints(answer.content) == []
    assert "You follow nothing at the moment, so nothing comes here." in answer.text
    assert "<entry" not in answer.text and "<item>" not in answer.text and '"id"' not in answer.text
    page = server.get(path)
    assert page.status_code == 200 and titles(page) == []
    assert "You follow nothing at the moment" in page.text


@pytest.mark.parametrize("name", ALL)
def test_an_address_that_was_replaced(server: Server, name: str) -> None:
    number = join(server)
    old = link(server, number)
    assert server.get(old + name).status_code == 200
    with server.site.store.write() as db:
        generation = storage.renew_links(db, number)
    answer = server.get(old + name)
    assert answer.status_code == 410
    assert "no longer in use" in answer.text and "ana" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert server.get(link(server, number, generation) + name).status_code == 200


@pytest.mark.parametrize("name", ALL)
def test_somebody_who_was_forgotten(server: Server, name: str) -> None:
    number = join(server)
    with server.site.store.write() as db:
        storage.forget(db, number)
    assert server.get(link(server, number) + name).status_code == 410
    assert server.get(link(server, 999) + name).status_code == 410


def bad(path: str) -> list[str]:
    folder, token = path.rstrip("/").rsplit("/", 1)
    keys = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.replace(".mine.1.", ".mine.2."),
        "x",
        "%00",
        token * 9,
    ]
    keys += [token.replace(".mine.", ".preferences."), token.rpartition(".")[0], token.replace(".0.", ".1.")]
    return [f"{folder}/{each}/" for each in keys if each != token]


def test_a_bad_token_touches_no_database(server: Server) -> None:
    path = link(server, join(server))
    other = server.site.links.preferences(1).removeprefix(BASE).replace("/preferences/", "/my/") + "/"
    tried = [*bad(path), other]
    assert len(tried) == 9
    server.get(path)
    with statements(server) as said:
        for each in tried:
            for name in ALL:
                answer = server.get(each + name)
                assert answer.status_code == 404, each
                assert "Traceback" not in answer.text
    assert said == []


# ----------------------------------------------------------------------------------------- what it costs


@pytest.mark.parametrize("name", ALL)
def test_what_he_has_already_is_not_made_again(server: Server, name: str) -> None:
    path = link(server, join(server)) + name
    first = server.get(path)
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    with statements(server) as said:
        for headers in (
            {"if-none-match": tag},
            {"if-none-match": f'W/{tag}, "x"'},
            {"if-modified-since": modified},
        ):
            answer = server.client.get(path, headers=headers)
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == tag
            assert answer.headers["cache-control"] == first.headers["cache-control"]
            assert "content-length" not in answer.headers and "content-type" not in answer.headers
            assert answer.headers["referrer-policy"] == "no-referrer"
    reads = [each for each in said if each.startswith("SELECT")]
    assert len(reads) <= 3 * 5
    assert not any("revision.html" in each for each in reads)
    assert server.client.get(path, headers={"if-match": '"other"'}).status_code == 412
    server.clock.now += DAY
    change(server)
    again = server.client.get(path, headers={"if-none-match": tag, "if-modified-since": modified})
    assert again.status_code == 200 and again.headers["etag"] != tag
    assert again.headers["last-modified"] != modified
    assert server.client.get(path, headers={"if-modified-since": modified}).status_code == 200


@pytest.mark.parametrize("name", ALL)
def test_bodies_are_compressed_if_that_is_wanted(server: Server, name: str) -> None:
    path = link(server, join(server)) + name
    bodies = {}
    for coding in ("br", "gzip", "identity"):
        with server.client.stream("GET", path, headers={"accept-encoding": coding}) as answer:
            raw = b"".join(answer.iter_raw())
            assert answer.headers.get("content-encoding", "identity") == coding
            assert answer.headers["vary"] == "accept-encoding"
            assert int(answer.headers["content-length"]) == len(raw)
            bodies[answer.headers["etag"]] = raw
    br, zipped, plain = bodies.values()
    assert brotli.decompress(br) == gzip.decompress(zipped) == plain
    assert len(br) < len(plain)


@pytest.mark.parametrize("name", ALL)
def test_head_says_what_get_says(server: Server, name: str) -> None:
    path = link(server, join(server)) + name
    got, head = server.get(path), server.client.head(path)
    assert head.status_code == 200 and head.content == b""
    drop = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in drop} == {
        k: v for k, v in got.headers.items() if k not in drop
    }
    for method in ("POST", "PUT", "DELETE"):
        assert server.client.request(method, path).status_code == 405


def test_an_address_without_its_slash_leads_on(server: Server) -> None:
    path = link(server, join(server))
    answer = server.get(path.rstrip("/"))
    assert answer.status_code == 308
    assert httpx.URL(str(answer.url)).join(answer.headers["location"]).path == path


@pytest.mark.parametrize("name", ["feed.opml", "feed.xml", "feed", "updates.atom", "x/feed.atom"])
def test_there_is_nothing_else_below_it(server: Server, name: str) -> None:
    answer = server.get(link(server, join(server)) + name)
    assert answer.status_code == 404


def test_a_quoted_name_is_the_same_feed(server: Server) -> None:
    path = link(server, join(server))
    assert server.get(path + "feed%2Eatom").text == server.get(path + "feed.atom").text


def test_looking_changes_nothing(server: Server) -> None:
    path = link(server, join(server))
    with statements(server) as said:
        for name in ALL:
            for method in ("GET", "HEAD", "OPTIONS"):
                server.client.request(method, path + name)
    assert {each.split()[0] for each in said} <= {"BEGIN", "SELECT"}
