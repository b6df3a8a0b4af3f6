"""Behind a fresh mail: all that is known, another address; and what a link is worth once things have changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from publisher import config, follow, storage, tokens
from publisher.errors import TokenError
from publisher.follow.account import KEYS as DESCRIBED
from tests.follow.persons import KEYS, NOW, RULES, add, events, notices

HOUR = timedelta(hours=1)


def opened(store: storage.Store, follower: int) -> follow.Account:
    """The account behind the newest link that was mailed."""
    assert follow.ask_account(store, follower, NOW)
    account = follow.open_account(store, notices(store, follower)[-1].id)
    assert account is not None
    return account


def asked(store: storage.Store, follower: int) -> list[object]:
    """The new addresses that were written to."""
    with store.read() as db:
        words = storage.notice_words(db, follower)
    return [words[each.id]["address"] for each in notices(store, follower) if each.kind == "address"]


def test_the_link_is_mailed_three_times_and_then_once_an_hour(store: storage.Store) -> None:
    ana = add(store)
    for _ in range(6):
        assert follow.ask_account(store, ana, NOW)  # the answer never changes
    rows = notices(store, ana)
    assert [(each.kind, each.expires_at) for each in rows] == [("account", NOW + HOUR)] * 3
    assert all(each.delivery is not None for each in rows)
    follow.ask_account(store, ana, NOW + HOUR)
    follow.ask_account(store, ana, NOW + HOUR)
    assert len(notices(store, ana)) == 4


def test_one_follower_takes_nothing_from_another(store: storage.Store) -> None:
    ana, ben = add(store), add(store, "ben@example.org")
    for _ in range(4):
        follow.ask_account(store, ana, NOW)
    follow.ask_account(store, ben, NOW)
    assert len(notices(store, ben)) == 1


def test_the_link_opens_more_than_once(store: storage.Store) -> None:
    ana = add(store)
    account = opened(store, ana)
    assert follow.open_account(store, account.notice) == account
    assert account.person.endpoint == "ana@example.org"


def test_the_link_is_void_once_the_address_is_not_his(store: storage.Store) -> None:
    ana = add(store)
    account = opened(store, ana)
    with store.write() as db:
        storage.change_endpoint(db, ana, "new@example.org")
    with pytest.raises(TokenError, match="another address"):
        follow.open_account(store, account.notice)


def test_nothing_is_behind_the_link_of_somebody_forgotten(store: storage.Store) -> None:
    ana = add(store)
    account = opened(store, ana)
    follow.erase(store, ana, KEYS, NOW)
    assert follow.open_account(store, account.notice) is None
    assert not follow.ask_account(store, ana, NOW)
    assert not follow.ask_account(store, 4711, NOW)
    assert follow.open_account(store, 4711) is None


def test_only_an_account_mail_opens_an_account(store: storage.Store) -> None:
    ana = add(store)
    follow.ask_address(store, opened(store, ana), "new@example.org", RULES, NOW)
    assert follow.open_account(store, notices(store, ana)[-1].id) is None


# --------------------------------------------------------------------------------- another address


def test_a_new_address_is_asked_first(store: storage.Store) -> None:
    ana = add(store)
    moving = follow.ask_address(store, opened(store, ana), " New@Example.ORG ", RULES, NOW)
    assert moving == follow.Moving("asked", "new@example.org")
    row = notices(store, ana)[-1]
    assert (row.kind, row.expires_at) == ("address", NOW + timedelta(days=1))
    with store.read() as db:
        assert storage.endpoint_of(db, ana) == "ana@example.org"
        words = storage.notice_words(db, ana)[row.id]
    assert (words["address"], words["old"]) == ("new@example.org", "ana@example.org")
    assert [each.kind for each in events(store, ana)] == ["added"]


def test_whether_an_address_is_known_or_barred_is_not_told(store: storage.Store) -> None:
    ana = add(store)
    add(store, "ben@example.org")
    gone = add(store, "gone@example.org")
    follow.erase(store, gone, KEYS, NOW)
    follow.block(store, "blocked@example.org", "", NOW)
    account = opened(store, ana)
    for address in ("ben@example.org", "blocked@example.org", "gone@example.org"):
        assert follow.ask_address(store, account, address, RULES, NOW) == follow.Moving("asked", address)
    # Who was forgotten can come back by himself, here as by the form: only his mailbox can confirm.
    assert asked(store, ana) == ["ben@example.org", "gone@example.org"]


NO_ADDRESSES = ("", "new", "a@b", "a@@example.org", "a@example.org\r\nBcc: b@example.org", "a" * 9999, "\x00")


def test_what_is_no_address(store: storage.Store) -> None:
    ana = add(store)
    account = opened(store, ana)
    for written in NO_ADDRESSES:
        assert follow.ask_address(store, account, written, RULES, NOW).state == "address"
    assert asked(store, ana) == []


def test_his_own_address_is_nothing_new(store: storage.Store) -> None:
    ana = add(store)
    assert follow.ask_address(store, opened(store, ana), "ana@EXAMPLE.org", RULES, NOW).state == "own"
    assert asked(store, ana) == []


def test_the_owner_may_refuse_roles(store: storage.Store) -> None:
    ana = add(store)
    strict = replace(RULES, settings=config.FollowTable(roles="refuse"))
    assert (
        follow.ask_address(store, opened(store, ana), "postmaster@example.org", strict, NOW).state == "role"
    )
    allowed = follow.ask_address(store, opened(store, ana), "postmaster@example.org", RULES, NOW)
    assert allowed.state == "asked"


def test_no_mailbox_is_flooded_through_an_account(store: storage.Store) -> None:
    ana = add(store)
    account = opened(store, ana)
    states = [follow.ask_address(store, account, f"n{i}@example.org", RULES, NOW).state for i in range(5)]
    assert states == ["asked"] * 3 + ["often"] * 2
    for number in range(3):  # several accounts, one victim
        other = add(store, f"o{number}@example.org")
        for _ in range(2):
            follow.ask_address(store, opened(store, other), "victim@example.org", RULES, NOW)
    with store.read() as db:
        every = [each for i in range(1, 6) for each in storage.notice_words(db, i).values()]
    assert [each.get("address") for each in every].count("victim@example.org") == 3


# ------------------------------------------------------------------------------------------ his data


def test_all_that_is_known_in_one_file(store: storage.Store) -> None:
    ana = add(store, topics=("rest",))
    add(store, "ben@example.org")
    with store.write() as db:
        storage.set_profile(db, ana, name="Ana", zone="Asia/Tokyo", hour=7, language="de")
        storage.add_tags(db, ana, ["vip"])
    account = opened(store, ana)
    found = json.loads(json.dumps(follow.data_of(store, account.person, KEYS, NOW)))
    assert found.pop("about") == DESCRIBED
    assert set(found) == set(DESCRIBED)
    assert found["made_at"] == "2026-11-04T12:00:00Z"
    assert found["profile"] == {
        "number": ana,
        "channel": "mail",
        "address": "ana@example.org",
        "name": "Ana",
        "language": "de",
        "zone": "Asia/Tokyo",
        "hour": 7,
        "known_since": "2026-11-04T12:00:00Z",
    }
    assert found["tags"] == ["vip"]
    (followed,) = found["follows"]
    assert (followed["publication"], followed["topics"], followed["state"]) == ("knees", ["rest"], "active")
    (event,) = found["events"]
    assert (event["kind"], event["evidence"]["consent"]) == ("added", "asked")
    (notice,) = found["notices"]
    assert (notice["kind"], notice["state"]) == ("account", "planned")
    assert (found["mails"], found["suppression"]) == ([], None)
    assert "ben@example.org" not in json.dumps(found)


def test_the_reason_why_nothing_may_be_mailed_is_in_it(store: storage.Store) -> None:
    ana = add(store)
    person = opened(store, ana).person
    follow.block(store, "ana@example.org", "asked us to", NOW)
    found = follow.data_of(store, person, tokens.Keys.new(b"x" * 32, "k9"), NOW)
    assert found["suppression"] == {"reason": "owner", "at": "2026-11-04T12:00:00Z", "note": "asked us to"}
