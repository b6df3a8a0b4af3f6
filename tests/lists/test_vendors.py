"""Every vendor's export, with its own columns and words. Where they come from: fixtures/SOURCES.md."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from publisher import lists
from publisher.errors import FollowerError
from tests.lists.making import FIXTURES, KEYS, Lister
from tests.making import NOON

VENDORS = ("substack", "ghost", "kit", "buttondown", "listmonk")


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_is_recognised_and_who_is_subscribed_follows(lite: Lister, vendor: str) -> None:
    path = FIXTURES / f"{vendor}.csv"
    assert lists.open_list(path, {}).sources[0].reading.vendor.name == vendor
    counts, problems = lite.take(path)
    assert lite.active() == {"ada@example.org", "ben@example.net"}
    assert counts["added"] == 2 and counts["unsubscribed"] >= 1
    assert "invalid" not in counts, problems
    said = json.loads(lite.person("ada@example.org").history[0].evidence)
    assert said["vendor"] == vendor and said["consent"] == "the old site" and said["line"] == 2
    assert said["created"].startswith("2021-05-03")


@pytest.mark.parametrize("vendor", ("kit", "buttondown", "listmonk"))
def test_bounces_complaints_and_blocks_are_taken_over(lite: Lister, vendor: str) -> None:
    counts, problems = lite.take(FIXTURES / f"{vendor}.csv")
    expected = {
        "kit": {"dora": "bounce", "emil": "complaint"},
        "buttondown": {"dora": "bounce", "emil": "complaint", "gus": "owner"},
        "listmonk": {"gus": "owner"},
    }[vendor]
    assert {name: lite.suppressed(f"{name}@example.org") for name in expected} == expected
    assert counts["suppressed"] == len(expected)
    if vendor != "listmonk":
        assert [(each.address, each.kind) for each in problems] == [("fay@example.org", "unconfirmed")]


@pytest.mark.parametrize("vendor", ("ghost", "kit", "buttondown"))
def test_tags_and_labels_become_tags(lite: Lister, vendor: str) -> None:
    lite.take(FIXTURES / f"{vendor}.csv")
    assert lite.person("ada@example.org").tags == ["Early bird", "Gardeners"]


def test_mailchimp_as_it_comes_in_a_zip(lister: Lister) -> None:
    path = lister.folder / "audience_export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for each in sorted((FIXTURES / "mailchimp").iterdir()):
            archive.write(each, each.name)
    counts, _ = lister.take(path)
    assert counts == {"added": 2, "unsubscribed": 1, "suppressed": 1, "suppressions": 1}
    ada = lister.person("ada@example.org")
    assert (ada.name, ada.zone, ada.tags) == ("Ada Byron", "Europe/London", ["Early bird", "Gardeners"])
    said = json.loads(ada.history[0].evidence)
    assert said["opted_in"] == "2021-05-03 09:12:31" and said["ip"] == "192.0.2.7"
    assert said["confirmed_ip"] == "192.0.2.8" and said["file"] == "subscribed_members_export_1.csv"
    ben = json.loads(lister.person("ben@example.net").history[0].evidence)
    assert ben["opted_in"] is None and ben["ip"] is None and ben["line"] == 3
    assert lister.suppressed("dora@example.org") == "bounce"
    assert lister.suppressed("chitra@example.org") is None


@pytest.mark.parametrize(("name", "kind"), [("cleaned", "suppressed"), ("unsubscribed", "unsubscribed")])
def test_one_file_of_mailchimp_s_alone(lite: Lister, name: str, kind: str) -> None:
    counts, _ = lite.take(FIXTURES / "mailchimp" / f"{name}_members_export_1.csv")
    assert counts[kind] == 1 and not lite.active()


def test_a_plain_list_in_german_with_semicolons(lite: Lister) -> None:
    path = FIXTURES / "plain.csv"
    reading = lists.open_list(path, {}).sources[0].reading
    assert reading.vendor.name == "plain"
    assert [column.name for column in reading.columns if column.field is None] == ["Bemerkung"]
    lite.take(path)
    ada, ben = lite.person("ada@example.org"), lite.person("ben@example.net")
    assert (ada.name, ada.language, ada.zone, ada.hour) == ("Ada Byron", "en-GB", "Europe/London", 7)
    assert (ben.language, ben.zone, ben.hour) == ("de", None, None)
    assert {(address, slug) for address, slug, _, _ in lite.follows()} == {
        ("ada@example.org", "knees"),
        ("ben@example.net", "hips"),
    }


def test_addresses_without_a_header(lite: Lister) -> None:
    counts, _ = lite.take("ada@example.org\nben@example.net\n")
    assert counts == {"added": 2}


def test_the_owner_s_own_words_about_columns(lite: Lister) -> None:
    text = "Kontakt,Wer,email\nada@example.org,Ada,none\n"
    wanted = lists.parse_wanted(["Kontakt=address", "Wer=name", "email=ignore"])
    assert lite.take(text, wanted=wanted)[0] == {"added": 1}
    assert lite.person("ada@example.org").name == "Ada"


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("Kontakt=adress", "Did you mean address"),
        ("Kontakt", "maps nothing"),
        ("Other=name", "no column 'Other'"),
    ],
)
def test_words_about_columns_that_are_wrong(lite: Lister, pair: str, said: str) -> None:
    path = lite.write("email\nada@example.org\n")
    with pytest.raises(FollowerError, match=said):
        lists.open_list(path, lists.parse_wanted([pair]))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("email,status\na@example.org,perhaps\n", "we do not know the status 'perhaps'"),
        ("email,status\na@example.org,\n", "it has no status"),
        ("email,name,status\na@example.org,A\n", "ends before it says whether"),
        ("email,name\na@example.org,A,unsubscribed\n", "3 cells, and there are 2 columns"),
        ("email,subscribed_to_emails\na@example.org,maybe\n", "neither yes nor no"),
        ("email,name\n,A\n", "there is no address"),
        ("email,name\nnobody,A\n", "is not an e-mail address"),
        ("email,publication\na@example.org,elbows\n", "no publication 'elbows'"),
        ("email,cadence\na@example.org,hourly\n", "knees has no digest 'hourly'"),
    ],
)
def test_rows_that_leave_a_doubt_are_left_out_and_told_by_line(lite: Lister, text: str, why: str) -> None:
    counts, problems = lite.take(text)
    assert counts == {"invalid": 1} and not lite.follows()
    assert (problems[0].line, problems[0].kind) == (2, "invalid") and why in problems[0].why


def test_an_opml_file_says_what_one_person_follows(lite: Lister) -> None:
    path = lite.write(
        """<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
        <outline text="Ours"><outline text="Knees" type="rss" xmlUrl="https://Guides.example/sub/knees/feed.atom"/></outline>
        <outline text="Other" xmlUrl="https://other.example/knees/feed.atom"/>
        <outline text="Page" htmlUrl="https://guides.example/sub/hips/"/></body></opml>""",
        "subscriptions.xml",
    )
    assert lists.is_opml(path)
    made = lite.folder / "made"
    made.mkdir()
    opened = lists.open_subscriptions(
        path, "ada@example.org", "https://guides.example/sub", ["hips", "knees"], made
    )
    steps = list(lists.import_list(lite.store, opened, lite.wishes(to=()), KEYS, NOON))
    assert {(address, slug) for address, slug, _, _ in lite.follows()} == {
        ("ada@example.org", "knees"),
        ("ada@example.org", "hips"),
    }
    assert [each.address for each in steps[-1].problems] == ["https://other.example/knees/feed.atom"]


@pytest.mark.parametrize(
    "text",
    [
        "<opml><body>",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><opml><body><outline xmlUrl="&e;"/></body></opml>',
        "<rss/>",
        '<opml><body><outline xmlUrl="http://[bad/"/></body></opml>',
    ],
)
def test_opml_that_is_none_or_hostile(lite: Lister, text: str) -> None:
    path = lite.write(text, "x.opml")
    with pytest.raises(FollowerError):
        lists.open_subscriptions(path, "ada@example.org", "https://guides.example", ["knees"], lite.folder)


def test_every_fixture_is_cited() -> None:
    sources = (FIXTURES / "SOURCES.md").read_text()
    for path in FIXTURES.rglob("*.csv"):
        assert (path.parent.name if path.parent != FIXTURES else path.name) in sources, path
    assert Path(FIXTURES / "plain.csv").exists()
