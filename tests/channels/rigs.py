"""For each kind of channel, one that works, and what arrived at its other end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher.channels import open_channel
from publisher.model import Channel, Envelope
from tests.servers.smtp import Server


@dataclass(frozen=True, slots=True)
class Rig:
    """`arrived` gives the whole text of each message at the other end. `lanes`: how many at once, at most."""

    channel: Channel
    arrived: Callable[[], list[bytes]]
    lanes: int


class Notes:
    """A journal that remembers in memory, and can fail."""

    def __init__(self, fail_at: int | None = None) -> None:
        self.intents: list[int] = []
        self._fail_at = fail_at

    def intent(self, envelope: Envelope) -> None:
        if self._fail_at == len(self.intents):
            raise OSError(28, "No space left on device")
        self.intents.append(envelope.follower)


@contextlib.contextmanager
def _file(folder: Path) -> Iterator[Rig]:
    def arrived() -> list[bytes]:
        return [path.read_bytes() for path in sorted(folder.glob("*.eml"))]

    yield Rig(open_channel("file", {"folder": folder}), arrived, 1)


@contextlib.contextmanager
def _smtp(folder: Path) -> Iterator[Rig]:
    options = {"host": "127.0.0.1", "connections": 3, "timeout": 5.0, "final_timeout": 5.0}
    with Server() as server:
        channel = open_channel("smtp", {**options, "port": server.port})
        yield Rig(channel, lambda: [message.data for message in server.accepted], 3)


RIGS = {"file": _file, "smtp": _smtp}
