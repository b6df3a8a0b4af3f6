"""The pages about following by mail in a real browser, in each of their states; and the form on another site."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from publisher import engine, storage
from tests.pages.looking import LOOKS, TOO_WIDE, press, reshape, sees, violations
from tests.web.browser import Browser, Page
from tests.web.conftest import Server, serving
from tests.web.following import ADA, ask, follows, link, make_following, notices
from tests.web.pages import parse

pytestmark = pytest.mark.browser
# What is meant to be pressed or filled in. A box or a dot is as high as the label around it.
TOO_LOW = """[...document.querySelectorAll("button, .button, select, summary, .tick, .more, .feeds a, .foot a,"
  + ".summary a, .followed a, input:not([type=hidden]):not([type=checkbox]):not([type=radio])")]
  .filter(each => each.getClientRects().length && !each.closest(".trap"))
  .filter(each => each.getBoundingClientRect().height < 43.5).map(each => each.outerHTML)"""
OPENED = "document.querySelectorAll('details').forEach(each => each.open = true)"


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with Browser(chromium) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(make_following(tmp_path_factory.mktemp("seen") / "site")) as running:
        with running.site.store.write() as db:
            storage.count_followers(db, {storage.publication_id(db, "hands"): 1234})
        yield running


def at(server: Server, path: str) -> str:
    return f"http://127.0.0.1:{server.port}{path}"


def send(page: Page, **fields: str) -> None:
    """Fill in the form and press its button."""
    for name, value in fields.items():
        page.evaluate(f"document.querySelector('#{name}').value = {value!r}")
    page.evaluate("document.querySelector('.follow-form').noValidate = true")
    page.evaluate("document.querySelector('.follow-form button').click()")
    page.browser.wait("Page.loadEventFired", page.session)


def fresh(server: Server, email: str, **more: object) -> str:
    """The path in a mail that asks this address."""
    server.clock.now += timedelta(minutes=10)  # past the limit of one network
    assert ask(server, email, **more).status_code == 200
    return link(server)


def form_in_error(browser: Browser, server: Server) -> Page:
    page = browser.open(at(server, "/-/follow/hands"))
    send(page, email="nobody")
    assert page.evaluate("document.activeElement.id") == "problems"
    return page


def site_in_error(browser: Browser, server: Server) -> Page:
    page = browser.open(at(server, "/-/follow/"))
    send(page, email=ADA)
    return page


def look_in_inbox(browser: Browser, server: Server) -> Page:
    server.clock.now += timedelta(minutes=10)
    page = browser.open(at(server, "/-/follow/hands"))
    send(page, email="bea@example.org")
    return page


def opened(path: str) -> Callable[[Browser, Server], Page]:
    return lambda browser, server: browser.open(at(server, path))


def asked(browser: Browser, server: Server) -> Page:
    return browser.open(at(server, fresh(server, "cy@example.org")))


def confirmed(browser: Browser, server: Server) -> Page:
    path = fresh(server, "dora@example.org", publication=["hands", "knees"], topics="hands:cooking", at="-")
    server.client.post(path)
    return browser.open(at(server, path))


def expired(browser: Browser, server: Server) -> Page:
    path = fresh(server, "eli@example.org", publication=["hands", "knees"], at="-")
    server.clock.now += timedelta(days=4)
    return browser.open(at(server, path))


def blocked(browser: Browser, server: Server) -> Page:
    path = fresh(server, "fay@example.org")
    with server.site.store.write() as db:
        storage.suppress(db, "fay@example.org", "owner", "", server.clock())
    page = browser.open(at(server, path))
    page.evaluate("document.querySelector('form button').click()")
    page.browser.wait("Page.loadEventFired", page.session)
    return page


STATES = {
    "a publication": opened("/-/follow/hands"),
    "the site": opened("/-/follow/"),
    "button": opened("/-/button/hands"),
    "form in error": form_in_error,
    "site in error": site_in_error,
    "look in the inbox": look_in_inbox,
    "asked": asked,
    "confirmed": confirmed,
    "expired": expired,
    "blocked": blocked,
}


@contextmanager
def elsewhere(server: Server, code: str) -> Iterator[str]:
    """A page of another origin with `code` in it; its address."""
    code = code.replace("https://guides.example", at(server, ""))
    page = f"<!doctype html><html lang=en><title>Knitting</title><h1>Knitting</h1>{code}".encode()

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/socks" else 204)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: tests speak for themselves."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as host:
        thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{host.server_address[1]}/socks"
        finally:
            host.shutdown()
            thread.join()


@pytest.mark.parametrize("state", STATES)
def test_every_state(browser: Browser, server: Server, state: str) -> None:
    """Accessible wide and by day, narrow and by night; no wider than the smallest screen; no rule broken."""
    page = STATES[state](browser, server)
    page.evaluate(OPENED)
    assert [each for each in page.complaints if not any(code in each for code in ("422", "410", "409"))] == []
    assert sees(page)
    assert violations(page) == []
    reshape(page, 1200, dark=True)
    assert violations(page, LOOKS) == []
    reshape(page, 375, dark=True)
    assert violations(page, LOOKS) == []
    reshape(page, 375)
    assert violations(page, LOOKS) == []
    reshape(page, 320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert [each for each in page.evaluate(TOO_WIDE) if "website" not in each] == []
    assert page.evaluate(TOO_LOW) == []
    page.close()


def test_the_way_in_with_the_keyboard_alone(browser: Browser, server: Server) -> None:
    """From the publication's page to the confirmation, at 375 px, without a mouse."""
    server.clock.now += timedelta(hours=1)
    page = browser.open(at(server, "/-/follow/hands"), width=375)
    for _ in range(12):
        press(page, "Tab", 9)
        if page.evaluate("document.activeElement.id") == "email":
            break
    page.command("Input.insertText", {"text": "gus@example.org"})
    press(page, "Enter", 13)
    browser.wait("Page.loadEventFired", page.session)
    assert page.evaluate("document.querySelector('h1').textContent") == "Look in your inbox"
    page.go(at(server, link(server)))
    for _ in range(12):
        press(page, "Tab", 9)
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    press(page, "Enter", 13)
    browser.wait("Page.loadEventFired", page.session)
    assert page.evaluate("document.querySelector('h1').textContent") == "You follow"
    assert follows(server, "gus@example.org") == {"hands": ("active", "daily", ())}
    page.close()


def test_the_zone_is_guessed_told_and_can_be_changed(browser: Browser, server: Server) -> None:
    page = browser.open("about:blank")
    page.command("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    page.go(at(server, "/-/follow/knees"))
    assert page.evaluate("document.querySelector('#zone').value") == "Asia/Tokyo"
    assert page.evaluate("document.querySelector('[data-guessed]').hidden") is False
    page.evaluate("document.querySelector('#zone').value = 'Europe/Berlin'")
    send(page, email="nobody")
    assert page.evaluate("document.querySelector('#zone').value") == "Europe/Berlin"
    page.close()


def test_everything_works_without_scripts(browser: Browser, server: Server) -> None:
    server.clock.now += timedelta(hours=1)
    page = browser.open("about:blank")
    page.command("Emulation.setScriptExecutionDisabled", {"value": True})
    page.go(at(server, "/-/follow/knees"))
    shown = "[...document.querySelectorAll('[data-copy]')].some(each => each.getClientRects().length)"
    assert page.evaluate(shown) is False  # no button that would do nothing
    send(page, email="hal@example.org")
    assert page.evaluate("document.querySelector('h1').textContent") == "Look in your inbox"
    page.close()


def test_the_form_on_another_site_answers_there(browser: Browser, server: Server) -> None:
    """What is copied from our page, pasted into one of another origin."""
    server.clock.now += timedelta(hours=1)
    code = parse(server.get("/-/button/hands").text).xpath("//textarea")[2].text_content()
    with elsewhere(server, code) as address:
        page = browser.open(address)
        page.evaluate("document.querySelector('[name=email]').value = 'ida@example.org'")
        page.evaluate("document.querySelector('button').click()")
        answer = """new Promise(done => {
          const place = document.querySelector("[data-answer]");
          const look = () => place.textContent ? done(place.textContent) : setTimeout(look, 20);
          look(); setTimeout(() => done("nothing"), 8000);
        })"""
        assert "ida@example.org" in page.evaluate(answer)
        assert page.evaluate("location.href") == address
        data = notices(server)[-1].data
        assert data["zone"] == page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
        assert data["page"].startswith(address.removesuffix("/socks"))
        assert page.complaints == []
        page.close()


def test_the_plain_form_on_another_site_leads_to_our_page(browser: Browser, server: Server) -> None:
    server.clock.now += timedelta(hours=1)
    code = parse(server.get("/-/button/hands").text).xpath("//textarea")[1].text_content()
    with elsewhere(server, code) as address:
        page = browser.open(address)
        page.evaluate("document.querySelector('[name=email]').value = 'kim@example.org'")
        page.evaluate("document.querySelector('button').click()")
        browser.wait("Page.loadEventFired", page.session)
        assert page.evaluate("document.querySelector('h1').textContent") == "Look in your inbox"
        page.close()


def test_the_badge_is_shown_on_another_site(browser: Browser, server: Server) -> None:
    code = parse(server.get("/-/button/hands").text).xpath("//textarea")[0].text_content()
    with elsewhere(server, code) as address:
        page = browser.open(address)
        size = "[document.querySelector('img').naturalWidth, document.querySelector('img').naturalHeight]"
        width, height = page.evaluate(size)
        assert height == 28
        assert width > 80
        assert page.evaluate("document.querySelector('img').alt") == "Follow Living with sore hands"
        assert page.complaints == []
        page.close()


def test_a_mail_waits_in_the_inbox_of_this_machine(browser: Browser, server: Server) -> None:
    server.clock.now += timedelta(hours=1)
    page = browser.open(at(server, "/-/follow/knees"))
    send(page, email="jo@example.org")
    engine.tick(server.site, server.clock)
    page.evaluate(
        "[...document.querySelectorAll('a.button')].find(a => a.href.includes('/-/inbox/')).click()"
    )
    browser.wait("Page.loadEventFired", page.session)
    assert "jo@example.org" in page.evaluate("document.body.textContent")
    page.close()
