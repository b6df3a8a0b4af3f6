from __future__ import annotations

from pathlib import Path

import pytest

from publisher import storage
from tests.trace.world import start


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a site that nobody follows, to be copied."""
    folder = tmp_path_factory.mktemp("blank")
    store = storage.open_store("sqlite:///blank.db", folder)
    start(store)
    store.close()
    return folder / "blank.db"
