"""Following by mail in the browser's own words: the page, the form, the mail's link, and what strangers try."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from publisher import engine, storage
from publisher.site import open_site
from publisher.web import WebDoor
from tests.web.conftest import NOW, Clock, Server, calling
from tests.web.following import (
    ADA,
    ask,
    contents,
    follows,
    form,
    heading,
    link,
    make_following,
    notices,
    statements,
)
from tests.web.pages import loaded, parse


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_following(tmp_path_factory.mktemp("following") / "site")
    with open_site(made, {}) as site:
        engine.collect_all(site, NOW)
    return made


@pytest.fixture
def server(folder: Path, stage: tuple[WebDoor, str, Clock], tmp_path: Path) -> Iterator[Server]:
    """Knees and Hands, behind a running server."""
    app, address, clock = stage
    clock.now = NOW
    with open_site(shutil.copytree(folder, tmp_path / "site"), {}) as site, calling(address) as client:
        app.use(site)
        yield Server(site, app, client, clock)


# -------------------------------------------------------------------------------------------- the page


def test_the_page_offers_mails_topics_and_feeds(server: Server) -> None:
    answer = server.get("/-/follow/hands")
    assert answer.status_code == 200
    assert heading(answer) == "Follow Living with sore hands"
    page = parse(answer.text)
    radios = [each.get("value") for each in page.xpath("//input[@type='radio']")]
    assert radios == ["hands:daily", "hands:weekly"]
    assert [each.get("value") for each in page.xpath("//input[@name='topics']")] == [
        "hands:cooking",
        "hands:at work",
    ]
    text = " ".join(page.text_content().split())
    assert "Every day" in text
    assert "Friday, 6 November 2026" in text
    zones = page.xpath("//select[@name='zone']/optgroup/option/@value")
    assert {"Europe/Berlin", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "UTC"} <= set(zones)
    links = page.xpath("//a[@rel='external nofollow']/@href")
    assert any(each.startswith("https://feedly.com/") for each in links)
    assert any(each.startswith("https://www.inoreader.com/") for each in links)
    assert "feed:https://guides.example/hands/feed.rss" in links
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://guides.example/-/follow/hands"]


def test_the_page_needs_no_cookie_and_nobody_else(server: Server) -> None:
    answer = server.get("/-/follow/knees")
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert all(not each.startswith(("http:", "https:", "//")) for each in loaded(answer.text))
    etag = answer.headers["etag"]
    assert server.get("/-/follow/knees", if_none_match=etag).status_code == 304


def test_the_page_of_the_site_has_every_publication(server: Server) -> None:
    page = parse(server.get("/-/follow/").text)
    boxes = page.xpath("//input[@name='publication']")
    assert [(each.get("type"), each.get("value")) for each in boxes] == [
        ("checkbox", "hands"),
        ("checkbox", "knees"),
    ]
    assert page.xpath("//select[@name='cadence']/option/@value") == ["hands:daily", "hands:weekly"]


@pytest.mark.parametrize("path", ["/-/follow", "/-/follow/knees/"])
def test_the_other_spelling_leads_to_the_page(server: Server, path: str) -> None:
    assert server.get(path).status_code == 308


@pytest.mark.parametrize(
    "path", ["/-/follow/elbows", "/-/button/elbows", "/-/badge/elbows.svg", "/-/badge/knees"]
)
def test_what_is_not_there(server: Server, path: str) -> None:
    assert server.get(path).status_code == 404


def test_how_many_follow_is_told_at_once_if_the_owner_likes(server: Server) -> None:
    assert "follow this" not in server.get("/-/follow/knees").text
    ask(server)
    server.client.post(link(server))
    assert "1 person follows this." in server.get("/-/follow/knees").text
    with server.site.store.write() as db:
        storage.count_followers(db, {storage.publication_id(db, "knees"): 1233})
    assert "1,234 people follow this." in server.get("/-/follow/knees").text


# ------------------------------------------------------------------------------------------- the form


def test_the_whole_way_from_the_form_to_the_welcome(server: Server) -> None:
    """The form as it stands, the mail as it was delivered, its link, its button."""
    action, fields = form(server.get("/-/follow/hands"))
    fields |= {"email": [ADA], "cadence": ["hands:weekly"], "topics": ["hands:at work"], "hour": ["7"]}
    answer = server.client.post(action, data=fields)
    assert answer.status_code == 200
    assert heading(answer) == "Look in your inbox"
    assert answer.headers["cache-control"] == "no-store"
    assert ADA in answer.text
    assert "3 days" in answer.text
    engine.tick(server.site, server.clock)
    (delivered,) = (server.site.var / "inbox/new").iterdir()
    mail = message_from_bytes(delivered.read_bytes(), policy=policy.default)
    assert mail["To"] == ADA
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    url = next(each for each in text.split() if "/-/confirm/" in each)
    path = url.removeprefix("https://guides.example")
    answer = server.get(path)
    assert heading(answer) == "Follow?"
    assert follows(server) == {}
    action, fields = form(answer)
    answer = server.client.post(action, data=fields)
    assert heading(answer) == "You follow"
    assert follows(server) == {"hands": ("active", "weekly", ("at work",))}
    assert "/-/preferences/" in answer.text
    engine.tick(server.site, server.clock)
    assert len(notices(server, "welcome")) == 1
    assert len(list((server.site.var / "inbox/new").iterdir())) == 2


def test_one_publication_a_mail_and_nothing_else_is_enough(server: Server) -> None:
    """The least form that somebody may embed: its page is the evidence of where it stood."""
    fields = {"email": ADA, "publication": "hands"}
    headers = {"origin": "https://knitting.example", "referer": "https://knitting.example/socks?utm=1"}
    answer = server.client.post("/-/ask", data=fields, headers=headers)
    assert answer.status_code == 200
    data = notices(server)[0].data
    assert data["page"] == "https://knitting.example/socks"
    assert data["publications"][0]["cadence"] == "daily"
    assert (
        data["words"]
        == "Send me these mails from Example Guides. I can stop them with one click, at any time."
    )


def test_on_our_own_page_its_path_is_the_evidence(server: Server) -> None:
    ask(server)
    assert notices(server)[0].data["page"] == "/-/follow/knees"


def test_several_publications_each_with_its_own_cadence(server: Server) -> None:
    fields = {"publication": ["hands", "knees"], "cadence": ["hands:weekly", "knees:weekly"], "at": "-"}
    fields |= {"topics": ["hands:cooking"]}
    assert ask(server, **fields).status_code == 200
    server.client.post(link(server))
    assert follows(server) == {
        "hands": ("active", "weekly", ("cooking",)),
        "knees": ("active", "weekly", ()),
    }


def test_asking_again_is_one_press(server: Server) -> None:
    answer = ask(server, zone="Asia/Tokyo")
    action, fields = form(answer)
    again = server.client.post(action, data=fields)
    assert again.status_code == 200
    first, second = notices(server)
    assert first.data == second.data


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "x" * 10_000}, "email"),
        ({"email": "ada@example.org\r\nBcc: eve@example.org"}, "email"),
        ({"email": "<script>alert(1)</script>@example.org"}, "email"),
        ({"publication": []}, "publication"),
        ({"publication": "elbows"}, "publication"),
        ({"publication": "x" * 10_000}, "publication"),
        ({"publication": ["knees"] * 3 + ["elbows"]}, "publication"),
        ({"cadence": "hourly"}, "cadence"),
        ({"cadence": "knees:" + "x" * 10_000}, "cadence"),
        ({"publication": "hands", "topics": "hands:stairs"}, "topics"),
        ({"publication": "knees", "topics": "knees:cooking"}, "topics"),
        ({"publication": "hands", "topics": "hands:" + "x" * 10_000}, "topics"),
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"zone": "../../../etc/passwd"}, "zone"),
        ({"hour": "24"}, "hour"),
        ({"hour": "-1"}, "hour"),
        ({"hour": "٣"}, "hour"),
    ],
)
def test_what_is_wrong_is_told_beside_what_was_typed(
    server: Server, more: dict[str, object], field: str
) -> None:
    before = contents(server)
    answer = ask(server, **{"at": "-", **more})
    assert answer.status_code == 422
    assert contents(server) == before
    page = parse(answer.text)
    (summary,) = page.xpath("//div[@role='alert' and @autofocus]")
    (target,) = summary.xpath(".//a/@href")
    assert page.xpath(f"//*[@id='{target[1:]}']")
    assert target == f"#{field}"
    assert page.xpath("//*[@class='problem']")
    assert len(answer.content) < 60_000
    assert "<script>alert" not in answer.text
    typed = str(more.get("email", ADA)).partition("\r")[0][:320]
    assert page.xpath("//input[@name='email']/@value")[0].startswith(typed)
    assert answer.headers["cache-control"] == "no-store"


def test_a_field_in_error_is_tied_to_its_sentence(server: Server) -> None:
    answer = ask(server, "nobody", cadence="hourly")
    (field,) = parse(answer.text).xpath("//input[@name='email']")
    assert field.get("aria-invalid") == "true"
    (described,) = parse(answer.text).xpath(f"//*[@id='{field.get('aria-describedby')}']")
    assert "ada@example.org" in described.text_content()


@pytest.mark.parametrize("at", ["knees", "hands"])
def test_on_every_page_the_summary_leads_somewhere(server: Server, at: str) -> None:
    wrong = [{"publication": "elbows"}, {"publication": at, "cadence": "hourly"}]
    for more in (*wrong, {"publication": at, "topics": f"{at}:x"}, {"publication": at, "hour": "x"}):
        page = parse(ask(server, **{"at": at, **more}).text)
        (target,) = page.xpath("//div[@role='alert']//a/@href")
        (place,) = page.xpath(f"//*[@id='{target[1:]}']")
        told = page.xpath("//*[@class='problem']")
        assert len(told) == 1
        assert place.xpath(".//*[@class='problem']") or place.get("aria-describedby")


def test_choices_survive_an_error(server: Server) -> None:
    more = {"publication": "hands", "at": "hands", "cadence": "hands:weekly", "topics": "hands:cooking"}
    answer = ask(server, "nobody", zone="Asia/Tokyo", hour="6", **more)
    _, fields = form(answer)
    assert fields["cadence"] == ["hands:weekly"]
    assert fields["topics"] == ["hands:cooking"]
    assert (fields["zone"], fields["hour"]) == (["Asia/Tokyo"], ["6"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00" * 1000,
        b"&" * 30_000,
        b"email=a&" * 7_000,
        b"publication=knees&" * 3_000,
        b'{"email": "ada@example.org"}',
        b"email=%00%0d%0a%ed%a0%80@example.org&publication=knees",
    ],
)
def test_bodies_of_any_kind_are_a_form_to_mend(server: Server, body: bytes) -> None:
    before = contents(server)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = server.client.post("/-/ask", content=body, headers=headers)
    assert answer.status_code == 422
    assert contents(server) == before


def test_a_body_that_is_too_large_is_refused(server: Server) -> None:
    assert server.client.post("/-/ask", content=b"x" * 70_000).status_code == 413


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_asking_is_a_post(server: Server, method: str) -> None:
    before = contents(server)
    assert server.client.request(method, f"/-/ask?email={ADA}&publication=knees").status_code == 405
    assert contents(server) == before


# ------------------------------------------------------------------------------- what strangers try


def test_nobody_learns_who_follows(server: Server) -> None:
    """New, known, blocked, too often: the same bytes but for the address itself, and the same headers."""
    ask(server, "known@example.org")
    server.client.post(link(server))
    with server.site.store.write() as db:
        storage.suppress(db, "block@example.org", "owner", "", NOW)
    answers = [
        ask(server, f"{name}@example.org") for name in ("known", "block", "fresh", "known", "known", "known")
    ]
    names = ("known", "block", "fresh", "known", "known", "known")
    pages = {each.text.replace(name, "somebody") for each, name in zip(answers, names, strict=True)}
    assert len(pages) == 1
    assert {each.status_code for each in answers} == {200}
    headers = [{**each.headers, "date": "", "content-length": ""} for each in answers]
    assert all(each == headers[0] for each in headers)
    assert not {each.data["publications"][0]["slug"] for each in notices(server)} - {"knees"}


def test_a_robot_fills_the_field_that_nobody_sees(server: Server) -> None:
    person = ask(server, "one@example.org")
    before = contents(server)
    robot = ask(server, "two@example.org", website="https://spam.example/")
    assert robot.text.replace("two@", "one@") == person.text
    assert contents(server) == before
    assert ask(server, "nobody", website="x").status_code == 422


def test_a_flood_is_told_to_wait(server: Server) -> None:
    answers = [ask(server, f"a{n}@example.org") for n in range(12)]
    assert [each.status_code for each in answers] == [200] * 10 + [429] * 2
    assert answers[-1].headers["retry-after"] == "300"
    assert "five minutes" in answers[-1].text
    server.clock.now += timedelta(minutes=5)
    assert ask(server, "later@example.org").status_code == 200
    assert len(notices(server)) == 11


def test_a_made_up_forwarding_header_opens_no_other_door(server: Server) -> None:
    answers = [
        server.client.post(
            "/-/ask",
            data={"email": f"a{n}@example.org", "publication": "knees"},
            headers={"x-forwarded-for": f"198.51.100.{n}"},
        )
        for n in range(12)
    ]
    assert [each.status_code for each in answers][-1] == 429


def test_behind_a_trusted_proxy_each_visitor_counts_alone(
    stage: tuple[WebDoor, str, Clock], tmp_path: Path
) -> None:
    more = '\ntrusted_proxies = ["127.0.0.1"]\n[follow]\nkeep_ip = true\n'
    folder = make_following(tmp_path / "site")
    file = folder / "publisher.toml"
    head, _, tail = file.read_text().partition("\n[[digest]]")
    file.write_text(f"{head}{more}\n[[digest]]{tail}")
    app, address, clock = stage
    clock.now = NOW
    with open_site(folder, {}) as site, calling(address) as client:
        app.use(site)
        engine.collect_all(site, NOW)
        server = Server(site, app, client, clock)
        for n in range(12):
            fields = {"email": f"a{n}@example.org", "publication": "knees"}
            headers = {"x-forwarded-for": f"10.9.9.9, 198.51.100.{n}"}
            assert client.post("/-/ask", data=fields, headers=headers).status_code == 200
        assert [each.data["ip"] for each in notices(server)][:2] == ["198.51.100.0", "198.51.100.1"]


# ------------------------------------------------------------------------------------------ the link


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_scanners_that_open_the_link_confirm_nothing(server: Server, method: str) -> None:
    ask(server)
    path, before = link(server), contents(server)
    for _ in range(3):
        assert server.client.request(method, path).status_code in (200, 204)
    assert contents(server) == before
    assert follows(server) == {}


def test_a_bad_link_asks_the_database_nothing(server: Server) -> None:
    ask(server)
    good = link(server)
    head, _, mac = good.rpartition(".")
    other = server.site.links.preferences(1).removeprefix("https://guides.example").rpartition("/")[2]
    bad = [
        f"{head}.{mac[::-1]}",
        good[:-1],
        "/-/confirm/x",
        f"/-/confirm/{other}",
        "/-/confirm/" + "x" * 3000,
    ]
    number, rest = head.rpartition(".")[0].rpartition(".")[2], head.rpartition(".")[2]
    bad.append(good.replace(f".{number}.{rest}.", f".{int(number) + 1}.{rest}."))
    with statements(server) as said:
        for path in bad:
            assert server.get(path).status_code == 404
            assert server.client.post(path).status_code == 404
    assert said == []
    assert follows(server) == {}


def test_pressing_twice_shows_the_same_page(server: Server) -> None:
    ask(server)
    path = link(server)
    first = server.client.post(path)
    before = contents(server)
    second, looked = server.client.post(path), server.get(path)
    assert first.text == second.text == looked.text
    assert contents(server) == before
    assert heading(looked) == "You follow"


def test_the_page_is_for_one_person(server: Server) -> None:
    ask(server)
    answer = server.get(link(server))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "set-cookie" not in answer.headers


def test_an_old_link_is_a_form_that_is_filled_in(server: Server) -> None:
    ask(
        server,
        publication=["hands"],
        cadence="hands:weekly",
        topics="hands:cooking",
        hour="6",
        zone="Asia/Tokyo",
    )
    path = link(server)
    server.clock.now += timedelta(days=3, seconds=1)
    for answer in (server.get(path), server.client.post(path)):
        assert answer.status_code == 410
        assert heading(answer) == "This link is too old"
    assert follows(server) == {}
    action, fields = form(answer)
    assert (fields["email"], fields["publication"]) == ([ADA], ["hands"])
    assert (fields["cadence"], fields["topics"]) == (["hands:weekly"], ["hands:cooking"])
    assert (fields["hour"], fields["zone"]) == (["6"], ["Asia/Tokyo"])
    assert server.client.post(action, data=fields).status_code == 200
    server.client.post(link(server))
    assert follows(server)["hands"] == ("active", "weekly", ("cooking",))


def test_rotated_keys_keep_old_links_working(server: Server) -> None:
    ask(server)
    path = link(server)
    file = server.site.var / "secret.key"
    keys = server.site.keys.rotated(b"n" * 32, "k2")
    file.write_text(keys.dump())
    with open_site(server.site.folder, {}) as again:
        server.app.use(again)
        assert heading(server.client.post(path)) == "You follow"
    server.app.use(server.site)


def test_who_was_blocked_meanwhile_is_told_whom_to_ask(server: Server) -> None:
    ask(server)
    with server.site.store.write() as db:
        storage.suppress(db, ADA, "owner", "", NOW)
    answer = server.client.post(link(server))
    assert answer.status_code == 409
    assert "news@guides.example" in answer.text


# --------------------------------------------------------------------------------------- on other sites


def test_the_script_is_small_and_may_be_loaded_elsewhere(server: Server) -> None:
    answer = server.get("/-/static/follow.js")
    assert len(answer.content) <= 2048
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert server.get("/-/static/site.css").headers["cross-origin-resource-policy"] == "same-origin"
    assert "cookie" not in answer.text.lower()
    assert "://" not in answer.text.replace("https://", "")


def test_the_script_is_answered_in_a_sentence(server: Server) -> None:
    headers = {"accept": "application/json", "origin": "https://knitting.example"}
    said = {}
    for email in (ADA, "nobody"):
        answer = server.client.post("/-/ask", data={"email": email, "publication": "knees"}, headers=headers)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        said[email] = (answer.status_code, json.loads(answer.text)["ok"])
        assert json.loads(answer.text)["text"]
    assert said == {ADA: (200, True), "nobody": (422, False)}


def test_what_is_copied_is_what_is_shown(server: Server) -> None:
    answer = server.get("/-/button/hands")
    codes = parse(answer.text).xpath("//textarea")
    assert len(codes) == 3
    button, plain, scripted = (parse(each.text_content()) for each in codes)
    assert button.xpath("//a/@href") == ["https://guides.example/-/follow/hands"]
    assert button.xpath("//img/@src") == ["https://guides.example/-/badge/hands.svg"]
    for page in (plain, scripted):
        (element,) = page.xpath("//form")
        assert element.get("action") == "https://guides.example/-/ask"
        fields = dict(element.form_values())
        assert server.client.post("/-/ask", data={**fields, "email": ADA}).status_code == 200
    assert plain.xpath("//script | //@style | //@onclick") == []
    assert scripted.xpath("//script/@src") == ["https://guides.example/-/static/follow.js"]
    assert [each.data["publications"][0]["slug"] for each in notices(server)] == ["hands", "hands"]


def test_the_badge_is_a_picture_for_other_sites(server: Server) -> None:
    answer = server.get("/-/badge/hands.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=300" in answer.headers["cache-control"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers
    with server.site.store.write() as db:
        storage.count_followers(db, {storage.publication_id(db, "hands"): 1234})
    assert "1,234" in server.get("/-/badge/hands.svg").text


@pytest.mark.parametrize(("local", "shown"), [({}, True), ({"x-forwarded-for": "198.51.100.1"}, False)])
def test_the_inbox_of_this_machine_is_offered_only_here(
    server: Server, local: dict[str, str], shown: bool
) -> None:
    answer = server.client.post("/-/ask", data={"email": ADA, "publication": "knees"}, headers=local)
    assert ("/-/inbox/" in answer.text) is shown


def test_pages_lead_here_where_mail_can_be_followed(server: Server) -> None:
    assert parse(server.get("/").text).xpath("//footer//a/@href") == ["./-/follow/"]
    for path in ("/hands/", "/hands/jar", "/knees/"):
        slug = path.split("/")[1]
        links = parse(server.get(path).text).xpath("//a/@href")
        assert f"../-/follow/{slug}" in links


def test_static_files_lead_to_no_form(folder: Path, tmp_path: Path) -> None:
    with open_site(shutil.copytree(folder, tmp_path / "copy"), {}) as site:
        engine.build_site(site, tmp_path / "out")
    pages = list((tmp_path / "out").rglob("*.html"))
    assert len(pages) > 5
    assert not any("/-/follow/" in each.read_text(encoding="utf-8") for each in pages)


def test_without_a_mail_there_are_feeds_alone(tmp_path: Path, stage: tuple[WebDoor, str, Clock]) -> None:
    app, address, clock = stage
    folder = make_following(tmp_path / "site")
    (folder / "publisher.toml").write_text('title = "No mails"\n')
    with open_site(folder, {}) as site, calling(address) as client:
        app.use(site)
        engine.collect_all(site, NOW)
        server = Server(site, app, client, clock)
        page = parse(server.get("/-/follow/knees").text)
        assert page.xpath("//form") == []
        assert page.xpath("//a[@rel='external nofollow']")
        assert "/-/follow/" not in server.get("/knees/").text
        assert "/-/ask" not in server.get("/-/button/knees").text
        assert ask(server).status_code == 422
