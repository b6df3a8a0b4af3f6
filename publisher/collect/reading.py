"""One reading of one source: which guide each text belongs to, and whether it is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from urllib.parse import quote

from sqlalchemy import Connection

from publisher import storage, text
from publisher.collect import distance, newcomers, settling
from publisher.collect.report import CollectReport, Renamed, Seen
from publisher.model import (
    Fingerprint,
    Found,
    Item,
    Listing,
    Publication,
    Skipped,
    Source,
    SourceSpec,
    Unchanged,
)

_CHUNK = 200  # texts per transaction: other writers get their turn, and a kill loses little
_RESERVED = frozenset({"tag", "author", "archive", "feed", "updates", "-", "history"})


@dataclass(slots=True)
class Reading:
    """Guides are known by their foreign id; one whose file was renamed, by its text."""

    store: storage.Store
    publication: Publication
    spec: SourceSpec
    authority: str
    now: datetime
    report: CollectReport
    pub: int = 0
    first: bool = False  # nothing was ever collected from this source
    articles: dict[str, storage.KnownArticle] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)  # slug -> who has it
    listed: frozenset[str] | None = None  # every path that is there, if the source can say
    _gone: dict[bytes, storage.KnownArticle] = field(default_factory=dict)  # by hash: whose file is not there
    _present: set[str] = field(default_factory=set)  # paths that were met, if there is no listing
    _loaded: bool = False
    _new: dict[str, list[Found]] = field(default_factory=dict)  # new guides of this chunk, with their texts

    def read(self, source: Source) -> None:
        """Take what the source yields, and settle what of it becomes public. Raises SourceError."""
        known = self._prepare()
        for chunk in _chunks(self._found(source.read(known))):
            with self.store.planning() as db:
                self._load(db)
                files = self._take(db, chunk)
                self._add(db)
                storage.save_files(db, self.pub, self.spec.name, files)
        self._mark_files(known)
        settled = settling.settle(
            self.store, self.publication, self.spec, self.pub, first=self.first, now=self.now
        )
        self.report.held += settled.held
        self.report.archived += settled.archived
        with self.store.write() as db:
            storage.mark_collected(db, self.pub, self.spec.name, self.now)

    def _prepare(self) -> dict[str, Fingerprint]:
        with self.store.write() as db:
            self.pub = storage.publication_id(db, self.publication.slug)
            self.first = storage.first_collected(db, self.pub, self.spec.name) is None
            return storage.known_files(db, self.pub, self.spec.name)

    def _load(self, db: Connection) -> None:
        """What is known of this source's guides; when nothing changed, nobody needs to know."""
        if self._loaded:
            return
        self._loaded = True
        self.articles = storage.known_articles(db, self.pub, self.spec.name)
        self.slugs = storage.slugs(db, self.pub)
        if (listed := self.listed) is not None:
            known = self.articles.values()
            self._gone = {each.hash: each for each in known if each.path and each.path not in listed}

    def _found(self, items: Iterable[Item]) -> Iterator[Found]:
        """The texts. What else there is needs no database: it is counted and told on the way."""
        for item in items:
            if isinstance(item, Listing):
                self.listed = item.paths
                continue
            if item.path and self.listed is None:
                self._present.add(item.path)
            if isinstance(item, Unchanged):
                self.report.unchanged += not item.past
            elif isinstance(item, Skipped):
                self._skip(item)
            else:
                yield item

    def _take(self, db: Connection, chunk: Sequence[Found]) -> dict[str, Fingerprint]:
        """Keep a chunk; the files to remember as read, so that they need not be opened next time."""
        files: dict[str, Fingerprint] = {}
        for guide, group in groupby(chunk, lambda found: found.foreign_id):
            texts = list(group)
            if self._keep(db, guide, texts):
                files |= {each.path: each.fingerprint for each in texts if each.path and each.fingerprint}
        return files

    def _keep(self, db: Connection, guide: str, texts: list[Found]) -> bool:
        """Keep the texts of one guide; False if they are to be looked at again next time."""
        if guide in self._new:
            self._add(db)
        last = texts[-1]
        known = self.articles.get(guide)
        if known is None and (gone := self._gone.pop(newcomers.digest(last), None)) and not last.past:
            known = self._rename(db, gone, last)
        if known is None:
            if problem := self._slug_problem(last):
                self._skip(Skipped(last.where, problem, last.path))
                return False
            self.slugs[last.slug] = last.where
            self._new[guide] = texts
            return True
        if not self._is_same_file(db, known, last):
            return False
        for found in texts:
            if not found.past:  # history comes with a new guide only; of an old one we have the texts
                self._compare(db, self.articles[guide], found)
        return True

    def _rename(self, db: Connection, gone: storage.KnownArticle, found: Found) -> storage.KnownArticle:
        """The same text under another name, where the old name is no more: the guide keeps its id."""
        storage.rename_article(db, gone.id, found.foreign_id, found.path)
        self.report.renamed.append(Renamed(gone.path or gone.foreign_id, found.where))
        self.articles.pop(gone.foreign_id, None)
        known = replace(gone, foreign_id=found.foreign_id, path=found.path)
        self.articles[found.foreign_id] = known
        return known

    def _is_same_file(self, db: Connection, known: storage.KnownArticle, found: Found) -> bool:
        """Whether this file may speak for the guide: not if another one that is there does already."""
        if found.past or known.path == found.path:
            return True
        if known.path and self.listed is not None and known.path in self.listed:
            what = f"Its id {found.foreign_id!r} is also that of {known.path}: give one of them its own `id`."
            self._skip(Skipped(found.where, f"{what} Until then, this file is held.", found.path))
            return False
        storage.rename_article(db, known.id, found.foreign_id, found.path)
        self.articles[found.foreign_id] = replace(known, path=found.path)
        return True

    def _compare(self, db: Connection, known: storage.KnownArticle, found: Found) -> None:
        digest = newcomers.digest(found)
        terms = self._terms(found)
        if known.hash == digest:
            self._same(db, known, found, terms)
            return
        texts = storage.texts_of(db, known.id)
        step = distance.step(texts[-1], found)
        number = known.number + 1
        made = storage.NewRevision(
            known.id, number, found, digest, text.minutes(found.html), step.grade, step.rule, terms
        )
        storage.add_revisions(db, [made], self.now)
        storage.save_pair_grades(db, known.id, number, distance.direct(texts, step, found))
        stop = self._stop(texts, known, digest)
        self._wait(db, known, found, number, stop)
        self.articles[found.foreign_id] = replace(known, number=number, hash=digest, stop=stop)
        seen = Seen(found.title, known.slug, found.where, found.change, step.grade, step.rule)
        self.report.changed.append(seen)

    def _stop(
        self, texts: Sequence[storage.StoredText], known: storage.KnownArticle, digest: bytes
    ) -> str | None:
        """A text that comes while its guide is held stays held, unless it is the public one again."""
        public = next((each.hash for each in texts if each.number == known.public_number), None)
        held = known.stop in (storage.CHANGES, storage.OWNER_HOLDS) and digest != public
        return known.stop if held else storage.COLLECT

    def _same(
        self, db: Connection, known: storage.KnownArticle, found: Found, terms: tuple[storage.Term, ...]
    ) -> None:
        """The text is known. What surrounds it may have changed, the wished time of release too."""
        self.report.unchanged += 1
        storage.touch_revision(db, known.id, known.number, found, terms)
        if known.public_number == known.number:
            storage.refresh(db, self.pub, known.id, known.number, self.now)
        elif known.stop not in (storage.CHANGES, storage.OWNER_HOLDS):
            self._wait(db, known, found, known.number, storage.COLLECT)

    def _wait(
        self, db: Connection, known: storage.KnownArticle, found: Found, number: int, stop: str | None
    ) -> None:
        made = storage.NewRelease(known.id, number, found.release, found.hold, stop)
        storage.replace_release(db, self.pub, made, self.now)

    def _add(self, db: Connection) -> None:
        """Write the new guides of this chunk in a few statements, each with all its texts."""
        groups, self._new = self._new, {}
        heads = [(self._public_id(guide), texts[-1]) for guide, texts in groups.items()]
        numbers = storage.add_articles(db, self.pub, self.spec.name, heads, self.now)
        made = [
            newcomers.texts_of(number, texts, self._terms)
            for number, texts in zip(numbers, groups.values(), strict=True)
        ]
        storage.add_revisions(db, [each for guide in made for each in guide.revisions], self.now)
        storage.add_releases(db, self.pub, [each for guide in made for each in guide.releases], self.now)
        for guide, texts in zip(made, groups.values(), strict=True):
            last, found = guide.revisions[-1], texts[-1]
            self.articles[found.foreign_id] = storage.KnownArticle(
                last.article, found.foreign_id, found.slug, last.number, last.hash, None, found.path
            )
            for number, grades in guide.distances.items():
                storage.save_pair_grades(db, last.article, number, grades)
            self.report.new += [Seen(each.title, each.slug, each.where) for each in texts if not each.past]

    def _mark_files(self, known: Mapping[str, Fingerprint]) -> None:
        """Whose file is gone since the last reading, and whose is back."""
        listed = self._present if self.listed is None else self.listed
        gone_files = sorted(known.keys() - listed)
        with self.store.planning() as db:
            storage.forget_files(db, self.pub, self.spec.name, gone_files)
            if self.listed is None:
                return
            if not (self._loaded or gone_files or storage.has_missing(db, self.pub)):
                return
            self._load(db)
            guides = [each for each in self.articles.values() if each.path]
            gone = [each for each in guides if each.path not in listed and not each.missing]
            back = [each for each in guides if each.path in listed and each.missing]
            self.report.gone += sorted(each.path or "" for each in gone)
            self.report.returned += sorted(each.path or "" for each in back)
            storage.mark_missing(db, [each.id for each in gone], self.now)
            storage.mark_missing(db, [each.id for each in back], None)
            if storage.restore(db, [each.id for each in back], why="gone"):
                storage.bump(db, self.pub)

    def _terms(self, found: Found) -> tuple[storage.Term, ...]:
        """Tags and authors by the words that stand in addresses."""
        default = (self.publication.author,) if self.publication.author else ()
        tags = [("tag", text.slugify(tag), tag) for tag in found.tags]
        authors = [("author", text.slugify(each.name), each.name) for each in found.authors or default]
        return (*tags, *authors)

    def _public_id(self, foreign_id: str) -> str:
        return tag_uri(self.authority, self.publication.slug, self.spec.name, foreign_id)

    def _skip(self, item: Skipped) -> None:
        """Sources name files as seen from the publication's folder; the owner looks from the site's."""
        self.report.skipped.append(replace(item, where=f"feeds/{self.publication.slug}/{item.where}"))

    def _slug_problem(self, found: Found) -> str | None:
        if found.slug in _RESERVED or not found.slug:
            return f"the address {found.slug!r} is reserved. Give the guide another `slug:`."
        if other := self.slugs.get(found.slug):
            what = f"the address {found.slug!r} belongs to {other} already, so this guide is not taken"
            return f"{what}. Give one of the two another `slug:`."
        return None


def tag_uri(authority: str, publication: str, source: str, foreign_id: str) -> str:
    """A guide's permanent id (RFC 4151): a function of its key and the site's fixed authority."""
    return f"tag:{authority}:{publication}/{source}/{quote(foreign_id, safe='/')}"


def _chunks(items: Iterable[Found]) -> Iterator[list[Found]]:
    """About `_CHUNK` texts each. Those of one guide stay together: its history is kept whole or not."""
    chunk: list[Found] = []
    for item in items:
        if len(chunk) >= _CHUNK and item.foreign_id != chunk[-1].foreign_id:
            yield chunk
            chunk = []
        chunk.append(item)
    if chunk:
        yield chunk
