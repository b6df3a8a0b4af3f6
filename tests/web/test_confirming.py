"""What strangers try, what the link in the mail does, and what stands on other sites."""

from __future__ import annotations

import json
from datetime import timedelta
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
from tests.web.pages import parse

# ------------------------------------------------------------------------------- what strangers try


def test_nobody_learns_who_follows(following: Server) -> None:
    """New, known, blocked, too often: the same bytes but for the address itself, and the same headers."""
    ask(following, "known@example.org")
    following.client.post(link(following))
    with following.site.store.write() as db:
        storage.suppress(db, "block@example.org", "owner", "", NOW)
    answers = [
        ask(following, f"{name}@example.org")
        for name in ("known", "block", "fresh", "known", "known", "known")
    ]
    names = ("known", "block", "fresh", "known", "known", "known")
    pages = {each.text.replace(name, "somebody") for each, name in zip(answers, names, strict=True)}
    assert len(pages) == 1
    assert {each.status_code for each in answers} == {200}
    headers = [{**each.headers, "date": "", "content-length": ""} for each in answers]
    assert all(each == headers[0] for each in headers)
    assert not {each.data["publications"][0]["slug"] for each in notices(following)} - {"knees"}


def test_a_robot_fills_the_field_that_nobody_sees(following: Server) -> None:
    person = ask(following, "one@example.org")
    before = contents(following)
    robot = ask(following, "two@example.org", website="https://spam.example/")
    assert robot.text.replace("two@", "one@") == person.text
    assert contents(following) == before
    assert ask(following, "nobody", website="x").status_code == 422


def test_a_flood_is_told_to_wait(following: Server) -> None:
    answers = [ask(following, f"a{n}@example.org") for n in range(12)]
    assert [each.status_code for each in answers] == [200] * 10 + [429] * 2
    assert answers[-1].headers["retry-after"] == "300"
    assert "five minutes" in answers[-1].text
    following.clock.now += timedelta(minutes=5)
    assert ask(following, "later@example.org").status_code == 200
    assert len(notices(following)) == 11


def test_a_made_up_forwarding_header_opens_no_other_door(following: Server) -> None:
    answers = [
        following.client.post(
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
def test_scanners_that_open_the_link_confirm_nothing(following: Server, method: str) -> None:
    ask(following)
    path, before = link(following), contents(following)
    for _ in range(3):
        assert following.client.request(method, path).status_code in (200, 204)
    assert contents(following) == before
    assert follows(following) == {}


def test_a_bad_link_asks_the_database_nothing(following: Server) -> None:
    ask(following)
    good = link(following)
    head, _, mac = good.rpartition(".")
    other = following.site.links.preferences(1).removeprefix("https://guides.example").rpartition("/")[2]
    bad = [
        f"{head}.{mac[::-1]}",
        good[:-1],
        "/-/confirm/x",
        f"/-/confirm/{other}",
        "/-/confirm/" + "x" * 3000,
    ]
    number, rest = head.rpartition(".")[0].rpartition(".")[2], head.rpartition(".")[2]
    bad.append(good.replace(f".{number}.{rest}.", f".{int(number) + 1}.{rest}."))
    with statements(following) as said:
        for path in bad:
            assert following.get(path).status_code == 404
            assert following.client.post(path).status_code == 404
    assert said == []
    assert follows(following) == {}


def test_pressing_twice_shows_the_same_page(following: Server) -> None:
    ask(following)
    path = link(following)
    first = following.client.post(path)
    before = contents(following)
    second, looked = following.client.post(path), following.get(path)
    assert first.text == second.text == looked.text
    assert contents(following) == before
    assert heading(looked) == "You follow"


def test_the_page_is_for_one_person(following: Server) -> None:
    ask(following)
    answer = following.get(link(following))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "set-cookie" not in answer.headers


def test_an_old_link_is_a_form_that_is_filled_in(following: Server) -> None:
    ask(
        following,
        publication=["hands"],
        cadence="hands:weekly",
        topics="hands:cooking",
        hour="6",
        zone="Asia/Tokyo",
    )
    path = link(following)
    following.clock.now += timedelta(days=3, seconds=1)
    for answer in (following.get(path), following.client.post(path)):
        assert answer.status_code == 410
        assert heading(answer) == "This link is too old"
    assert follows(following) == {}
    action, fields = form(answer)
    assert (fields["email"], fields["publication"]) == ([ADA], ["hands"])
    assert (fields["cadence"], fields["topics"]) == (["hands:weekly"], ["hands:cooking"])
    assert (fields["hour"], fields["zone"]) == (["6"], ["Asia/Tokyo"])
    assert following.client.post(action, data=fields).status_code == 200
    following.client.post(link(following))
    assert follows(following)["hands"] == ("active", "weekly", ("cooking",))


def test_rotated_keys_keep_old_links_working(following: Server) -> None:
    ask(following)
    path = link(following)
    file = following.site.var / "secret.key"
    keys = following.site.keys.rotated(b"n" * 32, "k2")
    file.write_text(keys.dump())
    with open_site(following.site.folder, {}) as again:
        following.app.use(again)
        assert heading(following.client.post(path)) == "You follow"
    following.app.use(following.site)


def test_who_was_blocked_meanwhile_is_told_whom_to_ask(following: Server) -> None:
    ask(following)
    with following.site.store.write() as db:
        storage.suppress(db, ADA, "owner", "", NOW)
    answer = following.client.post(link(following))
    assert answer.status_code == 409
    assert "news@guides.example" in answer.text


# --------------------------------------------------------------------------------------- on other sites


def test_the_script_is_small_and_may_be_loaded_elsewhere(following: Server) -> None:
    answer = following.get("/-/static/follow.js")
    assert len(answer.content) <= 2048
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert following.get("/-/static/site.css").headers["cross-origin-resource-policy"] == "same-origin"
    assert "cookie" not in answer.text.lower()
    assert "://" not in answer.text.replace("https://", "")


def test_the_script_is_answered_in_a_sentence(following: Server) -> None:
    headers = {"accept": "application/json", "origin": "https://knitting.example"}
    said = {}
    for email in (ADA, "nobody"):
        answer = following.client.post(
            "/-/ask", data={"email": email, "publication": "knees"}, headers=headers
        )
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        said[email] = (answer.status_code, json.loads(answer.text)["ok"])
        assert json.loads(answer.text)["text"]
    assert said == {ADA: (200, True), "nobody": (422, False)}


def test_what_is_copied_is_what_is_shown(following: Server) -> None:
    answer = following.get("/-/button/hands")
    codes = parse(answer.text).xpath("//textarea")
    assert len(codes) == 3
    button, plain, scripted = (parse(each.text_content()) for each in codes)
    assert button.xpath("//a/@href") == ["https://guides.example/-/follow/hands"]
    assert button.xpath("//img/@src") == ["https://guides.example/-/badge/hands.svg"]
    for page in (plain, scripted):
        (element,) = page.xpath("//form")
        assert element.get("action") == "https://guides.example/-/ask"
        fields = dict(element.form_values())
        assert following.client.post("/-/ask", data={**fields, "email": ADA}).status_code == 200
    assert plain.xpath("//script | //@style | //@onclick") == []
    assert scripted.xpath("//script/@src") == ["https://guides.example/-/static/follow.js"]
    assert [each.data["publications"][0]["slug"] for each in notices(following)] == ["hands", "hands"]


def test_the_badge_is_a_picture_for_other_sites(following: Server) -> None:
    answer = following.get("/-/badge/hands.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=300" in answer.headers["cache-control"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers
    with following.site.store.write() as db:
        storage.count_followers(db, {storage.publication_id(db, "hands"): 1234})
    assert "1,234" in following.get("/-/badge/hands.svg").text


@pytest.mark.parametrize(("local", "shown"), [({}, True), ({"x-forwarded-for": "198.51.100.1"}, False)])
def test_the_inbox_of_this_machine_is_offered_only_here(
    following: Server, local: dict[str, str], shown: bool
) -> None:
    answer = following.client.post("/-/ask", data={"email": ADA, "publication": "knees"}, headers=local)
    assert ("/-/inbox/" in answer.text) is shown
