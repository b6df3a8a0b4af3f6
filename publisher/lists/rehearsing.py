"""What a dry run remembers of its own earlier chunks: in a temporary file of its own, not in memory."""

from __future__ import annotations

import pickle
import sqlite3
from types import TracebackType
from typing import Self

from publisher.lists.deciding import Here


class Rehearsal:
    """endpoint -> what it would be by now. SQLite's unnamed database lies on disk and vanishes at the end."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA cache_size=-16384")
        self._db.execute("CREATE TABLE here (endpoint TEXT PRIMARY KEY, state BLOB) WITHOUT ROWID")

    def recall(self, here: dict[str, Here]) -> None:
        """Put into `here` what earlier chunks made of these addresses."""
        for endpoint in here:
            row = self._db.execute("SELECT state FROM here WHERE endpoint = ?", (endpoint,)).fetchone()
            if row is not None:
                here[endpoint] = pickle.loads(row[0])  # noqa: S301  our own bytes, of this very run

    def remember(self, here: dict[str, Here]) -> None:
        for each in here.values():
            if _is_told(each) and each.id is None:
                each.id = -1  # from now on somebody who is known
        rows = ((endpoint, pickle.dumps(each)) for endpoint, each in here.items() if _is_told(each))
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR REPLACE INTO here VALUES (?, ?)", rows)
        self._db.execute("COMMIT")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()


def _is_told(each: Here) -> bool:
    return bool(each.follows or each.reason)
