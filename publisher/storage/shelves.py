"""Named queries for what the public reads: shelves of guides, archives, terms, and what became of addresses.

Each reads by an index and costs what it gives back, however many guides there are; `terms` alone counts them
all. Nothing here knows of a guide that is not released, and `last_ordinal` and `withdrawn_guides` alone count
those that were withdrawn.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, select, union_all

from publisher.storage.reading import STORED, stored_article
from publisher.storage.rows import StoredArticle, chunks
from publisher.storage.tables import article, moved, publication, release, revision, term

_PUBLIC = and_(article.c.public_number.is_not(None), article.c.withdrawn_at.is_(None))


@dataclass(frozen=True, slots=True)
class PublicGuide:
    """A guide as the public sees it, its place among those of its publication, and when its text came."""

    article: StoredArticle
    ordinal: int
    released_at: datetime | None


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
class PublicTerm:
    """A tag or an author of public guides. `kind` is "tag" or "author"."""

    kind: str
    slug: str
    name: str
    count: int


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


# ------------------------------------------------------------------------------------------------ guides


def public_guides(
    db: Connection,
    slug: str,
    *,
    limit: int | None = None,
    before: int | None = None,
    texts: bool = True,
) -> list[PublicGuide]:
    """The public guides of a publication, newest first: those with ordinals below `before`, `limit` at most.

    Without `texts` their html is "" and is not read.
    """
    query = _public(texts).where(publication.c.slug == slug)
    if before is not None:
        query = query.where(article.c.ordinal < before)
    return _guides(db, query.order_by(article.c.ordinal.desc()).limit(limit))


def guides_between(
    db: Connection, slug: str, first: int, last: int, *, texts: bool = True
) -> list[PublicGuide]:
    """The public guides with ordinals from `first` to `last`, newest first."""
    query = _public(texts).where(publication.c.slug == slug, article.c.ordinal.between(first, last))
    return _guides(db, query.order_by(article.c.ordinal.desc()))


def guides_of_term(
    db: Connection, slug: str, kind: str, word: str, *, limit: int | None = None, texts: bool = True
) -> list[PublicGuide]:
    """The public guides of a tag or an author, newest first."""
    query = (
        _public(texts)
        .join(term, and_(term.c.article_id == article.c.id, term.c.publication_id == publication.c.id))
        .where(publication.c.slug == slug, term.c.kind == kind, term.c.slug == word)
        .order_by(term.c.ordinal.desc())
        .limit(limit)
    )
    return _guides(db, query)


def public_guide(db: Connection, slug: str, article_slug: str) -> PublicGuide | None:
    """One public guide by its present address."""
    query = _public().where(publication.c.slug == slug, article.c.slug == article_slug)
    return next(iter(_guides(db, query)), None)


def neighbours(db: Connection, slug: str, article_slug: str) -> tuple[PublicGuide | None, PublicGuide | None]:
    """The public guides that became public just after and just before one, without their html."""
    ordinal = (
        select(article.c.ordinal)
        .where(article.c.publication_id == _number_of(slug), article.c.slug == article_slug, _PUBLIC)
        .scalar_subquery()
    )
    query = _public(texts=False).where(publication.c.slug == slug)
    newer = query.where(article.c.ordinal > ordinal).order_by(article.c.ordinal).limit(1)
    older = query.where(article.c.ordinal < ordinal).order_by(article.c.ordinal.desc()).limit(1)
    return next(iter(_guides(db, newer)), None), next(iter(_guides(db, older)), None)


def guides_by_id(db: Connection, ids: Collection[int], *, texts: bool = True) -> dict[int, PublicGuide]:
    """guide -> the public ones among these."""
    found: dict[int, PublicGuide] = {}
    for some in chunks(sorted(ids), 500):
        for each in _guides(db, _public(texts).where(article.c.id.in_(some))):
            found[each.article.id] = each
    return found


def newest_guides(db: Connection, slugs: Sequence[str], limit: int) -> list[PublicGuide]:
    """The newest public guides of all these publications together, the latest published first.

    Of each publication the `limit` last to become public are looked at.
    """
    looked_at = [_newest_of(slug, limit) for slug in slugs]
    if not looked_at:
        return []
    together = union_all(*(select(each) for each in looked_at)).subquery()
    order = together.c.published_at.desc(), together.c.ordinal.desc(), together.c.id.desc()
    ids = list(db.execute(select(together.c.id).order_by(*order).limit(limit)).scalars())
    found = guides_by_id(db, ids)
    return [found[each] for each in ids]


def _newest_of(slug: str, limit: int) -> Any:
    return (
        select(article.c.id, article.c.published_at, article.c.ordinal)
        .where(article.c.publication_id == _number_of(slug), _PUBLIC)
        .order_by(article.c.ordinal.desc())
        .limit(limit)
        .subquery()
    )


def highest_ordinal(db: Connection, slug: str) -> int:
    """The ordinal of the newest public guide; 0 when there is none."""
    query = select(article.c.ordinal).where(article.c.publication_id == _number_of(slug), _PUBLIC)
    return int(db.execute(query.order_by(article.c.ordinal.desc()).limit(1)).scalar() or 0)


def last_ordinal(db: Connection, slug: str) -> int:
    """The last ordinal that was given, be its guide withdrawn since; 0 when nothing ever was public."""
    query = select(func.max(article.c.ordinal)).where(article.c.publication_id == _number_of(slug))
    return int(db.execute(query).scalar() or 0)


# ------------------------------------------------------------------------------------------------- terms


def terms(db: Connection, slug: str) -> list[PublicTerm]:
    """The tags and authors of a publication's public guides, by kind and name, as the newest names them."""
    kept = and_(article.c.id == term.c.article_id, _PUBLIC)
    counted = (
        select(term.c.kind, term.c.slug, func.max(term.c.ordinal).label("newest"), func.count().label("size"))
        .join(article, kept)
        .where(term.c.publication_id == _number_of(slug))
        .group_by(term.c.kind, term.c.slug)
        .subquery()
    )
    named = and_(
        term.c.publication_id == _number_of(slug),
        term.c.kind == counted.c.kind,
        term.c.slug == counted.c.slug,
        term.c.ordinal == counted.c.newest,
    )
    query = (
        select(term.c.kind, term.c.slug, term.c.name, counted.c.size).select_from(term).join(counted, named)
    )
    found = [PublicTerm(row.kind, row.slug, row.name, row.size) for row in db.execute(query)]
    return sorted(found, key=lambda each: (each.kind, each.name.casefold(), each.slug))


def term_name(db: Connection, slug: str, kind: str, word: str) -> str | None:
    """What the newest public guide of a tag or an author calls it; None when there is none."""
    query = (
        select(term.c.name)
        .join(article, and_(article.c.id == term.c.article_id, _PUBLIC))
        .where(term.c.publication_id == _number_of(slug), term.c.kind == kind, term.c.slug == word)
        .order_by(term.c.ordinal.desc())
        .limit(1)
    )
    return db.execute(query).scalar()


# ----------------------------------------------------------------------------- withdrawn guides, addresses


def withdrawn_guides(
    db: Connection, slug: str, since: datetime | None = None, *, limit: int | None = None
) -> list[WithdrawnGuide]:
    """The guides that were public and were withdrawn at `since` or later (None: ever), the latest first."""
    query = (
        select(article.c.id, article.c.public_id, article.c.slug, article.c.withdrawn_at, article.c.ordinal)
        .where(article.c.publication_id == _number_of(slug), article.c.public_number.is_not(None))
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
        .where(article.c.publication_id == _number_of(slug), article.c.ordinal.between(first, last))
        .where(article.c.public_number.is_not(None), article.c.withdrawn_at.is_not(None))
        .order_by(article.c.withdrawn_at.desc(), article.c.ordinal.desc())
    )
    return [WithdrawnGuide(*row) for row in db.execute(query)]


def withdrawn_of_term(db: Connection, slug: str, kind: str, word: str, ids: Collection[int]) -> set[int]:
    """Which of these guides stood in the feed of a tag or an author."""
    where = and_(term.c.publication_id == _number_of(slug), term.c.kind == kind, term.c.slug == word)
    found: set[int] = set()
    for some in chunks(sorted(ids), 500):
        found |= set(
            db.execute(select(term.c.article_id).where(where, term.c.article_id.in_(some))).scalars()
        )
    return found


def address(db: Connection, slug: str, article_slug: str) -> Address | None:
    """The guide that has this address, or had it last; None when no public guide ever had it."""
    pub = _number_of(slug)
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
    """Every address that a guide of this publication had before -> what became of it."""
    query = (
        select(moved.c.slug.label("old"), article.c.slug, article.c.withdrawn_at)
        .join(article, article.c.id == moved.c.article_id)
        .where(moved.c.publication_id == _number_of(slug), article.c.public_number.is_not(None))
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
    return select(revision.c.article_id, *columns, release.c.released_at).join(release, _released())


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
        .join(article, and_(article.c.id == release.c.article_id, _PUBLIC))
        .where(release.c.publication_id == _number_of(slug), release.c.number > 1)
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


# ------------------------------------------------------------------------------------------------- parts


def _public(texts: bool = True) -> Select[Any]:
    columns = (
        STORED if texts else [c if c is not revision.c.html else literal("").label("html") for c in STORED]
    )
    return (
        select(*columns, article.c.ordinal, release.c.released_at)
        .select_from(article)
        .join(publication, publication.c.id == article.c.publication_id)
        .join(
            revision,
            and_(revision.c.article_id == article.c.id, revision.c.number == article.c.public_number),
        )
        .outerjoin(release, _released())
        .where(_PUBLIC)
    )


def _released() -> ColumnElement[bool]:
    """Joins a revision to its release, if it has become public."""
    return and_(
        release.c.article_id == revision.c.article_id,
        release.c.number == revision.c.number,
        release.c.released_at.is_not(None),
    )


def _number_of(slug: str) -> Any:
    return select(publication.c.id).where(publication.c.slug == slug).scalar_subquery()


def _guides(db: Connection, query: Select[Any]) -> list[PublicGuide]:
    return [PublicGuide(stored_article(row), row.ordinal, row.released_at) for row in db.execute(query)]
