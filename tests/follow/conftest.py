from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher import storage


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[storage.Store]:
    """An upgraded, empty database, on SQLite and on PostgreSQL."""
    opened = storage.open_store(database_url, tmp_path)
    storage.upgrade(opened)
    yield opened
    opened.close()
