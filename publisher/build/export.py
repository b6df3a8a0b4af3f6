"""One build into one folder: what to write, what to leave, what to take away."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from publisher.build.disk import Disk, State, open_disk
from publisher.build.manifest import MANIFEST, Journal, Manifest, Written, read
from publisher.errors import StorageError

Content = bytes | Path | Callable[[], bytes]
_OURS = "-/style/accents.css"  # in every folder that was written before there were manifests


@dataclass(slots=True)
class BuildReport:
    """Absolute paths of the files, by what happened to them; and what the owner must know, as sentences."""

    written: list[Path] = field(default_factory=list)
    unchanged: list[Path] = field(default_factory=list)
    removed: list[Path] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # files that others changed: they stay as they are
    problems: list[str] = field(default_factory=list)  # files to copy that cannot be read


@contextmanager
def open_export(out: Path) -> Iterator[Export]:
    """Take the folder for one build; waits for another one's end. Raises StorageError.

    At the end of the `with` block, what is no longer part of the site is taken away. After an exception it is
    not: the folder then holds the old site with some new files, each of them whole.
    """
    with _told(out), open_disk(out) as disk:
        export = Export(disk)
        try:
            yield export
            export.finish()
        finally:
            export.close()


def build(out: Path, files: Iterable[tuple[str, Content]]) -> BuildReport:
    """Write `files` (path below `out`, and the bytes, their maker, or the file to copy); nothing else stays.

    Raises StorageError. A path that leaves `out` is a mistake of ours and raises ValueError.
    """
    with open_export(out) as export:
        for path, content in files:
            export.put(path, content)
    return export.report


class Export:
    """One build. Paths are relative to the output folder, with "/" between their parts."""

    def __init__(self, disk: Disk) -> None:
        self.report = BuildReport()
        self._disk, self._journal = disk, Journal(disk.root)
        before = read(disk.root)
        self._before = before or Manifest()
        # Ours without a manifest was written by an older version; in somebody else's nothing is touched.
        self._is_ours = before is None and disk.look(_OURS).state is State.FILE
        self._now = Manifest()
        self._touched = self._finished = False
        self._grouped: dict[str, list[str]] = {}
        for path, each in self._before.files.items():
            self._grouped.setdefault(each.group, []).append(path)

    def made_of(self, group: str) -> str | None:
        """What a group was made of when it was last built."""
        return self._before.groups.get(group)

    def groups(self) -> list[str]:
        """The groups that were built before."""
        return list(self._before.groups)

    def paths(self, group: str) -> list[str]:
        """What was written of a group before."""
        return self._grouped.get(group, [])

    def is_whole(self, group: str) -> bool:
        """Whether everything that was written of a group is there as it was written."""
        return all(self._is_untouched(path, self._before.files[path]) for path in self.paths(group))

    def keep(self, group: str) -> None:
        """Everything of this group stays as it was written before, but for what was put since."""
        for path in self.paths(group):
            if path not in self._now.files:
                self._stays(path, self._before.files[path])
        if group in self._before.groups:
            self._now.groups[group] = self._before.groups[group]

    def close_group(self, group: str, made_of: str) -> None:
        """Everything of a group has been put; it was made of this."""
        self._now.groups[group] = made_of

    def put(self, path: str, content: Content, *, made_of: str = "", group: str = "") -> None:
        """Have `content` at `path`. With the `made_of` of last time it is not even made.

        Raises StorageError when it cannot be written, and what making the content raises.
        """
        if path in self._now.files:  # the first one has it
            return
        known = self._before.files.get(path)
        if known and made_of and known.made_of == made_of and self._is_untouched(path, known):
            self._stays(path, replace(known, group=group))
            return
        try:
            body = _bytes(content)
        except OSError as error:
            self._unreadable(path, known, error)
            return
        wanted = Written(hashlib.sha256(body).hexdigest(), len(body), 0, made_of, group)
        self._settle(path, body, wanted, known)

    def _settle(self, path: str, body: bytes, wanted: Written, known: Written | None) -> None:
        """Write it, unless it is there already, or somebody else's file is."""
        state, _, mtime_ns = self._disk.look(path)
        if state is State.OUTSIDE:
            self._leave(path, known, "it is reached through a link, and links are not followed")
            return
        if state is State.OTHER:
            self._leave(path, known, "something else has its place")
            return
        if state is State.FILE:
            there = self._disk.digest(path)
            if there == wanted.sha256:
                self._stays(path, replace(wanted, mtime_ns=mtime_ns))
                return
            if not self._is_mine(path, there, known):
                self._leave(path, known, "it was changed or put there by somebody else")
                return
        self._journal.add(path, wanted.sha256)
        self._now.files[path] = replace(wanted, mtime_ns=self._disk.write(path, body))
        self._touched = True
        self.report.written.append(self._disk.root / path)

    def _stays(self, path: str, written: Written) -> None:
        self._now.files[path] = written
        self.report.unchanged.append(self._disk.root / path)

    def _unreadable(self, path: str, known: Written | None, error: OSError) -> None:
        """A file to copy that cannot be read: the copy that was made before stays."""
        what = f"{error.filename}: it cannot be read ({error.strerror}), so it is left out"
        self.report.problems.append(f"{what}. Check its owner and permissions.")
        if known:
            self._now.files[path] = known

    def _leave(self, path: str, known: Written | None, why: str) -> None:
        """Not ours to write. What is known of it stays known: it may become what it was."""
        advice = "It is left as it is; delete it to have the site's own."
        self.report.left.append(f"{self._disk.root / path}: {why}. {advice}")
        if known:
            self._now.files[path] = replace(known, made_of="")

    def _is_mine(self, path: str, there: str, known: Written | None) -> bool:
        if self._is_ours or (path, there) in self._journal.known:
            return True
        return known is not None and known.sha256 == there

    def _is_untouched(self, path: str, known: Written) -> bool:
        """By its size and time, else by its bytes: a copy of the folder has other times."""
        state, size, mtime_ns = self._disk.look(path)
        if state is not State.FILE or size != known.size:
            return False
        return mtime_ns == known.mtime_ns or self._disk.digest(path) == known.sha256

    def finish(self) -> None:
        """Take away what is no longer part of the site, and remember what is."""
        for path in sorted(self._before.files.keys() - self._now.files.keys()):
            self._remove(path, self._before.files[path])
        body = self._now.body()
        if self._disk.look(MANIFEST).state is not State.FILE or self._disk.read(MANIFEST) != body:
            self._disk.write(MANIFEST, body)
        self._finished = True

    def _remove(self, path: str, known: Written) -> None:
        state = self._disk.look(path).state
        if state is State.NOTHING:
            return
        if state is State.FILE and self._disk.digest(path) == known.sha256:
            self._touched = True
            self._disk.remove(path)
            self.report.removed.append(self._disk.root / path)
            return
        why = "it is no longer part of the site, but somebody else changed it"
        self.report.left.append(f"{self._disk.root / path}: {why}. It is left as it is.")

    def close(self) -> None:
        """A build that did not come to its end leaves a journal of what it wrote."""
        self._journal.close(done=self._finished or not (self._touched or self._journal.known))


def _bytes(content: Content) -> bytes:
    if isinstance(content, bytes):
        return content
    return content.read_bytes() if isinstance(content, Path) else content()


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """Turn what the operating system says into a sentence."""
    try:
        yield
    except OSError as error:
        where = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else str(out)
        what = f"the file cannot be written ({error.strerror})"
        advice = "Make room, or check the folder's owner and permissions."
        raise StorageError(what, where=where, advice=advice) from None
