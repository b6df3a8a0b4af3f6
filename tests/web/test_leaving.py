"""The link at the foot of a mail: GET looks, POST acts (RFC 8058)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from urllib.parse import urljoin

import httpx
import pytest
import sqlalchemy as sa

from publisher import engine, follow, storage, tokens
from publisher.site import open_site
from tests.web.conftest import Server
from tests.web.pages import parse

FORM = {"content-type": "application/x-www-form-urlencoded"}


def add(server: Server, address: str = "ana@example.org", topics: tuple[str, ...] = ()) -> str:
    """A follower of Knees, and the path of his unsubscribe link for the site's weekly mail."""
    site = server.site
    follow.follow(
        site.store,
        address,
        site.publications,
        cadence="weekly",
        topics=topics,
        consent="asked",
        now=server.clock(),
    )
    with site.store.read() as db:
        number = storage.find_follower(db, "mail", address)
    assert number is not None
    return path_of(server, number)


def path_of(server: Server, number: int, digest: str = "-:weekly") -> str:
    url = server.site.links.unsubscribe(number, digest)
    return url.removeprefix(server.site.settings.base_url)


def states(server: Server) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {row.endpoint: (row.state, row.topics) for row in follow.followers(server.site.store)}


def events(server: Server) -> list[tuple[str, str]]:
    with server.site.store.read() as db:
        rows = db.execute(sa.text("SELECT kind, evidence FROM follow_event ORDER BY id"))
        return [(row.kind, row.evidence) for row in rows]


@contextmanager
def statements(server: Server) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    engine_ = server.site.store.engine
    sa.event.listen(engine_, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(engine_, "before_cursor_execute", note)


def form(answer: httpx.Response) -> tuple[str, dict[str, list[str]]]:
    """Where the page's first form goes, and what it sends."""
    element = parse(answer.text).xpath("//form")[0]
    assert element.get("method") == "post"
    fields: dict[str, list[str]] = {}
    for field in element.xpath(".//input"):
        fields.setdefault(field.get("name"), []).append(field.get("value"))
    return urljoin(str(answer.url), element.get("action")), fields


def test_the_whole_way_from_a_delivered_mail(server: Server) -> None:
    """Followed, mailed, stopped by the mail's own header: the next edition does not come."""
    add(server)
    inbox = server.site.var / "inbox/new"
    server.clock.now += timedelta(days=3)
    engine.tick(server.site, server.clock)
    (delivered,) = inbox.iterdir()
    mail = message_from_bytes(delivered.read_bytes())
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = "".join(mail["List-Unsubscribe"].split()).strip("<>")
    path = url.removeprefix("https://guides.example")
    answer = server.client.post(path, content=b"List-Unsubscribe=One-Click", headers=FORM)
    assert answer.status_code == 200
    assert states(server)["ana@example.org"][0] == "ended"
    guide = server.site.folder / "feeds/knees/articles/next.md"
    guide.write_text("---\ntitle: The next one\n---\nSomething to tell.\n")
    server.clock.now += timedelta(days=7)
    engine.tick(server.site, server.clock)
    later = [message_from_bytes(path.read_bytes()) for path in inbox.iterdir() if path != delivered]
    assert [mail["List-Unsubscribe"] for mail in later] == [None]  # the goodbye, and no other edition


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(server: Server, method: str) -> None:
    path = add(server)
    before = (states(server), events(server))
    with statements(server) as said:
        for _ in range(3):
            assert server.client.request(method, path).status_code in (200, 204)
    assert (states(server), events(server)) == before
    assert {each.split()[0] for each in said} <= {"BEGIN", "SELECT"}


def test_the_page_has_buttons_that_say_what_they_do(server: Server) -> None:
    answer = server.get(add(server))
    page = parse(answer.text)
    buttons = [each.text_content() for each in page.iter("button")]
    assert buttons == ["Stop this weekly mail", "Stop everything from Example Guides"]
    assert "Example Guides: weekly" in page.text_content()
    assert "ana@example.org" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]


def test_pressing_the_button(server: Server) -> None:
    action, fields = form(server.get(add(server)))
    answer = server.client.post(action, data=fields)
    assert answer.status_code == 200
    assert "<h1>Stopped</h1>" in answer.text
    assert "You no longer follow Knees." in answer.text
    assert states(server) == {"ana@example.org": ("ended", ())}
    kind, evidence = events(server)[-1]
    assert kind == "left"
    assert "the button on the unsubscribe page" in evidence


BODIES = [  # as mail providers send it: both kinds of RFC 8058 section 3.2, and what strays from them
    (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
    (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded; charset=UTF-8"),
    (b"List-Unsubscribe=One-Click\r\n", "text/plain"),
    (b"list-unsubscribe=one-click", "application/x-www-form-urlencoded"),
    (b"List-Unsubscribe=One-Click", ""),
    (
        b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
    (
        b"--=_x\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Disposition: form-data; name=List-Unsubscribe\r\n\r\nOne-Click\r\n--=_x--",
        'multipart/form-data; boundary="=_x"',
    ),
]


@pytest.mark.parametrize(("body", "kind"), BODIES)
def test_one_click(server: Server, body: bytes, kind: str) -> None:
    """As a mail provider sends it: no cookie, no referrer, no origin."""
    path = add(server)
    answer = server.client.post(path, content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.is_redirect) == (200, False)
    assert states(server)["ana@example.org"][0] == "ended"
    assert "RFC 8058" in events(server)[-1][1]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", ""),
        (b"\xff\xfe", "text/plain"),
        (b"--nonsense", "multipart/form-data; boundary=other"),
        (b"{", "application/json"),
    ],
)
def test_leaving_never_fails_because_of_a_strange_body(server: Server, body: bytes, kind: str) -> None:
    path = add(server)
    assert server.client.post(path, content=body, headers={"content-type": kind}).status_code == 200
    assert states(server)["ana@example.org"][0] == "ended"


def test_a_second_press_is_friendly(server: Server) -> None:
    path = add(server)
    server.client.post(path)
    count = len(events(server))
    answer = server.client.post(path)
    assert answer.status_code == 200
    assert "It was stopped already" in answer.text
    assert len(events(server)) == count


def test_following_again_brings_back_the_same_topics_with_consent(server: Server) -> None:
    path = add(server, topics=("walking",))
    action, fields = form(server.client.post(path))
    assert fields == {"publication": ["knees"]}
    answer = server.client.post(action, data=fields)
    assert answer.status_code == 200
    assert "<h1>You follow again</h1>" in answer.text
    assert re.search(r"Friday, 6 November 2026, .*08:00 \(Europe/Berlin\)", answer.text)
    assert states(server) == {"ana@example.org": ("active", ("walking",))}
    kind, evidence = events(server)[-1]
    assert kind == "returned"
    assert "pressed “Follow again”" in evidence
    action, _ = form(answer)
    assert "<h1>Stopped</h1>" in server.client.post(action).text


def test_following_again_brings_back_nothing_else(server: Server) -> None:
    path = add(server)
    for fields in ({}, {"publication": "knees"}, {"publication": "other"}):
        answer = server.client.post(f"{path}/again", data=fields)  # nothing was stopped
        assert answer.status_code == (200 if "knees" in fields.values() else 409)
    assert len(events(server)) == 1
    server.client.post(path)
    assert server.client.post(f"{path}/again", data={"publication": "elbows"}).status_code == 409
    assert server.client.get(f"{path}/again").status_code == 405
    assert states(server)["ana@example.org"][0] == "ended"


def test_a_blocked_address_does_not_come_back(server: Server) -> None:
    path = add(server)
    action, fields = form(server.client.post(path))
    follow.block(server.site.store, "ana@example.org", "asked us to", server.clock())
    answer = server.client.post(action, data=fields)
    assert answer.status_code == 409
    assert "news@guides.example" in answer.text
    assert "ana@example.org" not in answer.text
    assert states(server)["ana@example.org"][0] == "ended"


def test_one_follower_leaves_and_the_others_stay(server: Server) -> None:
    path = add(server, "ana@example.org")
    add(server, "ben@example.org")
    server.client.post(path)
    assert {address: state for address, (state, _) in states(server).items()} == {
        "ana@example.org": "ended",
        "ben@example.org": "active",
    }


def tampered(path: str) -> list[str]:
    start, _, mac = path.rpartition(".")
    return [
        path[:-1] + ("A" if path[-1] != "A" else "B"),
        path.replace("unsubscribe.1~", "unsubscribe.2~"),
        path.replace(".unsubscribe.", ".confirm."),
        path.replace("v1.", "v2."),
        start,
        f"{path}.{mac}",
        f"{path}%20",
        f"{path}é",
        "/-/unsubscribe/" + "x" * 3000,
        "/-/unsubscribe/v1.k1.unsubscribe.1~-:weekly.0.",
        re.sub("weekly", "daily", path),
    ]


def test_links_that_we_did_not_sign_are_refused_before_the_database_is_asked(server: Server) -> None:
    good = add(server)
    before = (states(server), events(server))
    with statements(server) as said:
        for path in tampered(good):
            assert path != good
            for method in ("GET", "POST"):
                answer = server.client.request(method, path)
                assert answer.status_code == 404, path
                assert "This link does not work" in answer.text
    assert said == []
    assert (states(server), events(server)) == before


def test_a_link_signed_for_nobody_in_particular(server: Server) -> None:
    for id_ in ("weekly", "x~-:weekly", "~-:weekly", "1~"):
        token = tokens.sign(server.site.keys, "unsubscribe", id_)
        assert server.client.post(f"/-/unsubscribe/{token}").status_code == 404
    gone = server.client.post(path_of(server, 4711))
    assert (gone.status_code, "stopped already" in gone.text) == (200, True)


def test_a_link_outlives_the_digest_and_the_settings(server: Server) -> None:
    """The owner renamed the digest, and broke a feed.toml: whoever wants to leave still can."""
    path = add(server)
    toml = server.site.folder / "publisher.toml"
    toml.write_text(toml.read_text().replace('name = "weekly"', 'name = "fridays"'))
    (server.site.folder / "feeds/knees/feed.toml").write_text("title = ")
    with open_site(server.site.folder, {}) as reopened:
        assert reopened.publications == ()
        server.app.use(reopened)
        assert server.get(path).status_code == 200
        assert "Stopped" in server.client.post(path).text
        assert states(server)["ana@example.org"][0] == "ended"


def test_a_link_for_one_publication_leaves_the_others(server: Server) -> None:
    folder = server.site.folder / "feeds/elbows"
    folder.mkdir()
    (folder / "feed.toml").write_text(
        'title = "Elbows"\naccent = "#8a3d2b"\n[[digest]]\nname = "weekly"\nschedule = { kind = "cron", at = "0 9 * * MON" }\n'
    )
    with open_site(server.site.folder, {}) as reopened:
        engine.collect_all(reopened, server.clock())
        server.app.use(reopened)
        follow.follow(
            reopened.store,
            "ana@example.org",
            reopened.publications,
            cadence="weekly",
            consent="asked",
            now=server.clock(),
        )
        path = path_of(server, 1, "elbows:weekly")
        answer = server.get(path)
        assert 'data-publication="elbows"' in answer.text
        server.client.post(path)
        rows = {row.publication: row.state for row in follow.followers(reopened.store)}
    assert rows == {"elbows": "ended", "knees": "active"}


def test_a_database_that_is_away_does_not_pretend(server: Server) -> None:
    path = add(server)
    with server.site.store.write() as db:
        db.execute(sa.text("ALTER TABLE follow RENAME TO hidden"))
    answer = server.client.post(path)
    assert answer.status_code == 503
    assert "Please try again" in answer.text
    assert answer.headers["retry-after"] == "60"
    with server.site.store.write() as db:
        db.execute(sa.text("ALTER TABLE hidden RENAME TO follow"))
    assert server.client.post(path).status_code == 200
