"""For a watchdog: are we up, and does the database answer?"""

from __future__ import annotations

from publisher import storage
from publisher.web.answers import NEVER, TEXT, Answer, Asked
from publisher.web.door import Door


def alive(door: Door, asked: Asked) -> Answer:  # noqa: ARG001
    """`ok`. Raises StorageError, which becomes 503."""
    with door.site.store.read() as db:
        storage.get_mark(db, "instance")
    return Answer(b"ok\n", TEXT, headers={"cache-control": NEVER})
