"""Which files the public may have: those that a public guide shows, or showed before it was changed.

Mails that were sent go on showing a picture that has left the guide since. What a withdrawn guide showed is
gone with it, and what only a text that waits shows is not there yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from publisher import library, storage
from publisher.model import Publication

_AT_ONCE = 200  # guides read from the database together
_MANY = 50_000  # files remembered; they are a guide's, so that strangers cannot add to them


@dataclass(slots=True)
class Shown:
    """What was found before. `guides`: path -> the guide that shows it, and in which generation that was so.

    Any thread may use it: what two of them find at once is the same.
    """

    guides: dict[str, tuple[int, int]] = field(default_factory=dict)
    nobody: dict[str, int] = field(default_factory=dict)  # path -> the generation in which no guide showed it

    def has(
        self, store: storage.Store, publication: Publication, path: str, base_url: str, generation: int
    ) -> bool:
        """Whether a guide shows the file at `path` ("-/media/knees/stairs.png") or did. Raises StorageError.

        `generation` counts the changes of what is public: a no holds for as long as nothing changes, and a
        yes for as long as its guide is public.
        """
        known = self.guides.get(path)
        if known is not None and known[1] == generation:
            return True
        if self.nobody.get(path) == generation:
            return False
        with store.read() as db:
            if known is not None and storage.guides_by_id(db, [known[0]], texts=False):
                self.guides[path] = (known[0], generation)
                return True
            self._forget_some()
            for guide, shown in _files(db, publication, base_url):
                self.guides[shown] = (guide, generation)
                if shown == path:
                    return True
        self.nobody[path] = generation
        return False

    def _forget_some(self) -> None:
        for remembered in (self.guides, self.nobody):
            if len(remembered) > _MANY:
                remembered.clear()


def _files(db: storage.Connection, publication: Publication, base_url: str) -> Iterator[tuple[int, str]]:
    """(guide, path) of all that public guides show, the newest first; then of what they showed before."""
    changed = []
    for guide in _guides(db, publication):
        entry = library.entry(guide.article, publication, base_url)
        for path, _ in library.media_of(publication, [entry], base_url):
            yield guide.article.id, path
        if guide.article.number > 1:
            changed.append(replace(guide.article, html=""))  # of many guides, only what is needed
    for article in changed:
        for text in storage.public_texts(db, article.id):
            entry = library.entry(replace(article, html=text.html, image=None), publication, base_url)
            for path, _ in library.media_of(publication, [entry], base_url):
                yield article.id, path


def _guides(db: storage.Connection, publication: Publication) -> Iterator[storage.PublicGuide]:
    """Every public guide, newest first, never all of them in memory."""
    before: int | None = None
    while some := storage.public_guides(db, publication.slug, limit=_AT_ONCE, before=before):
        yield from some
        before = some[-1].ordinal
