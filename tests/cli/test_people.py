"""The commands about followers, as an owner types them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher import storage
from publisher.cli import run
from publisher.site import open_site
from publisher.storage import FollowState
from tests.making import NOON, Maker

Typed = Callable[..., str]


@pytest.fixture
def folder(site_folder: Path) -> Path:
    text = '\n[[segment]]\nname = "Friends"\nwho = "tag:vip"\n[[segment]]\nname = "Climbers"\nwho = "topic:stairs"\n'
    with (site_folder / "publisher.toml").open("a", encoding="utf-8") as file:
        file.write(text)
    with open_site(site_folder, {}) as site:
        Maker(site.store).people([f"p{number:03}" for number in range(130)])
        Maker(site.store).people(["ada"], topics="stairs")
    return site_folder


@pytest.fixture
def typed(folder: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Type a command; what it says on standard output (and error, when it may fail)."""

    def type_it(*words: str, fails: int | None = None) -> str:
        status = run([*words, "--site", str(folder)])
        said = capsys.readouterr()
        assert status == (fails or 0), said.err
        return said.out + (said.err if fails is not None else "")

    return type_it


def test_a_list_says_where_it_goes_on(typed: Typed) -> None:
    first = typed("followers", "list")
    place = re.search(r"--after '(\S+)'", first)
    assert place and first.count("@example.org") == 100 and first.startswith("address")
    second = typed("followers", "list", "--after", place[1], "--limit", "5")
    assert "p100@" in second and "p104@" in second and "p105@" not in second and "p099@" not in second
    whole = typed("followers", "list", "--all")
    assert whole.count("@example.org") == 131 and "--after" not in whole


def test_json_holds_all_unless_told_otherwise(typed: Typed) -> None:
    rows = json.loads(typed("followers", "list", "--json"))
    assert len(rows) == 131
    assert rows[-1] == {
        "endpoint": "ada@example.org",
        "channel": "mail",
        "publication": "knees",
        "cadence": "weekly",
        "topics": ["stairs"],
        "state": "active",
        "since": "2026-11-02T12:00:00+00:00",
        "suppressed": None,
        "paused_until": None,
    }
    said = typed("followers", "list", "--json", "--limit", "2", fails=0)
    assert len(json.loads(said[: said.rindex("]") + 1])) == 2 and "--after" in said
    assert json.loads(typed("followers", "list", "--json", "--state", "pending")) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--find", "ada@example.org"], ["ada"]),
        (["--find", "ad"], ["ada"]),
        (["--find", "@example.org", "--topic", "stairs"], ["ada"]),
        (["--topic", "stairs", "--publication", "knees", "--cadence", "weekly"], ["ada"]),
        (["--who", "topic:stairs"], ["ada"]),
        (["--who", "Climbers"], ["ada"]),
        (["--since", "2026-11-03"], []),
        (["--tag", "nobody"], []),
        (["--find", "@elsewhere.example"], []),
    ],
)
def test_filters(typed: Typed, words: list[str], found: list[str]) -> None:
    rows = json.loads(typed("followers", "list", "--json", *words))
    assert [row["endpoint"].partition("@")[0] for row in rows] == found
    assert found or "Nobody." in typed("followers", "list", *words)


@pytest.mark.parametrize(
    ("words", "told", "status"),
    [
        (["--state", "gone"], "pending, active, ended", 2),
        (["--who", "tga:x"], "Did you mean tag:?", 1),
        (["--who", "publication:knee"], "Did you mean knees?", 1),
        (["--publication", "nowhere"], "nowhere", 1),
        (["--after", "there"], "no place in this list", 1),
        (["--since", "soon"], "is no time", 2),
        (["--blocked", "--tag", "x"], "--tag does not go with", 2),
    ],
)
def test_what_cannot_be_listed_is_told(typed: Typed, words: list[str], told: str, status: int) -> None:
    said = typed("followers", "list", *words, fails=status)
    assert told in re.sub(r"[│╭╰─\s]+", " ", said)


def test_segments_are_counted(typed: Typed, folder: Path) -> None:
    typed("followers", "tag", "ada@example.org", "vip")
    typed("followers", "tag", "p001@example.org", "vip", "my friend")
    assert json.loads(typed("followers", "segments", "--json")) == [
        {"name": "Friends", "who": "tag:vip", "size": 2},
        {"name": "Climbers", "who": "topic:stairs", "size": 1},
    ]
    assert "has 1 tag: my friend" in typed("followers", "untag", "p001@example.org", "vip")
    assert re.search(r"Friends +1 +tag:vip", typed("followers", "segments"))
    (folder / "publisher.toml").open("a").write('[[segment]]\nname = "Bad"\nwho = "vip"\n')
    said = typed("followers", "segments", fails=1)
    assert "Bad: 'vip' has no key" in said and re.search(r"Friends +1 ", said)


def test_the_forecast_counts_groups_and_segments(typed: Typed) -> None:
    typed("collect")
    typed("followers", "tag", "ada@example.org", "vip")
    typed("followers", "tag", "p007@example.org", "vip")
    editions = json.loads(typed("forecast", "--next", "3", "--json"))
    for each in editions:
        if each["audience"]:
            assert sum(group["followers"] for group in each["groups"]) == each["audience"]
    first = editions[0]
    assert first["audience"] == 130  # the guide about stairs has no tag that Ada chose
    assert first["segments"] == {"Friends": 1, "Climbers": 0} and first["pausing"] == 0
    assert first["groups"] == [{"followers": 130, "follows": [{"publication": "knees", "topics": []}]}]
    assert "of them 1 in Friends, 0 in Climbers" in typed("forecast", "--next", "1")


def test_status_tells_the_number_that_is_kept(typed: Typed) -> None:
    (knees,) = json.loads(typed("status", "--json"))["publications"]
    assert knees["followers"] == 131 and "cadences" not in knees
    (knees,) = json.loads(typed("status", "--json", "--cadences"))["publications"]
    assert knees["cadences"] == {"weekly": 131}
    assert "131 weekly" in typed("status", "--cadences") and "131" in typed("status")


def test_blocked_and_lifted_with_reasons(typed: Typed) -> None:
    said = typed("followers", "block", "ada@example.org", "--reason", "complaint", "--note", "by phone")
    assert "its owner complained about mail" in said and "unblock" in said
    assert "was blocked already" in typed("followers", "block", "ada@example.org")
    assert "complaint" in typed("followers", "list", "--find", "ada@example.org")
    listed = typed("followers", "list", "--blocked")
    assert "ada@example.org" in listed and "by phone" in listed
    assert "There are: owner, complaint, bounce" in typed(
        "followers", "block", "b@example.org", "--reason", "x", fails=1
    )
    said = typed("followers", "unblock", "ada@example.org")
    assert "Lifted: its owner complained about mail" in said and "(by phone)" in said
    assert "may be mailed again" in said
    assert "was not blocked" in typed("followers", "unblock", "ada@example.org")


def test_forgetting(typed: Typed, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert "Nothing was changed" in typed("followers", "erase", "ada@example.org", fails=1)
    assert "ada@" in typed("followers", "list", "--find", "ada@example.org")
    assert "is forgotten" in typed("followers", "erase", "ada@example.org", "--yes")
    assert "Nobody." in typed("followers", "list", "--find", "ada@example.org")
    assert "ada@" not in typed("followers", "list", "--all")
    refused = typed("followers", "add", "ada@example.org", "--consent", "yes", fails=1)
    assert "asked to be forgotten" in refused and "Only the person can come back" in refused
    assert "must still not be mailed" in typed("followers", "unblock", "ada@example.org")
    listed = typed("followers", "list", "--blocked")
    assert "somebody forgotten" in listed and "ada@" not in listed
    assert json.loads(typed("followers", "list", "--blocked", "--json"))[0]["endpoint"].startswith("hmac:")
    assert "nothing is known" in typed("followers", "erase", "zoe@example.org", "--yes", fails=1)


def test_unusual_addresses_are_let_in_with_a_warning(typed: Typed) -> None:
    said = typed("followers", "add", "info@example.org", "--consent", "yes", fails=0)
    assert "follows knees" in said and "name of an office" in said
    said = typed("followers", "add", "zoe@mailinator.com", "--consent", "yes", fails=0)
    assert "follows knees" in said and "throw-away" in said
    assert "Look again" not in typed("followers", "add", "zoe@example.org", "--consent", "yes", fails=0)


def test_a_pause_shows_in_the_list(typed: Typed, folder: Path) -> None:
    with open_site(folder, {}) as site, site.store.write() as db:
        ada = storage.find_follower(db, "mail", "ada@example.org")
        assert ada is not None
        storage.set_pause(db, ada, NOON.replace(year=2150))
        pub = storage.publication_id(db, "knees")
        eve = storage.add_follower(db, "mail", "eve@example.org", NOON)
        pending = FollowState.PENDING
        storage.set_follow(db, eve, pub, cadence="weekly", topics="", state=pending, now=NOON)
    assert "pauses until 2 Nov 2150" in typed("followers", "list", "--find", "ada@example.org")
    assert "eve@" in typed("followers", "list", "--state", "pending")
