"""Named queries about releases: what waits to become public, and for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from publisher.model import Grade
from publisher.storage.rows import PendingRow, WaitingRow, chunks
from publisher.storage.tables import article, cell, publication, release, revision

# Why a revision that nobody holds is not public yet.
COLLECT = "collect"  # its collect is not through
PAST = "past"  # the same, for a text from the guide's history
CHANGES = "changes"  # so much changed at once that the owner must say whether he meant it
OWNER_HOLDS = "owner"  # by a command; `release: hold` in a guide is `held`
OWNER_DATE = "date"  # the owner gave it its date by a command, whatever the guide says

# What waits does not come out while its file is gone, or once its owner has withdrawn it.
_THERE = (article.c.missing_since.is_(None), article.c.withdrawn_at.is_(None))


@dataclass(frozen=True, slots=True)
class NewRelease:
    """A revision that is to become public. `stop` is one of the words above."""

    article: int
    number: int
    wanted_at: datetime | None
    held: bool
    stop: str | None


def add_releases(db: Connection, pub: int, made: Sequence[NewRelease], now: datetime) -> None:
    """Let revisions wait to become public."""
    if made:
        db.execute(insert(release), [_row(pub, each, now) for each in made])


def replace_release(db: Connection, pub: int, made: NewRelease, now: datetime) -> None:
    """The same for one; a newer text takes the place of one that still waits, and its place in the queue."""
    waits = and_(release.c.article_id == made.article, release.c.released_at.is_(None))
    before = db.execute(select(release).where(waits).order_by(release.c.number.desc())).first()
    db.execute(delete(release).where(waits))
    since = now
    if before is not None and made.stop == OWNER_DATE:
        made = replace(made, wanted_at=before.wanted_at, held=False)
    elif before is not None and made.wanted_at is None and not made.held:
        queued = before.wanted_at is None and not before.held and before.stop is None
        since = before.committed_at if queued else now
    add_releases(db, pub, [made], since)


def _row(pub: int, each: NewRelease, now: datetime) -> dict[str, Any]:
    return {
        "article_id": each.article,
        "number": each.number,
        "publication_id": pub,
        "wanted_at": each.wanted_at,
        "held": each.held,
        "stop": each.stop,
        "committed_at": now,
    }


def pending_releases(
    db: Connection, pub: int, stops: Sequence[str], source: str | None = None
) -> list[PendingRow]:
    """What is stopped for one of these reasons, in the order in which it should become public."""
    query = _pending(pub, stops)
    if source is not None:
        query = query.where(article.c.source == source)
    return [
        PendingRow(
            article=row.article_id,
            number=row.number,
            wanted_at=row.wanted_at,
            held=bool(row.held),
            stop=row.stop,
            title=row.title,
            committed_at=row.committed_at,
            public_number=row.public_number,
            stated_published=row.stated_published,
            stated_updated=row.stated_updated,
            step=Grade(row.step),
            same=bool(row.same),
        )
        for row in db.execute(query)
    ]


def _pending(pub: int, stops: Sequence[str]) -> Select[Any]:
    public = revision.alias("public")
    return (
        select(release.c.article_id, release.c.number, release.c.wanted_at, release.c.held, release.c.stop)
        .add_columns(release.c.committed_at, article.c.public_number, article.c.stated_published)
        .add_columns(revision.c.stated_updated, revision.c.title)
        .add_columns(_highest_step().label("step"))
        .add_columns((revision.c.hash == public.c.hash).label("same"))
        .join(article, article.c.id == release.c.article_id)
        .join(
            revision,
            and_(revision.c.article_id == release.c.article_id, revision.c.number == release.c.number),
        )
        .outerjoin(
            public,
            and_(public.c.article_id == article.c.id, public.c.number == article.c.public_number),
        )
        .where(release.c.publication_id == pub, release.c.released_at.is_(None), release.c.stop.in_(stops))
        .where(article.c.missing_since.is_(None))
        .order_by(
            func.coalesce(article.c.stated_published, release.c.committed_at), article.c.id, release.c.number
        )
    )


def let_wait(db: Connection, rows: Sequence[tuple[int, int]], stop: str | None) -> None:
    """(guide, revision)s that wait now for `stop`; None: for their time, their slot or their owner."""
    if rows:
        db.execute(
            update(release)
            .where(release.c.article_id == bindparam("guide"), release.c.number == bindparam("nr"))
            .values(stop=stop),
            [{"guide": guide, "nr": number} for guide, number in rows],
        )


def _highest_step() -> ScalarSelect[int]:
    """The highest step between the public text of a guide and the one that a release row is about."""
    between = revision.alias("between")
    return (
        select(func.max(between.c.step))
        .where(between.c.article_id == release.c.article_id)
        .where(between.c.number > func.coalesce(article.c.public_number, 0))
        .where(between.c.number <= release.c.number)
        .correlate(release, article)
        .scalar_subquery()
    )


def newest_waiting(db: Connection, guide: int) -> int | None:
    """The revision of a guide that is not public yet, if there is one."""
    query = select(func.max(release.c.number)).where(release.c.article_id == guide)
    return db.execute(query.where(release.c.released_at.is_(None))).scalar()


def set_release(
    db: Connection, guide: int, number: int, *, wanted_at: datetime | None, stop: str | None
) -> None:
    """The owner's word on when a waiting revision becomes public."""
    where = release.c.article_id == guide, release.c.number == number
    db.execute(update(release).where(*where).values(wanted_at=wanted_at, held=False, stop=stop))


def stopped_counts(db: Connection) -> dict[str, int]:
    """publication -> how many of its guides are held because too much changed at once."""
    query = (
        select(publication.c.slug, func.count())
        .join(release, release.c.publication_id == publication.c.id)
        .join(article, article.c.id == release.c.article_id)
        .where(release.c.released_at.is_(None), release.c.stop == CHANGES, *_THERE)
        .group_by(publication.c.slug)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def archived_guides(db: Connection, pub: int) -> list[int]:
    """The public guides that were archived when their source was first read, and not announced since."""
    query = (
        select(article.c.id)
        .join(release, release.c.article_id == article.c.id)
        .where(release.c.publication_id == pub, release.c.archived, release.c.released_at.is_not(None))
        .where(article.c.withdrawn_at.is_(None), article.c.missing_since.is_(None))
        .distinct()
    )
    return sorted(db.execute(query).scalars())


def archived_counts(db: Connection) -> dict[str, int]:
    """publication -> how many public guides were archived by its first collect, and not announced since."""
    query = (
        select(publication.c.slug, func.count(release.c.article_id.distinct()))
        .join(release, release.c.publication_id == publication.c.id)
        .join(article, article.c.id == release.c.article_id)
        .where(release.c.archived, release.c.released_at.is_not(None), *_THERE)
        .group_by(publication.c.slug)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def announce(db: Connection, guides: Sequence[int], eligible_at: datetime) -> None:
    """Let the next edition tell of these guides as new ones: nothing of them was told before."""
    for some in chunks(list(guides), 500):
        where = and_(release.c.article_id.in_(some), release.c.released_at.is_not(None))
        db.execute(update(release).where(where).values(eligible_at=eligible_at, archived=False))


def waiting_releases(db: Connection, pub: int) -> list[WaitingRow]:
    """What waits for its time, its slot or its owner's word, the longest waiting first."""
    query = (
        select(
            release.c.article_id,
            release.c.number,
            release.c.wanted_at,
            release.c.held,
            release.c.committed_at,
        )
        .join(article, article.c.id == release.c.article_id)
        .where(release.c.publication_id == pub, release.c.released_at.is_(None), *_THERE)
        .where(or_(release.c.stop.is_(None), release.c.stop == OWNER_DATE))
        .order_by(release.c.committed_at, release.c.article_id)
    )
    return [
        WaitingRow(row.article_id, row.number, row.wanted_at, bool(row.held), row.committed_at)
        for row in db.execute(query)
    ]


def last_slot(db: Connection, pub: int) -> datetime | None:
    """The last slot of the release schedule that a guide of this publication took."""
    query = select(func.max(release.c.slot)).where(release.c.publication_id == pub)
    found: datetime | None = db.execute(query).scalar()
    return found


def frozen_until(db: Connection, slug: str) -> datetime | None:
    """The end of the last frozen window of any digest that tells of this publication."""
    query = select(func.max(cell.c.covered_until)).where(
        or_(cell.c.digest.startswith(f"{slug}:", autoescape=True), cell.c.digest.startswith("-:"))
    )
    return db.execute(query).scalar()
