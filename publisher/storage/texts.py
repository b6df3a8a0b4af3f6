"""Named queries about what a mail says of revisions: texts as they were, and the owner's notes between."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select, tuple_

from publisher.model import Grade, Image
from publisher.storage.around import load_around
from publisher.storage.rows import chunks, load_image
from publisher.storage.tables import release, revision

_AT_ONCE = 200  # pairs or steps that one statement names


@dataclass(frozen=True, slots=True)
class RevisionText:
    """One text of a guide with what came with it, whatever the public sees by now.

    `updated` is when the guide changed to this text: as its source says, or when it became public; None while
    it is not.
    """

    title: str
    html: str
    change: str | None
    step: Grade
    image: Image | None
    updated: datetime | None


def revision_texts(
    db: Connection, wanted: Collection[tuple[int, int]]
) -> dict[tuple[int, int], RevisionText]:
    """(guide, number) -> that text, of those that there are."""
    found: dict[tuple[int, int], RevisionText] = {}
    query = (
        select(revision.c.article_id, revision.c.number, revision.c.title, revision.c.html)
        .add_columns(revision.c.change, revision.c.step, revision.c.around, revision.c.stated_updated)
        .add_columns(release.c.released_at)
        .outerjoin(
            release,
            and_(release.c.article_id == revision.c.article_id, release.c.number == revision.c.number),
        )
    )
    key = tuple_(revision.c.article_id, revision.c.number)
    for some in chunks(sorted(set(wanted)), _AT_ONCE):
        for row in db.execute(query.where(key.in_(some))):
            found[row.article_id, row.number] = RevisionText(
                title=row.title,
                html=row.html,
                change=row.change,
                step=Grade(row.step),
                image=load_image(load_around(row.around).values.get("image")),
                updated=_updated(row.stated_updated, row.released_at),
            )
    return found


def notes_between(
    db: Connection, wanted: Collection[tuple[int, int, int]]
) -> dict[tuple[int, int, int], tuple[str, ...]]:
    """(guide, had, now) -> the notes on the steps after `had` up to `now`, the oldest first, each once.

    A step that was a typo has none: what its file says is the note of the change before.
    """
    found = {}
    for some in chunks(sorted(set(wanted)), _AT_ONCE):
        query = (
            select(revision.c.article_id, revision.c.number, revision.c.change)
            .where(or_(*_steps(some)), revision.c.change.is_not(None), revision.c.step > int(Grade.TYPO))
            .order_by(revision.c.article_id, revision.c.number)
        )
        notes: dict[int, list[tuple[int, str]]] = {}
        for row in db.execute(query):
            notes.setdefault(row.article_id, []).append((row.number, row.change.strip()))
        for guide, had, now in some:
            between = (note for number, note in notes.get(guide, ()) if note and had < number <= now)
            found[guide, had, now] = tuple(dict.fromkeys(between))
    return found


def _steps(wanted: Collection[tuple[int, int, int]]) -> Iterator[ColumnElement[bool]]:
    for guide, had, now in wanted:
        where = revision.c.article_id == guide
        yield and_(where, revision.c.number > had, revision.c.number <= now)


def _updated(stated: datetime | None, released: datetime | None) -> datetime | None:
    """As publishing decides it: a date in the future of its release is no date."""
    return stated if stated and released and stated <= released else released
