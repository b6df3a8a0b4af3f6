"""How much of what strangers may ask for is left: one row per key, by GCRA (the leaky bucket as a meter)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from publisher.storage.tables import throttle


def take(db: Connection, key: str, every: timedelta, burst: int, now: datetime) -> bool:
    """Take one of `key`'s: `burst` at once, and one more each `every`. False if there is none left.

    What is refused costs nothing. In a write transaction; on PostgreSQL the row is locked.
    """
    row = select(throttle.c.full_at).where(throttle.c.key == key).with_for_update()
    full_at = db.execute(row).scalar()
    start = max(full_at or now, now)
    if start - now > every * (burst - 1):
        return False
    if full_at is None:
        db.execute(insert(throttle).values(key=key, full_at=start + every))
    else:
        db.execute(update(throttle).where(throttle.c.key == key).values(full_at=start + every))
    return True


def drop_throttles(db: Connection, now: datetime) -> int:
    """Forget the keys that have everything left; how many."""
    return db.execute(delete(throttle).where(throttle.c.full_at <= now)).rowcount
