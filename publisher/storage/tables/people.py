"""Followers, what they follow, and what must not be mailed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from publisher.storage.tables.base import BigKey, Moment, metadata

follower = Table(
    "follower",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("name", Text),
    Column("language", Text),
    Column("zone", Text),
    Column("hour", SmallInteger),
    Column("token_generation", Integer, nullable=False, default=0),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("channel", "endpoint"),
    # For the beginnings of addresses, letter by letter (COLLATE "C": the step says so). SQLite sorts the
    # unique key like that, so there the index is empty.
    Index("ix_follower_beginning", "endpoint", sqlite_where=text("0")),
)


follow = Table(
    "follow",
    metadata,
    Column("publication_id", ForeignKey("publication.id"), nullable=False),
    Column("follower_id", ForeignKey("follower.id"), nullable=False),
    Column("cadence", Text, nullable=False),
    Column("topics", Text, nullable=False),  # sorted, joined by ","; empty = all
    Column("state", SmallInteger, nullable=False),  # FollowState
    Column("since", Moment, nullable=False),
    Column("paused_until", Moment),
    Column("owed_from", Moment),  # not told of since then: he paused, or had another cadence
    PrimaryKeyConstraint("publication_id", "follower_id"),
    Index("ix_follow_audience", "publication_id", "cadence", "state", "follower_id"),
    Index("ix_follow_follower", "follower_id"),
    Index("ix_follow_since", "since", "follower_id", "publication_id"),
    Index(
        "ix_follow_special",
        "publication_id",
        "cadence",
        sqlite_where=text("owed_from IS NOT NULL OR paused_until IS NOT NULL"),
        postgresql_where=text("owed_from IS NOT NULL OR paused_until IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)


follow_event = Table(
    "follow_event",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("follower_id", ForeignKey("follower.id"), nullable=False),
    Column("publication_id", ForeignKey("publication.id")),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),  # added, left, returned, cadence, removed …
    Column("evidence", Text, nullable=False),  # JSON: words agreed to, page, mail, who
    Index("ix_follow_event_follower", "follower_id", "id"),
)


follower_tag = Table(
    "follower_tag",
    metadata,
    Column("tag", Text, nullable=False),
    Column("follower_id", ForeignKey("follower.id"), nullable=False),
    PrimaryKeyConstraint("tag", "follower_id"),
    Index("ix_follower_tag_follower", "follower_id"),
    sqlite_with_rowid=False,
)


suppression = Table(
    "suppression",
    metadata,
    Column("endpoint", Text, primary_key=True),
    Column("reason", Text, nullable=False),  # bounce, complaint, owner, erased
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False),
)


notice = Table(
    "notice",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("follower_id", ForeignKey("follower.id"), nullable=False),
    Column("kind", Text, nullable=False),  # model.NoticeKind
    Column("data", Text, nullable=False),  # JSON: what was asked, and with which evidence
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment),  # of its link; null: it has none
    Column("used_at", Moment),  # when its link was acted on
    Index("ix_notice_follower", "follower_id", "id"),
    Index("ix_notice_expiry", "expires_at"),
)


throttle = Table(
    "throttle",
    metadata,
    Column("key", Text, primary_key=True),  # "mail:<hash>", "ip:203.0.113.0/24", "publication:knees"
    Column("full_at", Moment, nullable=False),  # GCRA's theoretical arrival time
    Index("ix_throttle_moment", "full_at"),
)


import_run = Table(
    "import_run",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("fingerprint", Text, nullable=False),  # of the file and of what was asked
    Column("path", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("position", BigInteger, nullable=False),  # rows that are taken in
    Column("counts", Text, nullable=False),  # JSON
    Column("done_at", Moment),
    Index("ix_import_run_fingerprint", "fingerprint"),
)
