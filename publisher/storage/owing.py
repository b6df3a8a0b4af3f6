"""What a window of a digest could not tell, so that a later one of the same digest looks at it again.

A publication whose feed.toml was broken, a guide past its review date: it stays news for this digest, and is
what it was for every other one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from publisher.storage.rows import chunks
from publisher.storage.tables import owed, release


def owed_articles(db: Connection, digest: str, cell: str) -> dict[int, int]:
    """guide -> the first revision of it that is owed to this cell's followers."""
    query = select(owed.c.article_id, owed.c.number).where(owed.c.digest == digest, owed.c.cell == cell)
    return {row.article_id: row.number for row in db.execute(query)}


def settle_owed(
    db: Connection, digest: str, cell: str, looked_at: Collection[int], again: Mapping[int, int]
) -> None:
    """A window has looked at these guides; `again` are those that a later one must look at."""
    of_cell = owed.c.digest == digest, owed.c.cell == cell
    for some in chunks(sorted(set(looked_at) | set(again)), 500):
        db.execute(delete(owed).where(*of_cell, owed.c.article_id.in_(some)))
    rows = [
        {"digest": digest, "cell": cell, "article_id": guide, "number": number}
        for guide, number in again.items()
    ]
    if rows:
        db.execute(insert(owed), rows)


def owe_window(
    db: Connection, digest: str, cell: str, pubs: Sequence[int], start: datetime, end: datetime
) -> None:
    """All that these publications had to tell in [start, end) is owed to this cell."""
    news = (
        select(release.c.article_id, func.min(release.c.number).label("number"))
        .where(release.c.publication_id.in_(pubs))
        .where(release.c.eligible_at >= start, release.c.eligible_at < end)
        .group_by(release.c.article_id)
    )
    found = {row.article_id: row.number for row in db.execute(news)}
    known = owed_articles(db, digest, cell)
    fresh = {guide: number for guide, number in found.items() if guide not in known}
    settle_owed(db, digest, cell, (), fresh)
