"""Copies that were made are kept on the disk, under what their original says and how wide they are."""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from publisher.errors import ContentError
from publisher.pictures.copying import Copy, make, read

Value = TypeVar("Value")

_RECIPE = 1  # counts changes of how copies are made; old ones are made anew then
_REMEMBERED = 10_000  # originals whose hashes are held, and as many refusals
_LOOK = 50  # copies written between two looks at how large the folder is


class Cache:
    """Copies below `folder`, at most about `limit` bytes of them; those not asked for the longest go first.

    Several threads and processes may share a folder. A disk that is full or read-only only costs time.
    """

    def __init__(self, folder: Path, limit: int = 500_000_000) -> None:
        self.folder, self.limit = folder, limit
        self._hashes: dict[str, tuple[tuple[int, int, int], str]] = {}
        self._refused: dict[str, ContentError] = {}
        self._making = threading.Lock()  # one large picture at a time in memory
        self._written = 0

    def get(self, path: Path, width: int) -> Copy:
        """The copy, as `copy` makes it, which is done only once. Raises ContentError as that does."""
        name = f"{self._hash(path)}-{width}.{_RECIPE}"
        if (kept := self._load(name)) is not None:
            return kept
        with self._making:
            if (kept := self._load(name)) is not None:
                return kept
            if name in self._refused:
                raise self._refused[name]
            body = read(path)
            try:
                made = make(body, width, path.name)
            except ContentError as error:
                _remember(self._refused, name, error)
                raise
            # Of what was read now: the file may have changed since its hash was taken.
            self._save(f"{hashlib.sha256(body).hexdigest()[:40]}-{width}.{_RECIPE}", made)
            return made

    def _hash(self, path: Path) -> str:
        try:
            stat = path.stat()
        except OSError as error:
            raise ContentError(f"the picture cannot be read ({error.strerror})", where=path.name) from None
        mark = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
        known = self._hashes.get(str(path))
        if known is not None and known[0] == mark:
            return known[1]
        made = hashlib.sha256(read(path)).hexdigest()[:40]
        _remember(self._hashes, str(path), (mark, made))
        return made

    def _load(self, name: str) -> Copy | None:
        """A copy that is whole: one that a power cut left half-written is made anew."""
        try:
            head, _, body = (self.folder / name).read_bytes().partition(b"\n")
            mime, width, height, length = head.decode("ascii").split(" ")
            found = Copy(mime, body, int(width), int(height))
            whole = len(body) == int(length)
        except (OSError, ValueError):
            return None
        if not whole:
            return None
        with suppress(OSError):
            os.utime(self.folder / name)
        return found

    def _save(self, name: str, made: Copy) -> None:
        head = f"{made.mime} {made.width} {made.height} {len(made.body)}\n".encode("ascii")
        staged = self.folder / f".{name}.{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            staged.write_bytes(head + made.body)
            staged.replace(self.folder / name)
            if self._written % _LOOK == 0:
                self._prune()
            self._written += 1
        except OSError:
            with suppress(OSError):
                staged.unlink()

    def _prune(self) -> None:
        files = ((_stat(each), each) for each in self.folder.iterdir())
        found = [(stat.st_mtime_ns, stat.st_size, each) for stat, each in files if stat]
        size = sum(length for _, length, _ in found)
        for _, length, each in sorted(found):
            if size <= self.limit:
                break
            with suppress(OSError):
                each.unlink()
            size -= length


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:  # another process was quicker
        return None


def _remember(kept: dict[str, Value], key: str, value: Value) -> None:
    if len(kept) >= _REMEMBERED:
        kept.pop(next(iter(kept)), None)
    kept[key] = value
