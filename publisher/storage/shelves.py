"""Named queries for what the public reads: shelves of guides, archives, tags and authors.

Each reads by an index and costs what it gives back, however many guides there are; `terms` alone counts all.
Nothing here knows of a guide that is not released, and `last_ordinal` alone counts those withdrawn since.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    select,
    union_all,
)

from publisher.storage.reading import STORED, stored_article
from publisher.storage.rows import StoredArticle, chunks
from publisher.storage.tables import article, publication, release, revision, term

PUBLIC = and_(article.c.public_number.is_not(None), article.c.withdrawn_at.is_(None))


@dataclass(frozen=True, slots=True)
class PublicGuide:
    """A guide as the public sees it, its place among those of its publication, and when its text came."""

    article: StoredArticle
    ordinal: int
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicTerm:
    """A tag or an author of public guides. `kind` is "tag" or "author"."""

    kind: str
    slug: str
    name: str
    count: int


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
        .where(article.c.publication_id == number_of(slug), article.c.slug == article_slug, PUBLIC)
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
        .where(article.c.publication_id == number_of(slug), PUBLIC)
        .order_by(article.c.ordinal.desc())
        .limit(limit)
        .subquery()
    )


def highest_ordinal(db: Connection, slug: str) -> int:
    """The ordinal of the newest public guide; 0 when there is none."""
    query = select(article.c.ordinal).where(article.c.publication_id == number_of(slug), PUBLIC)
    return int(db.execute(query.order_by(article.c.ordinal.desc()).limit(1)).scalar() or 0)


def last_ordinal(db: Connection, slug: str) -> int:
    """The last ordinal that was given, be its guide withdrawn since; 0 when nothing ever was public."""
    query = select(func.max(article.c.ordinal)).where(article.c.publication_id == number_of(slug))
    return int(db.execute(query).scalar() or 0)


# ------------------------------------------------------------------------------------------------- terms


def terms(db: Connection, slug: str) -> list[PublicTerm]:
    """The tags and authors of a publication's public guides, by kind and name, as the newest names them."""
    kept = and_(article.c.id == term.c.article_id, PUBLIC)
    counted = (
        select(term.c.kind, term.c.slug, func.max(term.c.ordinal).label("newest"), func.count().label("size"))
        .join(article, kept)
        .where(term.c.publication_id == number_of(slug))
        .group_by(term.c.kind, term.c.slug)
        .subquery()
    )
    named = and_(
        term.c.publication_id == number_of(slug),
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
        .join(article, and_(article.c.id == term.c.article_id, PUBLIC))
        .where(term.c.publication_id == number_of(slug), term.c.kind == kind, term.c.slug == word)
        .order_by(term.c.ordinal.desc())
        .limit(1)
    )
    return db.execute(query).scalar()


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
        .outerjoin(release, released())
        .where(PUBLIC)
    )


def released() -> ColumnElement[bool]:
    """Joins a revision to its release, if it has become public."""
    return and_(
        release.c.article_id == revision.c.article_id,
        release.c.number == revision.c.number,
        release.c.released_at.is_not(None),
    )


def number_of(slug: str) -> Any:
    return select(publication.c.id).where(publication.c.slug == slug).scalar_subquery()


def _guides(db: Connection, query: Select[Any]) -> list[PublicGuide]:
    return [PublicGuide(stored_article(row), row.ordinal, row.released_at) for row in db.execute(query)]
