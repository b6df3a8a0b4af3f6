from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher import storage
from tests.lists.making import Lister


@pytest.fixture
def lister(database_url: str, tmp_path: Path) -> Iterator[Lister]:
    """An upgraded, empty database, on SQLite and on PostgreSQL."""
    store = storage.open_store(database_url, tmp_path)
    storage.upgrade(store)
    yield Lister(store, tmp_path)
    store.close()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Lister]:
    """The same on SQLite alone, for what does not touch the database's own ways."""
    store = storage.open_store("sqlite:///lite.db", tmp_path)
    storage.upgrade(store)
    yield Lister(store, tmp_path)
    store.close()
