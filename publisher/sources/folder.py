"""`kind = "folder"`: guides as files, `.md`, `.markdown`, `.html`, `.htm` and `.txt`.

Keys:

    path      the folder, seen from the publication's; "articles" when absent
    timezone  the zone (IANA) of dates in guides that name none; that of the feed.toml when absent

A guide's permanent name is its front matter's `id`, else its path below the folder, without suffix. Earlier
texts of the guide `knees/brace` are `.history/knees__brace/1.md`, `2.md` and so on.

Who keeps what was read must still compare names with what it knows: two files that claim one name are both
held here when both are opened, but an unchanged file is not opened to learn its `id`.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from publisher.errors import SourceError
from publisher.model import Found, Item, Known, Listing, Skipped, Unchanged
from publisher.sources._guide import Setting, decode, read_guide
from publisher.sources._links import Place
from publisher.sources._matter import MAX_MATTER, Unusable, read_matter
from publisher.sources._meta import clean_line
from publisher.sources._moment import find_zone
from publisher.sources._scan import File, Tree, history_key, scan, split_suffix
from publisher.text import BoilerplateRules, slugify

_OPTIONS = ("path", "timezone")


class _Around(Protocol):
    @property
    def boilerplate(self) -> BoilerplateRules | None: ...


class FolderSource:
    """Guides in a folder of the publication."""

    def __init__(
        self,
        folder: Path,
        *,
        path: str = "articles",
        zone: str = "UTC",
        boilerplate: BoilerplateRules | None = None,
    ) -> None:
        """`folder` is the publication's, `path` is relative to it. Raises SourceError for a path outside."""
        if not _is_inside(folder, path):
            what = f"{path!r} is not a folder inside the publication's"
            raise SourceError(what, where="path", advice='Write it like path = "articles".')
        if (named := find_zone(zone)) is None:
            what = f"there is no time zone {zone!r}"
            raise SourceError(what, where="timezone", advice='Write it like "Europe/Berlin".')
        self._path = PurePosixPath(path).as_posix()
        self._setting = Setting(folder, named, boilerplate)

    @classmethod
    def from_options(cls, folder: Path, options: Mapping[str, object], around: _Around) -> FolderSource:
        """The source that a [[source]] table describes. Raises SourceError, with the key as `where`.

        Its language is not used: a guide that names none is in the publication's, which readers know.
        """
        for key, value in options.items():
            if key not in _OPTIONS:
                near = difflib.get_close_matches(key, _OPTIONS, n=1)
                hint = f"Did you mean `{near[0]}`?" if near else f"It has {' and '.join(_OPTIONS)}."
                raise SourceError(f"the folder kind has no option `{key}`", where=key, advice=hint)
            if not isinstance(value, str):
                raise SourceError(f"`{key}` must be text in quotes", where=key)
        path, named = options.get("path", "articles"), options.get("timezone", "UTC")
        return cls(folder, path=str(path), zone=str(named), boilerplate=around.boilerplate)

    def read(self, known: Known) -> Iterator[Item]:
        """What is there, then every guide, by path. Raises SourceError when the folder cannot be listed."""
        tree = scan(self._setting.publication, self._path)
        yield _listing(tree, known)
        yield from tree.skipped
        yield from _Reading(tree, known, self._setting).results()


class _Claim(NamedTuple):
    """What a file says of itself: its permanent name, and its slug."""

    id: str
    slug: str


class _Reading:
    """One read of the folder, and what it learns on the way.

    Names are learned from the files' heads before any text is read, so that guides can be handed over one by
    one, however many there are.
    """

    def __init__(self, tree: Tree, known: Known, setting: Setting) -> None:
        self._tree, self._known, self._setting = tree, known, setting
        self._claims: dict[str, _Claim] = {}
        self._by_path = {split_suffix(file.path)[0]: file for file in tree.guides}
        self._by_path |= {file.path: file for file in tree.guides}
        self._publication = Path(os.path.realpath(setting.publication))
        self._opened = frozenset(file.path for file in tree.guides if not self._same(file))

    def results(self) -> Iterator[Found | Unchanged | Skipped]:
        rivals = self._rivals()
        owners, orphans = self._owners()
        for file in self._tree.guides:
            texts = self._tree.histories.get(owners.get(file.path, ""), ())
            if len(claimants := rivals.get(file.path, ())) > 1:
                yield self._contested(file, claimants)
                yield from (Unchanged(text.path, past=True) for text in texts if self._same(text))
            elif file.path in self._opened:
                yield from self._guide(file, texts)
            else:
                yield from self._past(file, texts)
                yield Unchanged(file.path)
        yield from orphans

    def _same(self, file: File) -> bool:
        return self._known.get(file.path) == file.fingerprint

    def _rivals(self) -> dict[str, tuple[str, ...]]:
        """The paths of all files that are seen to claim the same name, under each of these paths."""
        by_id: dict[str, list[str]] = {}
        for file in self._tree.guides:
            if file.path in self._opened:
                by_id.setdefault(self._claim(file).id, []).append(file.path)
        for file in self._tree.guides:  # a newcomer's `id` may be the path of a file that need not be opened
            if file.path not in self._opened and file.name in by_id and self._claim(file).id == file.name:
                by_id[file.name].append(file.path)
        return {path: tuple(sorted(paths)) for paths in by_id.values() for path in paths}

    def _contested(self, file: File, claimants: tuple[str, ...]) -> Skipped:
        others = " and ".join(path for path in claimants if path != file.path)
        reason = f"Its id {self._claim(file).id!r} is also that of {others}: give one of them its own `id`."
        return Skipped(file.path, f"{reason} Until then, both are held.", file.path)

    def _owners(self) -> tuple[dict[str, str], list[Unchanged | Skipped]]:
        """Path of a guide -> key of its history; and what is said of histories without a guide."""
        histories = self._tree.histories
        keys = {
            history_key(self._claim(file).id): file.path
            for file in self._tree.guides
            if file.path in self._opened
        }
        unopened = [file for file in self._tree.guides if file.path not in self._opened]
        settled = {key for key, texts in histories.items() if all(map(self._same, texts))}
        for file in unopened:
            key = history_key(file.name)
            if key in settled or (key in histories and self._claim(file).id == file.name):
                keys.setdefault(key, file.path)  # settled: all is as it was, nobody needs to look
        if histories.keys() - keys.keys() - settled:
            keys = {history_key(self._claim(file).id): file.path for file in unopened} | keys
        orphans: list[Unchanged | Skipped] = []
        for key in sorted(histories.keys() - keys.keys()):
            orphans += self._orphan(key, settled=key in settled)
        return {path: key for key, path in keys.items() if key in histories}, orphans

    def _orphan(self, key: str, *, settled: bool) -> Iterator[Unchanged | Skipped]:
        texts = self._tree.histories[key]
        if settled:
            yield from (Unchanged(text.path, past=True) for text in texts)
        else:
            folder = texts[0].path.rpartition("/")[0]
            reason = "No guide has the id of these earlier texts: rename the folder, or delete it."
            yield Skipped(folder, reason, folder)

    def _guide(self, file: File, texts: tuple[File, ...]) -> Iterator[Found | Unchanged | Skipped]:
        """Past texts, then the present one: a guide that is held must not be taken for its own past."""
        claim, place = self._claim(file), self._place(file)
        try:
            found = list(read_guide(file, claim.id, place, self._setting))
        except Unusable as error:
            yield _held(file, error)
            yield from (Unchanged(text.path, past=True) for text in texts if self._same(text))
            return
        yield from self._past(file, texts)
        yield from found

    def _past(self, file: File, texts: tuple[File, ...]) -> Iterator[Found | Unchanged | Skipped]:
        for text in texts:
            if self._same(text):
                yield Unchanged(text.path, past=True)
                continue
            try:
                yield from read_guide(text, self._claim(file).id, self._place(file), self._setting, past=True)
            except Unusable as error:
                yield _held(text, error)

    def _place(self, file: File) -> Place:
        folder = file.path.rpartition("/")[0]

        def exists(path: str) -> bool:
            real = Path(os.path.realpath(self._publication / path))
            try:
                return real.is_relative_to(self._publication) and real.is_file()
            except OSError:  # a name longer than names can be, or a folder that may not be looked into
                return False

        def slug_of(path: str) -> str | None:
            guide = self._by_path.get(path)
            return self._claim(guide).slug if guide else None

        return Place(folder, slug_of, exists)

    def _claim(self, file: File) -> _Claim:
        """From the head of the file, each file once; what cannot be understood is told when it is read."""
        if (claim := self._claims.get(file.path)) is None:
            claim = self._claims[file.path] = _read_claim(file, self._setting.publication)
        return claim


def _listing(tree: Tree, known: Known) -> Listing:
    """Every file that is there. What lies in a folder that cannot be looked into is not gone."""
    seen = {file.path for file in tree.guides}
    seen |= {file.path for texts in tree.histories.values() for file in texts}
    closed = tuple(f"{each.path}/" for each in tree.skipped if each.path)
    seen |= {each.path for each in tree.skipped if each.path}
    opened = frozenset(file.path for file in tree.guides if known.get(file.path) != file.fingerprint)
    seen |= {path for path in known if closed and path.startswith(closed)}
    return Listing(frozenset(seen), opened)


def _is_inside(folder: Path, path: str) -> bool:
    pure = PurePosixPath(path)
    if not path.strip() or "\0" in path or pure.is_absolute() or ".." in pure.parts:
        return False
    return Path(os.path.realpath(folder / path)).is_relative_to(os.path.realpath(folder))


def _read_claim(file: File, publication: Path) -> _Claim:
    values: Mapping[str, object] = {}
    try:
        with (publication / file.path).open("rb") as stream:
            head = stream.read(4 * MAX_MATTER)
            head = head[: head.rfind(b"\n")] if len(head) == 4 * MAX_MATTER else head
        if re.search(rb"^(id|slug|[\"']|\{)", head, re.MULTILINE) or b"\0" in head:
            text, _ = decode(head)
            values = read_matter(text.replace("\r\n", "\n").replace("\r", "\n")).values
    except (OSError, Unusable):
        values = {}
    written, slug = values.get("id"), values.get("slug")
    own = clean_line(written) if isinstance(written, str) else ""
    named = clean_line(slug) if isinstance(slug, str) else ""
    return _Claim(own or file.name, slugify(named or file.name.rpartition("/")[2]) or "guide")


def _held(file: File, error: Unusable) -> Skipped:
    return Skipped(f"{file.path}:{error.line}" if error.line else file.path, error.reason, file.path)
