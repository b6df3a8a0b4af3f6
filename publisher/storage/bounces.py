"""Named queries of refused mails: how earlier ones ended, and how many were refused in a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from publisher.model import DeliveryState
from publisher.storage.marks import get_mark, set_mark
from publisher.storage.tables import attempt, delivery, edition, suppression
from publisher.storage.tables.base import EPOCH

BOUNCE = "bounce"  # the reason of a suppression
_MARK = "bounces:in-a-row"
_EARLIER = 12  # editions that are looked at, at most
_TOLD = (DeliveryState.SENT, DeliveryState.BOUNCED, DeliveryState.FAILED, DeliveryState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class BounceRun:
    """How many recipients were refused since the last mail that was taken, and when the first of them was."""

    count: int = 0
    since: datetime = EPOCH


def bounce_run(db: Connection) -> BounceRun:
    """The run that is under way, across batches and processes; an empty one if the last mail was taken."""
    count, _, since = (get_mark(db, _MARK) or "0").partition(" ")
    return BounceRun(int(count), datetime.fromisoformat(since)) if since else BounceRun()


def keep_bounce_run(db: Connection, run: BounceRun) -> None:
    set_mark(db, _MARK, f"{run.count} {run.since.isoformat()}" if run.count else "0")


def lift_bounces(db: Connection, since: datetime) -> int:
    """Lift what refused mails have suppressed since then; how many. What a list said of its own stays."""
    bounced = attempt.c.state == int(DeliveryState.BOUNCED)
    moments = select(attempt.c.at).where(bounced, attempt.c.at >= since)  # written together, at one moment
    where = (suppression.c.reason == BOUNCE) & (suppression.c.at >= since) & suppression.c.at.in_(moments)
    return db.execute(delete(suppression).where(where)).rowcount


def bounced_in_a_row(db: Connection, edition_id: int, follower_id: int, many: int) -> bool:
    """Whether this edition and the `many` - 1 before it that he was sent of the same digest all bounced.

    Those that never left for him (suppressed, cancelled, nothing in it for him) neither count nor break it.
    """
    this = select(edition).where(edition.c.id == edition_id).subquery()
    newest = (
        select(edition.c.id)
        .join(this, (this.c.digest == edition.c.digest) & (this.c.cell == edition.c.cell))
        .where(edition.c.occurrence <= this.c.occurrence)
        .order_by(edition.c.occurrence.desc())
        .limit(_EARLIER)
        .subquery()
    )
    states = (
        select(delivery.c.state)
        .join(newest, newest.c.id == delivery.c.edition_id)
        .join(edition, edition.c.id == delivery.c.edition_id)
        .where(delivery.c.follower_id == follower_id)
        .where(delivery.c.state.in_([int(state) for state in _TOLD]))
        .order_by(edition.c.occurrence.desc())
        .limit(many)
        .subquery()
    )
    bounced = states.c.state == int(DeliveryState.BOUNCED)
    return db.execute(select(func.count()).select_from(states).where(bounced)).scalar_one() == many
