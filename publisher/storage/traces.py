"""Named queries for what became of guides: withdrawn, moved elsewhere, changed since they were public.

Each reads by an index and costs what it gives back. Texts are only those that are or were public.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal_column, select

from publisher.storage.rows import chunks
from publisher.storage.shelves import PUBLIC, number_of, released
from publisher.storage.tables import article, moved, publication, release, revision, term


@dataclass(frozen=True, slots=True)
class WithdrawnGuide:
    """A guide that was public, and since when it is no more."""

    id: int
    public_id: str
    slug: str
    at: datetime
    ordinal: int


@dataclass(frozen=True, slots=True)
class Address:
    """What became of an address that a guide has or had. `slug` is the guide's present one."""

    slug: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class PublicText:
    """A text that is or was public."""

    number: int
    title: str
    html: str
    change: str | None
    released_at: datetime


@dataclass(frozen=True, slots=True)
class ChangedGuide:
    """A revision that took the place of an earlier public one. `before` is that one's number."""

    article: int
    number: int
    before: int
    released_at: datetime


# ----------------------------------------------------------------------------- withdrawn guides, addresses


def withdrawn_guides(
    db: Connection, slug: str, since: datetime | None = None, *, limit: int | None = None
) -> list[WithdrawnGuide]:
    """The guides that were public and were withdrawn at `since` or later (None: ever), the latest first."""
    query = (
        select(article.c.id, article.c.public_id, article.c.slug, article.c.withdrawn_at, article.c.ordinal)
        .where(article.c.publication_id == number_of(slug), article.c.public_number.is_not(None))
        .where(article.c.withdrawn_at.is_not(None))
        .order_by(article.c.withdrawn_at.desc(), article.c.ordinal.desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(article.c.withdrawn_at >= since)
    return [WithdrawnGuide(*row) for row in db.execute(query)]


def withdrawn_between(db: Connection, slug: str, first: int, last: int) -> list[WithdrawnGuide]:
    """The guides with ordinals from `first` to `last` that were withdrawn, the latest first."""
    query = (
        select(article.c.id, article.c.public_id, article.c.slug, article.c.withdrawn_at, article.c.ordinal)
        .where(article.c.publication_id == number_of(slug), article.c.ordinal.between(first, last))
        .where(article.c.public_number.is_not(None), article.c.withdrawn_at.is_not(None))
        .order_by(article.c.withdrawn_at.desc(), article.c.ordinal.desc())
    )
    return [WithdrawnGuide(*row) for row in db.execute(query)]


def withdrawn_of_term(db: Connection, slug: str, kind: str, word: str, ids: Collection[int]) -> set[int]:
    """Which of these guides stood in the feed of a tag or an author."""
    where = and_(term.c.publication_id == number_of(slug), term.c.kind == kind, term.c.slug == word)
    found: set[int] = set()
    for some in chunks(sorted(ids), 500):
        found |= set(
            db.execute(select(term.c.article_id).where(where, term.c.article_id.in_(some))).scalars()
        )
    return found


def address(db: Connection, slug: str, article_slug: str) -> Address | None:
    """The guide that has this address, or had it last; None when no public guide ever had it."""
    pub = number_of(slug)
    found = article.c.slug, article.c.withdrawn_at
    was_public = article.c.public_number.is_not(None)
    has = select(*found).where(article.c.publication_id == pub, article.c.slug == article_slug, was_public)
    had = (
        select(*found)
        .join(moved, moved.c.article_id == article.c.id)
        .where(moved.c.publication_id == pub, moved.c.slug == article_slug, was_public)
    )
    row = db.execute(has).first() or db.execute(had).first()
    return None if row is None else Address(row.slug, row.withdrawn_at is not None)


def old_addresses(db: Connection, slug: str) -> dict[str, Address]:
    """Every address that a guide had before, and no other public one has now -> what became of it."""
    now = article.alias()
    taken = (
        select(now.c.id)
        .where(now.c.publication_id == moved.c.publication_id, now.c.slug == moved.c.slug)
        .where(now.c.public_number.is_not(None))
        .exists()
    )
    query = (
        select(moved.c.slug.label("old"), article.c.slug, article.c.withdrawn_at)
        .select_from(moved)
        .join(article, article.c.id == moved.c.article_id)
        .where(moved.c.publication_id == number_of(slug), article.c.public_number.is_not(None), ~taken)
        .order_by(moved.c.slug)
    )
    return {row.old: Address(row.slug, row.withdrawn_at is not None) for row in db.execute(query)}


# -------------------------------------------------------------------------------------- versions, changes


def versions(db: Connection) -> dict[str, int]:
    """publication -> how often what the public sees of it has changed."""
    return {row.slug: row.version for row in db.execute(select(publication.c.slug, publication.c.version))}


def public_texts(db: Connection, article_id: int) -> list[PublicText]:
    """The texts of a guide that are or were public, by number."""
    query = _texts().where(revision.c.article_id == article_id).order_by(revision.c.number)
    return [PublicText(*row[1:]) for row in db.execute(query)]


def some_public_texts(
    db: Connection, wanted: Collection[tuple[int, int]]
) -> dict[tuple[int, int], PublicText]:
    """(guide, number) -> the text, of those that are or were public."""
    found: dict[tuple[int, int], PublicText] = {}
    for some in chunks(sorted(wanted), 200):
        # Not pairs IN pairs: SQLite reads the whole table for that.
        guides = revision.c.article_id.in_({guide for guide, _ in some})
        numbers = revision.c.number.in_({number for _, number in some})
        for row in db.execute(_texts().where(guides, numbers)):
            found[row.article_id, row.number] = PublicText(*row[1:])
    return {each: found[each] for each in wanted if each in found}


def _texts() -> Select[Any]:
    columns = revision.c.number, revision.c.title, revision.c.html, revision.c.change
    return select(revision.c.article_id, *columns, release.c.released_at).join(release, released())


def newest_changes(
    db: Connection, slug: str, limit: int, after: ChangedGuide | None = None
) -> list[ChangedGuide]:
    """The last `limit` changes of public guides, of any grade, latest first; those that come `after` one."""
    earlier = release.alias()
    before = (
        select(func.max(earlier.c.number))
        .where(earlier.c.article_id == release.c.article_id, earlier.c.number < release.c.number)
        .where(earlier.c.released_at.is_not(None))
        .scalar_subquery()
    )
    query = (
        select(release.c.article_id, release.c.number, before.label("before"), release.c.released_at)
        .join(article, and_(article.c.id == release.c.article_id, PUBLIC))
        .where(release.c.publication_id == number_of(slug), release.c.number > literal_column("1"))
        .where(release.c.released_at.is_not(None), before.is_not(None))
        .order_by(release.c.released_at.desc(), release.c.article_id.desc(), release.c.number.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(_past(after))
    return [ChangedGuide(*row) for row in db.execute(query)]


def _past(after: ChangedGuide) -> ColumnElement[bool]:
    """What comes after a row in the order of `newest_changes`."""
    at, guide = release.c.released_at, release.c.article_id
    same_guide = and_(guide == after.article, release.c.number < after.number)
    return (at < after.released_at) | and_(at == after.released_at, (guide < after.article) | same_guide)
