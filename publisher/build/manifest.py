"""What was written, as a file beside it: the manifest; and, while a build is under way, its journal.

The journal holds what the manifest does not say yet, so that a build that was killed is not taken for the
work of somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

MANIFEST = ".publisher-manifest.json"
JOURNAL = ".publisher-journal"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written. `made_of` is equal as long as the same would be written again."""

    sha256: str
    size: int
    mtime_ns: int
    made_of: str = ""
    group: str = ""

    def as_dict(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Manifest:
    """path -> what was written there; and group -> what all of it was made of."""

    files: dict[str, Written] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """The manifest's own bytes: the same for the same content, one file a line."""
        lines = [f"{_text(path)}: {_text(each.as_dict())}" for path, each in sorted(self.files.items())]
        groups = _text(dict(sorted(self.groups.items())))
        head = f'{{"format": {_FORMAT},\n"groups": {groups},\n"files": {{\n'
        return (head + ",\n".join(lines) + "\n}}\n").encode()


def read(folder: Path) -> Manifest | None:
    """The manifest of an output folder; None when there is none, or none that can be used."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
        if found["format"] != _FORMAT:
            return None
        files = {str(path): _written(each) for path, each in found["files"].items()}
        return Manifest(files, {str(key): str(value) for key, value in found["groups"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _written(found: dict[str, object]) -> Written:
    sha256, made_of, group = found["sha256"], found["made_of"], found["group"]
    size, mtime_ns = found["size"], found["mtime_ns"]
    if not all(isinstance(each, str) for each in (sha256, made_of, group)):
        raise TypeError
    return Written(str(sha256), int(str(size)), int(str(mtime_ns)), str(made_of), str(group))


class Journal:
    """Lines of (path, sha256): written before the file that they tell of."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / JOURNAL
        self._file: IO[bytes] | None = None
        self.known = frozenset(_lines(self._path))  # of builds that did not come to their end

    def add(self, path: str, sha256: str) -> None:
        """Raises OSError."""
        if self._file is None:
            self._file = self._path.open("ab")
        self._file.write(f"{_text([path, sha256])}\n".encode())
        self._file.flush()

    def close(self, *, done: bool) -> None:
        """`done`: the manifest says it all now, or nothing was written after all."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        if done:
            self._path.unlink(missing_ok=True)


def _lines(path: Path) -> Iterable[tuple[str, str]]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        with suppress(ValueError, TypeError):  # the last one may be half a line
            name, sha256 = json.loads(line)
            yield str(name), str(sha256)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
