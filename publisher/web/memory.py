"""What was made and still holds: bounded in bytes, the longest unused leaves first."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import IO, Any, Generic, Protocol, TypeVar

MIB = 1024 * 1024


class Sized(Protocol):
    """Something made, and how many bytes it takes in memory and on disk."""

    @property
    def in_memory(self) -> int: ...
    @property
    def on_disk(self) -> int: ...


S = TypeVar("S", bound=Sized)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OnDisk:
    """Bytes in an open file; the file is closed when the last reader lets go of this."""

    file: IO[bytes]
    size: int

    def __del__(self) -> None:
        self.file.close()

    def read(self, start: int, size: int) -> bytes:
        """Any number of readers at once: there is no position to share."""
        return os.pread(self.file.fileno(), size, start)


def spool(body: bytes) -> OnDisk:
    """Bytes into a file without a name, which is gone with the process. Raises OSError."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as what is returned
    try:
        file.write(body)
        file.flush()
    except BaseException:
        file.close()
        raise
    return OnDisk(file, len(body))


class Memory(Generic[S]):
    """path -> what was made for it. Used by one thread: the event loop's."""

    def __init__(self, limit: int = 64 * MIB, disk_limit: int = 1024 * MIB) -> None:
        self._limit, self._disk_limit = limit, disk_limit
        self._held: OrderedDict[str, S] = OrderedDict()
        self.in_memory = self.on_disk = 0  # bytes

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, key: str) -> bool:
        return key in self._held

    def get(self, key: str) -> S | None:
        """Also says that it is in use."""
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
        return found

    def put(self, key: str, made: S) -> None:
        """Keep it; what does not fit, even alone, is not kept."""
        self._remove(key)
        if made.in_memory > self._limit or made.on_disk > self._disk_limit:
            return
        self._held[key] = made
        self.in_memory += made.in_memory
        self.on_disk += made.on_disk
        while self.in_memory > self._limit or self.on_disk > self._disk_limit:
            self._remove(next(iter(self._held)))

    def drop(self, which: Callable[[str], bool]) -> None:
        """Forget all whose path is chosen."""
        for key in [key for key in self._held if which(key)]:
            self._remove(key)

    def _remove(self, key: str) -> None:
        gone = self._held.pop(key, None)
        if gone is not None:
            self.in_memory -= gone.in_memory
            self.on_disk -= gone.on_disk


class Once(Generic[T]):
    """Of those who want the same thing at the same time, one has it made and all get it."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[T]] = {}

    async def do(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `make` returns or raises. Whoever stops waiting does not stop it."""
        task = self._running.get(key)
        if task is None or task.done():
            task = self._running[key] = asyncio.get_running_loop().create_task(make())
            task.add_done_callback(lambda done: self._over(key, done))
        return await asyncio.shield(task)

    def _over(self, key: Hashable, task: asyncio.Task[T]) -> None:
        if self._running.get(key) is task:
            del self._running[key]
        if not task.cancelled():
            task.exception()  # seen, even if everybody who waited has left
