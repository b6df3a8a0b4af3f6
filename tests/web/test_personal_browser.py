"""The pages of one person in a real browser: every state accessible, usable narrow, and with the keyboard alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from publisher import follow
from tests.pages.looking import LOOKS, TOO_SMALL, TOO_WIDE, press, reshape, sees, violations
from tests.web.browser import Browser, Page
from tests.web.conftest import Server, serving
from tests.web.persons import HANDS, KNEES, account, add, preferences

pytestmark = pytest.mark.browser
# A box to tick is pressed by its line, which is its label; what is hidden is not pressed at all.
LINES = """[...document.querySelectorAll(".tick")].filter(each => each.offsetParent)
  .filter(each => each.getBoundingClientRect().height < 43.5).map(each => each.outerHTML)"""
NOT_BOXES = ('type="hidden"', 'type="radio"', 'type="checkbox"')
TOPICS = [*(f"Topic number {number}" for number in range(39)), "Donaudampfschifffahrtsgesellschaftskapitän"]


@dataclass(frozen=True)
class World:
    browser: Browser
    server: Server

    def open(self, path: str, width: int = 1200) -> Page:
        return self.browser.open(f"http://127.0.0.1:{self.server.port}{path}", width=width)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with Browser(chromium) as opened:
        yield opened


@pytest.fixture
def world(browser: Browser, made: Path, tmp_path: Path) -> Iterator[World]:
    folder = shutil.copytree(made, tmp_path / "site")
    (folder / "feeds/knees/feed.toml").write_text(KNEES)
    (folder / "feeds/hands").mkdir()
    (folder / "feeds/hands/feed.toml").write_text(HANDS)
    with serving(folder) as server:
        yield World(browser, server)


def send(page: Page, script: str) -> None:
    """Do what makes the page load another, and wait for that."""
    page.evaluate(script)
    page.browser.wait("Page.loadEventFired", page.session)


def check(page: Page, heading: str) -> None:
    """This state is right: wide by day, narrow by night; and axe-core sees what is planted on it."""
    assert page.evaluate("document.querySelector('h1').textContent") == heading
    reshape(page, 1200)
    assert sees(page)
    assert violations(page) == []
    reshape(page, 375, dark=True)
    assert violations(page, LOOKS) == []
    reshape(page, 320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(TOO_WIDE) == []
    small = [each for each in page.evaluate(TOO_SMALL) if not any(kind in each for kind in NOT_BOXES)]
    assert small + page.evaluate(LINES) == []


def test_every_state_of_the_preferences(world: World) -> None:
    page = world.open(preferences(world.server, add(world.server, "knees", "weekly", "rest")))
    check(page, "What comes to you")
    send(page, "document.querySelector('#pause').value = '2026-12-24';"
               "document.querySelector('[value=pause]').click()")  # fmt: skip
    check(page, "What comes to you")
    send(page, "document.querySelector('#hour').innerHTML = '<option>99</option>';"
               "document.querySelector('[value=save]').click()")  # fmt: skip
    assert "99" in page.evaluate("document.querySelector('[role=alert]').textContent")
    check(page, "What comes to you")
    send(page, "document.querySelector('form[action$=account] button').click()")
    check(page, "What comes to you")
    send(page, "document.querySelector('[value=stop]').click()")
    assert page.evaluate("document.querySelector('[role=status]').textContent").split()[:2] == [
        "Saved:",
        "You",
    ]
    check(page, "What comes to you")
    page.close()


def test_every_state_of_the_account(world: World) -> None:
    page = world.open(account(world.server, add(world.server)))
    check(page, "Your account")
    for written in ("new@example.org", "none"):
        send(page, "document.querySelector('#email').type = 'text';"
                   f"document.querySelector('#email').value = '{written}';"
                   "document.querySelector('form[action$=address] button').click()")  # fmt: skip
        check(page, "Your account")
    erase = "document.querySelector('form[action$=erase] button').click()"
    send(page, f"document.querySelector('#sure').required = false; {erase}")
    check(page, "Your account")
    send(page, f"document.querySelector('#sure').click(); {erase}")
    check(page, "You are forgotten")
    page.go(page.evaluate("location.href").replace("/erase", ""))
    check(page, "Nothing is left here")
    page.close()


def test_every_state_of_leaving(world: World) -> None:
    path = world.server.site.links.unsubscribe(add(world.server), "-:weekly")
    page = world.open(path.removeprefix("https://guides.example"))
    check(page, "Stop this weekly mail?")
    send(page, "document.querySelectorAll('button')[1].click()")
    check(page, "Stopped")
    send(page, "document.querySelector('button').click()")
    check(page, "You follow again")
    page.close()


def test_fifty_publications_with_forty_topics_on_a_phone(
    browser: Browser, made: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(made, tmp_path / "site")
    for number in range(50):
        (folder / f"feeds/p{number:02}").mkdir()
        text = (
            f'title = "Publication {number:02} of many"\ntopics = {json.dumps(TOPICS, ensure_ascii=False)}\n'
        )
        (folder / f"feeds/p{number:02}/feed.toml").write_text(text)
    with serving(folder) as server:
        for number in range(25):
            add(server, f"p{number:02}", "weekly", *TOPICS[: number % 40])
        page = World(browser, server).open(preferences(server, 1), width=375)
        assert page.evaluate("document.querySelectorAll('.choosing[open]').length") == 0
        assert page.evaluate("document.documentElement.scrollHeight") < 900 * 8
        assert page.evaluate("document.documentElement.scrollWidth") == 375
        page.evaluate("document.querySelectorAll('.choosing')[20].open = true")
        assert violations(page, LOOKS) == []
        send(page, "document.querySelectorAll('[name=\"cadence:p20\"]')[1].click();"
                   "document.querySelector('[value=save]').click()")  # fmt: skip
        said = page.evaluate("document.querySelector('[role=status]').textContent")
        assert "You no longer follow Publication 20 of many." in said
        assert len([row for row in follow.followers(server.site.store) if row.state == "active"]) == 24
        page.close()


def test_changing_how_often_with_the_keyboard_alone(world: World) -> None:
    page = world.open(preferences(world.server, add(world.server)), width=375)
    focused = "document.activeElement.value"

    def tab_to(value: str) -> None:
        for _ in range(60):
            if page.evaluate(focused) == value:
                return
            press(page, "Tab", 9)
        raise AssertionError(f"Tab never came to {value}")

    tab_to("weekly")
    press(page, "ArrowUp", 38)
    assert page.evaluate(focused) == "daily"
    tab_to("save")
    shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert shown == "solid"
    press(page, "Enter", 13)
    page.browser.wait("Page.loadEventFired", page.session)
    assert "Every day" in page.evaluate("document.querySelector('[role=status]').textContent")
    page.close()
