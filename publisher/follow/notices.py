"""Notices: mails to one person about his own following."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from publisher import storage
from publisher.model import NoticeKind


def notify(
    db: storage.Connection,
    follower_id: int,
    kind: NoticeKind,
    data: Mapping[str, object],
    now: datetime,
    expires: datetime | None = None,
    *,
    suppressed: bool = False,
) -> int:
    """Owe a follower this mail; its number. Within the caller's transaction, so that it is owed or never was.

    What `data` holds for each kind is written down at `rendering.notices`, which reads it. Whether the
    address may be mailed is looked at when it is claimed; `suppressed` says now that it may not.
    """
    return storage.add_notice(db, follower_id, kind, data, now, expires, suppressed=suppressed)
