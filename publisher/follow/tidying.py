"""What must not be kept for ever: strangers who never confirmed, limits that are whole again."""

from __future__ import annotations

from datetime import datetime, timedelta

from publisher import storage

_EVERY = timedelta(hours=1)
_GRACE = timedelta(days=7)  # after a link has expired: who asks what became of it can still be told
_EMPTY = timedelta(days=30)  # that a notice without words is kept
_MARK = "tidied"


def tidy(store: storage.Store, now: datetime) -> int:
    """Once an hour; how many strangers were forgotten."""
    with store.read() as db:
        last = storage.get_mark(db, _MARK)
    if last is not None and timedelta(0) <= now - datetime.fromisoformat(last) < _EVERY:
        return 0
    with store.write() as db:
        storage.set_mark(db, _MARK, now.isoformat())
        storage.drop_throttles(db, now)
        storage.old_notices(db, now - _EMPTY)
        return storage.forget_strangers(db, now - _GRACE)
