"""Publications, guides, their texts and releases; and what the owner must know."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from publisher.storage.tables.base import BigKey, Moment, metadata

publication = Table(
    "publication",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False, default=0),  # counts changes of what the public sees
    Column("followers", Integer, nullable=False, default=0),  # active follows; kept by followers.py
)


file = Table(
    "file",
    metadata,
    Column("publication_id", ForeignKey("publication.id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    PrimaryKeyConstraint("publication_id", "source", "path"),
)


source = Table(
    "source",
    metadata,
    Column("publication_id", ForeignKey("publication.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("first_collected_at", Moment, nullable=False),
    Column("collected_at", Moment, nullable=False),
    PrimaryKeyConstraint("publication_id", "name"),
)


article = Table(
    "article",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("publication_id", ForeignKey("publication.id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("foreign_id", Text, nullable=False),
    Column("public_id", Text, nullable=False, unique=True),  # tag URI, RFC 4151
    Column("slug", Text, nullable=False),
    Column("language", Text),
    Column("canonical", Text),
    Column("authors", Text, nullable=False),  # JSON
    Column("tags", Text, nullable=False),  # JSON
    Column("image", Text),  # JSON
    Column("stated_published", Moment),  # what front matter says
    Column("review_by", Moment),
    Column("path", Text),
    Column("created_at", Moment, nullable=False),
    # What the public sees now; all null while nothing is released.
    Column("public_number", Integer),
    Column("published_at", Moment),
    Column("updated_at", Moment),
    Column("public_change", Text),  # the note of the last change that was more than a typo
    Column("ordinal", Integer),  # the how manyth of its publication to become public: its place in archives
    Column("missing_since", Moment),  # its file is gone
    Column("withdrawn_at", Moment),
    Column("withdrawn_why", Text),  # "gone" (the file), or "owner"
    Column("reviewed_at", Moment),  # the owner looked and said that it still holds
    Column("review_until", Moment),  # as he said then
    UniqueConstraint("publication_id", "source", "foreign_id"),
    UniqueConstraint("publication_id", "slug"),
    Index("ix_article_public", "publication_id", "ordinal"),
    Index("ix_article_missing", "missing_since"),
    Index("ix_article_withdrawn", "publication_id", "withdrawn_at"),
)


revision = Table(
    "revision",
    metadata,
    Column("article_id", ForeignKey("article.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("step", SmallInteger, nullable=False),  # Grade against the revision before
    Column("rule", Text, nullable=False, default=""),  # what decided it: "number: 5 mg → 50 mg", "owner"
    Column("change", Text),
    Column("seen_at", Moment, nullable=False),
    Column("stated_updated", Moment),
    Column("around", Text, nullable=False),  # JSON: tags, authors … as this text came with them
    PrimaryKeyConstraint("article_id", "number"),
)


pair_grade = Table(
    "pair_grade",
    metadata,
    Column("article_id", ForeignKey("article.id"), nullable=False),
    Column("had", Integer, nullable=False),
    Column("now", Integer, nullable=False),
    Column("grade", SmallInteger, nullable=False),
    Column("rule", Text, nullable=False),
    PrimaryKeyConstraint("article_id", "had", "now"),
)


term = Table(
    "term",
    metadata,
    Column("publication_id", ForeignKey("publication.id"), nullable=False),
    Column("kind", Text, nullable=False),  # "tag" or "author"
    Column("slug", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("article_id", ForeignKey("article.id"), nullable=False),
    Column("name", Text, nullable=False),
    PrimaryKeyConstraint("publication_id", "kind", "slug", "ordinal"),
    Index("ix_term_article", "article_id"),
)


moved = Table(
    "moved",
    metadata,
    Column("publication_id", ForeignKey("publication.id"), nullable=False),
    Column("slug", Text, nullable=False),
    Column("article_id", ForeignKey("article.id"), nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("publication_id", "slug"),
    Index("ix_moved_article", "article_id"),
)


release = Table(
    "release",
    metadata,
    Column("article_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("publication_id", ForeignKey("publication.id"), nullable=False),
    Column("wanted_at", Moment),  # a set time; null: at once, or the next slot
    Column("held", Boolean, nullable=False),
    Column("stop", Text),  # "collect": until this collect is through; "changes": so many at once, owner asked
    Column("committed_at", Moment, nullable=False),
    Column("slot", Moment),  # the slot of the release schedule that it took
    Column("released_at", Moment),  # null: waiting
    Column("eligible_at", Moment),  # null: waiting, archived, or let out quietly (never in an edition)
    Column("archived", Boolean, nullable=False, default=False),  # was there before anybody was to be told
    PrimaryKeyConstraint("article_id", "number"),
    ForeignKeyConstraint(["article_id", "number"], ["revision.article_id", "revision.number"]),
    Index("ix_release_eligible", "publication_id", "eligible_at"),
    Index("ix_release_waiting", "released_at", "publication_id"),
    Index("ix_release_moment", "publication_id", "released_at"),
    Index(
        "ix_release_changes",
        "publication_id",
        "released_at",
        sqlite_where=text("number > 1"),
        postgresql_where=text("number > 1"),
    ),
)


meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)


alert = Table(
    "alert",
    metadata,
    Column("key", Text, primary_key=True),
    Column("sentence", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),  # null: it lasts
    Column("mailed_at", Moment),
)
