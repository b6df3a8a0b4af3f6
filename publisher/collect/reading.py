"""One reading of one source: which guide each text belongs to, and whether it is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from urllib.parse import quote

from sqlalchemy import Connection

from publisher import storage, text
from publisher.collect import distance, newcomers, renewal, settling
from publisher.collect.identity import Guides, Undecided
from publisher.collect.report import CollectReport, Seen
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
_KEPT = (storage.CHANGES, storage.OWNER_HOLDS, storage.OWNER_DATE)  # until the owner speaks, or his date
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
    guides: Guides = field(default_factory=lambda: Guides({}, None))
    slugs: dict[str, str] = field(default_factory=dict)  # slug -> who has it
    listing: Listing | None = None
    _present: set[str] = field(default_factory=set)  # paths that were met, if there is no listing
    _loaded: bool = False
    _new: dict[str, list[Found]] = field(default_factory=dict)  # new guides of this chunk, with their texts
    _later: list[list[Found]] = field(default_factory=list)  # renamed or copied: known at the end
    _wishes: dict[int, Found] = field(default_factory=dict)  # guides that want another address

    def read(self, source: Source) -> None:
        """Take what the source yields, and settle what of it becomes public. Raises SourceError."""
        known = self._prepare()
        for chunk in _chunks(self._found(source.read(known))):
            self._keep_chunk([list(group) for _, group in groupby(chunk, lambda found: found.foreign_id)])
        later, self._later = self._later, []
        self._keep_chunk(later, every_file_read=True)
        self._mark_files(known)
        settled = settling.settle(
            self.store, self.publication, self.spec, self.pub, first=self.first, now=self.now
        )
        self.report.held += settled.held
        self.report.archived += settled.archived
        self._tell_taken()
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
        articles = storage.known_articles(db, self.pub, self.spec.name)
        self.guides = Guides(articles, self.listing, self.report.renamed)
        self.slugs = storage.slugs(db, self.pub)

    def _found(self, items: Iterable[Item]) -> Iterator[Found]:
        """The texts. What else there is needs no database: it is counted and told on the way."""
        for item in items:
            if isinstance(item, Listing):
                self.listing = item
                continue
            if item.path and self.listing is None:
                self._present.add(item.path)
            if isinstance(item, Unchanged):
                self.report.unchanged += not item.past
            elif isinstance(item, Skipped):
                self._skip(item)
            else:
                yield item

    def _keep_chunk(self, groups: Sequence[list[Found]], *, every_file_read: bool = False) -> None:
        """Keep guides in one transaction, and remember their files, so that they need not be opened again."""
        if not groups:
            return
        files: dict[str, Fingerprint] = {}
        with self.store.planning() as db:
            self._load(db)
            for texts in groups:
                try:
                    kept = self._keep(db, texts, every_file_read=every_file_read)
                except Undecided:
                    self._later.append(texts)
                    continue
                if kept:
                    files |= {each.path: each.fingerprint for each in texts if each.path and each.fingerprint}
            self._add(db)
            for found in self._readdress(db):
                files.pop(found.path or "", None)  # looked at again, whatever happens to this collect
            storage.save_files(db, self.pub, self.spec.name, files)

    def _keep(self, db: Connection, texts: list[Found], *, every_file_read: bool) -> bool:
        """Keep the texts of one guide; False if they are to be looked at again next time."""
        last = texts[-1]
        if last.foreign_id in self._new:
            self._add(db)
        if last.past:  # history comes with a new guide only; of an old one we have the texts ourselves
            return last.foreign_id in self.guides.articles
        known = self.guides.find(db, last, newcomers.digest(last), every_file_read=every_file_read)
        if known is None:
            if problem := self._slug_problem(last):
                self._skip(Skipped(last.where, problem, last.path))
                return False
            self.slugs[last.slug] = last.where
            self._new[last.foreign_id] = texts
            return True
        if not self._is_same_file(db, known, last):
            return False
        present = storage.reread(db, self.guides.articles[last.foreign_id])
        self._compare(db, self.guides.keep(present), self._addressed(known, last))
        return True

    def _addressed(self, known: storage.KnownArticle, found: Found) -> Found:
        """The text with an address that it may have; a wish for another one is looked at in the end."""
        if found.slug == known.slug:
            return found
        if found.slug in _RESERVED or not found.slug:
            what = f"the address {found.slug!r} is reserved, so the guide keeps {known.slug!r}"
            self._skip(Skipped(found.where, f"{what}. Give it another `slug:`.", None))
            return replace(found, slug=known.slug)
        self._wishes[known.id] = found
        return found

    def _is_same_file(self, db: Connection, known: storage.KnownArticle, found: Found) -> bool:
        """Whether this file may speak for the guide: not if another one that is there does already."""
        if known.path == found.path:
            return True
        if known.path and self.listing is not None and known.path in self.listing.paths:
            what = f"Its id {found.foreign_id!r} is also that of {known.path}: give one of them its own `id`."
            self._skip(Skipped(found.where, f"{what} Until then, this file is held.", found.path))
            return False
        storage.rename_article(db, known.id, found.foreign_id, found.path)
        self.guides.keep(replace(known, path=found.path))
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
        self.guides.keep(replace(known, number=number, hash=digest, stop=stop))
        seen = Seen(found.title, known.slug, found.where, found.change, step.grade, step.rule)
        self.report.changed.append(seen)

    def _stop(
        self, texts: Sequence[storage.StoredText], known: storage.KnownArticle, digest: bytes
    ) -> str | None:
        """A text that comes while its guide is held stays held, unless it is the public one again."""
        public = next((each.hash for each in texts if each.number == known.public_number), None)
        return known.stop if known.stop in _KEPT and digest != public else storage.COLLECT

    def _same(
        self, db: Connection, known: storage.KnownArticle, found: Found, terms: tuple[storage.Term, ...]
    ) -> None:
        """The text is known. What surrounds it may have changed, the wished time of release too."""
        self.report.unchanged += 1
        differs = storage.touch_revision(db, known.id, known.number, found, terms)
        if known.public_number == known.number:
            if differs:
                storage.refresh(db, self.pub, known.id, known.number)
        elif known.stop not in _KEPT:
            self._wait(db, known, found, known.number, storage.COLLECT)

    def _wait(
        self, db: Connection, known: storage.KnownArticle, found: Found, number: int, stop: str | None
    ) -> None:
        made = storage.NewRelease(known.id, number, found.release, found.hold, stop)
        storage.replace_release(db, self.pub, made, self.now)

    def _add(self, db: Connection) -> None:
        """Write the new guides of this chunk in a few statements, each with all its texts."""
        groups, self._new = self._new, {}
        public_ids = self._public_ids(db, list(groups))
        heads = [(public_ids[guide], texts[-1]) for guide, texts in groups.items()]
        numbers = storage.add_articles(db, self.pub, self.spec.name, heads, self.now)
        made = [
            newcomers.texts_of(number, texts, self._terms)
            for number, texts in zip(numbers, groups.values(), strict=True)
        ]
        storage.add_revisions(db, [each for guide in made for each in guide.revisions], self.now)
        storage.add_releases(db, self.pub, [each for guide in made for each in guide.releases], self.now)
        for guide, texts in zip(made, groups.values(), strict=True):
            last, found = guide.revisions[-1], texts[-1]
            self.guides.keep(
                storage.KnownArticle(
                    last.article, found.foreign_id, found.slug, last.number, last.hash, None, found.path
                )
            )
            for number, grades in guide.distances.items():
                storage.save_pair_grades(db, last.article, number, grades)
            self.report.new += [Seen(each.title, each.slug, each.where) for each in texts if not each.past]

    def _mark_files(self, known: Mapping[str, Fingerprint]) -> None:
        """Whose file is gone since the last reading, and whose is back."""
        listed = self._present if self.listing is None else self.listing.paths
        gone_files = sorted(known.keys() - listed)
        with self.store.planning() as db:
            storage.forget_files(db, self.pub, self.spec.name, gone_files)
            if self.listing is None:
                return
            if not (self._loaded or gone_files or storage.has_missing(db, self.pub)):
                return
            self._load(db)
            guides = self.guides.articles.values()
            lost = self.guides.displaced
            there = {each.id: each.path in listed if each.path else each.id not in lost for each in guides}
            gone = [each for each in guides if not there[each.id] and not each.missing]
            back = [each for each in guides if there[each.id] and each.missing]
            self.report.gone += sorted(each.path or each.foreign_id for each in gone)
            self.report.returned += sorted(each.path or each.foreign_id for each in back)
            storage.mark_missing(db, [each.id for each in gone], self.now)
            storage.mark_missing(db, [each.id for each in back], None)
            if storage.restore(db, [each.id for each in back], why="gone"):
                storage.bump(db, self.pub)

    def _readdress(self, db: Connection) -> list[Found]:
        """Give guides the addresses that they wish, as far as these are free; the guides that still wait."""
        if not self._wishes:
            return []
        wished = {guide: found.slug for guide, found in self._wishes.items()}
        done, refused = storage.readdress(db, self.pub, storage.wishes_open(db, wished), self.now)
        for guide in done:
            del self._wishes[guide]
        return [self._wishes[guide] for guide in refused]

    def _tell_taken(self) -> None:
        """In the end an address may be free that was not before. One that is taken is told."""
        if not self._wishes:
            return
        with self.store.planning() as db:
            for found in self._readdress(db):
                what = f"the address {found.slug!r} belongs to another guide, so this one keeps its own"
                self._skip(Skipped(found.where, f"{what}. Give one of the two another `slug:`.", None))
                if found.path:
                    storage.forget_files(db, self.pub, self.spec.name, [found.path])

    def _terms(self, found: Found) -> tuple[storage.Term, ...]:
        """Tags and authors by the words that stand in addresses."""
        return renewal.terms(self.publication, found.tags, tuple(each.name for each in found.authors))

    def _public_ids(self, db: Connection, guides: Sequence[str]) -> dict[str, str]:
        """foreign id -> public id. Where a guide has moved away, its id went with it: a number is added."""
        wished = {
            guide: tag_uri(self.authority, self.publication.slug, self.spec.name, guide) for guide in guides
        }
        taken = storage.taken_ids(db, wished.values())
        number = 2
        while again := {guide: uri for guide, uri in wished.items() if uri in taken}:
            for guide in again:
                uri = tag_uri(self.authority, self.publication.slug, self.spec.name, guide)
                wished[guide] = f"{uri};{number}"
            taken |= storage.taken_ids(db, [wished[guide] for guide in again])
            number += 1
        return wished

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
