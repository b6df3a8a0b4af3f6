"""Following: names and tags of followers, pauses, notices with what was asked, limits, imports under way.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COUNT = (
    "UPDATE publication SET followers ="
    " (SELECT count(*) FROM follow WHERE publication_id = publication.id AND state = 1)"
)


def upgrade() -> None:
    op.add_column("publication", sa.Column("followers", sa.Integer(), nullable=False, server_default="0"))
    op.execute(_COUNT)
    op.add_column("follower", sa.Column("name", sa.Text()))
    op.add_column("follow", sa.Column("paused_until", sa.BigInteger()))
    op.add_column("follow", sa.Column("owed_from", sa.BigInteger()))
    special = sa.text("owed_from IS NOT NULL OR paused_until IS NOT NULL")
    op.create_index(
        "ix_follow_special",
        "follow",
        ["publication_id", "cadence"],
        sqlite_where=special,
        postgresql_where=special,
    )
    op.create_table(
        "follower_tag",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["follower.id"], name="fk_follower_tag_follower_id_follower"
        ),
        sa.PrimaryKeyConstraint("tag", "follower_id", name="pk_follower_tag"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_follower_tag_follower", "follower_tag", ["follower_id"])
    _create_notices()
    _create_limits()
    _create_ways()


def _create_notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["follower_id"], ["follower.id"], name="fk_notice_follower_id_follower"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_follower", "notice", ["follower_id", "id"])
    op.create_index("ix_notice_expiry", "notice", ["expires_at"])


def _create_limits() -> None:
    op.create_table(
        "throttle",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("full_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_throttle"),
    )
    op.create_index("ix_throttle_moment", "throttle", ["full_at"])
    op.create_table(
        "import_run",
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("done_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_import_run"),
    )
    op.create_index("ix_import_run_fingerprint", "import_run", ["fingerprint"])


def _create_ways() -> None:
    """Ways to find people among a million."""
    op.create_index("ix_attempt_follower", "attempt", ["follower_id"])
    op.create_index("ix_follow_since", "follow", ["since", "follower_id", "publication_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_follower_beginning", "follower", [sa.text('endpoint COLLATE "C"')])
    else:
        op.create_index("ix_follower_beginning", "follower", ["endpoint"], sqlite_where=sa.text("0"))
