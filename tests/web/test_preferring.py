"""The page of preferences: what it shows, what it saves, what it refuses, and what it never tells."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from publisher import follow, storage, tokens
from tests.web.conftest import Server
from tests.web.pages import parse
from tests.web.persons import account, add, main_form, preferences, reopened, status, two
from tests.web.test_leaving import statements


def rows(server: Server) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    return {
        row.publication: (row.state, row.cadence, row.topics) for row in follow.followers(server.site.store)
    }


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(server: Server, method: str) -> None:
    path = preferences(server, add(server))
    with statements(server) as said:
        for below in ("", "/feeds", "/account"):
            server.client.request(method, path + below)
    assert {each.split()[0] for each in said} <= {"BEGIN", "SELECT"}


def test_a_link_that_is_not_ours_is_refused_before_the_database_is_asked(server: Server) -> None:
    path, number = preferences(server, add(server)), 1
    other = server.site.links.unsubscribe(number, "-:weekly").rpartition("/")[2]
    bad = [path[:-1] + ("A" if path[-1] != "A" else "B"), path.replace("preferences.1.", "preferences.2.")]
    bad += [f"/-/preferences/{other}", "/-/preferences/x", "/-/preferences/" + "x" * 3000]
    bad += [f"/-/preferences/{tokens.sign(server.site.keys, 'preferences', 'ana')}"]
    with statements(server) as said:
        for each in bad:
            assert server.get(each).status_code == 404, each
            for below in ("", "/feeds", "/account"):
                assert server.client.post(each + below, data={"do": "stop"}).status_code == 404
    assert said == []


def test_the_page_is_for_one_and_tells_not_who(server: Server) -> None:
    """Mails get forwarded: neither the whole address nor how it came here."""
    number = add(server)
    server.client.post(preferences(server, number) + "/account")
    for answer in (server.get(preferences(server, number)), server.client.post(preferences(server, number))):
        assert "a***@example.org" in answer.text
        for secret in ("ana.secret", "zwetschge"):
            assert secret not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "set-cookie" not in answer.headers


def test_saving_the_form_as_it_is_changes_nothing(server: Server) -> None:
    with reopened(server, **two(server)) as site:
        path = preferences(site, add(site, "knees", "weekly", "rest"))
        answer = site.client.post(path, data=main_form(site.get(path).text))
        assert status(answer.text) == "Nothing was changed: it is like this already."
        assert rows(site) == {"knees": ("active", "weekly", ("rest",))}


def test_what_was_saved_is_told(server: Server) -> None:
    with reopened(server, **two(server)) as site:
        path = preferences(site, add(site))
        form = main_form(site.get(path).text)
        form |= {"cadence:knees": ["daily"], "topic:knees": ["rest", "walking"], "cadence:hands": ["weekly"]}
        form |= {"zone": ["Asia/Tokyo"], "hour": ["7"], "language": ["en"]}
        answer = site.client.post(path, data=form)
        assert answer.status_code == 200
        said = status(answer.text)
        for part in (
            "Saved:",
            "Asia/Tokyo",
            "07:00",
            "English",
            "Every day",
            "rest and walking",
            "Hands <&> more",
        ):
            assert part in said
        assert rows(site) == {
            "hands": ("active", "weekly", ()),
            "knees": ("active", "daily", ("rest", "walking")),
        }
        after = main_form(answer.text)
        assert (after["cadence:knees"], after["zone"], after["hour"]) == (["daily"], ["Asia/Tokyo"], ["7"])
        ends = site.client.post(path, data=main_form(answer.text) | {"cadence:knees": [""]})
        assert "You no longer follow Knees." in status(ends.text)


def test_what_was_refused_is_shown_as_it_was_typed(server: Server) -> None:
    with reopened(server, **two(server)) as site:
        path = preferences(site, add(site))
        form = main_form(site.get(path).text) | {"cadence:hands": ["weekly"], "hour": ["25"]}
        answer = site.client.post(path, data=form)
        assert answer.status_code == 422
        assert "Nothing was saved: “25” is no hour of the day." in status(answer.text)
        assert main_form(answer.text)["cadence:hands"] == ["weekly"]
        assert rows(site) == {"knees": ("active", "weekly", ())}
        mended = site.client.post(path, data=main_form(answer.text))
        assert "Hands" in status(mended.text)


HOSTILE = [
    b"cadence:elbows=weekly",
    b"cadence:knees=<script>alert(1)</script>",
    b"cadence:knees=weekly&topic:knees=%00",
    b"zone=%3Cimg+src%3Dx%3E",
    b"language=%F0%9F%92%A9",
    b"hour=%C2%B2",
    b"do=pause&pause=2026-11-03",
    b"do=pause&pause=9999-12-31",
    b"do=pause",
]


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_fields_are_refused_with_a_sentence(server: Server, body: bytes) -> None:
    path = preferences(server, add(server))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = server.client.post(path, content=body, headers=kind)
    assert answer.status_code == 422
    assert "Nothing was saved:" in status(answer.text)
    assert "<script>" not in answer.text
    assert "<img src" not in answer.text
    assert rows(server) == {"knees": ("active", "weekly", ())}


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"do=save", b"do=nonsense", b"&" * 60_000, b"topic:=x&cadence:"]
)
def test_bodies_that_say_nothing_change_nothing(server: Server, body: bytes) -> None:
    path = preferences(server, add(server))
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b", ""):
        answer = server.client.post(path, content=body, headers={"content-type": kind})
        assert answer.status_code in (200, 422)
    assert rows(server) == {"knees": ("active", "weekly", ())}


def test_a_body_that_is_too_large(server: Server) -> None:
    path = preferences(server, add(server))
    assert server.client.post(path, data={"cadence:knees": "x" * 100_000}).status_code == 413


def test_a_pause_and_its_end(server: Server) -> None:
    path = preferences(server, add(server))
    answer = server.client.post(path, data={"do": "pause", "pause": "2026-12-24"})
    assert status(answer.text) == "Saved: No mail before Thursday, 24 December 2026."
    assert parse(answer.text).xpath("string(//input[@name='pause']/@value)") == "2026-12-24"
    answer = server.client.post(path, data={"do": "resume"})
    assert "The pause is over" in status(answer.text)
    assert "End the pause now" not in answer.text


def test_stopping_everything_here(server: Server) -> None:
    path = preferences(server, add(server))
    answer = server.client.post(path, data={"do": "stop"})
    assert status(answer.text) == "Saved: You no longer follow Knees."
    with server.site.store.read() as db:
        assert [row.kind for row in storage.notice_mails(db, 1)] == ["goodbye"]
    again = server.client.post(path, data=main_form(answer.text) | {"cadence:knees": ["weekly"]})
    assert "You follow Knees" in status(again.text)


def test_new_private_feeds_void_the_old_ones(server: Server) -> None:
    path = preferences(server, add(server))
    find = re.compile(r'value="(https://guides\.example/-/my/[^"]+feed\.atom)"')
    (before,) = find.findall(server.get(path).text)
    answer = server.client.post(path + "/feeds")
    (after,) = find.findall(answer.text)
    assert "new addresses" in status(answer.text)
    assert server.get(before.removeprefix("https://guides.example")).status_code in (404, 410)
    assert server.get(after.removeprefix("https://guides.example")).status_code == 200


def test_the_link_to_the_account_is_asked_for_and_the_answer_never_differs(server: Server) -> None:
    path = preferences(server, add(server))
    answers = [server.client.post(path + "/account") for _ in range(5)]
    follow.block(server.site.store, "ana.secret@example.org", "", server.clock())
    assert {each.status_code for each in answers} == {200}
    assert len({status(each.text) for each in answers}) == 1
    assert "Look into your inbox" in status(answers[0].text)
    with server.site.store.read() as db:
        assert len(storage.notice_mails(db, 1)) == 3


def test_what_the_owner_took_away_is_explained(server: Server) -> None:
    with reopened(server, **two(server)) as site:
        path = preferences(site, add(site, "knees", "daily", "rest"))
    less = 'title = "Knees"\ntopics = ["walking"]\n'
    with reopened(server, **{"feeds/knees/feed.toml": less}) as site:
        answer = site.get(path)
        assert "The mail “daily” is no longer sent" in answer.text
        assert "“rest” is no longer among its topics" in answer.text
        form = main_form(answer.text)
        assert (form["cadence:knees"], form["topic:knees"]) == (["daily"], ["rest"])
        assert site.client.post(path, data=form).status_code == 200
        assert rows(site)["knees"] == ("active", "daily", ("rest",))
    with reopened(server, **{"feeds/knees/feed.toml": "title = "}) as site:
        assert "This publication is away at the moment" in site.get(path).text


def test_an_address_that_must_not_be_mailed(server: Server) -> None:
    with reopened(server, **two(server)) as site:
        path = preferences(site, add(site))
        follow.block(site.site.store, "ana.secret@example.org", "asked us to", site.clock())
        answer = site.client.post(path, data={"cadence:hands": "weekly"})
        assert answer.status_code == 422
        assert "news@guides.example" in answer.text
        assert "asked us to" not in answer.text


def test_somebody_who_was_forgotten(server: Server) -> None:
    path = preferences(server, add(server))
    follow.erase(server.site.store, 1, server.site.keys, server.clock())
    answers = [server.get(path)]
    answers += [server.client.post(path, data={"do": do}) for do in ("save", "pause", "resume", "stop")]
    answers += [server.client.post(f"{path}/{below}") for below in ("feeds", "account")]
    for answer in answers:
        assert (answer.status_code, "Nothing is left here" in answer.text) == (410, True)
    with server.site.store.read() as db:
        assert db.execute(sa.text("SELECT count(*) FROM follow")).scalar() == 0


def test_the_page_speaks_his_language_and_changes_with_it(server: Server) -> None:
    french = 'msgid ""\nmsgstr ""\n\nmsgid "Saved:"\nmsgstr "Enregistré :"\n'
    with reopened(server, **{"templates/locale/fr.po": french}) as site:
        path = preferences(site, add(site))
        answer = site.client.post(path, data={"language": "fr"})
        assert '<html lang="fr"' in answer.text
        assert status(answer.text).startswith("Enregistré :")
        assert '<html lang="fr"' in site.get(account(site, 1)).text
