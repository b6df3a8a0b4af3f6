"""The built-in inbox: for a browser on this machine only, and harmless whatever a mail contains."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from publisher import mail
from publisher.mail import SmtpSettings
from publisher.web import answers, inbox
from tests.web.conftest import Server
from tests.web.pages import crawl, linked, parse

HOSTILE = """<html><head><title>x</title></head><body onload="alert(1)">
<script>alert(1)</script><h1>Hello</h1>
<form action="https://evil.example/"><button>Go</button></form>
<img src="https://guides.example/-/media/knees/articles/images/knee.png" alt="">
<img src="https://tracker.example/pixel.gif" alt="">
<a href="https://guides.example/knees/stairs">Read</a> <a href="https://elsewhere.example/">Out</a>
</body></html>"""


def deliver(server: Server, subject: str, html: str | None = HOSTILE, text: str | None = "Good day\n") -> str:
    """Put a mail into the inbox over SMTP; its id."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Example Guides <news@guides.example>"
    message["To"] = "Ana <ana@example.org>"
    message["Subject"] = subject
    if text is not None:
        message.set_content(text)
    if html is not None and text is not None:
        message.add_alternative(html, subtype="html")
    elif html is not None:
        message.set_content(html, subtype="html")
    folder = server.site.var / "inbox"
    with mail.open_inbox(folder) as opened, smtplib.SMTP(opened.host, opened.port, timeout=5) as client:
        client.sendmail("bounces@guides.example", ["ana@example.org"], message.as_bytes())
    return mail.list_inbox(folder)[0].id


@pytest.fixture
def local(server: Server) -> Iterator[Server]:
    """Called by the name that a person on this machine would type."""
    server.client.headers["host"] = f"localhost:{server.port}"
    yield server


def test_an_empty_inbox_says_how_mail_comes(local: Server) -> None:
    text = local.get("/-/inbox/").text
    assert "No mail yet" in text
    assert "publisher tick" in text


def test_the_list(local: Server) -> None:
    first, second = deliver(local, "First & <b>foremost</b>"), deliver(local, "")
    page = parse(local.get("/-/inbox/").text)
    links = page.xpath("//ul[@class='mails']//a")
    assert [link.get("href") for link in links] == [f"../../-/inbox/{second}", f"../../-/inbox/{first}"]
    said = [" ".join(link.text_content().split()) for link in links]
    assert said[1].startswith("First & <b>foremost</b> to ana@example.org")
    assert said[0].startswith("(no subject)")


def test_the_parts_of_a_mail(local: Server) -> None:
    name = deliver(local, "Fünf Knie")
    text = local.get(f"/-/inbox/{name}/text").text
    assert '<h1 dir="auto">Fünf Knie</h1>' in text
    assert "Good day" in text
    headers = parse(local.get(f"/-/inbox/{name}/headers").text)
    named = dict(
        zip(
            headers.xpath("//dl[@class='headers']/dt/text()"),
            headers.xpath("//dl[@class='headers']/dd/text()"),
            strict=True,
        )
    )
    assert named["Delivered-To"] == "ana@example.org"
    assert named["Subject"] == "Fünf Knie"
    source = parse(local.get(f"/-/inbox/{name}/source").text).findtext(".//pre")
    assert source is not None
    assert "Return-Path: <bounces@guides.example>" in source
    kept = local.get(f"/-/inbox/{name}/source.eml")
    assert kept.headers["content-type"] == "message/rfc822"
    assert kept.headers["content-disposition"] == f'attachment; filename="{name}.eml"'
    assert kept.content == (local.site.var / f"inbox/new/{name}.eml").read_bytes()


def test_a_mail_without_one_of_its_parts(local: Server) -> None:
    name = deliver(local, "Only text", html=None)
    assert "no HTML part" in local.get(f"/-/inbox/{name}").text
    assert local.get(f"/-/inbox/{name}/frame").status_code == 404
    name = deliver(local, "Only HTML", text=None)
    assert "no text part" in local.get(f"/-/inbox/{name}/text").text


def test_the_html_stands_in_a_frame_where_nothing_runs(local: Server) -> None:
    name = deliver(local, "Hostile")
    page = local.get(f"/-/inbox/{name}")
    (frame,) = parse(page.text).iter("iframe")
    assert frame.get("sandbox") == "allow-popups allow-popups-to-escape-sandbox"
    assert frame.get("title")
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    shown = local.get(f"/-/inbox/{name}/frame")
    rules = shown.headers["content-security-policy"].split("; ")
    assert {
        "default-src 'none'",
        "form-action 'none'",
        "img-src 'self' data:",
        "frame-ancestors 'self'",
    } <= set(rules)
    assert f"sandbox {frame.get('sandbox')}" in rules
    assert not [rule for rule in rules if rule.startswith("script-src")]


def test_links_of_a_mail_to_the_site_lead_to_this_server(local: Server) -> None:
    name = deliver(local, "Links")
    page = parse(local.get(f"/-/inbox/{name}/frame").text)
    assert [link.get("href") for link in page.iter("a")] == [
        "../../../knees/stairs",
        "https://elsewhere.example/",
    ]
    assert page.find(".//base").get("target") == "_blank"
    assert "https://guides.example/knees/stairs" in local.get(f"/-/inbox/{name}/source").text


def test_every_link_of_the_inbox_leads_somewhere(local: Server) -> None:
    name = deliver(local, "Hello")
    paths = crawl(local, "/-/inbox/")
    assert {
        f"/-/inbox/{name}{part}" for part in ("", "/text", "/headers", "/source", "/source.eml")
    } <= paths.keys()


def test_older_mail_is_on_the_next_page(local: Server) -> None:
    new = local.site.var / "inbox/new"
    new.mkdir(parents=True)
    for number in range(inbox.PAGE + 3):
        (new / f"20261104T120000000000Z-{number:06d}.eml").write_bytes(b"Subject: %d\r\n\r\nx" % number)
    first = local.get("/-/inbox/")
    assert len(parse(first.text).xpath("//ul[@class='mails']/li")) == inbox.PAGE
    (more,) = [each for each in linked(first.text) if "before=" in each]
    second = local.client.get(f"/-/inbox/?{more.partition('?')[2]}")
    assert [each.text for each in parse(second.text).xpath("//span[@class='subject']")] == ["2", "1", "0"]
    assert "hx-get" not in second.text


def test_the_list_is_sent_again_only_when_a_mail_came(local: Server) -> None:
    assert local.get("/-/inbox/?seen=").status_code == 204
    name = deliver(local, "New")
    assert name in local.get("/-/inbox/?seen=").text
    assert local.get(f"/-/inbox/?seen={name}").status_code == 204
    assert f"?seen={name}" in local.get("/-/inbox/").text


def test_the_list_may_run_its_own_script_and_no_other(local: Server) -> None:
    answer = local.get("/-/inbox/")
    rules = answer.headers["content-security-policy"].split("; ")
    assert "script-src 'self'" in rules
    assert [script.get("src") for script in parse(answer.text).iter("script")] == [
        "../../-/static/htmx-4.0.1.min.js"
    ]


@pytest.mark.parametrize("name", ["..", "x", "%2e%2e%2fsecret.key", "20261104T120000000000Z-000009"])
def test_mails_that_are_not_there(local: Server, name: str) -> None:
    for part in ("", "/text", "/headers", "/source", "/source.eml", "/frame"):
        assert local.get(f"/-/inbox/{name}{part}").status_code == 404


PARTS = ("/-/inbox/", "/-/inbox", "/-/inbox/{}", "/-/inbox/{}/frame", "/-/inbox/{}/source.eml")
LOCAL_NAMES = ("localhost", "localhost:{}", "127.0.0.1:{}", "[::1]:{}", "127.0.0.1")
FOREIGN_NAMES = (
    *("guides.example", "evil.example:{}", "localhost.evil.example", "127.0.0.1.evil.example:{}"),
    *("10.0.0.1", "localhost@evil.example", "evil.example#localhost", "0.0.0.0:{}", "[::2]:{}"),
)


@pytest.mark.parametrize("host", LOCAL_NAMES)
def test_local_names_are_welcome(server: Server, host: str) -> None:
    name = deliver(server, "Hello")
    for path in PARTS:
        answer = server.get(path.format(name), host=host.format(server.port))
        assert answer.status_code in (200, 308)


@pytest.mark.parametrize("host", FOREIGN_NAMES)
def test_other_names_find_nothing(server: Server, host: str) -> None:
    """A page from elsewhere can point its own name at this machine (DNS rebinding)."""
    name = deliver(server, "Hello")
    for path in PARTS:
        answer = server.get(path.format(name), host=host.format(server.port))
        assert answer.status_code in (400, 404)
        assert "Hello" not in answer.text


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-host"])
def test_what_came_through_a_proxy_finds_nothing(local: Server, header: str) -> None:
    deliver(local, "Hello")
    assert local.client.get("/-/inbox/").status_code == 200
    assert local.client.get("/-/inbox/", headers={header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize(
    ("client", "found"),
    [
        *(("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("127.8.9.1", True)),
        *(
            ("192.0.2.7", False),
            ("::ffff:192.0.2.7", False),
            ("2001:db8::1", False),
            (None, False),
            ("", False),
        ),
    ],
)
def test_other_machines_find_nothing(server: Server, client: str | None, found: bool) -> None:
    asked = answers.Asked("GET", "/-/inbox/", "", {}, {"host": "localhost:8000"}, client)
    door = server.app._door
    if found:
        assert inbox.listed(door, asked).status == 200
    else:
        with pytest.raises(inbox.NothingHereError):
            inbox.listed(door, asked)


def test_there_is_no_inbox_where_mail_is_sent_for_real(local: Server) -> None:
    name = deliver(local, "Hello")
    assert local.get("/-/inbox/").status_code == 200
    local.app.use(replace(local.site, smtp=SmtpSettings(host="smtp.example")))
    nothing = local.get("/-/nothing").text
    for path in PARTS:
        answer = local.get(path.format(name))
        assert answer.status_code == 404
        assert answer.text.replace("../", "") == nothing.replace("../", "")


def test_an_inbox_full_of_rubbish(local: Server) -> None:
    new: Path = local.site.var / "inbox/new"
    new.mkdir(parents=True)
    rubbish = [
        b"",
        b"\x00\xff" * 50,
        b"Subject: =?utf-8?b?/////?=\r\n\r\n",
        b"Content-Type: text/html; charset=x\r\n\r\n<p>",
    ]
    names = [f"20261104T120000000000Z-{number:06d}" for number in range(len(rubbish))]
    for name, data in zip(names, rubbish, strict=True):
        (new / f"{name}.eml").write_bytes(data)
    assert len(parse(local.get("/-/inbox/").text).xpath("//ul[@class='mails']/li")) == len(rubbish)
    for name in names:
        for part in ("", "/text", "/headers", "/source", "/source.eml"):
            assert local.get(f"/-/inbox/{name}{part}").status_code == 200


def test_a_site_with_a_real_name_shows_no_inbox(local: Server) -> None:
    """Behind a proxy on this machine every visitor would look local."""
    assert local.get("/-/inbox/").status_code == 200
    settings = local.site.settings.model_copy(update={"base_url": "https://guides.berlin"})
    local.app.use(replace(local.site, settings=settings))
    assert local.get("/-/inbox/").status_code == 404
