"""Make revisions public: what the guide's row, its address and its terms say from then on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update

from publisher.model import Grade
from publisher.storage.around import Around, Term, load_around
from publisher.storage.files import bump
from publisher.storage.rows import chunks
from publisher.storage.tables import article, moved, release, revision, term


@dataclass(frozen=True, slots=True)
class Publishing:
    """A revision that becomes public at `at`. `eligible_at` None archives it: no edition tells of it."""

    article: int
    number: int
    at: datetime
    eligible_at: datetime | None
    slot: datetime | None = None
    archived: bool = False  # it was there before anybody was to be told


def publish(db: Connection, pub: int, made: Sequence[Publishing]) -> None:
    """Make waiting revisions public, in this order. Those of one guide must come by number."""
    for some in chunks(list(made), 200):
        by_guide: dict[int, list[Publishing]] = defaultdict(list)
        for each in some:
            by_guide[each.article].append(each)
        _Publisher(db, pub, by_guide).write()
    if made:
        bump(db, pub)


class _Publisher:
    """One chunk: read what is there, decide in memory, write in a few statements."""

    def __init__(self, db: Connection, pub: int, by_guide: dict[int, list[Publishing]]) -> None:
        self._db, self._pub, self._by_guide = db, pub, by_guide
        self._facts: dict[tuple[int, int], Any] = {}
        columns = (
            revision.c.article_id,
            revision.c.number,
            revision.c.step,
            revision.c.change,
            revision.c.hash,
        )
        query = select(*columns, revision.c.stated_updated, revision.c.around)
        for row in db.execute(query.where(revision.c.article_id.in_(list(by_guide)))):
            self._facts[row.article_id, row.number] = row

    def write(self) -> None:
        guides, terms = [], []
        query = select(
            article.c.id,
            article.c.published_at,
            article.c.updated_at,
            article.c.public_number,
            article.c.public_change,
            article.c.ordinal,
            article.c.slug,
            article.c.review_by,
            article.c.review_until,
        ).where(article.c.id.in_(list(self._by_guide)))
        rows = {row.id: row for row in self._db.execute(query)}
        following = self._next_ordinal()
        taken = self._taken_slugs()
        for guide, steps in self._by_guide.items():
            values, around = self._decide(rows[guide], steps)
            if values["ordinal"] is None:
                values["ordinal"], following = following, following + 1
            values["slug"] = self._slug(rows[guide], around, taken, steps[-1].at)
            guides.append({"guide": guide, **values})
            terms += _terms(self._pub, guide, values["ordinal"], around.terms)
        self._store(guides, terms)

    def _decide(self, row: Any, steps: Sequence[Publishing]) -> tuple[dict[str, Any], Around]:
        """What the guide's row says once these revisions are public, and what surrounds the last of them."""
        published, updated = row.published_at, row.updated_at
        number, change = row.public_number, row.public_change
        around = Around({}, None, ())
        for step in steps:
            fact = self._facts[step.article, step.number]
            around = load_around(fact.around)
            stated = fact.stated_updated if fact.stated_updated and fact.stated_updated <= step.at else None
            if published is None:
                wished = around.values["stated_published"]
                published = wished if wished and wished <= step.at else step.at
                updated = max(published, stated or published)
            elif notes := self._notes(step.article, number, step.number):
                updated, change = max(updated, stated or step.at), notes[0]
            number = step.number
        values = {"public_number": number, "published_at": published, "updated_at": updated}
        values |= {"public_change": change, "ordinal": row.ordinal, "review_until": _until(row, around)}
        return {**around.values, **values}, around

    def _notes(self, guide: int, after: int, upto: int) -> list[str | None]:
        """The notes of the steps in (after, upto] that are more than typos, newest first.

        There are none if the text that was public is public again.
        """
        if self._facts[guide, after].hash == self._facts[guide, upto].hash:
            return []
        between = (self._facts.get((guide, number)) for number in range(upto, after, -1))
        return [fact.change for fact in between if fact is not None and fact.step >= int(Grade.MINOR)]

    def _next_ordinal(self) -> int:
        query = select(func.max(article.c.ordinal)).where(article.c.publication_id == self._pub)
        return int(self._db.execute(query).scalar() or 0) + 1

    def _taken_slugs(self) -> dict[str, int]:
        """slug -> guide, of the addresses that guides of this chunk wish to have."""
        wished = {
            load_around(self._facts[step.article, step.number].around).slug
            for steps in self._by_guide.values()
            for step in steps[-1:]
        }
        query = select(article.c.slug, article.c.id).where(article.c.publication_id == self._pub)
        found = self._db.execute(query.where(article.c.slug.in_([each for each in wished if each])))
        return {row.slug: row.id for row in found}

    def _slug(self, row: Any, around: Around, taken: dict[str, int], at: datetime) -> str:
        """Its address: the wished one if that is free; the one it had goes on leading there."""
        wished = around.slug
        if not wished or wished == row.slug or wished in taken:
            return str(row.slug)
        taken[wished] = row.id
        if row.published_at is not None:
            move(self._db, self._pub, row.id, row.slug, wished, at)
        return wished

    def _store(self, guides: list[dict[str, Any]], terms: list[dict[str, Any]]) -> None:
        steps = [step for some in self._by_guide.values() for step in some]
        self._db.execute(
            update(release)
            .where(release.c.article_id == bindparam("guide"), release.c.number == bindparam("nr"))
            .values(
                released_at=bindparam("at"),
                eligible_at=bindparam("eligible"),
                slot=bindparam("sl"),
                archived=bindparam("past"),
                stop=None,
            ),
            [
                {
                    "guide": s.article,
                    "nr": s.number,
                    "at": s.at,
                    "eligible": s.eligible_at,
                    "sl": s.slot,
                    "past": s.archived,
                }
                for s in steps
            ],
        )
        columns: dict[str, Any] = {name: bindparam(name) for name in guides[0] if name != "guide"}
        self._db.execute(update(article).where(article.c.id == bindparam("guide")).values(columns), guides)
        self._db.execute(delete(term).where(term.c.article_id.in_(list(self._by_guide))))
        if terms:
            self._db.execute(insert(term), terms)


def move(db: Connection, pub: int, guide: int, old: str, new: str, at: datetime) -> None:
    """`old` leads to the guide from now on; nothing else leads away from `new`."""
    db.execute(delete(moved).where(moved.c.publication_id == pub, moved.c.slug.in_([old, new])))
    db.execute(insert(moved).values(publication_id=pub, slug=old, article_id=guide, at=at))


def _terms(pub: int, guide: int, ordinal: int, terms: Sequence[Term]) -> list[dict[str, Any]]:
    rows = {
        (kind, slug): {
            "publication_id": pub,
            "kind": kind,
            "slug": slug,
            "ordinal": ordinal,
            "article_id": guide,
            "name": name,
        }
        for kind, slug, name in terms
        if slug
    }
    return list(rows.values())


def refresh(db: Connection, pub: int, guide: int, number: int) -> None:
    """What surrounds the public text has changed: bring it from the revision to the guide's row."""
    where = revision.c.article_id == guide, revision.c.number == number
    around = load_around(db.execute(select(revision.c.around).where(*where)).scalar_one())
    row = db.execute(select(article).where(article.c.id == guide)).one()
    values = {**around.values, "review_until": _until(row, around)}
    db.execute(update(article).where(article.c.id == guide).values(values))
    db.execute(delete(term).where(term.c.article_id == guide))
    if terms := _terms(pub, guide, row.ordinal, around.terms):
        db.execute(insert(term), terms)
    bump(db, pub)


def renew_terms(
    db: Connection,
    pub: int,
    guide: int,
    terms_of: Callable[[tuple[str, ...], tuple[str, ...]], tuple[Term, ...]],
) -> None:
    """Make the terms of a guide's revisions again, by (tags, authors' names); and of what is public of it."""
    query = select(revision.c.number, revision.c.around).where(revision.c.article_id == guide)
    row = db.execute(
        select(article.c.public_number, article.c.ordinal, article.c.slug).where(article.c.id == guide)
    ).one()
    for number, kept in db.execute(query).all():
        values = json.loads(kept)
        names = tuple(author["name"] for author in json.loads(values["authors"]))
        terms = terms_of(tuple(json.loads(values["tags"])), names)
        values |= {"terms": list(terms), "slug": values.get("slug") or row.slug}
        where = revision.c.article_id == guide, revision.c.number == number
        db.execute(update(revision).where(*where).values(around=json.dumps(values, ensure_ascii=False)))
        if number == row.public_number:
            db.execute(delete(term).where(term.c.article_id == guide))
            if rows := _terms(pub, guide, row.ordinal, terms):
                db.execute(insert(term), rows)


def _until(row: Any, around: Around) -> datetime | None:
    """A guide that names another date than before speaks later than its owner did when he looked."""
    same = around.values["review_by"] == row.review_by
    return cast(datetime | None, row.review_until if same else None)


def readdress(
    db: Connection, pub: int, wishes: Mapping[int, str], at: datetime
) -> tuple[dict[int, str], dict[int, str]]:
    """Give guides other addresses, as far as these are free; the old ones lead there.

    `wishes` maps a guide to its address. What was done, and what could not be: both the same way.
    """
    query = select(article.c.slug, article.c.id).where(article.c.publication_id == pub)
    wanted = [*wishes.values()]
    taken = {row.slug: row.id for some in chunks(wanted, 500) for row in _taken(db, query, some)}
    rows = {
        row.id: row
        for some in chunks(list(wishes), 500)
        for row in db.execute(
            select(article.c.id, article.c.slug, article.c.published_at).where(article.c.id.in_(some))
        )
    }
    left, done = dict(wishes), {}
    progress = True
    while progress:  # one that moves away makes room for the next
        progress = False
        for guide, slug in list(left.items()):
            if slug in taken:
                continue
            row = rows[guide]
            if row.published_at is not None:
                move(db, pub, guide, row.slug, slug, at)
            db.execute(update(article).where(article.c.id == guide).values(slug=slug))
            taken.pop(row.slug, None)
            taken[slug] = guide
            done[guide] = left.pop(guide)
            progress = True
    if done:
        bump(db, pub)
    return done, left


def wishes_open(db: Connection, wishes: Mapping[int, str]) -> dict[int, str]:
    """Of these wishes for addresses, those of guides that have another one and whose newest text is public.

    What surrounds a text that waits, its address too, shows when the text does.
    """
    newest = select(func.max(revision.c.number)).where(revision.c.article_id == article.c.id)
    query = select(article.c.id, article.c.slug).where(
        article.c.public_number == newest.correlate(article).scalar_subquery()
    )
    rows = [
        row for some in chunks(list(wishes), 500) for row in db.execute(query.where(article.c.id.in_(some)))
    ]
    return {row.id: wishes[row.id] for row in rows if row.slug != wishes[row.id]}


def _taken(db: Connection, query: Select[Any], slugs: Sequence[str]) -> Sequence[Any]:
    return db.execute(query.where(article.c.slug.in_(slugs))).all()
