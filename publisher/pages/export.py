"""All pages as static files.

A static host serves `knees/stairs/index.html` as `/knees/stairs/`, one step deeper than we do: links to
other pages are relative, so that they work under any address. It can answer neither 410 nor 301: pages that
say so stand in for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from publisher.model import Publication
from publisher.pages.needs import Catalogue, FeedInfo, Shelf
from publisher.pages.render import LATEST, LISTED, OF_TERM, PER_PAGE, Renderer

File = tuple[str, bytes]


class Pages(Renderer):
    """The pages of one site, one by one or all as files."""

    def files(self, source: Catalogue | Sequence[Shelf]) -> Iterator[File]:
        """(path below the output folder, bytes) of all pages and of what they are made with.

        The site's own come last: whoever is interrupted has not linked to what is missing. Of mere shelves,
        only the pages of the site, its publications and their guides.
        """
        if isinstance(source, Sequence):
            yield from self._bare(source)
            return
        for publication in self.site.publications:
            yield from self.publication_files(source, publication)
        yield from self.site_files(source)

    def _bare(self, shelves: Sequence[Shelf]) -> Iterator[File]:
        for shelf in shelves:
            yield from self._guides(None, shelf, ())
            yield f"{shelf.publication.slug}/index.html", self.publication(shelf).encode()
        yield from self._common()
        yield "index.html", self.site_index(shelves).encode()

    def _common(self) -> Iterator[File]:
        yield "-/style/accents.css", self.style()
        yield from ((f"-/static/{asset.name}", asset.body) for asset in self.assets.all())
        yield "404.html", self.not_found(f"{urlsplit(self.site.base_url).path}/").encode()

    def site_files(self, catalogue: Catalogue) -> Iterator[File]:
        """The pages of the whole site, style sheets and the like."""
        yield from self._common()
        infos = catalogue.site_feeds()
        if infos:
            yield "-/feeds/index.html", self.site_feeds(infos).encode()
        shelves = (catalogue.shelf(publication, LATEST) for publication in self.site.publications)
        yield "index.html", self.site_index(shelves, infos=infos).encode()

    def publication_files(self, catalogue: Catalogue, publication: Publication) -> Iterator[File]:
        """A publication's own page, its guides, their histories, its lists, tags, authors and feeds."""
        infos, slug = catalogue.feeds(publication), publication.slug
        shelf = catalogue.shelf(publication)
        yield from self._guides(catalogue, shelf, infos)
        if infos:
            yield from self._terms(catalogue, publication, infos)
            yield from self._lists(catalogue, publication, infos)
            yield f"-/feeds/{slug}/index.html", self.feeds(publication, infos, "../../../").encode()
        yield from self._stand_ins(catalogue, publication, {each.slug for each in shelf.entries})
        newest = catalogue.shelf(publication, LISTED + 1)
        page = self.publication(newest, infos=infos, terms=catalogue.terms(publication))
        yield f"{slug}/index.html", page.encode()

    def _guides(self, catalogue: Catalogue | None, shelf: Shelf, infos: Sequence[FeedInfo]) -> Iterator[File]:
        own, entries = shelf.publication, shelf.entries
        for at, entry in enumerate(entries):
            newer = entries[at - 1] if at else None
            older = entries[at + 1] if at + 1 < len(entries) else None
            folder = f"{own.slug}/{entry.slug}"
            page = self.guide(own, shelf.feed, entry, "../../", infos=infos, newer=newer, older=older)
            yield f"{folder}/index.html", page.encode()
            if catalogue and infos and (changes := catalogue.history(own, entry.slug)):
                told = self.history(own, shelf.feed, entry, changes, "../../../", infos=infos)
                yield f"{folder}/history/index.html", told.encode()

    def _terms(
        self, catalogue: Catalogue, publication: Publication, infos: Sequence[FeedInfo]
    ) -> Iterator[File]:
        for term in catalogue.terms(publication):
            shelf = catalogue.term_shelf(publication, term.kind, term.slug, OF_TERM)
            if shelf is not None:
                page = self.term(shelf, term.kind, term.name, infos=infos, count=term.count)
                yield f"{publication.slug}/{term.kind}/{term.slug}/index.html", page.encode()

    def _lists(
        self, catalogue: Catalogue, publication: Publication, infos: Sequence[FeedInfo]
    ) -> Iterator[File]:
        last, folder = pages_of(catalogue.highest(publication)), f"-/all/{publication.slug}"
        for number in range(1, last + 1):
            entries = catalogue.stretch(publication, *ordinals(number, last))
            page = self.listing(publication, entries, number, last, "../../../../", infos=infos)
            yield f"{folder}/{number}/index.html", page.encode()
            if number == last:
                newest = self.listing(publication, entries, number, last, infos=infos)
                yield f"{folder}/index.html", newest.encode()

    def _stand_ins(self, catalogue: Catalogue, publication: Publication, present: set[str]) -> Iterator[File]:
        """Pages where guides were: one that was withdrawn, one that has another address now."""
        moved = catalogue.old_addresses(publication)
        for slug in sorted({*catalogue.withdrawn(publication)} - present - moved.keys()):
            yield f"{publication.slug}/{slug}/index.html", self.gone("../../", publication).encode()
            page = self.gone("../../../", publication)
            yield f"{publication.slug}/{slug}/history/index.html", page.encode()
        for slug, now in sorted(moved.items()):
            if slug not in present:
                to = f"{self.site.base_url}/{publication.slug}/{now}"
                page = self.moved("../../", to, publication)
                yield f"{publication.slug}/{slug}/index.html", page.encode()
                page = self.moved("../../../", f"{to}/history", publication)
                yield f"{publication.slug}/{slug}/history/index.html", page.encode()


def pages_of(highest: int) -> int:
    """How many pages the list of all guides has, given the highest ordinal."""
    return max(1, highest // PER_PAGE) if highest else 0


def ordinals(number: int, last: int) -> tuple[int, int]:
    """The first and the last ordinal on page `number` of the `last` pages of the list of all guides.

    On the newest page are those that do not fill a page yet, too: nobody who opens the list finds one guide.
    """
    return (number - 1) * PER_PAGE + 1, (number + (number == last)) * PER_PAGE
