"""A library to look at: guides put into a database in one line, as collecting and releasing would put them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from publisher import library, storage, text
from publisher.model import Author, Found, Grade, Image, Publication
from tests.making import DAY, HOUR, NOON

BASE = "https://guides.example"
AUTHORITY = "guides.example,2026"
KNEES = Publication("knees", "/nowhere/knees", "Knees", author=Author("Ida Grün"), entries=3)
HIPS = Publication("hips", "/nowhere/hips", "Hips", language="de", formats=("atom", "jsonfeed"), entries=3)


def catalogue(store: storage.Store, *publications: Publication) -> library.Catalogue:
    """Of these publications, or of two that differ in language, formats and author."""
    return library.Catalogue(
        store, publications or (KNEES, HIPS), base_url=BASE, authority=AUTHORITY, site_title="Example Guides"
    )


@dataclass
class Library:
    """Writes guides. Every call that says no time comes an hour after the one before."""

    store: storage.Store
    now: datetime = NOON
    found: dict[str, tuple[int, Found]] = field(default_factory=dict)  # slug -> guide, its last text

    def add(
        self,
        slug: str,
        html: str = "",
        *,
        pub: str = "knees",
        tags: Sequence[str] = (),
        author: str = "",
        image: str = "",
        canonical: str | None = None,
        published: datetime | None = None,
        release: bool = True,
    ) -> int:
        """A new guide; public, unless it is to wait."""
        made = Found(
            foreign_id=slug,
            where=f"{slug}.md",
            title=f"About {slug}",
            html=html or f"<p>All that is known of {slug}.</p>",
            summary=f"In short: {slug}.",
            slug=slug,
            tags=tuple(tags),
            authors=(Author(author),) if author else (),
            image=Image(image) if image else None,
            canonical=canonical,
            published=published,
        )
        public_id = f"tag:{AUTHORITY}:{pub}/folder/{slug}"
        with self.store.write() as db:
            number = storage.publication_id(db, pub)
            (guide,) = storage.add_articles(db, number, "folder", [(public_id, made)], self.now)
        self._revise(guide, 1, made, Grade.MATERIAL, pub, release)
        return guide

    def many(self, count: int, *, pub: str = "knees", first: int = 1) -> None:
        """Guides called guide-1, guide-2 …"""
        for number in range(first, first + count):
            self.add(f"guide-{number}", pub=pub)

    def bulk(self, count: int, *, pub: str = "knees", size: int = 0) -> None:
        """Many public guides at once, called bulk-1 and so on: of `size` bytes, with tags and authors."""
        made = [_bulk(number, size) for number in range(1, count + 1)]
        for start in range(0, count, 2_000):
            some = made[start : start + 2_000]
            named = [(f"tag:{AUTHORITY}:{pub}/folder/{each.slug}", each) for each in some]
            with self.store.planning() as db:
                place = storage.publication_id(db, pub)
                ids = storage.add_articles(db, place, "folder", named, self.now)
                self.found |= {each.slug: (guide, each) for guide, each in zip(ids, some, strict=True)}
                storage.add_revisions(db, [_first(*both) for both in zip(ids, some, strict=True)], self.now)
                waiting = [storage.NewRelease(each, 1, None, False, None) for each in ids]
                storage.add_releases(db, place, waiting, self.now)
                storage.publish(db, place, [storage.Publishing(each, 1, self.now, None) for each in ids])

    def revise(
        self,
        slug: str,
        html: str,
        grade: Grade = Grade.MATERIAL,
        /,
        *,
        pub: str = "knees",
        change: str | None = None,
        release: bool = True,
        **more: object,
    ) -> None:
        """The guide's next text. `more` are fields of Found that differ from now on."""
        guide, before = self.found[slug]
        made = replace(before, html=html, change=change, **more)  # type: ignore[arg-type]
        with self.store.read() as db:
            number = len(storage.revision_facts(db, [guide])) + 1
        self._revise(guide, number, made, grade, pub, release)

    def withdraw(self, slug: str, *, pub: str = "knees", at: datetime | None = None) -> None:
        self.now = at or self.now + HOUR
        with self.store.planning() as db:
            storage.withdraw(db, [self.found[slug][0]], "owner", self.now)
            storage.bump(db, storage.publication_id(db, pub))

    def later(self, span: timedelta = DAY) -> None:
        self.now += span

    def _revise(self, guide: int, number: int, made: Found, grade: Grade, pub: str, release: bool) -> None:
        self.now += HOUR
        self.found[made.foreign_id] = guide, made
        revision = replace(_first(guide, made), number=number, step=grade)
        with self.store.planning() as db:
            place = storage.publication_id(db, pub)
            storage.add_revisions(db, [revision], self.now)
            storage.add_releases(
                db, place, [storage.NewRelease(guide, number, None, not release, None)], self.now
            )
            if release:
                storage.publish(db, place, [storage.Publishing(guide, number, self.now, self.now)])


def _first(guide: int, made: Found) -> storage.NewRevision:
    """A guide's first text, as collecting makes it."""
    digest = sha256(f"{made.title}\n{made.html}".encode()).digest()
    terms = [("tag", text.slugify(tag), tag) for tag in made.tags]
    terms += [("author", text.slugify(each.name), each.name) for each in made.authors]
    return storage.NewRevision(guide, 1, made, digest, 1, Grade.MATERIAL, storage.OWNER, tuple(terms))


def _bulk(number: int, size: int) -> Found:
    paragraph = f"<p>Guide {number} says what guides say, in words that nobody reads twice.</p>\n"
    return Found(
        foreign_id=f"bulk-{number}",
        where=f"bulk-{number}.md",
        title=f"Guide {number}",
        html=paragraph * max(1, size // len(paragraph)),
        summary=f"The {number}th guide.",
        slug=f"bulk-{number}",
        tags=(f"tag {number % 40}", "common"),
        authors=(Author(f"Author {number % 20}"),),
    )


def read(books: library.Catalogue, path: str) -> dict[str, Any]:
    """A JSON Feed."""
    found = books.document(path)
    assert found is not None, path
    return dict(json.loads(found.body))


def slugs(books: library.Catalogue, path: str) -> list[str]:
    """What a JSON Feed's items lead to, below the site's address."""
    return [item["url"].removeprefix(f"{BASE}/") for item in read(books, path)["items"]]


def all_bytes(books: library.Catalogue) -> dict[str, bytes]:
    """path -> bytes, of every document."""
    return {path: document.body for path in books.paths() if (document := books.document(path))}


def files_below(folder: Path) -> dict[str, bytes]:
    """path -> bytes, of every file."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
