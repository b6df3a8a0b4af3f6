"""Sources in, revisions out: read what is there, keep every text once, and say when it may become public."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import Connection

from publisher import storage, text
from publisher.errors import SourceError
from publisher.model import (
    Fingerprint,
    Found,
    Grade,
    Publication,
    Skipped,
    Source,
    SourceSpec,
    Unchanged,
)

_CHUNK = 200  # texts per transaction: other writers get their turn, and a kill loses little
_RESERVED = frozenset({"tag", "author", "archive", "feed", "updates", "-", "history"})


@dataclass(frozen=True, slots=True)
class Seen:
    """A guide that collect has something to say about."""

    title: str
    slug: str
    where: str
    change: str | None = None
    grade: Grade = Grade.MATERIAL


@dataclass(slots=True)
class CollectReport:
    """What one collect of one publication found."""

    publication: str
    new: list[Seen] = field(default_factory=list)
    changed: list[Seen] = field(default_factory=list)
    unchanged: int = 0
    gone: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    failed: list[Skipped] = field(default_factory=list)  # whole sources


def collect(
    store: storage.Store,
    publication: Publication,
    sources: Sequence[tuple[SourceSpec, Source]],
    *,
    authority: str,
    now: datetime,
) -> CollectReport:
    """Read every source of a publication. What fails is in the report, with a sentence; the rest is kept."""
    report = CollectReport(publication.slug)
    for spec, source in sources:
        try:
            _Reading(store, publication, spec, authority, now, report).read(source)
        except SourceError as error:
            where = error.where or f"feeds/{publication.slug}"
            report.failed.append(Skipped(where, f"{error.what}. {error.advice or ''}".strip()))
    return report


@dataclass(slots=True)
class _Reading:
    """One reading of one source."""

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
    begun: set[str] = field(default_factory=set)  # guides whose first text came in this reading

    def read(self, source: Source) -> None:
        known = self._prepare()
        present: set[str] = set()
        for chunk in _chunks(source.read(known)):
            present |= {item.path for item in chunk if item.path}
            with self.store.planning() as db:
                marks = [self._take(db, item) for item in chunk]
                files = dict(filter(None, marks))
                storage.save_files(db, self.pub, self.spec.name, files)
        gone = sorted(set(known) - present)
        self.report.gone += gone
        with self.store.write() as db:
            storage.forget_files(db, self.pub, self.spec.name, gone)
            storage.mark_collected(db, self.pub, self.spec.name, self.now)

    def _prepare(self) -> dict[str, Fingerprint]:
        with self.store.write() as db:
            self.pub = storage.publication_id(db, self.publication.slug)
            self.first = storage.first_collected(db, self.pub, self.spec.name) is None
            self.articles = storage.known_articles(db, self.pub, self.spec.name)
            self.slugs = storage.slugs(db, self.pub)
            return storage.known_files(db, self.pub, self.spec.name)

    def _take(self, db: Connection, item: Found | Unchanged | Skipped) -> tuple[str, Fingerprint] | None:
        """Keep one item; the file to remember as read, so that it need not be opened next time."""
        if isinstance(item, Unchanged):
            self.report.unchanged += not item.past
            return None
        if isinstance(item, Skipped):
            self._skip(item)
            return None
        kept = self._keep(db, item)
        return (item.path, item.fingerprint) if kept and item.path and item.fingerprint else None

    def _keep(self, db: Connection, found: Found) -> bool:
        known = self.articles.get(found.foreign_id)
        digest = bytes.fromhex(text.content_hash(found.title, found.html))
        if known is None:
            return self._add(db, found, digest)
        if found.past and found.foreign_id not in self.begun:
            return True  # history comes with a new guide only; of an old one we have the texts ourselves
        if known.hash != digest:
            self._change(db, found, known, digest)
        else:
            self._same(db, found, known)
        return True

    def _add(self, db: Connection, found: Found, digest: bytes) -> bool:
        if problem := self._slug_problem(found):
            self._skip(Skipped(found.where, problem, found.path))
            return False
        public_id = tag_uri(self.authority, self.publication.slug, self.spec.name, found.foreign_id)
        number = storage.add_article(db, self.pub, self.spec.name, public_id, found, self.now)
        self.slugs[found.slug] = found.where
        self.begun.add(found.foreign_id)
        known = storage.KnownArticle(number, found.foreign_id, found.slug, 0, b"", None)
        self._change(db, found, known, digest)
        return True

    def _change(self, db: Connection, found: Found, known: storage.KnownArticle, digest: bytes) -> None:
        """A text that differs from the one before is the guide's next revision."""
        number = known.number + 1
        minutes = text.minutes(found.html)
        storage.add_revision(db, known.id, number, found, digest=digest, minutes=minutes, now=self.now)
        public = self._release(db, found, known.id, number, known.public_number)
        self.articles[found.foreign_id] = replace(known, number=number, hash=digest, public_number=public)
        if not found.past:
            grade = found.significance or Grade.MATERIAL
            seen = Seen(found.title, known.slug, found.where, found.change, grade)
            (self.report.new if found.foreign_id in self.begun else self.report.changed).append(seen)

    def _same(self, db: Connection, found: Found, known: storage.KnownArticle) -> None:
        """The text is known. What surrounds it may have changed, the wished time of release too."""
        self.report.unchanged += 0 if found.past else 1
        storage.touch_revision(db, known.id, known.number, found)
        if known.public_number == known.number:
            storage.save_metadata(db, known.id, found)
        else:
            public = self._release(db, found, known.id, known.number, known.public_number)
            self.articles[found.foreign_id] = replace(known, public_number=public)

    def _release(
        self, db: Connection, found: Found, article: int, number: int, public: int | None
    ) -> int | None:
        """Make a revision public, or let it wait; the number that is public now."""
        waits = not found.past and (found.hold or (found.release is not None and found.release > self.now))
        queued = self.publication.release is not None and public is None and found.release is None
        archived = found.past or (self.first and self.spec.backfill == "archive")
        storage.add_release(
            db, article, number, self.pub, wanted_at=found.release, held=found.hold, now=self.now
        )
        if waits or (queued and not archived):
            return public
        at, eligible_at = self.now, None
        if found.past:
            at = min(found.updated or found.published or self.now, self.now)
        elif not archived:
            frozen = storage.frozen_until(db, self.publication.slug)
            eligible_at = max(self.now, frozen or self.now)
        storage.publish(db, article, number, at=at, eligible_at=eligible_at)
        return number

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


def _chunks(items: Iterable[Found | Unchanged | Skipped]) -> Iterator[list[Found | Unchanged | Skipped]]:
    """About `_CHUNK` items each. The texts of one guide stay together: its history is kept whole or not."""
    chunk: list[Found | Unchanged | Skipped] = []
    guide = None
    for item in items:
        following = item.foreign_id if isinstance(item, Found) else None
        if len(chunk) >= _CHUNK and (following is None or following != guide):
            yield chunk
            chunk = []
        chunk.append(item)
        guide = following
    if chunk:
        yield chunk
