"""A follower with his own feeds, in one line; and what his page and his feeds say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from publisher import engine, follow, storage
from publisher.site import open_site
from tests.formats.atom_rules import ATOM
from tests.formats.jsonfeed_rules import JSONFEED
from tests.formats.rss_rules import RSS
from tests.formats.rules import RuleBook
from tests.web.conftest import NOW, Server
from tests.web.pages import parse

BOOKS: dict[str, RuleBook[Any]] = {"atom": ATOM, "rss": RSS, "json": JSONFEED}
BASE = "https://guides.example"
FEEDS = [f"feed.{suffix}" for suffix in BOOKS]
ALL = ["", *FEEDS]
HIPS = {
    "feeds/hips/feed.toml": 'title = "Hüften"\nlanguage = "de"\n',
    "feeds/hips/articles/kalt.md": "---\ntitle: Kälte & Wärme\n---\nWas die Hüfte mag.\n",
}
DAY = timedelta(days=1)


def join(server: Server, *topics: str, now: datetime = NOW, cadence: str = "weekly") -> int:
    """Ana follows all that there is."""
    with_consent: dict[str, Any] = {"cadence": cadence, "topics": topics, "consent": "asked", "now": now}
    follow.follow(server.site.store, "ana@example.org", server.site.publications, **with_consent)
    with server.site.store.read() as db:
        number = storage.find_follower(db, "mail", "ana@example.org")
    assert number is not None
    return number


def link(server: Server, number: int, generation: int = 0) -> str:
    return server.site.links.mine(number, generation).removeprefix(BASE)


def write(server: Server, path: str, text: str) -> None:
    """A guide's next text, collected."""
    file = server.site.folder / "feeds" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    engine.collect_all(server.site, server.clock())


def change(server: Server, note: str = "Wait five minutes.") -> None:
    """Let a guide change in a way that matters."""
    path = server.site.folder / "feeds/knees/articles/stairs.md"
    lines = path.read_text(encoding="utf-8").split("---\n", 2)
    text = f"---\n{lines[1]}change: {note}\n---\n{note} {note}\n\n## {note}\n\nUse the lift: {note}\n"
    write(server, "knees/articles/stairs.md", re.sub(r"(?m)^change: .*\n(?=change:)", "", text))


def titles(answer: httpx.Response) -> list[str]:
    return [each.text_content() for each in parse(answer.text).xpath("//h3")]


def section(answer: httpx.Response, name: str) -> list[str]:
    """The titles below the heading with this id."""
    return [each.text_content() for each in parse(answer.text).xpath(f"//section[h2[@id='{name}']]//h3")]


def items(server: Server, path: str) -> list[dict[str, Any]]:
    return list(json.loads(server.get(f"{path}feed.json").text)["items"])


@contextmanager
def reopened(server: Server) -> Iterator[Server]:
    """The same server with the site as its files are now."""
    with open_site(server.site.folder, {}) as site:
        engine.collect_all(site, server.clock())
        server.app.use(site)
        yield replace(server, site=site)


def add_hips(server: Server) -> None:
    """A second publication, in German; there once the site is reopened."""
    for name, text in HIPS.items():
        (server.site.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (server.site.folder / name).write_text(text, encoding="utf-8")
