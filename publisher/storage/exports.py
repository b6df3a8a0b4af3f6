"""Reading followers out, whole: page by page along their numbers, each page by a few queries (keyset)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from publisher.storage.erasing import Suppression
from publisher.storage.followers import FollowState
from publisher.storage.imports import among
from publisher.storage.tables import (
    follow,
    follow_event,
    follower,
    follower_tag,
    publication,
    suppression,
)


@dataclass(frozen=True, slots=True)
class WholeFollow:
    """One follow, whatever its state ("pending", "active", "ended"). `topics` as stored: joined by commas."""

    publication: str
    cadence: str
    topics: str
    state: str
    since: datetime
    paused_until: datetime | None


@dataclass(frozen=True, slots=True)
class WholeEvent:
    """One line of history; `evidence` is JSON as stored. `publication` is None for what concerns all."""

    publication: str | None
    at: datetime
    kind: str
    evidence: str


@dataclass(frozen=True, slots=True)
class WholePerson:
    """A follower with everything that is known of him, as an export tells it."""

    id: int
    endpoint: str
    name: str | None
    language: str | None
    zone: str | None
    hour: int | None
    created_at: datetime
    suppression: Suppression | None = None
    tags: list[str] = field(default_factory=list)
    follows: list[WholeFollow] = field(default_factory=list)
    history: list[WholeEvent] = field(default_factory=list)


def next_people(db: Connection, after: int, limit: int) -> list[int]:
    """The next `limit` numbers of followers by e-mail after that number, but for those who were erased."""
    query = (
        select(follower.c.id)
        .where(follower.c.id > after, follower.c.channel == "mail")
        .where(follower.c.endpoint.not_like("erased:%"))
        .order_by(follower.c.id)
        .limit(limit)
    )
    return list(db.execute(query).scalars())


def whole_people(db: Connection, ids: Sequence[int]) -> list[WholePerson]:
    """These followers, by number, with their tags and follows in order."""
    slugs = {row.id: row.slug for row in db.execute(select(publication.c.id, publication.c.slug))}
    people = {row.id: row for row in _people(db, ids)}
    tags = select(follower_tag).where(among(db, follower_tag.c.follower_id, ids))
    for row in db.execute(tags.order_by(follower_tag.c.tag)):
        people[row.follower_id].tags.append(row.tag)
    follows = select(follow).where(among(db, follow.c.follower_id, ids))
    for row in db.execute(follows):
        state = FollowState(row.state).name.lower()
        slug = slugs[row.publication_id]
        people[row.follower_id].follows.append(
            WholeFollow(slug, row.cadence, row.topics, state, row.since, row.paused_until)
        )
    events = select(follow_event).where(among(db, follow_event.c.follower_id, ids))
    for row in db.execute(events.order_by(follow_event.c.follower_id, follow_event.c.id)):
        event = WholeEvent(slugs.get(row.publication_id), row.at, row.kind, row.evidence)
        people[row.follower_id].history.append(event)
    for person in people.values():
        person.follows.sort(key=lambda each: each.publication)
    return list(people.values())


def stray_suppressions(db: Connection, after: str, limit: int) -> list[Suppression]:
    """A page of what must not be mailed and is no follower's address: blocked strangers, fingerprints."""
    query = (
        select(suppression)
        .outerjoin(follower, (follower.c.endpoint == suppression.c.endpoint) & (follower.c.channel == "mail"))
        .where(suppression.c.endpoint > after, follower.c.id.is_(None))
        .order_by(suppression.c.endpoint)
        .limit(limit)
    )
    return [Suppression(row.endpoint, row.reason, row.at, row.note) for row in db.execute(query)]


def _people(db: Connection, ids: Collection[int]) -> list[WholePerson]:
    query = (
        select(follower, suppression.c.reason, suppression.c.at, suppression.c.note)
        .outerjoin(suppression, suppression.c.endpoint == follower.c.endpoint)
        .where(among(db, follower.c.id, ids))
        .order_by(follower.c.id)
    )
    return [
        WholePerson(
            id=row.id,
            endpoint=row.endpoint,
            name=row.name,
            language=row.language,
            zone=row.zone,
            hour=row.hour,
            created_at=row.created_at,
            suppression=Suppression(row.endpoint, row.reason, row.at, row.note) if row.reason else None,
        )
        for row in db.execute(query)
    ]
