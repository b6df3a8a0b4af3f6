"""Named queries about the texts of guides: each is kept once, with its distance from the one before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Select, and_, bindparam, delete, insert, select, update

from publisher.model import Found, Grade
from publisher.storage.around import Term, dump_around, load_around
from publisher.storage.rows import StoredText, chunks
from publisher.storage.tables import pair_grade, revision

OWNER = "owner"  # the rule of a step that the owner graded


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A text that differs from the one before. `step` and `rule`: how much, and what decided it."""

    article: int
    number: int
    found: Found
    hash: bytes
    minutes: int
    step: Grade
    rule: str
    terms: tuple[Term, ...] = ()


def add_revisions(db: Connection, made: Sequence[NewRevision], now: datetime) -> None:
    """Keep texts that were not seen before."""
    if not made:
        return
    rows = [
        {
            "article_id": each.article,
            "number": each.number,
            "hash": each.hash,
            "title": each.found.title,
            "summary": each.found.summary,
            "html": each.found.html,
            "minutes": each.minutes,
            "step": int(each.step),
            "rule": each.rule,
            "change": each.found.change,
            "seen_at": now,
            "stated_updated": each.found.updated,
            "around": dump_around(each.found, each.terms),
        }
        for each in made
    ]
    db.execute(insert(revision), rows)


def touch_revision(
    db: Connection, article_id: int, number: int, found: Found, terms: Sequence[Term] = ()
) -> bool:
    """The same text in other bytes (quotes, white space, a new summary): kept, but no revision.

    False if even the bytes are the same.

    The owner may say now how much it changed: what is not frozen into an edition yet goes by that.
    """
    values: dict[str, Any] = {
        "title": found.title,
        "summary": found.summary,
        "html": found.html,
        "change": found.change,
        "around": dump_around(found, terms),
    }
    if found.significance is not None and number > 1:
        values |= {"step": int(found.significance), "rule": OWNER}
    where = and_(revision.c.article_id == article_id, revision.c.number == number)
    known = db.execute(select(*(revision.c[name] for name in values)).where(where)).one()
    if all(getattr(known, name) == value for name, value in values.items()):
        return False
    db.execute(update(revision).where(where).values(values))
    if "step" in values:
        _forget_pairs(db, article_id, number)
    return True


def texts_of(db: Connection, article_id: int) -> list[StoredText]:
    """Every text of a guide, by number."""
    query = (
        select(revision.c.number, revision.c.hash, revision.c.title, revision.c.html)
        .add_columns(revision.c.step, revision.c.rule, revision.c.change)
        .where(revision.c.article_id == article_id)
        .order_by(revision.c.number)
    )
    return [
        StoredText(row.number, row.hash, row.title, row.html, Grade(row.step), row.rule, row.change)
        for row in db.execute(query)
    ]


def review_named(db: Connection, article_id: int, number: int) -> datetime | None:
    """The review date that a guide names in this revision."""
    where = revision.c.article_id == article_id, revision.c.number == number
    around = load_around(db.execute(select(revision.c.around).where(*where)).scalar_one())
    return cast(datetime | None, around.values["review_by"])


def save_pair_grades(
    db: Connection, article_id: int, now: int, grades: Mapping[int, tuple[Grade, str]]
) -> None:
    """How much revision `now` differs from earlier ones that it does not follow: had -> (grade, rule)."""
    rows = [
        {"article_id": article_id, "had": had, "now": now, "grade": int(grade), "rule": rule}
        for had, (grade, rule) in grades.items()
    ]
    if rows:
        db.execute(insert(pair_grade), rows)


def pair_grades(db: Connection, article_ids: Collection[int]) -> dict[int, dict[tuple[int, int], Grade]]:
    """guide -> {(had, now): direct grade}, of pairs that do not follow each other."""
    found: dict[int, dict[tuple[int, int], Grade]] = {}
    for some in chunks(sorted(article_ids), 500):
        for row in db.execute(select(pair_grade).where(pair_grade.c.article_id.in_(some))):
            found.setdefault(row.article_id, {})[row.had, row.now] = Grade(row.grade)
    return found


def set_step(db: Connection, article_id: int, number: int, grade: Grade) -> None:
    """The owner's word on how much a revision differs from the one before."""
    statement = update(revision).where(
        revision.c.article_id == bindparam("guide"), revision.c.number == bindparam("nr")
    )
    values = {"step": int(grade), "rule": OWNER}
    db.execute(statement.values(values), {"guide": article_id, "nr": number})
    _forget_pairs(db, article_id, number)


def _forget_pairs(db: Connection, article_id: int, number: int) -> None:
    """Where the owner graded a step, his word stands: nothing is compared across it."""
    across = and_(pair_grade.c.had < number, pair_grade.c.now >= number)
    db.execute(delete(pair_grade).where(pair_grade.c.article_id == article_id, across))


def rehash(db: Connection, article_id: int, hashes: Mapping[int, bytes]) -> int:
    """Give a guide's revisions these hashes; how many had another one."""
    known = {row.number: row.hash for row in db.execute(_numbered(article_id))}
    other = {number: value for number, value in hashes.items() if known.get(number) != value}
    for number, value in other.items():
        where = and_(revision.c.article_id == article_id, revision.c.number == number)
        db.execute(update(revision).where(where).values(hash=value))
    return len(other)


def _numbered(article_id: int) -> Select[tuple[int, bytes]]:
    return select(revision.c.number, revision.c.hash).where(revision.c.article_id == article_id)
