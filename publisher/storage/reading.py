"""Named queries that only read: the texts of revisions, and what the owner lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from publisher.model import Grade
from publisher.storage.guides import STANDING, standing
from publisher.storage.rows import (
    ListedArticle,
    RevisionFacts,
    StoredArticle,
    chunks,
    load_authors,
    load_image,
    load_list,
)
from publisher.storage.tables import article, publication, release, revision

STORED = (
    article.c.id,
    publication.c.slug.label("publication"),
    article.c.public_id,
    article.c.slug,
    revision.c.number,
    revision.c.title,
    revision.c.summary,
    revision.c.html,
    revision.c.minutes,
    article.c.authors,
    article.c.tags,
    article.c.image,
    article.c.language,
    article.c.canonical,
    article.c.published_at,
    article.c.updated_at,
    article.c.public_change,
)


def stored_article(row: Row[Any]) -> StoredArticle:
    """A guide from a row of the columns in `STORED`."""
    return StoredArticle(
        id=row.id,
        publication=row.publication,
        public_id=row.public_id,
        slug=row.slug,
        number=row.number,
        title=row.title,
        summary=row.summary,
        html=row.html,
        minutes=row.minutes,
        authors=load_authors(row.authors),
        tags=load_list(row.tags),
        image=load_image(row.image),
        language=row.language,
        canonical=row.canonical,
        published_at=row.published_at,
        updated_at=row.updated_at,
        change=row.public_change,
    )


def revision_facts(db: Connection, article_ids: Sequence[int] | None = None) -> list[RevisionFacts]:
    """Every revision of these guides (None: of all), without their texts, by guide and number."""
    query = (
        select(revision.c.article_id, revision.c.number, revision.c.hash, revision.c.step, revision.c.change)
        .add_columns(revision.c.title, revision.c.seen_at, release.c.released_at, release.c.eligible_at)
        .add_columns(release.c.wanted_at, release.c.held, release.c.stop, revision.c.rule)
        .outerjoin(
            release,
            and_(release.c.article_id == revision.c.article_id, release.c.number == revision.c.number),
        )
        .order_by(revision.c.article_id, revision.c.number)
    )
    if article_ids is None:
        return [_facts(row) for row in db.execute(query)]
    found: list[RevisionFacts] = []
    for some in chunks(list(article_ids), 500):
        found += [_facts(row) for row in db.execute(query.where(revision.c.article_id.in_(some)))]
    return found


def listed_articles(db: Connection, slug: str) -> list[ListedArticle]:
    """Every guide of a publication, public or not, by address."""
    newest = (
        select(revision.c.article_id, func.max(revision.c.number).label("number"))
        .group_by(revision.c.article_id)
        .subquery()
    )
    query = (
        select(article.c.id, article.c.slug, article.c.foreign_id, article.c.public_id, article.c.path)
        .add_columns(article.c.source, article.c.public_number, article.c.tags, revision.c.title, *STANDING)
        .join(publication, publication.c.id == article.c.publication_id)
        .join(newest, newest.c.article_id == article.c.id)
        .join(revision, and_(revision.c.article_id == article.c.id, revision.c.number == newest.c.number))
        .where(publication.c.slug == slug)
        .order_by(article.c.slug)
    )
    return [
        ListedArticle(
            id=row.id,
            publication=slug,
            source=row.source,
            foreign_id=row.foreign_id,
            public_id=row.public_id,
            slug=row.slug,
            title=row.title,
            path=row.path,
            tags=load_list(row.tags),
            public_number=row.public_number,
            published_at=row.published_at,
            updated_at=row.updated_at,
            standing=standing(row),
        )
        for row in db.execute(query)
    ]


def titles(db: Connection, article_ids: Sequence[int]) -> dict[int, str]:
    """guide -> its newest title."""
    return {fact.article: fact.title for fact in revision_facts(db, article_ids)}


def _facts(row: Row[Any]) -> RevisionFacts:
    return RevisionFacts(
        article=row.article_id,
        number=row.number,
        hash=row.hash,
        step=Grade(row.step),
        change=row.change,
        title=row.title,
        seen_at=row.seen_at,
        released_at=row.released_at,
        eligible_at=row.eligible_at,
        wanted_at=row.wanted_at,
        held=bool(row.held),
        rule=row.rule,
        stop=row.stop,
    )
