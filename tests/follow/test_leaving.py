"""Leaving one mail or everything, the one goodbye, and coming back."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from publisher import follow, storage
from publisher.model import DigestSpec
from tests.follow.persons import HANDS, KEYS, KNEES, NOW, add, counts, events, notices, rows

TITLES = {"knees": "Knees", "hands": "Hands"}


class Never:
    def next(self, after: object) -> None: ...


WEEKLY = DigestSpec("-:weekly", "weekly", None, Never(), "")


def stop(store: storage.Store, follower: int, minutes: int = 0) -> follow.Left:
    now = NOW + timedelta(minutes=minutes)
    return follow.leave(store, follower, WEEKLY, [KNEES, HANDS], evidence="button", now=now, titles=TITLES)


def back(store: storage.Store, follower: int, cadence: str | None = None) -> tuple[str, ...]:
    return follow.come_back(
        store, follower, ["knees", "hands"], KEYS, cadence=cadence, consent="pressed", now=NOW
    )


def test_everything_ends_at_every_cadence(store: storage.Store) -> None:
    ana = add(store)
    add(store, publications=(HANDS,), cadence="daily")
    ben = add(store, "ben@example.org")
    left = follow.leave_all(store, ana, evidence="button", now=NOW, titles=TITLES)
    assert left == follow.Left(ana, ("hands", "knees"), last=True)
    assert {state for state, _, _ in rows(store, ana).values()} == {"ended"}
    assert rows(store, ben)["knees"][0] == "active"
    assert counts(store) == {"hands": 0, "knees": 1}
    assert [each.evidence for each in events(store, ana)][2:] == [{"how": "button", "everything": True}] * 2
    again = follow.leave_all(store, ana, evidence="button", now=NOW, titles=TITLES)
    assert again == follow.Left(ana, ())
    (goodbye,) = notices(store, ana)
    with store.read() as db:
        said = storage.notice_words(db, ana)[goodbye.id]
    assert said["publications"] == [
        {"slug": "hands", "title": "Hands"},
        {"slug": "knees", "title": "Knees"},
    ]


def test_no_goodbye_while_something_is_left(store: storage.Store) -> None:
    ana = add(store)
    add(store, publications=(HANDS,), cadence="daily")
    assert not stop(store, ana).last
    assert notices(store, ana) == []


def test_no_goodbye_for_what_was_never_confirmed(store: storage.Store) -> None:
    with store.write() as db:
        ana = storage.add_follower(db, "mail", "ana@example.org", NOW)
        pub = storage.publication_id(db, "knees")
        state = storage.FollowState.PENDING
        storage.set_follow(db, ana, pub, cadence="weekly", topics="", state=state, now=NOW)
    assert stop(store, ana) == follow.Left(ana, ("knees",), last=False)
    assert (notices(store, ana), counts(store)) == ([], {"knees": 0})


def test_a_goodbye_a_day_at_most(store: storage.Store) -> None:
    ana = add(store)
    for minute in range(5):
        assert stop(store, ana, minute).last
        assert back(store, ana) == ("knees",)
    assert len(notices(store, ana)) == 1
    stop(store, ana, 24 * 60 + 1)
    assert len(notices(store, ana)) == 2


def test_two_presses_at_once_end_it_once(store: storage.Store) -> None:
    ana = add(store, publications=(KNEES, HANDS))
    barrier = threading.Barrier(4)

    def press() -> None:
        barrier.wait()
        follow.leave_all(store, ana, evidence="button", now=NOW, titles=TITLES)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert counts(store) == {"hands": 0, "knees": 0}
    assert len(notices(store, ana)) == 1
    assert [each.kind for each in events(store, ana)].count("left") == 2


def test_coming_back_is_as_it_was(store: storage.Store) -> None:
    ana = add(store, topics=("rest",))
    add(store, publications=(HANDS,), cadence="daily")
    follow.leave_all(store, ana, evidence="button", now=NOW)
    assert back(store, ana, "weekly") == ("knees",)
    assert back(store, ana, "weekly") == ()
    assert rows(store, ana) == {"knees": ("active", "weekly", ("rest",)), "hands": ("ended", "daily", ())}
    last = events(store, ana)[-1]
    assert (last.kind, last.evidence["consent"]) == ("returned", "pressed")
    assert counts(store) == {"hands": 0, "knees": 1}


@pytest.mark.parametrize("reason", ["owner", "complaint", "bounce"])
def test_who_must_not_be_mailed_does_not_come_back(store: storage.Store, reason: str) -> None:
    ana = add(store)
    stop(store, ana)
    with store.write() as db:
        storage.suppress(db, "ana@example.org", reason, "", NOW)
    assert back(store, ana) == ()
    assert rows(store, ana)["knees"][0] == "ended"


def test_nobody_comes_back(store: storage.Store) -> None:
    assert back(store, 4711) == ()
    assert follow.leave_all(store, 4711, evidence="button", now=NOW, titles=TITLES) == follow.Left(4711, ())
