"""The site's locks: files, and on PostgreSQL advisory locks too, for the site's other machines.

Both kinds are let go by the operating system or the server when their holder dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text

from publisher.errors import LockedError, StorageError
from publisher.storage.store import Store

_SENDER, _COLLECTOR = 0x73656E64, 0x636F6C6C


@contextmanager
def sender_lock(store: Store, folder: Path) -> Iterator[None]:
    """Be the one who sends; LockedError at once when somebody else does."""
    with _file_lock(_place(store, folder, "sender"), wait=False):
        if store.is_sqlite:
            yield
            return
        with store.engine.connect() as connection:
            taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _SENDER})
            if not taken.scalar():
                raise _locked("another machine of this site is sending")
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _SENDER})
                connection.commit()


@contextmanager
def collector_lock(store: Store, folder: Path) -> Iterator[None]:
    """Be the one who collects; waits for the one who does."""
    with _file_lock(_place(store, folder, "collector"), wait=True):
        if store.is_sqlite:
            yield
            return
        with store.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _COLLECTOR})
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _COLLECTOR})
                connection.commit()


def _place(store: Store, folder: Path, name: str) -> Path:
    """Beside an SQLite file, for two folders may share one; else in the site's own folder."""
    if not store.is_sqlite:
        return folder / f"{name}.lock"
    database = Path(store.where)
    return database.with_name(f"{database.name}.{name}.lock")


@contextmanager
def _file_lock(path: Path, *, wait: bool) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        what = f"the lock file cannot be opened ({error.strerror})"
        raise StorageError(what, where=str(path), advice="Check the folder's owner.") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            holder = os.pread(handle, 100, 0).decode("ascii", "replace").strip()
            raise _locked(f"process {holder or 'unknown'} of this site is already at work") from None
        with suppress(OSError):  # on a full disk the lock holds just as well without its holder's number
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _locked(what: str) -> LockedError:
    return LockedError(what, advice="It does what is due; nothing else is needed.")
