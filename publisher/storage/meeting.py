"""A follower's number for an address that may be new, in one statement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from publisher.storage.tables import follower


def meet_follower(db: Connection, channel: str, endpoint: str, now: datetime) -> int:
    """The number of whoever has this endpoint; he gets one if he is new.

    The same single statement for both, so that nobody learns from its number or its time which it was; and
    two who bring the same new address at once get the same number.
    """
    values = {"channel": channel, "endpoint": endpoint, "token_generation": 0, "created_at": now}
    kind = sqlite if db.dialect.name == "sqlite" else postgresql
    row = kind.insert(follower).values(values)
    # An update that changes nothing: "do nothing" would return no number for one who is known.
    known = row.on_conflict_do_update(
        index_elements=["channel", "endpoint"], set_={"channel": row.excluded.channel}
    )
    return int(db.execute(known.returning(follower.c.id)).scalar_one())
