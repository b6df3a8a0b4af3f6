"""The account: behind a fresh mailed link only, and for nobody but the owner of the mailbox."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from publisher import engine, follow, storage
from tests.web.conftest import Server
from tests.web.pages import parse
from tests.web.persons import account, add, preferences, status
from tests.web.test_leaving import statements

BELOW = ("", "/data.json", "/address", "/erase")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(server: Server, method: str) -> None:
    path = account(server, add(server))
    with statements(server) as said:
        for below in BELOW:
            server.client.request(method, path + below)
    assert {each.split()[0] for each in said} <= {"BEGIN", "SELECT", "WITH"}


def test_a_link_that_is_not_ours_or_is_old_is_refused_before_the_database_is_asked(server: Server) -> None:
    number = add(server)
    path = account(server, number)
    token = preferences(server, number).rpartition("/")[2]
    server.clock.now += timedelta(hours=1)
    with statements(server) as said:
        for bad in (path, path[:-1] + "_", f"/-/account/{token}", "/-/account/x"):
            for below in BELOW:
                method = "GET" if below in ("", "/data.json") else "POST"
                assert server.client.request(method, bad + below, data={"sure": "yes"}).status_code == 404
    assert said == []
    assert "has expired" in server.get(path).text


def test_the_page(server: Server) -> None:
    answer = server.get(account(server, add(server)))
    assert answer.status_code == 200
    assert "ana.secret@example.org" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    links = parse(answer.text).xpath("//main//a/@href")
    assert any(each.endswith("/data.json") for each in links)
    assert any(each.endswith("/story") for each in links)


def test_the_whole_data_of_somebody_who_was_mailed(server: Server) -> None:
    number = add(server)
    server.clock.now += timedelta(days=3)
    engine.tick(server.site, server.clock)
    path = account(server, number)
    answer = server.get(f"{path}/data.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["cache-control"] == "no-store"
    found = json.loads(answer.content)
    (mail,) = found["mails"]
    assert (mail["digest"], mail["state"], mail["problems"]) == ("-:weekly", "sent", [])
    assert mail["date"] == "2026-11-06T07:00:00Z"
    assert found["events"][0]["evidence"]["consent"] == "zwetschge"
    assert set(found) == {"about", *found["about"]}


def test_another_address(server: Server) -> None:
    path = account(server, add(server))
    answer = server.client.post(f"{path}/address", data={"email": "new@example.org"})
    assert answer.status_code == 200
    assert "If new@example.org can get mail from us" in status(answer.text)
    with server.site.store.read() as db:
        row = storage.notice_mails(db, 1)[-1]
        assert (row.kind, storage.endpoint_of(db, 1)) == ("address", "ana.secret@example.org")
    confirm = server.site.links.confirm(row.id, row.expires_at).removeprefix("https://guides.example")
    assert server.client.post(confirm).status_code == 200
    with server.site.store.read() as db:
        assert storage.endpoint_of(db, 1) == "new@example.org"
    assert server.get(path).status_code == 404  # it was mailed to the old address


def test_what_is_wrong_with_an_address_is_told_beside_it(server: Server) -> None:
    path = account(server, add(server))
    wrong = {
        "nonsense": "“nonsense” is no address",
        '"><script>x': "is no address",
        "ana.secret@example.org": "This is your address already.",
    }
    for written, sentence in wrong.items():
        answer = server.client.post(f"{path}/address", data={"email": written})
        assert answer.status_code == 422
        assert sentence in status(answer.text)
        (field,) = parse(answer.text).xpath("//input[@name='email']")
        assert (field.get("value"), field.get("aria-invalid")) == (written, "true")
        (told,) = parse(answer.text).xpath(f"//*[@id='{field.get('aria-describedby')}']")
        assert sentence in told.text_content()
    assert server.client.post(f"{path}/address", data={"email": "x" * 100_000}).status_code == 413


def test_answers_are_alike_whoever_has_the_address(server: Server) -> None:
    path = account(server, add(server))
    site = server.site
    follow.follow(
        site.store, "ben@example.org", site.publications, cadence="weekly", consent="x", now=server.clock()
    )
    follow.block(site.store, "bad@example.org", "", server.clock())
    said = []
    for name in ("ben", "bad", "new"):
        answer = server.client.post(f"{path}/address", data={"email": f"{name}@example.org"})
        said.append((answer.status_code, answer.text.replace(f"{name}@", "…@")))
    assert len(set(said)) == 1
    assert server.client.post(f"{path}/address", data={"email": "one@example.org"}).status_code == 429


def test_forgetting_wants_the_box_ticked(server: Server) -> None:
    path = account(server, add(server))
    for fields in ({}, {"sure": ""}, {"sure": "no"}):
        answer = server.client.post(f"{path}/erase", data=fields)
        assert answer.status_code == 422
        assert "Tick the box first" in status(answer.text)
    assert [row.state for row in follow.followers(server.site.store)] == ["active"]


def test_being_forgotten_is_for_ever(server: Server) -> None:
    number = add(server)
    path = account(server, number)
    answer = server.client.post(f"{path}/erase", data={"sure": "yes"})
    assert (answer.status_code, "<h1>You are forgotten</h1>" in answer.text) == (200, True)
    assert list(follow.followers(server.site.store)) == []
    with server.site.store.read() as db:
        assert (storage.person(db, number) or pytest.fail()).endpoint == "erased:1"
    for below in ("", "/data.json"):
        gone = server.get(path + below)
        assert (gone.status_code, "Nothing is left here" in gone.text) == (410, True)
    assert server.client.post(f"{path}/address", data={"email": "n@example.org"}).status_code == 410
    again = server.client.post(f"{path}/erase", data={"sure": "yes"})
    assert (again.status_code, "Nothing is left here" in again.text) == (200, True)
    assert server.get(preferences(server, number)).status_code == 410
