"""Pauses: whoever wants no mail for a while gets none, and the forecast knows it."""

from __future__ import annotations

from datetime import timedelta

from publisher import editions, storage
from publisher.model import DeliveryState
from tests.houses import FRIDAY
from tests.making import NOON, Maker, publication, weekly

KNEES, HIPS = "knees", "hips"
DIGEST = weekly(None)
PUBLICATIONS = (publication(KNEES), publication(HIPS))


def opened(database: storage.Store) -> Maker:
    with database.write() as db:
        for slug in (KNEES, HIPS):
            storage.publication_id(db, slug)
    editions.prepare(database, [DIGEST], NOON)
    maker = Maker(database)
    maker.revise(maker.guide("stairs"), 1, NOON)
    return maker


def pause(store: storage.Store, follower: int, days: float) -> None:
    with store.write() as db:
        storage.set_pause(db, follower, FRIDAY + timedelta(days=days))


def test_who_pauses_is_left_out_and_counted(store: storage.Store) -> None:
    maker = opened(store)
    ada, _, eve = maker.people(["ada", "ben", "eve"])
    pause(store, ada, 3)
    pause(store, eve, -1)  # over by then
    (coming,) = editions.forecast(store, [DIGEST], PUBLICATIONS, NOON, limit=1)
    assert (coming.audience, coming.paused) == (2, 1)
    (frozen,) = editions.freeze_due(store, [DIGEST], PUBLICATIONS, FRIDAY)
    assert (frozen.planned.audience, frozen.planned.paused) == (2, 1)
    with store.read() as db:
        counts = storage.state_counts(db, frozen.id)
        assert counts[frozen.id] == {DeliveryState.PLANNED: 2}


def test_a_pause_that_ends_before_a_later_edition_is_over_in_the_forecast(store: storage.Store) -> None:
    maker = opened(store)
    (ada,) = maker.people(["ada"])
    pause(store, ada, 3)
    week = timedelta(days=7)
    maker.revise(maker.guide("hands"), 1, FRIDAY + timedelta(hours=1))
    first, second = editions.forecast(store, [DIGEST], PUBLICATIONS, NOON, until=FRIDAY + week)
    assert (first.audience, first.paused) == (0, 1)
    assert (second.audience, second.paused) == (1, 0)
    editions.freeze_due(store, [DIGEST], PUBLICATIONS, FRIDAY)
    (frozen,) = editions.freeze_due(store, [DIGEST], PUBLICATIONS, FRIDAY + week)
    assert (frozen.planned.audience, frozen.planned.articles) == (1, second.articles)


def test_a_pause_after_freezing_is_seen_at_the_claim(store: storage.Store) -> None:
    maker = opened(store)
    ada, ben = maker.people(["ada", "ben"])
    (frozen,) = editions.freeze_due(store, [DIGEST], PUBLICATIONS, FRIDAY)
    pause(store, ada, 3)
    with store.write() as db:
        pubs = list(storage.publication_ids(db).values())
        rows = storage.claim_batch(db, frozen.id, 1, node="n", pubs=pubs, cadence="weekly", now=FRIDAY)
        assert [row.follower for row in rows or []] == [ben]
        counts = storage.state_counts(db, frozen.id)[frozen.id]
    assert counts == {DeliveryState.CANCELLED: 1, DeliveryState.CLAIMED: 1}


def test_one_who_pauses_one_of_two_hears_of_neither(store: storage.Store) -> None:
    """Following something more while away does not bring mail."""
    maker = opened(store)
    (ada,) = maker.people(["ada"])
    pause(store, ada, 3)
    maker.people(["ada"], pub=HIPS)
    (coming,) = editions.forecast(store, [DIGEST], PUBLICATIONS, NOON, limit=1)
    assert (coming.audience, coming.paused) == (0, 1)
