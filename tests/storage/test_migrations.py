"""The numbered steps lead to the tables that the queries use, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, Table, text

from publisher import storage
from publisher.errors import StorageError
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
