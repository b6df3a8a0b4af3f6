"""Every page in a real browser: accessible (axe-core), nothing refused by its own rules, nothing too wide."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher import engine, follow
from tests.pages.looking import LOOKS, TOO_SMALL, press, reshape, sees, violations
from tests.web.browser import Browser
from tests.web.conftest import Server, serving
from tests.web.test_inbox import deliver

pytestmark = pytest.mark.browser
VENDOR = Path(__file__).parent / "vendor"

LONG = """\
---
title: Everything that a guide can hold, and a word like Donaudampfschifffahrtsgesellschaftskapitän
authors: [Ana, Ben, Cy]
tags: [a tag, another]
published: 2026-10-01
change: Wait five minutes, not two.
image: { src: images/knee.png, alt: A knee }
---
A [link](https://elsewhere.example/), `code`, <kbd>Ctrl</kbd>, <mark>marked</mark>, <ins>new</ins>, <del>old</del>.

## A table

| One | Two | Three | Four |
|---|---|---|---|
| Donaudampfschifffahrtsgesellschaft | b | c | https://example.org/a/very/long/address/that/does/not/break |

## A quotation

> Said well.

<details><summary>More</summary><p>Inside.</p></details>

## Code

```
a very long line of code that goes on and on and on and on and on and on and on and on and on and on and on
```

### A list

1. One
   - Two
2. Three

<dl><dt>Term</dt><dd>Meaning</dd></dl>

---

The end.[^1]

[^1]: A note.
"""
ARABIC = """\
---
title: كيف تريح ركبتك
language: ar
published: 2026-09-01
---
الركبة التي التوت أمس تحتاج إلى يومين من الراحة.
"""


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with Browser(chromium) as opened:
        yield opened


@pytest.fixture(scope="module")
def world(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, str]]]:
    """A server, and the address of every kind of page."""
    folder = shutil.copytree(made, tmp_path_factory.mktemp("world") / "site")
    articles = folder / "feeds/knees/articles"
    (articles / "everything.md").write_text(LONG)
    (articles / "arabic.md").write_text(ARABIC)
    with serving(folder) as server:
        mail = deliver(server, "Hello")
        consent = {"cadence": "weekly", "consent": "asked", "now": server.clock()}
        for address in ("a@example.org", "b@example.org"):
            follow.follow(server.site.store, address, server.site.publications, **consent)  # type: ignore[arg-type]
        link = server.site.links.unsubscribe
        paths = {
            "site": "/",
            "publication": "/knees/",
            "guide": "/knees/everything",
            "guide from right to left": "/knees/arabic",
            "history": "/knees/everything/history",
            "tag": "/knees/tag/a-tag/",
            "author": "/knees/author/ana/",
            "list": "/-/all/knees/",
            "feeds": "/-/feeds/knees",
            "feeds of the site": "/-/feeds/",
            "nothing": "/nothing",
            "inbox": "/-/inbox/",
            "mail": f"/-/inbox/{mail}",
            "mail as text": f"/-/inbox/{mail}/text",
            "mail headers": f"/-/inbox/{mail}/headers",
            "mail source": f"/-/inbox/{mail}/source",
            "unsubscribe": link(1, "-:weekly").removeprefix("https://guides.example"),
            "broken link": "/-/unsubscribe/x",
        }
        yield server, {name: f"http://127.0.0.1:{server.port}{path}" for name, path in paths.items()}


KINDS = [
    *("site", "publication", "guide", "guide from right to left", "history", "tag", "author", "list"),
    *("feeds", "feeds of the site", "nothing", "inbox", "mail"),
    *("mail as text", "mail headers", "mail source", "unsubscribe", "broken link"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_page(browser: Browser, world: tuple[Server, dict[str, str]], kind: str) -> None:
    """Accessible wide and by day, narrow and by night; no wider than the smallest screen; no rule broken."""
    page = browser.open(world[1][kind])
    complaints = [each for each in page.complaints if "404" not in each and "410" not in each]
    assert complaints == []
    assert sees(page)
    assert violations(page) == []
    reshape(page, 375, dark=True)
    assert violations(page, LOOKS) == []
    reshape(page, 320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(TOO_SMALL) == []
    page.close()


def test_the_way_out_with_the_keyboard_alone(browser: Browser, world: tuple[Server, dict[str, str]]) -> None:
    """Open the link, press the button, follow again: without a mouse and without scripts of ours."""
    page = browser.open(world[1]["unsubscribe"], width=375)
    assert page.evaluate("document.scripts.length") == 0
    for _ in range(3):
        press(page, "Tab", 9)
    assert page.evaluate("document.activeElement.textContent") == "Stop this weekly mail"
    press(page, "Enter", 13)
    page.browser.wait("Page.loadEventFired", page.session)
    assert page.evaluate("document.querySelector('h1').textContent") == "Stopped"
    assert violations(page) == []
    page.evaluate("document.querySelector('button').click()")
    page.browser.wait("Page.loadEventFired", page.session)
    assert page.evaluate("document.querySelector('h1').textContent") == "You follow again"
    assert violations(page) == []
    page.close()


def test_the_skip_link_leads_to_the_text(browser: Browser, world: tuple[Server, dict[str, str]]) -> None:
    page = browser.open(world[1]["guide"])
    press(page, "Tab", 9)
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    press(page, "Enter", 13)
    assert page.evaluate("location.hash") == "#main"
    page.close()


def test_new_mail_appears_by_itself(browser: Browser, world: tuple[Server, dict[str, str]]) -> None:
    server, urls = world
    page = browser.open(urls["inbox"])
    count = "document.querySelectorAll('.mails li').length"
    before = page.evaluate(count)
    deliver(server, "Just in")
    changed = """new Promise(done => {
      const look = () => document.body.textContent.includes("Just in") ? done(true) : setTimeout(look, 50);
      look(); setTimeout(() => done(false), 8000);
    })"""
    page.evaluate("htmx.trigger('#mails', 'look')")
    assert page.evaluate(changed) is True
    assert page.evaluate(count) == before + 1
    assert page.complaints == []
    page.close()


def test_an_empty_site_and_an_empty_inbox(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "publisher.toml").write_text('title = "Empty"\n')
    with serving(tmp_path) as server:
        engine.collect_all(server.site, server.clock())
        for path in ("/", "/-/inbox/"):
            page = browser.open(f"http://127.0.0.1:{server.port}{path}", width=375)
            assert violations(page) == []
            assert page.complaints == []
            page.close()


def test_a_script_in_a_mail_does_not_run(browser: Browser, world: tuple[Server, dict[str, str]]) -> None:
    server, urls = world
    mail = urls["mail"].rpartition("/")[2]
    page = browser.open(f"http://127.0.0.1:{server.port}/-/inbox/{mail}/frame")
    assert any("Blocked script execution" in each for each in page.complaints)
    assert page.evaluate("document.querySelector('h1').textContent") == "Hello"
    page.close()


def test_axe_is_the_one_that_was_published() -> None:
    lines = (VENDOR / "vendored.txt").read_text().splitlines()
    for name, expected in (line.split() for line in lines if not line.startswith("#")):
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == expected
