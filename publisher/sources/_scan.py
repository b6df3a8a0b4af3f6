"""Which files a folder of guides holds, without opening any: names, sizes and times from os.scandir.

articles/warm-up.md                 a guide
articles/knees/brace.html           a guide in a sub-folder
articles/.history/warm-up/1.md      an earlier text of `warm-up`
articles/images/hand.png            not a text: left alone
articles/.draft.md                  dot-files are not looked at
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import SourceError
from publisher.model import Fingerprint, Skipped

SUFFIXES = (".md", ".markdown", ".html", ".htm", ".txt")
HISTORY = ".history"
_DEEPEST = 32  # folders in folders
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # surrogates: bytes that are not UTF-8


@dataclass(frozen=True, slots=True)
class File:
    """A text. `path` is relative to the publication's folder, `name` to the source's and without suffix."""

    path: str
    name: str
    suffix: str
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Tree:
    """Guides sorted by path, history folders by key with their texts in order, and what could not be used."""

    guides: tuple[File, ...]
    histories: dict[str, tuple[File, ...]]
    skipped: tuple[Skipped, ...]


def history_key(foreign_id: str) -> str:
    """The name of a guide's folder in .history."""
    return foreign_id.replace("/", "__")


def split_suffix(path: str) -> tuple[str, str]:
    """`knees/brace.html` -> `knees/brace` and `.html`. (Path objects are slow, and paths come by 10,000s.)"""
    return os.path.splitext(path)  # noqa: PTH122


def scan(publication: Path, path: str) -> Tree:
    """Look through `path` (relative to the publication's folder). Raises SourceError if it cannot be read."""
    root = publication / path
    try:
        entries = _entries(root)
    except OSError as error:
        advice = "Make the folder, or change `path` in feed.toml."
        if isinstance(error, PermissionError):
            advice = "Check its owner and permissions."
        what = f"the folder {path!r} cannot be read ({error.strerror})"
        raise SourceError(what, where=f"feeds/{publication.name}", advice=advice) from None
    skipped: list[Skipped] = []
    walk = _Walk(Path(os.path.realpath(publication)), "" if path == "." else f"{path}/", skipped)
    guides = list(walk.files(entries, ""))
    histories = walk.histories(root / HISTORY)
    return Tree(tuple(sorted(guides, key=lambda file: file.path)), histories, tuple(skipped))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


class _Walk:
    """One walk; `inside` is the resolved folder that links must not leave."""

    def __init__(self, inside: Path, prefix: str, skipped: list[Skipped]) -> None:
        self._inside, self._prefix, self._skipped = inside, prefix, skipped

    def files(self, entries: list[os.DirEntry[str]], below: str) -> Iterator[File]:
        """Every text in these entries and the folders among them. `below` ends with a slash, or is empty."""
        for entry in entries:
            if entry.name.startswith("."):
                continue
            relative = below + entry.name
            try:
                if _CONTROL.search(relative):
                    self._skip(relative, "Its name holds control characters or is not UTF-8: rename it.")
                elif entry.is_dir(follow_symlinks=False) and below.count("/") >= _DEEPEST:
                    self._skip(relative, "Folders are nested too deep here: move the guides up.")
                elif entry.is_dir(follow_symlinks=False):
                    yield from self.files(_entries(Path(entry.path)), f"{relative}/")
                elif (file := self._file(entry, relative)) is not None:
                    yield file
            except OSError as error:
                self._skip(
                    relative, f"It cannot be read ({error.strerror}): check its owner and permissions."
                )

    def histories(self, folder: Path) -> dict[str, tuple[File, ...]]:
        if folder.is_symlink() or not folder.is_dir():
            return {}
        found: dict[str, tuple[File, ...]] = {}
        try:
            for entry in _entries(folder):
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                    texts = self.files(_entries(Path(entry.path)), f"{HISTORY}/{entry.name}/")
                    found[unicodedata.normalize("NFC", entry.name)] = self._numbered(texts)
        except OSError as error:
            self._skip(HISTORY, f"It cannot be read ({error.strerror}): check its owner and permissions.")
        return found

    def _numbered(self, files: Iterator[File]) -> tuple[File, ...]:
        """Texts called 1, 2, … in that order; any other is told and left out."""
        numbered: dict[int, File] = {}
        for file in files:
            stem = file.name.rpartition("/")[2]
            if file.name.count("/") != 2 or not re.fullmatch(r"[0-9]{1,6}", stem):
                reason = "An earlier text is named by its number: 1.md, 2.md and so on. Rename it."
                self._skipped.append(Skipped(file.path, reason, file.path))
            elif other := numbered.get(int(stem)):
                reason = f"{other.path} is already the text with this number: give one of them another."
                self._skipped.append(Skipped(file.path, reason, file.path))
            else:
                numbered[int(stem)] = file
        return tuple(file for _, file in sorted(numbered.items()))

    def _file(self, entry: os.DirEntry[str], relative: str) -> File | None:
        name, suffix = split_suffix(relative)
        if suffix.lower() not in SUFFIXES:
            if entry.is_symlink() and entry.is_dir():
                self._skip(relative, "Links to folders are not followed: move or copy the folder here.")
            return None
        if entry.is_symlink() and not Path(os.path.realpath(entry.path)).is_relative_to(self._inside):
            self._skip(relative, "It is a link that leaves the publication's folder: copy the file here.")
            return None
        status = entry.stat()
        if not stat.S_ISREG(status.st_mode):
            self._skip(relative, "It is not a regular file: put a text file here.")
            return None
        name = unicodedata.normalize("NFC", name)
        return File(
            self._prefix + relative, name, suffix.lower(), Fingerprint(status.st_size, status.st_mtime_ns)
        )

    def _skip(self, relative: str, reason: str) -> None:
        shown = _CONTROL.sub("\ufffd", self._prefix + relative)
        self._skipped.append(Skipped(shown, reason, shown))
