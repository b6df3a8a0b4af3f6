"""Notices in the ledger, limits, and strangers who are forgotten; on both databases."""

from __future__ import annotations

from datetime import timedelta

from publisher import audit, follow, storage
from publisher.model import DeliveryState, NoticeKind
from tests.making import DAY, HOUR, NOON, Maker


def stranger(store: storage.Store, name: str = "eve") -> tuple[int, int]:
    """(follower, notice) of somebody who asked to follow."""
    with store.write() as db:
        person = storage.add_follower(db, "mail", f"{name}@example.org", NOON)
        return person, follow.notify(db, person, NoticeKind.CONFIRM, {"page": "/"}, NOON, NOON + 3 * DAY)


def test_a_notice_is_an_edition_of_its_own(store: storage.Store) -> None:
    person, number = stranger(store)
    with store.write() as db:
        (edition,) = storage.all_editions(db)
        assert (edition.kind, edition.digest, edition.cell) == ("notice", "notice:confirm", str(number))
        assert storage.open_batch(db) == (edition.id, 1)
        assert storage.editions(db) == []
        rows = storage.claim_batch(db, edition.id, 1, node="n", pubs=[], cadence=None, now=NOON)
        assert [(row.follower, row.address) for row in rows or []] == [(person, "eve@example.org")]
    assert audit.audit(store, NOON).holds
    assert audit.audit(store, NOON).notices == {DeliveryState.CLAIMED: 1}


def test_a_notice_goes_before_an_edition_that_is_older(store: storage.Store) -> None:
    from publisher import editions
    from tests.houses import FRIDAY
    from tests.storage.test_pause import DIGEST, PUBLICATIONS, opened

    opened(store).people(["ada"])
    (frozen,) = editions.freeze_due(store, [DIGEST], PUBLICATIONS, FRIDAY)
    stranger(store)
    with store.read() as db:
        first = storage.open_batch(db)
        assert first is not None
        assert first[0] > frozen.id
        assert storage.open_batch(db, [first[0]]) == (frozen.id, 1)


def test_who_is_suppressed_or_forgotten_gets_no_notice(store: storage.Store) -> None:
    stranger(store, "eve")
    zoe, _ = stranger(store, "zoe")
    with store.write() as db:
        storage.suppress(db, "eve@example.org", "owner", "", NOON)
        storage.forget(db, zoe)
        for edition in storage.all_editions(db):
            assert storage.claim_batch(db, edition.id, 1, node="n", pubs=[], cadence=None, now=NOON) == []
        counts = storage.state_counts(db)
    assert [set(states) for states in counts.values()] == [{DeliveryState.SUPPRESSED}] * 2


def test_the_link_of_a_notice_is_acted_on_once(store: storage.Store) -> None:
    _, number = stranger(store)
    with store.write() as db:
        assert storage.use_notice(db, number, NOON)
        assert not storage.use_notice(db, number, NOON + HOUR)
        row = storage.notice_row(db, number)
    assert row is not None
    assert (row.used_at, row.data) == (NOON, {"page": "/"})


def test_who_never_confirmed_is_forgotten_and_who_did_is_not(store: storage.Store) -> None:
    Maker(store).people(["ada"])
    eve, _ = stranger(store, "eve")
    ada, number = stranger(store, "ada")  # follows already
    with store.write() as db:
        storage.use_notice(db, number, NOON)
    assert follow.tidy(store, NOON + 9 * DAY) == 0  # its link is over, but somebody may ask
    assert follow.tidy(store, NOON + 11 * DAY) == 1
    with store.read() as db:
        assert storage.find_follower(db, "mail", "eve@example.org") is None
        assert storage.endpoint_of(db, ada) == "ada@example.org"
        assert storage.endpoint_of(db, eve) == f"erased:{eve}"


def test_who_asked_again_is_waited_for(store: storage.Store) -> None:
    eve, _ = stranger(store, "eve")
    with store.write() as db:
        follow.notify(db, eve, NoticeKind.CONFIRM, {}, NOON + 10 * DAY, NOON + 13 * DAY)
    assert follow.tidy(store, NOON + 11 * DAY) == 0


def test_tidying_is_done_once_an_hour(store: storage.Store) -> None:
    assert follow.tidy(store, NOON) == 0
    stranger(store)
    later = NOON + 11 * DAY
    assert follow.tidy(store, later) == 1
    stranger(store, "zoe")
    assert follow.tidy(store, later + timedelta(minutes=30)) == 0


def test_a_burst_and_then_one_at_a_time(store: storage.Store) -> None:
    def take(minutes: float) -> bool:
        with store.write() as db:
            return storage.take(db, "mail:x", HOUR, 3, NOON + timedelta(minutes=minutes))

    assert [take(0), take(0), take(1), take(2)] == [True, True, True, False]
    assert [take(61), take(62)] == [True, False]  # refusals cost nothing
    assert [take(300), take(300), take(300), take(300)] == [True, True, True, False]
    with store.write() as db:
        assert storage.drop_throttles(db, NOON + timedelta(minutes=400)) == 0
        assert storage.drop_throttles(db, NOON + timedelta(minutes=481)) == 1


def test_the_kept_count_of_followers_is_the_real_one(store: storage.Store) -> None:
    maker = Maker(store)
    _, ben = maker.people(["ada", "ben"])
    maker.people(["ada"], cadence="daily")  # the same follow, changed
    with store.write() as db:
        pub = storage.publication_id(db, "knees")
        assert storage.active_followers(db) == {"knees": 2}
        storage.end_follows(db, ben, [pub], None)
        storage.end_follows(db, ben, [pub], None)
        assert storage.active_followers(db) == {"knees": 1}
        assert storage.kept_counts(db) == [("knees", 1, 1)]
        storage.count_followers(db, {pub: 1})
    found = audit.audit(store, NOON)
    assert not found.holds
    assert "2 followers, but 1 follow" in found.problems[0]
