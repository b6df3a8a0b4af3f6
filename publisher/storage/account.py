"""Named queries for what a follower does with his own following: he is held, and shown all."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, select

from publisher.storage.people import Person, person
from publisher.storage.tables import follower, notice


def hold_person(db: Connection, follower_id: int) -> Person | None:
    """The follower, locked until the transaction ends: two who change the same one wait for each other."""
    db.execute(select(follower.c.id).where(follower.c.id == follower_id).with_for_update())
    return person(db, follower_id)


def notice_words(db: Connection, follower_id: int) -> dict[int, Mapping[str, object]]:
    """notice -> what was asked and with which evidence, of all notices to a follower."""
    query = select(notice.c.id, notice.c.data).where(notice.c.follower_id == follower_id)
    return {row.id: json.loads(row.data) for row in db.execute(query.order_by(notice.c.id))}
