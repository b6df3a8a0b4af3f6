"""Small facts about the site itself, by name."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from publisher.storage.tables import meta


def get_mark(db: Connection, key: str) -> str | None:
    found: str | None = db.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
    return found


def set_mark(db: Connection, key: str, value: str) -> None:
    if db.execute(update(meta).where(meta.c.key == key).values(value=value)).rowcount == 0:
        db.execute(insert(meta).values(key=key, value=value))
