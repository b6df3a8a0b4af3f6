"""Taking lists in: what is known of thousands of addresses at once, and bulk writes.

Every function works on one chunk, in the caller's transaction. What others may do at the same moment
(somebody confirms, leaves, or another import runs) is met by locks on PostgreSQL, and by the one writer on
SQLite.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from publisher.errors import RefusedError
from publisher.storage.followers import FollowState
from publisher.storage.tables import (
    follow,
    follow_event,
    follower,
    follower_tag,
    import_run,
    suppression,
)
from publisher.storage.tables.base import Moment

_IMPORT_LOCK = 0x6C697374  # any fixed number of our own: chunks of two imports take turns
_TABLES = {
    "follower": follower,
    "follow": follow,
    "follow_event": follow_event,
    "follower_tag": follower_tag,
    "suppression": suppression,
}


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import: `position` rows of the file are taken in, `counts` says what became of them."""

    id: int
    started_at: datetime
    position: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class KnownFollow:
    """`last` is the kind of the last line of its history, told of ended follows only."""

    state: FollowState
    since: datetime
    last: str | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A follower whom a list may name. `follows` is by the publication's number."""

    id: int
    name: str | None
    language: str | None
    zone: str | None
    hour: int | None
    tags: frozenset[str]
    follows: Mapping[int, KnownFollow]


class OvertakenError(RefusedError):
    """Somebody else has added the same since we looked: look again."""


# ------------------------------------------------------------------------------------------------ runs


def start_import(db: Connection, fingerprint: str, path: str, now: datetime) -> ImportRun:
    """The import of this fingerprint that was not brought to its end, or a new one."""
    query = (
        select(import_run)
        .where(import_run.c.fingerprint == fingerprint, import_run.c.done_at.is_(None))
        .order_by(import_run.c.id.desc())
        .limit(1)
    )
    if (row := db.execute(query).one_or_none()) is not None:
        return ImportRun(row.id, row.started_at, row.position, json.loads(row.counts))
    values = {"fingerprint": fingerprint, "path": path, "started_at": now, "position": 0, "counts": "{}"}
    number = db.execute(insert(import_run).values(values).returning(import_run.c.id)).scalar_one()
    return ImportRun(int(number), now, 0, {})


def advance_import(db: Connection, run: int, before: int, after: int, counts: Mapping[str, int]) -> bool:
    """Rows `before` to `after` are taken in. False if another process has taken them in meanwhile."""
    where = (import_run.c.id == run) & (import_run.c.position == before) & import_run.c.done_at.is_(None)
    values = {"position": after, "counts": json.dumps(counts, sort_keys=True)}
    return db.execute(update(import_run).where(where).values(values)).rowcount == 1


def finish_import(db: Connection, run: int, now: datetime) -> None:
    db.execute(update(import_run).where(import_run.c.id == run).values(done_at=now))


def may_try_again(error: RefusedError) -> bool:
    """Whether a database refused something only because somebody else was at it (or in a deadlock)."""
    cause = error.__cause__
    return isinstance(error, OvertakenError) or getattr(getattr(cause, "orig", None), "sqlstate", None) in (
        "40P01",
        "40001",
    )


def one_import_at_a_time(db: Connection) -> None:
    """Until this transaction ends, other imports wait. On SQLite they do anyhow."""
    if db.dialect.name != "sqlite":
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _IMPORT_LOCK})


# --------------------------------------------------------------------------------------------- reading


def known_people(db: Connection, endpoints: Collection[str], *, lock: bool = False) -> dict[str, KnownPerson]:
    """Who of these e-mail addresses is known here. `lock`: what they follow stays as it is until the end."""
    query = select(follower).where(follower.c.channel == "mail", among(db, follower.c.endpoint, endpoints))
    if lock:  # who is being forgotten at this moment is not met under the name that he had
        query = query.with_for_update(key_share=True)
    rows = db.execute(query).all() if endpoints else []
    ids = [row.id for row in rows]
    follows = _follows_by_person(db, ids, lock) if ids else {}
    tags: dict[int, set[str]] = {}
    if ids:
        for tag in db.execute(select(follower_tag).where(among(db, follower_tag.c.follower_id, ids))):
            tags.setdefault(tag.follower_id, set()).add(tag.tag)
    return {
        row.endpoint: KnownPerson(
            id=row.id,
            name=row.name,
            language=row.language,
            zone=row.zone,
            hour=row.hour,
            tags=frozenset(tags.get(row.id, ())),
            follows=follows.get(row.id, {}),
        )
        for row in rows
    }


def suppression_reasons(db: Connection, names: Collection[str]) -> dict[str, str]:
    """name -> why it must not be mailed; of addresses, and of the fingerprints of addresses."""
    query = select(suppression.c.endpoint, suppression.c.reason)
    found = db.execute(query.where(among(db, suppression.c.endpoint, names)))
    return {row.endpoint: row.reason for row in found}


def _follows_by_person(db: Connection, ids: Sequence[int], lock: bool) -> dict[int, dict[int, KnownFollow]]:
    query = select(follow).where(among(db, follow.c.follower_id, ids))
    rows = db.execute(query.with_for_update() if lock else query).all()
    ended = {row.follower_id for row in rows if row.state == int(FollowState.ENDED)}
    last = _last_events(db, sorted(ended)) if ended else {}
    found: dict[int, dict[int, KnownFollow]] = {}
    for row in rows:
        key = (row.follower_id, row.publication_id)
        known = KnownFollow(FollowState(row.state), row.since, last.get(key))
        found.setdefault(row.follower_id, {})[row.publication_id] = known
    return found


def _last_events(db: Connection, ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """(follower, publication) -> the kind of the last line of that history."""
    query = (
        select(follow_event.c.follower_id, follow_event.c.publication_id, follow_event.c.kind)
        .where(follow_event.c.publication_id.is_not(None), among(db, follow_event.c.follower_id, ids))
        .order_by(follow_event.c.id)
    )
    return {(row.follower_id, row.publication_id): row.kind for row in db.execute(query)}


def among(db: Connection, column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """That a column has one of these values, as *one* parameter: thousands of them take long to bind."""
    written = json.dumps(list(values))
    if db.dialect.name == "sqlite":
        each = func.json_each(written).table_valued("value")
        return column.in_(select(each.c.value))
    many = func.json_array_elements_text(cast(literal(written, Text), JSON)).table_valued("value")
    return column.in_(select(cast(many.c.value, column.type)))


# --------------------------------------------------------------------------------------------- writing


def new_numbers(db: Connection, how_many: int) -> list[int]:
    """Numbers for that many new followers, in growing order. Nobody else gets them."""
    if db.dialect.name == "sqlite":  # the one writer, who holds the lock
        last = db.execute(select(func.max(follower.c.id))).scalar() or 0
        return list(range(last + 1, last + 1 + how_many))
    query = "SELECT nextval(pg_get_serial_sequence('follower', 'id')) FROM generate_series(1, :many)"
    return list(db.execute(text(query), {"many": how_many}).scalars())


def add_rows(db: Connection, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Add many rows to "follower", "follow", "follow_event", "follower_tag" or "suppression" at once.

    `rows` hold the values of `columns`, moments as datetimes. Raises OvertakenError if a key is taken.
    """
    if not rows:
        return
    table = _TABLES[name]
    values = [
        _plain(table, column, cells) for column, cells in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    if db.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  names of ours
        db.exec_driver_sql(statement, list(zip(*values, strict=True)))
    else:
        _copy(db, f"COPY {name} ({', '.join(columns)}) FROM STDIN", zip(*values, strict=True))


def _copy(db: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """PostgreSQL's own way in: four times as fast as an INSERT of arrays."""
    import psycopg

    cursor: Any = db.connection.cursor()
    try:
        with cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.errors.UniqueViolation as error:
        raise OvertakenError("somebody else has just added the same") from error
    except psycopg.Error as error:
        raise DBAPIError(statement, None, error) from error


def _plain(table: Table, column: str, cells: Sequence[Any]) -> list[Any]:
    """Values as the driver takes them: moments as microseconds, most of them the same one."""
    kind = table.c[column].type
    if not isinstance(kind, Moment):
        return list(cells)
    made = {cell: kind.process_bind_param(cell, None) for cell in set(cells)}  # type: ignore[arg-type]
    return [made[cell] for cell in cells]


def revive_follows(db: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Follows that are there, and not active, become active. Rows: person, pub, cadence, topics, since."""
    if rows:
        where = (follow.c.follower_id == bindparam("person")) & (follow.c.publication_id == bindparam("pub"))
        values = {
            "cadence": bindparam("cadence_"),
            "topics": bindparam("topics_"),
            "since": bindparam("since_", type_=Moment()),
            "state": int(FollowState.ACTIVE),
            "paused_until": None,
            "owed_from": None,
        }
        db.execute(update(follow).where(where).values(values), list(rows))


def end_list_follows(db: Connection, pairs: Sequence[tuple[int, int]]) -> None:
    """End these follows (follower, publication). The caller keeps the publications' counts."""
    if pairs:
        where = (follow.c.follower_id == bindparam("person")) & (follow.c.publication_id == bindparam("pub"))
        ended = {"state": int(FollowState.ENDED), "paused_until": None, "owed_from": None}
        rows = [{"person": person, "pub": pub} for person, pub in pairs]
        db.execute(update(follow).where(where).values(ended), rows)


def fill_profiles(db: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Say what is not known of a follower yet. Rows: person, name_, language_, zone_, hour_ (or None)."""
    if rows:
        values = {
            column: func.coalesce(follower.c[column], bindparam(f"{column}_", type_=follower.c[column].type))
            for column in ("name", "language", "zone", "hour")
        }
        row = update(follower).where(follower.c.id == bindparam("person")).values(values)
        db.execute(row, list(rows))
