"""The numbered steps lead to the tables that the queries use, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, Table, text

from publisher import storage
from publisher.errors import StorageError
from publisher.storage import migrations
from publisher.storage.tables import metadata


def test_the_steps_lead_to_the_tables(store: storage.Store) -> None:
    with store.read() as db:
        context = MigrationContext.configure(db, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_the_comparison_sees_a_difference(store: storage.Store) -> None:
    planted = Table("planted", metadata, Column("id", Integer, primary_key=True))
    try:
        with store.read() as db:
            assert compare_metadata(MigrationContext.configure(db), metadata)
    finally:
        metadata.remove(planted)


def test_upgrading_twice_changes_nothing(store: storage.Store) -> None:
    assert storage.upgrade(store) is False


def test_a_database_of_a_newer_version_is_refused(store: storage.Store) -> None:
    with store.write() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer version"):
        storage.upgrade(store)


def test_what_is_no_database_address_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="not a database address"):
        storage.open_store("here", tmp_path)


OLD = """
INSERT INTO publication (id, slug, version) VALUES (1, 'knees', 0), (2, 'hips', 0);
INSERT INTO follower (id, channel, endpoint, token_generation, created_at) VALUES
  (1, 'mail', 'Ada@example.org', 0, 0), (2, 'mail', 'ada@example.org', 0, 0), (3, 'mail', 'Ben@example.org', 0, 0);
INSERT INTO follow (publication_id, follower_id, cadence, topics, state, since) VALUES
  (1, 1, 'weekly', '', 1, 0), (2, 1, 'weekly', '', 1, 0), (1, 2, 'daily', '', 2, 0), (1, 3, 'weekly', '', 1, 0);
INSERT INTO suppression VALUES ('BEN@example.org', 'owner', 0, ''), ('eve@example.org', 'owner', 0, '')
"""


def test_two_spellings_of_an_address_become_one_follower(database_url: str, tmp_path: Path) -> None:
    opened = storage.open_store(database_url, tmp_path)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with opened.planning() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        for statement in OLD.split(";"):
            connection.execute(text(statement))
    assert storage.upgrade(opened) is True
    with opened.read() as db:
        ada, ben = (storage.find_follower(db, "mail", f"{name}@example.org") for name in ("ada", "ben"))
        assert (ada, ben) == (2, 3)
        follows = {each.publication: (each.cadence, each.state) for each in storage.follows_of(db, 2)}
        assert follows == {"knees": ("daily", "ended"), "hips": ("weekly", "active")}, "who left stays away"
        assert {each.state for each in storage.follows_of(db, 1)} == {"ended"}
        assert storage.active_followers(db) == {"knees": 1, "hips": 1}
        assert storage.suppressed(db, "ben@example.org") == "owner"
        assert storage.suppressed(db, "eve@example.org") == "owner"
    opened.close()
