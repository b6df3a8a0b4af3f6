"""“Why this mail?” for whoever has the mail, and the whole story for whoever has the mailbox."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

import pytest

from publisher import follow, storage
from publisher.model import NoticeKind
from tests.pages.looking import LOOKS, TOO_SMALL, reshape, sees, violations
from tests.web import stories
from tests.web.browser import Browser
from tests.web.conftest import SECRETS, Server, serving
from tests.web.pages import parse
from tests.web.stories import ADA
from tests.web.test_leaving import statements


def why(server: Server, edition: int, number: int) -> str:
    url = server.site.links.why(edition, number)
    return url.removeprefix(server.site.settings.base_url)


def story(server: Server, number: int, address: str = ADA) -> str:
    """The link that a fresh mail would hold."""
    expires = server.clock() + timedelta(hours=1)
    with server.site.store.write() as db:
        data = {"sent_to": address}
        notice = storage.add_notice(db, number, NoticeKind.ACCOUNT, data, server.clock(), expires)
    url = server.site.links.account(notice, expires)
    return url.removeprefix(server.site.settings.base_url) + "/story"


def text_of(answer: str) -> str:
    return " ".join(parse(answer).text_content().split())


def test_a_mail_is_explained_and_tells_nobody_who_got_it(server: Server) -> None:
    number = stories.live(server)
    edition = stories.newest_edition(server, number)
    stories.refuse(server, edition, number)
    answer = server.get(why(server, edition, number))
    assert answer.status_code == 200
    said = text_of(answer.text)
    assert "weekly mail of 13 November 2026" in said
    assert "This address has followed Knees since 4 November 2026: weekly mail." in said
    assert "changed in what matters since version 1 came" in said
    assert "new: not told of before" in said
    assert "a***@example.org" in said
    for secret in (ADA, "lovelace", "<market>", "market", "no such user", "Ada", "vip"):
        assert secret not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_its_links_lead_somewhere(server: Server) -> None:
    number = stories.live(server)
    path = why(server, stories.newest_edition(server, number), number)
    page = parse(server.get(path).text)
    links = page.xpath("//main//a/@href")
    assert len(links) > 3
    for link in links:
        assert server.get(urljoin(path, link)).status_code == 200, link


def test_what_was_left_out_is_told_with_its_reason(server: Server) -> None:
    number = stories.join(server, topics=("walking",))
    stories.tick(server, 3)
    answer = server.get(why(server, stories.newest_edition(server, number), number))
    assert "What was left out" in answer.text
    assert "Not among the chosen topics: walking." in answer.text
    assert "How long to rest a knee" in answer.text
    for secret in SECRETS:  # of a guide that waits for its release
        assert secret not in answer.text


def test_a_notice_is_explained(server: Server) -> None:
    number = stories.live(server)
    with server.site.store.read() as db:
        (notice,) = [each for each in storage.notice_mails(db, number) if each.kind == "goodbye"]
    assert notice.delivery is not None
    said = text_of(server.get(why(server, notice.delivery.edition, number)).text)
    assert "It answers something that was done with this address on" in said
    assert ADA not in said


def test_looking_changes_nothing_and_a_bad_link_asks_no_database(server: Server) -> None:
    number = stories.live(server)
    edition = stories.newest_edition(server, number)
    good, other = why(server, edition, number), story(server, number)
    bad = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        re.sub(rf"why\.{edition}~{number}", f"why.{edition}~{number + 1}", good),
        other.replace(".account.", ".confirm."),
        server.site.links.preferences(number).replace("https://guides.example/-/preferences/", "/-/why/"),
        "/-/why/x",
        "/-/account/x/story",
        good.replace("/-/why/", "/-/account/") + "/story",
    ]
    with statements(server) as asked:
        for path in bad:
            assert server.get(path).status_code == 404, path
    assert asked == []
    with statements(server) as asked:
        for path in (good, other):
            for method in ("GET", "HEAD"):
                assert server.client.request(method, path).status_code == 200
            assert server.client.post(path).status_code == 405
    assert not [each for each in asked if each.split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_the_whole_story_stands_behind_a_fresh_link_only(server: Server) -> None:
    number = stories.live(server)
    edition = stories.newest_edition(server, number)
    stories.refuse(server, edition, number)
    path = story(server, number)
    answer = server.get(path)
    said = text_of(answer.text)
    for wanted in (ADA, "asked at the <market>", "550 5.1.1 <no such user>", "Ice on a knee", "Goodbye"):
        assert wanted in said
    assert "Began to follow Knees, weekly" in said
    assert "vip" in said
    for secret in SECRETS:
        assert secret not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    server.clock.now += timedelta(hours=2)
    assert server.get(path).status_code == 404


def test_who_was_forgotten_has_no_story(server: Server) -> None:
    number = stories.live(server)
    mail, account = why(server, stories.newest_edition(server, number), number), story(server, number)
    follow.erase(server.site.store, number, server.site.keys, server.clock())
    for path in (mail, account):
        answer = server.get(path)
        assert answer.status_code == 410
        assert "Nothing is left here" in answer.text
        assert "lovelace" not in answer.text
    assert server.get(why(server, 4711, number)).status_code == 410


def test_it_speaks_the_readers_language(server: Server) -> None:
    number = stories.live(server)
    with server.site.store.write() as db:
        storage.set_profile(db, number, language="de")
    answer = server.get(why(server, stories.newest_edition(server, number), number))
    assert 'lang="de"' in answer.text
    assert "13. November 2026" in answer.text


# ------------------------------------------------------------------------------------- in a real browser


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with Browser(chromium) as opened:
        yield opened


@pytest.fixture(scope="module")
def world(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, str]]]:
    folder = shutil.copytree(made, tmp_path_factory.mktemp("why") / "site")
    with serving(folder) as server:
        number = stories.live(server)
        edition = stories.newest_edition(server, number)
        other = stories.join(server, "topics@example.org", topics=("walking",))
        stories.write(server, "more", "---\ntitle: More steps\ntags: [walking]\n---\nUp.\n")
        stories.tick(server)
        stories.tick(server, 7)
        with server.site.store.read() as db:
            notice = storage.notice_mails(db, number)[0].delivery
        assert notice is not None
        paths = {
            "why": why(server, edition, number),
            "left out": why(server, stories.newest_edition(server, other), other),
            "notice": why(server, notice.edition, number),
            "story": story(server, number),
        }
        stories.refuse(server, edition, number)
        yield server, {name: f"http://127.0.0.1:{server.port}{path}" for name, path in paths.items()}


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["why", "left out", "notice", "story"])
def test_every_page(browser: Browser, world: tuple[Server, dict[str, str]], kind: str) -> None:
    """Accessible wide and by day, narrow and by night; no wider than the smallest screen."""
    page = browser.open(world[1][kind])
    assert page.complaints == []
    assert sees(page)
    assert violations(page) == []
    reshape(page, 375, dark=True)
    assert violations(page, LOOKS) == []
    reshape(page, 320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(TOO_SMALL) == []
    page.close()
