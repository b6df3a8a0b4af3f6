"""The output folder on the disk: each file appears whole, links are not followed, one build at a time."""

from __future__ import annotations

import enum
import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from publisher.errors import StorageError

_LOCK = ".publisher-build.lock"
_PART = ".publisher-part-"
_INSIDE = frozenset({"", ".", ".."})  # no part of a path may be one of these


class State(enum.Enum):
    """What is at a path."""

    NOTHING = enum.auto()
    FILE = enum.auto()
    OTHER = enum.auto()  # a folder where a file should be, a file where a folder should be, a link, a pipe
    OUTSIDE = enum.auto()  # below a link, wherever it leads


class Look(NamedTuple):
    """What is at a path; of a file, its bytes and when it was written, in nanoseconds."""

    state: State
    size: int = 0
    mtime_ns: int = 0


@contextmanager
def open_disk(out: Path) -> Iterator[Disk]:
    """Have the folder `out` alone; made when it is not there. Raises StorageError, OSError."""
    try:
        root = out.resolve()
    except (OSError, RuntimeError):
        what = "the path leads in a circle, or through a folder that may not be entered"
        raise StorageError(what, where=str(out), advice="Name another folder with --out.") from None
    root.mkdir(parents=True, exist_ok=True)
    with _alone(root / _LOCK):
        disk = Disk(root)
        disk.clear()
        yield disk


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock file; it goes at the end, so that it is in nobody's way."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_there(handle, path):  # else the one before took it away while we waited
                yield
                path.unlink(missing_ok=True)
                return
        except BaseException:
            if _is_there(handle, path):
                path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)


def _is_there(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except OSError:
        return False


class Disk:
    """The files below `root`, which is absolute and real. Paths are relative, their parts joined by "/"."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._base = os.fspath(root)
        self._folders = {""}  # known to be folders of ours, and not links

    def clear(self) -> None:
        """Take away what a build that was killed had begun to write."""
        for path in self.root.glob(f"{_PART}*"):
            with suppress(OSError):
                path.unlink()

    def look(self, path: str) -> Look:
        """What is there. Nothing is followed."""
        place = self._place(path)
        around = self._folder(path.rpartition("/")[0])
        if around is not State.FILE:
            return Look(around)
        try:
            found = os.lstat(place)
        except FileNotFoundError:
            return Look(State.NOTHING)
        if not stat.S_ISREG(found.st_mode):
            return Look(State.OTHER)
        return Look(State.FILE, found.st_size, found.st_mtime_ns)

    def _folder(self, folder: str) -> State:
        """FILE when it is there and can hold files; what stands in the way, else."""
        if folder in self._folders:
            return State.FILE
        above = self._folder(folder.rpartition("/")[0])
        if above is not State.FILE:
            return above
        try:
            mode = os.lstat(f"{self._base}/{folder}").st_mode
        except FileNotFoundError:
            return State.NOTHING
        if stat.S_ISLNK(mode):
            return State.OUTSIDE
        if not stat.S_ISDIR(mode):
            return State.OTHER
        self._folders.add(folder)
        return State.FILE

    def read(self, path: str) -> bytes:
        return Path(self._place(path)).read_bytes()

    def digest(self, path: str) -> str:
        """The SHA-256 of its bytes, in hexadecimal; "" for a file that may not be read."""
        try:
            with Path(self._place(path)).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except PermissionError:
            return ""

    def write(self, path: str, body: bytes) -> int:
        """Put a file there, in place of one that is there. Its mtime in nanoseconds. Raises OSError."""
        place = Path(self._place(path))
        part = self.root / f"{_PART}{secrets.token_hex(8)}"
        try:
            part.write_bytes(body)
            place.parent.mkdir(parents=True, exist_ok=True)
            part.replace(place)
        except OSError as error:  # of its own name, not of the part's
            raise OSError(error.errno, error.strerror, str(place)) from None
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        return place.lstat().st_mtime_ns

    def remove(self, path: str) -> None:
        """Take a file away, and the folders that are empty without it."""
        Path(self._place(path)).unlink(missing_ok=True)
        folder = path.rpartition("/")[0]
        while folder:
            try:
                Path(self._base, folder).rmdir()
            except OSError:  # there is something in it
                return
            self._folders.discard(folder)
            folder = folder.rpartition("/")[0]

    def _place(self, path: str) -> str:
        """Raises ValueError for a path that leaves the folder: a mistake of ours."""
        if not path or "\0" in path or not _INSIDE.isdisjoint(path.split("/")):
            raise ValueError(f"{path!r} lies outside the output folder")
        return f"{self._base}/{path}"
