"""A follower's own stream: a page and feeds behind a link for him alone."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from publisher import engine, follow, storage
from tests.formats.atom_rules import ATOM
from tests.formats.rules import planted
from tests.pages.looking import LOOKS, TOO_SMALL, reshape, sees, violations
from tests.test_library_personal import arrived
from tests.web.browser import Browser
from tests.web.conftest import NOW, Server
from tests.web.mines import (
    ALL,
    BASE,
    BOOKS,
    DAY,
    FEEDS,
    add_hips,
    change,
    items,
    join,
    link,
    reopened,
    section,
    titles,
    write,
)
from tests.web.pages import linked, loaded, parse

# ----------------------------------------------------------------------------------- the page and the feeds


def test_the_page_names_all_that_is_followed(server: Server) -> None:
    path = link(server, join(server))
    answer = server.get(path)
    assert answer.status_code == 200
    assert '<h1 class="p-name">What you follow</h1>' in answer.text
    assert set(titles(answer)) == {each["title"] for each in items(server, path)}
    assert "ana@example.org" not in answer.text
    assert "for you alone" in answer.text


@pytest.mark.parametrize("name", ALL)
def test_it_is_for_one_person_alone(server: Server, name: str) -> None:
    answer = server.get(link(server, join(server)) + name)
    assert answer.status_code == 200
    assert answer.headers["cache-control"].startswith("private, ")
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_the_page_gives_away_no_other_link(server: Server) -> None:
    """Whoever has the address of a feed has the page's, too; with it he must not get at the follows."""
    answer = server.get(link(server, join(server)))
    assert not re.search(r"/-/(preferences|unsubscribe|account|confirm|why)/", answer.text)
    assert all("//" not in each for each in [*linked(answer.text), *loaded(answer.text)])


@pytest.mark.parametrize(("name", "mime"), [
    ("feed.atom", "application/atom+xml"), ("feed.rss", "application/rss+xml"), ("feed.json", "application/feed+json"),
])  # fmt: skip
def test_each_feed_is_valid(server: Server, name: str, mime: str) -> None:
    path = link(server, join(server))
    server.clock.now += DAY
    change(server)
    answer = server.get(path + name)
    assert answer.headers["content-type"] == f"{mime}; charset=utf-8"
    book = BOOKS[name.partition(".")[2]]
    assert book.complaints(answer.content) == []
    assert answer.text.count("?revision=2") >= 1
    assert answer.headers["link"].startswith(f'<{BASE}{path}{name}>; rel="self"')
    assert f"{BASE}{path}{name}" in answer.text


def test_the_rules_see_a_fault(server: Server) -> None:
    path = link(server, join(server))
    good = server.get(path + "feed.atom").content
    assert ATOM.broken(planted(good, r"<updated>[^<]*</updated>", "")) != set()


def test_entries_have_the_ids_of_the_public_feeds(server: Server) -> None:
    path = link(server, join(server))
    server.clock.now += DAY
    change(server)
    public: dict[str, Any] = {}
    for name in ("/knees/feed.json", "/knees/updates.json"):
        public |= {each["id"]: each for each in json.loads(server.get(name).text)["items"]}
    mine = {each["id"]: each for each in items(server, path)}
    assert set(mine) == set(public)
    for id, each in mine.items():
        assert each["content_html"] == public[id]["content_html"]
        assert each["tags"][0] == "Knees"


def test_a_new_guide_and_a_change_come_first(server: Server) -> None:
    path = link(server, join(server))
    before = [each["id"] for each in items(server, path)]
    server.clock.now += DAY
    write(server, "knees/articles/cold.md", "---\nid: cold\ntitle: Cold\n---\nTen minutes.\n")
    server.clock.now += DAY
    change(server, "One & <two>.")
    server.clock.now += DAY
    change(server, "Once more, and in quite other words.")
    found = [each["id"] for each in items(server, path)]
    assert [each.rpartition("/")[2] for each in found[:3]] == [
        "stairs?revision=3",
        "stairs?revision=2",
        "cold",
    ]
    assert found[3:] == before
    answer = server.get(path)
    assert "One &amp; &lt;two&gt;." in answer.text
    (first, *_) = parse(answer.text).xpath("//a[@class='more']/@href")
    assert first == "../../../knees/stairs/history#revision-3"
    assert server.get("/knees/stairs/history").status_code == 200


def test_a_typo_is_no_entry_but_its_text_is_the_new_one(server: Server) -> None:
    write(
        server,
        "knees/articles/cold.md",
        "---\nid: cold\ntitle: Cold\n---\nTen minutes of cold are enough for a sore knee after a long walk.\n",
    )
    path = link(server, join(server))
    count = len(items(server, path))
    server.clock.now += DAY
    write(
        server,
        "knees/articles/cold.md",
        "---\nid: cold\ntitle: Cold\nsignificance: typo\n---\nTen minutes of cold are enough for a sore knee after a lang walk.\n",
    )
    found = items(server, path)
    assert len(found) == count
    assert "a lang walk" in found[0]["content_html"]


def test_topics_filter_as_they_do_in_mail(server: Server) -> None:
    path = link(server, join(server, "anatomy"))
    assert titles(server.get(path)) == ["A knee & its <parts>"]
    assert [each["title"] for each in items(server, path)] == ["A knee & its <parts>"]


# -------------------------------------------------------------------------------------- since the last mail


def test_what_came_since_the_last_mail_stands_apart(server: Server) -> None:
    """By a mail that was really sent: planned, delivered, and then something new."""
    number = join(server)
    path = link(server, number)
    first = server.get(path)
    assert "since you began to follow" in first.text
    assert section(first, "news") == titles(first) != []
    server.clock.now += DAY
    write(server, "knees/articles/cold.md", "---\nid: cold\ntitle: Cold\n---\nTen minutes.\n")
    server.clock.now += DAY
    engine.tick(server.site, server.clock)
    assert len(list((server.site.var / "inbox/new").iterdir())) >= 1
    after = server.get(path)
    assert section(after, "news") == []
    assert "Nothing is new since your last mail." in after.text
    assert "<title>What you follow" in after.text
    server.clock.now += DAY
    change(server)
    last = server.get(path)
    assert section(last, "news") == ["Stairs with a sore knee"]
    assert section(last, "earlier") == titles(after)
    assert "<title>(1) What you follow" in last.text
    assert "1 thing is new since your last mail." in last.text


def test_each_publication_counts_from_its_own_mail(server: Server) -> None:
    """A daily mail about one must not hide what the weekly mail about the other has not told."""
    add_hips(server)
    with reopened(server) as again:
        number = join(again, now=NOW - DAY)
        write(again, "knees/articles/cold.md", "---\ntitle: Cold\n---\nTen minutes of cold.\n")
        arrived(again.site.store, number, "knees:weekly", NOW + DAY)
        answer = again.get(link(again, number))
        assert section(answer, "news") == ["Kälte & Wärme"]
        assert "Cold" in section(answer, "earlier")


# ----------------------------------------------------------------------------------------- several of them


def test_one_publication_alone(server: Server) -> None:
    add_hips(server)
    with reopened(server) as again:
        path = link(again, join(again))
        answer = again.get(path)
        tabs = parse(answer.text).xpath("//nav[@class='tabs']//a")
        assert [each.text for each in tabs] == ["Everything", "Hüften", "Knees"]
        assert [each.get("aria-current") for each in tabs] == ["page", None, None]
        alone = again.get(f"{path}?publication=hips")
        assert titles(alone) == ["Kälte & Wärme"]
        assert parse(alone.text).xpath("//h3/a/@lang") == ["de"]
        assert parse(alone.text).xpath("//nav[@class='tabs']//a[@aria-current]")[0].text == "Hüften"
        assert alone.headers["etag"] != answer.headers["etag"]
        for strange in ("nothing", "", "../knees", "<b>"):
            everything = again.client.get(path, params={"publication": strange})
            assert titles(everything) == titles(answer)
        names = {each["tags"][0] for each in items(again, path)}
        assert names == {"Knees", "Hüften"}


def test_it_speaks_the_followers_language(server: Server) -> None:
    folder = server.site.folder / "templates/locale"
    folder.mkdir(parents=True)
    (folder / "ga.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);"\n\n'
        'msgid "What you follow"\nmsgstr "A leanann tú"\n\n'
        'msgid "What you follow: %(site)s"\nmsgstr "A leanann tú: %(site)s"\n',
        encoding="utf-8",
    )
    with reopened(server) as again:
        number = join(again)
        with again.site.store.write() as db:
            storage.set_profile(db, number, language="ga")
        path = link(again, number)
        answer = again.get(path)
        page = parse(answer.text)
        assert page.get("lang") == "ga"
        assert page.xpath("//h1")[0].text == "A leanann tú"
        assert "Samhain 2026" in answer.text
        assert json.loads(again.get(path + "feed.json").text)["title"] == "A leanann tú: Example Guides"


def test_readers_read_it(server: Server) -> None:
    """Through a feed parser that is not ours."""
    import feedparser

    path = link(server, join(server))
    server.clock.now += DAY
    change(server)
    for name in FEEDS[:2]:
        found = feedparser.parse(server.get(path + name).content)
        assert not found.bozo
        assert [each.id for each in found.entries] == [each["id"] for each in items(server, path)]
        assert all(each.tags[0].term == "Knees" for each in found.entries)
    tree = etree.fromstring(server.get(path + "feed.atom").content)
    assert tree.findtext("{http://www.w3.org/2005/Atom}title") == "What you follow: Example Guides"


# ------------------------------------------------------------------------------------------ in a browser


@pytest.mark.browser
@pytest.mark.parametrize("state", ["full", "nothing"])
def test_the_page_in_a_browser(server: Server, chromium: Path, state: str) -> None:
    """Accessible wide and narrow, by day and by night; no wider than the smallest screen."""
    add_hips(server)
    with reopened(server) as again, Browser(chromium) as browser:
        number = join(again)
        arrived(again.site.store, number, "-:weekly", NOW + timedelta(hours=1))
        again.clock.now += DAY
        change(again)
        if state == "nothing":
            follow.remove(again.site.store, "ana@example.org", None, NOW)
        page = browser.open(f"http://127.0.0.1:{again.port}{link(again, number)}")
        assert page.complaints == []
        assert sees(page)
        assert violations(page) == []
        for width, dark in ((1200, True), (375, False), (375, True)):
            reshape(page, width, dark=dark)
            assert violations(page, LOOKS) == []
        reshape(page, 320)
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.evaluate(TOO_SMALL) == []
        if state == "full":
            assert page.evaluate("document.title").startswith("(1) ")
            page.evaluate("document.querySelectorAll('.tabs a')[1].click()")
            page.browser.wait("Page.loadEventFired", page.session)
            assert page.evaluate("document.querySelectorAll('h3').length") == 1
            assert violations(page) == []
