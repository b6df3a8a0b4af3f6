"""Tell SQLite what the ledger looks like when it is large.

Without statistics it looks for a batch by reading its whole edition, which makes sending quadratic. They are
set rather than measured: at the moment of measuring the ledger is empty.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("ANALYZE delivery")  # makes the table of statistics
    op.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'delivery'")
    op.execute(
        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES"
        " ('delivery', 'delivery', '1000000 100000 1'),"
        " ('delivery', 'ix_delivery_batch', '1000000 100000 500')"
    )
