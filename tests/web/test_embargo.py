"""What is not released is nowhere: no page, feed, header, error, picture or file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher import engine, library, pages
from publisher.site import bundled
from tests.web.conftest import SECRETS, Server
from tests.web.pages import crawl

GUESSES = [
    "/knees/quittengelee",
    "/knees/quittengelee/",
    "/knees/waiting",
    "/knees/zwiebelturm-method",
    "/knees/tag/mondkalender/feed.atom",
    "/-/media/knees/articles/images/pusteblume.png",
    "/-/media/knees/articles/waiting.md",
]


def everything(server: Server) -> str:
    """All that a stranger can make the site say."""
    said = list(crawl(server).values())
    for path in (*crawl(server), *GUESSES):
        for method in ("GET", "HEAD", "OPTIONS", "POST"):
            answer = server.client.request(method, path)
            said += [str(answer.headers), answer.content.decode("utf-8", "replace")]
    return "\n".join(said)


def test_a_guide_that_waits_is_nowhere(reading: Server) -> None:
    said = everything(reading).lower()
    assert "stairs with a sore knee" in said
    assert [word for word in SECRETS if word in said] == []


@pytest.mark.parametrize("path", GUESSES)
def test_guessing_tells_nothing(reading: Server, path: str) -> None:
    """The answer for a guide that waits is, byte for byte, the answer for a guide that does not exist."""
    nothing = "/".join("x" * len(part) for part in path.split("/"))
    nothing = (
        path[: path.index("/", 1)] + nothing[path.index("/", 1) :] if path.startswith("/knees") else nothing
    )
    waiting, absent = reading.get(path), reading.get(nothing)
    assert waiting.status_code == absent.status_code == 404
    assert waiting.content == absent.content


def test_a_guide_that_waits_is_in_no_file(reading: Server, tmp_path: Path) -> None:
    settings = reading.site.settings
    shelf = library.shelf(
        reading.site.store,
        reading.site.publication("knees"),
        base_url=settings.base_url,
        authority=settings.id_authority,
    )
    head = pages.SiteHead(settings.title, settings.base_url, reading.site.publications)
    files = dict(pages.Pages(head, [bundled("templates")]).files([shelf]))
    said = "\n".join([*files, *(body.decode("utf-8", "replace") for body in files.values())]).lower()
    assert "knees/stairs/index.html" in files
    assert [word for word in SECRETS if word in said] == []


def test_it_is_everywhere_when_its_time_has_come(server: Server) -> None:
    """The same search finds the words once they are public: it would have found them before."""
    server.clock.now = datetime(2027, 1, 2, tzinfo=UTC)
    engine.tick(server.site, server.clock)
    said = everything(server).lower()
    assert [word for word in SECRETS if word not in said] == []
    assert server.get("/knees/quittengelee").status_code == 200
    assert server.get("/-/media/knees/articles/images/pusteblume.png").status_code == 200
