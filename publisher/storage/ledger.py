"""Named queries of the ledger: claim, intent, result, recovery, and the sums that audit them.

The states and their transitions are drawn at `model.DeliveryState`; every UPDATE here names the state that it
comes from, so that a row which somebody else moved is never moved twice.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, insert, or_, select, update

from publisher.errors import StorageError
from publisher.model import DeliveryState, EditionState
from publisher.storage.followers import FollowState
from publisher.storage.reading import STORED, stored_article
from publisher.storage.rows import ClaimedRow, EditionRow, ItemRow, Result
from publisher.storage.tables import (
    article,
    attempt,
    batch,
    delivery,
    edition,
    follow,
    follower,
    publication,
    revision,
    suppression,
    variant_item,
)

BATCH_SIZE = 500
_OPEN_DELIVERIES = (
    DeliveryState.PLANNED,
    DeliveryState.CLAIMED,
    DeliveryState.SENDING,
    DeliveryState.DEFERRED,
)


class BatchState(enum.IntEnum):
    OPEN = 0
    CLAIMED = 1
    DONE = 2


def open_batch(db: Connection, skip: Collection[int] = ()) -> tuple[int, int] | None:
    """The first batch that nobody has claimed of a running edition not in `skip`: (edition, number)."""
    query = (
        select(batch.c.edition_id, batch.c.number)
        .join(edition, edition.c.id == batch.c.edition_id)
        .where(batch.c.state == int(BatchState.OPEN), edition.c.state == int(EditionState.RUNNING))
        .where(batch.c.edition_id.not_in(skip))
        # Whoever waits for a confirmation does not wait behind a million others.
        .order_by(edition.c.kind != "notice", batch.c.edition_id, batch.c.number)
        .limit(1)
    )
    row = db.execute(query).one_or_none()
    return None if row is None else (row.edition_id, row.number)


def claim_batch(
    db: Connection,
    edition_id: int,
    number: int,
    *,
    node: str,
    pubs: Sequence[int],
    cadence: str | None,
    now: datetime,
) -> list[ClaimedRow] | None:
    """Claim a batch and what in it may still be mailed; None if another node was faster.

    Consent is looked at here, last: who is suppressed, or follows none of `pubs` at this cadence any more, or
    has paused, leaves the batch as `suppressed` or `cancelled`. Without a cadence (notices) only suppression
    counts.
    """
    mine = and_(batch.c.edition_id == edition_id, batch.c.number == number)
    taken = update(batch).where(mine, batch.c.state == int(BatchState.OPEN))
    if db.execute(taken.values(state=int(BatchState.CLAIMED), node=node, claimed_at=now)).rowcount == 0:
        return None
    rows = and_(
        delivery.c.edition_id == edition_id,
        delivery.c.batch == number,
        delivery.c.state == int(DeliveryState.PLANNED),
    )
    barred = exists().where(
        follower.c.id == delivery.c.follower_id, suppression.c.endpoint == follower.c.endpoint
    )
    follows = exists().where(
        follow.c.publication_id.in_(pubs),
        follow.c.follower_id == delivery.c.follower_id,
        follow.c.state == int(FollowState.ACTIVE),
        follow.c.cadence == cadence,
        or_(follow.c.paused_until.is_(None), follow.c.paused_until <= now),
    )
    forgotten = exists().where(follower.c.id == delivery.c.follower_id, follower.c.endpoint.like("erased:%"))
    _move(db, and_(rows, or_(barred, forgotten)), DeliveryState.SUPPRESSED, now)
    if cadence is not None:
        _move(db, and_(rows, ~follows), DeliveryState.CANCELLED, now)
    _move(db, rows, DeliveryState.CLAIMED, now)
    return _claimed(db, edition_id, number)


def _move(db: Connection, where: Any, state: DeliveryState, now: datetime) -> int:
    return db.execute(update(delivery).where(where).values(state=int(state), at=now)).rowcount


def _claimed(db: Connection, edition_id: int, number: int) -> list[ClaimedRow]:
    query = (
        select(delivery.c.follower_id, delivery.c.variant_id, follower.c.endpoint, follower.c.language)
        .join(follower, follower.c.id == delivery.c.follower_id)
        .where(delivery.c.edition_id == edition_id, delivery.c.batch == number)
        .where(delivery.c.state == int(DeliveryState.CLAIMED))
        .order_by(delivery.c.variant_id, delivery.c.follower_id)
    )
    return [
        ClaimedRow(row.follower_id, row.variant_id, row.endpoint, row.language) for row in db.execute(query)
    ]


def record_intent(db: Connection, edition_id: int, follower_id: int, now: datetime) -> None:
    """The next byte could make the other side keep this message. Raises StorageError if it is not ours."""
    where = and_(
        delivery.c.edition_id == edition_id,
        delivery.c.follower_id == follower_id,
        delivery.c.state == int(DeliveryState.CLAIMED),
    )
    values = {"state": int(DeliveryState.SENDING), "attempts": delivery.c.attempts + 1, "at": now}
    if db.execute(update(delivery).where(where).values(values)).rowcount != 1:
        what = f"delivery {edition_id}/{follower_id} is not claimed any more, so it was not sent"
        raise StorageError(what, advice="Run `publisher audit`.")


def record_results(db: Connection, edition_id: int, results: Sequence[Result], now: datetime) -> None:
    """What became of claimed deliveries. What went wrong is kept with the other side's own words."""
    for result in results:
        where = and_(
            delivery.c.edition_id == edition_id,
            delivery.c.follower_id == result.follower,
            delivery.c.state.in_((int(DeliveryState.CLAIMED), int(DeliveryState.SENDING))),
        )
        before = db.execute(select(delivery.c.attempts, delivery.c.state).where(where)).one_or_none()
        if before is None:
            what = f"delivery {edition_id}/{result.follower} has a result but was not claimed"
            raise StorageError(what, advice="Run `publisher audit`.")
        # An attempt that failed before its intent record counts too: retries must come to an end.
        tries = before.attempts + (before.state == int(DeliveryState.CLAIMED))
        values = {"state": int(result.state), "attempts": tries, "at": now}
        db.execute(update(delivery).where(where).values(values))
        if result.state is not DeliveryState.SENT:
            _note(db, edition_id, result, tries, now)


def _note(db: Connection, edition_id: int, result: Result, number: int, now: datetime) -> None:
    db.execute(
        insert(attempt).values(
            edition_id=edition_id,
            follower_id=result.follower,
            number=number,
            at=now,
            state=int(result.state),
            reply=result.reply[:1000],
            retry_at=result.retry_at,
        )
    )


def attempts_of(db: Connection, edition_id: int, follower_id: int) -> int:
    """How often this delivery was tried, with the try that is under way."""
    query = select(delivery.c.attempts, delivery.c.state).where(
        delivery.c.edition_id == edition_id, delivery.c.follower_id == follower_id
    )
    row = db.execute(query).one()
    return int(row.attempts + (row.state == int(DeliveryState.CLAIMED)))


def close_batch(db: Connection, edition_id: int, number: int, now: datetime) -> list[int]:
    """End the work on a claimed batch: nobody is sending any of it any more; the followers left in doubt.

    What was claimed but not begun goes back, and the batch is open again if there was any. What has an intent
    but no result is uncertain: its last byte may have arrived.
    """
    rows = and_(delivery.c.edition_id == edition_id, delivery.c.batch == number)
    sending = and_(rows, delivery.c.state == int(DeliveryState.SENDING))
    doubtful = list(db.execute(select(delivery.c.follower_id, delivery.c.attempts).where(sending)))
    for row in doubtful:
        reply = "sending ended while the server's reply was awaited"
        _note(db, edition_id, Result(row.follower_id, DeliveryState.UNCERTAIN, reply), row.attempts, now)
    _move(db, sending, DeliveryState.UNCERTAIN, now)
    _move(db, and_(rows, delivery.c.state == int(DeliveryState.CLAIMED)), DeliveryState.PLANNED, now)
    left = select(func.count()).where(rows, delivery.c.state == int(DeliveryState.PLANNED))
    state = BatchState.OPEN if db.execute(left).scalar_one() else BatchState.DONE
    where = and_(batch.c.edition_id == edition_id, batch.c.number == number)
    db.execute(update(batch).where(where).values(state=int(state), node=None))
    return [row.follower_id for row in doubtful]


def recover(db: Connection, now: datetime) -> list[tuple[int, int]]:
    """After a death, close what the dead had claimed; (edition, follower) of what is in doubt.

    Only for a process that holds the site's lock: it knows that nobody else has claimed anything.
    """
    query = select(batch.c.edition_id, batch.c.number).where(batch.c.state == int(BatchState.CLAIMED))
    claimed = [(row.edition_id, row.number) for row in db.execute(query)]
    return [
        (edition_id, person)
        for edition_id, number in claimed
        for person in close_batch(db, edition_id, number, now)
    ]


def due_deferred(now: datetime) -> Select[Any]:
    """SELECT edition_id, follower_id of deferred deliveries whose time has come."""
    return (
        select(delivery.c.edition_id, delivery.c.follower_id)
        .join(
            attempt,
            and_(
                attempt.c.edition_id == delivery.c.edition_id,
                attempt.c.follower_id == delivery.c.follower_id,
                attempt.c.number == delivery.c.attempts,
            ),
        )
        .where(attempt.c.retry_at <= now, delivery.c.state == int(DeliveryState.DEFERRED))
    )


def next_retry(db: Connection) -> datetime | None:
    """When the next deferred delivery is due."""
    query = (
        select(func.min(attempt.c.retry_at))
        .join(
            delivery,
            and_(
                attempt.c.edition_id == delivery.c.edition_id,
                attempt.c.follower_id == delivery.c.follower_id,
                attempt.c.number == delivery.c.attempts,
            ),
        )
        .where(delivery.c.state == int(DeliveryState.DEFERRED))
    )
    found: datetime | None = db.execute(query).scalar()
    return found


def requeue(db: Connection, now: datetime) -> int:
    """Put the deferred deliveries that are due into new batches; how many."""
    due = list(db.execute(due_deferred(now).order_by(delivery.c.edition_id, delivery.c.follower_id)))
    for edition_id in dict.fromkeys(row.edition_id for row in due):
        people = [row.follower_id for row in due if row.edition_id == edition_id]
        for start in range(0, len(people), BATCH_SIZE):
            _new_batch(db, edition_id, people[start : start + BATCH_SIZE], now)
    return len(due)


def _new_batch(db: Connection, edition_id: int, people: list[int], now: datetime) -> None:
    last = select(func.max(batch.c.number)).where(batch.c.edition_id == edition_id)
    number = int(db.execute(last).scalar() or 0) + 1
    values = {"edition_id": edition_id, "number": number, "state": int(BatchState.OPEN), "size": len(people)}
    db.execute(insert(batch).values(values))
    where = and_(
        delivery.c.edition_id == edition_id,
        delivery.c.follower_id.in_(people),
        delivery.c.state == int(DeliveryState.DEFERRED),
    )
    moved = {"state": int(DeliveryState.PLANNED), "batch": number, "at": now}
    db.execute(update(delivery).where(where).values(moved))


def finish_editions(db: Connection, now: datetime) -> list[int]:
    """Running editions in which nothing is left to do become done; which."""
    left = exists().where(
        delivery.c.edition_id == edition.c.id,
        delivery.c.state.in_([int(state) for state in _OPEN_DELIVERIES]),
    )
    query = select(edition.c.id).where(edition.c.state == int(EditionState.RUNNING), ~left)
    done = list(db.execute(query).scalars())
    db.execute(
        update(edition).where(edition.c.id.in_(done)).values(state=int(EditionState.DONE), done_at=now)
    )
    return done


def edition_row(db: Connection, edition_id: int) -> EditionRow | None:
    row = db.execute(select(edition).where(edition.c.id == edition_id)).one_or_none()
    return None if row is None else _edition(row)


def editions(db: Connection, limit: int = 50) -> list[EditionRow]:
    """The newest editions, newest first; without notices, of which each is one mail."""
    query = select(edition).where(edition.c.kind != "notice").order_by(edition.c.id.desc()).limit(limit)
    return [_edition(row) for row in db.execute(query)]


def all_editions(db: Connection) -> list[EditionRow]:
    """Every edition and notice, the oldest first."""
    return [_edition(row) for row in db.execute(select(edition).order_by(edition.c.id))]


def editions_under_way(db: Connection) -> list[EditionRow]:
    """Those that are neither done nor cancelled, the newest first; with notices."""
    over = (int(EditionState.DONE), int(EditionState.CANCELLED))
    query = select(edition).where(edition.c.state.not_in(over)).order_by(edition.c.id.desc())
    return [_edition(row) for row in db.execute(query)]


def _edition(row: Any) -> EditionRow:
    return EditionRow(
        id=row.id,
        kind=row.kind,
        digest=row.digest,
        cell=row.cell,
        occurrence=row.occurrence,
        window_start=row.window_start,
        window_end=row.window_end,
        state=EditionState(row.state),
        audience=row.audience,
        unaddressed=row.unaddressed,
    )


def variant_items(db: Connection, variant_id: int) -> list[ItemRow]:
    """The lines of a variant, in order, with the text of the revision that each tells of.

    The change note is that of the told revision, not of whatever is public by now.
    """
    columns = [column for column in STORED if column.name != "public_change"]
    query = (
        select(variant_item.c.new, variant_item.c.had, *columns)
        .add_columns(revision.c.change.label("public_change"))
        .join(article, article.c.id == variant_item.c.article_id)
        .join(publication, publication.c.id == article.c.publication_id)
        .join(revision, and_(revision.c.article_id == article.c.id, revision.c.number == variant_item.c.now))
        .where(variant_item.c.variant_id == variant_id)
        .order_by(variant_item.c.position)
    )
    return [ItemRow(bool(row.new), row.had, stored_article(row)) for row in db.execute(query)]
