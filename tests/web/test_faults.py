"""What goes wrong is told in plain words, with a reference that the owner finds in the log."""

from __future__ import annotations

import logging
import re

import pytest
import sqlalchemy as sa

from publisher.web.answers import Answer, Asked
from publisher.web.door import Door
from publisher.web.faults import attempt
from tests.web.conftest import Server
from tests.web.pages import parse


def test_nothing_here(reading: Server) -> None:
    answer = reading.get("/knees/<script>alert(1)</script>")
    assert answer.status_code == 404
    page = parse(answer.text)
    assert page.findtext(".//h1") == "There is nothing here"
    assert "alert" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_a_database_that_is_away(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with server.site.store.write() as db:
        db.execute(sa.text("ALTER TABLE article RENAME TO hidden"))
    with caplog.at_level(logging.ERROR):
        answer = server.get("/knees/stairs")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    (reference,) = re.findall(r'class="reference">([0-9a-f]{8})<', answer.text)
    assert reference in caplog.text
    assert "SELECT" not in answer.text
    assert "article" not in answer.text
    assert server.get("/-/healthz").status_code == 200


def test_a_template_of_the_owner_that_is_broken(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """The log names file and line; the page is shown in the look that came with the program."""
    own = server.site.folder / "templates/web"
    own.mkdir(parents=True)
    (own / "guide.html").write_text("{% block %}")
    (own / "base.html").write_text("{{ no_such_variable }}")
    with caplog.at_level(logging.ERROR):
        answer = server.get("/knees/stairs")
    assert answer.status_code == 500
    assert "<h1>Something went wrong</h1>" in answer.text
    assert "templates/web/guide.html:1" in caplog.text
    assert "no_such_variable" not in answer.text
    assert server.get("/nothing").status_code == 404
    (own / "base.html").unlink()
    (own / "guide.html").write_text("<h1>{{ guide.title }}</h1>")
    assert server.get("/knees/stairs").text == "<h1>Stairs with a sore knee</h1>"


def test_a_template_of_one_publication(server: Server) -> None:
    own = server.site.folder / "feeds/knees/templates/web"
    own.mkdir(parents=True)
    (own / "publication.html").write_text("{{ publication.title }}: {{ publication.guides | length }}")
    assert server.get("/knees/").text == "Knees: 3"
    assert "<h1>Example Guides</h1>" in server.get("/").text


def test_a_fault_of_ours(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    def faulty(_door: Door, _asked: Asked) -> Answer:
        raise RuntimeError("secret detail")

    asked = Asked("GET", "/knees/stairs", "", {}, {}, "127.0.0.1")
    with caplog.at_level(logging.ERROR):
        answer = attempt(faulty, server.app._door, asked)
    text = answer.body.decode()
    assert answer.status == 500
    assert "secret detail" not in text
    assert "Traceback" not in text
    (reference,) = re.findall(r'class="reference">([0-9a-f]{8})<', text)
    assert reference in caplog.text
    assert "secret detail" in caplog.text


def test_a_file_that_vanishes(server: Server) -> None:
    assert server.get("/-/media/knees/articles/images/knee.png").status_code == 200
    (server.site.folder / "feeds/knees/articles/images/knee.png").unlink()
    assert server.get("/-/media/knees/articles/images/knee.png").status_code == 404
