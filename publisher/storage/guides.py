"""Named queries about publications, files, guides, revisions and releases."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from publisher.model import Fingerprint, Found, Grade
from publisher.storage.rows import (
    KnownArticle,
    WaitingRow,
    dump_authors,
    dump_image,
    dump_list,
)
from publisher.storage.tables import article, cell, file, publication, release, revision, source


def publication_id(db: Connection, slug: str) -> int:
    """The number of a publication; made when it is new."""
    query = select(publication.c.id).where(publication.c.slug == slug)
    if (known := db.execute(query).scalar()) is not None:
        return int(known)
    return int(db.execute(insert(publication).values(slug=slug).returning(publication.c.id)).scalar_one())


def publication_ids(db: Connection) -> dict[str, int]:
    """slug -> number, of every publication that was ever seen."""
    return {row.slug: row.id for row in db.execute(select(publication.c.slug, publication.c.id))}


def known_files(db: Connection, pub: int, name: str) -> dict[str, Fingerprint]:
    """What the file system said of each file of a source when it was last read."""
    query = select(file.c.path, file.c.size, file.c.mtime_ns).where(
        file.c.publication_id == pub, file.c.source == name
    )
    return {row.path: Fingerprint(row.size, row.mtime_ns) for row in db.execute(query)}


def save_files(db: Connection, pub: int, name: str, files: Mapping[str, Fingerprint]) -> None:
    """Remember what the file system says of these files now."""
    if not files:
        return
    forget_files(db, pub, name, files)
    rows = [
        {"publication_id": pub, "source": name, "path": path, "size": mark.size, "mtime_ns": mark.mtime_ns}
        for path, mark in files.items()
    ]
    db.execute(insert(file), rows)


def forget_files(db: Connection, pub: int, name: str, paths: Iterable[str]) -> None:
    """Forget files, so that they are opened again (or because they are gone)."""
    for some in _chunks(list(paths), 500):
        db.execute(
            delete(file).where(file.c.publication_id == pub, file.c.source == name, file.c.path.in_(some))
        )


def first_collected(db: Connection, pub: int, name: str) -> datetime | None:
    """When a source was first collected to its end; None if it never was."""
    query = select(source.c.first_collected_at).where(source.c.publication_id == pub, source.c.name == name)
    return db.execute(query).scalar()


def mark_collected(db: Connection, pub: int, name: str, now: datetime) -> None:
    """A source was read to its end."""
    where = and_(source.c.publication_id == pub, source.c.name == name)
    if db.execute(update(source).where(where).values(collected_at=now)).rowcount == 0:
        db.execute(
            insert(source).values(publication_id=pub, name=name, first_collected_at=now, collected_at=now)
        )


def known_articles(db: Connection, pub: int, name: str) -> dict[str, KnownArticle]:
    """foreign id -> guide with its newest revision, for one source."""
    newest = (
        select(revision.c.article_id, func.max(revision.c.number).label("number"))
        .group_by(revision.c.article_id)
        .subquery()
    )
    query = (
        select(article.c.id, article.c.foreign_id, article.c.slug, article.c.public_number)
        .add_columns(revision.c.number, revision.c.hash)
        .join(newest, newest.c.article_id == article.c.id)
        .join(revision, and_(revision.c.article_id == article.c.id, revision.c.number == newest.c.number))
        .where(article.c.publication_id == pub, article.c.source == name)
    )
    return {
        row.foreign_id: KnownArticle(
            row.id, row.foreign_id, row.slug, row.number, row.hash, row.public_number
        )
        for row in db.execute(query)
    }


def slugs(db: Connection, pub: int) -> dict[str, str]:
    """slug -> where the guide that has it comes from."""
    query = select(article.c.slug, article.c.path, article.c.foreign_id).where(
        article.c.publication_id == pub
    )
    return {row.slug: row.path or row.foreign_id for row in db.execute(query)}


def add_article(db: Connection, pub: int, name: str, public_id: str, found: Found, now: datetime) -> int:
    """A guide that was never seen before."""
    values = dict(
        publication_id=pub,
        source=name,
        foreign_id=found.foreign_id,
        public_id=public_id,
        slug=found.slug,
        created_at=now,
        **_metadata(found),
    )
    return int(db.execute(insert(article).values(values).returning(article.c.id)).scalar_one())


def save_metadata(db: Connection, article_id: int, found: Found) -> None:
    """What surrounds the text (authors, tags, picture …); the slug stays what it was."""
    db.execute(update(article).where(article.c.id == article_id).values(_metadata(found)))


def _dump_around(found: Found) -> str:
    """What surrounds a text, kept with it: nothing of a revision that waits may show before its time."""
    values = _metadata(found)
    moments = {key: value.isoformat() for key, value in values.items() if isinstance(value, datetime)}
    return json.dumps({**values, **moments}, ensure_ascii=False)


def _load_around(text: str) -> dict[str, Any]:
    values = json.loads(text)
    for key in ("stated_published", "review_by"):
        values[key] = values[key] and datetime.fromisoformat(values[key])
    return dict(values)


def _metadata(found: Found) -> dict[str, Any]:
    return {
        "language": found.language,
        "canonical": found.canonical,
        "authors": dump_authors(found.authors),
        "tags": dump_list(found.tags),
        "image": dump_image(found.image),
        "stated_published": found.published,
        "review_by": found.review_by,
        "path": found.path,
    }


def add_revision(
    db: Connection, article_id: int, number: int, found: Found, *, digest: bytes, minutes: int, now: datetime
) -> None:
    """A text that differs from the one before. The first step has no grade; it counts as material."""
    step = Grade.MATERIAL if found.significance is None or number == 1 else found.significance
    db.execute(
        insert(revision).values(
            article_id=article_id,
            number=number,
            hash=digest,
            title=found.title,
            summary=found.summary,
            html=found.html,
            minutes=minutes,
            step=int(step),
            change=found.change,
            seen_at=now,
            stated_updated=found.updated,
            around=_dump_around(found),
        )
    )


def touch_revision(db: Connection, article_id: int, number: int, found: Found) -> None:
    """The same text in other bytes (quotes, white space, a new summary): kept, but no revision.

    The owner may say now how much it changed: what is not frozen into an edition yet goes by that.
    """
    values: dict[str, Any] = {
        "title": found.title,
        "summary": found.summary,
        "html": found.html,
        "change": found.change,
    }
    if found.significance is not None and number > 1:
        values["step"] = int(found.significance)
    db.execute(
        update(revision)
        .where(revision.c.article_id == article_id, revision.c.number == number)
        .values({**values, "around": _dump_around(found)})
    )


def add_release(
    db: Connection,
    article_id: int,
    number: int,
    pub: int,
    *,
    wanted_at: datetime | None,
    held: bool,
    now: datetime,
) -> None:
    """A revision that waits to become public. A newer text takes the place of one that still waits."""
    waits = and_(release.c.article_id == article_id, release.c.released_at.is_(None))
    queued = and_(waits, release.c.wanted_at.is_(None), release.c.held.is_(False))
    before = db.execute(select(release.c.committed_at).where(queued)).scalar()
    since = before if before is not None and wanted_at is None and not held else now
    db.execute(delete(release).where(waits))
    db.execute(
        insert(release).values(
            article_id=article_id,
            number=number,
            publication_id=pub,
            wanted_at=wanted_at,
            held=held,
            committed_at=since,
        )
    )


def waiting_releases(db: Connection, pub: int) -> list[WaitingRow]:
    """What waits to become public, the longest waiting first."""
    query = (
        select(
            release.c.article_id,
            release.c.number,
            release.c.wanted_at,
            release.c.held,
            release.c.committed_at,
        )
        .where(release.c.publication_id == pub, release.c.released_at.is_(None))
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


def publish(
    db: Connection,
    article_id: int,
    number: int,
    *,
    at: datetime,
    eligible_at: datetime | None,
    slot: datetime | None = None,
) -> None:
    """Make a waiting revision public at `at`. `eligible_at` None archives it: no edition tells of it."""
    db.execute(
        update(release)
        .where(release.c.article_id == article_id, release.c.number == number)
        .values(released_at=at, eligible_at=eligible_at, slot=slot)
    )
    row = db.execute(
        select(article.c.published_at, article.c.updated_at, article.c.public_number)
        .add_columns(revision.c.stated_updated, revision.c.around)
        .join(revision, and_(revision.c.article_id == article.c.id, revision.c.number == number))
        .where(article.c.id == article_id)
    ).one()
    values: dict[str, Any] = {"public_number": number, **_load_around(row.around)}
    stated = row.stated_updated if row.stated_updated and row.stated_updated <= at else None
    if row.published_at is None:
        wished = values["stated_published"]
        published = wished if wished and wished <= at else at
        values |= {"published_at": published, "updated_at": max(published, stated or published)}
    elif notes := _changes(db, article_id, row.public_number, number):
        values |= {"updated_at": max(row.updated_at, stated or at), "public_change": notes[0]}
    db.execute(update(article).where(article.c.id == article_id).values(values))


def _changes(db: Connection, article_id: int, after: int, upto: int) -> list[str | None]:
    """The notes of the steps in (after, upto] that are more than typos, newest first."""
    query = (
        select(revision.c.change)
        .where(revision.c.article_id == article_id, revision.c.step >= int(Grade.MINOR))
        .where(revision.c.number > after, revision.c.number <= upto)
        .order_by(revision.c.number.desc())
    )
    return list(db.execute(query).scalars())


def _chunks(items: list[Any], size: int) -> Iterable[list[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
