"""The life of a guide: withdrawn, moved, reviewed; grades of pairs; its place in archives, tags and authors.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ARTICLE = (
    ("ordinal", sa.Integer()),
    ("missing_since", sa.BigInteger()),
    ("withdrawn_at", sa.BigInteger()),
    ("withdrawn_why", sa.Text()),
    ("reviewed_at", sa.BigInteger()),
    ("review_until", sa.BigInteger()),
)

_TERM = "INSERT INTO term VALUES (:pub, :kind, :slug, :ordinal, :id, :name) ON CONFLICT DO NOTHING"


def upgrade() -> None:
    op.add_column("publication", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("revision", sa.Column("rule", sa.Text(), nullable=False, server_default=""))
    op.add_column("release", sa.Column("stop", sa.Text()))
    op.add_column("release", sa.Column("archived", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE release SET archived = (1 = 1) WHERE released_at IS NOT NULL AND eligible_at IS NULL")
    for name, kind in _ARTICLE:
        op.add_column("article", sa.Column(name, kind))
    op.drop_index("ix_article_public", "article")
    op.create_index("ix_article_public", "article", ["publication_id", "ordinal"])
    op.create_index("ix_article_missing", "article", ["missing_since"])
    op.create_index("ix_article_withdrawn", "article", ["publication_id", "withdrawn_at"])
    op.create_index("ix_release_moment", "release", ["publication_id", "released_at"])
    changes = sa.text("number > 1")
    op.create_index(
        "ix_release_changes",
        "release",
        ["publication_id", "released_at"],
        sqlite_where=changes,
        postgresql_where=changes,
    )
    _create_pairs()
    _create_terms()
    _create_debts()
    _fill()


def _create_pairs() -> None:
    op.create_table(
        "pair_grade",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("had", sa.Integer(), nullable=False),
        sa.Column("now", sa.Integer(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "had", "now", name=op.f("pk_pair_grade")),
        _foreign("pair_grade", "article_id", "article"),
    )


def _create_terms() -> None:
    op.create_table(
        "term",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("publication_id", "kind", "slug", "ordinal", name=op.f("pk_term")),
        _foreign("term", "article_id", "article"),
        _foreign("term", "publication_id", "publication"),
    )
    op.create_index("ix_term_article", "term", ["article_id"])


def _create_debts() -> None:
    op.create_table(
        "owed",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "cell", "article_id", name=op.f("pk_owed")),
        _foreign("owed", "article_id", "article"),
    )
    op.create_index("ix_owed_article", "owed", ["article_id"])
    op.create_table(
        "moved",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("publication_id", "slug", name=op.f("pk_moved")),
        _foreign("moved", "article_id", "article"),
        _foreign("moved", "publication_id", "publication"),
    )
    op.create_index("ix_moved_article", "moved", ["article_id"])


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _fill() -> None:
    """What is public already gets its place, in the order in which it was published."""
    db = op.get_bind()
    rows = db.execute(
        sa.text(
            "SELECT id, publication_id, tags, authors FROM article WHERE public_number IS NOT NULL"
            " ORDER BY publication_id, published_at, id"
        )
    ).all()
    place: dict[int, int] = {}
    for row in rows:
        place[row.publication_id] = ordinal = place.get(row.publication_id, 0) + 1
        db.execute(
            sa.text("UPDATE article SET ordinal = :ordinal WHERE id = :id"),
            {"ordinal": ordinal, "id": row.id},
        )
        names = [("tag", tag) for tag in json.loads(row.tags)]
        names += [("author", author["name"]) for author in json.loads(row.authors)]
        for kind, name in names:
            slug = re.sub(r"[^\w]+", "-", name.lower()).strip("-")
            values = {"pub": row.publication_id, "kind": kind, "slug": slug, "ordinal": ordinal}
            db.execute(sa.text(_TERM), {**values, "id": row.id, "name": name})
