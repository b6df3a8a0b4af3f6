"""Named queries about what the owner must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from publisher.storage.rows import AlertRow
from publisher.storage.tables import alert


def record_alerts(db: Connection, present: Mapping[str, str], scope: Sequence[str], now: datetime) -> None:
    """Set what is wrong now: `present` maps an alert's key to its sentence.

    New ones begin now, lasting ones keep their begin. Those that are over end; those of them that nobody was
    told about are forgotten. Only keys that begin with a prefix of `scope` were looked at, so only they end.
    """
    known = {row.key: row for row in db.execute(select(alert))}
    for key, sentence in present.items():
        row = known.get(key)
        if row is None:
            db.execute(insert(alert).values(key=key, sentence=sentence, since=now))
        elif row.until is not None:
            again = {"sentence": sentence, "since": now, "until": None, "mailed_at": None}
            db.execute(update(alert).where(alert.c.key == key).values(again))
        elif row.sentence != sentence:
            db.execute(update(alert).where(alert.c.key == key).values(sentence=sentence))
    over = [key for key in known if key not in present and key.startswith(tuple(scope))]
    where = alert.c.key.in_(over)
    db.execute(delete(alert).where(where, or_(alert.c.mailed_at.is_(None), alert.c.until.is_not(None))))
    db.execute(update(alert).where(where).values(until=now))


def lasting_alerts(db: Connection) -> list[AlertRow]:
    """What is wrong now, the oldest first."""
    query = select(alert).where(alert.c.until.is_(None)).order_by(alert.c.since, alert.c.key)
    return [_row(row) for row in db.execute(query)]


def mark_mailed(db: Connection, keys: Sequence[str], now: datetime) -> None:
    """The owner was told of these."""
    db.execute(update(alert).where(alert.c.key.in_(keys)).values(mailed_at=now))


def _row(row: Row[Any]) -> AlertRow:
    return AlertRow(row.key, row.sentence, row.since, row.mailed_at)
