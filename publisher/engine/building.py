"""The whole site as files: documents, pages, and the files that go with guides, each only when it must be.

A publication of which nothing changed (its version in the database, its settings and templates, the files of
its guides, this program) is not looked at again. Of one that did change, every guide is read, and what would
be made of the same things as the last time is not made: that takes a small part of the time of rendering it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

from publisher import build, library, pages, pictures
from publisher.engine import hosting
from publisher.errors import ContentError
from publisher.model import Entry, Publication
from publisher.site import Site, bundled

_SITE = ""  # the group of what belongs to no publication
_MEDIA, _PICTURE = "-/media", "-/picture"


def build_site(site: Site, out: Path) -> build.BuildReport:
    """Write feeds, pages and what they show to `out`. Raises StorageError, TemplateError, ConfigError."""
    with build.open_export(out) as export:
        _Builder(site, export).run()
    return export.report


class _Builder:
    """One build of one site."""

    def __init__(self, site: Site, export: build.Export) -> None:
        settings = site.settings
        head = pages.SiteHead(settings.title, settings.base_url, site.publications, settings.language)
        self.site, self.export = site, export
        self.pages = pages.Pages(head, [site.folder / "templates", bundled("templates")])
        self.catalogue = library.Catalogue(
            site.store,
            site.publications,
            base_url=settings.base_url,
            authority=settings.id_authority,
            site_title=settings.title,
        )
        self.copies = pictures.Cache(site.var / "pictures")
        self.common = _made_of(_program(), head.title, head.base_url, settings.id_authority)

    def run(self) -> None:
        """The site's own pages come last: whoever is interrupted has not linked to what is missing."""
        versions = self.catalogue.version()
        for publication, (_, version) in zip(self.site.publications, versions, strict=True):
            self._publication(publication, version)
        known = [(each.slug, self._settings(each)) for each in self.site.publications]
        made_of = _made_of(self.common, versions, known, _templates([self.site.folder / "templates"]))
        if self.export.made_of(_SITE) == made_of and self.export.is_whole(_SITE):
            self.export.keep(_SITE)
        else:
            self._site_files()
            if self._left_out():  # what only they had to say, like a format of the site's feed
                self.export.keep(_SITE)
            self.export.close_group(_SITE, made_of)
        for slug in self._left_out():
            self.export.keep(slug)

    def _publication(self, own: Publication, version: int) -> None:
        salt = _made_of(self.common, self._settings(own), _templates(self._folders(own)))
        shown = [path for path in self.export.paths(own.slug) if path.startswith(f"{_MEDIA}/")]
        made_of = _made_of(salt, version, self._files_state(own, shown))
        if self.export.made_of(own.slug) == made_of and self.export.is_whole(own.slug):
            self.export.keep(own.slug)
            return
        media = sorted(_Publication(self, own, salt).put())
        self.export.close_group(own.slug, _made_of(salt, version, self._files_state(own, media)))

    def _files_state(self, own: Publication, paths: Iterable[str]) -> list[tuple[str, str]]:
        """What the file system says of the originals of copied files: enclosures tell their lengths, too."""
        prefix = f"{_MEDIA}/{own.slug}/"
        return [(path, _state(library.media_file(own, quote(path.removeprefix(prefix))))) for path in paths]

    def _settings(self, own: Publication) -> str:
        """What a publication's settings say to those who read it; schedules are for mail."""
        digests = [(each.name, each.title, each.schedule_text, each.zone) for each in own.digests]
        return _made_of(replace(own, release=None, digests=()), digests)

    def _folders(self, own: Publication) -> list[Path]:
        return [Path(own.folder) / "templates", self.site.folder / "templates"]

    def _left_out(self) -> list[str]:
        """Publications whose feed.toml cannot be used just now: what was built of them stays."""
        known = {each.slug for each in self.site.publications}
        try:
            there = {each.name for each in (self.site.folder / "feeds").iterdir()}
        except OSError:  # told elsewhere; nothing is taken away for it
            return [slug for slug in self.export.groups() if slug and slug not in known]
        return [slug for slug in self.export.groups() if slug in there and slug not in known]

    def _site_files(self) -> None:
        made, put = self.catalogue, partial(self.export.put, group=_SITE)
        put("-/style/accents.css", self.pages.style())
        for asset in self.pages.assets.all():
            put(f"-/static/{asset.name}", asset.body)
        own = {path for each in self.site.publications for path in made.paths(each)}
        for path in made.paths():
            if path not in own and (document := made.document(path)):
                put(path, document.body)
        for path, body in hosting.files(self.site.settings.base_url, *self._old_places()):
            put(path, body)
        root = f"{urlsplit(self.site.settings.base_url).path}/"
        put(hosting.GONE_PAGE, self.pages.gone(root).encode())
        infos = made.site_feeds()
        put("-/feeds/index.html", self.pages.site_feeds(infos).encode())
        put("404.html", self.pages.not_found(root).encode())
        shelves = (made.shelf(each, pages.LATEST) for each in self.site.publications)
        put("index.html", self.pages.site_index(shelves, infos=infos).encode())

    def _old_places(self) -> tuple[dict[str, str], list[str]]:
        """Where guides were and are now, and where guides were that are gone."""
        moved: dict[str, str] = {}
        gone: list[str] = []
        for each in self.site.publications:
            old = self.catalogue.old_addresses(each)
            moved |= {f"{each.slug}/{slug}": f"{each.slug}/{now}" for slug, now in old.items()}
            gone += [f"{each.slug}/{slug}" for slug in self.catalogue.withdrawn(each) if slug not in old]
        return moved, gone


class _Publication:
    """The files of one publication. Whatever a file is made of is in the word that it is put with."""

    def __init__(self, builder: _Builder, own: Publication, salt: str) -> None:
        self.own, self.salt = own, salt
        self.export, self.pages, self.made = builder.export, builder.pages, builder.catalogue
        self.base_url, self.copies = builder.site.settings.base_url, builder.copies
        self.infos = self.made.feeds(own)
        self.main = tuple(each for each in self.infos if each.what in ("main", "updates"))
        self.head = self.made.shelf(own, 0).feed
        self.ordinals: dict[int, str] = {}  # of public guides -> what their entries in feeds are made of
        self.present: dict[str, str] = {}  # slug -> the same
        self.media: set[str] = set()

    def put(self) -> set[str]:
        """Everything; the media files that it shows, by path."""
        for newer, here, older in _in_line(self.made.walk(self.own)):
            self._guide(here, newer.entry if newer else None, older.entry if older else None)
        self._documents()
        self._terms()
        self._lists()
        self._stand_ins()
        slug = self.own.slug
        self._page(f"-/feeds/{slug}", self.pages.feeds(self.own, self.infos, "../../../"))
        newest, terms = self.made.shelf(self.own, pages.LISTED + 1), self.made.terms(self.own)
        self._page(slug, self.pages.publication(newest, infos=self.infos, terms=terms))
        return self.media

    def _guide(self, here: library.Walked, newer: Entry | None, older: Entry | None) -> None:
        entry, own, main = here.entry, self.own, self.main
        self.ordinals[here.ordinal] = known = _made_of(entry)
        self.present[entry.slug] = known
        folder = f"{own.slug}/{entry.slug}"
        around = [each and (each.url, each.title) for each in (newer, older)]
        guide = partial(
            self.pages.guide, own, self.head, entry, "../../", infos=main, newer=newer, older=older
        )
        self._lazily(f"{folder}/index.html", guide, known, around, main)

        def history() -> str:
            changes = self.made.history(own, entry.slug) or ()
            return self.pages.history(own, self.head, entry, changes, "../../../", infos=main)

        self._lazily(f"{folder}/history/index.html", history, known, here.life, main)
        for path, file in library.media_of(own, [entry], self.base_url):
            self._file(path, file)

    def _file(self, path: str, file: Path) -> None:
        """A file that a guide shows; and of a picture, the copies that mails show."""
        if path in self.media:
            return
        self.media.add(path)
        state = _state(file)
        self.export.put(path, file, made_of=state, group=self.own.slug)
        name = path.removeprefix(f"{_MEDIA}/{self.own.slug}/")
        if pictures.locate(Path(self.own.folder), name) is None:
            return
        for width in pictures.copies(file):
            copy = f"{_PICTURE}/{self.own.slug}/{width}/{name}"
            try:
                body = partial(self._copy, file, width)
                self.export.put(copy, body, made_of=_made_of(self.salt, state), group=self.own.slug)
            except ContentError:  # it has no copy; mails show none
                continue

    def _copy(self, file: Path, width: int) -> bytes:
        return self.copies.get(file, width).body

    def _documents(self) -> None:
        """Feeds, archives, and the parts of a sitemap; those of tags and authors are with their pages."""
        archives = f"{self.own.slug}/archive/"
        for path in self.made.paths(self.own):
            if path.startswith((f"{self.own.slug}/tag/", f"{self.own.slug}/author/")):
                continue
            inside = ""
            if path.startswith(archives):
                last = int(path.removeprefix(archives).partition(".")[0]) * self.own.entries
                there = [self.ordinals.get(each) for each in range(last - self.own.entries + 1, last + 1)]
                inside = _made_of(self.salt, there) if all(there) else ""  # not all: it tells who is gone
            self._put_document(path, inside)

    def _put_document(self, path: str, made_of: str) -> None:
        def body() -> bytes:
            found = self.made.document(path)
            return found.body if found else b""

        self.export.put(path, body, made_of=made_of, group=self.own.slug)

    def _terms(self) -> None:
        """The pages of tags and authors, and their feeds, made of the newest guides that they name."""
        gone, most = self.made.withdrawals(self.own), max(pages.OF_TERM, self.own.entries)
        for term in self.made.terms(self.own):
            shelf = self.made.term_shelf(self.own, term.kind, term.slug, most)
            if shelf is None:
                continue
            folder, entries = f"{self.own.slug}/{term.kind}/{term.slug}", shelf.entries
            page = partial(self.pages.term, shelf, term.kind, term.name, infos=self.main, count=term.count)
            self._lazily(f"{folder}/index.html", page, term, entries, self.main)
            told = [self.present.get(each.slug, "") for each in entries[: self.own.entries]]
            for url in shelf.feed.urls.values():
                made_of = _made_of(self.salt, term.name, told, gone) if all(told) else ""
                self._put_document(f"{folder}/feed.{url.rpartition('.')[2]}", made_of)

    def _lists(self) -> None:
        last, folder = pages.pages_of(self.made.highest(self.own)), f"-/all/{self.own.slug}"
        for number in range(1, last + 1):
            entries = self.made.stretch(self.own, *pages.ordinals(number, last))
            listing = partial(self.pages.listing, self.own, entries, number, last, infos=self.main)
            place = (number, last, entries, self.main)
            self._lazily(f"{folder}/{number}/index.html", partial(listing, root="../../../../"), *place)
            if number == last:
                self._lazily(f"{folder}/index.html", listing, *place)

    def _stand_ins(self) -> None:
        """A static host answers neither 410 nor 301: pages that say so stand where guides were."""
        moved, own = self.made.old_addresses(self.own), self.own
        for slug in sorted({*self.made.withdrawn(own)} - self.present.keys() - moved.keys()):
            for path, root in ((slug, "../../"), (f"{slug}/history", "../../../")):
                self._page(f"{own.slug}/{path}", self.pages.gone(root, own))
        for slug, now in sorted(moved.items()):
            if slug not in self.present:
                to = f"{self.base_url}/{own.slug}/{now}"
                self._page(f"{own.slug}/{slug}", self.pages.moved("../../", to, own))
                self._page(f"{own.slug}/{slug}/history", self.pages.moved("../../../", f"{to}/history", own))

    def _page(self, folder: str, page: str) -> None:
        self.export.put(f"{folder}/index.html", page.encode(), group=self.own.slug)

    def _lazily(self, path: str, page: Callable[[], str], *made_of: object) -> None:
        """A page that is rendered only when what it is made of is not what it was made of before."""
        self.export.put(
            path, lambda: page().encode(), made_of=_made_of(self.salt, *made_of), group=self.own.slug
        )


def _in_line(
    walked: Iterable[library.Walked],
) -> Iterator[tuple[library.Walked | None, library.Walked, library.Walked | None]]:
    """Each with its neighbours: the newer, itself, the older."""
    newer: library.Walked | None = None
    here: library.Walked | None = None
    for older in walked:
        if here is not None:
            yield newer, here, older
        newer, here = here, older
    if here is not None:
        yield newer, here, None


def _made_of(*things: object) -> str:
    """A word that is equal for equal things: words, numbers, moments, frozen dataclasses of them."""
    return hashlib.blake2b(repr(things).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _state(file: Path | None) -> str:
    """What the file system says of a file: equal, and it need not be read."""
    try:
        stat = file.stat() if file else None
    except OSError:
        stat = None
    return f"{stat.st_size}:{stat.st_mtime_ns}" if stat else ""


def _templates(folders: Sequence[Path]) -> str:
    """What the templates of pages say. Some of them, or all, may not be there."""
    return _contents(path for folder in folders for path in (folder / "web").rglob("*"))


def _program() -> str:
    """What this program is: another version of it may write other bytes."""
    package = Path(build.__file__).parent.parent
    sources = (path for path in package.rglob("*.py"))
    return _contents([*sources, *(bundled("templates") / "web").rglob("*")])


def _contents(paths: Iterable[Path]) -> str:
    found = []
    for path in sorted(paths):
        try:
            if path.is_file():
                found.append((path.name, hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()))
        except OSError:
            found.append((path.name, ""))
    return _made_of(found)
