"""Files that are whole or not there, also after a power cut.

Two steps, so that a caller can write something down between them: `stage_file` puts the bytes on the disk
under a temporary name, `commit_file` gives them their name.
"""

from __future__ import annotations

import os
from pathlib import Path


def stage_file(path: Path, data: bytes) -> None:
    """Write and fsync `data` to the temporary file `path`; on OSError nothing is left behind."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def commit_file(staged: Path, path: Path) -> None:
    """Rename `staged` to `path` and fsync the folder; durable when it returns. Raises OSError."""
    staged.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
