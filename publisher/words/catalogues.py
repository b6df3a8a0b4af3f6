"""Catalogues found in folders; the owner's sentences come before the bundled ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import TemplateError
from publisher.words.speaking import Words

if TYPE_CHECKING:
    from babel.support import Translations

ENGLISH = "en"
_TAG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")


class Catalogues:
    """`folders` are searched for `locale/<language>.po`; the first that has a sentence says it."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._known: dict[str, Words] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """The language tags that there are catalogues for, and English, in order."""
        found = {ENGLISH}
        for folder in self._folders:
            found |= {path.stem.replace("_", "-") for path in (folder / "locale").glob("*.po")}
        return tuple(sorted(found))

    def words(self, tag: str | None) -> Words:
        """The words of the language nearest to `tag` (BCP 47): "de-AT" is German. Raises TemplateError."""
        chosen = self.nearest([tag] if tag else []) or ENGLISH
        exact = tag if tag and _TAG.fullmatch(tag) and tag.lower().startswith(chosen.lower()) else chosen
        if exact not in self._known:
            self._known[exact] = Words(chosen, exact, self._translations(chosen))
        return self._known[exact]

    def nearest(self, tags: Sequence[str]) -> str | None:
        """The first of `tags` that we speak, by its exact name or by its language alone; None for none."""
        present = {each.lower(): each for each in self.languages}
        for tag in tags:
            wanted = tag.replace("_", "-").lower()
            while wanted:
                if wanted in present:
                    return present[wanted]
                wanted = wanted.rpartition("-")[0]
        return None

    def _translations(self, language: str) -> Translations | None:
        """The catalogues of a language, one behind the other."""
        from babel.support import Translations

        first: Translations | None = None
        for folder in self._folders:
            path = folder / "locale" / f"{language}.po"
            if path.is_file():
                said = Translations()
                said._catalog = _read(path)
                said.plural = _plural(path)
                if first is None:
                    first = said
                else:
                    first.add_fallback(said)
        return first


def _read(path: Path) -> dict[str | tuple[str, int], str]:
    """A .po file in the form that the gettext module keeps."""
    from babel.messages.pofile import PoFileError, read_po

    found: dict[str | tuple[str, int], str] = {}
    try:
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                if not message.id or message.fuzzy or not message.string:
                    continue
                if isinstance(message.id, str):
                    found[message.id] = str(message.string)
                elif all(message.string):
                    found |= {(message.id[0], at): text for at, text in enumerate(message.string)}
    except (OSError, ValueError, PoFileError) as error:
        raise TemplateError(f"The catalogue cannot be read: {error}", where=str(path)) from None
    return found


def _plural(path: Path):  # type: ignore[no-untyped-def]  # gettext's c2py gives a function of a number
    from gettext import c2py

    match = re.search(r"plural=([^;\\]+);", path.read_text(encoding="utf-8", errors="replace"))
    return c2py(match[1].strip() if match else "n != 1")
