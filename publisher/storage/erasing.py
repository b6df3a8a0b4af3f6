"""Named queries of suppression under a fingerprint, and of taking a person out of the ledger's words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, select, update

from publisher.model import DeliveryState, EditionState
from publisher.storage.tables import attempt, delivery, edition, follow, suppression

_WAITING = (DeliveryState.PLANNED, DeliveryState.DEFERRED)
_OPEN = (EditionState.PLANNED, EditionState.HELD, EditionState.RUNNING, EditionState.PAUSED)


@dataclass(frozen=True, slots=True)
class Suppression:
    """What must not be mailed. `endpoint` is an address, or the fingerprint of one ("hmac:…")."""

    endpoint: str
    reason: str
    at: datetime
    note: str


def suppressions_of(db: Connection, endpoints: Collection[str]) -> list[Suppression]:
    """Every suppression under one of these names: an address and its fingerprints."""
    query = select(suppression).where(suppression.c.endpoint.in_(list(endpoints)))
    return [_row(row) for row in db.execute(query.order_by(suppression.c.at, suppression.c.endpoint))]


def change_reason(db: Connection, endpoint: str, reason: str, note: str) -> None:
    """Another reason for a suppression that stays."""
    where = suppression.c.endpoint == endpoint
    db.execute(update(suppression).where(where).values(reason=reason, note=note))


def list_suppressions(
    db: Connection, after: str = "", limit: int = 100, reason: str | None = None
) -> list[Suppression]:
    """A page of what must not be mailed, by endpoint (keyset)."""
    query = select(suppression).where(suppression.c.endpoint > after)
    if reason is not None:
        query = query.where(suppression.c.reason == reason)
    return [_row(row) for row in db.execute(query.order_by(suppression.c.endpoint).limit(limit))]


def drop_follows(db: Connection, follower_id: int) -> None:
    """Forget what he followed. The caller has ended it, so that the publications' counts hold."""
    db.execute(delete(follow).where(follow.c.follower_id == follower_id))


def clear_replies(db: Connection, follower_id: int) -> None:
    """Servers quote addresses: forget what they said about this person's mails."""
    where = (attempt.c.follower_id == follower_id) & (attempt.c.reply != "")
    db.execute(update(attempt).where(where).values(reply=""))


def cancel_mails(db: Connection, follower_id: int, now: datetime) -> None:
    """What is planned for him, or is to be tried again, is not sent. What is leaving this moment leaves."""
    still_open = select(edition.c.id).where(edition.c.state.in_([int(state) for state in _OPEN]))
    where = and_(
        delivery.c.follower_id == follower_id,
        delivery.c.state.in_([int(state) for state in _WAITING]),
        delivery.c.edition_id.in_(still_open),
    )
    db.execute(update(delivery).where(where).values(state=int(DeliveryState.CANCELLED), at=now))


def _row(row: Any) -> Suppression:
    return Suppression(row.endpoint, row.reason, row.at, row.note)
