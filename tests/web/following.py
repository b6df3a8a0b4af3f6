"""A site whose publications can be followed by mail, and what people do on its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
import lxml.html
import sqlalchemy as sa

from publisher import storage
from tests.conftest import SITE
from tests.web.conftest import Server, make_site
from tests.web.pages import parse

ADA = "ada@example.org"
HANDS = """\
title = "Living with sore hands"
description = "What helps at home and at work."
topics = ["cooking", "at work"]
accent = "#8a4b1f"

[[digest]]
name = "daily"
schedule = { kind = "cron", at = "0 7 * * *", timezone = "Europe/Berlin" }

[[source]]
kind = "folder"
path = "articles"
backfill = "announce"
"""
JAR = "---\ntitle: Opening a jar\n---\nTurn it.\n"


def make_following(folder: Path, more: str = "") -> Path:
    """Knees (weekly), Hands (daily of its own, and the site's weekly; two topics)."""
    files = {"feeds/hands/feed.toml": HANDS, "feeds/hands/articles/jar.md": JAR}
    return make_site(folder, **files, **{"publisher.toml": SITE["publisher.toml"] + more})


def ask(server: Server, email: str = ADA, **more: object) -> httpx.Response:
    """Send the form as it stands on the page of Knees."""
    fields = {"at": "knees", "email": email, "publication": "knees", "website": "", **more}
    return server.client.post("/-/ask", data=fields)  # type: ignore[arg-type]


def notices(server: Server, kind: str = "confirm") -> list[storage.NoticeRow]:
    with server.site.store.read() as db:
        numbers = list(db.execute(sa.text("SELECT id FROM notice ORDER BY id")).scalars())
        found = [row for number in numbers if (row := storage.notice_row(db, number)) is not None]
    return [each for each in found if each.kind.value == kind]


def link(server: Server) -> str:
    """The path in the last mail that asks."""
    notice = notices(server)[-1]
    url = server.site.links.confirm(notice.id, notice.expires_at)
    return url.removeprefix(server.site.settings.base_url)


def follows(server: Server, email: str = ADA) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    with server.site.store.read() as db:
        number = storage.find_follower(db, "mail", email)
        found = storage.follows_of(db, number) if number is not None else []
    return {each.publication: (each.state, each.cadence, each.topics) for each in found}


def contents(server: Server) -> list[object]:
    """All that following writes, to see that nothing was written."""
    tables = ("follower", "follow", "follow_event", "notice", "throttle", "delivery", "suppression")
    with server.site.store.read() as db:
        return [list(db.execute(sa.text(f"SELECT * FROM {table} ORDER BY 1"))) for table in tables]


@contextmanager
def statements(server: Server) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(re.sub(r"\s+", " ", statement))

    sa.event.listen(server.site.store.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(server.site.store.engine, "before_cursor_execute", note)


def form(answer: httpx.Response, at: int = 0) -> tuple[str, dict[str, list[str]]]:
    """Where a form of the page goes, and what it sends as it stands."""
    element = parse(answer.text).xpath("//form")[at]
    assert element.get("method") == "post"
    return urljoin(str(answer.url), element.get("action")), sent(element)


def sent(element: lxml.html.HtmlElement) -> dict[str, list[str]]:
    """The fields of a form as a browser would send them."""
    found: dict[str, list[str]] = {}
    for name, value in element.form_values():
        found.setdefault(name, []).append(value)
    return found


def heading(answer: httpx.Response) -> str:
    return str(parse(answer.text).xpath("string(//h1)")).strip()
