"""Named queries about publications, their sources, and what the file system said of their files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, select, update

from publisher.model import Fingerprint
from publisher.storage.rows import chunks
from publisher.storage.tables import file, publication, source


def publication_id(db: Connection, slug: str) -> int:
    """The number of a publication; made when it is new."""
    query = select(publication.c.id).where(publication.c.slug == slug)
    if (known := db.execute(query).scalar()) is not None:
        return int(known)
    made = insert(publication).values(slug=slug, version=0).returning(publication.c.id)
    return int(db.execute(made).scalar_one())


def publication_ids(db: Connection) -> dict[str, int]:
    """slug -> number, of every publication that was ever seen."""
    return {row.slug: row.id for row in db.execute(select(publication.c.slug, publication.c.id))}


def bump(db: Connection, pub: int) -> None:
    """What the public sees of this publication has changed; with the transaction that changes it."""
    table = publication
    db.execute(update(table).where(table.c.id == pub).values(version=table.c.version + 1))


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
    for some in chunks(list(paths), 500):
        db.execute(
            delete(file).where(file.c.publication_id == pub, file.c.source == name, file.c.path.in_(some))
        )


def forget_kind(db: Connection, pub: int, suffix: str) -> None:
    """Forget a publication's files of one kind, so that they are opened again."""
    where = and_(file.c.publication_id == pub, file.c.path.endswith(suffix, autoescape=True))
    db.execute(delete(file).where(where))


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
