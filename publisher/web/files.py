"""Files as they lie on the disk: opened, and given a tag that changes with their bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import MutableMapping
from datetime import UTC, datetime

from publisher.web.answers import FileAnswer
from publisher.web.door import NothingHereError
from publisher.web.kept import Kept, prepare_disk
from publisher.web.memory import OnDisk

Tags = MutableMapping[tuple[str, int, int], str]  # (path, time, size) -> hash of the bytes
_MANY = 10_000


def prepare_file(answer: FileAnswer, tags: Tags) -> Kept:
    """The file, open. It is read once for its tag, and again only when it was changed.

    Raises NothingHereError when it is away.
    """
    try:
        file = answer.path.open("rb")
    except OSError:
        raise NothingHereError from None
    try:
        status = os.fstat(file.fileno())
        mark = (str(answer.path), status.st_mtime_ns, status.st_size)
        if mark not in tags:
            if len(tags) >= _MANY:
                tags.clear()
            tags[mark] = hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except BaseException:
        file.close()
        raise
    body = OnDisk(file, status.st_size)
    modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
    return prepare_disk(body, answer.mime, answer.headers, tags[mark], modified)
