"""What a stranger tries at the pages of followers, and what must come of it."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from publisher import config, engine, follow, storage, tokens
from publisher.errors import ConfigError
from publisher.follow.limits import mailbox_of
from publisher.site import open_site
from publisher.web import create_app
from tests.follow import asked
from tests.making import NOON
from tests.web.conftest import NOW, Clock, Server, calling, running
from tests.web.following import (
    ADA,
    ask,
    contents,
    follows,
    form,
    heading,
    link,
    make_following,
    notices,
    statements,
)
from tests.web.pages import parse
from tests.web.persons import account, main_form, preferences

BASE = "https://guides.example"
FORM = {"content-type": "application/x-www-form-urlencoded"}
Edits = dict[str, tuple[str, str]]


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
def site(tmp_path: Path) -> Callable[[Edits], AbstractContextManager[Server]]:
    return lambda edits: changed_site(tmp_path / "site", edits)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with changed_site(tmp_path / "site", {}) as found:
        yield found


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
    for _ in range(20):
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


def test_a_name_that_is_nothing_but_a_tag_is_a_mailbox() -> None:
    assert mailbox_of("+a@example.org") != mailbox_of("+b@example.org")


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
def test_lines_of_several_proxies_are_one_list(
    site: Callable[[Edits], AbstractContextManager[Server]], lines: list[str], ip: str
) -> None:
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


def test_evidence_does_not_grow(server: Server) -> None:
    long = f"https://blog.example/{'x' * 30_000}"
    server.client.post("/-/ask", data={"email": ADA, "publication": "knees"}, headers={"referer": long})
    assert all(len(str(value)) < 1000 for value in notices(server)[-1].data.values())


# ------------------------------------------------------------------------------------ what an owner writes


@pytest.mark.parametrize("topic", ["a\u00a0b", "a\u202eb", "a\u2028b"])
def test_a_topic_that_nobody_could_choose_is_refused_at_once(tmp_path: Path, topic: str) -> None:
    edits = {"feeds/hands/feed.toml": ('"cooking"', f'"{topic}"')}
    make_following(tmp_path / "site")
    file = tmp_path / "site" / "feeds/hands/feed.toml"
    file.write_text(file.read_text().replace(*edits["feeds/hands/feed.toml"]), encoding="utf-8")
    with pytest.raises(ConfigError, match="invisible"):
        config.load_feed(file)
