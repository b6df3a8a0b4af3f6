"""Named queries about followers, follows, consent and suppression."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, literal, select, update

from publisher.storage.tables import cell, follow, follow_event, follower, meta, publication, suppression


class FollowState(enum.IntEnum):
    PENDING = 0  # asked to confirm, has not answered
    ACTIVE = 1
    ENDED = 2


def find_follower(db: Connection, channel: str, endpoint: str) -> int | None:
    query = select(follower.c.id).where(follower.c.channel == channel, follower.c.endpoint == endpoint)
    found: int | None = db.execute(query).scalar()
    return found


def add_follower(db: Connection, channel: str, endpoint: str, now: datetime) -> int:
    """A follower's permanent number; the one that he has if he is known."""
    if (known := find_follower(db, channel, endpoint)) is not None:
        return known
    row = insert(follower).values(channel=channel, endpoint=endpoint, token_generation=0, created_at=now)
    return int(db.execute(row.returning(follower.c.id)).scalar_one())


def set_follow(
    db: Connection,
    follower_id: int,
    pub: int,
    *,
    cadence: str,
    topics: str,
    state: FollowState,
    now: datetime,
) -> str | None:
    """Make or change a follow. Returns the state that it had ("pending", "active", "ended"), None if new.

    `since` is when somebody began to follow, and stays while he does. Who takes another cadence is owed what
    the old one has not told yet.
    """
    where = and_(follow.c.publication_id == pub, follow.c.follower_id == follower_id)
    before = db.execute(select(follow).where(where)).one_or_none()
    values: dict[str, object] = {"cadence": cadence, "topics": topics, "state": int(state)}
    active = int(FollowState.ACTIVE)
    followed = before is not None and before.state == active
    count_followers(db, {pub: int(state == active) - int(followed)})
    if before is None:
        row = {"publication_id": pub, "follower_id": follower_id, "since": now, **values}
        db.execute(insert(follow).values(row))
        return None
    if not followed:
        values |= {"since": now, "paused_until": None, "owed_from": None}
    elif before.cadence != cadence:
        told = _told_until(db, pub, before.cadence)
        values["owed_from"] = min(filter(None, (before.owed_from, told)), default=None)
    db.execute(update(follow).where(where).values(values))
    return FollowState(before.state).name.lower()


def _told_until(db: Connection, pub: int, cadence: str) -> datetime | None:
    """The end of the last window of the digest of this name that tells of a publication."""
    key = (
        select(meta.c.value)
        .join(publication, meta.c.key == literal("digest:") + publication.c.slug + ":" + cadence)
        .where(publication.c.id == pub)
    )
    query = select(cell.c.covered_until).where(cell.c.digest == key.scalar_subquery(), cell.c.cell == "")
    found: datetime | None = db.execute(query).scalar()
    return found


def end_follows(db: Connection, follower_id: int, pubs: list[int], cadence: str | None) -> list[int]:
    """End the active follows of these publications (at this cadence); the publications that it ended."""
    where = and_(
        follow.c.follower_id == follower_id,
        follow.c.publication_id.in_(pubs),
        follow.c.state != int(FollowState.ENDED),
    )
    if cadence is not None:
        where = and_(where, follow.c.cadence == cadence)
    found = {row.publication_id: row.state for row in db.execute(select(follow).where(where))}
    ended = {"state": int(FollowState.ENDED), "paused_until": None, "owed_from": None}
    db.execute(update(follow).where(where).values(ended))
    count_followers(db, {pub: -1 for pub, state in found.items() if state == int(FollowState.ACTIVE)})
    return list(found)


def count_followers(db: Connection, changes: Mapping[int, int]) -> None:
    """Keep `publication.followers`: whoever makes or ends active follows says how many, in this transaction.

    So nobody counts a million rows to show a badge.
    """
    for pub, change in sorted(changes.items()):
        if change:
            row = update(publication).where(publication.c.id == pub)
            db.execute(row.values(followers=publication.c.followers + change))


def active_followers(db: Connection) -> dict[str, int]:
    """publication -> how many follow it."""
    query = select(publication.c.slug, publication.c.followers)
    return {row.slug: row.followers for row in db.execute(query)}


def add_event(
    db: Connection,
    follower_id: int,
    pub: int | None,
    kind: str,
    evidence: Mapping[str, object],
    now: datetime,
) -> None:
    """Append to a follower's history; nothing ever changes or removes a line of it."""
    said = json.dumps(evidence, ensure_ascii=False, sort_keys=True)
    row = {"follower_id": follower_id, "publication_id": pub, "at": now, "kind": kind, "evidence": said}
    db.execute(insert(follow_event).values(row))


def suppress(db: Connection, endpoint: str, reason: str, note: str, now: datetime) -> None:
    """This address must not be mailed. The first reason stays until it is lifted."""
    if suppressed(db, endpoint) is None:
        db.execute(insert(suppression).values(endpoint=endpoint, reason=reason, at=now, note=note))


def unsuppress(db: Connection, endpoint: str) -> bool:
    """Lift a suppression; False if there was none."""
    return db.execute(delete(suppression).where(suppression.c.endpoint == endpoint)).rowcount > 0


def suppressed(db: Connection, endpoint: str) -> str | None:
    """Why this address must not be mailed; None if it may."""
    query = select(suppression.c.reason).where(suppression.c.endpoint == endpoint)
    found: str | None = db.execute(query).scalar()
    return found


def endpoint_of(db: Connection, follower_id: int) -> str | None:
    query = select(follower.c.endpoint).where(follower.c.id == follower_id)
    found: str | None = db.execute(query).scalar()
    return found


def ended_follows(db: Connection, follower_id: int, cadence: str) -> dict[str, tuple[str, ...]]:
    """publication -> topics, of what a follower followed at this cadence and has ended."""
    query = (
        select(publication.c.slug, follow.c.topics)
        .join(publication, publication.c.id == follow.c.publication_id)
        .where(follow.c.follower_id == follower_id, follow.c.cadence == cadence)
        .where(follow.c.state == int(FollowState.ENDED))
    )
    return {row.slug: tuple(filter(None, row.topics.split(","))) for row in db.execute(query)}
