"""Leaving everything at once, the goodbye, keys that were replaced, and people who were forgotten."""

from __future__ import annotations

import dataclasses

import sqlalchemy as sa

from publisher import follow, storage, tokens
from publisher.site import open_site
from tests.web.conftest import Server
from tests.web.test_leaving import FORM, add, events, form, states


def goodbyes(server: Server) -> list[str]:
    with server.site.store.read() as db:
        rows = db.execute(sa.text("SELECT data FROM notice WHERE kind = 'goodbye' ORDER BY id"))
        return [row.data for row in rows]


def follow_elbows(server: Server) -> None:
    """A second publication, and Ana follows it every day."""
    folder = server.site.folder / "feeds/elbows"
    folder.mkdir()
    daily = '[[digest]]\nname = "daily"\nschedule = { kind = "cron", at = "0 9 * * *" }\n'
    (folder / "feed.toml").write_text(f'title = "Elbows"\n{daily}')


def test_everything_stops_with_one_press_and_comes_back_with_another(server: Server) -> None:
    follow_elbows(server)
    path = add(server, topics=("walking",))
    with open_site(server.site.folder, {}) as site:
        server.app.use(site)
        elbows = site.publication("elbows")
        follow.follow(
            site.store, "ana@example.org", [elbows], cadence="daily", consent="asked", now=server.clock()
        )
        answer = server.client.post(f"{path}/all")
        assert answer.status_code == 200
        assert "Nothing from Example Guides will come to you any more" in answer.text
        assert "Knees" in answer.text
        assert "Elbows" in answer.text
        assert {row.state for row in follow.followers(site.store)} == {"ended"}
        assert events(server)[-1][0] == "left"
        assert "everything" in events(server)[-1][1]
        action, fields = form(answer)
        assert fields == {"everything": ["yes"], "publication": ["elbows", "knees"]}
        back = server.client.post(action, data=fields)
        assert "<h1>You follow again</h1>" in back.text
        rows = {row.publication: (row.state, row.cadence, row.topics) for row in follow.followers(site.store)}
    assert rows == {"elbows": ("active", "daily", ()), "knees": ("active", "weekly", ("walking",))}


def test_one_digest_of_two_stops_without_a_goodbye(server: Server) -> None:
    follow_elbows(server)
    path = add(server)
    with open_site(server.site.folder, {}) as site:
        server.app.use(site)
        elbows = site.publication("elbows")
        follow.follow(
            site.store, "ana@example.org", [elbows], cadence="daily", consent="asked", now=server.clock()
        )
        server.client.post(path)
        assert goodbyes(server) == []
        last = site.links.unsubscribe(1, "elbows:daily").removeprefix("https://guides.example")
        server.client.post(last)
        assert len(goodbyes(server)) == 1
        assert "Elbows" in goodbyes(server)[0]


def test_a_goodbye_comes_once_however_often_somebody_presses(server: Server) -> None:
    path = add(server)
    for _ in range(3):
        server.client.post(path)
    server.client.post(f"{path}/all")
    assert len(goodbyes(server)) == 1
    for _ in range(3):  # somebody plays with a forwarded mail
        server.client.post(f"{path}/again", data={"publication": "knees"})
        server.client.post(path)
    assert len(goodbyes(server)) == 1


def test_the_owner_may_want_no_goodbyes(server: Server) -> None:
    toml = server.site.folder / "publisher.toml"
    path = add(server)
    toml.write_text(toml.read_text() + "\n[follow]\ngoodbye = false\n")
    with open_site(server.site.folder, {}) as site:
        server.app.use(site)
        server.client.post(path)
        assert states(server)["ana@example.org"][0] == "ended"
    assert goodbyes(server) == []


def test_a_link_signed_with_a_key_that_was_replaced(server: Server) -> None:
    path = add(server)
    keys = server.site.keys.rotated(b"n" * 32, "k2")
    server.app.use(dataclasses.replace(server.site, keys=keys))
    assert "Stopped" in server.client.post(path).text
    only_new = tokens.Keys.new(b"n" * 32, "k2")
    server.app.use(dataclasses.replace(server.site, keys=only_new))
    assert server.client.post(path).status_code == 404


def test_a_link_of_somebody_who_was_forgotten(server: Server) -> None:
    path = add(server)
    follow.erase(server.site.store, 1, server.site.keys, server.clock())
    assert server.get(path).status_code == 410
    for each in (path, f"{path}/all"):  # a mail program must not report that leaving failed
        answer = server.client.post(each, content=b"List-Unsubscribe=One-Click", headers=FORM)
        assert answer.status_code == 200
        assert "Nothing is left here" in answer.text
    again = server.client.post(f"{path}/again", data={"publication": "knees", "everything": "yes"})
    assert "Nothing is left here" in again.text
    assert states(server) == {}


def test_forgotten_between_two_presses_means_for_ever(server: Server) -> None:
    path = add(server)
    server.client.post(path)
    follow.erase(server.site.store, 1, server.site.keys, server.clock())
    site = server.site
    back = follow.come_back(
        site.store, 1, ["knees"], site.keys, cadence=None, consent="pressed", now=server.clock()
    )
    assert back == ()


def test_the_page_can_be_seen_while_the_database_is_away(server: Server) -> None:
    path = add(server)
    with server.site.store.write() as db:
        db.execute(sa.text("ALTER TABLE follower RENAME TO hidden"))
    assert "Stop this weekly mail" in server.get(path).text
    with server.site.store.write() as db:
        db.execute(sa.text("ALTER TABLE hidden RENAME TO follower"))


def test_the_page_speaks_the_language_that_was_chosen(server: Server) -> None:
    path = add(server)
    locale = server.site.folder / "templates/locale"
    locale.mkdir(parents=True)
    (locale / "fr.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "Stopped"\nmsgstr "Arrêté"\n')
    with server.site.store.write() as db:
        storage.set_profile(db, 1, language="fr")
    with open_site(server.site.folder, {}) as site:
        server.app.use(site)
        answer = server.client.post(path)
    assert '<html lang="fr"' in answer.text
    assert "<h1>Arrêté</h1>" in answer.text
