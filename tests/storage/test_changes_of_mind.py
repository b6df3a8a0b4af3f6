"""Whatever followers do with cadences and pauses: each hears of every guide once, and is left out of none."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from publisher import editions, storage
from publisher.model import DigestSpec
from publisher.storage.tables import delivery, variant_item
from tests.making import DAY, NOON, Maker, publication, weekly

PUBLICATIONS = (publication("knees"), publication("hips"))
DIGESTS = (weekly(None), weekly(None, "daily", "0 8 * * *"), weekly(None, "monthly", "0 8 1 * *"))
NAMES = [each.name for each in DIGESTS]


def deliveries(store: storage.Store) -> Counter[tuple[int, int, int]]:
    """(follower, guide, revision) -> how many mails tell of it."""
    query = select(delivery.c.follower_id, variant_item.c.article_id, variant_item.c.now).join(
        variant_item, variant_item.c.variant_id == delivery.c.variant_id
    )
    with store.read() as db:
        return Counter((row.follower_id, row.article_id, row.now) for row in db.execute(query))


@pytest.mark.parametrize("seed", range(12))
def test_everybody_hears_of_everything_once(store: storage.Store, seed: int) -> None:
    chance = random.Random(seed)
    with store.write() as db:
        pubs = [storage.publication_id(db, each.slug) for each in PUBLICATIONS]
    editions.prepare(store, DIGESTS, NOON, PUBLICATIONS)
    maker, released = Maker(store), []
    people = {
        person: {pub for pub in PUBLICATIONS if chance.random() < 0.7} or {PUBLICATIONS[0]}
        for person in maker.people([f"p{n}" for n in range(6)])
    }
    with store.write() as db:
        for person, follows in people.items():
            storage.end_follows(db, person, pubs, None)
            for each in follows:
                set_cadence(db, person, pubs[PUBLICATIONS.index(each)], chance.choice(NAMES))
    now = NOON
    for step in range(60):
        now += timedelta(hours=chance.randint(1, 40))
        if chance.random() < 0.5:
            slug = chance.choice(PUBLICATIONS).slug
            guide = maker.guide(f"g{step}", pub=slug)
            maker.revise(guide, 1, now, pub=slug)
            released.append((guide, slug))
        with store.write() as db:
            for person, follows in people.items():
                if chance.random() < 0.15:
                    each = chance.choice(sorted(follows, key=lambda pub: pub.slug))
                    set_cadence(db, person, pubs[PUBLICATIONS.index(each)], chance.choice([*NAMES, "paused"]))
                if chance.random() < 0.1:
                    storage.set_pause(db, person, now + chance.randint(1, 30) * DAY)
                elif chance.random() < 0.05:
                    storage.set_pause(db, person, None)
        tick(store, DIGESTS, now)
    with store.write() as db:  # in the end everybody wants to hear
        for person, follows in people.items():
            for each in follows:
                set_cadence(db, person, pubs[PUBLICATIONS.index(each)], chance.choice(NAMES))
            storage.set_pause(db, person, None)
    tick(store, DIGESTS, now + 70 * DAY)
    heard = deliveries(store)
    due = {
        (person, guide, 1)
        for person, follows in people.items()
        for guide, slug in released
        if slug in {each.slug for each in follows}
    }
    assert {key for key, count in heard.items() if count > 1} == set()
    assert set(heard) == due


def tick(store: storage.Store, digests: tuple[DigestSpec, ...], now: object) -> None:
    editions.freeze_due(store, digests, PUBLICATIONS, now)  # type: ignore[arg-type]


def set_cadence(db: storage.Connection, person: int, pub: int, cadence: str) -> None:
    active = storage.FollowState.ACTIVE
    storage.set_follow(db, person, pub, cadence=cadence, topics="", state=active, now=NOON)
