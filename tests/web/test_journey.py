"""Whole journeys in Chromium, with the keyboard alone: follow, confirm, choose, stop, follow again, be forgotten.

In English wide and by day, in German narrow and by night. Each page on the way is looked at by axe-core, which
finds what is planted there first.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher import audit, engine, mail, storage
from tests.pages.looking import press, sees, violations
from tests.web.browser import Browser, Page
from tests.web.conftest import Server, serving

pytestmark = pytest.mark.browser
FRIDAY = datetime(2026, 11, 6, 7, tzinfo=UTC)  # 8:00 in Berlin
ADA = "ada@example.org"
# What has the focus, or the label around it, is marked.
FOCUSED = """[document.activeElement, document.activeElement.closest("label")].some(each => {
  const style = each && getComputedStyle(each);
  return style && (style.outlineStyle !== "none" || style.boxShadow !== "none");
})"""
MOST = 120  # presses of Tab until a page counts as a trap


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with Browser(chromium) as opened:
        yield opened


@dataclass(slots=True)
class Traveller:
    """Somebody at a browser without a mouse."""

    server: Server
    page: Page
    looked_at: set[str] = field(default_factory=set)

    def go(self, url: str) -> None:
        """An address from a mail or typed in; the site's own name leads to the server of the test."""
        here = f"http://127.0.0.1:{self.server.port}"
        self.page.go(url.replace("https://guides.example", here) if "://" in url else here + url)
        self.look()

    def look(self) -> None:
        """Nothing on this page is wrong, and nothing stands out of it."""
        assert self.page.complaints == []
        if (title := self.heading()) not in self.looked_at:
            assert sees(self.page)  # plants a picture that there is not
            self.looked_at.add(title)
            self.page.complaints.clear()
        assert violations(self.page) == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def heading(self) -> str:
        return str(self.page.evaluate("document.querySelector('h1').textContent"))

    def to(self, selector: str) -> None:
        """Tab until the element has the focus, and one sees that it has."""
        for _ in range(MOST):
            if self.page.evaluate(f"document.activeElement.matches({selector!r})"):
                break
            press(self.page, "Tab", 9)
        else:
            raise AssertionError(f"the keyboard does not reach {selector} on “{self.heading()}”")
        assert self.page.evaluate(FOCUSED), f"one does not see that {selector} has the focus"

    def write(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.command("Input.insertText", {"text": text})

    def enter(self, selector: str) -> None:
        """Press Enter on it, and wait for the page that comes."""
        self.to(selector)
        press(self.page, "Enter", 13)
        self.page.browser.wait("Page.loadEventFired", self.page.session)
        self.look()

    def mails(self) -> list[mail.InboxMail]:
        """What came to the built-in inbox, the newest first, after the service has had its turn."""
        engine.tick(self.server.site, self.server.clock)
        folder = self.server.site.var / "inbox"
        found = [mail.read_inbox(folder, each.id) for each in mail.list_inbox(folder, limit=50)]
        return [each for each in found if f"To: {ADA}".encode() in each.raw]

    def link(self, part: str) -> str:
        """The newest mail's link to this part of the site."""
        text = self.mails()[0].text or ""
        match = re.search(rf"https://guides\.example/-/{part}/\S+", text)
        assert match, text
        return match[0]

    def says(self) -> str:
        return str(self.page.evaluate("document.querySelector('main').textContent"))


def follows(server: Server) -> dict[str, str]:
    """publication -> "cadence state" of Ada's follows."""
    with server.site.store.read() as db:
        number = storage.find_follower(db, "mail", ADA)
        return (
            {}
            if number is None
            else {each.publication: f"{each.cadence} {each.state}" for each in storage.follows_of(db, number)}
        )


LOOKS: list[Any] = [
    pytest.param(("en", 1280, False), id="English, wide, by day"),
    pytest.param(("de", 375, True), id="German, 375 px, by night"),
]


@pytest.fixture
def ada(
    browser: Browser, made: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Traveller, str]]:
    language, width, dark = request.param
    folder = shutil.copytree(made, tmp_path / "site")
    settings = folder / "publisher.toml"
    text = settings.read_text(encoding="utf-8").replace(
        "\n[[digest]]", f'language = "{language}"\n\n[[digest]]', 1
    )
    daily = '\n[[digest]]\nname = "daily"\nschedule = "daily at 6:30 Europe/Berlin"\n'
    settings.write_text(text + daily, encoding="utf-8")
    feed = folder / "feeds/knees/feed.toml"
    own = f'title = "Knees"\nlanguage = "{language}"\ntopics = ["anatomy", "walking"]\n'
    feed.write_text(feed.read_text(encoding="utf-8").replace('title = "Knees"\n', own), encoding="utf-8")
    with serving(folder) as server:
        page = browser.open("about:blank", width=width, dark=dark)
        yield Traveller(server, page), language
        page.close()


@pytest.mark.parametrize("ada", LOOKS, indirect=True)
def test_from_the_follow_page_to_the_last_goodbye(ada: tuple[Traveller, str]) -> None:
    me, language = ada
    me.go("/knees/")
    me.enter("a[href$='-/follow/knees']")
    ask(me, "Look in your inbox" if language == "en" else "Sieh in deinen Posteingang")
    confirm(me)
    choose_walking(me)
    me.server.clock.now = FRIDAY
    digest = me.mails()[0]
    assert "Stairs with a sore knee" in (digest.text or "")
    assert "A knee & its" not in (digest.text or ""), "not one of the topics chosen"
    me.go(me.link("why"))
    assert "Knees" in me.says()
    stop = me.link("unsubscribe")
    me.go(stop)
    assert follows(me.server) == {"knees": "weekly active"}, "opening the link stops nothing"
    me.enter("main form button")
    assert follows(me.server) == {"knees": "weekly ended"}
    me.enter("main form button")  # it was a slip
    assert follows(me.server) == {"knees": "weekly active"}
    leave_for_good(me, stop)


def ask(me: Traveller, answer: str) -> None:
    me.write("#email", ADA)
    me.enter(".follow-form button[type=submit]")
    assert me.heading() == answer
    assert ADA in me.says()
    assert follows(me.server) == {}, "nobody follows before the link was pressed"


def confirm(me: Traveller) -> None:
    link = me.link("confirm")
    me.server.client.get(link.removeprefix("https://guides.example"))  # a scanner looks first
    assert follows(me.server) == {}
    me.go(link)
    assert follows(me.server) == {}, "opening the link is not yet a yes"
    me.enter("main form button")
    assert follows(me.server) == {"knees": "weekly active"}


def choose_walking(me: Traveller) -> None:
    me.enter("main a.button")  # preferences
    if not me.page.evaluate("document.querySelector('details.choosing').open"):
        me.to("details.choosing summary")
        press(me.page, "Enter", 13)
    me.to("input[type=checkbox][value='walking']")
    press(me.page, " ", 32)
    me.enter("button[name=do][value=save]")
    assert me.page.evaluate("document.querySelector('[role=status] li') !== null")
    with me.server.site.store.read() as db:
        number = storage.find_follower(db, "mail", ADA)
        assert number is not None
        assert [each.topics for each in storage.follows_of(db, number)] == [("walking",)]


def leave_for_good(me: Traveller, link: str) -> None:
    me.go(link)
    me.enter("main form button")
    goodbye = me.mails()[0]
    assert "/-/follow/knees" in (goodbye.text or "")
    before = len(me.mails())
    me.server.clock.now = FRIDAY + timedelta(days=14)
    assert len(me.mails()) == before, "nothing comes any more"
    assert audit.audit(me.server.site.store, me.server.clock()).holds


@pytest.mark.parametrize("ada", LOOKS[1:], indirect=True)
def test_from_the_account_to_being_forgotten(ada: tuple[Traveller, str]) -> None:
    me, _ = ada
    server = me.server
    me.go("/-/follow/knees")
    me.write("#email", ADA)
    me.enter(".follow-form button[type=submit]")
    me.go(me.link("confirm"))
    me.enter("main form button")
    me.enter("main a.button")
    me.enter("form[action$='/account'] button")
    assert ADA not in me.says(), "mails get forwarded: the address is masked"
    me.go(me.link("account"))
    assert ADA in me.says()
    me.enter("a[href$='/story']")
    assert "Knees" in me.says()
    me.go(me.link("account"))
    me.to("input[type=checkbox]")
    press(me.page, " ", 32)
    me.enter("form[action$='/erase'] button")
    with server.site.store.read() as db:
        assert storage.find_follower(db, "mail", ADA) is None
    assert audit.audit(server.site.store, server.clock()).holds
