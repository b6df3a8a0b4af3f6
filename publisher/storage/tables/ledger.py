"""Editions, and what became of each mail."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from publisher.storage.tables.base import BigKey, Moment, metadata

cell = Table(
    "cell",
    metadata,
    Column("digest", Text, nullable=False),
    Column("cell", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("covered_until", Moment, nullable=False),
    PrimaryKeyConstraint("digest", "cell"),
)


owed = Table(
    "owed",
    metadata,
    Column("digest", Text, nullable=False),
    Column("cell", Text, nullable=False),
    Column("article_id", ForeignKey("article.id"), nullable=False),
    Column("number", Integer, nullable=False),  # from this revision on
    PrimaryKeyConstraint("digest", "cell", "article_id"),
    Index("ix_owed_article", "article_id"),
)


edition = Table(
    "edition",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("cell", Text, nullable=False),
    Column("occurrence", Moment, nullable=False),
    Column("window_start", Moment, nullable=False),
    Column("window_end", Moment, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("audience", Integer, nullable=False),
    Column("unaddressed", Integer, nullable=False),
    Column("frozen_at", Moment, nullable=False),
    Column("done_at", Moment),
    UniqueConstraint("digest", "cell", "occurrence"),
    Index("ix_edition_state", "state"),
)


variant = Table(
    "variant",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("edition_id", ForeignKey("edition.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    UniqueConstraint("edition_id", "number"),
)


variant_item = Table(
    "variant_item",
    metadata,
    Column("variant_id", ForeignKey("variant.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("article_id", ForeignKey("article.id"), nullable=False),
    Column("had", Integer),
    Column("now", Integer, nullable=False),
    Column("new", Boolean, nullable=False),
    PrimaryKeyConstraint("variant_id", "position"),
    Index("ix_variant_item_article", "article_id", "variant_id"),
)


batch = Table(
    "batch",
    metadata,
    Column("edition_id", ForeignKey("edition.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", SmallInteger, nullable=False),  # BatchState
    Column("size", Integer, nullable=False),
    Column("node", Text),
    Column("claimed_at", Moment),
    PrimaryKeyConstraint("edition_id", "number"),
    Index("ix_batch_state", "state", "edition_id", "number"),
)


delivery = Table(
    "delivery",
    metadata,
    Column("edition_id", BigInteger, nullable=False),
    Column("follower_id", BigInteger, nullable=False),
    Column("variant_id", BigInteger, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("state", SmallInteger, nullable=False),  # model.DeliveryState
    Column("attempts", SmallInteger, nullable=False),
    Column("at", Moment, nullable=False),  # of the last change of state
    PrimaryKeyConstraint("edition_id", "follower_id"),
    Index("ix_delivery_batch", "edition_id", "batch"),
    sqlite_with_rowid=False,
)


attempt = Table(
    "attempt",
    metadata,
    Column("edition_id", BigInteger, nullable=False),
    Column("follower_id", BigInteger, nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("reply", Text, nullable=False),
    Column("retry_at", Moment),
    PrimaryKeyConstraint("edition_id", "follower_id", "number"),
    Index("ix_attempt_retry", "retry_at"),
    Index("ix_attempt_follower", "follower_id"),
)


amendment = Table(
    "amendment",
    metadata,
    Column("edition_id", ForeignKey("edition.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("edition_id", "number"),
)
