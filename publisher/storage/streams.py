"""Named queries for what one follower follows, as one stream: guides, their changes, and his last mails.

Each reads by an index and costs what it looks at. Nothing here knows of a guide that is not released.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from publisher.model import DeliveryState
from publisher.storage.rows import load_list
from publisher.storage.shelves import PUBLIC, number_of
from publisher.storage.tables import article, delivery, edition, follow_event, release, term

_ARRIVED = (DeliveryState.SENT, DeliveryState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class GuideLine:
    """A public guide, without its text: when it became public first, and when mails could tell of that.

    `eligible_at` is None for what no mail tells of.
    """

    article: int
    ordinal: int
    tags: tuple[str, ...]
    published_at: datetime
    released_at: datetime
    eligible_at: datetime | None


def guide_lines(
    db: Connection, slug: str, limit: int, *, topic: str | None = None, word: str = ""
) -> list[GuideLine]:
    """The newest public guides of a publication; with `topic`, those with that tag.

    `word` is the topic's slug, by which terms are found. A topic of signs alone has none: then the guides'
    own tags are searched. Guides of other tags with the same slug may come along.
    """
    first = release.alias()
    mine = and_(first.c.article_id == article.c.id, first.c.released_at.is_not(None))
    released, eligible = (
        select(column).where(mine).order_by(first.c.number).limit(1).scalar_subquery()
        for column in (first.c.released_at, first.c.eligible_at)
    )
    query = select(article.c.id, article.c.ordinal, article.c.tags, article.c.published_at).add_columns(
        released.label("released_at"), eligible.label("eligible_at")
    )
    newest = term.c.ordinal if topic is not None and word else article.c.ordinal  # the index that is read
    query = _about(query, slug, topic, word).order_by(newest.desc())
    return [
        GuideLine(
            row.id,
            row.ordinal,
            load_list(row.tags),
            row.published_at,
            row.released_at or row.published_at,
            row.eligible_at,
        )
        for row in db.execute(query.limit(limit))
    ]


def changed_guides(db: Connection, slug: str, limit: int, *, topic: str, word: str = "") -> list[int]:
    """Public guides with a topic of which more than one text became public; others as above."""
    later = select(release.c.number).where(
        release.c.article_id == article.c.id, release.c.number > 1, release.c.released_at.is_not(None)
    )
    query = _about(select(article.c.id), slug, topic, word).where(later.exists())
    return list(db.execute(query.limit(limit)).scalars())


def _about(query: Select[Any], slug: str, topic: str | None, word: str) -> Select[Any]:
    """The public guides of a publication, or those with a topic: by its slug, or by what their tags say."""
    if topic is not None and word:
        named = and_(term.c.publication_id == number_of(slug), term.c.kind == "tag", term.c.slug == word)
        return query.join(term, and_(term.c.article_id == article.c.id, named)).where(PUBLIC)
    query = query.where(article.c.publication_id == number_of(slug), PUBLIC)
    if topic is not None:
        written = json.dumps(topic, ensure_ascii=False)
        query = query.where(article.c.tags.contains(written, autoescape=True))
    return query


def last_change(db: Connection, slug: str) -> datetime | None:
    """When a text of a publication became public last, or a guide of it was withdrawn."""
    pub = number_of(slug)
    released = select(func.max(release.c.released_at)).where(release.c.publication_id == pub)
    withdrawn = select(func.max(article.c.withdrawn_at)).where(article.c.publication_id == pub)
    found: list[datetime | None] = [db.execute(query).scalar() for query in (released, withdrawn)]
    return max((each for each in found if each is not None), default=None)


def last_windows(db: Connection, follower_id: int, digests: Collection[str]) -> dict[str, datetime]:
    """digest -> the end of the window of the last edition of it that reached this follower."""
    query = (
        select(edition.c.digest, func.max(edition.c.window_end).label("until"))
        .join(delivery, and_(delivery.c.edition_id == edition.c.id, delivery.c.follower_id == follower_id))
        .where(edition.c.digest.in_(sorted(digests)))
        .where(delivery.c.state.in_([int(state) for state in _ARRIVED]))
        .group_by(edition.c.digest)
    )
    return {row.digest: row.until for row in db.execute(query)}


def last_event(db: Connection, follower_id: int) -> datetime | None:
    """When a follower's follows changed last; None when nothing of that is kept."""
    query = select(follow_event.c.at).where(follow_event.c.follower_id == follower_id)
    found: datetime | None = db.execute(query.order_by(follow_event.c.id.desc()).limit(1)).scalar()
    return found
