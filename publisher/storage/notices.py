"""Named queries of notices: mails to one person about his own following, each an edition of its own.

A notice stands in the ledger like any mail: an edition of kind `notice`, a variant, a batch, a delivery.
What it says is frozen in `notice.data`; the link in it names the notice by its number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from publisher.model import DeliveryState, EditionState, NoticeKind
from publisher.storage.ledger import BatchState
from publisher.storage.tables import batch, delivery, edition, follow, follow_event, follower, notice, variant

NOTICE = "notice"  # the kind of edition, and the beginning of its digest's key: "notice:confirm"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice. `data` is what was asked, with which evidence; its keys belong to `follow` (see there)."""

    id: int
    follower: int
    kind: NoticeKind
    data: Mapping[str, Any]
    at: datetime
    expires_at: datetime | None
    used_at: datetime | None


def add_notice(
    db: Connection,
    follower_id: int,
    kind: NoticeKind,
    data: Mapping[str, object],
    now: datetime,
    expires_at: datetime | None = None,
    *,
    suppressed: bool = False,
) -> int:
    """Write a notice and its row in the ledger; its number. `suppressed`: it is never to leave."""
    said = json.dumps(data, ensure_ascii=False, sort_keys=True)
    values = {
        "follower_id": follower_id,
        "kind": kind.value,
        "data": said,
        "at": now,
        "expires_at": expires_at,
    }
    number = int(db.execute(insert(notice).values(values).returning(notice.c.id)).scalar_one())
    _enter(db, number, follower_id, kind, now, suppressed=suppressed)
    return number


def _enter(
    db: Connection, number: int, follower_id: int, kind: NoticeKind, now: datetime, *, suppressed: bool
) -> None:
    states = (EditionState.RUNNING, BatchState.OPEN, DeliveryState.PLANNED)
    if suppressed:
        states = (EditionState.DONE, BatchState.DONE, DeliveryState.SUPPRESSED)
    values = {
        "kind": NOTICE,
        "digest": f"{NOTICE}:{kind.value}",
        "cell": str(number),
        "occurrence": now,
        "window_start": now,
        "window_end": now,
        "state": int(states[0]),
        "audience": 1,
        "unaddressed": 0,
        "frozen_at": now,
    }
    made = int(db.execute(insert(edition).values(values).returning(edition.c.id)).scalar_one())
    row = insert(variant).values(edition_id=made, number=1, size=1).returning(variant.c.id)
    only = int(db.execute(row).scalar_one())
    db.execute(insert(batch).values(edition_id=made, number=1, state=int(states[1]), size=1))
    values = {"edition_id": made, "follower_id": follower_id, "variant_id": only, "batch": 1}
    values |= {"state": int(states[2]), "attempts": 0, "at": now}
    db.execute(insert(delivery).values(values))


def notice_row(db: Connection, number: int) -> NoticeRow | None:
    row = db.execute(select(notice).where(notice.c.id == number)).one_or_none()
    if row is None:
        return None
    return NoticeRow(
        id=row.id,
        follower=row.follower_id,
        kind=NoticeKind(row.kind),
        data=json.loads(row.data),
        at=row.at,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )


def use_notice(db: Connection, number: int, now: datetime) -> bool:
    """Its link is acted on now; False if it was before. Two who press at once: one of them is first."""
    where = and_(notice.c.id == number, notice.c.used_at.is_(None))
    return db.execute(update(notice).where(where).values(used_at=now)).rowcount == 1


def forget_strangers(db: Connection, before: datetime, limit: int = 500) -> int:
    """Forget addresses that asked to follow and never confirmed: links expired by then, nothing else known.

    The follower's number stays for the ledger's sake, without an address. How many.
    """
    unused = (
        select(notice.c.follower_id)
        .join(follower, follower.c.id == notice.c.follower_id)
        .where(notice.c.expires_at < before, notice.c.used_at.is_(None))
        .where(notice.c.follower_id.not_in(select(follow.c.follower_id)))
        .where(notice.c.follower_id.not_in(select(follow_event.c.follower_id)))
        .where(follower.c.endpoint.not_like("erased:%"))
        .distinct()
        .limit(limit)
    )
    people = list(db.execute(unused).scalars())
    open_ones = select(notice.c.follower_id).where(
        notice.c.follower_id.in_(people), notice.c.expires_at >= before
    )
    waiting = set(db.execute(open_ones).scalars())
    gone = [each for each in people if each not in waiting]
    for each in gone:
        values = {"endpoint": f"erased:{each}", "name": None, "language": None, "zone": None, "hour": None}
        db.execute(update(follower).where(follower.c.id == each).values(values))
        db.execute(update(notice).where(notice.c.follower_id == each).values(data="{}", expires_at=None))
    return len(gone)


def old_notices(db: Connection, before: datetime) -> int:
    """Drop notices whose link is long over and which hold no evidence any more; how many."""
    where = and_(notice.c.data == "{}", notice.c.at < before)
    return db.execute(delete(notice).where(where)).rowcount
