"""Pauses: whoever wants no mail for a while gets none, and the forecast knows it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from publisher import editions, storage
from publisher.model import DeliveryState, Grade
from publisher.storage.tables import delivery, variant_item
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


def test_what_was_missed_in_a_pause_comes_after_it(store: storage.Store) -> None:
    maker = opened(store)
    ada, ben = maker.people(["ada", "ben"])
    pause(store, ada, 3)
    week = timedelta(days=7)
    editions.freeze_due(store, [DIGEST], PUBLICATIONS, FRIDAY)
    hands = maker.guide("hands")
    maker.revise(hands, 1, FRIDAY + timedelta(hours=1))
    (coming,) = editions.forecast(store, [DIGEST], PUBLICATIONS, FRIDAY + timedelta(hours=2), limit=1)
    (frozen,) = editions.freeze_due(store, [DIGEST], PUBLICATIONS, FRIDAY + week)
    by_person = heard(store, frozen.id)
    assert by_person[ada] == {hands, hands - 1}
    assert by_person[ben] == {hands}
    assert coming.variants == frozen.planned.variants
    maker.revise(maker.guide("feet"), 1, FRIDAY + week + timedelta(hours=1))
    (last,) = editions.freeze_due(store, [DIGEST], PUBLICATIONS, FRIDAY + 2 * week)
    assert len(last.planned.variants) == 1  # nobody is owed anything any more


def test_who_takes_another_cadence_misses_and_repeats_nothing(store: storage.Store) -> None:
    daily = weekly(None, "daily", "0 8 * * *")
    maker = opened(store)
    editions.prepare(store, [DIGEST, daily], NOON, PUBLICATIONS)
    (ada,) = maker.people(["ada"])
    day = timedelta(days=1)
    editions.freeze_due(store, [DIGEST, daily], PUBLICATIONS, FRIDAY - 2 * day)  # daily has told of stairs
    maker.people(["ada"], cadence="daily")
    (frozen,) = editions.freeze_due(store, [DIGEST, daily], PUBLICATIONS, FRIDAY - day)
    assert [len(variant.pairs) for variant in frozen.planned.variants] == [1]
    assert len(heard(store, frozen.id)[ada]) == 1
    maker.people(["ada"])  # and back: the weekly mail has it in its window
    (weekly_one,) = (
        each
        for each in editions.freeze_due(store, [DIGEST, daily], PUBLICATIONS, FRIDAY)
        if each.digest is DIGEST
    )
    assert weekly_one.planned.variants == ()


def test_a_guide_that_changed_slightly_after_a_pause_began_is_still_new(store: storage.Store) -> None:
    maker = opened(store)
    (ada,) = maker.people(["ada"])
    pause(store, ada, 3)
    editions.freeze_due(store, [DIGEST], PUBLICATIONS, FRIDAY)
    stairs = 1
    maker.revise(stairs, 2, FRIDAY + timedelta(hours=1), grade=Grade.MINOR)
    (frozen,) = editions.freeze_due(store, [DIGEST], PUBLICATIONS, FRIDAY + timedelta(days=7))
    ((pair,),) = (variant.pairs for variant in frozen.planned.variants)
    assert (pair.had, pair.now, pair.new) == (None, 2, True)


def test_whoever_returns_is_owed_nothing(store: storage.Store) -> None:
    maker = opened(store)
    (ada,) = maker.people(["ada"])
    pause(store, ada, 30)
    editions.freeze_due(store, [DIGEST], PUBLICATIONS, FRIDAY)
    with store.write() as db:
        storage.end_follows(db, ada, list(storage.publication_ids(db).values()), None)
    maker.people(["ada"])
    coming = editions.forecast(store, [DIGEST], PUBLICATIONS, FRIDAY, limit=1)[0]
    assert (coming.audience, coming.paused, coming.unaddressed) == (0, 0, 1)


def heard(store: storage.Store, edition: int) -> dict[int, set[int]]:
    """follower -> the guides that an edition tells him of."""
    query = (
        select(delivery.c.follower_id, variant_item.c.article_id)
        .join(variant_item, variant_item.c.variant_id == delivery.c.variant_id)
        .where(delivery.c.edition_id == edition)
    )
    found: dict[int, set[int]] = {}
    with store.read() as db:
        for row in db.execute(query):
            found.setdefault(row.follower_id, set()).add(row.article_id)
    return found
