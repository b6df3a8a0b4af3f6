"""One database, SQLite or PostgreSQL, and the three ways to speak to it.

    store.read()       a consistent look
    store.write()      a short change
    store.planning()   a change under the site's one planner lock: releases, and freezing editions

All three are context managers that yield a Connection in a transaction: committed at the end, rolled back on
an exception. On SQLite there is one writer at a time, so that writing and planning are the same thing there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from publisher.errors import RefusedError, StorageError

_PLANNER_LOCK = 0x67756964  # any fixed number: the key of PostgreSQL's advisory lock


class Store:
    """Holds the engine; queries are functions that take the Connection."""

    def __init__(self, engine: Engine, where: str) -> None:
        self.engine = engine
        self.where = where
        self._writer = threading.Lock()  # SQLite's own wait polls; threads of one process queue here

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._told(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        if not self.is_sqlite:
            with self._told(), self.engine.begin() as connection:
                yield connection
            return
        with self._writer, self._told(), self.engine.connect() as plain:
            connection = plain.execution_options(publisher_write=True)
            with connection.begin():
                yield connection

    @contextmanager
    def planning(self) -> Iterator[Connection]:
        with self.write() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PLANNER_LOCK})
            yield connection

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the driver says into a sentence."""
        try:
            yield
        except DBAPIError as error:
            raise _explained(error, self.where) from error


def open_store(url: str, folder: Path) -> Store:
    """Open (not create or upgrade) the database at `url`; relative SQLite paths start at `folder`."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        advice = "Write it like sqlite:///var/publisher.db or postgresql://user@host/name."
        raise StorageError(
            "`database` is not a database address", where="publisher.toml", advice=advice
        ) from None
    if parsed.get_backend_name() == "sqlite":
        path = folder / (parsed.database or "var/publisher.db")
        return Store(_sqlite_engine(path, _patience(parsed.query.get("timeout", "30"))), str(path))
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    where = parsed.render_as_string(hide_password=True)
    try:
        engine = create_engine(parsed, pool_pre_ping=True)
    except (NoSuchModuleError, ModuleNotFoundError):
        advice = "For PostgreSQL: pip install 'guide-publisher[postgresql]'."
        raise StorageError("there is no driver for this database", where=where, advice=advice) from None
    return Store(engine, where)


def _patience(written: object) -> float:
    """Seconds to wait for another program that writes to the same SQLite file."""
    try:
        seconds = float(str(written))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        what = f"the timeout in `database` must be 0 to 3600 seconds, not {written}"
        raise StorageError(what, where="publisher.toml", advice="Write it like ?timeout=30.")
    return seconds


def _sqlite_engine(path: Path, timeout: float) -> Engine:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        advice = "Check the folder's owner and permissions."
        raise StorageError(
            f"the folder cannot be made ({error.strerror})", where=str(path.parent), advice=advice
        ) from None
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": timeout, "check_same_thread": False})
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None  # transactions are begun by us, see _sqlite_begin
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        dbapi.execute(f"PRAGMA {pragma}")
    dbapi.execute("PRAGMA cache_size=-65536")
    dbapi.execute("PRAGMA temp_store=MEMORY")


def _sqlite_begin(connection: Connection) -> None:
    # A reader that turns writer can fail at any statement; a writer says so at once.
    write = connection.get_execution_options().get("publisher_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


_SENTENCES = (
    ("database or disk is full", "the disk is full", "Make room; nothing half-written was kept."),
    ("SQLITE_IOERR_SHMSIZE", "the disk is full", "Make room; nothing half-written was kept."),
    ("readonly", "the database is read-only", "Check the owner and permissions of the file and its folder."),
    ("database is locked", "the database is locked by another program", "Close that program, or try again."),
    ("unable to open", "the database cannot be opened", "Check the owner and permissions of its folder."),
    ("disk I/O error", "the disk does not answer", "Check the disk; nothing half-written was kept."),
    ("not a database", "the file is no database", "Restore it from a backup, or mend `database`."),
    ("malformed", "the database file is damaged", "Restore it from a backup."),
    ("no such table", "the database is not set up", "Run `publisher db upgrade`."),
    ("connection refused", "the database server does not answer", "Check that it runs, and its address."),
)


def _explained(error: DBAPIError, where: str) -> StorageError:
    said = f"{error.orig} {getattr(error.orig, 'sqlite_errorname', '')}"
    for part, what, advice in _SENTENCES:
        if part.lower() in said.lower():
            return StorageError(what, where=where, advice=advice)
    first = next(iter(str(error.orig).strip().splitlines()), "no reason given")
    return RefusedError(f"the database refused: {first}", where=where)
