"""Which guide a text belongs to: by its id, by its file, by its words, by its address.

A guide without an id of its own is known by its file's path. Files are renamed, numbered afresh, exchanged:
then the words say who is who, where the file that had them is gone or holds other words now.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from publisher import storage
from publisher.collect.report import Renamed
from publisher.model import Found, Listing


class Undecided(Exception):
    """Whether this is a renamed guide or the copy of one is known only when every file was read."""


@dataclass(slots=True)
class Guides:
    """The guides of one source, by foreign id. Without a listing only ids count."""

    articles: dict[str, storage.KnownArticle]
    listing: Listing | None
    renamed: list[Renamed] = field(default_factory=list)
    displaced: set[int] = field(default_factory=set)  # another guide's text is in their file now
    _read: dict[str, bytes] = field(default_factory=dict)  # path -> hash of what is in it
    _by_path: dict[str, storage.KnownArticle] = field(default_factory=dict)
    _by_hash: dict[bytes, list[storage.KnownArticle]] = field(default_factory=lambda: defaultdict(list))
    _gone: dict[str, storage.KnownArticle] = field(default_factory=dict)  # by slug

    def __post_init__(self) -> None:
        if self.listing is None:
            return
        for each in self.articles.values():
            if each.path is not None:
                self._by_path[each.path] = each
            if each.path is None or each.path not in self.listing.paths:
                self._gone[each.slug] = each
                self._by_hash[each.hash].append(each)
            elif each.path in self.listing.opened:
                self._by_hash[each.hash].append(each)

    def find(
        self, db: Connection, found: Found, digest: bytes, *, every_file_read: bool
    ) -> storage.KnownArticle | None:
        """The guide of a text; None for one that was never seen. A renamed one is brought to its new name.

        Raises Undecided while files are to be read that could tell.
        """
        known = self.articles.get(found.foreign_id)
        if self.listing is None:
            return known
        if found.path:
            self._read[found.path] = digest
        if known is not None and (known.hash == digest or found.own_id):
            return known
        if (other := self._had(digest, known, every_file_read=every_file_read)) is not None:
            if known is not None:
                self._displace(db, known)
            return self.rename(db, other, found)
        if known is not None:
            return known
        same_file = self._by_path.get(found.path or "")
        moved = self._gone.get(found.slug)
        if same_file is not None and self.articles.get(same_file.foreign_id) is same_file:
            return self.rename(db, same_file, found)  # an `id:` was written into it, or taken out
        if moved is not None and self.articles.get(moved.foreign_id) is moved:
            return self.rename(db, moved, found)  # moved and changed at once: it has the same address
        return None

    def _had(
        self, digest: bytes, known: storage.KnownArticle | None, *, every_file_read: bool
    ) -> storage.KnownArticle | None:
        """The guide whose text this was until now, if its own file does not hold it any more."""
        candidates = [
            each
            for each in self._by_hash.get(digest, ())
            if each is not known and self.articles.get(each.foreign_id) is each
        ]
        for each in candidates:
            if self._left(each):
                self._by_hash[digest].remove(each)
                return each
        if candidates and not every_file_read:
            raise Undecided
        return None

    def _left(self, each: storage.KnownArticle) -> bool:
        """Whether a guide's text is not in its file any more."""
        if each.path is None or self.listing is None or each.path not in self.listing.paths:
            return True
        return self._read.get(each.path, each.hash) != each.hash

    def rename(self, db: Connection, known: storage.KnownArticle, found: Found) -> storage.KnownArticle:
        """The guide is found under another id or path from now on; its public id stays."""
        storage.rename_article(db, known.id, found.foreign_id, found.path)
        if known.path != found.path:
            self.renamed.append(Renamed(known.path or known.foreign_id, found.where))
        self.articles.pop(known.foreign_id, None)
        self.displaced.discard(known.id)
        return self.keep(replace(known, foreign_id=found.foreign_id, path=found.path))

    def _displace(self, db: Connection, known: storage.KnownArticle) -> None:
        """Another guide has taken its file; it may turn up elsewhere, or else its file is gone."""
        aside = f"{known.foreign_id} (displaced {known.id})"
        storage.rename_article(db, known.id, aside, None)
        self.articles.pop(known.foreign_id, None)
        self.displaced.add(known.id)
        kept = self.keep(replace(known, foreign_id=aside, path=None))
        self._by_hash[kept.hash] = [each for each in self._by_hash[kept.hash] if each.id != kept.id]
        self._by_hash[kept.hash].append(kept)

    def keep(self, known: storage.KnownArticle) -> storage.KnownArticle:
        """Remember what is known of a guide now."""
        self.articles[known.foreign_id] = known
        return known
