"""Bring a database to the tables of this version. Safe to call at every start, and from several processes."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from publisher.errors import StorageError
from publisher.storage.store import Store


def upgrade(store: Store) -> bool:
    """Run the steps that are missing; True if there were any. Raises StorageError."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    head = ScriptDirectory.from_config(config).get_current_head()
    with store.read() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return False
    with store.planning() as connection:  # the lock makes a second process wait, and then find it done
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:
            advice = "Install the newer version of publisher again, or restore a backup."
            raise StorageError(
                "the database was made by a newer version", where=store.where, advice=advice
            ) from None
    store.engine.dispose()  # SQLite reads the statistics that a step may set when a connection is opened
    return True
