"""What is not released is nowhere: no page, feed, header, error, picture or file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from publisher import engine
from tests.web.conftest import PNG, SECRETS, Server
from tests.web.pages import crawl

LATER = datetime(2027, 1, 2, tzinfo=UTC)
SUFFIXES = ("atom", "rss", "json")
# The same words, of a public guide's next text.
NEXT = ("apfelwein", "birnbaum", "libellenflug", "sonnenuhr", "ziegenhirt", "kornblume", "schneckenpost")
NEXT_TEXT = """\
---
id: stairs
title: Apfelwein with a sore knee
slug: birnbaum
authors: [Karla Kornblume]
tags: [walking, libellenflug]
summary: By the sonnenuhr.
change: By schneckenpost.
image: { src: images/ziegenhirt.png, alt: "sonnenuhr" }
release: 2027-01-01
---
Going **up**, the sonnenuhr goes first: ![A picture](images/ziegenhirt.png)
"""
STAIRS = Path("feeds/knees/articles/stairs.md")


def guesses(slug: str, file: str, tag: str, author: str, picture: str) -> list[str]:
    """Addresses that somebody could try who knows how ours are made."""
    found = [f"/knees/{slug}", f"/knees/{slug}/", f"/knees/{slug}/history", f"/knees/{slug}/history/"]
    for kind, word in (("tag", tag), ("author", author)):
        found += [f"/knees/{kind}/{word}", f"/knees/{kind}/{word}/"]
        found += [f"/knees/{kind}/{word}/feed.{suffix}" for suffix in SUFFIXES]
    images = "knees/articles/images"
    found += [f"/-/media/{images}/{picture}.png", f"/-/picture/{images}/{picture}.png"]
    found += [f"/-/picture/knees/{width}/articles/images/{picture}.png" for width in (592, 1184, 600)]
    found += [f"/-/media/knees/articles/{file}", f"/knees/archive/{slug}.atom", f"/sitemap-{slug}-1.xml"]
    return found


WAITING = guesses("quittengelee", "waiting.md", "mondkalender", "ottilie-wolkenschaf", "pusteblume")
COMING = guesses("birnbaum", "stairs.md", "libellenflug", "karla-kornblume", "ziegenhirt")
ABSENT = guesses("x", "x.md", "y", "z-z", "unused")


def addresses(server: Server) -> list[str]:
    """All that links lead to, all documents, and what only archives would show."""
    documents = [f"/{path}" for path in server.app._door.catalogue.paths()]
    missing = [
        "/nothing",
        "/knees/nothing",
        "/knees/archive/1.atom",
        "/-/all/knees/2",
        "/-/inbox",
        "/-/",
        "/-/x",
    ]
    return list(dict.fromkeys([*crawl(server), *documents, *missing]))


def said(server: Server, paths: Iterable[str]) -> str:
    """Whatever a stranger can make the site say there: heads, and bodies as they are after decompression."""
    words = []
    for path in paths:
        for method in ("GET", "POST", "OPTIONS"):
            answer = server.client.request(method, path)
            assert answer.status_code < 500, path
            words += [str(answer.headers), answer.content.decode("utf-8", "replace")]
    return "\n".join(words).lower()


def whole(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    return answer.status_code, headers, answer.content


def wait(server: Server) -> None:
    """Let the next text of a public guide wait, too."""
    path = server.site.folder / STAIRS
    path.write_text(NEXT_TEXT, encoding="utf-8")
    (path.parent / "images/ziegenhirt.png").write_bytes(PNG)
    engine.collect_all(server.site, server.clock())


def test_what_waits_is_nowhere(server: Server) -> None:
    """A guide, and the next text of another one; before their time, and then the same search finds all."""
    server.get("/knees/stairs")
    wait(server)
    before = said(server, [*addresses(server), *ABSENT])
    assert "stairs with a sore knee" in before
    assert [word for word in (*SECRETS, *NEXT) if word in before] == []
    guessed = said(server, [*WAITING, *COMING])  # what is asked for is not repeated
    assert [word for word in (*SECRETS, *NEXT) if word in guessed] == []
    server.clock.now = LATER
    engine.tick(server.site, server.clock)
    after = said(server, addresses(server))
    assert [word for word in (*SECRETS, *NEXT) if word not in after] == []


def test_guessing_tells_nothing(server: Server) -> None:
    """For what waits the answer is, byte for byte and header for header, the one for what does not exist."""
    wait(server)
    for waiting, coming, absent in zip(WAITING, COMING, ABSENT, strict=True):
        expected = whole(server.get(absent))
        assert expected[0] == 404
        assert whole(server.get(waiting)) == expected, waiting
        assert whole(server.get(coming)) == expected, coming


def test_tags_do_not_change_while_something_waits(server: Server) -> None:
    """An ETag that moved would tell that something is coming."""
    paths = [path for path in addresses(server) if "etag" in server.get(path).headers]
    assert len(paths) > 20
    before = {path: server.get(path).headers["etag"] for path in paths}
    wait(server)
    assert {path: server.get(path).headers["etag"] for path in paths} == before


def test_what_waits_is_in_no_file(reading: Server, tmp_path: Path) -> None:
    engine.build_site(reading.site, tmp_path / "out")
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert (tmp_path / "out/knees/stairs/index.html") in files
    words = "\n".join(str(path) + path.read_bytes().decode("utf-8", "replace") for path in files).lower()
    assert [word for word in SECRETS if word in words] == []


@pytest.mark.parametrize("path", ["/knees/quittengelee", "/-/media/knees/articles/images/pusteblume.png"])
def test_it_is_there_when_its_time_has_come(server: Server, path: str) -> None:
    assert server.get(path).status_code == 404
    server.clock.now = LATER
    engine.tick(server.site, server.clock)
    assert server.get(path).status_code == 200
