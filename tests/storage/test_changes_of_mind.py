"""Whatever followers do with cadences and pauses: each hears of every guide once, and is left out of none."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from publisher import editions, storage
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


@dataclass
class Life:
    """Six people, two publications and three digests."""

    store: storage.Store
    chance: random.Random
    now: datetime = NOON
    released: list[tuple[int, str]] = field(default_factory=list)  # guide, publication
    people: dict[int, list[str]] = field(default_factory=dict)  # follower -> publications

    def begin(self) -> None:
        with self.store.write() as db:
            self.pubs = {each.slug: storage.publication_id(db, each.slug) for each in PUBLICATIONS}
        editions.prepare(self.store, DIGESTS, NOON, PUBLICATIONS)
        for name in range(6):
            with self.store.write() as db:
                person = storage.add_follower(db, "mail", f"p{name}@example.org", NOON)
            self.people[person] = [slug for slug in self.pubs if self.chance.random() < 0.7] or ["knees"]
            self.choose(person, self.people[person], NAMES)

    def choose(self, person: int, slugs: Sequence[str], names: Sequence[str]) -> None:
        active = storage.FollowState.ACTIVE
        with self.store.write() as db:
            for slug in slugs:
                pub, cadence = self.pubs[slug], self.chance.choice(names)
                storage.set_follow(db, person, pub, cadence=cadence, topics="", state=active, now=NOON)

    def step(self, number: int) -> None:
        self.now += timedelta(hours=self.chance.randint(1, 40))
        if self.chance.random() < 0.5:
            slug = self.chance.choice([*self.pubs])
            guide = Maker(self.store).guide(f"g{number}", pub=slug)
            Maker(self.store).revise(guide, 1, self.now, pub=slug)
            self.released.append((guide, slug))
        for person, slugs in self.people.items():
            if self.chance.random() < 0.15:
                self.choose(person, [self.chance.choice(slugs)], [*NAMES, "paused"])
            if self.chance.random() < 0.15:
                self.pause(person, self.chance.choice([None, self.chance.randint(1, 30)]))
        editions.freeze_due(self.store, DIGESTS, PUBLICATIONS, self.now)

    def pause(self, person: int, days: int | None) -> None:
        with self.store.write() as db:
            storage.set_pause(db, person, None if days is None else self.now + days * DAY)

    def end(self) -> None:
        """Everybody wants to hear, and has the time."""
        for person, slugs in self.people.items():
            self.choose(person, slugs, NAMES)
            self.pause(person, None)
        editions.freeze_due(self.store, DIGESTS, PUBLICATIONS, self.now + 70 * DAY)


@pytest.mark.parametrize("seed", range(4))
def test_everybody_hears_of_everything_once(store: storage.Store, seed: int) -> None:
    life = Life(store, random.Random(seed))
    life.begin()
    for number in range(40):
        life.step(number)
    life.end()
    heard = deliveries(store)
    due = {
        (person, guide, 1)
        for person, slugs in life.people.items()
        for guide, slug in life.released
        if slug in slugs
    }
    assert len(due) > 15
    assert {key for key, count in heard.items() if count > 1} == set()
    assert set(heard) == due
