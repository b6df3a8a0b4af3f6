"""What a stranger tries at the pages of followers, and what must come of it."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from publisher import config, engine, follow, storage, tokens
from publisher.errors import ConfigError
from publisher.site import open_site
from publisher.web import create_app
from tests.follow import asked
from tests.making import NOON
from tests.web.conftest import NOW, Clock, Server, calling, running
from tests.web.following import ADA, ask, contents, follows, form, heading, link, make_following, notices
from tests.web.following import statements as statements_of
from tests.web.pages import parse
from tests.web.persons import account, preferences

BASE = "https://guides.example"
FORM = {"content-type": "application/x-www-form-urlencoded"}
Edits = dict[str, tuple[str, str]]
Making = Callable[[Edits], AbstractContextManager[Server]]


@contextmanager
def changed_site(folder: Path, edits: Edits) -> Iterator[Server]:
    """The site of two publications, with these replacements in its files, behind a server of its own."""
    make_following(folder)
    for name, (old, new) in edits.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    clock = Clock()
    with open_site(folder, {}) as site:
        engine.collect_all(site, NOW)
        app = create_app(site, clock, within=0)
        with running(app) as address, calling(address) as client:
            yield Server(site, app, client, clock)


@pytest.fixture
def site(tmp_path: Path) -> Making:
    return lambda edits: changed_site(tmp_path / "site", edits)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Server]]:
    """The site without replacements, collected once, and a door that is given one copy after the other."""
    folder = tmp_path_factory.mktemp("made") / "site"
    with changed_site(folder, {}) as found:
        yield Path(shutil.copytree(folder, folder.parent / "copy")), found


@pytest.fixture
def server(made: tuple[Path, Server], tmp_path: Path) -> Iterator[Server]:
    folder, door = made
    door.clock.now = NOW
    with open_site(shutil.copytree(folder, tmp_path / "site"), {}) as site:
        door.app.use(site)
        yield replace(door, site=site)


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[storage.Store]:
    opened = storage.open_store(database_url, tmp_path)
    storage.upgrade(opened)
    yield opened
    opened.close()


def joined(server: Server, email: str = ADA) -> int:
    """Somebody who has asked and confirmed; his number."""
    ask(server, email)
    assert server.client.post(link(server)).status_code == 200
    with server.site.store.read() as db:
        found = storage.find_follower(db, "mail", email)
    assert found is not None
    return found


def path(server: Server, url: str) -> str:
    return url.removeprefix(server.site.settings.base_url)


def address_link(server: Server, number: int, new: str) -> str:
    """The path in the mail that asks a new address whether it is his."""
    assert server.client.post(f"{account(server, number)}/address", data={"email": new}).status_code == 200
    notice = notices(server, "address")[-1]
    return path(server, server.site.links.confirm(notice.id, notice.expires_at))


# ------------------------------------------------------------------------------------ one press, or two


def test_pressing_follow_again_twice_says_the_same_twice(server: Server) -> None:
    number = joined(server)
    stopped = server.client.post(path(server, server.site.links.unsubscribe(number, "-:weekly")))
    where, fields = form(stopped)
    first, second = (server.client.post(where, data=fields) for _ in range(2))
    assert (second.status_code, heading(second)) == (first.status_code, "You follow again")


def test_stop_and_again_fill_no_mailbox(server: Server) -> None:
    number = joined(server)
    url = path(server, server.site.links.unsubscribe(number, "-:weekly"))
    for _ in range(5):
        server.client.post(url)
        server.client.post(f"{url}/again", data={"publication": "knees"})
        server.client.post(preferences(server, number), data={"do": "stop"})
        server.client.post(f"{url}/all")
        server.client.post(f"{url}/again", data={"publication": "knees", "everything": "yes"})
        server.client.post(f"{preferences(server, number)}/account")
    kinds = {kind: len(notices(server, kind)) for kind in ("confirm", "welcome", "goodbye", "account")}
    assert kinds == {"confirm": 1, "welcome": 1, "goodbye": 1, "account": 3}


# ------------------------------------------------------------------- a mailbox that is not (any more) his


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=2)])
def test_a_mistyped_new_address_gives_a_stranger_nothing(server: Server, later: timedelta) -> None:
    number = joined(server)
    url = address_link(server, number, "stranger@example.net")
    server.clock.now += later
    page = server.get(url).text
    assert "/-/preferences/" not in page
    assert ADA not in page


def test_a_corrected_address_leaves_the_stranger_nothing(server: Server) -> None:
    number = joined(server)
    wrong = address_link(server, number, "stranger@example.net")
    server.client.post(address_link(server, number, "ada@example.net"))
    answer = server.client.post(wrong)
    assert (answer.status_code, heading(answer)) == (409, "You have another address by now")
    assert "/-/preferences/" not in answer.text
    assert "example.net" not in answer.text


def test_the_mailbox_given_up_neither_learns_the_new_address_nor_consents(server: Server) -> None:
    number = joined(server)
    ask(server, ADA, at="hands", publication="hands")
    old = link(server)
    server.client.post(address_link(server, number, "ada@new.example"))
    assert "ada@new.example" not in server.get(old).text
    assert server.client.post(old).status_code == 409
    assert set(follows(server, "ada@new.example")) == {"knees"}


def test_who_was_forgotten_can_be_where_somebody_moves_to(server: Server) -> None:
    """As when he asks anew: only the mailbox itself can confirm."""
    number = joined(server)
    with server.site.store.write() as db:
        kept = tokens.fingerprints(server.site.keys, "ada@new.example")[0]
        storage.suppress(db, kept, "erased", "", NOW)
    answer = server.client.post(address_link(server, number, "ada@new.example"))
    assert heading(answer) == "Your new address is in use"


# ---------------------------------------------------------------------------------- spellings of an address


@pytest.mark.parametrize("reason", ["erased", "owner", "complaint", "bounce"])
def test_capitals_are_no_way_around_a_bar(store: storage.Store, reason: str) -> None:
    with store.write() as db:
        if reason == "erased":
            storage.suppress(db, tokens.fingerprints(asked.KEYS, ADA)[0], reason, "", NOON)
        else:
            storage.suppress(db, ADA, reason, "", NOON)
    with store.read() as db:
        assert follow.barred(db, "ADA@example.org", asked.KEYS) == reason


@pytest.mark.parametrize(
    "other", ["ADA@example.org", "ada+list@example.org", "a.da@example.org", "\uff41da@example.org"]
)
def test_a_mailbox_is_not_flooded_under_its_many_spellings(store: storage.Store, other: str) -> None:
    for _ in range(3):
        asked.ask(store, asked.asking(ADA))
    asked.ask(store, asked.asking(other))
    assert len(asked.notices(store)) == 3


# ------------------------------------------------------------------------------------------ who asks, from where

PROXIES: Edits = {
    "publisher.toml": (
        "[[digest]]",
        'trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]\n[follow]\nkeep_ip = true\n\n[[digest]]',
    )
}


@pytest.mark.parametrize(
    ("lines", "ip"),
    [
        (["198.51.100.4"], "198.51.100.4"),
        (["198.51.100.4", "10.0.0.1"], "198.51.100.4"),  # each proxy adds a line of its own
        (["203.0.113.66", "198.51.100.4"], "198.51.100.4"),  # the first line is the visitor's invention
        (["203.0.113.66, 198.51.100.4", "10.0.0.1"], "198.51.100.4"),
    ],
)
def test_lines_of_several_proxies_are_one_list(site: Making, lines: list[str], ip: str) -> None:
    body = b"at=knees&email=ada%40example.org&publication=knees"
    head = "POST /-/ask HTTP/1.1\r\nHost: guides.example\r\nConnection: close\r\n"
    head += f"Content-Type: {FORM['content-type']}\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"X-Forwarded-For: {line}\r\n" for line in lines)
    with site(PROXIES) as server, socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.sendall(head.encode() + b"\r\n" + body)
        assert wire.makefile("rb").readline().split()[1] == b"200"
        assert notices(server)[-1].data["ip"] == ip


@pytest.mark.parametrize("header", ["referer", "origin"])
def test_a_form_elsewhere_is_no_evidence_of_a_page_of_ours(server: Server, header: str) -> None:
    fields = {"at": "knees", "email": ADA, "publication": "knees"}
    server.client.post("/-/ask", data=fields, headers={header: "https://blog.example"})
    assert notices(server)[-1].data["page"] == "https://blog.example"


def test_a_form_of_ours_is_evidence_of_its_page(server: Server) -> None:
    fields = {"at": "knees", "email": ADA, "publication": "knees"}
    headers = {"referer": f"{BASE}/-/follow/knees", "origin": BASE}
    server.client.post("/-/ask", data=fields, headers=headers)
    assert notices(server)[-1].data["page"] == "/-/follow/knees"


# ------------------------------------------------------------------------------------ what an owner writes


@pytest.mark.parametrize("topic", ["a\u00a0b", "a\u202eb", "a\u2028b"])
def test_a_topic_that_nobody_could_choose_is_refused_at_once(tmp_path: Path, topic: str) -> None:
    file = make_following(tmp_path / "site") / "feeds/hands/feed.toml"
    file.write_text(file.read_text().replace('"cooking"', f'"{topic}"'), encoding="utf-8")
    with pytest.raises(ConfigError, match="invisible"):
        config.load_feed(file)


# ---------------------------------------------------------------------------------- every personal address


def addresses(server: Server) -> dict[str, str]:
    """kind -> a good link of Ada's, as a path."""
    number = joined(server)
    links = server.site.links
    with server.site.store.read() as db:
        edition = storage.notice_mails(db, number)[0].delivery
    assert edition is not None
    urls = {
        "unsubscribe": links.unsubscribe(number, "-:weekly"),
        "preferences": links.preferences(number),
        "why": links.why(edition.edition, number),
        "my": links.mine(number, 0),
    }
    return {
        **{kind: path(server, url) for kind, url in urls.items()},
        "confirm": link(server),
        "account": path(server, account(server, number)),
    }


BELOW = {
    "unsubscribe": ("", "/all", "/again"),
    "preferences": ("", "/feeds", "/account"),
    "why": ("",),
    "my": ("", "feed.atom", "feed.rss", "feed.json"),
    "confirm": ("",),
    "account": ("", "/data.json", "/address", "/erase", "/story"),
}
BAD: dict[str, Callable[[str], str]] = {
    "truncated": lambda token: token[:-1],
    "longer": lambda token: f"{token}A",
    "another id": lambda token: re.sub(r"(\.[a-z]+\.)", r"\g<1>9", token, count=1),
    "another key": lambda token: token.replace(".k1.", ".k2."),
    "another version": lambda token: token.replace("v1.", "v2."),
    "unicode": lambda token: f"{token}%C3%A9",
    "digits of another script": lambda token: re.sub(r"(\.[a-z]+\.)", r"\g<1>%D9%A1", token, count=1),
    "ten thousand": lambda token: token * 100,
    "dots": lambda _: "....",
    "nothing": lambda _: "%00",
    "a way up": lambda _: "..%2f..",
}


def every(links: dict[str, str], change: Callable[[str], str] = str) -> list[str]:
    """All personal addresses, with their tokens changed."""
    found = []
    for kind, good in links.items():
        token = good.rstrip("/").rpartition("/")[2]
        end = "/" if good.endswith("/") else ""
        found += [f"/-/{kind}/{change(token)}{end}{rest}" for rest in BELOW[kind]]
    return found


def test_no_bad_link_of_any_kind_touches_the_database(server: Server) -> None:
    links = addresses(server)
    with statements_of(server) as said:
        for name, change in BAD.items():
            for url in every(links, change):
                for method in ("GET", "POST"):
                    answer = server.client.request(method, url)
                    assert answer.status_code in (404, 405), (name, method, url)
    assert said == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])
def test_only_a_press_changes_anything(server: Server, method: str) -> None:
    links = addresses(server)
    ask(server, "new@example.org")
    links["confirm"] = link(server)
    before = contents(server)
    answers = [server.client.request(method, url) for url in [*every(links), "/-/ask"]]
    assert contents(server) == before
    assert not any(answer.status_code >= 500 for answer in answers)


def test_personal_pages_are_kept_by_nobody_and_tell_nobody(server: Server) -> None:
    links = addresses(server)
    answers = [server.get(url) for url in every(links)] + [
        ask(server, "x"),
        ask(server),
        server.get("/-/ask"),
    ]
    for answer in answers:
        said = answer.headers["cache-control"]
        assert "no-store" in said or said.startswith("private"), answer.url
        assert answer.headers["referrer-policy"] == "no-referrer", answer.url
        assert answer.headers["x-robots-tag"] == "noindex", answer.url
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "set-cookie" not in answer.headers
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_nothing_is_behind_the_old_links_of_somebody_forgotten(server: Server) -> None:
    links = addresses(server)
    server.client.post(f"{links['account']}/erase", data={"sure": "yes"})
    before = contents(server)
    for url in every(links):
        for method in ("GET", "POST"):
            answer = server.client.request(method, url, data={"sure": "yes"} if method == "POST" else None)
            again = method == "POST" and ("unsubscribe" in url or url.endswith("/erase"))  # pressed twice
            assert answer.status_code in ((200, 410) if again else (405, 410)), url
            assert "ada" not in answer.text.lower()
    assert contents(server) == before


# ---------------------------------------------------------------------------------------- below a path


def test_below_a_path_every_link_form_and_address_leads_home(site: Making) -> None:
    """A proxy takes the path away: what is relative works, and what is absolute has it."""
    with site({"publisher.toml": (f'"{BASE}"', '"https://example.org/guides"')}) as server:
        pages = [*addresses(server).values(), "/-/follow/", "/-/follow/knees", "/-/button/knees"]
        for url in pages:
            answer = server.get(url)
            assert answer.status_code == 200
            for found in parse(answer.text).xpath("//@href | //@src | //@action"):
                within = found.removeprefix("feed:").removeprefix("mailto:")
                outside = re.match(r"https?://(feedly|www\.inoreader|www\.newsblur)\.com/", within)
                home = within.startswith("https://example.org/guides/")
                assert outside or home or not re.match(r"/|https?:", within), (url, found)


# ------------------------------------------------------------------------------------------- two at once


def test_several_who_ask_at_once_from_everywhere_are_all_heard(store: storage.Store) -> None:
    heard: list[bool] = []

    def one(number: int) -> None:
        each = asked.asking(f"reader{number}@example.org", ip=f"198.51.100.{number}")
        heard.append(asked.ask(store, each))

    threads = [Thread(target=one, args=(number,)) for number in range(8)]
    for do in (Thread.start, Thread.join):
        for thread in threads:
            do(thread)
    assert heard == [True] * 8


@pytest.mark.parametrize("zone", ["right/UTC", "posix/Europe/Berlin", "posixrules", "localtime", "Factory"])
def test_zones_of_a_machine_are_no_zones_of_people(server: Server, zone: str) -> None:
    """Another machine may not have them, and what was kept could not be read there."""
    assert ask(server, zone=zone).status_code == 422
