"""Catalogues found in folders; the owner's sentences come before the bundled ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.words.speaking import ENGLISH, Words, locale_of

if TYPE_CHECKING:
    from gettext import GNUTranslations

_KEPT = 200  # languages asked for whose words are held at once
_LONGEST = 35  # characters of a language tag (RFC 5646, 4.4.1)

Looks = tuple[tuple[str, int, int], ...]  # (path, time, size) of the files of one language, the owner's first


class Catalogues:
    """`folders` are searched for `locale/<language>.po`; the first that has a sentence says it.

    A file that changes is read again. Safe to share between threads: at worst a file is read twice.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._known: dict[str, tuple[Looks, Words]] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """The language tags that there are catalogues for, and English, in order."""
        return tuple(sorted({ENGLISH.language, *self._files()}))

    def words(self, tag: str | None) -> Words:
        """The words of the language nearest to `tag` (BCP 47): "de-AT" is German. Raises TemplateError.

        Dates and numbers follow the tag itself, as far as it is one that there is.
        """
        files = self._files()
        chosen = _nearest([tag] if tag else [], files) or ENGLISH.language
        exact = _exact(tag or "", chosen)
        looks = files.get(chosen, ())
        known = self._known.get(exact)
        if known is None or known[0] != looks:
            if len(self._known) >= _KEPT:
                self._known.pop(next(iter(self._known)), None)
            known = self._known[exact] = looks, Words(chosen, exact, _read(looks))
        return known[1]

    def nearest(self, tags: Sequence[str]) -> str | None:
        """The first of `tags` that we speak, by its exact name or by its language alone; None for none."""
        return _nearest(tags, self._files())

    def _files(self) -> dict[str, Looks]:
        """Each language's files."""
        found: dict[str, Looks] = {}
        for folder in self._folders:
            try:
                with os.scandir(folder / "locale") as entries:
                    for entry in sorted(entries, key=lambda each: each.name):
                        name, _, suffix = entry.name.rpartition(".")
                        if suffix == "po" and name and entry.is_file():
                            seen = entry.stat()
                            tag = name.replace("_", "-")
                            one = (entry.path, seen.st_mtime_ns, seen.st_size)
                            found[tag] = (*found.get(tag, ()), one)
            except OSError:  # most owners have no catalogues of their own
                continue
        return found


def _nearest(tags: Sequence[str], files: dict[str, Looks]) -> str | None:
    present = {each.lower(): each for each in (ENGLISH.language, *files)}
    for tag in tags:
        wanted = tag[:_LONGEST].replace("_", "-").lower()
        while wanted:
            if wanted in present:
                return present[wanted]
            wanted = wanted.rpartition("-")[0]
    return None


def _exact(tag: str, chosen: str) -> str:
    """`tag` if it is a kind of the `chosen` language that dates and numbers are known of, else `chosen`."""
    asked = tag.replace("_", "-")
    kind = asked.lower().startswith(f"{chosen.lower()}-") and len(asked) <= _LONGEST
    locale = locale_of(asked) if kind else None
    return str(locale).replace("_", "-") if locale else chosen


def _read(looks: Looks) -> GNUTranslations | None:
    """The catalogues of a language, one behind the other."""
    from publisher.words.reading import read_catalogue

    first: GNUTranslations | None = None
    for path, _, _ in looks:
        said = read_catalogue(Path(path))
        if first is None:
            first = said
        else:
            first.add_fallback(said)
    return first
