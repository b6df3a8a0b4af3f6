"""Forgetting people, and who must not be mailed: each reason with its own way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from publisher import audit, editions, follow, storage, tokens
from publisher.errors import FollowerError
from publisher.model import DeliveryState, NoticeKind
from publisher.storage import FollowState
from publisher.storage.tables import attempt, delivery, metadata
from tests.making import HOUR, NOON, Maker, publication, weekly

KEYS = tokens.Keys.new(b"k" * 32, "new")
OLD = tokens.Keys.new(b"o" * 32, "old")
ADA = "ada@example.org"
FRIDAY = NOON.replace(day=6)


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[storage.Store]:
    """Ada and Ben follow knees; an edition waits to be sent to both, and a server has said something of Ada."""
    opened = storage.open_store(database_url, tmp_path)
    storage.upgrade(opened)
    maker, knees = Maker(opened), publication("knees", weekly())
    editions.prepare(opened, [weekly()], NOON, [knees])
    ada, _ = maker.people(["ada", "ben"])
    maker.revise(maker.guide("stairs"), 1, NOON + HOUR)
    (frozen,) = editions.freeze_due(opened, [weekly()], [knees], FRIDAY)
    with opened.write() as db:
        storage.add_tags(db, ada, ["vip"])
        storage.set_profile(db, ada, name="Ada Example", language="de")
        storage.add_event(db, ada, None, "added", {"words": f"{ADA} agreed"}, NOON)
        storage.add_notice(db, ada, NoticeKind.WELCOME, {"address": ADA}, NOON)
        row = {"edition_id": frozen.id, "follower_id": ada, "number": 1, "at": NOON}
        row |= {"state": int(DeliveryState.DEFERRED), "reply": f"451 <{ADA}> is busy", "retry_at": None}
        db.execute(insert(attempt).values(row))
    yield opened
    opened.close()


def person(store: storage.Store, address: str = ADA) -> int | None:
    with store.read() as db:
        return storage.find_follower(db, "mail", address)


def barred(store: storage.Store, address: str = ADA, keys: tokens.Keys = KEYS) -> str | None:
    with store.read() as db:
        return follow.barred(db, address, keys)


def add(store: storage.Store, address: str = ADA) -> None:
    knees = [publication()]
    follow.follow(store, address, knees, cadence="weekly", consent="yes", now=NOON, keys=KEYS)


def said_anywhere(store: storage.Store, *words: str) -> list[str]:
    """The tables that hold one of these words."""
    found = []
    with store.read() as db:
        for table in metadata.sorted_tables:
            text = "\n".join(repr(tuple(row)) for row in db.execute(select(table)))
            found += [table.name for word in words if word in text]
    return found


def test_nothing_tells_who_an_erased_person_was(store: storage.Store) -> None:
    number = person(store)
    assert number is not None
    assert sorted(said_anywhere(store, ADA)) == ["attempt", "follow_event", "follower", "notice"]
    follow.erase(store, number, KEYS, FRIDAY, how="asked in a letter")
    assert said_anywhere(store, "ada@", "Ada Example", "vip") == []
    assert person(store) is None
    with store.read() as db:
        assert storage.follows_of(db, number) == [] and storage.tags_of(db, number) == []
        (event,) = storage.events_of(db, number)
        assert (event.kind, event.evidence) == ("erased", {"how": "asked in a letter"})
        assert storage.active_followers(db) == {"knees": 1}
        assert [row.endpoint for row in storage.list_all(db, storage.Filters())] == ["ben@example.org"]


def test_the_sums_hold_and_nothing_more_is_sent_to_him(store: storage.Store) -> None:
    number = person(store)
    assert number is not None
    follow.erase(store, number, KEYS, FRIDAY)
    result = audit.audit(store, FRIDAY)
    assert result.holds, result.problems
    with store.read() as db:
        states = Counter(DeliveryState(row.state) for row in db.execute(select(delivery)))
    # Ada's digest and her welcome; Ben's digest is still to come.
    assert states == {DeliveryState.CANCELLED: 2, DeliveryState.PLANNED: 1}


def test_erasing_twice_changes_nothing(store: storage.Store) -> None:
    number = person(store)
    assert number is not None
    follow.erase(store, number, KEYS, FRIDAY)
    follow.erase(store, number, KEYS, FRIDAY + HOUR)
    with store.read() as db:
        assert len(storage.events_of(db, number)) == 1
    with pytest.raises(FollowerError, match="no follower"):
        follow.erase(store, 999, KEYS, FRIDAY)


def test_only_he_himself_brings_an_erased_person_back(store: storage.Store) -> None:
    assert follow.erase_address(store, " ada@EXAMPLE.org ", OLD, FRIDAY) == ADA
    both = tokens.Keys((*KEYS.pairs, *OLD.pairs))  # the keys have been changed since
    assert barred(store, keys=both) == "erased" and barred(store, "ben@example.org", both) is None
    with pytest.raises(FollowerError, match=r"asked to be forgotten.*Only the person can come back"):
        follow.follow(store, ADA, [publication()], cadence="weekly", consent="yes", now=NOON, keys=both)
    done = follow.unblock(store, ADA, both)
    assert done.lifted == () and done.stays == "erased" and barred(store, keys=both) == "erased"
    with store.write() as db:
        follow.readmit(db, ADA, both)
    assert barred(store, keys=both) is None
    follow.follow(store, ADA, [publication()], cadence="weekly", consent="yes", now=NOON, keys=both)
    assert person(store) is not None


@pytest.mark.parametrize("reason", ["owner", "complaint", "bounce"])
def test_an_erased_person_who_was_blocked_stays_blocked(store: storage.Store, reason: str) -> None:
    follow.block(store, ADA, f"{ADA} wrote to us", NOON, reason=reason, keys=KEYS)
    follow.erase_address(store, ADA, KEYS, FRIDAY)
    assert said_anywhere(store, ADA) == []
    with store.write() as db:
        follow.readmit(db, ADA, KEYS)
    assert barred(store) == reason
    done = follow.unblock(store, ADA, KEYS)
    assert [each.reason for each in done.lifted] == [reason] and done.stays == "erased"
    assert barred(store) == "erased"


def test_blocking_an_erased_address_does_not_write_it_down(store: storage.Store) -> None:
    follow.erase_address(store, ADA, KEYS, FRIDAY)
    assert follow.block(store, ADA, "again", FRIDAY, reason="complaint", keys=KEYS) is None
    assert said_anywhere(store, ADA) == [] and barred(store) == "complaint"


def test_a_block_is_lifted_with_its_reason(store: storage.Store) -> None:
    assert follow.block(store, ADA, "by phone", NOON, reason="complaint", keys=KEYS) is None
    assert follow.block(store, ADA, "again", NOON, keys=KEYS) == "complaint"
    with pytest.raises(FollowerError, match="its owner complained"):
        add(store)
    done = follow.unblock(store, ADA, KEYS)
    assert [(each.reason, each.note) for each in done.lifted] == [("complaint", "by phone")]
    assert done.stays is None and barred(store) is None
    assert follow.unblock(store, ADA, KEYS).lifted == ()
    add(store)


def test_a_blocked_stranger_can_be_erased_and_an_unknown_one_cannot(store: storage.Store) -> None:
    follow.block(store, "eve@example.org", "", NOON)
    follow.erase_address(store, "eve@example.org", KEYS, NOON)
    assert said_anywhere(store, "eve@") == [] and barred(store, "eve@example.org") == "owner"
    with pytest.raises(FollowerError, match=r"nothing is known of zoe@example\.org"):
        follow.erase_address(store, "zoe@example.org", KEYS, NOON)


@pytest.mark.parametrize("reason", ["erased", "dislike", ""])
def test_what_is_no_reason_is_refused(store: storage.Store, reason: str) -> None:
    with pytest.raises(FollowerError, match="There are: owner, complaint, bounce"):
        follow.block(store, ADA, "", NOON, reason=reason, keys=KEYS)


def test_what_is_blocked_is_listed_page_by_page(store: storage.Store) -> None:
    names = [f"p{number}@example.org" for number in range(7)]
    for name in names:
        follow.block(store, name, "", NOON, reason="bounce" if name == "p3@example.org" else "owner")
    with store.read() as db:
        found: list[str] = []
        while page := storage.list_suppressions(db, found[-1] if found else "", 3):
            found += [each.endpoint for each in page]
        assert found == names
        assert [each.endpoint for each in storage.list_suppressions(db, reason="bounce")] == [names[3]]


def test_a_pending_follow_is_forgotten_too(store: storage.Store) -> None:
    with store.write() as db:
        zoe = storage.add_follower(db, "mail", "zoe@example.org", NOON)
        pub = storage.publication_id(db, "knees")
        pending = FollowState.PENDING
        storage.set_follow(db, zoe, pub, cadence="weekly", topics="", state=pending, now=NOON)
    follow.erase(store, zoe, KEYS, NOON)
    with store.read() as db:
        assert storage.follows_of(db, zoe) == [] and storage.active_followers(db) == {"knees": 2}
