"""Named queries about one follower: who he is, what he follows, his tags; and forgetting him."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, select, update

from publisher.storage.followers import FollowState
from publisher.storage.tables import follow, follow_event, follower, follower_tag, notice, publication


@dataclass(frozen=True, slots=True)
class Person:
    """A follower, without what he follows. `generation` voids older links to his private feeds."""

    id: int
    channel: str
    endpoint: str
    name: str | None
    language: str | None
    zone: str | None
    hour: int | None
    generation: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FollowRow:
    """One follow of a follower, whatever its state ("pending", "active", "ended")."""

    publication: str
    cadence: str
    topics: tuple[str, ...]
    state: str
    since: datetime
    paused_until: datetime | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of a follower's history. `publication` is None for what concerns all."""

    at: datetime
    publication: str | None
    kind: str
    evidence: Mapping[str, object]


def person(db: Connection, follower_id: int) -> Person | None:
    row = db.execute(select(follower).where(follower.c.id == follower_id)).one_or_none()
    if row is None:
        return None
    return Person(
        id=row.id,
        channel=row.channel,
        endpoint=row.endpoint,
        name=row.name,
        language=row.language,
        zone=row.zone,
        hour=row.hour,
        generation=row.token_generation,
        created_at=row.created_at,
    )


def follows_of(db: Connection, follower_id: int) -> list[FollowRow]:
    """Everything that a follower follows or followed, by publication."""
    query = (
        select(publication.c.slug, follow)
        .join(publication, publication.c.id == follow.c.publication_id)
        .where(follow.c.follower_id == follower_id)
        .order_by(publication.c.slug)
    )
    return [
        FollowRow(
            publication=row.slug,
            cadence=row.cadence,
            topics=tuple(filter(None, row.topics.split(","))),
            state=FollowState(row.state).name.lower(),
            since=row.since,
            paused_until=row.paused_until,
        )
        for row in db.execute(query)
    ]


def events_of(db: Connection, follower_id: int) -> list[EventRow]:
    """A follower's history, the oldest line first."""
    query = (
        select(follow_event, publication.c.slug)
        .outerjoin(publication, publication.c.id == follow_event.c.publication_id)
        .where(follow_event.c.follower_id == follower_id)
        .order_by(follow_event.c.id)
    )
    return [EventRow(row.at, row.slug, row.kind, json.loads(row.evidence)) for row in db.execute(query)]


def set_profile(db: Connection, follower_id: int, **values: str | int | None) -> None:
    """Set any of `name`, `language`, `zone`, `hour`."""
    allowed = {name: value for name, value in values.items() if name in ("name", "language", "zone", "hour")}
    if allowed:
        db.execute(update(follower).where(follower.c.id == follower_id).values(allowed))


def set_pause(db: Connection, follower_id: int, until: datetime | None) -> None:
    """No mail of any digest until then; None ends a pause."""
    db.execute(update(follow).where(follow.c.follower_id == follower_id).values(paused_until=until))


def renew_links(db: Connection, follower_id: int) -> int:
    """Void the links to a follower's private feeds; the generation of the new ones."""
    row = update(follower).where(follower.c.id == follower_id)
    row = row.values(token_generation=follower.c.token_generation + 1)
    return int(db.execute(row.returning(follower.c.token_generation)).scalar_one())


def change_endpoint(db: Connection, follower_id: int, endpoint: str) -> None:
    """Another address for the same follower. The caller has seen that nobody has it."""
    db.execute(update(follower).where(follower.c.id == follower_id).values(endpoint=endpoint))


def tags_of(db: Connection, follower_id: int) -> list[str]:
    query = select(follower_tag.c.tag).where(follower_tag.c.follower_id == follower_id)
    return list(db.execute(query.order_by(follower_tag.c.tag)).scalars())


def add_tags(db: Connection, follower_id: int, tags: Collection[str]) -> None:
    """Tags that he has already stay as they are."""
    known = set(tags_of(db, follower_id))
    rows = [{"tag": tag, "follower_id": follower_id} for tag in sorted(set(tags) - known)]
    if rows:
        db.execute(insert(follower_tag), rows)


def remove_tags(db: Connection, follower_id: int, tags: Collection[str]) -> None:
    where = and_(follower_tag.c.follower_id == follower_id, follower_tag.c.tag.in_(list(tags)))
    db.execute(delete(follower_tag).where(where))


def forget(db: Connection, follower_id: int) -> None:
    """Take out everything that says who he is. His number stays: the ledger's sums hold, and name nobody.

    The caller ends his follows first, keeps what must not be mailed, and clears the servers' replies.
    """
    db.execute(delete(follower_tag).where(follower_tag.c.follower_id == follower_id))
    db.execute(delete(follow_event).where(follow_event.c.follower_id == follower_id))
    db.execute(update(notice).where(notice.c.follower_id == follower_id).values(data="{}", expires_at=None))
    values = {"endpoint": f"erased:{follower_id}", "name": None, "language": None, "zone": None, "hour": None}
    db.execute(update(follower).where(follower.c.id == follower_id).values(values))
