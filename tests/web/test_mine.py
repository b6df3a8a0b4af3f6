"""A follower's own stream: a page and feeds behind a link for him alone."""

from __future__ import annotations

import gzip
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import httpx
import pytest
from lxml import etree

from publisher import engine, follow, storage
from tests.formats.atom_rules import ATOM
from tests.formats.jsonfeed_rules import JSONFEED
from tests.formats.rss_rules import RSS
from tests.formats.rules import RuleBook, planted
from tests.pages.looking import LOOKS, TOO_SMALL, reshape, sees, violations
from tests.test_library_personal import arrived
from tests.web.browser import Browser
from tests.web.conftest import NOW, Server
from tests.web.pages import linked, loaded, parse
from tests.web.test_embargo import LATER, NEXT, SECRETS, wait
from tests.web.test_leaving import statements

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
    for name, text in HIPS.items():
        (server.site.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (server.site.folder / name).write_text(text)
    with reopened(server) as again:
        number = join(again, now=NOW - DAY)
        write(again, "knees/articles/cold.md", "---\ntitle: Cold\n---\nTen minutes of cold.\n")
        arrived(again.site.store, number, "knees:weekly", NOW + DAY)
        answer = again.get(link(again, number))
        assert section(answer, "news") == ["Kälte & Wärme"]
        assert "Cold" in section(answer, "earlier")


# ----------------------------------------------------------------------------------------- several of them


def reopened(server: Server) -> Any:
    """The same server with the site as its files are now."""
    from contextlib import contextmanager
    from dataclasses import replace

    from publisher.site import open_site

    @contextmanager
    def opened() -> Any:
        with open_site(server.site.folder, {}) as site:
            engine.collect_all(site, server.clock())
            server.app.use(site)
            yield replace(server, site=site)

    return opened()


def test_one_publication_alone(server: Server) -> None:
    for name, text in HIPS.items():
        (server.site.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (server.site.folder / name).write_text(text)
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


@pytest.mark.parametrize(
    "name", ["feed.opml", "feed.xml", "feed", "updates.atom", "feed.atom/", "x/feed.atom"]
)
def test_there_is_nothing_else_below_it(server: Server, name: str) -> None:
    answer = server.get(link(server, join(server)) + name)
    assert answer.status_code in (404, 200 if name == "feed.atom/" else 404)


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
    for name, text in HIPS.items():
        (server.site.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (server.site.folder / name).write_text(text)
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
