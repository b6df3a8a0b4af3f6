"""Feeds, archives, lists: every document over HTTP, in every coding, with its validators and links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publisher import engine
from publisher.web.documents import _url
from tests.web.conftest import Server, make_site, serving
from tests.web.pages import parse

TOML = """\
title = "Knees"
entries = 2
hubs = ["https://hub.example/", "https://other.example/hub"]

[[source]]
kind = "folder"
path = "articles"
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A window of two guides, so that there is an archive; and a hub."""
    folder = make_site(tmp_path_factory.mktemp("documents") / "site", **{"feeds/knees/feed.toml": TOML})
    with serving(folder) as server:
        yield server


def paths(site: Server) -> list[str]:
    return [f"/{path}" for path in site.app._door.catalogue.paths()]


def raw(site: Server, path: str, **headers: str) -> tuple[Any, bytes]:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    with site.client.stream("GET", path, headers=named) as answer:
        return answer, b"".join(answer.iter_raw())


def test_there_is_one_of_each_kind(site: Server) -> None:
    known = set(paths(site))
    assert {"/knees/feed.atom", "/knees/updates.rss", "/knees/archive/1.json", "/feed.atom"} <= known
    assert {"/knees/tag/anatomy/feed.atom", "/feeds.opml", "/sitemap.xml", "/robots.txt"} <= known
    assert any(path.startswith("/knees/author/") for path in known)


def test_every_document_is_the_librarys_in_every_coding(site: Server) -> None:
    for path in paths(site):
        document = site.app._door.catalogue.document(path[1:])
        assert document is not None
        tags = set()
        for coding in ("identity", "gzip", "br"):
            answer = site.get(path, accept_encoding=coding)
            assert (answer.status_code, answer.content) == (200, document.body), path
            assert answer.headers["content-type"] == f"{document.mime}; charset=utf-8"
            assert answer.headers["vary"] == "accept-encoding"
            assert answer.headers["cache-control"] == "no-cache"
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["last-modified"].endswith("GMT")
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert (
                site.get(path, accept_encoding=coding, if_none_match=answer.headers["etag"]).status_code
                == 304
            )
            tags.add(answer.headers["etag"])
        assert len(tags) == 3, path


def test_what_goes_over_the_wire_is_compressed(site: Server) -> None:
    plain = len(raw(site, "/knees/feed.atom", accept_encoding="identity")[1])
    for coding in ("gzip", "br"):
        answer, body = raw(site, "/knees/feed.atom", accept_encoding=coding)
        assert answer.headers["content-encoding"] == coding
        assert answer.headers["content-length"] == str(len(body))
        assert len(body) < plain / 2


def test_pages_and_style_sheets_are_compressed_too(site: Server) -> None:
    style = parse(site.get("/").text).xpath("//link[@rel='stylesheet']/@href")[0]
    for path in ("/", "/knees/", "/knees/stairs", "/-/feeds/knees", f"/{style.removeprefix('./')}"):
        answer, body = raw(site, path, accept_encoding="br")
        assert answer.headers["content-encoding"] == "br", path
        assert len(body) < len(site.get(path).content)


def test_a_feed_tells_of_itself_and_its_hubs(site: Server) -> None:
    link = site.get("/knees/feed.atom").headers["link"]
    assert '<https://guides.example/knees/feed.atom>; rel="self"; type="application/atom+xml"' in link
    assert '<https://hub.example/>; rel="hub"' in link
    assert '<https://other.example/hub>; rel="hub"' in link
    assert '<https://guides.example/knees/>; rel="alternate"; type="text/html"' in link
    assert "hub" not in site.get("/feed.atom").headers["link"]
    assert 'rel="alternate"' in site.get("/knees/tag/anatomy/feed.rss").headers["link"]
    assert "link" not in site.get("/robots.txt").headers


def test_an_address_as_a_header_can_hold_it() -> None:
    assert _url('https://hub.example/ö?a=<b>&c="d"\r\nX: y') == (
        "https://hub.example/%C3%B6?a=%3Cb%3E&c=%22d%22%0D%0AX:%20y"
    )


def test_a_reader_can_walk_back_through_everything(site: Server) -> None:
    """RFC 5005: from the feed through its archives, over HTTP."""
    path, seen = "/knees/feed.json", set()
    while path:
        feed = site.get(path).json()
        seen |= {item["url"] for item in feed["items"]}
        path = feed.get("next_url", "").removeprefix("https://guides.example")
    assert {url.rpartition("/")[2] for url in seen} == {"stairs", "rest", "picture"}


@pytest.mark.parametrize(
    "path",
    [
        *("/knees/feed.atom/", "/knees/feed.atom/x", "/knees/feed", "/knees/feed.", "/knees/feed.ATOM"),
        *("/knees/feed.atom;x", "/knees/feed.atom.gz", "/knees/archive/0.atom", "/knees/archive/01.atom"),
        *("/knees/archive/2.atom", "/knees/archive/-1.atom", "/knees/archive/1", "/knees/archive/"),
        *("/knees/archive/99999999999.atom", "/knees/tag/feed.atom", "/knees/tag/none/feed.atom"),
        *("/knees/author/anatomy/feed.atom", "/other/feed.atom", "/feeds.atom", "/feed.opml", "/robots.txt/"),
        *("/sitemap-knees-1.xml", "/sitemap-1.xml", "/-/all/knees/0", "/-/all/knees/2", "/-/all/knees/x"),
        *(
            "/-/all/other/",
            "/-/feeds/other",
            "/-/feed.atom",
            "/knees/tag/",
            "/knees/tag/anatomy/x",
            "/-/all/",
        ),
    ],
)
def test_nothing_is_there(site: Server, path: str) -> None:
    answer = site.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    assert "There is nothing here" in answer.text


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/knees/tag/anatomy?a", "/knees/tag/anatomy/?a"),
        ("/-/feeds", "/-/feeds/"),
        ("/-/feeds/knees/", "/-/feeds/knees"),
        ("/-/all/knees", "/-/all/knees/"),
        ("/-/all/knees/1/", "/-/all/knees/1"),
        ("/knees/stairs/history/", "/knees/stairs/history"),
    ],
)
def test_one_address_for_each_page(site: Server, path: str, to: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 308
    assert answer.next_request is not None
    assert answer.next_request.url.raw_path.decode() == to
    assert site.get(to).status_code == 200


def test_only_what_a_change_touches_is_made_again(server: Server) -> None:
    (server.site.folder / "feeds/hips/articles").mkdir(parents=True)
    (server.site.folder / "feeds/hips/feed.toml").write_text('title = "Hips"\n')
    (server.site.folder / "feeds/hips/articles/walk.md").write_text("# Walk\n\nA little each day.\n")
    from publisher.site import open_site

    with open_site(server.site.folder, {}) as site:
        server.app.use(site)
        engine.collect_all(site, server.clock())
        kept = ["/knees/feed.atom", "/knees/stairs", "/hips/feed.atom", "/", "/feed.atom", "/-/feeds/knees"]
        assert [server.get(path).status_code for path in kept] == [200] * len(kept)
        memory = server.app._door.memory
        before = {path: memory.get(path) for path in kept}
        (site.folder / "feeds/hips/articles/sit.md").write_text("# Sit\n\nNot too low.\n")
        engine.collect_all(site, server.clock())
        assert [server.get(path).status_code for path in kept] == [200] * len(kept)
        same = {path for path in kept if memory.get(path) is before[path]}
    assert same == {"/knees/feed.atom", "/knees/stairs"}


def test_an_edited_template_is_seen_at_once(server: Server) -> None:
    assert "my own foot" not in server.get("/knees/stairs").text
    own: Path = server.site.folder / "templates/web"
    own.mkdir(parents=True)
    (own / "guide.html").write_text("{{ guide.title }}, my own foot")
    assert server.get("/knees/stairs").text == "Stairs with a sore knee, my own foot"
    (own / "guide.html").write_text("{{ guide.title }}, another foot")
    assert server.get("/knees/stairs").text == "Stairs with a sore knee, another foot"
