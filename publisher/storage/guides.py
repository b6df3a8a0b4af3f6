"""Named queries about guides: which there are, what they are called, where their files are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from publisher.errors import GuideError
from publisher.model import Found, Standing
from publisher.storage.around import metadata
from publisher.storage.rows import ArticleFacts, KnownArticle, chunks, load_list
from publisher.storage.tables import article, publication, release, revision

STANDING = tuple(article.c[field.name] for field in fields(Standing))


def standing(row: Row[Any]) -> Standing:
    """What a row with the columns `STANDING` says."""
    return Standing(**{field.name: getattr(row, field.name) for field in fields(Standing)})


def known_articles(db: Connection, pub: int, name: str) -> dict[str, KnownArticle]:
    """foreign id -> guide with its newest revision, for one source."""
    newest = (
        select(revision.c.article_id, func.max(revision.c.number).label("number"))
        .group_by(revision.c.article_id)
        .subquery()
    )
    query = (
        select(article.c.id, article.c.foreign_id, article.c.slug, article.c.public_number, article.c.path)
        .add_columns(article.c.missing_since, revision.c.number, revision.c.hash, release.c.stop)
        .join(newest, newest.c.article_id == article.c.id)
        .join(revision, and_(revision.c.article_id == article.c.id, revision.c.number == newest.c.number))
        .outerjoin(release, and_(release.c.article_id == article.c.id, release.c.number == revision.c.number))
        .where(article.c.publication_id == pub, article.c.source == name)
    )
    return {
        row.foreign_id: KnownArticle(
            id=row.id,
            foreign_id=row.foreign_id,
            slug=row.slug,
            number=row.number,
            hash=row.hash,
            public_number=row.public_number,
            path=row.path,
            missing=row.missing_since is not None,
            stop=row.stop,
        )
        for row in db.execute(query)
    }


def reread(db: Connection, known: KnownArticle) -> KnownArticle:
    """What the owner may have decided since the guide was read: a collect takes a while."""
    query = (
        select(article.c.public_number, release.c.stop)
        .outerjoin(release, and_(release.c.article_id == article.c.id, release.c.number == known.number))
        .where(article.c.id == known.id)
    )
    row = db.execute(query).one()
    return replace(known, public_number=row.public_number, stop=row.stop)


def guide_numbers(db: Connection, pub: int) -> list[int]:
    """The numbers of a publication's guides."""
    return list(db.execute(select(article.c.id).where(article.c.publication_id == pub)).scalars())


def slugs(db: Connection, pub: int) -> dict[str, str]:
    """slug -> where the guide that has it comes from."""
    query = select(article.c.slug, article.c.path, article.c.foreign_id).where(
        article.c.publication_id == pub
    )
    return {row.slug: row.path or row.foreign_id for row in db.execute(query)}


def add_articles(
    db: Connection, pub: int, name: str, found: Sequence[tuple[str, Found]], now: datetime
) -> list[int]:
    """Guides that were never seen before, as (public id, what was found); their numbers, in that order."""
    if not found:
        return []
    rows = [
        {
            "publication_id": pub,
            "source": name,
            "foreign_id": each.foreign_id,
            "public_id": public_id,
            "slug": each.slug,
            "path": each.path,
            "created_at": now,
            **metadata(each),
        }
        for public_id, each in found
    ]
    made = insert(article).returning(article.c.id, sort_by_parameter_order=True)
    return [int(number) for number in db.execute(made, rows).scalars()]


def rename_article(db: Connection, article_id: int, foreign_id: str, path: str | None) -> None:
    """The guide's file has another name; the guide is the same, and so is its public id."""
    table = article
    db.execute(update(table).where(table.c.id == article_id).values(foreign_id=foreign_id, path=path))


def mark_missing(db: Connection, article_ids: Sequence[int], now: datetime | None) -> None:
    """The files of these guides are gone since `now`; None: they are there (again)."""
    for some in chunks(list(article_ids), 500):
        db.execute(update(article).where(article.c.id.in_(some)).values(missing_since=now))


def withdraw(db: Connection, article_ids: Sequence[int], why: str, now: datetime) -> None:
    """From now on these guides are in no feed, on no page and in no coming edition. `why`: gone, owner."""
    for some in chunks(list(article_ids), 500):
        known = article.c.id.in_(some)
        fresh = and_(known, article.c.withdrawn_at.is_(None))
        db.execute(update(article).where(fresh).values(withdrawn_at=now, withdrawn_why=why))
        if why == "owner":  # his word outlasts the return of a file
            db.execute(update(article).where(known).values(withdrawn_why=why))


def restore(db: Connection, article_ids: Sequence[int], why: str | None = None) -> list[int]:
    """Bring back those that were withdrawn (for this reason, if one is given); which those were."""
    found: list[int] = []
    for some in chunks(list(article_ids), 500):
        where = and_(article.c.id.in_(some), article.c.withdrawn_at.is_not(None))
        if why is not None:
            where = and_(where, article.c.withdrawn_why == why)
        found += db.execute(select(article.c.id).where(where)).scalars()
        db.execute(update(article).where(where).values(withdrawn_at=None, withdrawn_why=None))
    return found


def detach(db: Connection, article_ids: Sequence[int]) -> None:
    """The owner keeps these guides although their files are gone."""
    where = and_(article.c.id.in_(article_ids), article.c.missing_since.is_not(None))
    db.execute(update(article).where(where).values(missing_since=None, path=None))


def taken_ids(db: Connection, public_ids: Collection[str]) -> set[str]:
    """Which of these public ids a guide has already."""
    found: set[str] = set()
    for some in chunks(sorted(public_ids), 500):
        found |= set(db.execute(select(article.c.public_id).where(article.c.public_id.in_(some))).scalars())
    return found


def review(db: Connection, article_id: int, now: datetime, until: datetime | None) -> None:
    """The owner has looked at it now; it is to be looked at again at `until`."""
    values = {"reviewed_at": now, "review_until": until}
    db.execute(update(article).where(article.c.id == article_id).values(values))


def has_missing(db: Connection, pub: int) -> bool:
    """Whether the file of any guide is gone."""
    where = and_(article.c.missing_since.is_not(None), article.c.publication_id == pub)
    return db.execute(select(article.c.id).where(where).limit(1)).first() is not None


def missing_articles(db: Connection, pub: int) -> list[tuple[int, datetime]]:
    """(guide, since when) of the public ones whose file is gone and that are not withdrawn yet."""
    query = (
        select(article.c.id, article.c.missing_since)
        .where(article.c.missing_since.is_not(None), article.c.withdrawn_at.is_(None))
        .where(article.c.publication_id == pub, article.c.public_number.is_not(None))
        .order_by(article.c.id)
    )
    return [(row.id, row.missing_since) for row in db.execute(query)]


def perhaps_stale(
    db: Connection, pub: int, now: datetime, touched_before: datetime | None
) -> list[tuple[str, str, Standing]]:
    """(slug, title, standing) of public guides with a review date in the past, or not touched for long."""
    old = or_(article.c.review_by <= now, article.c.review_until <= now)
    if touched_before is not None:
        old = or_(old, article.c.updated_at <= touched_before)
    query = (
        select(article.c.slug, revision.c.title, *STANDING)
        .join(
            revision,
            and_(revision.c.article_id == article.c.id, revision.c.number == article.c.public_number),
        )
        .where(article.c.publication_id == pub, article.c.withdrawn_at.is_(None), old)
    )
    return [(row.slug, row.title, standing(row)) for row in db.execute(query)]


def public_count(db: Connection, pub: int) -> int:
    """How many guides of a publication are public."""
    where = and_(article.c.publication_id == pub, article.c.public_number.is_not(None))
    query = select(func.count()).select_from(article).where(where, article.c.withdrawn_at.is_(None))
    return int(db.execute(query).scalar_one())


def find_article(db: Connection, slug: str, article_slug: str) -> int:
    """A guide, public or not, by its publication's slug and its own. Raises GuideError."""
    query = (
        select(article.c.id)
        .join(publication, publication.c.id == article.c.publication_id)
        .where(publication.c.slug == slug, article.c.slug == article_slug)
    )
    if (found := db.execute(query).scalar()) is None:
        what = f"there is no guide {article_slug!r} in {slug!r}"
        raise GuideError(what, advice=f"`publisher articles {slug}` lists them.")
    return int(found)


def article_facts(db: Connection, article_ids: Collection[int]) -> dict[int, ArticleFacts]:
    """guide -> what the planner and the owner's lists must know beside its revisions."""
    found: dict[int, ArticleFacts] = {}
    columns = article.c.id, article.c.tags, article.c.withdrawn_why, *STANDING
    for some in chunks(sorted(article_ids), 500):
        for row in db.execute(select(*columns).where(article.c.id.in_(some))):
            found[row.id] = ArticleFacts(load_list(row.tags), standing(row), row.withdrawn_why)
    return found
