"""Leaving: what one press on an unsubscribe link ends, and the last mail that says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher import storage, tokens
from publisher.follow.erasing import barred, is_erased
from publisher.follow.notices import notify
from publisher.model import DigestSpec, NoticeKind, Publication

# Whoever presses stop and follow again by turns (a forwarded mail holds the link) fills nobody's mailbox.
_GOODBYE_EVERY = timedelta(days=1)
_RETURN_EVERY, _RETURNS = timedelta(hours=1), 20  # returns of one follower: so many at once, and then slowly


@dataclass(frozen=True, slots=True)
class Left:
    """What one click on an unsubscribe link ended; empty if nothing was followed any more.

    `last`: nothing is followed now, and something was before.
    """

    follower: int
    publications: tuple[str, ...]
    last: bool = False


def leave(
    store: storage.Store,
    follower: int,
    digest: DigestSpec,
    publications: Sequence[Publication],
    *,
    evidence: str,
    now: datetime,
    titles: Mapping[str, str] | None = None,
) -> Left:
    """End what a digest brings to a follower: the follows at its cadence of the publications it covers.

    `titles` (slug -> title) are for the goodbye that is mailed when that was all; None: none is mailed.
    """
    slugs = {each.slug for each in publications}
    with store.write() as db:
        before = active_of(db, follower)
        known = storage.publication_ids(db)
        numbers = {slug: pub for slug, pub in known.items() if slug in slugs}
        ended = storage.end_follows(db, follower, list(numbers.values()), digest.name)
        if not ended and digest.publication is None:
            # An old mail: what he followed through the site's digest has a digest of its own by now.
            ended = storage.end_follows(db, follower, list(known.values()), digest.name)
        for pub in ended:
            storage.add_event(db, follower, pub, "left", {"how": evidence, "digest": digest.key}, now)
        gone = sorted(slug for slug, pub in known.items() if pub in ended)
        return Left(follower, tuple(gone), part(db, follower, before, gone, titles, now))


def leave_all(
    store: storage.Store,
    follower: int,
    *,
    evidence: str,
    now: datetime,
    titles: Mapping[str, str] | None = None,
) -> Left:
    """End everything that a follower follows, at whatever cadence. `titles` as for `leave`."""
    with store.write() as db:
        before = active_of(db, follower)
        known = storage.publication_ids(db)
        ended = storage.end_follows(db, follower, list(known.values()), None)
        for pub in ended:
            storage.add_event(db, follower, pub, "left", {"how": evidence, "everything": True}, now)
        gone = sorted(slug for slug, pub in known.items() if pub in ended)
        return Left(follower, tuple(gone), part(db, follower, before, gone, titles, now))


def come_back(
    store: storage.Store,
    follower: int,
    slugs: Collection[str],
    keys: tokens.Keys,
    *,
    cadence: str | None,
    consent: str,
    now: datetime,
) -> tuple[str, ...]:
    """Follow again what has ended of these publications (at this cadence; None: at any), as it was.

    What came back; nothing where nothing had ended, or where the address must not be mailed.
    """
    with store.write() as db:
        person = storage.hold_person(db, follower)
        if person is None or is_erased(person.endpoint) or barred(db, person.endpoint, keys):
            return ()
        rows = [
            row
            for row in storage.follows_of(db, follower)
            if row.publication in slugs and row.state == "ended" and cadence in (None, row.cadence)
        ]
        if rows and not storage.take(db, f"again:{follower}", _RETURN_EVERY, _RETURNS, now):
            return ()  # whoever presses stop and again in turn would write history for ever
        for row in rows:
            pub, topics = storage.publication_id(db, row.publication), ",".join(row.topics)
            state = storage.FollowState.ACTIVE
            storage.set_follow(db, follower, pub, cadence=row.cadence, topics=topics, state=state, now=now)
            evidence = {"consent": consent, "cadence": row.cadence, "topics": list(row.topics)}
            storage.add_event(db, follower, pub, "returned", evidence, now)
        return tuple(row.publication for row in rows)


def active_of(db: storage.Connection, follower: int) -> set[str]:
    """What a follower follows now (slugs). Whoever else changes it waits until this transaction ends."""
    storage.hold_person(db, follower)
    return {row.publication for row in storage.follows_of(db, follower) if row.state == "active"}


def part(
    db: storage.Connection,
    follower: int,
    before: Collection[str],
    gone: Collection[str],
    titles: Mapping[str, str] | None,
    now: datetime,
) -> bool:
    """Whether the last of what was followed `before` has ended; a goodbye is owed then, at most one a day."""
    ended = sorted(set(before) & set(gone))
    if not ended or set(before) - set(gone):
        return False
    if titles is not None and storage.take(db, f"goodbye:{follower}", _GOODBYE_EVERY, 1, now):
        named = [{"slug": slug, "title": titles.get(slug, slug)} for slug in ended]
        notify(db, follower, NoticeKind.GOODBYE, {"publications": named}, now)
    return True
