"""Every page of a static site in a real browser: accessible, not too wide, for hands and keyboards, for paper."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from publisher import text
from publisher.model import Change, Entry, Grade
from publisher.pages.render import PER_PAGE
from tests.pages.files import written
from tests.pages.looking import LOOKS, TOO_SMALL, TOO_WIDE, hosting, press, reshape, sees, violations
from tests.pages.samples import BASE, FIRST, KNEES, entry, stock
from tests.web.browser import Browser, BrowserError, Page

pytestmark = pytest.mark.browser
LONGEST = "Donaudampfschifffahrtsgesellschaftskapitän"
WRITTEN = f"""\
A [link](https://elsewhere.example/), `code` and *stress*.

## A table of {LONGEST}

| One | Two | Three | Four |
|---|---|---|---|
| {LONGEST} | b | c | https://example.org/a/very/long/address/that/does/not/break |

## A list

1. One
   - Two

## A quotation

> Said well.

```
{"a very long line of code " * 8}
```
"""
PATHS = {
    "site": "/",
    "publication": "/knees/",
    "publication from right to left": "/elbows/",
    "guide": "/knees/everything",
    "guide with neighbours": "/knees/stairs",
    "guide from right to left": "/elbows/lift",
    "history": "/knees/stairs/history",
    "history of a large change": "/knees/everything/history",
    "history from right to left": "/elbows/lift/history",
    "tag": "/knees/tag/daily-life/",
    "author": "/knees/author/ida-akesson/",
    "list": "/-/all/knees/2",
    "feeds": "/-/feeds/knees",
    "feeds from right to left": "/-/feeds/elbows",
    "feeds of the site": "/-/feeds/",
    "withdrawn": "/knees/cream",
    "nothing": "/nothing",
}


def everything() -> Entry:
    """A guide with all that a guide can hold."""
    html = text.read_markdown(WRITTEN).html
    return entry(
        9,
        "everything",
        title=f"Everything, and a {LONGEST}",
        html=html,
        tags=(LONGEST,),
        change="All.",
        revision=2,
    )


def history() -> dict[str, tuple[Change, ...]]:
    """Histories with the longest words, and from right to left."""
    whole, lift = (
        text.diff("<p>Nothing.</p>", everything().html),
        text.diff("<p>ارفع</p>", "<p>ارفع ببطء</p>"),
    )
    return {
        "everything": (
            Change(2, FIRST, "E", Grade.MATERIAL, LONGEST, text.diff_summary(whole), text.diff_html(whole)),
            Change(1, FIRST, "E", Grade.MATERIAL),
        ),
        "lift": (
            Change(2, FIRST, "كيف ترفع", Grade.MINOR, None, "changed", text.diff_html(lift)),
            Change(1, FIRST, "كيف ترفع", Grade.MATERIAL),
        ),
    }


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    made = stock()
    more = [entry(n, f"guide-{n}", title=f"{LONGEST} {n}") for n in range(10, 2 * PER_PAGE)]
    guides = {**made.guides, "knees": (*made.guides["knees"], everything(), *more)}
    full = replace(made, guides=guides, changes={**made.changes, **history()})
    with hosting(written(full)) as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with Browser(chromium) as opened:
        yield opened


@pytest.mark.parametrize("kind", PATHS)
def test_every_page(browser: Browser, site: str, kind: str) -> None:
    """Accessible wide and by day, narrow and by night; no wider than the smallest screen; no rule broken."""
    page = browser.open(site + PATHS[kind])
    assert sees(page)
    assert violations(page) == []
    reshape(page, 375, dark=True)
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert violations(page, LOOKS) == []
    reshape(page, 320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(TOO_SMALL) == []
    allowed = ("404", "/nothing.png")  # the page for nothing; what was planted
    assert [each for each in page.complaints if not any(word in each for word in allowed)] == []
    page.close()


def test_what_does_not_fit_is_found(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/knees/", width=320)
    page.evaluate("document.querySelector('.feeds a').style.minHeight = 0")
    page.evaluate("document.querySelector('h1').style.marginLeft = '-50px'")
    assert len(page.evaluate(TOO_SMALL)) == 1
    assert page.evaluate(TOO_WIDE) != []
    page.close()


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_kept(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/knees/everything")
    names = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    assert names
    assert [each for each in names if not each.startswith(site)] == []
    assert page.evaluate("document.cookie + Object.keys(localStorage) + Object.keys(sessionStorage)") == ""
    page.close()


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.outerHTML")
    return found


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/knees/stairs/history", width=375)
    wanted = page.evaluate("[...document.querySelectorAll('a, input, button')].map(each => each.outerHTML)")
    seen = []
    for _ in wanted:
        press(page, "Tab", 9)
        seen.append(focused(page))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) == "solid"
    assert seen == wanted
    page.close()


def test_the_address_of_a_feed_is_selected_by_the_keyboard(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/-/feeds/knees")
    assert page.evaluate("document.scripts.length") == 0
    for _ in range(20):
        press(page, "Tab", 9)
        if page.evaluate("document.activeElement.localName") == "input":
            break
    assert page.evaluate("getSelection().toString()") == f"{BASE}/knees/feed.atom"
    page.close()


def test_a_link_to_a_change_leads_to_it(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/knees/stairs/history/#revision-3", width=375)
    assert page.evaluate("document.querySelector(':target h2').textContent.trim()") == "3 June 2026"
    assert page.evaluate("scrollY") > 0
    page.close()


def test_an_old_address_leads_to_the_guide(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/knees/steps/")
    assert any(arrived(page, "/knees/stairs") for _ in range(100))
    page.close()


def arrived(page: Page, path: str) -> bool:
    """Whether the page is at `path`; asked again after a moment, for it may leave while it is asked."""
    try:
        if str(page.evaluate("location.pathname")).rstrip("/") == path:
            return True
    except BrowserError:  # it is just leaving
        return False
    time.sleep(0.05)
    return False


def test_changes_are_marked_by_more_than_colour(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/knees/stairs/history")
    style = "getComputedStyle(document.querySelector('.diff {}')).textDecorationLine"
    assert page.evaluate(style.format("ins")) == "underline"
    assert page.evaluate(style.format("del")) == "line-through"
    unseen = "document.querySelector('.diff ins .unseen')"
    assert page.evaluate(f"{unseen}.textContent.trim()") == "added:"
    assert page.evaluate(f"{unseen}.getBoundingClientRect().width") == 1
    page.close()


def test_on_paper_there_is_only_the_text(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/knees/stairs", dark=True)
    page.command("Emulation.setEmulatedMedia", {"media": "print"})
    shown = "[...document.querySelectorAll('{}')].filter(each => each.checkVisibility()).length"
    assert page.evaluate(shown.format(".contents, .around, .feeds, .skip, .hear")) == 0
    assert page.evaluate(shown.format("h1, .e-content, .change")) == 3
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.close()


def test_the_publication_lends_its_colour(browser: Browser, site: str) -> None:
    page = browser.open(f"{site}/knees/")
    assert KNEES.accent == "#8a3d2b"
    bar = "getComputedStyle(document.querySelector('h1'), '::before').backgroundColor"
    assert page.evaluate(bar) == "rgb(138, 61, 43)"
    page.close()
