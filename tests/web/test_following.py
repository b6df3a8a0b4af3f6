"""Following by mail in the browser's own words: the page, the form, the mail's link, and what strangers try."""

from __future__ import annotations

import shutil
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
)
from tests.web.pages import loaded, parse

# -------------------------------------------------------------------------------------------- the page


def test_the_page_offers_mails_topics_and_feeds(following: Server) -> None:
    answer = following.get("/-/follow/hands")
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
    zones = page.xpath("//select[@name='zone']//option/@value")
    assert {"Europe/Berlin", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "UTC"} <= set(zones)
    links = page.xpath("//a[@rel='external nofollow']/@href")
    assert any(each.startswith("https://feedly.com/") for each in links)
    assert any(each.startswith("https://www.inoreader.com/") for each in links)
    assert "feed:https://guides.example/hands/feed.rss" in links
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://guides.example/-/follow/hands"]


def test_the_page_needs_no_cookie_and_nobody_else(following: Server) -> None:
    answer = following.get("/-/follow/knees")
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert all(not each.startswith(("http:", "https:", "//")) for each in loaded(answer.text))
    etag = answer.headers["etag"]
    assert following.get("/-/follow/knees", if_none_match=etag).status_code == 304


def test_the_page_of_the_site_has_every_publication(following: Server) -> None:
    page = parse(following.get("/-/follow/").text)
    boxes = page.xpath("//input[@name='publication']")
    assert [(each.get("type"), each.get("value")) for each in boxes] == [
        ("checkbox", "hands"),
        ("checkbox", "knees"),
    ]
    assert page.xpath("//select[@name='cadence']/option/@value") == ["hands:daily", "hands:weekly"]


@pytest.mark.parametrize("path", ["/-/follow", "/-/follow/knees/"])
def test_the_other_spelling_leads_to_the_page(following: Server, path: str) -> None:
    assert following.get(path).status_code == 308


@pytest.mark.parametrize(
    "path", ["/-/follow/elbows", "/-/button/elbows", "/-/badge/elbows.svg", "/-/badge/knees"]
)
def test_what_is_not_there(following: Server, path: str) -> None:
    assert following.get(path).status_code == 404


def test_how_many_follow_is_told_at_once_if_the_owner_likes(following: Server) -> None:
    assert "follow this" not in following.get("/-/follow/knees").text
    ask(following)
    following.client.post(link(following))
    assert "1 person follows this." in following.get("/-/follow/knees").text
    with following.site.store.write() as db:
        storage.count_followers(db, {storage.publication_id(db, "knees"): 1233})
    assert "1,234 people follow this." in following.get("/-/follow/knees").text


def test_pages_lead_here_where_mail_can_be_followed(following: Server) -> None:
    assert parse(following.get("/").text).xpath("//footer//a/@href") == ["./-/follow/"]
    for path in ("/hands/", "/hands/jar", "/knees/"):
        slug = path.split("/")[1]
        links = parse(following.get(path).text).xpath("//a/@href")
        assert f"../-/follow/{slug}" in links


def test_static_files_lead_to_no_form(following_folder: Path, tmp_path: Path) -> None:
    with open_site(shutil.copytree(following_folder, tmp_path / "copy"), {}) as site:
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


# ------------------------------------------------------------------------------------------- the form


def test_the_whole_way_from_the_form_to_the_welcome(following: Server) -> None:
    """The form as it stands, the mail as it was delivered, its link, its button."""
    action, fields = form(following.get("/-/follow/hands"))
    fields |= {"email": [ADA], "cadence": ["hands:weekly"], "topics": ["hands:at work"], "hour": ["7"]}
    answer = following.client.post(action, data=fields)
    assert answer.status_code == 200
    assert heading(answer) == "Look in your inbox"
    assert answer.headers["cache-control"] == "no-store"
    assert ADA in answer.text
    assert "3 days" in answer.text
    engine.tick(following.site, following.clock)
    (delivered,) = (following.site.var / "inbox/new").iterdir()
    mail = message_from_bytes(delivered.read_bytes(), policy=policy.default)
    assert mail["To"] == ADA
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    url = next(each for each in text.split() if "/-/confirm/" in each)
    path = url.removeprefix("https://guides.example")
    answer = following.get(path)
    assert heading(answer) == "Follow?"
    assert follows(following) == {}
    action, fields = form(answer)
    answer = following.client.post(action, data=fields)
    assert heading(answer) == "You follow"
    assert follows(following) == {"hands": ("active", "weekly", ("at work",))}
    assert "/-/preferences/" in answer.text
    engine.tick(following.site, following.clock)
    assert len(notices(following, "welcome")) == 1
    assert len(list((following.site.var / "inbox/new").iterdir())) == 2


def test_one_publication_a_mail_and_nothing_else_is_enough(following: Server) -> None:
    """The least form that somebody may embed: its page is the evidence of where it stood."""
    fields = {"email": ADA, "publication": "hands"}
    headers = {"origin": "https://knitting.example", "referer": "https://knitting.example/socks?utm=1"}
    answer = following.client.post("/-/ask", data=fields, headers=headers)
    assert answer.status_code == 200
    data = notices(following)[0].data
    assert data["page"] == "https://knitting.example/socks"
    assert data["publications"][0]["cadence"] == "daily"
    assert (
        data["words"]
        == "Send me these mails from Example Guides. I can stop them with one click, at any time."
    )


def test_on_our_own_page_its_path_is_the_evidence(following: Server) -> None:
    ask(following)
    assert notices(following)[0].data["page"] == "/-/follow/knees"


def test_several_publications_each_with_its_own_cadence(following: Server) -> None:
    fields = {"publication": ["hands", "knees"], "cadence": ["hands:weekly", "knees:weekly"], "at": "-"}
    fields |= {"topics": ["hands:cooking"]}
    assert ask(following, **fields).status_code == 200
    following.client.post(link(following))
    assert follows(following) == {
        "hands": ("active", "weekly", ("cooking",)),
        "knees": ("active", "weekly", ()),
    }


def test_asking_again_is_one_press(following: Server) -> None:
    answer = ask(following, zone="Asia/Tokyo")
    action, fields = form(answer)
    again = following.client.post(action, data=fields)
    assert again.status_code == 200
    first, second = notices(following)
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
    following: Server, more: dict[str, object], field: str
) -> None:
    before = contents(following)
    answer = ask(following, **{"at": "-", **more})
    assert answer.status_code == 422
    assert contents(following) == before
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


def test_a_field_in_error_is_tied_to_its_sentence(following: Server) -> None:
    answer = ask(following, "nobody", cadence="hourly")
    (field,) = parse(answer.text).xpath("//input[@name='email']")
    assert field.get("aria-invalid") == "true"
    (described,) = parse(answer.text).xpath(f"//*[@id='{field.get('aria-describedby')}']")
    assert "ada@example.org" in described.text_content()


@pytest.mark.parametrize("at", ["knees", "hands"])
def test_on_every_page_the_summary_leads_somewhere(following: Server, at: str) -> None:
    wrong = [{"publication": "elbows"}, {"publication": at, "cadence": "hourly"}]
    for more in (*wrong, {"publication": at, "topics": f"{at}:x"}, {"publication": at, "hour": "x"}):
        page = parse(ask(following, **{"at": at, **more}).text)
        (target,) = page.xpath("//div[@role='alert']//a/@href")
        (place,) = page.xpath(f"//*[@id='{target[1:]}']")
        told = page.xpath("//*[@class='problem']")
        assert len(told) == 1
        assert place.xpath(".//*[@class='problem']") or place.get("aria-describedby")


def test_choices_survive_an_error(following: Server) -> None:
    more = {"publication": "hands", "at": "hands", "cadence": "hands:weekly", "topics": "hands:cooking"}
    answer = ask(following, "nobody", zone="Asia/Tokyo", hour="6", **more)
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
def test_bodies_of_any_kind_are_a_form_to_mend(following: Server, body: bytes) -> None:
    before = contents(following)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = following.client.post("/-/ask", content=body, headers=headers)
    assert answer.status_code == 422
    assert contents(following) == before


def test_a_body_that_is_too_large_is_refused(following: Server) -> None:
    assert following.client.post("/-/ask", content=b"x" * 70_000).status_code == 413


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_asking_is_a_post(following: Server, method: str) -> None:
    before = contents(following)
    assert following.client.request(method, f"/-/ask?email={ADA}&publication=knees").status_code == 405
    assert contents(following) == before
