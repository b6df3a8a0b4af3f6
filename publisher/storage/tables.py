"""Every table. Moments are integers: microseconds since 1970 in UTC. Ledger rows are slim integers.

publication ─┬─ file          what the file system said of each file when it was last read
             ├─ source        when a source was first and last collected
             ├─ moved         addresses that guides had before
             ├─ article ─┬─── revision ─── release (one row per revision: waiting, or public since)
             │           ├─── pair_grade   how much two texts differ that do not follow each other
             │           └─── term         tags and authors of public guides, for feeds of their own
             └─ follow ────── follower ─┬─ follow_event (append-only)      suppression (by address)
                                        ├─ follower_tag
                                        └─ notice        confirm, welcome … and what was asked

throttle      how much of what strangers may ask for is left        import_run   lists being taken in

alert         what the owner must know, since when, and whether he was told

cell (digest, cell) ── owed      what a window could not tell and a later one looks at again
cell (digest, cell) ── edition ─┬─ variant ── variant_item     what a group of followers gets
                                ├─ batch                       the unit that is claimed
                                ├─ delivery ── attempt         UNIQUE (edition, follower); what went wrong
                                └─ amendment                   changes after freezing, with a reason
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as integer microseconds since the epoch."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + value * _MICROSECOND


# SQLite only counts INTEGER PRIMARY KEY up by itself; PostgreSQL wants room for more than 2^31.
BigKey = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

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
    PrimaryKeyConstraint("publication_id", "follower_id"),
    Index("ix_follow_audience", "publication_id", "cadence", "state", "follower_id"),
    Index("ix_follow_follower", "follower_id"),
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

suppression = Table(
    "suppression",
    metadata,
    Column("endpoint", Text, primary_key=True),
    Column("reason", Text, nullable=False),  # bounce, complaint, owner, erased
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False),
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

alert = Table(
    "alert",
    metadata,
    Column("key", Text, primary_key=True),
    Column("sentence", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),  # null: it lasts
    Column("mailed_at", Moment),
)

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
