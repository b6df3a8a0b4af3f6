"""The site's one sender: a lock file on SQLite, an advisory lock on PostgreSQL."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from publisher.errors import LockedError, StorageError
from publisher.storage.store import Store

_SENDER_LOCK = 0x73656E64


@contextmanager
def sender_lock(store: Store, folder: Path) -> Iterator[None]:
    """Hold the lock while sending; LockedError at once when somebody else does.

    Both kinds are let go by the operating system or the server when the holder dies, however it dies.
    """
    with _file_lock(folder / "sender.lock"):
        if store.is_sqlite:
            yield
            return
        with store.engine.connect() as connection:
            taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _SENDER_LOCK})
            if not taken.scalar():
                raise _locked("another machine of this site is sending")
            connection.commit()
            yield


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        what = f"the lock file cannot be opened ({error.strerror})"
        raise StorageError(what, where=str(path), advice="Check the folder's owner.") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 100, 0).decode("ascii", "replace").strip()
            raise _locked(f"process {holder or 'unknown'} of this site is already at work") from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _locked(what: str) -> LockedError:
    return LockedError(what, advice="It does what is due; nothing else is needed.")
