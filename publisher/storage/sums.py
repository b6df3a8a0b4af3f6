"""Named queries that count: what `audit` proves and `status` shows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from publisher.model import DeliveryState
from publisher.storage.tables import (
    article,
    batch,
    delivery,
    edition,
    follow,
    follower,
    publication,
    variant,
)


def state_counts(db: Connection, edition_id: int | None = None) -> dict[int, dict[DeliveryState, int]]:
    """edition -> state -> how many deliveries."""
    query = select(delivery.c.edition_id, delivery.c.state, func.count().label("size"))
    query = query.group_by(delivery.c.edition_id, delivery.c.state)
    if edition_id is not None:
        query = query.where(delivery.c.edition_id == edition_id)
    counts: dict[int, dict[DeliveryState, int]] = {}
    for row in db.execute(query):
        counts.setdefault(row.edition_id, {})[DeliveryState(row.state)] = row.size
    return counts


def frozen_sizes(db: Connection, edition_id: int | None = None) -> list[tuple[int, int, int, int]]:
    """(edition, audience, sum of its variants' sizes, deliveries that stand in one of its batches)."""
    sizes = select(func.coalesce(func.sum(variant.c.size), 0)).where(variant.c.edition_id == edition.c.id)
    placed = (
        select(func.count())
        .select_from(delivery)
        .join(batch, (batch.c.edition_id == delivery.c.edition_id) & (batch.c.number == delivery.c.batch))
        .where(delivery.c.edition_id == edition.c.id)
    )
    query = select(
        edition.c.id,
        edition.c.audience,
        sizes.scalar_subquery().label("variants"),
        placed.scalar_subquery().label("placed"),
    ).order_by(edition.c.id)
    if edition_id is not None:
        query = query.where(edition.c.id == edition_id)
    return [(row.id, row.audience, int(row.variants), row.placed) for row in db.execute(query)]


def stray_deliveries(db: Connection) -> list[tuple[int, int]]:
    """(edition, follower) of deliveries whose edition, variant or follower does not exist."""
    query = (
        select(delivery.c.edition_id, delivery.c.follower_id)
        .outerjoin(follower, follower.c.id == delivery.c.follower_id)
        .outerjoin(
            variant,
            (variant.c.id == delivery.c.variant_id) & (variant.c.edition_id == delivery.c.edition_id),
        )
        .where(follower.c.id.is_(None) | variant.c.id.is_(None))
        .limit(100)
    )
    return [(row.edition_id, row.follower_id) for row in db.execute(query)]


def uncertain_deliveries(db: Connection, edition_id: int | None = None) -> list[tuple[int, int, str]]:
    """(edition, follower, address) of every doubt."""
    query = (
        select(delivery.c.edition_id, delivery.c.follower_id, follower.c.endpoint)
        .join(follower, follower.c.id == delivery.c.follower_id)
        .where(delivery.c.state == int(DeliveryState.UNCERTAIN))
        .order_by(delivery.c.edition_id, delivery.c.follower_id)
    )
    if edition_id is not None:
        query = query.where(delivery.c.edition_id == edition_id)
    return [(row.edition_id, row.follower_id, row.endpoint) for row in db.execute(query)]


def broken_windows(db: Connection) -> list[tuple[int, int]]:
    """Pairs of editions of one cell whose windows overlap or leave a gap: time must be partitioned."""
    before = func.lag(edition.c.window_end).over(
        partition_by=(edition.c.digest, edition.c.cell), order_by=edition.c.window_start
    )
    earlier = func.lag(edition.c.id).over(
        partition_by=(edition.c.digest, edition.c.cell), order_by=edition.c.window_start
    )
    walked: Any = (
        select(edition.c.id, edition.c.window_start, before.label("before"), earlier.label("earlier"))
        .where(edition.c.kind == "digest")
        .subquery()
    )
    query = select(walked.c.earlier, walked.c.id).where(walked.c.before != walked.c.window_start)
    return [(row.earlier, row.id) for row in db.execute(query)]


def kept_counts(db: Connection) -> list[tuple[str, int, int]]:
    """(publication, followers as they are kept, as they are counted): equal, or somebody forgot to say."""
    from publisher.storage.followers import FollowState

    counted = select(func.count()).where(
        follow.c.publication_id == publication.c.id, follow.c.state == int(FollowState.ACTIVE)
    )
    query = select(publication.c.slug, publication.c.followers, counted.scalar_subquery().label("counted"))
    return [(row.slug, row.followers, row.counted) for row in db.execute(query.order_by(publication.c.slug))]


def guide_counts(db: Connection) -> dict[str, tuple[int, int]]:
    """publication -> (guides, of which public)."""
    query = (
        select(publication.c.slug, func.count(article.c.id), func.count(article.c.public_number))
        .join(article, article.c.publication_id == publication.c.id)
        .group_by(publication.c.slug)
    )
    return {row[0]: (row[1], row[2]) for row in db.execute(query)}


def follower_counts(db: Connection) -> dict[tuple[str, str], int]:
    """(publication, cadence) -> active follows."""
    from publisher.storage.followers import FollowState

    query = (
        select(publication.c.slug, follow.c.cadence, func.count())
        .join(follow, follow.c.publication_id == publication.c.id)
        .where(follow.c.state == int(FollowState.ACTIVE))
        .group_by(publication.c.slug, follow.c.cadence)
    )
    return {(row[0], row[1]): row[2] for row in db.execute(query)}
