"""Everything that the public can have, by its address: feeds, archives, lists, guides and their histories.

A document is made when it is asked for, from the few guides that stand in it. What an entry looks like in a
format is kept, and used again in every feed that holds it. `version` tells cheaply whether anything changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from publisher import formats, storage
from publisher.library import changes, heads
from publisher.library import sitemap as maps
from publisher.library.entries import entry
from publisher.library.feeds import MOST_STONES, FeedMaker, Made
from publisher.library.memory import Memory
from publisher.library.personal import Personal
from publisher.library.routes import Route, route
from publisher.library.words import Document, FeedInfo, Ground, Shelf, Term, Walked
from publisher.model import Change, Entry, Feed, Publication

_MEMORY = 48 << 20
_MADE = 8 << 20
_ROUND = 200  # guides read at once by those who look at all


class Catalogue:
    """What is public of some publications. It only reads, and serves many threads.

    `base_url` has no slash at its end.
    """

    def __init__(
        self,
        store: storage.Store,
        publications: Sequence[Publication],
        *,
        base_url: str,
        authority: str,
        site_title: str = "",
    ) -> None:
        self.ground = Ground(base_url, authority, site_title)
        self.publications = tuple(publications)
        self._store = store
        self._known = {each.slug: each for each in publications}
        self._kinds = heads.site_kinds(publications)
        self._differences = changes.Differences()
        self._made: Memory[Made | None] = Memory(_MADE, _weight)
        self._terms: dict[str, tuple[int, tuple[Term, ...]]] = {}  # publication -> at which version, terms
        self._feeds = FeedMaker(self.ground, self.publications, self._differences)
        self.personal = Personal(store, self.publications, self.ground, self._differences)
        self._pieces: Memory[bytes] = Memory(_MEMORY, lambda piece: 2 * len(piece))  # the entry is kept, too

    # -------------------------------------------------------------------------------------- documents

    def version(self) -> tuple[tuple[str, int], ...]:
        """(publication, how often what is public of it has changed); equal: no document has changed."""
        with self._store.read() as db:
            versions = storage.versions(db)
        return tuple((each.slug, versions.get(each.slug, 0)) for each in self.publications)

    def document(self, path: str) -> Document | None:
        """The document at a path like "knees/feed.atom" (not quoted); None: there is nothing there.

        What is not released cannot be told from what never existed. Raises StorageError.
        """
        found = route(path)
        if found is None or (found.publication and found.publication not in self._known):
            return None
        with self._store.read() as db:
            if found.what in ("sitemap", "stretch", "robots", "opml"):
                return self._list(db, path, found)
            kind = self._kind(found)
            if kind is None:
                return None
            # What stands in a feed is read once for all its formats: it holds for this version.
            same = (replace(found, suffix=""), tuple(sorted(storage.versions(db).items())))
            made = self._made.get(same, partial(self._feed, db, found))
        return self._written(path, kind, made) if made else None

    def paths(self, publication: Publication | None = None) -> Iterator[str]:
        """The path of every document there is; or of every one of a publication, and none of the site's."""
        for each in (publication,) if publication else self.publications:
            yield from self._own_paths(each)
        if publication is None:
            yield from (f"feed.{formats.open_format(kind).suffix}" for kind in self._kinds)
            yield from ("feeds.opml", "sitemap.xml", "robots.txt")

    def sitemap(self) -> Document:
        """sitemap.xml: every page, or an index of files that hold them."""
        found = self.document("sitemap.xml")
        assert found is not None  # noqa: S101  for the type checker: it is always there
        return found

    # ------------------------------------------------------------------------------------------ guides

    def shelf(self, publication: Publication | str, limit: int | None = None) -> Shelf:
        """The newest `limit` public guides of a publication (None: all). KeyError for an unknown slug."""
        own = self._publication(publication)
        with self._store.read() as db:
            found = storage.public_guides(db, own.slug, limit=limit)
        entries = self._entries(own, found)
        return Shelf(own, self._head(own, entries), entries)

    def guide(self, publication: Publication | str, slug: str) -> Entry | None:
        """One public guide by its present address."""
        own = self._publication(publication)
        with self._store.read() as db:
            found = storage.public_guide(db, own.slug, slug)
        return None if found is None else entry(found.article, own, self.ground.base_url)

    def highest(self, publication: Publication | str) -> int:
        """The ordinal of the newest public guide; 0 when there is none."""
        with self._store.read() as db:
            return storage.highest_ordinal(db, self._publication(publication).slug)

    def walk(self, publication: Publication | str) -> Iterator[Walked]:
        """Every public guide, newest first, read a few at a time: for those who look at all of them."""
        own = self._publication(publication)
        before: int | None = None
        while True:
            with self._store.read() as db:
                found = storage.public_guides(db, own.slug, limit=_ROUND, before=before)
                lives = changes.lives(db, [each.article.id for each in found])
            for each, made in zip(found, self._entries(own, found), strict=True):
                yield Walked(made, each.ordinal, lives[each.article.id])
            if len(found) < _ROUND:
                return
            before = found[-1].ordinal

    def neighbours(self, publication: Publication | str, slug: str) -> tuple[Entry | None, Entry | None]:
        """The public guides next to one: the newer, the older. Their html is "" here."""
        own = self._publication(publication)
        with self._store.read() as db:
            newer, older = storage.neighbours(db, own.slug, slug)
        after, before = (
            next(iter(self._entries(own, [each] if each else [])), None) for each in (newer, older)
        )
        return after, before

    def stretch(self, publication: Publication | str, first: int, last: int) -> tuple[Entry, ...]:
        """The public guides with ordinals from `first` to `last`, newest first. Their html is "" here."""
        own = self._publication(publication)
        with self._store.read() as db:
            found = storage.guides_between(db, own.slug, first, last, texts=False)
        return self._entries(own, found)

    def history(self, publication: Publication | str, slug: str) -> tuple[Change, ...] | None:
        """What became public of a guide, newest first; None when there is no such guide."""
        own = self._publication(publication)
        with self._store.read() as db:
            found = storage.public_guide(db, own.slug, slug)
            if found is None:
                return None
            number = found.article.id
            facts = changes.by_guide(storage.revision_facts(db, [number]))[number]
            direct = storage.pair_grades(db, [number]).get(number, {})
            texts = storage.public_texts(db, number)
        return changes.history(texts, facts, direct, self._differences, own.language)

    def terms(self, publication: Publication | str) -> tuple[Term, ...]:
        """The tags and authors of public guides, by kind and name."""
        slug = self._publication(publication).slug
        with self._store.read() as db:
            version = storage.versions(db).get(slug, 0)
            if (
                slug not in self._terms or self._terms[slug][0] != version
            ):  # to count them costs a look at all
                found = storage.terms(db, slug)
                self._terms[slug] = (
                    version,
                    tuple(Term(each.kind, each.slug, each.name, each.count) for each in found),
                )
        return self._terms[slug][1]

    def term_shelf(
        self, publication: Publication | str, kind: str, slug: str, limit: int | None = None
    ) -> Shelf | None:
        """The public guides of a tag or an author, newest first, with html ""; None without any."""
        own = self._publication(publication)
        with self._store.read() as db:
            name = storage.term_name(db, own.slug, kind, slug)
            found = storage.guides_of_term(db, own.slug, kind, slug, limit=limit, texts=False)
        if name is None:
            return None
        entries = self._entries(own, found)
        return Shelf(own, heads.term_head(self.ground, own, kind, slug, name, entries), entries)

    # --------------------------------------------------------------------------------------- addresses

    def gone(self, publication: Publication | str, slug: str) -> bool:
        """Whether a public guide that had this address was withdrawn."""
        found = self._address(publication, slug)
        return found is not None and found.withdrawn

    def moved(self, publication: Publication | str, slug: str) -> str | None:
        """The present slug of a public guide that had another address; None when this one did not move."""
        found = self._address(publication, slug)
        return found.slug if found and not found.withdrawn and found.slug != slug else None

    def old_addresses(self, publication: Publication | str) -> Mapping[str, str]:
        """Every slug that public guides had before -> the present one."""
        with self._store.read() as db:
            found = storage.old_addresses(db, self._publication(publication).slug)
        return {old: each.slug for old, each in found.items() if not each.withdrawn}

    def withdrawn(self, publication: Publication | str) -> tuple[str, ...]:
        """The slugs of guides that were withdrawn, and those that they had before."""
        slug = self._publication(publication).slug
        with self._store.read() as db:
            present = [each.slug for each in storage.withdrawn_guides(db, slug)]
            old = [old for old, each in storage.old_addresses(db, slug).items() if each.withdrawn]
        return tuple(dict.fromkeys([*present, *old]))

    def withdrawals(self, publication: Publication | str) -> tuple[tuple[str, datetime], ...]:
        """The guides whose withdrawal feeds may still tell: slug and when, the latest first."""
        with self._store.read() as db:
            found = storage.withdrawn_guides(db, self._publication(publication).slug, limit=MOST_STONES)
        return tuple((each.slug, each.at) for each in found)

    # ------------------------------------------------------------------------------------------- feeds

    def feeds(self, publication: Publication | str) -> tuple[FeedInfo, ...]:
        """Every feed of a publication, the main one first. Archives belong to the main one."""
        own = self._publication(publication)
        found = [heads.info(self._head(own, ()), "main", self.ground)]
        if not own.fold_updates:
            found.append(heads.info(heads.updates_head(self.ground, own), "updates", self.ground))
        for term in self.terms(own):
            head = heads.term_head(self.ground, own, term.kind, term.slug, term.name)
            found.append(heads.info(head, term.kind, self.ground))
        return tuple(found)

    def site_feeds(self) -> tuple[FeedInfo, ...]:
        """The feed of all publications, with the list of feeds as one of its formats."""
        urls = heads.addresses(self.ground, self._kinds, "feed")
        listed = heads.addresses(self.ground, ("opml",), "feeds")
        return (FeedInfo("feed", "site", self.ground.site_title, {**urls, **listed}),)

    # ------------------------------------------------------------------------------------------- parts

    def _publication(self, publication: Publication | str) -> Publication:
        return self._known[publication] if isinstance(publication, str) else publication

    def _address(self, publication: Publication | str, slug: str) -> storage.Address | None:
        with self._store.read() as db:
            return storage.address(db, self._publication(publication).slug, slug)

    def _entries(self, own: Publication, found: Sequence[storage.PublicGuide]) -> tuple[Entry, ...]:
        return tuple(entry(each.article, own, self.ground.base_url) for each in found)

    def _head(self, own: Publication, entries: Sequence[Entry]) -> Feed:
        return heads.feed_head(own, entries, self.ground.base_url, self.ground.authority)

    def _kind(self, found: Route) -> str | None:
        """The format of a feed's path, if what it belongs to is written in it."""
        kinds = self._known[found.publication].formats if found.publication else self._kinds
        return next((kind for kind in kinds if formats.open_format(kind).suffix == found.suffix), None)

    def _feed(self, db: storage.Connection, found: Route) -> Made | None:
        if found.what == "site":
            return self._feeds.site(db, self._kinds)
        own = self._known[found.publication]
        match found.what:
            case "main":
                return self._feeds.main(db, own)
            case "updates":
                return self._feeds.updates(db, own)
            case "archive":
                return self._feeds.archive(db, own, found.number)
            case _:
                return self._feeds.term(db, own, found.what, found.word)

    def _written(self, path: str, kind: str, made: Made) -> Document:
        """A feed's bytes: its head is written, the pieces of its entries are known or made."""
        form = formats.open_format(kind)
        basis = form.key(made.basis)
        pieces = (
            self._pieces.get((kind, basis, each), partial(form.entry, made.basis, each))
            for each in made.entries
        )
        return Document(path, form.mime, b"".join(form.join(made.feed, pieces)), made.modified)

    def _list(self, db: storage.Connection, path: str, found: Route) -> Document | None:
        """What lists addresses: the sitemap and its parts, robots.txt, the list of feeds."""
        if found.what == "robots":
            return Document(path, "text/plain", maps.robots(self.ground), heads.NO_ENTRY)
        if found.what == "opml":
            form, updated = formats.open_format("opml"), self._feeds.updated(db)
            head = heads.list_head(self.ground, self.publications, updated)
            return Document(path, form.mime, form.write(head, ()), updated)
        if found.what == "stretch":
            return self._stretch_map(db, path, found)
        return self._sitemap(db, path)

    def _sitemap(self, db: storage.Connection, path: str) -> Document:
        lasts = {each.slug: storage.last_ordinal(db, each.slug) for each in self.publications}
        updated = self._feeds.updated(db)
        if sum(lasts.values()) <= maps.STRETCH:
            places: list[maps.Place] = [(f"{self.ground.base_url}/", updated)]
            for own in self.publications:
                entries = self._entries(own, storage.public_guides(db, own.slug, texts=False))
                places += self._mapped(own, entries, with_home=True)
            return Document(path, maps.MIME, maps.write(places), updated)
        urls = [
            self.ground.url(f"sitemap-{slug}-{number}.xml")
            for slug, last in lasts.items()
            for number in range(1, _stretches(last) + 1)
        ]
        return Document(path, maps.MIME, maps.write_index(urls), updated)

    def _stretch_map(self, db: storage.Connection, path: str, found: Route) -> Document | None:
        own = self._known[found.publication]
        lasts = {each.slug: storage.last_ordinal(db, each.slug) for each in self.publications}
        if sum(lasts.values()) <= maps.STRETCH or found.number > _stretches(lasts[own.slug]):
            return None
        first = (found.number - 1) * maps.STRETCH + 1
        guides = storage.guides_between(db, own.slug, first, first + maps.STRETCH - 1, texts=False)
        entries = self._entries(own, guides)
        places = self._mapped(own, entries, with_home=found.number == 1)
        return Document(path, maps.MIME, maps.write(places), heads.newest(entries))

    def _mapped(self, own: Publication, entries: Sequence[Entry], *, with_home: bool) -> list[maps.Place]:
        home: list[tuple[str, datetime | None]] = [(f"{self.ground.base_url}/{own.slug}/", None)]
        return [*(home if with_home else []), *maps.places(entries)]

    def _own_paths(self, own: Publication) -> Iterator[str]:
        suffixes = [formats.open_format(kind).suffix for kind in own.formats]
        with self._store.read() as db:
            last = storage.last_ordinal(db, own.slug)
            words = storage.terms(db, own.slug)
            total = sum(storage.last_ordinal(db, each.slug) for each in self.publications)
        stems = ["feed"] if own.fold_updates else ["feed", "updates"]
        stems += [f"archive/{number}" for number in range(1, last // own.entries + 1)]
        stems += [f"{each.kind}/{each.slug}/feed" for each in words]
        yield from (f"{own.slug}/{stem}.{suffix}" for stem in stems for suffix in suffixes)
        if total > maps.STRETCH:
            yield from (f"sitemap-{own.slug}-{number}.xml" for number in range(1, _stretches(last) + 1))


def _weight(made: Made | None) -> int:
    """About the bytes that a feed takes before it is written."""
    return 1_000 + sum(len(each.html) for each in made.entries) if made else 100


def _stretches(last: int) -> int:
    """How many sitemaps a publication has in a large site; one at least, for its own page."""
    return max(1, -(-last // maps.STRETCH))
