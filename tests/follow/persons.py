"""A follower and what there is to follow, for the verbs that he uses himself."""

from __future__ import annotations

from datetime import UTC, datetime

from publisher import config, follow, storage, tokens
from publisher.model import Publication

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)  # a Wednesday
KEYS = tokens.Keys.new(b"k" * 32, "k1")
RULES = follow.Rules(config.FollowTable(), KEYS)
KNEES = Publication("knees", "/nowhere", "Knees", topics=("walking", "rest"))
HANDS = Publication("hands", "/nowhere", "Hands")
OFFER = follow.Offer(
    publications=(KNEES, HANDS),
    cadences={"knees": ("daily", "weekly"), "hands": ("weekly",)},
    languages=("de", "en"),
    zone="Europe/Berlin",
)


def add(
    store: storage.Store,
    address: str = "ana@example.org",
    publications: tuple[Publication, ...] = (KNEES,),
    *,
    cadence: str = "weekly",
    topics: tuple[str, ...] = (),
) -> int:
    """Make this address follow; its number."""
    follow.follow(store, address, publications, cadence=cadence, topics=topics, consent="asked", now=NOW)
    with store.read() as db:
        found = storage.find_follower(db, "mail", address)
    assert found is not None
    return found


def rows(store: storage.Store, follower: int) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """publication -> (state, cadence, topics)."""
    with store.read() as db:
        found = storage.follows_of(db, follower)
    return {row.publication: (row.state, row.cadence, row.topics) for row in found}


def events(store: storage.Store, follower: int) -> list[storage.EventRow]:
    with store.read() as db:
        return storage.events_of(db, follower)


def notices(store: storage.Store, follower: int) -> list[storage.NoticeMailRow]:
    with store.read() as db:
        return storage.notice_mails(db, follower)


def counts(store: storage.Store) -> dict[str, int]:
    with store.read() as db:
        return storage.active_followers(db)
