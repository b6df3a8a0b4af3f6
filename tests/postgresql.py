"""A database of its own for each test, on the PostgreSQL server that PUBLISHER_TEST_POSTGRESQL names."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

VARIABLE = "PUBLISHER_TEST_POSTGRESQL"
MISSING = f"no PostgreSQL: `./run test-all` starts one, or name a server in {VARIABLE}"


class Server:
    """A connection that may create databases. `url` is SQLAlchemy's: postgresql+psycopg://user@host/name."""

    def __init__(self, url: str) -> None:
        import psycopg  # only now: a run without PostgreSQL need not wait for it
        from sqlalchemy.engine import make_url

        self._url = make_url(url)
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._admin = psycopg.connect(plain, autocommit=True)

    def close(self) -> None:
        self._admin.close()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, dropped at the end even if someone is still connected."""
        name = f"publisher_test_{uuid.uuid4().hex}"  # workers of one run, and several runs, share a server
        # Copying files takes half the time of the default, which writes the copy to the log first.
        self._run("CREATE DATABASE {} TEMPLATE template0 STRATEGY file_copy", name)
        try:
            yield self._url.set(database=name).render_as_string(hide_password=False)
        finally:
            self._run("DROP DATABASE {} WITH (FORCE)", name)

    def _run(self, statement: LiteralString, name: str) -> None:
        from psycopg import sql

        self._admin.execute(sql.SQL(statement).format(sql.Identifier(name)))
