"""The frame of every page: its head, the template that fills it, and where its style sheets are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from publisher import formats
from publisher.digest import TemplateFolders
from publisher.model import Entry, Feed, Publication
from publisher.pages import about, making, view
from publisher.pages.assets import Assets
from publisher.pages.needs import FeedInfo
from publisher.pages.place import Place
from publisher.words import Catalogues, Words

HTMX = "htmx-4.0.1.min.js"
_NAMES = {"rss": "RSS", "atom": "Atom", "jsonfeed": "JSON Feed", "opml": "OPML"}


@dataclass(frozen=True, slots=True)
class SiteHead:
    """What every page says about the site. `base_url` has no slash at its end.

    `mailing` are the slugs of what can be followed by mail where these pages are: none, on static files.
    """

    title: str
    base_url: str
    publications: tuple[Publication, ...] = ()
    language: str = "en"
    mailing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Frame:
    """What `base.html` says around a page. `address` and `canonical` are absolute.

    A page without an address is for nobody but who reads it: no search engine keeps it.
    """

    title: str
    address: str = ""
    description: str = ""
    canonical: str = ""  # the address, unless the original is elsewhere
    publication: view.PublicationView | None = None
    accent: str = ""
    folder: str = ""  # of the publication whose templates come first
    language: str = ""  # that the page speaks; the publication's or the site's when empty
    feeds: tuple[view.FeedView, ...] = ()  # for autodiscovery
    hubs: tuple[str, ...] = ()
    card: tuple[view.MetaView, ...] = ()
    data: str = ""


class Press:
    """Fills templates. `folders` hold `web/*.html`, the owner's before the bundled ones."""

    def __init__(self, site: SiteHead, folders: Sequence[Path]) -> None:
        self.site = site
        self.assets = Assets(folders)
        self.kinds = {kind: _kind(kind) for kind in formats.KINDS}
        self.catalogues = Catalogues(folders)
        self._folders = tuple(folders)
        self._templates: dict[str, TemplateFolders] = {}

    def place(self, root: str) -> Place:
        return Place(self.site.base_url, root)

    def publication(
        self,
        publication: Publication,
        feed: Feed | None,
        place: Place,
        entries: Iterable[Entry] = (),
        infos: Sequence[FeedInfo] = (),
    ) -> view.PublicationView:
        """A publication with its main feed, and the guides that the page names."""
        urls = infos[0].urls if infos else feed.urls if feed else {}
        feeds = making.feed_views(urls, self.kinds, place, publication.title)
        words = self.speaks(publication)
        seen = making.publication_view(publication, feeds, place, entries, words, follow=bool(infos))
        by_mail = self.by_mail(publication, place) if infos else ""
        return replace(seen, follow=by_mail) if by_mail else seen

    def by_mail(self, publication: Publication, place: Place) -> str:
        """The page with the form to follow a publication by mail, or ""."""
        return place.to(f"-/follow/{publication.slug}") if publication.slug in self.site.mailing else ""

    def site_frame(
        self, title: str, path: str, place: Place, infos: Sequence[FeedInfo], description: str = ""
    ) -> Frame:
        """The frame of a page of the whole site, which lies at `path` below its root."""
        url = place.world(path)
        card = about.card("website", self.site.title, title, description, url, self.site.language)
        return Frame(title, url, description, url, feeds=self._discovered(infos, place, ("site",)), card=card)

    def frame(
        self,
        publication: Publication,
        seen: view.PublicationView,
        path: str,
        place: Place,
        infos: Sequence[FeedInfo] = (),
        *,
        title: str = "",
        description: str = "",
        first: tuple[view.FeedView, ...] = (),
    ) -> Frame:
        """The frame of a page of a publication. `first` are feeds of the page's own."""
        url, title = place.world(path), title or publication.title
        main = self._discovered(infos, place, ("main", "updates")) or seen.feeds
        return Frame(
            title=title,
            address=url,
            description=description,
            canonical=url,
            publication=seen,
            folder=publication.folder,
            feeds=(*first, *(each for each in main if each not in first)),
            hubs=publication.hubs,
            card=about.card("website", self.site.title, title, description, url, seen.language),
        )

    def _discovered(
        self, infos: Sequence[FeedInfo], place: Place, what: Sequence[str]
    ) -> tuple[view.FeedView, ...]:
        """The feeds of these kinds, in all formats that readers read."""
        return tuple(
            each
            for info in infos
            if info.what in what
            for each in making.feed_views(making.readable(info.urls), self.kinds, place, info.title)
        )

    def render(self, template: str, place: Place, frame: Frame, **more: object) -> str:
        """The page. Raises TemplateError."""
        root = place.root
        words = self.words(frame)
        variables = {
            "_": words.gettext,
            "ngettext": words.ngettext,
            "listed": words.listed,
            "language": words.tag,
            "dir": words.direction,
            "site": self.site.title,
            "root": root,
            "title": frame.title,
            "description": frame.description,
            "canonical": frame.canonical,
            "address": frame.address,
            "publication": frame.publication,
            "accent": frame.publication.slug if frame.publication else frame.accent,
            "feeds": frame.feeds,
            "hubs": frame.hubs,
            "card": frame.card,
            "data": frame.data,
            "assets": {
                "style": root + self.assets.address("site.css"),
                "accents": f"{root}-/style/accents.css",
                "icon": root + self.assets.address("icon.svg"),
                "htmx": root + self.assets.address(HTMX),
            },
            **more,
        }
        return self._folder(frame.folder).render(f"web/{template}.html", variables)

    def words(self, frame: Frame) -> Words:
        """What the page speaks: its own language, else its publication's, else the site's."""
        own = frame.publication.language if frame.publication else self.site.language
        return self.catalogues.words(frame.language or own)

    def speaks(self, publication: Publication | None, language: str = "") -> Words:
        """What a page of a publication speaks, or of the site; `language` comes first."""
        own = publication.language if publication else self.site.language
        return self.catalogues.words(language or own)

    def _folder(self, publication: str) -> TemplateFolders:
        """The templates for pages of the publication in this folder; "" for the site's own pages.

        Publications without templates of their own share what was compiled.
        """
        own = [Path(publication) / "templates"] if publication else []
        key = publication if own and own[0].is_dir() else ""
        if key not in self._templates:
            self._templates[key] = TemplateFolders([*(own if key else ()), *self._folders])
        return self._templates[key]


def _kind(kind: str) -> making.Kind:
    """A format as people call it; one that is not in the table goes by the owner's word for it."""
    name = _NAMES.get(kind, kind.replace("-", " ").capitalize())
    return making.Kind(name, formats.open_format(kind).mime)
