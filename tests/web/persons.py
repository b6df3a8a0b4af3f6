"""A site with two publications and one who follows, for the pages of one person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml.html import HtmlElement

from publisher import follow, storage
from publisher.site import open_site
from tests.web.conftest import Server
from tests.web.pages import parse

BASE = "https://guides.example"
KNEES = """\
title = "Knees"
topics = ["walking", "rest"]
[[source]]
kind = "folder"
path = "articles"
backfill = "announce"
[[digest]]
name = "daily"
schedule = { kind = "cron", at = "0 7 * * *", timezone = "Europe/Berlin" }
"""
HANDS = 'title = "Hands <&> more"\n'


@contextmanager
def reopened(server: Server, **files: str) -> Iterator[Server]:
    """The same server with these files of the owner (`feeds/hands/feed.toml`) written anew."""
    for name, text in files.items():
        path = server.site.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with open_site(server.site.folder, {}) as site:
        server.app.use(site)
        yield Server(site, server.app, server.client, server.clock)


def two(server: Server) -> dict[str, str]:
    """Files that give the site two publications."""
    assert isinstance(server.site.folder, Path)
    return {"feeds/knees/feed.toml": KNEES, "feeds/hands/feed.toml": HANDS}


def add(server: Server, slug: str = "knees", cadence: str = "weekly", *topics: str) -> int:
    """Ana follows this; her number."""
    site, address = server.site, "ana.secret@example.org"
    wanted = [site.publication(slug)]
    follow.follow(
        site.store, address, wanted, cadence=cadence, topics=topics, consent="zwetschge", now=server.clock()
    )
    with site.store.read() as db:
        number = storage.find_follower(db, "mail", address)
    assert number is not None
    return number


def preferences(server: Server, number: int) -> str:
    return server.site.links.preferences(number).removeprefix(BASE)


def account(server: Server, number: int) -> str:
    """The path of a link to the account that has just been mailed."""
    follow.ask_account(server.site.store, number, server.clock())
    with server.site.store.read() as db:
        row = storage.notice_mails(db, number)[-1]
    return server.site.links.account(row.id, row.expires_at).removeprefix(BASE)


def main_form(text: str) -> dict[str, list[str]]:
    """What the form with the button "Save" would send as it stands."""
    (form,) = parse(text).xpath("//form[.//button[@value='save']]")
    return {"do": ["save"], **_sent(form)}


def _sent(form: HtmlElement) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for field in form.xpath(".//input"):
        if field.get("type") not in ("radio", "checkbox") or field.get("checked") is not None:
            said.setdefault(field.get("name"), []).append(field.get("value", ""))
    for select in form.xpath(".//select"):
        chosen = select.xpath(".//option[@selected]/@value") or select.xpath("(.//option/@value)[1]")
        said[select.get("name")] = [str(chosen[0])]
    return said


def status(text: str) -> str:
    """What is announced on the page, in one line."""
    found = parse(text).xpath("//*[@role='status' or @role='alert']")
    return " ".join(" ".join(each.text_content() for each in found).split())
