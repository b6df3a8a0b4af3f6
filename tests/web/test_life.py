"""What becomes of an address: a guide that changes, moves, is withdrawn and comes back; and of its pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from publisher import engine, life
from publisher.site import open_site
from tests.web.conftest import PNG, Server

MEDIA = "/-/media/knees/articles/images"
KNEE, COPY = f"{MEDIA}/knee.png", "/-/picture/knees/592/articles/images/knee.png"


def edit(server: Server, name: str, old: str, new: str) -> None:
    """Change a guide's file, and collect."""
    path = server.site.folder / "feeds/knees/articles" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, ns=(path.stat().st_mtime_ns + 10**9,) * 2)
    engine.collect_all(server.site, server.clock())


def withdraw(server: Server, slug: str) -> None:
    life.withdraw(server.site.store, server.site.publication("knees"), slug, server.clock())


@pytest.fixture
def moved(server: Server) -> Iterator[Server]:
    """The guide `stairs` is `steps` now."""
    edit(server, "stairs.md", "id: stairs\n", "id: stairs\nslug: steps\n")
    yield server


def test_an_old_address_leads_to_the_present_one(moved: Server) -> None:
    for path, to in [
        ("/knees/stairs", "/knees/steps"),
        ("/knees/stairs/", "/knees/steps"),
        ("/knees/stairs?from=mail&x=%20", "/knees/steps?from=mail&x=%20"),
        ("/knees/stairs/history", "/knees/steps/history"),
        ("/knees/stairs/history?x", "/knees/steps/history?x"),
    ]:
        answer = moved.get(path)
        assert answer.status_code == 301, path
        assert answer.next_request is not None
        assert answer.next_request.url.raw_path.decode() == to
        assert moved.get(to).status_code == 200


def test_a_withdrawn_guide_is_gone_everywhere(moved: Server) -> None:
    before = moved.get("/knees/feed.atom")
    assert "Stairs with" in before.text
    moved.clock.now += timedelta(hours=1)
    withdraw(moved, "steps")
    for path in (
        "/knees/steps",
        "/knees/steps/",
        "/knees/steps/history",
        "/knees/stairs",
        "/knees/stairs/history",
    ):
        answer = moved.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (410, "no-store"), path
        assert "withdrawn" in answer.text
        assert "Stairs" not in answer.text
    for path in ("/knees/", "/", "/sitemap.xml", "/feed.json", "/knees/feed.rss", "/-/all/knees/"):
        assert "steps" not in moved.get(path).text, path
    after = moved.get("/knees/feed.atom", if_none_match=before.headers["etag"])
    assert after.status_code == 200
    assert "deleted-entry" in after.text
    # Readers that know only of times hear of it, too.
    assert moved.get("/knees/feed.atom", if_modified_since=before.headers["last-modified"]).status_code == 200
    assert moved.get("/knees/tag/walking/").status_code == 404


def test_and_can_come_back(server: Server) -> None:
    withdraw(server, "stairs")
    assert server.get("/knees/stairs").status_code == 410
    life.restore(server.site.store, server.site.publication("knees"), "stairs")
    assert server.get("/knees/stairs").status_code == 200


def test_a_history_tells_what_differs(server: Server) -> None:
    assert server.get("/knees/stairs/history").status_code == 200
    edit(server, "stairs.md", "one step at a time", "two steps at a time")
    text = server.get("/knees/stairs/history").text
    assert "<ins>" in text
    assert "<del>" in text
    assert server.get("/knees/nothing/history").status_code == 404


def test_pictures_of_mails_that_were_sent(server: Server) -> None:
    """A picture that a text showed before stays; what a withdrawn guide showed goes."""
    edit(server, "stairs.md", "## Use the rail", "![A knee](images/unused.png)\n\n## Use the rail")
    assert server.get(f"{MEDIA}/unused.png").content == PNG
    edit(server, "stairs.md", "![A knee](images/unused.png)", "More words in its place.")
    assert "unused.png" not in server.get("/knees/stairs").text
    with open_site(server.site.folder, {}) as again:  # another process: it must not matter who remembers
        for site in (server.site, again):
            server.app.use(site)
            assert server.get(f"{MEDIA}/unused.png").status_code == 200
            assert server.get("/-/picture/knees/592/articles/images/unused.png").status_code == 200
        withdraw(server, "stairs")
        assert server.get(f"{MEDIA}/unused.png").status_code == 404
        assert server.get(KNEE).status_code == 200  # another guide's


def test_copies_of_pictures(server: Server) -> None:
    answer = server.get(COPY)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert server.get(COPY, if_none_match=answer.headers["etag"]).status_code == 304
    for width in ("593", "0", "-592", "0592", "x", "592x"):
        assert server.get(COPY.replace("592", width)).status_code == 404, width
    for name in ("unused", "pusteblume", ".hidden", "nothing"):
        assert server.get(COPY.replace("knee.png", f"{name}.png")).status_code == 404, name


def test_a_picture_that_is_none(server: Server) -> None:
    (server.site.folder / "feeds/knees/articles/images/knee.png").write_bytes(b"<script>")
    assert server.get(COPY).status_code == 404
    assert server.get(KNEE).headers["content-type"] == "image/png"
    assert server.get(KNEE).headers["x-content-type-options"] == "nosniff"


def test_sound_can_be_played_from_the_middle(server: Server) -> None:
    (server.site.folder / "feeds/knees/articles/talk.mp3").write_bytes(bytes(range(200)) * 100)
    edit(server, "stairs.md", "## Use the rail", "[Listen](talk.mp3)\n\n## Use the rail")
    answer = server.get("/-/media/knees/articles/talk.mp3", range="bytes=1000-1099")
    assert (answer.status_code, answer.content) == (206, bytes(range(100)))
    assert answer.headers["content-range"] == "bytes 1000-1099/20000"
