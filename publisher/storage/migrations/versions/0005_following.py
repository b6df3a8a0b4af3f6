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

_TAKE_OVER = (
    "UPDATE follow SET follower_id = :kept WHERE follower_id = :row AND state = 1 AND publication_id NOT IN"
    " (SELECT publication_id FROM follow WHERE follower_id = :kept)"
)
_SUPPRESS = "INSERT INTO suppression VALUES (:endpoint, :reason, :at, :note) ON CONFLICT DO NOTHING"


def upgrade() -> None:
    op.add_column("publication", sa.Column("followers", sa.Integer(), nullable=False, server_default="0"))
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
    _lower_addresses()
    op.execute(_COUNT)
    _create_ways()


def _lower_addresses() -> None:
    """Ada@ and ada@ are one person: whoever leaves as the one must not be mailed as the other."""
    db = op.get_bind()
    rows = db.execute(sa.text("SELECT id, endpoint FROM follower WHERE channel = 'mail' ORDER BY id")).all()
    taken = {row.endpoint: row.id for row in rows if row.endpoint == row.endpoint.lower()}
    for row in rows:
        lower = row.endpoint.lower()
        if lower == row.endpoint:
            continue
        both = {"row": row.id, "kept": taken.setdefault(lower, row.id)}
        if both["kept"] == row.id:
            values = {"row": row.id, "endpoint": lower}
            db.execute(sa.text("UPDATE follower SET endpoint = :endpoint WHERE id = :row"), values)
            continue
        db.execute(sa.text(_TAKE_OVER), both)
        db.execute(sa.text("UPDATE follow SET state = 2 WHERE follower_id = :row"), {"row": row.id})
    for row in db.execute(sa.text("SELECT endpoint, reason, at, note FROM suppression")).all():
        if row.endpoint != row.endpoint.lower():
            values = {"reason": row.reason, "at": row.at, "note": row.note}
            db.execute(sa.text(_SUPPRESS), {**values, "endpoint": row.endpoint.lower()})
            db.execute(sa.text("DELETE FROM suppression WHERE endpoint = :old"), {"old": row.endpoint})


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
